"""What in a folder is a video, and that the rest is told."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from gesture_al.capture.extraction.tracks import video_hash
from gesture_al.capture.video.finding import find_videos, is_video
from gesture_al.capture.video.reading import open_video


@pytest.fixture
def folder(tmp_path):
    def put(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(b"x")
        return tmp_path

    return put


def names(found, root):
    return [path.relative_to(root).as_posix() for path in found.videos], [(one.clip, one.reason) for one in found.left_out]


@pytest.mark.parametrize(
    "suffix", ["mp4", "MP4", "wmv", "WMV", "mts", "m2ts", "flv", "ogv", "asf", "vob", "mpg", "3gp", "mov", "webm", "gif", "apng"]
)
def test_every_usual_video_is_one_in_capitals_too(folder, suffix):
    root = folder(f"A/1.{suffix}")
    assert names(find_videos(root), root) == ([f"A/1.{suffix}"], [])


def test_what_is_none_is_told_by_its_ending(folder):
    root = folder("A/1.mp4", "A/1.srt", "B/2.doc", "README", "B/cover.jpg", "B/x/2.mp4")
    assert names(find_videos(root), root) == (
        ["A/1.mp4", "B/x/2.mp4"],
        [
            ("A/1.srt", ".srt"),
            ("B/2.doc", ".doc"),
            ("B/cover.jpg", "a picture outside of a folder of pictures"),
            ("README", "no ending"),
        ],
    )


def test_a_transport_stream_is_known_from_typescript(tmp_path):
    for name, first, size in (("ts", 0, 188), ("m2ts", 4, 192)):
        packets = np.zeros((6, size), np.uint8)
        packets[:, first] = 0x47
        (tmp_path / f"{name}.ts").write_bytes(packets.tobytes())
    (tmp_path / "code.ts").write_text("G" + "const a = 1;\n" * 100)
    assert [is_video(tmp_path / name) for name in ("ts.ts", "m2ts.ts", "code.ts", "none.ts")] == [True, True, False, False]


@pytest.mark.parametrize("other", ["Thumbs.db", "desktop.ini", ".DS_Store", "._1.jpg", "labels.json", "__MACOSX/1.jpg"])
def test_a_folder_of_pictures_is_one_clip_whatever_else_lies_in_it(folder, other):
    root = folder("A/1/1.jpg", "A/1/2.jpg", f"A/1/{other}")
    videos, left_out = names(find_videos(root), root)
    assert videos == ["A/1"]
    assert [name for name, _ in left_out] == [f"A/1/{other}".removesuffix("/1.jpg")]


def test_pictures_that_are_missing_between_others_are_told(folder):
    root = folder(*(f"A/1/{number:05}.jpg" for number in (3, 4, 6, 7)))
    assert names(find_videos(root), root) == (["A/1"], [("A/1, place 3", "missing frames, whose time is kept")])


def test_links_that_lead_in_a_circle_are_gone_round_once(folder):
    root = folder("A/1.mp4")
    (root / "A" / "again").symlink_to(root)
    (root / "B").symlink_to(root / "A")
    videos, left_out = names(find_videos(root), root)
    assert videos == ["A/1.mp4", "B/1.mp4"]
    assert left_out == [("A/again", "a link to a folder that it lies in"), ("B/again", "a link to a folder that it lies in")]


def test_what_was_named_as_something_else_is_not_told(folder):
    root = folder("A/1.mp4", "people.csv", "out/tracking.csv")
    assert names(find_videos(root, [root / "people.csv", root / "out"]), root) == (["A/1.mp4"], [])


def test_the_reported_folders(shared_cases):
    found = find_videos(shared_cases / "frames" / "with_thumbs_db")
    assert names(found, shared_cases / "frames" / "with_thumbs_db") == (["A/1"], [("A/1/Thumbs.db", "Thumbs.db")])
    videos, left_out = names(find_videos(shared_cases / "video"), shared_cases / "video")
    assert {"base.wmv", "tiny.mp4"} <= set(videos)
    assert left_out == []


def test_a_lone_picture_is_no_folder_of_pictures(tmp_path):
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "0.png")
    assert is_video(tmp_path)
    assert not is_video(tmp_path / "0.png")


@pytest.mark.parametrize("suffix", ["webp", "png"])
def test_pictures_that_move_are_videos_each(tmp_path, suffix):
    (tmp_path / "A").mkdir()
    pictures = [Image.fromarray(np.full((8, 8, 3), grey, np.uint8)) for grey in (0, 80, 160)]
    for name in ("1", "2"):
        pictures[0].save(tmp_path / "A" / f"{name}.{suffix}", save_all=True, append_images=pictures[1:])
    assert names(find_videos(tmp_path), tmp_path) == ([f"A/1.{suffix}", f"A/2.{suffix}"], [])
    pictures[0].save(tmp_path / f"still.{suffix}")
    assert not is_video(tmp_path / f"still.{suffix}")


def test_a_picture_that_is_missing_keeps_its_time(tmp_path):
    for number in (3, 4, 6):
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / f"{number:05}.png")
    with open_video(tmp_path, 10) as video:
        assert [round(frame.seconds, 6) for frame in video] == [0.0, 0.1, 0.3]
        assert video.duration == pytest.approx(0.4)


def test_the_hash_of_a_folder_of_pictures_is_that_of_its_pictures(tmp_path, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "1"
    folder.mkdir()
    for number in range(3):
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / f"{number}.png")
    whole = video_hash(folder)
    (folder / "Thumbs.db").write_bytes(b"x")
    assert video_hash(folder) == whole
    (folder / "1.png").unlink()
    assert video_hash(folder) != whole
