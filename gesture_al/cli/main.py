"""The command line: which commands there are. Only the module of the command that is typed is imported."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import NoReturn

from gesture_al import __version__
from gesture_al.cli.command import DONE, FAILED, PAUSED, WRONG_USE
from gesture_al.core.errors import DamagedFileError, Paused, UserError
from gesture_al.core.guarded_files import BAD_PATH
from gesture_al.core.messages import did_you_mean, in_shell, not_among
from gesture_al.core.old_names import current_overrides

# A command's module has its options (`add_options`), its examples (`EPILOG`) and what it does (`call`). What a module imports at
# its top is loaded even for its `--help`: no Hydra, no torch.
_COMMANDS = {
    "run": ("run", "one run, or with -m a sweep of every key=a,b"),
    "label": ("label", "name clips yourself, and train on the answers"),
    "benchmark": ("benchmark", "strategies x seeds (x anything), paired and compared"),
    "resume": ("resume", "go on with a run or sweep that was stopped or killed"),
    "verify": ("verify", "whether the files of runs and sweeps are as they were written"),
    "repair": ("repair", "keep what is whole of a damaged run, so that it can go on"),
    "report": ("report", "draw report.html from run or sweep folders"),
    "list": ("listing", "what may be typed for each group, with parameters"),
    "show": ("show", "a clip or a data set as a picture or an animation"),
    "models": ("models", "list, fetch and verify the models that find landmarks"),
    "record": ("record", "gestures from a camera into a data set of clips"),
    "extract": ("extract", "videos to landmarks that a run can take"),
    "labels": ("labels", "labels out of a run, or into one, as CSV, JSONL or Label Studio JSON"),
    "export": ("export", "write a run's best model as a recogniser that stands alone"),
    "live": ("live", "recognise gestures while they are made"),
    "forget": ("forget", "remove a person's clips, landmarks and answers"),
}

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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file's name need not be text; what cannot be shown is escaped.
            stream.reconfigure(errors="backslashreplace")
    try:
        args, call = parse(sys.argv[1:] if arguments is None else arguments)
        code = WRONG_USE if call is None else call(args)
        sys.stdout.flush()
    except UserError as err:
        return _complain(str(err) + _remedy(err), WRONG_USE)
    except Paused as err:
        return _complain(str(err), PAUSED)
    except KeyboardInterrupt:
        return _complain("stopped by the user", PAUSED)
    except BrokenPipeError:
        # `gesture-al list | head`: nobody reads on. Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as err:
        code = WRONG_USE if err.errno in BAD_PATH else FAILED
        return _complain(": ".join(str(part) for part in (err.filename, err.strerror or err) if part), code)
    except MemoryError as err:
        return _complain(f"this takes more memory than there is ({err}); take less data or a smaller model", FAILED)
    return code


def _remedy(err: UserError) -> str:
    """What to do about a damaged file of a run; other errors say it themselves."""
    if not isinstance(err, DamagedFileError):
        return ""
    from gesture_al.active.records.consistency import is_run

    run = next((folder for folder in list(err.path.parents)[:2] if is_run(folder)), None)
    return "" if run is None else f"; what is whole is kept by: {in_shell('repair', run)}"


def _complain(text: str, code: int) -> int:
    print(f"gesture-al: {' '.join(text.splitlines())}", file=sys.stderr)
    return code


def parse(words: Sequence[str]) -> tuple[argparse.Namespace, Callable[[argparse.Namespace], int] | None]:
    """What was typed, and what carries it out; None where no command was typed: the help is on stderr then.

    Raises:
        UserError: An unknown command or option.
        SystemExit: `--help`, `--version`, or an option without its value.
    """
    command = next((word for word in words if not word.startswith("-")), "")
    if command and command not in _COMMANDS:
        raise UserError(f"no command {not_among(command, _COMMANDS)}")
    module = importlib.import_module(f"gesture_al.cli.{_COMMANDS[command][0]}") if command in _COMMANDS else None
    parser = _parser(command, module)
    args, further = parser.parse_known_args(words)
    # argparse takes `key=value` behind an option (`run a=b -m c=d`) for a leftover.
    strange = further if "overrides" not in args else [word for word in further if word.startswith("-")]
    if strange:
        near = did_you_mean(strange[0], _options_of(module)) if module is not None else ""
        raise UserError(f"{' '.join(strange)}: not understood{near}; see {in_shell(command, '--help')}")
    if module is None:
        parser.print_help(sys.stderr)
        return args, None
    if "overrides" in args:
        typed = [*args.overrides, *further]
        args.overrides = current_overrides(typed, lambda text: print(f"gesture-al: {text}", file=sys.stderr))
    return args, module.call


class _OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are of one line, as all errors are."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see {self.prog} --help")


def _options_of(module: ModuleType) -> list[str]:
    """The options of a command, as they are typed."""
    parser = argparse.ArgumentParser()
    module.add_options(parser)
    return re.findall(r"--[\w-]+", parser.format_help())


def _parser(command: str, module: ModuleType | None) -> argparse.ArgumentParser:
    """All commands with their lines of help; one with its options."""
    about = "Active learning for gestures: the fewest labels from clips to a recogniser."
    form = argparse.RawDescriptionHelpFormatter
    parser = _OneLineParser(prog="gesture-al", description=about, epilog=_EXAMPLES, formatter_class=form)
    parser.add_argument("--version", action="version", version=f"gesture-al {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, (_, line) in _COMMANDS.items():
        one = commands.add_parser(name, help=line, description=f"{line[0].upper()}{line[1:]}.", formatter_class=form)
        if module is not None and name == command:
            one.epilog = module.EPILOG
            module.add_options(one)
    return parser


if __name__ == "__main__":
    sys.exit(main())
