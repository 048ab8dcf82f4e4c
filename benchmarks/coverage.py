"""How often the interval of macro-F1 covers, and how wide it is, by simulation.

`python benchmarks/coverage.py` prints the tables of docs/statistics.md, `--quick` a corner of them in seconds, `--blocks` only
the one for clips in blocks. At every point the true confusion matrix is known: tests are drawn from it, and the interval of each
must hold the macro-F1 of the matrix itself at the class sizes of the test.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scipy import stats

from gesture_al.core.arrays import Float64, Int64
from gesture_al.learning.metrics import f1_intervals, f1_lower_bounds, interval_effect, macro_f1

CLASSES = (2, 4, 6, 10, 20, 50, 100, 250)
CLIPS = (2, 5, 10, 30, 100)
ACCURACIES = (0.3, 0.5, 0.7, 0.9, 0.97)
LEVEL, WANTED = 0.95, 0.93
# Entries of drawn matrices that are held at once.
_SLICE = 2_000_000


def even(classes: int) -> Float64:
    """Errors go to all other classes alike; shares of a row's errors, (C, C)."""
    return (1 - np.eye(classes)) / (classes - 1)


def one(classes: int) -> Float64:
    """All errors of a class go to the next one."""
    return np.roll(np.eye(classes), 1, axis=1)


def popular(classes: int) -> Float64:
    """Errors go to a few classes: to the r-th in proportion to 1 / r."""
    shares = (1 - np.eye(classes)) / np.arange(1, classes + 1)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def equal(classes: int, clips: int) -> Int64:
    """Clips of each class, (C,)."""
    return np.full(classes, clips)


def unequal(classes: int, clips: int) -> Int64:
    """In proportion to 1 / rank, one at least, so many in the mean; every fifth class is empty."""
    shares = 1 / np.arange(1, classes + 1)
    shares[4::5] = 0
    sizes = np.round(shares / shares.sum() * clips * (shares > 0).sum()).astype(np.int64)
    sizes = np.where(shares > 0, np.maximum(sizes, 1), 0)
    sizes[0] += max(0, clips * (sizes > 0).sum() - sizes.sum())
    return sizes


@dataclass(frozen=True)
class Case:
    """Where errors go and how large the classes are."""

    name: str
    errors: Callable[[int], Float64]
    sizes: Callable[[int, int], Int64]


CASES = (
    Case("equal classes, errors spread evenly", even, equal),
    Case("equal classes, errors to one class each", one, equal),
    Case("equal classes, errors to a few classes", popular, equal),
    Case("unequal and empty classes, errors spread evenly", even, unequal),
    Case("unequal and empty classes, errors to one class each", one, unequal),
)


@dataclass(frozen=True)
class Point:
    """A point of the grid and what was measured there.

    Args:
        covered: Share of tests whose interval holds the truth.
        bounded: Share of tests whose one-sided lower bound lies at or below the truth.
        width: Mean width of the interval as a multiple of what lies between the 2.5% and 97.5% points of the simulated score.
        exact_width: The same as a multiple of the mean width of Clopper and Pearson's interval of a plain share of the clips.
        contained: Whether every interval holds its score.
    """

    case: Case
    classes: int
    clips: int
    accuracy: float
    draws: int
    covered: float
    bounded: float
    width: float
    exact_width: float
    contained: bool


