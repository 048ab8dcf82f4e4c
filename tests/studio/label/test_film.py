"""The video of a clip beside its skeleton and in step with it, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from browser_world import ARGUMENTS, CHROMIUM, served
from recorded_world import finished_take

from gesture_al import read_dataset
from gesture_al.capture.video.frame import Frame
from gesture_al.data.track import FrameJoints, Stretch, write_track
from gesture_al.studio.record.clip_store import ClipStore
from gesture_al.studio.record.plan import RecordingPlan, targets_of

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -r requirements-dev.txt")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")
FPS = 30
# The grey in the middle of the film tells the tenth of a second.
LOOK = """() => {
  const video = document.getElementById("video");
  const pen = Object.assign(document.createElement("canvas"), { width: 160, height: 120 }).getContext("2d");
  pen.drawImage(video, 0, 0);
  const row = document.querySelector("#strip .row");
  // Where in the clip the skeleton is, 0 to 1.
  const now = (parseFloat(document.querySelector("#strip .now").style.left) + 1 - row.offsetLeft) / row.clientWidth;
  return { grey: pen.getImageData(80, 60, 1, 1).data[0], at: video.currentTime, width: video.videoWidth, now,
           hidden: video.hidden, paused: video.paused, beside: document.getElementById("main").className };
}"""


def film(seconds):
    """A frame whose grey grows by 8 each tenth of a second, and a hand."""
    grey = 8 * int(seconds * 10 + 1e-6)
    positions = np.full((42, 3), np.nan, dtype=np.float32)
    positions[21:, :2] = np.linspace([0.3, 0.3], [0.6, 0.7], 21)
    positions[21:, 2] = 0
    hands = np.array([np.nan, 0.9], dtype=np.float32)
    return Frame(np.full((120, 160, 3), grey, np.uint8), seconds), FrameJoints(positions, hands, ())


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def recorded(tmp_path):
    """Two takes as the recorder keeps them, and a clip cut out of a third from 1 s to 2 s."""
    plan = RecordingPlan(targets=targets_of(["Like", "Heart"], 2), subject="ann", session="one")
    frames = [film(number / FPS) for number in range(3 * FPS)]
    with ClipStore(tmp_path / "data") as store:
        for label in ("Like", "Heart", "Heart"):
            take = finished_take(store, plan, label, frames)
            name = store.put(take).name
    track = replace(take.track, about={"video": f"{name}.webm", "recording": "x"})
    write_track(tmp_path / "data" / "unlabelled" / "cut.npz", track.cut(Stretch(1.0, 2.0)))
    (tmp_path / "data" / f"{name}.npz").unlink()
    return tmp_path / "data"


@pytest.fixture
def visit(chromium, recorded, tmp_path):
    """The page, asking about one clip."""
    contexts = []

    def open_(address, **options):
        context = chromium.new_context(viewport={"width": 1280, "height": 720}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.goto(address)
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.getElementById('canvas').dataset.since !== 'never'")
        return page

    yield open_
    for context in contexts:
        context.close()


def asking(recorded, folder, clip):
    clips = read_dataset("clips", path=str(recorded))
    return served(folder, [[clips.rows[clip]]], clips=clips)


def test_a_recorded_clip_plays_beside_its_skeleton(recorded, visit, tmp_path):
    with asking(recorded, tmp_path, "Like/ann_one_001") as (_, address):
        page = visit(address)
        page.wait_for_function("() => document.getElementById('video').currentTime > 0.5")
        seen = page.evaluate(LOOK)
        assert (seen["width"], seen["hidden"], "has-video" in seen["beside"]) == (160, False, True)
        # It goes round: later it is at an earlier moment.
        page.wait_for_function("() => document.getElementById('video').currentTime > 2.5")
        page.wait_for_function("() => document.getElementById('video').currentTime < 0.5")
        first, second = (page.locator(name).bounding_box() for name in ("#video", ".drawing"))
        assert first["x"] < second["x"], "the video stands first"
        assert first["width"] > second["width"]
        assert page.locator("#undo").is_visible()


@pytest.mark.parametrize(("clip", "begins", "frames"), [("Like/ann_one_001", 0.0, 90), ("unlabelled/cut", 1.0, 31)])
def test_a_step_shows_the_picture_of_the_skeletons_frame(recorded, visit, tmp_path, clip, begins, frames):
    with asking(recorded, tmp_path, clip) as (_, address):
        page = visit(address)
        page.wait_for_function("() => !document.getElementById('video').hidden")
        page.keyboard.press(".")
        for _ in range(40):
            page.keyboard.press(".")
            page.wait_for_function("() => (v => v.paused && !v.seeking)(document.getElementById('video'))")
            seen = page.evaluate(LOOK)
            moment = begins + (seen["now"] * frames - 0.5) / FPS
            assert seen["at"] == pytest.approx(moment, abs=2e-3)
            # A browser may show the frame before, which may be of the tenth before.
            assert -11 <= seen["grey"] - 8 * ((moment + 1e-3) // 0.1) <= 3


def test_film_and_skeleton_run_together(recorded, visit, tmp_path):
    with asking(recorded, tmp_path, "unlabelled/cut") as (_, address):
        page = visit(address)
        apart = []
        for _ in range(30):
            page.wait_for_function("() => (v => !v.paused && !v.seeking && !v.hidden)(document.getElementById('video'))")
            seen = page.evaluate(LOOK)
            if not seen["paused"]:
                apart.append(abs(seen["at"] - 1.0 - (seen["now"] * 31 - 0.5) / FPS))
        # The skeleton shows the last frame that has begun, and was drawn a little before it was asked.
        assert sorted(apart)[len(apart) // 2] < 0.1


def test_a_clip_that_was_cut_out_plays_its_stretch_only(recorded, visit, tmp_path):
    with asking(recorded, tmp_path, "unlabelled/cut") as (_, address):
        page = visit(address)
        page.evaluate(
            """() => {
              const video = document.getElementById("video");
              window.moments = [];
              window.turns = 0;
              video.addEventListener("seeked", () => (window.turns += 1));
              const look = () => {
                if (!video.seeking && !video.hidden) window.moments.push(video.currentTime);
                requestAnimationFrame(look);
              };
              look();
            }"""
        )
        page.wait_for_function("() => window.turns >= 2")
        moments = page.evaluate("window.moments")
        assert min(moments) >= 0.999
        # One frame behind the end, and what the clock does between two looks at it.
        assert max(moments) < 2.4


def test_what_the_browser_cannot_play_gives_its_place_to_the_skeleton(recorded, visit, tmp_path):
    path = recorded / "Like" / "ann_one_001.webm"
    writer = cv2.VideoWriter(str(tmp_path / "old.mp4"), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 30, (160, 120))
    for number in range(30):
        writer.write(np.full((120, 160, 3), number, np.uint8))
    writer.release()
    path.write_bytes((tmp_path / "old.mp4").read_bytes())
    with asking(recorded, tmp_path, "Like/ann_one_001") as (_, address):
        page = visit(address)
        page.wait_for_function("() => document.getElementById('video').error !== null")
        seen = page.evaluate(LOOK)
        assert (seen["hidden"], "has-video" in seen["beside"]) == (True, False)
        before = page.evaluate("() => parseFloat(document.querySelector('#strip .now').style.left)")
        page.wait_for_function("(before) => parseFloat(document.querySelector('#strip .now').style.left) > before", arg=before)


def test_where_motion_is_not_wanted_the_film_holds_with_the_skeleton(recorded, visit, tmp_path):
    with asking(recorded, tmp_path, "unlabelled/cut") as (_, address):
        page = visit(address, reduced_motion="reduce")
        page.wait_for_function("() => (v => v.paused && v.currentTime > 1.9)(document.getElementById('video'))")
        page.keyboard.press("Space")
        page.wait_for_function("() => (v => !v.paused && v.currentTime < 1.9)(document.getElementById('video'))")


def test_while_ends_are_moved_the_film_shows_what_lies_between_them(visit, tmp_path):
    plan = RecordingPlan(targets=targets_of(["Like", "Heart"], 2), subject="ann", session="free")
    with ClipStore(tmp_path / "free") as store:
        store.put(finished_take(store, plan, None, [film(number / FPS) for number in range(3 * FPS)]))
    (tmp_path / "free" / "Like").mkdir(exist_ok=True)
    clips = read_dataset("clips", path=str(tmp_path / "free"), classes=["Like", "Heart"])
    row = int(np.argmax(clips.start))
    with served(tmp_path, [[row]], clips=clips) as (_, address):
        page = visit(address)
        page.wait_for_function("() => !document.getElementById('video').hidden")
        page.wait_for_function("() => performance.now() - document.getElementById('canvas').dataset.since > 150")
        page.keyboard.press("x")
        page.keyboard.press("e")
        page.wait_for_selector("#strip .handle.end")
        for _ in range(15):
            page.keyboard.press("ArrowLeft")
        begins = float(clips.video_from[row]) - 15 / FPS
        # First the frame at the end that was moved, then the loop from there.
        page.wait_for_function("() => (v => v.paused && !v.seeking)(document.getElementById('video'))")
        assert page.evaluate(LOOK)["at"] == pytest.approx(begins, abs=0.6 / FPS)
        page.wait_for_function("() => !document.getElementById('video').paused")
        times = []
        for _ in range(40):
            times.append(page.evaluate(LOOK)["at"])
            page.wait_for_timeout(50)
        assert min(times) >= begins - 1 / FPS
        assert max(times) <= clips.end[row] + 0.4
        page.keyboard.press("Escape")
        page.wait_for_function(f"() => document.getElementById('video').currentTime >= {float(clips.video_from[row]) - 0.02}")
