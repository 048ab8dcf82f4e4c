from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import yaml

from gesture_al.runs.benchmark.design import BenchmarkDesign

CLASSES = ["wave", "point"]
GAINS = {"random": 0.0, "margin": 0.05, "entropy": -0.02}


def write_run(folder: Path, strategy: str, seed: int, data: str = "real_set", state: str = "done", **settings: object) -> None:
    """What the benchmark reads of a run: four rounds, better by the strategy's gain after round 0."""
    rng, own = np.random.default_rng(seed), np.random.default_rng([seed, list(GAINS).index(strategy)])
    folder.mkdir(parents=True)
    config = {
        "dataset": {"name": data, "params": {}},
        "model": {"name": "lstm", "params": {"hidden": 8}},
        "strategy": {"name": strategy, "params": {}},
        "stopping": {"name": "budget", "params": {}},
        "trainer": {"name": "recipe", "params": {"warm_start": False}},
        **{"k": 4, "threshold": 0.8, "seed": seed, "full_data": strategy == "random"},
        **settings,
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    (folder / "status.json").write_text(json.dumps({"state": state, "reason": "the disk is full" if state == "failed" else ""}))
    splits = {"pool": {"wave": 20, "point": 20}, "test": {"wave": 9, "point": 9}, "validation": {}}
    told = {"name": data, "classes": CLASSES, "clips": 58, "synthetic": False, "split_by": "official", "splits": splits}
    (folder / "dataset.json").write_text(json.dumps(told))
    (folder / "environment.json").write_text(json.dumps({"gesture_al": "1.2.3", "python": "3.11", "packages": {"torch": "2.13"}}))
    level = 0.6 + 0.03 * rng.normal()
    rows = [
        {
            **{"round": n, "labels": 4 + 4 * n, "validation_labels": 0, "pool": 40 - 4 * n},
            "test_macro_f1": level + 0.06 * n + (n > 0) * (GAINS[strategy] + 0.005 * own.normal()),
            **{"test_ece": 0.1, "test_brier": 0.3, "fit_seconds": 2.0, "predict_seconds": 0.5},
            **{"select_seconds": 0.25, "oracle_seconds": 1.0},
        }
        for n in range(4)
    ]
    lines(folder / "rounds.jsonl", rows if state == "done" else rows[:1])
    lines(folder / "queries.jsonl", [{"round": n, "ids": [f"c{n}{i}" for i in range(4)], "scores": [0] * 4} for n in range(3)])
    answer = {"purpose": "query", "kind": "label"}
    lines(
        folder / "answers.jsonl",
        [{**answer, "clip": f"c{n}{i}", "round": n, "class": CLASSES[i > 2]} for n in range(3) for i in range(4)],
    )
    (folder / "asked").mkdir()
    for n in range(3):
        positions = own.normal(size=(4, 10, 5, 2)).astype(np.float16)
        positions[1] = positions[0]
        positions[:, 8:] = np.nan
        np.savez(
            folder / "asked" / f"round_{n:03d}.npz",
            ids=[f"c{n}{i}" for i in range(4)],
            positions=positions,
            probs=np.ones((4, 2)) / 2,
        )
    if strategy == "random":
        (folder / "full_data.json").write_text(json.dumps({"labels": 40, "test_macro_f1": 0.9}))


def lines(path: Path, records: list[dict]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


@pytest.fixture(scope="session")
def make_benchmark():
    """A benchmark's folder with these runs: (strategy, seed, data set, settings or a state)."""

    def make(
        folder: Path, seeds: int = 8, data: tuple[str, ...] = ("real_set",), failed: Mapping = {}, **declared: object
    ) -> Path:
        jobs = []
        for name in data:
            for strategy in GAINS:
                for seed in range(seeds):
                    number = str(len(jobs))
                    write_run(folder / number, strategy, seed, name, "failed" if failed.get(strategy) == seed else "done")
                    overrides = [f"strategy={strategy}", f"seed={seed}"]
                    jobs.append({"job": int(number), "overrides": overrides, "key": number, "folder": number, "state": "done"})
        lines(folder / "manifest.jsonl", jobs)
        told = {"strategies": list(GAINS), "seeds": seeds, "resamples": 500, **declared}
        (folder / "benchmark.json").write_text(json.dumps({"arguments": [], "latex": False, "declared": told}))
        return folder

    return make


@pytest.fixture
def design() -> BenchmarkDesign:
    return BenchmarkDesign(resamples=500)
