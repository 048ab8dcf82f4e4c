"""Runs over a pool with clips of no class of interest: simulated, paused and resumed, and with a person."""

from __future__ import annotations

import json
import threading
import uuid
from contextlib import contextmanager

import pytest

from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.active.records.run_folder import RunFolder
from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import Paused
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import run
from gesture_al.studio.label.frontends import frontends

SETTINGS = [
    *("dataset.params.clips=160", "dataset.params.subjects=8", "dataset.params.none_share=0.5"),
    *("dataset.of_no_interest=[none]", "model=lstm_s", "trainer.params.steps=8", "trainer.params.warmup=2", "tracking=csv"),
    *("k=6", "strategy=open_set", "seed=3", "stopping=budget", "budget=30"),
]


def assembly(*overrides):
    settings = compose_settings([*SETTINGS, *overrides])
    return assemble(settings, load_clips(settings.dataset), frontends())


def lines(folder, name):
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    run(assembly("oracle.params.unlabelled=none", "full_data=true"), folder, NullCallback())
    return folder


def test_clips_of_no_class_are_answered_learned_and_counted_but_not_scored(simulated):
    rows, answers = lines(simulated, "rounds"), lines(simulated, "answers")
    said_none = sum(answer["class"] == "none" for answer in answers)
    assert said_none == rows[-1]["of_no_class"] == rows[-1]["class_counts"][3] > 0
    assert rows[-1]["labels"] == rows[-1]["questions"] == 30
    assert rows[0]["of_no_class"] == 0
    # The net may say none to a test clip, and no test clip is none.
    assert [sum(row) for row in rows[-1]["test_confusion"]][3] == 0
    assert rows[-1]["test_unscored"] == "none"
    assert json.loads((simulated / "dataset.json").read_text())["classes"] == ["Like", "Fire works", "Heart", "none"]
    assert "of no class" in (simulated / "report.html").read_text()


def test_a_run_that_was_broken_off_ends_as_one_that_was_not(simulated, tmp_path, monkeypatch):
    write, count = RunFolder.record_answer, [0]

    def dying(folder, *told):
        count[0] += 1
        if count[0] == 17:
            raise KeyboardInterrupt
        write(folder, *told)

    monkeypatch.setattr(RunFolder, "record_answer", dying)
    with pytest.raises(Paused):
        run(assembly("oracle.params.unlabelled=none"), tmp_path, NullCallback())
    run(assembly("oracle.params.unlabelled=none"), tmp_path, NullCallback())
    picks = [[query["ids"] for query in lines(folder, "queries")] for folder in (simulated, tmp_path)]
    scores = [[row["test_macro_f1"] for row in lines(folder, "rounds")] for folder in (simulated, tmp_path)]
    assert picks[0] == picks[1]
    assert scores[0] == scores[1]


def test_thrown_out_they_cost_questions_beyond_the_budget_of_labels(tmp_path):
    run(assembly("oracle.params.unlabelled=bad", "strategy=random"), tmp_path, NullCallback())
    last = lines(tmp_path, "rounds")[-1]
    assert last["labels"] == 30
    assert last["of_no_class"] == sum(answer["kind"] == "bad" for answer in lines(tmp_path, "answers")) > 0
    assert last["questions"] == 30 + last["of_no_class"]
    assert json.loads((tmp_path / "dataset.json").read_text())["classes"] == ["Like", "Fire works", "Heart"]


def test_left_out_they_are_not_asked_about(tmp_path):
    made = assembly("strategy=random")
    assert any("stay out of the pool" in warning for warning in made.warnings())
    run(made, tmp_path, NullCallback())
    last = lines(tmp_path, "rounds")[-1]
    assert (last["of_no_class"], last["questions"]) == (0, 30)


def person(clips, stop_after):
    """Somebody who adds the class `none` at the first clip that shows no gesture."""

    @contextmanager
    def frontend(session, folder):
        leave = threading.Event()

        def sit():
            answers = 0
            while not leave.is_set():
                items = session.next_items("tab", 1)
                if not items:
                    session.wait_for_change(-1, 0.05)
                    continue
                label = clips.labels[items[0].question.index]
                name = clips.classes[label] if label >= 0 else "none"
                if name not in session.decisions.classes:
                    session.keep(Entry(uuid=str(uuid.uuid4()), operation=Operation.NEW_CLASS, time="", name=name))
                line = Entry(uuid=str(uuid.uuid4()), operation=Operation.LABEL, time="", name=name)
                session.keep(line, items[0].handle, "tab")
                answers += 1
                if answers == stop_after:
                    session.pause()
                    return

        thread = threading.Thread(target=sit, daemon=True)
        thread.start()
        yield
        leave.set()
        thread.join(5)

    return frontend


def test_a_person_who_adds_the_class_none_gets_the_same(tmp_path):
    for stop_after in (20, None):
        made = assembly("oracle=interactive", "start=oracle", "start_cap=30", "budget=36")
        made.oracle.frontend = person(made.clips, stop_after)
        try:
            run(made, tmp_path, NullCallback())
        except Paused:
            assert stop_after
    last = lines(tmp_path, "rounds")[-1]
    told = [answer["class"] for answer in lines(tmp_path, "answers") if answer["purpose"] != "validation"]
    assert told.count("none") == last["of_no_class"] > 0
    assert last["labels"] == last["questions"] == 36
    assert last["test_unscored"] == "none"
