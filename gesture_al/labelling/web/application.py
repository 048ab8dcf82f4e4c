"""The page's server as an application: its routes, and what becomes of what goes wrong in them."""

from __future__ import annotations

import errno
import mimetypes
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gesture_al.labelling.checks import Refused
from gesture_al.labelling.session import Session
from gesture_al.labelling.web.guard import LOG
from gesture_al.labelling.web.routes import routes
from gesture_al.labelling.web.state import Board
from gesture_al.labelling.web.stream import Audience

# A registry of Windows may call JavaScript plain text, which a browser told not to guess will not run.
mimetypes.add_type("text/javascript", ".js")
_FULL = (errno.ENOSPC, errno.EDQUOT)


def application(session: Session, board: Board, audience: Audience, folder: Path) -> Starlette:
    """The application, still without a guard before it.

    Args:
        session: What the page works on.
        board: Draws its state.
        audience: The open pages.
        folder: The run's.
    """
    handlers = {Refused: _refused, OSError: _not_written, HTTPException: _unknown}
    return Starlette(routes=routes(session, board, audience, folder), exception_handlers=handlers)  # type: ignore[arg-type]


async def _refused(request: Request, err: Refused) -> Response:
    return _complain(request, err.status, str(err))


async def _not_written(request: Request, err: OSError) -> Response:
    if err.errno in _FULL:
        return _complain(request, 507, "the disk is full; the answer is kept in the page until there is room")
    return _complain(request, 500, f"the answer could not be written: {err.strerror or err}")


async def _unknown(request: Request, err: HTTPException) -> Response:
    return _complain(request, err.status_code, err.detail)


def _complain(request: Request, status: int, reason: str) -> Response:
    LOG.warning("page: refused %s %s with %d: %s", request.method, request.url.path, status, reason)
    return JSONResponse({"error": reason}, status)
