"""Takes as the recorder's page hands them to its clip store: pictures and the joints seen in them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.data.track import FrameJoints, Track
from gesture_al.studio.record.clip_store import ClipStore, FinishedTake
from gesture_al.studio.record.plan import RecordingPlan


def finished_take(
    store: ClipStore, plan: RecordingPlan, label: str | None, frames: Sequence[tuple[Frame, FrameJoints]], video: bool = True
) -> FinishedTake:
    """A take that is to be kept, its video in the store's workshop where pictures are kept."""
    height, width = frames[0][0].image.shape[:2]
    track = Track.of([(frame.seconds, joints) for frame, joints in frames], (width, height), "hands", {})
    path = None
    if video:
        path = store.workshop / f"{uuid.uuid4()}.webm"
        rate = round(1 / (frames[1][0].seconds - frames[0][0].seconds))
        with ClipWriter(path, rate) as writer:
            for frame, _ in frames:
                writer.write(frame)
    told = {"prompt": "Faster", "frames": len(frames)}
    return FinishedTake(label, plan.subject, plan.session, track, {"name": "fake"}, path, told)
