"""The server of the live page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import Options, Tally
from gesture_al.studio.live.live_page import LivePage
from gesture_al.studio.live.routes import STATIC, routes
from gesture_al.studio.server.application import application
from gesture_al.studio.server.opening import Opening
from gesture_al.studio.server.server import served


def run_in_browser(
    recogniser: Recogniser, options: Options, on_event: Callable[[Event], None], title: str, folder: Path, opening: Opening
) -> Tally:
    """Recognise what the browser's camera shows until the person ends it, in the page or with Ctrl-C.

    Args:
        recogniser: What recognises.
        options: What is kept, and where; a window and a video there are none.
        on_event: Called with each event at once.
        title: Which recogniser it is, for people.
        folder: Keeps the address of the page from one time to the next.
        opening: How the page is opened.

    Raises:
        UserError: The recogniser reads joints that no extractor finds in pictures, the landmark model is not to be had, or the
            server cannot listen at the host that was named.
    """
    # What cannot work is reported in the terminal, before there is a page; and the first picture does not wait for it.
    with recogniser.extractor.track():
        pass
    live_page = LivePage(recogniser, options, on_event)
    app = application(routes(live_page, title, bool(recogniser.model.description.trained_on.get("synthetic"))), STATIC)
    exposed = "send it pictures and keep clips in the pool; browsers there give their camera only through ssh -L or https"
    with served(app, folder, opening, "live", lambda: None, exposed):
        return live_page.wait()
