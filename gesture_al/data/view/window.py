"""Pictures in a window on the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv
from gesture_al.data.view.draw import as_array

if TYPE_CHECKING:
    from PIL.Image import Image


def play(pictures: Sequence[Image], fps: float, title: str) -> None:
    """Show pictures over and over until a key is pressed or the window is closed.

    Raises:
        UserError: There is no display, or this OpenCV has no windows.
    """
    require_display("name a file instead: --out clip.gif")
    cv2 = opencv()
    frames = [np.ascontiguousarray(as_array(picture)[..., ::-1]) for picture in pictures]
    try:
        cv2.namedWindow(title)
        while True:
            for frame in frames:
                cv2.imshow(title, frame)
                if cv2.waitKey(max(1, round(1000 / fps))) >= 0 or cv2.getWindowProperty(title, cv2.WND_PROP_VISIBLE) < 1:
                    return
    except cv2.error as err:
        raise UserError(f"OpenCV cannot open a window ({str(err).splitlines()[0]}); name a file instead: --out clip.gif") from err
    finally:
        cv2.destroyAllWindows()


def require_display(remedy: str) -> None:
    """Refuse to open a window where there is no display: OpenCV would not raise, it ends the process.

    Args:
        remedy: What to do instead, the end of the message.

    Raises:
        UserError: No display.
    """
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UserError(f"no display to show a window on; {remedy}")
