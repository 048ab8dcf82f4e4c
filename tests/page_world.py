"""What a browser does to a session, without a browser."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from starlette.testclient import TestClient

from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.records.journal import Asked, Query
from gesture_al.active.records.round_row import RoundRow
from gesture_al.studio.label.board import LabelBoard
from gesture_al.studio.label.open_pages import OpenPages
from gesture_al.studio.label.routes import STATIC, routes
from gesture_al.studio.server.address import Address
from gesture_al.studio.server.application import application
from gesture_al.studio.server.guard import Guard

HERE = Address("127.0.0.1", 8123, "secret")


@dataclass
class Page:
    """What a browser could do, without one."""

    session: LabelSession
    folder: Path
    client: TestClient
    board: LabelBoard

    def post(self, path, **fields):
        return self.client.post(path, json=fields)

    def next(self, most=3, tab="tab", **more):
        return self.post("/next", tab=tab, most=most, **more).json()["items"]

    def answer(self, handle, name="Like", operation="label", tab="tab", **more):
        fields = {"uuid": str(uuid.uuid4()), "handle": handle, "operation": operation, "tab": tab, **more}
        return self.post("/answer", **({"name": name} if operation == "label" else {}), **fields)

    def state(self):
        return self.client.get("/state").json()


def client_of(session, folder, address=HERE, **options):
    board = LabelBoard(session, folder)
    guarded = Guard(application(routes(session, board, OpenPages(session, board), folder), STATIC), address)
    client = TestClient(guarded, base_url=f"http://{address.host}:{address.port}", **options)
    return client, board


def round_row(**more):
    """A row of a round without scores, but for those that are named."""
    return RoundRow(**{"labels": 6, "validation_labels": 2, "class_counts": [2, 2, 2], **more})


def thinks(session, row, probs, round_=0, score=1.5):
    """The model of a round believes this of a clip that it asks about."""
    query = Query(round_, [f"c{row:02d}"], [score], 0.0)
    session.progress.asked(query, Asked.of(session.clips, np.array([row]), np.array([probs])))
