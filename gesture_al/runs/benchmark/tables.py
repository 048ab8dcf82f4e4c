"""The tables of a benchmark: its numbers as rows, rows as cells of the page, and both as CSV, Parquet and LaTeX."""

from __future__ import annotations

import csv
import importlib.util
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.core.atomic_io import write_atomic
from gesture_al.learning.metrics import summarise_target
from gesture_al.runs.benchmark.comparisons import Comparison, Penalty
from gesture_al.runs.benchmark.scores import Panel, RunScores, seed_of
from gesture_al.runs.report.compare import half_interval, mean_known
from gesture_al.runs.report.run_figures import PHASES

TableRow = Mapping[str, Any]
PRIMARY_HEAD = ("strategy", "against", "seeds", "mean difference", "interval", "over", "rank-biserial", "p", "p (Holm)")
CURVES_HEAD = ("strategy", "runs", "AULC", "final macro-F1", "target", "runs that got there", "mean labels to it")
# Means over a strategy's runs, in the summary and in the table of costs: title and digits of each.
COSTS = {
    "final_balanced_accuracy": ("balanced accuracy", 3),
    "final_nll": ("NLL", 3),
    "final_ece": ("ECE", 3),
    "final_brier": ("Brier", 3),
    "class_balance": ("class balance", 3),
    "redundancy": ("redundancy", 3),
    **{phase: (f"{name} s", 1) for phase, (name, _) in PHASES.items()},
    "round_seconds": ("s a round", 2),
}
COSTS_HEAD = ("strategy", *(title for title, _ in COSTS.values()))
_LATEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}"}
_LATEX |= {"^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "±": r"$\pm$", "≥": r"$\geq$"}


def round_rows(panels: Sequence[Panel]) -> list[TableRow]:
    """A row per round of every run."""
    return [
        {"panel": panel.title, "data": panel.data, "strategy": group.label, "seed": seed_of(run)} | row.csv_values()
        for panel in panels
        for group in panel.groups
        for run in sorted(group.runs, key=seed_of)
        for row in run.rounds
    ]


def run_rows(scores: Sequence[RunScores]) -> list[TableRow]:
    """A row per run."""
    return [
        {"panel": one.panel.title, "data": one.panel.data, "strategy": one.strategy, "seed": one.seed} | one.values
        for one in scores
    ]


def summary_rows(scores: Sequence[RunScores]) -> list[TableRow]:
    """A row per strategy of every panel: means over its runs, half the 95% interval where it matters."""
    rows: list[TableRow] = []
    for panel, name in dict.fromkeys((one.panel.title, one.strategy) for one in scores):
        runs = [one for one in scores if (one.panel.title, one.strategy) == (panel, name)]
        row: dict[str, Any] = {"panel": panel, "data": runs[0].panel.data, "strategy": name, "runs": len(runs)}
        row |= {"from_labels": runs[0].panel.start, "at_labels": runs[0].panel.end}
        for key in ("aulc", "final_macro_f1"):
            values = np.array([one.values[key] for one in runs], dtype=float)
            row |= {key: float(values.mean()), f"{key}_half_interval": float(half_interval(values[:, None])[0])}
        target = runs[0].panel.groups[0].runs[0].threshold
        reached = (
            None if target is None else summarise_target([one.values["labels_to_target"] for one in runs], runs[0].panel.budget)
        )
        row |= {
            "target": target,
            "share_reached": reached and reached.share,
            "labels_to_target": reached and reached.restricted_mean,
        }
        row |= {key: mean_known(one.values[key] for one in runs) for key in COSTS}
        row["full_data_macro_f1"] = full_data_score(scores, runs[0].panel)
        rows.append(row)
    return rows


def full_data_score(scores: Sequence[RunScores], panel: Panel) -> float | None:
    """Mean score of the models that were trained on every label of a panel's pool."""
    return mean_known(one.values["full_data_macro_f1"] for one in scores if one.panel is panel)


def primary_rows(comparisons: Sequence[Comparison]) -> list[TableRow]:
    """A row per test of the primary comparison."""
    return [
        {
            "panel": one.panel.title,
            "strategy": one.strategy,
            "against": one.against,
            "seeds": one.result.pairs,
            "mean_difference": one.result.mean,
            "low": one.result.low,
            "high": one.result.high,
            "resampled": one.resampled,
            "rank_biserial": one.result.effect,
            "p": one.result.p,
            "p_holm": one.adjusted,
        }
        for one in comparisons
    ]


def penalty_rows(matrix: Penalty) -> list[TableRow]:
    """A row per strategy: in which share of rounds it is better than each other one; the last row is how often each is beaten."""
    rows = [
        {"better": name, **dict(zip(matrix.names, line.tolist(), strict=True))}
        for name, line in zip(matrix.names, matrix.shares, strict=True)
    ]
    return [*rows, {"better": "(mean of column)", **dict(zip(matrix.names, column_means(matrix), strict=True))}]


def column_means(matrix: Penalty) -> list[float]:
    """How often a strategy is beaten, mean over the others; the lower the better."""
    others = ~np.eye(len(matrix.names), dtype=bool) & ~np.isnan(matrix.shares)
    return [
        float(column[others].mean()) if others.any() else math.nan
        for column, others in zip(matrix.shares.T, others.T, strict=True)
    ]


def primary_cells(row: TableRow) -> list[str]:
    """A row of the primary comparison in the columns of PRIMARY_HEAD."""
    interval = "-" if math.isnan(row["low"]) else f"{row['low']:+.3f} to {row['high']:+.3f}"
    test = [f"{row['rank_biserial']:+.2f}", p_text(row["p"]), p_text(row["p_holm"])]
    return [
        row["strategy"],
        row["against"],
        str(row["seeds"]),
        f"{row['mean_difference']:+.3f}",
        interval,
        row["resampled"],
        *test,
    ]


def curve_cells(row: TableRow) -> list[str]:
    """The learning curves of a strategy in the columns of CURVES_HEAD."""
    target, share, labels = row["target"], row["share_reached"], row["labels_to_target"]
    reached = ["-" if target is None else f"{target:g}", "-" if share is None else f"{share:.0%}"]
    mean = "-" if labels is None else f"{'≥ ' if share < 1 else ''}{labels:.1f}"
    return [row["strategy"], str(row["runs"]), _with_half(row, "aulc"), _with_half(row, "final_macro_f1"), *reached, mean]


def cost_cells(row: TableRow) -> list[str]:
    """Calibration, queries and seconds a run of a strategy in the columns of COSTS_HEAD."""
    return [row["strategy"], *(number_text(row[key], digits) for key, (_, digits) in COSTS.items())]


def p_text(p: float) -> str:
    """A p-value with three digits, or that it is smaller.

    >>> p_text(0.0312), p_text(0.0002)
    ('0.031', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def number_text(value: float | None, digits: int) -> str:
    """A number with so many digits; a dash where it is unknown."""
    return "-" if value is None else f"{value:.{digits}f}"


def write_csv(path: Path, rows: Sequence[TableRow]) -> None:
    """Write rows with the keys of the first one as head; an unknown value is an empty cell."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(rows[0] if rows else [])
    table.writerows([_cell(value) for value in row.values()] for row in rows)
    write_atomic(path, text.getvalue())


def write_parquet(path: Path, rows: Sequence[TableRow]) -> None:
    """Write rows as Parquet; nothing where pyarrow is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        return
    import pyarrow
    import pyarrow.parquet

    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows]), buffer)
    write_atomic(path, buffer.getvalue())


def latex(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str, text_columns: int = 1) -> str:
    """A table in LaTeX with the lines of booktabs; numbers stand to the right of so many text columns."""
    lines = [" & ".join(map(_escaped, row)) + r" \\" for row in (head, *rows)]
    return "\n".join(
        [
            r"\begin{table}",
            r"  \centering",
            rf"  \caption{{{_escaped(caption)}}}",
            rf"  \begin{{tabular}}{{{'l' * text_columns}{'r' * (len(head) - text_columns)}}}",
            r"    \toprule",
            f"    {lines[0]}",
            r"    \midrule",
            *(f"    {line}" for line in lines[1:]),
            r"    \bottomrule",
            r"  \end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def _with_half(row: TableRow, key: str) -> str:
    half = row[f"{key}_half_interval"]
    return f"{row[key]:.3f}" + ("" if math.isnan(half) else f" ± {half:.3f}")


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in str(text))


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value
