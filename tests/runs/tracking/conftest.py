from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al.active.records.journal import Asked
from gesture_al.active.records.round_row import RoundRow

DATASET = {
    "name": "toy",
    "synthetic": True,
    "classes": ["wave", "<b>stop</b>", "élan"],
    "skeleton": {"name": "generic", "joints": ["a", "b", "c"], "bones": [[0, 1], [1, 2]], "parts": {}},
}


def row(number: int) -> RoundRow:
    line = {
        "round": number,
        "labels": 6 + 4 * number,
        "validation_labels": 0,
        "pool": 30,
        "class_counts": [2, 2, 2],
        "test_macro_f1": 0.5 + 0.1 * number,
        "val_macro_f1": None,
        "test_confusion": [[3, 1, 0], [0, 4, 0], [1, 0, 3]],
        "val_confusion": None,
        "fit_steps": 20,
        "fit_loss": 0.3,
        "fit_note": "",
        "fit_seconds": 0.5,
        "stopping": {},
    }
    return RoundRow.from_json(line)


@pytest.fixture
def dataset() -> dict:
    return DATASET


@pytest.fixture
def make_row():
    return row


@pytest.fixture
def asked() -> Asked:
    rng = np.random.default_rng(0)
    positions = rng.normal(size=(3, 16, 3, 2)).astype(np.float16)
    positions[0, :, 1] = np.nan
    return Asked(np.array(["c1", "c2", "c3"]), positions, rng.dirichlet([1, 1, 1], size=3).astype(np.float32))


@pytest.fixture
def go_through(make_row, asked, dataset):
    """Tell a tracker of rounds as the runner does: those on disk again, then new ones, each with training before it."""

    def go(tracker, folder, until: int, close: bool = True, extra_steps: int = 0) -> None:
        path = folder / "rounds.jsonl"
        done = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        tracker.start({"k": 4, "model": {"name": "lstm", "params": {}}}, dataset)
        for old in done:
            tracker.round(RoundRow.from_json(old), None)
        for number in range(len(done), until):
            for step in (10, 20):
                tracker.step(number, step, 1 / (1 + number * 20 + step))
            with path.open("a") as file:
                file.write(json.dumps(make_row(number).to_json()) + "\n")
            tracker.round(make_row(number), asked if number else None)
        for step in range(1, extra_steps + 1):
            tracker.step(until, step, 9.0)
        if close:
            tracker.close("done")

    return go
