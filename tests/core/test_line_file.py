"""A line that was acknowledged is there, one that was not does not count, and what was changed in between is found."""

from __future__ import annotations

import os
import random

import pytest

from gesture_al.core.errors import DamagedFileError
from gesture_al.core.line_file import append_line, head_of, read_lines, readable_lines, scan_lines, write_lines


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.jsonl"


def lines(count, word="größer"):
    return [{"n": number, "word": word * (number % 5)} for number in range(count)]


def test_what_is_appended_in_any_portions_comes_back(path):
    append_line(path, *lines(3))
    for line in lines(40)[3:]:
        append_line(path, line)
    append_line(path)
    assert read_lines(path) == lines(40)
    assert scan_lines(path).unchecked == 0


def test_a_long_line_is_found_from_the_end(path):
    records = lines(6, word="x" * 5000)
    for record in records:
        append_line(path, record)
    assert read_lines(path) == records


@pytest.mark.parametrize("seed", range(40))
def test_any_changed_byte_is_found(path, seed):
    rng = random.Random(seed)
    append_line(path, *lines(9))
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)
    scan = scan_lines(path)
    assert scan.damage
    assert list(scan.records) == lines(9)[: len(scan.records)]
    assert all(record in lines(9) for record in scan.rescued)
    with pytest.raises(DamagedFileError, match=r"answers\.jsonl: "):
        read_lines(path)


def test_lines_behind_a_damaged_one_are_rescued(path):
    append_line(path, *lines(9))
    path.write_bytes(path.read_bytes().replace(b'"n": 4', b'"n": 5'))
    scan = scan_lines(path)
    assert (list(scan.records), list(scan.rescued)) == (lines(9)[:4], lines(9)[5:])
    assert readable_lines(path) == lines(9)[:4] + lines(9)[5:]


@pytest.mark.parametrize("kept", range(9))
def test_lines_that_are_gone_from_the_end_are_missed(path, kept):
    append_line(path, *lines(9))
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:kept]))
    assert scan_lines(path).damage == f"it has {kept} of 9 lines"


def test_moved_and_repeated_lines_break_the_chain(path):
    append_line(path, *lines(4))
    first, second, *rest = path.read_bytes().splitlines(keepends=True)
    for content in ([second, first, *rest], [first, first, second, *rest]):
        path.write_bytes(b"".join(content))
        assert scan_lines(path).damage


def test_a_head_that_is_behind_or_gone_is_made_good_by_the_next_append(path):
    append_line(path, {"n": 0})
    behind = head_of(path).read_bytes()
    append_line(path, {"n": 1})
    for head in (behind, b"", None):
        head_of(path).unlink()
        if head is not None:
            head_of(path).write_bytes(head)
        count = len(read_lines(path))
        append_line(path, {"n": count})
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
        assert scan_lines(path).damage == f"it has {count} of {count + 1} lines"
        append_line(path, {"n": count})


def test_a_failed_flush_leaves_the_file_as_it_was(path, monkeypatch):
    append_line(path, {"n": 0})
    before = path.read_bytes()

    def fail(file):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="Input/output error"):
            append_line(path, {"n": 1}, {"n": 3})
    assert path.read_bytes() == before
    append_line(path, {"n": 2})
    assert read_lines(path) == [{"n": 0}, {"n": 2}]


def test_lines_without_checksums_may_stand_first_only(path):
    path.write_bytes(b'{"n": 0}\n{"n": 1}\n')
    append_line(path, {"n": 2})
    assert read_lines(path) == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert scan_lines(path).unchecked == 2
    with path.open("ab") as file:
        file.write(b'{"n": 3}\n')
    assert scan_lines(path).damage == "line 4 of 4 is not as it was written (it has no checksum)"


def test_all_lines_can_be_replaced(path):
    append_line(path, *lines(9))
    write_lines(path, lines(2))
    assert read_lines(path) == lines(2)
    append_line(path, {"n": 9})
    assert len(read_lines(path)) == 3


def test_an_appended_line_costs_the_same_in_a_long_file(path, monkeypatch):
    append_line(path, *lines(5000))
    read, real = [], os.read

    def counted(file, size):
        part = real(file, size)
        read.append(len(part))
        return part

    monkeypatch.setattr(os, "read", counted)
    append_line(path, {"n": 1})
    assert sum(read) <= 2 * 4096
