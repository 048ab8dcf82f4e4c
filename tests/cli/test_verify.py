"""`gesture-al verify` and `gesture-al repair`, on folders of version 0.1.0 and on damaged ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gesture_al.cli.main import main
from gesture_al.core.line_file import write_sealed

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "version_0_1_0"


@pytest.fixture
def runs(tmp_path) -> Path:
    shutil.copytree(FIXTURES, tmp_path / "runs")
    return tmp_path / "runs"


def damaged(folder: Path) -> Path:
    (folder / "rounds.jsonl").write_bytes(b"")
    return folder


def test_all_runs_and_sweeps_of_a_folder_are_looked_at(runs, capsys):
    assert main(["verify", str(runs)]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert last == f"{len(lines)} of {len(lines)} are whole"
    assert all(": whole: " in line for line in lines)
    assert any("lines of them without checksums" in line for line in lines)


def test_what_is_damaged_is_named_with_its_remedy(runs, capsys):
    folder = damaged(sorted(path.parent for path in runs.rglob("rounds.jsonl"))[0])
    assert main(["verify", str(folder)]) == 2
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{folder / 'rounds.jsonl'}: damaged: the row of round 0 is missing")
    assert second == f"{folder}: damaged; what is whole is kept by: gesture-al repair {folder}"
    assert last == "0 of 1 are whole"


def test_a_repair_says_what_it_kept_and_what_it_cost_and_keeps_the_files_as_they_were(runs, capsys):
    folder = damaged(sorted(path.parent for path in runs.rglob("rounds.jsonl"))[0])
    answers = (folder / "answers.jsonl").read_bytes()
    assert main(["repair", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "kept: 0 of " in told
    assert f"go on with: gesture-al resume {folder}" in told
    (aside,) = (folder / "damaged").iterdir()
    assert (aside / "answers.jsonl").read_bytes() == answers
    assert main(["verify", str(folder)]) == 0
    assert main(["repair", str(folder)]) == 0
    assert "nothing is damaged" in capsys.readouterr().out


def test_a_damaged_list_of_a_sweeps_runs_is_named(tmp_path, capsys):
    sweep = tmp_path / "sweep"
    sweep.mkdir()
    (sweep / "manifest.jsonl").write_text("{\n")
    assert main(["verify", str(sweep)]) == 2
    assert "its runs are not lost" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["verify", "repair"])
def test_a_folder_without_a_run_is_refused(tmp_path, capsys, command):
    assert main([command, str(tmp_path)]) == 2
    assert "name" in capsys.readouterr().err


def test_a_run_without_its_settings_cannot_be_repaired_but_its_answers_come_out(runs, capsys):
    folder = damaged(sorted(path.parent for path in runs.rglob("rounds.jsonl"))[0])
    (folder / "config.yaml").write_text("a: [")
    assert main(["repair", str(folder)]) == 2
    assert f"gesture-al labels {folder}" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["verify"], ["report"], ["resume"], ["repair"]])
def test_settings_that_were_changed_afterwards_are_never_believed(runs, capsys, words):
    folder = runs / "unfinished_run"
    settings = (folder / "config.yaml").read_bytes()
    write_sealed(folder / "config.yaml", settings)
    (folder / "config.yaml").write_bytes(settings.replace(b"k: ", b"k: 1"))
    assert main([*words, str(folder)]) == 2
    told = capsys.readouterr()
    assert f"{folder / 'config.yaml'}: " in told.out + told.err
    assert "its checksum does not fit" in told.out + told.err
