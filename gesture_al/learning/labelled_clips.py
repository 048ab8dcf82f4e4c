"""The labelled and unlabelled clips of one round as a trainer asks for them, augmented where the run says so."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gesture_al.core.arrays import Float32, Int64
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.augmentation.base import Augment, HasWeaker
from gesture_al.learning.preparation import ClipOverrides, Preparation, PreparedClips
from gesture_al.learning.trainers.base import Batch, Change, UnlabelledClips

KEPT_BYTES = 2**30


class PlainClips:
    """Clips as they are.

    Args:
        prepared: Features by row of the clip set.
        rows: Rows of the labelled clips, (n,).
        classes: Their classes, (n,).
        unlabelled: The pool's clips without a label, where the trainer looks at them.
    """

    changing = False

    def __init__(self, prepared: PreparedClips, rows: Int64, classes: Int64, unlabelled: UnlabelledClips | None = None) -> None:
        self.classes, self.unlabelled = classes, unlabelled
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
        unlabelled: The pool's clips without a label, where the trainer looks at them.
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
        unlabelled: UnlabelledClips | None = None,
    ) -> None:
        self.classes, self.unlabelled = classes, unlabelled
        self._copies = ChangedCopies(clips, preparation, rows, overrides)
        self._augment = augment
        self._rng = rng

    def __call__(self, rows: Int64) -> Batch:
        """Changed copies of the clips at these positions among the labelled ones."""
        features, lengths = self._copies(rows, self._augment, self._rng)
        return torch.from_numpy(features), torch.from_numpy(lengths), torch.from_numpy(self.classes[rows])


class PoolClips:
    """Clips of the pool without a label, as they are or changed.

    Args:
        clips: The clip set.
        preparation: With statistics of the pool.
        augment: What is done to a strongly changed copy; None: nothing is ever done.
        rows: Rows of the clips, (m,).
        rng: The chance of the augmentation.
        overrides: Clips whose ends are elsewhere; None: none.
    """

    def __init__(
        self,
        clips: ClipSet,
        preparation: Preparation,
        augment: Augment | None,
        rows: Int64,
        rng: np.random.Generator,
        overrides: ClipOverrides | None = None,
    ) -> None:
        self._copies = ChangedCopies(clips, preparation, rows, overrides)
        self._by_change = {"none": None, "weak": augment.weaker() if isinstance(augment, HasWeaker) else None, "strong": augment}
        self._rows, self._rng = rows, rng

    def __len__(self) -> int:
        return len(self._rows)

    def __call__(self, rows: Int64, change: Change) -> tuple[Tensor, Tensor]:
        """Features and lengths of copies of the clips at these positions."""
        features, lengths = self._copies(rows, self._by_change[change], self._rng)
        return torch.from_numpy(features), torch.from_numpy(lengths)


class ChangedCopies:
    """Features of changed copies of some clips; each is brought to its frames once, when first met, where there is room for all.

    Args:
        clips: The clip set.
        preparation: With statistics of the pool.
        rows: Rows of the clips, (n,).
        overrides: Clips whose ends are elsewhere; None: none.
    """

    def __init__(self, clips: ClipSet, preparation: Preparation, rows: Int64, overrides: ClipOverrides | None) -> None:
        self._clips, self._preparation, self._rows, self._overrides = clips, preparation, rows, overrides
        frames = preparation.features.frames or clips.positions.shape[1]
        shape = (len(rows), frames, *clips.positions.shape[2:])
        self._kept = np.empty(shape, dtype=np.float32) if 4 * int(np.prod(shape)) <= KEPT_BYTES else None
        self._lengths = np.zeros(len(rows), dtype=np.int64)
        """Of the clips that are kept; 0: not yet."""

    def __call__(self, rows: Int64, augment: Augment | None, rng: np.random.Generator) -> tuple[Float32, Int64]:
        """Features (B, T, F) and lengths (B,) of copies of the clips at these positions; without `augment` of the clips."""
        if self._kept is None:
            positions, lengths = self._preparation.positions(self._clips, self._rows[rows], self._overrides)
        else:
            lacking = np.unique(rows[self._lengths[rows] == 0])
            if len(lacking):
                made = self._preparation.positions(self._clips, self._rows[lacking], self._overrides)
                self._kept[lacking], self._lengths[lacking] = made
            positions, lengths = self._kept[rows], self._lengths[rows]
        if augment is not None:
            positions = augment(positions, self._clips.skeleton, rng)
        return self._preparation.features_of_positions(positions, lengths, self._clips.skeleton), lengths


def changes(augment: Augment, clips: ClipSet) -> bool:
    """Whether an augmentation does anything: one that does not hands back the very array it was given."""
    probe = np.zeros((1, 2, *clips.positions.shape[2:]), dtype=np.float32)
    return augment(probe, clips.skeleton, np.random.default_rng(0)) is not probe
