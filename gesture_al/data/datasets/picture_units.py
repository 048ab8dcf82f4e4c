"""Positions in pixels instead of fractions of a picture: recognised by their range, and scaled where its size is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from gesture_al.core.arrays import Float32, Float64, Int64
from gesture_al.core.errors import UserError

Units = Literal["auto", "pixels", "as_written"]

# The median of fractions lies about half, also where MediaPipe guesses some legs far below the picture (to 3.6 in a real set).
_LARGEST_FRACTION = 3.0
# A hand is not so flat: a depth of so little beside width and height is of another unit.
_FLAT = 0.01
# Pictures have no places left of them; lengths from a sensor or a joint do.
_MOST_NEGATIVE = 0.02
# So many pictures away a hand may be guessed now and then, but not in half of the frames.
_MOST_OUTSIDE = 1.5
_LOOKED_AT = 256


@dataclass
class Extent:
    """How far positions reach, of some clips of a set.

    Args:
        clips: N of the set, of which every so manieth is looked at.
    """

    clips: int
    _rows: list[Float64] = field(default_factory=list)

    def add(self, first: int, positions_N_T_J_C: Float32) -> None:
        """Look at clips from number `first` on, NaN where not seen."""
        every = max(1, self.clips // _LOOKED_AT)
        for row in range(-first % every, len(positions_N_T_J_C), every):
            points = positions_N_T_J_C[row].reshape(-1, positions_N_T_J_C.shape[3]).astype(np.float64)
            points = points[np.isfinite(points).all(axis=1)]
            if len(points):
                plane = points[:, :2]
                depth = points[:, 2].std() if points.shape[1] == 3 else 0.0
                middle, largest = np.median(np.abs(plane), axis=0), np.abs(plane).max(axis=0)
                self._rows.append(np.array([*middle, *largest, (plane < 0).mean(), plane.std(axis=0).mean(), depth]))

    @property
    def _typical(self) -> Float64:
        return np.median(self._rows, axis=0) if self._rows else np.zeros(7)

    @property
    def middle(self) -> tuple[float, float]:
        """The typical |x| and |y|."""
        return float(self._typical[0]), float(self._typical[1])

    @property
    def largest(self) -> tuple[float, float]:
        """The typical clip's largest |x| and |y|."""
        return float(self._typical[2]), float(self._typical[3])

    @property
    def beyond_fractions(self) -> bool:
        """Whether positions are larger than fractions of a picture can be."""
        return max(self.middle) > _LARGEST_FRACTION

    @property
    def not_negative(self) -> bool:
        """Whether positions are those of a picture, whose corner is 0, 0."""
        return float(np.mean([row[4] for row in self._rows])) <= _MOST_NEGATIVE if self._rows else True

    @property
    def depth_of_another_unit(self) -> bool:
        """Whether z is there, and far too small beside x and y to be of their unit."""
        spread, depth = self._typical[5:]
        return bool(0 < depth < _FLAT * spread)


@dataclass(frozen=True)
class Pictures:
    """The pictures that positions are places in.

    Args:
        width: Pixels of each clip's picture, (N,); None: unknown.
        height: Likewise.
        units: `auto`: recognise pixels; `pixels`: they are; `as_written`: any unit, the same for all coordinates.
    """

    width: Float64 | None
    height: Float64 | None
    units: Units = "auto"

    def holds_pixels(self, extent: Extent, of_pictures: bool, what: str) -> bool:
        """Whether positions are pixels that can be scaled.

        Pixels are what is beyond fractions and has a depth of another unit; or is not negative and of a layout whose positions
        are fractions of a picture, or of pictures whose size is known. All else may be of any unit: features take it out.

        Args:
            extent: Of the positions.
            of_pictures: Whether their layout is one whose positions are fractions of a picture.
            what: The file, X and its shape, for messages.

        Raises:
            UserError: They are pixels, but of a picture whose size is not known, or another than it is said to be.
        """
        known = self.width is not None and self.height is not None
        plain = extent.not_negative and (of_pictures or known)
        recognised = extent.beyond_fractions and (extent.depth_of_another_unit or plain)
        if self.units == "as_written" or not (recognised or self.units == "pixels"):
            return False
        x, y = extent.largest
        if not known:
            depth = ", but z not" if extent.depth_of_another_unit else ""
            raise UserError(
                f"{what} holds pixels (x to {x:.0f}, y to {y:.0f}{depth}), not fractions of a picture; set dataset.params.width "
                "and .height of the picture, or coordinates=2 if the third number is a confidence, or units=as_written if all "
                "numbers are of one unit"
            )
        assert self.width is not None and self.height is not None  # noqa: PT018 - known, for the type checker
        width, height = self.width.max(), self.height.max()
        if extent.middle[0] > _MOST_OUTSIDE * width or extent.middle[1] > _MOST_OUTSIDE * height:
            raise UserError(
                f"{what} reaches x {x:.0f}, y {y:.0f}, but the picture is {width:g} wide and {height:g} high; correct width and "
                "height"
            )
        return True

    def note(self, extent: Extent, in_pixels: bool) -> str:
        """A word on positions that are no fractions of a picture, for the source of the set; empty where there is none."""
        if in_pixels:
            return "pixels brought to fractions of the picture"
        x, y = extent.largest
        return f"positions up to {x:.3g}, {y:.3g} taken as written" if extent.beyond_fractions else ""

    def scale(self, positions_N_T_J_C: Float32, rows: Int64, extent: Extent) -> None:
        """Bring pixels to fractions, in place: x by the width, y by the height, and z, where it is in pixels too, by the width.

        Args:
            positions_N_T_J_C: Of some clips; may be a memory map.
            rows: Which clips of the set they are, (n,).
            extent: Of the set.
        """
        assert self.width is not None and self.height is not None  # noqa: PT018 - `holds_pixels` says so
        sides = np.ones((len(rows), positions_N_T_J_C.shape[3]))
        sides[:, 0], sides[:, 1] = self.width[rows], self.height[rows]
        if sides.shape[1] == 3 and not extent.depth_of_another_unit:
            sides[:, 2] = self.width[rows]
        # Divided as float64, so that what was multiplied comes back as it was.
        for row, side in enumerate(sides):
            positions_N_T_J_C[row] = positions_N_T_J_C[row] / side

    def aspect(self, extent: Extent, in_pixels: bool) -> Float64 | None:
        """Width / height of each picture, where positions are places in it."""
        if self.width is None or self.height is None or self.units == "as_written":
            return None
        of_pictures = in_pixels or (extent.not_negative and not extent.beyond_fractions)
        return self.width / self.height if of_pictures else None
