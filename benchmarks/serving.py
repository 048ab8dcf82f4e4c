"""How the labelling page's server holds up: many people, many idle tabs, half-open requests.

    python benchmarks/serving.py [--answers 10000] [--seconds 8] [--before CHECKOUT]

A session with so many answers is served by a process of its own. People who answer as fast as they can come over real sockets:
each has the event stream open, sends an answer, asks for the next questions, and so on. Printed are the time from an answer to
its acknowledgement (the answer is on disk then), answers a second, and what it costs to draw the state. Then the same with idle
tabs beside, and with 200 connections that never finish their request while the server may open 128 files. `--before` names
another checkout, of an earlier revision say, which is measured first; the ratio is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
ROUND = 1000
OPEN = 5000
HALF_OPEN, FILES = 200, 128
# People: milliseconds that 95 of 100 answers may take.
LIMITS = {1: 50, 10: 100, 50: 300}
LEAST_RATE = 150


def fill(folder: Path, answers: int) -> None:
    """Write the log of a session with so many answers of ten people, a thousand a round."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    with (folder / "session.jsonl").open("w") as file:
        for number in range(answers):
            entry = {
                "uuid": str(uuid.UUID(int=number)),
                "operation": "label",
                "time": (began + timedelta(seconds=5 * number)).isoformat(timespec="milliseconds"),
                "annotator": f"person {number % 10}",
                "question": f"query/{number // ROUND}/c{number:02d}",
                "clip": f"c{number:02d}",
                "round": number // ROUND,
                "purpose": "query",
                "name": ("Like", "Fire works", "Heart")[number % 3],
                "score": 0.5,
                "milliseconds": 2000.0,
            }
            file.write(json.dumps(entry) + "\n")


