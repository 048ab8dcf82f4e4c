"""Which clips every optimiser step sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gesture_al.learning.loading.contract import Batch, LabelledClips

STEPS_AT_ONCE = 20
CLIPS_AT_ONCE = 2048


def batches(clips: LabelledClips, steps: int, batch_size: int | None, rng: np.random.Generator) -> Iterator[Batch]:
    """Batches drawn at random, without replacement within a step.

    The clips of several steps are prepared together, because augmenting 20 batches of 16 costs little more than one.

    Args:
        clips: n clips, 1 or more.
        steps: How many batches.
        batch_size: Clips a batch; None, or more than n: all n, once each.
        rng: The draw.

    Yields:
        Features, lengths and labels of a batch.
    """
    count = len(clips.classes)
    size = count if batch_size is None else min(batch_size, count)
    if size == count and not clips.changing:
        whole = clips(np.arange(count))
        yield from (whole for _ in range(steps))
        return
    at_once = max(1, min(STEPS_AT_ONCE, CLIPS_AT_ONCE // size))
    for first in range(0, steps, at_once):
        rows = [rng.permutation(count)[:size] for _ in range(min(at_once, steps - first))]
        features, lengths, labels = clips(np.concatenate(rows))
        for start in range(0, len(labels), size):
            stop = start + size
            yield features[start:stop], lengths[start:stop], labels[start:stop]
