"""The labelled clips of one round as a trainer asks for them, augmented where the run says so."""

from __future__ import annotations

import numpy as np
import torch

from gesture_al.core.arrays import Int64
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.augmentation.base import Augment
from gesture_al.learning.preparation import ClipOverrides, Preparation, PreparedClips
from gesture_al.learning.trainers.base import Batch

KEPT_BYTES = 2**30


class PlainClips:
    """Clips as they are.

    Args:
        prepared: Features by row of the clip set.
        rows: Rows of the labelled clips, (n,).
        classes: Their classes, (n,).
    """

    changing = False

    def __init__(self, prepared: PreparedClips, rows: Int64, classes: Int64) -> None:
        self.classes = classes
        self._prepared = prepared
        self._rows = rows

    def __call__(self, rows: Int64) -> Batch:
        """The clips at these positions among the labelled ones."""
        features, lengths = self._prepared(self._rows[rows])
        return torch.from_numpy(features), torch.from_numpy(lengths), torch.from_numpy(self.classes[rows])


class AugmentedClips:
    """Clips that are another take of the same gesture every time.

    Args:
        clips: The clip set.
        preparation: With statistics of the pool.
        augment: What is done to them.
        rows: Rows of the labelled clips, (n,).
        classes: Their classes, (n,).
        rng: The chance of the augmentation.
        overrides: Clips whose ends are elsewhere; None: none.
    """

    changing = True

    def __init__(
        self,
        clips: ClipSet,
        preparation: Preparation,
        augment: Augment,
        rows: Int64,
        classes: Int64,
        rng: np.random.Generator,
        overrides: ClipOverrides | None = None,
    ) -> None:
        self.classes = classes
        self._clips, self._overrides = clips, overrides
        self._preparation = preparation
        self._augment = augment
        self._rows = rows
        self._rng = rng
        frames = preparation.features.frames or clips.positions.shape[1]
        size = 4 * len(rows) * frames * int(np.prod(clips.positions.shape[2:]))
        # Resampling is the same at every step, so it is done once where there is room for the result.
        self._resampled = preparation.positions(clips, rows, overrides) if size <= KEPT_BYTES else None

    def __call__(self, rows: Int64) -> Batch:
        """Changed copies of the clips at these positions among the labelled ones."""
        if self._resampled is None:
            positions, lengths = self._preparation.positions(self._clips, self._rows[rows], self._overrides)
        else:
            positions, lengths = self._resampled[0][rows], self._resampled[1][rows]
        changed = self._augment(positions, self._clips.skeleton, self._rng)
        features = self._preparation.features_of_positions(changed, lengths, self._clips.skeleton)
        return torch.from_numpy(features), torch.from_numpy(lengths), torch.from_numpy(self.classes[rows])


def changes(augment: Augment, clips: ClipSet) -> bool:
    """Whether an augmentation does anything: one that does not hands back the very array it was given."""
    probe = np.zeros((1, 2, *clips.positions.shape[2:]), dtype=np.float32)
    return augment(probe, clips.skeleton, np.random.default_rng(0)) is not probe
