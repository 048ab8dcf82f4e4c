"""Poolings against NumPy on each clip alone."""

import numpy as np
import pytest
import torch

from gesture_al.learning.models.pooling import build_pooling

LENGTHS = [1, 3, 6]
ALONE = {
    "last": lambda clip: clip[-1],
    "mean": lambda clip: clip.mean(axis=0),
    "meanmax": lambda clip: np.concatenate([clip.mean(axis=0), clip.max(axis=0)]),
}


@pytest.mark.parametrize("word", ALONE)
def test_equals_numpy_on_each_clip_alone(word):
    states = torch.randn(3, 6, 4)
    pooled = build_pooling(word, 4)(states, torch.tensor(LENGTHS))
    for row, length in enumerate(LENGTHS):
        np.testing.assert_allclose(pooled[row], ALONE[word](states[row, :length].numpy()), rtol=1e-5, atol=1e-6)


def test_attention_is_a_mean_with_shares_of_softmax():
    pool = build_pooling("attention", 4)
    states = torch.randn(1, 5, 4)
    scores = pool.score(states)[0, :3, 0].detach().numpy()
    shares = np.exp(scores) / np.exp(scores).sum()
    pooled = pool(states, torch.tensor([3])).detach()[0]
    np.testing.assert_allclose(pooled, shares @ states[0, :3].numpy(), rtol=1e-5, atol=1e-6)


def test_last_of_a_net_that_reads_backwards_takes_that_half_from_the_first_frame():
    states = torch.arange(12.0).reshape(1, 3, 4)
    assert build_pooling("last", 4, directions=2)(states, torch.tensor([2])).tolist() == [[4.0, 5.0, 2.0, 3.0]]
