"""One video to one track, and the name under which the track is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gesture_al.capture.landmarks.base import Extractor
from gesture_al.capture.video.finding import pictures_in
from gesture_al.capture.video.reading import open_video
from gesture_al.core.cache_folder import cache_root
from gesture_al.data.datasets.cache import content_hash
from gesture_al.data.left_out import missing_frames
from gesture_al.data.track import FrameJoints, Track


def extract_track(
    path: Path,
    extractor: Extractor,
    about: Mapping[str, Any],
    fps: float | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
    duration: float | None = None,
) -> Track:
    """The joints in every frame of a video.

    Args:
        path: File or folder of pictures.
        extractor: Opens a tracker for it.
        about: Kept in the track; `ended_early` is added where the file was cut short or damaged.
        fps: Pictures a second of a folder.
        on_progress: Called with how far it is, 0 to 1, where it is known how long the video is.
        duration: Its seconds, from whoever recorded it: a browser's file does not say them.

    Raises:
        UserError: No video, or none with a frame.
    """
    with open_video(path, fps) as video, extractor.track() as tracker:

        def frames() -> Iterator[tuple[float, FrameJoints]]:
            for frame in video:
                yield frame.seconds, tracker.see(frame)
                on_progress(_share(duration or video.duration, frame.seconds))

        joints = list(frames())
        loss = {"ended_early": video.loss} if video.loss else {}
        return Track.of(joints, (video.width, video.height), extractor.skeleton.name, {**about, **loss})


def _share(duration: float | None, seconds: float) -> float:
    return seconds / duration if duration else 0.0


def video_hash(path: Path) -> str:
    """Hash of a video's content, in hex, wherever it lies; remembered while the file does not change.

    Raises:
        UserError: It cannot be read.
    """
    files = sorted(pictures_in(path)) if path.is_dir() else [path]
    files_by_name = [(file.name if path.is_dir() else "", file) for file in files]
    content = content_hash(files_by_name, cache_root() / "hashes")
    # Tracks from before missing pictures kept their time are other ones.
    return f"{content}-spaced" if path.is_dir() and missing_frames(pictures_in(path), "") else content


def track_key(content: str, extractor: Mapping[str, Any], fps: float | None) -> str:
    """What makes two tracks the same: the video's content and all that the extractor's numbers depend on."""
    text = json.dumps([content, dict(extractor), fps], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
