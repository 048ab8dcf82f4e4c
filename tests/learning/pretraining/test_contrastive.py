"""Contrastive pretraining: the loss is the paper's, one task gives one encoding, and it tells gestures apart without a label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from gesture_al.core.errors import UserError
from gesture_al.learning.augmentation.base import AUGMENTATIONS
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.pretraining.base import PRETRAININGS, EncoderTask, UnnamedClips
from gesture_al.learning.pretraining.contrastive import nt_xent

QUICK = {"steps": 8, "batch_size": 16}


@pytest.fixture
def task(clips, flat, jitter):
    pool = UnnamedClips(clips, np.arange(40))
    return EncoderTask(pool, pool, flat(), jitter, ("lstm", {"hidden": 8}))


def test_the_loss_is_that_of_the_paper():
    z = np.random.default_rng(0).normal(size=(10, 4))
    directions = z / np.linalg.norm(z, axis=1, keepdims=True)
    similarity = np.exp(directions @ directions.T / 0.3)
    losses = []
    for i in range(10):
        j = (i + 5) % 10
        losses.append(-np.log(similarity[i, j] / sum(similarity[i, k] for k in range(10) if k != i)))
    assert float(nt_xent(torch.from_numpy(z), 0.3)) == pytest.approx(np.mean(losses))
    assert float(nt_xent(torch.ones(6, 3), 0.5)) == pytest.approx(np.log(5))


def test_the_same_task_gives_the_same_encoding_and_leaves_torch_alone(task):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    steps = []
    first = PRETRAININGS.build("contrastive", QUICK).fit(task, lambda *step: steps.append(step))
    assert torch.equal(before, torch.get_rng_state())
    second = PRETRAININGS.build("contrastive", QUICK).fit(task)
    np.testing.assert_array_equal(first.embeddings_N_D, second.embeddings_N_D)
    assert first.embeddings_N_D.shape == (40, 16)  # Mean and maximum of 8 units.
    assert [step[:2] for step in steps] == [(n, 8) for n in range(1, 9)]
    other = PRETRAININGS.build("contrastive", {**QUICK, "seed": 1}).fit(task)
    assert not np.allclose(first.embeddings_N_D, other.embeddings_N_D)


def test_labels_play_no_part(task, clips):
    unnamed = UnnamedClips(replace(clips, labels=np.full(len(clips), -1)), task.learn.rows)
    one, other = (
        PRETRAININGS.build("contrastive", QUICK).fit(one) for one in (task, replace(task, learn=unnamed, embed=unnamed))
    )
    np.testing.assert_array_equal(one.embeddings_N_D, other.embeddings_N_D)


@pytest.mark.parametrize("name", ["lstm", "tcn", "cnn1d", "lstm_reference"])
def test_the_weights_are_all_but_those_of_the_last_layer(task, name):
    encoding = PRETRAININGS.build("contrastive", {"steps": 1, "batch_size": 8}).fit(replace(task, model=(name, {})))
    net = MODELS.build(name, {}, inputs=10, classes=5)
    lacking, unknown = net.load_state_dict(
        {key: torch.from_numpy(value) for key, value in encoding.weights.items()}, strict=False
    )
    assert not unknown
    assert len(lacking) == 2
    assert all(net.state_dict()[key].shape[0] == 5 for key in lacking)


def test_gestures_lie_together_that_were_never_named(more_clips, flat, jitter):
    """The nearest other clip is of the same gesture more often after training than in the untrained net, and nearly always."""
    clips = more_clips(count=120)
    pool = UnnamedClips(clips, np.arange(120))
    task = EncoderTask(pool, pool, flat(), AUGMENTATIONS.build("standard", {"mirror": 0.0}), ("lstm", {"hidden": 16}))

    def same(steps: int, lr: float) -> float:
        x = PRETRAININGS.build("contrastive", {"steps": steps, "lr": lr, "batch_size": 64}).fit(task).embeddings_N_D
        distance = np.linalg.norm(x[:, None] - x, axis=2)
        np.fill_diagonal(distance, np.inf)
        return float((clips.labels[distance.argmin(axis=1)] == clips.labels).mean())

    untrained, trained = same(1, 1e-9), same(80, 5e-3)
    assert trained > 0.9
    assert trained >= untrained


def test_what_no_contrast_can_be_learned_from_is_refused(task, flat):
    contrastive = PRETRAININGS.build("contrastive", QUICK)
    for broken, match in [
        (replace(task, learn=UnnamedClips(task.learn.clips, np.arange(1))), "two at least"),
        (replace(task, augment=AUGMENTATIONS.build("none")), "changes nothing"),
        (replace(task, features=flat(frames=None)), "equal length"),
    ]:
        with pytest.raises(UserError, match=match):
            contrastive.fit(broken)
    with pytest.raises(UserError, match=r"lower pretraining\.params\.lr"):
        PRETRAININGS.build("contrastive", {**QUICK, "steps": 40, "lr": 1e30}).fit(task)
