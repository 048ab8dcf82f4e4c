"""The command line: a door, not a room. Each command is one call, and heavy libraries are imported behind it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from gesture_al import __version__
from gesture_al.cli.usage import (
    benchmark,
    export,
    extract,
    forget,
    label,
    labels,
    listing,
    live,
    models,
    record,
    report,
    resume,
    run,
    show,
)
from gesture_al.cli.usage.base import DONE, FAILED, PAUSED, WRONG_USE
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.old_names import current_overrides

# In the order in which `--help` shows them.
_COMMANDS = (run, label, benchmark, resume, report, listing, show, models, record, extract, labels, export, live, forget)

_EXAMPLES = """\
examples:
  gesture-al run experiment=quickstart              what a run looks like, in a minute
  gesture-al run dataset=natops strategy=margin     one run on a public data set
  gesture-al label dataset=natops                   name the clips yourself, in the browser
  gesture-al run -m strategy=random,margin seed=0,1 a sweep: every combination
  gesture-al benchmark dataset=natops budget=92     strategies compared with random, with tests and a report
  gesture-al list strategy                          what may be typed, with parameters

exit codes: 0 done, 1 failed, 2 wrong use or bad input, 3 paused (the message says how to go on)
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
    if "overrides" in args:
        args.overrides = current_overrides(args.overrides, lambda text: print(f"gesture-al: {text}", file=sys.stderr))
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
    for module in _COMMANDS:
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
