"""Streams to tune and to judge a recogniser on: of people that it has not learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.datasets.base import ClipSet
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
        known = [] if clips.subjects is None else sorted(set(clips.subjects.tolist()))
        strange = [name for name in people if name not in known]
        if strange or clips.subjects is None:
            raise UserError(f"people: nobody is called {strange[0]!r}; there are: {', '.join(known) or 'none named'}")
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
