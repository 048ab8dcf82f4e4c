"""News for open pages: the state whenever it changes, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from gesture_al.active.annotation.session import LabelSession
from gesture_al.studio.label.state import LabelBoard

# How long a page that is reloaded is away, at the most.
_RELOAD = 2.0
# A page that has gone without a word is found out by writing to it.
_ALIVE = 10.0
# Training tells of itself ten times a second, which nobody can read.
_BREATH = 0.15


class Audience:
    """The pages that are open.

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
        """Whoever looks has seen enough."""
        self._dismissed.set()

    def wait_until_gone(self, most: float) -> None:
        """Wait while pages are open, so many seconds at the most; at once where none is."""
        gone, until = None if self._open else 0.0, time.monotonic() + most
        while not self._dismissed.wait(0.1) and time.monotonic() < until:
            if self._open:
                gone = None
            elif gone is None:
                gone = time.monotonic()
            elif time.monotonic() - gone > _RELOAD:
                return

    async def _events(self) -> AsyncIterator[str]:
        self._count(1)
        try:
            yield "retry: 1000\n\n"
            version, told = -1, time.monotonic()
            while True:
                last = self.closing
                now = await run_in_threadpool(self._session.wait_for_change, version, 0.5)
                if now != version or last:
                    state = await run_in_threadpool(self._board.state)
                    version, told = state["version"], time.monotonic()
                    yield f"event: state\ndata: {json.dumps(state)}\n\n"
                elif time.monotonic() - told > _ALIVE:
                    told = time.monotonic()
                    yield ": still here\n\n"
                if last:
                    return
                await asyncio.sleep(_BREATH if self._session.seen.doing == "training" else 0)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._open += change
