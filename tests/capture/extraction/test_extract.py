"""From a folder of videos to a folder of tracks: once, whole, and whatever happens on the way."""

from __future__ import annotations

import csv
import errno
import shutil
import sys

import numpy as np
import pytest
from capture.extraction.conftest import plain_video
from capture.video.small_videos import cut_off, make_video
from fake_extractor import FakeExtractor

from gesture_al.capture.extraction.clip_cutter import ClipRules
from gesture_al.capture.extraction.extract import extract
from gesture_al.capture.extraction.sources import Pattern, find_sources
from gesture_al.core.errors import UserError
from gesture_al.data.track import read_track

PATTERN = Pattern("{class}/{subject}_{session}_{n}")


def run(clips, out, extractor=None, rules=None, processes=2, **more):
    updates = []
    sources = find_sources(clips, PATTERN if not more.get("free") else None, **more)
    result = extract(
        sources,
        out,
        extractor or FakeExtractor(),
        rules or ClipRules(),
        processes,
        on_progress=lambda *args: updates.append(args),
    )
    return result, updates


def tracks(out):
    return sorted(path.relative_to(out).as_posix() for path in out.glob("[!.]*/*.npz"))


def states(result):
    return {"/".join(row.video.rsplit("/", 2)[1:]): row.state for row in result.rows}


def test_a_folder_becomes_tracks_and_a_report_and_one_broken_file_stops_nothing(clips, tmp_path):
    out = tmp_path / "out"
    result, updates = run(clips, out)
    assert tracks(out) == ["Heart/ann_1_001.npz", "Heart/bob_1_002.npz", "Like/ann_1_001.npz", "Like/bob_1_001.npz"]
    assert states(result)["Heart/ann_1_003.mp4"] == "left out"
    assert states(result)["Like/ann_1_004.mp4"] == "broken"
    assert updates[-1][:3] == (6, 6, 1.0)
    track = read_track(out / "Like" / "bob_1_001.npz")
    assert len(track) == 30
    assert np.isfinite(track.positions[1:, 21:]).all()
    assert (track.width, track.height, track.layout) == (160, 120, "hands")
    assert {key: track.about[key] for key in ("class", "subject", "session")} == {
        "class": "Like",
        "subject": "bob",
        "session": "1",
    }
    assert track.about["extractor"] == {"name": "fake", "version": 1}
    assert "recording" not in track.about
    with (out / "tracking.csv").open() as file:
        rows = {row["video"].rsplit("/", 1)[1]: row for row in csv.DictReader(file) if row["class"] == "Heart"}
    assert rows["ann_1_003.mp4"]["reason"] == "no hand is seen in any of 8 frames"
    assert (rows["bob_1_002.mov"]["frames"], rows["bob_1_002.mov"]["left"]) == ("31", "0.0")
    assert float(rows["bob_1_002.mov"]["right"]) == pytest.approx(30 / 31, abs=1e-3)
    assert rows["bob_1_002.mov"]["flags"] == "small_hand:3"
    page = (out / "tracking.html").read_text()
    assert "4 clips from 4 of 6 videos; 2 gave none" in page
    assert "no hand is seen in any of 8 frames" in page
    assert "http" not in page


