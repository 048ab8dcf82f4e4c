"""Splits, and the units of which all clips go to one side of one: clips, groups, people, blocks of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Bool, Float64, Int8, Int64, Strings
from gesture_al.data.clip_set import ClipSet


@dataclass(frozen=True)
class Spans:
    """Place of each clip in its stream.

    Args:
        streams: int (N,), which stream.
        starts: float (N,), where in it the clip starts.
        ends: float (N,), where it ends; the end itself no longer belongs to it.
    """

    streams: Int64
    starts: Float64
    ends: Float64

    def overlapping(self, rows: Int64, other_rows: Int64) -> Bool:
        """Which of some clips share time with any of the others.

        Args:
            rows: Indices, shape (A,).
            other_rows: Indices, shape (B,).

        Returns:
            bool (A,). Costs (A + B) log B.
        """
        result = np.zeros(len(rows), dtype=np.bool_)
        for stream in np.intersect1d(self.streams[rows], self.streams[other_rows]):
            inside = np.flatnonzero(self.streams[rows] == stream)
            candidates = other_rows[self.streams[other_rows] == stream]
            candidates = candidates[np.argsort(self.starts[candidates], kind="stable")]
            latest_end = np.maximum.accumulate(self.ends[candidates])
            # Of the others that start before this clip ends, the one that ends last decides.
            before = np.searchsorted(self.starts[candidates], self.ends[rows[inside]], side="left")
            reach = np.where(before > 0, latest_end[np.maximum(before - 1, 0)], -np.inf)
            result[inside] = reach > self.starts[rows[inside]]
        return result

    def overlap_themselves(self, rows: Int64) -> bool:
        """Whether any two of these clips share time."""
        order = rows[np.lexsort((self.starts[rows], self.streams[rows]))]
        before, after = order[:-1], order[1:]
        # Where any two of a stream overlap, one overlaps the clip that starts next.
        return bool(((self.streams[before] == self.streams[after]) & (self.starts[after] < self.ends[before])).any())


def recording_spans(clips: ClipSet) -> Spans | None:
    """Spans of clips in their recordings; None where clips were not cut from longer video."""
    if clips.start is None or clips.end is None:
        return None
    return Spans(_streams(clips), np.asarray(clips.start, dtype=np.float64), np.asarray(clips.end, dtype=np.float64))


def overlap_blocks(clips: ClipSet, rows: Int64, by_blocks: bool) -> Strings | None:
    """Blocks of clips that overlap in time, the units in which they may be resampled; None where they may be taken one by one.

    Args:
        clips: The set; its blocks are the same whatever the rows.
        rows: Held-out clips, shape (n,).
        by_blocks: Whether the split kept blocks apart, as it does with windows of a stream.

    Returns:
        Name of the block of each clip of the set, (N,). Blocks of one class that follow each other share some frames at their
        border.
    """
    spans = recording_spans(clips) or (row_spans(clips) if by_blocks else None)
    if spans is None or not (by_blocks or spans.overlap_themselves(rows)):
        return None
    return np.char.mod("block/%03d", block_units(spans, clips.labels))


def row_spans(clips: ClipSet) -> Spans:
    """Spans of windows cut with stride 1 in file order: clip i covers frames i to i + length; used where the set says nothing."""
    rows = np.arange(len(clips), dtype=np.float64)
    return Spans(_streams(clips), rows, rows + clips.lengths)


def _streams(clips: ClipSet) -> Int64:
    if clips.groups is None:
        return np.zeros(len(clips), dtype=np.int64)
    return np.unique(clips.groups, return_inverse=True)[1].astype(np.int64)


SPLIT_WORDS = ("auto", "official", "group", "subject", "stratified", "blocks")
BLOCKS = 50
_TRIES = 64
_CLOSE = 0.1


@dataclass(frozen=True)
class Splits:
    """Training, test and validation as disjoint indices into a set.

    Args:
        train: int, ascending: initial set and pool, unlabelled clips included.
        test: int, ascending; empty where no label is known.
        validation: int, in the random order in which a run draws them; empty where none were asked for.
        rule: How the test was separated: a word of `SPLIT_WORDS` other than `auto`.
        validation_rule: How the validation clips were.
    """

    train: Int64
    test: Int64
    validation: Int64
    rule: str = ""
    validation_rule: str = ""

    def sides(self, clips: int) -> Int8:
        """The side of each clip of the set: 0 none, 1 training, 2 test, 3 validation; (clips,)."""
        sides_N = np.zeros(clips, dtype=np.int8)
        for side, rows in enumerate((self.train, self.test, self.validation), start=1):
            sides_N[rows] = side
        return sides_N


def pick_clips(labels_N: Int64, fraction: float, rng: np.random.Generator) -> Bool:
    """Stratified choice of clips: of each class the fraction, rounded, at least one and never all.

    Args:
        labels_N: int (N,), 0 or more.
        fraction: Above 0, below 1.
        rng: Decides which.

    Returns:
        bool (N,): the clips picked; of a class with a single clip none.
    """
    picked_N = np.zeros(len(labels_N), dtype=np.bool_)
    for label in np.unique(labels_N):
        members = rng.permutation(np.flatnonzero(labels_N == label))
        count = min(max(1, round(fraction * len(members))), len(members) - 1)
        picked_N[members[:count]] = True
    return picked_N


def pick_units(units_N: Int64, labels_N: Int64, fraction: float, rng: np.random.Generator, cover: bool = True) -> Bool | None:
    """Choice of whole units, so that about the fraction of every class is picked and every class stays.

    Random orders of the units are tried; of each the best first few are taken, and the first order that comes within 0.1 of
    the fraction in all classes wins, or else the closest of 64.

    Args:
        units_N: int (N,), the unit of each clip.
        labels_N: int (N,), 0 or more.
        fraction: Above 0, below 1.
        rng: Decides the orders.
        cover: The picked side, too, must hold every class.

    Returns:
        bool (N,): the clips of the picked units; None when no order tried leaves every class where it must be.
    """
    unit_N, label_N = (np.unique(values, return_inverse=True)[1] for values in (units_N, labels_N))
    counts_U_C = np.zeros((unit_N.max() + 1, label_N.max() + 1))
    np.add.at(counts_U_C, (unit_N, label_N), 1)
    total_C = counts_U_C.sum(axis=0)
    best, best_cost = None, np.inf
    for _ in range(_TRIES):
        order = rng.permutation(len(counts_U_C))
        picked_U_C = counts_U_C[order].cumsum(axis=0)
        share_U_C = picked_U_C / total_C
        cost_U = np.abs(share_U_C - fraction).max(axis=1) + abs(picked_U_C.sum(axis=1) / total_C.sum() - fraction)
        bad_U = (picked_U_C == total_C).any(axis=1)
        bad_U |= (picked_U_C == 0).any(axis=1) if cover else False
        cost_U[bad_U] = np.inf
        size = int(cost_U.argmin())
        if cost_U[size] < best_cost:
            best, best_cost = order[: size + 1], cost_U[size]
            if best_cost <= _CLOSE:
                break
    return None if best is None else np.isin(unit_N, best)


def block_units(spans: Spans, labels_N: Int64) -> Int64:
    """Blocks of neighbours: runs of one class in time order, the long ones cut so that there are about 50 in all.

    Args:
        spans: Gives streams and order.
        labels_N: int (N,), -1 unknown.

    Returns:
        int (N,): the block of each clip.
    """
    order = np.lexsort((spans.starts, spans.streams))
    changes = (np.diff(labels_N[order]) != 0) | (np.diff(spans.streams[order]) != 0)
    runs = np.split(order, np.flatnonzero(changes) + 1)
    units_N = np.empty(len(labels_N), dtype=np.int64)
    block = 0
    for run in runs:
        # Three at least, so that a class recorded in one go can stand in training, test and validation.
        pieces = min(len(run), max(3 if len(runs) < BLOCKS else 1, round(BLOCKS * len(run) / len(order))))
        for piece in np.array_split(run, pieces):
            units_N[piece] = block
            block += 1
    return units_N
