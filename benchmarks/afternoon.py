"""From videos of takes to a live recogniser, with files in the place of the camera: how long each step took, how good it is.

`python benchmarks/afternoon.py` walks the path of docs/makers.md with the commands that stand there. Three people show none,
Like and Heart, each in a session; the recogniser is trained, exported and tuned, and then watches people it has never seen. What
the camera shows is painted: hands are generated, nobody was filmed. The times are real, the scores are those of painted hands.
With `--keep folder` all that was made stays there; `--seed` is that of all the people.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.base import read_dataset
from gesture_al.data.datasets.stream import Gesture
from gesture_al.data.synthesis.filming import film_long_takes
from gesture_al.data.synthesis.gestures import CLASSES
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.scoring import EventScore, match, total

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from painted_hands import painted

GESTURES = ("Like", "Heart")
RECORDED = ("none", *GESTURES)
PEOPLE = ("ann", "ben", "cleo")
TAKES = 10
STRANGERS, ACTS, SHARE = 5, 14, 0.65
SECONDS = 2.0
FPS = 15
HEIGHT = 360


class Clock:
    """Prints what each step took."""

    def __init__(self) -> None:
        self._started = self._began = time.perf_counter()

    def step(self, what: str, said: str) -> None:
        """A step is over."""
        now = time.perf_counter()
        print(f"{now - self._started:7.1f} s  {what:<46} {said}", flush=True)
        self._started = now

    def end(self) -> None:
        """The path is."""
        print(f"{self._started - self._began:7.1f} s  in all")


def film(path: Path, positions: np.ndarray, seconds: np.ndarray, aspect: float, moments: np.ndarray) -> None:
    """A video of what was there at these moments, each shown for a frame; in the shape of the picture it was made for."""
    size = (2 * round(HEIGHT * aspect / 2), HEIGHT)
    with ClipWriter(path, FPS) as writer:
        for number, row in enumerate(np.searchsorted(seconds, moments + 1e-6) - 1):
            writer.write(Frame(painted(positions[max(0, row)], *size), number / FPS))


def take_of(path: Path, clips: ClipSet, row: int) -> tuple:
    """Work for `film`: this clip, `SECONDS` long, its last frame held."""
    length = int(clips.lengths[row])
    moments = np.arange(int(SECONDS * FPS)) / FPS
    return path, np.asarray(clips.positions[row, :length]), clips.times[row, :length], float(clips.aspect[row]), moments


def paint(folder: Path, seed: int) -> dict[Path, tuple[list[Gesture], float]]:
    """All that the camera will show; of the strangers' videos when each gesture is there, and how long they last."""
    clips = read_dataset(
        "facetime_synthetic",
        clips=len(RECORDED) * len(PEOPLE) * TAKES,
        subjects=len(PEOPLE),
        sessions=1,
        noise=0.0,
        classes=list(RECORDED),
        seed=seed,
    )
    work = []
    for number, person in enumerate(PEOPLE):
        for label, name in enumerate(RECORDED):
            rows = np.flatnonzero((clips.labels == label) & (clips.subjects == f"s{number:02d}"))
            (folder / "takes" / name).mkdir(parents=True, exist_ok=True)
            paths = [folder / "takes" / name / f"{person}_monday_{take:03d}.mp4" for take in range(1, len(rows) + 1)]
            work += [take_of(path, clips, row) for path, row in zip(paths, rows.tolist(), strict=True)]
    truth = {}
    # Another seed: other people.
    for take in film_long_takes(STRANGERS, ACTS, SHARE, STRANGERS, 1, seed + 1000, noise=0.0, gestures=GESTURES):
        path = folder / f"stranger-{take.subject}.mp4"
        lasts = float(take.seconds[-1])
        truth[path] = (
            [Gesture(CLASSES[k], float(a), float(b)) for k, a, b in zip(take.label, take.start, take.stop, strict=True)],
            lasts,
        )
        work.append((path, take.positions, take.seconds, take.aspect, np.arange(0, lasts, 1 / FPS)))
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for job in [pool.submit(film, *one) for one in work]:
            job.result()
    return truth


def typed(folder: Path, *words: str) -> str:
    """Run a command as a person does, in a folder; its stdout."""
    done = subprocess.run([sys.executable, "-m", "gesture_al", *words], capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"gesture-al {' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout.strip()


def watch(folder: Path, truth: dict[Path, tuple[list[Gesture], float]]) -> tuple[EventScore, str]:
    """The figures of the recogniser on videos of strangers, and how often each gesture fired."""
    matches, made, fired = [], Counter(), Counter()
    for path, (gestures, lasts) in truth.items():
        said = typed(folder, "live", "model=models/mine", f"source={path}", "--headless", "--json")
        lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        events = [Event(line["event"], line["seconds"], line["confidence"]) for line in lines]
        matches.append(match(events, gestures, 0.0, lasts))
        for name in GESTURES:
            own = [gesture for gesture in gestures if gesture.name == name]
            made[name] += len(own)
            fired[name] += len(match([event for event in events if event.name == name], own, 0.0, lasts).hits)
    return total(matches), ", ".join(f"{name} {fired[name]} of {made[name]}" for name in GESTURES)


def walk(folder: Path, seed: int) -> None:
    """All steps, a line each."""
    folder = folder.resolve()
    clock = Clock()
    truth = paint(folder, seed)
    clock.step(
        "paint the camera's pictures (no maker's step)",
        f"{len(truth)} strangers, {len(PEOPLE)} people whose takes are learned from",
    )
    typed(folder, "extract", "takes", "--pattern", "{class}/{subject}_{session}_{n}", "--at-least", "0")
    clock.step("extract", f"{TAKES} takes of each class from {len(PEOPLE)} people")
    run = folder / typed(folder, "run", "experiment=live").splitlines()[-1].removeprefix("run: ")
    last = json.loads((run / "rounds.jsonl").read_text().splitlines()[-1])
    tested = ", ".join(sorted({line.split(",")[2] for line in (run / "test_clips.csv").read_text().splitlines()[1:]}))
    clock.step("run experiment=live", f"macro-F1 {last['test_macro_f1']:.2f} on windows of {tested}, who was kept from training")
    typed(folder, "export", "run=last", "--out", "models/mine")
    clock.step("export", f"{sum(path.stat().st_size for path in (folder / 'models/mine').iterdir()) / 1e6:.1f} MB")
    typed(folder, "live", "tune", "model=models/mine", "run=last")
    point = json.loads((folder / "models/mine/operating_point.json").read_text())
    clock.step("live tune", f"threshold {point['threshold']}, {point['agree']} of {point['of']} looks")
    score, by_name = watch(folder, truth)
    clock.step(
        "live on people it has never seen",
        f"{by_name}; {score.counts['false']} false events in {sum(lasts for _, lasts in truth.values()) / 60:.1f} minutes; "
        f"event F1 {score.f1:.2f}",
    )
    clock.end()


def main() -> None:
    """Walk the path in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a folder that does not exist yet, for all that is made")
    parser.add_argument("--seed", type=int, default=0, help="of the people, those who are learned from and those who are watched")
    told = parser.parse_args()
    if told.keep is not None:
        told.keep.mkdir(parents=True)
        walk(told.keep, told.seed)
        return
    with tempfile.TemporaryDirectory() as folder:
        walk(Path(folder), told.seed)


if __name__ == "__main__":
    main()
