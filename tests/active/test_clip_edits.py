"""Ends that are moved on the way: a run that is killed ends like one that never was, and learns what was cut."""

from __future__ import annotations

import json
import shutil
import threading
import uuid
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cutting_world import recorded, write_recorded
from loop_world import Centroids, world
from runs.test_resume import KilledError, kill_at, outcome

from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.active.records.journal import Asked
from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.line_file import read_lines
from gesture_al.data.datasets.recordings import with_ends
from gesture_al.data.track import Stretch
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import run
from gesture_al.studio.label.frontends import frontends


class Cutting:
    """An oracle that moves the ends of every third clip it is asked about, whatever else it says of it."""

    def __init__(self, oracle, clips):
        self._oracle, self._clips = oracle, clips

    def __getattr__(self, name):
        return getattr(self._oracle, name)

    def ask(self, questions):
        for question, answer in zip(questions, self._oracle.ask(questions), strict=True):
            yield self._cut(question, answer)

    def updates(self, answers):
        return [(question, self._cut(question, answer)) for question, answer in self._oracle.updates(answers)]

    def _cut(self, question, answer):
        if question.index % 3 or answer.kind.value == "bad":
            return answer
        start = float(self._clips.start[question.index]) - 0.1
        return replace(answer, ends=Stretch(start, start + 0.5 + 0.3 * question.round))


class Looking(Centroids):
    """Nearest class mean of where hands are, for clips of any length."""

    def __init__(self, clips, streams):
        super().__init__(clips, streams)
        self._clips = clips
        self._x = np.stack([self._seen(clips, row) for row in range(len(clips))])

    def _seen(self, clips, row):
        return 5 * np.asarray(clips.positions[row, : clips.lengths[row]]).mean(axis=0).ravel()

    def override_clip(self, row, clip):
        self._x[row] = self._seen(self._clips, row) if clip is None else self._seen(clip, 0)


SETTINGS = {"oracle": {"refusal": 0.2}, "k": 3, "budget": 14}


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("recorded"), people=2)


def loop(folder, clips, cutting=True):
    folder.mkdir(exist_ok=True)
    made = world(folder, clips=clips, **SETTINGS)
    made.learner = Looking(clips, made.random_streams)
    if cutting:
        made.oracle = Cutting(made.oracle, clips)
    return made


def cuts(folder):
    return [(line["clip"], line.get("start"), line.get("end")) for line in read_lines(folder / "answers.jsonl")]


def test_killed_at_every_write_the_ends_stay_where_they_were_put(clips, tmp_path, monkeypatch):
    whole = tmp_path / "unbroken"
    loop(whole, clips).run()
    unbroken = outcome(whole), cuts(whole)
    moved = [start for _, start, _ in unbroken[1] if start is not None]
    assert 2 < len(moved) < len(unbroken[1])
    plain = tmp_path / "plain"
    loop(plain, clips, cutting=False).run()
    assert outcome(plain)[2] != unbroken[0][2], "the ends make a difference"
    number, died = 0, True
    while died:
        # Every third instant; the loop is killed at all of them in test_resume.
        number += 3
        folder = tmp_path / str(number)
        with monkeypatch.context() as patch:
            kill_at(patch, number, "after")
            try:
                loop(folder, clips).run()
                died = False
            except KilledError:
                pass
        if died:
            again = loop(folder, clips)
            again.run()
            assert (outcome(folder), cuts(folder)) == unbroken, f"killed after write {number}"
        shutil.rmtree(folder)
    assert number > 30


def test_a_clip_that_is_asked_again_stands_in_the_report_as_it_was_cut(clips):
    rows, cut = np.array([4, 5]), with_ends(clips, 5, Stretch(1.0, 3.0))
    asked = Asked.of(clips, rows, np.zeros((2, 3), np.float32), {5: cut})
    plain = Asked.of(clips, rows, np.zeros((2, 3), np.float32))
    assert np.array_equal(asked.positions[0], plain.positions[0])
    for frame in (0, -1):
        wanted = np.array(cut.positions[0, frame])
        wanted[:, 0] *= clips.aspect[5]
        assert asked.positions[1, frame] == pytest.approx(wanted, abs=0.002)


