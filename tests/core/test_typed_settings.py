"""Settings as they are typed: whatever a path is made of, Hydra reads the same path."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gesture_al.cli.composition import compose_settings
from gesture_al.core.typed_settings import setting, with_quotes

PIECES = ["a", "/", ",", "(1)", "'", '"', "\\", "${x}", "[b]", "{c}", "é", "=", "&", "~", " ", "#"]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r"), min_size=1, max_size=20)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "/", ",", "(1)", "'", '"', "\\", "${x}", "[b]", "{c}", "é", "=", "&", "~", " ", "#"])).map(
        "".join
    )
)
@example('a\\"b\\')
@example("${HOME}/x")
def test_a_written_setting_is_read_as_the_same_text(text):
    path = f"d/{text}x"
    assert compose_settings(["dataset=archive", setting("dataset.params.path", path)]).dataset.params["path"] == path


@pytest.mark.parametrize("path", ["~/clips", "données/main gauche.npz", "a&b;c", "x=1/no.npz", "クリップ", "#1", "10%/a@b"])
def test_a_path_that_hydra_does_not_know_can_be_typed_as_it_is(path):
    assert compose_settings(["dataset=archive", f"dataset.params.path={path}"]).dataset.params["path"] == path


@pytest.mark.parametrize("typed", ["k=5,10", "seed=range(3)", "x=[a, b]", "x={a: 1}", 'x="a"', "x=${k}", "~model", "k", "k=5"])
def test_what_means_something_to_hydra_is_left_as_it_is(typed):
    assert with_quotes(typed) == typed


@settings(max_examples=200, derandomize=True)
@given(TEXTS)
def test_quoting_twice_is_quoting_once(text):
    once = with_quotes(f"k={text}")
    assert with_quotes(once) == once
