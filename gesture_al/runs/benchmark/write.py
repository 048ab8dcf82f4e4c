"""The analysis of a benchmark's runs: tables, figures and the page, written to its folder."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.core.atomic_io import read_json, write_atomic
from gesture_al.core.errors import UserError
from gesture_al.core.templates import render
from gesture_al.learning.metrics.comparison import LEAST_DATA_SETS
from gesture_al.runs.benchmark import figures, tables
from gesture_al.runs.benchmark.comparisons import Comparison, penalty, primary, ranks, too_few_seeds
from gesture_al.runs.benchmark.design import BENCHMARKS, BenchmarkDesign
from gesture_al.runs.benchmark.protocol import protocol
from gesture_al.runs.benchmark.scores import Panel, RunScores, comparable_panels, run_scores
from gesture_al.runs.report.compare import curves_note, differing, flat_settings, group_curves, setting_text
from gesture_al.runs.report.run_on_disk import Run, read_runs

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
    return SweepPaths(folder).benchmark.exists()


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
    record = SweepPaths(folder).benchmark
    if not record.exists():
        raise UserError(f"{folder}: no benchmark folder ({record.name} is missing)")
    design = BENCHMARKS.build("default", read_json(record)["declared"])
    runs = read_runs([folder])
    synthetic = any(run.synthetic for run in runs)
    panels = comparable_panels(runs)
    check_extra(len({panel.data for panel in panels}))
    scores = [one for panel in panels for one in run_scores(panel, design.against)]
    comparisons = primary(scores, design)
    matrix = penalty(panels, design.alpha)
    ranking = ranks(scores, design)

    rows: dict[str, Sequence[tables.TableRow]] = {
        "rounds": tables.round_rows(panels),
        "runs": tables.run_rows(scores),
        "summary": tables.summary_rows(scores),
        "primary": tables.primary_rows(comparisons),
    }
    if matrix is not None:
        rows["penalty"] = tables.penalty_rows(matrix)
    for name, lines in rows.items():
        tables.write_csv(out / f"{name}.csv", lines)
    tables.write_parquet(out / "rounds.parquet", rows["rounds"])
    if latex:
        _write_latex(out / "tables", rows, design)

    several = len({row["panel"] for row in rows["primary"]}) > 1
    page = render(
        "runs/benchmark/benchmark.html.j2",
        title="Benchmark",
        headline=_headline(runs, comparisons, design),
        runs=runs,
        state=_state(runs),
        synthetic=synthetic,
        design=design,
        warning=too_few_seeds(comparisons, design.alpha),
        difference_figure=figures.difference_figure(comparisons, design, out, synthetic) if comparisons else None,
        primary_head=[*["panel"] * several, *tables.PRIMARY_HEAD],
        primary=[[*[row["panel"]] * several, *tables.primary_cells(row)] for row in rows["primary"]],
        panels=[_panel(panel, number, scores, rows["summary"], out) for number, panel in enumerate(panels, start=1)],
        curves_head=tables.CURVES_HEAD,
        queries_head=tables.COSTS_HEAD,
        penalty_figure=figures.penalty_figure(matrix, out, synthetic) if matrix else None,
        ranks_figure=figures.ranks_figure(*ranking, out, synthetic) if ranking else None,
        ranks_p=tables.p_text(ranking[1].p) if ranking else "",
        least_data_sets=LEAST_DATA_SETS,
        paragraphs=protocol(panels, design, comparisons) if panels else ["No panel has two runs to compare yet."],
        not_done=_not_done(runs),
        settings=_settings(runs),
    )
    report = SweepPaths(out).report
    write_atomic(report, page)
    return report


def _panel(
    panel: Panel, number: int, scores: Sequence[RunScores], summary: Sequence[tables.TableRow], out: Path
) -> dict[str, Any]:
    """Curves and tables of one panel, the strategy with the largest area first."""
    rows = sorted((row for row in summary if row["panel"] == panel.title), key=lambda row: -row["aulc"])
    return {
        "title": panel.title,
        "figure": group_curves(panel.groups, f"curves_{number:02d}", out),
        "note": curves_note(panel.groups),
        "start": panel.start,
        "end": panel.end,
        "curves": [tables.curve_cells(row) for row in rows],
        "queries": [tables.cost_cells(row) for row in rows],
        "full_data_score": tables.full_data_score(scores, panel),
    }


def _headline(runs: Sequence[Run], comparisons: Sequence[Comparison], design: BenchmarkDesign) -> str:
    """How many runs are done where some are not, and which strategies differ significantly from the baseline."""
    done = sum(run.state == "done" for run in runs)
    opening = f"{done} of {len(runs)} runs are done; " if done < len(runs) else ""
    if not comparisons:
        return f"{opening}nothing to compare with {design.against} yet."
    significant = [one for one in comparisons if one.significant(design.alpha)]
    several, measure = len({one.panel.title for one in comparisons}) > 1, design.measure_words
    if not significant:
        return f"{opening}no strategy differs significantly from {design.against} in {measure}."
    names = [f"{one.strategy}{f' on {one.panel.title}' if several else ''} ({one.result.mean:+.3f})" for one in significant]
    verb = "differ" if len(significant) > 1 else "differs"
    of = f", of {len(comparisons)} comparisons" if len(comparisons) > 1 else ""
    return f"{opening}{', '.join(names)} {verb} significantly from {design.against} in {measure}{of}."


def _state(runs: Sequence[Run]) -> str:
    states = {run.state for run in runs}
    return "done" if states == {"done"} else "failed" if "failed" in states else "unfinished"


def _not_done(runs: Sequence[Run]) -> list[list[str]]:
    """Name, state and reason of each run that is not done; the name is what was set for it and not for all."""
    common = set.intersection(*(set(run.overrides) for run in runs)) if len(runs) > 1 else set()
    return [
        [" ".join(text for text in run.overrides if text not in common), run.state, run.status.get("reason") or "-"]
        for run in runs
        if run.state != "done"
    ]


def _settings(runs: Sequence[Run]) -> dict[str, list[list[str]]]:
    """Settings that differ between runs, those that do not, and the machine; nothing where no settings are known."""
    configs = [flat_settings(run.config) for run in runs if run.config]
    if not configs:
        return {}
    first = next(run for run in runs if run.config)
    varied = differing([run.config for run in runs if run.config])
    values = [[key, ", ".join(sorted({setting_text(config.get(key)) for config in configs}))] for key in varied]
    seeds = ", ".join(sorted({str(config.get("seed")) for config in configs}, key=lambda seed: (len(seed), seed)))
    return {
        "different": [*values, ["seed", seeds]],
        "same": [[key, setting_text(value)] for key, value in configs[0].items() if key not in (*varied, "seed")],
        "machine": [[key, setting_text(value)] for key, value in flat_settings(first.environment).items()],
    }


def _write_latex(folder: Path, rows: dict[str, Any], design: BenchmarkDesign) -> None:
    primary_cells = [[row["panel"], *tables.primary_cells(row)] for row in rows["primary"]]
    curves = [[row["panel"], *tables.curve_cells(row)] for row in rows["summary"]]
    queries = [[row["panel"], *tables.cost_cells(row)] for row in rows["summary"]]
    caption = f"Primary comparison: {design.measure_words} of each strategy against {design.against}."
    curves_caption = "Learning curves and labels to the target."
    queries_caption = "Calibration, what was asked for, and seconds a run."
    latex = {
        "primary": tables.latex(["panel", *tables.PRIMARY_HEAD], primary_cells, caption, text_columns=3),
        "summary": tables.latex(["panel", *tables.CURVES_HEAD], curves, curves_caption, text_columns=2),
        "asked": tables.latex(["panel", *tables.COSTS_HEAD], queries, queries_caption, text_columns=2),
    }
    if "penalty" in rows:
        cells = [[v if isinstance(v, str) else tables.number_text(v, 2) for v in row.values()] for row in rows["penalty"]]
        head = ["better", *list(rows["penalty"][0])[1:]]
        latex["penalty"] = tables.latex(head, cells, "Share of rounds in which the row is better than the column.")
    for name, text in latex.items():
        write_atomic(folder / f"{name}.tex", text)
