"""A page's server in a thread of its own, behind the guard."""

from __future__ import annotations

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
from starlette.types import ASGIApp

from gesture_al.studio.server.address import QUEUED, Address, listen
from gesture_al.studio.server.connections import ACCEPTED_AT_ONCE, Limits
from gesture_al.studio.server.guard import Guard
from gesture_al.studio.server.opening import Opening


@contextmanager
def served(
    app: ASGIApp, folder: Path, opening: Opening, what: str, close: Callable[[], None], exposed: str = "see the clips and answer"
) -> Iterator[Address]:
    """An application at its address inside a `with`.

    Args:
        app: What is served, to those whom the guard lets in.
        folder: Keeps the address, so that the same page is at the same place the next time.
        opening: How it is opened.
        what: What one does there, for the line in the terminal: `label`.
        close: Called before the server is told to stop; ends whatever streams are open.
        exposed: What others can do there, if it listens for other machines.

    Raises:
        UserError: It cannot listen at the host that was named.
    """
    address, listener = listen(folder, opening.host, opening.after)
    with _running(Guard(app, address), listener, close):
        _announce(address, opening, what, exposed)
        yield address


@contextmanager
def _running(guarded: Guard, listener: socket.socket, close: Callable[[], None]) -> Iterator[None]:
    config = uvicorn.Config(
        guarded,
        # Small and the same everywhere; nothing of uvicorn's own is printed into the terminal.
        loop="asyncio",
        http=Limits.of_process().protocol(),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
        backlog=ACCEPTED_AT_ONCE,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="page", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        # The server takes few at once, but more of them may wait for it.
        listener.listen(QUEUED)
        yield
    finally:
        close()
        server.should_exit = True
        thread.join(5)


def _announce(address: Address, opening: Opening, what: str, exposed: str) -> None:
    opening.say(f"{what} in the browser: {address.url}")
    if not address.is_local:
        opening.say(
            f"anyone who can reach port {address.port} of this machine and has this address can {exposed}; "
            "nothing is encrypted on the way"
        )
    if opening.browser and opening.after != address and _has_screen():
        # Some browsers block until they are closed.
        threading.Thread(target=webbrowser.open, args=(address.url,), daemon=True).start()


def _has_screen() -> bool:
    """Whether a browser would open in a window, and not as text in the terminal that the run writes to."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
