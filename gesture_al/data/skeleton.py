"""Skeletons: names of joints, bones, mirror pairs, parts, and how a layout writes "not seen"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, is_there, parse_yaml, read_text
from gesture_al.core.messages import located, not_among
from gesture_al.data.layout_file import MOST_JOINTS, Missing, Space, layout_names, layout_record, read_layout

WRIST, MIDDLE_MCP = 0, 9
"""Places in MediaPipe's hand."""
GENERIC = "generic"


@dataclass(frozen=True)
class Skeleton:
    """A layout of joints.

    Args:
        name: As configs call it.
        joints: One name per joint; their number is J.
        bones: Pairs of joints that a picture joins with a line.
        mirror_pairs: Joints that change places when the picture is mirrored.
        parts: Ranges of joints that a detector finds or misses together, e.g. `left_hand`.
        missing: How a file writes "not seen": `zero_blocks` (a part is all zero), `zero_joints` (a joint is all zero), `nan`, or
            `none` (zero is a place).
        space: `picture`: fractions of a picture, y down; `y_up` or `y_down`: lengths, and which way y goes.
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[int, int], ...] = ()
    mirror_pairs: tuple[tuple[int, int], ...] = ()
    parts: Mapping[str, range] = field(default_factory=dict)
    missing: Missing = "none"
    space: Space = "y_down"

    def __len__(self) -> int:
        return len(self.joints)

    def to_json(self) -> dict[str, Any]:
        """As plain values, as run folders, exported recognisers and the cache hold them."""
        return {
            "name": self.name,
            "joints": list(self.joints),
            "bones": [list(bone) for bone in self.bones],
            "mirror_pairs": [list(pair) for pair in self.mirror_pairs],
            "parts": {name: [part.start, part.stop] for name, part in self.parts.items()},
            "missing": self.missing,
            "space": self.space,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Skeleton:
        """From such values; what an older record does not hold is that of the layout of the same name and joints, else nothing.

        Raises:
            KeyError, TypeError, ValueError: They are not such.
        """
        joints, name = tuple(str(joint) for joint in record["joints"]), str(record["name"])
        if _WHOLE - set(record):
            usual = SKELETONS.get(name)
            completed = usual if usual is not None and usual.joints == joints else cls(name, joints)
            # What version 0.1.0 called it.
            old = {"missing": "zero_blocks" if record["zero_is_missing"] else "none"} if "zero_is_missing" in record else {}
            record = {**completed.to_json(), **old, **record}
        bones, pairs = (tuple((int(a), int(b)) for a, b in record[key]) for key in ("bones", "mirror_pairs"))
        parts = {str(part): range(int(a), int(b)) for part, (a, b) in record["parts"].items()}
        if not 1 <= len(joints) <= MOST_JOINTS:
            raise ValueError(f"{len(joints)} joints")
        inside = range(len(joints))
        if not all(a in inside and b in inside for a, b in (*bones, *pairs)):
            raise ValueError("a bone or a mirror pair of joints that there are not")
        if not all(0 <= part.start < part.stop <= len(joints) for part in parts.values()):
            raise ValueError("a part of joints that there are not")
        if record["missing"] not in get_args(Missing) or record["space"] not in get_args(Space):
            raise ValueError("a way to write what is missing, or a space, that there is not")
        return cls(name, joints, bones, pairs, parts, record["missing"], record["space"])

    def mark_missing(self, positions: Float32) -> Float32:
        """A copy of positions (..., J, C) with NaN in every part or joint that this layout writes as not seen."""
        marked = np.array(positions, dtype=np.float32)
        if self.missing == "zero_joints":
            marked[~marked.any(axis=-1)] = np.nan
        elif self.missing == "zero_blocks":
            for part in (self.parts or {"all": range(len(self))}).values():
                block = marked[..., part.start : part.stop, :]
                block[~block.any(axis=(-2, -1))] = np.nan
        return marked

    def mirrored(self, positions: Float32) -> Float32:
        """Positions (..., J, C) with left and right joints in each other's place; coordinates are not changed."""
        order = np.arange(len(self))
        for left, right in self.mirror_pairs:
            order[[left, right]] = right, left
        return positions[..., order, :]


