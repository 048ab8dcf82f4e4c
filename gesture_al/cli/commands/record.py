"""`gesture-al record`: from what was typed to clips on the disk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gesture_al.capture.landmarks.base import Extractor
from gesture_al.capture.video.camera import open_camera
from gesture_al.cli.commands.extract import chosen_extractor
from gesture_al.core.atomic_io import read_lines
from gesture_al.core.errors import Paused, UserError
from gesture_al.data.track import UNLABELLED
from gesture_al.studio.record.booth import Face, Scripted, run_session
from gesture_al.studio.record.clip_store import MANIFEST
from gesture_al.studio.record.feed import CameraFeed, LoopedFile, Source
from gesture_al.studio.record.keys import Script
from gesture_al.studio.record.plan import RecordingPlan, targets_of
from gesture_al.studio.record.screen import REACTIONS, tally_of
from gesture_al.studio.record.session import RecordSession
from gesture_al.studio.record.take_writer import TakeWriter
from gesture_al.studio.record.window import Window

# Those of FaceTime, for whoever names none.
_CLASSES = ("Like", "Fire works", "Heart")
_TARGET = 20


@dataclass(frozen=True)
class Wish:
    """What was typed behind `gesture-al record`; see its help."""

    words: Sequence[str]
    out: Path
    camera: str
    subject: str
    session: str | None
    seconds: float
    takes: int
    count_in: float
    free_seconds: float
    gate: float
    target: int | None
    landmarks_only: bool
    size: str
    keys: str | None


def record_clips(wish: Wish) -> tuple[str, str]:
    """Record.

    Returns:
        A line for the person, and one about what went wrong at the end, or nothing.

    Raises:
        UserError: A setting is out of range, there is no display, no camera, or no room.
        Paused: The person pressed Ctrl-C; what was kept is on the disk.
    """
    plan = plan_of(wish, _TARGET if wish.target is None else wish.target)
    extractor = landmarks_of(wish.words)
    face: Face
    face = Scripted(Script(wish.keys.split())) if wish.keys is not None else Window(extractor.skeleton, _size(wish.size))
    if sys.platform == "darwin":
        print(f"gesture-al: {' '.join(REACTIONS)}", file=sys.stderr)
    shelf = TakeWriter(wish.out, plan, extractor.skeleton.name, extractor.settings, video=not wish.landmarks_only)
    with shelf:
        session = RecordSession(plan, shelf)
        try:
            run_session(session, extractor, _opening(wish.camera, wish.keys is not None, shelf), face)
        except KeyboardInterrupt:
            raise Paused(f"stopped; {_told(session, wish.out)}; the same command goes on") from None
        finally:
            if isinstance(face, Window):
                face.close()
    return f"recorded: {_told(session, wish.out)}", session.trouble or session.camera_lost


def plan_of(wish: Wish, target: int) -> RecordingPlan:
    """What is wanted, as it was typed."""
    return RecordingPlan(
        targets=targets_of(chosen_classes(wish.words, wish.out), target),
        subject=wish.subject,
        session=wish.session or datetime.now().strftime("%Y-%m-%d_%H-%M-%S"),
        seconds=wish.seconds,
        takes=wish.takes,
        count_in=wish.count_in,
        free_seconds=wish.free_seconds,
        gate=wish.gate,
    )


def _told(session: RecordSession, out: Path) -> str:
    unkept = "; the take that was on the screen was not kept" if session.unkept else ""
    return f"{session.kept} clip{'s' * (session.kept != 1)}{unkept}; in {out} there are now: {tally_of(session)}"


def _opening(camera: str, scripted: bool, shelf: TakeWriter) -> Callable[[], Source]:
    """How the camera is opened, and opened again; with a script a file is gone through as fast as it can be."""

    def source() -> Source:
        is_file = not camera.isdecimal() and not camera.startswith("/dev/")
        opened: Source = LoopedFile(Path(camera).expanduser()) if scripted and is_file else CameraFeed(open_camera(camera))
        shelf.fps = opened.fps
        return opened

    return source


def chosen_classes(words: Sequence[str], out: Path) -> list[str]:
    """Those that `classes=...` names, else those that clips are there of, else the usual ones."""
    named = [word.partition("=")[2] for word in words if word.startswith("classes=")]
    return _names(named[-1]) if named else found_classes(out)


def landmarks_of(words: Sequence[str]) -> Extractor:
    """The extractor that was typed beside the classes.

    Raises:
        UserError: Something else was typed.
    """
    words = [word for word in words if not word.startswith("classes=")]
    strange = [word for word in words if not word.lstrip("+~").startswith(("landmarks=", "landmarks."))]
    if strange:
        raise UserError(f"{strange[0]!r} is no setting of `record`; write classes=Like,Heart or landmarks=hands_pose")
    return chosen_extractor(words)


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.strip("[]").split(",") if name.strip()]


def found_classes(out: Path) -> list[str]:
    """The classes that clips are there of already; the usual ones where there are none."""
    folders = sorted(path.name for path in out.iterdir() if path.is_dir()) if out.is_dir() else []
    found = [name for name in folders if not name.startswith(".") and name != UNLABELLED]
    # As they were first recorded, so that a digit means the same class to whoever records next; others behind them.
    recorded = list(dict.fromkeys(str(line.get("class", "")) for line in read_lines(out / MANIFEST)))
    return sorted(found, key=lambda name: recorded.index(name) if name in recorded else len(recorded)) or list(_CLASSES)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and 480 <= int(width) <= 7680 and 320 <= int(height) <= 4320):
        raise UserError(f"--window {text}: write width x height in pixels from 480x320, e.g. 1280x720")
    return int(width), int(height)
