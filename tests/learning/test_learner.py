"""The learner: same seed same bits, nothing global touched, states that come back, one line for what goes wrong."""

import random
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from gesture_al.core.errors import Paused, UserError
from gesture_al.learning.models.base import MODELS

ROWS = np.arange(0, 30)
REST = np.arange(30, 60)


def test_learns_what_can_be_learned(clips, learner_of):
    learner = learner_of(clips, steps=60)
    report = learner.fit(ROWS, clips.labels[ROWS], round=0)
    probs = learner.predict_probs(REST)
    assert probs.shape == (30, 3)
    assert probs.dtype == np.float32
    np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=1e-5)
    assert (probs.argmax(axis=1) == clips.labels[REST]).mean() > 0.9
    assert report.steps == 60
    assert 0 < report.loss < 1
    assert report.seconds > 0
    assert report.note == ""


@pytest.mark.parametrize("augmented", [False, True])
def test_the_same_seed_gives_the_same_bits_whatever_ran_before(clips, learner_of, jitter, augmented):
    augment = jitter if augmented else None
    first = learner_of(clips, augment=augment)
    first.fit(ROWS, clips.labels[ROWS], round=2)
    second = learner_of(clips, augment=augment)
    torch.rand(7), np.random.default_rng().random(3)
    second.fit(REST, clips.labels[REST], round=0)
    second.mc_probs(REST, samples=2, round=0)
    second.fit(ROWS, clips.labels[ROWS], round=2)
    np.testing.assert_array_equal(first.predict_probs(REST), second.predict_probs(REST))
    np.testing.assert_array_equal(first.embed(REST), second.embed(REST))
    np.testing.assert_array_equal(first.mc_probs(REST, 3, round=1), second.mc_probs(REST, 3, round=1))


def test_another_seed_or_round_gives_others(clips, learner_of):
    made = []
    for seed, round_ in [(0, 0), (0, 1), (1, 0)]:
        learner = learner_of(clips, seed=seed)
        learner.fit(ROWS, clips.labels[ROWS], round_)
        made.append(learner.predict_probs(REST))
    assert not np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_global_generators_threads_and_gradient_mode_are_left_alone(clips, learner_of, jitter):
    torch.manual_seed(5), random.seed(5), np.random.seed(5)  # noqa: NPY002
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    threads = torch.get_num_threads()
    with torch.no_grad():
        learner = learner_of(clips, augment=jitter)
        learner.fit(ROWS, clips.labels[ROWS], 0)
        learner.mc_probs(REST, 2, 0), learner.embed(REST)
        assert not torch.is_grad_enabled()
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == random.getstate()
    np.testing.assert_array_equal(before[2], np.random.get_state()[1])  # noqa: NPY002
    assert torch.get_num_threads() == threads


