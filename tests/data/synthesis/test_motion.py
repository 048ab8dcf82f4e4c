"""Paths, pictures and the tracker's errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from gesture_al import RandomStreams
from gesture_al.data.synthesis.camera import draw_setups, frame_times, project
from gesture_al.data.synthesis.gestures import ACTS, CLASSES, pick_acts, pick_shapes
from gesture_al.data.synthesis.hand_model import SHAPES
from gesture_al.data.synthesis.motion import MotionPlan, follow, minimum_jerk
from gesture_al.data.synthesis.subject import draw_subjects


def test_minimum_jerk_is_the_integral_of_its_bell():
    progress = np.linspace(0, 1, 11, dtype=np.float32)
    expected = [quad(lambda p: 30 * p**2 * (1 - p) ** 2, 0, end)[0] for end in progress]
    np.testing.assert_allclose(minimum_jerk(progress), expected, atol=1e-6)


def test_a_hand_goes_from_start_to_held_to_end():
    keys = [np.full((1, 2, 29), value, np.float32) for value in (0.0, 1.0, 3.0)]
    begin, rise, drop, lower = (np.full((1, 2), value, np.float32) for value in (0.2, 0.4, 1.5, 0.4))
    still = np.zeros((1, 2), np.float32)
    path = follow(
        MotionPlan(*keys, begin, rise, drop, lower, still, still),
        np.array([[0.0, 1.2, 2.5]], np.float32),
        np.random.default_rng(0),
    )
    np.testing.assert_allclose(path[0].mean(axis=(1, 2)), [0, 1, 3], atol=0.03)


def test_times_rise_unevenly_and_fill_the_clip():
    fps, duration = np.full(300, 25, np.float32), np.linspace(0.8, 3.5, 300, dtype=np.float32)
    times, lengths = frame_times(fps, duration, 40, np.random.default_rng(0))
    assert (np.diff(times, axis=1) > 0).all()
    assert np.diff(times, axis=1).std() > 0.003
    last = times[np.arange(300), lengths - 1]
    assert (last <= duration).all()
    assert np.quantile(last / duration, 0.05) > 0.9
    short = duration < 1.3
    assert np.median(last[short] / (lengths[short] - 1)) == pytest.approx(0.04, rel=0.1)


def test_projection_keeps_a_square_square_and_puts_y_down():
    setups = draw_setups(6, 1, RandomStreams(3))
    corner = np.zeros((6, 1, 2, 21, 3), np.float32)
    corner[..., 2] = 0.22
    right, up = corner.copy(), corner.copy()
    right[..., 0], up[..., 1] = 0.1, 0.1
    here, there, above = (project(points, setups, np.arange(6))[:, 0, 0, 0, :2] for points in (corner, right, up))
    stretch = np.stack([setups.aspect, np.ones(6)], axis=1)
    across, upwards = (there - here) * stretch, (above - here) * stretch
    np.testing.assert_allclose(np.linalg.norm(across, axis=1), 0.1 / setups.metres, rtol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(upwards, axis=1), 0.1 / setups.metres, rtol=1e-4)
    np.testing.assert_allclose((across * upwards).sum(axis=1), 0, atol=1e-5)
    assert (upwards[:, 1] < 0).all()
    assert (across[:, 0] > 0).all()


def test_what_is_nearer_is_larger_and_has_smaller_depth():
    setups = draw_setups(1, 1, RandomStreams(0))
    points = np.zeros((1, 1, 2, 21, 3), np.float32)
    points[..., 8, :] = 0.05, 0.05, 0.1
    seen = project(points, setups, np.zeros(1, int))
    assert (seen[..., 8, 2] < 0).all()
    assert (seen[..., 0, 2] == 0).all()
    flat = points.copy()
    flat[..., 8, 2] = 0
    level = project(flat, setups, np.zeros(1, int))
    centre = np.array([0.5, 0.5])
    assert (np.linalg.norm(seen[..., 8, :2] - centre, axis=-1) > np.linalg.norm(level[..., 8, :2] - centre, axis=-1)).all()


def test_acts_come_with_their_share_and_class():
    chance = ((np.arange(4000) + 0.5) / 4000).astype(np.float32)
    for number, name in enumerate(CLASSES):
        acts = pick_acts(np.full(4000, number), chance)
        assert {ACTS[act].label for act in acts} == {name}
        total = sum(act.share for act in ACTS if act.label == name)
        for act in np.unique(acts):
            assert (acts == act).mean() == pytest.approx(ACTS[act].share / total, abs=0.002)


def test_every_shape_of_an_act_is_picked_and_no_other():
    chance = np.linspace(0, 0.9999, 50, dtype=np.float32)
    for number, act in enumerate(ACTS):
        assert {SHAPES[shape] for shape in pick_shapes(np.full(50, number), chance)} == set(act.shapes)


def test_people_stay_who_they_are_when_more_come():
    few, many = draw_subjects(3, RandomStreams(5), 0.1), draw_subjects(9, RandomStreams(5), 0.1)
    for name in ("palm", "bones", "pace", "angles", "aim"):
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name)[:3])
    assert np.ptp(many.bones[:, 1, 0]) > 0.02


def test_hands_have_the_size_of_adults():
    people = draw_subjects(200, RandomStreams(1), 0.1)
    length = people.palm_metres * (1 + people.bones[:, 2].sum(axis=1))
    # Adults: about 0.16 to 0.20 m; some more on either side.
    assert np.quantile(length, 0.05) > 0.145
    assert np.quantile(length, 0.95) < 0.22
    assert 0.03 < draw_subjects(200, RandomStreams(1), 0.1).left_handed.mean() < 0.2
