"""Running the jobs of a sweep, through the Hydra launcher that was typed: basic, joblib, submitit or Ray."""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hydra import compose
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.plugins import Plugins
from omegaconf import DictConfig, open_dict

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import is_running, read_status, update_status
from gesture_al.cli.claims import HELD, Claim
from gesture_al.cli.composition import hydra_at_conf, one_line_errors, to_settings, without_sweeps
from gesture_al.cli.hydra_compat import build_launcher, job_result
from gesture_al.cli.sweep import SweepJob, read_manifest
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.code_fingerprint import code_changes
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.parent_watchdog import die_with_parent
from gesture_al.core.settings import DatasetPart, Settings
from gesture_al.data.clip_set import ClipSet
from gesture_al.studio.label.frontends import frontends

# Hydra keeps its own logs and folders out of a sweep's: every run has one already.
_QUIET = ("hydra/job_logging=none", "hydra/hydra_logging=none", "hydra.sweep.subdir=.")
_EXTRAS = {"ray": "ray", "submitit_local": "slurm", "submitit_slurm": "slurm"}


@dataclass(frozen=True)
class Work:
    """What a launcher calls with the settings of a job, in this process or in a worker.

    A class of an importable module pickles by reference, which a function of the main module would not.

    Args:
        folder: The sweep's, absolute.
        numbers: The jobs that were handed over; Hydra counts them from 0.
        home: Who launched them.
        directory: Where relative paths in the settings start; some workers start elsewhere.
        reuse_other_code: Go on with runs that were begun with other code.
    """

    folder: str
    numbers: tuple[int, ...]
    home: Home
    directory: str
    reuse_other_code: bool = False

    def __call__(self, config: DictConfig) -> str:
        """Run the job; says why it is not done."""
        if Path(self.directory).is_dir():
            os.chdir(self.directory)
        number = self.numbers[int(HydraConfig.get().job.num)]
        return run_job(to_settings(config), Path(self.folder), number, self.home, self.reuse_other_code)


def check_launcher(arguments: Sequence[str]) -> None:
    """Refuse a launcher that is not installed, and any sweeper but the built-in one.

    Raises:
        UserError: With those that are, and the extra that would bring it.
    """
    Plugins.instance()
    known = sorted(name.removesuffix(".yaml") for name in ConfigStore.instance().list("hydra/launcher"))
    for text in arguments:
        key, _, name = text.partition("=")
        if key == "hydra/sweeper":
            raise UserError(f"{text}: every point is checked before job 1, which only the built-in sweeper allows; leave it out")
        if key == "hydra/launcher" and name not in known:
            remedy = f"; pip install 'gesture_al[{_EXTRAS[name]}]' brings it" if name in _EXTRAS else ""
            raise UserError(f"hydra/launcher={name}: not installed; there are: {', '.join(known)}{remedy}")


def run_all(jobs: Sequence[SweepJob], arguments: Sequence[str], folder: Path, reuse_other_code: bool = False) -> dict[int, str]:
    """Run the jobs; where a worker dies and takes the launcher with it, the rest is launched again, suspects one by one.

    Args:
        jobs: Those that are not done.
        arguments: What was typed; `hydra...` of it says which launcher, with which settings.
        folder: The sweep's, with a manifest.
        reuse_other_code: Go on with runs that were begun with other code.

    Returns:
        Why a job is not done, by its number; empty where it is.

    Raises:
        UserError: The launcher does not take its settings.
        KeyboardInterrupt: The person stopped the sweep.
    """
    if not jobs:
        return {}
    try:
        return launch(jobs, arguments, folder, reuse_other_code)
    except UserError:
        raise
    except Exception as err:  # Joblib, submitit and Ray each raise something else when a worker is killed.
        reason = f"the worker died ({type(err).__name__}: {' '.join(str(err).split())[:200]})"
    _stop_ray()
    # Under submitit the other jobs are still at work.
    while any(is_running(Path(job.folder)) for job in jobs):
        time.sleep(1.0)
    left = [job for job in jobs if job.state() not in ("done", "failed")]
    if len(jobs) == 1:
        return {job.job: note_failure(job, reason) for job in left}
    fresh = [job for job in left if job.state() == "planned"]
    together = fresh if len(fresh) < len(jobs) else []
    reasons = run_all(together, arguments, folder, reuse_other_code)
    for job in left:
        if job not in together:
            reasons |= run_all([job], arguments, folder, reuse_other_code)
    return reasons


def launch(jobs: Sequence[SweepJob], arguments: Sequence[str], folder: Path, reuse_other_code: bool) -> dict[int, str]:
    """Run the jobs through Hydra's launcher and wait for them; arguments and errors as in `run_all`."""
    work = Work(str(folder.resolve()), tuple(job.job for job in jobs), Home.here(), str(Path.cwd()), reuse_other_code)
    with hydra_at_conf():
        with one_line_errors():
            config = launcher_config([*arguments, *_QUIET, _sweep_dir(folder)])
            _tend_joblib(config, len(jobs))
            tend_ray(config)
            launcher = build_launcher(config, work)
        results = launcher.launch([job.overrides for job in jobs], initial_job_idx=0)
    return {number: str(job_result(job)) for number, job in zip(work.numbers, results, strict=True)}


def launcher_config(arguments: Sequence[str]) -> DictConfig:
    """What a launcher is built from.

    Raises:
        UserError: It does not take an option that was typed.
    """
    with hydra_at_conf(), one_line_errors():
        config: DictConfig = compose("config", overrides=without_sweeps(arguments), return_hydra_config=True)
    return config


