"""What an augmentation does, the registry of augmentations, and none."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.core.registry import Registry
from gesture_al.data.skeleton import Skeleton


class Augment(Protocol):
    """Other clips that the same gesture could have given."""

    def __call__(self, positions_N_T_J_C: Float32, skeleton: Skeleton, rng: np.random.Generator) -> Float32:
        """Changed copies of resampled clips, of the same shape; what is unseen stays unseen, and the input is left as it is."""


@runtime_checkable
class FitsData(Protocol):
    """An augmentation that depends on what a data set says of itself."""

    def for_data(self, left_right_alike: bool) -> Augment:
        """The same for a data set in which a clip's mirror image shows the same gesture, or does not."""


@runtime_checkable
class HasWeaker(Protocol):
    """An augmentation with a weaker form, whose copies are easy to name."""

    def weaker(self) -> Augment:
        """That form."""


AUGMENTATIONS: Registry[Augment] = Registry("augment", "gesture_al.learning.augmentation.base:AUGMENTATIONS")


@AUGMENTATIONS.register("none")
class NoAugment:
    """Clips as they are."""

    def __call__(self, positions_N_T_J_C: Float32, skeleton: Skeleton, rng: np.random.Generator) -> Float32:
        """The same clips."""
        return positions_N_T_J_C
