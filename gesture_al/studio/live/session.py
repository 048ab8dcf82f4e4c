"""What the page does to a recogniser: pictures go in, and what is known of them comes out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from gesture_al.capture.video.jpeg import decode_jpeg
from gesture_al.core.errors import Refused, UserError
from gesture_al.data.view.plane import page_joints
from gesture_al.deploy.live.collecting import name_clip
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import Options, Tally
from gesture_al.deploy.live.thresholds import moved
from gesture_al.studio.live.following import Following, Glance
from gesture_al.studio.server.lease import Lease

# After so many seconds without a picture what was before has nothing to do with what comes.
_ASLEEP = 5.0
# HTTP: locked. The page then offers to take over.
_TAKEN = 423


class LivePage:
    """From the first picture until somebody ends it; tabs and cameras may change meanwhile.

    Args:
        recogniser: What recognises.
        options: What is kept, and where.
        on_event: Called with each event at once.
    """

    def __init__(self, recogniser: Recogniser, options: Options, on_event: Callable[[Event], None]) -> None:
        self.recogniser, self.options, self._on_event = recogniser, options, on_event
        self.tally = Tally()
        self.point = recogniser.point
        self.lease = Lease("another tab shows this recogniser", status=_TAKEN, patience=3.0)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._began = time.monotonic()
        self._following: Following | None = None
        self._camera = ("", "")
        self._theirs, self._ours = 0.0, 0.0
        self._kept: list[Path] = []
        self._unnamed: dict[str, Path] = {}

    def frame(self, tab: str, camera: str, seconds: float, jpeg: bytes) -> dict[str, Any]:
        """A picture of a tab's camera, and what it shows.

        Args:
            tab: Which tab.
            camera: Which of its cameras, or the same one opened again.
            seconds: By the tab's clock, later than the picture before.
            jpeg: Unmirrored.

        Raises:
            Refused: Another tab has the recogniser, it is no picture, or an old one.
        """
        with self._lock:
            if self._over.is_set():
                raise Refused(410, "the recogniser has been ended")
            self.lease.check(tab)
            began = perf_counter()
            try:
                image = decode_jpeg(jpeg)
            except UserError as err:
                raise Refused(422, str(err)) from err
            decoded = perf_counter() - began
            now = self._time((tab, camera), seconds, (image.shape[1], image.shape[0]))
            try:
                glance = self._followed((image.shape[1], image.shape[0])).see(now, image)
            except (UserError, ValueError, RuntimeError) as err:
                self._stop()
                raise Refused(500, f"this picture could not be looked at: {err}") from err
            self._count(glance, decoded)
            return self._told(glance, now, decoded)

    def wrong(self, tab: str) -> dict[str, Any]:
        """Keep the last seconds as wrong."""
        with self._lock:
            self.lease.check(tab)
            try:
                path = self._following.keep_wrong() if self._following is not None else None
            except OSError as err:
                raise Refused(507, f"the clip could not be kept ({err.strerror or err}); make room and mark it again") from err
            if path is None:
                raise Refused(409, "there is nothing to keep yet")
            self._kept.append(path)
            self._unnamed[path.stem] = path
            return {"clip": path.stem, "kept": self.kept}

    def name(self, clip: str, name: str) -> dict[str, Any]:
        """Say what a clip that was kept as wrong really shows."""
        with self._lock:
            path = self._unnamed.get(clip)
            if path is None:
                raise Refused(404, "this clip is not waiting for a name")
            try:
                named = name_clip(path, name)
            except UserError as err:
                raise Refused(409, str(err)) from err
            except OSError as err:
                raise Refused(507, f"the clip keeps no class ({err.strerror or err}); make room and name it again") from err
            del self._unnamed[clip]
            self._kept = [named if one == path else one for one in self._kept]
            return {"clip": clip, "name": name, "kept": self.kept}

    def hold_against(self, threshold: float) -> dict[str, Any]:
        """Try another threshold; nothing is written."""
        with self._lock:
            self.point = moved(self.recogniser.point, threshold)
            if self._following is not None:
                self._following.hold_against(self.point)
            return {"limits": [self.point.of_class(name) for name in self.recogniser.model.classes]}

    def leave(self, tab: str) -> None:
        """A tab closes, or lets go of its camera."""
        with self._lock:
            if self.lease.release(tab):
                self._stop()

    def take(self, tab: str) -> None:
        """A tab wants it, whoever has it."""
        with self._lock:
            self.lease.hold(tab, take_over=True)

    def end(self) -> None:
        """The person has seen enough."""
        self._over.set()

    def wait(self) -> Tally:
        """Until it is ended, in the page or with Ctrl-C: what happened."""
        try:
            # In pieces, since nothing interrupts an endless wait on Windows.
            while not self._over.wait(0.2):
                pass
        except KeyboardInterrupt:
            self.end()
        with self._lock:
            self._stop()
        self.tally.kept = self._kept
        return self.tally

    @property
    def kept(self) -> int:
        """Clips that went to the pool."""
        return len(self._kept)

    def _time(self, camera: tuple[str, str], seconds: float, size: tuple[int, int]) -> float:
        """A picture's time since the start of the sitting; whatever begins anew with it is closed here."""
        passed = seconds - self._theirs
        if self._following is not None and camera == self._camera and size == self._following.size and passed < _ASLEEP:
            if passed <= 0:
                raise Refused(409, "this picture is not later than the one before")
            self._theirs, self._ours = seconds, self._ours + passed
            return self._ours
        self._stop()
        self._camera, self._theirs = camera, seconds
        self._ours = max(time.monotonic() - self._began, self._ours + 1e-3)
        return self._ours

    def _followed(self, size: tuple[int, int]) -> Following:
        if self._following is None:
            self._following = Following(self.recogniser, self.point, self.options, size)
        return self._following

    def _stop(self) -> None:
        if self._following is not None:
            self._following.close()
            self._following = None

    def _count(self, glance: Glance, decoded: float) -> None:
        self.tally.frames += 1
        self.tally.extractor.append(glance.extractor)
        self.tally.beyond.append(decoded + glance.beyond)
        if glance.unsure is not None:
            self._kept.append(glance.unsure)
        if glance.look is not None and glance.look.event is not None:
            self.tally.events.append(glance.look.event)
            self._on_event(glance.look.event)

    def _told(self, glance: Glance, now: float, decoded: float) -> dict[str, Any]:
        look = glance.look
        event = None if look is None else look.event
        return {
            "seconds": round(now, 3),
            "joints": page_joints(glance.seen.positions, self.recogniser.model.skeleton),
            "smoothed": None if look is None else [round(float(value), 4) for value in look.smoothed],
            "event": None if event is None else {"name": event.name, "confidence": round(event.confidence, 4)},
            "unsure": glance.unsure is not None,
            "kept": self.kept,
            "milliseconds": {
                name: round(1000 * value, 2)
                for name, value in (("decode", decoded), ("landmarks", glance.extractor), ("rest", glance.beyond))
            },
        }
