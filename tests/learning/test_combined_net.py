"""The mean of several nets and a temperature, against their formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gesture_al.core.seeds import torch_seed
from gesture_al.learning.combined_net import combined, drawable
from gesture_al.learning.inference import embedding, probabilities
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.threads import torch_threads


@pytest.fixture
def nets():
    with torch_threads(1), torch_seed(0):
        yield [MODELS.build("lstm", {"hidden": 4}, inputs=3, classes=4).eval() for _ in range(3)]


BATCH = torch.randn(5, 6, 3, generator=torch.Generator().manual_seed(1)), torch.full((5,), 6)


def test_one_net_is_itself(nets):
    assert combined(nets[:1]) is nets[0]


def test_the_mean_of_probabilities(nets):
    with torch.no_grad():
        mean = torch.stack([probabilities(net, *BATCH) for net in nets]).mean(dim=0)
        torch.testing.assert_close(probabilities(combined(nets), *BATCH), mean)
        assert torch.equal(embedding(combined(nets), *BATCH), embedding(nets[0], *BATCH))


def test_a_probability_of_zero_stays_zero(nets):
    for net in nets:
        with torch.no_grad():
            net.head.bias[2] = -1e9
    with torch.no_grad():
        probs = probabilities(combined(nets, 2.0), *BATCH)
    assert (probs[:, 2] == 0).all()
    torch.testing.assert_close(probs.sum(dim=1), torch.ones(5))


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_a_temperature_divides_the_logits(nets, temperature):
    with torch.no_grad():
        expected = (nets[0](*BATCH) / temperature).softmax(dim=1)
        torch.testing.assert_close(probabilities(combined(nets[:1], temperature), *BATCH), expected)
        powers = probabilities(combined(nets), *BATCH) ** (1 / temperature)
        torch.testing.assert_close(probabilities(combined(nets, temperature), *BATCH), powers / powers.sum(dim=1, keepdim=True))


def test_it_draws_itself_where_its_members_can(nets):
    assert drawable(combined(nets, 2.0))
    assert not drawable(combined([*nets, torch.nn.Linear(3, 4)], 2.0))
    assert not drawable(combined([torch.nn.Linear(3, 4)]))


def test_the_drawing_says_what_the_net_says(nets):
    onnxruntime = pytest.importorskip("onnxruntime")
    from gesture_al.deploy.export.write import onnx_bytes

    net = combined(nets, 1.7).eval()
    session = onnxruntime.InferenceSession(onnx_bytes(net, 3, 4), providers=["CPUExecutionProvider"])
    (drawn,) = session.run(["probs"], {"features": BATCH[0].numpy()})
    with torch.no_grad():
        np.testing.assert_allclose(drawn, probabilities(net, *BATCH).numpy(), atol=1e-6)
