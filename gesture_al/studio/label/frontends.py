"""The frontends of a labelling session, and how they are opened; the web and the terminal are imported when one is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.oracles.interactive import Frontend
from gesture_al.studio.server.opening import Opening


def frontends(opening: Opening | None = None) -> dict[str, Frontend]:
    """Every frontend by its name.

    Args:
        opening: How a page is opened; None: in this machine's browser.
    """
    return {"browser": _browser(opening or Opening()), "terminal": _terminal}


def _browser(opening: Opening) -> Frontend:
    def open_(session: LabelSession, folder: Path) -> AbstractContextManager[None]:
        from gesture_al.studio.label.server import serve

        return serve(session, folder, opening)

    return open_


def _terminal(session: LabelSession, folder: Path) -> AbstractContextManager[None]:
    from gesture_al.studio.label.terminal.session import sit

    return sit(session, folder)
