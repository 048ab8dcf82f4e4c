"""The session in a window of OpenCV."""

from __future__ import annotations

import os
import sys
import time

import numpy as np

from gesture_al.capture.video.base import Frame
from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.track import FrameJoints
from gesture_al.studio.record.keys import CLOSE, OncePerPress, key_name
from gesture_al.studio.record.paint import paint
from gesture_al.studio.record.screen import screen_of
from gesture_al.studio.record.session import RecordSession

_TITLE = "gesture_al: record"
_REMEDY = "record on a machine with a screen, or make clips of video files with `gesture-al extract`"


class Window:
    """Shows every frame and reads the keyboard.

    Args:
        skeleton: What the joints are.
        size: Width and height of the picture; the window may be drawn larger.

    Raises:
        UserError: There is no display, or this OpenCV has no windows.
    """

    def __init__(self, skeleton: Skeleton, size: tuple[int, int]) -> None:
        need_display()
        self._skeleton, self._size = skeleton, size
        self._once = OncePerPress()
        self._cv2 = opencv()
        try:
            # Without the toolbar that Qt would put above it.
            self._cv2.namedWindow(_TITLE, self._cv2.WINDOW_NORMAL | self._cv2.WINDOW_KEEPRATIO | self._cv2.WINDOW_GUI_NORMAL)
            self._cv2.resizeWindow(_TITLE, *size)
        except self._cv2.error as err:
            raise UserError(f"OpenCV cannot open a window ({str(err).splitlines()[0]}); {_REMEDY}") from err
        self._shown = False

    def show(self, session: RecordSession, frame: Frame | None, seen: FrameJoints | None) -> None:
        """Draw the session's screen."""
        screen = screen_of(session, sys.platform == "darwin")
        picture = paint(screen, frame.image if frame else None, seen, self._skeleton, self._size)
        self._cv2.imshow(_TITLE, np.ascontiguousarray(picture[..., ::-1]))
        self._shown = True

    def key(self, session: RecordSession) -> str | None:
        """The key that was pressed, once however long it is held; `close` where the window was closed."""
        code = self._cv2.waitKeyEx(1)
        if self._shown and self._cv2.getWindowProperty(_TITLE, self._cv2.WND_PROP_VISIBLE) < 1:
            return CLOSE
        return self._once(key_name(code), time.monotonic())

    def rest(self) -> float:
        """Wait a little, because there is no frame."""
        began = time.monotonic()
        time.sleep(0.03)
        return time.monotonic() - began

    def close(self) -> None:
        """Take the window away."""
        self._cv2.destroyAllWindows()


def need_display() -> None:
    """Complain where no window can be shown; without a display OpenCV does not raise, it ends the process.

    Raises:
        UserError: There is none.
    """
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UserError(f"no display to show the camera on; {_REMEDY}")
