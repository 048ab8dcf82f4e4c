"""Review of a take before it is kept: landmarks, extracted in a thread as for files, and a verdict."""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gesture_al.capture.extraction.tracks import extract_track
from gesture_al.capture.landmarks.base import Extractor
from gesture_al.capture.video.frame import Frame
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.recordings import WHOLE
from gesture_al.data.track import Track
from gesture_al.studio.record.clip_store import clips_of
from gesture_al.studio.record.plan import is_none
from gesture_al.studio.record.upload import Upload
from gesture_al.studio.server.guard import LOG

# Frames do not come to the millisecond; from here on one is missing between two.
_GAP = 1.6
# A file that goes on for longer than the page said, and not by a hair, is not what the page sent.
_TOO_LONG = 1.5
_HAIR = 2.0


class _Discarded(Exception):  # noqa: N818 - nothing is broken
    """The take was discarded while its landmarks were extracted."""


@dataclass(frozen=True)
class TakeVerdict:
    """Verdict on a take: frames with a hand, frames lost, good or not.

    Args:
        label: Class; None for a free recording.
        frames: Of the take.
        seen: Frames in which a hand was seen.
        lost: Frames that are missing.
        gate: Share of frames in which a hand must be seen, 0 to 1.
    """

    label: str | None
    frames: int
    seen: int
    lost: int
    gate: float

    @property
    def good(self) -> bool:
        """Whether a hand was seen in at least this share of the frames.

        In ordinary movement none need be seen, in a free recording, which is mostly rest, once will do.
        """
        wanted = self.gate * self.frames if self.label is not None else 1
        return is_none(self.label) or self.seen >= wanted - 1e-9

    def message(self) -> tuple[str, str]:
        """A sentence for the person, and its tone: `good`, `doubt` or `bad`."""
        lost = f" · {self.lost} frame{'s' * (self.lost != 1)} lost" if self.lost else ""
        seen = f"Hand seen {self.seen}/{self.frames}"
        if not self.good and self.label is None:
            return f"{seen}{lost} · nothing to learn from: better once more", "bad"
        if not self.good:
            wanted = math.ceil(self.gate * self.frames - 1e-9)
            return f"{seen}, {wanted} wanted{lost} · better once more: whole hand in the picture, more light", "bad"
        if is_none(self.label):
            return f"{seen}{lost} · for {self.label} any number will do", "doubt" if lost else "good"
        return seen + lost, "doubt" if lost else "good"


@dataclass
class TakeReview:
    """A take whose landmarks are extracted, or were.

    Args:
        upload: Class, subject and the like, as the page sent them.
        path: Its video.

    Attributes:
        share: How much of it is done, 0 to 1.
        track: Its landmarks, when all of it was.
        clips: How many clips it would become.
        why: Why there are no landmarks; empty where there are or may be.
        discarded: Whether it need not be finished.
    """

    upload: Upload
    path: Path
    share: float = 0.0
    track: Track | None = None
    clips: int = 0
    why: str = ""
    discarded: bool = field(default=False)

    def verdict(self, gate: float) -> TakeVerdict:
        """The verdict, once there are landmarks."""
        assert self.track is not None
        seen = int(np.isfinite(self.track.handedness).any(axis=1).sum())
        return TakeVerdict(self.upload.label, len(self.track), seen, missing(self.track.seconds.tolist()), gate)


class TakeReviewer:
    """Extracts the landmarks of takes, one after the other, in a thread.

    Args:
        extractor: What finds the landmarks; loaded in the thread, which is begun by `warm`.

    Attributes:
        state: `asleep`, `loading`, `ready` or `failed`.
        why: Why it failed.
    """

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self.state, self.why = "asleep", ""
        self._jobs: queue.SimpleQueue[TakeReview | str] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def warm(self, again: bool = False) -> None:
        """Load what finds landmarks, once; after a failure only where another try is asked for."""
        with self._lock:
            if self.state != "asleep" and not (again and self.state == "failed"):
                return
            self.state, self.why = "loading", ""
            self._jobs.put("load")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="reviewer", daemon=True)
                self._thread.start()

    def submit(self, review: TakeReview) -> None:
        """Queue a take; it is extracted as soon as those before it are done."""
        self.warm()
        self._jobs.put(review)

    def close(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._jobs.put("end")
            self._thread.join(10)

    def _work(self) -> None:
        while (job := self._jobs.get()) != "end":
            try:
                if isinstance(job, TakeReview):
                    self._extract(job)
                else:
                    self._load()
            except Exception as err:
                # The thread must live on: the person is told, and can try again.
                LOG.exception("page: landmarks could not be found")
                if isinstance(job, TakeReview):
                    job.why = f"no landmarks could be found in it ({err})"
                else:
                    self.state, self.why = "failed", str(err)

    def _load(self) -> None:
        """The first picture sets up the nets, which takes as long as dozens of others."""
        try:
            with self._extractor.track() as tracker:
                tracker.see(Frame(np.zeros((48, 64, 3), np.uint8), 0.0))
        except UserError as err:
            self.state, self.why = "failed", str(err)
        else:
            self.state = "ready"

    def _extract(self, review: TakeReview) -> None:
        longest = max(_TOO_LONG, 1 + _HAIR / max(review.upload.seconds, 0.1))

        def tell(share: float) -> None:
            review.share = min(share, 1.0)
            if review.discarded:
                raise _Discarded
            if share > longest:
                raise UserError(f"the video is longer than the {review.upload.seconds:.1f} s that the page recorded")

        try:
            track = extract_track(review.path, self._extractor, {}, on_progress=tell, duration=review.upload.seconds)
        except _Discarded:
            return
        except UserError as err:
            review.why = str(err).removeprefix(f"{review.path}: ")
            return
        review.clips = sum(not path.startswith(WHOLE) for path in clips_of(track, f"x/{review.upload.uuid}", review.upload.label))
        review.share, review.track = 1.0, track


def missing(seconds: Sequence[float]) -> int:
    """Frames that a camera's times show to be missing: gaps much longer than the usual one.

    >>> missing([0.0, 0.1, 0.2, 0.5, 0.6])
    2
    """
    if len(seconds) < 3:
        return 0
    gaps = np.diff(seconds)
    usual = float(np.median(gaps))
    if usual <= 0:
        return 0
    long = gaps[gaps > _GAP * usual]
    return int((np.round(long / usual) - 1).sum())
