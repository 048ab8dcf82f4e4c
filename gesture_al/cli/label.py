"""`gesture-al label`: a person names the clips, in the browser or in the terminal; a new run, or the one left unfinished."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from gesture_al.active.records.status import is_running, read_status
from gesture_al.cli.command import DONE, add_reuse_option, say
from gesture_al.cli.run import check_before_data, run_with_display, stamp
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.messages import in_shell, located, not_among
from gesture_al.core.settings import Settings, conf_dir, run_key
from gesture_al.runs.existing_runs import REUSE_OPTION, ExistingRun, Match, Notice, best_match, find_runs, sound
from gesture_al.studio.server.opening import LOOPBACK, Opening

if TYPE_CHECKING:
    from gesture_al.data.clip_set import ClipSet
    from gesture_al.runs.assembly import Assembly
    from gesture_al.studio.server.address import Address

EPILOG = """\
The page asks clip after clip, one key each; the model learns from the answers and chooses the next clips. Every answer
is on disk before the next clip is shown. Ctrl-C here, or Esc twice in the page, ends it for now (exit code 3); the same
command goes on where it was.

examples:
  gesture-al label                                                 try it: clips that were made up
  gesture-al label natops k=5                                      a public data set; any keys of `gesture-al run`
  gesture-al label dataset=clips                                   your own gestures: records them first where there are none
  gesture-al label dataset=keypoint_folder dataset.params.path=MP_Data
  gesture-al label runs/2026-01-31_12-00-00-000000_MP_Data-lstm-entropy    go on with a run
  gesture-al label --terminal dataset=natops                       over SSH, without a browser

