"""What a report of many classes costs, and the bootstrap of a benchmark with many classes.

`python benchmarks/report.py` prints seconds and megabytes of the report of a run with 250 classes and 20 rounds, of its picture
for TensorBoard, and the memory at the most of resampling the test clips of a run with 100 classes and 20 rounds; each in a
process of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

CLASSES, ROUNDS = 250, 20
BOOTSTRAP_CLASSES, PER_CLASS, DRAWS = 100, 20, 10_000


def report() -> dict[str, float]:
    """Seconds that the report takes, megabytes of its page and of its figures."""
    from many_classes_world import write_wide_run

    from gesture_al.runs.report import write_report

    with tempfile.TemporaryDirectory() as parent:
        run = write_wide_run(Path(parent) / "run", CLASSES, ROUNDS)
        started, cpu = time.perf_counter(), time.process_time()
        page = write_report([run], run)
        taken, cpu = time.perf_counter() - started, time.process_time() - cpu
        figures = sum(path.stat().st_size for path in (run / "figures").iterdir())
        return {"seconds": taken, "CPU seconds": cpu, "page MB": page.stat().st_size / 1e6, "figures MB": figures / 1e6}


def picture() -> dict[str, float]:
    """Seconds and megapixels of the confusion matrix as TensorBoard and wandb get it."""
    from many_classes_world import class_names

    from gesture_al.data.view.drawing import draw_matrix

    confusion = np.random.default_rng(0).multinomial(20, np.full(CLASSES, 1 / CLASSES), CLASSES) + 9 * np.eye(CLASSES, dtype=int)
    started = time.perf_counter()
    drawn = draw_matrix(confusion, class_names(CLASSES), "round 3")
    return {"seconds": time.perf_counter() - started, "megapixels": drawn.width * drawn.height / 1e6}


def bootstrap() -> dict[str, float]:
    """CPU seconds, and megabytes that the process grows by at the most."""
    import scipy.sparse  # noqa: F401 - so that what it takes itself is not counted

    from gesture_al.learning.metrics.comparison import resampled_macro_f1, unit_tallies

    rng = np.random.default_rng(0)
    true = np.repeat(np.arange(BOOTSTRAP_CLASSES), PER_CLASS)
    other = rng.integers(0, BOOTSTRAP_CLASSES, (ROUNDS, len(true)))
    predicted = np.where(rng.random((ROUNDS, len(true))) < 0.8, true, other)
    before, started = resident(), time.process_time()
    tallies = unit_tallies(np.arange(len(true)), true, predicted, len(true), BOOTSTRAP_CLASSES)
    resampled_macro_f1(tallies, DRAWS, rng)
    return {"CPU seconds": time.process_time() - started, "MB at the most": resident() - before}


def resident() -> float:
    """Megabytes that this process had in memory at the most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


PARTS = {
    f"report, {CLASSES} classes, {ROUNDS} rounds": report,
    f"picture of the matrix, {CLASSES} classes": picture,
    f"bootstrap, {BOOTSTRAP_CLASSES} classes, {ROUNDS} rounds, {BOOTSTRAP_CLASSES * PER_CLASS} clips, {DRAWS} draws": bootstrap,
}


def main() -> None:
    """Measure and print."""
    for name in PARTS:
        done = subprocess.run([sys.executable, __file__, name], stdout=subprocess.PIPE, text=True, check=True)
        numbers = json.loads(done.stdout.splitlines()[-1])
        print(f"{name}: {', '.join(f'{value:.2f} {key}' for key, value in numbers.items())}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(PARTS[sys.argv[1]]()))
    else:
        main()
