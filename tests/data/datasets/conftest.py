from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of its own for every test, and no offline folder."""
    root = tmp_path / "cache"
    monkeypatch.setenv("GESTURE_AL_CACHE", str(root))
    monkeypatch.delenv("GESTURE_AL_DATA", raising=False)
    return root


@pytest.fixture
def write_archive(tmp_path: Path) -> Callable[..., Path]:
    """Write an .npz of eight hand clips in two classes; arguments replace or (None) drop arrays."""

    def write(name: str = "clips.npz", **changes: Any) -> Path:
        rng = np.random.default_rng(0)
        arrays: dict[str, Any] = {
            "X": rng.normal(size=(8, 5, 42, 3)).astype(np.float32),
            "y": np.array([0, 1] * 4),
            "class_names": np.array(["wave", "fist"]),
            "lengths": np.array([5, 5, 5, 3, 5, 5, 5, 5]),
        }
        arrays |= changes
        path = tmp_path / name
        np.savez_compressed(path, **{key: value for key, value in arrays.items() if value is not None})
        return path

    return write


@pytest.fixture
def write_frames(tmp_path: Path) -> Callable[..., Path]:
    """Write `<root>/<clip>/<frame>.npy` files; the clip is given as `class/name`, its frames as an array (T, F)."""

    def write(clips: dict[str, np.ndarray], root: str = "MP_Data") -> Path:
        for clip, frames in clips.items():
            folder = tmp_path / root / clip
            folder.mkdir(parents=True)
            for index, frame in enumerate(frames):
                np.save(folder / f"{index}.npy", frame)
        return tmp_path / root

    return write
