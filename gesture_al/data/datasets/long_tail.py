"""A pool in which some classes are rare, made from one in which they are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.split_units import Splits

Int = NDArray[np.int64]


def thinned(splits: Splits, labels: Int, ratio: float | None, least: int, rng: np.random.Generator) -> Splits:
    """The splits with fewer training clips, as `thin` leaves them; the same splits where the ratio is None."""
    return splits if ratio is None else replace(splits, train=thin(splits.train, labels, ratio, least, rng))


def thin(rows: Int, labels: Int, ratio: float, least: int, rng: np.random.Generator) -> Int:
    """Leave out training clips so that the classes fall off exponentially, in an order drawn by chance.

    The class that comes first keeps as many clips as the smallest class has, the last one that number divided by the ratio; so
    the profile is the same whatever the data were like.

    Args:
        rows: Training clips, indices into `labels`.
        labels: Classes of the whole set, -1 unknown; unknown clips stay.
        ratio: Of the most frequent class to the rarest, 1 (all alike) or more.
        least: Clips that every class keeps at least, where it has them: the initial set must be possible.
        rng: Decides the order of the classes and which clips stay.

    Returns:
        The rows that stay, ascending.

    Raises:
        UserError: A ratio below 1.

    Source:
        Cui et al., "Class-balanced loss based on effective number of samples", CVPR 2019, section 5.1.
    """
    if not ratio >= 1:
        raise UserError(f"dataset.long_tail={ratio}: the most frequent class over the rarest, 1 or more; or null")
    known = labels[rows]
    classes = rng.permutation(np.unique(known[known >= 0]))
    most = min((int((known == one).sum()) for one in classes), default=0)
    kept = [rows[known < 0]]
    for place, one in enumerate(classes):
        share = ratio ** (-place / max(len(classes) - 1, 1))
        members = rows[known == one]
        kept.append(rng.permutation(members)[: max(least, round(most * share))])
    return np.sort(np.concatenate(kept))
