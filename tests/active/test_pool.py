"""Which clips may be asked about next."""

from __future__ import annotations

import numpy as np

from gesture_al.active.pool import Pool


def test_what_is_urgent_is_asked_first_and_alone():
    pool = Pool(np.arange(6), urgent={4: 2, 1: 1, 5: 1})
    assert pool.askable().tolist() == [4]
    pool.label(4, 0)
    assert pool.askable().tolist() == [1, 5]
    pool.remove(1)
    pool.label(5, 1)
    assert pool.askable().tolist() == [0, 2, 3]


def test_what_was_put_off_waits_for_the_rest_however_urgent_it_is():
    pool = Pool(np.arange(3), urgent={0: 2})
    pool.put_off(0)
    assert pool.askable().tolist() == [1, 2]
    pool.put_off(1)
    pool.put_off(2)
    assert pool.askable().tolist() == [0]


def test_a_label_that_is_taken_back_or_thrown_out_is_none():
    pool = Pool(np.arange(3))
    pool.label(1, 0)
    pool.put_off(1)
    pool.label(2, 0)
    pool.remove(2)
    assert pool.labels == {}
    pool.label(2, 1)
    assert pool.labels == {2: 1}
    assert pool.open().tolist() == [0, 1]


def test_an_empty_pool_has_nothing_to_ask():
    assert len(Pool(np.arange(0), attempts={1: 2}, urgent={1: 1}).askable()) == 0
