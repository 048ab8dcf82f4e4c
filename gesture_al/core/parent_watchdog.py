"""Worker processes that do not outlive the one that started them."""

from __future__ import annotations

import functools
import os
import select
import threading
import time


@functools.cache
def die_with_parent(launcher: int) -> None:
    """End this process when the launcher is gone: a kill -9 leaves it no chance to tell."""

    def watch() -> None:
        _wait_for_end(launcher)
        os._exit(1)

    threading.Thread(target=watch, name="die-with-launcher", daemon=True).start()


def _wait_for_end(pid: int) -> None:
    """Block until no process has this id; where the system offers it, the kernel says so."""
    if hasattr(os, "pidfd_open"):
        try:
            select.select([os.pidfd_open(pid)], [], [])
            return
        except ProcessLookupError:
            return
        except OSError:
            pass  # An old kernel, or one that forbids it: look from time to time.
    while _exists(pid):
        time.sleep(0.5)


def _exists(pid: int) -> bool:
    # On Windows signal 0 is Ctrl-C, so there only a direct parent could be looked up, and its id outlives it.
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
