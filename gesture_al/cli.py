"""The command line: a door, not a room. Each command is one call, and heavy libraries are imported behind it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gesture_al import __version__
from gesture_al.errors import Paused, UserError

DONE, FAILED, WRONG_USE, PAUSED = 0, 1, 2, 3

_EXAMPLES = """\
examples:
  gesture-al run experiment=quickstart              what a run looks like, in a minute
  gesture-al run dataset=natops strategy=margin     one run on a public data set
  gesture-al run -m strategy=random,margin seed=0,1 a sweep: every combination
  gesture-al benchmark dataset=natops budget=92     strategies compared with random, with tests and a report
  gesture-al list strategy                          what may be typed, with parameters

exit codes: 0 done, 1 failed, 2 wrong use or bad input, 3 paused (gesture-al resume goes on)
"""
_RUN = """\
keys:
  a part of the run      dataset=natops  model=bilstm  strategy=margin      (gesture-al list)
  one of its parameters  model.params.hidden=128  trainer.params.lr=0.001   (gesture-al list model)
  a setting of the run   k=20  threshold=0.95  budget=200  seed=3           (gesture-al list settings)
  a study                experiment=strategies                              (gesture-al list experiment)

examples:
  gesture-al run dataset=keypoint_folder dataset.params.path=MP_Data k=5
  gesture-al run dataset=archive dataset.params.path=clips.npz 'dataset.params.classes=[wave, point]'
  gesture-al run -m strategy=random,entropy,margin 'seed=range(5)' hydra/launcher=joblib
  gesture-al run experiment=reference --show-config

The last line on stdout is `run: <folder>` (with -m `sweep: <folder>`); progress goes to stderr.
"""
_BENCHMARK = """\
Settings as for a run; each may be a list (strategy=random,margin k=5,10). Every strategy runs with the same seeds, splits,
initial sets and weights, and random always runs beside. Unless typed otherwise: stopping=budget, tracking=csv,
hydra/launcher=joblib, full_data=true for the runs of random. Done runs are skipped when it is run again.

keys:
  what is declared beforehand   benchmark.params.against=random  benchmark.params.seeds=20   (gesture-al list benchmark)

examples:
  gesture-al benchmark dataset=natops k=20 budget=92
  gesture-al benchmark strategy=margin,entropy 'seed=range(20)' dataset=natops,point_history --latex
  gesture-al benchmark experiment=noisy_oracle hydra/launcher=submitit_slurm

The last line on stdout is `benchmark: <folder>`; progress goes to stderr.
"""
_RESUME = """\
Ctrl-C, a kill, a full disk: everything up to the last answer is on disk, and a resumed run ends with the same
picks as one that was never stopped. A sweep goes on with the runs that are not done.

example:
  gesture-al resume runs/2026-01-31_12-00-00-000000_natops-lstm-margin
"""
_REPORT = """\
examples:
  gesture-al report runs/sweep_2026-01-31_12-00-00-000000       a sweep's curves and comparison
  gesture-al report runs/one runs/another --out comparison      any runs, side by side
"""
_LIST = """\
examples:
  gesture-al list                  every group in short
  gesture-al list trainer          one group, a line per parameter
  gesture-al list settings         k, threshold, budget and the other keys of a run
  gesture-al list model --json     for programs
