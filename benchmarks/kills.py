"""What a kill -9 does to a run: whether it ends, gone on with, as one that was never killed.

`python benchmarks/kills.py [kills]`: so many runs (default 60) are killed, half of them just before one of the calls that change
the disk (spread evenly over all of them), half at an instant drawn at random; every third is killed once more while it goes on.
All of them are then gone on with to the end. `another end` and `refused` should be 0. Needs a system with fork.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from damage import outcome, quietly
from rich.progress import track

from gesture_al.active.records.run_paths import RunPaths

RUN = [
    *("dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "strategy=margin", "tracking=csv"),
    *("trainer.params.steps=20", "trainer.params.warmup=2", "stopping=stable_predictions", "k=4", "budget=24"),
    *("oracle.params.noise=0.1", "oracle.params.refusal=0.2"),
]
# What a process asks of the system when it changes the disk.
_CHANGES = ("fsync", "replace", "rename", "unlink", "mkdir")
SAME, OTHER, REFUSED, NOTHING = "the same end", "another end", "refused", "killed before there was a run"


def main() -> None:
    """Print a table."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as scratch:
        parent = Path(scratch) / "unbroken"
        calls = Path(scratch) / "calls"
        started = time.monotonic()
        in_a_child(["run", *RUN, f"output_dir={parent}"], lambda: count_changes(calls))
        seconds = time.monotonic() - started
        expected, changes = outcome(only_folder(parent), resume=False), len(calls.read_bytes())
        rng = random.Random(0)
        table: dict[str, Counter[str]] = {}
        for number in track(range(kills), "kills"):
            folder = Path(scratch) / "killed"
            where = number // 2 * changes // max(1, kills // 2) + 1
            before_change = number % 2 == 0
            kind = f"before one of {changes} changes of the disk" if before_change else f"at an instant of its {seconds:.0f} s"
            in_a_child(
                ["run", *RUN, f"output_dir={folder}"],
                kill_before(where) if before_change else kill_after(rng.uniform(0, seconds)),
            )
            if number % 3 == 0 and is_begun(folder):
                kind += ", and again while it went on"
                in_a_child(["resume", str(only_folder(folder))], kill_before(rng.randrange(1, max(2, changes // 2))))
            table.setdefault(kind, Counter())[end_of(folder, expected)] += 1
            shutil.rmtree(folder, ignore_errors=True)
    heads = (SAME, NOTHING, OTHER, REFUSED)
    print("| killed | " + " | ".join(heads) + " |\n| --- |" + " ---: |" * len(heads))
    for kind, counts in [*sorted(table.items()), ("all of them", sum(table.values(), Counter()))]:
        print(f"| {kind} | " + " | ".join(str(counts[head]) for head in heads) + " |")


def only_folder(parent: Path) -> Path:
    """The run in a folder."""
    (folder,) = parent.iterdir()
    return folder


def is_begun(parent: Path) -> bool:
    """Whether there is a run to go on with."""
    return any(RunPaths(folder).status.exists() for folder in parent.glob("*"))


def end_of(parent: Path, expected: object) -> str:
    """How a killed run ends when it is gone on with; one that had not begun is started by the command that started it."""
    if not is_begun(parent):
        shutil.rmtree(parent, ignore_errors=True)
        code = quietly("run", *RUN, f"output_dir={parent}")
        return NOTHING if code == 0 and outcome(only_folder(parent), resume=False) == expected else OTHER
    folder = only_folder(parent)
    if quietly("resume", folder):
        return REFUSED
    return SAME if outcome(folder, resume=False) == expected else OTHER


def in_a_child(words: list[str], prepare: Callable[[], Any]) -> None:
    """A command in a process of its own, which begins with everything imported, so that instants fall into its work."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            prepare()
            code = quietly(*words)
        finally:
            os._exit(code)
    os.waitpid(child, 0)


def kill_after(seconds: float) -> Callable[[], Any]:
    """Kills the process it is called in after so long."""

    def prepare() -> None:
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3))

    return prepare


def kill_before(number: int) -> Callable[[], Any]:
    """Kills the process it is called in before its n-th change of the disk."""
    left = [number]

    def counted() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return lambda: before_each_change(counted)


def count_changes(path: Path) -> None:
    """Writes a byte for every change of the disk."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    before_each_change(lambda: os.write(file, b"."))


def before_each_change(do: Callable[[], Any]) -> None:
    """Do something before every call of this process that changes the disk."""
    for name in _CHANGES:
        call = getattr(os, name)

        def changed(*args: Any, call: Callable[..., Any] = call, **options: Any) -> Any:
            do()
            return call(*args, **options)

        setattr(os, name, changed)


if __name__ == "__main__":
    # Imported once, for all children.
    import gesture_al.active.evaluation
    import gesture_al.active.loop
    import gesture_al.learning.learner
    import gesture_al.runs.report
    import gesture_al.runs.runner  # noqa: F401

    main()
