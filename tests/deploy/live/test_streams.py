from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from exported_runs import make_run

from gesture_al import DATASETS, read_dataset
from gesture_al.core.errors import UserError
from gesture_al.core.settings import DatasetPart
from gesture_al.deploy.live.streams import TEST_SEED, VALIDATION_SEED, held_out, joined_streams, synthetic_streams

SETTINGS = {"clips": 64, "subjects": 4}


@pytest.fixture(scope="module")
def clips():
    return DATASETS.build("facetime_synthetic", {"clips": 48, "subjects": 4}).load()


def test_synthetic_streams_last_about_as_long_as_asked_and_half_of_them_show_no_gesture():
    streams = synthetic_streams(0.2, VALIDATION_SEED)
    hours = sum(one.duration for one in streams) / 3600
    assert hours == pytest.approx(0.2, rel=0.35)
    quiet = sum(one.duration for one in streams if not one.gestures) / 3600
    assert quiet / hours == pytest.approx(0.5, abs=0.2)


def test_nobody_is_in_training_validation_and_test_streams_at_once():
    trained = set(DATASETS.build("facetime_stream", {"clips": 100, "subjects": 4}).load().subjects)
    validation, test = ({one.subject for one in synthetic_streams(0.02, seed)} for seed in (VALIDATION_SEED, TEST_SEED))
    assert not trained & validation
    assert not trained & test
    assert not validation & test


def test_only_the_named_people_are_joined(clips):
    streams = joined_streams(clips, ["s02"], "test", seed=0, repeats=2)
    assert {one.subject for one in streams} == {"s02"}
    expected = 2 * np.count_nonzero((clips.subjects == "s02") & (clips.labels != clips.classes.index("none")))
    assert sum(len(one.gestures) for one in streams) == expected


def test_an_official_test_is_never_chosen_on(clips):
    split = replace(clips, split=np.where(clips.subjects == "s01", "test", "train"))
    assert {one.subject for one in joined_streams(split, None, "test", seed=0)} == {"s01"}
    assert "s01" not in {one.subject for one in joined_streams(split, None, "train", seed=0)}


def test_unknown_people_and_clips_without_labels_are_refused(clips):
    with pytest.raises(UserError, match="nobody is called 'eve'"):
        joined_streams(clips, ["eve"], "test", seed=0)
    with pytest.raises(UserError, match="no clip with a label"):
        joined_streams(replace(clips, labels=np.full(len(clips), -1)), None, "test", seed=0)


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
