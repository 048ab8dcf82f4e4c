"""How much of what a run asked for was asked twice, from the clips that it left on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.geometry.normalisation import normalised
from gesture_al.data.geometry.sampling import sample
from gesture_al.learning.metrics import redundancy
from gesture_al.runs.report.base import Run
from gesture_al.runs.tracking.base import asked_before

Float = NDArray[np.float32]
FRAMES = 16


def middle(runs: Sequence[Run]) -> Float | None:
    """The mean asked clip of some runs; those of the random strategy make it the middle of the pool. None where none asked."""
    total, count = None, 0
    for run in runs:
        for features in _queries(run):
            total = features.sum(axis=0) if total is None else total + features.sum(axis=0)
            count += len(features)
    return None if total is None else np.asarray(total / count, dtype=np.float32)


def mean_redundancy(run: Run, origin: Float) -> float | None:
    """Mean over a run's queries of `redundancy` about an origin; None where no query held two clips.

    Args:
        run: Its folder holds `asked/`.
        origin: Shape (D,), from `middle` over runs on the same data.
    """
    values = [redundancy(features - origin) for features in _queries(run) if len(features) > 1]
    return float(np.mean(values)) if values else None


def described(positions_K_T_J_C: NDArray[np.float16]) -> Float:
    """Clips as rows: about their own centre, in units of their own size, at 16 evenly spread moments; an unseen joint is 0.

    Args:
        positions_K_T_J_C: (K, T, J, C), NaN where unseen and behind a clip's last frame.

    Returns:
        Shape (K, 16 * J * C).
    """
    positions = np.asarray(positions_K_T_J_C, dtype=np.float32)
    seen_K_T = np.asarray(~np.isnan(positions).all(axis=(2, 3)))
    last_K = positions.shape[1] - 1 - np.argmax(seen_K_T[:, ::-1], axis=1)
    at_K_F = last_K[:, None] * np.linspace(0, 1, FRAMES)
    return np.nan_to_num(normalised(sample(positions, at_K_F)), nan=0.0).reshape(len(positions), -1)


def _queries(run: Run) -> Iterator[Float]:
    for number in sorted(run.queries):
        asked = asked_before(run.folder, number + 1)
        if asked is not None and len(asked.ids):
            yield described(asked.positions)
