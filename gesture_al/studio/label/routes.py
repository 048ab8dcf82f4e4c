"""Routes of the page's server."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.errors import Refused
from gesture_al.studio.label import actions
from gesture_al.studio.label.board import LabelBoard
from gesture_al.studio.label.clip_picture import shown_picture, surroundings_picture, video_of
from gesture_al.studio.label.open_pages import OpenPages
from gesture_al.studio.label.results import Gallery
from gesture_al.studio.server.body import Body
from gesture_al.studio.server.endpoints import action, page, read, read_text, stored

STATIC = Path(__file__).with_name("static")
_ACTIONS = {
    "next": actions.next_items,
    "answer": actions.answer,
    "undo": actions.undo,
    "reveal": actions.reveal,
    "class": actions.new_class,
    "rename": actions.rename_class,
    "leave": actions.leave,
}


def routes(session: LabelSession, board: LabelBoard, open_pages: OpenPages, folder: Path) -> list[BaseRoute]:
    """All of them.

    Args:
        session: What the page works on.
        board: Draws its state.
        open_pages: The pages that are open.
        folder: The run's, with its report.
    """
    gallery = Gallery(session)

    def pause(body: Body) -> dict[str, Any]:
        session.pause()
        open_pages.dismiss()
        return {}

    def clip(request: Request) -> dict[str, Any]:
        return shown_picture(session, gallery.row(request.path_params["handle"]))

    def surroundings(request: Request) -> dict[str, Any]:
        return surroundings_picture(session, gallery.row(request.path_params["handle"]))

    def cell(request: Request) -> dict[str, Any]:
        return {"clips": gallery.cell(*(_index(request, name) for name in ("true", "predicted")))}

    async def events(request: Request) -> Response:
        return open_pages.stream()

    async def video(request: Request) -> Response:
        return stored(video_of(session.clips, gallery.row(request.path_params["handle"])), "this clip has no video")

    async def report(request: Request) -> Response:
        return stored(RunPaths(folder).report, "the report is written at the end")

    return [
        page(STATIC / "index.html"),
        Route("/about", read(lambda request: board.about())),
        Route("/state", read_text(lambda request: board.drawing().text)),
        Route("/events", events),
        Route("/clip/{handle}", read(clip)),
        Route("/around/{handle}", read(surroundings)),
        Route("/video/{handle}", video),
        Route("/cell", read(cell)),
        Route("/report", report),
        *(action(name, partial(do, session)) for name, do in _ACTIONS.items()),
        action("pause", pause),
    ]


def _index(request: Request, name: str) -> int:
    value = request.query_params.get(name, "")
    if not value.isdecimal() or len(value) > 4:
        raise Refused(422, f"{name} must be the number of a class")
    return int(value)
