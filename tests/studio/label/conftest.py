"""A session seen through the page's server."""

from __future__ import annotations

import pytest
from active.annotation.conftest import asked, session_at
from labelling_world import questions
from page_world import Page, client_of


@pytest.fixture
def page(session_at, asked, tmp_path):
    """A session whose loop waits for the names of clips 1 to 6, seen by somebody who came in with the token."""
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2, 3, 4, 5, 6))
    client, board = client_of(session, tmp_path)
    assert client.get("/?token=secret").status_code == 200
    return Page(session, tmp_path, client, board)
