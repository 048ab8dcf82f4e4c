from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesture_al import DATASETS
from gesture_al.core.errors import UserError
from gesture_al.deploy.live.streams import TEST_SEED, VALIDATION_SEED, joined_streams, synthetic_streams


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
