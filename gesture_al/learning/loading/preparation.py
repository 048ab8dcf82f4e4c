"""From clips to the numbers a net reads, in slices, so that a memory map of any size costs no more memory than a slice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.datasets.base import ClipSet, release_mmap
from gesture_al.data.geometry.normalisation import correct_aspect
from gesture_al.data.geometry.sampling import resample
from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.features.base import Features, channel_statistics
from gesture_al.learning.loading.edited_clips import EditedClips

Float = NDArray[np.float32]
Int = NDArray[np.int64]

SLICE_BYTES = 64 * 2**20
STATISTICS_BYTES = 256 * 2**20


class Preparation:
    """Resampling, features and standardisation with the statistics of one pool.

    Args:
        features: What the net reads.
        mean: (F,) of each channel; None until `measure` or where the features are not standardised.
        deviation: (F,) likewise.
    """

    def __init__(self, features: Features, mean: Float | None = None, deviation: Float | None = None) -> None:
        self.of_positions = features
        self.mean = mean
        self.deviation = deviation

    def measure(self, clips: ClipSet, pool: Int) -> None:
        """Take channel statistics from the pool; from a large one, from clips evenly spaced in it (up to 256 MB of features).

        Always from clips as the set has them, so that it does not matter when which ends were moved.
        """
        if not self.of_positions.standardise:
            return
        self.mean = self.deviation = None
        frames = self.of_positions.frames or clips.positions.shape[1]
        bytes_a_clip = 4 * frames * self.of_positions.width(clips.skeleton, clips.positions.shape[3])
        most = max(1, STATISTICS_BYTES // bytes_a_clip)
        if len(pool) > most:
            pool = pool[np.linspace(0, len(pool) - 1, most).astype(np.int64)]
        self.mean, self.deviation = channel_statistics(*self.features(clips, pool))

    def positions(self, clips: ClipSet, rows: Int, moved: EditedClips | None = None) -> tuple[Float, Int]:
        """Positions (n, T, J, C) in units of the picture's height at the features' frames, and their lengths (n,).

        `moved` has those of these clips whose ends are not where the set has them.
        """
        frames = self.of_positions.frames
        # Copies, since the rows are picked one by one.
        positions, lengths = np.asarray(clips.positions[rows]), np.asarray(clips.lengths[rows])
        times = None if clips.times is None else np.asarray(clips.times[rows])
        if moved is not None:
            moved.over(rows, positions, lengths, times)
        squared = correct_aspect(positions, None if clips.aspect is None else clips.aspect[rows])
        if frames is None:
            return squared, lengths
        return resample(squared, lengths, times, frames), np.full(len(rows), frames, dtype=np.int64)

    def standardised(self, positions_N_T_J_C: Float, lengths_N: Int, skeleton: Skeleton) -> Float:
        """Features (N, T, F) of prepared positions; 0 behind a clip's length."""
        if self.of_positions.frames is None:
            features_N_T_F = self._within(positions_N_T_J_C, lengths_N, skeleton)
        else:
            features_N_T_F = self.of_positions(positions_N_T_J_C, skeleton)
        if self.mean is not None and self.deviation is not None:
            features_N_T_F = (features_N_T_F - self.mean) / self.deviation
        if self.of_positions.frames is None:
            inside_N_T = np.arange(features_N_T_F.shape[1]) < lengths_N[:, None]
            features_N_T_F = np.where(inside_N_T[:, :, None], features_N_T_F, np.float32(0))
        return np.asarray(features_N_T_F, dtype=np.float32)

    def _within(self, positions_N_T_J_C: Float, lengths_N: Int, skeleton: Skeleton) -> Float:
        """Features of clips of unequal length, one length at a time.

        Where a clip's middle is, must not depend on how much padding stands behind it: that is as long as the longest clip of
        the set, and a single clip has none.
        """
        width = self.of_positions.width(skeleton, positions_N_T_J_C.shape[3])
        made = np.zeros((*positions_N_T_J_C.shape[:2], width), dtype=np.float32)
        for length in np.unique(lengths_N).tolist():
            rows = lengths_N == length
            made[rows, :length] = self.of_positions(positions_N_T_J_C[rows, :length], skeleton)
        return made

    def features(self, clips: ClipSet, rows: Int, moved: EditedClips | None = None) -> tuple[Float, Int]:
        """Features (n, T, F) and lengths (n,) of these clips, worked out slice by slice."""
        frames = self.of_positions.frames or clips.positions.shape[1]
        width = self.of_positions.width(clips.skeleton, clips.positions.shape[3])
        made = np.empty((len(rows), frames, width), dtype=np.float32)
        lengths = np.empty(len(rows), dtype=np.int64)
        # Features can take several times the room of the positions, and while they are made several times their own.
        at_once = max(1, SLICE_BYTES // (4 * max(1, int(np.prod(clips.positions.shape[1:])), frames * width)))
        for first in range(0, len(rows), at_once):
            part = slice(first, first + at_once)
            positions, lengths[part] = self.positions(clips, rows[part], moved)
            made[part] = self.standardised(positions, lengths[part], clips.skeleton)
            release_mmap(clips.positions)
        return made, lengths


class PreparedClips:
    """Features of a clip set, each clip worked out when it is first asked for and kept while all of them fit the limit.

    Args:
        clips: Where they come from.
        preparation: How they are made; its statistics must not change afterwards.
        limit: Bytes that all features may take to be kept; a larger set is worked out anew at every request.
        moved: Clips whose ends are elsewhere; None: none ever.
    """

    def __init__(self, clips: ClipSet, preparation: Preparation, limit: int = 2**30, moved: EditedClips | None = None) -> None:
        self._clips, self._moved = clips, moved
        self._preparation = preparation
        features = preparation.of_positions
        frames = features.frames or clips.positions.shape[1]
        shape = (len(clips), frames, features.width(clips.skeleton, clips.positions.shape[3]))
        self._kept = np.empty(shape, dtype=np.float32) if 4 * int(np.prod(shape)) <= limit else None
        self._ready = np.zeros(len(clips), dtype=bool)

    def __call__(self, rows: Int) -> tuple[Float, Int]:
        """Features (n, T, F) and lengths (n,) of these clips."""
        if self._kept is None:
            return self._preparation.features(self._clips, rows, self._moved)
        lacking = np.unique(rows[~self._ready[rows]])
        if len(lacking):
            self._kept[lacking] = self._preparation.features(self._clips, lacking, self._moved)[0]
            self._ready[lacking] = True
        frames = self._preparation.of_positions.frames
        if frames is not None:
            return self._kept[rows], np.full(len(rows), frames, dtype=np.int64)
        lengths = np.asarray(self._clips.lengths[rows])
        if self._moved is not None:
            self._moved.over_lengths(rows, lengths)
        return self._kept[rows], lengths

    def forget(self, row: int) -> None:
        """The clip has changed; it is worked out anew when it is asked for."""
        self._ready[row] = False
