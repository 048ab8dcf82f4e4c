"""The fuzzer as a command: `PYTHONPATH=tests python -m fuzz --inputs 5000`; exit code 1 where an input did harm."""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from fuzz import data_sets, labels, media, recognisers, words
from fuzz.importers import IMPORTERS
from fuzz.running import FINE, KINDS, Outcome, attempt

# Each registers its importers when it is imported.
FILES = (data_sets, labels, words, media, recognisers)


def preload(names: Sequence[str]) -> None:
    """Import what importers import and read a good input of each, so that a fork has it; no thread is started."""
    # Read when the libraries are loaded.
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    import onnxruntime
    import torch

    import gesture_al.capture.extraction.clip_cutter
    import gesture_al.capture.extraction.table
    import gesture_al.capture.video.decoding
    import gesture_al.capture.video.reading
    import gesture_al.cli.live
    import gesture_al.deploy.export
    import gesture_al.deploy.live.recogniser
    import gesture_al.learning.trainers.gradient_steps
    import gesture_al.runs.assembly
    import gesture_al.runs.report.run_on_disk
    import gesture_al.runs.runner  # noqa: F401
    from gesture_al.cli.composition import compose_settings
    from gesture_al.core.opencv import opencv
    from gesture_al.core.registry import find

    for home in (
        "gesture_al.data.datasets.base:DATASETS",
        "gesture_al.learning.models.base:MODELS",
        "gesture_al.learning.features.base:FEATURES",
        "gesture_al.active.strategies.base:STRATEGIES",
    ):
        find(home).names()
    compose_settings([])
    opencv().setNumThreads(1)
    torch.set_num_threads(1)
    onnxruntime.set_default_logger_severity(4)
    # What is imported, composed and compiled on the way is there in every fork then.
    with tempfile.TemporaryDirectory(prefix="fuzz-good-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GESTURE_AL_CACHE", f"{folder}/cache")
        patch.chdir(folder)
        for name in names:
            with contextlib.suppress(Exception):  # It is told of later, of a fork.
                IMPORTERS[name].good(Path(folder) / name)()
    # A collection in a fork would copy every page.
    gc.freeze()
    gc.disable()


def spoilt(name: str, seed: int, number: int) -> Outcome:
    """What became of one input of an importer; the same three give the same input."""
    rng = random.Random(f"{seed}/{name}/{number}")
    with tempfile.TemporaryDirectory(prefix="fuzz-in-") as folder:
        return attempt(IMPORTERS[name].bad(rng, Path(folder)))


def _spoilt(task: tuple[str, int, int]) -> Outcome:
    return spoilt(*task)


def unspoilt(name: str) -> Outcome:
    """What became of a good input of an importer."""
    with tempfile.TemporaryDirectory(prefix="fuzz-in-") as folder:
        return attempt(IMPORTERS[name].good(Path(folder)))


def main() -> int:
    """Run the fuzzer and print a table of what became of the inputs."""
    parser = argparse.ArgumentParser(prog="fuzz", description="Bad input for every importer: what it does to the program.")
    parser.add_argument("--inputs", type=int, default=5000, help="how many, over all importers (default: 5000)")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations (default: 0)")
    parser.add_argument("--only", choices=sorted(IMPORTERS), action="append", help="this importer; may be given several times")
    parser.add_argument("--number", type=int, help="this input alone, and all of what became of it")
    parser.add_argument("--first", type=int, default=0, help="number of the first input of each importer (default: 0)")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    parser.add_argument("--log", type=Path, help="append every outcome there, a JSON line each")
    args = parser.parse_args()
    names = args.only or list(IMPORTERS)
    preload(names)
    if args.number is not None:
        print(spoilt(names[0], args.seed, args.number))
        return 0
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    faults: dict[tuple[str, str], list[int]] = defaultdict(list)
    began = time.monotonic()
    tasks = []
    for place, name in enumerate(names):
        each = args.inputs // len(names) + (place < args.inputs % len(names))
        tasks += [(name, args.seed, number) for number in range(args.first, args.first + each)]
        good = unspoilt(name)
        if good.kind != "accepted":
            faults[name, f"a good input: {good.kind}: {good.detail}"].append(-1)
    # One importer after the other in turn, so that a run that is stopped has seen all of them.
    tasks.sort(key=lambda task: task[2])
    with multiprocessing.get_context("fork").Pool(args.jobs) as pool:
        for (name, _, number), outcome in zip(tasks, pool.imap(_spoilt, tasks), strict=True):
            counts[name][outcome.kind] += 1
            if args.log:
                with args.log.open("a") as log:
                    log.write(json.dumps([name, number, outcome.kind, outcome.detail]) + "\n")
            if outcome.kind not in FINE:
                faults[name, f"{outcome.kind}: {outcome.detail}"].append(number)
    width = max(map(len, names))
    print(f"{'importer':{width}}  inputs  {'  '.join(KINDS)}")
    for name in [*names, "all"]:
        count = counts[name] if name != "all" else sum(counts.values(), Counter())
        cells = "  ".join(f"{count[kind]:{len(kind)}}" for kind in KINDS)
        print(f"{name:{width}}  {sum(count.values()):6}  {cells}")
    print(f"{time.monotonic() - began:.0f} s")
    for (name, detail), numbers in sorted(faults.items(), key=lambda item: -len(item[1])):
        print(f"{name}: {len(numbers)} x {detail} (--only '{name}' --number {numbers[0]})")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
