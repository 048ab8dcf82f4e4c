"""The report says who labelled and how far they agree."""

from __future__ import annotations

from dataclasses import replace

from labelling_world import entry

from gesture_al.active.annotation.answer_log import AnswerLog, Operation
from gesture_al.runs.report import write_report


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
    assert "2 people named the same 3 clips, 2 of them alike: Krippendorff&#39;s alpha" in page
    assert "1 clip that was named differently" in page
    assert "clip 1" in page
    assert "Heart (&lt;Ben&gt;)" in page


def test_why_clips_are_bad_and_how_many_were_cut_anew(make_run, tmp_path):
    folder = make_run(tmp_path / "run")

    def bad(number, reason):
        return entry(Operation.BAD, None, question=f"query/0/{number}", clip=f"clip {number}", purpose="query", reason=reason)

    moved = entry(question="query/0/9", clip="clip 9", purpose="query", start=1.0, end=2.0)
    page = written(folder, bad(1, "no hand"), bad(2, ""), bad(3, "no hand"), bad(4, "cut wrong"), moved)
    assert "Bad clips: 1 cut wrong, 2 no hand, 1 without a reason." in page
    assert "1 answer holds for a clip with other ends." in page


def test_without_people_nothing_is_said_of_them(make_run, tmp_path):
    folder = make_run(tmp_path / "run")
    assert "Who labelled" not in write_report([folder], folder).read_text()
