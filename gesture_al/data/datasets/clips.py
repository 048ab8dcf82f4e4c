"""Folders of landmark tracks, as they come from one's own camera and videos."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Float64, Strings
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, is_there
from gesture_al.core.parameters import Names, Positive
from gesture_al.data.clip_set import UNKNOWN, ClipSet, LeftOut
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.inputs import ASPECTS, check_classes, existing_folder
from gesture_al.data.datasets.recordings import recording_file
from gesture_al.data.skeleton import skeleton_for
from gesture_al.data.track import UNLABELLED, Track, read_track

# A year: nothing is recorded for longer.
_MOST_SECONDS = 3e7


@dataclass(frozen=True)
class _Clip:
    """A track with its clip id and the folder (class) it was in."""

    id: str
    kind: str
    track: Track


@DATASETS.register("clips")
class Clips:
    """Clips from `<path>/<class>/<clip>.npz`; the class is the name of the folder, whatever the file says.

    Who is seen, the session, the place in a recording and the video come from the files. A file that cannot be read costs its
    clip, not the set.

    Args:
        path: The folder of tracks.
        classes: Class names in order; folders of other names are passed over. None takes all folders, sorted.
        longest: Seconds that a clip may last, above 0.
    """

    def __init__(self, path: str | None = "data/landmarks", classes: Names | None = None, longest: Positive = 20.0) -> None:
        self.path = path
        self.classes = None if classes is None else [str(name) for name in classes]
        self.longest = longest

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: No such folder, no track, or a class without a clip.
        """
        root = existing_folder(self.path, "dataset.params.path")
        folders = sorted(child.name for child in root.iterdir() if child.is_dir() and not child.name.startswith((".", "__")))
        classes = [name for name in folders if name != UNLABELLED] if self.classes is None else self.classes
        files = [
            (f"{kind}/{path.stem}", path)
            for kind in [*classes, UNLABELLED]
            for path in sorted((root / kind).glob("*.npz"))
            if not path.name.startswith(".")
        ]
        for _, path in files:
            check_name(path)
        if not files:
            raise UserError(f"{root}: no track in it; the layout is <class>/<clip>.npz, which `gesture-al extract` writes")
        # The last two tell a converted set from those of earlier versions, which knew less.
        settings = {"classes": classes, "longest": self.longest, "name": root.name, "videos": True, "recordings": True}
        clips = cached("clips", settings, files, lambda allocate: self._convert(root, classes, files, allocate))
        return with_existing_files(clips, root, self.longest)

    def _convert(self, root: Path, classes: list[str], files: Sequence[tuple[str, Path]], allocate: Allocate) -> ClipSet:
        clips, out = self._read(files)
        labels = np.array([UNKNOWN if clip.kind == UNLABELLED else classes.index(clip.kind) for clip in clips], dtype=np.int64)
        check_classes(str(root), labels, classes, out)
        tracks = [clip.track for clip in clips]
        longest = max(len(track) for track in tracks)
        skeleton = skeleton_for(tracks[0].positions.shape[1], tracks[0].layout)
        positions = allocate((len(clips), longest, len(skeleton), 3))
        times = np.zeros((len(clips), longest), dtype=np.float32)
        for row, track in enumerate(tracks):
            count = len(track)
            positions[row] = np.nan
            positions[row, :count] = track.positions
            times[row, :count] = track.seconds - track.seconds[0]
            times[row, count:] = times[row, count - 1]
        groups, start, end = sessions_of(tracks)
        people = np.array([str(track.about.get("subject", "")) for track in tracks])
        urgent = np.array([int(track.about.get("priority", 0)) for track in tracks], dtype=np.int64)
        recordings = np.array([recording_file(root, track.about) for track in tracks])
        return ClipSet(
            positions=positions,
            lengths=np.array([len(track) for track in tracks], dtype=np.int64),
            ids=np.array([clip.id for clip in clips]),
            labels=labels,
            classes=tuple(classes),
            skeleton=skeleton,
            subjects=people if (people != "").any() else None,
            groups=groups,
            start=start,
            end=end,
            times=times,
            aspect=np.array([track.width / track.height for track in tracks], dtype=np.float32),
            videos=np.array([str(track.about.get("video", "")) for track in tracks]),
            video_from=np.array([track.seconds[0] for track in tracks], dtype=np.float64),
            priority=urgent if urgent.any() else None,
            recordings=recordings if (recordings != "").any() else None,
            left_out=tuple(out),
            source=f"{root.name}: own clips, extracted with {_extractors(tracks)}",
        )

    def _read(self, files: Sequence[tuple[str, Path]]) -> tuple[list[_Clip], list[LeftOut]]:
        clips: list[_Clip] = []
        out: list[LeftOut] = []
        for id, path in files:
            try:
                track = read_track(path)
            except UserError as err:
                out.append(LeftOut(id, str(err).removeprefix(f"{path}: ")))
                continue
            reason = self._unfit(track)
            if reason:
                out.append(LeftOut(id, reason))
            else:
                clips.append(_Clip(id, id.split("/")[0], track))
        if not clips:
            return clips, out
        # One set is of one layout: that of most clips.
        layout, _ = Counter(clip.track.layout for clip in clips).most_common(1)[0]
        joints, _ = Counter(clip.track.positions.shape[1] for clip in clips if clip.track.layout == layout).most_common(1)[0]
        strange = [clip for clip in clips if clip.track.layout == layout and clip.track.positions.shape[1] != joints]
        out += [LeftOut(clip.id, f"has {clip.track.positions.shape[1]} joints, most have {joints}") for clip in strange]
        clips = [clip for clip in clips if clip not in strange]
        other = [clip for clip in clips if clip.track.layout != layout]
        out += [LeftOut(clip.id, f"is of layout {clip.track.layout}, most are {layout}; extract it again") for clip in other]
        return [clip for clip in clips if clip.track.layout == layout], out

    def _unfit(self, track: Track) -> str:
        """Why a track cannot be a clip; empty where it can."""
        if not len(track) or not np.isfinite(track.positions).any():
            return "no landmark in any frame"
        if np.isinf(track.positions).any() or not np.isfinite(track.seconds).all() or (np.diff(track.seconds) <= 0).any():
            return "holds an infinite number or times that do not increase; extract it again"
        if not ASPECTS[0] <= track.width / track.height <= ASPECTS[1]:
            return f"is of a picture of {track.width} x {track.height}; extract it again"
        if np.abs(track.seconds).max() > _MOST_SECONDS:
            return "holds times that no recording has; extract it again"
        seconds = float(track.seconds[-1] - track.seconds[0])
        if seconds > self.longest:
            return f"lasts {seconds:.0f} s, more than {self.longest:g}; extract it with --free, or raise dataset.params.longest"
        return ""


