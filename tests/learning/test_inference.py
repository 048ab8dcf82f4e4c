"""Embeddings and Monte-Carlo passes against what the net itself computes."""

import numpy as np
import pytest
import torch
from torch import nn

from gesture_al.core.errors import UserError
from gesture_al.learning.inference import dropped, embedding, probabilities, read
from gesture_al.learning.models.base import MODELS


@pytest.fixture
def net():
    torch.manual_seed(0)
    return MODELS.build("lstm", {"hidden": 6, "layers": 2, "dropout": 0.5}, inputs=3, classes=2).eval()


@pytest.fixture
def batch():
    return torch.randn(9, 5, 3), torch.full((9,), 5)


@pytest.mark.parametrize("name", MODELS.names())
def test_the_last_layer_makes_the_logits_of_the_embedding(name, batch):
    net = MODELS.build(name, {}, inputs=3, classes=2).eval()
    last = [module for module in net.modules() if isinstance(module, nn.Linear) and module.out_features == 2][-1]
    torch.testing.assert_close(last(embedding(net, *batch)), net(*batch))
    assert not any(module._forward_pre_hooks for module in net.modules())


def test_no_linear_layer_no_embedding(batch):
    class Sums(nn.Module):
        def forward(self, features, lengths):
            return features.sum(dim=1)

    with pytest.raises(UserError, match=r"Sums: no nn\.Linear"):
        embedding(Sums(), *batch)


def test_a_pass_is_one_net_for_all_clips(net, batch):
    same = batch[0][:1].expand(9, -1, -1), batch[1]
    torch.manual_seed(1)
    with torch.no_grad(), dropped(net):
        first, second = net(*same), net(*same)
    assert torch.equal(first, second)
    torch.testing.assert_close(first, first[:1].expand(9, -1))
    with torch.no_grad(), dropped(net):
        third = net(*same)
    assert not torch.equal(first, third)


def test_the_mean_over_masks_of_a_linear_net_is_the_net_without_them():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Dropout(0.5), nn.Linear(4, 2)).eval()
    features = torch.randn(3, 4)
    passes = []
    for _ in range(3000):
        with torch.no_grad(), dropped(net):
            passes.append(net(features))
    torch.testing.assert_close(torch.stack(passes).mean(dim=0), net(features).detach(), atol=0.08, rtol=0)


def test_only_dropout_is_switched_on_and_off_again(batch):
    net = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(5), nn.Dropout(0.5))
    before = net[1].running_mean.clone()
    with torch.no_grad(), dropped(net):
        net(batch[0])
    assert torch.equal(net[1].running_mean, before)
    assert not any(module.training or module._forward_hooks for module in net.modules())


def test_reading_in_batches_equals_reading_at_once(net, monkeypatch):
    features = torch.randn(11, 5, 3).numpy()
    lengths = np.full(11, 5)
    rows = np.arange(11)[::-1].copy()
    monkeypatch.setattr("gesture_al.learning.inference.CLIPS_A_BATCH", 4)
    done = []
    probs = read(net, lambda r: (features[r], lengths[r]), rows, probabilities, lambda *at: done.append(at))
    with torch.no_grad():
        whole = net(torch.from_numpy(features), torch.from_numpy(lengths)).softmax(dim=1).numpy()
    np.testing.assert_allclose(probs, whole[::-1], atol=1e-6)
    assert done == [(4, 11), (8, 11), (11, 11)]
