from __future__ import annotations

import numpy as np
import pytest

from gesture_al import ClipSet
from gesture_al.data.skeleton import skeleton_for


@pytest.fixture
def make_clips():
    def make(joints: int = 42, count: int = 6, synthetic: bool = True, fps: float | None = 20.0) -> ClipSet:
        rng = np.random.default_rng(0)
        lengths = rng.integers(5, 9, size=count)
        positions = rng.uniform(0.1, 0.9, size=(count, 8, joints, 2)).astype(np.float32)
        positions[:, :2, joints // 2 :] = np.nan
        for row, length in enumerate(lengths):
            positions[row, length:] = np.nan
        return ClipSet(
            positions=positions,
            lengths=lengths,
            ids=np.array([f"clip {row}" for row in range(count)]),
            labels=np.arange(count) % 3 - 1,
            classes=("Like", "Élan <1>"),
            skeleton=skeleton_for(joints),
            fps=fps,
            aspect=np.full(count, 4 / 3, dtype=np.float32),
            source="made for a test",
            synthetic=synthetic,
        )

    return make
