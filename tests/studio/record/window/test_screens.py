"""Every screen is drawn, says what it must, and mirrors what is shown but not what is written."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.skeleton import SKELETONS
from gesture_al.studio.record import ink
from gesture_al.studio.record.base import State
from gesture_al.studio.record.mirror import COLOURS, draw_joints, mirrored
from gesture_al.studio.record.paint import paint
from gesture_al.studio.record.screen import REACTIONS, screen_of, tally_of

HANDS = SKELETONS["hands"]


def choose(person):
    person.press("2")


def count_in(person):
    person.press("2", "space")


def recording(person):
    count_in(person)
    person.wait(1.0)


def review_good(person):
    count_in(person)
    person.take()


def review_failed(person):
    person.sees = False
    review_good(person)


def free(person):
    person.press("f")
    person.wait(2)


def series(person):
    person.press("2", "s")


def series_review(person):
    series(person)
    person.take()


def full_disk(person):
    review_good(person)
    person.keeper.refuse = "keep"
    person.press("enter")


def lost(person):
    person.session.lose_camera("camera 0: no more pictures; it was unplugged, or another program took it: plug it in")


SCREENS = [choose, count_in, recording, review_good, review_failed, free, series, series_review, full_disk, lost]


def drawn(person, size, tools, mac=False):
    gone = person.session.state is State.LOST
    return paint(screen_of(person.session, mac), None if gone else tools.picture(), None if gone else tools.hand(), HANDS, size)


@pytest.mark.parametrize("size", [(1280, 720), (640, 480), (480, 320)])
@pytest.mark.parametrize("go", SCREENS)
def test_every_screen_can_be_drawn_without_a_display(go, size, person, tools):
    go(person)
    picture = drawn(person, size, tools, mac=True)
    assert picture.shape == (size[1], size[0], 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 5


def test_no_two_screens_look_alike(make_person, tools):
    pictures = []
    for go in SCREENS:
        person = make_person()
        go(person)
        pictures.append(drawn(person, (640, 480), tools).tobytes())
    assert len(set(pictures)) == len(SCREENS)


def test_drawing_changes_neither_the_session_nor_the_picture(person, tools):
    review_good(person)
    image, before = tools.picture(), dict(vars(person.session))
    paint(screen_of(person.session), image, tools.hand(), HANDS, (640, 480))
    np.testing.assert_array_equal(image, tools.picture())
    assert vars(person.session) == before


def test_the_first_screen_asks_for_consent_until_a_take_begins(person):
    assert any("agreed" in line for line in screen_of(person.session).notes)
    review_good(person)
    person.press("enter")
    assert screen_of(person.session).notes == ()


def test_only_a_mac_is_warned_of_its_reactions(person):
    assert screen_of(person.session, mac=True).warnings == REACTIONS
    assert "Reactions" in " ".join(REACTIONS)
    assert screen_of(person.session, mac=False).warnings == ()


def test_a_screen_offers_only_keys_that_do_something(make_person):
    named = {"Enter": "enter", "Space": "space", "⌫": "backspace", "Esc": "escape"}
    for go in [*SCREENS, lambda person: (review_good(person), person.press("enter"))]:
        offers = make_person()
        go(offers)
        for cap, _ in screen_of(offers.session).keys:
            person = make_person()
            go(person)
            person.keeper.refuse = ""
            before = {**vars(person.session), "clips": list(person.keeper.clips), "drops": person.keeper.drops}
            person.session.press("3" if "-" in cap else named.get(cap, cap.lower()))
            assert {**vars(person.session), "clips": person.keeper.clips, "drops": person.keeper.drops} != before, (go, cap)


def test_the_verdict_names_frames_with_a_hand_and_what_was_wanted(person):
    review_failed(person)
    screen = screen_of(person.session)
    assert screen.line.startswith("Hand seen 0/10, 8 wanted")
    assert screen.tone == screen.verdict == "bad"
    assert screen.keys[0] == ("Enter", "once more")


def test_lost_frames_are_told(person):
    count_in(person)
    person.wait(1)
    person.dropped = 3
    person.wait(0.5)
    assert "3 frames lost" in screen_of(person.session).line


def test_the_count_in_counts_whole_seconds(make_person):
    person = make_person(count_in=3.0)
    person.press("2", "space")
    numbers = []
    while person.session.state is State.COUNT_IN:
        numbers.append(screen_of(person.session).number)
        person.wait(0)
    assert sorted(set(numbers), reverse=True) == [3, 2, 1]


def test_the_replay_goes_on_while_the_person_thinks(person):
    review_good(person)
    moments = set()
    for _ in range(12):
        moments.add(screen_of(person.session).moment.seconds)
        person.wait(0)
    assert len(moments) == 10


def test_what_was_recorded_is_told_by_class(person):
    assert tally_of(person.session) == "nothing"
    review_good(person)
    person.press("enter")
    assert tally_of(person.session) == "Like 1"


def test_the_preview_is_a_mirror(tools):
    image = tools.picture(20)
    assert image[:, 0].mean() < image[:, -1].mean()
    shown = mirrored(image, (64, 48))
    np.testing.assert_array_equal(shown, image[:, ::-1])


def test_joints_lie_on_what_they_belong_to_in_the_mirror(tools):
    seen = tools.hand()
    seen.positions[21:, 0], seen.positions[21:, 1] = 0.25, 0.5
    picture = np.zeros((100, 200, 3), np.uint8)
    draw_joints(picture, seen, HANDS)
    rows, columns = np.nonzero((picture == COLOURS[1]).all(axis=-1))
    assert (abs(columns - 150) <= 4).all()
    assert (abs(rows - 50) <= 4).all()
    assert len(rows) > 0


def test_joints_far_outside_the_picture_are_not_drawn(tools):
    seen = tools.hand()
    seen.positions[21:] = 1e12
    picture = np.zeros((100, 200, 3), np.uint8)
    draw_joints(picture, seen, HANDS)
    assert not picture.any()


def test_more_classes_than_fit_show_the_chosen_one(make_person, tools):
    from gesture_al.studio.record.plan import targets_of

    person = make_person(targets=targets_of([f"class {number}" for number in range(30)], 5))
    before = drawn(person, (1280, 720), tools)
    for _ in range(20):
        person.press("tab")
    assert (drawn(person, (1280, 720), tools)[:, 980:] != before[:, 980:]).any()


def test_text_shrinks_then_ends_in_an_ellipsis_and_fits():
    words, size = ink.fitted("a long name of a class", 40, 200)
    assert size < 40
    assert ink.width_of(words, size) <= 200
    words, size = ink.fitted("a much, much longer name of a class", 40, 100)
    assert words.endswith("…")
    assert ink.width_of(words, size) <= 100


def test_lines_are_broken_between_words_and_lose_none():
    words = "whole hand in the picture, more light, and once more"
    lines = ink.wrapped(words, 20, 200)
    assert len(lines) > 1
    assert " ".join(lines) == words
    assert all(ink.width_of(line, 20) <= 200 for line in lines)


def test_text_that_stands_over_the_edge_is_cut_off():
    picture = np.zeros((20, 20, 3), np.uint8)
    ink.write(picture, (-5, 2), "words", 20, (255, 255, 255))
    ink.write(picture, (500, 500), "words", 20, (255, 255, 255))
    assert picture.any()
