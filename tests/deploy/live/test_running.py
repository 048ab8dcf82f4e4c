from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError
from gesture_al.data.track import read_track
from gesture_al.deploy.live.collecting import UNSURE, WRONG
from gesture_al.deploy.live.running import LiveRunner, Options


def run(fake, source, show=None, **options):
    events = []
    tally = LiveRunner(fake, Options(window=False, **options), events.append).run(source, show)
    return tally, events


def test_events_are_told_at_once_and_counted(fake, film):
    tally, events = run(fake, film)
    assert [event.name for event in events] == ["Like", "Like"]
    assert tally.events == events
    assert tally.frames == 80
    assert len(tally.beyond) == 80


def test_a_key_ends_it(fake, film):
    seen = []

    def show(picture):
        seen.append(picture)
        return "q" if len(seen) == 5 else ""

    tally, _ = run(fake, film, show)
    assert tally.frames == 5
    assert seen[0].shape == (120, 160, 3)


def test_the_annotated_video_shows_every_frame(fake, film, tmp_path):
    run(fake, film, save=tmp_path / "seen.mp4")
    with open_video(tmp_path / "seen.mp4") as video:
        pictures = [frame.image for frame in video]
    assert len(pictures) == 80
    with open_video(film) as video:
        plain = [frame.image for frame in video]
    assert np.abs(pictures[30].astype(int) - plain[30]).max() > 60


def test_what_was_marked_as_wrong_goes_to_the_head_of_the_pool(fake, film, tmp_path):
    typed = iter(["", *[""] * 48, "w", *[""] * 200])
    tally, _ = run(fake, film, lambda picture: next(typed), folder=tmp_path, subject="anna")
    (path,) = tally.kept
    assert path.parent == tmp_path / "unlabelled"
    track = read_track(path)
    assert track.about["priority"] == WRONG
    assert track.about["reason"] == "wrong"
    assert track.about["subject"] == "anna"
    assert track.about["extractor"] == {"extractor": "fake"}
    assert "class" not in track.about
    assert "Like" not in str(track.about)
    assert track.seconds[-1] == pytest.approx(49 / 20, abs=0.01)
    assert track.about["start"] == track.seconds[0]
    assert (track.width, track.height, track.layout) == (160, 120, "hands")


def hesitation(*parts, fps=25.0):
    seconds = 0.0
    for x, length in parts:
        for _ in range(round(length * fps)):
            yield seconds, np.full((42, 3), x, np.float32)
            seconds += 1 / fps


def test_what_it_hesitates_about_is_kept_if_asked(fake, tmp_path):
    parts = [(0.1, 2), (0.51, 1), (0.1, 2), (0.51, 1), (0.1, 20), (0.51, 1), (0.1, 2)]
    tally, _ = run(fake, hesitation(*parts), folder=tmp_path, collect=True)
    tracks = [read_track(path) for path in tally.kept]
    # The second moment comes too soon after the first.
    assert [track.about["priority"] for track in tracks] == [UNSURE, UNSURE]
    assert tracks[0].width / tracks[0].height == pytest.approx(4 / 3)
    assert tracks[0].seconds[0] < 2 < 3 < tracks[0].seconds[-1] + 0.1


def test_nothing_is_kept_unasked(fake, tmp_path):
    tally, _ = run(fake, hesitation((0.1, 2), (0.51, 1), (0.1, 2)), folder=tmp_path)
    assert not tally.kept
    assert not list(tmp_path.iterdir())


def broken(frames):
    yield from hesitation((0.9, frames / 25))
    raise UserError("camera 0: no more pictures; it was unplugged")


def test_unplugged_midway_keeps_what_was_saved(fake, tmp_path):
    tally, events = run(fake, broken(25), save=tmp_path / "seen.mp4")
    assert "unplugged" in str(tally.failure)
    assert len(events) == 1
    assert (tmp_path / "seen.mp4").exists()


def test_a_source_that_gives_nothing_at_all_fails(fake):
    with pytest.raises(UserError, match="unplugged"):
        run(fake, broken(0))


def test_ctrl_c_keeps_what_was_saved(fake, tmp_path):
    def interrupted():
        yield from hesitation((0.9, 1))
        raise KeyboardInterrupt

    tally, _ = run(fake, interrupted(), save=tmp_path / "seen.mp4")
    assert tally.frames == 25
    assert (tmp_path / "seen.mp4").exists()


def test_without_a_display_the_window_is_refused_before_anything_is_opened(fake, film, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(UserError, match="--headless"):
        LiveRunner(fake, replace(Options(), window=True), print).run(film)
    assert fake.extractor.open == 0


def test_a_video_that_cannot_be_begun_is_told_before_anything_is_made_of_it(fake, film, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written there"):
        run(fake, film, save=tmp_path / "file" / "seen.webm")
