"""Real processes, really killed: `gesture-al resume` ends with what a run that was never killed ends with."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gesture_al.active.records.checkpoint import read_checkpoint
from gesture_al.active.records.status import read_status
from gesture_al.cli.main import main
from gesture_al.core.line_file import read_lines

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows"),
]

RUN = [
    *("dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "strategy=margin", "tracking=csv"),
    *("trainer.params.steps=30", "trainer.params.warmup=2", "stopping=stable_predictions", "k=4", "budget=24"),
    *("oracle.params.noise=0.1", "oracle.params.refusal=0.2"),
]


def outcome(folder: Path) -> tuple:
    """What must not depend on kills: picks, answers, scores, weights; not times."""
    answers = [(a["clip"], a["round"], a["purpose"], a["kind"], a["class"]) for a in read_lines(folder / "answers.jsonl")]
    queries = [(q["round"], q["ids"], q["scores"]) for q in read_lines(folder / "queries.jsonl")]
    rows = [{k: v for k, v in row.items() if not k.endswith("_seconds")} for row in read_lines(folder / "rounds.jsonl")]
    last = read_checkpoint(folder / "checkpoints" / "last.ckpt")
    return answers, queries, rows, last.round, last.state


def only_folder(parent: Path) -> Path:
    (folder,) = parent.iterdir()
    return folder


def start_and_freeze(parent: Path, file: str, lines: int, extra: list[str]) -> subprocess.Popen:
    """A run in a process of its own, stopped in its tracks when a file of its folder has so many lines."""
    command = [sys.executable, "-m", "gesture_al.cli.main", "run", *RUN, *extra, f"output_dir={parent}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read()
        if any(len(read_lines(path)) >= lines for path in parent.glob(f"*/{file}")):
            process.send_signal(signal.SIGSTOP)
            return process
        time.sleep(0.002)
    process.kill()
    raise AssertionError(f"{file} never had {lines} lines")


def kill(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
    process.stderr.close()


def resume_here(folder: Path) -> int:
    return main(["resume", str(folder)])


def resume_elsewhere(folder: Path) -> int:
    command = [sys.executable, "-m", "gesture_al.cli.main", "resume", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines()[-1] == f"run: {folder}"
    return ended.returncode


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory) -> Callable[[str], tuple]:
    @functools.cache
    def run(warm_start: str) -> tuple:
        parent = tmp_path_factory.mktemp("unbroken")
        assert main(["run", *RUN, warm_start, f"output_dir={parent}"]) == 0
        return outcome(only_folder(parent))

    return run


@pytest.mark.parametrize(
    ("warm_start", "file", "lines", "resume"),
    [
        ("false", "answers.jsonl", 10, resume_here),
        ("false", "rounds.jsonl", 2, resume_here),
        ("false", "queries.jsonl", 3, resume_elsewhere),
        ("true", "rounds.jsonl", 2, resume_here),
    ],
)
def test_a_killed_run_ends_as_one_that_was_not(unbroken, tmp_path, capsys, warm_start, file, lines, resume):
    setting = f"trainer.params.warm_start={warm_start}"
    expected = unbroken(setting)
    assert len(expected[2]) >= 4
    process = start_and_freeze(tmp_path, file, lines, [setting])
    folder = only_folder(tmp_path)
    try:
        assert main(["resume", str(folder)]) == 2
        assert "another process" in capsys.readouterr().err
    finally:
        kill(process)
    assert read_status(folder)["state"] == "running"
    assert len(read_lines(folder / "rounds.jsonl")) < len(expected[2])
    assert resume(folder) == 0
    assert outcome(folder) == expected


def test_warm_start_is_another_run(unbroken):
    assert unbroken("trainer.params.warm_start=true")[4] != unbroken("trainer.params.warm_start=false")[4]
