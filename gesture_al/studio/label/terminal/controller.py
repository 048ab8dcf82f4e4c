"""The controller of the terminal: what its keys do and what it says, without a screen."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from gesture_al.active.annotation.answer_log import REASONS, Entry, Operation
from gesture_al.active.annotation.clip_ends import ShownClip, shown_clip
from gesture_al.active.annotation.items import Item
from gesture_al.active.annotation.session import LabelSession
from gesture_al.core.errors import Refused

ESCAPE, ENTER, BACKSPACE = "escape", "enter", "backspace"
# A clip that was just put up cannot have been seen: such a key was meant for the one before.
_LEAST_SECONDS = 0.15
_ANSWERS = {"u": Operation.UNSURE, "s": Operation.SKIP}
_SAID = {Operation.UNSURE: "unsure", Operation.SKIP: "skipped, it comes back later", Operation.BAD: "bad clip, taken out"}


@dataclass(frozen=True)
class Typing:
    """Text that is being typed: `/` filters classes, `n` names a new one."""

    purpose: str
    text: str = ""


class Controller:
    """One annotator at the keys of one session.

    Args:
        session: What is labelled.
        tab: The name under which clips are leased.
        clock: Seconds that only go forward.
    """

    def __init__(self, session: LabelSession, tab: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.session, self.tab, self._clock = session, tab, clock
        self.item: Item | None = None
        self.shown = ShownClip(session.clips, 0)
        self.asks_reason = False
        self.since, self.replays = clock(), 0
        self.typing: Typing | None = None
        self.guess: str | None = None
        self.message = ""
        self.help = False
        self._guessed_at: float | None = None

    def next_clip(self) -> bool:
        """Take the next clip if there is one and none is up; whether the clip has changed."""
        items = self.session.next_items(self.tab, 1)
        key = items[0].key if items else None
        if key == (self.item.key if self.item else None):
            return False
        self.item, self.asks_reason = items[0] if items else None, False
        if self.item is not None:
            question = self.item.question
            self.shown = shown_clip(self.session.clips, question.index, self.session.decisions.ends_of(question.clip))
        self.since, self.replays, self.guess, self._guessed_at = self._clock(), 0, None, None
        return True

    def classes(self) -> list[tuple[str, str]]:
        """Key and name of the classes that can be chosen now."""
        names = self.session.decisions.classes
        if self.typing is not None and self.typing.purpose == "/":
            names = [name for name in names if self.typing.text.lower() in name.lower()]
        return [(str(place) if place < 10 else "", name) for place, name in enumerate(names, start=1)]

    def press(self, key: str) -> None:
        """Do what a key means; one that means nothing changes nothing and says so."""
        if self.typing is not None:
            self._type(key)
        elif self.asks_reason:
            self._reason(key)
        elif key == ESCAPE:
            self.session.pause()
        elif key == "?":
            self.help = not self.help
        elif key in ("/", "n"):
            self.typing = Typing(key)
        elif key in ("z", BACKSPACE):
            self._undo()
        elif self.item is None:
            self.message = "no clip is up just now; nothing was saved"
        elif key == " ":
            self.since, self.replays = self._clock() if not self.replays else self.since, self.replays + 1
        elif key == "g":
            self._reveal()
        elif key == "x":
            self.asks_reason = self._clock() - self.since >= _LEAST_SECONDS
            self.message = ""
        elif key in _ANSWERS:
            self._answer(_ANSWERS[key], None)
        else:
            self._label(key)

    def _label(self, key: str) -> None:
        name = dict(self.classes()).get(key) if key else None
        if name is None:
            self.message = f'"{key}" is not a class. Nothing was saved.'
            return
        self._answer(Operation.LABEL, name)

    def _reason(self, key: str) -> None:
        """Why a clip is bad; no other key leaves the question, so that none is taken for a class."""
        reasons = {str(number): reason for number, reason in enumerate(REASONS, start=1)} | {"x": "", ENTER: ""}
        if key == ESCAPE:
            self.asks_reason, self.message = False, "not bad; nothing was saved"
        elif key in reasons:
            self.asks_reason = False
            self._answer(Operation.BAD, None, reasons[key])
        else:
            self.message = f'"{key}" is no reason. Nothing was saved.'

    def _answer(self, operation: Operation, name: str | None, reason: str = "") -> None:
        assert self.item is not None
        seconds = self._clock() - self.since
        if seconds < _LEAST_SECONDS:
            return
        entry = self._entry(operation, name)
        guessed = None if self._guessed_at is None else 1000 * self._guessed_at
        entry = replace(entry, milliseconds=round(1000 * seconds), replays=self.replays, guess_shown=guessed, reason=reason)
        if self.shown.ends is not None and operation is not Operation.BAD:
            # What was seen is what is answered.
            entry = replace(entry, start=self.shown.ends.start, end=self.shown.ends.end)
        if self._keep(entry, self.item.handle):
            because = f": {reason}" if reason else ""
            self.message = f"{name or _SAID[operation]}{because}   saved   (z takes it back)"
            self.next_clip()

    def _undo(self) -> None:
        last = self.session.decisions.undoable()
        if last is None:
            self.message = "nothing to take back"
        elif self._keep(replace(self._entry(Operation.UNDO, None), undoes=last.uuid)):
            self.message = f"taken back: {last.name or last.operation.value}"
            self.next_clip()

    def _reveal(self) -> None:
        assert self.item is not None
        probs = self.session.reveal(self.item.handle)
        if probs is None:
            self.message = "no model has seen this clip yet"
            return
        self._guessed_at = self._guessed_at or self._clock() - self.since
        ranked = sorted(zip(probs, self.session.decisions.classes, strict=False), reverse=True)[:3]
        self.guess = "   ".join(f"{name} {share:.2f}" for share, name in ranked)

    def _type(self, key: str) -> None:
        assert self.typing is not None
        if key == ESCAPE:
            self.typing = None
        elif key == BACKSPACE:
            self.typing = replace(self.typing, text=self.typing.text[:-1])
        elif key != ENTER:
            self.typing = replace(self.typing, text=self.typing.text + key) if len(key) == 1 else self.typing
        elif self.typing.purpose == "n":
            name = self.typing.text.strip()
            if self._keep(self._entry(Operation.NEW_CLASS, name)):
                self.message, self.typing = f"new class: {name}", None
        else:
            matches = self.classes()
            if len(matches) != 1:
                self.message = f"{len(matches)} classes match {self.typing.text!r}; type more. Nothing was saved."
            elif self.item is not None:
                self.typing = None
                self._answer(Operation.LABEL, matches[0][1])

    def _entry(self, operation: Operation, name: str | None) -> Entry:
        return Entry(uuid=str(uuid.uuid4()), operation=operation, time="", name=name, source="terminal")

    def _keep(self, entry: Entry, handle: str = "") -> bool:
        """Have it on disk; what stands in the way is said, and the clip stays up."""
        try:
            self.session.keep(entry, handle, self.tab)
        except Refused as err:
            self.message = f"{err}. Nothing was saved."
            return False
        except OSError as err:
            self.message = f"NOT SAVED: {err.strerror or err}. Make room, then answer again."
            return False
        return True
