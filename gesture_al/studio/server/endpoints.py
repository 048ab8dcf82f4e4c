"""Endpoints of a page: functions that know nothing of HTTP as routes, and files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from gesture_al.core.errors import Refused
from gesture_al.studio.server.body import MOST_BYTES, Body

Endpoint = Callable[[Request], Awaitable[Response]]


def read(draw: Callable[[Request], Any]) -> Endpoint:
    """What is asked for, as JSON."""

    async def endpoint(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(draw, request))

    return endpoint


def read_text(draw: Callable[[Request], bytes]) -> Endpoint:
    """What is asked for, where it is JSON already."""

    async def endpoint(request: Request) -> Response:
        return Response(await run_in_threadpool(draw, request), media_type="application/json")

    return endpoint


def action(name: str, do: Callable[[Body], dict[str, Any]]) -> Route:
    """`POST /name`: the fields of a JSON body go in, the fields of the reply come out."""

    async def endpoint(request: Request) -> Response:
        body = await _body(request)
        return JSONResponse(await run_in_threadpool(do, body))

    return Route(f"/{name}", endpoint, methods=["POST"])


def upload(name: str, kind: str, most: int, take: Callable[[Request, bytes], dict[str, Any]]) -> Route:
    """`POST /name`: a body of one media type and at most so many bytes goes in, the fields of the reply come out."""

    async def endpoint(request: Request) -> Response:
        body = await _sent(request, kind, most)
        return JSONResponse(await run_in_threadpool(take, request, body))

    return Route(f"/{name}", endpoint, methods=["POST"])


def page(path: Path) -> Route:
    """A page at the root of its server."""

    async def endpoint(request: Request) -> Response:
        return FileResponse(path)

    return Route("/", endpoint)


def stored(path: str | Path | None, missing: str) -> Response:
    """A file; parts of it for a player that asks for them.

    Raises:
        Refused: There is none; `missing` says so.
    """
    if path is None or not Path(path).is_file():
        raise Refused(404, missing)
    return FileResponse(path)


async def _body(request: Request) -> Body:
    return Body.of(await _sent(request, "application/json", MOST_BYTES))


async def _sent(request: Request, kind: str, most: int) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip() != kind:
        raise Refused(415, f"the request must be {kind}")
    parts, length = [], 0
    async for part in request.stream():
        parts.append(part)
        length += len(part)
        if length > most:
            raise Refused(413, f"the request is longer than {most} bytes")
    return b"".join(parts)
