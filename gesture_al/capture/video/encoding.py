"""Pictures encoded in a thread of their own, so that whoever takes them does not wait."""

from __future__ import annotations

import threading
from queue import Queue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.opencv import opencv

# Pictures that may wait: a second's, 28 MB at 640 x 480. Whoever brings more waits himself.
_MOST = 30


class Encoder:
    """Feeds a `cv2.VideoWriter`, which lets go of Python's lock while it encodes.

    Args:
        file: Open.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self._waiting: Queue[tuple[NDArray[np.uint8], int] | None] = Queue(_MOST)
        self._failure: BaseException | None = None
        # A program that ends without closing must not hang on this.
        self._thread = threading.Thread(target=self._encode, name="encoder", daemon=True)
        self._thread.start()

    def write(self, image: NDArray[np.uint8], times: int) -> None:
        """Show a picture, uint8 (H, W, 3), RGB, for so many frames; it must not be changed any more."""
        if times > 0:
            self._waiting.put((image, times))

    def close(self) -> None:
        """Encode what waits, and end the file.

        Raises:
            Exception: What OpenCV has raised since it was opened.
        """
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()
        self._file.release()
        if self._failure is not None:
            raise self._failure

    def _encode(self) -> None:
        while (job := self._waiting.get()) is not None:
            if self._failure is not None:
                continue
            image, times = job
            try:
                picture = opencv().cvtColor(image, opencv().COLOR_RGB2BGR)
                for _ in range(times):
                    self._file.write(picture)
            except Exception as err:
                self._failure = err
