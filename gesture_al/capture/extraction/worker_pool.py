"""Worker processes that turn videos into tracks; one that dies takes only the video with it that it had in hand."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from gesture_al.capture.extraction.tracks import extract_track
from gesture_al.capture.landmarks.base import Extractor
from gesture_al.core.errors import UserError
from gesture_al.core.parent_watchdog import die_with_parent
from gesture_al.data.track import write_track

_UPDATE_EVERY_S = 0.5
_NO_JOB = -1


@dataclass(frozen=True)
class ExtractionJob:
    """A video, where its track goes, pictures a second of a folder, and what to write beside the joints."""

    video: Path
    out: Path
    fps: float | None
    about: dict[str, Any]


@dataclass(frozen=True)
class JobUpdate:
    """How far a job is, or how it ended.

    Args:
        number: Of the job.
        share: How far it is, 0 to 1; 1 when it has ended.
        failure: Why there is no track; empty where there is one.
    """

    number: int
    share: float
    failure: str = ""


def run_jobs(jobs: Sequence[ExtractionJob], extractor: Extractor, processes: int) -> Iterator[JobUpdate]:
    """Run the jobs, several at a time; yields progress and each end.

    Leaving the iteration early (Ctrl-C in the caller) ends the workers; the videos they had in hand are lost and nothing is
    left of them.

    Args:
        jobs: In the order in which they are begun.
        extractor: Goes to each worker by pickle.
        processes: At least 1.

    Raises:
        UserError: No job is to blame: the extractor cannot be opened at all, e.g. for want of its model file, or no track can be
            written, e.g. for want of room.
    """
    context = multiprocessing.get_context("spawn")
    waiting = list(enumerate(jobs))[::-1]
    workers = [_Worker(context, extractor) for _ in range(min(processes, len(jobs)))]
    try:
        for worker in workers:
            worker.start_next(waiting)
        while busy := [worker for worker in workers if worker.number is not None]:
            ready = wait([worker.pipe for worker in busy])
            for worker in busy:
                if worker.pipe not in ready:
                    continue
                update = worker.receive()
                if update.share >= 1:
                    worker.start_next(waiting)
                yield update
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """One process, begun anew when it dies."""

    def __init__(self, context: Any, extractor: Extractor) -> None:
        self._context, self._extractor = context, extractor
        self.number: int | None = None
        self._video = Path()
        self._begin()

    def _begin(self) -> None:
        self.pipe, workers_end = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(workers_end, self._extractor, os.getpid()), daemon=True)
        self._process.start()
        # Only the worker's end stays open, so that its death is seen here.
        workers_end.close()

    def start_next(self, waiting: list[tuple[int, ExtractionJob]]) -> None:
        """Send the next job, if there is one."""
        self.number = None
        if not waiting:
            return
        if not self._process.is_alive():
            self._begin()
        number, job = waiting.pop()
        self.number, self._video = number, job.video
        with suppress(BrokenPipeError):  # Died meanwhile; `receive` finds out.
            self.pipe.send((number, job))

    def receive(self) -> JobUpdate:
        """The worker's update, or that it is dead."""
        assert self.number is not None
        try:
            update: JobUpdate = self.pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            return JobUpdate(self.number, 1.0, f"{self._video}: {_cause_of_death(self._process.exitcode)}")
        if update.number == _NO_JOB:
            raise UserError(update.failure)
        return update

    def end(self) -> None:
        """Stop at once; a worker between two jobs has nothing to lose, and a job in hand is done again next time."""
        self.pipe.close()
        self._process.terminate()
        self._process.join()


def _serve(pipe: Connection, extractor: Extractor, launcher: int) -> None:
    """The loop of a worker process: jobs in, updates out."""
    # Ctrl-C reaches every process of a terminal; only the launcher decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(launcher)
    with suppress(EOFError, OSError):
        try:
            with extractor.track():
                pass
        except UserError as err:
            pipe.send(JobUpdate(_NO_JOB, 1.0, str(err)))
            return
        while True:
            number, job = pipe.recv()
            try:
                failure = _extract_job(job, extractor, _progress_sender(pipe, number))
            except _UnwritableError as err:
                pipe.send(JobUpdate(_NO_JOB, 1.0, str(err)))
                return
            pipe.send(JobUpdate(number, 1.0, failure))


def _extract_job(job: ExtractionJob, extractor: Extractor, on_progress: Callable[[float], None]) -> str:
    """Write the track of a video; returns why there is none, empty where there is one."""
    try:
        track = extract_track(job.video, extractor, job.about, job.fps, on_progress)
    except (UserError, OSError) as err:
        return " ".join(str(err).split())
    except Exception as err:
        # Whatever is wrong with one video must not stop the others.
        return " ".join(f"{job.video}: {type(err).__name__}: {err}".split())
    try:
        write_track(job.out, track)
    except OSError as err:
        # Nor is it this video's fault: each one after it would be gone through for nothing.
        raise _UnwritableError(write_failure(job.out.parent, err)) from err
    return ""


class _UnwritableError(Exception):
    """A track cannot be put where it belongs."""


def write_failure(folder: Path, err: OSError) -> str:
    """The message when nothing can be written below a folder."""
    return (
        f"{folder}: cannot be written ({err.strerror or err}); make room there, or choose another --out; the same command goes on"
    )


def _cause_of_death(code: int | None) -> str:
    if code == -signal.SIGKILL:
        return "the extractor was killed on it, perhaps for want of memory; run the same command again, with --processes 1"
    return f"the extractor crashed on it (exit code {code}); convert or record it again"


def _progress_sender(pipe: Connection, number: int) -> Callable[[float], None]:
    last = time.monotonic()

    def send(share: float) -> None:
        nonlocal last
        if time.monotonic() - last > _UPDATE_EVERY_S:
            last = time.monotonic()
            pipe.send(JobUpdate(number, min(share, 0.99)))

    return send
