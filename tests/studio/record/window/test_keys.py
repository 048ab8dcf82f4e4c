from __future__ import annotations

import pytest

from gesture_al.core.errors import UserError
from gesture_al.studio.record.keys import OncePerPress, Script, key_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (13, "enter"),
        (10, "enter"),
        (32, "space"),
        (8, "backspace"),
        (127, "backspace"),
        (27, "escape"),
        (9, "tab"),
        (ord("2"), "2"),
    ],
)
def test_keys_have_names_on_every_system(code, name):
    assert key_name(code) == name


@pytest.mark.parametrize(("code", "name"), [(ord("Q"), "q"), (0x100000 | ord("q"), "q"), (65362, "up"), (2621440, "down")])
def test_capitals_locks_and_arrows_are_understood(code, name):
    assert key_name(code) == name


@pytest.mark.parametrize("code", [-1, 0, ord("#"), 65505, 255])
def test_other_keys_are_none(code):
    assert key_name(code) is None


def test_a_held_key_is_one_key():
    once = OncePerPress()
    # First the keyboard waits half a second, then it repeats thirty times a second.
    times = [0.0, *(0.5 + step / 30 for step in range(60))]
    assert [once("u", now) for now in times].count("u") == 1
    assert once("u", times[-1] + 1) == "u"


def test_another_key_is_not_held_back_by_a_held_one():
    once = OncePerPress()
    assert (once("u", 0.0), once("enter", 0.1), once(None, 0.2)) == ("u", "enter", None)


def test_going_through_the_classes_may_be_quick():
    once = OncePerPress()
    assert [once("tab", now) for now in (0.0, 0.1, 0.2)] == ["tab"] * 3


def test_a_script_waits_for_the_session_or_for_a_time():
    script = Script(["2", "+1.5", "enter"])
    asked = [(0.0, False), (0.1, True), (1.5, True), (1.7, False), (1.8, False), (1.9, True)]
    assert [script.next(now, waits) for now, waits in asked] == [None, "2", None, "enter", None, "close"]


def test_a_script_may_end_with_a_wait():
    script = Script(["2", "+1"])
    assert [script.next(now, True) for now in (0.0, 0.5, 1.0)] == ["2", None, "close"]


@pytest.mark.parametrize("word", ["Sapce", "+", "+x", "+nan", "+-1", "close"])
def test_a_word_that_is_no_key_is_refused(word):
    with pytest.raises(UserError, match="--keys"):
        Script([word])
