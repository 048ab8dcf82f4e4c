"""Centre and size of a clip's joints when nothing is known about what they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.geometry.gaps import mean_seen
from gesture_al.data.geometry.timing import with_changes

Float = NDArray[np.float32]


def centre(positions_N_T_J_C: Float) -> Float:
    """Mean over frames and joints, (N, 1, 1, C); 0 for a clip without a seen joint."""
    return mean_seen(positions_N_T_J_C, axis=(1, 2))


def size(positions_N_T_J_C: Float) -> Float:
    """Root mean square distance of the joints from their frame's centroid, over the clip, (N, 1, 1, 1).

    A single joint has no size in this sense: its distance from the clip's centre is taken, which is how far it moves. 0 for a
    clip in which all points fall together or none was seen.
    """
    around = (1, 2) if positions_N_T_J_C.shape[2] == 1 else 2
    offset = positions_N_T_J_C - mean_seen(positions_N_T_J_C, axis=around)
    offset *= offset
    return np.asarray(np.sqrt(mean_seen(offset, axis=(1, 2)).sum(axis=3, keepdims=True)), dtype=np.float32)


def normalised(positions_N_T_J_C: Float) -> Float:
    """Positions about the clip's centre in units of the clip's size; a clip without size is only centred."""
    scale = size(positions_N_T_J_C)
    return np.asarray((positions_N_T_J_C - centre(positions_N_T_J_C)) / np.where(scale > 0, scale, 1), dtype=np.float32)


def point_cloud(positions_N_T_J_C: Float, bones: Sequence[tuple[int, int]] = ()) -> list[Float]:
    """Channels of joints about which no more is known than their bones: normalised, with changes; and vectors along the bones.

    A thumb that points up or down is a small part of a joint's place and all of a bone's direction: on NATOPS the bones were
    worth 0.07 macro-F1.
    """
    cloud = normalised(positions_N_T_J_C)
    channels = with_changes(_in_rows(cloud))
    if bones:
        start, end = np.array(bones).T
        channels.append(_in_rows(cloud[:, :, end] - cloud[:, :, start]))
    return channels


def track(positions_N_T_1_C: Float) -> list[Float]:
    """Channels of a single moving point: about the clip's centre, with changes.

    Not scaled clip by clip: how far it moved is what tells a gesture from a point held still, whose own size is only noise.
    """
    return with_changes(_in_rows(positions_N_T_1_C - centre(positions_N_T_1_C)))


def _in_rows(positions_N_T_J_C: Float) -> Float:
    return positions_N_T_J_C.reshape(*positions_N_T_J_C.shape[:2], -1)
