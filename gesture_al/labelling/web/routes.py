"""Which address of the page's server does what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from gesture_al.labelling.checks import Refused
from gesture_al.labelling.session import Session
from gesture_al.labelling.web import deeds
from gesture_al.labelling.web.body import MOST_BYTES, Body
from gesture_al.labelling.web.clip_picture import clip_picture, video_of
from gesture_al.labelling.web.gallery import Gallery
from gesture_al.labelling.web.state import Board
from gesture_al.labelling.web.stream import Audience

STATIC = Path(__file__).with_name("static")
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(session: Session, board: Board, audience: Audience, folder: Path) -> list[BaseRoute]:
    """All of them.

    Args:
        session: What the page works on.
        board: Draws its state.
        audience: The open pages.
        folder: The run's, with its report.
    """
    gallery = Gallery(session)

    def read(draw: Callable[[Request], Any]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            return JSONResponse(await run_in_threadpool(draw, request))

        return endpoint

    def do(deed: Callable[[Session, Body], dict[str, Any]]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            body = await _body(request)
            return JSONResponse(await run_in_threadpool(deed, session, body))

        return endpoint

    def pause(session: Session, body: Body) -> dict[str, Any]:
        session.pause()
        audience.dismiss()
        return {}

    def clip(request: Request) -> dict[str, Any]:
        return clip_picture(session.clips, gallery.row(request.path_params["handle"]))

    def cell(request: Request) -> dict[str, Any]:
        return {"clips": gallery.cell(*(_index(request, name) for name in ("true", "predicted")))}

    async def page(request: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    async def events(request: Request) -> Response:
        return audience.stream()

    async def video(request: Request) -> Response:
        file = video_of(session.clips, gallery.row(request.path_params["handle"]))
        return _file(file, "this clip has no video")

    async def report(request: Request) -> Response:
        return _file(folder / "report.html", "the report is written at the end")

    return [
        Route("/", page),
        Mount("/static", StaticFiles(directory=STATIC)),
        Route("/about", read(lambda request: board.about())),
        Route("/state", read(lambda request: board.state())),
        Route("/events", events),
        Route("/clip/{handle}", read(clip)),
        Route("/video/{handle}", video),
        Route("/cell", read(cell)),
        Route("/report", report),
        *(
            Route(f"/{name}", do(deed), methods=["POST"])
            for name, deed in {
                "next": deeds.next_items,
                "answer": deeds.answer,
                "undo": deeds.undo,
                "reveal": deeds.reveal,
                "class": deeds.new_class,
                "rename": deeds.rename_class,
                "leave": deeds.leave,
                "pause": pause,
            }.items()
        ),
    ]


async def _body(request: Request) -> Body:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "the request must be application/json")
    text = b""
    async for part in request.stream():
        text += part
        if len(text) > MOST_BYTES:
            raise Refused(413, f"the request is longer than {MOST_BYTES} bytes")
    return Body.of(text)


def _index(request: Request, name: str) -> int:
    value = request.query_params.get(name, "")
    if not value.isdecimal() or len(value) > 4:
        raise Refused(422, f"{name} must be the number of a class")
    return int(value)


def _file(path: str | Path | None, missing: str) -> Response:
    if path is None or not Path(path).is_file():
        raise Refused(404, missing)
    return FileResponse(path)
