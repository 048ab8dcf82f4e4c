"""Network addresses are told from paths, tried for a while, and shown without secrets."""

from __future__ import annotations

import socket

import pytest
from capture.video.small_videos import bar, make_video

import gesture_al.capture.video.decoding as decoding
from gesture_al.capture.video.addresses import is_address, refuse_address, shown
from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError

SECRETS = ("ann:", "s3cret", "t0ken")


@pytest.fixture
def silent():
    """A port at which somebody listens and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(5)
        yield listening.getsockname()[1]


def test_a_video_is_read_over_http(tmp_path, serve):
    address, asked = serve({"/a.mp4?key=t0ken": make_video(tmp_path / "a.mp4", frames=6).read_bytes()})
    with open_video(f"{address}/a.mp4?key=t0ken") as video:
        frames = list(video)
    assert [bar(frame.image) for frame in frames] == list(range(6))
    assert (video.name, video.loss) == (f"{address}/a.mp4?***", "")
    assert asked[0] == "/a.mp4?key=t0ken", "the address is asked for as it was typed"


@pytest.mark.parametrize("scheme", ["http", "rtsp", "rtmp", "tcp"])
def test_what_does_not_answer_is_given_up_and_named(silent, monkeypatch, scheme):
    monkeypatch.setattr(decoding, "_PATIENCE", 0.4)
    with pytest.raises(UserError) as refusal:
        open_video(f"{scheme}://ann:s3cret@127.0.0.1:{silent}/live?key=t0ken")
    message = str(refusal.value)
    assert message.startswith(f"{scheme}://***@127.0.0.1:{silent}/live?***: cannot be opened (no answer for 0.4 s); ")
    assert not any(secret in message for secret in SECRETS)
    assert "\n" not in message


@pytest.mark.parametrize("scheme", ["http", "rtsp", "rtmp"])
def test_what_is_not_there_is_named(scheme):
    with pytest.raises(UserError) as refusal:
        open_video(f"{scheme}://ann:s3cret@127.0.0.1:1/live?key=t0ken")
    message = str(refusal.value)
    assert message.startswith(f"{scheme}://***@127.0.0.1:1/live?***: cannot be opened (Connection refused); ")
    assert not any(secret in message for secret in SECRETS)


def test_an_answer_that_is_no_video_is_told(tmp_path, serve):
    address, _ = serve({"/a.html": b"<html>" * 100})
    with pytest.raises(UserError, match=r"a\.html: cannot be opened"):
        open_video(f"{address}/a.html")
    with pytest.raises(UserError, match="404"):
        open_video(f"{address}/b.mp4")


def test_a_connection_that_breaks_off_says_so_or_what_is_missing(tmp_path, serve):
    address, _ = serve({"/a.mkv": make_video(tmp_path / "a.mkv", frames=60).read_bytes()}, cut=True)
    with open_video(f"{address}/a.mkv") as video:
        try:
            loss = len(list(video)) < 60 and video.loss
        except UserError as err:
            loss = str(err)
    assert loss


@pytest.mark.parametrize("address", ["ftp://host/a.mp4", "foo://x", "file:///tmp/a.mp4", "concat://a", "data://x"])
def test_other_schemes_are_refused(address):
    with pytest.raises(UserError, match=r"is not read; give a path, or an address with http, https, rtmp"):
        open_video(address)


def test_paths_are_no_addresses(tmp_path):
    for text in ("C://a.mp4", "a/b.mp4", "//server/a.mp4", "http:/a", "a://", tmp_path, 0, ""):
        assert not is_address(text)
    for text in ("rtsp://camera/1", "HTTP://camera/1", " udp://@:1234"):
        assert is_address(text)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("rtsp://camera/1", "rtsp://camera/1"),
        ("rtsp://ann@camera:554/1", "rtsp://***@camera:554/1"),
        ("rtsp://ann:p@ss@camera/1#frag", "rtsp://***@camera/1"),
        ("http://[::1]:80/a?b=c", "http://[::1]:80/a?***"),
        ("http://ann:s3cret@[bad/a", "http://***"),
        ("udp://@:1234", "udp://@:1234"),
    ],
)
def test_an_address_is_shown_without_secrets(address, text):
    assert shown(address) == text


def test_an_address_where_a_file_is_needed_is_refused_with_the_remedy():
    refuse_address("clips", "download it")
    with pytest.raises(UserError, match=r"http://h/a\.mp4: an address, where a file is needed; download it"):
        refuse_address("http://h/a.mp4", "download it")
