"""Ends that a person moves: refusals, what stands, and the updates of the loop."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest
from cutting_world import recorded
from labelling_world import entry

from gesture_al.active.annotation.answer_log import AnswerLog, Entry, Operation
from gesture_al.active.annotation.clip_ends import AROUND_SECONDS, movable, shown_clip, surroundings
from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.items import REPEAT, SECOND, item_of
from gesture_al.active.annotation.session import LabelSession, SessionConfig
from gesture_al.active.questions import AnswerKind, Purpose, Question
from gesture_al.core.errors import Refused
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.datasets.recordings import LEAST_SECONDS
from gesture_al.data.track import Stretch

ROW = 3


@pytest.fixture
def clips(tmp_path):
    return recorded(tmp_path / "data", people=1, longest=5.0)


@pytest.fixture
def put(clips, asked, tmp_path):
    """A session that asks about one clip, and how to answer it."""

    def open_(round_=0, purpose=Purpose.QUERY):
        session = LabelSession(AnswerLog(tmp_path / "session.jsonl"), clips, SessionConfig(audit_each_round=0), RandomStreams(0))
        loop = asked(session, [Question(str(clips.ids[ROW]), ROW, round_, purpose)])
        [item] = session.next_items("tab", 1)

        def say(name="Like", operation=Operation.LABEL, revises=False, **more):
            return session.keep(entry(operation, name, **more), item.handle, "tab", revises)

        return session, loop, say

    return open_


def test_an_answer_holds_for_the_ends_that_it_was_given_with_and_these_are_at_frames(put, clips, tmp_path):
    session, loop, say = put()
    kept = say(start=2.004, end=3.999)
    [answer] = loop.result()
    assert astuple(answer.ends) == (kept.start, kept.end) == pytest.approx((2.0, 4.0), abs=0.03)
    assert session.decisions.ends_of(kept.clip) == answer.ends
    seen = shown_clip(clips, ROW, answer.ends)
    assert Stretch(seen.clips.start[0], seen.clips.end[0]) == answer.ends
    [again] = AnswerLog(tmp_path / "session.jsonl")
    assert again.ends == answer.ends


def test_the_ends_that_a_clip_has_anyway_are_none(put, clips):
    _, loop, say = put()
    found = surroundings(clips, ROW, None)
    start, end = (float(found.clip.start[0] + found.clip.times[0, frame]) for frame in found.own)
    say(start=round(start, 3), end=round(end, 3))
    assert loop.result()[0].ends is None


@pytest.mark.parametrize(
    ("ends", "status", "said"),
    [
        ({"start": 2.0}, 422, "needs a start and an end"),
        ({"end": 2.0}, 422, "needs a start and an end"),
        ({"start": 2.0, "end": 2.0 + LEAST_SECONDS / 2}, 422, "0.2 s at least"),
        ({"start": 3.0, "end": 2.0}, 422, "at least"),
        ({"start": 2.0, "end": 7.5}, 422, "5 s at the most"),
        ({"start": 10.0, "end": 13.0}, 422, "from 0.00 to 11.96 s; the clip must be inside"),
        ({"start": -1.0, "end": 2.0}, 422, "the clip must be inside"),
        ({"start": 2.0, "end": 4.0, "operation": Operation.BAD}, 422, "a bad clip leaves the pool"),
    ],
)
def test_ends_that_cannot_be_are_refused_and_not_written(put, tmp_path, ends, status, said):
    _, _, say = put()
    with pytest.raises(Refused, match=said) as refused:
        say(**ends)
    assert refused.value.status == status
    assert not (tmp_path / "session.jsonl").exists()


def test_without_its_recording_a_clip_stays_as_it_is(put, clips, session_at, asked, tmp_path):
    session, _, say = put()
    assert movable(clips, ROW)
    for path in (tmp_path / "data" / ".whole").iterdir():
        path.unlink()
    assert not movable(clips, ROW)
    with pytest.raises(Refused, match="is not kept") as refused:
        say(start=2.0, end=4.0)
    assert refused.value.status == 409
    with pytest.raises(Refused, match="is not kept"):
        surroundings(clips, ROW, None)
    # Whoever labels sees what there is.
    assert shown_clip(clips, ROW, Stretch(2.0, 4.0)).clips is session.clips


def test_what_lies_around_is_shown_on_both_sides_as_far_as_the_recording_goes(clips):
    found = surroundings(clips, ROW, None)
    length = int(clips.lengths[ROW])
    assert found.frames == found.own
    assert found.own[1] - found.own[0] + 1 == length
    assert found.clip.start[0] == pytest.approx(clips.start[ROW] - AROUND_SECONDS, abs=0.05)
    assert found.clip.end[0] == pytest.approx(clips.end[ROW] + AROUND_SECONDS, abs=0.05)
    assert found.longest == 5.0
    first = surroundings(clips, 0, None)
    assert first.clip.start[0] == pytest.approx(0.0, abs=0.01)
    assert first.own[0] == pytest.approx(0.2 * 25, abs=1)
    moved = surroundings(clips, ROW, Stretch(5.0, 6.0))
    assert moved.own == found.own, "the clip as it came is still within"
    assert moved.clip.start[0] + moved.clip.times[0, moved.frames[0]] == pytest.approx(5.0, abs=0.03)
    assert moved.clip.end[0] == pytest.approx(6.0 + AROUND_SECONDS, abs=0.05)


def test_undo_and_a_revision_bring_the_old_ends_back(put, clips):
    session, loop, say = put()
    clip = str(clips.ids[ROW])
    first = say(start=2.0, end=4.0)
    say("Heart", revises=True, start=3.0, end=4.0)
    assert astuple(session.decisions.ends_of(clip)) == pytest.approx((3.0, 4.0), abs=0.03)
    plain = say("Heart", revises=True)
    assert session.decisions.ends_of(clip) is None
    session.keep(Entry(uuid=plain.uuid[::-1], operation=Operation.UNDO, time="", undoes=plain.uuid))
    assert astuple(session.decisions.ends_of(clip)) == pytest.approx((3.0, 4.0), abs=0.03)
    assert astuple(first.ends) == pytest.approx((2.0, 4.0), abs=0.03)
    assert loop.result()


def test_new_ends_alone_are_news_and_so_is_that_they_were_taken_back(put, clips):
    session, loop, say = put()
    question = Question(str(clips.ids[ROW]), ROW, 0, Purpose.QUERY)
    say()
    journal_answers = [(question, loop.result()[0])]
    assert session.updates(journal_answers) == []
    later = say(revises=True, start=2.0, end=4.0)
    [(_, answer)] = session.updates(journal_answers)
    assert (answer.kind, answer.label, answer.ends) == (AnswerKind.LABEL, 2, later.ends)
    journal_answers += session.updates(journal_answers)
    assert session.updates(journal_answers) == []
    session.keep(Entry(uuid="u", operation=Operation.UNDO, time="", undoes=later.uuid))
    assert [answer.ends for _, answer in session.updates(journal_answers)] == [None]


def test_ends_of_a_skip_that_was_taken_back_go_back_unless_the_clip_was_answered_since(put, clips, asked):
    session, loop, say = put()
    clip = str(clips.ids[ROW])
    skipped = say(None, Operation.SKIP, start=2.0, end=4.0)
    first = Question(clip, ROW, 0, Purpose.QUERY)
    journal_answers = [(first, loop.result()[0])]
    session.keep(Entry(uuid="u", operation=Operation.UNDO, time="", undoes=skipped.uuid))
    back = session.updates(journal_answers)
    assert [(answer.kind, answer.ends) for _, answer in back] == [(AnswerKind.SKIP, None)]
    assert session.updates([*journal_answers, *back]) == []
    # Asked once more and answered with other ends: nothing is left of the skip.
    second = Question(clip, ROW, 5, Purpose.QUERY)
    again = asked(session, [second])
    [item] = [item for item in session.next_items("tab", 3) if item.question.round == 5]
    session.keep(entry(start=3.0, end=4.0), item.handle, "tab")
    all_answers = [*journal_answers, *back, (second, again.result()[0])]
    assert session.updates(all_answers) == []
    ahead = session.updates([*journal_answers, *back])
    assert [question.round for question, _ in ahead] == [5], "nor where the log is ahead of the loop"


@pytest.mark.parametrize("disguise", [REPEAT, SECOND])
def test_a_clip_in_disguise_moves_nothing(disguise):
    def said(question, purpose, start, end):
        line = {"question": question, "clip": "a", "purpose": purpose, "name": "Like", "start": start, "end": end}
        return Entry(uuid=question, operation=Operation.LABEL, time="", **line)

    decisions = Decisions.of([said("query/0/a", "query", 1.0, 2.0), said("repeat/1/a", disguise, 1.5, 2.0)], ["Like"])
    assert decisions.ends_of("a") == Stretch(1.0, 2.0)
    assert decisions.ends_of("b") is None


def test_training_and_measuring_never_share_a_moment(put, clips):
    session, _, say = put()
    sides = np.ones(len(clips), dtype=np.int8)
    # The clip before it measures, the one behind it is for nothing; a recording later everything measures.
    sides[ROW - 1], sides[ROW + 1], sides[11:] = 3, 0, 2
    session.run_info = replace(session.run_info, sides=sides)
    start, end = float(clips.start[ROW]), float(clips.end[ROW])
    with pytest.raises(Refused, match=rf"from {clips.start[ROW - 1]:.2f} to {clips.end[ROW - 1]:.2f} s .* kept apart"):
        say(start=start - 0.4, end=end)
    say(start=start - 0.2, end=end + 1.0)
    # Nor with the ends that the other clip has by now.
    other = Question(str(clips.ids[ROW - 1]), ROW - 1, -1, Purpose.VALIDATION)
    session.offer([other])
    handle = item_of(other).handle
    with pytest.raises(Refused, match="kept apart"):
        session.keep(entry(start=start - 0.9, end=start - 0.1), handle, "tab")
    session.keep(entry(start=start - 0.9, end=start - 0.3), handle, "tab")


@pytest.mark.parametrize(("operation", "reason"), [(Operation.BAD, "boring"), (Operation.LABEL, "no hand")])
def test_a_reason_is_one_of_three_and_only_of_bad_clips(put, operation, reason):
    _, _, say = put()
    with pytest.raises(Refused, match="cut wrong, two gestures, no hand"):
        say("Like" if operation is Operation.LABEL else None, operation, reason=reason)


def test_the_loop_hears_why_a_clip_is_bad(put):
    _, loop, say = put()
    say(None, Operation.BAD, reason="no hand")
    assert [(answer.kind, answer.reason) for answer in loop.result()] == [(AnswerKind.BAD, "no hand")]
