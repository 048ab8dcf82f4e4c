"""The page's server, open as long as the run goes on."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from gesture_al.labelling.faces import Opening
from gesture_al.labelling.session import Session
from gesture_al.labelling.web.address import Address, listen
from gesture_al.labelling.web.application import application
from gesture_al.labelling.web.guard import Guard
from gesture_al.labelling.web.state import Board
from gesture_al.labelling.web.stream import Audience

# Whoever forgets the page after the end does not hold up the terminal for ever.
_LINGER = 600.0


@contextmanager
def serve(session: Session, folder: Path, opening: Opening | None = None) -> Iterator[None]:
    """Show the session in the browser inside a `with`; at its end the page stays until the person has seen how it ended.

    Args:
        session: What is shown.
        folder: The run's; it keeps the address, so that a resumed run has the same one.
        opening: How.

    Raises:
        UserError: It cannot listen at the host that was named.
    """
    opening = opening or Opening()
    address, listener = listen(folder, opening.host)
    board = Board(session, folder)
    audience = Audience(session, board)
    guarded = Guard(application(session, board, audience, folder), address)
    with _running(guarded, listener, lambda: _close(session, audience)):
        _announce(address, opening)
        try:
            yield
        except BaseException as err:
            board.over = {"how": "paused"} if isinstance(err, KeyboardInterrupt) else {"how": "failed", "why": str(err)}
            raise
        board.over = {"how": "done"}
        session.tell()
        if session.seen.finished is not None:
            # The run is on disk: Ctrl-C here only means "I have seen it".
            with contextlib.suppress(KeyboardInterrupt):
                audience.wait_until_gone(_LINGER)


def _close(session: Session, audience: Audience) -> None:
    audience.closing = True
    session.tell()


@contextmanager
def _running(guarded: Guard, listener: socket.socket, close: Callable[[], None]) -> Iterator[None]:
    """A server in a thread of its own; `close` is called before it is told to stop."""
    config = uvicorn.Config(
        guarded,
        # Small and the same everywhere; nothing of uvicorn's own is printed into the terminal.
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="page", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield
    finally:
        close()
        server.should_exit = True
        thread.join(5)


def _announce(address: Address, opening: Opening) -> None:
    opening.say(f"label in the browser: {address.url}")
    if not address.is_local:
        opening.say(
            f"anyone who can reach port {address.port} of this machine and has this address can see the clips and answer; "
            "nothing is encrypted on the way"
        )
    if opening.browser and _has_screen():
        # Some browsers block until they are closed.
        threading.Thread(target=webbrowser.open, args=(address.url,), daemon=True).start()


def _has_screen() -> bool:
    """Whether a browser would open in a window, and not as text in the terminal that the run writes to."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
