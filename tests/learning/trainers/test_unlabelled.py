"""Trainers that learn from unlabelled clips: what they look at, what they learn, and what keeps them from their own mistakes."""

from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from gesture_al.core.errors import UserError
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.trainers.base import TRAINERS
from gesture_al.learning.trainers.consistency import Consistency, agreed, fresh, sharpened
from gesture_al.learning.trainers.fixmatch import FixMatch
from gesture_al.learning.trainers.gradient_steps import GradientSteps

CONF = Path(__file__).resolve().parents[3] / "conf" / "trainer"
FEW = {"steps": 30, "warmup": 3, "steps_per_class": 0, "epochs": 0.0}
OPTIONS = ("consistency", "pseudo_labels", "fixmatch")


def option(name, **params):
    part = yaml.safe_load((CONF / f"{name}.yaml").read_text())
    return TRAINERS.build(part["name"], {**part["params"], **FEW, **params})


def crescents(count, rng):
    """Two classes on two interleaved half circles, which a few labels do not tell apart and many clips do."""
    labels = np.arange(count) % 2
    angle = rng.uniform(0, np.pi, count)
    x = np.where(labels == 0, np.cos(angle), 1 - np.cos(angle))
    y = np.where(labels == 0, np.sin(angle), 0.5 - np.sin(angle))
    points = np.stack([x, y], axis=1) + rng.normal(scale=0.05, size=(count, 2))
    return torch.tensor(points[:, None, :].repeat(3, axis=1), dtype=torch.float32), labels.astype(np.int64)


class Labelled:
    changing = False

    def __init__(self, features, classes, unlabelled=None):
        self.features, self.classes, self.unlabelled = features, classes, unlabelled

    def __call__(self, rows):
        return self.features[rows], torch.full((len(rows),), 3), torch.from_numpy(self.classes[rows])


class Unlabelled:
    """Copies with noise: more of it where they are changed more."""

    def __init__(self, features, noise=0.1):
        self.features, self.asked = features, []
        self.scale = {"none": 0.0, "weak": noise / 3, "strong": noise}

    def __len__(self):
        return len(self.features)

    def __call__(self, rows, change):
        self.asked.append((change, rows))
        features = self.features[rows] + self.scale[change] * torch.randn(len(rows), 1, 2)
        return features, torch.full((len(rows),), 3)


def new_net(seed=0, classes=2):
    torch.manual_seed(seed)
    return MODELS.build("lstm", {"hidden": 8, "dropout": 0.0}, inputs=2, classes=classes)


@pytest.fixture
def world():
    rng = np.random.default_rng(3)
    features, classes = crescents(20, rng)
    others, truth = crescents(120, rng)
    return Labelled(features, classes, Unlabelled(others)), others, truth


@pytest.mark.parametrize("name", OPTIONS)
def test_the_same_chance_gives_the_same_weights(name, world):
    nets = []
    for _ in range(2):
        net = new_net()
        torch.manual_seed(5)
        option(name).fit(net, world[0], 2, np.random.default_rng(1), None)
        nets.append(net)
    assert all(torch.equal(a, b) for a, b in zip(nets[0].parameters(), nets[1].parameters(), strict=True))


@pytest.mark.parametrize("name", OPTIONS)
def test_without_unlabelled_clips_it_is_the_supervised_training(name, world):
    clips = Labelled(world[0].features, world[0].classes)
    trainer, own, plain = option(name), new_net(), new_net()
    report = trainer.fit(own, clips, 2, np.random.default_rng(1), None)
    GradientSteps(**FEW, averaging=0.95).fit(plain, clips, 2, np.random.default_rng(1))
    assert report.steps == 30
    assert all(torch.equal(a, b) for a, b in zip(own.parameters(), plain.parameters(), strict=True))


@pytest.mark.parametrize("name", OPTIONS)
def test_unlabelled_clips_change_what_is_learnt(name, world):
    with_them, without = new_net(), new_net()
    for net, clips in ((with_them, world[0]), (without, Labelled(world[0].features, world[0].classes))):
        torch.manual_seed(5)
        option(name, confidence=0.0).fit(net, clips, 2, np.random.default_rng(1), None)
    assert not all(torch.equal(a, b) for a, b in zip(with_them.parameters(), without.parameters(), strict=True))


@pytest.mark.parametrize("name", OPTIONS)
def test_every_step_is_told_once_and_counted_among_all(name, world):
    told = []
    report = option(name).fit(new_net(), world[0], 2, np.random.default_rng(1), lambda *step: told.append(step))
    assert [step for step, _, _ in told] == list(range(1, report.steps + 1))
    assert {most for _, most, _ in told} == {report.steps}


def test_the_student_sees_strong_copies_and_the_teachers_the_clips(world):
    Consistency(**{**FEW, "steps": 25}, teachers=2, generations=1, unlabelled_batch=10).fit(
        new_net(), world[0], 2, np.random.default_rng(1)
    )
    changes = [change for change, _ in world[0].unlabelled.asked]
    assert set(changes) == {"none", "strong"}
    named = np.concatenate([rows for change, rows in world[0].unlabelled.asked if change == "none"])
    drawn = np.concatenate([rows for change, rows in world[0].unlabelled.asked if change == "strong"])
    assert len(drawn) == 250
    # However large the pool is, only what the student will meet is named, and once.
    assert sorted(named.tolist()) == np.unique(drawn).tolist()


