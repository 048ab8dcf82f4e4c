"""Connections of a page's server: how many there may be, and how long one may take over its request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from gesture_al.studio.server.guard import ADMITTED, CLOSED, LOG

# So many are taken from the system at once, before there is a look at whether there is room for them.
ACCEPTED_AT_ONCE = 4
# Those of so many turns of the loop may be on their way in or out.
_TURNS = 4
# Left to what the run and the page open beside: logs, videos, checkpoints, the libraries' own.
_SPARE_FILES, _SPARE_SHARE = 32, 4
_MOST, _LEAST = 1000, 16
# Where the system does not say what is open.
_USUAL_FILES = 64


@dataclass(frozen=True)
class Limits:
    """Limits of a server's connections.

    Args:
        connections: How many may be open at once.
        header_seconds: Within which the header of a request must be there.
        body_seconds: Within which the body must be there, whatever its length.
        body_bytes_a_second: A longer body may take as much longer as it needs at this pace.
    """

    connections: int = _MOST
    header_seconds: float = 10.0
    body_seconds: float = 20.0
    body_bytes_a_second: float = 4096.0

    @classmethod
    def of_process(cls) -> Limits:
        """Those that leave this process files to open beside."""
        most = _most_files()
        spare = max(_SPARE_FILES, most // _SPARE_SHARE) + _TURNS * ACCEPTED_AT_ONCE
        return cls(connections=min(_MOST, max(_LEAST, most - _open_files() - spare)))

    def protocol(self) -> type[LimitedProtocol]:
        """The protocol of a server with these limits."""
        return type("LimitedProtocol", (LimitedProtocol,), {"limits": self, "complaints": Complaints()})


class Complaints:
    """Lines of the log of which there may be hundreds; in ten seconds one is written, and how many there were meanwhile.

    Args:
        every: Seconds between two lines.
        clock: Seconds that only go forward.
    """

    def __init__(self, every: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._every, self._clock = every, clock
        self._last, self._untold = -every, 0

    def say(self, text: str) -> None:
        """Write a line, or count it."""
        if self._clock() - self._last < self._every:
            self._untold += 1
            return
        LOG.warning("page: %s%s", text, f" ({self._untold} more since the last such line)" if self._untold else "")
        self._last, self._untold = self._clock(), 0


class LimitedProtocol(H11Protocol):
    """HTTP on a connection that is closed when its request does not come, or when another needs the room.

    A connection is admitted once the guard has let a request of it through. Of those that were not, the oldest goes first; an
    admitted one never has to.
    """

    limits = Limits()
    complaints = Complaints()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_admitted = False
        self._awaited: object = None
        self._since, self._received = 0.0, 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Make room for a new connection, or refuse it."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch()
        if len(self.connections) > self.limits.connections:
            others = [one for one in cast(Iterable[LimitedProtocol], self.connections) if not one.admitted]
            # This one at least is among them.
            min(others, key=lambda one: one._since).hang_up(f"{self.limits.connections} are open, and another one came")

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came, and see what is still to come."""
        self._received += len(data)
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._is_admitted = self.admitted
        super().on_response_complete()
        self._watch()

    @property
    def admitted(self) -> bool:
        """Whether the guard has let a request through."""
        return self._is_admitted or bool(self.scope and self.scope["state"].get(ADMITTED))

    def hang_up(self, why: str) -> None:
        """Close the connection at once, with a line in the log."""
        # Gone for those who count, though the loop has still to hear of it.
        self.connections.discard(self)
        if self.scope:
            self.scope["state"][CLOSED] = True
        if self._received or self.scope:
            # Browsers open connections that they may need, and send nothing.
            self.complaints.say(f"closed a connection from {self.client[0] if self.client else 'somebody'}: {why}")
        self.transport.abort()

    def _watch(self) -> None:
        """Start the clock where the connection waits for something else than before."""
        state = self.conn.their_state
        # A cycle is one request; the next header is another thing to wait for than the last one.
        awaited = (state, self.cycle) if state in (h11.IDLE, h11.SEND_BODY) else None
        if awaited == self._awaited:
            return
        self._awaited, self._received = awaited, 0
        self._since = self.loop.time()
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if awaited is not None:
            self._set_deadline()

    def _set_deadline(self) -> None:
        limits, waits_for_body = self.limits, self.conn.their_state is h11.SEND_BODY
        allowed = limits.body_seconds + self._received / limits.body_bytes_a_second if waits_for_body else limits.header_seconds
        if self.flow.read_paused:
            # Nothing more can come until what came has been taken.
            self._since, self._received = self.loop.time(), 0
        left = self._since + allowed - self.loop.time()
        if left > 0:
            self._deadline = self.loop.call_later(left, self._set_deadline)
        elif not self.transport.is_closing():
            self.hang_up(f"the {'body' if waits_for_body else 'header'} of a request took longer than {allowed:.0f} s")


def _most_files() -> int:
    """Files that this process may have open."""
    try:
        import resource
    except ImportError:
        # Windows, which has no such limit for sockets.
        return 2 * _MOST
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2 * _MOST if soft == resource.RLIM_INFINITY else soft


def _open_files() -> int:
    """Files that this process has open."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        if Path(folder).is_dir():
            return len(list(Path(folder).iterdir()))
    return _USUAL_FILES
