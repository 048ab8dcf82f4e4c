from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hydra.core.global_hydra import GlobalHydra

from gesture_al.cli.composition import compose_points, compose_settings, not_a_setting, sweep_points, unknown_key
from gesture_al.core.errors import UserError
from gesture_al.core.settings import Settings, conf_dir

OVERLAYS = sorted(path.stem for path in (conf_dir() / "experiment").glob("*.yaml"))


def test_plain_dataclasses_come_out():
    settings = compose_settings(["model=lstm_s", "k=3", "model.params.layers=2"])
    assert type(settings) is Settings
    assert (settings.k, settings.model.name, settings.model.params["layers"]) == (3, "lstm", 2)
    assert type(settings.model.params) is dict


def test_later_overrides_win_and_hydra_is_left_as_it_was():
    assert compose_settings(["k=3", "k=5"]).k == 5
    with pytest.raises(UserError):
        compose_settings(["model=nope"])
    assert not GlobalHydra.instance().is_initialized()


def test_an_overlay_changes_anything_and_what_is_typed_changes_it_again():
    assert compose_settings(["experiment=reference"]).threshold == 0.9
    assert compose_settings(["experiment=reference"]).features.name == "raw"
    assert compose_settings(["experiment=reference", "features=geometric"]).features.name == "geometric"


def test_neither_the_global_generators_nor_the_arguments_are_touched():
    state, typed = np.random.get_state()[1].copy(), ["k=3"]  # noqa: NPY002 - it is what must not change
    compose_settings(typed)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    assert typed == ["k=3"]


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        (["k=1,2", "seed=0,1"], [["k=1", "seed=0"], ["k=1", "seed=1"], ["k=2", "seed=0"], ["k=2", "seed=1"]]),
        (["seed=range(3)"], [["seed=0"], ["seed=1"], ["seed=2"]]),
        (["k=4"], [["k=4"]]),
        (["dataset.params.classes=[a,b],[b,c]"], [["dataset.params.classes=[a,b]"], ["dataset.params.classes=[b,c]"]]),
        (["k=1,2", "hydra/launcher=joblib"], [["k=1"], ["k=2"]]),
    ],
)
def test_the_points_of_a_sweep(typed, points):
    assert sweep_points(typed) == points


def test_an_overlay_spans_what_is_not_typed():
    points = sweep_points(["experiment=batch_size", "seed=7"])
    assert len(points) == 6
    assert all("seed=7" in point and "experiment=batch_size" in point for point in points)
    assert {compose_settings(point).k for point in points} == {5, 10, 20}


def test_every_setting_survives_the_way_through_yaml():
    import yaml

    settings = asdict(compose_settings(["name=x", "budget=3"]))
    assert yaml.safe_load(yaml.safe_dump(settings)) == settings


@pytest.mark.parametrize(
    ("key", "told"),
    [("modle", "did you mean model?"), ("nothing.like.it", "there are: dataset, features"), ("hydra.foo", "no setting")],
)
def test_a_key_that_is_no_setting(key, told):
    assert told in not_a_setting(key)


@pytest.mark.parametrize("typed", ["skeleton=ntu", "+skeleton=ntu", "skeleton.joints=3", "~skeleton"])
def test_a_layout_is_no_setting_but_a_parameter_of_the_data_set(typed):
    with pytest.raises(UserError, match=r"dataset\.params\.skeleton=<name>"):
        compose_settings([typed])


def test_a_parameter_that_is_none():
    assert unknown_key("model.params.hiden", ["hidden", "layers"]).endswith("(did you mean hidden?); it takes hidden, layers")
    assert "model.params.hidden" in unknown_key("model.hiden", ["hidden", "layers"])


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
    assert len(points) == 20
    assert [item.strategy.name for item in settings] == ["random"] * 20
    assert [item.seed for item in settings] == list(range(20))
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
