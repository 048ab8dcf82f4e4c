"""A trained recogniser, from Python: open it, give it a camera, take its events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gesture_al.capture.landmarks.base import LANDMARKS, Extractor
from gesture_al.core.errors import UserError
from gesture_al.core.messages import not_among
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.frame_source import Joints, OpenSource, joints_source, open_source
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.session import LiveSession

if TYPE_CHECKING:
    from gesture_al.deploy.export import ExportedModel


class Recogniser:
    """An exported model together with when it fires.

    Args:
        model: From `gesture-al export`.
        point: When to fire; None: as it was tuned, or a usual one with windows as long as the clips it learned from.
        extractor: Finds joints in frames; None: the one of the model's layout.
    """

    def __init__(self, model: ExportedModel, point: OperatingPoint | None = None, extractor: Extractor | None = None) -> None:
        self.model = model
        self.point = point or _usual_point(model)
        self._extractor = extractor

    @classmethod
    def load(cls, folder: str | Path, runtime: str = "onnx", **changes: Any) -> Self:
        """Read a recogniser folder.

        Args:
            folder: What `gesture-al export` wrote.
            runtime: `onnx` (no torch is imported) or `torch`.
            **changes: Of its operating point, e.g. `threshold=0.9`.

        Raises:
            UserError: No recogniser there, or a value outside its range.
        """
        from gesture_al.deploy.export import ExportedModel

        recogniser = cls(ExportedModel.load(Path(folder), runtime=runtime))
        unknown = sorted(set(changes) - set(recogniser.point.to_json()))
        if unknown:
            raise UserError(f"operating point: no setting {not_among(unknown[0], recogniser.point.to_json())}")
        recogniser.point = replace(recogniser.point, **changes)
        return recogniser

    @property
    def extractor(self) -> Extractor:
        """What finds joints for it in frames."""
        if self._extractor is None:
            if self.model.layout not in LANDMARKS.names():
                raise UserError(
                    f"this recogniser reads {self.model.layout!r} joints, which no extractor finds in pictures; "
                    "give it pairs of seconds and positions"
                )
            self._extractor = LANDMARKS.build(self.model.layout, {})
        return self._extractor

    @contextmanager
    def open(self, source: int | str | Path | Joints, aspect: float = 4 / 3) -> Iterator[tuple[OpenSource, LiveSession]]:
        """A source and a session for it, closed at the end of the `with`. Arguments as in `stream`."""
        if isinstance(source, int | str | Path):
            with open_source(source, self.extractor) as opened:
                yield opened, LiveSession(self.model, self.point, opened.aspect)
        else:
            opened = joints_source(source, len(self.model.skeleton), aspect)
            yield opened, LiveSession(self.model, self.point, aspect)

    def stream(self, source: int | str | Path | Joints, aspect: float = 4 / 3) -> Iterator[Event]:
        """Events, as they come.

        Args:
            source: Number of a camera, a video file or folder of pictures, the address of a network stream, or an iterable of
                pairs: seconds, and positions (J, 3) in fractions of the picture (y down, NaN where not seen, unmirrored).
            aspect: Width / height of the picture; asked for with an iterable only, a file or camera says it itself.

        Raises:
            UserError: The camera is missing, busy or unplugged, the file is no video, or positions of another layout.
        """
        with self.open(source, aspect) as (opened, session):
            for frame in opened.frames:
                prediction = session.feed(frame.seconds, frame.joints.positions)
                if prediction is not None and prediction.event is not None:
                    yield prediction.event


def _usual_point(model: ExportedModel) -> OperatingPoint:
    settings = dict(model.operating_point)
    if "window" not in settings and model.clip_seconds is not None:
        settings["window"] = min(10.0, max(0.2, float(model.clip_seconds["median"])))
    return OperatingPoint.from_json(settings)
