"""Positions in pixels are recognised by their range, scaled where the picture's size is known, and else refused."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al import UserError, read_dataset

WIDTH, HEIGHT = 1280, 720
CLIPS = 10


def fractions(joints, coordinates=3, seed=0):
    """Clips of joints in a picture, with a depth about 0 in units of its width."""
    rng = np.random.default_rng(seed)
    shape = rng.uniform(-0.1, 0.1, (CLIPS, 1, joints, 3))
    x = shape + rng.uniform(0.3, 0.7, (CLIPS, 1, 1, 3)) + np.linspace(0, 0.1, 6)[None, :, None, None]
    x[..., 2] -= 0.5
    return x[..., :coordinates]


def save(path, x, **arrays):
    np.savez(path / "set.npz", X=x, y=np.arange(CLIPS) % 2, class_names=np.array(["a", "b"]), **arrays)
    return str(path / "set.npz")


@pytest.mark.parametrize("joints", [42, 75, 21, 9])
@pytest.mark.parametrize("depth", [1, WIDTH], ids=["z as MediaPipe gives it", "z in pixels"])
@pytest.mark.parametrize("typed", [True, False], ids=["typed", "in the file"])
def test_pixels_of_a_known_picture_are_scaled(tmp_path, joints, depth, typed):
    x = fractions(joints)
    size = {"width": WIDTH, "height": HEIGHT}
    path = save(tmp_path, x * [WIDTH, HEIGHT, depth], **({} if typed else {name: np.array(side) for name, side in size.items()}))
    clips = read_dataset("archive", path=path, **(size if typed else {}))
    assert np.allclose(clips.positions, x, atol=1e-6)
    assert np.allclose(clips.aspect, WIDTH / HEIGHT)


def test_each_clip_may_have_a_picture_of_its_own(tmp_path):
    x = fractions(42)
    width, height = np.where(np.arange(CLIPS) % 2, 640, 1920), np.where(np.arange(CLIPS) % 2, 480, 1080)
    pixels = x * np.stack([width, height, np.ones(CLIPS)], axis=1)[:, None, None]
    clips = read_dataset("archive", path=save(tmp_path, pixels, width=width, height=height[:, None]))
    assert np.allclose(clips.positions, x, atol=1e-6)
    assert np.allclose(clips.aspect, width / height)


@pytest.mark.parametrize(("joints", "depth"), [(42, WIDTH), (42, 1), (75, 1), (21, 1), (21, WIDTH), (33, WIDTH), (9, 1)])
def test_pixels_of_an_unknown_picture_are_refused_with_the_remedy(tmp_path, joints, depth):
    with pytest.raises(UserError) as caught:
        read_dataset("archive", path=save(tmp_path, fractions(joints) * [WIDTH, HEIGHT, depth]))
    message = str(caught.value)
    assert f"X ({CLIPS}, 6, {joints}, 3) holds pixels" in message
    assert "set dataset.params.width and .height" in message
    assert "\n" not in message


def test_a_confidence_may_be_left_out_instead(tmp_path):
    x = fractions(25) * [WIDTH, HEIGHT, 1]
    x[..., 2] = np.random.default_rng(0).random(x.shape[:3])
    path = save(tmp_path, x)
    with pytest.raises(UserError, match="coordinates=2 if the third number is a confidence"):
        read_dataset("archive", path=path)
    assert np.allclose(read_dataset("archive", path=path, coordinates=2).positions, x[..., :2], atol=1e-3)


@pytest.mark.parametrize(
    "x",
    [
        (fractions(25) - 0.5) * 1000 + [0, 0, 2500],
        fractions(25) * 3 - 1,
        (fractions(20) - [0.5, 0, 0]) * [400, 300, 400],
        (fractions(42) - [0.5, 0, 0]) * 400,
        fractions(9) * 500,
        fractions(9, 2) * 500,
        np.concatenate([fractions(9, 2) * 500, np.zeros((CLIPS, 6, 9, 1))], axis=3),
    ],
    ids=["Kinect mm", "Kinect m", "Leap mm", "hands in mm", "any unit", "any unit in the plane", "no depth"],
)
def test_lengths_of_one_unit_are_taken_as_they_are(tmp_path, x):
    clips = read_dataset("archive", path=save(tmp_path, x))
    assert np.array_equal(clips.positions, x.astype(np.float32))
    assert clips.aspect is None


def test_the_source_says_what_was_done_with_positions_that_are_no_fractions(tmp_path):
    plain, large = fractions(9), fractions(9) * [WIDTH, HEIGHT, WIDTH]
    assert read_dataset("archive", path=save(tmp_path, plain)).source == "set.npz"
    assert "taken as written" in read_dataset("archive", path=save(tmp_path, large)).source
    assert "pixels brought to fractions" in read_dataset("archive", path=str(tmp_path / "set.npz"), width=1280, height=720).source


def test_one_hand_may_be_of_any_unit_where_it_is_said_to_be(tmp_path):
    x = fractions(21) * WIDTH
    path = save(tmp_path, x)
    for params in ({"skeleton": "generic"}, {"units": "as_written"}):
        assert np.allclose(read_dataset("archive", path=path, **params).positions, x, atol=1e-3)


def test_fractions_whose_legs_are_guessed_outside_the_picture_are_no_pixels(tmp_path):
    x = fractions(75)
    x[:, :, 23:33, 1] += 2.5
    assert np.allclose(read_dataset("archive", path=save(tmp_path, x)).positions, x)


def test_the_size_of_the_picture_gives_the_aspect_of_fractions(tmp_path):
    clips = read_dataset("archive", path=save(tmp_path, fractions(42)), width=WIDTH, height=HEIGHT)
    assert np.allclose(clips.aspect, WIDTH / HEIGHT)
    assert np.allclose(clips.positions, fractions(42))


def test_what_the_user_says_is_believed(tmp_path):
    path = save(tmp_path, fractions(42) * [WIDTH, HEIGHT, 1])
    assert read_dataset("archive", path=path, units="as_written").positions.max() > 500
    small = save(tmp_path, fractions(9, 2) * 2)
    with pytest.raises(UserError, match=r"set dataset\.params\.width"):
        read_dataset("archive", path=small, units="pixels")
    scaled = read_dataset("archive", path=small, units="pixels", width=2, height=2)
    assert np.allclose(scaled.positions, fractions(9, 2), atol=1e-6)


def test_a_size_that_cannot_be_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"X \(10, 6, 42, 3\) reaches x .*, but the picture is 100 wide and 50 high"):
        read_dataset("archive", path=save(tmp_path, fractions(42) * [WIDTH, HEIGHT, 1]), width=100, height=50)


def test_frames_that_were_not_seen_do_not_count(tmp_path):
    x = fractions(42) * [WIDTH, HEIGHT, 1]
    x[:, :4] = 0
    clips = read_dataset("archive", path=save(tmp_path, x), width=WIDTH, height=HEIGHT)
    assert np.isnan(clips.positions[:, :4]).all()
    assert np.allclose(clips.positions[:, 4:], fractions(42)[:, 4:], atol=1e-6)
