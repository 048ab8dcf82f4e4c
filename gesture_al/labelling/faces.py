"""The faces that a session can have."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gesture_al.labelling.session import Session

# From a session and the run's folder to a face that is open inside a `with`.
Face = Callable[["Session", Path], AbstractContextManager[None]]


def _browser(session: Session, folder: Path) -> AbstractContextManager[None]:
    from gesture_al.labelling.web.server import serve

    return serve(session, folder)


def _terminal(session: Session, folder: Path) -> AbstractContextManager[None]:
    from gesture_al.labelling.terminal.sitting import sit

    return sit(session, folder)


FACES: dict[str, Face] = {"browser": _browser, "terminal": _terminal}
