"""Landmarks of takes, found in a thread of its own with the code that files go through as well."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gesture_al.capture.extraction.tracks import extract_track
from gesture_al.capture.landmarks.base import Extractor
from gesture_al.capture.video.base import Frame
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.recordings import WHOLE
from gesture_al.data.track import Track
from gesture_al.studio.record.clips import clips_of
from gesture_al.studio.record.take import missing
from gesture_al.studio.record.upload import Upload
from gesture_al.studio.record.verdict import TakeVerdict
from gesture_al.studio.server.guard import LOG

# A file that goes on for longer than the page said, and not by a hair, is not what the page sent.
_TOO_LONG = 1.5
_HAIR = 2.0


class _GivenUp(Exception):  # noqa: N818 - nothing is broken
    """Nobody wants to know any more."""


@dataclass
class TakeReview:
    """A take that is looked at, or was.

    Args:
        upload: What is known of it.
        path: Its video.

    Attributes:
        share: How much of it was seen, 0 to 1.
        track: Its landmarks, when all of it was.
        clips: How many clips it would become.
        why: Why there are no landmarks; empty where there are or may be.
        given_up: Whether it need not be looked at any more.
    """

    upload: Upload
    path: Path
    share: float = 0.0
    track: Track | None = None
    clips: int = 0
    why: str = ""
    given_up: bool = field(default=False)

    def verdict(self, gate: float) -> TakeVerdict:
        """What is to be thought of it."""
        assert self.track is not None
        seen = int(np.isfinite(self.track.handedness).any(axis=1).sum())
        return TakeVerdict(self.upload.label, len(self.track), seen, missing(self.track.seconds.tolist()), gate)


class TakeReviewer:
    """Looks at takes one after the other.

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
                self._thread = threading.Thread(target=self._work, name="looker", daemon=True)
                self._thread.start()

    def look(self, look: TakeReview) -> None:
        """TakeReview at a take as soon as those before it are done."""
        self.warm()
        self._jobs.put(look)

    def close(self) -> None:
        """Nothing is looked at any more."""
        if self._thread is not None:
            self._jobs.put("end")
            self._thread.join(10)

    def _work(self) -> None:
        while (job := self._jobs.get()) != "end":
            try:
                if isinstance(job, TakeReview):
                    self._see(job)
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

    def _see(self, look: TakeReview) -> None:
        longest = max(_TOO_LONG, 1 + _HAIR / max(look.upload.seconds, 0.1))

        def tell(share: float) -> None:
            look.share = min(share, 1.0)
            if look.given_up:
                raise _GivenUp
            if share > longest:
                raise UserError(f"the video is longer than the {look.upload.seconds:.1f} s that the page recorded")

        try:
            track = extract_track(look.path, self._extractor, {}, tell=tell, lasts=look.upload.seconds)
        except _GivenUp:
            return
        except UserError as err:
            look.why = str(err).removeprefix(f"{look.path}: ")
            return
        look.clips = sum(not path.startswith(WHOLE) for path in clips_of(track, f"x/{look.upload.uuid}", look.upload.label))
        look.share, look.track = 1.0, track
