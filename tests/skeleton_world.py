"""Skeletons that move: every bone of a layout turns by itself, of people of different size at different places."""

from __future__ import annotations

import numpy as np


def tree_of(skeleton):
    """The layout's bones as trees over the joints that have one: parent of each joint in an order from the roots, and pairs."""
    joints = sorted({joint for bone in skeleton.bones for joint in bone})
    place = {joint: number for number, joint in enumerate(joints)}
    near = {number: [] for number in range(len(joints))}
    for a, b in skeleton.bones:
        near[place[a]].append(place[b])
        near[place[b]].append(place[a])
    parents, order = {}, []
    for root in near:
        ahead = [] if root in parents else [(root, None)]
        while ahead:
            joint, parent = ahead.pop(0)
            if joint not in parents:
                parents[joint] = parent
                order.append(joint)
                ahead += [(other, joint) for other in near[joint]]
    return parents, order, {tuple(sorted((a, b))) for a, b in parents.items() if b is not None}


def moving(parents, order, rng, clips=40, frames=12, coordinates=3, noise=0.0):
    """Clips in which every bone turns by itself; people of different size at different places."""
    length = dict(zip(order, rng.uniform(0.7, 1.4, len(order)), strict=True))
    positions = np.zeros((clips, frames, len(order), 3))
    for joint in order:
        if parents[joint] is None:
            positions[:, :, joint] = rng.normal(0, 5, (clips, frames, 3))
            continue
        way = rng.normal(size=(clips, frames, 3))
        positions[:, :, joint] = positions[:, :, parents[joint]] + length[joint] * way / np.linalg.norm(
            way, axis=2, keepdims=True
        )
    positions += noise * rng.normal(size=positions.shape)
    positions = positions * rng.uniform(0.3, 3, (clips, 1, 1, 1)) + rng.normal(0, 20, (clips, 1, 1, 3))
    return positions[..., :coordinates].astype(np.float32)


def write_archive(path, skeleton, clips=36, frames=16, classes=3, seed=0):
    """An archive of a layout's joints in which each class turns another third of the bones, the rest staying as they are."""
    parents, order, _ = tree_of(skeleton)
    rng = np.random.default_rng(seed)
    labels = np.arange(clips) % classes
    positions = np.zeros((clips, frames, len(order), 3))
    for joint in order:
        if parents[joint] is None:
            positions[:, :, joint] = rng.normal(0, 5, (clips, 1, 3))
            continue
        first, second = np.moveaxis(np.linalg.qr(rng.normal(size=(clips, 3, 3)))[0][:, :, :2], 2, 0)
        angle = np.linspace(0, 1.5, frames) * (labels == joint * classes // len(order))[:, None]
        way = np.cos(angle)[..., None] * first[:, None] + np.sin(angle)[..., None] * second[:, None]
        positions[:, :, joint] = positions[:, :, parents[joint]] + rng.uniform(0.7, 1.4) * way
    names = np.array([f"class {number}" for number in range(classes)])
    np.savez(path, X=positions.astype(np.float32), y=labels, class_names=names, fps=20.0)
    return path
