"""The recorder's server: a take is received, looked at and kept once, and what cannot be is refused with a reason."""

from __future__ import annotations

import contextlib
import errno
import uuid
from collections import namedtuple

import numpy as np
import pytest
from module_world import modules_of

from gesture_al.capture.extraction.tracks import extract_track
from gesture_al.core.line_file import read_lines
from gesture_al.data.track import read_track
from gesture_al.studio.record import clip_store


def test_a_take_is_looked_at_and_kept_as_extraction_of_its_file_would_have_it(page, extractor):
    name, reply = page.send()
    assert reply.json()["state"] == "looking"
    seen = page.looked(name)
    assert (seen["seen"], seen["frames"], seen["good"], seen["clips"]) == (15, 15, True, 1)
    assert page.files() == [f".recording/{name}.webm"]
    reply = page.post("/keep", uuid=name).json()
    kept = reply["take"]["name"]
    assert (kept, reply["take"]["state"]) == ("Like/ann_one_001", "kept")
    assert {one["name"]: one["count"] for one in reply["classes"]} == {"none": 0, "Like": 1, "Heart": 0}
    assert page.files() == [f"{kept}.npz", f"{kept}.webm", "recorded.jsonl"]
    assert (page.folder / f"{kept}.webm").read_bytes() == page.clip
    track, again = read_track(page.folder / f"{kept}.npz"), extract_track(page.folder / f"{kept}.webm", extractor, {})
    np.testing.assert_array_equal(track.positions, again.positions)
    np.testing.assert_array_equal(track.seconds, again.seconds)
    assert {key: track.about[key] for key in ("class", "subject", "session", "video")} == {
        **{"class": "Like", "subject": "ann", "session": "one", "video": f"{kept}.webm"}
    }
    (line,) = read_lines(page.folder / "recorded.jsonl")
    assert (line["uuid"], line["prompt"], line["hand_seen"], line["op"]) == (name, "Faster", 15, "keep")


def test_what_is_sent_or_kept_twice_is_there_once(page):
    name, _ = page.send()
    page.send(name)
    page.looked(name)
    first = page.post("/keep", uuid=name).json()["take"]
    assert page.post("/keep", uuid=name).json()["take"] == first
    assert page.send(name)[1].json() == first
    assert page.client.get(f"/take/{name}").json() == first
    assert len(page.files()) == 3


def test_a_restart_knows_what_was_kept_and_undone_and_forgets_the_rest(open_page):
    with open_page() as page:
        kept, file = page.kept()
        undone, _ = page.kept()
        page.post("/undo", uuid=undone)
        left, _ = page.send()
        page.looked(left)
    with open_page() as page:
        states = [page.client.get(f"/take/{name}").json()["state"] for name in (kept, undone, left)]
        assert states == ["kept", "undone", "unknown"]
        assert page.files() == [f"{file}.npz", f"{file}.webm", "recorded.jsonl"]
        assert [one["uuid"] for one in page.hold()["last"]] == [kept]
        # Sent again by the page, which still has it.
        page.send(left)
        page.looked(left)
        assert page.post("/keep", uuid=left).json()["take"]["name"] == "Like/ann_one_003"


def test_undo_takes_back_once_and_discard_only_what_is_not_kept(page):
    name, _ = page.kept()
    assert page.post("/discard", uuid=name).status_code == 409
    for _ in range(2):
        assert page.post("/undo", uuid=name).json()["take"]["state"] == "undone"
    assert page.files() == ["recorded.jsonl"]
    assert [line["op"] for line in read_lines(page.folder / "recorded.jsonl")] == ["keep", "undo"]
    other, _ = page.send()
    page.looked(other)
    for _ in range(2):
        assert page.post("/discard", uuid=other).status_code == 200
    assert page.post("/keep", uuid=other).status_code == 404
    assert page.post("/undo", uuid=other).status_code == 404
    assert page.files() == ["recorded.jsonl"]


def test_a_take_that_is_discarded_is_not_looked_at_to_its_end(open_page, slow_eyes):
    with open_page(extractor=slow_eyes) as page:
        name, _ = page.send()
        assert page.post("/keep", uuid=name).status_code == 409, "nobody has seen it yet"
        assert page.hold()["has_lease"], "others are answered meanwhile"
        page.post("/discard", uuid=name)
        slow_eyes.go.set()
        other, _ = page.send()
        assert page.looked(other)["frames"] == 15
        # One picture to warm up, two of the take that was given up, fifteen of the other.
        assert len(slow_eyes.images) <= 1 + 3 + 15