The last line on stdout is `run: <folder>`; its report.html tells how it went.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al label`."""
    parser.add_argument("overrides", nargs="*", metavar="what", help="a data set, settings key=value, or a run's folder")
    parser.add_argument("--terminal", action="store_true", help="ask here instead of in the browser")
    parser.add_argument("--browser-off", action="store_true", help="print the address and open no browser")
    parser.add_argument("--host", help="listen there instead of on this machine only; lets others in who have the address")
    parser.add_argument("--annotator", default="", metavar="NAME", help="who answers, for the log")
    parser.add_argument("--new", action="store_true", help="start a new run even if there is an unfinished one like it")
    add_reuse_option(parser)
    parser.add_argument("--record", action="store_true", help="record (more) clips first, then label them (dataset=clips)")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    options = LabelOptions(
        args.terminal, not args.browser_off, args.host, args.annotator, args.new, args.record, args.reuse_other_code
    )
    print(f"run: {label(args.overrides, options)}")
    return DONE


@dataclass(frozen=True)
class LabelOptions:
    """Where and how the person is asked; none of it is a setting of the run.

    Args:
        terminal: Ask there instead of in the browser.
        browser: Open one.
        host: Where the page's server listens; None: on this machine only.
        annotator: Who answers; empty: as the run says.
        new: Do not look for an unfinished run.
        record: Record first, even if there are clips already.
        reuse_other_code: Go on with a run that was begun with other code.
    """

    terminal: bool = False
    browser: bool = True
    host: str | None = None
    annotator: str = ""
    new: bool = False
    record: bool = False
    reuse_other_code: bool = False


def label(typed: Sequence[str], options: LabelOptions) -> Path:
    """Label until the run ends.

    Args:
        typed: Settings as `key=value`, with a data set's name alone for `dataset=...`; or the folder of a run.
        options: Where and how the person is asked.

    Returns:
        The run's folder.

    Raises:
        UserError: Bad input.
        Paused: The person left; the message says how to go on.
    """
    if options.terminal and (options.host is not None or not options.browser):
        raise UserError("--terminal opens no page, so --host and --browser-off have nothing to say; leave them out")
    console = Console(stderr=True)
    names = [word for word in typed if "=" not in word]
    if names and not Path(names[0]).is_dir():
        data_sets = sorted(path.stem for path in (conf_dir() / "dataset").glob("*.yaml"))
        if names[0] not in data_sets:
            raise UserError(f"{located(names[0])}: no folder of a run, and no data set {not_among(names[0], data_sets)}")
        typed, names = [f"dataset={names[0]}", *(word for word in typed if word != names[0])], names[1:]
    if names and len(typed) > 1:
        raise UserError(f"{names[0]}: a run folder has its settings in it; name either a folder or key=value settings")
    if names and options.record:
        raise UserError(f"{names[0]}: the clips of a run that has begun are fixed; leave out the folder, or --record")
    if not names:
        return _begin(typed, options, console)
    from gesture_al.runs.runner import check_code, check_unchanged, finish, read_settings

    folder = Path(names[0])
    settings = read_settings(folder)
    clips, status = check_unchanged(folder, settings), read_status(folder)
    if status.get("state") == "done":
        say(console, f"{folder} is done: {status.get('reason', '')}")
        finish(folder)
        return folder
    check_code(folder, settings, options.reuse_other_code, _notice(console))
    return _ask_person(_assemble_interactive(settings, clips), folder, options, console)


def _begin(typed: Sequence[str], options: LabelOptions, console: Console) -> Path:
    """A run that is not named: where there are no clips yet, they are recorded first."""
    from gesture_al.cli.composition import compose_settings
    from gesture_al.cli.recording_first import record_first, records_first

    keys = {word.partition("=")[0] for word in typed}
    typed = [*typed, *([] if "oracle" in keys else ["oracle=interactive"])]
    if options.record and "dataset" not in keys:
        typed = ["dataset=clips", *typed]
    settings = compose_settings(typed)
    check_before_data(settings, console)

    def prepare() -> tuple[Assembly, Path]:
        completed, clips, folder = _new_or_unfinished(settings, keys, options, console)
        return _assemble_interactive(completed, clips), folder

    if options.record and options.terminal:
        raise UserError("--record opens a page in the browser; leave out --terminal")
    if options.terminal or not records_first(settings, options.record):
        return _ask_person(*prepare(), options, console)
    ready, address = record_first(settings, Opening(options.browser, options.host or LOOPBACK), prepare)
    return _ask_person(*ready, options, console, address)


def _assemble_interactive(settings: Settings, clips: ClipSet) -> Assembly:
    from gesture_al.active.oracles.interactive import Interactive
    from gesture_al.runs.assembly import assemble
    from gesture_al.studio.label.frontends import frontends

    assembly = assemble(settings, clips, frontends())
    if not isinstance(assembly.oracle, Interactive):
        raise UserError(f"oracle={settings.oracle.name}: nobody is asked there; leave it out, or use `gesture-al run`")
    return assembly


def _ask_person(assembly: Assembly, folder: Path, options: LabelOptions, console: Console, after: Address | None = None) -> Path:
    from gesture_al.active.oracles.interactive import Interactive
    from gesture_al.studio.label.frontends import frontends

    oracle = assembly.oracle
    assert isinstance(oracle, Interactive)
    in_terminal = options.terminal or assembly.settings.oracle.params.get("frontend") == "terminal"
    name = "terminal" if in_terminal else "browser"
    oracle.open_with(name, frontends(Opening(options.browser, options.host or LOOPBACK, after=after))[name])
    if options.annotator:
        oracle.config = replace(oracle.config, annotator=options.annotator)
    try:
        return run_with_display(assembly, folder, console)
    except Paused:
        raise Paused(f"paused; every answer is on disk. Go on with: {in_shell('label', folder)}") from None


def _notice(console: Console) -> Notice:
    return lambda line: say(console, f"note: {line}", "yellow")


def _new_or_unfinished(
    settings: Settings, typed: Collection[str], options: LabelOptions, console: Console
) -> tuple[Settings, ClipSet, Path]:
    """The settings with what labelling adds to them, their clips, and the folder of a new or unfinished run."""
    from gesture_al.core.naming import data_name, out_folder
    from gesture_al.runs.assembly import load_clips, with_frames
    from gesture_al.runs.run_code import run_code

    say(console, f"loading {data_name(settings.dataset)} ...")
    clips = load_clips(settings.dataset)
    if "start" not in typed and (clips.labels < 0).any():
        settings = replace(settings, start="existing" if (clips.labels >= 0).any() else "oracle")
    settings = with_frames(settings, clips)
    match = Match()
    if not options.new:
        runs = unfinished(Path(settings.output_dir), run_key(settings, clips.fingerprint), _notice(console))
        match = best_match(runs, run_code(settings), options.reuse_other_code)
    if match.run is not None:
        changed = f"; other code (changed: {match.changes})" if match.changes else ""
        unknown = "; an older version did not record its code" if match.changes is None else ""
        say(console, f"going on with {match.run.folder} (--new starts another run){changed}{unknown}")
    elif match.other is not None:
        _notice(console)(
            f"{match.other.folder} has these settings, but other code (changed: {match.changes}); "
            f"this is a new run ({REUSE_OPTION} goes on with that one)"
        )
    return settings, clips, match.run.folder if match.run is not None else out_folder(settings, stamp())


def unfinished(parent: Path, key: str, notice: Notice = lambda line: None) -> list[ExistingRun]:
    """The runs of these settings that were not finished and that nobody is running, the last one first."""
    runs = find_runs(parent.glob("*/status.json"), notice).get(key, [])
    return [run for run in reversed(sound(runs, notice)) if not run.done and not is_running(run.folder)]
