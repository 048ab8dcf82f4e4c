"""Bones found from data: a spanning tree over joint pairs whose distance stays constant while the joints move."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from gesture_al.core.arrays import Bool, Float32, Float64, Int64
from gesture_al.data.geometry.normalisation import correct_aspect

# Clips that are looked at, frames of each, and distances in all: with many joints fewer clips will do.
_CLIPS, _FRAMES, _DISTANCES = 200, 8, 2**21
# Joints of which all pairs are still looked at.
MOST_JOINTS = 300
# Of two pairs that stay equally constant, as in a rigid palm, the shorter one is the bone.
_SHORTER = 0.1
# Times that the clips' scale is measured anew by the bones found so far: joints spread out when a hand opens, bones do not.
_PASSES = 3
# A pair counts if it was seen in so many frames.
_LEAST_FRAMES = 8
_LEAST_CLIPS = 5
# By how much of its mean a bone's length may vary, at the most and beside the others of the tree: a picture shows bones
# shortened and trackers shake, which concerns all of them.
_MOST_VARIATION, _FREE_VARIATION, _OF_MEDIAN = 0.5, 0.1, 1.5


def found_bones(
    positions_N_T_J_C: Float32,
    lengths_N: Int64,
    rows: Int64,
    rng: np.random.Generator,
    aspect_N: Float32 | None = None,
) -> tuple[tuple[int, int], ...]:
    """Pairs of joints that are bones, as far as the movement of these clips tells.

    The distance of two joints is measured in units of its clip's scale, so that neither a person's size nor the distance from the
    camera counts. The tree is that of least weight, deviation + 0.1 mean over all frames; a pair whose deviation is more than
    half of its mean, or out of line with the others, is cut: two hands that move by themselves come out as two trees.

    Args:
        positions_N_T_J_C: Positions, NaN where unseen; may be a memory map, of which some clips are read.
        lengths_N: Frames of each clip.
        rows: The clips that may be looked at, without their labels: those for training.
        rng: Picks 200 of them where there are more.
        aspect_N: Width / height of each clip's picture, of which positions are fractions; None: in one unit already.

    Returns:
        Pairs (a, b), a < b, sorted; none of fewer than two joints, of more than 300, of numbers on one axis, or where nothing was
        seen together.

    Source:
        The idea is that of Yan and Pollefeys, "Automatic kinematic chain building from feature trajectories of articulated
        objects" (CVPR 2006): a spanning tree over what moves together.
    """
    joints = positions_N_T_J_C.shape[2]
    if not 2 <= joints <= MOST_JOINTS or not len(rows):
        return ()
    first_E, second_E = np.triu_indices(joints, 1)
    clips = min(_CLIPS, max(_LEAST_CLIPS, _DISTANCES // (_FRAMES * len(first_E))))
    picked = np.sort(rng.permutation(rows)[:clips])
    frames_F_J_C, clip_F = _some_frames(positions_N_T_J_C, lengths_N, picked)
    if aspect_N is not None:
        frames_F_J_C = correct_aspect(frames_F_J_C[:, None], np.asarray(aspect_N)[picked][clip_F])[:, 0]
    if np.count_nonzero(np.nan_to_num(frames_F_J_C).any(axis=(0, 1))) < 2:
        return ()  # Numbers of one axis, such as channels of a sensor, are no places.
    length_F_E = _distances(frames_F_J_C, first_E, second_E)
    scale_F = _size(frames_F_J_C, clip_F)
    for _ in range(_PASSES):
        mean_E, deviation_E = _mean_and_deviation(length_F_E / scale_F[:, None])
        tree = _spanning_tree(deviation_E + _SHORTER * mean_E, first_E, second_E, joints)
        if not len(tree):
            return ()
        scale_F = _scale(length_F_E[:, tree] / mean_E[tree], clip_F)
    variation_B = deviation_E[tree] / mean_E[tree]
    kept = tree[variation_B <= min(_MOST_VARIATION, _FREE_VARIATION + _OF_MEDIAN * float(np.median(variation_B)))]
    return tuple(zip(first_E[kept].tolist(), second_E[kept].tolist(), strict=True))


def _some_frames(positions_N_T_J_C: Float32, lengths_N: Int64, rows: Int64) -> tuple[Float32, Int64]:
    """Evenly spread frames of clips, (F, J, C), and which of the clips each is from, (F,)."""
    at = [np.unique(np.linspace(0, length - 1, _FRAMES).astype(np.int64)) for length in lengths_N[rows].tolist()]
    frames = [np.asarray(positions_N_T_J_C[row, frame], dtype=np.float32) for row, frame in zip(rows.tolist(), at, strict=True)]
    return np.concatenate(frames), np.repeat(np.arange(len(rows)), [len(one) for one in at])


def _size(frames_F_J_C: Float32, clip_F: Int64) -> Float64:
    """How far the joints lie from their middle, the clip's median, for each frame; 1 where nothing was seen."""
    seen_F_J: Bool = np.asarray(np.isfinite(frames_F_J_C).all(axis=2))
    count_F = np.maximum(seen_F_J.sum(axis=1), 1)
    known = np.where(seen_F_J[..., None], frames_F_J_C, 0).astype(np.float64)
    off = np.where(seen_F_J[..., None], known - known.sum(axis=1, keepdims=True) / count_F[:, None, None], 0)
    return _by_clip(np.sqrt((off**2).sum(axis=(1, 2)) / count_F), clip_F)


