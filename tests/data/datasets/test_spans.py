from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al.data.datasets.spans import Spans

quick = settings(max_examples=100, deadline=None)


@quick
@given(
    spans=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12), st.integers(1, 5), st.booleans()), min_size=1, max_size=40)
)
def test_touching_spans_are_those_that_brute_force_finds(spans):
    stream, start, length, side = (np.array(column) for column in zip(*spans, strict=True))
    told = Spans(stream, start.astype(float), (start + length).astype(float))
    a, b = np.flatnonzero(side), np.flatnonzero(~side)
    expected = [
        any(stream[i] == stream[j] and start[i] < start[j] + length[j] and start[j] < start[i] + length[i] for j in b) for i in a
    ]
    assert told.touched(a, b).tolist() == expected


def test_an_end_does_not_belong_to_its_clip():
    told = Spans(np.array([0, 0, 0, 1]), np.array([0.0, 4.0, 3.0, 0.0]), np.array([4.0, 8.0, 5.0, 9.0]))
    assert told.touched(np.array([0]), np.array([1])).tolist() == [False]
    assert told.touched(np.array([1]), np.array([0])).tolist() == [False]
    assert told.touched(np.array([0, 1, 3]), np.array([2])).tolist() == [True, True, False]
    assert told.touched(np.array([0]), np.array([], dtype=np.int64)).tolist() == [False]


def test_a_long_clip_that_started_long_before_is_seen():
    told = Spans(np.zeros(4, int), np.array([0.0, 1.0, 2.0, 50.0]), np.array([100.0, 2.0, 3.0, 51.0]))
    assert told.touched(np.array([3]), np.array([0, 1, 2])).tolist() == [True]
