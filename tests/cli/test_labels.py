"""`gesture-al labels --from`: what is told, what is asked, and nothing that nobody meant."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al.active.annotation.answer_log import AnswerLog, Operation
from gesture_al.cli.main import main
from gesture_al.data.track import Track, write_track

CLASSES = ("down", "love", "up")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """An interactive run over a folder with clips down/0, down/1, love/0 ...; nobody has answered."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    seconds = np.arange(20) / 15
    for kind in CLASSES:
        for number in range(4):
            positions = rng.uniform(0.4, 0.5, (20, 42, 3)).astype(np.float32)
            about = {"subject": f"p{number % 2}"}
            track = Track(positions, seconds, np.ones((20, 2), np.float32), np.full(20, ""), 640, 480, "hands", about)
            write_track(tmp_path / "data" / kind / f"{number}.npz", track)
    options = [
        "dataset=clips",
        "dataset.params.path=data",
        "oracle=interactive",
        "oracle.params.frontend=terminal",
        "tracking=csv",
    ]
    assert main(["run", *options, "output_dir=runs"]) == 2  # there is no terminal here, but the run's folder is there
    return next((tmp_path / "runs").iterdir())


@pytest.fixture
def bring(run, capsys):
    """Bring a file in; gives the exit code, what was printed, and the labels and new classes that the session has then."""

    def labels(path, *options):
        capsys.readouterr()
        code = main(["labels", str(run), "--from", str(path), *options])
        said = capsys.readouterr()
        entries = list(AnswerLog(run / "session.jsonl"))
        given = {entry.clip: entry.name for entry in entries if entry.operation is Operation.LABEL}
        new = [entry.name for entry in entries if entry.operation is Operation.NEW_CLASS]
        assert len((said.out + said.err).strip().splitlines()) == 1
        return code, said.out + said.err, given, new

    return labels


@pytest.mark.parametrize(
    ("name", "options", "code", "said", "given"),
    [
        ("cased.csv", [], 0, "read 3 labels of 3 clips; 3 new labels", {"down/0": "down", "love/0": "love", "up/0": "up"}),
        ("nan.csv", [], 0, "read 0 labels of 3 clips; left out 3: 3 x no label", {}),
        ("ls.json", [], 2, "several answers for a clip (up/0: up or down; love/1: down or love)", {}),
        ("ls.json", ["--on-conflict", "skip"], 0, "read 1 label of 5 clips; left out 4", {"down/0": "down"}),
        ("ls.json", ["--on-conflict", "last"], 0, "of several", {"down/0": "down", "up/0": "down", "love/1": "love"}),
        ("ls_min.json", [], 2, "several answers for a clip (love/0: love or up)", {}),
        ("ls_min.json", ["--on-conflict", "first"], 0, "read 2 labels of 3 clips", {"down/0": "down", "love/0": "love"}),
        ("list.jsonl", [], 2, "line 1: not an object", {}),
    ],
)
def test_reported_files(shared_cases, bring, name, options, code, said, given):
    got, line, labels, new = bring(shared_cases / "labels" / name, *options)
    assert (got, labels, new) == (code, given, [])
    assert said in line


def test_names_as_people_write_them(bring, tmp_path):
    (tmp_path / "t.csv").write_text("clip;class\ndown/0;Down\ndown/0;down\nlove/0; love \nup/0;nan\nup/1;UP\nup/9;up\n")
    code, said, given, new = bring(tmp_path / "t.csv")
    assert (code, given, new) == (0, {"down/0": "down", "love/0": "love", "up/1": "up"}, [])
    assert "read 3 labels of 5 clips; left out 2: 1 x not in the data set (up/9), 1 x no label (up/0)" in said


def test_new_classes_are_listed_and_asked_for(bring, tmp_path):
    (tmp_path / "t.csv").write_text("clip,class\ndown/0,Wave\nlove/0,love\n")
    code, said, given, new = bring(tmp_path / "t.csv")
    assert (code, given, new) == (2, {}, [])
    assert "unknown classes ('Wave'; there are 'down', 'love', 'up'): correct them, or add them with --new-classes" in said
    code, said, given, new = bring(tmp_path / "t.csv", "--new-classes")
    assert (code, given, new) == (0, {"down/0": "Wave", "love/0": "love"}, ["Wave"])
    assert "new classes: 'Wave'" in said


def test_segments_of_elan_become_labels_of_the_clips_that_they_cover(bring, tmp_path):
    (tmp_path / "e.eaf").write_text(
        '<ANNOTATION_DOCUMENT><HEADER TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR MEDIA_URL="file:///films/down/0.mp4"/></HEADER>'
        '<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="900"/>'
        '<TIME_SLOT TIME_SLOT_ID="c" TIME_VALUE="1000"/></TIME_ORDER><TIER TIER_ID="gesture">'
        + "".join(
            f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{start}" TIME_SLOT_REF1="{start}" TIME_SLOT_REF2="{end}">'
            f"<ANNOTATION_VALUE>{name}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
            for start, end, name in (("a", "b", "Up"), ("b", "c", "love"))
        )
        + "</TIER></ANNOTATION_DOCUMENT>"
    )
    code, said, given, new = bring(tmp_path / "e.eaf")
    assert (code, given, new) == (0, {"down/0": "up"}, [])
    assert "read 1 label of 2 segments; left out 1: 1 x covers no clip by half" in said


def test_a_class_that_is_almost_there_is_asked_about_by_name(bring, tmp_path):
    (tmp_path / "t.csv").write_text("clip,class\ndown/0,lovee\n")
    assert "unknown classes ('lovee' (did you mean love?); there are" in bring(tmp_path / "t.csv")[1]


def test_a_file_that_is_brought_in_again_gives_nothing_new(bring, tmp_path):
    (tmp_path / "t.csv").write_text("clip,class\ndown/0,up\n")
    assert "1 new label" in bring(tmp_path / "t.csv")[1]
    assert "0 new labels" in bring(tmp_path / "t.csv")[1]
    (tmp_path / "t.csv").write_text("clip,class\ndown/0,down\n")
    assert "1 new label, 1 in the place of another answer" in bring(tmp_path / "t.csv")[1]


def test_a_file_of_other_clips_is_refused(bring, tmp_path):
    (tmp_path / "t.json").write_text(json.dumps([{"clip": "x/9", "gesture": "up"}]))
    code, said, given, _ = bring(tmp_path / "t.json")
    assert (code, given) == (2, {})
    assert "no clip of it is in the data set, first x/9" in said