def _extractors(tracks: Sequence[Track]) -> str:
    return ", ".join(sorted({track.layout for track in tracks}))


# Clips of which nobody says when they were recorded may all be of one session. The word is part of fingerprints.
UNKNOWN_SESSION = "one sitting"


def sessions_of(tracks: Sequence[Track]) -> tuple[Strings, Float64, Float64]:
    """The session of each clip, and its start and end there.

    A clip cut from a longer recording belongs to that, at its place in it. Clips recorded one by one belong to the session of
    their person, one behind the other in the order in which they come; without a session, to their person; without either, all
    to one session.

    Args:
        tracks: N clips.

    Returns:
        Groups (N,), start (N,) and end (N,) in seconds; clips of one group overlap only where they share frames.
    """
    groups: list[str] = []
    start, end = np.zeros(len(tracks)), np.zeros(len(tracks))
    used: dict[str, float] = defaultdict(float)
    for row, track in enumerate(tracks):
        about = track.about
        if "recording" in about and "start" in about:
            # A recording's name may be a session's too; their times must not meet.
            groups.append(f"recording {about['recording']}")
            start[row], end[row] = float(about["start"]), float(about["end"])
            continue
        subject, session = str(about.get("subject", "")), str(about.get("session", ""))
        group = f"{subject}/{session}" if subject and session else subject or session or UNKNOWN_SESSION
        groups.append(group)
        start[row] = used[group]
        # A second more, so that two clips of the same length never share a moment.
        used[group] += float(track.seconds[-1] - track.seconds[0]) + 1.0
        end[row] = used[group] - 0.5
    return np.array(groups), start, end


# Files that a browser may play; whether it can is for the browser to say.
_PLAYABLE = frozenset({".webm", ".mp4", ".m4v", ".mov"})


def with_existing_files(clips: ClipSet, root: Path, longest: Positive) -> ClipSet:
    """The set with the paths of its videos and recordings as they are now: videos come and go, and the folder may move.

    Args:
        clips: From the cache: `videos` in full, below `root` or empty; `recordings` below `root` or empty.
        root: The data set's folder.
        longest: Seconds that a clip may last where its ends are moved.
    """
    names = [] if clips.videos is None else clips.videos.tolist()
    videos = [_video_file(video, root, clip) for video, clip in zip(names, clips.ids.tolist(), strict=False)]
    result = replace(clips, videos=np.array(videos) if any(videos) else None)
    if clips.recordings is not None:
        recordings = np.array([str(root / name) if name else "" for name in clips.recordings.tolist()])
        result = replace(result, recordings=recordings, longest=longest)
    if "fingerprint" in vars(clips):
        # Paths are no part of it, and to read all clips for the same once more takes long.
        vars(result)["fingerprint"] = clips.fingerprint
    return result


def _video_file(video: str, root: Path, clip: str) -> str:
    """The video file at its path or, if its track was moved to another class, beside the track; empty where there is none."""
    if Path(video).suffix.lower() not in _PLAYABLE:
        return ""
    places = [(root / video).absolute(), (root / clip).absolute().with_name(Path(video).name)]
    return next((str(place) for place in places if is_there(place)), "")
