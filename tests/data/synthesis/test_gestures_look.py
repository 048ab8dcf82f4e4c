"""Generated gestures look like what they are called."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al import ClipSet
from gesture_al.data.datasets.facetime_synthetic import FacetimeSynthetic

THUMB_TIP, INDEX_TIP = 4, 8


@pytest.fixture(scope="module")
def clean() -> ClipSet:
    return FacetimeSynthetic(clips=600, noise=0.0).load()


def held(clips: ClipSet, name: str) -> np.ndarray:
    """Frames in the middle of the clips of a class, hands apart, in heights of the picture, (n, 2, 21, 3)."""
    of_class = np.flatnonzero(clips.labels == clips.classes.index(name))
    frames = clips.positions[of_class, (clips.lengths[of_class] * 0.55).astype(int)].reshape(-1, 2, 21, 3)
    square = np.stack([clips.aspect, np.ones_like(clips.aspect), clips.aspect], axis=1)[of_class]
    return frames * square[:, None, None]


def test_left_hands_are_on_the_right_of_the_picture(clean):
    hands = held(clean, "Fire works")
    both = hands[~np.isnan(hands).any(axis=(1, 2, 3))]
    assert len(both) > 100
    assert (both[:, 0, 9, 0] > both[:, 1, 9, 0]).mean() > 0.97


def chirality(hands: np.ndarray) -> np.ndarray:
    """Positive for right hands: finger tips of a bent hand lie on the palm's side."""
    across, along = hands[..., 5, :] - hands[..., 17, :], hands[..., 9, :] - hands[..., 0, :]
    bent = hands[..., (10, 14), :].mean(axis=-2) - hands[..., (9, 13), :].mean(axis=-2)
    return np.einsum("...c,...c->...", np.cross(across, along), bent)


def test_each_slot_holds_the_anatomical_hand(clean, real_hands):
    assert chirality(real_hands("thumb_up")["image"]) > 0
    hands = held(clean, "Like")
    for slot, sign in ((0, -1), (1, 1)):
        seen = hands[:, slot][~np.isnan(hands[:, slot, 0, 0])]
        assert (np.sign(chirality(seen)) == sign).mean() > 0.95


def thumbs_up(hands: np.ndarray) -> np.ndarray:
    """Where the tip of the thumb is the highest joint of a hand by a third of a palm."""
    palm = np.linalg.norm(hands[..., 9, :] - hands[..., 0, :], axis=-1)
    others = np.delete(hands[..., 1], (2, 3, THUMB_TIP), axis=-1).min(axis=-1)
    with np.errstate(invalid="ignore"):
        return others - hands[..., THUMB_TIP, 1] > palm / 3


def shown(clips: ClipSet, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Clips of a class in which a thumb is up, and in which two are, for three frames at least."""
    part = clips.take(np.flatnonzero(clips.labels == clips.classes.index(name)))
    square = np.stack([part.aspect, np.ones_like(part.aspect), part.aspect], axis=1)[:, None, None, None]
    up = thumbs_up(part.positions.reshape(len(part), -1, 2, 21, 3) * square)
    return up.any(axis=2).sum(axis=1) >= 3, up.all(axis=2).sum(axis=1) >= 3


def test_like_is_one_thumb_up_and_fire_works_two(clean):
    one, two = shown(clean, "Like")
    assert one.mean() > 0.9
    assert two.mean() < 0.02
    assert shown(clean, "Fire works")[1].mean() > 0.85
    for name in ("Heart", "none"):
        assert shown(clean, name)[0].mean() < 0.08


def test_either_hand_gives_a_like(clean):
    left, right = thumbs_up(held(clean, "Like")).mean(axis=0)
    assert right > left > 0.1


def test_heart_is_closed_at_the_bottom_and_notched_at_the_top(clean):
    hands = held(clean, "Heart")
    hands = hands[~np.isnan(hands).any(axis=(1, 2, 3))]
    palm = np.linalg.norm(hands[:, :, 9] - hands[:, :, 0], axis=-1).mean(axis=1)
    for tip in (THUMB_TIP, INDEX_TIP):
        assert np.median(np.linalg.norm(hands[:, 0, tip, :2] - hands[:, 1, tip, :2], axis=-1) / palm) < 0.35
    lobes, notch = hands[:, :, 6, 1].mean(axis=1), hands[:, :, INDEX_TIP, 1].mean(axis=1)
    bottom = hands[:, :, THUMB_TIP, 1].mean(axis=1)
    assert (notch - lobes > 0).mean() > 0.9
    assert np.median((bottom - notch) / palm) > 0.6
    assert (np.abs(hands[:, 0, 0, 0] - hands[:, 1, 0, 0]) > palm).all(), "wrists are apart"


def test_a_generated_like_is_nearest_to_the_photo_of_a_thumb_up(clean, real_hands, misfit):
    names = ("thumb_up", "thumb_up_rotated", "fist", "victory", "pointing_up")
    photos = {name: real_hands(name)["world"] for name in names}
    hands = held(clean, "Like")
    right = hands[thumbs_up(hands)[:, 1], 1][:60].astype(float)
    distance = {name: np.array([misfit(hand, photo) for hand in right]) for name, photo in photos.items()}
    nearest = np.array(list(distance))[np.argmin(list(distance.values()), axis=0)]
    assert np.isin(nearest, ["thumb_up", "thumb_up_rotated"]).mean() > 0.9
    assert np.median(distance["thumb_up"]) < 0.2


def test_subset_of_classes_keeps_its_order():
    two = FacetimeSynthetic(clips=40, classes=["none", "Like"]).load()
    assert two.classes == ("none", "Like")
    assert thumbs_up(held(two, "Like")).any(axis=1).mean() > thumbs_up(held(two, "none")).any(axis=1).mean() + 0.4
