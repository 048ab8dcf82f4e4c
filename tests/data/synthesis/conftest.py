"""Landmarks of real hands, from MediaPipe's own test data."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Hands = dict[str, NDArray[np.float64]]


@pytest.fixture(scope="session")
def real_hands(shared_media: Path) -> Callable[[str], Hands]:
    """`real_hands(name)`: `image` and `world` landmarks (21, 3) of a photo; the aspect of the picture is unknown."""

    def read(name: str) -> Hands:
        text = (shared_media / f"{name}_landmarks.pbtxt").read_text()
        blocks = re.findall(r"landmark\s*\{([^}]*)\}", text)
        points = np.array([[float(re.search(rf"{axis}:\s*(\S+)", block)[1]) for axis in "xyz"] for block in blocks])
        return {"image": points[:21], "world": points[21:]}

    return read


@pytest.fixture(scope="session")
def misfit() -> Callable[[NDArray, NDArray], float]:
    """RMS distance, in palm lengths, after moving, turning and scaling a hand onto a real one; never mirrored."""

    def measure(generated: NDArray, real: NDArray) -> float:
        a, b = generated - generated.mean(axis=0), real - real.mean(axis=0)
        u, sizes, v = np.linalg.svd(a.T @ b)
        proper = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ v))])
        moved = (sizes * proper).sum() / (a**2).sum() * a @ (u * proper) @ v
        return float(np.sqrt(((moved - b) ** 2).sum(axis=1).mean()) / np.linalg.norm(real[9] - real[0]))

    return measure
