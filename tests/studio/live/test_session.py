"""What a tab may send, and what it is told."""

from __future__ import annotations

import json
import threading

import pytest
from live_page_world import BRIGHT, DARK, GREY, jpeg, tab_of
from module_world import modules_of

from gesture_al.data.track import read_track
from gesture_al.deploy.live.collecting import UNSURE, WRONG


@pytest.fixture
def tab(fake, tmp_path):
    tab = tab_of(fake, tmp_path, subject="anna")
    yield tab
    tab.live_page.end()
    tab.live_page.wait()
    assert fake.extractor.open == 0, "a tracker was left open"


def named(replies):
    return [reply["event"]["name"] for reply in replies if reply["event"]]


def test_the_page_names_all_of_its_modules_beforehand(tab):
    named_beforehand, reached = modules_of(tab.client)
    assert named_beforehand == reached
    assert "/shared/camera.js" in reached


def test_what_stands_on_the_page(tab, tmp_path):
    about = tab.client.get("/about").json()
    assert (about["recogniser"], about["synthetic"], about["threshold"]) == ("mine", True, 0.6)
    assert about["classes"] == [
        {"name": "Like", "limit": 0.6, "folder": True},
        {"name": "Heart", "limit": 0.6, "folder": True},
        {"name": "none", "limit": None, "folder": True},
    ]
    assert about["command"] == f"gesture-al label dataset=clips dataset.params.path={tmp_path.as_posix()}"
    assert len(about["skeleton"]["sides"]) == 42


def test_a_picture_is_answered_with_joints_probabilities_and_costs(tab):
    first = tab.frame(BRIGHT).json()
    assert len(first["joints"]) == 84
    assert first["joints"][0] == pytest.approx(250 / 255, abs=0.01)
    assert sum(first["smoothed"]) == pytest.approx(1, abs=1e-3)
    assert set(first["milliseconds"]) == {"decode", "landmarks", "rest"}
    predictions = [reply["smoothed"] is not None for reply in tab.frames(DARK, 1)]
    assert sum(predictions) == 10, "ten looks a second, however many pictures come"


def test_an_event_fires_once_a_gesture_and_is_told_at_once(tab):
    replies = [*tab.frames(DARK, 1), *tab.frames(BRIGHT, 1.5), *tab.frames(DARK, 1), *tab.frames(BRIGHT, 1), *tab.frames(DARK, 1)]
    assert named(replies) == ["Like", "Like"]
    assert [event.name for event in tab.events] == ["Like", "Like"]
    assert tab.events[1].seconds - tab.events[0].seconds == pytest.approx(2.5, abs=0.11)


def test_a_threshold_is_tried_without_being_written(tab):
    assert tab.post("/threshold", threshold=0.97).json() == {"limits": [0.97, 0.97, 0.97]}
    assert named([*tab.frames(DARK, 1), *tab.frames(BRIGHT, 1.5), *tab.frames(DARK, 1)]) == []
    tab.post("/threshold", threshold=0.5)
    assert named([*tab.frames(BRIGHT, 1.5)]) == ["Like"]
    assert tab.live_page.recogniser.point.threshold == 0.6


def test_what_was_wrong_goes_to_the_head_of_the_pool(tab, tmp_path):
    tab.frames(BRIGHT, 4)
    told = tab.post("/wrong", tab="tab").json()
    assert told["kept"] == 1
    (path,) = (tmp_path / "unlabelled").glob("*.npz")
    assert path.stem == told["clip"]
    track = read_track(path)
    assert (track.about["priority"], track.about["reason"], track.about["subject"]) == (WRONG, "wrong", "anna")
    assert track.about["extractor"] == {"extractor": "fake"}
    assert (track.width, track.height, track.layout) == (160, 120, "hands")
    assert track.seconds[-1] - track.seconds[0] == pytest.approx(3, abs=0.06)
    assert "Like" not in str(track.about)


