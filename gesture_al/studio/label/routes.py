"""Routes of the page's server, and the stream of updates to the pages that are open."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.errors import Refused
from gesture_al.studio.label import actions
from gesture_al.studio.label.clip_picture import shown_picture, surroundings_picture, video_of
from gesture_al.studio.label.results import Gallery
from gesture_al.studio.label.state import LabelBoard
from gesture_al.studio.server.body import Body
from gesture_al.studio.server.endpoints import deed, page, read, stored

STATIC = Path(__file__).with_name("static")
# How long a page that is reloaded is away, at the most.
_RELOAD = 2.0
# A page that vanished without saying so is noticed by writing to it.
_KEEP_ALIVE = 10.0
# Training reports ten times a second, which nobody can read.
_PAUSE = 0.15
_ACTIONS = {
    "next": actions.next_items,
    "answer": actions.answer,
    "undo": actions.undo,
    "reveal": actions.reveal,
    "class": actions.new_class,
    "rename": actions.rename_class,
    "leave": actions.leave,
}


def routes(session: LabelSession, board: LabelBoard, open_pages: OpenPages, folder: Path) -> list[BaseRoute]:
    """All of them.

    Args:
        session: What the page works on.
        board: Draws its state.
        open_pages: The pages that are open.
        folder: The run's, with its report.
    """
    gallery = Gallery(session)

    def pause(body: Body) -> dict[str, Any]:
        session.pause()
        open_pages.dismiss()
        return {}

    def clip(request: Request) -> dict[str, Any]:
        return shown_picture(session, gallery.row(request.path_params["handle"]))

    def surroundings(request: Request) -> dict[str, Any]:
        return surroundings_picture(session, gallery.row(request.path_params["handle"]))

    def cell(request: Request) -> dict[str, Any]:
        return {"clips": gallery.cell(*(_index(request, name) for name in ("true", "predicted")))}

    async def events(request: Request) -> Response:
        return open_pages.stream()

    async def video(request: Request) -> Response:
        return stored(video_of(session.clips, gallery.row(request.path_params["handle"])), "this clip has no video")

    async def report(request: Request) -> Response:
        return stored(RunPaths(folder).report, "the report is written at the end")

    return [
        page(STATIC / "index.html"),
        Route("/about", read(lambda request: board.about())),
        Route("/state", read(lambda request: board.state())),
        Route("/events", events),
        Route("/clip/{handle}", read(clip)),
        Route("/around/{handle}", read(surroundings)),
        Route("/video/{handle}", video),
        Route("/cell", read(cell)),
        Route("/report", report),
        *(deed(name, partial(do, session)) for name, do in _ACTIONS.items()),
        deed("pause", pause),
    ]


def _index(request: Request, name: str) -> int:
    value = request.query_params.get(name, "")
    if not value.isdecimal() or len(value) > 4:
        raise Refused(422, f"{name} must be the number of a class")
    return int(value)


class OpenPages:
    """The pages that are open, each of which gets the state whenever it changes, as server-sent events.

    Args:
        session: What they look at.
        board: What they are shown.
    """

    def __init__(self, session: LabelSession, board: LabelBoard) -> None:
        self._session, self._board = session, board
        self._open, self._lock = 0, threading.Lock()
        self._dismissed = threading.Event()
        self.closing = False

    def stream(self) -> StreamingResponse:
        """The events of one page."""
        return StreamingResponse(self._events(), media_type="text/event-stream")

    def dismiss(self) -> None:
        """End `wait_until_gone`: the person has seen enough."""
        self._dismissed.set()

    def wait_until_gone(self, most: float) -> None:
        """Wait while pages are open, so many seconds at the most; at once where none is."""
        closed_at, until = None if self._open else 0.0, time.monotonic() + most
        while not self._dismissed.wait(0.1) and time.monotonic() < until:
            if self._open:
                closed_at = None
            elif closed_at is None:
                closed_at = time.monotonic()
            elif time.monotonic() - closed_at > _RELOAD:
                return

    async def _events(self) -> AsyncIterator[str]:
        self._count(1)
        try:
            yield "retry: 1000\n\n"
            version, sent = -1, time.monotonic()
            while True:
                last = self.closing
                now = await run_in_threadpool(self._session.wait_for_change, version, 0.5)
                if now != version or last:
                    state = await run_in_threadpool(self._board.state)
                    version, sent = state["version"], time.monotonic()
                    yield f"event: state\ndata: {json.dumps(state)}\n\n"
                elif time.monotonic() - sent > _KEEP_ALIVE:
                    sent = time.monotonic()
                    yield ": still here\n\n"
                if last:
                    return
                await asyncio.sleep(_PAUSE if self._session.progress.phase_name == "training" else 0)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._open += change
