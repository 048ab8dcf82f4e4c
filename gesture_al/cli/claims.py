"""Claims on the runs of a sweep: two sweeps into one folder share the work, and neither does what the other is doing."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from gesture_al.active.records.status import is_running, read_status
from gesture_al.cli.sweep import SweepJob
from gesture_al.core.atomic_io import read_json, write_json
from gesture_al.core.code_fingerprint import code_changes
from gesture_al.core.errors import UserError
from gesture_al.runs.existing_runs import ExistingRun

# What a job says that another process is at work on: it is put off.
HELD = "another process is running it"
# Whoever only looks whether a claim is held has it for an instant.
_PATIENCE_S = 0.3
_LOOK_EVERY_S = 1.0


@dataclass(frozen=True)
class Claim:
    """The right to do a run, held by one process of all that work into one folder; it ends with the process that holds it.

    Args:
        output_dir: The folder that the sweeps share.
        key: Of the run, with its code.
    """

    output_dir: Path
    key: str

    @classmethod
    def of(cls, job: SweepJob, output_dir: str) -> Claim:
        """The claim on a job's run."""
        text = json.dumps([job.key, job.code], sort_keys=True)
        return cls(Path(output_dir), hashlib.sha256(text.encode()).hexdigest()[:32])

    @contextmanager
    def hold(self) -> Iterator[bool]:
        """Hold it, unless another process does; gives whether that is so."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._lock, timeout=_PATIENCE_S)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def held(self) -> bool:
        """Whether a process holds it at this moment."""
        if not self._lock.exists():
            return False
        try:
            with FileLock(self._lock, blocking=False):
                return False
        except Timeout:
            return True

    def note_place(self, folder: Path) -> None:
        """Write down where the run is; for the one who holds the claim."""
        write_json(self._place, {"folder": os.path.relpath(folder, self.output_dir)})

    def located(self, job: SweepJob) -> SweepJob:
        """The job in the folder in which another sweep has done it, or begun it where this one has not."""
        try:
            place = read_json(self._place).get("folder")
            folder = Path(os.path.normpath(self.output_dir / place)) if isinstance(place, str) else None
            if folder is None:
                return job
            run = ExistingRun(folder, read_status(folder))
            # One that went on with other code for somebody who asked for that is no answer for others.
            if run.status.get("key") != job.key or code_changes(run.status, job.code) or run.fault():
                return job
        except (UserError, OSError):
            return job
        there = replace(job, folder=str(folder))
        return there if there.done() or job.state() == "planned" else job

    @property
    def _lock(self) -> Path:
        return self.output_dir / ".claims" / f"{self.key}.lock"

    @property
    def _place(self) -> Path:
        return self.output_dir / ".claims" / f"{self.key}.json"


@dataclass(frozen=True)
class SharedJobs:
    """The jobs of a sweep, some of which another sweep may be doing.

    Args:
        jobs: All of them, by number; one that another sweep has done gets that one's folder.
        claims: On each of them.
        launch: Runs some and says why one is not done, by number; `HELD` where another process has it.
        write: Is called whenever a folder has changed.
        notice: Is given a line for the person.
    """

    jobs: list[SweepJob]
    claims: Sequence[Claim]
    launch: Callable[[Sequence[SweepJob]], dict[int, str]]
    write: Callable[[], None]
    notice: Callable[[str], None]

    def run(self) -> dict[int, str]:
        """Run what is not done; what another sweep is doing is put off, and done here if that one ends without it.

        Returns:
            Why a job is not done, by its number; empty where it is.
        """
        reasons: dict[int, str] = {}
        waits = False
        left = self._not_done(range(len(self.jobs)))
        while left:
            ready = [number for number in left if not self._held(number)]
            ended = []
            if ready:
                reasons |= self.launch([self.jobs[number] for number in ready])
                ended = [number for number in ready if reasons.get(number) != HELD]
            left = [number for number in self._not_done(left) if number not in ended]
            if left and not ended:
                if not waits:
                    self.notice(_waiting(len(left)))
                waits = True
                time.sleep(_LOOK_EVERY_S)
                left = self._not_done(left)
        return {number: "" if reason == HELD else reason for number, reason in reasons.items()}

    def _not_done(self, numbers: Sequence[int]) -> list[int]:
        """Those of the jobs that are not done, here or elsewhere."""
        before = list(self.jobs)
        for number in numbers:
            if not self.jobs[number].done():
                self.jobs[number] = self.claims[number].located(self.jobs[number])
        if self.jobs != before:
            self.write()
        return [number for number in numbers if not self.jobs[number].done()]

    def _held(self, number: int) -> bool:
        return self.claims[number].held() or is_running(Path(self.jobs[number].folder))


def _waiting(runs: int) -> str:
    if runs == 1:
        return "another sweep is at work on the last run; waiting for it"
    return f"another sweep is at work on the last {runs} runs; waiting for it"
