"""Streams and clips on which a recogniser is tuned and scored: of people, or from clips, that it has not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gesture_al.core.errors import UserError
from gesture_al.core.messages import not_among
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.facetime_stream import facetime_streams
from gesture_al.data.datasets.stream import Joining, Stream, join_clips

VALIDATION_SEED, TEST_SEED = 101, 102
"""Of the people in synthetic streams. Training sets are generated with other seeds (0 by default), so these are other people."""
_CALM = 5.0
_SECONDS = (57.0, 150.0)


def synthetic_streams(hours: float, seed: int) -> list[Stream]:
    """Generated streams, half with gestures and half without.

    Where there are gestures, every other act is one, and an act begins every 3 seconds. The rest of the time is ordinary
    movement: an act every 7 to 8 seconds, some 480 an hour.

    Args:
        hours: Of all streams together, roughly; above 0.
        seed: Of people, cameras and what they do.
    """
    lively, calm = (max(1, round(hours * 1800 / seconds)) for seconds in _SECONDS)
    return [*facetime_streams(lively, 0.5, seed=seed), *facetime_streams(calm, 0.0, seed=seed + 1_000_000, calm=_CALM)]


def joined_streams(clips: ClipSet, people: Sequence[str] | None, side: str, seed: int, repeats: int = 3) -> list[Stream]:
    """Streams of a data set's clips, joined several times in different orders.

    Args:
        clips: The data set.
        people: Of these people only; None: of one side of the official split where there is one, else of everybody.
        side: `train` to choose on, `test` to report on.
        seed: Of orders and transitions.
        repeats: How often each clip is used.

    Raises:
        UserError: Nobody has one of the names, or no clip is left.
    """
    rows = np.arange(len(clips))
    if people is not None:
        names = [] if clips.subjects is None else sorted(set(clips.subjects.tolist()))
        unknown = [name for name in people if name not in names]
        if unknown or clips.subjects is None:
            raise UserError(f"people: nobody is called {not_among(unknown[0], names)}")
        rows = np.flatnonzero(np.isin(clips.subjects, list(people)))
    elif clips.split is not None:
        rows = np.flatnonzero(clips.split == side)
    rows = rows[clips.labels[rows] >= 0]
    if not len(rows):
        raise UserError("streams: no clip with a label is left to make them of; name other people, or label some clips")
    chance = RandomStreams(seed)
    return [
        stream
        for repeat in range(repeats)
        for stream in join_clips(clips.take(rows), Joining(), chance.generator("joining", repeat))
    ]


def held_out(run: Path) -> ClipSet:
    """Clips that a run did not learn from: its test clips; where it learned from windows, clips that only test windows show.

    Raises:
        UserError: No run, one whose data are no clips or have changed since, or one without test clips.
    """
    # A run's folder brings torch along, which generated streams do without.
    from gesture_al.active.records.held_out_clips import read_test_clips
    from gesture_al.core.parts import build_part
    from gesture_al.data.datasets.stream_windows import StreamWindows
    from gesture_al.runs.runner import check_unchanged, read_settings

    settings = read_settings(run)
    test_clips = read_test_clips(run / "test_clips.csv")
    if test_clips is None or not len(test_clips.ids):
        raise UserError(f"{run}: the run had no test clips; name people instead: dataset=clips people=[ben]")
    if settings.dataset.name == "facetime_stream":
        raise UserError(f"{run}: its clips are windows of generated streams; leave run= out to tune on others of them")
    clips = check_unchanged(run, settings)
    if settings.dataset.name != "stream_windows":
        return replace(clips.take(np.flatnonzero(np.isin(clips.ids, test_clips.ids))), split=None)
    reader = build_part(DATASETS, "dataset", settings.dataset)
    assert isinstance(reader, StreamWindows)
    whole_clips = reader.untouched(test_clips.ids)
    if not len(whole_clips):
        raise UserError(f"{run}: no whole clip was kept from training; record one more session and run it again")
    return replace(whole_clips, split=None)
