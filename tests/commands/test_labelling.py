"""`gesture-al label`: which run it is, and how the person is asked."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al.cli import main
from gesture_al.commands import labelling
from gesture_al.commands.labelling import Seat, label, unfinished
from gesture_al.errors import Paused, UserError
from gesture_al.records.status import only_writer

SMALL = ["dataset.params.clips=60", "dataset.params.subjects=6", "model=lstm_s", "tracking=csv", "stopping=budget", "budget=12"]


@pytest.fixture
def seen(monkeypatch):
    """What would be run, without running it."""
    runs = []

    def watched(assembly, folder, console):
        runs.append((assembly, folder))
        return folder

    monkeypatch.setattr(labelling, "watched", watched)
    return runs


def unfinished_run(folder, key, state="paused"):
    folder.mkdir(parents=True)
    (folder / "status.json").write_text(json.dumps({"key": key, "state": state}))
    return folder


def test_it_asks_a_person_and_starts_from_labels_that_are_known(seen, tmp_path):
    folder = label([*SMALL, f"output_dir={tmp_path}"], Seat(annotator="Ann"))
    [(assembly, _)] = seen
    assert folder.parent == tmp_path
    assert (assembly.settings.oracle.name, assembly.settings.start) == ("interactive", "known")
    assert assembly.oracle.manner.annotator == "Ann"
    assert not assembly.oracle.owns_terminal


def test_where_labels_are_unknown_even_the_first_ones_are_asked(seen, tmp_path, monkeypatch):
    from dataclasses import replace

    from gesture_al import experiment

    load = experiment.load_clips

    def some_unknown(part):
        clips = load(part)
        return replace(clips, labels=np.where(np.arange(len(clips)) % 2, -1, clips.labels))

    monkeypatch.setattr(experiment, "load_clips", some_unknown)
    label([*SMALL, f"output_dir={tmp_path}"], Seat())
    label([*SMALL, f"output_dir={tmp_path}", "start=asked", "seed=1"], Seat())
    assert [assembly.settings.start for assembly, *_ in seen] == ["asked", "asked"]


def test_where_all_that_is_known_is_learned_from_only_the_rest_is_asked(seen, tmp_path, monkeypatch):
    from dataclasses import replace

    from gesture_al import experiment

    load = experiment.load_clips

    def without(part, gone):
        clips = load(part)
        return replace(clips, labels=np.where(gone(clips), -1, clips.labels))

    typed = [*SMALL[:4], "stopping=pool_empty", "initial_per_class=200000", f"output_dir={tmp_path}"]
    monkeypatch.setattr(experiment, "load_clips", lambda part: without(part, lambda clips: np.arange(len(clips)) % 8 == 0))
    label(typed, Seat())
    monkeypatch.setattr(experiment, "load_clips", lambda part: without(part, lambda clips: clips.labels == 0))
    label([*typed, "seed=1"], Seat())
    assert [assembly.settings.start for assembly, *_ in seen] == ["known", "asked"], "of the second set a class is unknown"


def test_the_same_settings_go_on_with_the_run_that_was_left(seen, tmp_path):
    typed = [*SMALL, f"output_dir={tmp_path}"]
    label(typed, Seat())
    from gesture_al.config import run_key

    key = run_key(seen[0][0].settings, seen[0][0].clips.fingerprint)
    left = unfinished_run(tmp_path / "2026-01-02", key)
    unfinished_run(tmp_path / "2026-01-01", key)
    unfinished_run(tmp_path / "2026-01-03", key, "done")
    unfinished_run(tmp_path / "2026-01-04", "another")
    assert label(typed, Seat()) == left
    assert label(typed, Seat(annotator="Bob", browser=False)) == left, "who sits where is no setting of the run"
    assert label(typed, Seat(new=True)) != left
    with only_writer(left):
        assert unfinished(tmp_path, key) == tmp_path / "2026-01-01"


def test_in_the_terminal_no_display_writes_over_the_questions(seen, tmp_path):
    label([*SMALL, f"output_dir={tmp_path}"], Seat(terminal=True))
    assert seen[0][0].oracle.owns_terminal


def test_a_pause_says_how_to_go_on(monkeypatch, tmp_path, capsys):
    def watched(assembly, folder, console):
        raise Paused("paused")

    monkeypatch.setattr(labelling, "watched", watched)
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
        (["no_such_thing"], Seat(), "no_such_thing: no run folder"),
        (["runs/a", "k=3"], Seat(), "either a folder or key=value"),
        ([*SMALL, "oracle=simulated"], Seat(), "oracle=simulated: nobody is asked"),
        (SMALL, Seat(terminal=True, browser=False), "--terminal opens no page"),
    ],
)
def test_what_makes_no_sense_is_refused(seen, typed, seat, told, tmp_path):
    with pytest.raises(UserError, match=told):
        label([*typed, *([f"output_dir={tmp_path}"] if len(typed) > 2 else [])], seat)
    assert seen == []
