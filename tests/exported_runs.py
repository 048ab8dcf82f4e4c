"""Runs small enough to make a dozen of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesture_al.core.settings import DatasetPart, Part, Settings
from gesture_al.runs import runner
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback

DATA = DatasetPart("facetime_synthetic", {"clips": 64, "subjects": 4})


def make_run(folder: Path, model: str = "lstm", params=None, features=None, dataset: DatasetPart = DATA, **changes) -> Path:
    """A run of one round, trained for a few steps; without its report, which nothing here looks at."""
    settings = Settings(
        dataset=dataset,
        features=features or Part("geometric", {"frames": 24}),
        model=Part(model, params or {}),
        trainer=Part("gradient_steps", {"steps": 6, "warmup": 2, "lr": 0.01}),
        strategy=Part("random"),
        oracle=Part("simulated"),
        tracking=Part("csv"),
        view=Part("default"),
        **{"budget": 8, "seed": 1, "augment": Part("none"), "stopping": Part("budget"), **changes},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "finish", lambda folder: None)
        runner.run(assemble(settings, load_clips(settings.dataset)), folder, NullCallback())
    return folder