def test_a_recording_that_is_gone_stops_the_run_with_a_word_and_put_back_it_goes_on(tmp_path):
    folder = tmp_path / "data"
    clips = recorded(folder, people=2)
    made = loop(tmp_path / "run", clips)
    (folder / ".whole").rename(tmp_path / "away")
    with pytest.raises(UserError, match=r"its ends were moved, but the recording .* put it back"):
        made.run()
    (tmp_path / "away").rename(folder / ".whole")
    loop(tmp_path / "run", clips).run()
    loop(tmp_path / "unbroken", clips).run()
    assert outcome(tmp_path / "run") == outcome(tmp_path / "unbroken")


# A whole run, with nets, a session and a person


def assembly(data):
    settings = compose_settings(
        [
            *(
                "dataset=clips",
                f"dataset.params.path={data}",
                "model=lstm_s",
                "trainer.params.steps=8",
                "trainer.params.warmup=2",
            ),
            *("tracking=csv", "start=oracle", "start_cap=20", "k=5", "strategy=margin", "seed=3", "oracle=interactive"),
            *("stopping=f1_threshold", "stopping.params.least_clips=30", "budget=26"),
        ]
    )
    return assemble(settings, load_clips(settings.dataset), frontends())


def mover(clips, stop_after=None):
    """Somebody who knows all classes and moves the ends of every third clip, audit clips too."""

    @contextmanager
    def frontend(session, folder):
        leave = threading.Event()

        def sit():
            told, version = 0, -1
            while not leave.is_set():
                items = session.next_items("tab", 1)
                if not items or session.batch_progress() == (0, 0):
                    version = session.wait_for_change(version, 0.05)
                    continue
                row = items[0].question.index
                name = clips.classes[clips.labels[row]]
                start = float(clips.start[row])
                ends = {} if row % 3 else {"start": max(0.0, start - 0.15), "end": start + 0.5}
                line = Entry(uuid=str(uuid.uuid4()), operation=Operation.LABEL, time="", name=name, **ends)
                session.keep(line, items[0].handle, "tab")
                told += 1
                if told == stop_after:
                    session.pause()
                    return

        thread = threading.Thread(target=sit, daemon=True)
        thread.start()
        try:
            yield
        finally:
            leave.set()
            thread.join(5)

    return frontend


def told(folder: Path):
    """Picks, losses and ends; how many audit clips are labelled by which round is a matter of time."""
    rows = [json.loads(line) for line in (folder / "rounds.jsonl").read_text().splitlines()]
    learned = [line for line in read_lines(folder / "answers.jsonl") if line["purpose"] != "validation"]
    ends = [(line["clip"], line.get("start"), line.get("end")) for line in learned]
    picks = [line["ids"] for line in read_lines(folder / "queries.jsonl")]
    return picks, [(row["labels"], row["fit_loss"]) for row in rows], ends


def test_a_run_with_moved_ends_that_was_paused_ends_the_same_and_its_data_have_not_changed(tmp_path):
    data = write_recorded(tmp_path / "data")
    before = {path: path.read_bytes() for path in data.rglob("*.npz")}
    whole = assembly(data)
    whole.oracle.frontend = mover(whole.clips)
    run(whole, tmp_path / "whole", NullCallback())
    for stop_after in (13, 17, None):
        made = assembly(data)
        made.oracle.frontend = mover(made.clips, stop_after)
        try:
            run(made, tmp_path / "broken", NullCallback())
        except Paused:
            assert stop_after is not None
    assert told(tmp_path / "broken") == told(tmp_path / "whole")
    lines = read_lines(tmp_path / "whole" / "answers.jsonl")
    for purpose in ("query", "validation"):
        assert any("start" in line for line in lines if line["purpose"] == purpose), purpose
    assert before == {path: path.read_bytes() for path in data.rglob("*.npz")}
    assert load_clips(whole.settings.dataset).fingerprint == whole.clips.fingerprint
