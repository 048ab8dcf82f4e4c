"""An upper body and where its hands are: MediaPipe's pose about the middle of the shoulders, in units of their width."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.geometry.gaps import bridge, median_seen
from gesture_al.data.geometry.hands import Hand
from gesture_al.data.geometry.timing import with_changes
from gesture_al.data.skeleton import LEFT_SHOULDER, RIGHT_SHOULDER

Float = NDArray[np.float32]

POSE_JOINTS = 33
NOSE, LEFT_WRIST, RIGHT_WRIST = 0, 15, 16
# What a webcam shows of a person; hips and legs are guessed by the detector.
UPPER_BODY = (NOSE, *range(LEFT_SHOULDER, RIGHT_WRIST + 1))
POSE_WRIST = {"left_hand": LEFT_WRIST, "right_hand": RIGHT_WRIST}


def shoulders(pose_N_T_33_C: Float) -> tuple[Float, Float]:
    """Where the body is and how large.

    Args:
        pose_N_T_33_C: Positions of MediaPipe's 33 pose joints.

    Returns:
        Middle of the shoulders (N, T, C), bridged over frames without a body, and their distance in the picture, the clip's
        median, (N,). NaN and 0 for a clip that never shows both.
    """
    left, right = pose_N_T_33_C[:, :, LEFT_SHOULDER], pose_N_T_33_C[:, :, RIGHT_SHOULDER]
    middle_N_T_C = (left + right) * np.float32(0.5)
    # In the picture, not in depth: a pose's z is mostly guesswork.
    width_N = median_seen(np.sqrt(np.square((left - right)[..., :2]).sum(axis=2)))
    return bridge(middle_N_T_C, ~np.isnan(middle_N_T_C[..., 0])), width_N


def body_with_hands(pose_N_T_33_C: Float, hands: Mapping[str, Hand]) -> list[Float]:
    """Channels of a body and its hands.

    Args:
        pose_N_T_33_C: Positions of the pose joints.
        hands: `left_hand` and `right_hand`, or one of them.

    Returns:
        Upper body with its changes, 1 where it was seen; for each hand its shape, and its wrist's place on the body with changes
        (where the hand is unseen, the wrist of the pose).
    """
    middle_N_T_C, width_N = shoulders(pose_N_T_33_C)
    scale = np.where(width_N > 0, width_N, 1)[:, None, None].astype(np.float32)
    upper = (pose_N_T_33_C[:, :, UPPER_BODY] - middle_N_T_C[:, :, None]) / scale[..., None]
    seen = ~np.isnan(pose_N_T_33_C[:, :, LEFT_SHOULDER, :1])
    channels = [*with_changes(upper.reshape(*upper.shape[:2], -1)), seen.astype(np.float32)]
    for side, one in hands.items():
        wrist = np.where(one.seen[..., None], one.wrist, pose_N_T_33_C[:, :, POSE_WRIST[side], :2])
        channels += [*one.shape(), *with_changes((wrist - middle_N_T_C[..., :2]) / scale)]
    return channels
