from __future__ import annotations

import gzip

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.ts_format import read_ts

HEADER = "@problemName X\n@timeStamps false\n@univariate false\n@dimensions 2\n@classLabel true up down\n@data\n"


def write(tmp_path, text, name="x.ts"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_dimensions_values_and_labels(tmp_path):
    series = read_ts(write(tmp_path, HEADER + "1,2,3:4,5,6:up\n-1e-3,?:0.5,NaN:down\n"))
    assert series.classes == ("up", "down")
    assert series.labels == ["up", "down"]
    assert np.array_equal(series.cases[0], np.array([[1, 2, 3], [4, 5, 6]], np.float32))
    assert np.array_equal(series.cases[1], np.array([[-1e-3, np.nan], [0.5, np.nan]], np.float32), equal_nan=True)
    assert series.cases[0].dtype == np.float32


def test_comments_in_any_encoding_blank_lines_and_case_do_not_matter(tmp_path):
    text = b"# Fran\xe7ois: a comment\n\n% another\n" + HEADER.replace("@data", "@DATA").encode() + b"\n1:2:up \r\n"
    assert read_ts(write(tmp_path, text)).labels == ["up"]


def test_labels_in_utf8(tmp_path):
    assert read_ts(write(tmp_path, HEADER.replace("up", "größer") + "1:2:größer\n")).labels == ["größer"]


def test_gzip_is_told_by_content_not_by_name(tmp_path):
    assert read_ts(write(tmp_path, gzip.compress((HEADER + "1:2:up\n").encode()))).labels == ["up"]


def test_a_file_without_labels(tmp_path):
    series = read_ts(write(tmp_path, "@classLabel false\n@data\n1,2:3,4\n"))
    assert (series.classes, series.labels, series.cases[0].shape) == ((), [], (2, 2))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEADER, "no case after @data"),
        (HEADER + "1,2:3,4:left\n", "x.ts:7: class label 'left' is not in the header (up down)"),
        (HEADER + "1,2:3,4:up\n1,2:3,", "x.ts:8: class label '3,' is not in the header"),
        (HEADER + "1,2:3:up\n", "x.ts:7: dimensions of different length"),
        (HEADER + "1,b:3,4:up\n", "x.ts:7: dimensions of different length or a value that is no number"),
        (HEADER + "1:2:up\n1:up\n", "x.ts:8: 1 dimensions, but the first case has 2"),
        (HEADER.replace("2", "3") + "1:2:up\n", "the header says 3 dimensions, the cases have 2"),
        (HEADER.replace("timeStamps false", "timeStamps true") + "1:2:up\n", "time stamps are not read"),
        (HEADER.replace("classLabel", "targetLabel") + "1:2:up\n", "a numeric target is no class"),
        (HEADER.replace(" up down", "") + "1:2:up\n", "@classLabel names no class"),
        ("hello world\n", "x.ts:1: neither a header nor after @data"),
        (gzip.compress(HEADER.encode(), mtime=0)[:-12], "cannot be read"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path, text, says):
    with pytest.raises(UserError) as caught:
        read_ts(write(tmp_path, text))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
