"""The interface of experiment loggers, their registry, and what they share: names of scores, pictures of a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gesture_al.active.records.journal import Asked
from gesture_al.active.records.round_row import RoundRow
from gesture_al.core.registry import Registry
from gesture_al.data.classes import pad_classes

if TYPE_CHECKING:
    from PIL.Image import Image


class ExperimentLogger(Protocol):
    """A logger of a run. Built with what the user set, and `folder`, `name` and `group` (the sweep, or None).

    A resumed run calls `round` again for the rounds that it already has; a logger shows none of them twice.
    """

    def start(self, config: Mapping[str, Any], dataset: Mapping[str, Any]) -> None:
        """The run begins or goes on: its settings, and what dataset.json holds."""

    def step(self, round: int, step: int, loss: float) -> None:
        """A training step of a round's model; called for some steps only."""

    def round(self, row: RoundRow, asked: Asked | None) -> None:
        """A round was measured: its line of rounds.jsonl, and the clips whose answers it was trained on, if at hand."""

    def close(self, state: str) -> None:
        """The run has ended, `done`, `failed` or `paused`; called in a `finally`, and a second call does nothing."""


TRACKERS: Registry[ExperimentLogger] = Registry("tracker", "gesture_al.runs.tracking.base:TRACKERS")


@TRACKERS.register("csv")
class CsvOnly(ExperimentLogger):
    """rounds.csv, which every run writes, and nothing beside it."""

    def __init__(self) -> None:
        pass


def scores(row: RoundRow) -> dict[str, float]:
    """The numbers of a round's row under short grouped names, without those that are unknown.

    >>> named = scores(RoundRow(labels=12, test_macro_f1=0.5, fit_seconds=2))
    >>> [named[name] for name in ("run/labels", "test/macro_f1", "seconds/fit")], "val/macro_f1" in named
    ([12.0, 0.5, 2.0], False)
    """
    named = {}
    for key, value in row.to_json().items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or key == "round":
            continue
        group, _, rest = key.partition("_")
        if key.endswith("_seconds"):
            named[f"seconds/{group}"] = float(value)
        elif group in ("test", "val", "pool", "fit") and rest:
            named[f"{group}/{rest}"] = float(value)
        else:
            named[f"run/{key}"] = float(value)
    return named


def round_pictures(
    row: RoundRow, asked: Asked | None, dataset: Mapping[str, Any], clips: int, splits: Sequence[str]
) -> dict[str, Image]:
    """Pictures of a round under their names: `<split>/confusion`, and `asked`, the clips whose answers it was trained on.

    Args:
        row: Of the round.
        asked: Those clips, if at hand.
        dataset: What dataset.json holds.
        clips: How many of them at most.
        splits: Whose confusion matrices: `test`, `val`.
    """
    from gesture_al.data.skeleton import Skeleton
    from gesture_al.data.view.drawing import draw_matrix, draw_predictions

    classes = dataset.get("classes", [])
    kind = "synthetic, " if dataset.get("synthetic") else ""
    pictures = {}
    for split in splits:
        if counts := getattr(row, f"{split}_confusion"):
            title = f"{kind}round {row.round}, {row.labels} labels"
            pictures[f"{split}/confusion"] = draw_matrix(pad_classes(counts, len(classes), axes=2), classes, title)
    if asked is not None and len(asked.ids) and "skeleton" in dataset:
        title = f"{kind}asked by the model of round {row.round - 1}, and what it believed"
        skeleton = Skeleton.from_json(dataset["skeleton"])
        probs = pad_classes(asked.probs[:clips], len(classes))
        pictures["asked"] = draw_predictions(asked.positions[:clips], probs, classes, skeleton, title)
    return pictures


def steps_before(rows: Iterable[RoundRow]) -> int:
    """Training steps of all rounds that were measured: where the next one's axis begins."""
    return sum(row.fit_steps for row in rows)
