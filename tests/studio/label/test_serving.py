"""The labelling page under load: many tabs, one drawing of the state, and requests that are never finished."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from browser_world import log, served
from labelling_world import entry, questions
from page_world import round_row
from socket_world import Wire

from gesture_al.active.annotation.decisions import Decisions
from gesture_al.studio.label import open_pages
from gesture_al.studio.label.board import LabelBoard

TABS = 200
HALF_OPEN, FILES = 200, 128


@pytest.fixture
def connect():
    """Connections that are closed after the test."""
    with contextlib.ExitStack() as stack:
        yield lambda *args: stack.enter_context(contextlib.closing(Wire(*args)))


@pytest.fixture
def boards(monkeypatch):
    """The boards that are made."""
    boards, original = [], LabelBoard.__init__

    def remember(board, *args):
        original(board, *args)
        boards.append(board)

    monkeypatch.setattr(LabelBoard, "__init__", remember)
    return boards


def test_a_version_is_drawn_once_whoever_asks_and_however_often(page):
    first = page.board.drawing()
    assert page.board.drawing() is first
    assert page.client.get("/state").content == first.text
    assert page.board.state() == json.loads(first.text)
    assert page.board.drawings == 1
    page.session.notify()
    assert page.board.drawing() is not first
    assert page.board.drawings == 2
    page.board.over = {"how": "paused"}
    assert page.client.get("/state").json()["over"] == {"how": "paused"}, "how it ended has no version"


def test_an_answer_of_many_people_is_drawn_once_for_all_tabs(tmp_path, connect, boards):
    with served(tmp_path, [list(range(6))]) as (_, address):
        inside = connect(address).enter()
        tabs = [connect(address, inside.cookie) for _ in range(20)]
        for tab in tabs:
            tab.follow()
        before = boards[0].drawings
        [item, *_] = inside.post("/next", tab="tab")[1]["items"]
        assert inside.answer(item["handle"])[0] == 200
        for tab in tabs:
            while tab.next_state()["answers"] < 1:
                pass
        assert boards[0].drawings - before == 1


def test_states_of_a_busy_session_are_not_drawn_faster_than_anybody_reads(tmp_path, connect, boards):
    with served(tmp_path, [list(range(30))]) as (session, address):
        tab = connect(address).enter()
        last = tab.follow()
        began, before = time.monotonic(), boards[0].drawings
        for _ in range(100):
            session.notify()
            time.sleep(0.005)
        wanted = session.version
        while last["version"] < wanted:
            last = tab.next_state()
        allowed = 2 + (time.monotonic() - began) / open_pages._PAUSE
        assert boards[0].drawings - before <= allowed


def test_idle_tabs_take_no_threads_and_all_of_them_hear_of_an_answer(tmp_path, connect):
    with served(tmp_path, [list(range(6))]) as (_, address):
        inside = connect(address).enter()
        inside.post("/next", tab="tab")
        # Other tests of this process may have left threads that are about to end.
        before = set(threading.enumerate())
        tabs = [connect(address, inside.cookie) for _ in range(TABS)]
        for tab in tabs:
            tab.follow()
        time.sleep(0.6)
        new = set(threading.enumerate()) - before
        assert len(new) < 30, [thread.name for thread in new]
        [item, *_] = inside.post("/next", tab="tab")[1]["items"]
        assert inside.answer(item["handle"])[0] == 200
        for tab in tabs:
            while tab.next_state()["answers"] < 1:
                pass


def test_the_state_is_drawn_again_after_it_could_not_be(tmp_path, connect, monkeypatch, caplog):
    with served(tmp_path, [list(range(6))]) as (session, address):
        tab = connect(address).enter()
        tab.follow()

        def broken(board, version):
            raise RuntimeError("broken")

        with monkeypatch.context() as patch:
            patch.setattr(LabelBoard, "_draw", broken)
            session.notify()
            for _ in range(200):
                if "could not be drawn" in caplog.text:
                    break
                time.sleep(0.02)
        assert "could not be drawn" in caplog.text
        time.sleep(2 * open_pages._PAUSE)
        session.notify()
        assert tab.next_state()["version"] == session.version


def test_results_of_the_rounds_are_sent_once_and_again_when_they_change(tmp_path, connect):
    with served(tmp_path, [list(range(6))]) as (session, address):
        session.progress.round(round_row())
        inside = connect(address).enter()
        tab = connect(address, inside.cookie)
        first = tab.follow()
        assert len(first["rounds"]) == 1
        [item, *_] = inside.post("/next", tab="tab")[1]["items"]
        inside.answer(item["handle"])
        news = tab.next_state()
        assert news["answers"] == 1
        assert set(first) - set(news) == {"rounds", "confusion"}
        assert set(connect(address, inside.cookie).follow()) == set(first), "somebody new gets all of it"
        session.progress.round(round_row(round=1))
        assert len(tab.next_state()["rounds"]) == 2


def test_a_tab_that_comes_late_gets_the_state_at_once(tmp_path, connect):
    with served(tmp_path, [list(range(6))]) as (session, address):
        first = connect(address).enter()
        assert first.follow()["version"] == session.version
        time.sleep(3 * open_pages._PAUSE)
        assert connect(address, first.cookie).follow()["version"] == session.version


def test_an_answer_costs_the_same_work_late_as_early(session_at, asked, tmp_path, monkeypatch):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(*range(40)))
    board = LabelBoard(session, tmp_path)
    board.drawing()

    def scan(*args):
        raise AssertionError("went through all answers")

    monkeypatch.setattr(Decisions, "all_standing", scan)
    monkeypatch.setattr("gesture_al.active.annotation.answer_log.AnswerLog.__iter__", scan)
    for _ in range(5):
        [item, *_] = session.next_items("tab")
        session.keep(entry(), item.handle, "tab")
        assert board.state()["answers"] == len(session.log)
    assert session.tally.recounts == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of files there")
def test_answers_land_while_two_hundred_requests_hang_and_few_files_can_be_opened(tmp_path, connect):
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({FILES}, {FILES}))\n"
        "import browser_world, sys, time\n"
        "with browser_world.served(browser_world.Path(sys.argv[1]), [list(range(30))]) as (_, address):\n"
        "    print(address, flush=True)\n"
        "    time.sleep(120)\n"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "tests"), str(root)])}
    with (tmp_path / "stderr").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, stderr=said, text=True, env=environment
        )
    try:
        address = process.stdout.readline().split()[-1]
        inside = connect(address).enter()
        hanging = [connect(address) for _ in range(HALF_OPEN)]
        for number, one in enumerate(hanging):
            # One that was closed meanwhile to make room for the others.
            with contextlib.suppress(ConnectionError):
                one.send("POST /answer HTTP/1.1\r\nHost: x\r\n" + ("Content-Length: 100\r\n\r\n{" if number % 2 else ""))
        for _ in range(20):
            [item, *_] = inside.post("/next", tab="tab")[1]["items"]
            assert inside.answer(item["handle"])[0] == 200
        assert connect(address).enter().get("/about")[0] == 200, "nobody new gets in"
        assert len(log(tmp_path)) == 20
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert "Traceback" not in (tmp_path / "stderr").read_text()
