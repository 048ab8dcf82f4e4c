"""An ensemble: member 0 is the run's net, and the prediction is the mean of what the members say."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al import COMMITTEES, STRATEGIES, UserError
from gesture_al.active.strategies.base import PoolView

ROWS, REST = np.arange(0, 30), np.arange(30, 60)


@pytest.fixture
def ensemble_of(clips, learner_of):
    def make(members, **settings):
        committee = COMMITTEES.build("ensemble", {"members": members})
        return learner_of(clips, predicting={"committee": committee}, **{"steps": 6, **settings})

    return make


def test_one_member_is_a_run_without_an_ensemble(clips, learner_of, ensemble_of, jitter):
    one, plain = ensemble_of(1, augment=jitter), learner_of(clips, augment=jitter, steps=6)
    for learner in (one, plain):
        learner.fit(ROWS, clips.labels[ROWS], 2)
    np.testing.assert_array_equal(one.predict_probs(REST), plain.predict_probs(REST))
    np.testing.assert_array_equal(one.embed(REST), plain.embed(REST))


def test_the_prediction_is_the_mean_of_the_members_and_the_embedding_that_of_the_first(clips, learner_of, ensemble_of, jitter):
    three, plain = ensemble_of(3, augment=jitter), learner_of(clips, augment=jitter, steps=6)
    for learner in (three, plain):
        learner.fit(ROWS, clips.labels[ROWS], 2)
    members = three.mc_probs(REST, 10, round=2)
    assert len(members) == 3
    np.testing.assert_array_equal(members[0], plain.predict_probs(REST))
    np.testing.assert_allclose(three.predict_probs(REST), members.mean(axis=0), atol=1e-6)
    np.testing.assert_array_equal(three.embed(REST), plain.embed(REST))
    probs, embeddings = three.predict_and_embed(REST)
    np.testing.assert_array_equal(probs, three.predict_probs(REST))
    np.testing.assert_array_equal(embeddings, three.embed(REST))
    np.testing.assert_allclose(three.predict_clips(clips.take(REST)), probs, atol=1e-6)


@pytest.mark.parametrize("name", ["bald", "batch_bald", "vote_entropy"])
def test_committee_strategies_take_the_members(clips, ensemble_of, name):
    learner, strategy = ensemble_of(3), STRATEGIES.build(name)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    view = PoolView(mc_probs=learner.mc_probs(REST, strategy.samples, 0))
    chosen = strategy.select(view, 5, np.random.default_rng(0))
    assert len(set(chosen.indices.tolist())) == 5


def test_steps_are_counted_over_all_members(clips, ensemble_of):
    steps = []
    report = ensemble_of(2).fit(ROWS, clips.labels[ROWS], 0, on_step=lambda *step: steps.append(step))
    assert [step[:2] for step in steps] == [(number, 12) for number in range(1, 13)]
    assert report.steps == 12


def test_a_warm_start_goes_on_from_every_member(clips, ensemble_of):
    warm = ensemble_of(2, warm_start=True)
    warm.fit(ROWS, clips.labels[ROWS], 0)
    first = warm.mc_probs(REST, 2, 0)
    resumed = ensemble_of(2, warm_start=True)
    resumed.load_state(warm.state())
    assert warm.fit(ROWS, clips.labels[ROWS], 1).note == "warm start"
    resumed.fit(ROWS, clips.labels[ROWS], 1)
    np.testing.assert_array_equal(warm.mc_probs(REST, 2, 1), resumed.mc_probs(REST, 2, 1))
    assert np.abs(warm.mc_probs(REST, 2, 1) - first).max(axis=(1, 2)).min() > 1e-4


def test_notes_say_whose_they_are(clips, ensemble_of):
    report = ensemble_of(2, until_loss=1e-9, extra_steps=2).fit(ROWS, clips.labels[ROWS], 0)
    assert report.note.startswith("member 0: cap of 8 steps hit")
    assert "; member 1: cap of 8 steps hit" in report.note


def test_the_state_of_another_number_of_members_is_refused(clips, learner_of, ensemble_of):
    learner = ensemble_of(2)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    with pytest.raises(UserError, match="the saved model has members 2, but this run has 1"):
        learner_of(clips).load_state(learner.state())


def test_an_interruption_between_members_leaves_no_net_behind(clips, ensemble_of):
    def interrupt(step, most, loss):
        if step == 8:  # of the second member
            raise KeyboardInterrupt

    learner = ensemble_of(3)
    with pytest.raises(KeyboardInterrupt):
        learner.fit(ROWS, clips.labels[ROWS], 0, on_step=interrupt)
    with pytest.raises(UserError, match="not trained"):
        learner.predict_probs(REST)
