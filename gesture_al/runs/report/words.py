"""A run in plain sentences: its outcome, its scores, its cost, and what is proven of the threshold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gesture_al.active.records.round_row import RoundRow
from gesture_al.learning.metrics import TOO_FEW, unscored_classes
from gesture_al.runs.report.run_on_disk import Run

# Names of classes in one sentence, at the most.
_MOST_NAMES = 6
_OPENING = {
    "running": "The run is still going",
    "paused": "The run is paused",
    "failed": "The run failed",
    "planned": "The run has not started yet",
}


def outcome(run: Run) -> str:
    """One sentence: how it ended, what it cost, how good the kept model is, and why it stopped."""
    best = run.best
    # What a rule adds in brackets at the end follows in full below.
    reason = re.sub(r" \([^()]*\)$", "", str(run.status.get("reason", "")).rstrip("."))
    if best is None:
        return f"{_OPENING.get(run.state, 'The run ended')} before its first round was measured{': ' + reason if reason else ''}."
    last = run.rounds[-1]
    score = f"{score_words(run, best)} for {cost(last)}"
    if run.state == "done":
        return f"{score}; it stopped after round {last.round}: {reason or 'no reason was recorded'}."
    why = f" ({reason})" if reason else ""
    return f"{_OPENING.get(run.state, 'The run ended')} after round {last.round}{why}; so far: {score}."


def score_words(run: Run, row: RoundRow) -> str:
    """The score of a round with its interval and the clips that it was measured on."""
    score = getattr(row, f"{run.split}_macro_f1")
    if score is None:
        return "no score (no labelled clips to score on)"
    clips = clips_in(getattr(row, f"{run.split}_confusion"))
    return f"macro-F1 {score:.3f}{interval(run, row)} on {clips or 'the'} {split_word(run)} clips{_unscored(run, row)}"


def _unscored(run: Run, row: RoundRow) -> str:
    """The classes that no clip of the score is of, a few by name; empty where every class has some."""
    counts = getattr(row, f"{run.split}_confusion")
    names = unscored_classes(counts, run.classes) if counts else []
    return f", none of them of {named(names)}, which the score leaves out," if names else ""


def named(classes: Sequence[str]) -> str:
    """Names of classes in a sentence, the first few of them."""
    more = f" and {len(classes) - _MOST_NAMES} more" if len(classes) > _MOST_NAMES else ""
    return ", ".join(classes[:_MOST_NAMES]) + more


def interval(run: Run, row: RoundRow) -> str:
    """The 95% interval in brackets, or that there are too few clips for one; nothing on validation clips."""
    said = row.test_interval() if run.split == "test" else ""
    return f" ({said})" if said else ""


def cost(row: RoundRow) -> str:
    """All labels that were spent, validation included."""
    validation = row.validation_labels
    if not validation:
        return f"{row.labels} labels"
    return f"{row.labels + validation} labels ({row.labels} for training, {validation} for validation)"


def clips_in(confusion: Any) -> int:
    """How many clips a confusion matrix counts; 0 where there is none."""
    return sum(sum(row) for row in confusion) if confusion else 0


def split_word(run: Run) -> str:
    """The clips that scores are reported on: `test`, or `validation` where no test labels are known."""
    return "test" if run.split == "test" else "validation"


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> [duration(s) for s in (0.004, 2.34, 75, 7322)]
    ['0.0 s', '2.3 s', '1 min 15 s', '2 h 02 min']
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def start(run: Run) -> list[str]:
    """How the first clips were chosen, and by what encoder of the pool, in sentences."""
    first, strategy = run.rounds[0].labels, run.config.get("start_strategy") or (run.config.get("strategy") or {}).get("name")
    how = {
        "stratified": "drawn class by class from labels that existed",
        "oracle": "asked in random order until every class had its share",
        "existing": "those that came with the clips, and what was asked for classes that lacked some",
        "strategy": f"of clips that {strategy} chose without any label",
    }.get(str(run.config.get("start")))
    told = [f"The first {first} labels were {how}."] if how else []
    made = run.status.get("pretraining")
    if isinstance(made, dict):
        source = ((run.config.get("pretraining") or {}).get("params") or {}).get("source")
        whose = f"clips of {source.get('name')}" if isinstance(source, dict) else "clips of the pool"
        told.append(
            f"An encoder learned from {made.get('clips')} {whose} without a label: {made.get('steps')} steps, "
            f"{duration(float(made.get('seconds') or 0))}, once for all runs over the same clips."
        )
    return told


def choice(run: Run) -> str:
    """How the kept checkpoint was chosen."""
    best, last = run.best, run.rounds[-1]
    if _stopping(run, "judged_on") == "test":
        return (
            f"checkpoints/best.ckpt is the model of round {last.round}, the last one. The test clips decided when to stop, as "
            "in the experiment that this run reproduces, so its score on them is no honest estimate."
        )
    if best is None or not run.validated:
        return (
            f"No validation clips were drawn, so checkpoints/best.ckpt is the model of the last round ({last.round}). "
            "The test clips had no say in it."
        )
    same = " That is also the last round." if best.round == last.round else ""
    return (
        f"checkpoints/best.ckpt is the model of round {best.round}: its macro-F1 on the validation clips, "
        f"{best.val_macro_f1:.3f}, was the highest (the later of equals).{same} The test clips had no say in it."
    )


def target(run: Run) -> list[str]:
    """Whether the threshold is reached, and whether that is proven, in sentences; none where no rule looked at it."""
    state = run.rounds[-1].stopping
    if "reached" not in state or run.threshold is None:
        return []
    clips = int(state.get("clips") or clips_in(run.rounds[-1].val_confusion))
    threshold = f"{run.threshold:g}"
    confidence = f"{100 * float(_stopping(run, 'confidence') or 0.95):g}% confidence, corrected for looking once a round"
    now = f", {state['f1']:.3f}," if isinstance(state.get("f1"), float) else ""
    reached = (
        f"Reached: the score measured on the {clips} clips that decide was above {threshold} in enough rounds in a row. "
        "That is an estimate; on so few clips a model a little below the threshold can look a little above it."
        if state["reached"]
        else f"Not reached: the score measured on the {clips} clips that decide{now} was not above {threshold} for long "
        "enough, or they are too few to count."
    )
    counts = getattr(run.rounds[-1], f"{'test' if _stopping(run, 'judged_on') == 'test' else 'val'}_confusion")
    if counts and (missing := unscored_classes(counts, run.classes)):
        reached += f" None of them is of {named(missing)}, so nothing is said of those."
    if "proven" not in state:
        return [reached]
    bound = f" (lower bound {state['lower_bound']:.3f})" if isinstance(state.get("lower_bound"), float) else ""
    if state["proven"]:
        proven = f"Proven: the score is above {threshold} with {confidence}{bound}."
    else:
        proven = f"Not proven: at {confidence}, it may still be below {threshold}{bound}."
        if "lower_bound" not in state:
            proven = f"Not proven: {TOO_FEW} for a lower bound."
        if state.get("needed"):
            proven += f" About {state['needed']} further random clips at the same score would prove it."
        else:
            proven += " At this score no number of further clips would prove it."
    return [reached, proven]


def _stopping(run: Run, parameter: str) -> Any:
    """A parameter of the stopping rule; None where it has no such or the settings are unknown."""
    return ((run.config.get("stopping") or {}).get("params") or {}).get(parameter)
