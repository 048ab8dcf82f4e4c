"""Ctrl-C and kill -9 in the middle of an extraction, as they happen to the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from capture.video.small_videos import make_video

from gesture_al.data.track import read_track

# Spawned workers import the script once more, so what it does stands behind the usual guard.
_SCRIPT = """
import sys
from fake_extractor import FakeExtractor
import gesture_al.cli.extract as commands
from gesture_al.cli.main import main
if __name__ == "__main__":
    commands.chosen_extractor = lambda overrides: FakeExtractor(wait=0.02)
    sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def running(tmp_path):
    """A program that extracts eight videos with two workers, of which two are done; how to start it again, and its folder."""
    for number in range(8):
        make_video(tmp_path / "clips" / "Like" / f"{number}.mp4", frames=20 + number)
    script = tmp_path / "extracting_script.py"
    script.write_text(_SCRIPT)
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")]), "PYTHONWARNINGS": "default"}
    command = [
        sys.executable,
        str(script),
        "extract",
        str(tmp_path / "clips"),
        "--out",
        str(tmp_path / "out"),
        "--processes",
        "2",
    ]

    def start():
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    process = start()
    wait_until(lambda: len(track_files(tmp_path / "out")) >= 2, process)
    yield process, start, tmp_path / "out"
    process.kill()
    process.communicate()


def track_files(out: Path) -> list[Path]:
    return sorted((out / ".tracks").glob("[!.]*.npz"))


def wait_until(condition, process):
    while not condition():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    pids = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            pids.append(int(status.parent.name))
    return pids


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_killed_it_loses_only_what_was_in_work_and_leaves_no_worker(running):
    process, start, out = running
    workers = children(process.pid)
    assert len(workers) >= 2
    process.kill()
    process.communicate()
    before = {path: path.stat().st_mtime_ns for path in track_files(out)}
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in workers):
        assert time.monotonic() < deadline, "a worker lives on"
        time.sleep(0.05)
    for path in track_files(out):
        assert len(read_track(path)) >= 20
    again = start()
    _, stderr = again.communicate()
    assert again.returncode == 0, stderr
    assert len(list((out / "Like").glob("*.npz"))) == 8
    assert {path: path.stat().st_mtime_ns for path in before} == before, "what was done is not done again"


def test_ctrl_c_is_exit_code_3_with_everything_saved(running):
    process, start, out = running
    # As a terminal does: to the program and to its workers.
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate()
    assert process.returncode == 3, stderr
    assert stderr.splitlines()[-1] == "gesture-al: stopped; every finished video is saved, and the same command goes on"
    assert "Traceback" not in stderr
    assert len(list((out / "Like").glob("[!.]*.npz"))) == len(track_files(out)) >= 2
    assert (out / "tracking.csv").exists()
    again = start()
    assert again.communicate()[0] == f"landmarks: {out}\n"
    assert len(list((out / "Like").glob("*.npz"))) == 8
