"""Connections that never finish their request, and clients that break off."""

from __future__ import annotations

import contextlib
import logging
import time

import pytest
from socket_world import Wire
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from gesture_al.studio.server.application import SHARED, application
from gesture_al.studio.server.connections import Complaints, Limits
from gesture_al.studio.server.endpoints import action
from gesture_al.studio.server.opening import Opening
from gesture_al.studio.server.server import served


async def forever(request: Request) -> StreamingResponse:
    import asyncio

    async def parts():
        while True:
            yield b"still here\n"
            await asyncio.sleep(0.01)

    return StreamingResponse(parts())


async def root(request: Request) -> JSONResponse:
    return JSONResponse({})


ROUTES = [Route("/", root), Route("/forever", forever), action("echo", lambda body: {"said": body.text("word")})]


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """A server with limits of its own; gives its address."""
    open_servers = []

    def start(**limits):
        monkeypatch.setattr(Limits, "of_process", classmethod(lambda cls: Limits(**limits)))
        said = []
        server = served(application(ROUTES, SHARED), tmp_path, Opening(browser=False, say=said.append), "test", lambda: None)
        server.__enter__()
        open_servers.append(server)
        return said[0].split()[-1]

    yield start
    for server in open_servers:
        server.__exit__(None, None, None)


@pytest.fixture
def connect():
    """Connections that are closed after the test."""
    with contextlib.ExitStack() as stack:
        yield lambda *args: stack.enter_context(contextlib.closing(Wire(*args)))