def _sweep_dir(folder: Path) -> str:
    quoted = str(folder.resolve()).replace("'", r"\'")
    override = f"hydra.sweep.dir='{quoted}'"
    OverridesParser.create().parse_override(override)
    return override


def _tend_joblib(config: DictConfig, jobs: int) -> None:
    """Joblib starts a process per core at once; one without a job would outlive a killed sweep by minutes."""
    if "n_jobs" in config.hydra.launcher:
        from joblib import effective_n_jobs

        settings = config.hydra.launcher
        with open_dict(settings):
            # With a single process joblib runs the jobs in this one, where a job that is killed takes the sweep with it.
            settings.n_jobs = min(effective_n_jobs(settings.n_jobs), max(jobs, 2))
            settings.idle_worker_timeout = 3


def tend_ray(config: DictConfig) -> None:
    """Without an address Ray is started here, small, and gone with this process; with one it joins a cluster as that is."""
    launcher = config.hydra.launcher
    if not launcher._target_.endswith(".RayLauncher"):
        return
    with open_dict(launcher):
        init = launcher.ray.init
        if (init.get("address") or os.environ.get("RAY_ADDRESS") or "local") == "local":
            # Else Ray takes for granted any instance that it finds on this machine.
            init.address = "local"
            init.setdefault("include_dashboard", False)
            # What became of a job whose worker died is found out in `run_all`.
            launcher.ray.remote.setdefault("max_retries", 0)
        else:
            # The plugin fills in a size of its own, which a cluster that runs already refuses (hydra issue 2893).
            init.setdefault("object_store_memory", None)


def _stop_ray() -> None:
    """Take back the jobs that Ray still holds; launched anew they would meet themselves."""
    ray = sys.modules.get("ray")
    if ray is not None:
        ray.shutdown()


@dataclass(frozen=True)
class Home:
    """The process that launched a sweep, so that its workers can tell when it is gone."""

    pid: int
    host: str

    @classmethod
    def here(cls) -> Home:
        """This process."""
        return cls(os.getpid(), platform.node())


def run_job(settings: Settings, folder: Path, number: int, home: Home, reuse_other_code: bool = False) -> str:
    """Run one job of a sweep, or go on with it; what goes wrong stays in its folder and never reaches its neighbours.

    Args:
        settings: Of this point.
        folder: The sweep's folder, with a manifest.
        number: Of the job.
        home: Who launched the sweep.
        reuse_other_code: Go on with a run that was begun with other code.

    Returns:
        Why the job is not done; empty where it is; `HELD` where another process has it.

    Raises:
        KeyboardInterrupt: The person stopped it; the job is resumable.
    """
    if home.host == platform.node() and home.pid != os.getpid():
        die_with_parent(home.pid)
    job = read_manifest(folder)[number]
    try:
        claim = Claim.of(job, settings.output_dir)
        with claim.hold() as is_ours:
            job = claim.located(job)
            if job.done():
                return ""
            if not is_ours or is_running(Path(job.folder)):
                return HELD
            claim.note_place(Path(job.folder))
            return _run_claimed(settings, job, folder.name, reuse_other_code)
    except OSError as err:
        return note_failure(job, str(err))


def _run_claimed(settings: Settings, job: SweepJob, group: str, reuse_other_code: bool) -> str:
    """Run a job that no other process has; returns and raises as `run_job`."""
    from gesture_al.runs.assembly import assemble
    from gesture_al.runs.callbacks import NullCallback
    from gesture_al.runs.run_code import run_code
    from gesture_al.runs.runner import run

    try:
        assembly = assemble(settings, _clips(repr(settings.dataset), settings.dataset), frontends())
        changes = code_changes({"code": job.code}, run_code(settings))
        if changes and not reuse_other_code:
            raise UserError(f"the code has changed since the sweep was started (changed: {changes}); start it anew")
        run(assembly, Path(job.folder), NullCallback(), group=group)
    except Paused:
        # Hydra would take any other exception for a failed job and start the next one.
        raise KeyboardInterrupt from None
    except (UserError, OSError) as err:
        return note_failure(job, str(err))
    except Exception as err:
        return note_failure(job, f"{type(err).__name__}: {err}", traceback.format_exc())
    return ""


_loaded: dict[str, ClipSet] = {}


def _clips(name: str, part: DatasetPart) -> ClipSet:
    """The data set; the last one stays loaded, since most sweeps have only one."""
    if name not in _loaded:
        from gesture_al.runs.assembly import load_clips

        _loaded.clear()
        _loaded[name] = load_clips(part)
    return _loaded[name]


def note_failure(job: SweepJob, reason: str, trace: str = "") -> str:
    """Note it in the job's folder, where the run itself did not get that far, and say it at once."""
    folder = Path(job.folder)
    reason = " ".join(reason.split())
    try:
        if trace:
            write_atomic(RunPaths(folder).error, trace)
        if read_status(folder).get("state") != "failed":
            folder.mkdir(parents=True, exist_ok=True)
            begun = {} if "key" in read_status(folder) else {"key": job.key, "code": job.code}
            update_status(folder, state="failed", reason=reason, **begun)
    except UserError:
        # Its status.json is damaged, which is what the reason says.
        pass
    except OSError as err:
        reason = f"{reason} (and its folder cannot be written: {err.strerror})" if str(err) != reason else reason
    print(f"job {job.job} ({' '.join(job.overrides)}) failed: {reason}", file=sys.stderr, flush=True)
    return reason
