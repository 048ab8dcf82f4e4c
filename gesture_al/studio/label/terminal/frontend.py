"""Labelling in a real terminal: a thread that reads keys one at a time and draws, while the loop works in its own."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.live import Live

from gesture_al.active.annotation.session import LabelSession
from gesture_al.core.errors import UserError
from gesture_al.studio.label.terminal.controller import BACKSPACE, ENTER, ESCAPE, Controller
from gesture_al.studio.label.terminal.screen import COLUMNS, ROWS, braille_frames, hands_seen, screen

_FRAME_SECONDS = 1 / 15
_REST_SECONDS = 0.5
_NAMES = {"\x1b": ESCAPE, "\r": ENTER, "\n": ENTER, "\x7f": BACKSPACE, "\x08": BACKSPACE}


@contextmanager
def label_in_terminal(session: LabelSession, folder: Path) -> Iterator[None]:
    """Label in this terminal while the `with` lasts.

    Raises:
        UserError: Standard input is no terminal.
    """
    leave = threading.Event()
    console = Console(stderr=True)
    with one_key_at_a_time() as descriptor, Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
        controller = Controller(session, "terminal")
        broken: list[Exception] = []

        def work() -> None:
            try:
                _work(controller, descriptor, live, leave)
            except Exception as err:
                # Nobody could answer any more: the run must not wait for it.
                broken.append(err)
                session.pause()

        thread = threading.Thread(target=work, name="terminal", daemon=True)
        thread.start()
        try:
            yield
        finally:
            leave.set()
            thread.join(2)
            if broken:
                raise broken[0]


def _work(controller: Controller, descriptor: int, live: Live, leave: threading.Event) -> None:
    """Read keys and draw, until it is asked to leave."""
    pictures: list[list[str]] = []
    hands = ""
    while not leave.is_set():
        if controller.next_clip() or (controller.item is not None and not pictures):
            pictures, hands = _pictures(controller)
        live.update(screen(controller, _current_frame(controller, pictures), hands), refresh=True)
        key = read_key(descriptor, _FRAME_SECONDS)
        if key is not None:
            before = controller.item
            controller.press(key)
            if controller.item is not before:
                pictures, hands = _pictures(controller)


def _pictures(controller: Controller) -> tuple[list[list[str]], str]:
    if controller.item is None:
        return [], ""
    clips, row = controller.shown.clips, controller.shown.row
    aspect = 1.0 if clips.aspect is None else float(clips.aspect[row])
    positions = np.asarray(clips.positions[row, : clips.lengths[row]])
    return braille_frames(positions, clips.skeleton, aspect, COLUMNS, ROWS), hands_seen(controller)


def _current_frame(controller: Controller, pictures: list[list[str]]) -> list[str]:
    """The frame that is due: the clip in a loop at its own pace, resting a moment at its end."""
    if not pictures or controller.item is None:
        return []
    clips, row = controller.shown.clips, controller.shown.row
    if clips.times is not None:
        times = np.asarray(clips.times[row, : len(pictures)], dtype=float)
    else:
        times = np.arange(len(pictures)) / (clips.fps or 15.0)
    at = (time.monotonic() - controller.since) % (float(times[-1] - times[0]) + _REST_SECONDS)
    return pictures[min(int(np.searchsorted(times - times[0], at, side="right")) - 1, len(pictures) - 1)]


@contextmanager
def one_key_at_a_time() -> Iterator[int]:
    """Inside, keys come at once and are not shown; gives the file descriptor to read from.

    Raises:
        UserError: Standard input is no terminal, or this system has no such terminals.
    """
    try:
        import termios
        import tty
    except ImportError as err:
        raise UserError("no such terminal on this system; label in the browser: oracle.params.frontend=browser") from err
    if not sys.stdin.isatty():
        raise UserError("standard input is no terminal; label in the browser: oracle.params.frontend=browser")
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        # Ctrl-C stays what it is.
        tty.setcbreak(descriptor)
        yield descriptor
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def read_key(descriptor: int, seconds: float) -> str | None:
    """The next key by its character, or by its name; None where none comes in that time.

    Arrows and the like send several characters, beginning with an escape: they are no keys here, and must not be taken for Esc.
    """
    if not select.select([descriptor], [], [], seconds)[0]:
        return None
    data = os.read(descriptor, 1)
    if data == b"\x1b" and select.select([descriptor], [], [], 0.02)[0]:
        os.read(descriptor, 16)
        return None
    while data and data[0] >= 0xC0 and len(data) < 4 and select.select([descriptor], [], [], 0.02)[0]:
        # The rest of a letter of several bytes.
        data += os.read(descriptor, 1)
        if _is_whole(data):
            break
    if not data:
        return ESCAPE
    text = data.decode("utf-8", errors="replace")
    return _NAMES.get(text, text)


def _is_whole(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
