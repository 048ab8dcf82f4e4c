"""`gesture-al benchmark`: strategies compared."""

from __future__ import annotations

import argparse

from gesture_al.cli.usage.base import DONE, FAILED, Commands, command

_EPILOG = """\
Settings as for a run; each may be a list (strategy=random,margin k=5,10). Every strategy runs with the same seeds, splits,
initial sets and weights, and random always runs beside. Unless typed otherwise: stopping=budget, tracking=csv,
hydra/launcher=joblib, full_data=true for the runs of random. Done runs are skipped when it is run again.

keys:
  what is declared beforehand   benchmark.params.against=random  benchmark.params.seeds=20   (gesture-al list benchmark)

examples:
  gesture-al benchmark dataset=natops k=20 budget=92
  gesture-al benchmark strategy=margin,entropy 'seed=range(20)' dataset=natops,point_history --latex
  gesture-al benchmark experiment=noisy_oracle hydra/launcher=submitit_slurm
  gesture-al benchmark experiment=noisy_oracle --show-config

The last line on stdout is `benchmark: <folder>`; progress goes to stderr.
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al benchmark`."""
    parser = command(commands, "benchmark", "strategies x seeds (x anything), paired and compared", _EPILOG)
    parser.add_argument("--latex", action="store_true", help="also write the tables as .tex")
    parser.add_argument("--show-config", action="store_true", help="print what would be run, and stop")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="settings; lists span the benchmark")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    if args.show_config:
        from gesture_al.cli.commands.benchmark import show_benchmark

        show_benchmark(args.overrides)
        return DONE
    from gesture_al.cli.commands.benchmark import start_benchmark

    folder, complete = start_benchmark(args.overrides, args.latex)
    print(f"benchmark: {folder}")
    return DONE if complete else FAILED
