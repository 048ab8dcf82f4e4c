"""Which address of the live page's server does what."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from gesture_al.core.errors import Refused
from gesture_al.deploy.live.thresholds import LEAST, MOST
from gesture_al.studio.live.board import about, is_folder, summary
from gesture_al.studio.live.session import LivePage
from gesture_al.studio.server.body import Body
from gesture_al.studio.server.endpoints import deed, page, read, upload

STATIC = Path(__file__).with_name("static")
# Several times that of a good picture of 480 lines.
MOST_BYTES = 2 * 1024 * 1024


def routes(sitting: LivePage, title: str, synthetic: bool) -> list[BaseRoute]:
    """All of them. Arguments as in `board.about`."""
    names = [name for name in sitting.recogniser.model.classes if is_folder(name)]

    def frame(request: Request, jpeg: bytes) -> dict[str, Any]:
        told = Body({**request.query_params, "seconds": _number(request.query_params.get("seconds", ""))})
        return sitting.frame(_tab(told), told.text("camera", most=40), told.number("seconds"), jpeg)

    def take(body: Body) -> dict[str, Any]:
        sitting.take(_tab(body))
        return {}

    def leave(body: Body) -> dict[str, Any]:
        sitting.leave(_tab(body))
        return {}

    def threshold(body: Body) -> dict[str, Any]:
        value = body.number("threshold", high=MOST)
        if value < LEAST:
            raise Refused(422, f"threshold must be a number from {LEAST:g} to {MOST:g}")
        return sitting.hold_against(value)

    def end(body: Body) -> dict[str, Any]:
        sitting.end()
        return summary(sitting)

    return [
        page(STATIC / "index.html"),
        Route("/about", read(lambda request: about(sitting, title, synthetic))),
        upload("frame", "image/jpeg", MOST_BYTES, frame),
        deed("take", take),
        deed("leave", leave),
        deed("wrong", lambda body: sitting.wrong(_tab(body))),
        deed("name", lambda body: sitting.name(body.text("clip"), body.word("name", names))),
        deed("threshold", threshold),
        deed("end", end),
    ]


def _tab(body: Body) -> str:
    tab = body.text("tab", most=40)
    if not tab:
        raise Refused(422, "tab must not be empty")
    return tab


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
