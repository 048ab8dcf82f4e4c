"""Fixtures for the whole suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _folder(name: str, variable: str | None) -> Path:
    named = os.environ.get(variable) if variable else None
    folder = Path(named) if named else ROOT.parent / "shared" / name
    if not folder.is_dir():
        pytest.skip(f"no real {name}: neither {variable or 'a variable'} nor ../shared/{name} is a folder")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with natops.npz, hello3.npz, point_history.npz and the archives they were made from."""
    return _folder("data", "GESTURE_AL_DATA")


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder with photos and landmark files of real hands."""
    return _folder("media", None)
