"""The OpenCV window of a live recogniser, and the keys typed there."""

from __future__ import annotations

import os
from typing import Any

import matplotlib
import numpy as np

from gesture_al.core.arrays import UInt8
from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv
from gesture_al.data.view.show import require_display

_TITLE = "gesture_al live"
_ESCAPE = 27


class Window:
    """A window on the screen, closed at the end of the `with`.

    Raises:
        UserError: There is no display, or this OpenCV has no windows.
    """

    def __init__(self) -> None:
        require_display("add --headless, and --save clip.webm to see it later")
        self._cv2: Any = opencv()
        # OpenCV's wheel points Qt at fonts that it does not bring along, and Qt says so line after line.
        os.environ["QT_QPA_FONTDIR"] = f"{matplotlib.get_data_path()}/fonts/ttf"
        try:
            self._cv2.namedWindow(_TITLE, self._cv2.WINDOW_AUTOSIZE)
        except self._cv2.error as err:
            raise UserError(f"OpenCV cannot open a window ({str(err).splitlines()[0]}); add --headless") from err

    def __enter__(self) -> Window:
        return self

    def __exit__(self, *error: object) -> None:
        self._cv2.destroyAllWindows()

    def show(self, picture: UInt8) -> str:
        """Show an RGB picture.

        Returns:
            The key typed since the last one, `q` also for Escape and a closed window; empty for none.
        """
        self._cv2.imshow(_TITLE, np.ascontiguousarray(picture[..., ::-1]))
        code = self._cv2.waitKey(1)
        if code == _ESCAPE or self._cv2.getWindowProperty(_TITLE, self._cv2.WND_PROP_VISIBLE) < 1:
            return "q"
        return chr(code & 0xFF) if code >= 0 else ""
