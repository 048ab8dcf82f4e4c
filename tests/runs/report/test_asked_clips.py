from __future__ import annotations

import re

import numpy as np
import pytest

from gesture_al.data.skeleton import SKELETONS, generic
from gesture_al.runs.report.asked_clips import draw_strip


def places(d: str) -> np.ndarray:
    return np.array([float(number) for number in re.findall(r"-?\d+\.?\d*", d.replace("h0", ""))]).reshape(-1, 2)


def test_a_hand_that_was_not_seen_is_not_drawn():
    clip = np.full((5, 42, 2), np.nan)
    clip[:, :21] = np.random.default_rng(0).uniform(0.2, 0.8, size=(5, 21, 2))
    drawn = draw_strip(clip, SKELETONS["hands"]).paths
    assert set(drawn) == {"l"}
    # Twenty-one bones of a hand, in each of four frames.
    assert drawn["l"].count("L") == 4 * 21


def test_every_frame_stays_in_its_own_panel():
    clip = np.random.default_rng(1).uniform(-3, 9, size=(4, 8, 3))
    drawn = draw_strip(clip, SKELETONS["natops"]).paths
    for pen in "lr":
        x, y = places(drawn[pen]).T
        assert ((x % 68) <= 64).all()
        assert x.min() >= 0
        assert (y >= 0).all()
        assert (y <= 64).all()


def test_a_clip_in_which_nothing_was_seen_is_empty_panels():
    assert draw_strip(np.full((3, 42, 2), np.nan), SKELETONS["hands"]).paths == {}


@pytest.mark.parametrize("skeleton", [*SKELETONS.values(), generic(5)], ids=lambda s: s.name)
def test_every_layout_is_drawn_and_stays_small(skeleton, make_run):
    clip = np.random.default_rng(2).uniform(0, 1, size=(16, len(skeleton), 3))
    paths = draw_strip(clip, skeleton).paths
    assert paths
    assert sum(map(len, paths.values())) < 9000


def test_a_track_leaves_its_trail():
    clip = np.linspace([[0.1, 0.1]], [[0.9, 0.9]], 10)
    assert draw_strip(clip, SKELETONS["track"]).paths["b"].count("L") == 3 + 6 + 9
