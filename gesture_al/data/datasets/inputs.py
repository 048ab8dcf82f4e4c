"""Checks that readers share: paths that exist, parameters in range, classes that can be learned, unseen joints as NaN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float32, Floating, Int64, Strings
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, in_size, memory, open_regular
from gesture_al.core.messages import located
from gesture_al.data import layout_file
from gesture_al.data.clip_set import UNKNOWN, LeftOut
from gesture_al.data.skeleton import Skeleton

# Width / height of a picture, and frames a second, that some camera could have.
ASPECTS, RATES = (0.01, 100.0), (0.001, 100_000.0)


def existing_file(path: str | Path | None, key: str) -> Path:
    """Path of the file that a setting names.

    Args:
        path: As the user wrote it; `~` is expanded.
        key: The setting, for the message, e.g. `dataset.params.path`.

    Raises:
        UserError: The setting is empty, nothing is there, or it is no file, or an empty one.
    """
    file = existing_path(path, key)
    if file.is_dir():
        raise UserError(f"{key}: {file} is a folder; name a file")
    open_regular(file).close()
    if file.stat().st_size == 0:
        raise UserError(f"{key}: {file} is empty; write or download it again")
    return file


def existing_folder(path: str | Path | None, key: str) -> Path:
    """Path of the folder that a setting names.

    Raises:
        UserError: The setting is empty, nothing is there, or it is no folder.
    """
    folder = existing_path(path, key)
    if not folder.is_dir():
        raise UserError(f"{key}: {folder} is a file; name a folder")
    return folder


def existing_path(path: str | Path | None, key: str) -> Path:
    """Path of the file or folder that a setting names.

    Raises:
        UserError: The setting is empty, or nothing is there.
    """
    if path is None or not str(path).strip():
        raise UserError(f"{key} is not set; type {key}=<path>")
    check_name(path)
    try:
        place = Path(path).expanduser()
        there = place.exists()
    except (OSError, RuntimeError) as err:  # Too long a name; the home of somebody who is not there.
        raise UserError(f"{key}: {str(path)[:200]} cannot be a path ({getattr(err, 'strerror', None) or err}); check it") from err
    if not there:
        raise UserError(f"{key}: nothing at {located(place)}; check the path")
    return place


def words_of(array: NDArray[Any], name: str, where: str | Path) -> Strings:
    """An array of words, or of numbers that are names, as words.

    Raises:
        UserError: It holds neither, or what is no text.
    """
    if array.dtype.kind not in "USiuf":
        raise UserError(f"{where}: {_shaped(name, array)} holds {array.dtype}; write words")
    try:
        words = array.astype(np.str_)
        "".join(words.ravel().tolist()).encode()
    except ValueError as err:  # UnicodeError is one.
        raise UserError(f"{where}: {_shaped(name, array)} holds what is no text ({err}); write words") from err
    return words


def numbers_of(array: NDArray[Any], name: str, where: str | Path, low: float = -1e12, high: float = 1e12) -> Floating:
    """An array of numbers inside a range.

    Raises:
        UserError: It holds anything else, or a number that is not finite or out of range.
    """
    if array.dtype.kind not in "iuf":
        raise UserError(f"{where}: {_shaped(name, array)} holds {array.dtype}; write numbers")
    if array.dtype.itemsize < 4 and array.dtype.kind == "f":
        array = array.astype(np.float32)  # Half precision ends below most limits.
    outside = ~((array >= low) & (array <= high))
    if outside.any():
        worst = array[outside].flat[0]
        wanted = f"it must be a number from {low:g} to {high:g}"
        raise UserError(f"{where}: {_shaped(name, array)} holds {worst}; {wanted}, write the file again")
    return array


def whole_numbers_of(array: NDArray[Any], name: str, where: str | Path) -> Int64:
    """An array of whole numbers.

    Raises:
        UserError: It holds anything else.
    """
    numbers = numbers_of(array, name, where)
    if (numbers % 1 != 0).any():
        worst = numbers[numbers % 1 != 0].flat[0]
        raise UserError(f"{where}: {_shaped(name, numbers)} holds {worst}; it must be whole numbers, write the file again")
    return numbers.astype(np.int64)


def _shaped(name: str, array: NDArray[Any]) -> str:
    """An array's name with its shape, where it has one."""
    return f"{name} {array.shape}" if array.ndim else name


