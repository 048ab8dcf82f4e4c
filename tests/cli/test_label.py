"""`gesture-al label`: which run it is, and how the person is asked."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al.active.records.status import only_writer
from gesture_al.cli import label as label_command
from gesture_al.cli.label import LabelOptions, label, unfinished
from gesture_al.cli.main import main
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.settings import run_key
from gesture_al.runs.run_code import run_code

SMALL = ["dataset.params.clips=60", "dataset.params.subjects=6", "model=lstm_s", "tracking=csv", "stopping=budget", "budget=12"]


@pytest.fixture
def seen(monkeypatch):
    """What would be run, without running it."""
    runs = []

    def watched(assembly, folder, console):
        runs.append((assembly, folder))
        return folder

    monkeypatch.setattr(label_command, "run_with_display", watched)
    return runs


def unfinished_run(folder, key, state="paused"):
    folder.mkdir(parents=True)
    (folder / "status.json").write_text(json.dumps({"key": key, "state": state}))
    return folder


def test_it_asks_a_person_and_starts_from_labels_that_are_known(seen, tmp_path):
    folder = label([*SMALL, f"output_dir={tmp_path}"], LabelOptions(annotator="Ann"))
    [(assembly, _)] = seen
    assert folder.parent == tmp_path
    assert (assembly.settings.oracle.name, assembly.settings.start) == ("interactive", "stratified")
    assert assembly.oracle.config.annotator == "Ann"
    assert not assembly.oracle.owns_terminal


def test_labels_that_came_with_some_clips_are_taken_and_only_the_other_clips_are_asked(seen, tmp_path, monkeypatch):
    from dataclasses import replace

    from gesture_al.runs import assembly as runs_assembly

    load = runs_assembly.load_clips

    def some_unknown(part):
        clips = load(part)
        return replace(clips, labels=np.where(np.arange(len(clips)) % 2, -1, clips.labels))

    monkeypatch.setattr(runs_assembly, "load_clips", some_unknown)
    label([*SMALL, f"output_dir={tmp_path}", "budget=40"], LabelOptions())
    label([*SMALL, f"output_dir={tmp_path}", "start=oracle", "seed=1"], LabelOptions())
    assert [assembly.settings.start for assembly, *_ in seen] == ["existing", "oracle"]


def test_the_same_settings_go_on_with_the_run_that_was_left(seen, tmp_path):
    typed = [*SMALL, f"output_dir={tmp_path}"]
    label(typed, LabelOptions())
    key = run_key(seen[0][0].settings, seen[0][0].clips.fingerprint)
    left = unfinished_run(tmp_path / "2026-01-02", key)
    unfinished_run(tmp_path / "2026-01-01", key)
    unfinished_run(tmp_path / "2026-01-03", key, "done")
    unfinished_run(tmp_path / "2026-01-04", "another")
    assert label(typed, LabelOptions()) == left
    assert label(typed, LabelOptions(annotator="Bob", browser=False)) == left, "who sits where is no setting of the run"
    assert label(typed, LabelOptions(new=True)) != left
    with only_writer(left):
        assert [run.folder for run in unfinished(tmp_path, key)] == [tmp_path / "2026-01-01"]


def test_a_run_with_other_code_is_named_and_left_unless_asked_for(seen, tmp_path, capsys):
    typed = [*SMALL, f"output_dir={tmp_path}"]
    label(typed, LabelOptions())
    assembly = seen[0][0]
    left = unfinished_run(tmp_path / "2026-01-02", run_key(assembly.settings, assembly.clips.fingerprint))
    status = json.loads((left / "status.json").read_text())
    (left / "status.json").write_text(json.dumps({**status, "code": {"gesture_al": "other"}}))
    capsys.readouterr()
    assert label(typed, LabelOptions()) != left
    assert f"note: {left} has these settings, but other code (changed: gesture_al itself)" in capsys.readouterr().err
    assert label(typed, LabelOptions(reuse_other_code=True)) == left
    (left / "status.json").write_text(json.dumps({**status, "code": run_code(assembly.settings)}))
    assert label(typed, LabelOptions()) == left


def test_a_damaged_run_beside_is_passed_over_with_a_line(seen, tmp_path, capsys):
    damaged = unfinished_run(tmp_path / "2026-01-02", "key")
    (damaged / "status.json").write_text("")
    assert label([*SMALL, f"output_dir={tmp_path}"], LabelOptions()) != damaged
    lines = [line for line in capsys.readouterr().err.splitlines() if "status.json" in line]
    assert len(lines) == 1
    assert "passed over" in lines[0]


def test_in_the_terminal_no_display_writes_over_the_questions(seen, tmp_path):
    label([*SMALL, f"output_dir={tmp_path}"], LabelOptions(terminal=True))
    assert seen[0][0].oracle.owns_terminal


def test_a_pause_says_how_to_go_on(monkeypatch, tmp_path, capsys):
    def watched(assembly, folder, console):
        raise Paused("paused")

    monkeypatch.setattr(label_command, "run_with_display", watched)
    assert main(["label", *SMALL, f"output_dir={tmp_path}", "--browser-off"]) == 3
    told = capsys.readouterr()
    assert f"Go on with: gesture-al label {tmp_path}" in told.err
    assert told.out == ""


def test_a_data_sets_name_is_enough_and_the_last_line_is_the_folder(seen, tmp_path, capsys):
    assert main(["label", "facetime_synthetic", *SMALL, f"output_dir={tmp_path}"]) == 0
    assert capsys.readouterr().out == f"run: {seen[0][1]}\n"


@pytest.mark.parametrize(
    ("typed", "seat", "told"),
    [
        (["no_such_thing"], LabelOptions(), "no folder of a run, and no data set .no_such_thing.; there are: archive, "),
        ([".", "k=3"], LabelOptions(), "either a folder or key=value"),
        ([*SMALL, "oracle=simulated"], LabelOptions(), "oracle=simulated: nobody is asked"),
        (SMALL, LabelOptions(terminal=True, browser=False), "--terminal opens no page"),
    ],
)
def test_what_makes_no_sense_is_refused(seen, typed, seat, told, tmp_path):
    with pytest.raises(UserError, match=told):
        label([*typed, *([f"output_dir={tmp_path}"] if len(typed) > 2 else [])], seat)
    assert seen == []
