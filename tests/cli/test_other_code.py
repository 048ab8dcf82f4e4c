"""Sweeps of a strategy of one's own that is edited between them, in real processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gesture_al.active.records.status import read_status
from gesture_al.core.line_file import read_lines

pytestmark = pytest.mark.slow

SWEEP = [
    *("run", "-m", "dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "tracking=csv"),
    *("trainer.params.steps=8", "trainer.params.warmup=2", "stopping=budget", "budget=12", "k=4"),
    *("strategy=random", "strategy.name=flatness"),
]
STRATEGY = """
import numpy as np
from gesture_al import STRATEGIES, Needs, ScoreStrategy
from flatness_sign import SIGN

@STRATEGIES.register("flatness")
class Flatness(ScoreStrategy):
    needs = Needs.PROBS

    def score(self, view):
        return SIGN * -view.probs.max(axis=1)
"""


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The folder of a distribution with a strategy and a module that it imports."""
    home = tmp_path / "site"
    info = home / "flatness-1.0.dist-info"
    info.mkdir(parents=True)
    (home / "flatness.py").write_text(STRATEGY)
    (home / "flatness_sign.py").write_text("SIGN = 1\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: flatness\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gesture_al.parts]\nflatness = flatness\n")
    monkeypatch.setenv("PYTHONPATH", str(home), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    return home


def call(*arguments: str, code: int = 0) -> tuple[Path, str]:
    """A command in a process of its own; gives the folder that its last line names, and what it said."""
    command = [sys.executable, "-m", "gesture_al", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    return Path(ended.stdout.rpartition(": ")[2].strip()), ended.stderr


def run_of(sweep: Path) -> Path:
    (job,) = read_lines(sweep / "manifest.jsonl")
    return (sweep / job["folder"]).resolve()


def picks(run: Path) -> list[list[str]]:
    return [line["ids"] for line in read_lines(run / "queries.jsonl")]


def notes(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("note: ")]


def test_an_edited_strategy_is_run_anew_and_an_unchanged_one_is_not(home):
    first = run_of(call(*SWEEP)[0])
    assert set(read_status(first)["code"]) == {"gesture_al", "flatness", "flatness_sign", "numpy"}
    again, said = call(*SWEEP)
    assert run_of(again) == first
    assert notes(said) == []

    (home / "flatness_sign.py").write_text("SIGN = -1\n")
    sweep, said = call(*SWEEP)
    flipped = run_of(sweep)
    assert flipped != first
    assert picks(flipped)[0] != picks(first)[0]
    assert len(notes(said)) == 1
    assert f"{first.parent.name}/0 has these settings, but other code (changed: flatness_sign (flatness_sign.py))" in said
    sweep, said = call(*SWEEP)
    assert run_of(sweep) == flipped
    assert notes(said) == []

    (home / "flatness.py").write_text(STRATEGY.replace("SIGN *", "2 * SIGN *"))
    sweep, said = call(*SWEEP, "--reuse-other-code")
    assert run_of(sweep) in (first, flipped)
    assert "other code (changed: flatness (flatness.py)" in said
    assert "taken as they are" in said


def test_a_run_is_not_resumed_with_other_code_unless_somebody_asks_for_it(home):
    sweep, _ = call(*SWEEP)
    run = run_of(sweep)
    began_with = read_status(run)["code"]
    whole = (run / "rounds.jsonl").read_bytes()
    # As a kill before the last round would have left it.
    (run / "rounds.jsonl").write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    (run / ".rounds.jsonl.head").unlink()
    (run / "status.json").write_text(json.dumps({**read_status(run), "state": "paused"}))
    older = Path(shutil.copytree(run, "older_version"))

    (home / "flatness_sign.py").write_text("SIGN = 1.0\n")
    for folder in (run, sweep):
        _, said = call("resume", str(folder), code=2)
        (line,) = [line for line in said.splitlines() if "has changed" in line]
        assert "flatness_sign (flatness_sign.py)" in line
        assert "--reuse-other-code" in line
    _, said = call("resume", str(run), "--reuse-other-code")
    assert "goes on with other code" in said
    status = read_status(run)
    assert (status["state"], status["code"]) == ("done", began_with)
    assert status["resumed_with"]["flatness_sign"] != began_with["flatness_sign"]
    assert (run / "rounds.jsonl").read_bytes().count(b"\n") == whole.count(b"\n")

    (home / "flatness_sign.py").write_text("SIGN = 1\n")
    _, said = call("resume", str(sweep), code=2)
    assert "it was resumed with other code" in said, "a mixture is nobody's result"

    status = read_status(older)
    del status["code"]
    (older / "status.json").write_text(json.dumps(status))
    _, said = call("resume", str(older))
    assert [line for line in notes(said) if "did not record its code" in line]
    assert read_status(older)["state"] == "done"
