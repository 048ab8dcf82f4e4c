"""`gesture-al record` as it is typed, with an extractor that needs no model; killed, out of room, unplugged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gesture_al.cli.main import main
from gesture_al.core.atomic_io import read_lines
from gesture_al.core.errors import UserError
from gesture_al.data.track import read_track

# A stand-in for MediaPipe; what happens at which frame comes on the command line.
_PROGRAM = """
import os, resource, signal, sys
from contextlib import contextmanager
import numpy as np
from gesture_al.cli.main import main
from gesture_al.capture.landmarks.base import LANDMARKS, Seen
from gesture_al.data.skeleton import SKELETONS

what, at = sys.argv[1], int(sys.argv[2])

class Fake:
    skeleton, settings = SKELETONS["hands"], {"extractor": "fake"}
    def __init__(self, **params): self.number = 0
    @contextmanager
    def track(self): yield self
    def see(self, frame):
        self.number += 1
        if self.number == at:
            if what == "kill": os.kill(os.getpid(), signal.SIGKILL)
            if what == "interrupt": raise KeyboardInterrupt
            if what == "full": resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))
        rng = np.random.default_rng(self.number)
        return FrameJoints(rng.random((42, 3), dtype=np.float32), np.full(2, 0.9, np.float32))

LANDMARKS._parts["hands"] = Fake
sys.exit(main(sys.argv[3:]))
"""
# Two takes of a second at 20 frames a second, each counted in for half a second.
_KEYS = ["--count-in", "0.5", "--seconds", "1", "--keys", "2 space enter space enter"]


@pytest.fixture
def record(tmp_path, film):
    def run(what: str, at: int, *further: str) -> subprocess.CompletedProcess[str]:
        typed = ["record", "classes=Like", "--out", str(tmp_path / "data"), "--session", "one", "--camera", str(film), *_KEYS]
        command = [sys.executable, "-c", _PROGRAM, what, str(at), *typed, *further]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})

    return run


ROOT = Path(__file__).resolve().parents[4]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.glob("[!.]*/*"))


def test_two_takes_are_recorded_and_told(record, tmp_path):
    done = record("nothing", 0)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"recorded: 2 clips; in {tmp_path / 'data'} there are now: Like 2\n"
    assert done.stderr == ""
    assert files(tmp_path / "data") == [f"Like/me_one_00{number}.{end}" for number in (1, 2) for end in ("npz", "webm")]


def test_a_kill_in_the_middle_of_a_take_loses_only_that_take(record, tmp_path):
    killed = record("kill", 60)
    assert killed.returncode == -9
    kept = ["Like/me_one_001.npz", "Like/me_one_001.webm"]
    assert files(tmp_path / "data") == kept
    assert len(read_track(tmp_path / "data" / kept[0])) == 20
    # What the killed one had begun is swept away, and its names are not taken again.
    again = record("nothing", 0)
    assert again.returncode == 0, again.stderr
    assert [line["name"] for line in read_lines(tmp_path / "data" / "recorded.jsonl")] == [
        f"Like/me_one_00{n}" for n in (1, 2, 3)
    ]
    assert [path.name for path in (tmp_path / "data" / ".recording").iterdir()] == ["lock"]


@pytest.mark.parametrize("further", [[], ["--landmarks-only"]])
def test_a_disk_without_room_refuses_loudly_and_keeps_earlier_takes(record, tmp_path, further):
    done = record("full", 45, *further)
    assert done.returncode == 1
    assert "make room" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout.startswith("recorded: 1 clip; the take that was on the screen was not kept;")
    assert files(tmp_path / "data") == [f"Like/me_one_001.{end}" for end in (["npz"] if further else ["npz", "webm"])]
    assert len(read_lines(tmp_path / "data" / "recorded.jsonl")) == 1


def test_ctrl_c_pauses_with_everything_kept(record, tmp_path):
    done = record("interrupt", 60)
    assert done.returncode == 3
    assert "1 clip" in done.stderr
    assert len(files(tmp_path / "data")) == 2


def test_without_a_display_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main(["record", "--out", str(tmp_path)]) == 2
    assert "no display" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["class=Like"], "classes=Like"),
        (["classes=a/b"], "classes"),
        (["landmarks=feet"], "feet"),
        (["--seconds", "0"], "--seconds"),
        (["--keys", "banana"], "--keys"),
        (["--keys", "q", "--camera", "missing.mp4"], "missing.mp4"),
        (["--keys", "q", "--camera", "97"], "camera 97"),
        (["--target", "0"], "--target"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tmp_path, capsys, monkeypatch, typed, told):
    from gesture_al.capture.landmarks.hands import Hands

    monkeypatch.setattr(Hands, "settings", {})
    assert main(["record", "--out", str(tmp_path / "data"), *typed]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


@pytest.mark.parametrize("size", ["1280", "x", "10x10", "1280x720x3"])
def test_a_window_of_no_size_is_refused(size):
    from gesture_al.cli.commands.record import _size

    with pytest.raises(UserError, match="--window"):
        _size(size)


def test_classes_that_are_there_go_on(tmp_path):
    from gesture_al.cli.commands.record import found_classes

    assert found_classes(tmp_path / "nothing") == ["Like", "Fire works", "Heart"]
    for name in ("wave", "unlabelled", ".whole", "none"):
        (tmp_path / name).mkdir()
    assert found_classes(tmp_path) == ["none", "wave"]


def test_a_digit_means_the_same_class_to_whoever_records_next(tmp_path):
    from gesture_al.cli.commands.record import found_classes

    for name in ("Zoom", "Like", "Heart", "moved by hand"):
        (tmp_path / name).mkdir()
    lines = [{"op": "keep", "class": name} for name in ("Like", "Zoom", "Like", "Heart", "gone")]
    (tmp_path / "recorded.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert found_classes(tmp_path) == ["Like", "Zoom", "Heart", "moved by hand"]


def test_real_hands_are_recorded(tmp_path, shared_media, capsys):
    from gesture_al.capture.landmarks.bundles import BUNDLES
    from gesture_al.capture.landmarks.model_files import here

    if here(BUNDLES["hand"]) is None:
        pytest.skip("no hand model on this machine; `gesture-al models` fetches it")
    film = ["--camera", str(shared_media / "test_video.mp4"), "--seconds", "0.5", "--count-in", "0.2"]
    code = main(["record", "classes=open", "--out", str(tmp_path), *film, "--keys", "2 space enter"])
    assert code == 0, capsys.readouterr().err
    (line,) = read_lines(tmp_path / "recorded.jsonl")
    assert line["hand_seen"] >= 0.8 * line["frames"]
