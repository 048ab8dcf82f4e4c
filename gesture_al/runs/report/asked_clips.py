"""The clips of each query as the report shows them: skeleton strips, the answers, and what the model had predicted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gesture_al.active.records.arrays import asked_before
from gesture_al.core.arrays import Floating
from gesture_al.data.classes import pad_classes
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.view.plane import Side, bone_sides, in_picture, is_track, joint_sides, spread
from gesture_al.runs.report.run_on_disk import Run

# Together they keep the page small: so many strips in all, but a few of every round.
_STRIPS, _LEAST, _MOST = 240, 3, 12
_CELL, _FRAMES, _BARS = 64, 4, 2
_FACE_STEP = 12
_PEN = {Side.LEFT: "l", Side.RIGHT: "r", Side.BODY: "b"}
_KINDS = {"none": "no answer yet", "bad": "bad clip", "skip": "skipped"}


@dataclass(frozen=True)
class Strip:
    """Frames of a clip beside each other, as SVG paths.

    Args:
        width: Of the drawing.
        height: Likewise.
        panels: Path of the frames' backgrounds.
        paths: Path of each pen, by its CSS class.
    """

    width: int
    height: int
    panels: str
    paths: Mapping[str, str]


@dataclass(frozen=True)
class AskedClip:
    """One clip of a query.

    Args:
        clip: Its id.
        strip: Its drawing.
        answer: The class it got, or why it got none, in words.
        labelled: Whether it got a class.
        correct: Whether the model had predicted that class.
        bars: The likeliest classes and that of the answer: name, probability, whether it is the answer.
        score: Of the query strategy; None where unknown.
    """

    clip: str
    strip: Strip
    answer: str
    labelled: bool
    correct: bool
    bars: Sequence[tuple[str, float, bool]]
    score: float | None


@dataclass(frozen=True)
class QuerySection:
    """The clips that one round asked about.

    Args:
        round: Its number.
        count: Of its clips.
        correct: How many of them the model had predicted as they were answered.
        clips: Those that are shown.
    """

    round: int
    count: int
    correct: int
    clips: Sequence[AskedClip]


def asked_clips(run: Run) -> list[QuerySection]:
    """The queries of a run, in order; none where its clips were not kept."""
    if "skeleton" not in run.dataset or not run.queries:
        return []
    skeleton = Skeleton.from_json(run.dataset["skeleton"])
    answers = {(answer["clip"], answer["round"]): answer for answer in run.answers if answer["purpose"] == "query"}
    room = min(_MOST, max(_LEAST, _STRIPS // len(run.queries)))
    queries = []
    for number, query in sorted(run.queries.items()):
        asked = asked_before(run.folder, number + 1)
        if asked is None:
            continue
        scores = dict(zip(query["ids"], query.get("scores") or (), strict=False))
        ids = [str(clip) for clip in asked.ids]
        probs_K_C = pad_classes(asked.probs, len(run.classes))
        correct = sum(_correct(run, probs, answers.get((clip, number))) for clip, probs in zip(ids, probs_K_C, strict=True))
        clips = [
            _asked_clip(
                run,
                clip,
                draw_strip(asked.positions[place].astype(float), skeleton),
                probs_K_C[place],
                answers.get((clip, number)),
                scores.get(clip),
            )
            for place, clip in enumerate(ids[:room])
        ]
        queries.append(QuerySection(number, len(ids), correct, clips))
    return queries


def draw_strip(positions_T_J_C: Floating, skeleton: Skeleton, count: int = _FRAMES) -> Strip:
    """Evenly spread frames of a clip beside each other; NaN joints are not drawn."""
    points = in_picture(positions_T_J_C, skeleton, 1.0, (_CELL, _CELL), margin=4)
    paths: dict[str, list[str]] = defaultdict(list)
    for cell, frame in enumerate(spread(len(points), count)):
        shifted = points + np.array([cell * (_CELL + 4), 0])
        if is_track(skeleton):
            for joint in range(points.shape[1]):
                paths["b"].append(_line(shifted[: frame + 1, joint]))
        else:
            _bones(shifted[frame], skeleton, paths)
        _dots(shifted[frame], skeleton, paths)
    panels = "".join(f"M{cell * (_CELL + 4)} 0h{_CELL}v{_CELL}h-{_CELL}z" for cell in range(count))
    drawn = {pen: "".join(paths[pen]) for pen in sorted(paths) if any(paths[pen])}
    return Strip(count * (_CELL + 4) - 4, _CELL, panels, drawn)


def _bones(points_J_2: Floating, skeleton: Skeleton, paths: dict[str, list[str]]) -> None:
    """Bones as lines; one that goes on where the last ended needs no new start."""
    end: dict[str, int] = {}
    for a, b, side in bone_sides(skeleton):
        pen = _PEN[side]
        if not np.isfinite(points_J_2[[a, b]]).all():
            continue
        start = "L" if end.get(pen) == a else f"M{_place(points_J_2[a])}L"
        paths[pen].append(f"{start}{_place(points_J_2[b])}")
        end[pen] = b


def _dots(points_J_2: Floating, skeleton: Skeleton, paths: dict[str, list[str]]) -> None:
    """Joints that no bone reaches, as dots (lines of no length with round ends); of a face only some."""
    bony = {joint for bone in skeleton.bones for joint in bone}
    face = skeleton.parts.get("face", range(0))
    sides = joint_sides(skeleton)
    for joint in np.flatnonzero(np.isfinite(points_J_2).all(axis=-1)).tolist():
        if joint in bony or (skeleton.parts and joint in skeleton.parts.get("pose", ())):
            continue
        if joint in face and (joint - face.start) % _FACE_STEP:
            continue
        paths[_PEN[Side(sides[joint])] + "d"].append(f"M{_place(points_J_2[joint])}h0")


def _line(points_T_2: Floating) -> str:
    visible = points_T_2[np.isfinite(points_T_2).all(axis=-1)]
    return f"M{'L'.join(_place(point) for point in visible)}" if len(visible) > 1 else ""


def _place(point_2: Floating) -> str:
    return f"{point_2[0]:.1f} {point_2[1]:.1f}".replace(".0", "")


def _asked_clip(
    run: Run, clip: str, strip: Strip, probs_C: Floating, answer: Mapping[str, Any] | None, score: float | None
) -> AskedClip:
    label = answer["class"] if answer and answer.get("class") is not None else None
    shown = [int(place) for place in np.argsort(-probs_C, kind="stable")[:_BARS]]
    if label in run.classes and run.classes.index(label) not in shown:
        shown[-1] = run.classes.index(label)
    bars = [(run.classes[place], float(probs_C[place]), run.classes[place] == label) for place in shown]
    words = str(label) if label is not None else _no_label(answer)
    return AskedClip(clip, strip, words, label is not None, _correct(run, probs_C, answer), bars, score)


def _correct(run: Run, probs_C: Floating, answer: Mapping[str, Any] | None) -> bool:
    label = answer.get("class") if answer else None
    return label is not None and run.classes[int(np.argmax(probs_C))] == label


def _no_label(answer: Mapping[str, Any] | None) -> str:
    if answer is None:
        return _KINDS["none"]
    return f"bad clip: {answer['reason']}" if answer.get("reason") else _KINDS.get(answer["kind"], str(answer["kind"]))
