"""Address of a page: a port and a secret, kept in a folder so that it is the same the next time."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from gesture_al.core.errors import UserError

FILE = "page.json"
# Connections that wait until the server takes them.
QUEUED = 128
_EVERYWHERE = ("0.0.0.0", "::", "")  # names of "all of this machine's addresses"


@dataclass(frozen=True)
class Address:
    """What a browser needs to get in.

    Args:
        host: Where the server listens.
        port: Its port.
        token: The secret; whoever has it may read and answer.
    """

    host: str
    port: int
    token: str

    @property
    def is_local(self) -> bool:
        """Whether only this machine can get there."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    @property
    def url(self) -> str:
        """The address as it is typed into a browser."""
        host = socket.gethostname() if self.host in _EVERYWHERE else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/?token={self.token}"


def listen(folder: Path, host: str, after: Address | None = None) -> tuple[Address, socket.socket]:
    """A socket that listens at the folder's address, or at a new one where that is not free.

    Args:
        folder: Where the address is kept from one time to the next.
        host: Where to listen.
        after: The address of a page that has just closed and whose place this one takes; goes before the folder's.

    Raises:
        UserError: The host is none of this machine's.
    """
    port, token = (after.port, after.token) if after is not None else _kept(folder / FILE)
    try:
        listener = _bound(host, port)
    except OSError:
        try:
            listener = _bound(host, 0)
        except OSError as err:
            raise UserError(
                f"--host {host}: cannot listen there ({err.strerror or err}); name an address of this machine"
            ) from err
    address = Address(host, listener.getsockname()[1], token)
    _keep(folder / FILE, address)
    return address, listener


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, where = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name != "nt":  # On Windows this would let a second process listen at the same port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(QUEUED)
    except OSError:
        listener.close()
        raise
    return listener


def _kept(path: Path) -> tuple[int, str]:
    """Port and token of an earlier life; any port and a new token where there was none."""
    try:
        found = json.loads(path.read_text())
        return int(found["port"]), str(found["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, secrets.token_urlsafe(24)


def _keep(path: Path, address: Address) -> None:
    """Only for the eyes of its owner, from the first moment on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(address), file)
    beside.replace(path)
