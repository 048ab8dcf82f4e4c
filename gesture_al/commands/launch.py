"""Starting runs and sweeps from what was typed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from omegaconf import DictConfig
from rich.console import Console

from gesture_al.commands.composition import compose_settings, one_line_errors, register_schema, to_settings
from gesture_al.config import Settings, conf_dir
from gesture_al.datasets.base import ClipSet
from gesture_al.durable import write_json
from gesture_al.errors import UserError
from gesture_al.commands.sweep import LAUNCHER_PID, Job, plan, read_manifest, run_job, states, write_manifest
from gesture_al.commands.terminal import Display, SweepDisplay, runs_table

_QUIET_HYDRA = ("hydra/job_logging=none", "hydra/hydra_logging=none")


def start_run(overrides: Sequence[str]) -> Path:
    """One run with these overrides; the progress goes to stderr.

    Raises:
        UserError: Bad input; nothing was started.
        Paused: The person stopped it.
    """
    settings = compose_settings(overrides)
    console = Console(stderr=True)
    console.print(f"loading {settings.dataset.name} ...", highlight=False)
    from gesture_al.experiment import check_net, load_clips, out_folder

    clips = load_clips(settings.dataset)
    check_net(settings)
    return _watched(settings, out_folder(settings, _stamp()), console, clips)


def resume_run(folder: Path) -> Path:
    """Go on with a run folder; one that is done only says so."""
    from gesture_al.runner import check_unchanged, read_settings
    from gesture_al.records.status import read_status

    console = Console(stderr=True)
    status = read_status(folder)
    settings = read_settings(folder)
    if status.get("state") == "done":
        console.print(f"{folder} is done: {status['reason']}", highlight=False, markup=False)
        return folder
    return _watched(settings, folder, console, check_unchanged(folder, settings))


def start_sweep(arguments: Sequence[str], folder: Path | None = None) -> tuple[Path, bool]:
    """Every combination that the arguments span, through the Hydra launcher that they name.

    Args:
        arguments: What was typed after `gesture-al run -m`.
        folder: The folder of an earlier sweep with the same arguments, to go on with.

    Returns:
        The sweep's folder, and whether all of its runs are done.
    """
    console = Console(stderr=True)
    console.print("checking every point of the sweep ...", highlight=False)
    parent = compose_settings([a for a in arguments if a.startswith("output_dir=")]).output_dir
    folder = folder or Path(parent) / f"sweep_{_stamp()}"
    jobs, _ = plan(arguments, folder)
    waiting = [job for job in jobs if not job.done()]
    console.print(f"{len(jobs)} runs, {len(jobs) - len(waiting)} of them done already", highlight=False)
    write_manifest(folder, jobs)
    write_json(folder / "sweep.json", {"arguments": list(arguments)})
    if waiting:
        with SweepDisplay(lambda: [job.state() for job in jobs], console):
            _launch(arguments, folder)
    runs = states(jobs)
    runs_table(runs, console)
    from gesture_al.report import write_report

    write_report([folder], folder)
    return folder, all(run.get("state") == "done" for run in runs)


def resume_sweep(folder: Path) -> tuple[Path, bool]:
    """Go on with a sweep folder; done runs stay as they are."""
    path = folder / "sweep.json"
    if not path.exists():
        raise UserError(f"{folder}: no sweep folder (sweep.json is missing)")
    return start_sweep(json.loads(path.read_text())["arguments"], folder)


def _launch(arguments: Sequence[str], folder: Path) -> None:
    """Hand the sweep to Hydra, whose launcher puts every job where it belongs."""
    import hydra

    register_schema()
    os.environ["HYDRA_FULL_ERROR"] = "1"
    os.environ[LAUNCHER_PID] = str(os.getpid())
    typed = sys.argv
    sys.argv = ["gesture-al", "--multirun", *_QUIET_HYDRA, *arguments, f"hydra.sweep.dir={folder}"]
    try:
        with one_line_errors():
            hydra.main(version_base="1.3", config_path=str(conf_dir()), config_name="config")(job)()
    finally:
        sys.argv = typed
        del os.environ[LAUNCHER_PID]


def job(config: DictConfig) -> str:
    """What a launcher calls, in this process or in a worker; found by its name, so that it pickles by reference."""
    from hydra.core.hydra_config import HydraConfig

    hydra_config = HydraConfig.get()
    folder = Path(hydra_config.sweep.dir)
    mine: Job = read_manifest(folder)[int(hydra_config.job.num)]
    _drop_if_empty(folder / str(mine.job), mine)
    return run_job(to_settings(config), mine, group=folder.name)


def _drop_if_empty(made_by_hydra: Path, mine: Job) -> None:
    """Hydra makes a folder for every job; one whose run is elsewhere does not need it."""
    elsewhere = made_by_hydra.resolve() != Path(mine.folder).resolve()
    if elsewhere and made_by_hydra.is_dir() and not any(made_by_hydra.iterdir()):
        made_by_hydra.rmdir()


def _watched(settings: Settings, folder: Path, console: Console, clips: ClipSet) -> Path:
    from gesture_al.experiment import assemble
    from gesture_al.runner import run

    assembly = assemble(settings, clips)
    with Display(assembly.budget, settings.k, settings.threshold, console) as display:
        display.opening(assembly.clips, assembly.splits, assembly.warnings())
        outcome = run(settings, folder, display, clips)
    display.closing(outcome.reason, outcome.last, folder)
    return folder


def _stamp() -> str:
    return datetime.now().strftime("%Y-%m-%d_%H-%M-%S-%f")

