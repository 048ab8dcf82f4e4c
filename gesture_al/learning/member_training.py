"""The training of one member of a committee in one round: here, or as a parcel for another process."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from gesture_al.core.arrays import Int64
from gesture_al.core.seeds import RandomStreams, torch_seed
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.augmentation.base import Augment
from gesture_al.learning.device import Accelerator, device_for, repeatable
from gesture_al.learning.labelled_clips import AugmentedClips, PlainClips, PoolClips
from gesture_al.learning.preparation import ClipOverrides, Preparation, PreparedClips
from gesture_al.learning.threads import torch_threads
from gesture_al.learning.trainers.base import FitReport, LabelledClips, OnStep, Trainer, UnlabelledClips


def accelerator_of(trainer: Trainer | None) -> Accelerator:
    """Where a trainer wants its net to be; trainers of other packages may not say."""
    accelerator: Accelerator = getattr(trainer, "accelerator", "cpu")
    return accelerator


@dataclass(frozen=True)
class MemberTraining:
    """One net and all that its training needs.

    Args:
        net: With the weights to start from.
        trainer: How it learns.
        clips: The clip set that rows refer to.
        preparation: With statistics of the pool.
        augment: Changes the labelled clips at every step; None for none.
        overrides: Clips whose ends are elsewhere.
        rows: Rows of the labelled clips, (n,).
        classes: Their classes, (n,).
        unlabelled: Rows of the pool's clips without a label, (m,); None: the trainer does not look at them.
        class_count: C.
        random_streams: Of this member.
        round: Keys the chance of batches, augmentation and dropout.
        threads: Threads of torch; the last bits depend on it.
        prepared: Features that are kept from round to round; None: worked out for this training.
    """

    net: nn.Module
    trainer: Trainer
    clips: ClipSet
    preparation: Preparation
    augment: Augment | None
    overrides: ClipOverrides
    rows: Int64
    classes: Int64
    unlabelled: Int64 | None
    class_count: int
    random_streams: RandomStreams
    round: int
    threads: int
    prepared: PreparedClips | None = None

    def run(self, on_step: OnStep | None = None) -> FitReport:
        """Train the net in place.

        Raises:
            Diverged: The loss or a weight is not finite.
        """
        streams, round_ = self.random_streams, self.round
        device = device_for(accelerator_of(self.trainer), self.net)
        with torch_threads(self.threads), repeatable(device), torch_seed(streams.integer("dropout", round_)):
            rng = streams.generator("batches", round_)
            return self.trainer.fit(self.net, self._labelled_clips(), self.class_count, rng, on_step)

    def parcel(self) -> MemberTraining:
        """The same training with no more clips than it looks at, to be sent to another process."""
        rows = self.rows if self.unlabelled is None else np.concatenate([self.rows, self.unlabelled])
        kept, places = np.unique(rows, return_inverse=True)
        return replace(
            self,
            clips=self.clips.take(kept),
            overrides=self.overrides.take(kept),
            rows=places[: len(self.rows)],
            unlabelled=None if self.unlabelled is None else places[len(self.rows) :],
            prepared=None,
        )

    def _labelled_clips(self) -> LabelledClips:
        unlabelled = self._unlabelled_clips()
        if self.augment is None:
            prepared = self.prepared or PreparedClips(self.clips, self.preparation, overrides=self.overrides)
            return PlainClips(prepared, self.rows, self.classes, unlabelled)
        rng = self.random_streams.generator("augment", self.round)
        return AugmentedClips(
            self.clips, self.preparation, self.augment, self.rows, self.classes, rng, self.overrides, unlabelled
        )

    def _unlabelled_clips(self) -> UnlabelledClips | None:
        if self.unlabelled is None:
            return None
        rng = self.random_streams.generator("unlabelled", self.round)
        return PoolClips(self.clips, self.preparation, self.augment, self.unlabelled, rng, self.overrides)
