"""Network addresses of videos, such as `rtsp://camera/stream`: told from paths, and shown without what is secret in them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from gesture_al.core.errors import UserError

# One letter would be a drive of Windows.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
SCHEMES = ("http", "https", "rtmp", "rtmps", "rtp", "rtsp", "rtsps", "tcp", "udp")


def is_address(text: object) -> bool:
    """Whether this is an address and no path.

    >>> is_address("rtsp://camera/stream"), is_address("C://clips/a.mp4"), is_address("clips/a.mp4")
    (True, False, False)
    """
    return isinstance(text, str) and _ADDRESS.match(text.strip()) is not None


def shown(address: str) -> str:
    """An address for messages and records: without user, password and what stands behind `?`, which may be a key.

    >>> shown("rtsp://ann:secret@10.0.0.7:554/live?token=1")
    'rtsp://***@10.0.0.7:554/live?***'
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return f"{address.strip().partition('://')[0]}://***"
    user, at, host = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{'***' if user else ''}{at}{host}{parts.path}{'?***' if parts.query else ''}"


def check_scheme(address: str) -> None:
    """Refuse an address whose kind is not read.

    Raises:
        UserError: Its scheme is none of `SCHEMES`.
    """
    scheme = address.strip().partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise UserError(f"{shown(address)}: {scheme}:// is not read; give a path, or an address with {', '.join(SCHEMES)}")


def refuse_address(text: str, remedy: str) -> None:
    """Refuse an address where a file is needed.

    Args:
        text: What was typed.
        remedy: What to do instead.

    Raises:
        UserError: It is an address.
    """
    if is_address(text):
        raise UserError(f"{shown(text)}: an address, where a file is needed; {remedy}")
