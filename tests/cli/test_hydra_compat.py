"""Each name and message of Hydra's that no promise of Hydra's covers; a failure here says what a new version changed."""

from __future__ import annotations

import inspect

import pytest
from hydra import compose
from hydra._internal.callbacks import Callbacks
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, JobStatus

from gesture_al.cli.composition import compose_config, hydra_at_conf, parse_overrides
from gesture_al.cli.hydra_compat import Fault, build_launcher, is_group, job_result, read_message, set_values, split_into_jobs

CHANGED = "Hydra changed {}: adapt gesture_al/cli/hydra_compat.py to this version, or bound the version in pyproject.toml"


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (BasicSweeper.split_arguments, ["overrides", "max_batch_size"]),
        (ConfigLoaderImpl._apply_overrides_to_config, ["overrides", "cfg"]),
        (Callbacks.__init__, ["self", "config"]),
        (Plugins.instantiate_launcher, ["self", "hydra_context", "task_function", "config"]),
    ],
    ids=lambda value: getattr(value, "__qualname__", ""),
)
def test_a_private_function_takes_what_it_took(function, parameters):
    assert list(inspect.signature(function).parameters) == parameters, CHANGED.format(function.__qualname__)


def test_the_result_of_a_job_that_failed_is_its_exception():
    error = ValueError("no")
    failed = JobReturn(status=JobStatus.FAILED)
    failed.return_value = error
    assert job_result(failed) is error, CHANGED.format("JobReturn._return_value")
    completed = JobReturn(status=JobStatus.COMPLETED)
    completed.return_value = "done"
    assert job_result(completed) == "done"


def test_jobs_are_numbered_with_the_last_key_running_fastest():
    with hydra_at_conf():
        jobs = split_into_jobs(parse_overrides(["k=1,2", "seed=0,1"]))
    expected = [["k=1", "seed=0"], ["k=1", "seed=1"], ["k=2", "seed=0"], ["k=2", "seed=1"]]
    assert jobs == expected, CHANGED.format("BasicSweeper.split_arguments")


def test_values_are_set_in_a_composed_configuration():
    with hydra_at_conf():
        config = compose_config([])
        set_values(config, parse_overrides(["k=7"]))
        assert config.k == 7, CHANGED.format("ConfigLoaderImpl._apply_overrides_to_config")
        assert is_group("model"), CHANGED.format("ConfigLoader.repository.group_exists")
        assert not is_group("k")


def test_a_launcher_is_built_and_carries_the_task_out(tmp_path):
    with hydra_at_conf():
        quiet = ["hydra/job_logging=none", "hydra/hydra_logging=none", "hydra.sweep.subdir=.", f"hydra.sweep.dir='{tmp_path}'"]
        config = compose("config", overrides=quiet, return_hydra_config=True)
        results = build_launcher(config, lambda job: f"k is {job.k}").launch([["k=7"]], initial_job_idx=0)
    assert [job_result(job) for job in results] == ["k is 7"], CHANGED.format("Plugins.instantiate_launcher")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("model=nope", Fault("option", "model", "nope")),
        ("modle=lstm", Fault("key", "modle")),
        ("model.params.hiden=3", Fault("key", "model.params.hiden")),
        ("~nothing", Fault("key", "nothing")),
        ("k=1,2", Fault("sweep", "'k=1,2'")),
        ("model=null", Fault("group")),
        ("k=abc", Fault("type", "k=abc", "Integer")),
        ("threshold=abc", Fault("type", "threshold=abc", "Float")),
        ("full_data=5.5", Fault("type", "full_data=5.5", "bool")),
        ("k=null", Fault("null", "k=null")),
        ("model.params=3", Fault("table", "model.params=3")),
    ],
)
def test_a_message_is_understood(typed, fault):
    with hydra_at_conf(), pytest.raises(Exception) as error:  # noqa: PT011 - whichever class Hydra chooses
        compose("config", overrides=[typed])
    assert read_message(error.value) == fault, CHANGED.format(f"what it says of {typed}: {error.value}")


def test_a_message_that_is_not_understood_is_passed_on():
    error = ValueError("something\nelse")
    error.__cause__ = KeyError("why")
    assert read_message(error) == Fault("other", detail="something: 'why'")
    assert read_message(ValueError("alone")) == Fault("other", detail="alone")
