"""Pictures that come as JPEG: decoded whole, or refused."""

from __future__ import annotations

import os
import struct
import zlib

import cv2
import numpy as np
import pytest

from gesture_al.capture.video.frame import decode_jpeg, read_picture
from gesture_al.core.errors import UserError


def encoded(image, suffix=".jpg", *flags):
    return cv2.imencode(suffix, image[..., ::-1], list(flags))[1].tobytes()


@pytest.fixture
def picture():
    rng = np.random.default_rng(0)
    return cv2.resize(rng.integers(0, 255, (6, 8, 3), dtype=np.uint8), (64, 48))


@pytest.mark.parametrize("flags", [[], [cv2.IMWRITE_JPEG_PROGRESSIVE, 1]])
def test_a_picture_comes_out_as_it_went_in(picture, flags):
    image = decode_jpeg(encoded(picture, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 98, *flags))
    assert (image.shape, image.dtype) == ((48, 64, 3), np.uint8)
    assert np.abs(image.astype(int) - picture).mean() < 4


def test_nothing_but_a_jpeg_is_opened(picture):
    for data in (encoded(picture, ".png"), b"", b"\xff\xd8\xff", b"\xff\xd8" + b"\xff\xe0\x00\x00" * 9, b"GIF89a" + bytes(40)):
        with pytest.raises(UserError, match="no JPEG"):
            decode_jpeg(data)


def test_a_small_file_cannot_ask_for_a_huge_picture(picture):
    data = bytearray(encoded(picture))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(UserError, match="65535 x 65535"):
        decode_jpeg(bytes(data))
    with pytest.raises(UserError, match="at most 32 x 32"):
        decode_jpeg(encoded(picture), most=32)


@pytest.mark.parametrize("side", [0, 20_000, 60_000])
def test_a_picture_file_that_claims_to_be_huge_takes_no_memory(picture, tmp_path, side):
    content = bytearray(encoded(picture, ".png"))
    content[16:24] = struct.pack(">II", side, side)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    (tmp_path / "huge.png").write_bytes(content)
    with pytest.raises(UserError, match=r"huge\.png: (a picture of more than|not a picture)"):
        read_picture(tmp_path / "huge.png")


def test_a_pipe_is_no_picture(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(UserError, match="a pipe"):
        read_picture(tmp_path / "pipe.png")
