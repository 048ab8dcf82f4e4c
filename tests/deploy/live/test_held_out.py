"""What an operating point is chosen on: clips of the run's data set that its recogniser never saw."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from exported_runs import make_run

from gesture_al.core.errors import UserError
from gesture_al.core.settings import DatasetPart
from gesture_al.data.datasets.base import read_dataset
from gesture_al.deploy.live.streams import held_out

SETTINGS = {"clips": 64, "subjects": 4}


def rows_of(run):
    with (run / "test_clips.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_of_a_run_on_clips_these_are_its_test_clips(tmp_path):
    run = make_run(tmp_path / "run")
    assert set(held_out(run).ids) == {line["clip"] for line in rows_of(run)}


def test_of_a_run_on_windows_these_are_the_clips_of_test_sittings(tmp_path):
    inner = {"name": "facetime_synthetic", "params": SETTINGS}
    run = make_run(tmp_path / "run", dataset=DatasetPart("stream_windows", {"inner": inner, "clips": 1500}))
    sittings = {line["group"] for line in rows_of(run)}
    kept, all_clips = held_out(run), read_dataset("facetime_synthetic", **SETTINGS)
    assert set(kept.groups) == sittings < set(all_clips.groups)
    assert kept.split is None
    assert len(kept) > 0.8 * np.isin(all_clips.groups, sorted(sittings)).sum()


def test_windows_of_generated_streams_are_no_clips(tmp_path):
    run = make_run(tmp_path / "run", dataset=DatasetPart("facetime_stream", {"clips": 200, "subjects": 4}))
    with pytest.raises(UserError, match="leave run= out"):
        held_out(run)


def test_a_run_without_test_clips_tunes_nothing(tmp_path):
    run = make_run(tmp_path / "run")
    (run / "test_clips.csv").unlink()
    with pytest.raises(UserError, match="no test clips"):
        held_out(run)