"""
_SHOW = """\
examples:
  gesture-al show dataset=natops --out overview.png
  gesture-al show clip-00001 --out clip.gif
  gesture-al show dataset=archive dataset.params.path=clips.npz view.params.width=800 --out overview.png
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        Exit code: 0 done, 1 failed, 2 wrong use or bad input, 3 paused by the user.
    """
    parser = _parser()
    args, further = parser.parse_known_args(arguments)
    # argparse takes `key=value` behind an option (`run a=b -m c=d`) for a leftover.
    if further and ("overrides" not in args or any(word.startswith("-") for word in further)):
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    if args.command is None:
        parser.print_help(sys.stderr)
        return WRONG_USE
    if further:
        args.overrides += further
    try:
        code: int = args.call(args)
        sys.stdout.flush()
    except UserError as err:
        return _complain(str(err), WRONG_USE)
    except Paused as err:
        return _complain(str(err), PAUSED)
    except KeyboardInterrupt:
        return _complain("stopped by the user", PAUSED)
    except BrokenPipeError:
        # `gesture-al list | head`: nobody reads on. Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as err:
        return _complain(": ".join(str(part) for part in (err.filename, err.strerror or err) if part), FAILED)
    return code


def _complain(text: str, code: int) -> int:
    print(f"gesture-al: {' '.join(text.splitlines())}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    about = "Active learning for gestures: the fewest labels from clips to a recogniser."
    parser = argparse.ArgumentParser(
        prog="gesture-al", description=about, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"gesture-al {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")

    def command(name: str, help: str, epilog: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=help,
            description=f"{help[0].upper()}{help[1:]}.",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    run = command("run", "one run, or with -m a sweep of every key=a,b", _RUN)
    run.add_argument("-m", "--multirun", action="store_true", help="run every combination of the comma-separated values")
    run.add_argument("--show-config", action="store_true", help="print the settings that would be used, and stop")
    run.add_argument("overrides", nargs="*", metavar="key=value", help="settings; without any a run with the defaults")
    run.set_defaults(call=_run)

    benchmark = command("benchmark", "strategies x seeds (x anything), paired and compared", _BENCHMARK)
    benchmark.add_argument("--latex", action="store_true", help="also write the tables as .tex")
    benchmark.add_argument("overrides", nargs="*", metavar="key=value", help="settings; lists span the benchmark")
    benchmark.set_defaults(call=_benchmark)

    resume = command("resume", "go on with a run or sweep that was stopped or killed", _RESUME)
    resume.add_argument("folder", type=Path, help="of the run or sweep")
    resume.set_defaults(call=_resume)

    report = command("report", "draw report.html from run or sweep folders", _REPORT)
    report.add_argument("folders", type=Path, nargs="+", metavar="folder", help="runs, sweeps, or folders of them")
    report.add_argument("--out", type=Path, help="where to write it (default: the only folder, or the current one)")
    report.set_defaults(call=_report)

    listing = command("list", "what may be typed for each group, with parameters", _LIST)
    listing.add_argument("kind", nargs="?", help="a group, e.g. strategy; `settings` for the keys in no group")
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.set_defaults(call=_list)

    show = command("show", "a clip or a data set as a picture or an animation", _SHOW)
    show.add_argument("clip", nargs="?", help="id of a clip; without it an overview of the data set")
    show.add_argument("overrides", nargs="*", metavar="key=value", help="e.g. dataset=natops view.params.width=800")
    show.add_argument("--out", type=Path, help="a .gif, .mp4 or .png file; without it a window opens")
    show.set_defaults(call=_show)
    return parser


def _run(args: argparse.Namespace) -> int:
    if args.show_config:
        from gesture_al.commands.listing import show_config

        show_config(args.overrides, args.multirun)
        return DONE
    from gesture_al.commands.launch import start_run, start_sweep

    if args.multirun:
        folder, complete = start_sweep(args.overrides)
        print(f"sweep: {folder}")
        return DONE if complete else FAILED
    print(f"run: {start_run(args.overrides)}")
    return DONE


def _benchmark(args: argparse.Namespace) -> int:
    from gesture_al.commands.benchmarking import start_benchmark

    folder, complete = start_benchmark(args.overrides, args.latex)
    print(f"benchmark: {folder}")
    return DONE if complete else FAILED


def _resume(args: argparse.Namespace) -> int:
    from gesture_al.commands.launch import resume_run, resume_sweep

    if (args.folder / "benchmark.json").exists():
        from gesture_al.commands.benchmarking import resume_benchmark

        folder, complete = resume_benchmark(args.folder)
        print(f"benchmark: {folder}")
        return DONE if complete else FAILED
    if (args.folder / "manifest.jsonl").exists():
        folder, complete = resume_sweep(args.folder)
        print(f"sweep: {folder}")
        return DONE if complete else FAILED
    print(f"run: {resume_run(args.folder)}")
    return DONE


def _report(args: argparse.Namespace) -> int:
    from gesture_al.commands.benchmarking import draw

    out = args.out or (args.folders[0] if len(args.folders) == 1 else Path())
    print(f"report: {draw(args.folders, out)}")
    return DONE


def _list(args: argparse.Namespace) -> int:
    from gesture_al.commands.listing import print_parts

    print_parts(args.kind, as_json=args.json)
    return DONE


def _show(args: argparse.Namespace) -> int:
    from gesture_al.commands.showing import show_clips

    typed = [args.clip, *args.overrides] if args.clip else args.overrides
    print(show_clips(typed, args.out))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
