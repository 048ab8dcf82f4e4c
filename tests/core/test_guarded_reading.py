"""A damaged file is named in one line, whatever kind it is."""

from __future__ import annotations

import pytest

from gesture_al.core.atomic_io import read_json, read_yaml
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines


@pytest.mark.parametrize(("read", "text"), [(read_json, "{"), (read_json, "[1]"), (read_lines, "{\n"), (read_yaml, "a: [")])
def test_a_damaged_file_is_named_in_one_line(read, text, tmp_path):
    path = tmp_path / "file"
    path.write_text(text)
    with pytest.raises(UserError, match="the file was changed or damaged") as refused:
        read(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("read", [read_json, read_lines, read_yaml])
def test_a_missing_file_is_empty(read, tmp_path):
    assert not read(tmp_path / "file")
