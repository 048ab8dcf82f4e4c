"""What a benchmark consists of: the baseline beside everything, the same seeds, one declaration."""

from __future__ import annotations

from dataclasses import fields

import pytest
import yaml

from gesture_al.cli.benchmark import plan_benchmark
from gesture_al.cli.composition import compose_points
from gesture_al.cli.main import main
from gesture_al.core.errors import UserError
from gesture_al.core.settings import Settings
from gesture_al.runs.benchmark.power import check_power


def composed(arguments):
    plan = plan_benchmark(arguments)
    return plan.arguments, compose_points(plan.points), plan.declared


def test_without_a_word_the_declared_strategies_and_seeds():
    typed, runs, declared = composed([])
    assert "hydra/launcher=joblib" in typed
    assert len(runs) == 4 * 20
    assert {run.strategy.name for run in runs} == {"random", "entropy", "margin", "least_confidence"}
    assert {run.seed for run in runs} == set(range(20))
    assert {run.stopping.name for run in runs} == {"budget"}
    assert {run.tracking.name for run in runs} == {"csv"}
    assert (declared.against, declared.measure, declared.seeds) == ("random", "aulc", 20)


def test_random_runs_beside_every_combination_and_has_the_upper_line():
    _, runs, declared = composed(["strategy=margin,entropy", "k=5,10", "seed=3,4"])
    assert len(runs) == 3 * 2 * 2
    assert {(run.k, run.seed) for run in runs if run.strategy.name == "random"} == {(5, 3), (5, 4), (10, 3), (10, 4)}
    assert all(run.full_data == (run.strategy.name == "random") for run in runs)
    assert sorted(declared.strategies) == ["entropy", "margin", "random"]
    assert declared.seeds == 2


def test_nothing_runs_twice_where_random_was_typed():
    _, runs, _ = composed(["strategy=random,margin", "seed=0"])
    assert [run.strategy.name for run in runs] == ["random", "margin"]


def test_another_baseline():
    _, runs, _ = composed(["strategy=random", "benchmark.params.against=margin", "seed=0"])
    assert {run.strategy.name: run.full_data for run in runs} == {"margin": True, "random": False}


def test_what_was_typed_or_overlaid_is_kept():
    typed, runs, _ = composed(
        ["experiment=noisy_oracle", "stopping=max_rounds", "tracking=tensorboard", "hydra/launcher=basic", "full_data=true"]
    )
    assert "hydra/launcher=joblib" not in typed
    assert {run.stopping.name for run in runs} == {"max_rounds"}
    assert {run.tracking.name for run in runs} == {"tensorboard"}
    assert {run.seed for run in runs} == set(range(20))
    assert {run.oracle.params["noise"] for run in runs} == {0.0, 0.1, 0.2}
    assert all(run.full_data for run in runs)


def test_what_would_be_run_is_told(capsys, tmp_path):
    command = [
        "benchmark",
        "strategy=margin",
        "--show-config",
        "seed=3,4",
        "oracle.params.noise=0,0.1",
        f"output_dir={tmp_path}/runs",
    ]
    assert main(command) == 0
    told = yaml.safe_load(capsys.readouterr().out)
    assert told["runs"] == 2 * 2 * 2
    assert told["launched_by"] == ["hydra/launcher=joblib"]
    assert (told["declared"]["against"], told["declared"]["strategies"], told["declared"]["seeds"]) == (
        "random",
        ["random", "margin"],
        2,
    )
    assert "nothing can be significant" in told["power"][0]
    assert set(told["compared"]) == {"strategy", "seed", "oracle", "full_data"}
    assert told["compared"]["seed"] == [3, 4]
    assert [oracle["params"]["noise"] for oracle in told["compared"]["oracle"]] == [0.0, 0.1]
    assert told["common"]["stopping"]["name"] == "budget"
    assert {*told["compared"], *told["common"]} == {field.name for field in fields(Settings)} - {"benchmark"}
    assert not (tmp_path / "runs").exists()


def test_too_few_seeds_are_refused_before_anything_is_loaded(capsys, tmp_path):
    command = ["benchmark", "strategy=margin", "seed=0,1", "k=5,10", "dataset=natops", f"output_dir={tmp_path}/runs"]
    assert main(command) == 2
    told = capsys.readouterr().err
    assert "with 2 seeds and 2 comparisons the smallest p-value after Holm's correction is 1, above 0.05" in told
    assert "7 seeds are the fewest" in told
    assert "--underpowered" in told
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("name", ["noisy_oracle", "refusing_oracle", "long_tail", "unseen_people", "hello3", "strategies"])
def test_a_study_that_is_a_benchmark_can_find_something(name):
    plan = plan_benchmark([f"experiment={name}"])
    check_power(plan.declared, plan.comparisons)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["strategy=random"], "nothing to compare it with"),
        (["benchmark.params.alpha=0.05,0.1"], "one comparison is declared"),
        (["benchmark.params.alpha=2"], "benchmark.params.alpha=2: must be a number above 0 and below 1"),
        (["benchmark.params.measure=f2"], "must be aulc or final"),
        (["benchmark.params.against=best"], "best"),
        (["benchmark.params.strategies=[]"], "must be a list of words, one or more"),
        (["k=abc"], "k=abc"),
    ],
)
def test_refused_before_anything_runs(arguments, said):
    with pytest.raises(UserError, match=said):
        plan_benchmark(arguments)
