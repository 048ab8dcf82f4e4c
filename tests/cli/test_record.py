"""`gesture-al record`: what is refused, and which classes go on."""

from __future__ import annotations

import json

import pytest

from gesture_al.cli.main import main
from gesture_al.cli.record import existing_classes


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["class=Like"], "classes=Like"),
        (["classes=a/b"], "classes"),
        (["landmarks=feet"], "feet"),
        (["--seconds", "0"], "--seconds"),
        (["--target", "0"], "--target"),
        (["--camera", "video.mp4"], "gesture-al extract"),
        (["--keys", "space enter q"], "--keys"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tmp_path, capsys, typed, told):
    assert main(["record", "--browser-off", "--out", str(tmp_path / "data"), *typed]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert not (tmp_path / "data").exists()


def test_classes_that_are_there_go_on(tmp_path):
    assert existing_classes(tmp_path / "nothing") == ["Like", "Fire works", "Heart"]
    for name in ("wave", "unlabelled", ".whole", "none"):
        (tmp_path / name).mkdir()
    assert existing_classes(tmp_path) == ["none", "wave"]


def test_a_digit_means_the_same_class_to_whoever_records_next(tmp_path):
    for name in ("Zoom", "Like", "Heart", "moved by hand"):
        (tmp_path / name).mkdir()
    lines = [{"op": "keep", "class": name} for name in ("Like", "Zoom", "Like", "Heart", "gone")]
    (tmp_path / "recorded.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert existing_classes(tmp_path) == ["Like", "Zoom", "Heart", "moved by hand"]
