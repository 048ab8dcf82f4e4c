"""Progress of the loop's work as frontends see it."""

from __future__ import annotations

import pytest

from gesture_al.active.annotation import progress
from gesture_al.active.annotation.progress import RunProgress


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, now[0] + seconds)


@pytest.mark.parametrize("advance", [lambda s, n: s.step(1, n, 40, 0.5), lambda s, n: s.scored(1, "predicting", n, 40)])
def test_progress_is_shown_ten_times_a_second_at_the_most_and_at_its_end(clock, advance):
    updates = []
    run_progress = RunProgress(on_change=lambda: updates.append(dict(run_progress.training)))
    run_progress.phase("training", 1)
    updates.clear()
    for number in range(1, 41):
        clock(0.03)
        advance(run_progress, number)
    # 1.2 seconds of work.
    assert 9 <= len(updates) <= 12
    assert (updates[-1]["step"], updates[-1]["steps"], updates[-1]["seconds_left"]) == (40, 40, 0.0)
    assert updates[4]["seconds_left"] == pytest.approx(0.03 * (40 - updates[4]["step"]))


def test_a_loss_is_shown_of_training_only(clock):
    run_progress = RunProgress()
    run_progress.phase("training", 0)
    run_progress.step(0, 1, 10, 0.25)
    assert run_progress.training["loss"] == 0.25
    run_progress.phase("selecting", 0)
    run_progress.scored(0, "predicting", 10, 10)
    assert "loss" not in run_progress.training
