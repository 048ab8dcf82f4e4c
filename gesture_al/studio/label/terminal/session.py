"""The desk in a real terminal: a thread that reads keys and draws, while the loop works in its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.live import Live

from gesture_al.active.annotation.session import LabelSession
from gesture_al.studio.label.terminal.braille import frames_of
from gesture_al.studio.label.terminal.controller import Controller
from gesture_al.studio.label.terminal.keys import one_key_at_a_time, read_key
from gesture_al.studio.label.terminal.screen import COLUMNS, ROWS, hands_seen, screen

_FRAME_SECONDS = 1 / 15
_REST_SECONDS = 0.5


@contextmanager
def sit(session: LabelSession, folder: Path) -> Iterator[None]:
    """Label in this terminal while the `with` lasts.

    Raises:
        UserError: There is no terminal to sit at.
    """
    leave = threading.Event()
    console = Console(stderr=True)
    with one_key_at_a_time() as descriptor, Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
        desk = Controller(session, "terminal")
        broken: list[Exception] = []

        def work() -> None:
            try:
                _work(desk, descriptor, live, leave)
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


def _work(desk: Controller, descriptor: int, live: Live, leave: threading.Event) -> None:
    """Read keys and draw, until told to leave."""
    pictures: list[list[str]] = []
    hands = ""
    while not leave.is_set():
        if desk.look() or (desk.item is not None and not pictures):
            pictures, hands = _pictures(desk)
        live.update(screen(desk, _now(desk, pictures), hands), refresh=True)
        key = read_key(descriptor, _FRAME_SECONDS)
        if key is not None:
            before = desk.item
            desk.press(key)
            if desk.item is not before:
                pictures, hands = _pictures(desk)


def _pictures(desk: Controller) -> tuple[list[list[str]], str]:
    if desk.item is None:
        return [], ""
    clips, row = desk.shown.clips, desk.shown.row
    aspect = 1.0 if clips.aspect is None else float(clips.aspect[row])
    positions = np.asarray(clips.positions[row, : clips.lengths[row]])
    return frames_of(positions, clips.skeleton, aspect, COLUMNS, ROWS), hands_seen(desk)


def _now(desk: Controller, pictures: list[list[str]]) -> list[str]:
    """The frame that is due: the clip in a loop at its own pace, resting a moment at its end."""
    if not pictures or desk.item is None:
        return []
    clips, row = desk.shown.clips, desk.shown.row
    if clips.times is not None:
        times = np.asarray(clips.times[row, : len(pictures)], dtype=float)
    else:
        times = np.arange(len(pictures)) / (clips.fps or 15.0)
    at = (time.monotonic() - desk.since) % (float(times[-1] - times[0]) + _REST_SECONDS)
    return pictures[min(int(np.searchsorted(times - times[0], at, side="right")) - 1, len(pictures) - 1)]
