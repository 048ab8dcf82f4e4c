"""Options of opening a page; nothing of the web is imported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from gesture_al.studio.server.address import Address

LOOPBACK = "127.0.0.1"


def tell(text: str) -> None:
    """Say something to whoever started the page; a live display on stderr lets it through."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Opening:
    """How a page is opened. Nothing here changes what a run does, so none of it is a setting of the run.

    Args:
        browser: Open the page in this machine's browser; the address is printed either way.
        host: Where the page's server listens; anything but the loopback lets other machines in.
        say: Takes the lines that are meant for the terminal.
        after: The address of a page that this one takes the place of, in the same tab; None: there is none.
    """

    browser: bool = True
    host: str = LOOPBACK
    say: Callable[[str], None] = tell
    after: Address | None = None
