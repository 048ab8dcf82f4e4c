"""Free recordings cut anew out of the landmarks that were kept of them, whether or not their video was kept."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from gesture_al.capture.extraction.clip_cutter import ClipRules, cut_clips
from gesture_al.capture.extraction.manifest import clip_exists
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.recordings import LOCK, WORKSHOP
from gesture_al.data.track import UNLABELLED, read_track, write_track


@dataclass(frozen=True)
class Recut:
    """A free recording that was cut anew.

    Args:
        name: Of the recording.
        clips: How many it gives now.
        reason: Why there is none, so that its clips stay as they were; else empty.
    """

    name: str
    clips: int
    reason: str = ""


def recut(whole: Path, rules: ClipRules) -> list[Recut]:
    """Cut every recording whose landmarks lie in a folder `.whole`; clips go to `unlabelled` beside it, instead of those there.

    Clips that somebody has moved into a class stay, and are not proposed once more.

    Raises:
        UserError: No recording there, one that cannot be read, or a recorder at work.
    """
    folder = whole.parent
    paths = sorted(path for path in whole.glob("*.npz") if not path.name.startswith("."))
    if not paths:
        raise UserError(f"{whole}: no free recording in it; `gesture-al record` keeps the landmarks of each there")
    (folder / WORKSHOP).mkdir(exist_ok=True)
    try:
        with FileLock(folder / WORKSHOP / LOCK, timeout=0):
            return [_cut(path, folder, rules) for path in paths]
    except Timeout as err:
        raise UserError(f"{folder}: a recorder is writing here; close it first") from err


def _cut(path: Path, folder: Path, rules: ClipRules) -> Recut:
    track, stem = read_track(path), path.stem
    cut = cut_clips(track, UNLABELLED, stem, track.about, rules)
    if not cut.clips:
        return Recut(stem, 0, cut.reason)
    clips = {f"{name}.npz": clip for name, clip in cut.clips}
    for name, clip in clips.items():
        if not clip_exists(folder, name):
            write_track(folder / name, clip)
    for old in (folder / UNLABELLED).glob(f"{glob.escape(stem)}*.npz"):
        if f"{UNLABELLED}/{old.name}" not in clips and read_track(old).about.get("recording") == stem:
            old.unlink()
    return Recut(stem, len(clips))
