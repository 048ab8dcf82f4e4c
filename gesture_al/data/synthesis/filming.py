"""Short clips and long takes of generated people, from the plan of their acts to landmarks with a tracker's errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.synthesis.acting import Cast, stage
from gesture_al.data.synthesis.camera import Setups, draw_setups, frame_times, project
from gesture_al.data.synthesis.gestures import CLASSES
from gesture_al.data.synthesis.hand_model import pose_hand, turn_matrix
from gesture_al.data.synthesis.motion import follow
from gesture_al.data.synthesis.performance import Script, perform, write_script
from gesture_al.data.synthesis.subject import Subjects, draw_subjects
from gesture_al.data.synthesis.tracker import track


@dataclass(frozen=True)
class TrackedClips:
    """Short clips as a tracker delivers them.

    Args:
        positions: Left hand, then right hand, as people have them, (N, T, 42, 3); NaN where not seen and behind the end.
        times: Seconds, (N, T); rising behind the end too.
        lengths: Frames, (N,).
    """

    positions: Float32
    times: Float32
    lengths: Int64


def film(
    cast: Cast, subjects: Subjects, setups: Setups, frames: int, tilt: float, noise: float, rng: np.random.Generator
) -> TrackedClips:
    """Landmarks of a batch of short clips: acted, filmed and tracked.

    Args:
        cast: Labels and people.
        subjects: The people.
        setups: The cameras.
        frames: T, the most frames a clip may have.
        tilt: Degrees by which a held hand may lean.
        noise: Scale of the tracker's errors.
        rng: Chance of this batch.
    """
    plan, duration_N = stage(cast, subjects, setups, tilt, rng)
    times_N_T, lengths_N = frame_times(setups.fps[cast.session], duration_N, frames, rng)
    path = follow(plan, times_N_T, rng)
    exact = project(in_space(path, cast, subjects), setups, cast.session)
    landmarks = track(exact, times_N_T, lengths_N, setups.aspect[cast.session], noise, rng)
    landmarks[np.arange(frames) >= lengths_N[:, None]] = np.nan
    return TrackedClips(landmarks.reshape(len(landmarks), frames, 42, 3), times_N_T, lengths_N)


def in_space(path: Float32, cast: Cast, subjects: Subjects) -> Float32:
    """Joints in metres right of the chest as the camera sees it, above it and towards the camera, shape (N, T, 2, 21, 3)."""
    person = (cast.subject, None, None)
    local = pose_hand(path[..., 7:], subjects.palm[person], subjects.bones[person])
    turned = local @ turn_matrix(path[..., 3:7]).swapaxes(-1, -2)
    points = turned * subjects.palm_metres[cast.subject][:, None, None, None, None]
    # Both hands are computed as right ones; the person's right side is the left side of an unmirrored picture.
    points += path[..., None, :3] * np.array([-1, 1, 1], dtype=np.float32)
    points[:, :, 0, :, 0] *= -1
    return points


_NONE = CLASSES.index("none")
# Takes are made in batches of fixed size, each with its own chance, so that the first do not depend on how many follow.
_BATCH = 8


@dataclass(frozen=True)
class LongTake:
    """Landmarks of one person before one camera for a minute or so, and when each gesture was there.

    Args:
        positions: Left hand, then right hand, (T, 42, 3), fractions of the picture; NaN where not seen.
        seconds: Rising, (T,), from 0.
        aspect: Width / height of the picture.
        subject: Number of the person.
        session: Number of the person's camera.
        label: Index into `CLASSES` of each act that is a gesture, in order of time, (G,).
        start: When each is there, seconds, (G,).
        stop: When it is over, (G,).
    """

    positions: Float32
    seconds: Float32
    aspect: float
    subject: int
    session: int
    label: Int64
    start: Float32
    stop: Float32


def film_long_takes(
    count: int,
    acts: int,
    gesture_share: float,
    subjects: int = 20,
    sessions: int = 2,
    seed: int = 0,
    noise: float = 1.0,
    tilt: float = 30.0,
    left_handed: float = 0.12,
    calm: float = 1.0,
    gestures: Sequence[str] = CLASSES[:-1],
) -> list[LongTake]:
    """Landmarks of long takes, of people and cameras in turn; the same parameters give the same bits.

    Args:
        count: How many takes.
        acts: Acts in each, gestures and ordinary movement; one takes 3 seconds or so, more for calm people.
        gesture_share: Probability that an act is a gesture, 0 to 1.
        subjects: People; those of another seed are other people.
        sessions: Cameras of each.
        seed: Of all chance.
        noise: Scale of the tracker's errors.
        tilt: How far a held hand may lean, degrees.
        left_handed: Share of left-handed people.
        calm: How much longer than a restless person's the pauses between acts are.
        gestures: Which gestures people do, at least one of `CLASSES` other than `none`.
    """
    wanted = np.array([CLASSES.index(name) for name in gestures])
    streams = RandomStreams(seed)
    people, setups = draw_subjects(subjects, streams, left_handed), draw_setups(subjects, sessions, streams)
    number_N = np.arange(-(-count // _BATCH) * _BATCH)
    subject_N, session_N = number_N % subjects, number_N // subjects % sessions
    takes: list[LongTake] = []
    for first in range(0, count, _BATCH):
        rows = slice(first, first + _BATCH)
        rng = streams.generator("takes", first // _BATCH)
        shape = (_BATCH, acts)
        gesture_N_K = rng.random(shape) < gesture_share
        label_N_K = np.where(gesture_N_K, wanted[rng.integers(len(wanted), size=shape)], _NONE)
        cast = Cast(label_N_K[:, 0], subject_N[rows], subject_N[rows] * sessions + session_N[rows])
        script = write_script(label_N_K, cast, people, setups, tilt, calm, rng)
        takes += _film_batch(script, cast, people, setups, noise, rng)
    return takes[:count]


def _film_batch(
    script: Script, cast: Cast, people: Subjects, setups: Setups, noise: float, rng: np.random.Generator
) -> list[LongTake]:
    fps_N, aspect_N = setups.fps[cast.session], setups.aspect[cast.session]
    frames = int(1.15 * (script.duration * fps_N).max()) + 8
    times_N_T, lengths_N = frame_times(fps_N, script.duration, frames, rng)
    exact = project(in_space(perform(script, times_N_T, rng), cast, people), setups, cast.session)
    landmarks = track(exact, times_N_T, lengths_N, aspect_N, noise, rng).reshape(len(exact), frames, 42, 3)
    sessions = len(setups.fps) // len(people.pace)
    takes = []
    for row, length in enumerate(lengths_N):
        acts = script.label[row] != _NONE
        takes.append(
            LongTake(
                positions=landmarks[row, :length].copy(),
                seconds=times_N_T[row, :length],
                aspect=float(aspect_N[row]),
                subject=int(cast.subject[row]),
                session=int(cast.session[row]) % sessions,
                label=script.label[row, acts],
                start=script.start[row, acts],
                stop=script.stop[row, acts],
            )
        )
    return takes
