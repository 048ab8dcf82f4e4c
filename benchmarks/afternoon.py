"""From an empty folder to a live recogniser with a file in the place of the camera, and how long each step took.

`python benchmarks/afternoon.py` paints takes of Like, Heart and none, records them with `gesture-al record`, trains with
`gesture-al run`, writes the recogniser with `gesture-al export` and lets `gesture-al live` watch takes of people it has not seen.
Hands are generated and painted, nobody was filmed: the times are real, the scores are those of painted hands. With
`--keep folder` all that was made stays there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gesture_al.datasets.base import ClipSet, read_dataset
from gesture_al.synthesis.painted import painted
from gesture_al.video.base import Frame
from gesture_al.video.writing import ClipWriter

CLASSES = ("none", "Like", "Heart")
SIZE = (480, 360)
TAKES = 4
SITTINGS = ("morning", "evening")
SECONDS = 2.0
FPS = 15


def paint_takes(path: Path, clips: ClipSet, rows: Sequence[int]) -> None:
    """A video of these clips one after the other, each `SECONDS` long: its first frames, then its last one held."""
    moments = [(row, min(number, clips.lengths[row] - 1)) for row in rows for number in range(int(SECONDS * FPS))]
    with ClipWriter(path, FPS) as writer:
        for number, (row, moment) in enumerate(moments):
            writer.write(Frame(painted(np.asarray(clips.positions[row, moment]), *SIZE), number / FPS))


def typed(*words: str) -> str:
    """Run a command as a person does; its stdout."""
    done = subprocess.run([sys.executable, "-m", "gesture_al", *words], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"gesture-al {' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout.strip()


def walk(folder: Path) -> None:
    """All steps, a line each."""
    started = time.perf_counter()

    def step(what: str, said: str) -> None:
        nonlocal started
        now = time.perf_counter()
        print(f"{now - started:7.1f} s  {what:<44} {said}", flush=True)
        started = now

    clips = read_dataset("facetime_synthetic", clips=400, subjects=8, noise=0.0, classes=list(CLASSES))
    people = sorted(set(clips.subjects.tolist()))
    known, stranger = people[:6], people[6:]

    def of(name: str, who: Sequence[str], count: int) -> list[int]:
        wanted = (clips.labels == clips.classes.index(name)) & np.isin(clips.subjects, who)
        seen = np.isfinite(clips.positions).any(axis=(2, 3)).sum(axis=1)
        rows = np.flatnonzero(wanted)
        return rows[np.argsort(-seen[rows], kind="stable")][:count].tolist()

    for name in CLASSES:
        rows = of(name, known, TAKES * len(SITTINGS))
        for number, sitting in enumerate(SITTINGS):
            paint_takes(folder / f"{sitting}-{name}.mp4", clips, rows[number :: len(SITTINGS)])
    paint_takes(folder / "stranger.mp4", clips, [row for name in CLASSES for row in of(name, stranger, 2)])
    step("paint the camera's pictures (no maker's step)", f"{TAKES} takes a class and sitting")

    data = folder / "landmarks"
    for sitting in SITTINGS:
        for place, name in enumerate(CLASSES, start=1):
            keys = f"{place} " + "space k " * TAKES + "q"
            camera = ["--camera", str(folder / f"{sitting}-{name}.mp4"), "--keys", keys]
            times = ["--seconds", str(SECONDS), "--count-in", "0"]
            said = typed("record", f"classes={','.join(CLASSES[1:])}", "--out", str(data), "--session", sitting, *camera, *times)
            step(f"record {TAKES} takes of {name} ({sitting})", said.splitlines()[-1].partition("now: ")[2])

    chosen = ["dataset=clips", f"dataset.params.path={data}", "strategy=margin"]
    run = typed("run", *chosen, "stopping=budget", "budget=12", "k=3", f"output_dir={folder / 'runs'}")
    made = Path(run.splitlines()[-1].removeprefix("run: "))
    last = json.loads((made / "rounds.jsonl").read_text().splitlines()[-1])
    step("run the loop", f"{last['labels']} labels, macro-F1 {last['test_macro_f1']:.2f} on painted test clips")

    model = folder / "recogniser"
    typed("export", f"run={made}", "--out", str(model))
    step("export", f"{sum(path.stat().st_size for path in model.iterdir()) / 1e6:.1f} MB")

    said = typed("live", f"model={model}", f"source={folder / 'stranger.mp4'}", "--headless", "--json")
    events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    names = ", ".join(event["event"] for event in events)
    step("live on people it has not seen", f"{len(events)} events: {names}")


def main() -> None:
    """Walk the path in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a folder that does not exist yet, for all that is made")
    keep = parser.parse_args().keep
    if keep is not None:
        keep.mkdir(parents=True)
        walk(keep)
        return
    with tempfile.TemporaryDirectory() as folder:
        walk(Path(folder))


if __name__ == "__main__":
    main()
