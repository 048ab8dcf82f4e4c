from __future__ import annotations

import pytest

from gesture_al.cli.commands.pace import Pace


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_what_is_left_follows_from_the_pace_since_the_first_batch(clock):
    pace = Pace(60, clock)
    clock.now = 1000.0
    assert pace.left("a", 10, 100) == 0
    clock.now += 4
    assert pace.left("a", 30, 100) == pytest.approx(4 / 20 * 70)
    clock.now += 2
    assert pace.left("a", 100, 100) == 0


@pytest.mark.parametrize("work", ["b", "a"])
def test_new_work_and_the_same_from_the_start_begin_anew(clock, work):
    pace = Pace(60, clock)
    pace.left("a", 10, 100)
    clock.now = 50.0
    pace.left("a", 90, 100)
    assert pace.left(work, 10, 100) == 0
    clock.now += 3
    assert pace.left(work, 20, 100) == pytest.approx(3 / 10 * 80)


def test_a_line_is_due_a_minute_after_the_start_and_after_the_last_one(clock):
    pace = Pace(60, clock)
    pace.left("a", 1, 100)
    due = []
    for clock.now in (10.0, 59.0, 61.0, 62.0, 120.0, 122.0):
        pace.left("a", int(clock.now), 1000)
        due.append(pace.due())
    assert due == [False, False, True, False, False, True]
    pace.left("b", 1, 100)
    assert not pace.due()
