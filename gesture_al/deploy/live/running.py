"""The live runner: recognises a source, prints its events, draws, saves and keeps clips for the pool."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.core.errors import UserError
from gesture_al.deploy.live.collecting import UNSURE, WRONG, Collector, Doubt
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.frame_source import Joints, OpenSource, StreamFrame
from gesture_al.deploy.live.overlay import Overlay, Scene
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.session import LiveSession, WindowPrediction
from gesture_al.deploy.live.window import Window

Show = Callable[[np.ndarray], str]
_NOTE_SECONDS = 2.5


@dataclass(frozen=True)
class Options:
    """Options of a live session beside its recogniser.

    Args:
        window: Whether a window is opened.
        save: Where the annotated video goes; None: nowhere.
        folder: The landmark data set to which moments go that were wrong or unsure.
        collect: Whether unsure ones go there too.
        subject: Who is before the camera, for the clips that go there; None: nobody says.
        note: A line that stands at the top all the time.
    """

    window: bool = True
    save: Path | None = None
    folder: Path = Path("data/landmarks")
    collect: bool = False
    subject: str | None = None
    note: str = ""


@dataclass
class Tally:
    """Counts, events and times of a live session.

    Args:
        frames: How many came.
        events: All of them.
        extractor: Seconds of the extractor for each frame.
        beyond: Seconds of everything else for each frame: predicting, drawing, showing, writing.
        kept: Clips that went to the pool.
        failure: Why the source ended before its time; None if it did not.
    """

    frames: int = 0
    events: list[Event] = field(default_factory=list)
    extractor: list[float] = field(default_factory=list)
    beyond: list[float] = field(default_factory=list)
    kept: Sequence[Path] = ()
    failure: UserError | None = None


class LiveRunner:
    """One live session: recognise, show, save, keep clips.

    Args:
        recogniser: What recognises.
        options: What else is done.
        on_event: Called with each event at once.
    """

    def __init__(self, recogniser: Recogniser, options: Options, on_event: Callable[[Event], None]) -> None:
        self._recogniser, self._options, self._on_event = recogniser, options, on_event
        self._tally = Tally()
        self._doubt = Doubt()
        self._said = ("", float("-inf"))
        self._times: deque[float] = deque(maxlen=30)
        self._smoothed = np.zeros(len(recogniser.model.classes), dtype=np.float32)

    def run(self, source: int | str | Path | Joints, show: Show | None = None) -> Tally:
        """Run until the source ends, `q` is typed, or Ctrl-C; what was saved until then stays.

        Args:
            source: As `Recogniser.stream` takes it.
            show: Shows a picture and gives back the key typed; None: a window, if the options say so.

        Raises:
            UserError: The source cannot be opened, or there is no display for the window.
        """
        with ExitStack() as stack:
            if show is None and self._options.window:
                show = stack.enter_context(Window()).show
            opened, session = stack.enter_context(self._recogniser.open(source))
            video = None
            if self._options.save is not None:
                video = stack.enter_context(ClipWriter(self._options.save, opened.fps or 30.0))
            try:
                self._follow(opened, session, show, video)
            except KeyboardInterrupt:
                pass
            except UserError as err:
                # A camera that is unplugged midway must not cost what was saved until then.
                if not self._tally.beyond:
                    raise
                self._tally.failure = err
        return self._tally

    def _follow(self, opened: OpenSource, session: LiveSession, show: Show | None, video: ClipWriter | None) -> None:
        model = self._recogniser.model
        overlay = Overlay(
            model.skeleton, model.classes, self._recogniser.point, mirror=opened.live, keys="q quit   w that was wrong"
        )
        about: dict[str, Any] = {} if self._options.subject is None else {"subject": self._options.subject}
        if opened.pictures:
            about["extractor"] = self._recogniser.extractor.settings
        collector = Collector(self._options.folder, model.layout, opened.size, about)
        self._tally.kept = collector.written
        for frame in opened.frames:
            began = perf_counter()
            prediction = session.feed(frame.seconds, frame.joints.positions)
            collector.add(frame.seconds, frame.joints)
            self._tally.frames += 1
            if prediction is not None:
                self._take(prediction, collector)
            self._times.append(began)
            key = self._picture(frame, overlay, show, video, perf_counter() - began)
            self._tally.extractor.append(frame.cost)
            self._tally.beyond.append(perf_counter() - began)
            if key == "q":
                return
            if key == "w":
                self._say(frame.seconds, "kept as wrong; it will be asked about first" if collector.keep(WRONG) else "")

    def _take(self, prediction: WindowPrediction, collector: Collector) -> None:
        self._smoothed = prediction.smoothed
        if prediction.event is not None:
            self._tally.events.append(prediction.event)
            self._on_event(prediction.event)
        if self._options.collect and self._doubt.over(prediction) and collector.keep(UNSURE):
            self._say(prediction.seconds, "kept, since it was unsure")

    def _say(self, seconds: float, text: str) -> None:
        self._said = (text, seconds)

    def _picture(self, frame: StreamFrame, overlay: Overlay, show: Show | None, video: ClipWriter | None, looked: float) -> str:
        if show is None and video is None:
            return ""
        span = self._times[-1] - self._times[0]
        text, since = self._said
        scene = Scene(
            seconds=frame.seconds,
            positions=frame.joints.positions,
            smoothed=self._smoothed,
            last=self._tally.events[-1] if self._tally.events else None,
            count=len(self._tally.events),
            fps=(len(self._times) - 1) / span if span > 0 else 0.0,
            latency=frame.cost + looked,
            note=text if text and frame.seconds - since < _NOTE_SECONDS else self._options.note,
        )
        picture = overlay.draw(None if frame.picture is None else frame.picture.image, scene)
        if video is not None:
            video.write(Frame(picture, frame.seconds))
        return "" if show is None else show(picture)
