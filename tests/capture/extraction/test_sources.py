"""Class, subject and session from folders, a pattern or a list."""

from __future__ import annotations

import pytest

from gesture_al.capture.extraction.sources import Pattern, find_sources
from gesture_al.core.errors import UserError


def by_name(sources):
    return {s.name: (s.kind, s.stem, dict(s.who), s.free) for s in sources if not s.problem}


@pytest.fixture
def tree(tmp_path):
    for name in ("Like/a.mp4", "Like/ann/b.mp4", "unlabelled/monday.mp4", "loose.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_the_first_folder_is_the_class(tree):
    sources = find_sources(tree)
    assert by_name(sources) == {
        "Like/a.mp4": ("Like", "a", {}, False),
        "Like/ann/b.mp4": ("Like", "ann-b", {}, False),
        "unlabelled/monday.mp4": ("unlabelled", "monday", {}, True),
    }
    assert [(s.name, s.problem[:30]) for s in sources if s.problem] == [("loose.mp4", "lies in no folder named for a ")]


def test_a_pattern_reads_people_and_what_does_not_fit_is_told(tree):
    sources = find_sources(tree, Pattern("{class}/{subject}/{n}"))
    assert by_name(sources)["Like/ann/b.mp4"] == ("Like", "ann-b", {"subject": "ann"}, False)
    assert by_name(sources)["unlabelled/monday.mp4"][3], "a recording has no class to be read"
    assert {s.name for s in sources if "does not fit the pattern" in s.problem} == {"Like/a.mp4", "loose.mp4"}


def test_a_list_has_the_last_word(tree):
    listing = tree / "people.csv"
    listing.write_text("\ufeffpath,class,subject\nLike/a.mp4,Heart,ann\nloose.mp4,Like,\nLike/gone.mp4,Like,bob\n")
    sources = find_sources(tree, None, listing)
    assert by_name(sources)["Like/a.mp4"] == ("Heart", "Like-a", {"subject": "ann"}, False)
    assert by_name(sources)["loose.mp4"] == ("Like", "loose", {}, False)
    assert [s.name for s in sources if "not there" in s.problem] == ["Like/gone.mp4"]


@pytest.mark.parametrize("text", ["class\nLike\n", "path,name\na,b\n", "path\na.mp4\na.mp4\n", ""])
def test_a_list_that_cannot_be_used_is_refused(tree, text):
    (tree / "people.csv").write_text(text)
    with pytest.raises(UserError, match="people"):
        find_sources(tree, None, tree / "people.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_is_read_as_spreadsheets_save_it(tree, tmp_path, encoding, end, delimiter):
    listing = tmp_path / "people.csv"
    lines = ["Path,Class", "Like/a.mp4,Heart", ",", '"loose.mp4"," Like "', ",,,", ""]
    listing.write_bytes(end.join(lines).replace(",", delimiter).encode(encoding))
    sources = find_sources(tree, None, listing)
    assert by_name(sources)["Like/a.mp4"][0] == "Heart"
    assert by_name(sources)["loose.mp4"][0] == "Like"
    assert [s.name for s in sources if s.problem] == []


def test_paths_of_a_list_may_be_absolute_or_below_the_list(tree, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    (folder / "videos").symlink_to(tree)
    for start in (f"{tree}/", "videos/", "./", "", f"/home/ann/{tree.name}/", f"C:\\Users\\ann\\{tree.name}\\", ".//"):
        (folder / "people.csv").write_text(f"path,class\n{start}loose.mp4,Love\n")
        root = folder / "videos" if start == "videos/" else tree
        sources = find_sources(root, None, folder / "people.csv")
        assert by_name(sources)["loose.mp4"][0] == "Love", start
        assert not [s for s in sources if s.problem]


@pytest.mark.parametrize("name", ["excel_blank.csv", "one_blank.csv", "upper.csv", "utf16.csv"])
def test_reported_lists(shared_cases, name):
    tables = shared_cases / "tables"
    sources = find_sources(tables / "videos", None, tables / name)
    kinds = {s.name: s.kind for s in sources if not s.problem}
    right = {"00001.mp4": "hello", "00002.mp4": "thanks", "00003.mp4": "hello"}
    assert kinds.items() <= right.items()
    assert len(kinds) == (1 if name == "one_blank.csv" else len(kinds))
    assert not [s for s in sources if "listed" in s.problem]


def test_a_line_without_a_path_is_refused(tree):
    (tree / "people.csv").write_text("path,class\n,Like\n")
    with pytest.raises(UserError, match="line 2: names no path"):
        find_sources(tree, None, tree / "people.csv")


def test_a_folder_without_a_video_says_what_is_in_it(tmp_path):
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "notes.txt").touch()
    with pytest.raises(UserError, match=r"no video in it \(.*\); left out 1: 1 x \.txt \(A/notes\.txt\)"):
        find_sources(tmp_path)


def test_free_takes_everything_as_a_recording(tree):
    assert {kind for kind, _, _, free in by_name(find_sources(tree, free=True)).values() if free} == {"unlabelled"}
    assert by_name(find_sources(tree / "loose.mp4", free=True)) == {"loose.mp4": ("unlabelled", "loose", {}, True)}


def test_nothing_to_extract_is_refused(tmp_path):
    with pytest.raises(UserError, match="no video in it"):
        find_sources(tmp_path)
    with pytest.raises(UserError, match="no such folder"):
        find_sources(tmp_path / "x")


def test_a_recording_too_may_say_who_is_seen_in_it(tree):
    (tree / "unlabelled" / "ann_1_001.mp4").touch()
    videos = by_name(find_sources(tree, Pattern("{class}/{subject}_{session}_{n}")))
    assert videos["unlabelled/ann_1_001.mp4"] == ("unlabelled", "ann_1_001", {"subject": "ann", "session": "1"}, True)
    assert videos["unlabelled/monday.mp4"] == ("unlabelled", "monday", {}, True)
    assert by_name(find_sources(tree / "unlabelled", Pattern("{subject}_{session}_{n}"), free=True))["monday.mp4"][3]


@pytest.mark.parametrize(
    ("pattern", "path", "fields"),
    [
        (
            "{class}/{subject}_{session}_{n}",
            "Fire works/ann_mon day_01",
            {"class": "Fire works", "subject": "ann", "session": "mon day"},
        ),
        ("{subject}/{session}/{class}-{n}", "ann/2/Like-3", {"subject": "ann", "session": "2", "class": "Like"}),
        ("**/{class}/*_{subject}", "2026/jan/Like/take1_ann", {"class": "Like", "subject": "ann"}),
        ("**/{class}/*_{subject}", "Like/take1_ann", {"class": "Like", "subject": "ann"}),
        ("./{class}/(a) {n}", "Like/(a) 1", {"class": "Like"}),
        ("{class}/{subject}_{n}", "Like/ann", None),
        ("{class}/{subject}", "Like/x/ann", None),
    ],
)
def test_a_path_is_read(pattern, path, fields):
    assert Pattern(pattern).read(path) == fields


@pytest.mark.parametrize("pattern", ["clips", "{class}/{who}", "{class}/{class}"])
def test_a_pattern_that_says_nothing_is_refused(pattern):
    with pytest.raises(UserError, match=r"^--pattern .*fields are \{class\}, \{subject\}, \{session\}, \{n\}$"):
        Pattern(pattern)
