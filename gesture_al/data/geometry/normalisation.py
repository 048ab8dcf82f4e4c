"""Hands, upper bodies and clouds of joints as channels that do not depend on where and how large they were seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Bool, Float32
from gesture_al.data.geometry.sampling import bridge, mean_seen, median_seen, with_changes
from gesture_al.data.skeleton import MIDDLE_MCP, SKELETONS, WRIST, Skeleton


def centre(positions_N_T_J_C: Float32) -> Float32:
    """Mean over frames and joints, (N, 1, 1, C); 0 for a clip without a seen joint."""
    return mean_seen(positions_N_T_J_C, axis=(1, 2))


def size(positions_N_T_J_C: Float32) -> Float32:
    """Root mean square distance of the joints from their frame's centroid, over the clip, (N, 1, 1, 1).

    A single joint has no size in this sense: its distance from the clip's centre is taken, which is how far it moves. 0 for a
    clip in which all points fall together or none was seen.
    """
    around = (1, 2) if positions_N_T_J_C.shape[2] == 1 else 2
    offset = positions_N_T_J_C - mean_seen(positions_N_T_J_C, axis=around)
    offset *= offset
    return np.asarray(np.sqrt(mean_seen(offset, axis=(1, 2)).sum(axis=3, keepdims=True)), dtype=np.float32)


def normalised(positions_N_T_J_C: Float32) -> Float32:
    """Positions about the clip's centre in units of the clip's size; a clip without size is only centred."""
    scale = size(positions_N_T_J_C)
    return np.asarray((positions_N_T_J_C - centre(positions_N_T_J_C)) / np.where(scale > 0, scale, 1), dtype=np.float32)


def point_cloud(positions_N_T_J_C: Float32, bones: Sequence[tuple[int, int]] = ()) -> list[Float32]:
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


def point_track(positions_N_T_1_C: Float32) -> list[Float32]:
    """Channels of a single moving point: about the clip's centre, with changes.

    Not scaled clip by clip: how far it moved is what tells a gesture from a point held still, whose own size is only noise.
    """
    return with_changes(_in_rows(positions_N_T_1_C - centre(positions_N_T_1_C)))


def _in_rows(positions_N_T_J_C: Float32) -> Float32:
    return positions_N_T_J_C.reshape(*positions_N_T_J_C.shape[:2], -1)


FROM, TO = np.array(SKELETONS["hand"].bones).T


@dataclass(frozen=True)
class Hand:
    """One hand of N clips.

    Args:
        seen: Frames in which the hand was seen, (N, T).
        wrist: Place of the wrist in the picture, (N, T, 2); NaN where unseen. MediaPipe's z is measured from the wrist, so it
            has none.
        bones: Vectors along the 21 bones in hand sizes, bone after bone, (N, T, 21 * C); unseen frames are bridged, NaN
            throughout a clip that never shows the hand.
        size: Wrist to middle knuckle, the clip's median, in the unit of the positions, (N,); 0 where never seen.
    """

    seen: Bool
    wrist: Float32
    bones: Float32
    size: Float32

    def shape(self) -> list[Float32]:
        """Channels of the shape: the bones, and 1 where the hand was seen, else 0."""
        return [self.bones, self.seen[..., None].astype(np.float32)]


def hand(joints_N_T_21_C: Float32) -> Hand:
    """Shape and place of a hand.

    Bones, not joints relative to the wrist: every joint then says only what its own segment does, and one finger's movement does
    not run through to its tip's large numbers. On unseen recorders this was worth 0.14 macro-F1 with five labels per class.

    Args:
        joints_N_T_21_C: Positions of the hand's 21 joints in 2 or 3 coordinates; a frame counts as seen when wrist and middle
            knuckle are there.
    """
    palm_N_T_C = joints_N_T_21_C[:, :, MIDDLE_MCP] - joints_N_T_21_C[:, :, WRIST]
    length_N_T = np.sqrt(np.square(palm_N_T_C).sum(axis=2))
    size_N = median_seen(length_N_T)
    bones = joints_N_T_21_C[:, :, TO] - joints_N_T_21_C[:, :, FROM]
    bones *= (1 / np.where(size_N > 0, size_N, 1))[:, None, None, None].astype(np.float32)
    seen_N_T = ~np.isnan(length_N_T)
    return Hand(seen_N_T, joints_N_T_21_C[:, :, WRIST, :2], bridge(bones.reshape(*seen_N_T.shape, -1), seen_N_T), size_N)


def pair_of_hands(left: Hand, right: Hand) -> list[Float32]:
    """Channels of two hands without a body: shapes, each wrist's path, and one wrist seen from the other, in hand sizes."""
    sizes_2_N = np.stack([left.size, right.size])
    count_N = np.count_nonzero(sizes_2_N, axis=0)
    scale = np.where(count_N > 0, sizes_2_N.sum(axis=0) / np.maximum(count_N, 1), 1)[:, None, None].astype(np.float32)
    wrists = [bridge(one.wrist, one.seen) / scale for one in (left, right)]
    paths = [channels for wrist in wrists for channels in with_changes(wrist - mean_seen(wrist, axis=1))]
    return [*left.shape(), *right.shape(), *paths, wrists[1] - wrists[0]]


