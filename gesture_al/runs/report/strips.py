"""The clips that were asked about, as small skeleton strips drawn in SVG, with what was answered and what the model believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from gesture_al.core.html import Markup, folded, tag
from gesture_al.data.classes import pad_classes
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.stored import stored_skeleton
from gesture_al.data.view.plane import Float, Side, bone_sides, in_picture, is_track, joint_sides, spread
from gesture_al.runs.report.base import Run
from gesture_al.runs.tracking.base import asked_before

# Together they keep the page small: so many strips in all, but a few of every round.
_STRIPS, _LEAST, _MOST = 240, 3, 12
_CELL, _FRAMES = 64, 4
_FACE_STEP = 12
_PEN = {Side.LEFT: "l", Side.RIGHT: "r", Side.BODY: "b"}


def asked_sections(run: Run) -> list[Markup]:
    """A section per query, the first one open."""
    if "skeleton" not in run.dataset or not run.queries:
        return []
    skeleton = stored_skeleton(run.dataset["skeleton"])
    given = {(answer["clip"], answer["round"]): answer for answer in run.answers if answer["purpose"] == "query"}
    room = min(_MOST, max(_LEAST, _STRIPS // len(run.queries)))
    sections: list[Markup] = []
    for number, query in sorted(run.queries.items()):
        asked = asked_before(run.folder, number + 1)
        if asked is None:
            continue
        probs_K_C = pad_classes(asked.probs, len(run.classes))
        scores = dict(zip(query["ids"], query.get("scores") or (), strict=False))
        cards = []
        hits = sum(_right(run, probs, given.get((str(clip), number))) for clip, probs in zip(asked.ids, probs_K_C, strict=True))
        for place, clip in enumerate(asked.ids[:room].tolist()):
            strip = draw_strip(asked.positions[place].astype(float), skeleton)
            answer, score = given.get((clip, number)), scores.get(clip)
            cards.append(_card(run, clip, strip, probs_K_C[place], answer, score))
        count = len(asked.ids)
        shown = f", {room} of them shown" if room < count else ""
        title = f"Round {number}: asked {count} clips{shown}; the model was right about {hits}"
        block = folded(title, tag("ul", *cards, class_="clips"))
        sections.append(block if sections else Markup(block.replace("<details>", "<details open>", 1)))
    return sections


def draw_strip(positions_T_J_C: Float, skeleton: Skeleton, count: int = _FRAMES) -> Markup:
    """Evenly spread frames of a clip beside each other, as SVG; NaN joints are not drawn."""
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
    width = count * (_CELL + 4) - 4
    panels = "".join(f"M{cell * (_CELL + 4)} 0h{_CELL}v{_CELL}h-{_CELL}z" for cell in range(count))
    drawn = [tag("path", class_="panel", d=panels)]
    drawn += [tag("path", class_=pen, d="".join(paths[pen])) for pen in sorted(paths) if any(paths[pen])]
    return tag("svg", *drawn, viewBox=f"0 0 {width} {_CELL}", class_="strip", aria_hidden="true")


def _bones(points_J_2: Float, skeleton: Skeleton, paths: dict[str, list[str]]) -> None:
    """Bones as lines; one that goes on where the last ended needs no new start."""
    end: dict[str, int] = {}
    for a, b, side in bone_sides(skeleton):
        pen = _PEN[side]
        if not np.isfinite(points_J_2[[a, b]]).all():
            continue
        start = "L" if end.get(pen) == a else f"M{_place(points_J_2[a])}L"
        paths[pen].append(f"{start}{_place(points_J_2[b])}")
        end[pen] = b


def _dots(points_J_2: Float, skeleton: Skeleton, paths: dict[str, list[str]]) -> None:
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


def _line(points_T_2: Float) -> str:
    seen = points_T_2[np.isfinite(points_T_2).all(axis=-1)]
    return f"M{'L'.join(_place(point) for point in seen)}" if len(seen) > 1 else ""


def _place(point_2: Float) -> str:
    return f"{point_2[0]:.1f} {point_2[1]:.1f}".replace(".0", "")


def _right(run: Run, probs_C: Float, answer: object) -> bool:
    named = answer.get("class") if isinstance(answer, dict) else None
    return named is not None and run.classes[int(np.argmax(probs_C))] == named


def _card(run: Run, clip: str, strip: Markup, probs_C: Float, answer: object, score: float | None, most: int = 2) -> Markup:
    """One clip: its strip, the answer, and the model's likeliest classes as bars."""
    named = answer.get("class") if isinstance(answer, dict) else None
    said = str(named) if named is not None else _unnamed(answer)
    bars = [_bar(run.classes[best], float(probs_C[best]), run.classes[best] == named) for best in _likeliest(probs_C, most)]
    if named in run.classes and all(run.classes[best] != named for best in _likeliest(probs_C, most)):
        true = run.classes.index(str(named))
        bars[-1] = _bar(run.classes[true], float(probs_C[true]), True)
    hit = _right(run, probs_C, answer)
    mark = None if named is None else tag("span", "model agreed" if hit else "model was wrong", class_="ok" if hit else "no")
    detail = clip if score is None else f"{clip} · score {score:.3g}"
    return tag("li", strip, tag("p", tag("b", said), " ", mark), tag("ul", *bars, class_="bars"), tag("p", detail, class_="id"))


def _unnamed(answer: object) -> str:
    kind = answer["kind"] if isinstance(answer, dict) else "none"
    reason = answer.get("reason") if isinstance(answer, dict) else None
    return (
        f"bad clip: {reason}" if reason else {"none": "no answer yet", "bad": "bad clip", "skip": "skipped"}.get(kind, str(kind))
    )


def _likeliest(probs_C: Float, most: int) -> Sequence[int]:
    return [int(place) for place in np.argsort(-probs_C, kind="stable")[:most]]


def _bar(name: str, share: float, true: bool) -> Markup:
    width = tag("i", style=f"width:{100 * share:.0f}%")
    return tag("li", tag("span", f"{name}"), tag("em", width), tag("span", f"{share:.0%}"), class_="true" if true else None)
