"""Arrays that are mapped from a file."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray


def release_mmap(array: NDArray[Any]) -> None:
    """Take what was read of a read-only memory map out of this process's memory; any other array stays as it is.

    The system would take it back only when memory runs short, and until then a set that is read from end to end seems to fill
    all memory. What was read lately stays in the system's own cache of files.
    """
    base: Any = array
    while isinstance(base, np.ndarray):
        if base.flags.writeable:
            return
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
