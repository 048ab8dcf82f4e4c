"""`gesture-al benchmark`: strategies compared, a sweep in which every strategy has the baseline beside it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.cli.command import DONE, FAILED, add_reuse_option
from gesture_al.core.atomic_io import read_json
from gesture_al.core.errors import UserError
from gesture_al.core.parts import build_part
from gesture_al.core.settings import Settings
from gesture_al.runs.benchmark.design import BENCHMARKS, BenchmarkDesign
from gesture_al.runs.benchmark.power import PowerForecast, check_power, forecast, planned_comparisons
from gesture_al.runs.benchmark.write import check_extra, write_benchmark

# Whole curves without validation clips; no tracker's files beside a hundred runs; all cores of this machine.
_UNLESS_TYPED = ("stopping=budget", "tracking=csv", "hydra/launcher=joblib")

EPILOG = """\
Settings as for a run; each may be a list (strategy=random,margin k=5,10). Every strategy runs with the same seeds, splits,
initial sets and weights, and random always runs beside. Unless typed otherwise: stopping=budget, tracking=csv,
hydra/launcher=joblib, full_data=true for the runs of random. Done runs are skipped when it is run again.

What so many seeds can show is said before the first run. Where no declared test can be significant the benchmark is refused,
unless --underpowered is given.

keys:
  what is declared beforehand   benchmark.params.against=random  benchmark.params.seeds=20   (gesture-al list benchmark)

examples:
  gesture-al benchmark dataset=natops k=20 budget=92
  gesture-al benchmark strategy=margin,entropy 'seed=range(20)' dataset=natops,point_history --latex
  gesture-al benchmark experiment=noisy_oracle hydra/launcher=submitit_slurm
  gesture-al benchmark experiment=noisy_oracle --show-config

