"""Axes of an array of positions: which of them are clips, frames, joints and coordinates, and positions in that order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.frame_numbers import joint_positions
from gesture_al.data.geometry.sampling import mean_seen
from gesture_al.data.skeleton import SKELETONS, Skeleton, skeleton_for

WANTED = "(clips, frames, joints, 2 or 3)"
_LETTERS = {"N": "clips", "T": "frames", "J": "joints", "C": "coordinates", "F": "joints x coordinates", "M": "persons"}
_PLANES = (2, 3)
_MOST_NUMBERS = 5
# The orders that are tried, the usual one first; each is the order of some program that writes such arrays.
_ORDERS = {2: ("NF",), 3: ("NTF", "NTC", "NJC", "NFT"), 4: ("NTJC", "NCTJ", "NJTC", "NCJT")}
# Orders that are taken only where something bears them out; of lengths only the longest clip's, or a wrong one would.
_UNUSUAL = ("NJTC", "NCJT", "NFT", "NJC")
# Frames of a tutorial, whose parts differ in the numbers of a joint, and what may be kept of them; the first unless it is named.
_TUTORIAL = {1662: ("hands_pose", "holistic", "hands"), 258: ("hands_pose", "hands")}
# From so many neighbours on, and so many times rougher, an axis is no axis of time.
_LEAST, _ROUGHER, _MUCH_ROUGHER = 3, 1.5, 4.0
_LOOKED_AT = 64


@dataclass(frozen=True)
class Evidence:
    """What is known of an array's axes beside its shape.

    Args:
        axes: The order as the user wrote it, such as `NJTC`; None: to be found.
        coordinates: How many of a joint's numbers are its place, as the user wrote it; None: to be found.
        skeleton: The layout that the user named; None: to be found.
        frames: Frames that the clips have, of their times; None: unknown.
        longest: Frames of the longest clip, of their lengths; None: unknown.
    """

    axes: str | None = None
    coordinates: int | None = None
    skeleton: str | None = None
    frames: int | None = None
    longest: int | None = None

    def decides(self, letters: str, shape: tuple[int, ...]) -> bool:
        """Whether it says which axis is which: a layout by its joints, times and lengths by their frames."""
        return self.names_joints or self.frames is not None or self.longest == _size(letters, "T", shape)

    @property
    def names_joints(self) -> bool:
        """Whether the layout says how many joints there are."""
        return self.skeleton not in (None, "generic")


@dataclass(frozen=True)
class Axes:
    """An order of axes, and what it makes of an array.

    Args:
        letters: One for each axis as saved: N clips, T frames, J joints, C coordinates, F joints x coordinates, M persons.
        frames: T, 1 where there is no such axis.
        numbers: Numbers of a joint as saved; 0: those of a tutorial's frames, which differ from part to part.
        coordinates: How many of them are kept, 2 or 3.
        skeleton: The layout of the joints.
        certain: Whether no other order fits.
    """

    letters: str
    frames: int
    numbers: int
    coordinates: int
    skeleton: Skeleton
    certain: bool = True

    def arrange(self, block: Float32) -> Float32:
        """Positions (n, T, J, C) of n clips as saved."""
        if "M" in self.letters:
            block = block.squeeze(axis=self.letters.index("M"))
        letters = self.letters.replace("M", "")
        ordered = block.transpose([letters.index(letter) for letter in "NTJFC" if letter in letters])
        count = len(ordered)
        if self.numbers:
            return ordered.reshape(count, self.frames, len(self.skeleton), self.numbers)[..., : self.coordinates]
        flat = ordered.reshape(count * self.frames, -1)
        return joint_positions(flat, self.skeleton).reshape(count, self.frames, len(self.skeleton), 3)


def find_axes(shape: tuple[int, ...], evidence: Evidence, where: str) -> Axes:
    """The order of an array's axes.

    Args:
        shape: Of X as saved.
        evidence: What else is known.
        where: The file, for messages.

    Raises:
        UserError: No order fits, or several do and nothing says which; the message says how the user can.
    """
    problem = f"{where}: X {shape}"
    if not 2 <= len(shape) <= 5 or 0 in shape:
        raise UserError(f"{problem} must be {WANTED}; write the file again")
    if evidence.axes is not None:
        return _resolved(_typed(evidence.axes, shape, problem), shape, evidence, problem)
    persons = next((axis for axis in (4, 1) if len(shape) == 5 and shape[axis] == 1), None)
    if len(shape) == 5 and persons is None:
        raise UserError(
            f"{problem} must be {WANTED}; of several persons (clips, coordinates, frames, joints, persons) save one, X[..., 0]"
        )
    orders = _ORDERS[4 if persons else len(shape)]
    if persons:
        orders = tuple(order[:persons] + "M" + order[persons:] for order in orders)
    fitting = [order for order in orders if _fits(order, shape, evidence)]
    for weaker in (replace(evidence, frames=None, longest=None), Evidence(coordinates=evidence.coordinates)):
        # What does not fit the frames or the layout is told by what reads the times, the lengths or the layout.
        fitting = fitting or [order for order in orders if _fits(order, shape, weaker)][:1]
    if not fitting:
        more = f"; if a joint has {shape[-1]} numbers of which 3 are its place: dataset.params.coordinates=3"
        told = more if len(shape) == 4 and shape[-1] in (4, 5) and evidence.coordinates is None else ""
        raise UserError(f"{problem} must be {WANTED}; write the file again, or say its axes, e.g. dataset.params.axes=NCTJ{told}")
    if fitting[0] == "NTC" and not evidence.decides("NTC", shape):
        raise UserError(
            f"{problem} may be one joint in {shape[1]} frames (dataset.params.axes=NTC) or {shape[1]} joints in one frame "
            "(axes=NJC); say which"
        )
    return _resolved(fitting[0], shape, evidence, problem, certain=evidence.decides(fitting[0], shape))


def check_order(axes: Axes, positions_N_T_J_C: Float32, where: str, shape: tuple[int, ...]) -> None:
    """Refuse an order that was only the usual one, where frames and joints seem to have changed places.

    Args:
        axes: What was found.
        positions_N_T_J_C: Some clips in this order, NaN where not seen.
        where: The file, for the message.
        shape: Of X as saved.

    Raises:
        UserError: They jump from frame to frame and run smoothly from joint to joint; or they have as many frames as a hand, a
            pose or both have joints (or numbers), and not as many joints, and are not clearly smooth in time.
    """
    if axes.certain or min(positions_N_T_J_C.shape[1:3]) < _LEAST:
        return
    size, share = _roughness_in_time(positions_N_T_J_C[:_LOOKED_AT])
    jumps = size > _ROUGHER and size * share > _MUCH_ROUGHER
    along = "J" if "J" in axes.letters else "F"
    usual = mediapipe_counts() if along == "J" else {plane * count for plane in _PLANES for count in mediapipe_counts()}
    counted = _size(axes.letters, "T", shape) in usual and _size(axes.letters, along, shape) not in usual
    if not jumps and not (counted and size > 1 / _ROUGHER):
        return
    names = ", ".join(_LETTERS[letter] for letter in axes.letters)
    swapped = axes.letters.translate(str.maketrans(f"T{along}", f"{along}T"))
    raise UserError(
        f"{where}: X {shape} seems to have other axes than ({names}): neighbours in time differ more than neighbouring joints; "
        f"say what they are: dataset.params.axes={swapped}, or {axes.letters} if they are right"
    )


def _typed(axes: str, shape: tuple[int, ...], problem: str) -> str:
    """The user's order, or a line that says what is wrong with it."""
    letters = axes.upper().replace("V", "J")
    places = [letter for letter in letters if letter != "M"]
    flat = "F" in letters
    whole = ("F" in letters and not set("JC") & set(letters)) or (not flat and "C" in letters)
    if not whole or letters[:1] != "N" or set(letters) - set(_LETTERS) or len(set(letters)) < len(letters) or len(places) < 2:
        raise UserError(
            f"dataset.params.axes={axes}: must be N (clips), then letters of T (frames), J (joints), C (coordinates), F (joints "
            "x coordinates) and M (one person), e.g. NTJC, NCTJ, NTF or NF"
        )
    if len(letters) != len(shape):
        raise UserError(f"{problem} has {len(shape)} axes, but dataset.params.axes={axes} names {len(letters)}")
    if "M" in letters and shape[letters.index("M")] != 1:
        raise UserError(f"{problem} holds {shape[letters.index('M')]} persons; save one of them, X[..., 0]")
    return letters


