"""The labelling page of a session, open as long as the run goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gesture_al.active.annotation.session import LabelSession
from gesture_al.studio.label.board import LabelBoard
from gesture_al.studio.label.open_pages import OpenPages
from gesture_al.studio.label.routes import STATIC, routes
from gesture_al.studio.server.application import application
from gesture_al.studio.server.opening import Opening
from gesture_al.studio.server.server import served

# Whoever forgets the page after the end does not hold up the terminal for ever.
_LINGER = 600.0


@contextmanager
def serve(session: LabelSession, folder: Path, opening: Opening | None = None) -> Iterator[None]:
    """Show the session in the browser inside a `with`; at its end the page stays until the person has seen how it ended.

    Args:
        session: What is shown.
        folder: The run's; it keeps the address, so that a resumed run has the same one.
        opening: How.

    Raises:
        UserError: It cannot listen at the host that was named.
    """
    board = LabelBoard(session, folder)
    open_pages = OpenPages(session, board)

    app = application(routes(session, board, open_pages, folder), STATIC)
    with served(app, folder, opening or Opening(), "label", open_pages.close):
        try:
            yield
        except BaseException as err:
            board.over = {"how": "paused"} if isinstance(err, KeyboardInterrupt) else {"how": "failed", "why": str(err)}
            raise
        board.over = {"how": "done"}
        session.notify()
        if session.progress.finished is not None:
            # The run is on disk: Ctrl-C here only means "I have seen it".
            with contextlib.suppress(KeyboardInterrupt):
                open_pages.wait_until_gone(_LINGER)
