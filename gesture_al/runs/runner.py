"""The runner of an assembled run in its folder: locked, tracked, resumable, reported."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gesture_al.active.loop import BEFORE_ROUND_0, Loop
from gesture_al.active.records.held_out_clips import write_test_clips
from gesture_al.active.records.journal import Callback
from gesture_al.active.records.round_row import RoundRow, best_round
from gesture_al.active.records.run_folder import RunFolder
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import environment, now, only_writer, read_status, update_status
from gesture_al.active.run_info import RunInfo
from gesture_al.core.atomic_io import read_json, write_atomic, write_sealed_json
from gesture_al.core.code_fingerprint import code_changes
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.line_file import read_lines, read_sealed_yaml, write_sealed
from gesture_al.core.messages import in_shell, located
from gesture_al.core.naming import data_name, run_name
from gesture_al.core.old_names import current_settings
from gesture_al.core.parts import build_part
from gesture_al.core.settings import DatasetPart, Part, Settings, run_key
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.skeleton import Skeleton
from gesture_al.runs.assembly import Assembly, build_loop, load_clips
from gesture_al.runs.callbacks import CallbackList, LoggerCallback, StatusCallback
from gesture_al.runs.dataset_metadata import dataset_metadata
from gesture_al.runs.existing_runs import REUSE_OPTION, Notice
from gesture_al.runs.run_code import run_code
from gesture_al.runs.tracking.base import TRACKERS, ExperimentLogger

FULL_DATA_ROUND = 1_000_000


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended: the reason, the row of its last round, and that of the round whose model counts as best."""

    folder: Path
    reason: str
    last: RoundRow
    best: RoundRow


def run(assembly: Assembly, folder: Path, callback: Callback, group: str | None = None) -> RunOutcome:
    """Start a run in a new folder, or go on with the one that is there.

    Args:
        assembly: The run.
        folder: Its folder.
        callback: Called at every step of the loop.
        group: The sweep that the run belongs to.

    Raises:
        UserError: Bad input, or another process in the folder.
        Paused: The person stopped it (Ctrl-C); everything is on disk.
    """
    assembly = _with_recorded_bones(assembly, folder)
    settings = assembly.settings
    logger = build_part(TRACKERS, "tracking", settings.tracking, folder=folder, name=run_name(settings), group=group)
    with only_writer(folder), _status(folder, assembly):
        state = "failed"
        try:
            logger.start(asdict(settings), {**dataset_metadata(assembly), "classes": assembly.classes})
            outcome = _go(assembly, folder, callback, logger)
            state = "done"
        except KeyboardInterrupt:
            state = "paused"
            raise
        finally:
            logger.close(state)
        return outcome


def _with_recorded_bones(assembly: Assembly, folder: Path) -> Assembly:
    """The run with the skeleton that its first start wrote down: bones found on another machine may differ in a tie."""
    try:
        then = Skeleton.from_json(read_json(RunPaths(folder).dataset)["skeleton"])
    except (OSError, UserError, KeyError, TypeError, ValueError):
        return assembly  # A new run, or a damaged file, which is written anew.
    clips = assembly.clips
    if then == clips.skeleton or then.joints != clips.skeleton.joints:
        return assembly
    return replace(assembly, clips=clips.with_skeleton(then))


def check_unchanged(folder: Path, settings: Settings) -> ClipSet:
    """The clips of a run that is to be resumed.

    Raises:
        UserError: The data set has changed since the run was started.
    """
    clips = load_clips(settings.dataset)
    if read_status(folder).get("key") not in (None, run_key(settings, clips.fingerprint)):
        raise UserError(f"{folder}: the data set has changed since, or the settings in config.yaml; start a new run")
    return clips


