"""What in a folder is a video: files by their suffix, and folders of pictures; and what is left out."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import open_regular
from gesture_al.data.clip_set import LeftOut
from gesture_al.data.left_out import below, clutter, ending, entries_of, missing_frames, natural_key

_CONTAINERS = "mp4 m4v mov qt webm mkv avi divx mpg mpeg mpe vob 3gp 3g2 wmv asf mts m2ts m2t flv f4v ogv ogm mxf dv rm rmvb nut"
_STREAMS = "m1v m2v mp2v y4m h264 264 hevc h265 265 mjpeg mjpg gif apng"
VIDEO_SUFFIXES = frozenset(f".{word}" for word in f"{_CONTAINERS} {_STREAMS}".split())
PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"})
# TypeScript's suffix too: a file of it is a video where packets begin as they do in one.
_TRANSPORT, _SYNC, _PACKETS = ".ts", 0x47, (188, 192)
# Pictures that may move.
_ANIMATED = frozenset({".webp", ".png"})


@dataclass(frozen=True)
class FoundVideos:
    """The videos in a folder.

    Args:
        videos: Files and folders of pictures, sorted by path.
        left_out: What else is there, by its path below the folder, and why it is none.
    """

    videos: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]


def is_video(path: Path) -> bool:
    """Whether this looks like something to open: a video by its suffix or its first bytes, or a folder of pictures."""
    if not path.is_dir():
        return _has_video_suffix(path) or (path.suffix.lower() in _ANIMATED and _is_animated(path))
    with contextlib.suppress(OSError):
        return _is_picture_folder([child for child in path.iterdir() if not (clutter(child.name) or child.name.startswith("."))])
    return False


def _is_picture_folder(children: list[Path]) -> bool:
    """Whether a folder is one clip: it has pictures, and neither videos nor folders; notes beside them make no difference."""
    pictures = sorted(child for child in children if is_picture(child))
    if not pictures or any(child.is_dir() or _has_video_suffix(child) for child in children):
        return False
    # One is enough to tell: to open each would take long.
    return not (pictures[0].suffix.lower() in _ANIMATED and _is_animated(pictures[0]))


def _has_video_suffix(path: Path) -> bool:
    return path.suffix.lower() in VIDEO_SUFFIXES or (path.suffix.lower() == _TRANSPORT and _is_transport_stream(path))


def find_videos(folder: Path, ignored: Collection[Path] = ()) -> FoundVideos:
    """All videos at any depth; a folder of pictures counts as one.

    Args:
        folder: Where to look.
        ignored: Files and folders in it that are something else, such as the list of the videos.
    """
    places = {place.absolute() for place in ignored}
    found = list(_found(folder, folder, places, (folder.resolve(),)))
    return FoundVideos(
        tuple(one for one in found if isinstance(one, Path)),
        tuple(one for one in found if isinstance(one, LeftOut)),
    )


def _found(folder: Path, root: Path, ignored: Collection[Path], above: tuple[Path, ...]) -> Iterator[Path | LeftOut]:
    entries, left_out = entries_of(folder, root)
    yield from left_out
    for child in entries:
        if child.absolute() in ignored:
            continue
        if is_video(child):
            yield child
            if child.is_dir():
                yield from _beside_pictures(child, root)
        elif not child.is_dir():
            yield LeftOut(below(child, root), "a picture outside of a folder of pictures" if is_picture(child) else ending(child))
        elif (place := child.resolve()) in above:
            yield LeftOut(below(child, root), "a link to a folder that it lies in")
        else:
            yield from _found(child, root, ignored, (*above, place))


def _beside_pictures(folder: Path, root: Path) -> Iterator[LeftOut]:
    """What in a folder of pictures is none, and which are missing between them."""
    entries, left_out = entries_of(folder, root)
    yield from left_out
    yield from (LeftOut(below(child, root), ending(child)) for child in entries if not is_picture(child))
    yield from missing_frames(pictures_in(folder), below(folder, root))


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
    return sorted(pictures, key=natural_key)


def _is_transport_stream(path: Path) -> bool:
    head = _head(path, 4 * max(_PACKETS))
    # Those of cameras have four bytes before each packet.
    places = [(size - 188, size) for size in _PACKETS]
    return any(head[first : first + 1 + size : size] == bytes([_SYNC, _SYNC]) for first, size in places)


def _is_animated(path: Path) -> bool:
    """Whether a picture moves, by the flag in the head of a WebP or the chunk of an animated PNG before its first pixels."""
    head = _head(path, 4096)
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X":
        return bool(head[20:21] and head[20] & 2)
    return head[:4] == b"\x89PNG" and b"acTL" in head.partition(b"IDAT")[0]


def _head(path: Path, size: int) -> bytes:
    try:
        with open_regular(path) as file:
            return file.read(size)
    except (UserError, OSError):
        return b""
