"""RandomStreams are keyed, independent, and leave the global generators alone."""

from __future__ import annotations

import random

import numpy as np
import torch

from gesture_al.core.seeds import RandomStreams, torch_seed


def test_the_same_key_gives_the_same_stream():
    first, again = RandomStreams(3).generator("split", 1).random(5), RandomStreams(3).generator("split", 1).random(5)
    assert np.array_equal(first, again)


def test_seed_purpose_and_round_each_make_another_stream():
    draws = {
        tuple(RandomStreams(seed).generator(purpose, key).integers(0, 2**62, 2))
        for seed in range(5)
        for purpose in ("split", "initial", "weights")
        for key in (0, 1, "clip-a")
    }
    assert len(draws) == 5 * 3 * 3


def test_integers_fit_what_libraries_take():
    seeds = [RandomStreams(0).integer("weights", round_) for round_ in range(100)]
    assert len(set(seeds)) == 100
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_torch_is_seeded_inside_and_restored_outside():
    random.seed(1)
    torch.manual_seed(5)
    before = torch.random.get_rng_state().clone()
    with torch_seed(7):
        inside = torch.rand(3)
    with torch_seed(7):
        assert torch.equal(inside, torch.rand(3))
    assert torch.equal(before, torch.random.get_rng_state())
