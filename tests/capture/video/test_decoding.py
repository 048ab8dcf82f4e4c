"""Files as a player shows them: their track, their times, what is damaged in them, and what is no loss."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import av
import numpy as np
import pytest
from capture.video.small_videos import bar, cut_off, film, make_video, picture, show_part, spoil_packets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gesture_al.capture.video.decoding import _Clock
from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError

EVEN = [number / 25 for number in range(20)]
# Containers whose head says how long they are, and those that leave it to their end.
PROMISING = {"a.mp4": "libx264", "a.mov": "mpeg4", "a.mkv": "libx264", "a.webm": "libvpx", "a.avi": "mjpeg", "a.flv": "flv"}
SILENT = {"a.ts": "mpeg2video", "a.mpg": "mpeg2video", "a.wmv": "wmv2"}


def read(path, fps=None):
    with open_video(path, fps) as video:
        frames = list(video)
    return video, frames


def pictures(count):
    return [picture(number % 30) for number in range(count)]


@pytest.mark.parametrize(("name", "codec"), [*PROMISING.items(), *SILENT.items(), ("a.mts", "mpeg2video"), ("a.3gp", "mpeg4")])
def test_every_usual_container_gives_all_its_frames(tmp_path, name, codec):
    video, frames = read(film(tmp_path / name, pictures(20), EVEN, codec))
    assert [bar(frame.image) for frame in frames] == list(range(20))
    assert [frame.seconds for frame in frames] == pytest.approx(EVEN, abs=0.002)
    assert video.loss == ""


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.mp4", "a.mkv", "a.webm", "a.flv", "a.mov"]),
    gaps=st.lists(st.sampled_from([0.01, 0.033, 0.04, 0.2, 3.0]), min_size=1, max_size=12),
    start=st.sampled_from([0.0, 0.5, 7.0]),
    sound=st.sampled_from([0.0, 0.5, 12.0]),
)
def test_a_whole_file_has_exact_times_and_no_loss(tmp_path, name, gaps, start, sound):
    """Variable rate, pauses, offsets, sound shorter and longer than the pictures."""
    times = [start + seconds for seconds in np.cumsum([0.0, *gaps])]
    video, frames = read(film(tmp_path / name, pictures(len(times)), times, PROMISING[name], sound=sound))
    assert [frame.seconds for frame in frames] == pytest.approx([seconds - start for seconds in times], abs=0.0021)
    assert [bar(frame.image) for frame in frames] == list(range(len(times)))
    assert video.loss == ""


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(list(PROMISING)), share=st.floats(0.4, 0.85), sound=st.booleans())
def test_a_file_that_is_cut_short_says_so(tmp_path, name, share, sound):
    path = film(tmp_path / name, pictures(60), np.arange(60) / 25, PROMISING[name], flags="faststart", sound=2.0 * sound)
    with av.open(str(path)) as container:
        at = sorted(packet.pos + packet.size for packet in container.demux(video=0) if packet.size)
    path.write_bytes(path.read_bytes()[: at[int(share * len(at))] - 5])
    video, frames = read(path)
    assert 0 < len(frames) < 58
    assert video.loss.startswith(f"ends after {len(frames)} ")


def test_a_length_that_was_copied_from_a_longer_file_promises_nothing(tmp_path):
    path = film(tmp_path / "a.mkv", pictures(20), EVEN, "libx264")
    content = path.read_bytes()
    assert b"00:00:00.800" in content, "as FFmpeg notes the length of a track"
    path.write_bytes(content.replace(b"00:00:00.800", b"00:10:00.800"))
    video, frames = read(path)
    assert (len(frames), video.loss) == (20, "")
    assert video.duration == pytest.approx(0.8, abs=0.01)


def test_damaged_packets_are_passed_over_and_counted(tmp_path):
    path = film(tmp_path / "a.mp4", pictures(40), np.arange(40) / 25, "libx264", g="5", bf="0")
    spoil_packets(path, [12, 13, 27])
    video, frames = read(path)
    assert len(frames) == 37
    assert frames[-1].seconds == pytest.approx(39 / 25, abs=0.002), "it goes on to the end"
    assert video.loss == "a part could not be read (3 of 40 packets): the file is damaged"


def test_damage_costs_no_frame_behind_it_where_none_stands_alone(tmp_path):
    options = {"x265-params": "log-level=none:bframes=0"}
    path = film(tmp_path / "a.mp4", pictures(40), np.arange(40) / 25, "libx265", **options)
    video, frames = read(spoil_packets(path, [12, 13]))
    assert len(frames) == 38
    assert video.loss == "a part could not be read (2 of 40 packets): the file is damaged"


def test_a_file_without_a_packet_that_can_be_read_is_refused(tmp_path):
    path = spoil_packets(film(tmp_path / "a.mp4", pictures(5), EVEN[:5], "libx264"), range(5))
    with pytest.raises(UserError, match=r"a\.mp4: (holds no frame that can be read|no video that can be read)"):
        read(path)


@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])
def test_an_edit_list_shows_a_part_and_nothing_is_missing(tmp_path, codec):
    path = show_part(film(tmp_path / "a.mp4", pictures(25), np.arange(25) / 25, codec, bf="0"), 0.4, 0.48)
    video, frames = read(path)
    assert [bar(frame.image) for frame in frames] == list(range(10, 22))
    assert [frame.seconds for frame in frames] == pytest.approx([number / 25 for number in range(12)], abs=0.002)
    assert video.loss == ""
    assert video.duration == pytest.approx(0.48, abs=0.01)


def write_tracks(path, sizes, default=None):
    """A file of several video tracks; in each, the bar says which."""
    with av.open(str(path), "w") as container:
        tracks = []
        for width, height in sizes:
            track = container.add_stream("mpeg4", rate=25)
            track.width, track.height, track.pix_fmt = width, height, "yuv420p"
            tracks.append(track)
        for number, track in enumerate(tracks):
            track.disposition = int(number == default) if default is not None else 0
        for number, track in enumerate(tracks):
            for place in range(5):
                frame = av.VideoFrame.from_ndarray(picture(number + 3, (track.width, track.height)), "rgb24")
                frame.pts, frame.time_base = place, Fraction(1, 25)
                container.mux(track.encode(frame))
            container.mux(track.encode())
    return path


@pytest.mark.parametrize(
    ("sizes", "default", "chosen"),
    [
        ([(80, 60), (160, 120)], None, 1),
        ([(160, 120), (80, 60)], None, 0),
        ([(80, 60), (160, 120)], 0, 1),
        ([(160, 120), (160, 120)], 1, 1),
    ],
)
@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_of_several_tracks_the_largest_is_taken(tmp_path, sizes, default, chosen, suffix):
    video, frames = read(write_tracks(tmp_path / f"a{suffix}", sizes, default))
    assert (video.width, video.height) == sizes[chosen]
    assert [bar(frame.image) for frame in frames] == [chosen + 3] * 5


def test_sound_with_a_cover_picture_is_no_video(tmp_path):
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic.value
        track = container.add_stream("aac", rate=48000)
        container.mux(cover.encode(av.VideoFrame.from_ndarray(picture(1, (64, 64)), "rgb24")))
        container.mux(cover.encode())
        for number in range(50):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.int16), "s16", "mono")
            silence.sample_rate, silence.pts = 48000, 1024 * number
            container.mux(track.encode(silence))
        container.mux(track.encode())
    with pytest.raises(UserError, match=r"no video that can be read \(it has no video track\)"):
        open_video(path)


@pytest.mark.parametrize(("suffix", "lossless"), [(".png", True), (".apng", True), (".webp", True)])
def test_an_animated_picture_keeps_the_time_that_each_stands(tmp_path, suffix, lossless):
    images = [Image.fromarray(picture(number)) for number in range(5)]
    path = tmp_path / f"a{suffix}"
    kind = "WEBP" if suffix == ".webp" else "PNG"
    stands = [40, 40, 100, 200, 40]
    images[0].save(path, kind, save_all=True, append_images=images[1:], duration=stands, lossless=lossless)
    video, frames = read(path)
    assert [round(frame.seconds, 2) for frame in frames] == [0, 0.04, 0.08, 0.18, 0.38]
    assert [bar(frame.image) for frame in frames] == [0, 1, 2, 3, 4]
    assert (video.width, video.height, video.loss) == (160, 120, "")


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (161, 97), (97, 161), (1, 200)])
def test_odd_sizes_come_out_as_they_went_in(tmp_path, size):
    image = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    video, frames = read(film(tmp_path / "a.mov", [image, image], [0, 0.04], "png"))
    assert (video.width, video.height) == size
    assert all(np.array_equal(frame.image, image) and frame.image.flags.c_contiguous for frame in frames)


def test_a_size_that_changes_midway_is_fitted_in_without_being_squeezed(tmp_path):
    parts = [film(tmp_path / "a.h264", pictures(3), EVEN[:3], "libx264"), tmp_path / "both.h264"]
    tall = [np.full((160, 80, 3), 200, np.uint8)] * 3
    film(tmp_path / "b.h264", tall, EVEN[:3], "libx264")
    parts[1].write_bytes(parts[0].read_bytes() + (tmp_path / "b.h264").read_bytes())
    _, frames = read(parts[1])
    assert {frame.image.shape for frame in frames} == {(120, 160, 3)}
    last = frames[-1].image
    assert (last[60, 60:100] > 150).all(), "80 x 160 in 160 x 120: a column 60 wide"
    assert (last[60, :45] < 30).all()


def test_names_that_look_like_addresses_are_files(tmp_path):
    for name in ("rtsp:camera.mp4", "a%03d.mp4", "concat:a|b.mp4"):
        _, frames = read(make_video(tmp_path / "a.mp4", frames=3).rename(tmp_path / name))
        assert len(frames) == 3


def test_a_file_cannot_make_the_program_fetch_something(tmp_path, serve):
    address, asked = serve({"/a.ts": b"x" * 5000})
    lists = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}/a.ts\n#EXT-X-ENDLIST\n"
    for name, text in (("a.mp4", lists), ("a.m3u8", lists), ("b.mp4", f"ffconcat version 1.0\nfile {address}/a.ts\n")):
        (tmp_path / name).write_text(text)
        with pytest.raises(UserError, match="no video that can be read"):
            open_video(tmp_path / name)
    assert asked == []


def test_a_gif_that_is_cut_off_gives_what_it_has(tmp_path):
    images = [Image.fromarray(picture(number)) for number in range(9)]
    images[0].save(tmp_path / "a.gif", save_all=True, append_images=images[1:], duration=40)
    _, frames = read(cut_off(tmp_path / "a.gif"))
    assert 2 < len(frames) < 9


def test_the_clock_never_stands_still_nor_goes_back():
    clock = _Clock(25.0)
    places = [clock.place(seconds) for seconds in (5.0, 5.04, 5.04, None, 5.2, 0.0, 0.04, math.nan, 0.2, 1.0)]
    assert all(later > earlier for earlier, later in itertools.pairwise(places))
    assert places[:2] == pytest.approx([0, 0.04])
    assert places[4] == pytest.approx(0.2), "a repeated time moves nothing that follows"
    assert np.diff(places[5:7]) == pytest.approx([0.04])
    assert places[8] - places[6] == pytest.approx(0.16), "a recording that begins anew goes on at its own pace"


@pytest.mark.parametrize(
    ("name", "frames", "loss"), [("upright", 75, ""), ("edit_list", 62, ""), ("damaged_midway", 72, "3 of 75")]
)
def test_the_reported_files_are_read_whole(shared_cases, name, frames, loss):
    video, seen = read(shared_cases / "video" / f"{name}.mp4")
    assert len(seen) == frames
    assert loss in video.loss
    assert bool(loss) == bool(video.loss)


def test_the_reported_orientations_show_the_same_picture(shared_cases):
    _, upright = read(shared_cases / "video" / "upright.mp4")
    for name, size in (("matrix_mirrored", (640, 360)), ("pixels_64_45", (1024, 576))):
        video, frames = read(shared_cases / "video" / f"{name}.mp4")
        assert (video.width, video.height) == size
        for frame, other in zip(frames[::20], upright[::20], strict=True):
            small, same = (np.asarray(Image.fromarray(one.image).resize((64, 36))).astype(int) for one in (frame, other))
            assert np.abs(small - same).mean() < 6
