"""The faces that a session can have, and how they are opened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from gesture_al.web.opening import Opening

if TYPE_CHECKING:
    from gesture_al.labelling.session import Session

# From a session and the run's folder to a face that is open inside a `with`.
Face = Callable[["Session", Path], AbstractContextManager[None]]


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
