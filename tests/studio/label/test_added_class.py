"""A class that is added, and one that is renamed, in the page after round 1: the run, its pages and its folder go on."""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from contextlib import contextmanager, nullcontext

import pytest
from page_world import Page, client_of

from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import Paused
from gesture_al.deploy.export.model import ExportedModel
from gesture_al.deploy.export.write import export
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import run
from gesture_al.studio.label.frontends import frontends

SETTINGS = [
    *("dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "trainer.params.steps=8"),
    *("trainer.params.warmup=2", "start=asked", "start_cap=30", "k=6", "strategy=margin", "seed=3", "stopping=f1_threshold"),
    *("threshold=0.999", "budget=36", "oracle=interactive"),
]
NEW = "Wave"
# The names at the end; those of the data set are Like, Fire works, Heart and none.
CLASSES = ["Like", "Fire works", "Love", "none", NEW]


def assembly(*overrides):
    settings = compose_settings([*SETTINGS, *overrides])
    return assemble(settings, load_clips(settings.dataset), frontends())


class Person:
    """An annotator who after round 1 names every second Like by a class of its own, and renames Heart to Love."""

    def __init__(self, clips, pause_after_round=None):
        self.clips, self.pause_after_round = clips, pause_after_round
        self.states, self.faults = [], []

    @contextmanager
    def frontend(self, session, folder):
        leave = threading.Event()
        client, board = client_of(session, folder)
        page = Page(session, folder, client, board)

        def work():
            try:
                while not leave.wait(0.01):
                    self.step(page)
            except Exception as err:
                self.faults.append(err)
                session.pause()

        thread = threading.Thread(target=work, daemon=True)
        client.get("/?token=secret")
        thread.start()
        try:
            yield
        finally:
            leave.set()
            thread.join(10)
            self.states.append(page.state())

    def step(self, page):
        state = page.state()
        self.states.append(state)
        names = [one["name"] for one in state["classes"]]
        if len(state["rounds"]) >= 2 and NEW not in names:
            assert page.post("/class", uuid=str(uuid.uuid4()), name=NEW).status_code == 200
            assert page.post("/rename", uuid=str(uuid.uuid4()), name="Love", renamed="Heart").status_code == 200
        if self.pause_after_round is not None and len(state["rounds"]) > self.pause_after_round:
            page.post("/pause")
            return
        for item in page.next(1):
            row = page.session.item(item["handle"]).question.index
            name = self.clips.classes[self.clips.labels[row]]
            if name == "Like" and row // 4 % 2 and NEW in names:
                name = NEW
            page.answer(item["handle"], name)
        if state["confusion"] is not None:
            size = len(state["confusion"]["counts"])
            assert page.client.get("/cell", params={"true": size - 1, "predicted": size - 1}).status_code == 200


def go_on(folder, *overrides, pause_after_round=None):
    """One life of the run, with its page and the person at it."""
    parts = assembly(*overrides)
    person = Person(parts.clips, pause_after_round)
    parts.oracle.frontend = person.frontend
    outcome = None
    with pytest.raises(Paused) if pause_after_round is not None else nullcontext():
        outcome = run(parts, folder, NullCallback())
    assert not person.faults
    return person, outcome


def rows_of(folder):
    return [json.loads(line) for line in (folder / "rounds.jsonl").read_text().splitlines()]


def purposes(folder):
    return Counter(json.loads(line)["purpose"] for line in (folder / "answers.jsonl").read_text().splitlines())


def test_a_class_added_after_round_1_is_asked_about_learned_and_shown_also_after_a_resume(tmp_path):
    person, _ = go_on(tmp_path, "tracking=csv", "budget=60", pause_after_round=2)
    assert [one["name"] for one in person.states[-1]["classes"]] == CLASSES
    start = purposes(tmp_path)["initial"]
    person, _ = go_on(tmp_path, "tracking=csv", "budget=60", pause_after_round=4)
    assert purposes(tmp_path)["initial"] == start, "the start is over, though the new class has no share in it"
    last = person.states[-1]
    assert [one["name"] for one in last["classes"]] == CLASSES
    assert last["classes"][-1]["count"] > 0
    assert len(last["rounds"]) == 5
    assert len(last["confusion"]["counts"]) == len(CLASSES)
    rows = rows_of(tmp_path)
    assert [len(rows[0]["class_counts"]), len(rows[-1]["class_counts"])] == [4, 5]


def test_a_class_added_after_round_1_stands_in_the_report_in_tensorboard_and_in_the_recogniser(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    go_on(tmp_path / "run", "tracking=tensorboard", pause_after_round=2)
    _, outcome = go_on(tmp_path / "run", "tracking=tensorboard")
    assert "budget" in outcome.reason
    assert NEW in (tmp_path / "run" / "report.html").read_text()
    events = EventAccumulator(str(tmp_path / "run" / "tensorboard" / "rounds"), size_guidance={"images": 0}).Reload()
    rounds = len(rows_of(tmp_path / "run"))
    assert len(events.Images("test/confusion")) == rounds
    folder, _, _ = export(tmp_path / "run", tmp_path / "recogniser")
    assert list(ExportedModel.load(folder).classes) == ["Like", "Fire works", "Heart", "none", NEW], "the kept model knows it"
