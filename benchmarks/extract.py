"""What extraction costs beside MediaPipe alone, reading beside OpenCV, writing, and what a second process brings.

`python benchmarks/extract.py clip.mp4` takes any video with hands, gives CPU time per frame as ratios to MediaPipe called
directly on the same frames, that of reading as a ratio to OpenCV, that of writing, and the clips per second of two processes as a
ratio to those of one. All is measured in turns within one run; the last figure needs two idle cores.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import mediapipe
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from gesture_al.capture.extraction.tracks import extract_track
from gesture_al.capture.extraction.worker_pool import ExtractionJob, run_jobs
from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.capture.landmarks.bundles import BUNDLES
from gesture_al.capture.landmarks.model_files import find_model
from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.reading import open_video
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.core.native_stderr import quiet_native_stderr

TURNS = 5
CLIPS, FRAMES_A_CLIP = 8, 60


def bare_landmarker() -> vision.HandLandmarker:
    """MediaPipe's hand landmarker as its own guide makes it."""
    base = BaseOptions(model_asset_buffer=find_model(BUNDLES["hand"]).content)
    options = vision.HandLandmarkerOptions(base_options=base, running_mode=vision.RunningMode.VIDEO, num_hands=2)
    with quiet_native_stderr():
        landmarker = vision.HandLandmarker.create_from_options(options)
        landmarker.detect_for_video(as_image(np.zeros((240, 320, 3), np.uint8)), 0)
    return landmarker


def as_image(picture: np.ndarray) -> mediapipe.Image:
    """MediaPipe's picture."""
    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)


def alone(frames: list[Frame]) -> Callable[[], None]:
    """MediaPipe on frames in memory."""
    landmarker = bare_landmarker()

    def run() -> None:
        for number, frame in enumerate(frames):
            landmarker.detect_for_video(as_image(frame.image), run.clock + 40 * (number + 1))
        run.clock += 40 * len(frames)

    run.clock = 0
    return run


def ours(frames: list[Frame]) -> Callable[[], None]:
    """The project's tracker on the same frames."""
    tracker = LANDMARKS.build("hands", {}).track().__enter__()

    def run() -> None:
        for number, frame in enumerate(frames):
            tracker.see(Frame(frame.image, run.clock + 0.04 * (number + 1)))
        run.clock += 0.04 * len(frames)

    run.clock = 0.0
    return run


def read_by_opencv(video: Path) -> Iterator[np.ndarray]:
    """The pictures of a video in RGB, in the loop that one would write."""
    capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    while True:
        fine, picture = capture.read()
        if not fine:
            break
        yield cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    capture.release()


def read_here(video: Path) -> Iterator[np.ndarray]:
    """The same by the project."""
    with open_video(video) as opened:
        yield from (frame.image for frame in opened)


def exhausted(pictures: Callable[[Path], Iterator[np.ndarray]], video: Path) -> Callable[[], None]:
    """Reading all of a video."""
    return lambda: deque(pictures(video), maxlen=0) and None


def alone_with_reading(video: Path) -> Callable[[], None]:
    """MediaPipe on what OpenCV reads; every video needs a landmarker of its own."""

    def run() -> None:
        landmarker = bare_landmarker()
        for number, picture in enumerate(read_by_opencv(video), 1):
            landmarker.detect_for_video(as_image(picture), 40 * number)
        landmarker.close()

    return run


def writing(frames: list[Frame], suffix: str) -> float:
    """CPU seconds of writing a clip: the median of the turns."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(TURNS):
            started = time.process_time()
            with ClipWriter(Path(folder) / f"clip{suffix}") as clip:
                for frame in frames:
                    clip.write(frame)
            times.append(time.process_time() - started)
    return statistics.median(times)


def ours_with_reading(video: Path) -> Callable[[], None]:
    """A whole extraction: reading, landmarks, the track."""
    extractor = LANDMARKS.build("hands", {})
    return lambda: extract_track(video, extractor, {}) and None


def ratio(base: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """Median CPU seconds of `base`, and the median of the ratios of neighbouring turns."""
    base(), other()
    times = []
    for _ in range(TURNS):
        pair = []
        for run in (base, other):
            started = time.process_time()
            run()
            pair.append(time.process_time() - started)
        times.append(pair)
    return statistics.median(a for a, _ in times), statistics.median(b / a for a, b in times)


def clips_of(frames: list[Frame], folder: Path) -> list[Path]:
    """Clips of one length, each beginning elsewhere in the video."""
    paths = []
    for number in range(CLIPS):
        path = folder / f"{number}.mp4"
        with ClipWriter(path, 25) as clip:
            for place in range(FRAMES_A_CLIP):
                clip.write(Frame(frames[(number * 17 + place) % len(frames)].image, place / 25))
        paths.append(path)
    return paths


def clips_a_second(paths: list[Path], processes: int) -> float:
    """With workers that are at work already: what they need to start is paid once, however many clips follow."""
    out = Path(tempfile.mkdtemp())
    warm = [ExtractionJob(paths[0], out / f"warm{number}.npz", None, {}) for number in range(processes)]
    jobs = [ExtractionJob(path, out / f"{path.stem}.npz", None, {}) for path in paths]
    started = 0.0
    for told in run_jobs([*warm, *jobs], LANDMARKS.build("hands", {}), processes):
        if told.failure:
            raise SystemExit(told.failure)
        if told.share >= 1 and not started:
            started = time.perf_counter()
    taken = time.perf_counter() - started
    shutil.rmtree(out)
    return (len(jobs) + processes - 1) / taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path, help="with hands in it")
    video: Path = parser.parse_args().video
    with open_video(video) as opened:
        frames = list(opened)
    size = f"{frames[0].image.shape[1]} x {frames[0].image.shape[0]}"
    print(f"{len(frames)} frames of {size}; medians of {TURNS} turns", flush=True)
    for what, asked, base, other in (
        ("reading: OpenCV", 1.0, exhausted(read_by_opencv, video), exhausted(read_here, video)),
        ("landmarks alone: MediaPipe", 1.05, alone(frames), ours(frames)),
        ("with reading: OpenCV and MediaPipe", 1.05, alone_with_reading(video), ours_with_reading(video)),
    ):
        seconds, share = ratio(base, other)
        print(f"{what} {1000 * seconds / len(frames):.2f} ms CPU a frame, gesture_al x {share:.3f} (asked: {asked})", flush=True)
    for suffix in (".webm", ".mp4"):
        print(f"writing {suffix}: {1000 * writing(frames, suffix) / len(frames):.1f} ms CPU a frame", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        paths = clips_of(frames, Path(folder))
        speeds = [(clips_a_second(paths, 1), clips_a_second(paths, 2)) for _ in range(2)]
        best = max(two / one for one, two in speeds)
        one, two = max(speeds, key=lambda pair: pair[1] / pair[0])
        print(f"two processes: {one:.2f} and {two:.2f} clips a second, x {best:.2f} (asked: 1.7; the better of two turns)")


if __name__ == "__main__":
    main()
