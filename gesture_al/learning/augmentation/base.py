"""What an augmentation does, the registry of augmentations, and none."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.registry import Registry
from gesture_al.data.skeleton import Skeleton

Float = NDArray[np.float32]


class Augment(Protocol):
    """Other clips that the same gesture could have given."""

    def __call__(self, positions_N_T_J_C: Float, skeleton: Skeleton, rng: np.random.Generator) -> Float:
        """Changed copies of resampled clips, of the same shape; what is unseen stays unseen, and the input is left as it is."""


AUGMENTATIONS: Registry[Augment] = Registry("augment", "gesture_al.learning.augmentation.base:AUGMENTATIONS")


@AUGMENTATIONS.register("none")
class NoAugment:
    """Clips as they are."""

    def __call__(
        self, positions_N_T_J_C: NDArray[np.float32], skeleton: Skeleton, rng: np.random.Generator
    ) -> NDArray[np.float32]:
        """The same clips."""
        return positions_N_T_J_C
