from __future__ import annotations

import pytest

from gesture_al.studio.record.base import State


def test_ordinary_movement_is_offered_first(person):
    assert person.session.state is State.CHOOSE
    assert person.session.chosen == "none"


def test_a_class_that_lacks_clips_is_offered_when_a_session_begins_again(make_person, plan, tools):
    from gesture_al.studio.record.session import RecordSession

    keeper = tools.Memory()
    keeper.clips = [("none/000", 3), ("none/001", 3), ("Like/002", 3)]
    assert RecordSession(plan, keeper).chosen == "Like"


def test_digits_choose_a_class_and_those_without_one_do_nothing(person):
    person.press("3")
    assert person.session.chosen == "Heart"
    person.press("9", "0")
    assert person.session.chosen == "Heart"


def test_tab_and_arrows_go_round_the_classes(person):
    seen = []
    for key in ("tab", "down", "tab", "up"):
        person.press(key)
        seen.append(person.session.chosen)
    assert seen == ["Like", "Heart", "none", "Heart"]


def test_a_take_is_counted_in_recorded_by_time_and_looked_at(person):
    person.press("2", "space")
    assert person.session.state is State.COUNT_IN
    person.wait(0.5)
    assert person.session.state is State.RECORDING
    person.wait(0.9)
    assert person.session.state is State.RECORDING
    person.wait(0.1)
    assert person.session.state is State.REVIEW
    # One second at ten frames a second, whatever came before.
    assert len(person.session.take) == person.keeper.written == 10
    assert person.keeper.clips == []


def test_the_length_of_a_take_is_time_and_not_a_number_of_frames(person, tools):
    person.press("2", "space")
    person.wait(0.5)
    while person.session.state is State.RECORDING:
        person.now += 0.25
        person.session.step(tools.Frame(tools.picture(), person.now), tools.hand())
    assert len(person.session.take) == 4


def test_enter_keeps_a_good_take(person):
    person.press("2", "space")
    person.take()
    person.press("enter")
    assert person.session.state is State.CHOOSE
    assert person.keeper.clips == [("Like/000", 10)]
    assert person.session.count("Like") == 1
    assert person.session.kept == 1


@pytest.mark.parametrize(("key", "state"), [("backspace", State.CHOOSE), ("escape", State.CHOOSE), ("r", State.COUNT_IN)])
def test_a_take_that_is_not_wanted_is_dropped(person, key, state):
    person.press("2", "space")
    person.take()
    drops = person.keeper.drops
    person.press(key)
    assert person.session.state is state
    assert person.keeper.drops > drops
    assert person.keeper.clips == []
    assert person.session.take is None


@pytest.mark.parametrize("seconds", [0.2, 0.8])
def test_escape_leaves_the_count_in_and_the_recording(person, seconds):
    person.press("2", "space")
    person.wait(seconds)
    person.press("escape")
    assert person.session.state is State.CHOOSE
    assert person.session.take is None


def test_nothing_else_disturbs_a_recording(person):
    person.press("2", "space")
    person.wait(0.5)
    person.press("space", "enter", "k", "q", "u", "3")
    assert person.session.state is State.RECORDING
    assert person.session.chosen == "Like"


def test_a_take_below_the_gate_asks_to_be_redone(person):
    person.press("2", "space")
    person.sees = False
    person.take()
    assert not person.session.good
    person.press("enter")
    assert person.session.state is State.COUNT_IN
    assert person.keeper.clips == []


def test_a_take_below_the_gate_may_still_be_kept(person):
    person.press("2", "space")
    person.sees = False
    person.take()
    person.press("k")
    assert person.keeper.clips == [("Like/000", 10)]


@pytest.mark.parametrize(("seen", "good"), [(8, True), (7, False)])
def test_the_gate_is_a_share_of_the_frames(person, seen, good):
    person.press("2", "space")
    person.wait(0.4)
    person.wait(seen / 10)
    person.sees = False
    while person.session.state is not State.REVIEW:
        person.wait(0)
    assert person.session.take.seen == seen
    assert person.session.good is good


