"""A recogniser that has only seen generated hands knows real ones: the landmarks that MediaPipe publishes of its test photos."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gesture_al import ClipSet, read_dataset
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.skeleton import SKELETONS
from gesture_al.learning.augmentation.base import AUGMENTATIONS
from gesture_al.learning.features.base import FEATURES
from gesture_al.learning.learner import Learner
from gesture_al.learning.trainers.base import TRAINERS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def learner():
    clips = read_dataset("facetime_synthetic", clips=2000)
    learner = Learner(
        clips,
        pool=np.arange(len(clips)),
        features=FEATURES.build("geometric", {}),
        augment=AUGMENTATIONS.build("standard", {"mirror": 0.5}),
        model=("lstm", {}),
        trainer=TRAINERS.build("gradient_steps", {"steps": 1000}),
        random_streams=RandomStreams(0),
    )
    learner.fit(np.arange(len(clips)), clips.labels, round=0)
    return learner


def raised_and_lowered(hand_21_3: np.ndarray, both: bool) -> ClipSet:
    """The hand of a photo, raised into the picture, held and lowered; with its mirror image on the other side."""
    positions = np.full((1, 30, 42, 3), np.nan, dtype=np.float32)
    small = hand_21_3 * 0.25 + [0.3, 0.3, 0]
    positions[0, :, 21:] = small
    if both:
        positions[0, :, :21] = np.column_stack([1 - small[:, 0], small[:, 1:]])
    way = np.concatenate([np.linspace(0.5, 0, 8), np.zeros(14), np.linspace(0, 0.5, 8)])
    positions[0, ..., 1] += way[:, None]
    positions[0, np.nanmin(positions[0, ..., 1], axis=1) > 1] = np.nan
    positions += np.random.default_rng(0).normal(0, 0.002, positions.shape).astype(np.float32)
    return ClipSet(
        positions=positions,
        lengths=np.array([30]),
        ids=np.array(["photo"]),
        labels=np.array([-1]),
        classes=("Like", "Fire works", "Heart", "none"),
        skeleton=SKELETONS["hands"],
        aspect=np.array([4 / 3], dtype=np.float32),
    )


@pytest.mark.parametrize(
    ("photo", "both", "name"),
    [
        ("thumb_up", False, "Like"),
        ("thumb_up", True, "Fire works"),
        ("fist", False, "none"),
        ("fist", True, "none"),
        ("pointing_up", False, "none"),
        ("victory", False, "none"),
    ],
)
def test_a_real_hand_is_named(learner, shared_media, photo, both, name):
    text = (shared_media / f"{photo}_landmarks.pbtxt").read_text()
    points = re.findall(r"landmark \{\s*x: (\S+)\s*y: (\S+)\s*z: (\S+)", text)[:21]
    clip = raised_and_lowered(np.array(points, dtype=np.float64), both)
    probs = learner.predict_clips(clip)[0]
    assert clip.classes[int(probs.argmax())] == name, dict(zip(clip.classes, probs.round(2), strict=True))
