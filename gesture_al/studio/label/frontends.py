"""Frontends of a labelling session, browser and terminal; what each needs is imported when it is opened."""

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
    from gesture_al.studio.label.terminal.frontend import label_in_terminal

    return label_in_terminal(session, folder)