def measure(case: Case, classes: int, clips: int, accuracy: float, draws: int, seed: int) -> Point:
    """Draw tests and see how many intervals cover."""
    rng = np.random.default_rng([seed, CASES.index(case), classes, clips, round(100 * accuracy)])
    cells = (1 - accuracy) * case.errors(classes) + accuracy * np.eye(classes)
    sizes = case.sizes(classes, clips)
    truth = macro_f1(cells * sizes[:, None])
    ends, bounds, scores = [], [], []
    for first in range(0, draws, step := max(1, _SLICE // classes**2)):
        counts = rng.multinomial(np.broadcast_to(sizes, (min(step, draws - first), classes)), cells)
        ends.append(f1_intervals(counts, "macro", LEVEL))
        bounds.append(f1_lower_bounds(counts, "macro", LEVEL))
        scores.append(macro_f1(counts))
    low, high = np.concatenate(ends).T
    score, noise = np.concatenate(scores), 1e-12
    between = np.subtract(*np.quantile(score, [(1 + LEVEL) / 2, (1 - LEVEL) / 2]))
    return Point(
        case,
        classes,
        clips,
        accuracy,
        draws,
        covered=float(np.mean((low <= truth + noise) & (truth - noise <= high))),
        bounded=float(np.mean(np.concatenate(bounds) <= truth + noise)),
        width=float((high - low).mean() / between) if between > noise else np.inf,
        exact_width=float((high - low).mean() / exact_width(int(sizes.sum()), accuracy)),
        contained=bool(((low <= score) & (score <= high)).all()),
    )


def exact_width(clips: int, accuracy: float) -> float:
    """Mean width of Clopper and Pearson's interval of the share of clips that are right."""
    right = np.arange(clips + 1)
    chance = stats.binom.pmf(right, clips, accuracy)
    right, chance = right[chance > 1e-9], chance[chance > 1e-9]
    low = np.where(right > 0, stats.beta.ppf((1 - LEVEL) / 2, right, clips - right + 1), 0)
    high = np.where(right < clips, stats.beta.ppf((1 + LEVEL) / 2, right + 1, clips - right), 1)
    return float(chance @ (high - low))


def points(cases: Sequence[Case], quick: bool, draws: int, seed: int) -> Iterator[Point]:
    """Every point of the grid, with a progress bar on stderr; fewer tests where the matrices are large."""
    grid = [
        (case, classes, clips, accuracy)
        for case in cases
        for classes in (CLASSES[::3] if quick else CLASSES)
        for clips in (CLIPS[::2] if quick else CLIPS)
        for accuracy in (ACCURACIES[::2] if quick else ACCURACIES)
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(grid))
        for case, classes, clips, accuracy in grid:
            progress.update(task, description=f"{classes} classes, {clips} clips a class")
            yield measure(case, classes, clips, accuracy, max(50, draws * 100 // max(100, classes)), seed)
            progress.advance(task)


def table(found: Sequence[Point]) -> list[str]:
    """Coverage by classes, clips and accuracy - the lowest of the cases - and how wide the intervals are in the mean."""
    accuracies = sorted({point.accuracy for point in found})
    head = ["classes", "clips a class", *(f"{accuracy:g}" for accuracy in accuracies), "mean", "width", "of exact width"]
    lines = [f"| {' | '.join(head)} |", "| ---: " * len(head) + "|"]
    for classes, clips in dict.fromkeys((point.classes, point.clips) for point in found):
        row = [point for point in found if (point.classes, point.clips) == (classes, clips)]
        worst = [min(point.covered for point in row if point.accuracy == accuracy) for accuracy in accuracies]
        mean, width, exact = (
            float(np.mean([getattr(point, key) for point in row])) for key in ("covered", "width", "exact_width")
        )
        cells = [str(classes), str(clips), *(f"{share:.3f}" for share in worst), f"{mean:.3f}", f"{width:.2f}", f"{exact:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def summary(case: Case, found: Sequence[Point]) -> str:
    """A line of the table of cases."""
    covered, bounded = np.array([point.covered for point in found]), np.array([point.bounded for point in found])
    noise = np.array([2 * np.sqrt(WANTED * (1 - WANTED) / point.draws) for point in found])
    widths = np.array([point.width for point in found])
    # Where fewer than five errors are expected, most scores are 1, and no interval is as short as what the score varies by.
    tested = [int((point.case.sizes(point.classes, point.clips)).sum()) * (1 - point.accuracy) for point in found]
    enough = widths[np.array(tested) >= 5]
    cells = [
        case.name,
        *(f"{covered.mean():.3f}", f"{covered.min():.3f}", f"{(covered < WANTED).sum()} of {len(found)}"),
        f"{(covered < WANTED - noise).sum()}",
        *(f"{bounded.mean():.3f}", f"{bounded.min():.3f}"),
        *(f"{np.median(widths):.2f}", f"{enough.max():.2f}", f"{max(point.exact_width for point in found):.2f}"),
        "yes" if all(point.contained for point in found) else "NO",
    ]
    return f"| {' | '.join(cells)} |"


BLOCKS, CLIPS_A_BLOCK, BLOCK_CLASSES = (8, 16, 32, 50), 30, 4
BLOCK_ACCURACIES, CORRELATIONS = (0.6, 0.85, 0.95), (0.1, 0.4, 0.8)


def measure_blocks(blocks: int, accuracy: float, correlation: float, draws: int, seed: int) -> tuple[float, float, float]:
    """Tests whose clips come in blocks, each of one class, with a skill of its own and errors that go to one class.

    Returns:
        Share of tests whose interval holds the truth where each clip counts, the same where blocks count, and the share of tests
        with too few clips for that.
    """
    rng = np.random.default_rng([seed, blocks, round(100 * accuracy), round(100 * correlation)])
    spread, classes = 1 / correlation - 1, BLOCK_CLASSES
    block = np.repeat(np.arange(blocks), CLIPS_A_BLOCK)
    labels, clips = block % classes, len(block)
    held = np.full((draws, 2), np.nan)
    for draw in range(draws):
        skill = rng.beta(accuracy * spread, (1 - accuracy) * spread, blocks)[block]
        right = rng.random(clips) < skill
        others = ((np.arange(blocks) % classes + rng.integers(1, classes, blocks)) % classes)[block]
        counts = np.zeros((classes, classes))
        np.add.at(counts, (labels, np.where(right, labels, others)), 1)
        sizes = counts.sum(axis=1, keepdims=True)
        truth = macro_f1(sizes * ((1 - accuracy) * even(classes) + accuracy * np.eye(classes)))
        low, high = f1_intervals(np.stack([counts, counts / interval_effect(right, block)]), "macro", LEVEL).T
        held[draw] = np.where(np.isnan(low), np.nan, (low <= truth) & (truth <= high))
    plain, by_blocks = np.nanmean(held, axis=0)
    return float(plain), float(by_blocks), float(np.isnan(held[:, 1]).mean())


def block_table(draws: int, seed: int) -> list[str]:
    """Coverage by blocks, accuracy and how alike the clips of a block are."""
    head = ["blocks", "alike", *(f"accuracy {accuracy:g}" for accuracy in BLOCK_ACCURACIES)]
    lines = [f"| {' | '.join(head)} |", "| ---: " * len(head) + "|"]
    for blocks in BLOCKS:
        for correlation in CORRELATIONS:
            found = [measure_blocks(blocks, accuracy, correlation, draws, seed) for accuracy in BLOCK_ACCURACIES]
            cells = [f"{by_blocks:.2f} ({plain:.2f}; none {none:.0%})" for plain, by_blocks, none in found]
            lines.append(f"| {blocks} | {correlation:g} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a corner of the grid")
    parser.add_argument("--draws", type=int, default=2000, help="tests a point, up to 100 classes; fewer beyond (default: 2000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--blocks", action="store_true", help="only the table for clips in blocks")
    arguments = parser.parse_args()
    if arguments.blocks:
        print("\n".join(block_table(arguments.draws // 4, arguments.seed)))
        return
    head = [
        *("case", "mean coverage", "lowest", f"below {WANTED}", "beyond noise", "mean of the bound", "lowest"),
        *("median width", "widest, 5 errors or more", "widest of exact width", "holds its score"),
    ]
    of_cases, found = [f"| {' | '.join(head)} |", "| --- " + "| ---: " * (len(head) - 1) + "|"], []
    for case in CASES:
        of_case = list(points([case], arguments.quick, arguments.draws, arguments.seed))
        of_cases.append(summary(case, of_case))
        found += of_case
    print("\n".join(of_cases))
    for title, sizes in (("Equal classes", equal), ("Unequal and empty classes", unequal)):
        print(f"\n{title}\n\n" + "\n".join(table([point for point in found if point.case.sizes is sizes])))
    print("\nClips in blocks\n\n" + "\n".join(block_table(arguments.draws // 4, arguments.seed)))


if __name__ == "__main__":
    main()