def check_classes(where: str, labels: Int64, classes: Sequence[str], left_out: Sequence[LeftOut] = ()) -> None:
    """Refuse a set whose classes cannot be learned.

    Args:
        where: The file or folder, for the message.
        labels: int (N,), -1 unknown.
        classes: Class names.
        left_out: Clips that were refused, so that the message can say why a class is empty.

    Raises:
        UserError: No clip, fewer than two classes, a class that stands twice, or one that no clip has although all clips
            are labelled (with unlabelled clips in the set, answers may still bring it).
    """
    because = f" ({len(left_out)} left out, first {left_out[0].clip}: {left_out[0].reason})" if left_out else ""
    if len(labels) == 0:
        raise UserError(f"{where}: no usable clip{because}; add clips")
    if len(set(classes)) != len(classes):
        double = next(name for name in classes if list(classes).count(name) > 1)
        raise UserError(f"{where}: class {double!r} stands twice; rename one")
    has_unknown = bool((labels == UNKNOWN).any())
    if len(classes) < 2 and not (has_unknown and not classes):
        raise UserError(f"{where}: only one class ({', '.join(classes)}); add clips of at least one other class")
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))
    if not has_unknown and (counts == 0).any():
        raise UserError(
            f"{where}: class {classes[int(np.argmin(counts))]!r} has no usable clip{because}; add clips or drop the class"
        )


SOURCE = "synthetic: hands generated by gesture_al, nobody was filmed; proportions and angles after published figures"


def check_recent(recent: float, window: float) -> None:
    """Refuse a time at the end of a window that is longer than the window.

    Raises:
        UserError: It is longer.
    """
    if recent > window:
        raise UserError(f"dataset.params.recent={recent}: must be {window} (window) or less")


def check_room(name: str, clips: int, frames: int, joints: int) -> None:
    """Refuse generated clips that take more memory than half of what there is.

    Raises:
        UserError: They do.
    """
    size = 4 * clips * frames * joints * 3
    if size > memory() // 2:
        told = f"{clips:,} clips of {frames:,} frames take {in_size(size)}, more than half of the {in_size(memory())} here"
        raise UserError(f"{name}: {told}; set fewer clips or frames")


Missing = Literal["skeleton", "zero_blocks", "zero_joints", "nan", "none"]
NO_FRAME = "no frame"
NO_LANDMARK = "no landmark in any frame"
ONLY_NAN = "only NaN"


def mark_missing(
    positions_N_T_J_C: Float32,
    lengths_N: Int64,
    skeleton: Skeleton,
    rule: Missing,
    ids: list[str],
    where: str,
) -> tuple[Float32, list[LeftOut | None]]:
    """Positions with NaN for unseen joints and behind each clip's last frame, and the reasons to leave clips out.

    Args:
        positions_N_T_J_C: As read, float32.
        lengths_N: Frames of each clip, 0 to T.
        skeleton: The layout of the joints.
        rule: `skeleton`: as the layout writes it; `zero_blocks`: a part that is all zero; `zero_joints`: a joint that is;
            `nan`: NaN in the file; `none`: all is seen.
        ids: Clip names for messages.
        where: The file, for messages.

    Returns:
        A copy with NaN, and for each clip None or why it is left out.

    Raises:
        UserError: An infinite number, or NaN that the rule does not allow.
    """
    behind_N_T = np.arange(positions_N_T_J_C.shape[1]) >= lengths_N[:, None]
    written: layout_file.Missing = skeleton.missing if rule == "skeleton" else rule
    marked = replace(skeleton, missing=written).mark_missing(positions_N_T_J_C)
    raw = np.where(behind_N_T[:, :, None, None], np.float32(np.nan), positions_N_T_J_C)
    marked[behind_N_T] = np.nan
    nan_N_T = np.isnan(raw).any(axis=(2, 3)) & ~behind_N_T
    empty_N = np.isnan(raw).all(axis=(1, 2, 3))
    infinite_N = np.isinf(raw).any(axis=(1, 2, 3))
    if infinite_N.any():
        raise UserError(f"{where}: clip {ids[int(infinite_N.argmax())]} holds an infinite number; repair or remove it")
    partly_N = nan_N_T.any(axis=1) & ~empty_N
    if written != "nan" and partly_N.any():
        clip = int(partly_N.argmax())
        raise UserError(
            f"{where}: clip {ids[clip]} holds NaN in frame {int(nan_N_T[clip].argmax())}; if NaN means not seen, set "
            "dataset.params.missing=nan, else repair the clip"
        )
    reasons: list[LeftOut | None] = [None] * len(ids)
    unseen_N = np.isnan(marked).all(axis=(1, 2, 3))
    for clip in np.flatnonzero(unseen_N).tolist():
        reason = NO_FRAME if lengths_N[clip] == 0 else ONLY_NAN if np.isnan(raw[clip]).all() else NO_LANDMARK
        reasons[clip] = LeftOut(ids[clip], reason)
    return marked, reasons
