"""Where takes go: a track and a video each, both whole or not at all, under names that are never used twice."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from gesture_al.durable import append_line, read_lines
from gesture_al.errors import UserError
from gesture_al.landmarks.track import UNLABELLED, write_track
from gesture_al.recording.clips import clips_of
from gesture_al.recording.draft import Draft
from gesture_al.recording.moves import Move, finish_move
from gesture_al.recording.plan import Plan
from gesture_al.recording.take import Take
from gesture_al.video.base import Frame
from gesture_al.video.writing import CLIP_SUFFIX

# One line for each take that was kept or taken back; hidden, beside it: what is not kept yet.
MANIFEST, WORKSHOP = "recorded.jsonl", ".recording"
# Whatever a take has left, names its number; videos were mp4 once.
_TAKEN = (".npz", CLIP_SUFFIX, ".mp4")
# A take is begun only if so much is free: bytes of a short one with video, and without.
_ROOM_WITH_VIDEO, _ROOM = 50_000_000, 2_000_000


class Shelf:
    """A folder of clips that is recorded into; a context manager that keeps other recorders out.

    Args:
        folder: Gets `<class>/<clip>.npz` and beside it `<clip>.webm`; what is cut from free recordings goes to `unlabelled`.
        plan: Names subject and session.
        layout: Name of the skeleton.
        extractor: What the landmarks depend on, as JSON.
        video: Whether pictures are kept.

    Attributes:
        fps: Frames a second of the videos.
    """

    def __init__(self, folder: Path, plan: Plan, layout: str, extractor: Mapping[str, Any], video: bool = True) -> None:
        self.folder, self.fps = folder, 30.0
        self._plan, self._layout, self._extractor, self._video = plan, layout, dict(extractor), video
        self._workshop = folder / WORKSHOP
        self._draft: Draft | None = None
        self._kept: list[tuple[str, list[str]]] = []
        self._number = 0

    def __enter__(self) -> Self:
        try:
            self._workshop.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self._workshop / "lock")
            self._lock.acquire(timeout=0)
        except Timeout as err:
            raise UserError(f"{self.folder}: another recorder is writing here; close it, or choose another --out") from err
        except OSError as err:
            raise UserError(f"{self.folder}: clips cannot be written here ({err.strerror}); choose another --out") from err
        finish_move(self.folder, self._workshop, self.folder / MANIFEST)
        # Takes that a killed recorder was in the middle of.
        for torn in self._workshop.iterdir():
            if torn.name != "lock":
                torn.unlink()
        self._number = self._last_number()
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        self.drop()
        # The lock's file stays: removed now, it could be another recorder's already.
        self._lock.release()

    def counts(self) -> dict[str, int]:
        """Clips that there are, by class."""
        folders = [path for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
        return {path.name: sum(1 for clip in path.glob("*.npz") if not clip.name.startswith(".")) for path in folders}

    def begin(self) -> None:
        """A take begins.

        Raises:
            UserError: Too little room on the disk.
        """
        self.drop()
        free = shutil.disk_usage(self.folder).free
        if free < (_ROOM_WITH_VIDEO if self._video else _ROOM):
            raise UserError(f"{self.folder}: only {free / 1e6:.0f} MB are free on this disk; make room, then record on")
        if self._video:
            self._draft = Draft(self._workshop / f"take{CLIP_SUFFIX}", self.fps)

    def write(self, frame: Frame) -> None:
        """A frame of the take.

        Raises:
            UserError: The video cannot be written.
        """
        if self._draft is not None:
            self._draft.write(frame)

    def keep(self, take: Take) -> str:
        """Put the take where it stays.

        Returns:
            Its name, `<class>/<clip>`.

        Raises:
            UserError: The disk is full or the like: nothing of the take is there then, and this may be called again.
        """
        name = self._next_name(take.label or UNLABELLED)
        try:
            video = self._draft.finish(take.seconds) if self._draft is not None else None
            about = self._about(take, name, video)
            tracks = clips_of(take.track(self._layout, about), name, take.label)
            files = [*([f"{name}{CLIP_SUFFIX}"] if video is not None else []), *tracks]
            line = {"op": "keep", "name": name, "files": files, **self._line(take, about)}
            with Move(self.folder, self._workshop, line) as move:
                if video is not None:
                    move.bring(video, files[0])
                for path, track in tracks.items():
                    write_track(self.folder / path, track)
                append_line(self.folder / MANIFEST, line)
        except OSError as err:
            raise UserError(f"{name} could not be kept ({err.strerror or err}); make room on the disk and keep it again") from err
        self._number += 1
        self._draft = None
        self._kept.append((name, files))
        return name

    def drop(self) -> None:
        """Forget the take."""
        if self._draft is not None:
            self._draft.drop()
            self._draft = None

    def undo(self) -> str | None:
        """Remove what was kept last by this recorder.

        Raises:
            UserError: It cannot be removed.
        """
        if not self._kept:
            return None
        name, files = self._kept[-1]
        line = {"op": "undo", "name": name, "files": files, "subject": self._plan.subject, "at": _now()}
        try:
            with Move(self.folder, self._workshop, line) as move:
                move.remove()
                append_line(self.folder / MANIFEST, line)
        except OSError as err:
            raise UserError(
                f"{name} could not be removed ({err.strerror or err}); remove {self.folder / name}.* yourself"
            ) from err
        self._kept.pop()
        return name

    def _about(self, take: Take, name: str, video: Path | None) -> dict[str, Any]:
        """What stands in the track."""
        about: dict[str, Any] = {"class": take.label} if take.label is not None else {}
        about |= {"subject": self._plan.subject, "session": self._plan.session}
        if video is not None:
            # Told from the folder, which may be moved as a whole.
            about |= {"video": f"{name}{CLIP_SUFFIX}", "sha256": hashlib.sha256(video.read_bytes()).hexdigest()}
        return about | {"extractor": self._extractor}

    def _line(self, take: Take, about: Mapping[str, Any]) -> dict[str, Any]:
        known = {key: about[key] for key in ("class", "subject", "session", "sha256") if key in about}
        told = {"prompt": take.prompt, "frames": len(take), "hand_seen": take.seen, "lost": take.lost}
        return {**known, **told, "seconds": round(take.seconds, 3), "at": _now()}

    @property
    def _stem(self) -> str:
        return f"{self._plan.subject}_{self._plan.session}_"

    def _next_name(self, label: str) -> str:
        return f"{label}/{self._stem}{self._number + 1:03d}"

    def _last_number(self) -> int:
        """Of this subject and session, whatever the class; what was taken back counts too."""
        names = [Path(str(line.get("name", ""))).name for line in read_lines(self.folder / MANIFEST)]
        names += [path.stem for path in self.folder.glob("*/*") if path.suffix in _TAKEN]
        # Capitals do not count: Ann and ann share their files on a Mac.
        tails = [name[len(self._stem) :].partition("_")[0] for name in names if name.lower().startswith(self._stem.lower())]
        return max((int(tail) for tail in tails if tail.isdecimal()), default=0)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
