"""Routes of a clip's recording and of new ends."""

from __future__ import annotations

import json
import uuid

import pytest
from cutting_world import recorded
from page_world import Page, client_of

from gesture_al.active.annotation.answer_log import AnswerLog
from gesture_al.active.annotation.session import LabelSession, SessionConfig
from gesture_al.active.questions import Purpose, Question
from gesture_al.core.seeds import RandomStreams

ROW = 3


@pytest.fixture
def page(asked, tmp_path):
    """A session that asks about one clip, of which the recording is kept."""
    clips = recorded(tmp_path / "data", people=1)
    session = LabelSession(AnswerLog(tmp_path / "session.jsonl"), clips, SessionConfig(audit_each_round=0), RandomStreams(0))
    asked(session, [Question(str(clips.ids[row]), row, 0, Purpose.QUERY) for row in (ROW, 15)])
    client, board = client_of(session, tmp_path)
    client.get("/?token=secret")
    return Page(session, tmp_path, client, board)


def test_the_recording_around_a_clip_tells_neither_its_name_nor_its_place_on_disk(page, tmp_path):
    [item] = page.next(1)
    answer = page.client.get(f"/around/{item['handle']}")
    around = answer.json()
    assert set(around) == {"seconds", "frames", "seen", "video", "from", "now", "own", "least", "longest"}
    assert around["now"] == around["own"]
    first, last = around["own"]
    assert around["from"] + around["seconds"][first] == pytest.approx(page.session.clips.start[ROW], abs=0.05)
    assert around["seconds"][last] - around["seconds"][first] == pytest.approx(0.7, abs=0.05)
    assert len(around["frames"]) == len(around["seconds"]) > last + 20
    assert (around["least"], around["longest"]) == (0.2, 20.0)
    for secret in ("p0", "whole", str(tmp_path), *page.session.clips.classes):
        assert secret not in answer.text
        assert secret not in page.client.get(f"/clip/{item['handle']}").text


def test_a_clip_is_answered_with_new_ends_and_is_drawn_so_from_then_on(page):
    [item] = page.next(1)
    plain = page.client.get(f"/clip/{item['handle']}").json()
    assert (plain["movable"], plain["ends"]) == (True, None)
    reply = page.answer(item["handle"], start=2.0, end=3.0)
    assert reply.status_code == 200
    [line] = [json.loads(text) for text in (page.folder / "session.jsonl").read_text().splitlines()]
    assert (line["start"], line["end"]) == pytest.approx((2.0, 3.0), abs=0.03)
    moved = page.client.get(f"/clip/{item['handle']}").json()
    assert moved["ends"] == [line["start"], line["end"]]
    assert moved["seconds"][-1] == pytest.approx(1.0, abs=0.03) != pytest.approx(plain["seconds"][-1], abs=0.1)
    [last] = page.state()["last"]
    assert (last["moved"], last["reason"]) == (True, "")
    around = page.client.get(f"/around/{item['handle']}").json()
    assert around["from"] + around["seconds"][around["now"][0]] == pytest.approx(line["start"], abs=0.002)
    assert around["now"] != around["own"]
    page.post("/undo", uuid=str(uuid.uuid4()), undoes=line["uuid"])
    assert page.client.get(f"/clip/{item['handle']}").json() == plain


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start": 2.0}, "a start and an end"),
        ({"start": 2.0, "end": 2.05}, "at least"),
        ({"start": 2.0, "end": 1.0}, "at least"),
        ({"start": 2.0, "end": 1000.0}, "the recording goes from 0.00 to 11.96 s"),
        ({"start": -2.0, "end": 2.0}, "start must be a number from 0"),
        ({"start": "2", "end": 3.0}, "start must be a number"),
        ({"start": True, "end": 3.0}, "start must be a number"),
        ({"start": 2.0, "end": float("nan")}, "end must be a number"),
        ({"start": [2.0], "end": 3.0}, "start must be a number"),
        ({"operation": "bad", "start": 2.0, "end": 3.0}, "a bad clip leaves the pool"),
        ({"operation": "bad", "reason": "boring"}, "there are: cut wrong, two gestures, no hand"),
        ({"operation": "bad", "reason": 1}, "reason must be a text"),
        ({"operation": "skip", "reason": "no hand"}, "no reason for a bad clip"),
    ],
)
def test_ends_and_reasons_that_cannot_be_are_refused_with_a_sentence(page, fields, said):
    [item] = page.next(1)
    body = {"uuid": str(uuid.uuid4()), "handle": item["handle"], "operation": "label", "tab": "tab", **fields}
    body |= {"name": "Like"} if body["operation"] == "label" else {}
    refused = page.client.post("/answer", content=json.dumps(body), headers={"content-type": "application/json"})
    assert refused.status_code == 422
    assert said in refused.json()["error"]
    assert not (page.folder / "session.jsonl").exists()
    assert page.next(1) == [item]


def test_a_clip_without_a_recording_has_nothing_around_it(page, tmp_path):
    [item] = page.next(1)
    for path in (tmp_path / "data" / ".whole").iterdir():
        path.unlink()
    assert page.client.get(f"/clip/{item['handle']}").json()["movable"] is False
    refused = page.client.get(f"/around/{item['handle']}")
    assert refused.status_code == 404
    assert "not kept" in refused.json()["error"]
    assert page.answer(item["handle"], start=2.0, end=3.0).status_code == 409
    assert page.client.get("/around/nothing").status_code == 404


def test_a_reason_is_in_the_log_and_in_the_last_decisions(page):
    [item] = page.next(1)
    assert page.answer(item["handle"], operation="bad", reason="two gestures").status_code == 200
    [line] = [json.loads(text) for text in (page.folder / "session.jsonl").read_text().splitlines()]
    assert line["reason"] == "two gestures"
    assert page.state()["last"][0]["reason"] == "two gestures"
