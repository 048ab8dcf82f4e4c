"""A full disk and Ctrl-C: one line that says how to go on, and a resumed run that picks what an unbroken one picks."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from gesture_al.cli.main import main
from gesture_al.core.atomic_io import DRAFT

FAST = (
    *("dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "trainer.params.steps=8"),
    *("trainer.params.warmup=2", "tracking=csv", "stopping=budget", "budget=16"),
)


def picks(folder):
    return [line.split(', "seconds"')[0] for line in (folder / "queries.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """The folder of a run that nothing happened to."""
    parent = tmp_path_factory.mktemp("unbroken")
    assert main(["run", *FAST, "k=3", f"output_dir={parent}"]) == 0
    (folder,) = parent.iterdir()
    return folder


def test_a_full_disk_pauses_the_run_and_says_how_to_go_on(tmp_path, capsys, monkeypatch, unbroken):
    flushed, real = [], os.fsync

    def full_after_thirty(handle):
        flushed.append(handle)
        if len(flushed) > 30:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", full_after_thirty)
    assert main(["run", *FAST, "k=3", f"output_dir={tmp_path}"]) == 1
    (folder,) = tmp_path.iterdir()
    line = capsys.readouterr().err.splitlines()[-1]
    assert "No space left on device; make room" in line
    assert f"gesture-al resume {folder}" in line
    monkeypatch.undo()
    assert not list(folder.rglob(f".*{DRAFT}")), "a half-written file was left behind"
    assert main(["resume", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"run: {folder}"
    assert picks(folder) == picks(unbroken)


def test_a_report_drawn_while_paused_is_drawn_again_at_the_end(tmp_path, unbroken):
    folder = tmp_path / "run"
    shutil.copytree(unbroken, folder)
    (folder / "report.html").write_text("paused")
    os.utime(folder / "report.html", ns=(0, 0))
    assert main(["resume", str(folder)]) == 0
    assert "it stopped after round" in (folder / "report.html").read_text()


def test_ctrl_c_in_a_training_pauses_the_run(tmp_path, capsys, monkeypatch, unbroken):
    from gesture_al.learning.trainers.net_training import NetTraining

    steps, real = [], NetTraining.training_step

    def interrupted(self, batch, batch_idx):
        steps.append(batch_idx)
        if len(steps) == 20:
            raise KeyboardInterrupt
        return real(self, batch, batch_idx)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(NetTraining, "training_step", interrupted)
    assert main(["run", *FAST, "k=3", f"output_dir={tmp_path}"]) == 3
    monkeypatch.undo()
    assert signal.getsignal(signal.SIGINT) is before
    (folder,) = tmp_path.iterdir()
    assert f"paused; everything is on disk. Go on with: gesture-al resume {folder}" in capsys.readouterr().err
    assert '"state": "paused"' in (folder / "status.json").read_text()
    assert main(["resume", str(folder)]) == 0
    assert picks(folder) == picks(unbroken)


def started(tmp_path, *typed):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "gesture_al", "run", *typed, f"output_dir={tmp_path}"]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


@pytest.mark.slow
def test_a_real_ctrl_c(tmp_path, unbroken, capsys):
    process = started(tmp_path, *FAST, "k=3", "trainer.params.steps=400")
    try:
        give_up = time.monotonic() + 60
        while not list(tmp_path.glob("*/rounds.jsonl")) and time.monotonic() < give_up and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=30)
    finally:
        process.kill()
    (folder,) = tmp_path.iterdir()
    assert process.returncode == 3, told
    assert out == ""
    assert "Traceback" not in told
    assert told.splitlines()[-1].endswith(f"gesture-al resume {folder}")
    assert '"state": "paused"' in (folder / "status.json").read_text()


@pytest.mark.skipif(
    shutil.which("mount") is None or not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to mount a tmpfs"
)
def test_a_disk_that_is_really_full(tmp_path, capsys):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        assert main(["run", *FAST, "k=3", f"output_dir={disk}"]) == 1
        line = capsys.readouterr().err.splitlines()[-1]
        assert "No space left on device" in line
        (folder,) = disk.iterdir()
        assert f"gesture-al resume {folder}" in line
        subprocess.run(["mount", "-o", "remount,size=30m", str(disk)], check=True)
        assert main(["resume", str(folder)]) == 0
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
