"""The pages that are open, and the stream of the session's state to each of them; the state is drawn once for all."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from gesture_al.active.annotation.session import LabelSession
from gesture_al.studio.label.board import Drawing, LabelBoard
from gesture_al.studio.server.guard import LOG

# How long a page that is reloaded is away, at the most.
_RELOAD = 2.0
# A page that vanished without saying so is noticed by writing to it.
_KEEP_ALIVE = 10.0
# Between two states; nobody can read more of them, and training reports ten times a second.
_PAUSE = 0.1
_TRAINING_PAUSE = 0.15
# Of more pages than these each gets it less often, so that answers do not wait for those who only look.
_MANY = 50


class OpenPages:
    """The pages that are open, each of which gets the state soon after it changes, as server-sent events.

    One task draws for all of them, and a page that has nothing to be sent takes no thread. The results of the rounds are sent to
    a page with its first state, and again when they have changed.

    Args:
        session: What they look at.
        board: What they are shown.
    """

    def __init__(self, session: LabelSession, board: LabelBoard) -> None:
        self._session, self._board = session, board
        self._open = 0
        self._dismissed = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._drawing: asyncio.Task[None] | None = None
        # Of the server's loop; only there are they looked at.
        self._changed, self._news = asyncio.Event(), asyncio.Event()
        self._drawn: Drawing | None = None
        self._is_last = self._closing = False
        session.watch(self._on_change)

    def stream(self) -> StreamingResponse:
        """The events of one page."""
        return StreamingResponse(self._events(), media_type="text/event-stream")

    def close(self) -> None:
        """Send the last state to every page and end its stream."""
        self._closing = True
        self._on_change()

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

    def _on_change(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    async def _events(self) -> AsyncIterator[bytes]:
        self._open += 1
        self._loop = asyncio.get_running_loop()
        self._changed.set()
        if self._drawing is None or self._drawing.done():
            self._drawing = asyncio.create_task(self._draw())
        try:
            yield b"retry: 1000\n\n"
            sent: Drawing | None = None
            while True:
                news = self._news
                if self._drawn is not None and self._drawn is not sent:
                    has_results = sent is not None and sent.results is self._drawn.results
                    sent = self._drawn
                    yield b"event: state\ndata: " + (sent.news if has_results else sent.text) + b"\n\n"
                elif self._is_last:
                    return
                else:
                    try:
                        async with asyncio.timeout(_KEEP_ALIVE):
                            await news.wait()
                    except TimeoutError:
                        yield b": still here\n\n"
        finally:
            self._open -= 1

    async def _draw(self) -> None:
        """Draw the state after every change, as long as a page is open."""
        while self._open:
            await self._changed.wait()
            self._changed.clear()
            closing = self._closing
            try:
                self._drawn = await run_in_threadpool(self._board.drawing)
            except Exception:
                # The pages go on with what they have; the next change is tried again.
                LOG.exception("page: the state could not be drawn")
            self._is_last = closing
            news, self._news = self._news, asyncio.Event()
            news.set()
            if not closing:
                training = self._session.progress.phase_name == "training"
                await asyncio.sleep((_TRAINING_PAUSE if training else _PAUSE) * max(1.0, self._open / _MANY))
