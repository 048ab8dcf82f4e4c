"""What the terminal shows: text from a desk, without a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from gesture_al.active.annotation.entry import REASONS
from gesture_al.active.questions import Purpose
from gesture_al.studio.label.terminal.controller import Controller

COLUMNS, ROWS = 60, 18
_WHY = {
    Purpose.INITIAL: "to start with",
    Purpose.QUERY: "the model wants to know this one",
    Purpose.VALIDATION: "an audit clip, drawn at random: it tells how good the model is",
}
_HELP = """\
1-9 label, and the next clip      / find a class by its name      n a new class
u unsure, it comes back later     s skip, it comes back later     x bad clip, taken out: then why
z take back, any number of times  space replay                    g the model's guess
? these lines                     Esc pause, everything is saved"""


def screen(desk: Controller, picture: Sequence[str], hands: str) -> Text:
    """All lines: where the run is, the clip, the keys, what was said last.

    Args:
        desk: The annotator's.
        picture: Lines of the skeleton as it is now; none while no clip is up.
        hands: How many of the clip's frames have a hand.
    """
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{headline(desk)}\n", style="bold")
    if desk.item is None:
        text.append(f"\n{waiting(desk)}\n")
    else:
        question = desk.item.question
        length = int(desk.shown.clips.lengths[desk.shown.row])
        text.append(f"clip {question.clip}  {length} frames · {hands}\n", style="dim")
        text.append("".join(f"  {line}\n" for line in picture), style="cyan")
        text.append(f"asked: {_WHY[question.purpose]}\n", style="dim")
    text.append(f"\n{_reasons() if desk.why else _choices(desk)}\n", style="bold" if desk.why else "")
    if desk.guess is not None:
        text.append(f"the model: {desk.guess}\n", style="yellow")
    if desk.typing is not None:
        asks = "class: " if desk.typing.purpose == "/" else "name of the new class: "
        text.append(f"{asks}{desk.typing.text}▏  Enter takes it, Esc leaves\n", style="bold")
    if desk.help:
        text.append(f"{_HELP}\n", style="dim")
    bad = desk.message.startswith("NOT SAVED")
    text.append(f"> {desk.message}" if desk.message else "> ", style="bold red" if bad else "green")
    return text


def headline(desk: Controller) -> str:
    """Round, batch, labels and the last score."""
    session = desk.session
    done, size = session.progress()
    audited, audits = session.audits()
    parts = ["gesture-al", f"round {max(session.seen.number, 0)}"]
    parts += [f"{done}/{size}"] if size else []
    if session.seen.rounds:
        row = session.seen.rounds[-1]
        parts.append(f"{row['labels']} labels")
        score = row.get("test_macro_f1") if row.get("test_macro_f1") is not None else row.get("val_macro_f1")
        parts += [f"macro-F1 {score:.3f}"] if score is not None else []
    parts += [f"audit clips {audited}/{audits}"] if audits else []
    return " · ".join(parts)


def waiting(desk: Controller) -> str:
    """What is being done while no clip is up."""
    seen = desk.session.seen
    left = f", {seen.training['seconds_left']:.0f} s left" if "seconds_left" in seen.training else ""
    return f"{seen.doing}{left} ..."


def hands_seen(desk: Controller) -> str:
    """In how many frames which part of the skeleton was seen."""
    assert desk.item is not None
    clips, row = desk.shown.clips, desk.shown.row
    length = int(clips.lengths[row])
    seen = np.asarray(np.isfinite(clips.positions[row, :length]).all(axis=2))
    parts = clips.skeleton.parts or {"joints": range(len(clips.skeleton))}
    told = [f"{name.replace('_', ' ')} {int(seen[:, part.start : part.stop].any(axis=1).sum())}" for name, part in parts.items()]
    return f"seen in: {', '.join(told)}"


def _reasons() -> str:
    reasons = "   ".join(f"{number} {reason}" for number, reason in enumerate(REASONS, start=1))
    return f"What is wrong with this clip?\n{reasons}   x just bad   Esc not bad"


def _choices(desk: Controller) -> str:
    named = [f"{key} {name}" if key else name for key, name in desk.classes()]
    others = ["u unsure", "s skip", "x bad clip", "z undo", "space replay", "g guess", "? help", "Esc pause"]
    return f"{'   '.join(named)}\n{'  '.join(others)}"
