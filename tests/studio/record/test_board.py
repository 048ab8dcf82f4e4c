"""What the page says is lacking before somebody can label."""

from __future__ import annotations

import pytest

from gesture_al.studio.record.board import lacking

CLASSES = {"none": 5, "Like": 5, "Heart": 5}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, "3 takes of each of 2 classes or more, a free recording"),
        ({"none": 3, "unlabelled": 5}, "3 takes of another class"),
        ({"none": 3, "Like": 1, "unlabelled": 5}, "2 more of Like"),
        ({"none": 3, "Like": 3}, "a free recording"),
        ({"none": 3, "Like": 3, "unlabelled": 4}, "a free recording with 1 more clips"),
        ({"none": 3, "Like": 3, "unlabelled": 5}, ""),
        # A class without a take is none.
        ({"Like": 3, "Heart": 4, "unlabelled": 9}, ""),
    ],
)
def test_what_is_lacking(counts, told):
    assert lacking(counts, CLASSES) == told
