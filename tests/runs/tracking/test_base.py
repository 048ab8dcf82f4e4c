from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gesture_al.active.records.arrays import asked_before
from gesture_al.core.errors import PartParameterError
from gesture_al.runs.tracking.base import TRACKERS


def test_there_are_three():
    assert TRACKERS.names() == ["csv", "tensorboard", "wandb"]


@pytest.mark.parametrize("name", ["csv", "tensorboard"])
def test_a_tracker_takes_a_whole_run_and_closing_twice_does_nothing(name, tmp_path, go_through):
    tracker = TRACKERS.build(name, {}, folder=tmp_path, name="run", group=None)
    go_through(tracker, tmp_path, until=2)
    tracker.close("failed")


def test_a_typo_is_refused(tmp_path):
    with pytest.raises(PartParameterError, match="image"):
        TRACKERS.build("tensorboard", {"image": True}, folder=tmp_path, name="run", group=None)


def test_listing_the_trackers_imports_none_of_the_libraries():
    code = (
        "import sys; from gesture_al.runs.tracking import TRACKERS; TRACKERS.names();"
        "print([m for m in ('wandb', 'tensorboard', 'torch', 'matplotlib', 'cv2', 'PIL') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_clips_that_a_round_learned_from_are_those_of_the_round_before(tmp_path, asked):
    (tmp_path / "asked").mkdir()
    np.savez(tmp_path / "asked" / "round_002.npz", ids=asked.ids, positions=asked.positions, probs=asked.probs)
    assert asked_before(tmp_path, 3).ids.tolist() == ["c1", "c2", "c3"]
    assert asked_before(tmp_path, 2) is None
    assert asked_before(tmp_path, 0) is None