def test_a_person_may_say_at_once_what_it_really_was(tab, tmp_path):
    tab.frames(BRIGHT, 2)
    clip = tab.post("/wrong", tab="tab").json()["clip"]
    assert tab.post("/name", clip=clip, name="Heart").json()["kept"] == 1
    assert not list((tmp_path / "unlabelled").glob("*.npz"))
    track = read_track(tmp_path / "Heart" / f"{clip}.npz")
    assert track.about["class"] == "Heart"
    assert "priority" not in track.about
    assert tab.post("/name", clip=clip, name="Like").status_code == 404
    second = tab.post("/wrong", tab="tab").json()["clip"]
    assert second != clip
    assert tab.post("/name", clip=second, name="../Like").status_code == 422


def no_room(path, track):
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_and_the_clip_can_be_kept_afterwards(tab, tmp_path, monkeypatch):
    tab.frames(BRIGHT, 1)
    with monkeypatch.context() as full:
        full.setattr("gesture_al.deploy.live.collecting.write_track", no_room)
        refused = tab.post("/wrong", tab="tab")
        assert (refused.status_code, "mark it again" in refused.json()["error"]) == (507, True)
    clip = tab.post("/wrong", tab="tab").json()["clip"]
    with monkeypatch.context() as full:
        full.setattr("gesture_al.deploy.live.collecting.write_track", no_room)
        assert tab.post("/name", clip=clip, name="Heart").status_code == 507
    assert (tmp_path / "unlabelled" / f"{clip}.npz").exists()
    assert tab.post("/name", clip=clip, name="Heart").status_code == 200


def test_there_is_nothing_to_keep_before_the_first_pictures(tab, tmp_path):
    assert tab.post("/wrong", tab="tab").status_code == 409
    assert not list(tmp_path.iterdir())


def test_what_it_hesitates_about_is_kept_if_asked(fake, tmp_path):
    tab = tab_of(fake, tmp_path, collect=True)
    replies = [*tab.frames(DARK, 2), *tab.frames(GREY, 1), *tab.frames(DARK, 2)]
    assert [reply["unsure"] for reply in replies].count(True) == 1
    assert replies[-1]["kept"] == 1
    (path,) = (tmp_path / "unlabelled").glob("*.npz")
    assert read_track(path).about["priority"] == UNSURE


