from __future__ import annotations

import pytest

from gesture_al.core.errors import UserError
from gesture_al.studio.record.plan import GESTURE, MOVEMENT, prompt, targets_of


def test_ordinary_movement_comes_first_and_keeps_its_spelling_and_target():
    assert list(targets_of(["Like", "None:5"], 20).items()) == [("None", 5), ("Like", 20)]


@pytest.mark.parametrize(
    "word", ["", "a/b", "..", ".hidden", "a\\b", "Like:", "Like:x", "Like:0", "unlabelled", "a\nb", "x" * 90, "dot."]
)
def test_names_that_cannot_be_folders_are_refused(word):
    with pytest.raises(UserError, match="classes"):
        targets_of([word], 20)


def test_classes_that_differ_in_capitals_only_are_refused():
    with pytest.raises(UserError, match="twice"):
        targets_of(["Like", "like"], 20)


def test_names_of_any_alphabet_are_taken():
    assert "Daumen hoch" in targets_of(["Daumen hoch", "親指"], 20)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("seconds", value) for value in (0, 61, float("nan"))),
        *(("takes", 0), ("count_in", -1), ("free_seconds", 0), ("gate", 1.1)),
        *(("subject", "../ann"), ("subject", ""), ("session", "a:b")),
    ],
)
def test_values_out_of_range_are_refused_by_their_option(make_plan, name, value):
    with pytest.raises(UserError, match=f"--{name.replace('_', '-')}"):
        make_plan(**{name: value})


@pytest.mark.parametrize(("label", "prompts"), [("Like", GESTURE), ("none", MOVEMENT), ("None", MOVEMENT)])
def test_prompts_go_round_and_movement_has_its_own(label, prompts):
    assert [prompt(label, taken) for taken in range(len(prompts) + 1)] == [*prompts, prompts[0]]
    assert len(set(prompts)) == len(prompts)