def lines(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def echo(wire, length, start=b'{"word": '):
    wire.send(wire.head("POST", "/echo", "Content-Type: application/json", f"Content-Length: {length}").encode() + start)


def send_slowly(wire, text):
    for letter in text:
        wire.send(letter)
        time.sleep(0.05)


def test_a_header_that_does_not_come_closes_the_connection(serve, connect, caplog):
    address = serve(header_seconds=0.3)
    silent, slow = connect(address), connect(address)
    slow.send("GET / HTTP/1.1\r\nHost: ")
    assert silent.is_closed()
    assert slow.is_closed()
    assert [line for line in lines(caplog) if "header" in line], lines(caplog)
    assert len(lines(caplog)) == 1, "one that has sent nothing is a browser that keeps a connection ready"


def test_a_header_that_comes_letter_by_letter_has_no_more_time(serve, connect):
    wire, began = connect(serve(header_seconds=0.5)), time.monotonic()
    with pytest.raises(ConnectionError):
        send_slowly(wire, "GET / HTTP/1.1\r\nX: " + "y" * 100)
    assert time.monotonic() - began < 4


def test_the_header_of_a_later_request_has_its_own_time(serve, connect):
    wire = connect(serve(header_seconds=0.5)).enter()
    for _ in range(3):
        time.sleep(0.3)
        assert wire.get("/")[0] == 200
    wire.send("GET / HTTP")
    assert wire.is_closed()


def test_a_body_that_does_not_come_closes_the_connection_and_is_one_line(serve, connect, caplog):
    wire = connect(serve(body_seconds=0.3)).enter()
    echo(wire, 100)
    assert wire.is_closed()
    time.sleep(0.2)
    assert len(lines(caplog)) == 1
    assert "body" in lines(caplog)[0]


def test_a_body_that_comes_in_time_is_taken_however_it_is_cut(serve, connect):
    wire = connect(serve(body_seconds=2.0)).enter()
    text = b'{"word": "in many parts"}'
    echo(wire, len(text), b"")
    for number in range(len(text)):
        wire.send(text[number : number + 1])
        time.sleep(0.01)
    assert wire.reply()[2] == b'{"said":"in many parts"}'


def test_a_long_body_at_a_fair_pace_may_take_longer(serve, connect):
    wire = connect(serve(body_seconds=0.3, body_bytes_a_second=10.0)).enter()
    text = b'{"word": "' + b"x" * 100 + b'"}'
    echo(wire, len(text), b"")
    for start in range(0, len(text), 10):
        wire.send(text[start : start + 10])
        time.sleep(0.08)
    assert wire.reply()[0] == 200


def test_who_is_not_let_in_cannot_stay_by_sending_a_body_slowly(serve, connect):
    wire = connect(serve(body_seconds=0.5))
    echo(wire, 10_000)
    with pytest.raises(ConnectionError):
        send_slowly(wire, " " * 100)


def test_a_stream_that_is_open_has_no_time_limit(serve, connect):
    wire = connect(serve(header_seconds=0.2, body_seconds=0.2)).enter()
    wire.send(wire.head("GET", "/forever"))
    assert wire.reply_head()[0] == 200
    until = time.monotonic() + 1
    while time.monotonic() < until:
        assert wire.stream.readline()


def test_no_more_connections_than_the_limit_are_open_and_who_was_let_in_stays(serve, connect, caplog):
    address = serve(connections=10)
    inside = connect(address).enter()
    following = connect(address, inside.cookie)
    following.send(following.head("GET", "/forever"))
    assert following.reply_head()[0] == 200
    hanging = []
    for _ in range(40):
        one = connect(address)
        one.send("GET / HTTP/1.1\r\nHost: ")
        hanging.append(one)
        time.sleep(0.002)
    assert inside.post("/echo", word="I am still here") == (200, {"said": "I am still here"})
    assert following.stream.readline()
    assert connect(address).enter().get("/")[0] == 200, "somebody new takes the place of one that hangs"
    gone = [one.is_closed(0.05) for one in hanging]
    assert sum(gone) >= 40 - 8
    assert gone[0], "the oldest goes first"
    assert not gone[-1]
    assert len(lines(caplog)) == 1, "not a line for each of them"


def test_a_server_full_of_those_who_were_let_in_refuses_the_next(serve, connect):
    address = serve(connections=3)
    inside = connect(address).enter()
    others = [connect(address, inside.cookie) for _ in range(2)]
    assert [one.get("/")[0] for one in (inside, *others)] == [200] * 3
    assert connect(address).is_closed()
    assert [one.get("/")[0] for one in (inside, *others)] == [200] * 3


def test_a_client_that_breaks_off_is_one_line_and_no_traceback(serve, connect, caplog):
    address = serve()
    inside = connect(address).enter()
    broken = connect(address, inside.cookie)
    echo(broken, 100)
    time.sleep(0.1)
    broken.break_off()
    for _ in range(100):
        if lines(caplog):
            break
        time.sleep(0.02)
    assert inside.get("/")[0] == 200
    assert lines(caplog) == ["page: POST /echo was broken off by the browser"]
    assert not [record for record in caplog.records if record.exc_info]


def test_a_stream_that_breaks_off_is_no_traceback(serve, connect, caplog):
    address = serve()
    inside = connect(address).enter()
    for _ in range(3):
        broken = connect(address, inside.cookie)
        broken.send(broken.head("GET", "/forever"))
        broken.stream.readline()
        broken.break_off()
    time.sleep(0.3)
    assert inside.get("/")[0] == 200
    assert lines(caplog) == []


def test_of_many_like_lines_one_is_written_and_the_others_are_counted(caplog):
    now = [0.0]
    complaints = Complaints(every=10.0, clock=lambda: now[0])
    for now[0] in (0.0, 1.0, 2.0, 11.0, 30.0):
        complaints.say("closed a connection")
    assert lines(caplog) == [
        "page: closed a connection",
        "page: closed a connection (2 more since the last such line)",
        "page: closed a connection",
    ]


@pytest.mark.parametrize(("files", "low", "high"), [(128, 16, 75), (1024, 500, 800), (1_000_000, 1000, 1000), (20, 16, 16)])
def test_the_limit_leaves_files_for_the_run_itself(monkeypatch, files, low, high):
    monkeypatch.setattr("gesture_al.studio.server.connections._most_files", lambda: files)
    monkeypatch.setattr("gesture_al.studio.server.connections._open_files", lambda: 30)
    assert low <= Limits.of_process().connections <= high
