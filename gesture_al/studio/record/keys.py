"""Keys: the names that a session knows them by, held ones taken once, and scripts of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gesture_al.core.errors import UserError

CLOSE = "close"
NAMES = frozenset({"space", "enter", "backspace", "escape", "tab", "up", "down", *"0123456789abcdefghijklmnopqrstuvwxyz"})
# What OpenCV's windows report; arrows differ with the toolkit (Qt and GTK, Windows, Cocoa).
_CODES = {
    **{32: "space", 10: "enter", 13: "enter", 8: "backspace", 127: "backspace", 27: "escape", 9: "tab"},
    **{65288: "backspace", 65293: "enter", 65421: "enter", 65307: "escape", 65289: "tab", 65535: "backspace"},
    **{65362: "up", 65364: "down", 2490368: "up", 2621440: "down", 63232: "up", 63233: "down"},
}
# A keyboard that repeats a held key begins within this, seconds, and goes on faster.
_REPEAT = 0.6
# Held, these do no harm.
_HARMLESS = frozenset({"tab", "up", "down"})


def key_name(code: int) -> str | None:
    """The name of a key of OpenCV's `waitKeyEx`; None: no key, or one that nobody wants.

    >>> key_name(13), key_name(ord("K")), key_name(-1)
    ('enter', 'k', None)
    """
    if code < 0:
        return None
    # Qt and GTK put the state of shift and locks above the 16 bits of the key.
    for known in (code, code & 0xFFFF):
        if known in _CODES:
            return _CODES[known]
    name = chr(code & 0xFF).lower() if not code & 0xFF00 else ""
    return name if name in NAMES else None


class OncePerPress:
    """Lets a key through once however long it is held: eleven clips must not be removed because a finger rests on `u`."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def __call__(self, key: str | None, now: float) -> str | None:
        """The key, or None where it is the repetition of one that is held; `now` in seconds of any steady clock."""
        if key is None or key in _HARMLESS:
            return key
        last = self._last.get(key)
        self._last[key] = now
        return None if last is not None and now - last < _REPEAT else key


@dataclass(frozen=True)
class Stroke:
    """A key of a script, pressed when the session waits for one, or so many seconds after the key before it."""

    key: str
    after: float | None = None


class Script:
    """Keys that are pressed without a person.

    Args:
        words: Key names; `+2.5` before one presses it 2.5 s of the camera's time after the one before, whatever the session
            does; otherwise it waits until the session does.

    Raises:
        UserError: A word that is neither.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._strokes: list[Stroke] = []
        after: float | None = None
        for word in words:
            if word.startswith("+"):
                after = (after or 0.0) + _seconds(word)
            elif word.lower() in NAMES:
                self._strokes.append(Stroke(word.lower(), after))
                after = None
            else:
                raise UserError(
                    f"--keys: {word!r} is no key; write space, enter, backspace, escape, tab, a letter, a digit or +seconds"
                )
        self._rest = after
        self._last = 0.0

    def next(self, now: float, waits: bool) -> str | None:
        """The key that is pressed now.

        Args:
            now: Camera's time, seconds.
            waits: Whether the session waits for a person.

        Returns:
            None: none yet. `close` once all have been pressed and the session waits again.
        """
        if not self._strokes:
            return CLOSE if waits and now - self._last >= (self._rest or 0.0) else None
        stroke = self._strokes[0]
        if not (waits if stroke.after is None else now - self._last >= stroke.after):
            return None
        self._last = now
        return self._strokes.pop(0).key


def _seconds(word: str) -> float:
    try:
        seconds = float(word)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e6:
        raise UserError(f"--keys: {word!r} is no time; write seconds, e.g. +2.5")
    return seconds