def test_how_far_a_long_take_is_can_be_asked(open_page, slow_eyes):
    slow_eyes.until = 0.24
    with open_page(extractor=slow_eyes) as page:
        name, reply = page.send()
        share = reply.json()["share"]
        for _ in range(2000):
            if share > 0.45:
                break
            share = page.client.get(f"/take/{name}").json()["share"]
        # Seven thirtieths of half a second.
        assert share == pytest.approx(0.467, abs=0.002)
        slow_eyes.go.set()
        assert page.looked(name)["frames"] == 15


def test_a_free_recording_becomes_clips_without_a_class(page):
    name, _ = page.send(free=True)
    seen = page.looked(name)
    assert seen["clips"] >= 1
    state = page.post("/keep", uuid=name).json()
    assert state["unlabelled"] == seen["clips"]
    assert state["take"]["name"] == "unlabelled/ann_one_001"
    assert ".whole/ann_one_001.npz" in page.files()


def test_landmarks_only_keeps_no_picture(open_page):
    with open_page(video=False) as page:
        _, kept = page.kept()
        assert page.files() == [f"{kept}.npz", "recorded.jsonl"]
        assert "video" not in read_track(page.folder / f"{kept}.npz").about


@pytest.mark.parametrize(
    ("told", "status", "reason"),
    [
        ({"kind": "text/plain"}, 415, "video/webm"),
        ({"content": b"no video at all" * 99}, 422, "no video"),
        ({"content": b"", "size": 0}, 422, "0 of 0 bytes"),
        ({"size": 99_999}, 422, "bytes have arrived"),
        ({"size": 10}, 413, "larger than was said"),
        ({"size": 10**10}, 413, "larger than the"),
        ({"size": "many"}, 422, "size must be a number"),
        ({"seconds": 1000}, 422, "longer than the 180 s"),
        ({"seconds": "nan"}, 422, "seconds must be"),
        ({"name": "no-uuid"}, 422, "must be a UUID"),
        ({"label": "../up"}, 422, "cannot be a file's name"),
        ({"label": "Unlabelled"}, 422, "without a class"),
        ({"subject": "a/b"}, 422, "subject: "),
        ({"session": ".."}, 422, "session: "),
        ({"prompt": "x" * 999}, 422, "prompt must be"),
    ],
)
def test_what_is_no_take_is_refused_and_leaves_nothing(page, told, status, reason):
    _, reply = page.send(**told)
    assert reply.status_code == status
    assert reason in reply.json()["error"]
    assert page.files() == []


def test_a_video_that_is_longer_than_the_page_said_is_not_looked_at_to_its_end(page, webm_of):
    name, _ = page.send(content=webm_of(150), seconds=0.5)
    state = page.looked(name)
    assert state["state"] == "broken"
    assert "longer than the 0.5 s" in state["why"]
    assert page.post("/keep", uuid=name).status_code == 409


def test_without_the_token_nothing_is_taken(page):
    page.client.cookies.clear()
    _, reply = page.send()
    assert reply.status_code == 403
    assert page.files() == []


def test_a_disk_without_room_is_said_and_the_take_can_be_sent_again(page, monkeypatch):
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as full:
        full.setattr(clip_store.shutil, "disk_usage", lambda path: usage(1, 1, 1_000_000))
        name, reply = page.send()
        assert (reply.status_code, "only 1 MB" in reply.json()["error"]) == (507, True)
    page.send(name)
    page.looked(name)

    def no_room(path, *content):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as full:
        full.setattr(clip_store, "write_track", no_room)
        reply = page.post("/keep", uuid=name)
        assert (reply.status_code, "No space left" in reply.json()["error"]) == (507, True)
        assert page.files() == [f".recording/{name}.webm"]
    assert page.post("/keep", uuid=name).json()["take"]["state"] == "kept"


def test_only_one_page_records(page):
    assert page.hold("one")["has_lease"]
    assert not page.hold("two")["has_lease"]
    assert page.send(tab="two")[1].status_code == 409
    assert page.post("/class", tab="two", name="Wave").status_code == 409
    page.now[0] = 7.0
    assert page.hold("two")["has_lease"], "the first was not heard of for long"
    assert not page.hold("one")["has_lease"]
    assert page.hold("one", take_over=True)["has_lease"]
    page.post("/release", tab="one")
    assert page.hold("two")["has_lease"]


