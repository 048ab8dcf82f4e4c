"""Pictures stand as a player shows them, whatever the file stores: eight orientations, pixels of any shape."""

from __future__ import annotations

import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from capture.video.small_videos import film, orient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gesture_al.capture.video.reading import open_video
from gesture_al.capture.video.upright import Orientation, square_size

# (a, b, c, d): rotation by 0, 90, 180, 270 degrees, and each mirrored.
MATRICES = [(a, 0, 0, d) for a in (1, -1) for d in (1, -1)] + [(0, b, c, 0) for b in (1, -1) for c in (1, -1)]
CORNERS = {(-1, -1): (220, 0, 0), (1, -1): (0, 200, 0), (-1, 1): (0, 0, 220), (1, 1): (230, 230, 230)}
"""Colours of the quarters of the stored picture, by the side of its middle on which they lie."""


def quarters(width: int, height: int) -> np.ndarray:
    image = np.zeros((height, width, 3), np.uint8)
    for (right, low), colour in CORNERS.items():
        rows = slice(height // 2, None) if low > 0 else slice(height // 2)
        columns = slice(width // 2, None) if right > 0 else slice(width // 2)
        image[rows, columns] = colour
    return image


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    matrix=st.sampled_from(MATRICES),
    pixel_aspect=st.sampled_from([None, Fraction(64, 45), Fraction(16, 11), Fraction(8, 9), Fraction(2), Fraction(1, 2)]),
    size=st.sampled_from([(64, 48), (48, 64), (96, 80)]),
    gaps=st.lists(st.sampled_from([0.01, 0.04, 1.0]), min_size=1, max_size=4),
)
def test_every_orientation_pixel_and_rate_together(tmp_path, matrix, pixel_aspect, size, gaps):
    a, b, c, d = matrix
    times = np.cumsum([0.0, *gaps])
    path = film(tmp_path / "a.mp4", [quarters(*size)] * len(times), times, pixel_aspect=pixel_aspect)
    orient(path, *matrix)
    with open_video(path) as video:
        frames = list(video)
    width, height = size[0] * float(pixel_aspect or 1), float(size[1])
    shown_aspect = height / width if b else width / height
    assert video.width / video.height == pytest.approx(shown_aspect, rel=0.02)
    assert min(video.width, video.height) >= min(size), "nothing is thrown away"
    assert [frame.seconds for frame in frames] == pytest.approx(list(times), abs=0.002)
    for frame in frames:
        assert frame.image.shape == (video.height, video.width, 3)
        for (p, q), colour in CORNERS.items():
            x, y = a * p + c * q, b * p + d * q
            seen = frame.image[video.height * (2 + y) // 4, video.width * (2 + x) // 4]
            assert np.abs(seen.astype(int) - colour).max() < 40


@pytest.mark.parametrize(
    ("stored", "pixel_aspect", "shown"),
    [
        ((720, 576), Fraction(64, 45), (1024, 576)),
        ((704, 576), Fraction(16, 11), (1024, 576)),
        ((720, 480), Fraction(8, 9), (720, 540)),
        ((720, 480), Fraction(32, 27), (853, 480)),
        ((640, 360), Fraction(1), (640, 360)),
        ((640, 360), None, (640, 360)),
    ],
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_pixels_that_are_not_square_are_made_so(tmp_path, stored, pixel_aspect, shown, suffix):
    path = film(tmp_path / f"a{suffix}", [quarters(*stored)], [0.0], pixel_aspect=pixel_aspect)
    with open_video(path) as video:
        (frame,) = video
    assert (video.width, video.height) == shown
    assert frame.image.shape == (shown[1], shown[0], 3)


@pytest.mark.parametrize("pixel_aspect", [None, 0.0, 1000.0, 0.001, -1.0, float("nan"), float("inf")])
def test_a_pixel_of_no_possible_shape_counts_as_square(pixel_aspect):
    assert square_size(640, 360, pixel_aspect) == (640, 360)


def test_a_matrix_of_nothing_leaves_the_picture_and_others_are_taken_to_the_nearest():
    def orientation(*numbers: int) -> Orientation:
        return Orientation.of_matrix(struct.pack("=9i", *numbers))

    assert orientation(*[0] * 9) == Orientation()
    slightly = (60000, 5000, 0, -5000, 60000, 0, 0, 0, 1 << 30)
    assert orientation(*slightly) == Orientation()
    smallest, largest = -(2**31), 2**31 - 1
    assert orientation(*[smallest] * 9) == Orientation(False, True, True)
    assert orientation(0, largest, 0, smallest, *[0] * 5) == Orientation(True, True, False)


def grey_film(path, transfer: str):
    """Two frames of a grey of 58%, which in PQ is the white of paper, 203 candela a square metre (ITU-R BT.2408)."""
    # Frames in the order of their times, by one thread: with others libx265 may give the first of two packets no time.
    plain = "log-level=none:bframes=0:frame-threads=1:pools=none:rc-lookahead=0"
    about = plain if not transfer else f"{plain}:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    grey = np.full((48, 64, 3), round(0.58 * 255), np.uint8)
    return film(path, [grey, grey], [0.0, 0.04], "libx265", **{"x265-params": about})


@pytest.mark.parametrize(("transfer", "low", "high"), [("", 144, 152), ("smpte2084", 215, 255), ("arib-std-b67", 160, 255)])
def test_hdr_is_shown_as_bright_as_it_was_meant(tmp_path, transfer, low, high):
    with open_video(grey_film(tmp_path / "a.mp4", transfer)) as video:
        frames = list(video)
    for frame in frames:
        assert low <= frame.image.min() <= frame.image.max() <= high


def test_what_is_transparent_counts_as_painted(tmp_path):
    with av.open(str(tmp_path / "a.mov"), "w") as container:
        stream = container.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgba"
        image = np.dstack([quarters(64, 48), np.full((48, 64), 30, np.uint8)])
        container.mux(stream.encode(av.VideoFrame.from_ndarray(image, "rgba")))
        container.mux(stream.encode())
    with open_video(tmp_path / "a.mov") as video:
        (frame,) = video
    assert np.array_equal(frame.image, quarters(64, 48))
