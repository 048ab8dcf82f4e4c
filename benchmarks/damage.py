"""What damage to single files does to a half-finished run: refused, told by a traceback, silently changed, or without effect.

`python benchmarks/damage.py [flips]`: every file of a run that was killed in the middle is emptied, halved, removed, and has a
bit flipped so many times (default 6); each time the run is resumed, and where that is refused, repaired and resumed. The session
of a person is damaged likewise. `changed` and `traceback` should be 0, and every repair should end as the undamaged run.
"""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rich.progress import track

from gesture_al.active.annotation.answer_log import AnswerLog, Entry, Operation
from gesture_al.active.records.checkpoint import read_checkpoint
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.cli.main import main as gesture_al
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines

RUN = [
    *("dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "strategy=margin", "tracking=csv"),
    *("trainer.params.steps=20", "trainer.params.warmup=2", "stopping=stable_predictions", "k=4", "budget=28"),
]
REPAIRED, OTHER_END = "refused, and repaired to the same end", "refused, and repaired to another end"
BEYOND = "refused, and beyond repair"
# Drawn from the others whenever the run goes on.
DRAWN = ("rounds.csv", "report.html", ".lock")


def main() -> None:
    """Print a table of both."""
    flips = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    with tempfile.TemporaryDirectory() as scratch:
        half = half_finished(Path(scratch) / "runs")
        expected = outcome(copied(half, Path(scratch) / "undamaged"))
        cases = [case for path in files_of(half) for case in damages(path, flips)]
        table: dict[str, Counter[str]] = {}
        for name, kind, damage in track(cases, "damages"):
            folder = copied(half, Path(scratch) / "damaged")
            damage(folder / name)
            table.setdefault(kind, Counter())[effect(folder, expected)] += 1
            shutil.rmtree(folder)
        told = session_damages(Path(scratch) / "session", 24)
    heads = ("without effect", REPAIRED, BEYOND, OTHER_END, "changed", "traceback")
    print("| damage | " + " | ".join(heads) + " |\n| --- |" + " ---: |" * len(heads))
    for kind, counts in [*table.items(), ("all of them", sum(table.values(), Counter()))]:
        print(f"| {kind} | " + " | ".join(str(counts[head]) for head in heads) + " |")
    refused = f"{told['refused']} of {sum(told.values())} refused"
    print(f"\nsession.jsonl: {refused}, {told['whole']} without effect, {told['lost']} with answers lost")


def half_finished(parent: Path) -> Path:
    """A run in a process of its own that is killed while it asks its fourth query."""
    command = [sys.executable, "-m", "gesture_al", "run", *RUN, f"output_dir={parent}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not any(len(read_lines(path)) >= 4 for path in parent.glob("*/queries.jsonl")):
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.002)
    process.kill()
    process.wait()
    (folder,) = parent.iterdir()
    return folder


def copied(folder: Path, target: Path) -> Path:
    """A copy to be damaged."""
    shutil.copytree(folder, target)
    return target


def files_of(folder: Path) -> list[str]:
    """Files that count, by their place in the folder."""
    found = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]
    return [name for name in found if name not in DRAWN]


def damages(name: str, flips: int) -> list[tuple[str, str, Callable[[Path], object]]]:
    """All damages of one file."""
    return [
        (name, "emptied", lambda path: path.write_bytes(b"")),
        (name, "halved", lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])),
        (name, "removed", lambda path: path.unlink()),
        *((name, "a bit flipped", Flip(f"{name} {number}")) for number in range(flips)),
    ]


class Flip:
    """A bit of a file flipped, the same one for the same seed."""

    def __init__(self, seed: str) -> None:
        self.rng = random.Random(seed)

    def __call__(self, path: Path) -> None:
        """Do it."""
        data = bytearray(path.read_bytes())
        data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        path.write_bytes(data)


def effect(folder: Path, expected: object) -> str:
    """How the damaged run goes on."""
    try:
        code = quietly("resume", folder)
        if code == 0:
            return "without effect" if outcome(folder, resume=False) == expected else "changed"
        if quietly("repair", folder):
            return BEYOND
        if quietly("resume", folder):
            return OTHER_END
        same = outcome(folder, resume=False) == expected
        return REPAIRED if same else OTHER_END
    except Exception as err:
        print(f"{type(err).__name__}: {err}", file=sys.stderr)
        return "traceback"


def outcome(folder: Path, resume: bool = True) -> object:
    """What must not depend on anything that happened in between: picks, answers, scores, the best model."""
    if resume:
        assert quietly("resume", folder) == 0
    paths = RunPaths(folder)
    answers = sorted((line["clip"], line["round"], str(line["class"])) for line in read_lines(paths.answers))
    queries = [(line["round"], line["ids"]) for line in read_lines(paths.queries)]
    rows = [{key: value for key, value in row.items() if not key.endswith("_seconds")} for row in read_lines(paths.rounds)]
    best = read_checkpoint(paths.best_checkpoint)
    return answers, queries, rows, best and best.state


def quietly(*words: object) -> int:
    """The exit code of a command."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return gesture_al([str(word) for word in words])


def session_damages(folder: Path, flips: int) -> Counter[str]:
    """What becomes of 60 answers of a person."""
    path = folder / "session.jsonl"
    log = AnswerLog(path)
    for number in range(60):
        log.append(Entry(f"{number}", Operation.LABEL, "2026-01-01T00:00:00+00:00", "ann", f"q{number}", f"c{number}", name="a"))
    whole, head = path.read_bytes(), (folder / ".session.jsonl.head").read_bytes()
    told: Counter[str] = Counter()
    for name, _, damage in damages("session.jsonl", flips) + damages(".session.jsonl.head", 0):
        path.write_bytes(whole)
        (folder / ".session.jsonl.head").write_bytes(head)
        damage(folder / name)
        try:
            told["whole" if len(AnswerLog(path)) == 60 else "lost"] += 1
        except UserError:
            told["refused"] += 1
    return told


if __name__ == "__main__":
    main()
