"""Generated clips of the FaceTime reactions, to try everything without a camera: Like, Fire works, Heart and none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from gesture_al.core.arrays import Int64
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import CountOrZero, Share, ShareInside
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.classes import NONE
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.inputs import SOURCE, check_room
from gesture_al.data.skeleton import SKELETONS
from gesture_al.data.synthesis.acting import Cast
from gesture_al.data.synthesis.camera import draw_setups
from gesture_al.data.synthesis.filming import TrackedClips, film
from gesture_al.data.synthesis.gestures import CLASSES
from gesture_al.data.synthesis.subject import draw_subjects

# Clips are made in batches of fixed size, each with its own chance, so that the first clips do not depend on how many follow.
_BATCH = 128
_NAME = "facetime_synthetic"


@DATASETS.register("facetime_synthetic")
class FacetimeSynthetic:
    """Generated short clips of people who do the FaceTime reactions, seen by a simulated hand tracker.

    Args:
        clips: How many, at least one per class; classes alternate, so that they are balanced to within one clip.
        subjects: People, at least 1.
        sessions: Recordings of each person, at least 1; each has a camera of its own.
        classes: Some of Like, Fire works, Heart, none; null: all.
        frames: The most frames a clip may have, at least 8; longer clips are taken at a lower rate.
        seed: Of the data; the seed of a run does not change them.
        noise: Scale of the tracker's errors (jitter, lost hands, left and right mixed up); 0: none.
        tilt: How far a held hand may lean from the usual, degrees, 0 to 90.
        left_handed: Share of left-handed people, 0 to 1.
        none_share: Share of the clips that are of class none (ordinary movement), above 0 and below 1; null: as many as of any
            other class.

    Raises:
        UserError: A class that there is not, fewer clips than classes, or a share of a class that is left out.
    """

    def __init__(
        self,
        clips: Annotated[int, Ge(1), Le(10_000_000)] = 2000,
        subjects: Annotated[int, Ge(1), Le(10_000)] = 20,
        sessions: Annotated[int, Ge(1), Le(100)] = 2,
        classes: Sequence[str] | None = None,
        frames: Annotated[int, Ge(8), Le(10_000)] = 45,
        seed: CountOrZero = 0,
        noise: Annotated[float, Ge(0), Le(10)] = 1.0,
        tilt: Annotated[float, Ge(0), Le(90)] = 30.0,
        left_handed: Share = 0.12,
        none_share: ShareInside | None = None,
    ) -> None:
        _check_classes(classes)
        self.classes, self.none_share = classes, none_share
        if none_share is not None and NONE not in self._names:
            raise UserError(f"{_NAME}: none_share={none_share}: `classes` leaves none out; add it, or set none_share=null")
        if clips < len(self._names):
            raise UserError(f"{_NAME}: clips={clips}: must be {len(self._names)} or more, one for each class")
        self.clips, self.subjects, self.sessions, self.frames = clips, subjects, sessions, frames
        self.seed, self.noise, self.tilt, self.left_handed = seed, noise, tilt, left_handed

    @property
    def _names(self) -> tuple[str, ...]:
        return CLASSES if self.classes is None else tuple(self.classes)

    def _labels(self, number_N: Int64) -> tuple[Int64, Int64]:
        """Class of each clip, by its place in `classes`, and how many clips of the class come before it."""
        classes = len(self._names)
        if self.none_share is None:
            return number_N % classes, number_N // classes
        none = self._names.index(NONE)
        # None's clips come evenly, between those of the others, which alternate as before.
        none_before_N = np.floor(number_N * self.none_share).astype(np.int64)
        is_none_N = np.floor((number_N + 1) * self.none_share) > none_before_N
        other_N = number_N - none_before_N
        others = np.delete(np.arange(classes), none)
        label_N = np.where(is_none_N, none, others[other_N % len(others)])
        return label_N, np.where(is_none_N, none_before_N, other_N // len(others))

    def load(self) -> ClipSet:
        """Generate the clips: the same parameters give the same bits."""
        check_room(_NAME, self.clips, self.frames, 42)
        streams = RandomStreams(self.seed)
        people = draw_subjects(self.subjects, streams, self.left_handed)
        setups = draw_setups(self.subjects, self.sessions, streams)
        number_N = np.arange(-(-self.clips // _BATCH) * _BATCH)
        label_N, take_N = self._labels(number_N)
        subject_N = take_N % self.subjects
        session_N = take_N // self.subjects % self.sessions
        class_N = np.array([CLASSES.index(name) for name in self._names])[label_N]
        positions = np.empty((self.clips, self.frames, 42, 3), dtype=np.float32)
        times = np.empty((self.clips, self.frames), dtype=np.float32)
        lengths = np.empty(self.clips, dtype=np.int64)
        for first in range(0, self.clips, _BATCH):
            batch = slice(first, first + _BATCH)
            cast = Cast(class_N[batch], subject_N[batch], subject_N[batch] * self.sessions + session_N[batch])
            rng = streams.generator("clips", first // _BATCH)
            takes: TrackedClips = film(cast, people, setups, self.frames, self.tilt, self.noise, rng)
            count = min(_BATCH, self.clips - first)
            positions[batch], times[batch] = takes.positions[:count], takes.times[:count]
            lengths[batch] = takes.lengths[:count]
        subject_N, session_N, label_N = subject_N[: self.clips], session_N[: self.clips], label_N[: self.clips]
        return ClipSet(
            positions=positions,
            lengths=lengths,
            ids=np.array([f"s{s:02d}-{q}-{n:04d}" for n, (s, q) in enumerate(zip(subject_N, session_N, strict=True))]),
            labels=label_N.astype(np.int64),
            classes=self._names,
            skeleton=SKELETONS["hands"],
            subjects=np.array([f"s{s:02d}" for s in subject_N]),
            groups=np.array([f"s{s:02d}/{q}" for s, q in zip(subject_N, session_N, strict=True)]),
            times=times,
            aspect=setups.aspect[subject_N * self.sessions + session_N],
            source=SOURCE,
            synthetic=True,
        )


def _check_classes(classes: Sequence[str] | None) -> None:
    if classes is None:
        return
    unknown = [name for name in classes if name not in CLASSES]
    if unknown:
        raise UserError(f"facetime_synthetic: no class {unknown[0]!r}; `classes` may hold: {', '.join(CLASSES)}")
    if not classes or len(set(classes)) < len(classes):
        raise UserError("facetime_synthetic: `classes` is empty or names a class twice; leave it null for all four")
