"""A class that a person adds after round 1 reaches the next round, the report, TensorBoard, a resumed run and the export."""

from __future__ import annotations

import json
import threading
import uuid
from contextlib import contextmanager

from gesture_al.active.annotation.entry import Entry, Operation
from gesture_al.cli.commands.composition import compose_settings
from gesture_al.core.errors import Paused
from gesture_al.deploy.export.write import export
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.report.write import write_report
from gesture_al.runs.runner import run
from gesture_al.studio.label.frontends import frontends

SETTINGS = [
    *("dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "trainer.params.steps=8"),
    *("trainer.params.warmup=2", "start=asked", "start_cap=30", "k=6", "strategy=margin", "seed=3"),
    *("oracle=interactive", "budget=44", "tracking=tensorboard", "stopping=stable_predictions", "stopping.params.kappa=1.0"),
]


def annotator(clips, pause_after_class: bool):
    """A frontend: mirrored Likes become a class of their own once round 1 was measured; then a pause, where it is wanted."""

    @contextmanager
    def frontend(session, folder):
        leave = threading.Event()

        def answer() -> None:
            version, added = -1, False
            while not leave.is_set():
                items = session.next_items("tab", 1)
                if not items:
                    version = session.wait_for_change(version, 0.05)
                    continue
                if len(session.seen.rounds) >= 2 and "Wave" not in session.decisions.classes:
                    session.keep(Entry(uuid=str(uuid.uuid4()), operation=Operation.NEW_CLASS, time="", name="Wave"))
                    added = True
                row = items[0].question.index
                name = clips.classes[clips.labels[row]]
                if "Wave" in session.decisions.classes and row % 2:
                    name = "Wave"
                session.keep(Entry(uuid=str(uuid.uuid4()), operation=Operation.LABEL, time="", name=name), items[0].handle, "tab")
                if added and pause_after_class and len(session.seen.rounds) >= 4:
                    session.pause()
                    return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        try:
            yield
        finally:
            leave.set()
            thread.join(5)

    return frontend


def test_a_class_added_after_round_1_is_everywhere_and_a_resume_goes_on(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder, settings = tmp_path / "run", compose_settings(SETTINGS)
    clips = load_clips(settings.dataset)
    paused = False
    for pause in (True, False):
        assembly = assemble(settings, clips, frontends())
        assembly.oracle.frontend = annotator(clips, pause)
        try:
            run(assembly, folder, NullCallback())
        except Paused:
            paused = True
            page = write_report([folder], folder).read_text()
            assert "Wave" in page, "a paused run has a report, too"
    assert paused
    rows = [json.loads(line) for line in (folder / "rounds.jsonl").read_text().splitlines()]
    assert [len(rows[place]["test_confusion"]) for place in (0, 1, -1)] == [4, 4, 5], "older rounds stay as they were written"
    assert rows[-1]["class_counts"][4] > 0
    assert json.loads((folder / "dataset.json").read_text())["classes"] == [*clips.classes, "Wave"]
    assert "Wave" in write_report([folder], tmp_path / "again").read_text()
    events = EventAccumulator(str(folder / "tensorboard" / "rounds"), size_guidance={"images": 0}).Reload()
    assert [one.step for one in events.Images("test/confusion")] == [row["round"] for row in rows]
    out, _, _ = export(folder, tmp_path / "model")
    assert json.loads((out / "recogniser.json").read_text())["classes"][-1] == "Wave"
