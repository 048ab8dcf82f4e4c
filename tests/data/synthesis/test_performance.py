from __future__ import annotations

import numpy as np
import pytest

from gesture_al import RandomStreams
from gesture_al.data.synthesis.acting import Cast
from gesture_al.data.synthesis.camera import draw_setups
from gesture_al.data.synthesis.filming import film_long_takes
from gesture_al.data.synthesis.gestures import CLASSES
from gesture_al.data.synthesis.performance import perform, write_script
from gesture_al.data.synthesis.subject import draw_subjects

LIKE, NONE = CLASSES.index("Like"), CLASSES.index("none")


@pytest.fixture(scope="module")
def script():
    streams = RandomStreams(3)
    people, setups = draw_subjects(8, streams, 0.1), draw_setups(8, 1, streams)
    rng = streams.generator("test")
    label = np.tile([LIKE, NONE, 2, 1, NONE, 0], (8, 1))
    cast = Cast(label[:, 0], np.arange(8), np.arange(8))
    return write_script(label, cast, people, setups, 30.0, 1.0, rng)


@pytest.fixture(scope="module")
def takes():
    return film_long_takes(16, acts=8, gesture_share=0.5, subjects=8, sessions=1, seed=5)


def test_acts_follow_each_other_and_each_is_there_for_a_while(script):
    assert (np.diff(script.start, axis=1) > 0.3).all()
    assert (script.stop > script.start).all()
    assert (script.stop[:, :-1] < script.start[:, 1:]).all()
    assert (script.duration > script.stop[:, -1]).all()


def test_during_the_nucleus_the_hand_is_where_it_is_held(script):
    middle = ((script.start + script.stop) / 2).astype(np.float32)
    path = perform(script, middle, np.random.default_rng(0))
    away = np.linalg.norm(path[..., :3] - script.held[:, :, :, :3], axis=-1)
    # Drift, sway and nodding are all that is left.
    assert np.quantile(away, 0.9) < 0.05


def test_hands_move_without_a_jump(script):
    times = np.tile(np.arange(0, script.duration.min(), 0.02, dtype=np.float32), (8, 1))
    path = perform(script, times, np.random.default_rng(0))
    speed = np.linalg.norm(np.diff(path[..., :3], axis=1), axis=-1) / 0.02
    assert speed.max() < 8


def test_calm_people_do_less_in_the_same_time():
    calm = film_long_takes(16, 8, 0.0, 8, 1, 5, calm=5.0)
    lively = film_long_takes(16, 8, 0.0, 8, 1, 5)
    assert np.mean([take.seconds[-1] for take in calm]) > 2 * np.mean([take.seconds[-1] for take in lively])


def test_a_take_is_continuous_and_its_gestures_lie_in_it(takes):
    for take in takes:
        assert (np.diff(take.seconds) > 0).all()
        assert np.diff(take.seconds).max() < 0.5
        assert (take.start > 0).all()
        assert (take.stop < take.seconds[-1]).all()
        assert NONE not in take.label


def test_the_first_takes_do_not_depend_on_how_many_follow(takes):
    more = film_long_takes(20, acts=8, gesture_share=0.5, subjects=8, sessions=1, seed=5)
    np.testing.assert_array_equal(takes[3].positions, more[3].positions)


def test_without_gestures_there_are_none():
    assert all(not len(take.label) for take in film_long_takes(3, 4, 0.0, 2, 1))


def test_a_like_shows_a_thumb_above_its_hand(takes):
    higher = []
    for take in takes:
        for label, start, stop in zip(take.label, take.start, take.stop, strict=True):
            inside = (take.seconds >= start) & (take.seconds <= stop)
            if label == LIKE and inside.any():
                tips, knuckles = take.positions[inside][:, [4, 25], 1], take.positions[inside][:, [9, 30], 1]
                higher.append(np.nanmean(knuckles - tips) > 0)
    assert len(higher) > 5
    assert np.mean(higher) > 0.8
