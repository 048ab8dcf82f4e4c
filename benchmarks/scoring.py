"""What scoring a pool costs: CPU time and memory of putting memory-mapped clips through the default net, up to a million.

`python benchmarks/scoring.py [folder]` prints the table and writes it into docs/selection-speed.md. The clips, 4 GB of them, lie
in the folder (the system's folder for temporary files by default) until it ends.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import page

POOLS = (10_000, 100_000, 1_000_000)
FRAMES, JOINTS, TRAINED = 16, 21, 60


def lay_out(folder: Path, clips: int) -> int:
    """Write clips of one hand, generated ones over and over, and their labels; gives the bytes on disk."""
    from gesture_al.data.datasets.facetime_synthetic import FacetimeSynthetic

    few = FacetimeSynthetic(clips=2000, frames=FRAMES).load()
    hand = np.ascontiguousarray(few.positions[:, :, -JOINTS:])
    positions = np.lib.format.open_memmap(folder / "positions.npy", mode="w+", dtype=np.float32, shape=(clips, *hand.shape[1:]))
    for first in range(0, clips, len(hand)):
        positions[first : first + len(hand)] = hand[: clips - first]
    positions.flush()
    for name in ("lengths", "labels"):
        np.save(folder / f"{name}.npy", np.resize(getattr(few, name), clips))
    (folder / "classes.json").write_text(json.dumps(few.classes))
    return int(positions.nbytes)


def measure(folder: Path, clips: int) -> dict[str, float]:
    """CPU seconds, megabytes by which the process grew at the most, and megabytes of the results; in a child."""
    from gesture_al.core.seeds import RandomStreams
    from gesture_al.data.clip_set import ClipSet
    from gesture_al.data.skeleton import skeleton_for
    from gesture_al.learning.features.base import FEATURES
    from gesture_al.learning.learner import Learner
    from gesture_al.learning.trainers.gradient_steps import GradientSteps

    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r")[:clips] for name in ("positions", "lengths", "labels")}
    classes = tuple(json.loads((folder / "classes.json").read_text()))
    ids = np.char.mod("%07d", np.arange(clips))
    pool = ClipSet(ids=ids, classes=classes, skeleton=skeleton_for(JOINTS), **arrays)
    learner = Learner(
        pool,
        pool=np.arange(clips),
        features=FEATURES.build("geometric"),
        augment=None,
        model=("lstm", {}),
        trainer=GradientSteps(steps=20, warmup=2),
        random_streams=RandomStreams(0),
    )
    rows = np.arange(TRAINED)
    learner.fit(rows, pool.labels[rows], 0)
    learner.predict_and_embed(rows)
    before = most = resident()

    def look(done: int, total: int) -> None:
        nonlocal most
        most = max(most, resident())

    started = time.process_time()
    probs, embeddings = learner.predict_and_embed(np.arange(clips), look)
    taken = time.process_time() - started
    return {"seconds": taken, "megabytes": most - before, "results": (probs.nbytes + embeddings.nbytes) / 2**20}


def resident() -> float:
    """Megabytes of this process that are in memory, with what it has read of mapped files; Linux only."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def main(parent: str | None) -> None:
    """Measure, print and write the table."""
    folder = Path(tempfile.mkdtemp(prefix="gesture-al-scoring-", dir=parent))
    wanted = 4 * POOLS[-1] * FRAMES * JOINTS * 3
    if shutil.disk_usage(folder).free < 2 * wanted:
        raise SystemExit(f"{folder}: scoring {POOLS[-1]:,} clips takes {wanted >> 30} GB of disk; name another folder")
    try:
        size = lay_out(folder, POOLS[-1])
        lines = [
            "| clips | on disk | CPU time | clips a second | memory at the most | of it results |",
            "|---" * 6 + "|",
        ]
        for clips in POOLS:
            command = [sys.executable, __file__, "--cell", str(folder), str(clips)]
            found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1])
            row = (
                f"{clips:,}",
                f"{size * clips / POOLS[-1] / 1e9:.2f} GB",
                f"{found['seconds']:.1f} s",
                f"{clips / found['seconds']:,.0f}",
                f"{found['megabytes']:.0f} MB",
                f"{found['results']:.0f} MB",
            )
            lines.append(f"| {' | '.join(row)} |")
            print(lines[-1], flush=True)
    finally:
        shutil.rmtree(folder)
    told = f"""
{page.SCORING}

Made by `python benchmarks/scoring.py`: probabilities and embeddings, from one pass, of clips of {FRAMES} frames and {JOINTS}
joints in three dimensions that are mapped from a file, with `model=lstm`, `features=geometric` and one thread. Memory is what the
process grew by, pages of the file that are mapped in included; what it has not touched for long, such as the code of a library,
the system may take back meanwhile. Features are kept for the next round: in memory while all of them fit into 1 GB, as of the
10,000 clips, else in a file without a name in the cache folder, which is gone with the process. Of 200,000 such clips (3.4 GB, on
a busy machine) a first pass over the features took 14.8 s of CPU time, a second one 0.7 s; of 20,000 1.4 s and 0.05 s, where
making them anew took 0.96 s. A file is begun where twice its size is free; otherwise features are made anew in every round, and
one line says so.

"""
    page.write(page.halves()[0], told + "\n".join(lines) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--cell"]:
        print(json.dumps(measure(Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        main(*(sys.argv[1:2] or [None]))
