"""A world small enough to learn in a moment: three gestures of five joints that differ in where they move."""

import numpy as np
import pytest

from gesture_al.core.seeds import RandomStreams
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.skeleton import skeleton_for
from gesture_al.learning.learner import Learner
from gesture_al.learning.trainers.gradient_steps import GradientSteps


class Flat:
    """Coordinates in a row, a stand-in for the project's features."""

    def __init__(self, frames=6, standardise=True):
        self.frames = frames
        self.standardise = standardise

    def __call__(self, positions_N_T_J_C, skeleton):
        count, frames = positions_N_T_J_C.shape[:2]
        return np.nan_to_num(positions_N_T_J_C).reshape(count, frames, -1).astype(np.float32)

    def width(self, skeleton, coordinates):
        return len(skeleton) * coordinates


class Jitter:
    """A stand-in for augmentation."""

    def __call__(self, positions_N_T_J_C, skeleton, rng):
        return positions_N_T_J_C + rng.normal(scale=0.1, size=positions_N_T_J_C.shape).astype(np.float32)


def make_clips(count=60, seed=0, prefix="clip", lengths=None):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    positions = rng.normal(scale=0.5, size=(count, 8, 5, 2)).astype(np.float32)
    positions[np.arange(count), :, labels] += np.linspace(0, 2, 8)[None, :, None]
    lengths = np.full(count, 8) if lengths is None else lengths
    positions[np.arange(8) >= lengths[:, None]] = np.nan
    ids = np.array([f"{prefix}-{n:03d}" for n in range(count)])
    return ClipSet(positions, lengths, ids, labels, ("a", "b", "c"), skeleton_for(5))


@pytest.fixture
def clips():
    return make_clips()


@pytest.fixture
def learner_of():
    def make(clips, *, features=None, augment=None, net=("lstm", {"hidden": 8}), seed=0, trainer=None, **settings):
        return Learner(
            clips,
            pool=np.arange(len(clips)),
            features=features or Flat(),
            augment=augment,
            model=net,
            trainer=trainer or GradientSteps(**{"steps": 25, "warmup": 5, **settings}),
            random_streams=RandomStreams(seed),
        )

    return make


@pytest.fixture
def flat():
    return Flat


@pytest.fixture
def jitter():
    return Jitter()


@pytest.fixture
def more_clips():
    return make_clips
