"""What comes from outside is opened and read with limits: no pipe is waited for, no device read, nothing unpacked without end."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from gesture_al.core import guarded_files
from gesture_al.core.atomic_io import read_json, read_yaml
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, decimal, gunzip, is_there, parse_json, parse_yaml, read_bytes, read_text
from gesture_al.core.line_file import read_lines


@pytest.fixture(params=["a pipe", "a device", "a folder", "Too many levels", "No such file"])
def no_file(request, tmp_path):
    """The path of what is no file, and the word that says so."""
    path = tmp_path / "odd"
    match request.param:
        case "a pipe":
            os.mkfifo(path)
        case "a device":
            path.symlink_to("/dev/zero")
        case "a folder":
            path.mkdir()
        case "Too many levels":
            path.symlink_to(path)
    return path, request.param


def test_what_is_no_regular_file_is_refused_at_once(no_file):
    path, word = no_file
    with pytest.raises(UserError, match=word) as refused:
        read_bytes(path)
    assert str(refused.value).startswith(f"{path}: cannot be read")
    assert not is_there(path)


@pytest.mark.parametrize("read", [read_json, read_lines, read_yaml])
def test_settings_and_records_are_read_through_the_same_door(read, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="a pipe"):
        read(tmp_path / "pipe")


def test_a_file_larger_than_memory_allows_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 100)
    assert len(read_bytes(tmp_path / "large", most=100)) == 100
    with pytest.raises(UserError, match="more than the"):
        read_bytes(tmp_path / "large", most=99)


def test_text_that_is_not_utf_8_is_refused_with_the_place(tmp_path):
    (tmp_path / "text").write_bytes(b"ab\xff")
    with pytest.raises(UserError, match=r"no text in UTF-8 .*at byte 2"):
        read_text(tmp_path / "text")


def test_a_name_that_is_not_utf_8_is_refused_in_a_line_that_can_be_shown():
    with pytest.raises(UserError, match=r"caf\\xe9: its name is not UTF-8; rename it") as refused:
        check_name(Path(os.fsdecode(b"caf\xe9")))
    str(refused.value).encode()


def test_a_gzip_bomb_is_refused_on_the_way():
    with pytest.raises(UserError, match="that unpack to"):
        gunzip(gzip.compress(bytes(200 << 20)), Path("bomb.gz"))


def test_gzip_of_several_members_and_of_zeros_behind_is_read_whole():
    data = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 10
    assert gunzip(data, Path("good.gz")) == b"one two"
    assert gunzip(gzip.compress(bytes(1 << 20)), Path("zeros.gz")) == bytes(1 << 20)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 100_000, "too deep"),
        ("[" * 300 + "]" * 300, "too deep"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "too deep"),
        ("9" * 5000, "5000 digits"),
        (str(2**64), "20 digits"),
        (r'"\ud800"', "surrogate"),
        (r'{"\udfff": 1}', "surrogate"),
    ],
)
def test_json_that_nothing_could_hold_is_refused(text, told):
    with pytest.raises(ValueError, match=told):
        parse_json(text)
    with pytest.raises(ValueError, match=told):
        parse_json(text.encode())


def test_json_that_is_fine_comes_back():
    assert parse_json(r'{"a": ["\ud83d\ude00", 18446744073709551615, 1.5, null]}') == {"a": ["\U0001f600", 2**64 - 1, 1.5, None]}


LAUGHS = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" if n else "a0: &a0 [x, x]" for n in range(12))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 20_000, "too deep"),
        ("&a [*a]", "too deep"),
        (LAUGHS, "aliases"),
        ("k: " + "9" * 6000, "integer string|bits"),
        ("!!int abc", "invalid literal"),
        ("2001-99-99", "month|day"),
        ("!!python/object/apply:os.system [true]", "could not determine a constructor"),
        ('"\\ud800"', "surrogate|codec"),
        ("a: b\n" * 100_000, "of settings"),
    ],
)
def test_yaml_that_nothing_could_hold_is_refused(text, told):
    with pytest.raises(ValueError, match=told):
        parse_yaml(text)


def test_yaml_that_repeats_a_part_is_read():
    assert parse_yaml("a: &one {b: 1}\nc: *one") == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize("value", ["nan", float("inf"), "1e999", True, None, [1], "one"])
def test_a_decimal_is_a_finite_number(value):
    with pytest.raises(ValueError, match=r"is no number|could not convert"):
        decimal(value)


def test_memory_is_what_this_process_may_have(monkeypatch):
    assert (1 << 20) < guarded_files.memory() < (1 << 50)
    assert guarded_files.most_text() < guarded_files.most_array() < guarded_files.memory()
