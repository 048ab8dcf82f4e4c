"""Preparation of clips for the net, in slices: a memory map of any size costs no more memory than a slice."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.cache_folder import cache_root
from gesture_al.core.row_file import RowFile
from gesture_al.data.clip_set import ClipSet, release_mmap
from gesture_al.data.geometry.normalisation import correct_aspect
from gesture_al.data.geometry.sampling import resample
from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.features.base import Features, channel_statistics

_log = logging.getLogger(__name__)
SLICE_BYTES = 64 * 2**20
STATISTICS_BYTES = 256 * 2**20


class ClipOverrides:
    """Clips that stand for rows of the set because a person moved their ends; while there are none they cost nothing.

    Args:
        frames: Frames of the set's longest clip; a stretch with more of them is brought to so many, evenly spread in time.
    """

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._rows: dict[int, tuple[Float32, int, Float32]] = {}

    def set(self, row: int, clip: ClipSet | None) -> None:
        """Let this row be that one clip; None: as the set has it."""
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

    def apply(self, rows: Int64, positions_N_T_J_C: Float32, lengths_N: Int64, times_N_T: Float32 | None) -> None:
        """Put these clips in place of the set's, in copies of its rows."""
        for place, row in self._overridden(rows):
            positions, length, times = self._rows[row]
            positions_N_T_J_C[place] = np.nan
            positions_N_T_J_C[place, :length] = positions
            lengths_N[place] = length
            if times_N_T is not None:
                times_N_T[place, :length], times_N_T[place, length:] = times, times[-1]

    def apply_lengths(self, rows: Int64, lengths_N: Int64) -> None:
        """The same for lengths alone."""
        for place, row in self._overridden(rows):
            lengths_N[place] = self._rows[row][1]

    def take(self, rows: Int64) -> ClipOverrides:
        """Those of a set that holds these rows alone, in this order."""
        taken = ClipOverrides(self._frames)
        taken._rows = {place: self._rows[row] for place, row in self._overridden(rows)}
        return taken

    def _overridden(self, rows: Int64) -> list[tuple[int, int]]:
        if not self._rows:
            return []
        return [(place, row) for place, row in enumerate(rows.tolist()) if row in self._rows]