The last line on stdout is `benchmark: <folder>`; progress goes to stderr.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al benchmark`."""
    parser.add_argument("--latex", action="store_true", help="also write the tables as .tex")
    add_reuse_option(parser)
    parser.add_argument("--underpowered", action="store_true", help="run it even where no test can be significant")
    parser.add_argument("--show-config", action="store_true", help="print what would be run, and stop")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="settings; lists span the benchmark")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    if args.show_config:
        show_benchmark(args.overrides)
        return DONE
    folder, complete = start_benchmark(args.overrides, args.latex, None, args.reuse_other_code, args.underpowered)
    print(f"benchmark: {folder}")
    return DONE if complete else FAILED


@dataclass(frozen=True)
class BenchmarkPlan:
    """What a benchmark consists of.

    Args:
        arguments: What was typed, with what a benchmark adds to it.
        points: The overrides of every run.
        declared: The comparison that is declared.
        comparisons: How many tests it comes to.
    """

    arguments: Sequence[str]
    points: Sequence[list[str]]
    declared: BenchmarkDesign
    comparisons: int

    def forecast(self, done: Sequence[Path] = ()) -> PowerForecast:
        """What it can show, given the folders of runs of it that are done."""
        return forecast(self.declared, self.comparisons, done)


def start_benchmark(
    arguments: Sequence[str],
    latex: bool = False,
    folder: Path | None = None,
    reuse_other_code: bool = False,
    underpowered: bool = False,
) -> tuple[Path, bool]:
    """Run every combination that the arguments span, the baseline included, and compare.

    Args:
        arguments: What was typed after `gesture-al benchmark`.
        latex: Also write the tables as LaTeX.
        folder: Of an earlier benchmark with the same arguments, to go on with.
        reuse_other_code: Take runs that were made, or begun, with other code.
        underpowered: Also run it where no declared test can be significant.

    Returns:
        The benchmark's folder, and whether all of its runs are done.

    Raises:
        UserError: A point that cannot run, nothing to compare, or too few seeds to show anything; nothing was started.
        Paused: The person stopped it.
    """
    from gesture_al.cli.hydra_launcher import check_launcher
    from gesture_al.cli.run import Sweep, carry_out

    check_launcher(arguments)
    plan = plan_benchmark(arguments)
    if not underpowered:
        check_power(plan.declared, plan.comparisons)
    record = {"arguments": list(arguments), "latex": latex, "declared": asdict(plan.declared)}
    sweep = Sweep(
        plan.arguments,
        plan.points,
        "benchmark",
        record,
        draw=lambda made: write_benchmark(made, made, latex),
        outlook=lambda done: plan.forecast(done).sentences(),
    )
    return carry_out(sweep, folder, reuse_other_code)


def resume_benchmark(folder: Path, reuse_other_code: bool = False) -> tuple[Path, bool]:
    """Go on with a benchmark's folder; done runs stay as they are. Too few seeds are no reason to refuse any more."""
    record = read_json(SweepPaths(folder).benchmark)
    return start_benchmark(record["arguments"], record["latex"], folder, reuse_other_code, underpowered=True)


def show_benchmark(arguments: Sequence[str]) -> None:
    """Print as YAML what these arguments would run.

    How many runs, what is declared and what it can show, what the runs differ in, and what all of them share.

    Raises:
        UserError: As `plan_benchmark`.
    """
    import yaml

    from gesture_al.cli.composition import compose_points

    plan = plan_benchmark(arguments)
    runs = [asdict(one) for one in compose_points(plan.points)]
    values = {key: _distinct(run[key] for run in runs) for key in runs[0] if key != "benchmark"}
    told = {
        "runs": len(runs),
        "launched_by": [text for text in plan.arguments if _key(text).startswith("hydra")],
        "declared": asdict(plan.declared),
        "power": plan.forecast().sentences(),
        "compared": {key: found for key, found in values.items() if len(found) > 1},
        "common": {key: found[0] for key, found in values.items() if len(found) == 1},
    }
    print(yaml.safe_dump(told, sort_keys=False), end="")


def _distinct(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def plan_benchmark(arguments: Sequence[str]) -> BenchmarkPlan:
    """What a benchmark with these arguments consists of.

    Raises:
        UserError: As `sweep_points` and `compose_points`; or no strategy beside the baseline; or more than one declaration.
    """
    from gesture_al.cli.composition import compose_points, sweep_points
    from gesture_al.core.naming import data_name

    typed_keys = {_key(argument) for argument in arguments}
    typed = [*(text for text in _UNLESS_TYPED if _key(text) not in typed_keys), *arguments]
    points = sweep_points(typed)
    declarations = {json.dumps(asdict(one.benchmark)): one for one in compose_points(points)}
    if len(declarations) > 1:
        raise UserError("benchmark: one comparison is declared beforehand; give each of its parameters one value")
    declared = build_part(BENCHMARKS, "benchmark", next(iter(declarations.values())).benchmark)
    spanned = {_key(override) for override in points[0]}
    if not any(_of_strategy(key) for key in spanned):
        typed.append(f"strategy={','.join(dict.fromkeys([declared.against, *declared.strategies]))}")
    if "seed" not in spanned:
        typed.append(f"seed=range({declared.seeds})" if declared.seeds > 1 else "seed=0")
    points = sweep_points(typed)
    points = _with_baseline(points, compose_points(points), declared.against)
    settings = compose_points(points)
    check_extra(len({data_name(one.dataset) for one in settings}))
    names = [one.strategy.name for one in settings]
    if set(names) == {declared.against}:
        raise UserError(f"strategy={declared.against}: nothing to compare it with; name another strategy beside it")
    if "full_data" not in typed_keys:
        # The upper line is the same for every strategy of a seed: the weights, the batches and the clips are.
        points = [
            [*point, "full_data=true"] if name == declared.against else point for point, name in zip(points, names, strict=True)
        ]
    seeds = {one.seed for one in settings}
    declared = replace(declared, strategies=list(dict.fromkeys(names)), seeds=len(seeds))
    return BenchmarkPlan(typed, points, declared, planned_comparisons(settings, declared.against))


def _with_baseline(points: Sequence[list[str]], settings: Sequence[Settings], against: str) -> list[list[str]]:
    """The points, and before the first of each combination of everything else the baseline's, where it is not among them."""
    rest = [tuple(text for text in point if not _of_strategy(_key(text))) for point in points]
    there = {one for one, made in zip(rest, settings, strict=True) if made.strategy.name == against}
    found: list[list[str]] = []
    for point, others in zip(points, rest, strict=True):
        if others not in there:
            there.add(others)
            found.append([*others, f"strategy={against}"])
        found.append(point)
    return found


def _of_strategy(key: str) -> bool:
    return key.partition(".")[0] == "strategy"


def _key(argument: str) -> str:
    return argument.partition("=")[0].lstrip("+~")
