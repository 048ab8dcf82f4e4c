"""`gesture-al models` says what is here, brings what is not, and notices what is damaged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gesture_al.capture.landmarks.bundles import BUNDLES, digest, pack
from gesture_al.capture.landmarks.model_files import FOLDER_VARIABLE
from gesture_al.cli.main import main

HAND = pack(dict.fromkeys(BUNDLES["hand"].members, b"net" * 999))


@pytest.fixture(autouse=True)
def published(serve, tmp_path, monkeypatch):
    """An empty cache, and a hand bundle that this machine publishes; gives the requests."""
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    address, asked = serve({"/hand.task": HAND})
    monkeypatch.setitem(BUNDLES, "hand", replace(BUNDLES["hand"], url=f"{address}/hand.task", sha256=digest(HAND)))
    return asked


def test_the_list_says_what_is_missing_and_how_to_get_it(capsys):
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(BUNDLES)
    assert lines[0] == "hand  not here; gesture-al models fetch hand"


def test_fetch_brings_it_once_and_says_what_is_being_tried(capsys, published):
    for _ in range(2):
        assert main(["models", "fetch", "hand"]) == 0
    told = capsys.readouterr()
    assert "official, the published file" in told.out.splitlines()[0]
    assert told.err.count("hand_landmarker.task: trying http://") == 1
    assert published == ["/hand.task"]
    assert main(["models", "verify", "hand"]) == 0


def test_verify_fails_on_a_damaged_file_and_fetch_replaces_it(capsys, tmp_path):
    main(["models", "fetch", "hand"])
    (path,) = (tmp_path / "cache" / "models").glob("*.task")
    path.write_bytes(HAND[:-5])
    assert main(["models", "verify"]) == 1
    assert f"damaged: {path}" in capsys.readouterr().out
    assert main(["models", "fetch", "hand"]) == 0
    assert main(["models", "verify"]) == 0


def test_a_file_of_the_users_own_is_shown_as_such(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "hand_landmarker.task").write_bytes(pack(dict.fromkeys(BUNDLES["hand"].members, b"mine")))
    assert main(["models", "verify", "hand"]) == 0
    assert f"{FOLDER_VARIABLE}, of another version than the published one" in capsys.readouterr().out


def test_an_unknown_model_is_refused(capsys):
    assert main(["models", "fetch", "foot"]) == 2
    assert "no model 'foot'; there are: hand, pose, face" in capsys.readouterr().err
