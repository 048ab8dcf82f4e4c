"""A bundle from the address where MediaPipe publishes it."""

from __future__ import annotations

import errno
import logging
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from gesture_al.capture.landmarks.bundles import Bundle
from gesture_al.core.errors import UserError

# Seconds to connect, and between two pieces: who is offline shall not wait for minutes.
_CONNECT_S, _PIECE_S = 3.0, 15.0
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

    _knock(bundle.url)
    pooch.get_logger().setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".download-") as folder:
        try:
            get = pooch.HTTPDownloader(progressbar=_Bar(progress), chunk_size=1 << 16, timeout=(_CONNECT_S, _PIECE_S))
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
            raise UserError(f"the download failed ({_reason(err)})") from err


def _knock(url: str) -> None:
    """Try the host once per kind of address.

    The libraries below try every address, which behind a firewall that swallows all takes a minute where there are a dozen.

    Raises:
        UserError: Nobody answers.
    """
    import requests

    if requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url)):
        return  # The proxy knows the way, if there is one.
    there = urlsplit(url)
    port = there.port or (443 if there.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(there.hostname, port, type=socket.SOCK_STREAM)
    except OSError as err:
        raise UserError(f"no connection: {there.hostname} is not known here") from err
    for host in {family: str(address[0]) for family, _, _, _, address in reversed(found)}.values():
        with suppress(OSError), socket.create_connection((host, port), timeout=_CONNECT_S):
            return
    raise UserError(f"no connection: {there.hostname} does not answer")


def _reason(err: Exception) -> str:
    """Why, without the tower of libraries in which it was told."""
    if type(err).__name__ in ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError"):
        return "the connection broke"
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
