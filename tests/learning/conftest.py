"""A world small enough to learn in a moment: three gestures of five joints that differ in where they move."""

import numpy as np
import pytest

from gesture_al.core.seeds import RandomStreams, torch_seed
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.skeleton import skeleton_for
from gesture_al.learning.features.base import FEATURES
from gesture_al.learning.learner import Learner
from gesture_al.learning.member_training import MemberTraining
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.preparation import ClipOverrides, Preparation
from gesture_al.learning.trainers.gradient_steps import GradientSteps

ROWS = np.array([7, 2, 40, 2, 11, 33])


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
    def make(
        clips, *, features=None, augment=None, net=("lstm", {"hidden": 8}), seed=0, trainer=None, predicting=None, **settings
    ):
        return Learner(
            clips,
            pool=np.arange(len(clips)),
            features=features or Flat(),
            augment=augment,
            model=net,
            trainer=trainer or GradientSteps(**{"steps": 25, "warmup": 5, **settings}),
            random_streams=RandomStreams(seed),
            **(predicting or {}),
        )

    return make


@pytest.fixture
def training_of(clips):
    def make(*, trainer=None, augment=None, features=None, overrides=None, unlabelled=None, rows=ROWS, net=None):
        features = features or FEATURES.build("geometric", {"frames": 6})
        preparation = Preparation(features)
        preparation.measure(clips, np.arange(len(clips)))
        inputs = features.width(clips.skeleton, clips.positions.shape[3])
        with torch_seed(3):
            net = net or MODELS.build("lstm", {"hidden": 8}, inputs=inputs, classes=3)
        return MemberTraining(
            net=net,
            trainer=trainer or GradientSteps(steps=6, warmup=2),
            clips=clips,
            preparation=preparation,
            augment=augment,
            overrides=overrides or ClipOverrides(clips.positions.shape[1]),
            rows=rows,
            classes=clips.labels[rows],
            unlabelled=unlabelled,
            class_count=3,
            random_streams=RandomStreams(0),
            round=1,
            threads=1,
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
