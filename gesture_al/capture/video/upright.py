"""Decoded frames as a player shows them: turned, mirrored back, with square pixels, in RGB."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gesture_al.capture.video.frame import Image
from gesture_al.core.opencv import opencv

if TYPE_CHECKING:
    from av import VideoFrame

# Width / height of a pixel is at most 80:33 in anamorphic video; what lies far beyond is a damaged header.
_WIDEST_PIXEL = 4.0
# Codes of ITU-T H.273 for how numbers stand for light: of PQ and HLG, which are HDR, and of ordinary video.
_HDR_TRANSFERS, _BT_709 = (16, 18), 1


@dataclass(frozen=True)
class Orientation:
    """What has to be done to a stored picture so that it stands upright, in this order.

    Args:
        transposed: Rows become columns.
        mirrored: Left and right change places.
        flipped: Top and bottom change places.
    """

    transposed: bool = False
    mirrored: bool = False
    flipped: bool = False

    @classmethod
    def of_matrix(cls, matrix: bytes) -> Orientation:
        """The one of the eight orientations that is nearest to a display matrix.

        Args:
            matrix: Nine 32-bit integers a b u c d v x y w in the byte order of this machine: the point (p, q) of the stored
                picture is shown at (a p + c q + x, b p + d q + y).

        Source:
            ISO/IEC 14496-12, 6.2.2; FFmpeg, libavutil/display.h.

        >>> Orientation.of_matrix(struct.pack("=9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30))
        Orientation(transposed=True, mirrored=True, flipped=False)
        """
        a, b, _, c, d, *_ = struct.unpack("=9i", matrix)
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return cls(False, a < 0, d < 0)
        return cls(True, c < 0, b < 0)

    def apply(self, image: Image) -> Image:
        """The picture, (H, W, 3) or (W, H, 3) where it is transposed."""
        cv2 = opencv()
        if self.transposed:
            image = cv2.transpose(image)
        if self.mirrored or self.flipped:
            image = cv2.flip(image, -1 if self.mirrored and self.flipped else int(self.mirrored))
        return image


def square_size(width: int, height: int, pixel_aspect: float | None) -> tuple[int, int]:
    """Width and height in square pixels: the short side is stretched, so that no detail is lost.

    Args:
        width: Stored, in pixels.
        height: Likewise.
        pixel_aspect: Width / height of a stored pixel; None, 0 or absurd values count as 1.

    >>> square_size(720, 576, 64 / 45), square_size(720, 480, 8 / 9), square_size(640, 360, None)
    ((1024, 576), (720, 540), (640, 360))
    """
    if not pixel_aspect or not 1 / _WIDEST_PIXEL <= pixel_aspect <= _WIDEST_PIXEL:
        return width, height
    return (round(width * pixel_aspect), height) if pixel_aspect > 1 else (width, round(height / pixel_aspect))


def orientation_of(frame: VideoFrame) -> Orientation:
    """How a decoded frame has to be turned; upright where it says nothing."""
    for data in cast(Iterable[Any], frame.side_data):
        if data.type.name == "DISPLAYMATRIX":
            return Orientation.of_matrix(bytes(data))
    return Orientation()


class Uprighter:
    """Turns the decoded frames of one video into pictures of one size.

    Args:
        pixel_aspect: Width / height of a stored pixel; None where the file does not say.
    """

    def __init__(self, pixel_aspect: float | None) -> None:
        from av.video.reformatter import VideoReformatter

        self._pixel_aspect = pixel_aspect
        self._reformatter = VideoReformatter()
        self._size: tuple[int, int] | None = None
        self._rotation: int | None = None
        self._orientation = Orientation()

    def picture(self, frame: VideoFrame) -> Image:
        """uint8 (H, W, 3), RGB, as large as the first one: a later frame of another size is fitted in between black bars.

        Raises:
            av.FFmpegError: The frame cannot be converted.
        """
        width, height = square_size(frame.width, frame.height, self._pixel_aspect)
        # Without them the light of HDR would be taken for that of an ordinary video, pale and dark.
        light = {"dst_color_trc": _BT_709, "dst_color_primaries": _BT_709} if frame.color_trc in _HDR_TRANSFERS else {}
        rgb = self._reformatter.reformat(frame, width, height, "rgb24", threads=1, **light)
        plane: Any = rgb.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(height, plane.line_size)
        image: Image = np.ascontiguousarray(rows[:, : 3 * width]).reshape(height, width, 3)
        # The side data and their frame hold each other, and large frames would pile up until Python finds the circles.
        if frame.rotation != self._rotation:
            self._rotation, self._orientation = frame.rotation, orientation_of(frame)
        image = self._orientation.apply(image)
        if self._size is None:
            self._size = image.shape[1], image.shape[0]
        return image if (image.shape[1], image.shape[0]) == self._size else _fitted(image, self._size)


def _fitted(image: Image, size: tuple[int, int]) -> Image:
    cv2 = opencv()
    width, height = size
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas: Image = np.zeros((height, width, 3), np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner, interpolation=cv2.INTER_AREA)
    return canvas
