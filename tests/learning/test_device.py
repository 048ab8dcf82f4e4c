"""Where a net trains: what is chosen, refused and handed to Lightning. No GPU is at hand, so that one is a stand-in."""

from __future__ import annotations

import os

import numpy as np
import pytest
import pytorch_lightning
import torch
from torch import nn

from gesture_al import UserError
from gesture_al.core.settings import Part, Settings
from gesture_al.learning import device
from gesture_al.learning.trainers import net_training
from gesture_al.learning.trainers.gradient_steps import GradientSteps
from gesture_al.runs.assembly import check_net

SMALL, LARGE = nn.Linear(10, 10), nn.Linear(1000, 1000)
GPU = torch.device("cuda", 0)
ROWS, REST = np.arange(0, 30), np.arange(30, 60)


@pytest.fixture
def without_gpu(monkeypatch):
    monkeypatch.setattr(device, "gpu", lambda: None)


@pytest.fixture
def with_gpu(monkeypatch):
    monkeypatch.setattr(device, "gpu", lambda: GPU)


def test_auto_takes_the_gpu_for_large_nets(with_gpu):
    assert sum(p.numel() for p in LARGE.parameters()) >= device.GPU_PAYS_FROM
    assert [device.device_for(word, SMALL) for word in ("cpu", "gpu", "auto")] == [device.CPU, GPU, device.CPU]
    assert [device.device_for(word, LARGE) for word in ("cpu", "gpu", "auto")] == [device.CPU, GPU, GPU]


def test_without_a_gpu_auto_is_the_processor_and_gpu_is_refused(without_gpu):
    assert device.device_for("auto", LARGE) == device.CPU
    settings = Settings(model=Part("lstm"), strategy=Part("margin"), trainer=Part("gradient_steps", {"accelerator": "gpu"}))
    for refused in (lambda: device.device_for("gpu", SMALL), lambda: check_net(settings)):
        with pytest.raises(UserError, match=r"^trainer\.params\.accelerator=gpu: torch .* sees no GPU here; set it to"):
            refused()


def test_a_net_is_where_its_weights_are():
    assert device.device_of(SMALL) == device.CPU
    assert device.device_of(nn.ReLU()) == device.CPU
    assert device.device_of(nn.Linear(2, 2, device="meta")).type == "meta"


class StoppedError(Exception):
    pass


@pytest.mark.parametrize(
    ("trainer", "told"),
    [
        (GradientSteps(accelerator="gpu"), {"accelerator": "cuda", "devices": [0], "precision": "32-true"}),
        (GradientSteps(accelerator="auto"), {"accelerator": "cpu", "devices": 1, "precision": "32-true"}),
        (GradientSteps(precision="bf16-mixed"), {"accelerator": "cpu", "devices": 1, "precision": "bf16-mixed"}),
    ],
)
def test_lightning_is_told(clips, learner_of, with_gpu, monkeypatch, trainer, told):
    def trainer_of_lightning(**settings):
        assert told == {key: settings[key] for key in told}
        raise StoppedError

    monkeypatch.setattr(pytorch_lightning, "Trainer", trainer_of_lightning)
    monkeypatch.setattr(torch.random, "fork_rng", lambda devices=(): device.nullcontext())
    with pytest.raises(StoppedError):
        learner_of(clips, trainer=trainer).fit(ROWS, clips.labels[ROWS], 0)


def test_repeatable_forms_are_asked_for_on_a_gpu_alone_and_given_back(monkeypatch):
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    with device.repeatable(device.CPU):
        assert not torch.are_deterministic_algorithms_enabled()
    with device.repeatable(torch.device("mps", 0)):
        assert torch.are_deterministic_algorithms_enabled()
        assert torch.is_deterministic_algorithms_warn_only_enabled()
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert not torch.are_deterministic_algorithms_enabled()
    assert not torch.is_deterministic_algorithms_warn_only_enabled()


def test_sixteen_bits_train_on_the_processor_repeatably_and_leave_a_net_of_thirty_two(clips, learner_of):
    made = []
    for precision in ("bf16-mixed", "bf16-mixed", "32-true"):
        learner = learner_of(clips, precision=precision, steps=60)
        learner.fit(ROWS, clips.labels[ROWS], 0)
        made.append(learner.predict_probs(REST))
    np.testing.assert_array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])
    assert made[0].dtype == np.float32
    assert (made[0].argmax(axis=1) == clips.labels[REST]).mean() > 0.9


def test_a_batch_on_the_processor_is_not_copied():
    learning = net_training.NetTraining(nn.Linear(2, 2), GradientSteps(), torch.ones(2), None)
    batch = torch.zeros(1, 2, 2), torch.ones(1), torch.zeros(1)
    moved = learning.transfer_batch_to_device(batch, device.CPU, 0)
    assert all(one is other for one, other in zip(moved, batch, strict=True))
    assert learning.transfer_batch_to_device(batch, torch.device("meta"), 0)[0].device.type == "meta"
