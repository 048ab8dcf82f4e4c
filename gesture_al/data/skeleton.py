"""Skeletons: names of joints, bones, mirror pairs, parts, and how a layout writes "not seen"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError

HAND_JOINTS = (
    "wrist",
    *(f"thumb_{j}" for j in ("cmc", "mcp", "ip", "tip")),
    *(f"{finger}_{j}" for finger in ("index", "middle", "ring", "pinky") for j in ("mcp", "pip", "dip", "tip")),
)
HAND_BONES = (
    *((0, 1), (1, 2), (2, 3), (3, 4)),
    *((0, 5), (5, 6), (6, 7), (7, 8)),
    *((5, 9), (9, 10), (10, 11), (11, 12)),
    *((9, 13), (13, 14), (14, 15), (15, 16)),
    *((13, 17), (0, 17), (17, 18), (18, 19), (19, 20)),
)
WRIST, MIDDLE_MCP = 0, 9
LEFT_SHOULDER, RIGHT_SHOULDER = 11, 12

_POSE_JOINTS = (
    *("nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer"),
    *("left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow"),
    *("left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index", "left_thumb", "right_thumb"),
    *("left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "left_heel", "right_heel"),
    *("left_foot_index", "right_foot_index"),
)
_POSE_BONES = (
    *((0, 2), (2, 7), (0, 5), (5, 8), (9, 10), (11, 12), (11, 13), (13, 15), (12, 14), (14, 16)),
    *((11, 23), (12, 24), (23, 24), (23, 25), (25, 27), (24, 26), (26, 28)),
    *((15, 17), (15, 19), (15, 21), (16, 18), (16, 20), (16, 22)),
)
_POSE_MIRROR = (
    *((1, 4), (2, 5), (3, 6), (7, 8), (9, 10)),
    *((joint, joint + 1) for joint in range(11, 33, 2)),
)


_MOST_JOINTS = 10_000


@dataclass(frozen=True)
class Skeleton:
    """A layout of joints.

    Args:
        name: As configs call it.
        joints: One name per joint; their number is J.
        bones: Pairs of joints that a picture joins with a line.
        mirror_pairs: Joints that change places when the picture is mirrored.
        parts: Ranges of joints that a detector finds or misses together, e.g. `left_hand`.
        zero_is_missing: True where a part whose numbers are all zero was not seen; False where zero is a place.
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[int, int], ...] = ()
    mirror_pairs: tuple[tuple[int, int], ...] = ()
    parts: Mapping[str, range] = field(default_factory=dict)
    zero_is_missing: bool = False

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
            "zero_is_missing": self.zero_is_missing,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Skeleton:
        """From such values; what an older record does not hold is that of the layout of the same name and joints, else nothing.

        Raises:
            KeyError, TypeError, ValueError: They are not such.
        """
        joints = tuple(str(name) for name in record["joints"])
        layout = SKELETONS.get(record["name"])
        usual = layout if layout is not None and layout.joints == joints else cls(str(record["name"]), joints)
        bones, pairs = (
            tuple((int(a), int(b)) for a, b in record.get(name, given))
            for name, given in (("bones", usual.bones), ("mirror_pairs", usual.mirror_pairs))
        )
        parts = (
            {str(name): range(int(a), int(b)) for name, (a, b) in record["parts"].items()} if "parts" in record else usual.parts
        )
        if not 1 <= len(joints) <= _MOST_JOINTS:
            raise ValueError(f"{len(joints)} joints")
        inside = range(len(joints))
        if not all(a in inside and b in inside for a, b in (*bones, *pairs)):
            raise ValueError("a bone or a mirror pair of joints that there are not")
        if not all(0 <= part.start < part.stop <= len(joints) for part in parts.values()):
            raise ValueError("a part of joints that there are not")
        zero_is_missing = bool(record.get("zero_is_missing", usual.zero_is_missing))
        return cls(usual.name, joints, bones, pairs, parts, zero_is_missing)

    def mark_missing(self, positions: Float32) -> Float32:
        """A copy of positions (..., J, C) with NaN in every part that this layout writes as not seen."""
        marked = np.array(positions, dtype=np.float32)
        if self.zero_is_missing:
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


def _two_hands(first: int) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...], dict[str, range]]:
    """Bones, mirror pairs and parts of a left hand at joint `first` and a right hand behind it."""
    bones = tuple((first + side + a, first + side + b) for side in (0, 21) for a, b in HAND_BONES)
    pairs = tuple((first + joint, first + 21 + joint) for joint in range(21))
    return bones, pairs, {"left_hand": range(first, first + 21), "right_hand": range(first + 21, first + 42)}


def _mediapipe(name: str, body: tuple[str, ...], body_parts: dict[str, range]) -> Skeleton:
    bones, pairs, hands = _two_hands(len(body))
    has_pose = "pose" in body_parts
    names = tuple(f"{side}_{joint}" for side in ("left_hand", "right_hand") for joint in HAND_JOINTS)
    return Skeleton(
        name=name,
        joints=body + names,
        bones=(_POSE_BONES if has_pose else ()) + bones,
        mirror_pairs=(_POSE_MIRROR if has_pose else ()) + pairs,
        parts={**body_parts, **hands},
        zero_is_missing=True,
    )


_FACE = tuple(f"face_{point}" for point in range(468))
_NATOPS_JOINTS = tuple(f"{side}_{joint}" for joint in ("hand_tip", "elbow", "wrist", "thumb") for side in ("left", "right"))

SKELETONS: dict[str, Skeleton] = {
    skeleton.name: skeleton
    for skeleton in (
        _mediapipe("hands", (), {}),
        _mediapipe("hands_pose", _POSE_JOINTS, {"pose": range(33)}),
        _mediapipe("holistic", _POSE_JOINTS + _FACE, {"pose": range(33), "face": range(33, 501)}),
        Skeleton(
            name="natops",
            joints=_NATOPS_JOINTS,
            bones=((2, 4), (4, 0), (4, 6), (3, 5), (5, 1), (5, 7)),
            mirror_pairs=((0, 1), (2, 3), (4, 5), (6, 7)),
        ),
        Skeleton(name="track", joints=("point",)),
    )
}


def skeleton_for(joints: int, name: str | None = None) -> Skeleton:
    """The skeleton of clips with so many joints.

    Args:
        joints: J, at least 1.
        name: A key of `SKELETONS`, or `generic`; None infers MediaPipe's layouts and a single-point track from J, and
            falls back to `generic` (no bones, no mirror, zero is a place).

    Raises:
        UserError: The name is unknown, or the named skeleton has another number of joints.
    """
    if name is None:
        inferred = next((s for s in SKELETONS.values() if len(s) == joints and s.name != "natops"), None)
        return inferred or generic(joints)
    if name == "generic":
        return generic(joints)
    if name not in SKELETONS:
        raise UserError(f"no skeleton {name!r}; there are: generic, {', '.join(sorted(SKELETONS))}")
    if len(SKELETONS[name]) != joints:
        raise UserError(f"skeleton {name!r} has {len(SKELETONS[name])} joints, but the clips have {joints}")
    return SKELETONS[name]


def generic(joints: int) -> Skeleton:
    """A skeleton of unnamed joints."""
    return Skeleton(name="generic", joints=tuple(f"joint_{j}" for j in range(joints)))
