"""The clips of a run's data set that its recogniser has not learned from: to choose on them when it fires."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.tested import read_test_clips
from gesture_al.core.errors import UserError
from gesture_al.core.parts import build_part
from gesture_al.data.datasets.base import DATASETS, ClipSet
from gesture_al.data.datasets.stream_windows import StreamWindows
from gesture_al.runs.runner import check_unchanged, read_settings


def held_out(run: Path) -> ClipSet:
    """The test clips of a run; where it learned from windows, the clips of which only test windows show anything.

    Raises:
        UserError: No run, one whose data are no clips or have changed since, or one without test clips.
    """
    settings = read_settings(run)
    told = read_test_clips(RunPaths(run).test_clips)
    if told is None or not len(told.ids):
        raise UserError(f"{run}: the run had no test clips; name people instead: dataset=clips people=[ben]")
    if settings.dataset.name == "facetime_stream":
        raise UserError(f"{run}: its clips are windows of generated streams; leave run= out to tune on others of them")
    clips = check_unchanged(run, settings)
    if settings.dataset.name != "stream_windows":
        return replace(clips.take(np.flatnonzero(np.isin(clips.ids, told.ids))), split=None)
    reader = build_part(DATASETS, "dataset", settings.dataset)
    assert isinstance(reader, StreamWindows)
    kept = reader.untouched(told.ids)
    if not len(kept):
        raise UserError(f"{run}: no whole clip was kept from training; record one more session and run it again")
    return replace(kept, split=None)
