from __future__ import annotations

import json

import numpy as np
import pytest
import yaml
from scipy import stats

from gesture_al.runs.report.compare import common_range, differing, group_runs, half_interval, on_grid, summarise
from gesture_al.runs.report.run_on_disk import read_run, read_runs


def test_only_what_was_varied_on_purpose_differs():
    base = {"seed": 0, "output_dir": "a", "k": 5, "strategy": {"name": "margin", "params": {}}}
    other = {"seed": 1, "output_dir": "b", "k": 5, "strategy": {"name": "badge", "params": {"draws": 3}}}
    assert differing([base, other]) == ["strategy.name"]
    assert differing([other, {**other, "strategy": {"name": "badge", "params": {"draws": 9}}}]) == ["strategy.params.draws"]
    assert differing([base, {**base, "seed": 7}]) == []


def test_strategies_are_lines_and_other_settings_are_panels(tmp_path, make_run):
    folders = [
        make_run(tmp_path / f"{strategy}{k}{seed}", strategy=strategy, k=k, seed=seed)
        for strategy in ("random", "margin")
        for k in (4, 8)
        for seed in (0, 1)
    ]
    groups = group_runs(read_runs(folders))
    assert [(g.panel, g.label, len(g.runs)) for g in groups] == [
        ("k 4", "margin", 2),
        ("k 4", "random", 2),
        ("k 8", "margin", 2),
        ("k 8", "random", 2),
    ]


def test_without_different_strategies_the_setting_that_differs_makes_the_lines(tmp_path, make_run):
    groups = group_runs(read_runs([make_run(tmp_path / str(k), k=k) for k in (4, 8)]))
    assert [(g.panel, g.label) for g in groups] == [("", "k 4"), ("", "k 8")]


def test_an_option_of_a_sweep_goes_by_its_name(tmp_path, make_run):
    options = {"lstm": {"hidden": 64}, "bilstm": {"hidden": 48}}
    runs = []
    for option, params in options.items():
        folder = make_run(tmp_path / option)
        config = yaml.safe_load((folder / "config.yaml").read_text())
        config["model"] = {"name": "lstm", "params": params}
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        runs.append(read_run(folder, overrides=[f"model={option}", "seed=0"]))
    assert [group.label for group in group_runs(runs)] == ["bilstm", "lstm"]


def test_runs_without_a_curve_are_not_compared(tmp_path, make_run):
    folders = [make_run(tmp_path / "a", rounds=1), make_run(tmp_path / "b", rounds=0, state="failed")]
    assert group_runs(read_runs(folders)) == []


def test_areas_are_counted_over_the_range_that_all_runs_share(tmp_path, make_run):
    runs = read_runs([make_run(tmp_path / "long", rounds=9), make_run(tmp_path / "short", rounds=4, strategy="random")])
    groups = group_runs(runs)
    start, end = common_range(groups)
    assert (start, end) == (8, 20)
    told = {group.label: summarise(group, start, end, 40) for group in groups}
    for run, label in zip(runs, ("margin", "random"), strict=True):
        labels, scores = run.curve("test_macro_f1")
        fine = np.linspace(start, end, 12_001)
        assert told[label].aulc[0] == pytest.approx(np.interp(fine, labels, scores).mean(), abs=1e-4)
    assert told["margin"].spent == 8 + 4 * 8 + 40


def test_a_curve_ends_where_its_run_ended(tmp_path, make_run):
    (group,) = group_runs(read_runs([make_run(tmp_path / "run", rounds=3)]))
    assert np.isnan(on_grid(group, np.array([7.0, 8.0, 16.0, 17.0]))).tolist() == [[True, False, False, True]]


def test_a_round_without_an_answer_is_no_step_of_the_curve(tmp_path, make_run):
    folder = make_run(tmp_path / "run", rounds=3)
    lines = (folder / "rounds.jsonl").read_text().splitlines()
    again = {**json.loads(lines[-1]), "round": 3, "test_macro_f1": 0.123}
    (folder / "rounds.jsonl").write_text("".join(line + "\n" for line in [*lines, json.dumps(again)]))
    (group,) = group_runs(read_runs([folder]))
    labels, scores = group.runs[0].curve("test_macro_f1")
    assert labels.tolist() == [8, 12, 16]
    assert scores[-1] == 0.123
    assert summarise(group, *common_range([group]), 16).final.tolist() == [0.123]


def test_the_interval_is_students():
    values = np.random.default_rng(0).normal(size=(6, 2))
    low, high = stats.t.interval(0.95, 5, loc=values.mean(axis=0), scale=stats.sem(values))
    assert half_interval(values) == pytest.approx((high - low) / 2)
    assert np.isnan(half_interval(values[:2])).all()