def test_prints_nothing_writes_nothing_and_keeps_the_nets_own_warnings(clips, learner_of, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    learner_of(clips).fit(ROWS, clips.labels[ROWS], 0)
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []

    def warn(*_):
        warnings.warn("of the net", stacklevel=1)

    with pytest.warns(UserWarning, match="of the net"):
        learner_of(clips).fit(ROWS, clips.labels[ROWS], 0, on_step=warn)


def test_every_step_is_announced(clips, learner_of):
    steps = []
    learner_of(clips).fit(ROWS, clips.labels[ROWS], 0, on_step=lambda *step: steps.append(step))
    assert [step[:2] for step in steps] == [(n, 25) for n in range(1, 26)]
    batches = []
    learner = learner_of(clips)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    learner.predict_probs(REST, on_batch=lambda *batch: batches.append(batch))
    assert batches == [(30, 30)]


def test_one_pass_gives_what_two_give(clips, learner_of):
    learner = learner_of(clips)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    probs, embeddings = learner.predict_and_embed(REST)
    np.testing.assert_array_equal(probs, learner.predict_probs(REST))
    np.testing.assert_array_equal(embeddings, learner.embed(REST))
    assert [part.shape for part in learner.predict_and_embed(REST[:0])] == [(0, 3), (0, 16)]


def test_monte_carlo_passes_are_counted_as_one_piece_of_work(clips, learner_of):
    learner = learner_of(clips)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    done = []
    learner.mc_probs(REST, 3, round=0, on_batch=lambda *at: done.append(at))
    assert done == [(30, 90), (60, 90), (90, 90)]


@pytest.mark.parametrize("stop", [Paused, KeyboardInterrupt, UserError])
def test_an_interruption_comes_through_and_leaves_no_half_trained_net(clips, learner_of, stop):
    def interrupt(step, most, loss):
        if step == 3:
            raise stop("now")

    learner = learner_of(clips)
    with pytest.raises(stop):
        learner.fit(ROWS, clips.labels[ROWS], 0, on_step=interrupt)
    with pytest.raises(UserError, match="not trained yet"):
        learner.predict_probs(REST)
    learner.fit(ROWS, clips.labels[ROWS], 0)


def test_a_state_comes_back_in_another_learner(clips, learner_of, more_clips):
    learner = learner_of(clips)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    other = learner_of(clips, seed=9)
    other.load_state(learner.state())
    np.testing.assert_array_equal(learner.predict_probs(REST), other.predict_probs(REST))
    assert other.state() == learner.state()
    stranger = learner_of(more_clips(12, seed=3))
    stranger.load_state(learner.state())
    np.testing.assert_array_equal(learner.predict_clips(clips), stranger.predict_clips(clips))


@pytest.mark.parametrize(
    ("change", "says"),
    [({"net": ("gru", {"hidden": 8})}, "model 'lstm'"), ({"net": ("lstm", {"hidden": 9})}, "params {'hidden': 8}")],
)
def test_a_state_of_another_net_is_refused(clips, learner_of, change, says):
    learner = learner_of(clips)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    with pytest.raises(UserError, match=says):
        learner_of(clips, **change).load_state(learner.state())
    with pytest.raises(UserError, match="no state of a learner"):
        learner.load_state(learner.state()[:100])


def test_clips_outside_the_set_are_read_as_those_inside(clips, learner_of, more_clips):
    learner = learner_of(clips)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    np.testing.assert_allclose(learner.predict_clips(clips.take(REST)), learner.predict_probs(REST), atol=1e-6)
    assert learner.predict_clips(clips.take([])).shape == (0, 3)
    assert learner.predict_probs(REST[:0]).shape == (0, 3)
    assert learner.embed(REST[:0]).shape == (0, 16)


def test_warm_start_goes_on_and_the_report_says_so(clips, learner_of):
    first_losses, notes = {}, {}
    for warm in (False, True):
        learner = learner_of(clips, warm_start=warm, steps=60)
        assert learner.fit(ROWS, clips.labels[ROWS], 0).note == ""
        losses = []
        notes[warm] = learner.fit(ROWS, clips.labels[ROWS], 1, on_step=lambda step, most, loss: losses.append(loss)).note  # noqa: B023
        first_losses[warm] = losses[0]
    assert notes == {False: "", True: "warm start"}
    assert first_losses[True] < 0.7 * first_losses[False]


def test_divergence_names_the_round(clips, learner_of):
    with pytest.raises(UserError, match=r"^round 4: training diverged, .*; lower trainer.params.lr$"):
        learner_of(clips, lr=1e30, clip=None, warmup=0).fit(ROWS, clips.labels[ROWS], 4)


def test_what_cannot_be_learned_from_is_refused(clips, learner_of, flat, jitter):
    learner = learner_of(clips)
    for rows, labels in [([], []), ([0, 1], [0]), ([0], [3]), ([0], [-1])]:
        with pytest.raises(UserError, match="round 0: training needs"):
            learner.fit(np.array(rows), np.array(labels), 0)
    with pytest.raises(UserError, match="augment needs clips of equal length"):
        learner_of(clips, features=flat(frames=None), augment=jitter)


def test_mixed_lengths_train_and_predict_without_resampling(learner_of, flat, more_clips):
    lengths = np.random.default_rng(0).integers(3, 9, size=60)
    clips = more_clips(lengths=lengths)
    learner = learner_of(clips, features=flat(frames=None), net=("lstm", {"hidden": 8, "bidirectional": True}), steps=60)
    learner.fit(ROWS, clips.labels[ROWS], 0)
    probs = learner.predict_probs(REST)
    assert (probs.argmax(axis=1) == clips.labels[REST]).mean() > 0.8
    one_by_one = np.concatenate([learner.predict_probs(REST[n : n + 1]) for n in range(len(REST))])
    np.testing.assert_allclose(one_by_one, probs, atol=1e-5)


def test_any_module_with_a_last_linear_layer_will_do(clips, learner_of):
    @MODELS.register("test_any_module")
    class Plain(nn.Module):
        def __init__(self, inputs, classes):
            super().__init__()
            self.head, self.body = nn.Linear(4, classes), nn.Linear(inputs, 4)

        def forward(self, features, lengths):
            return self.head(self.body(features.mean(dim=1)).relu())

    try:
        learner = learner_of(clips, net=("test_any_module", {}))
        learner.fit(ROWS, clips.labels[ROWS], 0)
        assert learner.embed(REST).shape == (30, 4)
        assert (learner.embed(REST) >= 0).all()
    finally:
        MODELS._parts.pop("test_any_module")


def test_a_new_net_begins_with_the_weights_that_are_given(clips, learner_of):
    drawn = learner_of(clips)._new_net(3).state_dict()
    given = {name: np.full(value.shape, 0.25, np.float32) for name, value in drawn.items() if not name.startswith("head.")}
    learner = learner_of(clips)
    learner._initial_weights = lambda: given
    begun = learner._new_net(3).state_dict()
    for name, value in begun.items():
        expected = torch.full_like(value, 0.25) if name in given else drawn[name]
        assert torch.equal(value, expected), name
    learner.fit(ROWS, clips.labels[ROWS], round=0)
    other = learner_of(clips)
    other.load_state(learner.state())
    np.testing.assert_array_equal(other.predict_probs(REST), learner.predict_probs(REST))
