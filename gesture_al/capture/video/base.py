"""What everything that gives frames has in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Frame:
    """One picture and when it was taken.

    Args:
        image: uint8 (H, W, 3), RGB, upright and as the camera sees it: never mirrored, since that swaps left and right hands.
        seconds: From the start of the file or recording; larger than that of the frame before.
    """

    image: NDArray[np.uint8]
    seconds: float
