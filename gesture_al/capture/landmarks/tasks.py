"""The door to MediaPipe: landmarkers that follow a video, fed with frames as they are, never mirrored."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, Protocol

import numpy as np

from gesture_al.capture.landmarks.base import LEFT, RIGHT
from gesture_al.capture.landmarks.hand_detection import Candidate
from gesture_al.capture.landmarks.model_files import ModelFile
from gesture_al.capture.video.frame import Frame
from gesture_al.core.arrays import Float32, UInt8
from gesture_al.core.errors import UserError
from gesture_al.core.native_stderr import quiet_native_stderr

# Its face landmarker adds ten points of the irises to the 468 of the layout.
_FACE_POINTS = 468


class Clock:
    """Times as MediaPipe wants them: whole milliseconds, each larger than the one before.

    A frame whose time does not increase (a camera's hiccup, a broken file) counts as taken a millisecond after the last one.
    """

    def __init__(self) -> None:
        self._last = -1

    def tick(self, seconds: float) -> int:
        """Milliseconds of the next frame."""
        self._last = max(self._last + 1, round(seconds * 1000) if np.isfinite(seconds) else 0)
        return self._last


class _Landmarker(Protocol):
    def detect(self, image: Any) -> Any: ...

    def detect_for_video(self, image: Any, timestamp_ms: int) -> Any: ...

    def close(self) -> None: ...


class Task:
    """One landmarker of MediaPipe.

    Args:
        kind: `Hand`, `Pose` or `Face`.
        bundle: Its nets.
        follows: Whether it uses what it found in the frame before (VIDEO mode), or takes each by itself (IMAGE mode).
        options: As MediaPipe calls them.

    Raises:
        UserError: The bundle is not one for this task.
    """

    def __init__(self, kind: str, bundle: ModelFile, follows: bool = True, **options: Any) -> None:
        with quiet_native_stderr():
            import mediapipe
            from mediapipe.tasks.python import BaseOptions, vision

            self._mediapipe, self._follows = mediapipe, follows
            mode = vision.RunningMode.VIDEO if follows else vision.RunningMode.IMAGE
            # The content, not the path: the native reader stumbles over letters outside ASCII.
            base = BaseOptions(model_asset_buffer=bundle.content, delegate=BaseOptions.Delegate.CPU)
            settings = getattr(vision, f"{kind}LandmarkerOptions")(base_options=base, running_mode=mode, **options)
            try:
                self._landmarker: _Landmarker = getattr(vision, f"{kind}Landmarker").create_from_options(settings)
            except (RuntimeError, ValueError) as err:
                raise UserError(f"{bundle.path}: MediaPipe does not take it ({str(err).splitlines()[0][:200]})") from err
        self._fresh = True

    def look(self, image: UInt8, milliseconds: int) -> Any:
        """MediaPipe's own result for the next frame."""
        picture = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image))
        # The nets are set up, and talked about, at the first frame.
        with quiet_native_stderr() if self._fresh else nullcontext():
            self._fresh = False
            return self._landmarker.detect_for_video(picture, milliseconds) if self._follows else self._landmarker.detect(picture)

    def close(self) -> None:
        """Give the nets back; a closed one may be closed again."""
        with quiet_native_stderr():
            self._landmarker.close()


class HandTask(Task):
    """All hands of a frame, whosever they are.

    Args:
        bundle: The hand bundle.
        hands: At most so many. The detector rests while so many are followed, so that more cost more.
        detection: How sure it must be of a palm, 0 to 1.
        presence: How sure it must be that there is still a hand, 0 to 1.
        tracking: How much a hand's place must overlap its last one to be the same, 0 to 1.
        follows: As for every task.
    """

    def __init__(
        self, bundle: ModelFile, hands: int, detection: float, presence: float, tracking: float, follows: bool = True
    ) -> None:
        super().__init__(
            "Hand",
            bundle,
            follows,
            num_hands=hands,
            min_hand_detection_confidence=detection,
            min_hand_presence_confidence=presence,
            min_tracking_confidence=tracking,
        )

    def see(self, frame: Frame, milliseconds: int) -> list[Candidate]:
        """The hands of the next frame."""
        result = self.look(frame.image, milliseconds)
        height, width = frame.image.shape[:2]
        return [
            Candidate(_points(points), LEFT if side[0].category_name == "Left" else RIGHT, float(side[0].score), width / height)
            for points, side in zip(result.hand_landmarks, result.handedness, strict=True)
        ]


class PoseTask(Task):
    """The body of the most visible person."""

    def __init__(self, bundle: ModelFile, detection: float, presence: float, tracking: float) -> None:
        super().__init__(
            "Pose",
            bundle,
            num_poses=1,
            min_pose_detection_confidence=detection,
            min_pose_presence_confidence=presence,
            min_tracking_confidence=tracking,
        )

    def see(self, frame: Frame, milliseconds: int) -> Float32 | None:
        """The 33 joints of the next frame, (33, 3); None without a person."""
        result = self.look(frame.image, milliseconds)
        return _points(result.pose_landmarks[0]) if result.pose_landmarks else None


class FaceTask(Task):
    """The face of one person."""

    def __init__(self, bundle: ModelFile, detection: float, presence: float, tracking: float) -> None:
        super().__init__(
            "Face",
            bundle,
            num_faces=1,
            min_face_detection_confidence=detection,
            min_face_presence_confidence=presence,
            min_tracking_confidence=tracking,
        )

    def see(self, frame: Frame, milliseconds: int) -> Float32 | None:
        """The first 468 points of the next frame, (468, 3); None without a face."""
        result = self.look(frame.image, milliseconds)
        return _points(result.face_landmarks[0])[:_FACE_POINTS] if result.face_landmarks else None


def _points(landmarks: Any) -> Float32:
    return np.array([(point.x, point.y, point.z) for point in landmarks], dtype=np.float32)