def serve(folder: Path, answers: int) -> None:
    """Serve the session until stdin ends; the address, then what it costs to draw the state, go to stdout."""
    from browser_world import Rounds, session_in
    from page_world import round_row

    from gesture_al.studio.label.board import LabelBoard
    from gesture_al.studio.label.server import serve as serve_label
    from gesture_al.studio.server.opening import Opening

    session, said = session_in(folder, clips=answers + OPEN), []
    for number in range(answers // ROUND):
        session.progress.round(round_row(round=number, labels=ROUND * number, class_counts=[0, 0, 0]))
    board, costs = LabelBoard(session, folder), []
    board.state()
    for _ in range(20):
        session.notify()
        began = time.perf_counter()
        json.dumps(board.state())
        costs.append(1000 * (time.perf_counter() - began))
    with serve_label(session, folder, Opening(browser=False, say=said.append)):
        Rounds(session, [list(range(answers, answers + OPEN))], [])
        while not session.has_begun:
            time.sleep(0.01)
        print(said[0].split()[-1], statistics.median(costs), flush=True)
        sys.stdin.read()
        session.pause()


class Server:
    """The session in a process of its own, inside a `with`.

    Args:
        checkout: Whose code serves.
        answers: How many it begins with.
        files: Files that it may have open; None: as many as this process.
    """

    def __init__(self, checkout: Path, answers: int, files: int | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory()
        fill(Path(self._folder.name), answers)
        path = os.pathsep.join([str(checkout), str(checkout / "tests")])
        limit = [] if files is None else ["--files", str(files)]
        command = [sys.executable, __file__, "--serve", self._folder.name, "--answers", str(answers), *limit]
        self._log = (Path(self._folder.name) / "log").open("w+")
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._log}
        self._process = subprocess.Popen(command, text=True, env={**os.environ, "PYTHONPATH": path}, **streams)
        assert self._process.stdout is not None
        address, cost = self._process.stdout.readline().split()
        self.url, self.state_cost = urlsplit(address), float(cost)
        self.host, self.port = str(self.url.hostname), int(self.url.port or 80)

    def tracebacks(self) -> tuple[int, int]:
        """Lines that the server has written to the terminal, and tracebacks among them."""
        text = Path(self._log.name).read_text()
        return len(text.splitlines()), text.count("Traceback (most")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()  # type: ignore[union-attr]
        self._log.close()
        self._folder.cleanup()


class Browser:
    """One connection with the cookie, as a browser keeps it open."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._cookie = ""

    async def open(self) -> Browser:
        """Come in with the token."""
        self._reader, self._writer = await asyncio.open_connection(self._server.host, self._server.port)
        _, headers, _ = await self.request("GET", f"/?{self._server.url.query}")
        self._cookie = headers["set-cookie"].partition(";")[0]
        return self

    async def request(self, method: str, path: str, fields: dict | None = None) -> tuple[int, dict[str, str], bytes]:
        """One request and its reply."""
        await self._send(method, path, fields)
        status, headers = await self._head()
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return status, headers, body

    async def post(self, path: str, suffered: int = 200, **fields: object) -> dict:
        """The fields of the reply; anything but a yes, or this status, ends the benchmark."""
        status, _, body = await self.request("POST", path, fields)
        if status not in (200, suffered):
            raise ConnectionError(f"{path}: {status} {body[:200]!r}")
        return json.loads(body)

    async def follow(self) -> None:
        """Read the event stream until cancelled."""
        await self._send("GET", "/events")
        await self._head()
        while await self._reader.read(1 << 16):
            pass

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def _send(self, method: str, path: str, fields: dict | None = None) -> None:
        body = b"" if fields is None else json.dumps(fields).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._server.host}:{self._server.port}\r\nCookie: {self._cookie}\r\n"
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if fields is not None else ""
        self._writer.write(f"{head}{kind}\r\n".encode() + body)
        await self._writer.drain()

    async def _head(self) -> tuple[int, dict[str, str]]:
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        return int(lines[0].split()[1]), {key.lower(): value for key, value in headers.items()}


async def answer_until(server: Server, number: int, until: float) -> list[float]:
    """Answer as fast as the server lets one; milliseconds of each answer."""
    browser, tab, taken = await Browser(server).open(), f"tab {number}", []
    items = (await browser.post("/next", tab=tab, most=3))["items"]
    while items and time.perf_counter() < until:
        fields = {"uuid": str(uuid.uuid4()), "handle": items[0]["handle"], "operation": "label", "name": "Like", "tab": tab}
        began = time.perf_counter()
        # Where the server is so slow that the lease has run out, somebody else has the clip: that was waited for too.
        await browser.post("/answer", 409, **fields, annotator=f"person {number}")
        taken.append(1000 * (time.perf_counter() - began))
        items = (await browser.post("/next", tab=tab, most=3))["items"]
    browser.close()
    return taken


async def answering(server: Server, people: int, idle: int, seconds: float) -> tuple[list[float], float]:
    """Milliseconds of all answers, and answers a second, of so many people beside so many idle tabs."""
    streams = [asyncio.create_task((await Browser(server).open()).follow()) for _ in range(people + idle)]
    await asyncio.sleep(1)
    began = time.perf_counter()
    everyone = await asyncio.gather(*(answer_until(server, number, began + seconds) for number in range(people)))
    rate = sum(map(len, everyone)) / (time.perf_counter() - began)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    return [one for taken in everyone for one in taken], rate


async def under_attack(server: Server, seconds: float) -> tuple[list[float], str]:
    """Milliseconds of one person's answers while others hang half-open, and whether somebody new gets in."""
    person, taken = await Browser(server).open(), []
    hanging = await asyncio.gather(*(_half_open(server, number) for number in range(HALF_OPEN)))
    until, tab = time.perf_counter() + seconds, "tab"
    try:
        while time.perf_counter() < until:
            [item, *_] = (await asyncio.wait_for(person.post("/next", tab=tab, most=3), 10))["items"]
            fields = {"uuid": str(uuid.uuid4()), "handle": item["handle"], "operation": "label", "name": "Like", "tab": tab}
            began = time.perf_counter()
            await asyncio.wait_for(person.post("/answer", **fields), 10)
            taken.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(0.05)
        newcomer = await asyncio.wait_for(Browser(server).open(), 5)
        newcomer.close()
        outcome = "somebody new gets in"
    except (OSError, EOFError, TimeoutError) as err:
        outcome = f"ended by {type(err).__name__} {err}"[:100]
    for writer in hanging:
        if writer is not None:
            writer.close()
    return taken, outcome


async def _half_open(server: Server, number: int) -> asyncio.StreamWriter | None:
    """Half of them stop in the header, half in the body."""
    with contextlib.suppress(OSError, TimeoutError):
        _, writer = await asyncio.wait_for(asyncio.open_connection(server.host, server.port), 5)
        head = f"POST /answer HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nContent-Type: application/json\r\n"
        writer.write((head + ("Content-Length: 500\r\n\r\n{" if number % 2 else "")).encode())
        return writer
    return None


def quantiles(taken: list[float]) -> tuple[float, float]:
    """Median and 95th percentile; infinite where nothing came."""
    if len(taken) < 2:
        return (taken[0], taken[0]) if taken else (float("inf"), float("inf"))
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def measure(checkout: Path, answers: int, seconds: float) -> dict[str, tuple[float, float, float]]:
    """All figures of one checkout, printed as they come: median, p95 and answers a second by what was measured."""
    figures = {}
    for people, idle in ((1, 0), (10, 0), (50, 0), (1, 200), (10, 200)):
        with Server(checkout, answers) as server:
            if not figures:
                print(f"{'state drawn':<34}{server.state_cost:>8.2f} ms", flush=True)
                figures["state drawn"] = (server.state_cost, server.state_cost, 0.0)
            taken, rate = asyncio.run(answering(server, people, idle, seconds))
        median, p95 = quantiles(taken)
        limit = f"   limit {LIMITS[people]:>4} ms {'ok' if p95 <= LIMITS[people] else 'TOO SLOW'}"
        busy = f", {LEAST_RATE} a second {'ok' if rate >= LEAST_RATE else 'TOO FEW'}" if people > 1 else ""
        name = f"{people} people, {idle} idle tabs"
        print(f"{name:<34}p50 {median:>8.1f} ms   p95 {p95:>8.1f} ms{rate:>8.1f} answers/s{limit}{busy}", flush=True)
        figures[name] = median, p95, rate
    with Server(checkout, answers, FILES) as server:
        taken, outcome = asyncio.run(under_attack(server, seconds))
        lines, tracebacks = server.tracebacks()
    median, p95 = quantiles(taken)
    name = f"{HALF_OPEN} half-open, {FILES} files"
    said = f"{outcome}; {lines} lines in the terminal, {tracebacks} tracebacks"
    print(f"{name:<34}p50 {median:>8.1f} ms   p95 {p95:>8.1f} ms{len(taken):>8} answers    {said}", flush=True)
    figures[name] = median, p95, float(len(taken))
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--before", type=Path, help="another checkout, measured too")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--files", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve is not None:
        if args.files is not None:
            import resource

            resource.setrlimit(resource.RLIMIT_NOFILE, (args.files, args.files))
        serve(args.serve, args.answers)
        return
    found = []
    for checkout in filter(None, (args.before, ROOT)):
        print(f"{checkout.resolve()}, {args.answers} answers", flush=True)
        found.append(measure(checkout.resolve(), args.answers, args.seconds))
    if len(found) == 2:
        for name, (_, p95, _) in found[0].items():
            print(f"{name:<34}before/after {p95 / found[1][name][1]:>8.1f} of the 95th percentile")


if __name__ == "__main__":
    main()
