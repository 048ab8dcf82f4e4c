"""Joints in a frame of their own - body, hand or the clip - so that where a person stands, how large and how far, drops out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.data.geometry.normalisation import (
    body_with_hands,
    hand,
    hand_parts,
    pair_of_hands,
    point_cloud,
    point_track,
    upper_body,
)
from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.features.base import FEATURES, FramesSetting, width_by_trial


@FEATURES.register("geometric")
@dataclass(frozen=True)
class Geometric:
    """Shapes, places and their changes, in the frame that fits the skeleton.

    Body and hands: the body about its shoulders, hands as bones, wrists on the body. Two hands: bones, paths of the wrists, one
    wrist from the other. One point: its path. Anything else: all joints about the clip's centre in units of their spread, and
    bones. A hand that was not seen is marked by a flag of 0; its shape is carried over from the frames around, or
    0 if never seen.

    Args:
        frames: Frames to resample to, 2 or more; None keeps each clip's own.
        standardise: Whether channels are standardised by the pool's statistics.
        bones: Whether vectors along the bones are channels, those of the layout or those that were found in the data (decision
            note 26); without them every layout of several joints is a cloud of joints.
    """

    frames: FramesSetting = 24
    standardise: bool = True
    bones: bool = True

    def __call__(self, positions_N_T_J_C: Float32, skeleton: Skeleton) -> Float32:
        """(N, T, F)."""
        channels = self._channels(np.asarray(positions_N_T_J_C, dtype=np.float32), skeleton)
        return np.nan_to_num(np.concatenate(channels, axis=2, dtype=np.float32), copy=False)

    def width(self, skeleton: Skeleton, coordinates: int) -> int:
        """F; 204 for body and hands in three dimensions."""
        return width_by_trial(self, skeleton, coordinates)

    def _channels(self, positions_N_T_J_C: Float32, skeleton: Skeleton) -> list[Float32]:
        if len(skeleton) == 1:
            return point_track(positions_N_T_J_C)
        if not self.bones:
            return point_cloud(positions_N_T_J_C)
        parts, body = hand_parts(skeleton), upper_body(skeleton)
        hands = {name: hand(positions_N_T_J_C[:, :, part.start : part.stop]) for name, part in parts.items()}
        if hands and body is not None:
            return body_with_hands(positions_N_T_J_C[:, :, body], hands)
        if len(hands) == 2 and sum(map(len, parts.values())) == len(skeleton):
            return pair_of_hands(*hands.values())
        return point_cloud(positions_N_T_J_C, skeleton.bones)
