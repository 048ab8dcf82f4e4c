"""What selection costs: CPU time and extra memory of every strategy, beside scikit-activeml and modAL on the same pool.

`python benchmarks/selection.py` prints the tables and writes them into docs/selection-speed.md; with `sizes` behind it only that
of ours by the size of the pool, in a few minutes. Every cell is a process of its
own with one thread; peers that are not installed (requirements-dev.txt) are left out.
"""

from __future__ import annotations

import ctypes
import json
import os
import statistics
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import page
from selection_peers import PEERS

from gesture_al.active.strategies import STRATEGIES, Needs, PoolView

CLASSES, WIDTH, LABELLED, MEMBERS = 14, 64, 50, 10
RUNS, SECONDS_A_CELL, BYTES_A_CELL = 5, 90, 12 << 30
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Strategy, clips, k, and the seconds and megabytes that were promised.
BESIDE_PEERS = (
    ("random", 1_000_000, 100, None, None),
    ("entropy", 100_000, 100, None, None),
    ("entropy", 1_000_000, 100, 0.4, None),
    ("margin", 1_000_000, 100, 0.4, None),
    ("least_confidence", 1_000_000, 100, None, None),
    ("bald", 100_000, 100, 0.15, None),
    ("vote_entropy", 100_000, 100, None, None),
    ("kl_divergence", 100_000, 100, None, None),
    ("k_center", 10_000, 100, None, None),
    ("k_center", 100_000, 100, 0.2, None),
    ("badge", 10_000, 100, None, None),
    ("badge", 100_000, 100, 0.35, 100),
    ("typiclust", 10_000, 10, None, None),
    ("typiclust", 100_000, 10, 1.0, None),
    ("prob_cover", 1000, 10, None, None),
    ("prob_cover", 10_000, 10, None, None),
    ("prob_cover", 100_000, 10, None, 1000),
    ("batch_bald", 1000, 10, 5.0, None),
    ("batch_bald", 10_000, 10, None, None),
)
POOLS = (10_000, 100_000, 1_000_000)
# Strategy, clips, k, classes, and the seconds that were promised; and how much more than ten times ten times the clips may take.
MANY_CLASSES = ("batch_bald", 1150, 50, 100, 2.0)
GROWTH = 1.5
SIZES = "## By the size of the pool (k = 10)"


def pool_of(clips: int, needs: Needs, classes: int = CLASSES) -> PoolView:
    """Clips whose embeddings are clouds of 64 dimensions, one for each class, and what a linear head makes of them; float32."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(classes, WIDTH)).astype(np.float32)
    head = (0.3 * rng.normal(size=(WIDTH, classes))).astype(np.float32)
    points = rng.standard_normal((clips + LABELLED, WIDTH), dtype=np.float32)
    labels = rng.integers(classes, size=clips + LABELLED)
    points += centres[labels]
    members = [softmax((points[:clips] * (rng.random(WIDTH) > 0.3).astype(np.float32)) @ head) for _ in range(MEMBERS)]
    return PoolView(
        probs=softmax(points[:clips] @ head),
        mc_probs=np.stack(members) if Needs.MC_PROBS in needs else None,
        embeddings=points[:clips],
        labelled_embeddings=points[clips:],
        labelled_classes=labels[clips:],
    )


def softmax(logits: np.ndarray) -> np.ndarray:
    """Row by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def measure(who: str, name: str, clips: int, k: int, classes: int) -> dict[str, float]:
    """Median CPU seconds of a selection, and the megabytes by which the process grew at the most; in a child."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (BYTES_A_CELL, BYTES_A_CELL))
    strategy = STRATEGIES.build(name)

    def selection(view: PoolView):
        if who == "ours":
            return lambda k, seed: strategy.select(view, k, np.random.default_rng(seed))
        return PEERS[who](name, view)

    small = selection(pool_of(300, strategy.needs, classes))
    if small is None:
        return {}
    small(3, 0)  # pays for the imports
    select, taken = selection(pool_of(clips, strategy.needs, classes)), []
    before = resident("VmRSS", forget=True)
    while len(taken) < RUNS and sum(taken) < 10:
        started = time.process_time()
        select(k, len(taken))
        taken.append(time.process_time() - started)
        if len(taken) == 1:
            grown = max(0.0, resident("VmHWM") - before)
    return {"seconds": statistics.median(taken), "megabytes": grown}


def resident(what: str, forget: bool = False) -> float:
    """Megabytes of this process now (VmRSS) or at the most since it was told to forget (VmHWM); Linux only."""
    if forget:
        # What building the pool has freed goes back to the system, lest a selection grow into it unseen.
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def cell(who: str, name: str, clips: int, k: int, classes: int = CLASSES) -> dict[str, float | str]:
    """One measurement in a child; `why` where there is none."""
    command = [sys.executable, __file__, "--cell", who, name, str(clips), str(k), str(classes)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD})
    while True:
        try:
            out, err = child.communicate(timeout=1)
            break
        except subprocess.TimeoutExpired:
            # The processor's time and not the clock's, so that a busy machine takes no cell away; a limit set by the child itself
            # would make its own clock as coarse as the system's ticks.
            if cpu_seconds(child.pid) > SECONDS_A_CELL:
                child.kill()
                child.communicate()
                return {"why": f"> {SECONDS_A_CELL} s"}
    if child.returncode:
        last = (err.strip().splitlines() or ["killed"])[-1]
        return {"why": "out of memory" if "MemoryError" in last or "allocate" in last else last[:60]}
    return json.loads(out.splitlines()[-1])


def cpu_seconds(pid: int) -> float:
    """What a process has used so far; Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def shown(found: dict[str, float | str]) -> str:
    """A measurement as the table has it."""
    if "seconds" not in found:
        return str(found.get("why", ""))
    seconds, megabytes = float(found["seconds"]), float(found["megabytes"])
    time_ = f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
    return time_ + (f", {megabytes:.0f} MB" if megabytes >= 10 else "")


