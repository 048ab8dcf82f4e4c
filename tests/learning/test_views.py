"""Prediction over views: the mean over changed copies, the same for a clip whatever stands beside it."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al import AUGMENTATIONS, RandomStreams, UserError
from gesture_al.learning.inference import CLIPS_A_BATCH

ROWS, REST = np.arange(0, 30), np.arange(30, 60)
STANDARD = AUGMENTATIONS.build("standard")


@pytest.fixture
def learner_with(clips, learner_of):
    def make(views, **settings):
        learner = learner_of(clips, augment=STANDARD, predicting={"views": views}, steps=6, **settings)
        learner.fit(ROWS, clips.labels[ROWS], 0)
        return learner

    return make


def test_it_is_the_mean_over_weakly_changed_copies(clips, learner_with, flat):
    learner, plain = learner_with(4), learner_with(0)
    row = 37
    copies = np.repeat(clips.positions[[row]], 4, axis=0)
    preparation = plain._preparation
    positions, lengths = preparation.positions(clips, np.array([row]))
    rng = RandomStreams(0).generator("views", row)
    changed = STANDARD.weaker()(np.repeat(positions, 4, axis=0), clips.skeleton, rng)
    features = preparation.features_of_positions(changed, np.repeat(lengths, 4), clips.skeleton)
    import torch

    with torch.no_grad():
        each = plain._net()(torch.from_numpy(features), torch.full((4,), features.shape[1])).softmax(dim=1).numpy()
    assert len(copies) == len(each)
    assert np.abs(each[0] - each[1]).max() > 1e-4
    np.testing.assert_allclose(learner.predict_probs([row])[0], each.mean(axis=0), atol=1e-6)


def test_a_clip_is_predicted_the_same_whatever_is_asked_beside_it(learner_with):
    learner = learner_with(3)
    together = learner.predict_probs(REST)
    np.testing.assert_allclose(learner.predict_probs(REST[::-1])[::-1], together, atol=1e-6)
    np.testing.assert_allclose(learner.predict_probs(REST[4:5]), together[4:5], atol=1e-6)
    np.testing.assert_array_equal(learner.predict_probs(REST), together)
    assert np.abs(learner_with(0).predict_probs(REST) - together).max() > 1e-4
    assert learner.predict_probs(REST[:0]).shape == (0, 3)


def test_embeddings_opinions_and_other_sets_are_those_of_the_clip_itself(clips, learner_with):
    learner, plain = learner_with(3), learner_with(0)
    probs, embeddings = learner.predict_and_embed(REST)
    np.testing.assert_array_equal(probs, learner.predict_probs(REST))
    np.testing.assert_array_equal(embeddings, plain.embed(REST))
    np.testing.assert_array_equal(learner.mc_probs(REST, 2, 0), plain.mc_probs(REST, 2, 0))
    np.testing.assert_array_equal(learner.predict_clips(clips), plain.predict_clips(clips))


def test_progress_counts_clips_and_a_batch_is_no_larger_than_without_views(learner_with):
    done = []
    learner_with(CLIPS_A_BATCH // 8).predict_probs(REST, on_batch=lambda *batch: done.append(batch))
    assert done == [(8, 30), (16, 30), (24, 30), (30, 30)]


@pytest.mark.parametrize("augment", [None, AUGMENTATIONS.build("none")])
def test_views_without_a_weaker_form_are_refused(clips, learner_of, augment):
    with pytest.raises(UserError, match=r"^prediction_views=8: .*choose augment=standard, or prediction_views=0$"):
        learner_of(clips, augment=augment, predicting={"views": 8})
