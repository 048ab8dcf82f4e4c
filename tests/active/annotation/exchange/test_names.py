"""Names of classes as people write them."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al.active.annotation.exchange.names import ClassNames, clean, names_in
from gesture_al.core.errors import UserError

KNOWN = ("down", "love", "Fire works", "Küssen", "1", "2")
CLASSES = ClassNames({name: name for name in KNOWN})
BLANKS = st.text("  \t\u00a0\u2003\u202f\ufeff\u200b", max_size=3)


@st.composite
def variants(draw):
    """A class, and a way in which somebody may have written it."""
    name = draw(st.sampled_from(KNOWN))
    written = draw(st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase]))(name)
    written = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), written)
    written = written.replace(" ", draw(st.sampled_from([" ", "\u00a0", "  "])))
    return name, draw(BLANKS) + written + draw(BLANKS)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(variants())
def test_a_class_is_found_however_it_is_written(pair):
    name, written = pair
    assert CLASSES.find(written) == name
    assert not CLASSES.means_nothing(written)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(variants())
def test_a_name_is_the_same_alone_and_in_every_wrapping(pair):
    _, written = pair
    wrappings = [written, [written], {"choices": [written]}, [{"label": written}], json.dumps([written])]
    wrappings += [json.dumps({"choices": [written]}), str([written]), str({"choices": [written]})]
    assert {tuple(names_in(one, "here")) for one in wrappings} == {(clean(written),)}


@pytest.mark.parametrize("word", ["", " ", "nan", "NaN", "NULL", "n/a", "#N/A", "<NA>", "None", "\u00a0"])
def test_words_for_nothing_are_no_class(word):
    assert CLASSES.means_nothing(word)


@pytest.mark.parametrize("word", ["none", "nan", "NA"])
def test_they_are_one_where_a_class_is_called_so(word):
    classes = ClassNames({"none": "none", "nan": "nan", "na": "na"})
    assert not classes.means_nothing(word)
    assert classes.find(word) == word.lower()


def test_the_class_none_of_live_runs_is_no_word_for_nothing():
    assert not CLASSES.means_nothing("none")


def test_of_classes_that_differ_in_case_only_the_exact_one_is_meant():
    classes = ClassNames({"Up": "Up", "up": "up"})
    assert (classes.find("up "), classes.find("Up"), classes.find("UP")) == ("up", "Up", None)


def test_numbers_of_a_column_with_gaps_are_whole_numbers():
    assert (CLASSES.find("1.0"), CLASSES.find("1.5"), CLASSES.find("3.0")) == ("1", None, None)
    assert ClassNames({"1": "1", "1.0": "1.0"}).find("1.0") == "1.0"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (None, []),
        ([], []),
        ({}, []),
        ("", []),
        (["up", " up "], ["up"]),
        ({"choices": ["up", "down"]}, ["up", "down"]),
        ("{'choices': ['up', 'down']}", ["up", "down"]),
        ("['up']", ["up"]),
        ("[up]", ["[up]"]),
        ("{up", ["{up"]),
        (3, ["3"]),
        (True, ["True"]),
        ({"taxonomy": None, "choices": ["up"]}, ["up"]),
    ],
)
def test_names_in_values_of_files(value, names):
    assert names_in(value, "here") == names


@pytest.mark.parametrize("value", [[[0, 5, "up"]], {"taxonomy": [["a", "b"]]}, "[[0, 5, 'up']]"])
def test_what_names_no_class_is_refused(value):
    with pytest.raises(UserError, match=r"^here: .*write a word"):
        names_in(value, "here")
