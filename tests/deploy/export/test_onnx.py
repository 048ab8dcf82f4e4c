"""Every net drawn as ONNX says what torch says, whatever the number of clips and frames."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from gesture_al.deploy.export.model import OnnxNet
from gesture_al.deploy.export.torch_runtime import TorchNet
from gesture_al.deploy.export.write import onnx_bytes
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.models.drawing import DrawableNet

POOLED = [name for name in MODELS.names() if name != "lstm_reference"]
CASES = [(name, {}) for name in MODELS.names()]
CASES += [(name, {"pooling": pooling}) for name in POOLED for pooling in ("last", "mean", "attention")]
CASES += [
    (name, {"bidirectional": True, "layers": 2, "pooling": pooling})
    for name in ("lstm", "gru")
    for pooling in ("last", "meanmax", "attention")
]
CASES += [("tcn", {"blocks": 6, "kernel": 5}), ("cnn1d", {"stages": 4, "kernel": 5}), ("lstm", {"layers": 3, "hidden": 20})]


def built(name, params):
    torch.manual_seed(0)
    net = MODELS.build(name, params, inputs=9, classes=5).eval()
    with torch.no_grad():
        # Weights as large as training makes them: at birth a net says nearly the same of every clip.
        for weight in net.parameters():
            weight.mul_(2).add_(0.1 * torch.randn_like(weight))
    return net


@pytest.mark.parametrize(("name", "params"), CASES)
def test_every_net_and_pooling_says_the_same_as_torch(name, params, tmp_path):
    net = built(name, params)
    (tmp_path / "net.onnx").write_bytes(onnx_bytes(net, 9, 5))
    by_onnx, by_torch = OnnxNet(tmp_path / "net.onnx"), TorchNet(net)
    rng = np.random.default_rng(1)
    spread = []
    for clips, frames in ((1, 24), (7, 24), (3, 1), (2, 2), (4, 31), (1, 90)):
        features = rng.normal(size=(clips, frames, 9)).astype(np.float32)
        want = by_torch(features)
        np.testing.assert_allclose(by_onnx(features), want, atol=2e-6)
        spread.append(want)
    assert np.concatenate(spread).std(axis=0).max() > 1e-3, "the net says the same of every clip, so nothing was compared"


def test_every_net_can_draw_itself():
    assert all(isinstance(built(name, {}), DrawableNet) for name in MODELS.names())


def test_the_same_net_gives_the_same_bytes_and_a_file_that_older_runtimes_read():
    net = built("cnn1d", {})
    content = onnx_bytes(net, 9, 5)
    assert content == onnx_bytes(net, 9, 5)
    model = onnx.load_from_string(content)
    assert model.ir_version <= 8
    assert [entry.version for entry in model.opset_import] == [18]


def test_a_net_that_cannot_draw_itself_has_no_onnx_file():
    assert onnx_bytes(nn.Linear(3, 2), 3, 2) is None
