"""Recording plan: classes with targets, times, and the prompts that vary the takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gesture_al.core.errors import UserError
from gesture_al.data.track import UNLABELLED

NONE = "none"
# A folder's name on every system: no separator, nothing hidden, nothing that Windows refuses.
_REFUSED = re.compile(r"^\.|[/\\:*?\"<>|\x00-\x1f]|[. ]$")


# Distance, hand, angle, speed and place in turn: neighbours in a series differ in kind.
GESTURE = (
    "As you would do it naturally",
    "A step further from the camera",
    "With the other hand, or the other hand leading",
    "Turn your hand a little to one side",
    "Faster",
    "Closer to the camera",
    "Higher or lower in the picture",
    "Turn yourself a little to one side",
    "Slower",
    "Further left or right in the picture",
)
# What recognisers fire at by mistake.
MOVEMENT = (
    "Scratch your head or touch your face",
    "Talk with your hands, as to a friend",
    "Type, or reach for the mouse",
    "Drink from a cup",
    "Rest your hands in the picture",
    "Wave a thought away",
    "Lean back and stretch",
    "Put your hands into the picture and out again",
    "Fix your hair or your glasses",
    "Hold something up, such as your phone",
)
FREE = "Gesture and move as you like, resting in between"
CONSENT = (
    "Everything stays on this computer; nothing is sent anywhere.",
    "Record only people who have agreed to it.",
)
REACTIONS = (
    "macOS draws thumbs, fireworks and hearts over your picture.",
    "Switch Reactions off: green camera icon in the menu bar.",
)


@dataclass(frozen=True)
class RecordingPlan:
    """The classes to record and how.

    Args:
        targets: Clips wanted of each class, in the order in which they are offered; `none` (ordinary movement) first.
        subject: Who is recorded, a free word: data sets are split by it.
        session: Which sitting, a free word.
        seconds: Length of a take, 0.2 to 60.
        takes: Takes of a series, 1 to 100.
        count_in: Seconds from the key to the first frame, 0 to 30.
        free_seconds: Longest free recording, 1 to 3600.
        gate: Share of frames with a hand below which a take asks to be redone, 0 to 1.

    Raises:
        UserError: A value outside its range, or a name that cannot be a folder's.
    """

    targets: Mapping[str, int]
    subject: str
    session: str
    seconds: float = 2.0
    takes: int = 5
    count_in: float = 3.0
    free_seconds: float = 180.0
    gate: float = 0.8
    classes: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        _check_range("--seconds", self.seconds, 0.2, 60)
        _check_range("--takes", self.takes, 1, 100)
        _check_range("--count-in", self.count_in, 0, 30)
        _check_range("--free-seconds", self.free_seconds, 1, 3600)
        _check_range("--gate", self.gate, 0, 1)
        check_name("--subject", self.subject)
        check_name("--session", self.session)
        object.__setattr__(self, "classes", tuple(self.targets))


def targets_of(words: Sequence[str], target: int) -> dict[str, int]:
    """Classes and how many clips of each, `none` first.

    Args:
        words: Class names, each with a target of its own behind a colon if it has one.
        target: For those without.

    Raises:
        UserError: A name that cannot be a folder's or stands twice, or a target that is no number from 1.

    >>> targets_of(["Like", "Heart:10"], 20)
    {'none': 20, 'Like': 20, 'Heart': 10}
    """
    _check_range("--target", target, 1, 100_000)
    found: dict[str, int] = {}
    for word in words:
        name, colon, number = (part.strip() for part in word.partition(":"))
        if colon and not (number.isdecimal() and int(number) > 0):
            raise UserError(f"classes: {word!r} has no number of clips behind the colon; write e.g. {name or 'Like'}:20")
        check_name("classes", name)
        if name.lower() == UNLABELLED:
            raise UserError(f"classes: {name!r} is where clips without a class go; choose another name")
        # Two folders that differ in capitals only are one on a Mac.
        if name.lower() in (other.lower() for other in found):
            raise UserError(f"classes: {name!r} is there twice, if capitals do not count; name each class once")
        found[name] = int(number) if colon else target
    first = next((name for name in found if name.lower() == NONE), NONE)
    return {first: found.pop(first, target), **found}


def is_none(label: str | None) -> bool:
    """Whether a class is ordinary movement, in which no hand need be seen."""
    return label is not None and label.lower() == NONE


def check_name(key: str, name: str) -> None:
    """Refuse what cannot be part of a file's name on every system.

    Args:
        key: Where it was typed, for the message.
        name: What was typed.

    Raises:
        UserError: It cannot.
    """
    if not name or _REFUSED.search(name) or len(name.encode()) > 80:
        raise UserError(f"{key}: {name!r} cannot be a file's name; use letters, digits, spaces and hyphens, at most 80")


def _check_range(key: str, value: float, low: float, high: float) -> None:
    # Written so that not-a-number is refused as well.
    if not low <= value <= high:
        raise UserError(f"{key} {value:g} is out of range; give a number from {low:g} to {high:g}")


def prompt(label: str, taken: int) -> str:
    """What to vary next.

    Args:
        label: The class.
        taken: Clips of it that there are already, so that a later series goes on where the last one ended.

    >>> prompt("Like", 0), prompt("none", 13)
    ('As you would do it naturally', 'Drink from a cup')
    """
    prompts = MOVEMENT if is_none(label) else GESTURE
    return prompts[taken % len(prompts)]
