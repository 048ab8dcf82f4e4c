"""The YAML files and the registered parts say the same: what may be typed is what is built."""

from __future__ import annotations

import inspect
import shlex

import pytest
import yaml

from gesture_al.active.oracles.base import ORACLES
from gesture_al.active.stopping.base import STOPPING_RULES
from gesture_al.active.strategies.base import STRATEGIES
from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.cli.composition import compose_points, compose_settings, sweep_points
from gesture_al.core.parameters import check_values, declared
from gesture_al.core.settings import DatasetPart, Part, Settings, conf_dir
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.view.settings import VIEWS
from gesture_al.learning.augmentation.base import AUGMENTATIONS
from gesture_al.learning.committee.base import COMMITTEES
from gesture_al.learning.features.base import FEATURES
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.pretraining.base import PRETRAININGS
from gesture_al.learning.trainers.base import TRAINERS
from gesture_al.runs.benchmark.design import BENCHMARKS
from gesture_al.runs.tracking.base import TRACKERS

pytestmark = pytest.mark.slow

# Each group's registry, and what the assembly of a run gives to its parts.
REGISTRIES = {
    "augment": (AUGMENTATIONS, set()),
    "benchmark": (BENCHMARKS, set()),
    "committee": (COMMITTEES, set()),
    "dataset": (DATASETS, set()),
    "features": (FEATURES, set()),
    "landmarks": (LANDMARKS, set()),
    "model": (MODELS, {"inputs", "classes"}),
    "oracle": (ORACLES, {"truth", "classes", "random_streams", "clips", "frontends"}),
    "pretraining": (PRETRAININGS, set()),
    "stopping": (STOPPING_RULES, {"threshold", "budget"}),
    "strategy": (STRATEGIES, set()),
    "tracking": (TRACKERS, {"folder", "name", "group"}),
    "trainer": (TRAINERS, set()),
    "view": (VIEWS, set()),
}
# Files of these groups choose no part: an experiment sets keys, a layout is read by data/layout_file.py.
NO_PARTS = {"experiment", "skeleton"}
OPTIONS = sorted(path for path in conf_dir().glob("*/*.yaml") if path.parent.name not in NO_PARTS)
LAYOUTS = sorted((conf_dir() / "skeleton").glob("*.yaml"))
EXPERIMENTS = sorted((conf_dir() / "experiment").glob("*.yaml"))


def named(path):
    return f"{path.parent.name}/{path.stem}"


def test_every_group_has_a_registry_and_a_place_in_the_settings():
    groups = {path.name for path in conf_dir().iterdir() if path.is_dir()} - NO_PARTS
    assert groups == set(REGISTRIES)
    assert groups <= set(Settings.__dataclass_fields__)


@pytest.mark.parametrize("path", OPTIONS, ids=named)
def test_an_option_lists_the_parameters_of_its_part_and_no_others(path):
    registry, given = REGISTRIES[path.parent.name]
    option = yaml.safe_load(path.read_text())
    kind = DatasetPart if path.parent.name == "dataset" else Part
    assert set(option) <= set(kind.__dataclass_fields__)
    part = registry.get(option["name"])
    takes = {name for name, p in inspect.signature(part).parameters.items() if p.kind is not p.VAR_KEYWORD}
    assert set(option["params"]) == takes - given
    assert takes - given <= set(declared(part)), "a type that only type checkers import cannot be checked"
    check_values(option["params"], declared(part))


@pytest.mark.parametrize("path", [*OPTIONS, *EXPERIMENTS, *LAYOUTS], ids=named)
def test_a_file_begins_with_what_it_is(path):
    first = next(line for line in path.read_text().splitlines() if "@package" not in line)
    assert first.startswith("# ")
    assert len(first) > 10


@pytest.mark.parametrize("path", LAYOUTS, ids=named)
def test_a_layout_names_its_source(path):
    assert any(line.startswith("# Source: ") for line in path.read_text().splitlines()[1:3])


@pytest.mark.parametrize("group", REGISTRIES)
def test_every_registered_part_can_be_typed(group):
    in_files = {yaml.safe_load(path.read_text())["name"] for path in (conf_dir() / group).glob("*.yaml")}
    assert set(REGISTRIES[group][0].names()) == in_files


@pytest.mark.parametrize("path", OPTIONS, ids=named)
def test_every_option_composes(path):
    group = path.parent.name
    assert getattr(compose_settings([f"{group}={path.stem}"]), group).name == yaml.safe_load(path.read_text())["name"]


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_an_experiment_is_a_question_and_the_command_that_answers_it(path):
    lines = path.read_text().splitlines()
    assert lines[0] == "# @package _global_"
    question, _, command = lines[1].partition("   ")
    assert question.startswith("# ")
    assert "?" in question
    program, run, *typed = shlex.split(command)
    assert program == "gesture-al"
    assert run in ("run", "label", "benchmark")
    spans = "sweeper" in path.read_text()
    assert ("-m" in typed or run == "benchmark") == spans, "-m belongs to what spans a sweep, and to nothing else"
    overrides = [word for word in typed if word != "-m"]
    assert overrides[0] == f"experiment={path.stem}"
    points = sweep_points(overrides)
    assert (len(points) > 1) == spans
    assert len(compose_points(points)) == len(points)
