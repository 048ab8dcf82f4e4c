"""Layout files (conf/skeleton/*.yaml and a user's own): joints, bones as chains, mirror pairs and parts, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Literal, get_args

from gesture_al.core.errors import UserError
from gesture_al.core.messages import did_you_mean, not_among
from gesture_al.core.settings import conf_dir, load_conf

Missing = Literal["zero_blocks", "zero_joints", "nan", "none"]
"""How "not seen" is written: a part is all zero, a joint is all zero, a number is NaN, or not at all (zero is a place)."""
Space = Literal["picture", "y_up", "y_down"]
"""What positions are: fractions of a picture (y down), or lengths of which y points up or down."""
MOST_JOINTS = 10_000
Pair = tuple[int, int]
_KEYS = ("joints", "parts", "bones", "mirror", "missing", "space")
_RANGE = re.compile(r"(.*?)(\d{1,6})\.\.(\d{1,6})")
_OTHER_SIDE = {"left": "right", "right": "left"}
_SHOWN = 60
# Programs take this part for MediaPipe's 33 joints, by their places.
_POSE = "pose"


Record = dict[str, Any]
"""A skeleton as plain values, as `Skeleton.to_json` gives it, without its name."""


@cache
def layout_names() -> tuple[str, ...]:
    """The layouts of conf/skeleton, sorted."""
    return tuple(sorted(path.stem for path in (conf_dir() / "skeleton").glob("*.yaml")))


@cache
def layout_record(name: str) -> Record:
    """The layout of this name in conf/skeleton.

    Raises:
        UserError: There is none, or its file is faulty.
    """
    if name not in layout_names():
        raise UserError(f"no layout {not_among(name, layout_names())}")
    path = conf_dir() / "skeleton" / f"{name}.yaml"
    return read_layout(load_conf(path), str(path), layout_record)


def read_layout(content: Any, where: str, layout_of: Callable[[str], Mapping[str, Any]]) -> Record:
    """The skeleton that a layout file describes.

    Args:
        content: What the file holds.
        where: The file, for messages.
        layout_of: The record of a layout by its name, for parts that are one; raises a UserError where there is none.

    Raises:
        UserError: One line that names the file, the key and what is wrong with it.
    """
    return _Reader(content, where).record(layout_of)


class _Reader:
    """One file; every fault is told with its place."""

    def __init__(self, content: Any, where: str) -> None:
        self._where = where
        if not isinstance(content, Mapping):
            raise UserError(f"{where}: no layout of joints; write joints: [...] and bones: [[...], ...]")
        unknown = [str(key) for key in content if key not in _KEYS]
        if unknown:
            near = did_you_mean(unknown[0], _KEYS)
            raise UserError(f"{where}: no key {unknown[0][:_SHOWN]!r}{near}; a layout has {', '.join(_KEYS)}")
        self._content = content
        self._joints: tuple[str, ...] = ()
        self._place: dict[str, int] = {}

    def record(self, layout_of: Callable[[str], Mapping[str, Any]]) -> Record:
        bones: list[Pair] = []
        if "joints" in self._content:
            self._set_joints(self._names("joints", self._content["joints"]))
            parts = {name: self._span(name, span) for name, span in self._table("parts").items()}
        else:
            parts, bones = self._composed(layout_of)
        self._check_parts(parts)
        bones = self._bones(bones)
        mirror = [] if self._content.get("mirror") is False else self._mirror()
        return {
            "joints": list(self._joints),
            "bones": [list(bone) for bone in bones],
            "mirror_pairs": [list(pair) for pair in mirror],
            "parts": {name: [part.start, part.stop] for name, part in parts.items()},
            "missing": self._choice("missing", Missing),
            "space": self._choice("space", Space),
        }

    def _fault(self, key: str, what: str) -> UserError:
        return UserError(f"{self._where}: {key}: {what}")

    def _composed(self, layout_of: Callable[[str], Mapping[str, Any]]) -> tuple[dict[str, range], list[Pair]]:
        """Joints from parts: each a layout, or a list of joints; if a layout is taken twice, the part's name goes in front."""
        wanted = self._table("parts")
        if not wanted:
            raise UserError(f"{self._where}: no joints; write joints: [...], or parts: {{<part>: <layout>}}")
        names: list[str] = []
        parts, bones = dict[str, range](), list[Pair]()
        for part, what in wanted.items():
            start = len(names)
            if isinstance(what, str) and not _RANGE.fullmatch(what):
                layout = self._taken(part, what, layout_of)
                twice = sum(other == what for other in wanted.values()) > 1
                names += [f"{part}_{joint}" for joint in layout["joints"]] if twice else layout["joints"]
                bones += [(start + a, start + b) for a, b in layout["bones"]]
            else:
                names += self._names(f"parts: {part}", what)
            parts[part] = range(start, len(names))
        self._set_joints(names)
        return parts, bones

    def _taken(self, part: str, name: str, layout_of: Callable[[str], Mapping[str, Any]]) -> Mapping[str, Any]:
        try:
            layout = layout_of(name)
        except UserError as err:
            raise self._fault(f"parts: {part}", str(err)) from err
        if layout["parts"]:
            raise self._fault(f"parts: {part}", f"layout {name!r} has parts of its own; take its parts one by one")
        return layout

    def _set_joints(self, names: Sequence[str]) -> None:
        if not 1 <= len(names) <= MOST_JOINTS:
            raise self._fault("joints", f"there are {len(names)}; a layout has 1 to {MOST_JOINTS}")
        self._joints = tuple(names)
        self._place = {name: place for place, name in enumerate(names)}
        if len(self._place) < len(names):
            double = next(name for place, name in enumerate(names) if self._place[name] != place)
            raise self._fault("joints", f"{double[:_SHOWN]!r} stands twice; give each joint a name of its own")

    def _table(self, key: str) -> Mapping[str, Any]:
        table = self._content.get(key) or {}
        if not isinstance(table, Mapping) or not all(isinstance(name, str) and name.strip() for name in table):
            raise self._fault(key, "must be a table of names, such as {left_hand: 0..20}")
        return table

    def _names(self, key: str, value: Any) -> list[str]:
        """Names of joints, with rows and ranges such as `face_0..67` written out."""
        rows = value if isinstance(value, list) else [value]
        flat = [one for row in rows for one in (row if isinstance(row, list) else [row])]
        names: list[str] = []
        for one in flat:
            if not isinstance(one, str) or not one.strip():
                raise self._fault(key, f"{str(one)[:_SHOWN]!r} is no name of a joint; write words, in quotes if need be")
            names += _expanded(one) or [one]
            if len(names) > MOST_JOINTS:
                raise self._fault(key, f"more than {MOST_JOINTS} joints")
        return names

    def _joint(self, key: str, value: Any) -> int:
        if isinstance(value, str) and value in self._place:
            return self._place[value]
        if isinstance(value, int) and not isinstance(value, bool):
            if 0 <= value < len(self._joints):
                return value
            raise self._fault(key, f"there is no joint {str(value)[:_SHOWN]}; they are numbered 0 to {len(self._joints) - 1}")
        told = did_you_mean(str(value)[:_SHOWN], self._joints) or f"; the joints begin with {', '.join(self._joints[:4])}"
        raise self._fault(key, f"there is no joint {str(value)[:_SHOWN]!r}{told}")

    def _span(self, part: str, value: Any) -> range:
        """Joints from the first to the last, both included: `0..20` or `left_wrist..left_tip`."""
        first, dots, last = str(value).partition("..")
        key = f"parts: {part}"
        if not isinstance(value, str) or not dots:
            raise self._fault(key, f"{str(value)[:_SHOWN]!r} is no range of joints; write first..last, such as 0..20")
        start, end = (self._joint(key, int(end) if end.isdecimal() and len(end) < 9 else end) for end in (first, last))
        if end < start:
            raise self._fault(key, f"{value[:_SHOWN]!r} ends before it begins")
        return range(start, end + 1)

    def _check_parts(self, parts: Mapping[str, range]) -> None:
        ordered = sorted(parts.items(), key=lambda item: item[1].start)
        for (one, span), (other, following) in pairwise(ordered):
            if following.start < span.stop:
                raise self._fault("parts", f"{one} and {other} share joint {self._joints[following.start]!r}")
        if _POSE in parts and not (len(parts[_POSE]) == 33 and self._joints[parts[_POSE].start] == "nose"):
            raise self._fault("parts", f"{_POSE} is the name of MediaPipe's 33 joints; call this part body")

    def _rows(self, key: str, least: int) -> Iterator[list[Any]]:
        rows = self._content.get(key) or []
        if not isinstance(rows, list):
            raise self._fault(key, "must be a list of lists of joints, such as [[shoulder, elbow, wrist]]")
        for row in rows:
            if not isinstance(row, list) or len(row) < least:
                raise self._fault(key, f"{str(row)[:_SHOWN]!r} must be a list of {least} joints or more")
            yield row

    def _bones(self, known: Sequence[Pair]) -> list[Pair]:
        """Those of the parts and those of the file, each once."""
        bones = {frozenset(bone): bone for bone in known}
        for chain in self._rows("bones", 2):
            joints = [self._joint("bones", one) for one in chain]
            for a, b in pairwise(joints):
                if a == b:
                    raise self._fault("bones", f"joint {self._joints[a]!r} is joined to itself")
                if frozenset((a, b)) in bones:
                    raise self._fault("bones", f"{self._joints[a]!r} and {self._joints[b]!r} are joined twice")
                bones[frozenset((a, b))] = (a, b)
        return list(bones.values())

    def _mirror(self) -> list[Pair]:
        """Pairs whose names differ by left and right, and those that are written down."""
        pairs: list[Pair] = []
        for place, name in enumerate(self._joints):
            other = self._place.get(_other_side(name))
            if other is not None and other != place and re.search(r"(^|_)left(_|$)", name):
                pairs.append((place, other))
        for row in self._rows("mirror", 2):
            if len(row) != 2:
                raise self._fault("mirror", f"{str(row)[:_SHOWN]!r} must be two joints, or two ranges of joints")
            ends = [(isinstance(one, str) and _expanded(one)) or [one] for one in row]
            if len(ends[0]) != len(ends[1]):
                raise self._fault("mirror", f"{row[0]} and {row[1]} are not equally many joints")
            pairs += [(self._joint("mirror", a), self._joint("mirror", b)) for a, b in zip(ends[0], ends[1], strict=True)]
        joints = [joint for pair in pairs for joint in pair]
        double = next((joint for place, joint in enumerate(joints) if joint in joints[:place]), None)
        if double is not None:
            raise self._fault("mirror", f"joint {self._joints[double]!r} stands in two pairs")
        return sorted(pairs)

    def _choice(self, key: str, kind: Any) -> Any:
        choices = get_args(kind)
        value = self._content.get(key, "none" if key == "missing" else "y_down")
        if value not in choices:
            raise self._fault(key, f"{str(value)[:_SHOWN]!r} must be {', '.join(choices[:-1])} or {choices[-1]}")
        return value


def _expanded(text: str) -> list[str]:
    """The names that a range stands for, up or down; none where it is no range.

    >>> _expanded("face_2..0"), _expanded("palm")
    (['face_2', 'face_1', 'face_0'], [])
    """
    found = _RANGE.fullmatch(text)
    if not found:
        return []
    first, last = int(found[2]), int(found[3])
    if abs(last - first) > MOST_JOINTS:
        last = first + MOST_JOINTS
    step = 1 if last >= first else -1
    return [f"{found[1]}{number}" for number in range(first, last + step, step)]


def _other_side(name: str) -> str:
    """A joint's name on the other side of the body.

    >>> _other_side("mouth_left"), _other_side("right_hand_wrist"), _other_side("nose")
    ('mouth_right', 'left_hand_wrist', 'nose')
    """
    return "_".join(_OTHER_SIDE.get(word, word) for word in name.split("_"))
