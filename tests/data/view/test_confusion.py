"""The most confused pairs, and the picture of a matrix of many classes."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.view.confusion import MOST_CELLS, most_confused
from gesture_al.data.view.drawing import draw_matrix


def test_pairs_come_by_clips_then_by_their_share_of_the_class():
    pairs = most_confused([[8, 2, 0], [2, 2, 0], [0, 3, 0]], 9)
    assert [(pair.true, pair.predicted, pair.clips, pair.share) for pair in pairs] == [
        (2, 1, 3, 1.0),
        (1, 0, 2, 0.5),
        (0, 1, 2, 0.2),
    ]
    assert most_confused(np.eye(4), 9) == []
    assert len(most_confused(np.ones((5, 5)), 3)) == 3


@pytest.mark.parametrize("classes", [MOST_CELLS + 1, 100, 250])
def test_a_picture_of_many_classes_stays_small_and_shows_every_error(classes):
    counts = 20 * np.eye(classes, dtype=int)
    right = np.asarray(draw_matrix(counts, [f"sign {n}" for n in range(classes)], "round 3")).astype(int)
    counts[classes - 1, 0] = 1
    wrong = np.asarray(draw_matrix(counts, [f"sign {n}" for n in range(classes)], "round 3")).astype(int)
    assert right.shape[0] < 900
    assert right.shape[1] < 1400
    changed = np.abs(wrong - right).max(axis=2) > 30
    # The point of the error at the lower left, and its line in the list.
    assert changed[-40:, :40].any()
    assert changed[:90, 600:].any()
