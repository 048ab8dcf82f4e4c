"""How long the clips of a set last, in seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.datasets.base import ClipSet


def clip_seconds(clips: ClipSet, rows: NDArray[np.int64]) -> dict[str, float] | None:
    """Durations of some clips.

    Args:
        clips: The set.
        rows: Which of them, (n,).

    Returns:
        `low`, `median` and `high`: 10, 50 and 90 per cent of the clips are shorter, first to last frame. None where nothing says
        when frames were taken, or without a clip.
    """
    last_n = clips.lengths[rows] - 1
    if clips.times is not None:
        seconds_n = clips.times[rows, last_n] - clips.times[rows, 0]
    elif clips.fps is not None:
        seconds_n = last_n / clips.fps
    else:
        return None
    if not len(rows):
        return None
    quantiles = np.quantile(seconds_n, (0.1, 0.5, 0.9)).round(3).tolist()
    return dict(zip(("low", "median", "high"), quantiles, strict=True))
