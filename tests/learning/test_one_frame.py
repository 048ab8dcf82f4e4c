"""Still poses are clips of one frame: features, augmentation and statistics take them as they take any clip."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al import AUGMENTATIONS, FEATURES, SKELETONS, ClipSet
from gesture_al.data.skeleton import generic
from gesture_al.learning.preparation import Preparation

CLIPS = 6


@pytest.mark.parametrize(
    "skeleton", [generic(21), *(SKELETONS[name] for name in ("hand", "hands", "track"))], ids=lambda s: s.name
)
@pytest.mark.parametrize("frames", [None, 24])
@pytest.mark.parametrize("name", FEATURES.names())
def test_clips_of_one_frame_have_features_that_tell_them_apart(name, frames, skeleton):
    positions = np.random.default_rng(0).normal(size=(CLIPS, 1, len(skeleton), 2)).astype(np.float32)
    clips = ClipSet(
        positions=positions,
        lengths=np.ones(CLIPS, np.int64),
        ids=np.array([str(clip) for clip in range(CLIPS)]),
        labels=np.arange(CLIPS) % 2,
        classes=("a", "b"),
        skeleton=skeleton,
    )
    preparation = Preparation(FEATURES.build(name, {"frames": frames}))
    rows = np.arange(CLIPS)
    preparation.measure(clips, rows)
    features, lengths = preparation.features_of(clips, rows)
    assert np.isfinite(features).all()
    assert lengths.tolist() == [frames or 1] * CLIPS
    # Where a point stands drops out of its track; a hand's shape does not.
    if skeleton.name != "track" or name != "geometric":
        assert len(np.unique(features.round(5), axis=0)) == CLIPS


@pytest.mark.parametrize("frames", [1, 24])
@pytest.mark.parametrize("name", AUGMENTATIONS.names())
def test_still_clips_may_be_augmented(name, frames):
    still = np.repeat(np.random.default_rng(0).normal(size=(CLIPS, 1, 42, 3)).astype(np.float32), frames, axis=1)
    changed = AUGMENTATIONS.build(name, {"drop_hand": 0} if name == "standard" else {})(
        still, SKELETONS["hands"], np.random.default_rng(0)
    )
    assert changed.shape == still.shape
    assert np.isfinite(changed).all()
