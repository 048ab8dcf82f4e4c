"""Tables as spreadsheets and programs save them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al.core.errors import UserError
from gesture_al.core.tables import parse_table, read_table

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff\ufffe"), max_size=8).map(str.strip)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    blank=st.sampled_from([None, "", ";;", "  "]),
)
def test_every_way_of_saving_a_table_gives_the_same_rows(rows, delimiter, end, quoting, blank):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["Path", "CLASS"])
    for row in rows:
        writer.writerow(row)
        if blank is not None:
            text.write(blank.replace(";", delimiter) + end)
    table = parse_table(text.getvalue(), Path("t.csv"))
    assert table.columns == ("path", "class")
    assert [tuple(row.cells.values()) for row in table.rows] == [row for row in rows if any(row)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_of_spreadsheets_is_read(encoding, tmp_path):
    (tmp_path / "t.csv").write_bytes("path,class\r\n1.mp4,hello\r\n,\r\n".encode(encoding))
    table = read_table(tmp_path / "t.csv")
    assert [row.cells for row in table.rows] == [{"path": "1.mp4", "class": "hello"}]


def test_a_line_that_says_the_delimiter_is_obeyed():
    table = parse_table("sep=;\nclip;class\na,b;up\n", Path("t.csv"))
    assert [row.cells for row in table.rows] == [{"clip": "a,b", "class": "up"}]
    assert table.rows[0].line == 3


def test_rows_may_be_short_and_end_in_empty_cells_and_quoted_cells_may_hold_lines():
    table = parse_table('clip,class,,\n"a\nb",up,,,,\nc\n', Path("t.csv"))
    assert [tuple(row.cells.values()) for row in table.rows] == [("a\nb", "up"), ("c", "")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no line"),
        ("\n , \n", "has no line"),
        ("clip,class\na,b,c\n", "line 2: has 3 cells, but there are 2 columns"),
        ("clip,Clip\n", "two columns are called clip"),
        ("clip,class\n" + "a" * 200_000 + ",b\n", "no table that can be read"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(text, said):
    with pytest.raises(UserError, match=said) as refused:
        parse_table(text, Path("t.csv"))
    assert "\n" not in str(refused.value)
