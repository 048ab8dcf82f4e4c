"""Keys as they are pressed, without Enter."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gesture_al.core.errors import UserError

ESCAPE, ENTER, BACKSPACE = "escape", "enter", "backspace"
_NAMES = {"\x1b": ESCAPE, "\r": ENTER, "\n": ENTER, "\x7f": BACKSPACE, "\x08": BACKSPACE}


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
        raise UserError("no such terminal on this system; label in the browser: oracle.params.face=browser") from err
    if not sys.stdin.isatty():
        raise UserError("standard input is no terminal; label in the browser: oracle.params.face=browser")
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
    sent = os.read(descriptor, 1)
    if sent == b"\x1b" and select.select([descriptor], [], [], 0.02)[0]:
        os.read(descriptor, 16)
        return None
    while sent and sent[0] >= 0xC0 and len(sent) < 4 and select.select([descriptor], [], [], 0.02)[0]:
        # The rest of a letter of several bytes.
        sent += os.read(descriptor, 1)
        if _whole(sent):
            break
    if not sent:
        return ESCAPE
    text = sent.decode("utf-8", errors="replace")
    return _NAMES.get(text, text)


def _whole(sent: bytes) -> bool:
    try:
        sent.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
