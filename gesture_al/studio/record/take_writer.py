"""A camera's takes on their way to the stock: the video is written while the take runs, and kept or forgotten after it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gesture_al.capture.video.base import Frame
from gesture_al.capture.video.writing import CLIP_SUFFIX
from gesture_al.studio.record.clip_store import ClipStore, Finished, Kept
from gesture_al.studio.record.pending_take import PendingTake
from gesture_al.studio.record.plan import RecordingPlan
from gesture_al.studio.record.take import Take


class TakeWriter:
    """Where a camera's takes go; a context manager that keeps other recorders out.

    Args:
        folder: Of the data set.
        plan: Names subject and session.
        layout: Name of the skeleton.
        extractor: What the landmarks depend on, as JSON.
        video: Whether pictures are kept.

    Attributes:
        fps: Frames a second of the videos.
    """

    def __init__(self, folder: Path, plan: RecordingPlan, layout: str, extractor: Mapping[str, Any], video: bool = True) -> None:
        self.fps = 30.0
        self._stock = ClipStore(folder)
        self._plan, self._layout, self._extractor, self._video = plan, layout, dict(extractor), video
        self._draft: PendingTake | None = None
        self._kept: list[Kept] = []

    def __enter__(self) -> Self:
        self._stock.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        self.drop()
        self._stock.__exit__(kind, err, trace)

    def counts(self) -> dict[str, int]:
        """Clips that there are, by class."""
        return self._stock.counts()

    def begin(self) -> None:
        """A take begins.

        Raises:
            UserError: Too little room on the disk.
        """
        self.drop()
        self._stock.check_room(self._video)
        if self._video:
            self._draft = PendingTake(self._stock.workshop / f"take{CLIP_SUFFIX}", self.fps)

    def write(self, frame: Frame) -> None:
        """A frame of the take.

        Raises:
            UserError: The video cannot be written.
        """
        if self._draft is not None:
            self._draft.write(frame)

    def keep(self, take: Take) -> str:
        """Put the take where it stays.

        Returns:
            Its name, `<class>/<clip>`.

        Raises:
            UserError: The disk is full or the like: nothing of the take is there then, and this may be called again.
        """
        kept = self._stock.put(
            Finished(
                label=take.label,
                subject=self._plan.subject,
                session=self._plan.session,
                track=take.track(self._layout, {}),
                extractor=self._extractor,
                video=self._draft.finish(take.seconds) if self._draft is not None else None,
                told={
                    "prompt": take.prompt,
                    "frames": len(take),
                    "hand_seen": take.seen,
                    "lost": take.lost,
                    "seconds": round(take.seconds, 3),
                },
            )
        )
        self._draft = None
        self._kept.append(kept)
        return kept.name

    def drop(self) -> None:
        """Forget the take."""
        if self._draft is not None:
            self._draft.drop()
            self._draft = None

    def undo(self) -> str | None:
        """Remove what was kept last by this recorder.

        Raises:
            UserError: It cannot be removed.
        """
        if not self._kept:
            return None
        self._stock.take_back(self._kept[-1])
        return self._kept.pop().name
