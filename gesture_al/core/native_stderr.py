"""Silence for native libraries that write to the process's error stream whatever is asked of them."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# Notes and warnings of the logging that MediaPipe and TensorFlow Lite are built with; errors (E, F) are none of these.
_NOISE = re.compile(rb"(WARNING: All log messages before absl::InitializeLog|[IW]\d{4} \d\d:\d\d:|[IW]0000 00:00:|INFO: )")
_ERRORS = 2


@contextmanager
def quiet_native_stderr() -> Iterator[None]:
    """Keep notes that native code writes to file descriptor 2 from the person; everything else is written there afterwards."""
    sys.stderr.flush()
    try:
        real = os.dup(_ERRORS)
    except OSError:  # A program without an error stream has nothing to be kept quiet.
        yield
        return
    try:
        with tempfile.TemporaryFile() as caught:
            os.dup2(caught.fileno(), _ERRORS)
            try:
                yield
            finally:
                sys.stderr.flush()
                os.dup2(real, _ERRORS)
                caught.seek(0)
                told = b"".join(line for line in caught if not _NOISE.match(line))
                if told:
                    os.write(_ERRORS, told)
    finally:
        os.close(real)