def test_what_nobody_agrees_on_does_not_count(world):
    trainer = Consistency(**{**FEW, "steps": 20}, targets="agreed", confidence=0.999999)
    report = trainer.fit(new_net(), world[0], 2, np.random.default_rng(1))
    assert report.note == "0 of 120 unlabelled clips got a pseudo-label"


def test_the_student_learns_what_the_teachers_think_of_unlabelled_clips(monkeypatch):
    """The teachers think otherwise than the two labels say, so that it shows whom the student follows."""
    rng = np.random.default_rng(0)
    features, classes = crescents(2, rng)
    others, _ = crescents(100, rng)
    thought = (others[:, 0, 1] > 0.25).long().numpy()
    monkeypatch.setattr(Consistency, "_targets", lambda *_: np.eye(2, dtype=np.float32)[thought])
    follows = {}
    for name, trainer in {
        "labels": GradientSteps(steps=100),
        "clips": Consistency(steps=100, teachers=1, generations=1, ramp=0, unlabelled_weight=10.0, student_view="none"),
        "copies": Consistency(steps=100, teachers=1, generations=1, ramp=0, unlabelled_weight=10.0, student_view="strong"),
    }.items():
        net = new_net()
        trainer.fit(net, Labelled(features, classes, Unlabelled(others, noise=0.02)), 2, np.random.default_rng(1), None)
        with torch.inference_mode():
            named = net.eval()(others, torch.full((100,), 3)).argmax(dim=1).numpy()
        follows[name] = float((named == thought).mean())
    assert follows["labels"] < 0.5, follows
    assert min(follows["clips"], follows["copies"]) > 0.8, follows


def test_agreed_wants_all_teachers_and_enough_confidence():
    probs_S_N_C = np.array(
        [
            [[0.9, 0.1, 0.0], [0.9, 0.1, 0.0], [0.5, 0.3, 0.2], [0.0, 0.1, 0.9]],
            [[0.7, 0.2, 0.1], [0.4, 0.6, 0.0], [0.5, 0.2, 0.3], [0.0, 0.1, 0.9]],
        ],
        dtype=np.float32,
    )
    assert agreed(probs_S_N_C, 0.79).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert agreed(probs_S_N_C, 0.5).sum(axis=1).tolist() == [1, 0, 1, 1]


def test_sharpened_targets_are_probabilities_and_surer():
    probs_N_C = np.random.default_rng(0).dirichlet(np.ones(4), size=20).astype(np.float32)
    sharp = sharpened(probs_N_C, 0.5)
    np.testing.assert_allclose(sharp.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(sharp, probs_N_C**2 / (probs_N_C**2).sum(axis=1, keepdims=True), rtol=1e-5)
    assert (sharp.max(axis=1) >= probs_N_C.max(axis=1)).all()
    np.testing.assert_allclose(sharpened(probs_N_C, 1.0), probs_N_C, rtol=1e-5)
    assert sharpened(np.full((1, 250), 1 / 250, np.float32), 0.05).sum() == pytest.approx(1)


def test_later_teachers_are_students_of_the_ones_before(world):
    report = Consistency(**{**FEW, "steps": 20}, teachers=2, generations=3).fit(new_net(), world[0], 2, np.random.default_rng(1))
    assert report.steps == (2 * 3 + 1) * 20
    # Two generations of two students, and the net itself.
    assert len([rows for change, rows in world[0].unlabelled.asked if change == "strong"]) == 5


def test_teachers_start_from_weights_of_their_own():
    net = new_net()
    before = [parameter.clone() for parameter in net.parameters()]
    first, second = fresh(net), fresh(net)
    assert all(torch.equal(a, b) for a, b in zip(before, net.parameters(), strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_fixmatch_counts_no_unlabelled_clip_before_its_start(world):
    trainer = {"steps": 20, "warmup": 3, "confidence": 0.0}
    early, never = new_net(), new_net()
    for net, start, weight in ((early, 0.9, 1.0), (never, 0.9, 0.0)):
        torch.manual_seed(5)
        FixMatch(**trainer, start=start, unlabelled_weight=weight, averaging=0.9).fit(net, world[0], 2, np.random.default_rng(1))
    # The last two steps tell them apart.
    assert not all(torch.equal(a, b) for a, b in zip(early.parameters(), never.parameters(), strict=True))


def test_fixmatch_needs_a_mean_teacher():
    with pytest.raises(UserError, match="averaging=0: must be above 0"):
        FixMatch(averaging=0.0)


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("consistency", {"teachers": 0}, "teachers=0: must be "),
        ("consistency", {"confidence": 1.0}, "confidence=1.0: must be "),
        ("consistency", {"targets": "hard"}, "targets=hard: must be soft or agreed"),
        ("consistency", {"student_view": "odd"}, "student_view=odd: must be "),
        ("consistency", {"unlabelled_batch": 0}, "unlabelled_batch=0: must be "),
        ("consistency", {"steps": 0}, "steps=0: must be "),
        ("fixmatch", {"start": 1.0}, "start=1.0: must be "),
        ("fixmatch", {"ramp": -1}, "ramp=-1: must be "),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(name, params, says):
    with pytest.raises(UserError, match=says):
        TRAINERS.build(name, params)
