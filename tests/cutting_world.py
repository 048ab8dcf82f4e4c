"""A folder of clips that were cut from recordings, some of them wrongly, with the recordings kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.base import read_dataset
from gesture_al.data.track import Stretch, Track, write_track

CLASSES = ("Fire works", "Heart", "Like")
FPS = 25
LONG, STEP = 12.0, 1.0


def recording(name: str, kind: int, seconds: float = LONG) -> Track:
    """Hands that go round, each class at a height of its own, in frames that are not quite evenly spaced."""
    rng = np.random.default_rng([kind, *name.encode()])
    frames = round(seconds * FPS)
    when = np.arange(frames) / FPS + rng.uniform(-0.004, 0.004, frames)
    hand = np.stack([np.linspace(0, 0.12, 21), np.linspace(0, 0.2, 21) ** 1.2, np.zeros(21)], axis=1)
    way = np.stack([0.5 + 0.2 * np.sin(when), 0.2 + 0.25 * kind + 0.1 * np.cos(when), 0 * when], axis=1)
    joints = np.concatenate([hand + np.array([-0.25, 0, 0]), hand + np.array([0.1, 0, 0])])
    positions = way[:, None] + joints + rng.normal(0, 0.003, (frames, 42, 3))
    about = {"subject": name, "session": "1"}
    return Track(
        positions.astype(np.float32), when, np.ones((frames, 2), np.float32), np.full(frames, ""), 640, 480, "hands", about
    )


def write_recorded(folder: Path, people: int = 4) -> Path:
    """Three recordings a person, one of each class, cut into clips of a second; as `record` leaves them."""
    for person in range(people):
        for kind, label in enumerate(CLASSES):
            stem = f"p{person}_1_{kind + 1:03d}"
            whole = recording(stem, kind)
            write_track(folder / ".whole" / f"{stem}.npz", whole)
            for number in range(int(LONG / STEP) - 1):
                start = number * STEP + 0.2
                clip = whole.cut(Stretch(start, start + STEP - 0.3))
                about = {**clip.about, "subject": f"p{person}", "recording": stem}
                write_track(folder / label / f"{stem}_{round(start * 100):06d}.npz", Track(**{**vars(clip), "about": about}))
    return folder


def recorded(folder: Path, people: int = 4, **params) -> ClipSet:
    """The same, as a set."""
    return read_dataset("clips", path=str(write_recorded(folder, people)), **params)
