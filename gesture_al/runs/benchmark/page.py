"""The page of a benchmark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gesture_al.core.document import document
from gesture_al.core.html import Markup, flat, folded, join, table, tag
from gesture_al.runs.benchmark.declared import Declared
from gesture_al.runs.benchmark.outcomes import Panel
from gesture_al.runs.benchmark.tables import Row
from gesture_al.runs.benchmark.verdicts import Comparison
from gesture_al.runs.report.base import Run
from gesture_al.runs.report.compare import differing
from gesture_al.runs.report.figures import ReportFigure
from gesture_al.runs.report.page import badges, figure_block, setting
from gesture_al.runs.report.sweep_curves import curves_note

PRIMARY_HEAD = ("strategy", "against", "seeds", "mean difference", "interval", "over", "rank-biserial", "p", "p (Holm)")
CURVES_HEAD = ("strategy", "runs", "AULC", "final macro-F1", "target", "runs that got there", "mean labels to it")
ASKED_HEAD = (
    "strategy",
    "ECE",
    "Brier",
    "class balance",
    "redundancy",
    "training s",
    "measuring s",
    "selecting s",
    "labelling s",
)


def benchmark_page(
    runs: Sequence[Run],
    declared: Declared,
    verdicts: Sequence[Comparison],
    warning: str | None,
    primary: Sequence[Markup | None],
    explored: Sequence[Markup | None],
    paragraphs: Sequence[str],
) -> str:
    """The whole page, self-contained.

    Args:
        runs: All of them, also those that are not done.
        declared: The primary comparison.
        verdicts: What its tests say.
        warning: Why they cannot say anything, where that is so.
        primary: The comparison's table and picture.
        explored: Everything else, in order.
        paragraphs: The protocol.
    """
    done = sum(run.state == "done" for run in runs)
    states = {run.state for run in runs}
    state = "done" if states == {"done"} else "failed" if "failed" in states else "unfinished"
    over = join([tag("b", f"Benchmark of {len(runs)} runs"), " ", badges(state, any(run.synthetic for run in runs))])
    body: list[Any] = [tag("p", warning) if warning else None, tag("h2", "Primary comparison"), *primary, *explored]
    body += [tag("h2", "Protocol"), *(tag("p", text) for text in paragraphs)]
    body += [_not_done(runs), tag("h2", "Settings and versions"), *_settings(runs)]
    headline = f"{done} of {len(runs)} runs are done; " if done < len(runs) else ""
    return document("Benchmark", over, headline + headline_of(verdicts, declared), body)


def headline_of(verdicts: Sequence[Comparison], declared: Declared) -> str:
    """One sentence: who is significantly better or worse than the baseline."""
    if not verdicts:
        return f"nothing to compare with {declared.against} yet."
    clear = [one for one in verdicts if one.clear(declared.alpha)]
    several, measure = len({one.panel.title for one in verdicts}) > 1, declared.measure_words
    if not clear:
        return f"no strategy differs significantly from {declared.against} in {measure}."
    told = [f"{one.strategy}{f' on {one.panel.title}' if several else ''} ({one.result.mean:+.3f})" for one in clear]
    kind = "differ" if len(clear) > 1 else "differs"
    of = f", of {len(verdicts)} comparisons" if len(verdicts) > 1 else ""
    return f"{', '.join(told)} {kind} significantly from {declared.against} in {measure}{of}."


def primary_cells(row: Row) -> list[str]:
    """A row of the primary comparison as the page and LaTeX show it."""
    reach = "-" if math.isnan(row["low"]) else f"{row['low']:+.3f} to {row['high']:+.3f}"
    tested = [f"{row['rank_biserial']:+.2f}", p_words(row["p"]), p_words(row["p_holm"])]
    interval = [f"{row['mean_difference']:+.3f}", reach, row["resampled"]]
    return [row["strategy"], row["against"], str(row["seeds"]), *interval, *tested]


def curve_cells(row: Row) -> list[str]:
    """What a strategy's curves came to."""
    target, share, labels = row["target"], row["share_reached"], row["labels_to_target"]
    reached = ["-" if target is None else f"{target:g}", "-" if share is None else f"{share:.0%}"]
    mean = "-" if labels is None else f"{'≥ ' if share < 1 else ''}{labels:.1f}"
    return [row["strategy"], str(row["runs"]), _with_half(row, "aulc"), _with_half(row, "final_macro_f1"), *reached, mean]