_WHOLE = {"joints", "bones", "mirror_pairs", "parts", "missing", "space"}


class _Layouts(Mapping[str, Skeleton]):
    """The layouts of conf/skeleton by name, each read when it is first asked for."""

    def __getitem__(self, name: str) -> Skeleton:
        if name not in layout_names():
            raise KeyError(name)
        return _layout(name)

    def __iter__(self) -> Iterator[str]:
        return iter(layout_names())

    def __len__(self) -> int:
        return len(layout_names())


SKELETONS: Mapping[str, Skeleton] = _Layouts()


@cache
def _layout(name: str) -> Skeleton:
    return Skeleton.from_json({"name": name, **layout_record(name)})


def _own_layout(path: Path) -> Skeleton:
    """The skeleton of a layout file of the user's."""
    check_name(path)
    try:
        file = path.expanduser()
    except RuntimeError as err:  # The home of somebody who is not there.
        raise UserError(f"dataset.params.skeleton: {path} cannot be a path ({err}); check it") from err
    if not is_there(file):
        raise UserError(f"dataset.params.skeleton: no file at {located(file)}; check the path of the layout")
    name, text = path.stem, read_text(file)
    if name in SKELETONS or name == GENERIC:
        raise UserError(f"{path}: {name} is the name of a layout that there is already; give the file another name")
    try:
        content = parse_yaml(text)
    except ValueError as err:
        raise UserError(
            f"{path}: not read as YAML ({' '.join(str(err).split())}); mend it, or copy one of conf/skeleton"
        ) from err
    return Skeleton.from_json({"name": name, **read_layout(content, str(path), layout_record)})


def named_skeleton(name: str) -> Skeleton:
    """The skeleton of a name of `SKELETONS`, or of a layout file.

    Args:
        name: As the user typed it; a path ends in .yaml or .yml, or has a folder in it.

    Raises:
        UserError: No such layout or file, or one that is faulty.
    """
    if name.lower().endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return _own_layout(Path(name))
    if name not in SKELETONS:
        raise UserError(f"no skeleton {not_among(name, [GENERIC, *SKELETONS])}, or the path of a layout file (my.yaml)")
    return SKELETONS[name]


# Counts of joints that one layout alone has, as far as is known; another order of as many would be taken for it.
_INFERRED = ("track", "hands", "hands_pose", "coco_wholebody", "halpe_136", "holistic")


def skeleton_for(joints: int, name: str | None = None) -> Skeleton:
    """The skeleton of clips with so many joints.

    Args:
        joints: J, at least 1.
        name: A key of `SKELETONS`, the path of a layout file, or `generic`; None infers from J the layouts whose count no other
            has, and falls back to `generic` (no bones, no mirror, zero is a place).

    Raises:
        UserError: The name is unknown, or the named skeleton has another number of joints.
    """
    if name is None:
        return next((SKELETONS[known] for known in _INFERRED if len(SKELETONS[known]) == joints), generic(joints))
    if name == GENERIC:
        return generic(joints)
    skeleton = named_skeleton(name)
    if len(skeleton) != joints:
        raise UserError(f"skeleton {name!r} has {len(skeleton)} joints, but the clips have {joints}")
    return skeleton


def skeleton_key(name: str | None) -> Any:
    """What a converted set depends on beside its files: where a layout is named, its content, so that an edited file counts."""
    return name if name is None or name == GENERIC else named_skeleton(name).to_json()


def layouts_of(joints: int) -> list[str]:
    """Names of the layouts with so many joints."""
    return [name for name, skeleton in SKELETONS.items() if len(skeleton) == joints]


def generic(joints: int) -> Skeleton:
    """A skeleton of unnamed joints."""
    return Skeleton(name=GENERIC, joints=tuple(f"joint_{j}" for j in range(joints)))
