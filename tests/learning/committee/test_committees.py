"""What every committee does: the nets of a round, the opinions that strategies are given, and their chance."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch

from gesture_al import COMMITTEES, RandomStreams, UserError
from gesture_al.core.settings import Part, Settings
from gesture_al.learning.committee.base import streams_of
from gesture_al.runs.assembly import check_net

ROWS, REST = np.arange(0, 30), np.arange(30, 60)


@pytest.mark.parametrize("name", COMMITTEES.names())
def test_opinions_differ_are_repeatable_and_leave_nets_and_generators_alone(clips, learner_of, name):
    learner = learner_of(clips, predicting={"committee": COMMITTEES.build(name)}, steps=5)
    report = learner.fit(ROWS, clips.labels[ROWS], 0)
    committee = COMMITTEES.build(name)
    assert report.steps == 5 * committee.members
    before, state = learner.predict_probs(REST), torch.get_rng_state()
    opinions = learner.mc_probs(REST, 4, round=0)
    assert opinions.shape == (committee.samples(4), 30, 3)
    assert opinions.dtype == np.float32
    np.testing.assert_allclose(opinions.sum(axis=2), 1, rtol=1e-5)
    assert all(np.abs(opinions[0] - other).max() > 1e-3 for other in opinions[1:])
    np.testing.assert_array_equal(learner.mc_probs(REST, 4, round=0), opinions)
    np.testing.assert_array_equal(learner.predict_probs(REST), before)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("name", COMMITTEES.names())
def test_a_state_brings_the_whole_committee_back(clips, learner_of, name):
    predicting = {"committee": COMMITTEES.build(name)}
    learner = learner_of(clips, predicting=predicting, steps=3)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    other = learner_of(clips, predicting=predicting, steps=3, seed=5)
    other.load_state(learner.state())
    np.testing.assert_array_equal(other.predict_probs(REST), learner.predict_probs(REST))
    np.testing.assert_array_equal(other.embed(REST), learner.embed(REST))
    if name == "ensemble":
        np.testing.assert_array_equal(other.mc_probs(REST, 2, 0), learner.mc_probs(REST, 2, 0))


def test_a_state_from_before_there_were_committees_is_read(clips, learner_of):
    learner = learner_of(clips, steps=3)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    content, file = torch.load(io.BytesIO(learner.state()), weights_only=True), io.BytesIO()
    torch.save({key: value for key, value in content.items() if key not in ("members", "temperature")}, file)
    other = learner_of(clips, seed=5)
    other.load_state(file.getvalue())
    np.testing.assert_array_equal(other.predict_probs(REST), learner.predict_probs(REST))


@pytest.mark.parametrize("name", COMMITTEES.names())
def test_a_net_whose_opinions_differ_is_taken(name):
    committee = COMMITTEES.build(name)
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout(0.5))
    assert committee.unanimous(net) == ""
    assert committee.members >= 1
    assert committee.processes >= 1


def settings_of(strategy, committee, params=None, dropout=0.3):
    return Settings(
        model=Part("lstm", {"dropout": dropout}),
        trainer=Part("gradient_steps"),
        strategy=Part(strategy),
        committee=Part(committee, params or {}),
    )


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        (settings_of("bald", "dropout", dropout=0.0), "set model.params.dropout above 0, or choose committee=ensemble"),
        (settings_of("bald", "ensemble", {"members": 1}), "set committee.params.members to 2 or more"),
    ],
)
def test_a_committee_of_one_mind_is_refused_for_strategies_that_ask_one(settings, remedy):
    with pytest.raises(UserError, match=remedy):
        check_net(settings)


def test_a_committee_that_nobody_asks_may_be_of_one_mind():
    check_net(settings_of("margin", "dropout", dropout=0.0))
    check_net(settings_of("margin", "ensemble", {"members": 1}))
    check_net(settings_of("bald", "ensemble", dropout=0.0))


def test_member_0_has_the_runs_random_numbers_and_every_other_its_own():
    run = RandomStreams(3)
    assert streams_of(0, run) == run
    assert len({streams_of(member, run).seed for member in range(8)} | {streams_of(1, RandomStreams(4)).seed}) == 9


def test_settings_of_a_run_from_before_there_were_committees_have_one_net():
    assert Settings().committee == Part("dropout")
