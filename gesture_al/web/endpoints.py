"""From functions that know nothing of HTTP to the ends of addresses: what is read, what is done, and files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from gesture_al.errors import Refused
from gesture_al.web.body import MOST_BYTES, Body

Endpoint = Callable[[Request], Awaitable[Response]]


def read(draw: Callable[[Request], Any]) -> Endpoint:
    """What is asked for, as JSON."""

    async def endpoint(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(draw, request))

    return endpoint


def deed(name: str, do: Callable[[Body], dict[str, Any]]) -> Route:
    """`POST /name`: the fields of a JSON body go in, the fields of the reply come out."""

    async def endpoint(request: Request) -> Response:
        body = await _body(request)
        return JSONResponse(await run_in_threadpool(do, body))

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
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "the request must be application/json")
    text = b""
    async for part in request.stream():
        text += part
        if len(text) > MOST_BYTES:
            raise Refused(413, f"the request is longer than {MOST_BYTES} bytes")
    return Body.of(text)
