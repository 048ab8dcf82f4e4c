"""The report says who labelled and how far they agree."""

from __future__ import annotations

from dataclasses import replace

from labelling_world import entry

from gesture_al.labelling.entry import Operation
from gesture_al.labelling.log import AnswerLog
from gesture_al.report import write_report


def written(folder, *entries):
    log = AnswerLog(folder / "session.jsonl")
    for one in entries:
        log.append(replace(one, time="2026-01-31T12:00:00.000+00:00"))
    return write_report([folder], folder).read_text()


def test_each_person_and_their_agreement(make_run, tmp_path):
    folder = make_run(tmp_path / "run")

    def said(clip, who, name, purpose="query"):
        more = {"question": f"{purpose}/0/{clip}", "milliseconds": 2000.0, "source": "keys"}
        return entry(name=name, clip=clip, annotator=who, purpose=purpose, **more)

    first = [said(f"clip {number}", "Ann", "Like") for number in range(3)]
    second = [said(f"clip {number}", "<Ben>", name, "second") for number, name in enumerate(("Like", "Heart", "Like"))]
    taken = said("clip 9", "Ann", "Heart")
    page = written(folder, *first, *second, taken, entry(Operation.UNDO, None, undoes=taken.uuid))
    assert "Who labelled" in page
    assert "&lt;Ben&gt;" in page
    assert "2 people named the same 3 clips, 2 of them alike: Krippendorff&#x27;s alpha" in page
    assert "1 clip that was named differently" in page
    assert "clip 1" in page
    assert "Heart (&lt;Ben&gt;)" in page


def test_without_people_nothing_is_said_of_them(make_run, tmp_path):
    folder = make_run(tmp_path / "run")
    assert "Who labelled" not in write_report([folder], folder).read_text()
