"""Windows cut from generated streams of the FaceTime reactions: as a live recogniser sees them."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le

from gesture_al.core.parameters import CountOrZero, Share
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.inputs import SOURCE, check_recent, check_room
from gesture_al.data.datasets.stream import NONE, Gesture, Stream, cut_windows
from gesture_al.data.skeleton import SKELETONS
from gesture_al.data.synthesis.filming import film_long_takes
from gesture_al.data.synthesis.gestures import CLASSES

_ACTS = 20
_WINDOWS_A_STREAM = 100


def facetime_streams(
    count: int,
    gesture_share: float = 0.5,
    subjects: int = 20,
    sessions: int = 2,
    seed: int = 0,
    noise: float = 1.0,
    tilt: float = 30.0,
    left_handed: float = 0.12,
    calm: float = 1.0,
) -> list[Stream]:
    """Streams of a minute or so; people of another seed are other people. Parameters as in `film_long_takes`."""
    takes = film_long_takes(count, _ACTS, gesture_share, subjects, sessions, seed, noise, tilt, left_handed, calm)
    return [
        Stream(
            positions=take.positions,
            seconds=take.seconds.astype("float64"),
            gestures=tuple(
                Gesture(CLASSES[label], float(start), float(stop))
                for label, start, stop in zip(take.label, take.start, take.stop, strict=True)
            ),
            skeleton=SKELETONS["hands"],
            aspect=take.aspect,
            subject=f"s{seed}-{take.subject:02d}",
            name=f"s{seed}-{take.subject:02d}-{take.session}-{number:04d}",
        )
        for number, take in enumerate(takes)
    ]


@DATASETS.register("facetime_stream")
class FacetimeStream:
    """Windows that end at random moments: whole and partial gestures, transitions and rest, as a live recogniser meets them.

    Args:
        clips: Windows, at least 100.
        subjects: People, at least 1.
        sessions: Cameras of each, at least 1.
        gesture_share: Probability that an act is a gesture, above 0 and below 1.
        window: Seconds of a window, 0.3 to 5.
        frames: Frames of a window, at least 8.
        recent: A window has the class of the gesture that takes at least half of its last so many seconds, above 0 to `window`.
        seed: Of the data; the seed of a run does not change them.
        noise: Scale of the tracker's errors; 0: none.
        tilt: How far a held hand may lean from the usual, degrees, 0 to 90.
        left_handed: Share of left-handed people, 0 to 1.

    Raises:
        UserError: `recent` is longer than `window`.
    """

    def __init__(
        self,
        clips: Annotated[int, Ge(100), Le(10_000_000)] = 6000,
        subjects: Annotated[int, Ge(1), Le(10_000)] = 20,
        sessions: Annotated[int, Ge(1), Le(100)] = 2,
        gesture_share: Annotated[float, Ge(0.01), Le(0.99)] = 0.6,
        window: Annotated[float, Ge(0.3), Le(5)] = 1.2,
        frames: Annotated[int, Ge(8), Le(10_000)] = 24,
        recent: Annotated[float, Ge(0.01)] = 0.3,
        seed: CountOrZero = 0,
        noise: Annotated[float, Ge(0), Le(10)] = 1.0,
        tilt: Annotated[float, Ge(0), Le(90)] = 30.0,
        left_handed: Share = 0.12,
    ) -> None:
        check_recent(recent, window)
        self.clips, self.subjects, self.sessions, self.gesture_share = clips, subjects, sessions, gesture_share
        self.window, self.frames, self.recent = window, frames, recent
        self.seed, self.noise, self.tilt, self.left_handed = seed, noise, tilt, left_handed

    def load(self) -> ClipSet:
        """Generate streams and cut them: the same parameters give the same bits."""
        check_room("facetime_stream", self.clips, self.frames, 42)
        streams = facetime_streams(
            max(self.subjects * self.sessions, self.clips // _WINDOWS_A_STREAM),
            self.gesture_share,
            self.subjects,
            self.sessions,
            self.seed,
            self.noise,
            self.tilt,
            self.left_handed,
        )
        rng = RandomStreams(self.seed).generator("windows")
        order = (*(name for name in CLASSES if name != NONE), NONE)
        return cut_windows(streams, self.clips, self.window, self.frames, self.recent, order, rng, SOURCE, synthetic=True)
