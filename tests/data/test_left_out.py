"""One rule for what in a folder is no input, and the places of frames that are missing."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al.data.clip_set import LeftOut
from gesture_al.data.left_out import clutter, entries_of, frame_places, natural_key, told


def test_what_cannot_be_an_input_is_named_with_its_reason(tmp_path):
    names = [
        "a.npz",
        "_______/x",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "._a.npz",
        "__MACOSX/a",
        ".up/x",
        ".tracks/x",
        "B.NPZ",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "round").symlink_to("round")
    os.mkfifo(tmp_path / "pipe")
    entries, left_out = entries_of(tmp_path, tmp_path, (".tracks",))
    assert [one.name for one in entries] == ["B.NPZ", "_______", "a.npz"]
    assert {one.clip: one.reason.split(";")[0] for one in left_out} == {
        "Thumbs.db": "Thumbs.db",
        "desktop.ini": "desktop.ini",
        ".DS_Store": ".DS_Store",
        "._a.npz": "._ files of macOS",
        "__MACOSX": "__MACOSX",
        ".up": "hidden",
        "gone": "a link to nothing",
        "round": "a link to nothing",
        "pipe": "no regular file",
    }


def test_a_folder_that_cannot_be_opened_is_named(tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a").mkdir()
    monkeypatch.setattr(Path, "iterdir", refuse)
    assert entries_of(tmp_path / "a", tmp_path) == ([], [LeftOut("a", "cannot be opened (Permission denied)")])


def test_a_name_that_is_no_text_can_be_shown(tmp_path):
    (tmp_path / os.fsdecode(b".caf\xe9")).touch()
    _, [one] = entries_of(tmp_path, tmp_path)
    assert one.clip == ".caf\\xe9"


@pytest.mark.parametrize("name", ["_______", "__up__", "up", "thumbs", "Desktop", "lock", "git"])
def test_a_class_is_no_clutter(name):
    assert clutter(name) == ""


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    kept=st.sets(st.integers(0, 30), min_size=1, max_size=20),
    first=st.integers(0, 2000),
    step=st.sampled_from([1, 2, 5, 10]),
    digits=st.sampled_from([1, 5]),
    name=st.sampled_from(["{}.jpg", "frame_{}.png", "f{}_right.npy", "2026_{}.npy"]),
)
def test_a_missing_number_keeps_its_place(kept, first, step, digits, name):
    paths = [Path(name.format(f"{first + step * place:0{digits}}")) for place in sorted(kept, reverse=True)]
    places = frame_places(sorted(paths, key=natural_key))
    assert len(places) == len(kept)
    assert places[0] == 0
    assert all(after > before for before, after in itertools.pairwise(places))
    assert places[-1] < 2 * len(kept)
    spaced = [place - min(kept) for place in sorted(kept)]
    if {0, 1} <= set(spaced) and spaced[-1] < 2 * len(kept):
        assert places == spaced


@pytest.mark.parametrize(
    "names", [["a", "b"], ["1", "x2"], ["1"], [], ["1", "1000"], ["2026-01-30_1", "2026-01-31_1"], ["01", "1"]]
)
def test_names_that_count_nothing_are_evenly_spaced(names):
    assert frame_places([Path(name) for name in names]) == list(range(len(names)))


def test_it_is_told_by_reason_on_one_line():
    out = [LeftOut(f"{n}/Thumbs.db", "Thumbs.db") for n in range(4)] + [LeftOut("a\nb.wmv", ".wmv")]
    assert told(out) == "4 x Thumbs.db (0/Thumbs.db, 1/Thumbs.db, 2/Thumbs.db, ...), 1 x .wmv (a b.wmv)"
    assert told(LeftOut("x", f"reason {n}") for n in range(9)).endswith("1 x reason 5 (x), and 3 other reasons")
    assert told([]) == ""
