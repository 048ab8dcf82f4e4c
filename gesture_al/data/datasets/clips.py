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
from gesture_al.core.messages import in_shell
from gesture_al.core.parameters import Names, Positive
from gesture_al.data.clip_set import UNKNOWN, ClipSet, LeftOut
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.inputs import ASPECTS, check_classes, existing_folder
from gesture_al.data.datasets.recordings import KEPT, WHOLE, WORKSHOP, recording_file
from gesture_al.data.left_out import below, ending, entries_of, told, with_left_out
from gesture_al.data.skeleton import skeleton_for
from gesture_al.data.track import UNLABELLED, Track, read_track

_TRACK = ".npz"
# Files that a browser may play; whether it can is for the browser to say.
_PLAYABLE = frozenset({".webm", ".mp4", ".m4v", ".mov"})
# Hidden things that recorder and extraction keep beside the classes.
_OWN = (KEPT, WHOLE, WORKSHOP, ".lock")
_LOOSE = "lies in no folder named for a class"
_DEEP = "a folder inside of a class; move its clips up"
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
        root = self._root()
        entries, left_out = entries_of(root, root, _OWN)
        left_out += [LeftOut(below(one, root), _LOOSE) for one in entries if one.suffix.lower() == _TRACK and one.is_file()]
        folders = [one.name for one in entries if one.is_dir()]
        classes = [name for name in folders if name != UNLABELLED] if self.classes is None else self.classes
        left_out += [LeftOut(name, "not in dataset.params.classes") for name in folders if name not in (*classes, UNLABELLED)]
        files: list[tuple[str, Path]] = []
        for kind in [*classes, UNLABELLED]:
            tracks, others = _tracks(root / kind, root)
            files += [(f"{kind}/{path.stem}", path) for path in tracks]
            left_out += others
        for _, path in files:
            check_name(path)
        if not files:
            what = f", left out {len(left_out)}: {told(left_out)}" if left_out else ""
            raise UserError(f"{root}: no clip in it (the layout is <class>/<clip>.npz){what}; {_how_to_begin(root)}")
        # The last two tell a converted set from those of earlier versions, which knew less.
        settings = {"classes": classes, "longest": self.longest, "name": root.name, "videos": True, "recordings": True}
        clips = cached("clips", settings, files, lambda allocate: self._convert(root, classes, files, allocate))
        return with_left_out(with_existing_files(clips, root, self.longest), left_out)

    def _root(self) -> Path:
        try:
            return existing_folder(self.path, "dataset.params.path")
        except UserError as err:
            if self.path is None or not str(self.path).strip() or Path(self.path).exists():
                raise
            raise UserError(f"{err}; {_how_to_begin(self.path)}") from err

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


def _how_to_begin(path: str | Path) -> str:
    videos = in_shell("extract", "VIDEOS", "--out", path)
    return f"record first: {in_shell('record', '--out', path)}, or extract a folder of videos: {videos}"


def _tracks(folder: Path, root: Path) -> tuple[list[Path], list[LeftOut]]:
    """The tracks in a class's folder, and what else is there; videos beside their tracks are theirs."""
    if not folder.is_dir():
        return [], []
    entries, left_out = entries_of(folder, root)
    tracks = [one for one in entries if one.suffix.lower() == _TRACK and one.is_file()]
    others = [one for one in entries if one not in tracks and one.suffix.lower() not in _PLAYABLE]
    return tracks, left_out + [LeftOut(below(one, root), _DEEP if one.is_dir() else ending(one)) for one in others]


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