def check_code(folder: Path, settings: Settings, reuse_other_code: bool, notice: Notice) -> None:
    """See that a run that is to be resumed goes on with the code that it was started with.

    Args:
        folder: Of the run.
        settings: Of the run.
        reuse_other_code: Go on with other code as well.
        notice: Is told where that is so, and where nobody knows.

    Raises:
        UserError: The code has changed.
    """
    changes = code_changes(read_status(folder), run_code(settings))
    if changes is None:
        notice(f"{folder}: an older version did not record its code; it is taken to be the same")
    elif changes and reuse_other_code:
        notice(f"{folder}: goes on with other code than it was started with (changed: {changes})")
    elif changes:
        raise UserError(
            f"{folder}: the code has changed since the run was started (changed: {changes}); start a new run, "
            f"or go on nevertheless with {REUSE_OPTION}"
        )


def read_settings(folder: Path) -> Settings:
    """The settings of a run from its folder.

    Raises:
        UserError: There is no config.yaml that this version can read.
    """
    path = RunPaths(folder).config
    if not folder.exists():
        raise UserError(f"{located(folder)}: no such folder; name one that a run has made")
    if not path.exists():
        raise UserError(f"{folder}: no run folder (config.yaml is missing); name one that a run has made")
    try:
        values = current_settings(read_sealed_yaml(path))
        parts = {key: value for key, value in values.items() if isinstance(value, dict)}
        built = {key: DatasetPart(**value) if key == "dataset" else Part(**value) for key, value in parts.items()}
        return Settings(**{**values, **built})
    except (TypeError, AttributeError) as err:
        raise UserError(f"{path}: not the settings of a run of this version ({err})") from err


def _go(assembly: Assembly, folder: Path, callback: Callback, logger: ExperimentLogger) -> RunOutcome:
    with assembly.oracle.attend(folder, _run_info(assembly)) as frontend:
        assembly.classes.grow(assembly.oracle.classes(assembly.classes))
        journal = RunFolder(folder, assembly.classes, assembly.clips.rows)
        journal.record_classes()
        frontends = [frontend] if frontend is not None else []
        callbacks = CallbackList([callback, LoggerCallback(logger), StatusCallback(folder), *frontends])
        loop = build_loop(assembly, journal, callbacks)
        if loop.encoder is not None:
            shown = CallbackList([callback, *frontends])
            shown.phase("pretraining", BEFORE_ROUND_0)
            loop.encoder.prepare(lambda *step: shown.step(BEFORE_ROUND_0, *step))
            update_status(folder, pretraining=loop.encoder.summary())
        for row in journal.rounds():
            callbacks.round(row)
        verdict = loop.run()
        if assembly.settings.full_data:
            _full_data(assembly, loop, folder, callbacks)
        last = journal.rounds()[-1]
        unscored = {"test_unscored": last.test_unscored} if last.test_unscored else {}
        update_status(folder, state="done", reason=verdict.reason, finished=now(), **unscored)
        callbacks.phase("reporting", last.round)
        finish(folder)
        callbacks.ended(verdict.reason)
    return RunOutcome(folder, verdict.reason, last, best_round(journal.rounds()))


def _run_info(assembly: Assembly) -> RunInfo:
    settings = assembly.settings
    return RunInfo(
        data=data_name(settings.dataset),
        strategy=settings.strategy.name,
        k=settings.k,
        budget=assembly.budget,
        threshold=settings.threshold if assembly.rules[0].needs_validation else None,
        known_start=settings.start not in ("oracle", "strategy"),
        audited=settings.start != "stratified",
        tested=tuple(assembly.splits.test.tolist()),
        sides=assembly.splits.sides(len(assembly.clips)),
    )


def finish(folder: Path) -> None:
    """Draw the report of a run that is done, unless it is there already.

    One that is older than the status was drawn by hand while the run was not done.
    """
    page = RunPaths(folder).report
    if not page.exists() or page.stat().st_mtime_ns < (RunPaths(folder).status).stat().st_mtime_ns:
        from gesture_al.runs.report import write_report

        write_report([folder], folder)


