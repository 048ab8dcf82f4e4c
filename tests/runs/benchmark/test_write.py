"""From run folders to tables, verdicts and a page."""

from __future__ import annotations

import csv
import importlib.util

import numpy as np
import pytest
from scipy.stats import wilcoxon

from gesture_al.core.errors import UserError
from gesture_al.runs.benchmark import write
from gesture_al.runs.benchmark.write import check_extra, write_benchmark


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def done(make_benchmark, tmp_path_factory):
    folder = make_benchmark(tmp_path_factory.mktemp("bench"), failed={"entropy": 3})
    write_benchmark(folder, folder, latex=True)
    return folder


def test_the_primary_comparison_is_scipys_test_on_the_pairs_that_are_done(done):
    runs = table(done / "runs.csv")
    area = {(row["strategy"], int(row["seed"])): float(row["aulc"]) for row in runs}
    told = {row["strategy"]: row for row in table(done / "primary.csv")}
    assert set(told) == {"margin", "entropy"}
    assert {name: row["seeds"] for name, row in told.items()} == {"margin": "8", "entropy": "7"}
    for name, row in told.items():
        seeds = [seed for seed in range(8) if (name, seed) in area]
        difference = np.array([area[name, seed] - area["random", seed] for seed in seeds])
        assert float(row["mean_difference"]) == pytest.approx(difference.mean(), rel=1e-4)
        assert float(row["p"]) == pytest.approx(wilcoxon(difference).pvalue, rel=1e-4)
        assert float(row["low"]) < difference.mean() < float(row["high"])
    assert float(told["margin"]["p_holm"]) == pytest.approx(2 * 2**-7)
    assert float(told["margin"]["rank_biserial"]) == 1


def test_the_area_is_that_of_the_rounds(done):
    rows = [row for row in table(done / "rounds.csv") if (row["strategy"], row["seed"]) == ("margin", "0")]
    labels, scores = (np.array([float(row[key]) for row in rows]) for key in ("labels", "test_macro_f1"))
    assert labels.tolist() == [4, 8, 12, 16]
    (run,) = [row for row in table(done / "runs.csv") if (row["strategy"], row["seed"]) == ("margin", "0")]
    assert float(run["aulc"]) == pytest.approx(np.trapezoid(scores, labels) / 12, rel=1e-4)


def test_the_summary(done):
    rows = {row["strategy"]: row for row in table(done / "summary.csv")}
    assert {name: row["runs"] for name, row in rows.items()} == {"random": "8", "margin": "8", "entropy": "7"}
    row = rows["margin"]
    assert (float(row["fit_seconds"]), float(row["oracle_seconds"]), float(row["final_ece"])) == (8, 4, 0.1)
    # The machine's seconds a round, and the upper line, which only the runs of random have computed.
    assert (float(row["round_seconds"]), float(row["full_data_macro_f1"])) == (2.75, 0.9)
    # Runs from before the likelihood was written down.
    assert row["final_nll"] == ""
    # Nine waves and three points were named.
    assert float(row["class_balance"]) == pytest.approx(0.811278, rel=1e-4)
    assert 0.4 < float(row["redundancy"]) < 1
    assert 4 < float(row["labels_to_target"]) <= 16
    assert float(row["aulc"]) > float(rows["random"]["aulc"]) > float(rows["entropy"]["aulc"])


def test_the_matrix_counts_rounds_after_the_first(done):
    rows = {row["better"]: row for row in table(done / "penalty.csv")}
    assert float(rows["margin"]["random"]) == 1
    assert float(rows["random"]["margin"]) == 0
    assert float(rows["(mean of column)"]["margin"]) == 0


def test_the_page(done):
    text = (done / "report.html").read_text()
    assert "23 of 24 runs are done; " in text
    assert "margin (+0.0" in text
    assert "significantly from random" in text
    assert "1 run is not done" in text
    assert "the disk is full" in text
    assert "Trained on every label of the pool, the same model scores 0.900" in text
    for word in (
        "official split",
        "from 4 to 16 labels",
        "seeds (0 to 7)",
        "gesture_al 1.2.3",
        "all comparisons (2)",
        "from scratch",
    ):
        assert word in text
    assert "Ranks over data sets" not in text


def test_the_same_runs_give_the_same_bytes(done, tmp_path):
    write_benchmark(done, tmp_path)
    for name in ("report.html", "primary.csv", "runs.csv", "rounds.csv", "figures/primary.svg"):
        assert (tmp_path / name).read_bytes() == (done / name).read_bytes()


def test_latex(done):
    text = (done / "tables" / "primary.tex").read_text()
    assert r"real\_set & margin & random & 8 &" in text
    assert text.count("&") == 9 * text.count(r"\\")
    assert {path.stem for path in (done / "tables").iterdir()} == {"primary", "summary", "asked", "penalty"}


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_parquet_holds_what_the_csv_does(done):
    from pyarrow.parquet import read_table

    columns = read_table(done / "rounds.parquet").to_pydict()
    rows = table(done / "rounds.csv")
    assert [str(seed) for seed in columns["seed"]] == [row["seed"] for row in rows]
    np.testing.assert_allclose(columns["test_macro_f1"], [float(row["test_macro_f1"]) for row in rows], rtol=1e-5)


@pytest.mark.parametrize(("seeds", "said"), [(2, "With 2 seeds a two-sided Wilcoxon test cannot reach 0.05"), (6, "after Holm")])
def test_too_few_seeds_are_said_to_be_too_few(make_benchmark, tmp_path, seeds, said):
    folder = make_benchmark(tmp_path / "bench", seeds=seeds)
    text = write_benchmark(folder, tmp_path).read_text()
    assert said in text
    assert "7 seeds are the fewest" in text
    assert "No strategy differs significantly" in text
    assert (tmp_path / "penalty.csv").exists() == (seeds > 2)


def test_ten_data_sets_are_ranked_and_pooled(make_benchmark, tmp_path):
    folder = make_benchmark(tmp_path / "bench", seeds=3, data=tuple(f"set {n}" for n in range(10)))
    text = write_benchmark(folder, tmp_path).read_text()
    assert "Ranks over data sets" in text
    assert (tmp_path / "figures" / "ranks.svg").exists()
    assert len(table(tmp_path / "primary.csv")) == 20


def test_nothing_done_is_told_and_not_a_crash(make_benchmark, tmp_path):
    folder = make_benchmark(tmp_path / "bench", seeds=1, failed=dict.fromkeys(("random", "margin", "entropy"), 0))
    text = write_benchmark(folder, tmp_path).read_text()
    assert "0 of 3 runs are done; nothing to compare with random yet" in text


def test_the_final_score_may_be_the_measure(make_benchmark, tmp_path):
    folder = make_benchmark(tmp_path / "bench", measure="final")
    write_benchmark(folder, tmp_path)
    final = {(row["strategy"], row["seed"]): float(row["final_macro_f1"]) for row in table(tmp_path / "runs.csv")}
    mean = np.mean([final["margin", str(seed)] - final["random", str(seed)] for seed in range(8)])
    (row,) = [row for row in table(tmp_path / "primary.csv") if row["strategy"] == "margin"]
    assert float(row["mean_difference"]) == pytest.approx(mean, rel=1e-4)


def test_what_is_missing_is_said_with_the_remedy(monkeypatch):
    monkeypatch.setattr(write, "_NEEDED", {"no_such_module": "no-such-package"})
    check_extra(9)
    with pytest.raises(UserError, match=r"no-such-package; pip install 'gesture_al\[benchmark\]'"):
        check_extra(10)


def test_another_folder_is_refused(tmp_path):
    with pytest.raises(UserError, match="no benchmark folder"):
        write_benchmark(tmp_path, tmp_path)
