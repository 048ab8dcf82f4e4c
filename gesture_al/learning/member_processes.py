"""Worker processes that train members of a committee side by side; they stay for the next round, and end with the run."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import time
import traceback
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from torch import Tensor

from gesture_al.core.errors import UserError
from gesture_al.core.parent_watchdog import die_with_parent
from gesture_al.learning.member_training import MemberTraining
from gesture_al.learning.trainers.base import Diverged, FitReport, OnStep

_UPDATE_EVERY_S = 0.2
_SETTING = "committee.params.processes"


class MemberProcesses:
    """So many processes, begun when they are first needed: each loads torch, which takes seconds.

    Args:
        count: At least 1.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._workers: list[_Worker] = []

    def run(self, trainings: Sequence[MemberTraining], on_step: OnStep | None = None) -> list[FitReport]:
        """Train the nets in place, as many at once as there are processes.

        Leaving early, by Ctrl-C or an error, ends the processes; no net is then changed.

        Args:
            trainings: One for each member, in the order in which they are begun.
            on_step: Called from time to time with the steps done and the steps in all, of all members together, and a loss.

        Raises:
            Diverged: As a trainer does.
            UserError: A part of the run cannot be sent to a process, or a process died.
        """
        parcels = [_packed(training) for training in trainings]
        finished: dict[int, tuple[Mapping[str, Tensor], FitReport]] = {}
        try:
            for number, result in self._results(parcels, on_step):
                finished[number] = result
        except BaseException:
            self.end()
            raise
        for number, training in enumerate(trainings):
            training.net.load_state_dict(finished[number][0])
        return [finished[number][1] for number in range(len(trainings))]

    def end(self) -> None:
        """Stop the processes at once."""
        for worker in self._workers:
            worker.end()
        self._workers = []

    def _results(self, parcels: Sequence[bytes], on_step: OnStep | None) -> Iterator[tuple[int, Any]]:
        while len(self._workers) < min(self._count, len(parcels)):
            self._workers.append(_Worker())
        waiting = list(enumerate(parcels))[::-1]
        busy: dict[Connection, int] = {}
        steps = dict.fromkeys(range(len(parcels)), 0)
        for worker in self._workers[: len(parcels)]:
            busy[worker.pipe] = _send(worker.pipe, waiting)
        while busy:
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                number = busy[pipe]
                kind, content = _receive(pipe)
                if kind == "step":
                    steps[number], most, loss = content
                    if on_step is not None:
                        on_step(sum(steps.values()), most * len(parcels), loss)
                    continue
                del busy[pipe]
                if kind == "error":
                    raise content
                if waiting:
                    busy[pipe] = _send(pipe, waiting)
                yield number, content


class _Worker:
    """One process and this end of its pipe."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, workers_end = context.Pipe()
        process = context.Process(target=_serve, args=(workers_end, os.getpid()), name="member-training", daemon=True)
        process.start()
        # Only the worker's end stays open, so that its death is seen here.
        workers_end.close()
        # A process that makes many runs must not keep the workers of those that are over.
        self.end = weakref.finalize(self, _end, self.pipe, process)


def _end(pipe: Connection, process: Any) -> None:
    pipe.close()
    process.terminate()
    process.join()


def _packed(training: MemberTraining) -> bytes:
    try:
        return pickle.dumps(training.parcel(), protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as err:
        reason = " ".join(str(err).split())[:200]
        raise UserError(f"{_SETTING}: a part of this run cannot be sent to another process ({reason}); set it to 1") from err


def _send(pipe: Connection, waiting: list[tuple[int, bytes]]) -> int:
    number, parcel = waiting.pop()
    with suppress(BrokenPipeError):  # Died meanwhile; `_receive` finds out.
        pipe.send_bytes(parcel)
    return number


def _receive(pipe: Connection) -> tuple[str, Any]:
    try:
        message: tuple[str, Any] = pickle.loads(pipe.recv_bytes())
    except (EOFError, OSError) as err:
        raise UserError(
            f"{_SETTING}: a process that trained a member died, perhaps for want of memory; resume the run, or start it with "
            "fewer processes"
        ) from err
    return message


def _serve(pipe: Connection, launcher: int) -> None:
    """The loop of a worker process: trainings in, weights out."""
    # Ctrl-C reaches every process of a terminal; only the launcher decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(launcher)
    with suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(pickle.dumps(_answer(pipe.recv_bytes(), pipe)))


def _answer(parcel: bytes, pipe: Connection) -> tuple[str, Any]:
    try:
        training: MemberTraining = pickle.loads(parcel)
        report = training.run(_step_sender(pipe))
        return "result", (dict(training.net.state_dict()), report)
    except Diverged as err:
        return "error", Diverged(str(err))
    except UserError as err:
        # Its own class may want more than a text.
        return "error", UserError(str(err))
    except Exception as err:
        # The object itself may not travel; its traceback does.
        return "error", RuntimeError(f"training in another process failed: {type(err).__name__}: {err}\n{traceback.format_exc()}")


def _step_sender(pipe: Connection) -> OnStep:
    last = time.monotonic()

    def send(step: int, most: int, loss: float) -> None:
        nonlocal last
        if time.monotonic() - last > _UPDATE_EVERY_S:
            last = time.monotonic()
            pipe.send_bytes(pickle.dumps(("step", (step, most, loss))))

    return send