def _full_data(assembly: Assembly, loop: Loop, folder: Path, callback: Callback) -> None:
    """The upper line: the same model trained on every label of the pool."""
    path = RunPaths(folder).full_data
    if path.exists():
        return
    rows = assembly.splits.train
    rows = rows[assembly.clips.labels[rows] >= 0]
    if not len(rows):
        return
    callback.phase("training on all labels", FULL_DATA_ROUND)
    loop.learner.forget()
    loop.learner.fit(rows, assembly.clips.labels[rows], FULL_DATA_ROUND)
    scores = loop.evaluator.scores(loop.learner, (rows[:0], rows[:0]))
    write_sealed_json(path, {"labels": len(rows), **{key: value for key, value in scores.items() if key != "test_predicted"}})


def _describe(folder: Path, assembly: Assembly) -> None:
    """Write once what does not change; a resumed run keeps what the first start wrote."""
    import yaml

    paths = RunPaths(folder)
    if not paths.config.exists():
        write_sealed(paths.config, yaml.safe_dump(asdict(assembly.settings), sort_keys=False).encode())
        write_sealed_json(paths.environment, environment())
    write_sealed_json(paths.dataset, dataset_metadata(assembly))
    ids, splits = assembly.clips.ids, assembly.splits
    write_sealed_json(paths.splits, {"test": ids[splits.test].tolist(), "validation": ids[splits.validation].tolist()})
    write_test_clips(paths.test_clips, assembly.clips, splits.test, assembly.blocks)


@contextmanager
def _status(folder: Path, assembly: Assembly) -> Iterator[None]:
    """Keep status.json true whatever happens inside; a kill leaves it at `running`, and nobody holds the lock."""
    key = run_key(assembly.settings, assembly.clips.fingerprint)
    try:
        # First what `resume` needs: a folder with a status can always be gone on with.
        _describe(folder, assembly)
        before = read_status(folder)
        code = _code_record(folder, before, run_code(assembly.settings))
        update_status(folder, state="running", reason="", key=key, **code, started=before.get("started", now()))
        yield
    except KeyboardInterrupt:
        update_status(folder, state="paused", reason="stopped by the user")
        raise Paused(f"paused; everything is on disk. Go on with: {in_shell('resume', folder)}") from None
    except UserError as err:
        update_status(folder, state="failed", reason=str(err))
        raise
    except OSError as err:
        _try_status(folder, str(err))
        repair = "make room, then" if err.errno in (errno.ENOSPC, errno.EDQUOT) else "when that is mended,"
        remedy = f"{err.strerror or err}; {repair} go on with: {in_shell('resume', folder)}"
        raise OSError(err.errno, remedy, err.filename) from err
    except Exception as err:
        write_atomic(RunPaths(folder).error, traceback.format_exc())
        update_status(folder, state="failed", reason=f"{type(err).__name__}: {err}")
        raise


def _code_record(folder: Path, before: Mapping[str, Any], now: dict[str, str]) -> dict[str, dict[str, str]]:
    """What the status says of the code: that of the first start for good, and other code that the run went on with."""
    if "key" not in before and not RunPaths(folder).rounds.exists():
        return {"code": now}
    return {} if before.get("code") == now else {"resumed_with": now}


def _try_status(folder: Path, reason: str) -> None:
    """On a full disk even the status may not fit; the run's records are what counts."""
    try:
        update_status(folder, state="failed", reason=reason)
    except OSError:
        return


def summary(folder: Path) -> dict[str, Any]:
    """Settings, status and last row of a run folder, for lists; one with a damaged file counts as failed, and says which."""
    try:
        rows = read_lines(RunPaths(folder).rounds)
        return {"folder": str(folder), **read_status(folder), "last": rows[-1] if rows else {}}
    except (UserError, OSError) as err:
        return {"folder": str(folder), "state": "failed", "reason": " ".join(str(err).split()), "last": {}}