def test_ordinary_movement_needs_no_hand(person):
    person.press("1", "space")
    person.sees = False
    person.take()
    assert person.session.good
    person.press("enter")
    assert person.keeper.clips == [("none/000", 10)]


def test_a_series_goes_on_by_itself_while_takes_are_good(person):
    person.press("2", "s")
    for number in range(3):
        assert person.session.series == (number, 3)
        assert person.session.state is State.COUNT_IN
        person.take()
        assert person.session.state is State.REVIEW
        person.wait(1.0)
    assert person.session.state is State.CHOOSE
    assert person.session.series is None
    assert [name for name, _ in person.keeper.clips] == ["Like/000", "Like/001", "Like/002"]


def test_each_take_of_a_series_is_asked_for_in_another_way(person):
    person.press("2", "s")
    prompts = []
    for _ in range(3):
        prompts.append(person.session.prompt)
        person.take()
        assert person.session.take.prompt == prompts[-1]
        person.press("enter")
    assert len(set(prompts)) == 3


def test_a_series_waits_at_a_take_below_the_gate(person):
    person.press("2", "s")
    person.sees = False
    person.take()
    person.wait(5)
    assert person.session.state is State.REVIEW
    assert person.session.waits
    person.sees = True
    person.press("enter")
    assert person.session.state is State.COUNT_IN
    assert person.session.series == (0, 3)


def test_space_holds_a_take_of_a_series_and_lets_it_go(person):
    person.press("2", "s")
    person.take()
    person.press("space")
    person.wait(5)
    assert person.session.state is State.REVIEW
    person.press("space")
    person.wait(1)
    assert person.session.state is State.COUNT_IN
    assert len(person.keeper.clips) == 1


def test_a_discarded_take_of_a_series_is_taken_again(person):
    person.press("2", "s")
    asked = person.session.prompt
    person.take()
    person.press("backspace")
    assert person.session.state is State.COUNT_IN
    assert person.session.series == (0, 3)
    assert person.session.prompt == asked
    assert person.keeper.clips == []


def test_escape_ends_a_series_and_leaves_what_was_kept(person):
    person.press("2", "s")
    person.take()
    person.wait(1)
    person.press("escape")
    assert person.session.state is State.CHOOSE
    assert person.session.series is None
    assert len(person.keeper.clips) == 1


def test_what_was_kept_last_can_be_taken_back(person):
    person.press("2", "space")
    person.take()
    person.press("enter", "u")
    assert person.keeper.clips == []
    assert person.session.count("Like") == person.session.kept == 0
    person.press("u")
    assert person.session.note == "Nothing to undo"


def test_undo_in_a_series_asks_for_the_take_again(person):
    person.press("2", "s")
    asked = person.session.prompt
    person.take()
    person.press("enter")
    assert person.session.series == (1, 3)
    person.press("u")
    assert person.session.series == (0, 3)
    assert person.session.prompt == asked
    assert person.keeper.clips == []


def test_a_free_recording_has_no_class_and_ends_by_a_key(person):
    person.press("2", "f")
    person.wait(0.5)
    assert person.session.state is State.FREE
    person.wait(4)
    person.press("enter")
    assert person.session.state is State.REVIEW
    assert person.session.take.label is None
    person.press("enter")
    name, frames = person.keeper.clips[0]
    assert name == "unlabelled/000"
    assert frames > 40


def test_a_free_recording_ends_by_itself(make_person):
    person = make_person(free_seconds=2.0)
    person.press("f")
    person.wait(0.5 + 2.0)
    assert person.session.state is State.REVIEW
    assert len(person.session.take) == 20


def test_a_free_recording_with_a_hand_somewhere_is_good_and_one_without_is_not(person):
    person.press("f")
    person.sees = False
    person.wait(2)
    person.press("enter")
    assert not person.session.good
    person.press("r")
    person.wait(2)
    person.sees = True
    person.wait(0.1)
    person.sees = False
    person.press("enter")
    assert person.session.good


