"""Clips that share frames, because they are windows of one stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.datasets.base import ClipSet


@dataclass(frozen=True)
class Spans:
    """Where in its stream each clip lies.

    Args:
        streams: int (N,), which stream.
        starts: float (N,), where in it the clip starts.
        ends: float (N,), where it ends; the end itself no longer belongs to it.
    """

    streams: NDArray[np.int64]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]

    def touched(self, some: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of some clips share time with any of the others.

        Args:
            some: Indices, shape (A,).
            others: Indices, shape (B,).

        Returns:
            bool (A,). Costs (A + B) log B.
        """
        result = np.zeros(len(some), dtype=np.bool_)
        for stream in np.intersect1d(self.streams[some], self.streams[others]):
            here = np.flatnonzero(self.streams[some] == stream)
            there = others[self.streams[others] == stream]
            there = there[np.argsort(self.starts[there], kind="stable")]
            latest_end = np.maximum.accumulate(self.ends[there])
            # Of the others that start before this clip ends, the one that ends last decides.
            before = np.searchsorted(self.starts[there], self.ends[some[here]], side="left")
            reach = np.where(before > 0, latest_end[np.maximum(before - 1, 0)], -np.inf)
            result[here] = reach > self.starts[some[here]]
        return result


def known_spans(clips: ClipSet) -> Spans | None:
    """Spans as the set gives them; None where clips were not cut from longer video."""
    if clips.start is None or clips.end is None:
        return None
    return Spans(_streams(clips), np.asarray(clips.start, dtype=np.float64), np.asarray(clips.end, dtype=np.float64))


def row_spans(clips: ClipSet) -> Spans:
    """Spans of windows cut with stride 1 in file order: clip i covers frames i to i + length; used where the set gives none."""
    rows = np.arange(len(clips), dtype=np.float64)
    return Spans(_streams(clips), rows, rows + clips.lengths)


def _streams(clips: ClipSet) -> NDArray[np.int64]:
    if clips.groups is None:
        return np.zeros(len(clips), dtype=np.int64)
    return np.unique(clips.groups, return_inverse=True)[1].astype(np.int64)