def _size(letters: str, letter: str, shape: tuple[int, ...]) -> int:
    return shape[letters.index(letter)] if letter in letters else 1


def _fits(letters: str, shape: tuple[int, ...], evidence: Evidence) -> bool:
    frames = _size(letters, "T", shape)
    if evidence.frames not in (None, frames):
        return False
    if (evidence.longest or 0) > frames or (letters in _UNUSUAL and not evidence.decides(letters, shape)):
        return False
    if "F" in letters:
        numbers = _size(letters, "F", shape)
        # A last axis of 2 or 3 is that of coordinates.
        return (numbers not in _PLANES or letters == "NFT") and bool(_groupings(numbers, evidence))
    plane, kept = _size(letters, "C", shape), evidence.coordinates
    whole = plane in _PLANES if kept is None else kept <= plane <= _MOST_NUMBERS
    return whole and (not evidence.names_joints or _is_layout(_size(letters, "J", shape), evidence.skeleton))


def _resolved(letters: str, shape: tuple[int, ...], evidence: Evidence, problem: str, certain: bool = True) -> Axes:
    """The order with what it means for joints and their numbers."""
    frames = _size(letters, "T", shape)
    if "F" not in letters:
        skeleton = skeleton_for(_size(letters, "J", shape), evidence.skeleton)
        numbers = _size(letters, "C", shape)
        kept = evidence.coordinates or numbers
        if kept not in _PLANES or kept > numbers:
            raise UserError(
                f"{problem} has {numbers} numbers a joint; 2 or 3 of them can be its place: dataset.params.coordinates=2 or 3"
            )
        return Axes(letters, frames, numbers, kept, skeleton, certain)
    flat = _size(letters, "F", shape)
    groupings = _groupings(flat, evidence)
    if not groupings:
        joints = "joints" if not evidence.names_joints else f"the joints of skeleton {evidence.skeleton!r}"
        raise UserError(
            f"{problem} has {flat} numbers a frame, which are not {joints} with 2 or 3 each; save X {WANTED}, or where a joint "
            "has more, name the skeleton and set dataset.params.coordinates=2 or 3"
        )
    if len(groupings) > 1:
        either = " or ".join(f"{len(skeleton)} joints of {plane}" for skeleton, plane in groupings)
        raise UserError(
            f"{problem} has {flat} numbers a frame, {either}; say which: dataset.params.coordinates=2 or 3, or name the "
            "dataset.params.skeleton"
        )
    skeleton, numbers = groupings[0]
    return Axes(letters, frames, numbers, evidence.coordinates or numbers or 3, skeleton, certain)


