"""Killed at any instant, a run ends with the same picks and labels as one that was never killed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from loop_world import world

from gesture_al.active.records import arrays, checkpoint, run_folder
from gesture_al.core.atomic_io import DRAFT
from gesture_al.core.line_file import read_lines
from gesture_al.runs.callbacks import NullCallback

SETTINGS = {"rules": [("stable_predictions", {"window": 9})], "oracle": {"refusal": 0.2, "noise": 0.1}, "k": 3, "budget": 14}


class KilledError(BaseException):
    """Stands for SIGKILL: nothing may catch it."""


def outcome(folder: Path) -> tuple:
    """What must not depend on kills: picks, answers, scores; not times."""
    answers = [(a["clip"], a["round"], a["purpose"], a["kind"], a["class"]) for a in read_lines(folder / "answers.jsonl")]
    queries = [(q["round"], q["ids"], q["scores"]) for q in read_lines(folder / "queries.jsonl")]
    rows = [{k: v for k, v in row.items() if not k.endswith("_seconds")} for row in read_lines(folder / "rounds.jsonl")]
    best = checkpoint.read_checkpoint(folder / "checkpoints" / "best.ckpt")
    return answers, queries, rows, best.round, best.state


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unbroken")
    world(folder, **SETTINGS).run()
    return outcome(folder)


def kill_at(monkeypatch, number: int, how: str) -> list[int]:
    """Let the n-th write to the run's folder die before it, in the middle of it, or right after it."""
    count = [0]

    def dying(write, torn):
        def call(path, content):
            count[0] += 1
            if count[0] != number:
                return write(path, content)
            if how == "after":
                write(path, content)
            elif how == "torn":
                torn(path)
            raise KilledError

        return call

    def torn_line(path):
        with path.open("ab") as file:
            file.write(b'{"clip": "clip-0')

    def torn_file(path):
        path.parent.mkdir(exist_ok=True)
        (path.parent / f".{path.name}.torn{DRAFT}").write_bytes(b"half")

    monkeypatch.setattr(run_folder, "append_line", dying(run_folder.append_line, torn_line))
    monkeypatch.setattr(run_folder, "write_atomic", dying(run_folder.write_atomic, torn_file))
    monkeypatch.setattr(checkpoint, "write_atomic", dying(checkpoint.write_atomic, torn_file))
    monkeypatch.setattr(arrays, "write_atomic", dying(arrays.write_atomic, torn_file))
    return count


def test_a_run_writes_enough_for_these_tests_to_mean_something(unbroken, tmp_path, monkeypatch):
    count = kill_at(monkeypatch, -1, "before")
    world(tmp_path, **SETTINGS).run()
    assert count[0] > 50
    assert len(unbroken[2]) >= 3


@pytest.mark.parametrize("how", ["before", "torn", "after"])
def test_killed_at_every_write(unbroken, tmp_path, monkeypatch, how):
    number, died = 0, True
    while died:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        with monkeypatch.context() as patch:
            kill_at(patch, number, how)
            try:
                world(folder, **SETTINGS).run()
                died = False
            except KilledError:
                pass
        if died:
            world(folder, **SETTINGS).run()
            assert outcome(folder) == unbroken, f"killed {how} write {number}"
        shutil.rmtree(folder)
    assert number > 50


def test_killed_in_every_phase_and_again_and_again(unbroken, tmp_path):
    class Fatal(NullCallback):
        def __init__(self):
            self.left = 2

        def phase(self, name, round):
            self.left -= 1
            if self.left == 0:
                raise KilledError

    for _ in range(100):
        try:
            world(tmp_path, callback=Fatal(), **SETTINGS).run()
            break
        except KilledError:
            continue
    assert outcome(tmp_path) == unbroken


def test_a_finished_run_does_nothing_again(unbroken, tmp_path):
    world(tmp_path, **SETTINGS).run()
    loop = world(tmp_path, **SETTINGS)
    loop.run()
    assert loop.learner.fits == []
    assert outcome(tmp_path) == unbroken