def asked_cells(row: Row) -> list[str]:
    """What a strategy asked for, how well its models know what they know, and seconds a run."""
    numbers = ("final_ece", "final_brier", "class_balance", "redundancy")
    seconds = ("fit_seconds", "predict_seconds", "select_seconds", "oracle_seconds")
    return [row["strategy"], *(_number(row[key], 3) for key in numbers), *(_number(row[key], 1) for key in seconds)]


def p_words(p: float) -> str:
    """A p-value; below 0.001 it is said to be that.

    >>> p_words(0.0312), p_words(0.0002)
    ('0.031', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def panel_section(panel: Panel, figure: ReportFigure, rows: Sequence[Row], upper: float | None) -> list[Markup | None]:
    """Curves and tables of one panel."""
    first = rows[0]
    full = f" Trained on every label of the pool, the same model scores {upper:.3f}." if upper is not None else ""
    areas = f"AULC from {first['from_labels']:.0f} to {first['at_labels']:.0f} labels, ± half the 95% interval of the mean."
    areas += " Labels to the target (exploratory): ≥ where runs that did not get there count as their budget." + full
    asked = "Exploratory. ECE and Brier: of the last round, lower is better. Class balance of the answers: 1 is even. "
    asked += "Redundancy: mean cosine to the most similar clip of the same query, higher is more alike. Seconds a run."
    return [
        tag("h2", panel.title),
        figure_block(figure, note=curves_note(panel.groups)),
        table(CURVES_HEAD, [curve_cells(row) for row in rows], areas),
        table(ASKED_HEAD, [asked_cells(row) for row in rows], asked),
    ]


def _with_half(row: Row, key: str) -> str:
    half = row[f"{key}_half_interval"]
    return f"{row[key]:.3f}" + ("" if math.isnan(half) else f" ± {half:.3f}")


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _not_done(runs: Sequence[Run]) -> Markup | None:
    common = set.intersection(*(set(run.overrides) for run in runs)) if len(runs) > 1 else set()
    rows = [
        [" ".join(text for text in run.overrides if text not in common), run.state, run.status.get("reason") or "-"]
        for run in runs
        if run.state != "done"
    ]
    if not rows:
        return None
    said = "They are left out of everything above; the same command goes on with them."
    return join(
        [
            tag("h2", f"{len(rows)} {'runs are' if len(rows) > 1 else 'run is'} not done"),
            table(["run", "state", "reason"], rows, said, text_columns=3),
        ]
    )


def _settings(runs: Sequence[Run]) -> list[Markup]:
    known = [run for run in runs if run.config]
    if not known:
        return []
    varied = differing([run.config for run in known])
    seeds = sorted({str(run.config.get("seed")) for run in known}, key=len)
    spanned = [[key, ", ".join(sorted({setting(flat(run.config).get(key)) for run in known}))] for key in varied]
    same = [[key, setting(value)] for key, value in flat(known[0].config).items() if key not in (*varied, "seed")]
    machine = [[key, setting(value)] for key, value in flat(known[0].environment).items()]
    return [
        folded("What differs between runs", table(["setting", "values"], [*spanned, ["seed", ", ".join(seeds)]], text_columns=2)),
        folded("What is the same in all", table(["setting", "value"], same, text_columns=2)),
        folded("Versions and machine", table(["", ""], machine, text_columns=2)),
    ]
