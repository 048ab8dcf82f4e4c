"""Two sets of clips on the joints that both of their skeletons name, so that an encoder of one reads the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gesture_al.core.arrays import Int64
from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import GENERIC, Skeleton
from gesture_al.learning.pretraining.base import UnnamedClips


def on_common_joints(source: UnnamedClips, target: UnnamedClips) -> tuple[UnnamedClips, UnnamedClips]:
    """Both sets with the common joints in the target's order, and as many coordinates.

    Directions are the target's: where y goes up in one set and down in the other, the source's is turned. Sizes may differ;
    features do away with them.

    Args:
        source: To learn from.
        target: To embed.

    Raises:
        UserError: Joints without names, or fewer than two in common.
    """
    given, wanted = source.clips.skeleton, target.clips.skeleton
    for skeleton in (given, wanted):
        if skeleton.name == GENERIC:
            raise UserError(
                "pretraining.params.source: joints are matched by name, and one of the sets has none: name its skeleton"
            )
    place_of = {joint: place for place, joint in enumerate(given.joints)}
    joints = [place for place, joint in enumerate(wanted.joints) if joint in place_of]
    if len(joints) < min(2, len(wanted)):
        raise UserError(
            f"pretraining.params.source: {given.name} and {wanted.name} have {len(joints)} joints of the same name; "
            "two are needed at least"
        )
    axes = min(source.clips.positions.shape[3], target.clips.positions.shape[3])
    skeleton = part_of_skeleton(wanted, joints)
    turned = (given.space == "y_up") != (wanted.space == "y_up")
    return (
        _reduced(source, [place_of[wanted.joints[joint]] for joint in joints], axes, skeleton, turned),
        _reduced(target, joints, axes, skeleton, turned=False),
    )


def part_of_skeleton(skeleton: Skeleton, joints: Sequence[int]) -> Skeleton:
    """A skeleton of some joints, with the bones, mirror pairs and parts of which no joint is missing.

    Args:
        skeleton: The whole.
        joints: Places of its joints, rising; all of them give the skeleton itself.
    """
    if len(joints) == len(skeleton):
        return skeleton
    place = {joint: new for new, joint in enumerate(joints)}

    def kept(pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        return tuple((place[a], place[b]) for a, b in pairs if a in place and b in place)

    parts = {
        name: range(place[part.start], place[part.start] + len(part))
        for name, part in skeleton.parts.items()
        if all(joint in place for joint in part)
    }
    return Skeleton(
        name=f"{len(joints)} joints of {skeleton.name}",
        joints=tuple(skeleton.joints[joint] for joint in joints),
        bones=kept(skeleton.bones),
        mirror_pairs=kept(skeleton.mirror_pairs),
        parts=parts,
        missing=skeleton.missing,
        space=skeleton.space,
    )


def _reduced(unnamed: UnnamedClips, joints: Sequence[int], axes: int, skeleton: Skeleton, turned: bool) -> UnnamedClips:
    """The rows that are looked at, as a set of their own."""
    if skeleton == unnamed.clips.skeleton and axes == unnamed.clips.positions.shape[3]:
        return unnamed
    clips = unnamed.clips.take(unnamed.rows)
    positions = np.ascontiguousarray(clips.positions[:, :, joints, :axes])
    if turned:
        positions[..., 1] *= -1
    rows: Int64 = np.arange(len(clips))
    return UnnamedClips(replace(clips, positions=positions, skeleton=skeleton), rows)
