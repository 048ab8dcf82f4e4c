"""No augmentation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.augmentation.base import AUGMENTATIONS


@AUGMENTATIONS.register("none")
class NoAugment:
    """Clips as they are."""

    def __call__(
        self, positions_N_T_J_C: NDArray[np.float32], skeleton: Skeleton, rng: np.random.Generator
    ) -> NDArray[np.float32]:
        """The same clips."""
        return positions_N_T_J_C
