"""What faces are told of the work of the loop."""

from __future__ import annotations

import pytest

from gesture_al.active.annotation import seen
from gesture_al.active.annotation.seen import RunProgress


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by as much as it is told."""
    now = [100.0]
    monkeypatch.setattr(seen.time, "monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, now[0] + seconds)


@pytest.mark.parametrize("advance", [lambda s, n: s.step(1, n, 40, 0.5), lambda s, n: s.scored(1, "predicting", n, 40)])
def test_progress_is_told_ten_times_a_second_at_the_most_and_at_its_end(clock, advance):
    told = []
    watch = RunProgress(changed=lambda: told.append(dict(watch.training)))
    watch.phase("training", 1)
    told.clear()
    for number in range(1, 41):
        clock(0.03)
        advance(watch, number)
    # 1.2 seconds of work.
    assert 9 <= len(told) <= 12
    assert (told[-1]["step"], told[-1]["steps"], told[-1]["seconds_left"]) == (40, 40, 0.0)
    assert told[4]["seconds_left"] == pytest.approx(0.03 * (40 - told[4]["step"]))


def test_a_loss_is_told_of_training_only(clock):
    watch = RunProgress()
    watch.phase("training", 0)
    watch.step(0, 1, 10, 0.25)
    assert watch.training["loss"] == 0.25
    watch.phase("selecting", 0)
    watch.scored(0, "predicting", 10, 10)
    assert "loss" not in watch.training
