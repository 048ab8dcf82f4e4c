"""What a live recogniser costs beyond its landmarks: looking, events, drawing. In one run, frame by frame.

    python benchmarks/live.py --model models/facetime-synthetic --video clip.mp4

Prints median and 95th percentile of each frame's cost, milliseconds, of the extractor (MediaPipe) and of everything
else, and their ratio. Without a video joints are generated and drawn on a frame of noise, so that only the second is
measured, by the clock and as time of the processor (on a machine busy with other things the latter is the one to read).
Handing a picture to the screen is not in it: that takes a screen.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gesture_al.data.datasets.facetime_stream import facetime_streams
from gesture_al.deploy.live.overlay import Overlay, Scene
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import LiveRunner, Options

TARGET = 10.0


def generated(recogniser: Recogniser, frames: int) -> tuple[list[float], list[float]]:
    """Seconds for each frame of looking and drawing, with joints that cost nothing: by the clock, and of the processor."""
    stream = facetime_streams(1, seed=7)[0]
    overlay = Overlay(recogniser.model.skeleton, recogniser.model.classes, recogniser.point, mirror=True, keys="q quit")
    image = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    beyond: list[float] = []
    busy: list[float] = []

    def joints() -> Iterator[tuple[float, np.ndarray]]:
        yield from zip(stream.seconds[:frames].tolist(), stream.positions[:frames], strict=True)

    with recogniser.open(joints(), stream.aspect) as (opened, session):
        smoothed = np.zeros(len(recogniser.model.classes), np.float32)
        for frame in opened.frames:
            began, worked = time.perf_counter(), time.thread_time()
            prediction = session.feed(frame.seconds, frame.joints.positions)
            smoothed = smoothed if prediction is None else prediction.smoothed
            overlay.draw(image, Scene(frame.seconds, frame.joints.positions, smoothed, None, 0, 30.0, 0.02))
            beyond.append(time.perf_counter() - began)
            busy.append(time.thread_time() - worked)
    return beyond, busy


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--video", type=Path)
    parser.add_argument("--frames", type=int, default=600)
    args = parser.parse_args()
    recogniser = Recogniser.load(args.model)
    if args.video is None:
        beyond, busy = generated(recogniser, args.frames)
        # The first frames load what is loaded on demand.
        rows = {"by the clock": beyond[5:], "of the processor": busy[5:]}
    else:
        tally = LiveRunner(recogniser, Options(window=False), lambda event: None).run(args.video, lambda picture: "")
        beyond = tally.beyond
        rows = {"landmarks": tally.extractor[5:], "everything else": beyond[5:]}
    for name, seconds in rows.items():
        median, p95 = 1000 * np.quantile(seconds, (0.5, 0.95))
        print(f"{name:>16}: median {median:6.2f} ms, 95% within {p95:6.2f} ms a frame ({len(seconds)} frames)")
    if "landmarks" in rows:
        print(f"{'ratio':>16}: {np.median(rows['everything else']) / np.median(rows['landmarks']):.2f} of the landmarks' median")
    p95 = 1000 * float(np.quantile(beyond[5:], 0.95))
    print(f"{'target':>16}: at most {TARGET:g} ms beyond the landmarks: {'kept' if p95 <= TARGET else 'MISSED'}")


if __name__ == "__main__":
    main()