class Preparation:
    """Resampling, features and standardisation with the statistics of one pool.

    Args:
        features: What the net reads.
        mean: (F,) of each channel; None until `measure` or where the features are not standardised.
        deviation: (F,) likewise.
    """

    def __init__(self, features: Features, mean: Float32 | None = None, deviation: Float32 | None = None) -> None:
        self.features = features
        self.mean = mean
        self.deviation = deviation

    def measure(self, clips: ClipSet, pool: Int64) -> None:
        """Take channel statistics from the pool; from a large one, from clips evenly spaced in it (up to 256 MB of features).

        Always from clips as the set has them, so that it does not matter when which ends are moved.
        """
        if not self.features.standardise:
            return
        self.mean = self.deviation = None
        frames = self.features.frames or clips.positions.shape[1]
        bytes_a_clip = 4 * frames * self.features.width(clips.skeleton, clips.positions.shape[3])
        most = max(1, STATISTICS_BYTES // bytes_a_clip)
        if len(pool) > most:
            pool = pool[np.linspace(0, len(pool) - 1, most).astype(np.int64)]
        self.mean, self.deviation = channel_statistics(*self.features_of(clips, pool))

    def positions(self, clips: ClipSet, rows: Int64, overrides: ClipOverrides | None = None) -> tuple[Float32, Int64]:
        """Positions (n, T, J, C) in units of the picture's height at the features' frames, and their lengths (n,).

        `overrides` has those of these clips whose ends are not where the set has them.
        """
        frames = self.features.frames
        # Copies, since the rows are picked one by one.
        positions, lengths = np.asarray(clips.positions[rows]), np.asarray(clips.lengths[rows])
        times = None if clips.times is None else np.asarray(clips.times[rows])
        if overrides is not None:
            overrides.apply(rows, positions, lengths, times)
        squared = correct_aspect(positions, None if clips.aspect is None else clips.aspect[rows])
        if frames is None:
            return squared, lengths
        return resample(squared, lengths, times, frames), np.full(len(rows), frames, dtype=np.int64)

    def features_of_positions(self, positions_N_T_J_C: Float32, lengths_N: Int64, skeleton: Skeleton) -> Float32:
        """Features (N, T, F) of prepared positions; 0 behind a clip's length."""
        if self.features.frames is None:
            features_N_T_F = self._features_by_length(positions_N_T_J_C, lengths_N, skeleton)
        else:
            features_N_T_F = self.features(positions_N_T_J_C, skeleton)
        if self.mean is not None and self.deviation is not None:
            features_N_T_F = (features_N_T_F - self.mean) / self.deviation
        if self.features.frames is None:
            inside_N_T = np.arange(features_N_T_F.shape[1]) < lengths_N[:, None]
            features_N_T_F = np.where(inside_N_T[:, :, None], features_N_T_F, np.float32(0))
        return np.asarray(features_N_T_F, dtype=np.float32)

    def _features_by_length(self, positions_N_T_J_C: Float32, lengths_N: Int64, skeleton: Skeleton) -> Float32:
        """Features of clips of unequal length, one length at a time.

        Where a clip's middle is, must not depend on how much padding stands behind it: that is as long as the longest clip of
        the set, and a single clip has none.
        """
        width = self.features.width(skeleton, positions_N_T_J_C.shape[3])
        features_N_T_F = np.zeros((*positions_N_T_J_C.shape[:2], width), dtype=np.float32)
        for length in np.unique(lengths_N).tolist():
            rows = lengths_N == length
            features_N_T_F[rows, :length] = self.features(positions_N_T_J_C[rows, :length], skeleton)
        return features_N_T_F

    def features_of(self, clips: ClipSet, rows: Int64, overrides: ClipOverrides | None = None) -> tuple[Float32, Int64]:
        """Features (n, T, F) and lengths (n,) of these clips, worked out slice by slice."""
        frames = self.features.frames or clips.positions.shape[1]
        width = self.features.width(clips.skeleton, clips.positions.shape[3])
        features_N_T_F = np.empty((len(rows), frames, width), dtype=np.float32)
        lengths = np.empty(len(rows), dtype=np.int64)
        # Features can take several times the room of the positions, and while they are made several times their own.
        at_once = max(1, SLICE_BYTES // (4 * max(1, int(np.prod(clips.positions.shape[1:])), frames * width)))
        for first in range(0, len(rows), at_once):
            part = slice(first, first + at_once)
            positions, lengths[part] = self.positions(clips, rows[part], overrides)
            features_N_T_F[part] = self.features_of_positions(positions, lengths[part], clips.skeleton)
            release_mmap(clips.positions)
        return features_N_T_F, lengths


class PreparedClips:
    """Features of a clip set, each clip worked out when it is first asked for and kept: in memory up to a limit, else on disk.

    Where the disk has no room either, clips are worked out anew at every request, and one line says so.

    Args:
        clips: Where they come from.
        preparation: How they are made; its statistics must not change afterwards.
        limit: Bytes that all features may take in memory.
        overrides: Clips whose ends are elsewhere; None: none ever.
        folder: Where larger features lie while this process runs; None: the cache folder.
    """

    def __init__(
        self,
        clips: ClipSet,
        preparation: Preparation,
        limit: int = 2**30,
        overrides: ClipOverrides | None = None,
        folder: Path | None = None,
    ) -> None:
        self._clips, self._overrides = clips, overrides
        self._preparation = preparation
        features = preparation.features
        frames = features.frames or clips.positions.shape[1]
        shape = (frames, features.width(clips.skeleton, clips.positions.shape[3]))
        self._kept: Float32 | RowFile | None = None
        self._ready = np.zeros(len(clips), dtype=bool)
        if 4 * len(clips) * int(np.prod(shape)) <= limit:
            self._kept = np.empty((len(clips), *shape), dtype=np.float32)
            return
        try:
            self._kept = RowFile(folder or cache_root(), len(clips), shape)
        except OSError as err:
            self._give_up(err)

    def __call__(self, rows: Int64) -> tuple[Float32, Int64]:
        """Features (n, T, F) and lengths (n,) of these clips."""
        if self._kept is not None:
            try:
                self._keep(self._kept, rows)
            except OSError as err:
                self._give_up(err)
        if self._kept is None:
            return self._preparation.features_of(self._clips, rows, self._overrides)
        frames = self._preparation.features.frames
        if frames is not None:
            return self._kept[rows], np.full(len(rows), frames, dtype=np.int64)
        lengths = np.asarray(self._clips.lengths[rows])
        if self._overrides is not None:
            self._overrides.apply_lengths(rows, lengths)
        return self._kept[rows], lengths

    def forget(self, row: int) -> None:
        """Drop the features of a clip that has changed; they are worked out anew when it is asked for."""
        self._ready[row] = False

    def _keep(self, kept: Float32 | RowFile, rows: Int64) -> None:
        """Work out those of these clips that are lacking."""
        lacking = np.unique(rows[~self._ready[rows]])
        if len(lacking):
            kept[lacking] = self._preparation.features_of(self._clips, lacking, self._overrides)[0]
            self._ready[lacking] = True

    def _give_up(self, err: OSError) -> None:
        self._kept = None
        _log.warning(
            "features are made anew in every round, which takes longer: no room to keep them in %s (%s); "
            "make room, or let GESTURE_AL_CACHE name another folder",
            err.filename or "the cache folder",
            err.strerror or err,
        )
