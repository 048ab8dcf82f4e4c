"""A picture of hands out of their joints: shaded flesh in front of a plain wall, good enough for a detector of hands."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float32

_SKIN = np.array([224, 172, 140], dtype=np.float32)
_SHADE = np.array([120, 70, 55], dtype=np.float32)
_SLEEVE = np.array([70, 84, 110], dtype=np.float32)
_WALL = np.array([196, 200, 204], dtype=np.float32)
# Towards the light: from above, a little from the left, from behind the camera.
_LIGHT = np.array([-0.35, -0.6, -0.72], dtype=np.float32)
_FINE = 2

# Bones with a radius at each end, in palm lengths; the palm is filled by overlapping ones.
_FLESH: tuple[tuple[int, int, float, float], ...] = (
    *((0, knuckle, 0.2, 0.13) for knuckle in (5, 9, 13, 17)),
    *((5, 9, 0.13, 0.13), (9, 13, 0.13, 0.125), (13, 17, 0.125, 0.12)),
    *((0, 1, 0.2, 0.19), (1, 5, 0.19, 0.12), (1, 9, 0.17, 0.12), (1, 2, 0.19, 0.135), (2, 3, 0.13, 0.115), (3, 4, 0.115, 0.085)),
    *((5, 6, 0.12, 0.105), (6, 7, 0.105, 0.09), (7, 8, 0.09, 0.07)),
    *((9, 10, 0.12, 0.105), (10, 11, 0.105, 0.09), (11, 12, 0.09, 0.07)),
    *((13, 14, 0.115, 0.1), (14, 15, 0.1, 0.085), (15, 16, 0.085, 0.068)),
    *((17, 18, 0.105, 0.09), (18, 19, 0.09, 0.075), (19, 20, 0.075, 0.06)),
)


def painted(positions: Float32, width: int, height: int) -> NDArray[np.uint8]:
    """A picture of the hands.

    Args:
        positions: Joints of a left and a right hand, shape (42, 3), as MediaPipe writes them: fractions of the picture, y down,
            z nearer where smaller; a hand with a NaN is left out.
        width: Pixels.
        height: Likewise.

    Returns:
        RGB, uint8 (height, width, 3); the same joints give the same picture.
    """
    canvas = _Canvas(width * _FINE, height * _FINE)
    for hand in (positions[:21], positions[21:42]):
        if np.isfinite(hand).all():
            _paint_hand(canvas, hand * np.array([canvas.width, canvas.height, canvas.width], dtype=np.float32))
    fine = canvas.finished()
    # Slices are added: four times faster than a mean over axes of length two.
    small = sum(fine[down::_FINE, across::_FINE] for down in range(_FINE) for across in range(_FINE)) / np.float32(_FINE**2)
    picture: NDArray[np.uint8] = np.clip(small + _grain(width, height), 0, 255).astype(np.uint8)
    return picture


@lru_cache(maxsize=4)
def _grain(width: int, height: int) -> Float32:
    """Noise of the sensor, the same in every picture."""
    return np.random.default_rng(0).normal(0, 2.0, (height, width, 1)).astype(np.float32)


@lru_cache(maxsize=4)
def _wall(width: int, height: int) -> Float32:
    light = np.linspace(1.04, 0.9, height, dtype=np.float32)[:, None] * np.linspace(1.02, 0.95, width, dtype=np.float32)
    return (_WALL * light[..., None]).astype(np.float32)


def _paint_hand(canvas: _Canvas, hand: Float32) -> None:
    palm = max(float(np.linalg.norm(hand[9] - hand[0])), 1.2 * float(np.linalg.norm(hand[5] - hand[17])), 1.0)
    arm = hand[0] - (hand[9] + hand[13]) / 2
    arm = arm / max(float(np.linalg.norm(arm)), 1e-6) * palm
    # Towards the elbow the arm goes down and back, however the hand is bent.
    elbow = hand[0] + 1.2 * arm + np.array([0, 1.4, 0.3], dtype=np.float32) * palm
    canvas.capsule(hand[0] + 0.1 * arm, hand[0] + 0.45 * (elbow - hand[0]), 0.23 * palm, 0.27 * palm, _SKIN)
    canvas.capsule(hand[0] + 0.4 * (elbow - hand[0]), elbow + (elbow - hand[0]), 0.36 * palm, 0.5 * palm, _SLEEVE)
    for start, end, first, last in _FLESH:
        canvas.capsule(hand[start], hand[end], first * palm, last * palm, _SKIN)


class _Canvas:
    """Colours and depths of a picture in which nearer things hide what is behind them."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._colour = _wall(width, height).copy()
        self._depth = np.full((height, width), np.inf, dtype=np.float32)

    def capsule(self, start: Float32, end: Float32, first: float, last: float, colour: Float32) -> None:
        """A rounded stick from start to end, (3,) in pixels, with a radius at each end."""
        reach = max(first, last) + 1
        low = np.floor(np.minimum(start, end)[:2] - reach).astype(int)
        high = np.ceil(np.maximum(start, end)[:2] + reach).astype(int) + 1
        left, right = np.clip([low[0], high[0]], 0, self.width)
        top, bottom = np.clip([low[1], high[1]], 0, self.height)
        if left >= right or top >= bottom:
            return
        x, y = np.meshgrid(np.arange(left, right, dtype=np.float32), np.arange(top, bottom, dtype=np.float32))
        way = (end - start)[:2]
        along = np.clip(((x - start[0]) * way[0] + (y - start[1]) * way[1]) / max(float(way @ way), 1e-6), 0, 1)
        radius = first + along * (last - first)
        across = np.stack([x - start[0] - along * way[0], y - start[1] - along * way[1]], axis=-1) / radius[..., None]
        outwards = np.sqrt(np.clip(1 - np.square(across).sum(axis=-1), 0, 1))
        depth = start[2] + along * (end[2] - start[2]) - outwards * radius
        window = (slice(top, bottom), slice(left, right))
        front = (outwards > 0) & (depth < self._depth[window])
        lit = across @ _LIGHT[:2] - outwards * _LIGHT[2]
        share = np.clip(0.42 + 0.62 * lit, 0, 1)[..., None]
        dark = _SHADE if colour is _SKIN else colour * np.float32(0.45)
        self._colour[window] = np.where(front[..., None], dark + share * (colour - dark), self._colour[window])
        self._depth[window] = np.where(front, depth, self._depth[window])

    def finished(self) -> Float32:
        """The colours, darker just behind an edge: where fingers lie on each other."""
        step = max(2, self.height // 240)
        rows, columns = (np.flatnonzero(np.isfinite(self._depth).any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return self._colour
        # Behind the outer edges there is only the wall, which takes no shadow.
        painted_on = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        depth = np.pad(self._depth[painted_on], step, constant_values=np.inf)
        inside = depth[step:-step, step:-step]
        shadow = np.zeros_like(inside)
        high, wide = inside.shape
        for down, across in ((0, step), (2 * step, step), (step, 0), (step, 2 * step)):
            beside = depth[down : down + high, across : across + wide]
            behind = np.subtract(inside, beside, out=np.zeros_like(inside), where=np.isfinite(inside) & np.isfinite(beside))
            shadow += np.clip(behind / (4.0 * step), 0, 1)
        self._colour[painted_on] *= (1 - 0.22 * np.clip(shadow, 0, 2))[..., None]
        return self._colour
