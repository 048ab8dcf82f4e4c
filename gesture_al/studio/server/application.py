"""A page's server as an application: its routes, its files, and what becomes of what goes wrong in them."""

from __future__ import annotations

import errno
import mimetypes
from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from gesture_al.core.errors import Refused
from gesture_al.studio.server.guard import CLOSED, LOG

SHARED = Path(__file__).with_name("static")
# A registry of Windows may call JavaScript plain text, which a browser told not to guess will not run.
mimetypes.add_type("text/javascript", ".js")
# Phones' videos, which Python does not know everywhere.
mimetypes.add_type("video/mp4", ".m4v")
mimetypes.add_type("video/webm", ".webm")
_FULL = (errno.ENOSPC, errno.EDQUOT)


def application(routes: Sequence[BaseRoute], static: Path) -> Starlette:
    """The application, still without a guard before it.

    Args:
        routes: What the page can ask for.
        static: The page's own files, at `/static`; those that all pages share are at `/shared`.
    """
    files = [Mount(f"/{name}", StaticFiles(directory=folder)) for name, folder in (("static", static), ("shared", SHARED))]
    handlers = {Refused: _refused, OSError: _not_written, HTTPException: _unknown, ClientDisconnect: _broken_off}
    return Starlette(routes=[*routes, *files], exception_handlers=handlers)  # type: ignore[arg-type]


async def _refused(request: Request, err: Refused) -> Response:
    return _complain(request, err.status, str(err))


async def _not_written(request: Request, err: OSError) -> Response:
    if err.errno in _FULL:
        return _complain(request, 507, "the disk is full; what you sent is kept in the page until there is room")
    return _complain(request, 500, f"what you sent could not be written: {err.strerror or err}")


async def _unknown(request: Request, err: HTTPException) -> Response:
    return _complain(request, err.status_code, err.detail)


async def _broken_off(request: Request, err: ClientDisconnect) -> Response:
    if CLOSED not in request.scope.get("state", {}):
        LOG.warning("page: %s %s was broken off by the browser", request.method, request.url.path)
    # Nobody is there to read it.
    return Response(status_code=400)


def _complain(request: Request, status: int, reason: str) -> Response:
    LOG.warning("page: refused %s %s with %d: %s", request.method, request.url.path, status, reason)
    return JSONResponse({"error": reason}, status)