def test_classes_are_added_and_taken_off_while_they_have_no_clip(page):
    names = lambda reply: [one["name"] for one in reply.json()["classes"]]  # noqa: E731
    assert names(page.post("/class", name="Wave")) == ["none", "Like", "Heart", "Wave"]
    assert page.post("/class", name="like").status_code == 422
    assert page.post("/class", name="a/b").status_code == 422
    assert names(page.post("/unclass", name="Heart")) == ["none", "Like", "Wave"]
    page.kept()
    assert page.post("/unclass", name="Like").status_code == 409
    assert page.post("/unclass", name="nobody").status_code == 404
    # Of a class that only an earlier life of the recorder knew.
    page.kept(label="Stop")
    assert [one["name"] for one in page.hold()["classes"]] == ["none", "Like", "Wave", "Stop"]


def test_the_way_out_can_be_refused(page):
    page.post("/leave", label=True)
    assert page.hold()["over"] == {"how": "preparing"}
    assert page.board.ending.wait() is True
    page.board.ending.refuse("too few")
    assert page.hold()["over"] == {"how": "refused", "why": "too few"}
    page.post("/stay")
    assert page.hold()["over"] is None
    page.post("/leave")
    assert page.board.ending.wait() is False


def test_eyes_that_cannot_be_opened_are_told_of_and_opened_again(open_page, tools):
    from gesture_al.core.errors import UserError

    class Blind(tools.FakeExtractor):
        broken = True

        def track(self):
            if self.broken:
                raise UserError("no model here")
            return super().track()

    eyes = Blind()
    with open_page(extractor=eyes) as page:
        state = page.hold()["eyes"]
        while state["state"] == "loading":
            state = page.hold()["eyes"]
        assert state == {"state": "failed", "why": "no model here"}
        eyes.broken = False
        page.post("/warm")
        name, _ = page.send()
        assert page.looked(name)["state"] == "looked"
        assert page.hold()["eyes"]["state"] == "ready"


def test_every_module_of_the_page_is_there_and_named_in_it(page):
    named, reached = modules_of(page.client)
    assert named == reached


def test_what_is_drawn_fits_the_video(page):
    name, _ = page.send()
    page.looked(name)
    drawn = page.client.get(f"/take/{name}/joints").json()
    assert len(drawn["seconds"]) == len(drawn["joints"]) == len(drawn["hands"]) == 15
    assert drawn["hands"][0] == [0, 1]
    assert drawn["joints"][0][:42] == [None] * 42
    assert all(0 <= value <= 1 for value in drawn["joints"][0][42:])
    assert page.client.get(f"/take/{uuid.uuid4()}/joints").status_code == 404


@pytest.mark.parametrize("killed_before", ["sync_file", "bring", "write_track", "append_line", "crossing out", "the reply"])
def test_a_kill_while_a_take_is_kept_leaves_it_whole_or_not_at_all(open_page, monkeypatch, killed_before):
    class Killed(BaseException):
        pass

    def kill(*anything, **named):
        raise Killed

    with open_page() as page:
        name, _ = page.send()
        page.looked(name)
        with monkeypatch.context() as power_cut:
            if killed_before != "the reply":
                power_cut.setattr(clip_store.Move, "__exit__", lambda *told: None)
            if killed_before == "bring":
                power_cut.setattr(clip_store.Move, "bring", kill)
            elif killed_before in ("sync_file", "write_track", "append_line"):
                power_cut.setattr(clip_store, killed_before, kill)
            with contextlib.suppress(Killed):
                page.board.takes.keep(name)
    with open_page() as page:
        whole = killed_before in ("append_line", "crossing out", "the reply")
        assert page.client.get(f"/take/{name}").json()["state"] == ("kept" if whole else "unknown")
        assert len(page.files()) == (3 if whole else 0)
        # The page heard no reply, so it sends the take again.
        page.send(name)
        page.looked(name)
        assert page.post("/keep", uuid=name).json()["take"]["state"] == "kept"
        assert page.files() == ["Like/ann_one_001.npz", "Like/ann_one_001.webm", "recorded.jsonl"]
        assert len(read_lines(page.folder / "recorded.jsonl")) == 1
