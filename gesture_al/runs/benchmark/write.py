"""Everything that a benchmark's folder tells, from the runs in it: tables, pictures, the page."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError
from gesture_al.core.html import Markup, table, tag
from gesture_al.learning.metrics.ranks import LEAST_DATA_SETS
from gesture_al.runs.benchmark import page, pictures, tables
from gesture_al.runs.benchmark.declared import BENCHMARKS, Declared
from gesture_al.runs.benchmark.outcomes import Panel, RunScores, outcomes, panels
from gesture_al.runs.benchmark.protocol import protocol
from gesture_al.runs.benchmark.verdicts import Comparison, penalty, primary, ranks, too_few_seeds
from gesture_al.runs.report.page import figure_block
from gesture_al.runs.report.read import read_runs
from gesture_al.runs.report.sweep_curves import group_curves

RECORD = "benchmark.json"
_NEEDED = {"scikit_posthocs": "scikit-posthocs", "pandas": "pandas"}


def check_extra(data_sets: int) -> None:
    """Refuse to start where the ranks over many data sets could not be made at the end; fewer need nothing beside the package.

    Raises:
        UserError: With the command that brings what is missing.
    """
    missing = [name for module, name in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing and data_sets >= LEAST_DATA_SETS:
        names = " and ".join(missing)
        raise UserError(
            f"ranks over {data_sets} data sets need {names}; pip install 'gesture_al[benchmark]' brings what is missing"
        )


def is_benchmark(folder: Path) -> bool:
    """Whether a folder was made by `gesture-al benchmark`."""
    return (folder / RECORD).exists()


def write_benchmark(folder: Path, out: Path, latex: bool = False) -> Path:
    """Analyse the runs of a benchmark that are done.

    Args:
        folder: The benchmark's.
        out: Gets `report.html`, `figures/`, `rounds.csv` (and `.parquet` where pyarrow is installed), `runs.csv`, `summary.csv`,
            `primary.csv` and `penalty.csv`.
        latex: Also write `tables/*.tex`.

    Returns:
        The page. The same runs give the same bytes.

    Raises:
        UserError: No benchmark folder, or the extra `benchmark` is not installed.
    """
    if not is_benchmark(folder):
        raise UserError(f"{folder}: no benchmark folder ({RECORD} is missing)")
    declared = BENCHMARKS.build("default", json.loads((folder / RECORD).read_text())["declared"])
    runs = read_runs([folder])
    found = panels(runs)
    check_extra(len({panel.data for panel in found}))
    told = [one for panel in found for one in outcomes(panel, declared.against)]
    verdicts = primary(told, declared)
    synthetic = any(run.synthetic for run in runs)
    rounds, summary, judged = tables.round_rows(found), tables.summary_rows(told), tables.primary_rows(verdicts)
    written: dict[str, Sequence[tables.Row]] = {
        "rounds": rounds,
        "runs": tables.run_rows(told),
        "summary": summary,
        "primary": judged,
    }
    matrix = penalty(found, declared.alpha)
    explored: list[Markup | None] = [part for panel in found for part in _panel(panel, told, summary, out)]
    if matrix is not None:
        written["penalty"] = tables.penalty_rows(matrix)
        said = "How often each strategy beats each other one. Columns with little colour are good. Exploratory."
        explored += [
            tag("h2", "Pairwise penalty matrix"),
            figure_block(pictures.penalty_picture(matrix, out, synthetic), small=True, note=said),
        ]
    explored += _ranks(told, declared, out, synthetic)
    for name, rows in written.items():
        tables.write_csv(out / f"{name}.csv", rows)
    tables.write_parquet(out / "rounds.parquet", rounds)
    if latex:
        _latex(out / "tables", written, declared)
    paragraphs = protocol(found, declared, verdicts) if found else ["No panel has two runs to compare yet."]
    warning = too_few_seeds(verdicts, declared.alpha)
    text = page.benchmark_page(
        runs, declared, verdicts, warning, _primary(verdicts, judged, declared, out, synthetic), explored, paragraphs
    )
    write_atomic(out / "report.html", text)
    return out / "report.html"


def _primary(
    verdicts: Sequence[Comparison], judged: Sequence[tables.Row], declared: Declared, out: Path, synthetic: bool
) -> list[Markup | None]:
    if not verdicts:
        return [tag("p", "No strategy and seed has both its own run and that of the baseline done.")]
    said = f"Declared before the first run: {declared.measure_words} against {declared.against}, paired by seed."
    several = len({row["panel"] for row in judged}) > 1
    rows = [[*([row["panel"]] if several else []), *page.primary_cells(row)] for row in judged]
    head = [*(["panel"] if several else []), *page.PRIMARY_HEAD]
    return [
        figure_block(pictures.differences(verdicts, declared, out, synthetic)),
        table(head, rows, said, text_columns=3 if several else 2),
    ]


def _panel(panel: Panel, told: Sequence[RunScores], summary: Sequence[tables.Row], out: Path) -> list[Markup | None]:
    names = list(dict.fromkeys(one.panel.title for one in told))
    figure = group_curves(panel.groups, f"curves_{names.index(panel.title) + 1:02d}", out)
    rows = sorted((row for row in summary if row["panel"] == panel.title), key=lambda row: -row["aulc"])
    return page.panel_section(panel, figure, rows, tables.full_data(told, panel))


def _ranks(told: Sequence[RunScores], declared: Declared, out: Path, synthetic: bool) -> list[Markup | None]:
    ranked = ranks(told, declared)
    if ranked is None:
        return []
    names, over = ranked
    said = f"Friedman test over {LEAST_DATA_SETS} or more data sets: p = {page.p_words(over.p)}. "
    said += "Bars join what Nemenyi's test does not tell apart. Exploratory."
    return [tag("h2", "Ranks over data sets"), figure_block(pictures.critical_difference(names, over, out, synthetic), note=said)]


def _latex(folder: Path, written: dict[str, Any], declared: Declared) -> None:
    judged = [[row["panel"], *page.primary_cells(row)] for row in written["primary"]]
    curves = [[row["panel"], *page.curve_cells(row)] for row in written["summary"]]
    asked = [[row["panel"], *page.asked_cells(row)] for row in written["summary"]]
    said = f"Primary comparison: {declared.measure_words} of each strategy against {declared.against}."
    made = {
        "primary": tables.latex(["panel", *page.PRIMARY_HEAD], judged, said, text_columns=3),
        "summary": tables.latex(
            ["panel", *page.CURVES_HEAD], curves, "Learning curves and labels to the target.", text_columns=2
        ),
        "asked": tables.latex(
            ["panel", *page.ASKED_HEAD], asked, "Calibration, what was asked for, and seconds a run.", text_columns=2
        ),
    }
    if "penalty" in written:
        rows = written["penalty"]
        cells = [[str(v) if isinstance(v, str) else page._number(v, 2) for v in row.values()] for row in rows]
        made["penalty"] = tables.latex(
            ["better", *list(rows[0])[1:]], cells, "Share of rounds in which the row is better than the column."
        )
    for name, text in made.items():
        write_atomic(folder / f"{name}.tex", text)
