"""Who labelled: what each person did, and how far they agree with themselves and with each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import ANSWERS, REASONS, Entry, Operation
from gesture_al.active.annotation.log import AnswerLog
from gesture_al.active.annotation.repeats import consistency
from gesture_al.active.annotation.second_opinions import agreement, opinions
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.html import Markup, folded, table, tag
from gesture_al.runs.report.base import Run

_NOBODY = "(no name)"


def people_section(run: Run) -> list[Markup]:
    """A heading, a line for each person and what agreement there was; nothing where no person was asked."""
    if not RunPaths(run.folder).session.exists():
        return []
    entries = list(AnswerLog(RunPaths(run.folder).session))
    decisions = Decisions.of(entries, run.classes)
    standing = decisions.all_standing()
    if not standing:
        return []
    rows = [_row(name, entries, standing) for name in dict.fromkeys(one.annotator for one in standing)]
    head = ["who", *(operation.value for operation in _KINDS), "taken back", "seconds a clip"]
    parts = [tag("h2", "Who labelled"), table(head, rows)]
    parts += [tag("p", text) for text in (*_cut(standing), *_agreed(decisions))]
    different = _different(decisions)
    if different:
        title = (
            "1 clip that was named differently" if len(different) == 1 else f"{len(different)} clips that were named differently"
        )
        parts.append(folded(title, table(["clip", "named first, which counts", "then"], different, text_columns=3)))
    return parts


_KINDS = (Operation.LABEL, Operation.UNSURE, Operation.SKIP, Operation.BAD)


def _row(name: str, entries: Sequence[Entry], standing: Sequence[Entry]) -> list[str]:
    mine = [one for one in standing if one.annotator == name]
    given = {one.uuid for one in entries if one.operation in ANSWERS and one.annotator == name}
    undone = sum(one.operation is Operation.UNDO and one.undoes in given for one in entries)
    kinds = Counter(one.operation for one in mine)
    seconds = [one.milliseconds / 1000 for one in mine if one.milliseconds]
    took = f"{median(seconds):.1f}" if seconds else "-"
    return [name or _NOBODY, *(str(kinds[kind]) for kind in _KINDS), str(undone), took]


def _cut(standing: Sequence[Entry]) -> list[str]:
    """Why clips are bad, and how many were cut anew."""
    bad = Counter(one.reason for one in standing if one.operation is Operation.BAD)
    why = [f"{bad[reason]} {reason}" for reason in REASONS if bad[reason]]
    why += [f"{bad['']} without a reason"] if bad[""] else []
    moved = sum(one.cut is not None for one in standing)
    said = [f"Bad clips: {', '.join(why)}."] if any(bad[reason] for reason in REASONS) else []
    return said + ([f"{moved} {'answer holds' if moved == 1 else 'answers hold'} for a clip with other ends."] if moved else [])


def _agreed(decisions: Decisions) -> list[str]:
    repeats, kappa = consistency(decisions)
    together = agreement(decisions)
    said = []
    if kappa is not None:
        said.append(f"{repeats} clips were shown twice to the same person, in disguise: Cohen's kappa {kappa:.2f}.")
    if together.alpha is not None:
        said.append(
            f"{together.people} people named the same {together.clips} clips, {together.same} of them alike: "
            f"Krippendorff's alpha {together.alpha:.2f}."
        )
    return said


def _different(decisions: Decisions) -> list[list[str]]:
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for entry in opinions(decisions):
        names[entry.clip].append((decisions.classes[decisions.place(entry.name or "") or 0], entry.annotator or _NOBODY))
    return [
        [clip, _said(*said[0]), ", ".join(_said(*other) for other in said[1:])]
        for clip, said in names.items()
        if len({name for name, _ in said}) > 1
    ]


def _said(name: str, who: str) -> str:
    return f"{name} ({who})"