def test_a_second_run_does_nothing_and_a_new_video_is_the_only_work(clips, tmp_path):
    out = tmp_path / "out"
    (clips / "Like" / "ann_1_004.mp4").unlink()
    run(clips, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.*") if path.name != ".lock"}
    result, updates = run(clips, out)
    assert (result.extracted, result.unchanged, result.changed_rows, updates) == (0, 5, [], [])
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.*") if path.name != ".lock"} == before
    make_video(clips / "Like" / "cy_1_001.mp4", frames=9)
    result, _ = run(clips, out)
    assert (result.extracted, [row.subject for row in result.changed_rows]) == (1, ["cy"])


def test_a_moved_video_takes_its_track_along_and_is_not_extracted_again(clips, tmp_path):
    out = tmp_path / "out"
    run(clips, out)
    (clips / "Like" / "ann_1_001.mp4").rename(clips / "Heart" / "ann_1_009.mp4")
    result, _ = run(clips, out)
    assert (result.extracted, result.failed) == (0, 1), "only the broken one is tried again"
    assert tracks(out) == ["Heart/ann_1_001.npz", "Heart/ann_1_009.npz", "Heart/bob_1_002.npz", "Like/bob_1_001.npz"]
    assert read_track(out / "Heart" / "ann_1_009.npz").about["class"] == "Heart"


def test_another_threshold_needs_no_second_look_at_the_videos(clips, tmp_path):
    out = tmp_path / "out"
    make_video(clips / "Like" / "dan_1_001.mp4", frames=2)
    assert states(run(clips, out)[0])["Like/dan_1_001.mp4"] == "taken"
    result, updates = run(clips, out, rules=ClipRules(at_least=0.9))
    assert states(result)["Like/dan_1_001.mp4"] == "left out"
    assert [update[1] for update in updates] == [1], "only the broken one is tried again"
    assert "Like/dan_1_001.npz" not in tracks(out)
    reason = next(row.reason for row in result.rows if "dan" in row.video)
    assert reason == "a hand is seen in 50% of 2 frames, 90% are asked for"


def test_videos_of_one_name_do_not_overwrite_each_other(tmp_path):
    make_video(tmp_path / "clips" / "Like" / "a_1_1.mp4", frames=5)
    make_video(tmp_path / "clips" / "Like" / "a_1_1.avi", frames=6)
    make_video(tmp_path / "more" / "Like" / "a_1_1.mp4", frames=7)
    out = tmp_path / "out"
    run(tmp_path / "clips", out)
    run(tmp_path / "more", out)
    run(tmp_path / "clips", out)
    assert sorted(len(read_track(out / path)) for path in tracks(out)) == [5, 6, 7]


def test_a_video_that_crashes_the_extractor_is_told_and_the_others_go_on(clips, tmp_path):
    plain_video(clips / "Heart" / "eve_1_001.mp4", 255)
    result, updates = run(clips, tmp_path / "out", processes=1)
    assert states(result)["Heart/eve_1_001.mp4"] == "broken"
    assert any(f"{clips}/Heart/eve_1_001.mp4: the extractor crashed on it (exit code 11)" in update[3] for update in updates)
    assert len(tracks(tmp_path / "out")) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_a_worker_that_the_system_kills_is_no_fault_of_the_video(clips, tmp_path):
    plain_video(clips / "Heart" / "eve_1_001.mp4", 255)
    result, _ = run(clips, tmp_path / "out", FakeExtractor(killed=True))
    reason = next(row.reason for row in result.rows if "eve" in row.video)
    assert "eve_1_001.mp4: the extractor was killed on it, perhaps for want of memory; run the same command again" in reason
    page = (tmp_path / "out" / "tracking.html").read_text()
    assert "<td>the extractor was killed on it" in page, "the name stands in the column before"
    again, _ = run(clips, tmp_path / "out", FakeExtractor(crash=False))
    assert states(again)["Heart/eve_1_001.mp4"] == "taken"


def test_where_nothing_can_be_written_no_video_is_blamed_and_the_work_ends(clips, tmp_path):
    out, updates = tmp_path / "out", []
    out.mkdir()
    # Stands where the tracks' folder should be; as on a full disk, each video would be gone through for nothing.
    (out / ".tracks").write_text("")
    with pytest.raises(UserError, match=r"cannot be written \(.*\); make room there, or choose another --out; the same command"):
        extract(
            find_sources(clips, PATTERN), out, FakeExtractor(), ClipRules(), 2, on_progress=lambda *args: updates.append(args)
        )
    assert all("no video that can be read" in failure for *_, failure in updates if failure)
    (out / ".tracks").unlink()
    assert states(run(clips, out)[0])["Heart/ann_1_001.mp4"] == "taken"


def test_a_full_disk_between_tracks_and_clips_is_told(clips, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gesture_al.capture.extraction.extract.write_table", full)
    with pytest.raises(UserError, match=r"out: cannot be written \(No space left on device\); make room there"):
        run(clips, tmp_path / "out")
    monkeypatch.undo()
    assert run(clips, tmp_path / "out")[0].unchanged == 5, "what was extracted is not extracted again"


def test_stopped_in_the_middle_keeps_what_was_done_and_goes_on(clips, tmp_path):
    out, counts = tmp_path / "out", []

    def stop(done, of, share, failure):
        counts.append(done)
        if done == 3:
            raise KeyboardInterrupt

    sources = find_sources(clips, PATTERN)
    with pytest.raises(KeyboardInterrupt):
        extract(sources, out, FakeExtractor(), ClipRules(), 1, on_progress=stop)
    assert len(tracks(out)) >= 2
    assert (out / "tracking.html").exists()
    assert not [path for path in out.rglob("*") if path.name.startswith(".") and path.name.endswith("npz")], (
        "nothing half-written"
    )
    result, _ = run(clips, out)
    assert result.extracted <= 3
    assert len(tracks(out)) == 4


def test_a_truncated_video_gives_what_it_has_and_the_report_says_so(tmp_path):
    cut_off(make_video(tmp_path / "clips" / "Like" / "a_1_1.avi"))
    make_video(tmp_path / "clips" / "Heart" / "a_1_1.mp4", frames=1)
    result, _ = run(tmp_path / "clips", tmp_path / "out")
    rows = {row.kind: row for row in result.rows}
    assert "the file is cut short or damaged" in rows["Like"].reason
    assert rows["Like"].state == "taken"
    assert "Heart" not in [row.kind for row in result.rows if row.state == "taken"], "its only frame shows no bar"
    assert rows["Heart"].frames == 1


def test_landmarks_of_videos_that_are_gone_stay(clips, tmp_path):
    out = tmp_path / "out"
    run(clips, out)
    shutil.rmtree(clips / "Like")
    make_video(clips / "Like" / "ann_1_001.mp4", frames=5)
    result, _ = run(clips, out)
    assert "Like/bob_1_001.npz" in tracks(out)
    assert any("bob_1_001.avi" in row.video for row in result.rows)


def test_two_extractions_do_not_write_to_one_folder(clips, tmp_path):
    from filelock import FileLock

    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".lock"), pytest.raises(UserError, match="another extraction is writing there"):
        run(clips, tmp_path / "out")


def test_an_extractor_that_cannot_be_opened_is_no_fault_of_the_videos(clips, tmp_path):
    with pytest.raises(UserError, match="no model file"):
        run(clips, tmp_path / "out", FakeExtractor(closed=True))
    assert tracks(tmp_path / "out") == []


def test_a_video_that_broke_since_keeps_its_clips(clips, tmp_path):
    out = tmp_path / "out"
    run(clips, out)
    (clips / "Like" / "bob_1_001.avi").write_text("torn")
    result, _ = run(clips, out)
    row = next(row for row in result.rows if "bob_1_001.avi" in row.video)
    assert (row.state, row.paths) == ("broken", ["Like/bob_1_001.npz"])
    assert "its clips of an earlier extraction are kept" in row.reason
    assert "Like/bob_1_001.npz" in tracks(out)
