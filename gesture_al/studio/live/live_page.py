"""A live recogniser in the browser: a tab's camera pictures go in, joints and events come out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from gesture_al.capture.video.frame import Frame, decode_jpeg
from gesture_al.core.arrays import UInt8
from gesture_al.core.errors import Refused, UserError
from gesture_al.data.track import FrameJoints
from gesture_al.data.view.plane import page_joints
from gesture_al.deploy.live.collecting import UNSURE, WRONG, Collector, Doubt, name_clip
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.operating_point import OperatingPoint, shift_thresholds
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import Options, Tally
from gesture_al.deploy.live.session import LiveSession, WindowPrediction
from gesture_al.studio.server.lease import Lease


@dataclass(frozen=True)
class FrameResult:
    """Joints and prediction of one picture.

    Args:
        joints: Of the picture.
        prediction: Of the window that ends with it; None where none was due.
        unsure: The clip of the last seconds, where they were kept because it hesitated.
        extractor: Seconds that finding the joints took.
        beyond: Seconds of everything after it.
    """

    joints: FrameJoints
    prediction: WindowPrediction | None
    unsure: Path | None
    extractor: float
    beyond: float


class CameraFollower:
    """One camera of one tab, from its first picture to its last: a tracker, a session and the last seconds of joints.

    Args:
        recogniser: What recognises.
        point: When it fires.
        options: What is kept, and where.
        size: Width and height of the pictures.

    Raises:
        UserError: The landmark model is not to be had.
    """

    def __init__(self, recogniser: Recogniser, point: OperatingPoint, options: Options, size: tuple[int, int]) -> None:
        self.size = size
        self._collect = options.collect
        self._session = LiveSession(recogniser.model, point, size[0] / size[1])
        self._doubt = Doubt()
        about: dict[str, Any] = {} if options.subject is None else {"subject": options.subject}
        about["extractor"] = recogniser.extractor.settings
        self._collector = Collector(options.folder, recogniser.model.layout, size, about)
        self._stack = ExitStack()
        self._tracker = self._stack.enter_context(recogniser.extractor.track())

    def close(self) -> None:
        """No more pictures come."""
        self._stack.close()

    def see(self, seconds: float, image: UInt8) -> FrameResult:
        """Find the joints of the next picture, and predict where it is time to.

        Args:
            seconds: Later than that of the one before.
            image: uint8 (H, W, 3), RGB, unmirrored.
        """
        began = perf_counter()
        joints = self._tracker.see(Frame(image, seconds))
        joints_at = perf_counter()
        self._collector.add(seconds, joints)
        prediction = self._session.feed(seconds, joints.positions)
        hesitated = prediction is not None and self._collect and self._doubt.over(prediction)
        unsure = self._collector.keep(UNSURE) if hesitated else None
        return FrameResult(joints, prediction, unsure, joints_at - began, perf_counter() - joints_at)

    def use_thresholds_of(self, point: OperatingPoint) -> None:
        """Fire at these thresholds from now on."""
        self._session.use_thresholds_of(point)

    def keep_wrong(self) -> Path | None:
        """Put the last seconds at the head of the pool; None where there is nothing yet."""
        return self._collector.keep(WRONG)


# After so many seconds without a picture what was before has nothing to do with what comes.
_ASLEEP = 5.0
# HTTP: locked. The page then offers to take over.
_LOCKED = 423


class LivePage:
    """A recogniser shown in the browser until somebody ends it; tabs and cameras may change meanwhile.

    Args:
        recogniser: What recognises.
        options: What is kept, and where.
        on_event: Called with each event at once.
    """

    def __init__(self, recogniser: Recogniser, options: Options, on_event: Callable[[Event], None]) -> None:
        self.recogniser, self.options, self._on_event = recogniser, options, on_event
        self.tally = Tally()
        self.point = recogniser.point
        self.lease = Lease("another tab shows this recogniser", status=_LOCKED, patience=3.0)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._began = time.monotonic()
        self._follower: CameraFollower | None = None
        self._camera = ("", "")
        self._tab_seconds, self._session_seconds = 0.0, 0.0
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
                result = self._follower_for((image.shape[1], image.shape[0])).see(now, image)
            except (UserError, ValueError, RuntimeError) as err:
                self._stop()
                raise Refused(500, f"this picture could not be looked at: {err}") from err
            self._count(result, decoded)
            return self._reply(result, now, decoded)

    def wrong(self, tab: str) -> dict[str, Any]:
        """Keep the last seconds as wrong."""
        with self._lock:
            self.lease.check(tab)
            try:
                path = self._follower.keep_wrong() if self._follower is not None else None
            except OSError as err:
                raise Refused(507, f"the clip could not be kept ({err.strerror or err}); make room and mark it again") from err
            if path is None:
                raise Refused(409, "there is nothing to keep yet")
            self._kept.append(path)
            self._unnamed[path.stem] = path
            return {"clip": path.stem, "kept": self.kept}

    def name(self, clip: str, name: str) -> dict[str, Any]:
        """Give a clip that was kept as wrong its true class."""
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

    def set_threshold(self, threshold: float) -> dict[str, Any]:
        """Try another threshold; nothing is written."""
        with self._lock:
            self.point = shift_thresholds(self.recogniser.point, threshold)
            if self._follower is not None:
                self._follower.use_thresholds_of(self.point)
            return {"limits": [self.point.of_class(name) for name in self.recogniser.model.classes]}

    def leave(self, tab: str) -> None:
        """Release the lease of a tab that closes or stops its camera."""
        with self._lock:
            if self.lease.release(tab):
                self._stop()

    def take(self, tab: str) -> None:
        """Give the lease to a tab, whoever holds it."""
        with self._lock:
            self.lease.hold(tab, take_over=True)

    def end(self) -> None:
        """End the recogniser for all tabs."""
        self._over.set()

    def wait(self) -> Tally:
        """Block until it is ended, in the page or with Ctrl-C.

        Returns:
            Frames, events and clips of the whole session.
        """
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
        """A picture's time since the start of the page; a camera that ended with it is closed."""
        passed = seconds - self._tab_seconds
        if self._follower is not None and camera == self._camera and size == self._follower.size and passed < _ASLEEP:
            if passed <= 0:
                raise Refused(409, "this picture is not later than the one before")
            self._tab_seconds, self._session_seconds = seconds, self._session_seconds + passed
            return self._session_seconds
        self._stop()
        self._camera, self._tab_seconds = camera, seconds
        self._session_seconds = max(time.monotonic() - self._began, self._session_seconds + 1e-3)
        return self._session_seconds

    def _follower_for(self, size: tuple[int, int]) -> CameraFollower:
        if self._follower is None:
            self._follower = CameraFollower(self.recogniser, self.point, self.options, size)
        return self._follower

    def _stop(self) -> None:
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    def _count(self, result: FrameResult, decoded: float) -> None:
        self.tally.frames += 1
        self.tally.extractor.append(result.extractor)
        self.tally.beyond.append(decoded + result.beyond)
        if result.unsure is not None:
            self._kept.append(result.unsure)
        if result.prediction is not None and result.prediction.event is not None:
            self.tally.events.append(result.prediction.event)
            self._on_event(result.prediction.event)

    def _reply(self, result: FrameResult, now: float, decoded: float) -> dict[str, Any]:
        prediction = result.prediction
        event = None if prediction is None else prediction.event
        return {
            "seconds": round(now, 3),
            "joints": page_joints(result.joints.positions, self.recogniser.model.skeleton),
            "smoothed": None if prediction is None else [round(float(value), 4) for value in prediction.smoothed],
            "event": None if event is None else {"name": event.name, "confidence": round(event.confidence, 4)},
            "unsure": result.unsure is not None,
            "kept": self.kept,
            "milliseconds": {
                name: round(1000 * value, 2)
                for name, value in (("decode", decoded), ("landmarks", result.extractor), ("rest", result.beyond))
            },
        }
