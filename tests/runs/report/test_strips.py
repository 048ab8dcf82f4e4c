from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from gesture_al.data.skeleton import SKELETONS, generic
from gesture_al.runs.report.strips import draw_strip


def paths(svg: str) -> dict[str, str]:
    return {path.get("class"): path.get("d") for path in ElementTree.fromstring(svg).iter("path")}


def places(d: str) -> np.ndarray:
    return np.array([float(number) for number in re.findall(r"-?\d+\.?\d*", d.replace("h0", ""))]).reshape(-1, 2)


def test_a_hand_that_was_not_seen_is_not_drawn():
    clip = np.full((5, 42, 2), np.nan)
    clip[:, :21] = np.random.default_rng(0).uniform(0.2, 0.8, size=(5, 21, 2))
    drawn = paths(draw_strip(clip, SKELETONS["hands"]))
    assert set(drawn) == {"panel", "l"}
    # Twenty-one bones of a hand, in each of four frames.
    assert drawn["l"].count("L") == 4 * 21


def test_every_frame_stays_in_its_own_panel():
    clip = np.random.default_rng(1).uniform(-3, 9, size=(4, 8, 3))
    drawn = paths(draw_strip(clip, SKELETONS["natops"]))
    for pen in "lr":
        x, y = places(drawn[pen]).T
        assert ((x % 68) <= 64).all()
        assert x.min() >= 0
        assert (y >= 0).all()
        assert (y <= 64).all()


def test_a_clip_in_which_nothing_was_seen_is_empty_panels():
    assert set(paths(draw_strip(np.full((3, 42, 2), np.nan), SKELETONS["hands"]))) == {"panel"}


@pytest.mark.parametrize("skeleton", [*SKELETONS.values(), generic(5)], ids=lambda s: s.name)
def test_every_layout_is_drawn_and_stays_small(skeleton, make_run):
    clip = np.random.default_rng(2).uniform(0, 1, size=(16, len(skeleton), 3))
    svg = draw_strip(clip, skeleton)
    assert len(paths(svg)) > 1
    assert len(svg) < 9000


def test_a_track_leaves_its_trail():
    clip = np.linspace([[0.1, 0.1]], [[0.9, 0.9]], 10)
    assert paths(draw_strip(clip, SKELETONS["track"]))["b"].count("L") == 3 + 6 + 9
