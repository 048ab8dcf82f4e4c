"""The clips asked are kept small enough for a picture and large enough to be one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from loop_world import clips_on_a_line

from gesture_al.active.records.journal import STRIP_FRAMES, Asked


def test_frames_are_taken_from_where_something_is_seen():
    clips = clips_on_a_line(6)
    positions = np.array(clips.positions)
    positions[2, [0, 3]] = np.nan
    asked = Asked.of(replace(clips, positions=positions), np.array([2]), np.ones((1, 3), dtype=np.float32))
    assert asked.positions.shape == (1, STRIP_FRAMES, 5, 2)
    assert np.isfinite(asked.positions).all()


def test_millimetres_and_pixels_fit_and_keep_their_shape():
    clips = clips_on_a_line(6)
    large = replace(clips, positions=np.asarray(clips.positions * 1e6))
    asked = Asked.of(large, np.arange(6), np.ones((6, 3), dtype=np.float32)).positions.astype(float)
    assert np.isfinite(asked).all()
    first = Asked.of(clips, np.arange(6), np.ones((6, 3), dtype=np.float32)).positions.astype(float)
    ratio = asked / first
    assert np.allclose(ratio, ratio[:, :1, :1, :1], rtol=0.02)


def test_x_is_in_heights_of_the_picture():
    clips = clips_on_a_line(6)
    wide = replace(clips, aspect=np.full(6, 2.0, dtype=np.float32))
    probs = np.ones((1, 3), dtype=np.float32)
    one, other = (Asked.of(each, np.array([0]), probs).positions for each in (clips, wide))
    assert np.allclose(other[..., 0], one[..., 0] * 2, rtol=1e-2)
    assert np.allclose(other[..., 1], one[..., 1])