UPPER_BODY = ("nose", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist")
"""What a webcam shows of a person; hips and legs are guessed by the detector."""
_LEFT_SHOULDER, _RIGHT_SHOULDER = 1, 2
BODY_WRIST = {"left_hand": 5, "right_hand": 6}
"""Places in `UPPER_BODY` of the wrists that carry the hands."""


def upper_body(skeleton: Skeleton) -> list[int] | None:
    """Joints of `UPPER_BODY` in a layout, by their names; None where it lacks one of them."""
    places = {name: place for place, name in reversed(list(enumerate(skeleton.joints)))}
    return [places[name] for name in UPPER_BODY] if places.keys() >= set(UPPER_BODY) else None


def hand_parts(skeleton: Skeleton) -> dict[str, range]:
    """Parts `left_hand` and `right_hand` of a layout that are hands of 21 joints in MediaPipe's order, as their bones tell."""
    hands = {name: skeleton.parts[name] for name in BODY_WRIST if name in skeleton.parts}
    bones = set(SKELETONS["hand"].bones)
    return {
        name: part
        for name, part in hands.items()
        if len(part) == len(SKELETONS["hand"])
        and bones == {(a - part.start, b - part.start) for a, b in skeleton.bones if a in part and b in part}
    }


def shoulders(body_N_T_7_C: Float32) -> tuple[Float32, Float32]:
    """Place and size of upper bodies, from their shoulders.

    Args:
        body_N_T_7_C: Positions of the joints of `UPPER_BODY`.

    Returns:
        Middle of the shoulders (N, T, C), bridged over frames without a body, and their distance in the picture, the clip's
        median, (N,). NaN and 0 for a clip that never shows both.
    """
    left, right = body_N_T_7_C[:, :, _LEFT_SHOULDER], body_N_T_7_C[:, :, _RIGHT_SHOULDER]
    middle_N_T_C = (left + right) * np.float32(0.5)
    # In the picture, not in depth: a pose's z is mostly guesswork.
    width_N = median_seen(np.sqrt(np.square((left - right)[..., :2]).sum(axis=2)))
    return bridge(middle_N_T_C, ~np.isnan(middle_N_T_C[..., 0])), width_N


def body_with_hands(body_N_T_7_C: Float32, hands: Mapping[str, Hand]) -> list[Float32]:
    """Channels of a body and its hands.

    Args:
        body_N_T_7_C: Positions of the joints of `UPPER_BODY`.
        hands: `left_hand` and `right_hand`, or one of them.

    Returns:
        Upper body with its changes, 1 where it was seen; for each hand its shape, and its wrist's place on the body with changes
        (where the hand is unseen, the wrist of the body).
    """
    middle_N_T_C, width_N = shoulders(body_N_T_7_C)
    scale = np.where(width_N > 0, width_N, 1)[:, None, None].astype(np.float32)
    upper = (body_N_T_7_C - middle_N_T_C[:, :, None]) / scale[..., None]
    seen = ~np.isnan(body_N_T_7_C[:, :, _LEFT_SHOULDER, :1])
    channels = [*with_changes(upper.reshape(*upper.shape[:2], -1)), seen.astype(np.float32)]
    for side, one in hands.items():
        wrist = np.where(one.seen[..., None], one.wrist, body_N_T_7_C[:, :, BODY_WRIST[side], :2])
        channels += [*one.shape(), *with_changes((wrist - middle_N_T_C[..., :2]) / scale)]
    return channels


def correct_aspect(positions_N_T_J_C: Float32, aspect_N: Float32 | None) -> Float32:
    """Positions in units of the picture's height, from fractions of its width and height.

    Args:
        positions_N_T_J_C: x as a fraction of the width, y of the height, and z, if there, in the scale of x, as MediaPipe
            gives it.
        aspect_N: Width / height of each clip's picture; None leaves the positions as they are.

    Returns:
        (N, T, J, C): x and z times the aspect.
    """
    if aspect_N is None:
        return positions_N_T_J_C
    scale_N_C = np.ones((len(aspect_N), positions_N_T_J_C.shape[3]), dtype=np.float32)
    scale_N_C[:, [c for c in (0, 2) if c < scale_N_C.shape[1]]] = aspect_N[:, None]
    return np.asarray(positions_N_T_J_C * scale_N_C[:, None, None, :], dtype=np.float32)
