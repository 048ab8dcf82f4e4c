"""The figures of one run: learning curve, F1 by class, confusion matrix, time by phase."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float64
from gesture_al.data.view.confusion import MOST_CELLS, most_confused
from gesture_al.learning.metrics import per_class_f1, unscored_classes
from gesture_al.runs.report.figures import (
    AMBER,
    BLUE,
    FAINT,
    GREEN,
    INK,
    PAPER,
    PINK,
    VERMILION,
    ReportFigure,
    canvas,
    draw_cells,
    draw_image,
    finish,
    plain_axes,
    whole_numbers,
)
from gesture_al.runs.report.run_on_disk import Run
from gesture_al.runs.report.words import duration, named, split_word

# Phases of a round by the column of their seconds, with their names and colours.
PHASES = {
    "fit_seconds": ("training", BLUE),
    "predict_seconds": ("measuring", GREEN),
    "select_seconds": ("selecting", AMBER),
    "oracle_seconds": ("labelling", PINK),
}

_MOST_PAIRS, _MOST_IN_HINT = 30, 5


def learning_curve(run: Run, out: Path) -> ReportFigure:
    """Macro-F1 over labels with its interval, beside the validation score, the threshold and the full-data line."""
    key = f"{run.split}_macro_f1"
    labels, scores = run.curve(key)
    name = split_word(run)
    with canvas(9.4, 4.1) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        low_labels, low = run.curve(f"{key}_low")
        _, high = run.curve(f"{key}_high")
        if len(low) and len(low) == len(high):
            axes.fill_between(low_labels, low, high, color=BLUE, alpha=0.16, linewidth=0)
        beside = run.curve("val_macro_f1")[1] if run.split == "test" else np.empty(0)
        floor = _floor(np.concatenate([scores, low, beside]))
        _levels(axes, run)
        # The two names at the lines' ends keep apart, the higher line's above.
        apart = (5 if scores[-1] >= beside[-1] else -5) if len(beside) else 0
        if len(beside):
            _line(axes, *run.curve("val_macro_f1"), FAINT, "validation", -apart, dashed=True)
        _line(axes, labels, scores, BLUE, name, apart)
        _mark_best(axes, run, key)
        axes.set_ylim(floor, 1.02)
        axes.set_xlabel("labels spent on training (initial + asked)")
        band = ", band: 95% interval" if len(low) else ""
        axes.set_title(f"macro-F1 on the {name} clips{band}")
        _room_for_names(axes, labels)
        description = f"Learning curve: macro-F1 on the {name} clips goes from {scores[0]:.3f} at {labels[0]:.0f} labels "
        description += f"to {scores[-1]:.3f} at {labels[-1]:.0f} labels."
        return finish(figure, "learning_curve", description, out, run.synthetic)


def _line(axes: Any, labels: np.ndarray, scores: np.ndarray, colour: str, name: str, up: float, dashed: bool = False) -> None:
    if not len(labels):
        return
    look = {"linewidth": 1.3, "linestyle": (0, (4, 3)), "markersize": 3} if dashed else {"linewidth": 2.2, "markersize": 5}
    axes.plot(labels, scores, color=colour, marker="o", markeredgewidth=0, **look)
    paper = {"facecolor": PAPER, "linewidth": 0, "pad": 0.5}
    end, place = (labels[-1], scores[-1]), (11, up)
    axes.annotate(name, end, place, textcoords="offset points", color=colour, va="center", bbox=paper)


def _levels(axes: Any, run: Run) -> None:
    """The horizontal lines; the higher one has its name above, the lower one below."""
    levels = []
    if run.threshold is not None:
        levels.append((run.threshold, VERMILION, f"threshold {run.threshold:g}", (0, (1, 1.5))))
    score = (run.full_data or {}).get("test_macro_f1")
    if score is not None:
        levels.append((score, GREEN, f"all {run.full_data['labels']} labels: {score:.3f}", (0, (6, 2))))  # type: ignore[index]
    levels.sort(key=lambda level: level[0])
    for place, (value, colour, text, dash) in enumerate(levels):
        axes.axhline(value, color=colour, linewidth=1.2, linestyle=dash)
        lower = len(levels) > 1 and place == 0
        axes.annotate(
            text,
            (0, value),
            xycoords=("axes fraction", "data"),
            xytext=(4, -3 if lower else 3),
            textcoords="offset points",
            color=colour,
            fontsize=9,
            va="top" if lower else "bottom",
        )


def _mark_best(axes: Any, run: Run, key: str) -> None:
    best = run.best
    if best is None or getattr(best, key) is None:
        return
    place = (best.labels, getattr(best, key))
    axes.plot(*place, marker="o", color=BLUE, markersize=10, markerfacecolor=PAPER, markeredgecolor=BLUE, markeredgewidth=2.2)
    chosen = "chosen on validation" if run.validated else "the last one"
    text = f"kept model: {place[1]:.3f}\n({chosen})"
    leader = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.8, "shrinkB": 6}
    axes.annotate(text, place, (0, -64), textcoords="offset points", ha="center", va="top", color=INK, arrowprops=leader)


def _floor(scores: np.ndarray) -> float:
    """Where the axis begins: a round tenth below everything that is drawn."""
    return max(0.0, np.floor((float(scores.min()) - 0.04) * 10) / 10) if len(scores) else 0.0


def _room_for_names(axes: Any, labels: np.ndarray) -> None:
    span = max(float(labels[-1] - labels[0]), 1.0)
    axes.set_xlim(labels[0] - 0.03 * span, labels[-1] + 0.14 * span)
    whole_numbers(axes)


def confusion_figure(run: Run, out: Path) -> ReportFigure | None:
    """The confusion matrix of the kept model; None where none is known.

    Of more than 30 classes it is one image without numbers; resting on a row names its class and what that was taken for.
    """
    counts = _kept_confusion(run)
    if counts is None or run.best is None:
        return None
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    size = min(9.4, max(3.6, 2.2 + 0.52 * len(counts)))
    with canvas(size, size * 0.86) as figure:
        axes = figure.subplots()
        if len(counts) > MOST_CELLS:
            hints = _draw_many_classes(axes, run, counts, shares)
        else:
            hints = {}
            _cells(axes, shares, [[f"{count:.0f}" if count else "" for count in row] for row in counts])
            _names(axes.set_xticks, run.classes, rotation=40 if _long(run.classes) else 0)
            _names(axes.set_yticks, run.classes)
        axes.set_xlabel("predicted")
        axes.set_ylabel("true class")
        axes.set_title(f"round {run.best.round}, {counts.sum():.0f} {split_word(run)} clips")
        hits = int(np.trace(counts))
        description = (
            f"Confusion matrix of round {run.best.round}: {hits} of {counts.sum():.0f} clips were called by their class. "
        )
        description += _most_confused(run, counts)
        if hints:
            description += " Blue: right, orange: taken for another class. Some rows are named; resting on any shows its name."
        return finish(figure, "confusion", description, out, run.synthetic, hints)


def confused_rows(run: Run) -> list[list[Any]]:
    """The most confused pairs of the kept model, for a table beside a matrix without numbers; none where that has numbers."""
    counts = _kept_confusion(run)
    if counts is None or len(counts) <= MOST_CELLS:
        return []
    return [
        [run.classes[pair.true], run.classes[pair.predicted], pair.clips, f"{pair.share:.0%}"]
        for pair in most_confused(counts, _MOST_PAIRS)
    ]


def class_rows(run: Run) -> list[list[Any]]:
    """F1, recall, precision and clips of every class in the kept model, the weakest first; none where a figure shows all."""
    counts = _kept_confusion(run)
    if counts is None or run.best is None or len(counts) <= MOST_CELLS:
        return []
    scores, right = per_class_f1(counts), np.diagonal(counts)
    of_class, called = counts.sum(axis=1), counts.sum(axis=0)
    labels = [*run.best.class_counts, *[0] * len(counts)]
    return [
        [
            run.classes[place],
            f"{scores[place]:.2f}",
            f"{right[place]:.0f} of {of_class[place]:.0f}",
            f"{right[place]:.0f} of {called[place]:.0f}",
            labels[place],
        ]
        for place in np.argsort(scores, kind="stable").tolist()
    ]


def _kept_confusion(run: Run) -> Float64 | None:
    best = run.best
    counts = None if best is None else getattr(best, f"{run.split}_confusion")
    return np.asarray(counts, dtype=float) if counts else None


def _draw_many_classes(axes: Any, run: Run, counts: Float64, shares: Float64) -> dict[str, str]:
    """The matrix as an image with a name every few classes; returns what is said of each row, by its gid."""
    from matplotlib.patches import Rectangle

    count = len(counts)
    draw_image(axes, shares, ~np.eye(count, dtype=np.bool_))
    step = -(-count // MOST_CELLS)
    _names(axes.set_yticks, run.classes, step=step)
    _names(axes.set_xticks, run.classes, rotation=90, step=step)
    axes.tick_params(labelsize=8, length=0)
    hints = {}
    for row, (line, name) in enumerate(zip(counts, run.classes, strict=True)):
        gid = f"row_{row}"
        axes.add_patch(Rectangle((-0.5, row - 0.5), count, 1, facecolor=INK, alpha=0, linewidth=0, gid=gid))
        others = [place for place in np.argsort(-line, kind="stable")[:_MOST_IN_HINT].tolist() if line[place] and place != row]
        taken = "".join(f", {run.classes[place]} {line[place]:.0f}" for place in others)
        hints[gid] = f"{name}: {line[row]:.0f} of {line.sum():.0f} right{taken and f'; taken for{taken[1:]}'}"
    return hints


def class_figure(run: Run, out: Path) -> ReportFigure | None:
    """F1 of every class in every round, of many classes the weakest in the last one; None where no confusion matrix is known."""
    rows = [row for row in run.rounds if getattr(row, f"{run.split}_confusion")]
    if not rows:
        return None
    counts = np.asarray([getattr(row, f"{run.split}_confusion") for row in rows])
    scores, tested = per_class_f1(counts).T, counts.sum(axis=2).T > 0
    last = dict(zip(np.asarray(run.classes)[tested[:, -1]], scores[tested[:, -1], -1], strict=True))
    classes, which = run.classes, "each class"
    if len(scores) > MOST_CELLS:
        # Classes without clips have no score and come last.
        shown = np.argsort(np.where(tested[:, -1], scores[:, -1], np.inf), kind="stable")[:MOST_CELLS]
        which = f"the {MOST_CELLS} weakest of {len(scores)} classes"
        scores, tested, classes = scores[shown], tested[shown], [classes[place] for place in shown]
    texts = [
        [f"{score:.2f}".removeprefix("0") if known else "-" for score, known in zip(line, there, strict=True)]
        for line, there in zip(scores, tested, strict=True)
    ]
    with canvas(9.4, 1.3 + (0.36 if len(scores) < MOST_CELLS else 0.24) * len(scores)) as figure:
        axes = figure.subplots()
        _cells(axes, scores, texts)
        step = max(1, len(rows) // 20)
        axes.set_xticks(range(0, len(rows), step), [f"{row.labels}" for row in rows[::step]])
        _names(axes.set_yticks, classes)
        axes.set_xlabel("labels spent on training")
        axes.set_title(f"F1 of {which} on the {split_word(run)} clips, round by round")
        description = "F1 by class."
        if last:
            weakest, strongest = min(last, key=lambda name: last[name]), max(last, key=lambda name: last[name])
            description += f" In the last round the weakest is {weakest} with {last[weakest]:.2f}, "
            description += f"the strongest {strongest} with {last[strongest]:.2f}."
        if missing := unscored_classes(counts[-1], run.classes):
            description += f" No clips of {named(missing)}."
        return finish(figure, "class_f1", description, out, run.synthetic)


def _cells(axes: Any, values: np.ndarray, texts: list[list[str]]) -> None:
    down, across = values.shape
    draw_cells(axes, values, texts, range(down), 0.78)
    axes.set_xlim(-0.5, across - 0.5)
    axes.set_ylim(down - 0.5, -0.5)


def _names(set_ticks: Any, classes: Sequence[str], rotation: float = 0, step: int = 1) -> None:
    short = [name if len(name) <= 24 else name[:23] + "…" for name in classes[::step]]
    slanted = {"ha": "right", "rotation_mode": "anchor"} if rotation % 90 else {}
    # A dollar sign in a name is no formula.
    names = [name.replace("$", r"\$") for name in short]
    set_ticks(range(0, len(classes), step), names, color=FAINT, rotation=rotation, **slanted)


def _long(classes: list[str]) -> bool:
    return max(map(len, classes), default=0) > 7


def _most_confused(run: Run, counts: Float64) -> str:
    pairs = most_confused(counts, 1)
    if not pairs:
        return "No clip was taken for another class."
    return f"Most often {run.classes[pairs[0].true]} was taken for {run.classes[pairs[0].predicted]} ({pairs[0].clips})."


def phase_figure(run: Run, out: Path) -> ReportFigure:
    """Seconds of every phase, stacked by round."""
    rounds = [row.round for row in run.rounds]
    with canvas(9.4, 2.7) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        bottom = np.zeros(len(rounds))
        for key, (name, colour) in PHASES.items():
            seconds = np.array([getattr(row, key) or 0.0 for row in run.rounds])
            axes.bar(rounds, seconds, 0.72, bottom=bottom, color=colour, label=f"{name} {duration(seconds.sum())}")
            bottom += seconds
        axes.set_xlabel("round")
        axes.set_title("seconds by round")
        axes.set_xticks(rounds[:: max(1, len(rounds) // 20)])
        axes.set_xlim(-0.6, max(len(rounds) - 0.4, 3))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=0.9, handleheight=0.9)
        return finish(figure, "time", f"Time by phase and round, {duration(bottom.sum())} in all.", out, run.synthetic)
