"""An open set out of a labelled one: classes of no interest, whose clips lie in the pool without a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gesture_al.core.errors import UserError
from gesture_al.core.messages import not_among
from gesture_al.data.clip_set import ClipSet


def without_interest(clips: ClipSet, names: Sequence[str]) -> ClipSet:
    """The set with these classes given up: their clips stay, without a label.

    Args:
        clips: The set.
        names: Classes of no interest, one at least.

    Raises:
        UserError: A class that the set does not have, or fewer than two classes would be left.

    Source:
        The protocol of Ning et al., "Active Learning for Open-Set Annotation", CVPR 2022: some classes of a labelled set are
        known, and the pool also holds clips of the others.
    """
    for name in names:
        if name not in clips.classes:
            raise UserError(f"dataset.of_no_interest: no class {not_among(name, list(clips.classes))}")
    left = tuple(name for name in clips.classes if name not in names)
    if not names or len(left) < 2:
        raise UserError(
            f"dataset.of_no_interest={list(names)}: name one class or more, and leave two; there are: {', '.join(clips.classes)}"
        )
    # The last place stands for -1, a clip without a label.
    label_of = np.array([left.index(name) if name in left else -1 for name in clips.classes] + [-1], dtype=np.int64)
    return replace(clips, labels=label_of[clips.labels], classes=left)