def beside_peers(peers: list[str]) -> list[str]:
    """The table of ours and theirs."""
    lines = [
        f"| strategy | clips | k | ours | {' | '.join(peers)} | fastest peer / ours | promised |",
        "|---" * (6 + len(peers)) + "|",
    ]
    for name, clips, k, seconds, megabytes in BESIDE_PEERS:
        ours = cell("ours", name, clips, k)
        theirs = [cell(peer, name, clips, k) for peer in peers]
        times = [float(found["seconds"]) for found in theirs if "seconds" in found]
        ratio = f"{min(times) / float(ours['seconds']):.1f}" if times and "seconds" in ours else ""
        limits = [
            f"{limit} {unit}: {'held' if float(ours.get(key, np.inf)) <= limit else 'MISSED'}"
            for limit, unit, key in ((seconds, "s", "seconds"), (megabytes, "MB", "megabytes"))
            if limit
        ]
        row = [name, f"{clips:,}", str(k), shown(ours), *map(shown, theirs), ratio, ", ".join(limits)]
        lines.append(f"| {' | '.join(row)} |")
        print(lines[-1], flush=True)
    return lines


def by_pool() -> list[str]:
    """The table of every strategy of the shelf by the size of the pool."""
    lines = [f"| strategy | {' | '.join(f'{clips:,}' for clips in POOLS)} | growth |", "|---" * (2 + len(POOLS)) + "|"]
    for name in STRATEGIES.names():
        found = [cell("ours", name, clips, 10) for clips in POOLS]
        growth = float(found[1].get("seconds", np.inf)) / (10 * float(found[0].get("seconds", np.nan)))
        limit = "" if growth <= GROWTH else ": MISSED"
        lines.append(f"| {name} | {' | '.join(map(shown, found))} | {growth:.2f}{limit} |")
        print(lines[-1], flush=True)
    return lines


def many_classes() -> str:
    """What a long batch of many classes costs, in a sentence."""
    name, clips, k, classes, limit = MANY_CLASSES
    found = cell("ours", name, clips, k, classes)
    held = "held" if float(found.get("seconds", np.inf)) <= limit else "MISSED"
    return f"`{name}`, {clips:,} clips of {classes} classes, k = {k}: {shown(found)} (promised: {limit} s, {held})."


def sizes() -> str:
    """The half of the page that looks at ours alone."""
    table = "\n".join(by_pool())
    return f"""{SIZES}

Growth is the time at {POOLS[1]:,} clips over ten times that at {POOLS[0]:,}; promised: {GROWTH} at the most.

{table}

{many_classes()}
"""


def main(only_sizes: bool) -> None:
    """Measure, print and write the page; of the page that is there keep what stands beside peers, where that is not asked for."""
    if only_sizes:
        beside, _, _ = page.halves()[0].partition(SIZES)
        page.write(f"{beside}{sizes()}", page.halves()[1])
        return
    peers = [peer for peer in PEERS if installed(peer)]
    versions = ", ".join(f"{name} {installed(name)}" for name in ("numpy", "scikit-learn", *peers))
    told = f"""# What selection costs

Made by `python benchmarks/selection.py` with {versions}; one thread, {WIDTH}-dimensional
float32 embeddings, {CLASSES} classes, {LABELLED} labelled clips, {MEMBERS} members where a strategy needs several. A cell
is the median CPU time of up to {RUNS} selections and, from 10 MB, what memory they took beyond their input. Probabilities and
embeddings are given; the model's work is not in it. Times hang on the machine; what is comparable are times of one row.

## Beside peers

Peers that pick wrongly are timed all the same: `badge` of scikit-activeml keeps the origin as a centre (its issue 588). Its
`batch_bald` runs with 1000 sampled outcomes, as ours does beyond 5000 listed ones. Its `prob_cover` wants all pairs of clips;
ours lets 10,000 random clips stand for a larger pool.

{{beside}}

{{sizes}}
"""
    beside = "\n".join(beside_peers(peers))
    page.write(told.format(beside=beside, sizes=sizes()), page.halves()[1])


def installed(name: str) -> str | None:
    """Its version; None where it is not there."""
    try:
        return version({"modAL": "modAL-python"}.get(name, name))
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    if sys.argv[1:2] == ["--cell"]:
        print(json.dumps(measure(sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7]))))
    else:
        main(sys.argv[1:2] == ["sizes"])
