"""What a sweep consists of: typed and overlaid dimensions, composed quickly but not otherwise."""

from __future__ import annotations

import pytest

from gesture_al.cli.commands.composition import compose_settings, sweep_points
from gesture_al.cli.commands.points import compose_points
from gesture_al.core.settings import conf_dir

OVERLAYS = sorted(path.stem for path in (conf_dir() / "experiment").glob("*.yaml"))


def test_every_combination_in_hydras_order():
    points = sweep_points(["strategy=random,margin", "k=5,10", "threshold=0.8"])
    assert points == [
        ["strategy=random", "k=5", "threshold=0.8"],
        ["strategy=random", "k=10", "threshold=0.8"],
        ["strategy=margin", "k=5", "threshold=0.8"],
        ["strategy=margin", "k=10", "threshold=0.8"],
    ]


def test_a_typed_key_takes_the_place_of_an_overlays_dimension():
    assert {item.strategy.name for item in compose_points(sweep_points(["experiment=strategies"]))} > {"random", "margin"}
    points = sweep_points(["experiment=strategies", "strategy=random"])
    settings = compose_points(points)
    assert len(points) == 5
    assert [item.strategy.name for item in settings] == ["random"] * 5
    assert [item.seed for item in settings] == [0, 1, 2, 3, 4]
    assert len(sweep_points(["experiment=strategies", "strategy=random,margin", "seed=7"])) == 2


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_composed_together_as_each_alone(overlay):
    points = sweep_points([f"experiment={overlay}", "k=5,7", "trainer.params.steps=9", "trainer.params.warmup=1"])
    some = points[:: max(1, len(points) // 3)]
    assert compose_points(some) == [compose_settings(point) for point in some]


def test_points_do_not_share_what_they_hold():
    first, second = compose_points([["trainer.params.steps=50"], ["trainer.params.steps=60"]])
    assert (first.trainer.params["steps"], second.trainer.params["steps"]) == (50, 60)
    assert first.model.params is not second.model.params
