from __future__ import annotations

import json

import pytest

from gesture_al.core.errors import UserError
from gesture_al.runs.report.run_on_disk import read_run, read_runs


def test_a_torn_last_line_is_a_round_that_was_not_measured(tmp_path, make_run):
    folder = make_run(tmp_path / "run")
    with (folder / "rounds.jsonl").open("a") as file:
        file.write('{"round": 6, "lab')
    assert [row.round for row in read_run(folder).rounds] == [0, 1, 2, 3, 4, 5]


def test_a_folder_named_twice_counts_once(tmp_path, make_sweep):
    sweep = make_sweep(tmp_path / "sweep")
    runs = read_runs([sweep, sweep / "0"])
    assert [run.state for run in runs] == ["done", "done", "failed", "done", "done", "done", "planned"]


@pytest.mark.parametrize("name", ["status.json", "rounds.jsonl", "config.yaml", "dataset.json"])
def test_a_damaged_file_is_named(name, tmp_path, make_run):
    folder = make_run(tmp_path / "run")
    (folder / name).write_text("{]\n")
    with pytest.raises(UserError, match=name) as caught:
        read_run(folder)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(UserError, match="neither a run nor a sweep"):
        read_runs([tmp_path])


def test_a_run_is_called_after_its_data_set_not_after_the_reader(tmp_path, make_run):
    folder = make_run(tmp_path / "run")
    dataset = json.loads((folder / "dataset.json").read_text())
    (folder / "dataset.json").write_text(json.dumps({**dataset, "name": "natops"}))
    assert read_run(folder).title.startswith("natops · ")
