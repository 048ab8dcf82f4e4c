"""A person who answers from the true labels ends with the same picks as the simulated oracle."""

from __future__ import annotations

import json
import threading
import uuid
from contextlib import contextmanager

import pytest

from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import Paused
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import run
from gesture_al.studio.label.frontends import frontends

SETTINGS = [
    *("dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "trainer.params.steps=8"),
    *("trainer.params.warmup=2", "tracking=csv", "start=oracle", "start_cap=30", "k=6", "strategy=margin", "seed=3"),
]
BUDGET = ["stopping=budget", "budget=30"]


def assembly(*overrides):
    settings = compose_settings([*SETTINGS, *overrides])
    return assemble(settings, load_clips(settings.dataset), frontends())


def person(clips, stop_after=None, at_start=lambda session: None):
    """A frontend behind which somebody knows all true labels and answers whatever is put."""

    @contextmanager
    def frontend(session, folder):
        at_start(session)
        leave = threading.Event()

        def sit():
            told, version = 0, -1
            while not leave.is_set():
                for item in session.next_items("tab", 1):
                    name = clips.classes[clips.labels[item.question.index]]
                    line = Entry(uuid=str(uuid.uuid4()), operation=Operation.LABEL, time="", name=name)
                    session.keep(line, item.handle, "tab")
                    told += 1
                    if told == stop_after:
                        session.pause()
                        return
                    break
                else:
                    version = session.wait_for_change(version, 0.05)

        thread = threading.Thread(target=sit, daemon=True)
        thread.start()
        try:
            yield
        finally:
            leave.set()
            thread.join(5)

    return frontend


def picks(folder):
    return [json.loads(line)["ids"] for line in (folder / "queries.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    run(assembly(*BUDGET), folder, NullCallback())
    return folder


def test_same_seed_same_start_same_picks_as_the_simulated_oracle(simulated, tmp_path):
    made = assembly(*BUDGET, "oracle=interactive")
    made.oracle.frontend = person(made.clips)
    outcome = run(made, tmp_path, NullCallback())
    assert picks(tmp_path) == picks(simulated)
    ours, theirs = [
        [(row["labels"], row["test_macro_f1"]) for row in map(json.loads, (folder / "rounds.jsonl").read_text().splitlines())]
        for folder in (tmp_path, simulated)
    ]
    assert ours == theirs
    assert outcome.last.labels == 30


def test_paused_in_the_middle_of_a_batch_and_resumed_it_ends_the_same(simulated, tmp_path):
    first = assembly(*BUDGET, "oracle=interactive")
    first.oracle.frontend = person(first.clips, stop_after=20)
    with pytest.raises(Paused, match="gesture-al resume"):
        run(first, tmp_path, NullCallback())
    second = assembly(*BUDGET, "oracle=interactive")
    second.oracle.frontend = person(second.clips)
    run(second, tmp_path, NullCallback())
    assert picks(tmp_path) == picks(simulated)
    clips = [json.loads(line)["clip"] for line in (tmp_path / "session.jsonl").read_text().splitlines()]
    assert len(clips) == len(set(clips)), "no clip was asked twice"


def test_audit_clips_judge_the_threshold_as_they_come(tmp_path):
    made = assembly(
        "oracle=interactive", "stopping=f1_threshold", "threshold=0.05", "stopping.params.least_clips=12", "budget=90"
    )
    made.oracle.frontend = person(made.clips)
    outcome = run(made, tmp_path, NullCallback())
    assert "threshold" in outcome.reason
    assert outcome.last.validation_labels >= 12
    rows = [json.loads(line) for line in (tmp_path / "rounds.jsonl").read_text().splitlines()]
    assert rows[0]["validation_labels"] < rows[-1]["validation_labels"], "they were not all asked before round 0"


def test_the_frontend_sees_the_progress_of_the_run(tmp_path):
    made = assembly("stopping=budget", "budget=20", "oracle=interactive")
    sessions = []
    made.oracle.frontend = person(made.clips, at_start=sessions.append)
    run(made, tmp_path, NullCallback())
    progress = sessions[0].progress
    assert [row["round"] for row in progress.rounds] == list(range(len(progress.rounds)))
    entries = [json.loads(line) for line in (tmp_path / "session.jsonl").read_text().splitlines()]
    asked = [entry for entry in entries if entry["purpose"] == "query"]
    assert all(len(entry["model"]) == 16 and entry["score"] > -1 for entry in asked)
    assert "model" not in entries[0], "nothing was trained before the first answer"


def namer(clips, stop_after=None):
    """Somebody who finds after ten answers that mirrored Likes are a class of their own."""

    @contextmanager
    def frontend(session, folder):
        leave = threading.Event()

        def sit():
            told = 0
            while not leave.is_set():
                items = session.next_items("tab", 1)
                if not items:
                    session.wait_for_change(-1, 0.05)
                    continue
                if len(session.log) >= 10 and "Wave" not in session.decisions.classes:
                    session.keep(Entry(uuid=str(uuid.uuid4()), operation=Operation.NEW_CLASS, time="", name="Wave"))
                row = items[0].question.index
                name = clips.classes[clips.labels[row]]
                if name == "Like" and row // 4 % 2 and "Wave" in session.decisions.classes:
                    name = "Wave"
                line = Entry(uuid=str(uuid.uuid4()), operation=Operation.LABEL, time="", name=name)
                session.keep(line, items[0].handle, "tab")
                told += 1
                if told == stop_after:
                    session.pause()
                    return

        thread = threading.Thread(target=sit, daemon=True)
        thread.start()
        yield
        leave.set()
        thread.join(5)

    return frontend


@pytest.mark.parametrize("stop_after", [None, 14, 24])
def test_a_class_added_on_the_way_is_learned_from_the_next_round_on(tmp_path, stop_after):
    for stop in (stop_after, None):
        made = assembly("stopping=budget", "budget=44", "oracle=interactive")
        made.oracle.frontend = namer(made.clips, stop)
        try:
            run(made, tmp_path, NullCallback())
            break
        except Paused:
            continue
    classes = json.loads((tmp_path / "dataset.json").read_text())["classes"]
    assert classes == [*made.clips.classes, "Wave"]
    rows = [json.loads(line) for line in (tmp_path / "rounds.jsonl").read_text().splitlines()]
    assert len(rows[-1]["test_confusion"]) == 5
    assert rows[-1]["class_counts"][4] > 0
    told = [json.loads(line)["class"] for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert told.count("Wave") == rows[-1]["class_counts"][4]
    assert "Wave" in (tmp_path / "report.html").read_text()
