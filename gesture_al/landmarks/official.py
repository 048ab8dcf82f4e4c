"""A bundle from the address where MediaPipe publishes it."""

from __future__ import annotations

import errno
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from gesture_al.errors import UserError
from gesture_al.landmarks.bundles import Bundle

# Seconds to connect to one of the host's machines, and between two pieces: who is offline shall not wait for minutes.
_TIMEOUT = (3.0, 15.0)
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


def download(bundle: Bundle, scratch: Path, progress: Callable[[int, int], None]) -> bytes:
    """The published file, whole and with the published checksum.

    Args:
        bundle: Which.
        scratch: An existing folder with room for it; it is left as it was.
        progress: Told the bytes that are there, and those to come in all.

    Raises:
        UserError: No connection, an error of the host's, or another checksum.
        OSError: No room in the folder.
    """
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".download-") as folder:
        try:
            get = pooch.HTTPDownloader(progressbar=_Bar(progress), chunk_size=1 << 16, timeout=_TIMEOUT)
            got = pooch.retrieve(bundle.url, known_hash=bundle.sha256, fname=bundle.file, path=folder, downloader=get)
            return Path(got).read_bytes()
        # What a download raises comes from several libraries (requests, urllib3, pooch), much of it as OSError.
        except (OSError, ValueError, EOFError) as err:
            if isinstance(err, OSError) and err.errno in _DISK:
                raise
            answer = getattr(err, "response", None)
            if answer is not None:
                # pooch leaves the connection of a refused request open.
                answer.close()
            raise UserError(f"downloading {bundle.url} failed ({_reason(err)})") from err


def _reason(err: Exception) -> str:
    """Why, without the tower of libraries in which it was told."""
    if type(err).__name__ in ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError"):
        return "no connection to that address"
    if "hash" in str(err):
        return "its checksum is not the published one"
    return str(err).splitlines()[0][:200] if str(err) else type(err).__name__


class _Bar:
    """What pooch takes for a progress bar."""

    def __init__(self, progress: Callable[[int, int], None]) -> None:
        self._progress = progress
        self._done = 0
        self.total = 0

    def update(self, more: int) -> None:
        self._done += more
        self._progress(min(self._done, self.total or self._done), self.total)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        pass
