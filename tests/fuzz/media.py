"""Importers of pictures and videos."""

from __future__ import annotations

import random
from pathlib import Path

from fuzz.arrays import write
from fuzz.importers import Work, importer, spoil
from fuzz.pictures import mutated_picture, mutated_video, picture, video
from fuzz.running import NonsenseError

READ = 200
"""Frames of a video that are looked at."""


def _watch(path: Path, fps: float | None = None) -> Work:
    def read() -> str:
        from gesture_al.capture.video.reading import open_video

        last, count = -1.0, 0
        with open_video(path, fps) as opened:
            if opened.width < 1 or opened.height < 1 or not 0 < opened.fps < float("inf"):
                raise NonsenseError(f"{opened.width} x {opened.height} at {opened.fps}")
            if opened.duration is not None and not 0 <= opened.duration < float("inf"):
                raise NonsenseError(f"lasts {opened.duration}")
            for frame in opened:
                if not frame.seconds > last or not frame.seconds < float("inf"):
                    raise NonsenseError(f"{frame.seconds} after {last}")
                last, count = frame.seconds, count + 1
                if count == READ:
                    break
        return f"{count} frames"

    return read


def _good_video(folder: Path) -> Work:
    write(folder / "clip.mp4", video(".mp4"))
    return _watch(folder / "clip.mp4")


@importer("videos", _good_video)
def _bad_video(rng: random.Random, folder: Path) -> Work:
    suffix = rng.choice((".mp4", ".avi", ".webm", ".mkv", ".gif"))
    return _watch(spoil(rng, folder / f"clip{suffix}", lambda: mutated_video(rng, suffix)))


def _good_pictures(folder: Path) -> Work:
    for number in range(3):
        write(folder / "pictures" / f"{number}.png", picture(".png"))
    return _watch(folder / "pictures")


@importer("pictures", _good_pictures)
def _bad_pictures(rng: random.Random, folder: Path) -> Work:
    suffix = rng.choice((".png", ".jpg", ".bmp", ".webp", ".tiff"))
    if rng.random() < 0.6:
        return _watch(spoil(rng, folder / f"one{suffix}", lambda: mutated_picture(rng, suffix)))
    for number in range(3):
        write(folder / "pictures" / f"{number}{suffix}", picture(suffix))
    spoil(rng, folder / "pictures" / f"{rng.randrange(3)}{suffix}", lambda: mutated_picture(rng, suffix))
    return _watch(folder / "pictures", rng.choice((None, 1e-300, 0.0, -1.0, float("nan"), float("inf"), 1e308)))