def _is_layout(joints: int, name: str | None) -> bool:
    try:
        skeleton_for(joints, name)
    except UserError:
        return False
    return True


def _groupings(flat: int, evidence: Evidence) -> list[tuple[Skeleton, int]]:
    """The joints that so many numbers of a frame may be, each with the numbers of a joint (0: a tutorial's frame)."""
    if flat in _TUTORIAL and (evidence.skeleton or _TUTORIAL[flat][0]) in _TUTORIAL[flat] and evidence.coordinates in (None, 3):
        return [(SKELETONS[evidence.skeleton or _TUTORIAL[flat][0]], 0)]
    kept = evidence.coordinates
    each = _PLANES if kept is None else range(kept, _MOST_NUMBERS + 1) if evidence.names_joints else (kept,)
    pairs = [
        (skeleton_for(flat // plane, evidence.skeleton), plane)
        for plane in each
        if flat % plane == 0 and _is_layout(flat // plane, evidence.skeleton)
    ]
    inferred = [pair for pair in pairs if pair[0].name != "generic"]
    return inferred if len(inferred) == 1 else pairs


def mediapipe_counts() -> set[int]:
    """How many joints MediaPipe's layouts and their parts have, such as one hand."""
    layouts = [SKELETONS[name] for name in ("hands", "hands_pose", "holistic")]
    return {len(layout) for layout in layouts} | {len(part) for layout in layouts for part in layout.parts.values()}


def _roughness_in_time(positions_N_T_J_C: Float32) -> tuple[float, float]:
    """How many times rougher clips are from frame to frame than from joint to joint: in size, and as a share of what they vary.

    The size alone is large of fast movements in few frames, the share alone of hands held still, which only tremble.
    """
    (size_T, share_T), (size_J, share_J) = (_roughness(positions_N_T_J_C, axis) for axis in (1, 2))
    return size_T / size_J if size_J > 0 else 0.0, share_T / share_J if share_J > 0 else 0.0


def _roughness(positions_N_T_J_C: Float32, axis: int) -> tuple[float, float]:
    """The median step between neighbours along an axis, and the same in deviations along it; 0 where nothing was seen."""
    steps = np.abs(np.diff(positions_N_T_J_C, axis=axis))
    away = np.abs(positions_N_T_J_C - mean_seen(positions_N_T_J_C, axis))
    step, spread = (
        float(np.median(values[np.isfinite(values)])) if np.isfinite(values).any() else 0.0 for values in (steps, away)
    )
    return step, step / spread if spread > 0 else 0.0
