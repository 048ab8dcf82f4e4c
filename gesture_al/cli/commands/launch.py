"""Starting runs and sweeps from what was typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.active.records.status import only_writer
from gesture_al.cli.commands.composition import compose_settings, sweep_points
from gesture_al.cli.commands.sweep import SweepJob, plan, states, write_manifest
from gesture_al.cli.commands.terminal import Display, SweepDisplay, runs_table
from gesture_al.core.atomic_io import read_json, write_json
from gesture_al.core.errors import Paused, UserError
from gesture_al.runs.callbacks import NullCallback
from gesture_al.studio.label.frontends import frontends

if TYPE_CHECKING:
    from gesture_al.runs.assembly import Assembly


def start_run(overrides: Sequence[str]) -> Path:
    """One run with these overrides; the progress goes to stderr.

    Raises:
        UserError: Bad input; nothing was started.
        Paused: The person stopped it.
    """
    settings = compose_settings(overrides)
    console = Console(stderr=True)
    from gesture_al.core.naming import data_name, out_folder
    from gesture_al.runs.assembly import assemble, check_net, load_clips

    console.print(f"loading {data_name(settings.dataset)} ...", highlight=False, markup=False)
    assembly = assemble(settings, load_clips(settings.dataset), frontends())
    check_net(settings)
    return watched(assembly, out_folder(settings, stamp()), console)


def resume_run(folder: Path) -> Path:
    """Go on with a run folder; one that is done only says so."""
    from gesture_al.active.records.status import read_status
    from gesture_al.runs.assembly import assemble
    from gesture_al.runs.runner import check_unchanged, finish, read_settings

    console = Console(stderr=True)
    status = read_status(folder)
    settings = read_settings(folder)
    if status.get("state") == "done":
        console.print(f"{folder} is done: {status['reason']}", highlight=False, markup=False)
        finish(folder)
        return folder
    return watched(assemble(settings, check_unchanged(folder, settings), frontends()), folder, console)


def start_sweep(arguments: Sequence[str], folder: Path | None = None) -> tuple[Path, bool]:
    """Every combination that the arguments span, through the Hydra launcher that they name.

    Args:
        arguments: What was typed after `gesture-al run -m`.
        folder: The folder of an earlier sweep with the same arguments, to go on with.

    Returns:
        The sweep's folder, and whether all of its runs are done.

    Raises:
        UserError: A point that cannot run; nothing was started.
        Paused: The person stopped it.
    """
    from gesture_al.cli.commands.hydra_launcher import check_launcher
    from gesture_al.runs.report import write_report

    check_launcher(arguments)
    points = sweep_points(arguments)
    record = {"arguments": list(arguments)}
    return carry_out(Sweep(arguments, points, "sweep", "sweep.json", record, lambda made: write_report([made], made)), folder)


def resume_sweep(folder: Path) -> tuple[Path, bool]:
    """Go on with a sweep folder; done runs stay as they are."""
    path = SweepPaths(folder).sweep
    if not path.exists():
        raise UserError(f"{folder}: no sweep folder (sweep.json is missing)")
    return start_sweep(read_json(path)["arguments"], folder)


@dataclass(frozen=True)
class Sweep:
    """What is to be run, and what is made of it at the end.

    Args:
        arguments: What was typed; `hydra...` of it says which launcher.
        points: What every run overrides.
        kind: The first word of a new folder's name.
        record: Name of the file that `resume` looks for.
        told: What is in it.
        draw: Makes the report of the folder.
    """

    arguments: Sequence[str]
    points: Sequence[Sequence[str]]
    kind: str
    record: str
    told: Mapping[str, Any]
    draw: Callable[[Path], object]


def carry_out(sweep: Sweep, folder: Path | None = None) -> tuple[Path, bool]:
    """Check every point, run what is not done through the launcher, and draw the report; as `start_sweep`."""
    from gesture_al.cli.commands.hydra_launcher import run_all
    from gesture_al.cli.commands.points import compose_points

    # Where nobody looks, e.g. in a log file, a table need not be folded into 80 columns.
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 200)
    console.print(f"checking every point of the {sweep.kind} ...", highlight=False)
    settings = compose_points(sweep.points)
    folder = folder or Path(settings[0].output_dir) / f"{sweep.kind}_{stamp()}"
    jobs = plan(sweep.points, settings, folder)
    done = sum(job.done() for job in jobs)
    console.print(f"{len(jobs)} runs, {done} of them done already", highlight=False)
    with only_writer(folder):
        write_manifest(folder, jobs)
        write_json(folder / sweep.record, sweep.told)
        try:
            with SweepDisplay(lambda: [job.state() for job in jobs], console):
                reasons = run_all([job for job in jobs if not job.done()], sweep.arguments, folder)
        except KeyboardInterrupt:
            raise Paused(f"paused; everything is on disk. Go on with: gesture-al resume {folder}") from None
        complete = _close(jobs, reasons, folder, console)
        sweep.draw(folder)
        return folder, complete


def _close(jobs: Sequence[SweepJob], reasons: Mapping[int, str], folder: Path, console: Console) -> bool:
    """Write down and show how the sweep ended; says whether all is done."""
    runs = states(jobs)
    for run in runs:
        run["reason"] = run.get("reason") or reasons.get(run["job"], "")
    write_manifest(folder, jobs)
    runs_table(runs, console)
    return all(job.done() for job in jobs)


def watched(assembly: Assembly, folder: Path, console: Console) -> Path:
    """Run it, or go on with it, before the eyes of whoever sits at the terminal.

    Args:
        assembly: The run.
        folder: Its folder.
        console: Where it is told.
    """
    from gesture_al.runs.runner import run

    display = Display(assembly.budget, assembly.settings.k, console)
    display.opening(assembly.clips, assembly.splits, assembly.shape(), assembly.warnings())
    if assembly.oracle.owns_terminal:
        # A display of the run would write over what is asked there.
        outcome = run(assembly, folder, NullCallback())
    else:
        with display:
            outcome = run(assembly, folder, display)
    display.closing(outcome.reason, outcome.last, outcome.best, folder)
    return folder


def stamp() -> str:
    """The time, to begin the name of a folder with."""
    return datetime.now().strftime("%Y-%m-%d_%H-%M-%S-%f")
