"""What is wrong with a sweep is said before job 1; what only shows later stays with its job."""

from __future__ import annotations

import json

import pytest

from gesture_al.cli.main import main
from gesture_al.core.line_file import read_lines

SWEEP = [
    *("run", "-m", "dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "tracking=csv"),
    *("trainer.params.steps=8", "trainer.params.warmup=2", "stopping=budget", "budget=12", "k=4", "strategy=random,margin"),
]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (["threshold=0.8,1.7"], "threshold=1.7: must be a number from 0 to 1"),
        (["strategy=random,foo"], "foo"),
        (["seed=0,zero"], "seed"),
        (["budget=3,12"], "budget=3"),
        (["strategy.params.x=1,2"], "x"),
        (["dataset.params.clips=160,0"], "clips"),
        (["k=4,4"], "points 0 and 1 are the same run"),
        (["hydra/launcher=rocket"], "not installed; there are: basic, joblib"),
        (["hydra/sweeper=optuna"], "built-in sweeper"),
    ],
)
def test_a_point_that_cannot_run_is_refused_before_job_1(tmp_path, capsys, bad, said):
    assert main([*SWEEP[:-1], "strategy=random", *bad, f"output_dir={tmp_path / 'runs'}"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert said in lines[-1]
    assert "Traceback" not in "".join(lines)
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_cannot_be_written_fails_its_job_only(tmp_path):
    sweep = [*SWEEP, f"output_dir={tmp_path}"]
    folder = tmp_path / "sweep_here"
    folder.mkdir()
    (folder / "sweep.json").write_text(json.dumps({"arguments": sweep[2:]}))
    (folder / "manifest.jsonl").touch()
    (folder / "0").write_text("a file where the run's folder should be")
    assert main(["resume", str(folder)]) == 1
    assert [job["state"] for job in read_lines(folder / "manifest.jsonl")] == ["planned", "done"]
