"""Clips whose ends a person has moved, laid over the rows of the set that they come from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.geometry.sampling import resample

Float = NDArray[np.float32]
Int = NDArray[np.int64]


class EditedClips:
    """Clips with moved ends, by row; while there are none they cost nothing.

    Args:
        frames: Frames of the set's longest clip; a stretch with more of them is brought to so many, evenly spread in time.
    """

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._rows: dict[int, tuple[Float, int, Float]] = {}

    def put(self, row: int, clip: ClipSet | None) -> None:
        """From now on this row is that one clip; None: as the set has it."""
        if clip is None:
            self._rows.pop(row, None)
            return
        length, times = int(clip.lengths[0]), clip.times
        assert times is not None, "a clip that was cut from a recording has times"
        positions_T_J_C, times_T = np.asarray(clip.positions[0]), np.asarray(times[0])
        if length > self._frames:
            positions_T_J_C = resample(clip.positions, clip.lengths, times, self._frames)[0]
            times_T = np.linspace(0, times_T[-1], self._frames, dtype=np.float32)
        self._rows[row] = positions_T_J_C, len(times_T), times_T

    def over(self, rows: Int, positions_N_T_J_C: Float, lengths_N: Int, times_N_T: Float | None) -> None:
        """Write what was moved into copies of these rows of the set."""
        for place, row in self._among(rows):
            positions, length, times = self._rows[row]
            positions_N_T_J_C[place] = np.nan
            positions_N_T_J_C[place, :length] = positions
            lengths_N[place] = length
            if times_N_T is not None:
                times_N_T[place, :length], times_N_T[place, length:] = times, times[-1]

    def over_lengths(self, rows: Int, lengths_N: Int) -> None:
        """Likewise, where only lengths are wanted."""
        for place, row in self._among(rows):
            lengths_N[place] = self._rows[row][1]

    def _among(self, rows: Int) -> list[tuple[int, int]]:
        if not self._rows:
            return []
        return [(place, row) for place, row in enumerate(rows.tolist()) if row in self._rows]
