"""The numbers of a benchmark as rows, and rows as CSV, Parquet and LaTeX."""

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
from gesture_al.runs.benchmark.outcomes import SECONDS, Panel, RunScores, seed_of
from gesture_al.runs.benchmark.verdicts import Comparison, Penalty
from gesture_al.runs.report.compare import half_interval

Row = Mapping[str, Any]
# Means over a strategy's runs, in the summary.
MEANS = ("final_ece", "final_brier", "class_balance", "redundancy", *SECONDS)
_LATEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}"}
_LATEX |= {"^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "±": r"$\pm$", "≥": r"$\geq$"}


def round_rows(found: Sequence[Panel]) -> list[Row]:
    """A row per round of every run."""
    return [
        {"panel": panel.title, "data": panel.data, "strategy": group.label, "seed": seed_of(run)} | row.csv_values()
        for panel in found
        for group in panel.groups
        for run in sorted(group.runs, key=seed_of)
        for row in run.rounds
    ]


def run_rows(told: Sequence[RunScores]) -> list[Row]:
    """A row per run."""
    return [
        {"panel": one.panel.title, "data": one.panel.data, "strategy": one.strategy, "seed": one.seed} | one.values
        for one in told
    ]


def summary_rows(told: Sequence[RunScores]) -> list[Row]:
    """A row per strategy of every panel: means over its runs, half the 95% interval where it matters."""
    rows: list[Row] = []
    for panel, name in dict.fromkeys((one.panel.title, one.strategy) for one in told):
        runs = [one for one in told if (one.panel.title, one.strategy) == (panel, name)]
        row: dict[str, Any] = {"panel": panel, "data": runs[0].panel.data, "strategy": name, "runs": len(runs)}
        row |= {"from_labels": runs[0].panel.start, "at_labels": runs[0].panel.end}
        for key in ("aulc", "final_macro_f1"):
            values = np.array([one.values[key] for one in runs], dtype=float)
            row |= {key: float(values.mean()), f"{key}_half_interval": float(half_interval(values[:, None])[0])}
        target = runs[0].panel.groups[0].runs[0].threshold
        reached = None if target is None else summarise_target([one.values["to_target"] for one in runs], runs[0].panel.budget)
        row |= {
            "target": target,
            "share_reached": reached and reached.share,
            "labels_to_target": reached and reached.restricted_mean,
        }
        row |= {key: _mean(one.values[key] for one in runs) for key in MEANS}
        rows.append(row)
    return rows


def full_data(told: Sequence[RunScores], panel: Panel) -> float | None:
    """Mean score of the models that were trained on every label of a panel's pool."""
    return _mean(one.values["full_data_macro_f1"] for one in told if one.panel is panel)


def primary_rows(verdicts: Sequence[Comparison]) -> list[Row]:
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
        for one in verdicts
    ]


def penalty_rows(matrix: Penalty) -> list[Row]:
    """A row per strategy: in which share of rounds it is better than each other one; the last row is how often each is beaten."""
    rows = [
        {"better": name, **dict(zip(matrix.names, line.tolist(), strict=True))}
        for name, line in zip(matrix.names, matrix.shares, strict=True)
    ]
    return [*rows, {"better": "(mean of column)", **dict(zip(matrix.names, column_means(matrix), strict=True))}]


def column_means(matrix: Penalty) -> list[float]:
    """How often a strategy is beaten, mean over the others; the lower the better."""
    others = ~np.eye(len(matrix.names), dtype=bool) & ~np.isnan(matrix.shares)
    return [float(column[met].mean()) if met.any() else math.nan for column, met in zip(matrix.shares.T, others.T, strict=True)]


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write rows with the keys of the first one as head; an unknown value is an empty cell."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(rows[0] if rows else [])
    table.writerows([_cell(value) for value in row.values()] for row in rows)
    write_atomic(path, text.getvalue())


def write_parquet(path: Path, rows: Sequence[Row]) -> bool:
    """Write rows as Parquet; says False, and writes nothing, where pyarrow is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        return False
    import pyarrow
    import pyarrow.parquet

    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows]), buffer)
    write_atomic(path, buffer.getvalue())
    return True


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


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in str(text))


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value


def _mean(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
