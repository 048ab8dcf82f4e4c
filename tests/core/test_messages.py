"""Words that messages share: what was meant, commands that can be pasted, where a path was looked for."""

from __future__ import annotations

import shlex

from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al.core.messages import did_you_mean, in_shell, located, not_among


def test_the_name_that_was_meant_is_found_whatever_its_case():
    assert did_you_mean("LABEL", ["label", "list"]) == " (did you mean label?)"
    assert did_you_mean("hiden", ["hidden"], "model.params.") == " (did you mean model.params.hidden?)"
    assert did_you_mean("zebra", ["hidden"]) == ""
    assert did_you_mean("", []) == ""


def test_a_word_that_stands_for_nothing_is_told_with_all_that_there_is():
    assert not_among("entrpy", ["badge", "entropy"]) == "'entrpy' (did you mean entropy?); there are: badge, entropy"
    assert not_among("x", []) == "'x'; there are: none"


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=4))
def test_a_shell_reads_a_printed_command_as_it_was_meant(words):
    assert shlex.split(in_shell(*words)) == ["gesture-al", *words]


def test_a_relative_path_is_told_with_the_folder_that_it_is_relative_to(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert located("clips/a") == f"clips/a (below {tmp_path})"
    assert located(tmp_path / "clips") == str(tmp_path / "clips")
