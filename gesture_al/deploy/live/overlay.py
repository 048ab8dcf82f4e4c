"""The picture of a live recogniser: the frame with its skeleton, a bar for each class, events, speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float32, UInt8
from gesture_al.core.opencv import opencv
from gesture_al.data.datasets.stream import NONE
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.view.drawing import font_of
from gesture_al.data.view.plane import bone_sides, flatten, joint_sides
from gesture_al.data.view.settings import ViewSettings
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.operating_point import OperatingPoint

RGB = UInt8
Colour = tuple[int, int, int]


@lru_cache(maxsize=256)
def mask_of(text: str, size: int, bold: bool = False) -> NDArray[np.uint16]:
    """How much ink each pixel of a text has, uint16 (H, W, 1), 0 to 256."""
    from PIL import Image, ImageDraw

    face = font_of(size, bold)
    box = face.getbbox(text or " ")
    picture = Image.new("L", (max(1, int(box[2]) + 1), int(size * 1.35)), 0)
    ImageDraw.Draw(picture).text((0, 0), text, fill=255, font=face)
    ink: NDArray[np.uint16] = np.asarray(picture, dtype=np.uint16)[..., None]
    return ink + (ink >> 7)


def write(
    image: RGB, place: tuple[int, int], text: str, size: int, colour: Colour, bold: bool = False, right: bool = False
) -> None:
    """Write on an image in place; what does not fit is cut off.

    Args:
        image: uint8 (H, W, 3), changed.
        place: Left and top of the text, pixels; with `right`, its right end and top.
        text: One line.
        size: Of the letters, pixels.
        colour: RGB.
        bold: Whether it stands out.
        right: Whether it ends at the place.
    """
    mask = mask_of(text, size, bold)
    left, top = max(0, place[0] - mask.shape[1] if right else place[0]), place[1]
    under = image[top : top + mask.shape[0], left : left + mask.shape[1]]
    if under.size:
        ink = mask[: under.shape[0], : under.shape[1]]
        # Whole numbers: this runs several times a frame.
        under[:] = (under * (256 - ink) + np.array(colour, dtype=np.uint16) * ink) >> 8


def shade(image: RGB, left: int, top: int, right: int, bottom: int, share: float = 0.55) -> None:
    """Darken a box in place, so that what is written on it can be read on any picture."""
    box = image[max(top, 0) : bottom, max(left, 0) : right]
    box[:] = (box * np.uint16(256 * (1 - share))) >> 8


HEIGHT = 480
"""Pixels: larger pictures are shrunk to this, since nobody reads more from them and all of it is drawn anew for each frame."""
EVENT_SECONDS = 1.2
_WHITE, _GREY, _GREEN, _TICK = (255, 255, 255), (148, 163, 184), (0, 158, 115), (240, 228, 66)
_BLANK = (30, 41, 59)
_ROW, _BAR, _NAME = 22, 120, 110


@dataclass(frozen=True)
class Scene:
    """What is drawn on one frame.

    Args:
        seconds: Now, in the stream's time.
        positions: Joints of the frame, (J, C); NaN where not seen.
        smoothed: Smoothed class probabilities, (C,).
        last: The latest event, if there was one.
        count: Events so far.
        fps: Frames a second that are worked through.
        latency: Seconds from a frame to its prediction.
        note: One line at the top, e.g. that the model is synthetic, or what a key just did.
    """

    seconds: float
    positions: Float32
    smoothed: Float32
    last: Event | None
    count: int
    fps: float
    latency: float
    note: str = ""


class Overlay:
    """Draws scenes of one stream.

    Args:
        skeleton: What the joints are.
        classes: Names, in the order of the probabilities.
        point: Its thresholds are marked on the bars.
        mirror: Whether the picture is shown as in a mirror, as people expect of their own camera.
        keys: What may be typed, shown at the lower edge.
    """

    def __init__(
        self, skeleton: Skeleton, classes: Sequence[str], point: OperatingPoint, mirror: bool = False, keys: str = ""
    ) -> None:
        self._skeleton, self._classes, self._point = skeleton, tuple(classes), point
        self._mirror, self._keys = mirror, keys
        self._bones, self._sides = bone_sides(skeleton), joint_sides(skeleton)
        self._colours = [_rgb(colour) for colour in ViewSettings().colours]

    def draw(self, image: RGB | None, scene: Scene, size: tuple[int, int] = (640, HEIGHT)) -> RGB:
        """A picture of its own; the frame stays as it was.

        Args:
            image: The frame, uint8 (H, W, 3), RGB, unmirrored; None for a blank one.
            scene: Joints, probabilities and events of it.
            size: Width and height where there is no frame.
        """
        picture = self._paper(image, size)
        self._draw_skeleton(picture, scene.positions)
        self._draw_bars(picture, scene.smoothed)
        self._draw_words(picture, scene)
        return picture

    def _paper(self, image: RGB | None, size: tuple[int, int]) -> RGB:
        if image is None:
            return np.full((size[1], size[0], 3), _BLANK, dtype=np.uint8)
        cv2 = opencv()
        picture = image
        if image.shape[0] > HEIGHT:
            picture = cv2.resize(image, (round(image.shape[1] * HEIGHT / image.shape[0]), HEIGHT))
        if self._mirror:
            return np.asarray(cv2.flip(picture, 1))
        return picture.copy() if picture is image else picture

    def _draw_skeleton(self, picture: RGB, positions_J_C: Float32) -> None:
        cv2 = opencv()
        height, width = picture.shape[:2]
        points = flatten(positions_J_C[None], self._skeleton)[0] * (width, height)
        if self._mirror:
            points[:, 0] = width - points[:, 0]
        seen = np.isfinite(points).all(axis=1)
        # Joints far outside would overflow OpenCV's whole numbers.
        places = np.clip(np.nan_to_num(points), -9999, 9999).astype(int).tolist()
        for a, b, side in self._bones:
            if seen[a] and seen[b]:
                cv2.line(picture, places[a], places[b], self._colours[side], 3, cv2.LINE_AA)
        for joint in np.flatnonzero(seen):
            cv2.circle(picture, places[joint], 3, _WHITE, -1, cv2.LINE_AA)
            cv2.circle(picture, places[joint], 3, self._colours[self._sides[joint]], 1, cv2.LINE_AA)

    def _draw_bars(self, picture: RGB, smoothed_C: Float32) -> None:
        shown = [number for number, name in enumerate(self._classes) if name != NONE][: (picture.shape[0] - 120) // _ROW]
        top = picture.shape[0] - 34 - _ROW * len(shown)
        shade(picture, 8, top - 6, 8 + _NAME + _BAR + 64, picture.shape[0] - 30)
        for row, number in enumerate(shown):
            name, value = self._classes[number], float(smoothed_C[number])
            limit = self._point.of_class(name)
            y, left = top + row * _ROW, 16 + _NAME
            write(picture, (16, y), _short(name), 14, _WHITE)
            picture[y + 4 : y + 14, left : left + _BAR] = (71, 85, 105)
            picture[y + 4 : y + 14, left : left + round(_BAR * value)] = _GREEN if value >= limit else _GREY
            tick = left + round(_BAR * limit)
            picture[y + 1 : y + 17, tick - 1 : tick + 1] = _TICK
            write(picture, (left + _BAR + 8, y), f"{value:.0%}", 14, _WHITE)

    def _draw_words(self, picture: RGB, scene: Scene) -> None:
        height, width = picture.shape[:2]
        shade(picture, 0, height - 24, width, height)
        # Few different texts, so that each is rendered once.
        speed = f"{round(scene.fps)} fps · {2 * round(scene.latency * 500)} ms · {scene.count} events"
        write(picture, (width - 10, height - 21), speed, 13, _WHITE, right=True)
        write(picture, (10, height - 21), self._keys, 13, _WHITE)
        if scene.note:
            shade(picture, 0, 0, width, 24)
            write(picture, (10, 3), scene.note, 13, _WHITE)
        if scene.last is not None and scene.seconds - scene.last.seconds <= EVENT_SECONDS:
            picture[34:82, 12 : min(width - 12, 40 + 19 * len(scene.last.name))] = _GREEN
            write(picture, (26, 40), scene.last.name, 28, _WHITE, bold=True)


def _rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _short(name: str) -> str:
    return name if len(name) <= 13 else f"{name[:12]}…"
