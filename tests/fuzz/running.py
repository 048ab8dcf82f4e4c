"""One input in a process of its own, with limits of memory, time and disk; and what became of it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1 << 20
# A small file may take this much more memory than the program has anyhow, and may not even ask for ROOM.
MOST_MEMORY, ROOM, MOST_DISK = 512 * MEGABYTE, 3072 * MEGABYTE, 2048 * MEGABYTE
# So long may it compute; and so long may it wait for something, as for a pipe, that does not come.
HANG_S, WAITING_S, LONGEST_S = 10.0, 5.0, 120.0
FINE = ("accepted", "refused")
KINDS = (*FINE, "traceback", "wrong exit", "nonsense", "memory", "hang", "crash")
"""`wrong exit`: an error of the system that the command tells in a line, but as its own failure and not as bad input; `nonsense`:
taken, though the numbers are none that it can be."""


class NonsenseError(Exception):
    """Bad input was taken, and what came of it cannot be."""


@dataclass(frozen=True)
class Outcome:
    """What became of an input.

    Args:
        kind: One of `KINDS`.
        detail: The message, or where it broke.
        seconds: How long it took.
        megabytes: Of memory beyond what the program has anyhow.
    """

    kind: str
    detail: str
    seconds: float
    megabytes: float


def attempt(work: Callable[[], object]) -> Outcome:
    """Do something in a forked process, and say what became of it; what it does to memory, files and threads ends with it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        before = _memory()
        child = os.fork()
        if child == 0:
            _child(folder, work)
        state, peak = _wait(child, began)
        seconds, extra = time.monotonic() - began, max(0.0, peak - before)
        kind, detail = _told(folder)
        errors = (folder / "stderr").read_text(errors="replace") if (folder / "stderr").exists() else ""
    if state is None:
        kind, detail = "hang", "does not end"
    elif kind == "":
        out_of_memory = "bad_alloc" in errors or "std::length_error" in errors
        kind = "memory" if out_of_memory else "crash"
        detail = f"signal {os.WTERMSIG(state)}" if os.WIFSIGNALED(state) else f"exit {os.waitstatus_to_exitcode(state)}"
        detail += f" {errors.strip()[-200:]}"
    if kind not in ("hang", "crash") and extra > MOST_MEMORY:
        kind, detail = "memory", f"{extra / MEGABYTE:.0f} MB more; {detail}"
    return Outcome(kind, detail, seconds, extra / MEGABYTE)


def _memory() -> float:
    """Bytes that this process has in memory; a fork begins with them."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _wait(child: int, began: float) -> tuple[int | None, float]:
    """The exit state (None: it had to be killed) and the most memory that the process had, in bytes.

    What counts is the time that it computes, since the machine may have other things to do.
    """
    worked, moved = 0.0, began
    while True:
        done, state, usage = os.wait4(child, os.WNOHANG)
        if done:
            return state, usage.ru_maxrss * 1024
        now = time.monotonic()
        busy, state_now = _progress(child)
        if busy > worked or state_now in "RD":
            worked, moved = busy, now
        if worked > HANG_S or now - moved > WAITING_S or now - began > LONGEST_S:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            _, _, usage = os.wait4(child, 0)
            return None, usage.ru_maxrss * 1024
        time.sleep(0.002)


def _progress(child: int) -> tuple[float, str]:
    """Seconds that a process has computed, and its state: `R` and `D` would go on, `S` waits."""
    try:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0, "R"
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), fields[0]


def _told(folder: Path) -> tuple[str, str]:
    with contextlib.suppress(OSError, ValueError):
        kind, detail = json.loads((folder / "outcome").read_text())
        return kind, detail
    return "", ""


def _child(folder: Path, work: Callable[[], object]) -> None:
    """Never returns."""
    try:
        os.setsid()
        os.chdir(folder)
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM,) * 2)
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_DISK, MOST_DISK))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for name, number in (("stdout", 1), ("stderr", 2)):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        # As a terminal's, which cannot show every name.
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        os.environ["GESTURE_AL_CACHE"] = str(folder / "cache")
        # Nothing is to be fetched, nor waited for.
        os.environ.update({"PIP_RETRIES": "0", **dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")})
        kind, detail = _outcome(work)
        (folder / "outcome").write_text(json.dumps([kind, detail]))
    finally:
        os._exit(0)


def _outcome(work: Callable[[], object]) -> tuple[str, str]:
    from gesture_al.core.errors import UserError

    try:
        result = work()
        sys.stdout.flush()
    except UserError as err:
        return ("refused", str(err)) if str(err).strip() else ("traceback", "a UserError without a message")
    except NonsenseError as err:
        return "nonsense", str(err)
    except SystemExit as err:
        return ("accepted" if not err.code else "refused"), f"exit {err.code}"
    except OSError as err:
        return "wrong exit", _where(err)
    except BaseException as err:
        text = str(err)
        memory = isinstance(err, MemoryError) or "allocate" in text or "nsufficient memory" in text or "OutOfMemory" in text
        return "memory" if memory else "traceback", _where(err)
    return "accepted", str(result)[:200]


def _where(err: BaseException) -> str:
    """The error, and the line of the program that it came through last."""
    own = [frame for frame in traceback.extract_tb(err.__traceback__) if "/gesture_al/" in frame.filename]
    place = f"{own[-1].filename.rpartition('/gesture_al/')[2]}:{own[-1].lineno}" if own else "outside the package"
    return f"{type(err).__name__} at {place}: {' '.join(str(err).split())[:200]}"
