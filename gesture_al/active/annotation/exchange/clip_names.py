"""Clips and recordings of a data set by what other tools call them: ids, paths and addresses of their videos."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from gesture_al.data.clip_set import ClipSet
from gesture_al.data.track import UNLABELLED, Stretch

UNKNOWN_CLIP = "not in the data set"
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")
# Label Studio puts eight letters before the name of a file that was uploaded, and keeps it in a folder by the project's number.
_UPLOAD = re.compile(r"(?:^|/)upload/\d+/[0-9a-f]{8}-([^/]+)$")
# Of a recording's clips, as `clips` names their group.
_RECORDING = "recording "


def path_in(reference: str) -> str:
    r"""The path that a reference means, with `/`: of an address what names the file, without what Label Studio put before it.

    >>> path_in("/data/local-files/?d=down/0.mp4"), path_in("/data/upload/1/0a1b2c3d-my%20clip.mp4"), path_in("C:\\clips\\a.mp4")
    ('down/0.mp4', 'my clip.mp4', 'C:/clips/a.mp4')
    """
    text = reference.strip()
    try:
        address = urlsplit(text)
        named = parse_qs(address.query).get("d", []) if "local-files" in address.path else []
        if named:
            text = named[0]
        elif len(address.scheme) > 1:
            text = unquote(address.path)
        elif "%" in text:
            text = unquote(text)
    except ValueError:
        pass
    text = text.replace("\\", "/")
    uploaded = _UPLOAD.search(text)
    return uploaded.group(1) if uploaded else text


class PathIndex:
    """Things by the last parts of their paths, without ending and without case.

    Args:
        paths: Path and thing, any number of paths for each.
    """

    def __init__(self, paths: Iterable[tuple[str, str]]) -> None:
        self._by_tail: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for path, thing in paths:
            for parts in {_parts(path), _parts(_SUFFIX.sub("", path))}:
                for first in range(len(parts)):
                    self._by_tail[parts[first:]].add(thing)

    def find(self, reference: str) -> set[str]:
        """What a reference may mean: of the things whose paths have most of its last parts, one, several, or none.

        A name alone, where the reference has folders that the thing's path has otherwise, is not enough; a folder of clips
        without a class says nothing.
        """
        path = path_in(reference)
        for parts in dict.fromkeys((_parts(path), _parts(_SUFFIX.sub("", path)))):
            for first in range(len(parts)):
                things = self._by_tail.get(parts[first:], set())
                if len(parts) - first == 1 < len(parts):
                    things = {one for one in things if "/" not in one or one.startswith(f"{UNLABELLED}/")}
                if things:
                    return things
        return set()


def _parts(path: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFC", path).casefold()
    return tuple(part for part in folded.split("/") if part not in ("", "."))


class ClipNames:
    """The clips of a data set by their ids, and by the paths and addresses of their files.

    Args:
        clips: The data set.
    """

    def __init__(self, clips: ClipSet) -> None:
        self._rows = clips.rows
        self._index = PathIndex([*((clip, clip) for clip in clips.ids.tolist()), *_videos(clips)])

    def find(self, reference: str) -> tuple[str | None, str]:
        """The id of a clip; None with the reason where there is none of that name, or nobody can say which."""
        if reference in self._rows:
            return reference, ""
        found = self._index.find(reference)
        if len(found) == 1:
            return next(iter(found)), ""
        return None, "names several clips" if found else UNKNOWN_CLIP


@dataclass(frozen=True)
class _Place:
    """Where a clip lies in a recording; without a stretch, all of it is the clip."""

    clip: str
    stretch: Stretch | None


class RecordingNames:
    """The recordings that the clips of a data set were cut from; a clip that was cut from none is a recording of itself.

    Args:
        clips: The data set.
    """

    def __init__(self, clips: ClipSet) -> None:
        self._places: dict[str, list[_Place]] = defaultdict(list)
        ids = clips.ids.tolist()
        groups = [""] * len(ids) if clips.groups is None else clips.groups.tolist()
        paths = []
        video_of = dict[str, str]()
        for video, clip in _videos(clips):
            video_of[clip] = video
        for row, (clip, group) in enumerate(zip(ids, groups, strict=True)):
            cut = clips.start is not None and clips.end is not None and group.startswith(_RECORDING)
            recording = group.removeprefix(_RECORDING) if cut else clip
            self._places[recording].append(_Place(clip, _in_recording(clips, row) if cut else _alone(clips, row)))
            paths.append((recording, recording))
            if clip in video_of:
                paths.append((video_of[clip], recording))
        self._index = PathIndex(paths)

    def find(self, reference: str) -> tuple[Sequence[tuple[str, Stretch | None]], str]:
        """The clips of a recording and where they lie in it; none, with the reason, where there is none of that name."""
        found = {reference} if reference in self._places else self._index.find(reference)
        if len(found) == 1:
            return [(place.clip, place.stretch) for place in self._places[next(iter(found))]], ""
        return (), "names several recordings" if found else UNKNOWN_CLIP


def _videos(clips: ClipSet) -> list[tuple[str, str]]:
    """The video of each clip that has one, with its id."""
    names = [] if clips.videos is None else clips.videos.tolist()
    return [(name.replace("\\", "/"), clip) for name, clip in zip(names, clips.ids.tolist(), strict=False) if name]


def _in_recording(clips: ClipSet, row: int) -> Stretch:
    assert clips.start is not None
    assert clips.end is not None
    return Stretch(float(clips.start[row]), float(clips.end[row]))


def _alone(clips: ClipSet, row: int) -> Stretch | None:
    """All of a clip, in seconds; None where nothing says how long it lasts."""
    last = int(clips.lengths[row]) - 1
    if clips.times is not None:
        return Stretch(0.0, float(clips.times[row, last] - clips.times[row, 0]))
    return None if clips.fps is None else Stretch(0.0, last / clips.fps)
