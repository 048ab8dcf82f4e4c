"""`gesture-al run`: one run, or a sweep of every combination of the values."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console

from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.active.records.status import only_writer
from gesture_al.cli.command import DONE, FAILED, add_reuse_option, say
from gesture_al.core.atomic_io import write_sealed_json
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.messages import in_shell
from gesture_al.runs.existing_runs import REUSE_OPTION

if TYPE_CHECKING:
    from gesture_al.core.settings import Settings
    from gesture_al.runs.assembly import Assembly

EPILOG = """\
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


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al run`."""
    parser.add_argument("-m", "--multirun", action="store_true", help="run every combination of the comma-separated values")
    parser.add_argument("--show-config", action="store_true", help="print the settings that would be used, and stop")
    add_reuse_option(parser)
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="settings; without any a run with the defaults")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    if args.show_config:
        show_config(args.overrides, args.multirun)
        return DONE
    if args.multirun:
        folder, complete = start_sweep(args.overrides, reuse_other_code=args.reuse_other_code)
        print(f"sweep: {folder}")
        return DONE if complete else FAILED
    if args.reuse_other_code:
        raise UserError(f"{REUSE_OPTION}: a single run is always a new one; leave it out, or add -m")
    print(f"run: {start_run(args.overrides)}")
    return DONE


def start_run(overrides: Sequence[str]) -> Path:
    """One run with these overrides; the progress goes to stderr.

    Raises:
        UserError: Bad input; nothing was started.
        Paused: The person stopped it.
    """
    from gesture_al.cli.composition import compose_settings
    from gesture_al.core.naming import data_name, out_folder
    from gesture_al.runs.assembly import assemble, load_clips
    from gesture_al.studio.label.frontends import frontends

    settings = compose_settings(overrides)
    console = Console(stderr=True)
    check_before_data(settings, console)
    say(console, f"loading {data_name(settings.dataset)} ...")
    assembly = assemble(settings, load_clips(settings.dataset), frontends())
    return run_with_display(assembly, out_folder(settings, stamp()), console)


def check_before_data(settings: Settings, console: Console) -> None:
    """Refuse settings that no data could make right, and say how odd ones are taken.

    Raises:
        UserError: A part or parameter that does not exist, or values that contradict each other.
    """
    from gesture_al.runs.assembly import check_net, check_parts

    check_parts(settings)
    for remark in check_net(settings):
        say(console, f"note: {remark}", "yellow")


def start_sweep(arguments: Sequence[str], folder: Path | None = None, reuse_other_code: bool = False) -> tuple[Path, bool]:
    """Every combination that the arguments span, through the Hydra launcher that they name.

    Args:
        arguments: What was typed after `gesture-al run -m`.
        folder: The folder of an earlier sweep with the same arguments, to go on with.
        reuse_other_code: Take runs that were made, or begun, with other code.

    Returns:
        The sweep's folder, and whether all of its runs are done.

    Raises:
        UserError: A point that cannot run; nothing was started.
        Paused: The person stopped it.
    """
    from gesture_al.cli.composition import sweep_points
    from gesture_al.cli.hydra_launcher import check_launcher
    from gesture_al.runs.report import write_report

    check_launcher(arguments)
    points = sweep_points(arguments)
    content = {"arguments": list(arguments)}
    sweep = Sweep(arguments, points, "sweep", content, lambda folder: write_report([folder], folder))
    return carry_out(sweep, folder, reuse_other_code)


@dataclass(frozen=True)
class Sweep:
    """What is to be run, and what is made of it at the end.

    Args:
        arguments: What was typed; `hydra...` of it says which launcher.
        points: What every run overrides.
        kind: `sweep` or `benchmark`: the first word of a new folder's name, and which file `resume` looks for in it.
        content: What is in that file.
        draw: Makes the report of the folder.
        outlook: What to say before the first run, from the folders of the runs that are done already.
    """

    arguments: Sequence[str]
    points: Sequence[Sequence[str]]
    kind: Literal["sweep", "benchmark"]
    content: Mapping[str, Any]
    draw: Callable[[Path], object]
    outlook: Callable[[Sequence[Path]], Sequence[str]] = lambda done: ()


def carry_out(sweep: Sweep, folder: Path | None = None, reuse_other_code: bool = False) -> tuple[Path, bool]:
    """Check every point, run what is not done through the launcher, and draw the report; as `start_sweep`."""
    from gesture_al.cli.claims import Claim, SharedJobs
    from gesture_al.cli.composition import compose_points
    from gesture_al.cli.hydra_launcher import run_all
    from gesture_al.cli.sweep import plan, states, write_manifest
    from gesture_al.cli.terminal import SweepDisplay, runs_table

    # Where nobody looks, e.g. in a log file, a table need not be folded into 80 columns.
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 200)
    console.print(f"checking every point of the {sweep.kind} ...", highlight=False)
    settings = compose_points(sweep.points)
    folder = folder or Path(settings[0].output_dir) / f"{sweep.kind}_{stamp()}"

    def notice(line: str) -> None:
        say(console, f"note: {line}", "yellow")

    jobs = plan(sweep.points, settings, folder, reuse_other_code, notice)
    done = [Path(job.folder) for job in jobs if job.done()]
    console.print(f"{len(jobs)} runs, {len(done)} of them done already", highlight=False)
    for line in sweep.outlook(done):
        console.print(line, highlight=False)
    with only_writer(folder):
        write_manifest(folder, jobs)
        write_sealed_json(SweepPaths(folder).record(sweep.kind), sweep.content)
        try:
            with SweepDisplay(lambda: [job.state() for job in jobs], console):
                reasons = SharedJobs(
                    jobs,
                    [Claim.of(job, item.output_dir) for job, item in zip(jobs, settings, strict=True)],
                    lambda some: run_all(some, sweep.arguments, folder, reuse_other_code),
                    lambda: write_manifest(folder, jobs),
                    notice,
                ).run()
        except KeyboardInterrupt:
            raise Paused(f"paused; everything is on disk. Go on with: {in_shell('resume', folder)}") from None
        runs = states(jobs)
        for run in runs:
            run["reason"] = run.get("reason") or reasons.get(run["job"], "")
        write_manifest(folder, jobs)
        runs_table(runs, console)
        sweep.draw(folder)
        return folder, all(job.done() for job in jobs)


def run_with_display(assembly: Assembly, folder: Path, console: Console) -> Path:
    """Run it, or go on with it, and show its progress.

    Args:
        assembly: The run.
        folder: Its folder.
        console: Where the progress is shown.
    """
    from gesture_al.cli.terminal import Display
    from gesture_al.runs.callbacks import NullCallback
    from gesture_al.runs.runner import run

    display = Display(assembly.budget, console)
    display.opening(assembly.clips, assembly.splits, assembly.shape(), assembly.warnings())
    if assembly.oracle.owns_terminal:
        # A display of the run would write over what is asked there.
        outcome = run(assembly, folder, NullCallback())
    else:
        with display:
            outcome = run(assembly, folder, display)
    display.closing(outcome.reason, outcome.last, outcome.best, folder)
    return folder


def show_config(overrides: Sequence[str], multirun: bool = False) -> None:
    """Print the settings that these overrides give, as YAML; of a sweep one document per run.

    Raises:
        UserError: As for a run.
    """
    import yaml

    from gesture_al.cli.composition import compose_settings, sweep_points

    for number, point in enumerate(sweep_points(overrides) if multirun else [list(overrides)]):
        if multirun:
            print(f"--- # run {number}: {' '.join(point)}")
        print(yaml.safe_dump(asdict(compose_settings(point)), sort_keys=False), end="")


def stamp() -> str:
    """The time, to begin the name of a folder with."""
    return datetime.now().strftime("%Y-%m-%d_%H-%M-%S-%f")