def test_a_broken_picture_costs_itself_and_the_stream_goes_on(tab, caplog):
    tab.frames(DARK, 0.3)
    session = tab.live_page._follower
    whole = jpeg(BRIGHT)
    bomb = bytearray(whole)
    at = whole.index(b"\xff\xc0")
    bomb[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    for broken in (b"", b"\xff\xd8", b"not a picture", whole[:200], bytes(bomb), b"\x89PNG\r\n\x1a\n" + whole):
        assert tab.frame(broken).status_code == 422
    assert caplog.text.count("/frame with 422") == 6
    assert named(tab.frames(BRIGHT, 0.5)) == ["Like"]
    assert tab.live_page._follower is session, "it began anew"


@pytest.mark.parametrize(
    ("query", "kind", "body", "status"),
    [
        ("tab=tab&camera=1&seconds=1", "image/png", b"", 415),
        ("tab=tab&camera=1&seconds=1", "image/jpeg", b"x" * (2 * 1024 * 1024 + 1), 413),
        ("camera=1&seconds=1", "image/jpeg", b"", 422),
        ("tab=&camera=1&seconds=1", "image/jpeg", b"", 422),
        (f"tab={'x' * 41}&camera=1&seconds=1", "image/jpeg", b"", 422),
        ("tab=tab&camera=1&seconds=soon", "image/jpeg", b"", 422),
        ("tab=tab&camera=1&seconds=nan", "image/jpeg", b"", 422),
        ("tab=tab&camera=1&seconds=-1", "image/jpeg", b"", 422),
        ("tab=tab&camera=1", "image/jpeg", b"", 422),
    ],
)
def test_what_makes_no_sense_is_refused(tab, query, kind, body, status):
    refused = tab.client.post(f"/frame?{query}", content=body, headers={"content-type": kind})
    assert refused.status_code == status
    assert refused.json()["error"]


@pytest.mark.parametrize("threshold", [0, 1.01, "high", None, -1])
def test_a_threshold_outside_its_range_is_refused(tab, threshold):
    assert tab.post("/threshold", threshold=threshold).status_code == 422


def test_without_the_token_nothing_is_looked_at(tab):
    tab.client.cookies.clear()
    assert tab.frame(BRIGHT).status_code == 403
    assert tab.live_page.tally.frames == 0


def test_a_picture_that_is_not_later_is_left_out(tab):
    tab.frame(BRIGHT)
    assert tab.frame(BRIGHT, after=0).status_code == 409
    assert tab.frame(BRIGHT, after=-3).status_code == 409
    tab.seconds += 3
    assert tab.frame(BRIGHT).status_code == 200
    assert tab.live_page.tally.frames == 2


@pytest.mark.parametrize("change", ["camera", "size", "sleep", "reload"])
def test_another_camera_a_sleep_and_a_reload_begin_anew(tab, fake, tmp_path, change):
    tab.frames(BRIGHT, 0.15)
    size = (160, 120)
    if change == "camera":
        tab.camera, tab.seconds = "2", 3.0
    elif change == "size":
        size = (120, 160)
    elif change == "sleep":
        tab.seconds += 3600
    else:
        tab.post("/leave", tab="tab")
        tab.name, tab.seconds = "reloaded", 0.0
    replies = [tab.frame(jpeg(BRIGHT, size)).json() for _ in range(6)]
    assert named(replies) == ["Like"]
    assert fake.extractor.open == 1
    assert len(fake.model.aspects) == (2 if change == "size" else 1)
    told = [event.seconds for event in tab.events]
    assert told == sorted(told)
    tab.post("/wrong", tab=tab.name)
    (path,) = (tmp_path / "unlabelled").glob("*.npz")
    assert len(read_track(path)) == 6, "nothing of before"


def test_one_tab_at_a_time_and_another_can_take_it(tab):
    tab.frames(DARK, 0.2)
    tab.name = "other"
    refused = tab.frame(DARK)
    assert (refused.status_code, refused.json()["error"]) == (423, "another tab shows this recogniser")
    assert tab.post("/wrong", tab="other").status_code == 423
    tab.post("/take", tab="other")
    assert tab.frame(DARK).status_code == 200
    tab.name = "tab"
    assert tab.frame(DARK).status_code == 423
    tab.post("/leave", tab="other")
    assert tab.frame(DARK).status_code == 200


def test_a_tab_that_went_without_a_word_does_not_keep_it(tab):
    now = [0.0]
    tab.live_page.lease.clock = lambda: now[0]
    tab.frame(DARK)
    tab.name = "other"
    assert tab.frame(DARK).status_code == 423
    now[0] = 3.1
    assert tab.frame(DARK).status_code == 200


def test_a_tracker_that_fails_is_replaced(tab, fake, monkeypatch):
    tab.frame(DARK)

    def fail(frame):
        raise RuntimeError("graph has errors")

    monkeypatch.setattr(tab.live_page._follower._tracker, "see", fail, raising=False)
    refused = tab.frame(DARK)
    assert (refused.status_code, "graph has errors" in refused.json()["error"]) == (500, True)
    assert fake.extractor.open == 0
    assert tab.frame(DARK).status_code == 200


def test_it_ends_when_the_page_says_so(tab):
    ended = []
    waiting = threading.Thread(target=lambda: ended.append(tab.live_page.wait()))
    waiting.start()
    tab.frames(BRIGHT, 1)
    tab.post("/wrong", tab="tab")
    told = tab.post("/end").json()
    waiting.join(5)
    assert told == {"frames": 20, "events": 1, "kept": 1}
    assert (ended[0].frames, len(ended[0].extractor), len(ended[0].beyond), len(ended[0].kept)) == (20, 20, 20, 1)
    assert tab.frame(DARK).status_code == 410


def test_joints_that_were_not_seen_are_no_numbers(tab, monkeypatch):
    import numpy as np

    from gesture_al.data.track import FrameJoints

    nothing = FrameJoints(np.full((42, 3), np.nan, np.float32), np.full(2, np.nan, np.float32))
    tab.frame(DARK)
    monkeypatch.setattr(tab.live_page._follower._tracker, "see", lambda frame: nothing, raising=False)
    told = tab.frame(DARK)
    assert json.loads(told.text, parse_constant=pytest.fail)["joints"] == [None] * 84
