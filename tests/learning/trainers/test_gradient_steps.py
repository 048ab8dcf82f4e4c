"""The trainer: its settings, its learning rate, the steps it takes, against a bare torch loop."""

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from sklearn.utils.class_weight import compute_class_weight
from torch import nn

from gesture_al.core.errors import PartParameterError, UserError
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.trainers.base import TRAINERS, batches
from gesture_al.learning.trainers.gradient_steps import GradientSteps
from gesture_al.learning.trainers.net_training import CLASS_WEIGHTS

CONF = Path(__file__).resolve().parents[3] / "conf" / "trainer"
OPTIONS = {file.stem: yaml.safe_load(file.read_text()) for file in sorted(CONF.glob("*.yaml"))}

ONLY: dict[str, Any] = {"steps_per_class": 0, "epochs": 0.0, "averaging": 0.0}
"""So many steps however many labels there are, and the weights of the last one."""


class Noise:
    changing = False
    unlabelled = None

    def __init__(self, count=20):
        rng = np.random.default_rng(0)
        self.features = torch.from_numpy(rng.standard_normal((count, 6, 4), dtype=np.float32))
        self.classes = np.arange(count) % 3
        self.asked = []

    def __call__(self, rows):
        self.asked.append(rows)
        return self.features[rows], torch.full((len(rows),), 6), torch.from_numpy(self.classes[rows])


def new_net():
    torch.manual_seed(0)
    return MODELS.build("lstm", {"hidden": 8, "dropout": 0.0}, inputs=4, classes=3)


@pytest.mark.parametrize("option", OPTIONS)
def test_options_build_and_list_every_parameter(option):
    trainer = TRAINERS.build(OPTIONS[option]["name"], OPTIONS[option]["params"])
    assert set(OPTIONS[option]["params"]) == set(inspect.signature(type(trainer)).parameters)


def test_recipe_is_what_a_trainer_without_settings_does():
    assert TRAINERS.build("gradient_steps", OPTIONS["recipe"]["params"]) == GradientSteps()


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"steps": 0}, "steps=0: must be "),
        ({"batch_size": 0}, "batch_size=0: must be "),
        ({"optimiser": "sgd"}, "optimiser=sgd: must be adamw or adam"),
        ({"lr": 0}, "lr=0: must be "),
        ({"weight_decay": -1}, "weight_decay=-1: must be "),
        ({"schedule": "step"}, "schedule=step: must be cosine or constant"),
        ({"clip": 0}, "clip=0: must be "),
        ({"label_smoothing": 1}, "label_smoothing=1: must be "),
        ({"averaging": 1.0}, "averaging=1.0: must be a number, 0 up to but not including 1"),
        ({"epochs": -1.0}, "epochs=-1.0: must be "),
        ({"class_weights": "auto"}, "class_weights=auto: must be none or balanced"),
        ({"until_loss": -1.0, "extra_steps": 5}, "until_loss=-1.0: must be "),
        ({"until_loss": 0.1}, "extra_steps=0: must be "),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(params, says):
    with pytest.raises(UserError, match=says):
        TRAINERS.build("gradient_steps", params)


def test_an_unknown_setting_is_refused():
    with pytest.raises(PartParameterError, match="rounds"):
        TRAINERS.build("gradient_steps", {"rounds": 3})


def test_a_warm_up_that_is_longer_than_the_steps_is_shortened_and_said():
    settings = GradientSteps(**ONLY, steps=20, warmup=50)
    assert settings.remark == "trainer.params.warmup=50 is shortened to 2: there are 20 steps"
    assert [settings.rate(step) for step in (0, 1, 2)] == [0.5, 1.0, 1.0]
    assert GradientSteps(steps=1).rate(0) == 1.0
    assert GradientSteps().remark == GradientSteps(steps=20, warmup=50, steps_per_class=50).remark == ""


def test_learning_rate_rises_then_falls_to_two_percent():
    settings = GradientSteps(steps=100, warmup=20)
    rates = [settings.rate(step) for step in range(101)]
    assert rates[0] == 1 / 20
    assert rates[19] == rates[20] == 1
    assert rates[60] == pytest.approx(0.51)
    assert rates[100] == pytest.approx(0.02)
    assert np.diff(rates[20:]).max() < 0
    assert GradientSteps(schedule="constant", warmup=0).rate(150) == 1


def test_equals_a_bare_torch_loop_bit_for_bit():
    settings = GradientSteps(**ONLY, steps=12, warmup=3, batch_size=5, class_weights="balanced")
    clips, net, own = Noise(), new_net(), new_net()
    settings.fit(net, clips, 3, np.random.default_rng(1))
    weights = compute_class_weight("balanced", classes=np.arange(3), y=clips.classes)
    loss_of = nn.CrossEntropyLoss(torch.tensor(weights, dtype=torch.float32), label_smoothing=0.05)
    optimiser = torch.optim.AdamW(own.parameters(), lr=5e-3, weight_decay=0.01)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, settings.rate)
    for features, lengths, labels in batches(clips, 12, 5, np.random.default_rng(1)):
        optimiser.zero_grad()
        loss_of(own(features, lengths), labels).backward()
        nn.utils.clip_grad_norm_(own.parameters(), 1.0)
        optimiser.step()
        rate.step()
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), own.parameters(), strict=True))


