"""The skeleton of a run as the report shows it: joints in a frame that was asked about, bones, and where these are from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gesture_al.active.records.arrays import asked_before
from gesture_al.core.arrays import Floating
from gesture_al.data.skeleton import GENERIC, Skeleton
from gesture_al.data.view.plane import Side, bone_sides, in_picture, joint_sides
from gesture_al.runs.report.run_on_disk import Run

_SIZE, _MARGIN = 520, 90
# More names than these would cover each other.
_MOST_NAMES = 40
_PEN = {Side.LEFT: "l", Side.RIGHT: "r", Side.BODY: "b"}


@dataclass(frozen=True)
class SkeletonFigure:
    """A drawing of a skeleton.

    Args:
        size: Width and height.
        bones: SVG path of the bones of each pen, by its CSS class.
        joints: Likewise of the joints.
        names: x, y, the text's anchor, and the name of each joint; empty where there are too many.
        caption: How many joints and bones, and where the bones are from.
    """

    size: int
    bones: Mapping[str, str]
    joints: Mapping[str, str]
    names: Sequence[tuple[float, float, str, str]]
    caption: str


def skeleton_figure(run: Run) -> SkeletonFigure | None:
    """The skeleton of a run; None where none of its clips were kept, or a joint or two are all there is."""
    if "skeleton" not in run.dataset or not run.queries:
        return None
    skeleton = Skeleton.from_json(run.dataset["skeleton"])
    asked = asked_before(run.folder, max(run.queries) + 1)
    if asked is None or not len(asked.ids) or len(skeleton) < 3:
        return None
    return draw_skeleton(_clearest_frame(asked.positions.astype(float)), skeleton)


def _clearest_frame(positions_K_T_J_C: Floating) -> Floating:
    """The frame in which most joints were seen, and of these the one in which they lie farthest apart, (J, C)."""
    frames = positions_K_T_J_C.reshape(-1, *positions_K_T_J_C.shape[2:])
    seen_F_J = np.isfinite(frames).all(axis=2)
    best = frames[seen_F_J.sum(axis=1) == seen_F_J.sum(axis=1).max()][..., :2]
    area = np.prod(np.nan_to_num(np.fmax.reduce(best, axis=1) - np.fmin.reduce(best, axis=1)), axis=1)
    chosen: Floating = best[int(np.argmax(area))]
    return chosen


def draw_skeleton(positions_J_C: Floating, skeleton: Skeleton) -> SkeletonFigure:
    """A frame of joints with bones and, of up to 40 joints, their names."""
    points_J_2 = in_picture(positions_J_C[None], skeleton, 1.0, (_SIZE, _SIZE), _MARGIN)[0]
    seen_J = np.isfinite(points_J_2).all(axis=1)
    bones: dict[str, str] = {}
    for a, b, side in bone_sides(skeleton):
        if seen_J[a] and seen_J[b]:
            bones[_PEN[side]] = bones.get(_PEN[side], "") + f"M{_place(points_J_2[a])}L{_place(points_J_2[b])}"
    joints: dict[str, str] = {}
    sides = joint_sides(skeleton)
    for joint in np.flatnonzero(seen_J).tolist():
        pen = _PEN[Side(sides[joint])]
        joints[pen] = joints.get(pen, "") + f"M{_place(points_J_2[joint])}h0"
    return SkeletonFigure(_SIZE, bones, joints, _names(points_J_2, skeleton), _caption(skeleton))


def _names(points_J_2: Floating, skeleton: Skeleton) -> list[tuple[float, float, str, str]]:
    """Names beside their joints, away from the bones that meet there."""
    if len(skeleton) > _MOST_NAMES:
        return []
    near: dict[int, list[int]] = {joint: [] for joint in range(len(skeleton))}
    for a, b in skeleton.bones:
        near[a].append(b)
        near[b].append(a)
    names = []
    for joint in np.flatnonzero(np.isfinite(points_J_2).all(axis=1)).tolist():
        point = points_J_2[joint]
        others = points_J_2[near[joint]]
        others = others[np.isfinite(others).all(axis=1)]
        left = len(others) > 0 and float(others[:, 0].mean()) > point[0]
        x, y = (round(float(value), 1) for value in point + np.array([-6 if left else 6, 3]))
        name = skeleton.joints[joint]
        names.append((x, y, "end" if left else "start", name.removeprefix("joint_") if skeleton.name == GENERIC else name))
    return names


def _caption(skeleton: Skeleton) -> str:
    name = "" if skeleton.name == GENERIC else f"{skeleton.name}: "
    if not skeleton.bones:
        return f"{name}{len(skeleton)} joints, no bones."
    found = " found in the movement of the training clips" if skeleton.name == GENERIC else ""
    return f"{name}{len(skeleton)} joints, {len(skeleton.bones)} bones{found}."


def _place(point_2: Floating) -> str:
    return f"{point_2[0]:.1f} {point_2[1]:.1f}".replace(".0", "")
