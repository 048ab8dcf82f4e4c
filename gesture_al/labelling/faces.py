"""The faces that a session can have, and how they are opened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gesture_al.labelling.session import Session

# From a session and the run's folder to a face that is open inside a `with`.
Face = Callable[["Session", Path], AbstractContextManager[None]]
LOOPBACK = "127.0.0.1"


def tell(text: str) -> None:
    """Say something to whoever started the face; a live display on stderr lets it through."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Opening:
    """How a face is opened. Nothing here changes what the run does, so none of it is a setting of the run.

    Args:
        browser: Open the page in this machine's browser; the address is printed either way.
        host: Where the page's server listens; anything but the loopback lets other machines in.
        say: Takes the lines that are meant for the terminal.
    """

    browser: bool = True
    host: str = LOOPBACK
    say: Callable[[str], None] = tell


def _browser(opening: Opening) -> Face:
    def open_(session: Session, folder: Path) -> AbstractContextManager[None]:
        from gesture_al.labelling.web.server import serve

        return serve(session, folder, opening)

    return open_


def _terminal(opening: Opening) -> Face:
    def open_(session: Session, folder: Path) -> AbstractContextManager[None]:
        from gesture_al.labelling.terminal.sitting import sit

        return sit(session, folder)

    return open_


FACES: dict[str, Callable[[Opening], Face]] = {"browser": _browser, "terminal": _terminal}
