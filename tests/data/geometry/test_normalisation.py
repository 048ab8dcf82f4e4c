"""The frames of cloud, hands and body: what must drop out drops out, and what must stay stays."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.geometry.normalisation import (
    UPPER_BODY,
    body_with_hands,
    centre,
    correct_aspect,
    hand,
    normalised,
    pair_of_hands,
    point_cloud,
    point_track,
    shoulders,
    size,
)


@pytest.fixture
def clips():
    return np.random.default_rng(2).normal(size=(6, 10, 42, 3)).astype(np.float32)


def joined(channels):
    return np.concatenate(channels, axis=2)


def test_cloud_is_the_closed_form(clips):
    assert np.allclose(centre(clips)[:, 0, 0], clips.mean(axis=(1, 2)), atol=1e-6)
    spread = np.sqrt(((clips - clips.mean(axis=2, keepdims=True)) ** 2).sum(axis=3).mean(axis=(1, 2)))
    assert np.allclose(size(clips).ravel(), spread, rtol=1e-5)
    assert np.allclose(size(normalised(clips)), 1, atol=1e-5)


def test_cloud_forgets_place_and_size(clips):
    before = joined(point_cloud(clips, [(0, 1), (1, 2)]))
    assert np.allclose(before, joined(point_cloud(3 * clips + 7, [(0, 1), (1, 2)])), atol=1e-4)
    assert before.shape[2] == 3 * 42 * 3 + 2 * 3
    assert np.allclose(before[..., -6:-3], before[..., 3:6] - before[..., 0:3], atol=1e-5)


def test_track_keeps_how_far_it_moved():
    point = np.random.default_rng(3).normal(size=(4, 8, 1, 2)).astype(np.float32)
    channels = joined(point_track(point))
    assert np.allclose(joined(point_track(2 * point + 5)), 2 * channels, atol=1e-4)
    assert np.allclose(joined(point_track(np.zeros_like(point))), 0)


def test_hands_forget_place_and_size(clips):
    pair = joined(pair_of_hands(hand(clips[:, :, :21]), hand(clips[:, :, 21:])))
    moved = 0.3 * clips + 2
    assert np.allclose(pair, joined(pair_of_hands(hand(moved[:, :, :21]), hand(moved[:, :, 21:]))), atol=1e-4)
    assert pair.shape[2] == 2 * (63 + 1) + 2 * 6 + 2


def test_a_hand_is_its_bones(clips):
    one = hand(clips[:, :, :21])
    lengths = np.linalg.norm(clips[:, :, 9] - clips[:, :, 0], axis=2)
    assert np.allclose(one.size, np.median(lengths, axis=1), rtol=1e-5)
    first = (clips[:, :, 1] - clips[:, :, 0]) / one.size[:, None, None]
    assert np.allclose(one.bones[..., :3], first, atol=1e-4)


def test_a_gap_is_flagged_and_bridged(clips):
    steady = np.broadcast_to(clips[:, :1], clips.shape).copy()
    steady[:, 3:5, :21] = np.nan
    one = hand(steady[:, :, :21])
    assert not one.seen[:, 3:5].any()
    assert one.seen.sum() == 6 * 8
    assert np.allclose(one.bones[:, 3], one.bones[:, 0], atol=1e-5)


def test_a_hand_never_seen_is_nan_with_flag_0(clips):
    clips[:, :, :21] = np.nan
    bones, flag = hand(clips[:, :, :21]).shape()
    assert np.isnan(bones).all()
    assert not flag.any()
    pair = joined(pair_of_hands(hand(clips[:, :, :21]), hand(clips[:, :, 21:])))
    assert np.isnan(pair[..., -2:]).all(), "no left hand, so nothing to measure the right one from"


def test_body_is_about_the_shoulders():
    body = np.random.default_rng(4).normal(size=(3, 7, 7, 3)).astype(np.float32)
    left, right, left_wrist = (UPPER_BODY.index(name) for name in ("left_shoulder", "right_shoulder", "left_wrist"))
    hands = np.random.default_rng(5).normal(size=(3, 7, 21, 3)).astype(np.float32)
    hands[:, 2:4] = np.nan
    middle, width = shoulders(body)
    assert np.allclose(middle, (body[:, :, left] + body[:, :, right]) / 2)
    apart = np.linalg.norm((body[:, :, left] - body[:, :, right])[..., :2], axis=2)
    assert np.allclose(width, np.median(apart, axis=1), rtol=1e-5)
    channels = joined(body_with_hands(body, {"left_hand": hand(hands)}))
    assert np.allclose(channels, joined(body_with_hands(4 * body - 1, {"left_hand": hand(4 * hands - 1)})), atol=1e-3)
    wrist = channels[:, :, -6:-4]
    expected = (body[:, 2, left_wrist, :2] - middle[:, 2, :2]) / width[:, None]
    assert np.allclose(wrist[:, 2], expected, atol=1e-4), "an unseen hand is where the body has its wrist"


def test_correcting_the_aspect_scales_x_and_z():
    ones = np.ones((2, 1, 1, 3), np.float32)
    assert correct_aspect(ones, np.array([2.0, 0.5], np.float32))[:, 0, 0].tolist() == [[2, 1, 2], [0.5, 1, 0.5]]
    assert correct_aspect(ones[..., :2], np.array([2.0, 1.0], np.float32))[0, 0, 0].tolist() == [2, 1]
    assert correct_aspect(ones, None) is ones
