"""Addresses of the live page's server, and the texts of the page that do not change while it is open."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from gesture_al.core.errors import Refused
from gesture_al.core.messages import in_shell
from gesture_al.core.typed_settings import setting
from gesture_al.data.datasets.stream import NONE
from gesture_al.data.track import UNLABELLED
from gesture_al.data.view.plane import page_skeleton
from gesture_al.deploy.live.operating_point import HIGHEST_THRESHOLD, LOWEST_THRESHOLD
from gesture_al.studio.live.live_page import LivePage
from gesture_al.studio.server.body import Body
from gesture_al.studio.server.endpoints import action, page, read, upload

_USUAL = Path("data/landmarks")


def about(live_page: LivePage, title: str, synthetic: bool) -> dict[str, Any]:
    """Texts and numbers of the page that do not change while it is open.

    Args:
        live_page: Whose texts they are.
        title: Which recogniser it is, for people.
        synthetic: Whether it was trained on made-up hands.
    """
    model, point, folder = live_page.recogniser.model, live_page.point, live_page.options.folder
    return {
        "recogniser": title,
        "synthetic": synthetic,
        "layout": model.layout,
        "skeleton": page_skeleton(model.skeleton),
        "classes": [
            {"name": name, "limit": None if name == NONE else point.of_class(name), "folder": is_folder(name)}
            for name in model.classes
        ],
        "threshold": point.threshold,
        "range": [LOWEST_THRESHOLD, HIGHEST_THRESHOLD],
        "collect": live_page.options.collect,
        "pool": (folder / UNLABELLED).as_posix(),
        "command": label_command(folder),
        "kept": live_page.kept,
    }


def summary(live_page: LivePage) -> dict[str, Any]:
    """Figures that the page shows at the end."""
    tally = live_page.tally
    return {"frames": tally.frames, "events": len(tally.events), "kept": live_page.kept}


def label_command(folder: Path) -> str:
    """The command that labels the clips that were kept."""
    where = [] if folder == _USUAL else [setting("dataset.params.path", folder.as_posix())]
    return in_shell("label", "dataset=clips", *where)


def is_folder(name: str) -> bool:
    """Whether a class can be a folder of the pool, as a clip with a name needs it."""
    return Path(name).name == name and not name.startswith((".", "__")) and name != UNLABELLED


STATIC = Path(__file__).with_name("static")
# Several times that of a good picture of 480 lines.
MOST_BYTES = 2 * 1024 * 1024


def routes(live_page: LivePage, title: str, synthetic: bool) -> list[BaseRoute]:
    """Routes of the live page. Arguments as in `about`."""
    names = [name for name in live_page.recogniser.model.classes if is_folder(name)]

    def frame(request: Request, jpeg: bytes) -> dict[str, Any]:
        fields = Body({**request.query_params, "seconds": _number(request.query_params.get("seconds", ""))})
        return live_page.frame(_tab(fields), fields.text("camera", most=40), fields.number("seconds"), jpeg)

    def take(body: Body) -> dict[str, Any]:
        live_page.take(_tab(body))
        return {}

    def leave(body: Body) -> dict[str, Any]:
        live_page.leave(_tab(body))
        return {}

    def threshold(body: Body) -> dict[str, Any]:
        value = body.number("threshold", high=HIGHEST_THRESHOLD)
        if value < LOWEST_THRESHOLD:
            raise Refused(422, f"threshold must be a number from {LOWEST_THRESHOLD:g} to {HIGHEST_THRESHOLD:g}")
        return live_page.set_threshold(value)

    def end(body: Body) -> dict[str, Any]:
        live_page.end()
        return summary(live_page)

    return [
        page(STATIC / "index.html"),
        Route("/about", read(lambda request: about(live_page, title, synthetic))),
        upload("frame", "image/jpeg", MOST_BYTES, frame),
        action("take", take),
        action("leave", leave),
        action("wrong", lambda body: live_page.wrong(_tab(body))),
        action("name", lambda body: live_page.name(body.text("clip"), body.word("name", names))),
        action("threshold", threshold),
        action("end", end),
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
