"""The routes of the recorder's server, and the upload of a take's video, piece by piece, so that a long one costs no memory."""

from __future__ import annotations

import contextlib
import itertools
import os
from pathlib import Path
from typing import IO, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import Refused, UserError
from gesture_al.data.track import UNLABELLED
from gesture_al.studio.record.board import RecordBoard
from gesture_al.studio.record.takes import Takes
from gesture_al.studio.record.upload import Upload, most_bytes
from gesture_al.studio.server.body import Body
from gesture_al.studio.server.endpoints import action, page, read
from gesture_al.studio.server.lease import Lease

STATIC = Path(__file__).with_name("static")
_NUMBERS = itertools.count()


def routes(board: RecordBoard, lease: Lease) -> list[BaseRoute]:
    """Routes of the recorder's page.

    Args:
        board: Draws the state, and knows all that has one.
        lease: Of the tab that records.
    """
    takes, classes, plan = board.takes, board.classes, board.plan

    def state(**more: Any) -> dict[str, Any]:
        return {"has_lease": True, **board.state(), **more}

    def hold(body: Body) -> dict[str, Any]:
        # Loaded while the person reads.
        board.reviewer.warm()
        return state(has_lease=lease.hold(body.text("tab"), body.flag("take_over")))

    def release(body: Body) -> dict[str, Any]:
        lease.release(body.text("tab"))
        return {}

    def keep(body: Body) -> dict[str, Any]:
        lease.check(body.text("tab"))
        kept = takes.keep(body.uuid())
        label = kept["name"].partition("/")[0]
        if label != UNLABELLED:
            # Recorded in an earlier life of the recorder, in which the class was added.
            classes.add(label)
        return state(take=kept)

    def discard(body: Body) -> dict[str, Any]:
        lease.check(body.text("tab"))
        takes.discard(body.uuid())
        return state()

    def undo(body: Body) -> dict[str, Any]:
        lease.check(body.text("tab"))
        return state(take=takes.undo(body.uuid()))

    def add(body: Body) -> dict[str, Any]:
        lease.check(body.text("tab"))
        classes.add(body.text("name", most=80))
        return state()

    def remove(body: Body) -> dict[str, Any]:
        lease.check(body.text("tab"))
        name = body.text("name", most=80)
        classes.remove(name, takes.store.counts().get(name, 0))
        return state()

    def leave(body: Body) -> dict[str, Any]:
        lease.check(body.text("tab"))
        board.ending.ask(body.flag("label"))
        return state()

    def stay(body: Body) -> dict[str, Any]:
        board.ending.stay()
        return state()

    def warm(body: Body) -> dict[str, Any]:
        board.reviewer.warm(again=True)
        return state()

    def take(request: Request) -> dict[str, Any]:
        return takes.state(request.path_params["uuid"])

    def joints(request: Request) -> dict[str, Any]:
        return board.joints(takes.track(request.path_params["uuid"]))

    longest = max(plan.seconds, plan.free_seconds)
    actions = (hold, release, keep, discard, undo, leave, stay, warm)
    return [
        page(STATIC / "index.html"),
        Route("/about", read(lambda request: board.about())),
        Route("/take/{uuid}", read(take), methods=["GET"]),
        Route("/take/{uuid}/joints", read(joints)),
        upload_route(takes, lease, longest, board.video),
        *(action(do.__name__, do) for do in actions),
        action("class", add),
        action("unclass", remove),
    ]


def upload_route(takes: Takes, lease: Lease, longest: float, video: bool) -> Route:
    """`POST /take/{uuid}`: the video as the body, its fields in the query.

    Args:
        takes: Where it goes.
        lease: Of the tab that may send one.
        longest: Seconds that a take may last.
        video: Whether pictures are kept, which need more room.
    """

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await receive(request))
        except (Refused, OSError):
            # A browser that is still sending would take a reply for a broken line.
            await _discard_body(request, most_bytes(longest))
            raise

    async def receive(request: Request) -> dict[str, Any]:
        uuid = Body({"uuid": request.path_params["uuid"]}).uuid()
        lease.check(request.query_params.get("tab", ""))
        if uuid in takes:
            await _discard_body(request, most_bytes(longest))
            return takes.state(uuid)
        upload = Upload.of(uuid, request.query_params, request.headers.get("content-type", ""), longest)
        try:
            takes.store.check_room(video)
        except UserError as err:
            raise Refused(507, str(err)) from err
        await _store(request, upload, takes.store.workshop, longest)
        takes.receive(upload)
        return takes.state(uuid)

    return Route("/take/{uuid}", endpoint, methods=["POST"])


async def _discard_body(request: Request, most: int) -> None:
    """Take in what is left of a body that nobody wants, up to so many bytes."""
    got = 0
    with contextlib.suppress(ClientDisconnect, RuntimeError):
        async for part in request.stream():
            got += len(part)
            if got > most:
                return


async def _store(request: Request, upload: Upload, workshop: Path, longest: float) -> None:
    """Write the body to the disk, whole or not at all."""
    most = most_bytes(longest)
    if upload.size > most:
        raise Refused(413, f"a take of {upload.size} bytes is larger than the {most} that are taken")
    # Sent twice at once, each has a file of its own; the later one takes the other's place, which is the same.
    half = workshop / f"{upload.uuid}.{next(_NUMBERS)}.half{upload.suffix}"
    try:
        with half.open("wb") as file:
            got = 0
            async for part in request.stream():
                got += len(part)
                if got > min(most, upload.size):
                    raise Refused(413, "the take is larger than was said")
                file.write(part)
            if got < upload.size or not got:
                raise Refused(422, f"only {got} of {upload.size} bytes have arrived")
            await run_in_threadpool(_flush, file)
        await run_in_threadpool(_check, half, longest)
        half.rename(upload.file(workshop))
    finally:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _check(path: Path, longest: float) -> None:
    """See that it is a video with a picture in it, and none that says of itself that it is too long."""
    try:
        with open_video(path) as video:
            if video.duration is not None and video.duration > 1.5 * longest + 5:
                raise Refused(422, f"a video of {video.duration:.0f} s is longer than the {longest:g} s that were agreed")
            next(iter(video))
    except UserError as err:
        raise Refused(422, str(err).removeprefix(f"{path}: ")) from err
