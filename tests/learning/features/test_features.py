"""What every set of features promises, and the statistics of channels."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import SKELETONS, generic
from gesture_al.learning.features.base import FEATURES, channel_statistics, fitting_frames

LAYOUTS = [*SKELETONS.values(), generic(5)]


def clips_of(skeleton, coordinates, clips=3, frames=9):
    positions = np.random.default_rng(0).normal(size=(clips, frames, len(skeleton), coordinates)).astype(np.float32)
    for part in skeleton.parts.values():
        positions[0, 2:4, part.start : part.stop] = np.nan
        positions[1, :, part.start : part.stop] = np.nan
    return positions


@pytest.mark.parametrize("coordinates", [2, 3])
@pytest.mark.parametrize("skeleton", LAYOUTS, ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("name", FEATURES.names())
def test_contract(name, skeleton, coordinates):
    features, positions = FEATURES.build(name), clips_of(skeleton, coordinates)
    before = positions.copy()
    result = features(positions, skeleton)
    assert result.dtype == np.float32
    assert result.shape == (3, 9, features.width(skeleton, coordinates))
    assert np.isfinite(result).all()
    assert np.array_equal(before, positions, equal_nan=True), "the input was changed"
    assert np.allclose(result[1:2], features(positions[1:2], skeleton), atol=1e-6), "a clip's features depend on its batch"


@pytest.mark.parametrize("name", FEATURES.names())
def test_too_few_frames_are_refused(name):
    with pytest.raises(UserError, match="frames=1: must be a whole number from 2 to 10000 or auto or null"):
        FEATURES.build(name, {"frames": 1})


def test_raw_is_joint_after_joint():
    positions = clips_of(generic(5), 3)
    positions[0, 0, 1] = np.nan
    row = FEATURES.build("raw")(positions, generic(5))[0, 0]
    assert np.array_equal(row[:3], positions[0, 0, 0])
    assert row[3:6].tolist() == [0, 0, 0]


@pytest.mark.parametrize("layout", ["hands", "hands_pose", "holistic"])
def test_unseen_is_not_a_place(layout):
    """Where the hidden hand would have been in the picture must not show in the numbers."""
    skeleton = SKELETONS[layout]
    positions = np.random.default_rng(1).normal(size=(1, 9, len(skeleton), 3)).astype(np.float32)
    hidden = positions.copy()
    left = skeleton.parts["left_hand"]
    hidden[:, :, left.start : left.stop] = np.nan
    geometric = FEATURES.build("geometric")
    assert np.allclose(geometric(hidden, skeleton), geometric(hidden + np.float32(5), skeleton), atol=1e-3)
    assert not np.allclose(geometric(hidden, skeleton), geometric(positions, skeleton))


def test_statistics_are_numpys():
    features = np.random.default_rng(2).normal(3, 2, (20, 7, 4)).astype(np.float32)
    mean, deviation = channel_statistics(features)
    assert np.allclose(mean, features.mean(axis=(0, 1)), atol=1e-5)
    assert np.allclose(deviation, features.std(axis=(0, 1)), atol=1e-5)


def test_padding_does_not_count():
    features = np.random.default_rng(3).normal(size=(6, 8, 3)).astype(np.float32)
    lengths = np.array([8, 3, 5, 1, 8, 2])
    rows = np.concatenate([features[n, :length] for n, length in enumerate(lengths)])
    mean, deviation = channel_statistics(features, lengths)
    assert np.allclose(mean, rows.mean(axis=0), atol=1e-5)
    assert np.allclose(deviation, rows.std(axis=0), atol=1e-5)


def test_a_constant_channel_gets_the_typical_deviation():
    features = np.random.default_rng(4).normal(0, 0.2, (50, 8, 3)).astype(np.float32)
    features[..., 2] = 1
    _, deviation = channel_statistics(features)
    assert deviation[2] == pytest.approx(0.2, rel=0.1)
    assert channel_statistics(np.ones((2, 2, 2), np.float32))[1].tolist() == [1, 1]


def test_fitting_frames_grow_with_the_square_root_of_the_median_between_24_and_64():
    lengths = np.arange(2, 2000)
    frames = np.array([fitting_frames(np.array([length])) for length in lengths])
    assert np.array_equal(frames, np.clip(np.rint(3 * np.sqrt(lengths)), 24, 64))
    assert fitting_frames(np.array([10, 256, 5000])) == 48
    # A camera of 120 frames a second sees no more gesture in a second than one of 30; one of 5 has no more frames to give.
    assert fitting_frames(np.array([1024]), np.array([256 / 30])) == 48
    assert fitting_frames(np.array([256]), np.array([60.0])) == 48
