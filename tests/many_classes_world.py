"""The folder of a run with many classes, such as a sign language has, for reports and benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import yaml

from gesture_al.learning.metrics import accuracy, macro_f1, weighted_f1

_WORDS = ("book", "drink", "computer", "before", "chair", "who", "cousin", "hearing", "thanksgiving", "all", "tomorrow", "deaf")


def class_names(classes: int) -> list[str]:
    """Names of signs, each another one, some of them long."""
    return [f"{_WORDS[number % len(_WORDS)]} {number // len(_WORDS) + 1}" for number in range(classes)]


def write_wide_run(folder: Path, classes: int = 250, rounds: int = 20, per_class: int = 20) -> Path:
    """A finished run that gets better at most of its classes; some pairs of classes are hard to tell apart."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    names = class_names(classes)
    config = {"dataset": {"name": "archive", "params": {}}, "model": {"name": "lstm", "params": {}}, "k": classes}
    config |= {"strategy": {"name": "margin", "params": {}}, "threshold": 0.9, "seed": 0}
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    (folder / "status.json").write_text(json.dumps({"state": "done", "reason": "the budget is spent"}))
    counts = dict.fromkeys(names, per_class)
    dataset = {"name": "signs", "classes": names, "clips": 3 * classes * per_class, "synthetic": True}
    dataset |= {"splits": {"pool": dict.fromkeys(names, 2 * per_class), "test": counts, "validation": {}}}
    (folder / "dataset.json").write_text(json.dumps(dataset))
    (folder / "environment.json").write_text(json.dumps({"python": "3.11"}))
    ease, twin = rng.beta(4, 2, classes), rng.permutation(classes)
    lines = []
    for number in range(rounds):
        skill = 0.95 * ease ** (1 - 0.8 * number / rounds)
        chances = np.full((classes, classes), 0.4 / classes) * (1 - skill[:, None])
        chances[np.arange(classes), twin] += 0.6 * (1 - skill)
        chances[np.arange(classes), np.arange(classes)] += skill
        confusion = np.array([rng.multinomial(per_class, row / row.sum()) for row in chances])
        line = {"round": number, "labels": classes * (number + 2), "pool": classes * (2 * per_class - number)}
        line |= {"class_counts": [2 + number] * classes, "test_macro_f1": macro_f1(confusion), "fit_seconds": 9.0}
        line |= {"test_macro_f1_low": macro_f1(confusion) - 0.02, "test_macro_f1_high": macro_f1(confusion) + 0.02}
        line |= {"test_weighted_f1": weighted_f1(confusion), "test_accuracy": accuracy(confusion)}
        lines.append(line | {"test_confusion": confusion.tolist()})
    (folder / "rounds.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder
