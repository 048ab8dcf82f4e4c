"""A small benchmark for real: run, repeated, widened, with a run that fails."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from gesture_al.cli.main import main

SMALL = [
    *(
        "benchmark",
        "--underpowered",
        "strategy=margin",
        "seed=0,1",
        "dataset.params.clips=160",
        "dataset.params.subjects=8",
        "model=lstm_s",
    ),
    *("trainer.params.steps=8", "trainer.params.warmup=2", "budget=16", "k=4"),
]


@pytest.mark.slow
def test_two_strategies_two_seeds(tmp_path, capsys):
    command = [*SMALL, f"output_dir={tmp_path}"]
    done = subprocess.run([sys.executable, "-m", "gesture_al", *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.splitlines()[-1].removeprefix("benchmark: "))
    assert "4 runs, 0 of them done already" in done.stderr
    assert "4 of 4 runs ended" in done.stderr
    for name in ("report.html", "summary.csv", "runs.csv", "rounds.csv", "primary.csv", "benchmark.json"):
        assert (folder / name).exists()
    with (folder / "runs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["strategy"], row["seed"]) for row in rows] == [
        ("margin", "0"),
        ("margin", "1"),
        ("random", "0"),
        ("random", "1"),
    ]
    assert all(0 <= float(row["final_ece"]) <= 1 and 0 <= float(row["final_brier"]) <= 2 for row in rows)
    assert [bool(row["full_data_macro_f1"]) for row in rows] == [False, False, True, True]
    with (folder / "rounds.csv").open() as file:
        first = [row for row in csv.DictReader(file) if row["round"] == "0"]
    scores = {(row["strategy"], row["seed"]): row["test_macro_f1"] for row in first}
    assert [scores["margin", seed] == scores["random", seed] for seed in "01"] == [True, True], "not paired"

    assert main([*command, "hydra/launcher=basic", "--latex"]) == 0
    told = capsys.readouterr()
    again = Path(told.out.splitlines()[-1].removeprefix("benchmark: "))
    assert "4 runs, 4 of them done already" in told.err
    assert again != folder
    assert (again / "runs.csv").read_bytes() == (folder / "runs.csv").read_bytes()
    assert (again / "tables" / "primary.tex").exists()
    assert json.loads((again / "benchmark.json").read_text())["declared"]["strategies"] == ["random", "margin"]

    (again / "report.html").unlink()
    assert main(["report", str(again)]) == 0
    assert "Primary comparison" in (again / "report.html").read_text()
    assert main(["resume", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"benchmark: {folder}"


@pytest.mark.slow
def test_a_run_that_fails_is_reported_and_not_fatal(tmp_path, capsys):
    # The rate is so high that the net's numbers are no longer finite.
    broken = ["trainer.params.lr=0.005,1e30", "trainer.params.clip=1e30", "hydra/launcher=basic"]
    arguments = [text for text in SMALL if not text.startswith("seed")]
    code = main([*arguments, "seed=0", *broken, f"output_dir={tmp_path}"])
    told = capsys.readouterr()
    assert code == 1, told.err
    text = (Path(told.out.splitlines()[-1].removeprefix("benchmark: ")) / "report.html").read_text()
    assert "runs are not done" in text
    assert "training diverged" in text
    assert text.count("<td>failed</td>") == 2
