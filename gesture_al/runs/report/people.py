"""The people who labelled: what each of them did, and how far they agree with themselves and with each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gesture_al.active.annotation.agreement import agreement, consistency, opinions
from gesture_al.active.annotation.answer_log import ANSWERS, REASONS, AnswerLog, Entry, Operation
from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.runs.report.run_on_disk import Run

_NOBODY = "(no name)"
_KINDS = (Operation.LABEL, Operation.UNSURE, Operation.SKIP, Operation.BAD)


@dataclass(frozen=True)
class Labelling:
    """The work of the annotators of a run, as the report shows it.

    Args:
        head: Titles of the columns of `people`.
        people: A row a person: the name, answers of each kind, answers taken back, seconds a clip.
        sentences: Of bad clips, clips with other ends, and agreement.
        disagreements: A row a clip that was named differently: the clip, the answer that counts, the others.
    """

    head: Sequence[str]
    people: Sequence[Sequence[str]]
    sentences: Sequence[str]
    disagreements: Sequence[Sequence[str]]


def labelling(run: Run) -> Labelling | None:
    """The annotators of a run and their agreement; None where no person was asked."""
    if not RunPaths(run.folder).session.exists():
        return None
    entries = list(AnswerLog(RunPaths(run.folder).session))
    decisions = Decisions.of(entries, run.classes)
    standing = decisions.all_standing()
    if not standing:
        return None
    return Labelling(
        head=["who", *(operation.value for operation in _KINDS), "taken back", "seconds a clip"],
        people=[_row(name, entries, standing) for name in dict.fromkeys(one.annotator for one in standing)],
        sentences=[*_bad_clips(standing), *_agreement(decisions)],
        disagreements=_disagreements(decisions),
    )


def _row(name: str, entries: Sequence[Entry], standing: Sequence[Entry]) -> list[str]:
    mine = [one for one in standing if one.annotator == name]
    answers = {one.uuid for one in entries if one.operation in ANSWERS and one.annotator == name}
    undone = sum(one.operation is Operation.UNDO and one.undoes in answers for one in entries)
    kinds = Counter(one.operation for one in mine)
    seconds = [one.milliseconds / 1000 for one in mine if one.milliseconds]
    pace = f"{median(seconds):.1f}" if seconds else "-"
    return [name or _NOBODY, *(str(kinds[kind]) for kind in _KINDS), str(undone), pace]


def _bad_clips(standing: Sequence[Entry]) -> list[str]:
    """Why clips are bad, and how many answers hold for a clip with other ends."""
    bad = Counter(one.reason for one in standing if one.operation is Operation.BAD)
    why = [f"{bad[reason]} {reason}" for reason in REASONS if bad[reason]]
    why += [f"{bad['']} without a reason"] if bad[""] else []
    moved = sum(one.ends is not None for one in standing)
    sentences = [f"Bad clips: {', '.join(why)}."] if any(bad[reason] for reason in REASONS) else []
    if moved:
        sentences.append(f"{moved} {'answer holds' if moved == 1 else 'answers hold'} for a clip with other ends.")
    return sentences


def _agreement(decisions: Decisions) -> list[str]:
    repeats, kappa = consistency(decisions)
    together = agreement(decisions)
    sentences = []
    if kappa is not None:
        sentences.append(f"{repeats} clips were shown twice to the same person, in disguise: Cohen's kappa {kappa:.2f}.")
    if together.alpha is not None:
        sentences.append(
            f"{together.people} people named the same {together.clips} clips, {together.same} of them alike: "
            f"Krippendorff's alpha {together.alpha:.2f}."
        )
    return sentences


def _disagreements(decisions: Decisions) -> list[list[str]]:
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for entry in opinions(decisions):
        names[entry.clip].append((decisions.classes[decisions.place(entry.name or "") or 0], entry.annotator or _NOBODY))
    return [
        [clip, *(", ".join(f"{name} ({who})" for name, who in part) for part in (answers[:1], answers[1:]))]
        for clip, answers in names.items()
        if len({name for name, _ in answers}) > 1
    ]