def test_steps_follow_classes_and_labels():
    trainer = GradientSteps(steps=200, steps_per_class=50, epochs=12.0, batch_size=16)
    assert [trainer.planned(*counts).steps for counts in [(9, 3), (30, 14), (1960, 14), (1, 1)]] == [200, 700, 1470, 200]
    assert GradientSteps(steps=5, steps_per_class=0, epochs=7.0, batch_size=None).planned(100, 2).steps == 7
    assert GradientSteps(**ONLY).planned(10_000, 250) == GradientSteps(**ONLY)
    report = GradientSteps(steps=2, steps_per_class=3, epochs=0, warmup=0).fit(new_net(), Noise(), 3, np.random.default_rng(0))
    assert report.steps == 9


def test_averaged_weights_are_the_running_mean_of_those_of_all_steps():
    def fitted(steps, **settings):
        net = new_net()
        GradientSteps(**{**ONLY, "steps": steps, **settings}, warmup=0, schedule="constant").fit(
            net, Noise(16), 3, np.random.default_rng(1)
        )
        return net

    decay, mean, steps = 0.9, None, 15
    for count in range(1, steps + 1):
        # The same training, stopped early: its learning rate does not follow the number of steps.
        net = fitted(count)
        now = [parameter.detach().clone() for parameter in net.parameters()]
        mean = now if mean is None else [decay * old + (1 - decay) * new for old, new in zip(mean, now, strict=True)]
    averaged = new_net()
    GradientSteps(**{**ONLY, "steps": steps, "averaging": decay}, warmup=0, schedule="constant").fit(
        averaged, Noise(16), 3, np.random.default_rng(1)
    )
    for expected, found in zip(mean, averaged.parameters(), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_balanced_weights_are_scikit_learns_over_the_classes_that_are_there():
    labels = np.array([0, 0, 0, 2, 2, 3])
    weights = CLASS_WEIGHTS["balanced"](np.bincount(labels, minlength=5))
    np.testing.assert_allclose(weights[[0, 2, 3]], compute_class_weight("balanced", classes=np.array([0, 2, 3]), y=labels))
    assert weights[[1, 4]].tolist() == [1.0, 1.0]


def test_goes_on_until_the_loss_is_low_enough():
    low = {"until_loss": 0.3, "extra_steps": 400}
    settings = GradientSteps(**ONLY, steps=5, warmup=0, batch_size=None, schedule="constant", label_smoothing=0, **low)
    losses = []
    report = settings.fit(new_net(), Noise(), 3, np.random.default_rng(0), lambda step, most, loss: losses.append(loss))
    assert 5 < report.steps == len(losses) < 405
    assert losses[-1] < 0.3 <= min(losses[4:-1])
    assert report.note == ""


def test_says_when_the_cap_was_hit():
    settings = GradientSteps(**ONLY, steps=3, warmup=0, until_loss=1e-6, extra_steps=4)
    report = settings.fit(new_net(), Noise(), 3, np.random.default_rng(0))
    assert report.steps == 7
    assert report.note.startswith("cap of 7 steps hit at loss ")
    assert report.note.endswith("wanted below 1e-06")


def test_a_low_loss_before_the_fixed_steps_stops_nothing():
    settings = GradientSteps(**ONLY, steps=30, warmup=0, until_loss=100.0, extra_steps=50)
    assert settings.fit(new_net(), Noise(), 3, np.random.default_rng(0)).steps == 30


def test_batches_hold_no_clip_twice_and_miss_none_for_long():
    clips = Noise(20)
    made = [labels for _, _, labels in batches(clips, 45, 16, np.random.default_rng(0))]
    assert [len(labels) for labels in made] == [16] * 45
    drawn = np.concatenate(clips.asked).reshape(45, 16)
    assert all(len(set(step)) == 16 for step in drawn.tolist())
    assert set(drawn.ravel().tolist()) == set(range(20))


@pytest.mark.parametrize(("count", "size"), [(12, 16), (12, None), (16, 16)])
def test_few_clips_are_one_batch(count, size):
    clips = Noise(count)
    made = list(batches(clips, 7, size, np.random.default_rng(0)))
    assert len(made) == 7
    assert all(sorted(rows.tolist()) == list(range(count)) for rows in clips.asked)


def test_augmented_batches_are_prepared_together_but_not_too_many():
    clips = Noise(200)
    clips.changing = True
    made = list(batches(clips, 30, 16, np.random.default_rng(0)))
    assert [len(rows) for rows in clips.asked] == [320, 160]
    assert len(made) == 30
    clips.asked.clear()
    assert len(list(batches(clips, 30, None, np.random.default_rng(0)))) == 30
    assert max(len(rows) for rows in clips.asked) <= 2048
