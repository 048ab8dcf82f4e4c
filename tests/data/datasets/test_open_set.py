"""Classes of no interest: their clips stay in the set and lose their label."""

from __future__ import annotations

import numpy as np
import pytest
from loop_world import clips_on_a_line

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.open_set import without_interest


def test_clips_of_no_interest_stay_without_a_label_and_the_others_keep_theirs():
    clips = clips_on_a_line(30, classes=3)
    made = without_interest(clips, ["b"])
    assert made.classes == ("a", "c")
    assert made.ids.tolist() == clips.ids.tolist()
    names = [clips.classes[label] for label in clips.labels]
    assert [made.classes[label] if label >= 0 else "b" for label in made.labels] == names
    assert made.fingerprint != clips.fingerprint
    assert np.bincount(clips.labels).tolist() == [10, 10, 10], "the set itself is left alone"


def test_a_clip_that_had_no_label_has_none():
    clips = clips_on_a_line(6, classes=3)
    clips.labels[4] = -1
    assert without_interest(clips, ["a"]).labels.tolist() == [-1, 0, 1, -1, -1, 1]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["bb"], "of_no_interest: no class 'bb'"),
        ([], r"of_no_interest=\[\]: name one class or more"),
        (["a", "b"], "leave two; there are: a, b, c"),
    ],
)
def test_what_cannot_be_is_told(names, told):
    with pytest.raises(UserError, match=told):
        without_interest(clips_on_a_line(), names)
