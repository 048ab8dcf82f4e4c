"""The registry of strategies costs NumPy only, and the example of CONTRIBUTING is a strategy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

from gesture_al.active.strategies import STRATEGIES, Needs, PoolView

GUIDE = Path(__file__).resolve().parents[3] / "CONTRIBUTING.md"


def test_looking_at_every_strategy_loads_nothing_heavy():
    heavy = "{'torch', 'sklearn', 'scipy', 'threadpoolctl', 'pandas', 'matplotlib'}"
    look = f"import sys; from gesture_al import STRATEGIES; STRATEGIES.names(); print({heavy} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", look], text=True).strip() == "set()"


def test_the_guides_example_is_a_strategy(monkeypatch):
    monkeypatch.setattr(STRATEGIES, "_parts", {name: STRATEGIES.get(name) for name in STRATEGIES.names()})
    code = next(block for block in re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL) if "@STRATEGIES" in block)
    exec(compile(code, str(GUIDE), "exec"), {"__name__": "guide"})
    strategy = STRATEGIES.build("longest_embedding")
    assert (strategy.needs, strategy.samples) == (Needs.EMBEDDINGS, 0)
    view = PoolView(embeddings=np.array([[1.0, 0.0], [3.0, 4.0], [0.0, 2.0]]))
    assert strategy.select(view, 2, np.random.default_rng(0)).indices.tolist() == [1, 2]


def test_every_strategy_names_its_source():
    from importlib import import_module

    ours = {"random", "candidate_subsample"}
    for name in STRATEGIES.names():
        text = Path(import_module(STRATEGIES.get(name).__module__).__file__).read_text()
        assert name in ours or re.search(r"Source:\n[^\n]*[A-Z].*\d{4}|Source:\n(.*\n){0,3}.*\(\d{4}\)", text), name
