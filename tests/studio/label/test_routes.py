"""Routes of the labelling page: requests and replies."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import uuid

import httpx2
import numpy as np
import pytest
from labelling_world import CLASSES, questions
from module_world import modules_of
from page_world import client_of, round_row, thinks

from gesture_al.active.questions import Purpose
from gesture_al.core.errors import UserError
from gesture_al.studio.label.server import serve
from gesture_al.studio.server.opening import Opening

NOTHING = "00000000-0000-0000-0000-000000000000"


def log(page):
    return [json.loads(line) for line in (page.folder / "session.jsonl").read_text().splitlines()]


def test_the_page_and_its_parts_are_served_as_what_they_are(page):
    assert page.client.get("/").headers["content-type"].startswith("text/html")
    assert page.client.get("/static/main.js").headers["content-type"].startswith("text/javascript")
    assert page.client.get("/static/page.css").headers["content-type"].startswith("text/css")


def test_the_page_names_all_of_its_modules_beforehand(page):
    named, reached = modules_of(page.client)
    assert named == reached


def test_questions_come_in_their_order_and_are_called_by_names_that_tell_nothing(page):
    items = page.next(3)
    assert [page.session.item(item["handle"]).question.clip for item in items] == ["c01", "c02", "c03"]
    assert all(set(item) == {"handle", "purpose"} for item in items)
    assert "c01" not in json.dumps(items)


def test_two_tabs_get_different_clips_until_one_leaves(page):
    mine = page.next(3)
    assert not {item["handle"] for item in mine} & {item["handle"] for item in page.next(6, tab="other")}
    page.post("/leave", tab="tab")
    assert mine[0] in page.next(6, tab="other")


def test_the_clip_that_is_shown_stays_with_its_tab_when_the_next_batch_comes(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    session.offer(questions(20, 21, round_=-1, purpose=Purpose.VALIDATION))
    client, _ = client_of(session, tmp_path)
    client.get("/?token=secret")
    [shown, _] = client.post("/next", json={"tab": "tab"}).json()["items"]
    asked(session, questions(1, 2))
    items = client.post("/next", json={"tab": "tab", "holding": shown["handle"]}).json()["items"]
    assert [item["purpose"] for item in items] == ["audit", "query", "query"]
    assert items[0] == shown


def test_a_clip_is_drawn_without_its_name_or_class(page):
    [item] = page.next(1)
    clip = page.client.get(f"/clip/{item['handle']}").json()
    assert set(clip) == {"seconds", "frames", "seen", "video", "movable", "ends"}
    assert len(clip["frames"]) == len(clip["seconds"]) == 12
    assert len(clip["frames"][0]) == 2 * 42
    assert clip["seconds"][1] == pytest.approx(1 / 15, abs=1e-3)
    assert set(clip["seen"]) == {"left", "right"}


def test_an_answer_is_on_disk_when_it_is_acknowledged(page):
    [item] = page.next(1)
    reply = page.answer(item["handle"], "Heart", milliseconds=812, replays=2, source="mouse", annotator="Ann")
    assert reply.status_code == 200
    [line] = log(page)
    assert (line["clip"], line["name"], line["annotator"], line["source"]) == ("c01", "Heart", "Ann", "mouse")
    assert (line["milliseconds"], line["replays"], line["uuid"]) == (812, 2, reply.json()["uuid"])


def test_the_same_answer_sent_twice_counts_once(page):
    [item] = page.next(1)
    name = str(uuid.uuid4())
    first, second = (
        page.post("/answer", uuid=name, handle=item["handle"], operation="label", name="Like", tab="tab") for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (200, 200)
    assert len(log(page)) == 1


@pytest.mark.parametrize("operation", ["unsure", "skip", "bad"])
def test_there_are_three_ways_to_give_no_name(page, operation):
    [item] = page.next(1)
    assert page.answer(item["handle"], operation=operation).status_code == 200
    assert [line["operation"] for line in log(page)] == [operation]
    assert page.state()["last"][0]["operation"] == operation


def test_undo_brings_the_clip_back_first(page):
    [item] = page.next(1)
    kept = page.answer(item["handle"]).json()["uuid"]
    assert page.next(1) != [item]
    assert page.post("/undo", uuid=str(uuid.uuid4()), undoes=kept).status_code == 200
    assert page.next(1) == [item]
    assert page.state()["last"] == []


def test_a_decision_of_before_can_be_revised_after_a_restart(page, session_at, asked, tmp_path):
    [item] = page.next(1)
    page.answer(item["handle"], "Like")
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(2, 3))
    page.session, (page.client, _) = session, client_of(session, tmp_path)
    page.client.get("/?token=secret")
    [decision] = page.state()["last"]
    assert page.client.get(f"/clip/{decision['handle']}").status_code == 200
    assert page.answer(decision["handle"], "Heart").status_code == 409
    assert page.answer(decision["handle"], "Heart", revises=True).status_code == 200
    assert [one["name"] for one in page.state()["last"]] == ["Heart"]


def test_the_guess_is_in_no_reply_before_it_is_asked_for(page):
    thinks(page.session, 1, [0.123, 0.456, 0.421])
    [item] = page.next(1)
    everything = [page.client.get(path).text for path in ("/", "/about", "/state", f"/clip/{item['handle']}")]
    everything.append(json.dumps(page.next(3)))
    assert not [text for text in everything if "0.456" in text or "guesses" in text]
    reply = page.post("/reveal", handle=item["handle"]).json()
    assert reply["guesses"][0] == {"name": "Fire works", "probability": 0.456}
    page.answer(item["handle"], guess_shown=640)
    assert log(page)[0]["guess_shown"] == 640


def test_that_the_guess_was_seen_is_in_the_log_even_if_the_page_does_not_say_so(page):
    [item] = page.next(1)
    assert page.post("/reveal", handle=item["handle"]).json() == {"guesses": []}
    page.answer(item["handle"])
    assert log(page)[0]["guess_shown"] == 0.0


def test_the_reply_to_an_answer_says_what_the_model_thought_and_why_it_asked(page):
    thinks(page.session, 1, [0.1, 0.2, 0.7], score=1.25)
    [item] = page.next(1)
    reply = page.answer(item["handle"], "Like").json()
    assert reply["guesses"][0] == {"name": "Heart", "probability": 0.7}
    assert (reply["purpose"], reply["score"]) == ("query", 1.25)


def test_a_hidden_repeat_is_told_from_a_query_by_nothing(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0, repeats=1.0, repeats_from=1)
    client, _ = client_of(session, tmp_path)
    client.get("/?token=secret")
    seen = {}
    for round_, row in ((0, 1), (1, 2)):
        asked(session, questions(row, round_=round_))
        thinks(session, row, [0.2, 0.3, 0.5], round_)
        while items := client.post("/next", json={"tab": "tab", "most": 1}).json()["items"]:
            item = session.item(items[0]["handle"])
            fields = {"uuid": str(uuid.uuid4()), "handle": items[0]["handle"], "operation": "label", "name": "Like", "tab": "tab"}
            seen[round_, item.disguise] = (items[0]["purpose"], client.post("/answer", json=fields).json())
    assert (1, "repeat") in seen, "there was no repeat"
    for purpose, reply in seen.values():
        assert purpose == reply["purpose"] == "query"
        assert (reply["score"], len(reply["guesses"])) == (1.5, 3)


def test_a_class_can_be_added_and_renamed(page):
    [first, second, _] = page.next(3)
    page.answer(first["handle"], "Heart")
    assert page.post("/class", uuid=str(uuid.uuid4()), name=" Wave ").status_code == 200
    assert page.post("/rename", uuid=str(uuid.uuid4()), name="Love", renamed="Heart").status_code == 200
    assert page.answer(second["handle"], "Wave").status_code == 200
    state = page.state()
    assert [(one["name"], one["count"]) for one in state["classes"]] == [("Like", 0), ("Fire works", 0), ("Love", 1), ("Wave", 1)]
    assert [one["name"] for one in state["last"]] == ["Wave", "Love"]
    assert page.post("/class", uuid=str(uuid.uuid4()), name="Like").status_code == 409


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/next", {}, 422),
        ("/next", {"tab": "x", "most": 1000}, 422),
        ("/next", {"tab": "x", "most": "3"}, 422),
        ("/next", {"tab": "x\n"}, 422),
        ("/answer", {"operation": "label", "name": "Like"}, 422),
        ("/answer", {"operation": "undo", "uuid": NOTHING, "handle": "x"}, 422),
        ("/answer", {"operation": "skip", "uuid": NOTHING, "handle": "no such question"}, 404),
        ("/answer", {"operation": "skip", "uuid": "1", "handle": "x"}, 422),
        ("/answer", {"operation": "skip", "uuid": NOTHING, "handle": "x", "milliseconds": -1}, 422),
        ("/answer", {"operation": "skip", "uuid": NOTHING, "handle": "x", "milliseconds": float("nan")}, 422),
        ("/answer", {"operation": "skip", "uuid": NOTHING, "handle": "x", "replays": True}, 422),
        ("/answer", {"operation": "skip", "uuid": NOTHING, "handle": "x", "source": "import"}, 422),
        ("/answer", {"operation": "skip", "uuid": NOTHING, "handle": "x", "revises": "yes"}, 422),
        ("/answer", {"operation": "skip", "uuid": NOTHING, "handle": "x" * 100}, 422),
        ("/undo", {"uuid": NOTHING, "undoes": NOTHING}, 404),
        ("/reveal", {"handle": "no such question"}, 404),
        ("/class", {"uuid": NOTHING, "name": "  "}, 422),
        ("/class", {"uuid": NOTHING, "name": "x" * 61}, 422),
        ("/rename", {"uuid": NOTHING, "name": "New", "renamed": "Wave"}, 404),
        ("/leave", {"tab": 1}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_written(page, path, fields, status):
    text = json.dumps(fields)
    refused = page.client.post(path, content=text, headers={"content-type": "application/json"})
    assert refused.status_code == status
    assert refused.json()["error"]
    assert not (page.folder / "session.jsonl").exists()


def test_a_class_that_is_not_there_is_refused(page):
    [item] = page.next(1)
    assert page.answer(item["handle"], "Wave").status_code == 422


def test_somebody_elses_clip_is_not_taken(page):
    [item] = page.next(1)
    assert page.answer(item["handle"], tab="other").status_code == 409


def test_while_the_run_is_starting_again_an_answer_is_put_off_and_not_thrown_away(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    client, _ = client_of(session, tmp_path)
    client.get("/?token=secret")
    before = session_at(tmp_path / "before")
    asked(before, questions(1, 2))
    handle = before.next_items("tab")[0].handle
    fields = {"uuid": str(uuid.uuid4()), "handle": handle, "operation": "label", "name": "Like", "tab": "tab"}
    assert client.post("/answer", json=fields).status_code == 503
    asked(session, questions(1, 2))
    assert client.post("/answer", json=fields).status_code == 200


@pytest.mark.parametrize(("number", "status"), [(28, 507), (5, 500)])
def test_a_full_disk_is_told_and_the_question_stays(page, monkeypatch, number, status):
    def fail(*args):
        raise OSError(number, "No space left on device" if number == 28 else "Input/output error")

    [item] = page.next(1)
    monkeypatch.setattr("gesture_al.active.annotation.answer_log.append_line", fail)
    refused = page.answer(item["handle"])
    assert refused.status_code == status
    assert "kept in the page" in refused.json()["error"] or status == 500
    assert page.next(1) == [item]


def test_a_pause_ends_the_wait(page):
    assert page.post("/pause").status_code == 200
    assert page.session.paused


def test_a_cell_of_the_matrix_opens_its_clips_and_audit_clips_can_be_corrected(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    session.offer(questions(20, 21, round_=-1, purpose=Purpose.VALIDATION))
    asked(session, questions(1, 2))
    client, _ = client_of(session, tmp_path)
    client.get("/?token=secret")
    assert client.get("/cell?true=0&predicted=1").status_code == 404
    audit = session.items[next(iter(session._audits))]
    fields = {"uuid": str(uuid.uuid4()), "handle": audit.handle, "operation": "label", "name": "Like", "tab": "tab"}
    assert client.post("/answer", json=fields).status_code == 200
    session.progress.round(round_row(val_confusion=[[0, 1, 0], [0, 0, 0], [0, 0, 1]], val_predicted=[[20, 0, 1], [21, 2, 2]]))
    [clip] = client.get("/cell?true=0&predicted=1").json()["clips"]
    assert clip == {"handle": audit.handle, "revisable": True}
    [other] = client.get("/cell?true=2&predicted=2").json()["clips"]
    assert not other["revisable"]
    assert client.get(f"/clip/{other['handle']}").status_code == 200
    assert client.get("/cell?true=1&predicted=1").json()["clips"] == []
    assert client.get("/cell?true=9&predicted=1").status_code == 404
    assert client.get("/cell?true=-1&predicted=1").status_code == 422


def test_the_report_is_there_when_it_is_written(page):
    assert page.client.get("/report").status_code == 404
    (page.folder / "report.html").write_text("<h1>Report</h1>")
    assert page.client.get("/report").text == "<h1>Report</h1>"


def test_a_clip_with_a_video_has_it_beside(page, tmp_path):
    from dataclasses import replace

    files = np.full(len(page.session.clips), "", dtype="<U200")
    (tmp_path / "one.webm").write_bytes(b"0123456789")
    files[1], files[2] = str(tmp_path / "one.webm"), str(tmp_path / "gone.webm")
    begins = np.arange(len(files)) * 1.5
    page.session.clips = replace(page.session.clips, videos=files, video_from=begins)
    with_video, gone, without = page.next(3)
    reply = page.client.get(f"/clip/{with_video['handle']}")
    assert reply.json()["video"] == {"from": 1.5}
    assert "one.webm" not in reply.text, "a file's name may tell the class"
    part = page.client.get(f"/video/{with_video['handle']}", headers={"range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert "one.webm" not in str(part.headers)
    assert page.client.get(f"/video/{gone['handle']}").status_code == 404
    assert page.client.get(f"/clip/{without['handle']}").json()["video"] is None


def test_the_state_streams_whenever_it_changes_and_the_server_goes_with_the_run(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2))
    said, events = [], []
    with serve(session, tmp_path, Opening(browser=False, say=said.append)):
        address = said[0].split()[-1]
        with httpx2.Client(follow_redirects=True) as client:
            base = str(client.get(address).url).rstrip("/")
            with client.stream("GET", f"{base}/events") as stream:
                lines = (line for line in stream.iter_lines() if line.startswith("data: "))
                events.append(json.loads(next(lines)[6:]))
                items = client.post(f"{base}/next", json={"tab": "tab"}).json()["items"]
                fields = {"uuid": str(uuid.uuid4()), "handle": items[0]["handle"], "operation": "label", "name": "Like"}
                assert client.post(f"{base}/answer", json={**fields, "tab": "tab"}).status_code == 200
                events.append(json.loads(next(lines)[6:]))
    assert [event["batch"]["answered"] for event in events] == [0, 1]
    assert events[1]["version"] > events[0]["version"]
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(address)


@pytest.mark.parametrize(
    ("stop", "how"), [(KeyboardInterrupt, "paused"), (UserError("training diverged"), "failed"), (None, "done")]
)
def test_an_open_page_learns_how_it_ended(session_at, tmp_path, stop, how):
    session = session_at(tmp_path)
    said, endings = [], []

    def look():
        with httpx2.Client(follow_redirects=True) as client:
            base = str(client.get(said[0].split()[-1]).url).rstrip("/")
            with client.stream("GET", f"{base}/events") as stream:
                for line in stream.iter_lines():
                    if line.startswith("data: "):
                        endings.append(json.loads(line[6:])["over"])
                        if endings[-1] and endings[-1]["how"] == "done":
                            return

    looking = threading.Thread(target=look)
    with contextlib.suppress(KeyboardInterrupt, UserError), serve(session, tmp_path, Opening(browser=False, say=said.append)):
        looking.start()
        while not endings:
            time.sleep(0.01)
        if stop is not None:
            raise stop
    looking.join(10)
    assert endings[0] is None
    assert endings[-1]["how"] == how
    assert endings[-1].get("why") == (str(stop) if how == "failed" else None)


def test_the_classes_are_those_of_the_data_set(page):
    assert [one["name"] for one in page.state()["classes"]] == list(CLASSES)
