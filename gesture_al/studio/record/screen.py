"""What a screen says: all that a window, or a page, needs to draw one, and nothing that it has to work out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.track import UNLABELLED
from gesture_al.studio.record.base import State
from gesture_al.studio.record.plan import is_none
from gesture_al.studio.record.prompts import FREE
from gesture_al.studio.record.replay import Moment
from gesture_al.studio.record.session import RecordSession

CONSENT = (
    "Everything stays on this computer; nothing is sent anywhere.",
    "Record only people who have agreed to it.",
)
REACTIONS = (
    "macOS draws thumbs, fireworks and hearts over your picture.",
    "Switch Reactions off: green camera icon in the menu bar.",
)


@dataclass(frozen=True)
class Tally:
    """A class and its clips."""

    name: str
    count: int
    target: int
    chosen: bool


@dataclass(frozen=True)
class Screen:
    """One screen.

    Args:
        state: Which.
        title: The class, or what is going on.
        line: The sentence under it.
        tone: Of that sentence: `plain`, `good`, `doubt` or `bad`.
        banner: What is written large on the picture, to be read from two metres away; may be empty.
        keys: Key caps and what they do, the likeliest first.
        tallies: The classes.
        who: Subject and session.
        unlabelled: Clips without a class that there are.
        notes: Sentences for the first screen; empty later.
        warnings: Likewise, that must not be overlooked.
        progress: Of the count-in, the take or the replay, 0 to 1.
        number: Counted in with; 0 where nothing is.
        clock: Seconds of a free recording, or none.
        hands: Whether left and right hand were seen, frame by frame, bool (frames, 2); empty where nothing is looked at.
        seen: Frames with a hand.
        verdict: Tone of that number.
        moment: What the replay shows now; None: the camera's picture.
        series: Number of this take of the series and how many; None outside one.
        keeps_itself: Whether the take will be kept without a key.
    """

    state: State
    title: str
    line: str
    tone: str
    banner: str
    keys: tuple[tuple[str, str], ...]
    tallies: tuple[Tally, ...]
    who: str
    unlabelled: int = 0
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    progress: float = 0.0
    number: int = 0
    clock: float | None = None
    hands: NDArray[np.bool_] | None = None
    seen: int = 0
    verdict: str = "plain"
    moment: Moment | None = None
    series: tuple[int, int] | None = None
    keeps_itself: bool = False


def screen_of(session: RecordSession, mac: bool = False) -> Screen:
    """What the session shows now.

    Args:
        session: Is not changed.
        mac: Whether the system may draw its Reactions into the picture.
    """
    state, plan, take = session.state, session.plan, session.take
    line, tone = _line(session)
    shown = take if state is State.REVIEW else None
    fresh = state is State.CHOOSE and not session.begun
    limit = {
        State.COUNT_IN: plan.count_in,
        State.RECORDING: plan.seconds,
        State.FREE: plan.free_seconds,
        State.REVIEW: take.turn if take else 0.0,
    }
    lasts = limit.get(state, 0.0)
    turn = session.elapsed % lasts if state is State.REVIEW and lasts and not session.keeps_itself else session.elapsed
    return Screen(
        state=state,
        title=_title(session),
        line=line,
        tone=tone,
        banner=_banner(session),
        keys=_keys(session),
        tallies=tuple(Tally(name, session.count(name), plan.targets[name], name == session.chosen) for name in plan.classes),
        who=f"{plan.subject} · {plan.session}",
        unlabelled=session.count(UNLABELLED),
        notes=CONSENT if fresh else (),
        warnings=REACTIONS if fresh and mac else (),
        progress=min(1.0, turn / lasts) if lasts else 0.0,
        number=max(1, math.ceil(plan.count_in - session.elapsed)) if state is State.COUNT_IN else 0,
        clock=session.elapsed if state is State.FREE else None,
        hands=shown.hands if shown else None,
        seen=shown.seen if shown else 0,
        verdict=_verdict(session)[1] if shown else "plain",
        moment=shown.replay.at(session.elapsed, lasts) if shown else None,
        series=(session.series[0] + 1, session.series[1]) if session.series and state is not State.CHOOSE else None,
        keeps_itself=state is State.REVIEW and session.keeps_itself,
    )


def _title(session: RecordSession) -> str:
    if session.state is State.LOST:
        return "The camera is gone"
    label = session.take.label if session.take else (None if session.free else session.chosen)
    return "Free recording" if label is None and session.state is not State.CHOOSE else label or session.chosen


def _banner(session: RecordSession) -> str:
    if session.state is State.LOST:
        return session.camera_lost
    if session.state not in (State.COUNT_IN, State.RECORDING, State.FREE):
        return ""
    return FREE if session.free else session.prompt


def _line(session: RecordSession) -> tuple[str, str]:
    if session.trouble:
        return session.trouble, "bad"
    if session.state is State.REVIEW and session.take is not None:
        return _verdict(session)
    if session.note:
        return session.note, "good" if session.note.startswith(("Kept", "Series", "The camera is back")) else "plain"
    if session.state is State.LOST:
        return "What was kept is on disk", "plain"
    if session.free and session.state is not State.CHOOSE:
        return f"Up to {_length(session.plan.free_seconds)}; clips are cut out of it where hands move", "plain"
    if is_none(session.chosen):
        return "Ordinary movement, so that the recogniser learns when to stay silent", "plain"
    return f"{session.count(session.chosen)} of {session.plan.targets[session.chosen]} clips", "plain"


def _verdict(session: RecordSession) -> tuple[str, str]:
    take = session.take
    assert take is not None
    verdict = take.verdict(session.plan.gate)
    if session.camera_lost:
        lost = f" · {verdict.lost} frame{'s' * (verdict.lost != 1)} lost" if verdict.lost else ""
        seen = f"Hand seen {verdict.seen}/{verdict.frames}"
        return f"{seen}{lost} · the camera is gone, this take can still be kept", "doubt"
    return verdict.told()


def _keys(session: RecordSession) -> tuple[tuple[str, str], ...]:
    plan = session.plan
    many = f"1-{min(9, len(plan.classes))}"
    if session.state is State.CHOOSE:
        undo = (("U", "undo"),) if session.kept else ()
        takes = (("Space", "record"), ("S", f"series of {plan.takes}"), ("F", "free"))
        return ((many, "class"), *takes, *undo, ("Q", "quit"))
    if session.state is State.COUNT_IN:
        undo = (("U", "undo the last"),) if session.series and session.series[0] else ()
        return (*undo, ("Esc", "cancel"))
    if session.state is State.FREE:
        return (("Enter", "end and look"), ("Esc", "throw away"))
    if session.state is State.RECORDING:
        return (("Esc", "throw away"),)
    if session.state is State.LOST:
        return (("R", "try again"), ("Q", "quit"))
    return _review_keys(session)


def _review_keys(session: RecordSession) -> tuple[tuple[str, str], ...]:
    again, discard, end = ("R", "once more"), ("⌫", "discard"), ("Esc", "end series")
    if session.trouble:
        return (("Enter", "try to keep"), discard)
    if not session.good:
        keys: tuple[tuple[str, str], ...] = (("Enter", "once more"), ("K", "keep anyway"), discard)
    elif session.keeps_itself:
        keys = (("Enter", "keep now"), ("Space", "wait"), discard)
    else:
        keys = (("Enter", "keep"), again, discard)
    return (*keys, end) if session.series else keys


def _length(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 120 else f"{seconds:g} seconds"


def tally_of(session: RecordSession) -> str:
    """What was recorded, for the last line on the terminal.

    A class without clips is left out.
    """
    names = [*session.plan.classes, UNLABELLED]
    return ", ".join(f"{name} {session.count(name)}" for name in names if session.count(name)) or "nothing"