def test_a_full_disk_leaves_the_take_to_be_kept_when_there_is_room(person):
    person.press("2", "space")
    person.take()
    person.keeper.refuse = "keep"
    person.press("enter")
    assert person.session.state is State.REVIEW
    assert person.session.trouble == "disk full"
    person.keeper.refuse = ""
    person.press("enter")
    assert person.keeper.clips == [("Like/000", 10)]
    assert person.session.trouble == ""


def test_a_full_disk_holds_a_series(person):
    person.press("2", "s")
    person.take()
    person.keeper.refuse = "keep"
    person.wait(3)
    assert person.session.state is State.REVIEW
    assert person.session.waits


@pytest.mark.parametrize("when", ["begin", "write"])
def test_a_take_that_cannot_be_written_ends_at_the_choice_and_says_why(person, when):
    person.keeper.refuse = when
    person.press("2", "s")
    person.wait(0.5)
    assert person.session.state is State.CHOOSE
    assert person.session.series is None
    assert person.session.trouble


def test_trouble_is_forgotten_with_the_next_take(person):
    person.keeper.refuse = "begin"
    person.press("2", "space")
    person.wait(0.5)
    person.keeper.refuse = ""
    person.press("space")
    assert person.session.trouble == ""


@pytest.mark.parametrize("seconds", [0.2, 1.0])
def test_without_a_camera_the_running_take_is_lost_and_the_kept_ones_are_not(person, seconds):
    person.press("2", "space")
    person.take()
    person.press("enter", "space")
    person.wait(seconds)
    person.session.lose_camera("unplugged")
    assert person.session.state is State.LOST
    assert person.session.take is None
    assert len(person.keeper.clips) == 1


def test_what_is_looked_at_can_be_kept_without_a_camera(person):
    person.press("2", "space")
    person.take()
    person.session.lose_camera("unplugged")
    assert person.session.state is State.REVIEW
    person.session.idle(0.1, "enter")
    assert len(person.keeper.clips) == 1
    assert person.session.state is State.LOST


def test_a_series_keeps_its_last_take_and_stops_without_a_camera(person):
    person.press("2", "s")
    person.take()
    person.session.lose_camera("unplugged")
    person.session.idle(2.0)
    assert len(person.keeper.clips) == 1
    assert person.session.state is State.LOST


def test_no_take_begins_without_a_camera(person):
    person.press("2", "space")
    person.take()
    person.session.lose_camera("unplugged")
    person.session.idle(0.1, "r")
    assert person.session.state is State.LOST


def test_a_camera_that_is_back_counts_its_time_anew(person, tools):
    person.session.lose_camera("unplugged")
    person.session.idle(0.1, "r")
    assert person.session.retry
    person.session.find_camera()
    assert person.session.state is State.CHOOSE
    before = person.session.clock
    person.now = 0.0
    person.press("2", "space")
    assert before <= person.session.clock < before + 0.5
    person.take()
    assert len(person.session.take) == 10


@pytest.mark.parametrize("key", ["q", "escape"])
def test_the_person_leaves_from_the_choice_and_from_a_lost_camera(person, make_person, key):
    person.press(key)
    assert person.session.state is State.OVER
    other = make_person()
    other.session.lose_camera("unplugged")
    other.session.idle(0.1, key)
    assert other.session.state is State.OVER


def test_closing_the_window_throws_the_take_away_and_says_so(person):
    person.press("2", "space")
    person.take()
    person.session.close()
    assert person.session.state is State.OVER
    assert person.session.unkept
    assert person.keeper.clips == []


def test_frames_that_the_reader_lost_during_the_take_are_told(person):
    person.dropped = 7
    person.press("2", "space")
    person.wait(1.0)
    person.dropped = 9
    person.wait(0.5)
    assert person.session.state is State.REVIEW
    assert person.session.take.lost == 2


def test_the_person_is_waited_for_where_nothing_happens_without_a_key(person):
    assert person.session.waits
    person.press("2", "s")
    assert not person.session.waits
    person.take()
    assert not person.session.waits
    person.press("space")
    assert person.session.waits
