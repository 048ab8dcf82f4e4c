"""Sweeps in real processes: through every launcher, repeated, broken, stopped and killed."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gesture_al.active.records.status import is_running, read_status
from gesture_al.cli.main import main
from gesture_al.core.line_file import read_lines

slow = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="signals and /proc are not what they are elsewhere")

SWEEP = [
    *("run", "-m", "dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "tracking=csv"),
    *("trainer.params.steps=8", "trainer.params.warmup=2", "stopping=budget", "budget=12", "k=4", "strategy=random,margin"),
]
JOBLIB = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
PLUGIN = """
import os, signal
from gesture_al.active.strategies.base import STRATEGIES, Needs, Strategy

@STRATEGIES.register("brittle")
class Brittle(Strategy):
    needs = Needs(0)

    def select(self, view, k, rng):
        raise RuntimeError("snapped in two")

@STRATEGIES.register("deadly")
class Deadly(Strategy):
    needs = Needs(0)

    def select(self, view, k, rng):
        os.kill(os.getpid(), signal.SIGKILL)
"""
WITHOUT_TORCH = """
import sys
from gesture_al.cli.main import main
code = main(sys.argv[1:])
sys.exit(70 if 'torch' in sys.modules else code)
"""


def start(arguments, **options) -> subprocess.Popen:
    """`gesture-al` in a process group of its own, as a terminal would have it."""
    command = [sys.executable, "-m", "gesture_al.cli.main", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, **options)


def finish(process) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def only_sweep(parent: Path) -> Path:
    (folder,) = parent.glob("sweep_*")
    return folder


def jobs(sweep: Path) -> list[dict]:
    """The manifest's entries, each with where its run is and what its status says."""
    found = [{**job, "path": (sweep / job["folder"]).resolve()} for job in read_lines(sweep / "manifest.jsonl")]
    return [{**job, "status": read_status(job["path"])} for job in found]


