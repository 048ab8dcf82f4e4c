"""Continuous recordings in which gestures happen: joined of clips, and cut into fixed windows with a class each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gesture_al.core.arrays import Float32, Float64, Int64
from gesture_al.data.classes import NONE as NONE
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.geometry.sampling import windows
from gesture_al.data.skeleton import Skeleton


@dataclass(frozen=True)
class Gesture:
    """A gesture in a stream, from when it is there (its nucleus: arrived, not yet leaving) to when it ends, seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class StreamClip:
    """A clip of a data set, by its id, and where it lies in a stream, seconds."""

    clip: str
    start: float
    end: float


@dataclass(frozen=True)
class Stream:
    """A continuous recording of one person before one camera.

    Args:
        positions: float32 (T, J, C), fractions of the picture; NaN where not seen.
        seconds: float64 (T,), rising.
        gestures: In order of time.
        skeleton: What the joints are.
        aspect: Width / height of the picture.
        subject: Who is seen.
        name: Unlike any other stream's.
        session: That its clips come from, where it was joined of clips whose session is known.
        clips: Those that it was joined of, in order of time.
    """

    positions: Float32
    seconds: Float64
    gestures: tuple[Gesture, ...]
    skeleton: Skeleton
    aspect: float
    subject: str
    name: str
    session: str = ""
    clips: tuple[StreamClip, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return float(self.seconds[-1] - self.seconds[0])


def classes_at(stream: Stream, ends_N: Float64, recent: float, classes: Sequence[str]) -> Int64:
    """The class at the end of each window.

    Args:
        stream: Where the windows are cut.
        ends_N: When they end, seconds.
        recent: How many of their last seconds decide.
        classes: Names, `none` among them.

    Returns:
        (N,): the class of the gesture that takes at least half of the recent seconds, else `none`.
    """
    label_N = np.full(len(ends_N), list(classes).index(NONE), dtype=np.int64)
    for gesture in stream.gestures:
        shared_N = np.minimum(ends_N, gesture.end) - np.maximum(ends_N - recent, gesture.start)
        label_N[shared_N >= recent / 2] = list(classes).index(gesture.name)
    return label_N


def cut_windows(
    streams: Sequence[Stream],
    count: int,
    length: float,
    frames: int,
    recent: float,
    classes: Sequence[str],
    rng: np.random.Generator,
    source: str,
    synthetic: bool,
) -> ClipSet:
    """Windows that end at random moments of the streams: whole and partial gestures, transitions, rest.

    Args:
        streams: At least one, all of one skeleton.
        count: How many windows.
        length: Of a window, seconds.
        frames: Instants in it.
        recent: How many of its last seconds decide its class.
        classes: Names, `none` among them.
        rng: Chance.
        source: Where the streams come from.
        synthetic: Whether they were generated.

    Returns:
        Clips of `frames` frames each; a stream is a group, with start and end of each window in it. Windows in which nothing
        was seen are kept: an empty picture is no gesture.
    """
    share = np.array([stream.duration for stream in streams])
    owner_N = np.sort(rng.choice(len(streams), size=count, p=share / share.sum()))
    pieces, ends, labels = [], [], []
    for number, stream in enumerate(streams):
        inside = np.count_nonzero(owner_N == number)
        # A window ends at a frame: a live recogniser looks when one arrives.
        first = int(np.searchsorted(stream.seconds, stream.seconds[0] + length / 2))
        end_n = stream.seconds[np.sort(rng.integers(min(first, len(stream.seconds) - 1), len(stream.seconds), inside))]
        pieces.append(windows(stream.positions, stream.seconds, end_n, length, frames))
        labels.append(classes_at(stream, end_n, recent, classes))
        ends.append(end_n)
    end_N = np.concatenate(ends)
    owner = [streams[number] for number in owner_N]
    return ClipSet(
        positions=np.concatenate(pieces),
        lengths=np.full(count, frames, dtype=np.int64),
        ids=np.array([f"{stream.name}/{number:06d}" for number, stream in enumerate(owner)]),
        labels=np.concatenate(labels),
        classes=tuple(classes),
        skeleton=streams[0].skeleton,
        subjects=np.array([stream.subject for stream in owner]),
        groups=np.array([stream.name for stream in owner]),
        start=end_N - length,
        end=end_N,
        fps=(frames - 1) / length,
        aspect=np.array([stream.aspect for stream in owner], dtype=np.float32),
        source=source,
        synthetic=synthetic,
    )


DEFAULT_FPS = 15.0
_JITTER = 0.0015
# MediaPipe's pose: the joints of an arm, and how far each goes along when the hand is lowered.
_ARMS = {"left_hand": {13: 0.4, 15: 1.0, 17: 1.0, 19: 1.0, 21: 1.0}, "right_hand": {14: 0.4, 16: 1.0, 18: 1.0, 20: 1.0, 22: 1.0}}


@dataclass(frozen=True)
class Joining:
    """How clips are joined.

    Args:
        clips: In a stream, at most.
        rest: Probability of a rest with hands out of the picture between two clips.
        idle: Probability of idle movement between them; else the hands go straight on.
        nucleus: Where in its clip a gesture is there, shares from 0 to 1; the whole clip where clips were cut to their gestures.
    """

    clips: int = 12
    rest: float = 0.5
    idle: float = 0.3
    nucleus: tuple[float, float] = (0.0, 1.0)


def join_clips(clips: ClipSet, how: Joining, rng: np.random.Generator) -> list[Stream]:
    """Streams of all clips, each clip once, in random order; people, sessions and the sides of an official split kept apart.

    Args:
        clips: Of any layout; what is not labelled is left out. Clips of class `none` are ordinary movement.
        how: What comes in between.
        rng: Chance.

    Returns:
        Streams of at most `how.clips` clips, each of one person in one session.
    """
    owner, split, session = (
        values if values is not None else np.full(len(clips), "") for values in (clips.subjects, clips.split, clips.groups)
    )
    streams: list[Stream] = []
    numbers: Counter[str] = Counter()
    for person, side, group in sorted(set(zip(owner.tolist(), split.tolist(), session.tolist(), strict=True))):
        members = (owner == person) & (split == side) & (session == group)
        rows = rng.permutation(np.flatnonzero(members & (clips.labels >= 0)))
        for first in range(0, len(rows), how.clips):
            words = "-".join(part for part in (person or "somebody", side) if part)
            name = f"{words}-{numbers[words]:03d}"
            numbers[words] += 1
            stream = _join(clips, rows[first : first + how.clips], how, person, name, rng)
            streams.append(replace(stream, session=group))
    return streams


def _join(clips: ClipSet, rows: Int64, how: Joining, person: str, name: str, rng: np.random.Generator) -> Stream:
    fps = clips.fps or DEFAULT_FPS
    frames: list[Float32] = []
    times: list[Float64] = []
    gestures, stream_clips = [], []
    now, last = 0.0, None
    for row in rows:
        length = int(clips.lengths[row])
        clip = np.asarray(clips.positions[row, :length])
        for bridge in _between(last, clip[0], clips.skeleton, how, fps, rng):
            frames.append(bridge)
            times.append(now + np.arange(1, len(bridge) + 1) / fps)
            now = float(times[-1][-1])
        own = np.arange(length) / fps if clips.times is None else clips.times[row, :length].astype(np.float64)
        begin, now = now + 1 / fps, now + 1 / fps + float(own[-1])
        frames.append(clip)
        times.append(begin + own)
        stream_clips.append(StreamClip(str(clips.ids[row]), begin, now))
        if clips.classes[clips.labels[row]] != NONE:
            low, high = how.nucleus
            gestures.append(Gesture(clips.classes[clips.labels[row]], begin + low * (now - begin), begin + high * (now - begin)))
        last = clip[-1]
    aspects = None if clips.aspect is None else clips.aspect[rows]
    return Stream(
        positions=np.concatenate(frames).astype(np.float32),
        seconds=np.concatenate(times),
        gestures=tuple(gestures),
        skeleton=clips.skeleton,
        aspect=1.0 if aspects is None else float(np.median(aspects)),
        subject=person,
        name=name,
        clips=tuple(stream_clips),
    )


def _between(
    before: Float32 | None, after: Float32, skeleton: Skeleton, how: Joining, fps: float, rng: np.random.Generator
) -> Iterator[Float32]:
    """Transitions (T, J, C) from the last frame of a clip to the first of the next; before the first clip the hands come in."""
    chance = rng.random()
    low_after = _lower_hands(after, skeleton)
    if before is None or chance < how.rest:
        start = low_after if before is None else _lower_hands(before, skeleton)
        if before is not None:
            yield _move(before, start, skeleton, rng.uniform(0.35, 0.8), fps, rng)
        yield _move(start, low_after, skeleton, rng.uniform(0.5, 3.0), fps, rng)
        yield _move(low_after, after, skeleton, rng.uniform(0.35, 0.8), fps, rng)
    elif chance < how.rest + how.idle:
        pose = before
        for _ in range(rng.integers(2, 5)):
            next_pose = _displace_hands(before if rng.random() < 0.5 else after, skeleton, rng)
            yield _move(pose, next_pose, skeleton, rng.uniform(0.3, 0.9), fps, rng)
            pose = next_pose
        yield _move(pose, after, skeleton, rng.uniform(0.3, 0.9), fps, rng)
    else:
        yield _move(before, after, skeleton, rng.uniform(0.4, 0.9), fps, rng)


def _parts(skeleton: Skeleton) -> list[tuple[str, range]]:
    return list(skeleton.parts.items()) or [("all", range(len(skeleton)))]


def _move(start: Float32, end: Float32, skeleton: Skeleton, seconds: float, fps: float, rng: np.random.Generator) -> Float32:
    """Frames from one to another along smooth paths; a part that one of them lacks comes from, or goes, below the picture."""
    count = max(1, round(seconds * fps))
    share = np.arange(1, count + 1, dtype=np.float32) / (count + 1)
    progress = (share**3 * (10 + share * (6 * share - 15)))[:, None, None]
    low_start, low_end = _lower_hands(start, skeleton), _lower_hands(end, skeleton)
    path = np.full((count, *start.shape), np.nan, dtype=np.float32)
    for name, part in _parts(skeleton):
        place = slice(part.start, part.stop)
        a, b = start[place], end[place]
        a = low_end[place] if np.isnan(a).all() else a
        b = low_start[place] if np.isnan(b).all() else b
        path[:, place] = a + (b - a) * progress
        if name.endswith("_hand"):
            # A tracker sees no hand outside the picture.
            outside = ~(path[:, place, :2].mean(axis=1) < 1.02).all(axis=1)
            path[outside, place] = np.nan
    path += rng.normal(0, _JITTER, path.shape)
    return path


def _lower_hands(frame: Float32, skeleton: Skeleton) -> Float32:
    """The frame with its hands below the picture."""
    low = frame.copy()
    for name, part in _parts(skeleton):
        place = slice(part.start, part.stop)
        if not name.endswith("_hand") or np.isnan(frame[place]).all():
            continue
        distance = 1.2 - np.nanmin(frame[place, 1])
        low[place, 1] += distance
        if "pose" in skeleton.parts:
            for joint, share in _ARMS[name].items():
                low[joint, 1] += share * distance
    return low


def _displace_hands(frame: Float32, skeleton: Skeleton, rng: np.random.Generator) -> Float32:
    """The frame with its hands elsewhere, turned, and opened or closed a little."""
    result = frame.copy()
    for name, part in _parts(skeleton):
        place = slice(part.start, part.stop)
        if not name.endswith("_hand") or np.isnan(frame[place]).all():
            continue
        wrist = frame[part.start]
        angle, size = rng.uniform(-1.0, 1.0), rng.uniform(0.6, 1.1)
        turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], dtype=np.float32)
        away = np.array([rng.uniform(-0.12, 0.12), rng.uniform(0.0, 0.25)], dtype=np.float32)
        result[place, :2] = (frame[place, :2] - wrist[:2]) @ turn.T + wrist[:2] + away
        result[place] += rng.normal(0, 0.012, result[place].shape).astype(np.float32)
        if "pose" in skeleton.parts:
            for joint, share in _ARMS[name].items():
                result[joint, :2] += share * away
    return result