def _by_clip(values_F: Float64, clip_F: Int64) -> Float64:
    """The median over each clip's frames, for each frame; of values that are finite and above 0, and 1 where there are none."""
    first = np.searchsorted(clip_F, np.arange(clip_F[-1] + 2))
    result = np.ones(len(values_F))
    for start, stop in pairwise(first.tolist()):
        values = values_F[start:stop]
        usable = values[np.flatnonzero(np.isfinite(values) & (values > 0))]
        if len(usable):
            result[start:stop] = np.median(usable)
    return result


def _distances(frames_F_J_C: Float32, first_E: Int64, second_E: Int64) -> Float32:
    """Distances of pairs of joints, (F, E), NaN where one of them is unseen."""
    square_F_E = np.zeros((len(frames_F_J_C), len(first_E)), dtype=np.float32)
    with np.errstate(over="ignore"):  # Too large to be squared: infinite, which counts as unseen.
        for coordinate_F_J in np.moveaxis(frames_F_J_C, 2, 0):
            square_F_E += np.square(coordinate_F_J[:, first_E] - coordinate_F_J[:, second_E])
    return np.sqrt(square_F_E, out=square_F_E)


def _mean_and_deviation(length_F_E: Float64) -> tuple[Float64, Float64]:
    """Of each pair's distance over all frames, (E,) each; infinite where the pair was hardly ever seen, or not apart."""
    seen_F_E = np.isfinite(length_F_E)
    count_E = seen_F_E.sum(axis=0)
    mean_E = np.where(seen_F_E, length_F_E, 0).sum(axis=0) / np.maximum(count_E, 1)
    square_E = np.square(np.where(seen_F_E, length_F_E - mean_E, 0)).sum(axis=0)
    enough_E = (count_E >= min(_LEAST_FRAMES, len(length_F_E))) & (mean_E > 0)
    return np.where(enough_E, mean_E, np.inf), np.where(enough_E, np.sqrt(square_E / np.maximum(count_E, 1)), np.inf)


def _spanning_tree(weight_E: Float64, first_E: Int64, second_E: Int64, joints: int) -> Int64:
    """Which pairs are in the tree (in several, where some joints were never seen together) of least weight."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    finite = np.flatnonzero(np.isfinite(weight_E))
    graph = coo_array((weight_E[finite], (first_E[finite], second_E[finite])), shape=(joints, joints))
    tree = minimum_spanning_tree(graph).tocoo()
    a, b = np.minimum(tree.row, tree.col).astype(np.int64), np.maximum(tree.row, tree.col).astype(np.int64)
    # The place of pair (a, b) in the upper triangle, row by row.
    return np.asarray(np.sort(a * (2 * joints - a - 1) // 2 + b - a - 1))


def _scale(ratio_F_B: Float64, clip_F: Int64) -> Float64:
    """By how much the bones of each frame's clip are longer than usual: the median over its bones and frames."""
    bones = ratio_F_B.shape[1]
    return _by_clip(ratio_F_B.ravel(), np.repeat(clip_F, bones))[::bones]
