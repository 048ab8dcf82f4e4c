"""The adaptive strategy is its early part while labels are few, and the later one from then on."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import UserError
from gesture_al.core.parts import build_part


def view_with(labels: int, classes: int = 4) -> PoolView:
    rng = np.random.default_rng(0)
    return PoolView(
        probs=rng.dirichlet(np.ones(classes), size=60),
        embeddings=rng.normal(size=(60, 5)),
        labelled_embeddings=rng.normal(size=(labels, 5)),
        labelled_classes=rng.integers(0, classes, size=labels),
    )


def picks(strategy, view):
    return strategy.select(view, 7, np.random.default_rng(3)).indices.tolist()


@pytest.mark.parametrize(("labels", "part"), [(0, "typiclust"), (11, "typiclust"), (12, "margin"), (40, "margin")])
def test_the_number_of_labels_a_class_decides(labels, part):
    strategy, view = STRATEGIES.build("adaptive", {"labels_per_class": 3.0}), view_with(labels)
    assert picks(strategy, view) == picks(STRATEGIES.build(part), view)


def test_both_parts_are_chosen_by_settings_and_get_what_they_need():
    words = ["strategy=adaptive", "strategy.params.early.name=bald", "+strategy.params.early.params.samples=7"]
    settings = compose_settings([*words, "strategy.params.inner.name=badge"])
    strategy = build_part(STRATEGIES, "strategy", settings.strategy)
    parts = [STRATEGIES.build("bald"), STRATEGIES.build("badge")]
    assert all(part.needs in strategy.needs for part in parts)
    assert strategy.samples == 7


@pytest.mark.parametrize("key", ["early", "inner"])
def test_a_wrong_part_is_told_under_its_key(key):
    settings = compose_settings(["strategy=adaptive", f"strategy.params.{key}.name=margine"])
    with pytest.raises(UserError, match=rf"strategy\.params\.{key}.*margine.*did you mean") as told:
        build_part(STRATEGIES, "strategy", settings.strategy)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_the_switch_is_above_zero(value):
    with pytest.raises(UserError, match="labels_per_class"):
        STRATEGIES.build("adaptive", {"labels_per_class": value})
