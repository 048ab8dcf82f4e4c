"""The command line: a door, not a room. Each command is one call, and heavy libraries are imported behind it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gesture_al import __version__
from gesture_al.errors import Paused, UserError

DONE, FAILED, WRONG_USE, PAUSED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        Exit code: 0 done, 1 failed, 2 wrong use or bad input, 3 paused by the user.
    """
    args = _parser().parse_args(arguments)
    if args.command is None:
        _parser().print_help()
        return WRONG_USE
    try:
        code: int = args.call(args)
    except UserError as err:
        return _complain(str(err), WRONG_USE)
    except Paused as err:
        return _complain(str(err), PAUSED)
    except KeyboardInterrupt:
        return _complain("stopped by the user", PAUSED)
    except OSError as err:
        return _complain(str(err), FAILED)
    return code


def _complain(text: str, code: int) -> int:
    print(f"gesture-al: {text}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gesture-al", description="Active learning for gestures: the fewest labels from clips to a recogniser.")
    parser.add_argument("--version", action="version", version=f"gesture-al {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")

    run = commands.add_parser("run", help="one run, or with -m a sweep", description="One run; `-m` makes a sweep of every `key=a,b`.")
    run.add_argument("-m", "--multirun", action="store_true", help="run every combination of the comma-separated values")
    run.add_argument("--show-config", action="store_true", help="print the settings that would be used, and stop")
    run.add_argument("overrides", nargs="*", metavar="key=value", help="settings, e.g. dataset=natops strategy=margin k=20")
    run.set_defaults(call=_run)

    resume = commands.add_parser("resume", help="go on with a run or sweep that was stopped or killed")
    resume.add_argument("folder", type=Path)
    resume.set_defaults(call=_resume)

    report = commands.add_parser("report", help="draw report.html from run or sweep folders")
    report.add_argument("folders", type=Path, nargs="+")
    report.add_argument("--out", type=Path, help="where to write it (default: the only folder, or the current one)")
    report.set_defaults(call=_report)

    listing = commands.add_parser("list", help="what may be typed for each group, with parameters")
    listing.add_argument("kind", nargs="?", help="a group, e.g. strategy")
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.set_defaults(call=_list)

    show = commands.add_parser("show", help="a clip or a data set as a picture or an animation")
    show.add_argument("clip", nargs="?", help="id of a clip; without it an overview of the data set")
    show.add_argument("overrides", nargs="*", metavar="key=value", help="e.g. dataset=natops view.params.width=800")
    show.add_argument("--out", type=Path, help="a .gif, .mp4 or .png file; without it a window opens")
    show.set_defaults(call=_show)
    return parser


def _run(args: argparse.Namespace) -> int:
    if args.show_config:
        from gesture_al.commands.listing import show_config

        show_config(args.overrides)
        return DONE
    from gesture_al.commands.launch import start_run, start_sweep

    if args.multirun:
        folder, complete = start_sweep(args.overrides)
        print(f"sweep: {folder}")
        return DONE if complete else FAILED
    print(f"run: {start_run(args.overrides)}")
    return DONE


def _resume(args: argparse.Namespace) -> int:
    from gesture_al.commands.launch import resume_run, resume_sweep

    if (args.folder / "manifest.jsonl").exists():
        folder, complete = resume_sweep(args.folder)
        print(f"sweep: {folder}")
        return DONE if complete else FAILED
    print(f"run: {resume_run(args.folder)}")
    return DONE


def _report(args: argparse.Namespace) -> int:
    from gesture_al.report import write_report

    out = args.out or (args.folders[0] if len(args.folders) == 1 else Path())
    print(f"report: {write_report(args.folders, out)}")
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
