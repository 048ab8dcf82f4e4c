"""A real browser before a real server, and a process that can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from labelling_world import questions, some_clips

from gesture_al.active.annotation.answer_log import AnswerLog
from gesture_al.active.annotation.session import LabelSession, SessionConfig
from gesture_al.active.questions import Purpose
from gesture_al.active.run_info import RunInfo
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.clip_set import ClipSet
from gesture_al.studio.label.server import serve
from gesture_al.studio.server.opening import Opening

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


def session_in(folder: Path, clips: int | ClipSet = 40, known_start: bool = True, **config) -> LabelSession:
    """A session with the log of a folder."""
    run_info = RunInfo("gestures", "entropy", k=6, budget=40, threshold=0.9, known_start=known_start)
    config = SessionConfig(**{"audit_each_round": 0, **config})
    shown = clips if isinstance(clips, ClipSet) else some_clips(clips)
    return LabelSession(AnswerLog(folder / "session.jsonl"), shown, config, RandomStreams(0), run_info=run_info)


class Rounds(threading.Thread):
    """The loop: batch after batch is put, with nothing learned in between."""

    def __init__(self, session: LabelSession, batches: list[list[int]], audits: list[int]) -> None:
        super().__init__(daemon=True)
        self.session, self.batches, self.audits = session, batches, audits
        self.start()

    def run(self) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            if self.audits:
                self.session.offer(questions(*self.audits, round_=-1, purpose=Purpose.VALIDATION))
            for round_, rows in enumerate(self.batches):
                self.session.progress.phase("asking", round_)
                self.session.ask(questions(*rows, round_=round_))
            self.session.progress.phase("training", len(self.batches))


@contextlib.contextmanager
def served(
    folder: Path, batches: list[list[int]], audits: list[int] | None = None, **options
) -> Iterator[tuple[LabelSession, str]]:
    """A session whose loop asks these rows, and the address of its page."""
    session, said = session_in(folder, **options), []
    with serve(session, folder, Opening(browser=False, say=said.append)):
        Rounds(session, batches, audits or [])
        try:
            yield session, said[0].split()[-1]
        finally:
            session.pause()


def log(folder: Path) -> list[dict]:
    """What is on disk."""
    path = folder / "session.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Process:
    """The same in a process of its own.

    Args:
        folder: The run's.
        rows: How many clips are asked, in one batch.
    """

    def __init__(self, folder: Path, rows: int = 12) -> None:
        command = [sys.executable, __file__, str(folder), str(rows)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.address = self.process.stdout.readline().split()[-1]

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


if __name__ == "__main__":
    with served(Path(sys.argv[1]), [list(range(int(sys.argv[2])))]) as (_, address):
        print(address, flush=True)
        while True:
            time.sleep(1)
