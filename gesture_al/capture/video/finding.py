"""What in a folder is a video: files by their suffix, and folders of pictures."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from gesture_al.core.errors import UserError

VIDEO_SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".gif", ".mpg", ".mpeg", ".3gp"})
PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"})


def is_video(path: Path) -> bool:
    """Whether this looks like something to open: a file with a video's suffix, or a folder that holds only pictures."""
    if path.is_dir():
        inside = [child for child in path.iterdir() if not child.name.startswith(".")]
        return bool(inside) and all(child.suffix.lower() in PICTURE_SUFFIXES for child in inside)
    return path.suffix.lower() in VIDEO_SUFFIXES


def find_videos(folder: Path) -> list[Path]:
    """All videos at any depth, sorted by path; a folder of pictures counts as one. Hidden ones are passed over."""
    videos: list[Path] = []
    with contextlib.suppress(PermissionError):
        for child in sorted(folder.iterdir()):
            if child.name.startswith("."):
                continue
            if is_video(child):
                videos.append(child)
            elif child.is_dir():
                videos += find_videos(child)
    return videos


def is_picture(path: Path) -> bool:
    """Whether the name ends like a picture's."""
    return path.suffix.lower() in PICTURE_SUFFIXES


def pictures_in(path: Path) -> list[Path]:
    """The pictures of a folder in the order in which a person counts (2 before 10); of a picture itself.

    Raises:
        UserError: A folder without a picture.
    """
    if not path.is_dir():
        return [path]
    pictures = [child for child in path.iterdir() if is_picture(child) and not child.name.startswith(".")]
    if not pictures:
        raise UserError(f"{path}: a folder without pictures; name a video file or a folder of png or jpg files")
    return sorted(pictures, key=_by_number)


def _by_number(path: Path) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"\d+|\D+", path.name.lower())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
