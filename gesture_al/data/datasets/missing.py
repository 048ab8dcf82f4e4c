"""From numbers as a file holds them to positions with NaN where a joint was not seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.base import LeftOut
from gesture_al.data.skeleton import Skeleton

Missing = Literal["skeleton", "zero_blocks", "nan", "none"]
NO_FRAME = "no frame"
NO_LANDMARK = "no landmark in any frame"
ONLY_NAN = "only NaN"


def check_rule(rule: str) -> Missing:
    """The word, if it is one of the four ways to write "not seen".

    Raises:
        UserError: Another word; the message lists the four.
    """
    for known in get_args(Missing):
        if rule == known:
            return known  # type: ignore[no-any-return]
    raise UserError(f"dataset.params.missing={rule}: unknown; there are: {', '.join(get_args(Missing))}")


def mark_missing(
    positions_N_T_J_C: NDArray[np.float32],
    lengths_N: NDArray[np.int64],
    skeleton: Skeleton,
    rule: Missing,
    ids: list[str],
    where: str,
) -> tuple[NDArray[np.float32], list[LeftOut | None]]:
    """Write NaN for what was not seen and behind each clip's last frame, and find the clips that show nothing.

    Args:
        positions_N_T_J_C: As read, float32.
        lengths_N: Frames of each clip, 0 to T.
        skeleton: The layout of the joints.
        rule: `skeleton`: as the layout writes it; `zero_blocks`: a part that is all zero; `nan`: NaN in the file; `none`: all
            is seen.
        ids: Clip names for messages.
        where: The file, for messages.

    Returns:
        A copy with NaN, and for each clip None or why it is left out.

    Raises:
        UserError: An infinite number, or NaN that the rule does not allow.
    """
    behind_N_T = np.arange(positions_N_T_J_C.shape[1]) >= lengths_N[:, None]
    layout = replace(skeleton, zero_is_missing=rule == "zero_blocks" or (rule == "skeleton" and skeleton.zero_is_missing))
    marked = layout.mark_missing(positions_N_T_J_C)
    raw = np.where(behind_N_T[:, :, None, None], np.float32(np.nan), positions_N_T_J_C)
    marked[behind_N_T] = np.nan
    nan_N_T = np.isnan(raw).any(axis=(2, 3)) & ~behind_N_T
    empty_N = np.isnan(raw).all(axis=(1, 2, 3))
    infinite_N = np.isinf(raw).any(axis=(1, 2, 3))
    if infinite_N.any():
        raise UserError(f"{where}: clip {ids[int(infinite_N.argmax())]} holds an infinite number; repair or remove it")
    partly_N = nan_N_T.any(axis=1) & ~empty_N
    if rule != "nan" and partly_N.any():
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
