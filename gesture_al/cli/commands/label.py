"""A person sits down to label: a new run, or the one that was left unfinished."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from gesture_al.active.oracles.interactive import Interactive
from gesture_al.active.records.status import is_running, read_status
from gesture_al.cli.commands.launch import stamp, watched
from gesture_al.cli.commands.recording_first import record_first, records_first
from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.settings import Settings, conf_dir, run_key
from gesture_al.data.datasets.base import ClipSet
from gesture_al.studio.label.frontends import frontends
from gesture_al.studio.server.address import Address
from gesture_al.studio.server.opening import LOOPBACK, Opening

if TYPE_CHECKING:
    from gesture_al.runs.assembly import Assembly


@dataclass(frozen=True)
class LabelOptions:
    """Where and how the person sits; none of it is a setting of the run.

    Args:
        terminal: Ask there instead of in the browser.
        browser: Open one.
        host: Where the page's server listens; None: on this machine only.
        annotator: Who answers; empty: as the run says.
        new: Do not look for an unfinished run.
        record: Record first, even if there are clips already.
    """

    terminal: bool = False
    browser: bool = True
    host: str | None = None
    annotator: str = ""
    new: bool = False
    record: bool = False


def label(typed: Sequence[str], seat: LabelOptions) -> Path:
    """Label until the run ends.

    Args:
        typed: Settings as `key=value`, with a data set's name alone for `dataset=...`; or the folder of a run.
        seat: Where the person sits.

    Returns:
        The run's folder.

    Raises:
        UserError: Bad input.
        Paused: The person left; the message says how to go on.
    """
    if seat.terminal and (seat.host is not None or not seat.browser):
        raise UserError("--terminal opens no page, so --host and --browser-off have nothing to say; leave them out")
    console = Console(stderr=True)
    named = [word for word in typed if "=" not in word]
    if named and not Path(named[0]).is_dir() and (conf_dir() / "dataset" / f"{named[0]}.yaml").exists():
        typed, named = [f"dataset={named[0]}", *(word for word in typed if word != named[0])], named[1:]
    if named and len(typed) > 1:
        raise UserError(f"{named[0]}: a run folder has its settings in it; name either a folder or key=value settings")
    if named and seat.record:
        raise UserError(f"{named[0]}: the clips of a run that has begun are fixed; leave out the folder, or --record")
    if not named:
        return _begin(typed, seat, console)
    settings, clips, folder = _resumed(Path(named[0]))
    if read_status(folder).get("state") == "done":
        from gesture_al.runs.runner import finish

        console.print(f"{folder} is done: {read_status(folder)['reason']}", highlight=False, markup=False)
        finish(folder)
        return folder
    return _sit(_assembled(settings, clips), folder, seat, console)


def _begin(typed: Sequence[str], seat: LabelOptions, console: Console) -> Path:
    """A run that is not named: where there are no clips yet, they are recorded first."""
    keys = {word.partition("=")[0] for word in typed}
    typed = [*typed, *([] if "oracle" in keys else ["oracle=interactive"])]
    if seat.record and "dataset" not in keys:
        typed = ["dataset=clips", *typed]
    settings = compose_settings(typed)

    def prepare() -> tuple[Assembly, Path]:
        begun, clips, folder = _begun(settings, keys, seat, console)
        return _assembled(begun, clips), folder

    if seat.record and seat.terminal:
        raise UserError("--record opens a page in the browser; leave out --terminal")
    if seat.terminal or not records_first(settings, seat.record):
        return _sit(*prepare(), seat, console)
    ready, address = record_first(settings, Opening(seat.browser, seat.host or LOOPBACK), prepare)
    return _sit(*ready, seat, console, address)


def _assembled(settings: Settings, clips: ClipSet) -> Assembly:
    from gesture_al.runs.assembly import assemble, check_net

    assembly = assemble(settings, clips, frontends())
    check_net(settings)
    if not isinstance(assembly.oracle, Interactive):
        raise UserError(f"oracle={settings.oracle.name}: nobody is asked there; leave it out, or use `gesture-al run`")
    return assembly


def _sit(assembly: Assembly, folder: Path, seat: LabelOptions, console: Console, after: Address | None = None) -> Path:
    oracle = assembly.oracle
    assert isinstance(oracle, Interactive)
    in_terminal = seat.terminal or assembly.settings.oracle.params.get("frontend") == "terminal"
    name = "terminal" if in_terminal else "browser"
    oracle.open_with(name, frontends(Opening(seat.browser, seat.host or LOOPBACK, after=after))[name])
    if seat.annotator:
        oracle.config = replace(oracle.config, annotator=seat.annotator)
    try:
        return watched(assembly, folder, console)
    except Paused:
        raise Paused(f"paused; every answer is on disk. Go on with: gesture-al label {folder}") from None


def _resumed(folder: Path) -> tuple[Settings, ClipSet, Path]:
    from gesture_al.runs.runner import check_unchanged, read_settings

    settings = read_settings(folder)
    return settings, check_unchanged(folder, settings), folder


def _begun(settings: Settings, typed: Collection[str], seat: LabelOptions, console: Console) -> tuple[Settings, ClipSet, Path]:
    """The settings with what labelling adds to them, their clips, and the folder of a new or unfinished run."""
    from gesture_al.core.naming import data_name, out_folder
    from gesture_al.runs.assembly import load_clips

    console.print(f"loading {data_name(settings.dataset)} ...", highlight=False, markup=False)
    clips = load_clips(settings.dataset)
    if "start" not in typed and (clips.labels < 0).any():
        settings = replace(settings, start="existing" if (clips.labels >= 0).any() else "oracle")
    folder = None if seat.new else unfinished(Path(settings.output_dir), run_key(settings, clips.fingerprint))
    if folder is not None:
        console.print(f"going on with {folder} (--new starts another run)", highlight=False, markup=False, soft_wrap=True)
    return settings, clips, folder or out_folder(settings, stamp())


def unfinished(parent: Path, key: str) -> Path | None:
    """The last run of these settings that was not finished and that nobody is running."""
    found = [
        path.parent
        for path in parent.glob("*/status.json")
        if (status := read_status(path.parent)).get("key") == key and status.get("state") != "done"
    ]
    return next((folder for folder in sorted(found, reverse=True) if not is_running(folder)), None)
