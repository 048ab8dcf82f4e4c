"""Two sweeps that start at the same time into one folder, in real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gesture_al.active.records.status import is_running, read_status
from gesture_al.core.line_file import read_lines

SWEEP = [
    *("run", "-m", "dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "tracking=csv"),
    *("trainer.params.steps=8", "trainer.params.warmup=2", "stopping=budget", "budget=12", "k=4"),
]
JOBLIB = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]

posix = pytest.mark.skipif(os.name == "nt", reason="signals are not what they are elsewhere")


def start(arguments) -> subprocess.Popen:
    command = [sys.executable, "-m", "gesture_al", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def runs_of(sweep: Path) -> list[Path]:
    return [(sweep / job["folder"]).resolve() for job in read_lines(sweep / "manifest.jsonl")]


@pytest.mark.slow
@pytest.mark.parametrize("launcher", [[], JOBLIB], ids=["basic", "joblib"])
def test_two_sweeps_at_once_do_each_run_once(tmp_path, launcher):
    sweep = [*SWEEP, "strategy=random,margin", "seed=0,1", f"output_dir={tmp_path}", *launcher]
    both = [start(sweep) for _ in range(2)]
    ended = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], ended
    first, second = (Path(out.splitlines()[-1].removeprefix("sweep: ")) for out, _ in ended)
    assert runs_of(first) == runs_of(second)
    made = {path.parent.resolve() for path in tmp_path.glob("*/*/rounds.jsonl")}
    assert made == set(runs_of(first)), "each was done once"
    assert all(read_status(run)["state"] == "done" and len(read_lines(run / "rounds.jsonl")) == 2 for run in made)
    for folder in (first, second):
        assert [job["state"] for job in read_lines(folder / "manifest.jsonl")] == ["done"] * 4
    assert max(err.count("waiting for it") for _, err in ended) <= 1


@pytest.mark.slow
@posix
def test_where_one_is_killed_the_other_goes_on_with_its_run(tmp_path):
    sweep = [*SWEEP, "strategy=margin", "budget=24", "trainer.params.steps=60", f"output_dir={tmp_path}"]
    killed = start(sweep)
    deadline = time.monotonic() + 120
    while not any(is_running(path.parent) and read_lines(path) for path in tmp_path.glob("*/*/rounds.jsonl")):
        assert killed.poll() is None, killed.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (theirs,) = tmp_path.glob("sweep_*/0")
    os.killpg(killed.pid, signal.SIGSTOP)
    other = start(sweep)
    seen = ""
    while "waiting for it" not in seen:
        line = other.stderr.readline()
        assert line, seen
        seen += line
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    out, err = other.communicate(timeout=240)
    assert other.returncode == 0, err
    assert runs_of(Path(out.splitlines()[-1].removeprefix("sweep: "))) == [theirs.resolve()]
    assert read_status(theirs)["state"] == "done"


DAMAGE = {"status.json": "", "rounds.jsonl": '{"round\n{}\n', "config.yaml": "[}"}


@pytest.mark.slow
@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_run_costs_its_own_line_and_no_neighbour(tmp_path, name, capsys):
    from gesture_al.cli.main import main

    sweep = [*SWEEP, "strategy=random,margin", f"output_dir={tmp_path}"]
    assert main(sweep) == 0
    (folder,) = tmp_path.glob("sweep_*")
    (folder / "0" / name).write_text(DAMAGE[name])
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "status.json").write_text("{")
    capsys.readouterr()

    assert main(["report", str(folder)]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note: ")]
    assert len(told) == 1
    assert str(folder / "0" / name) in told[0]
    page = (folder / "report.html").read_text()
    assert "1 runs are not done" in page
    assert "margin" in page

    assert main(sweep) == 0
    err = capsys.readouterr().err
    assert err.count(str(tmp_path / "elsewhere" / "status.json")) == 1
    second = max(tmp_path.glob("sweep_*"))
    if name == "config.yaml":
        # Its numbers are whole; only what it was is not.
        assert runs_of(second) == [folder / "0", folder / "1"]
    else:
        assert runs_of(second) == [second / "0", folder / "1"]
        assert err.count(str(folder / "0" / name)) == 1

    # The sweep that has the damaged run goes on without it.
    assert main(["resume", str(folder)]) in (0, 1)
    assert json.loads((folder / "1" / "status.json").read_text())["state"] == "done"