def wait_until_under_way(process, parent: Path) -> Path:
    """The sweep's folder, as soon as every job of it has begun and one at least is past its first round but not at its end."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        for sweep in parent.glob("sweep_*"):
            entries = jobs(sweep)
            begun = entries and all(job["status"] for job in entries)
            if begun and any(is_running(job["path"]) and read_lines(job["path"] / "rounds.jsonl") for job in entries):
                return sweep
        time.sleep(0.02)
    raise AssertionError("the jobs never ran")


def descendants(pid: int) -> set[int]:
    """Processes below one, now."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, left = set(), [pid]
    while left:
        below = children.get(left.pop(), [])
        found.update(below)
        left += below
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that still run; one that is dead but was not fetched by its parent does not."""
    found = set()
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.add(pid)
        except OSError:
            continue
    return found


def assert_gone(pids: set[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pids)


@slow
def test_basic_launcher_then_repeated_then_widened(tmp_path):
    sweep = [*SWEEP, f"output_dir={tmp_path}/my runs"]
    code, out, err = finish(start(sweep, cwd=tmp_path))
    assert code == 0, err
    first = only_sweep(tmp_path / "my runs")
    assert out.splitlines()[-1] == f"sweep: {first}"
    assert "\x1b" not in err
    assert "2 of 2 runs ended" in err
    assert [job["status"]["state"] for job in jobs(first)] == ["done", "done"]
    assert sorted(path.name for path in first.iterdir() if path.is_dir() and path.name.isdigit()) == ["0", "1"]
    assert [path.name for path in tmp_path.iterdir()] == ["my runs"]

    before = {path: path.stat().st_mtime_ns for path in first.rglob("*")}
    repeated = subprocess.run([sys.executable, "-c", WITHOUT_TORCH, *sweep], capture_output=True, text=True, check=False)
    assert repeated.returncode == 0, repeated.stderr
    assert "2 runs, 2 of them done already" in repeated.stderr
    assert {path: path.stat().st_mtime_ns for path in first.rglob("*")} == before
    second = Path(repeated.stdout.splitlines()[-1].removeprefix("sweep: "))
    assert second != first
    assert [job["path"] for job in jobs(second)] == [job["path"] for job in jobs(first)]

    assert main([*sweep, "seed=0,1"]) == 0
    third = max((tmp_path / "my runs").glob("sweep_*"))
    assert sum(job["path"].parent == first for job in jobs(third)) == 2
    assert {path: path.stat().st_mtime_ns for path in first.rglob("*")} == before


@slow
@posix
def test_joblib_stopped_then_killed_then_finished(tmp_path):
    sweep = [*SWEEP, "budget=20", "trainer.params.steps=30", f"output_dir={tmp_path}"]
    process = start([*sweep, *JOBLIB])
    folder = wait_until_under_way(process, tmp_path)
    workers = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    code, _, err = finish(process)
    assert code == 3, err
    assert err.splitlines()[-1] == f"gesture-al: paused; everything is on disk. Go on with: gesture-al resume {folder}"
    assert "Traceback" not in err
    assert_gone(workers, 3)
    begun = [job["status"]["started"] for job in jobs(folder)]
    before = [rows.read_bytes() if (rows := job["path"] / "rounds.jsonl").exists() else b"" for job in jobs(folder)]

    process = start(["resume", str(folder)])
    wait_until_under_way(process, tmp_path)
    workers = descendants(process.pid)
    assert main(["resume", str(folder)]) == 2
    process.kill()
    assert_gone(workers, 3)
    finish(process)
    assert not any(is_running(job["path"]) for job in jobs(folder))

    assert main(sweep) == 0
    last = max(tmp_path.glob("sweep_*"))
    assert last != folder
    assert [job["path"].parent for job in jobs(last)] == [folder, folder]
    assert [job["status"]["state"] for job in jobs(last)] == ["done", "done"]
    assert [job["status"]["started"] for job in jobs(last)] == begun
    for job, had in zip(jobs(last), before, strict=True):
        rows = (job["path"] / "rounds.jsonl").read_bytes()
        assert rows.startswith(had), "a round was done again"
        assert rows.count(b"\n") == 4
    assert any(before)


@pytest.fixture
def plugin(tmp_path, monkeypatch) -> None:
    """Strategies of another distribution: one that raises, one that kills its process."""
    home = tmp_path / "site"
    (home / "faulty-1.0.dist-info").mkdir(parents=True)
    (home / "faulty.py").write_text(PLUGIN)
    (home / "faulty-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1.0\n")
    (home / "faulty-1.0.dist-info" / "entry_points.txt").write_text("[gesture_al.parts]\nfaulty = faulty\n")
    monkeypatch.setenv("PYTHONPATH", str(home), prepend=os.pathsep)


@slow
@posix
def test_failed_jobs_are_reported_and_the_others_finish(tmp_path, plugin):
    strategies = "strategy.name=brittle,deadly,random"
    sweep = [*SWEEP[:-1], "strategy=random", strategies, *JOBLIB, f"output_dir={tmp_path / 'runs'}"]
    code, out, err = finish(start(sweep))
    assert code == 1, err
    folder = only_sweep(tmp_path / "runs")
    assert out == f"sweep: {folder}\n"
    names = [next(o for o in job["overrides"] if o.startswith("strategy.name")).partition("=")[2] for job in jobs(folder)]
    ended = dict(zip(names, (job["status"] for job in jobs(folder)), strict=True))
    assert {name: status["state"] for name, status in ended.items()} == {
        "brittle": "failed",
        "deadly": "failed",
        "random": "done",
    }
    assert ended["brittle"]["reason"] == "RuntimeError: snapped in two"
    assert "the worker died" in ended["deadly"]["reason"]
    assert "job 0 (" in err
    assert "snapped in two" in err
    assert "snapped in two" in (folder / "0" / "error.txt").read_text()
    assert "Traceback" not in err
    assert [job["state"] for job in jobs(folder)] == ["failed", "failed", "done"]


@slow
@posix
@pytest.mark.skipif(importlib.util.find_spec("submitit") is None, reason="hydra-submitit-launcher is not installed")
def test_submitit_killed_then_finished(tmp_path):
    sweep = [*SWEEP, "trainer.params.steps=30", f"output_dir={tmp_path}/runs", "hydra/launcher=submitit_local"]
    process = start(sweep, cwd=tmp_path)
    folder = wait_until_under_way(process, tmp_path / "runs")
    workers = descendants(process.pid)
    assert len(workers) >= 2
    process.kill()
    assert_gone(workers, 3)
    finish(process)
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
    code, _, err = finish(start(["resume", str(folder)], cwd=tmp_path))
    assert code == 0, err
    assert [job["status"]["state"] for job in jobs(folder)] == ["done", "done"]
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
