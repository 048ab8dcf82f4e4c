"""Training, test and validation clips that share nothing they must not share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gesture_al.core.arrays import Bool, Int64, Strings
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.split_units import (
    SPLIT_WORDS,
    Spans,
    Splits,
    block_units,
    pick_clips,
    pick_units,
    recording_spans,
    row_spans,
)

_REMEDY = {
    "group": ("groups", "record more sessions, or set split_by=blocks"),
    "subject": ("people", "record more people, or set split_by=stratified"),
    "blocks": ("blocks", "record more"),
}
MIN_PEOPLE = 3  # fewer cannot stand for unseen people: one for the test, two to learn from


def hold_out(clips: ClipSet, people: Sequence[str]) -> ClipSet:
    """The set with an official split of its own: these people are the test, everyone else is training.

    Raises:
        UserError: The set does not know its people, or not one of these, or a clip's person is unknown and may be one of them.
    """
    if clips.subjects is None:
        raise UserError("dataset.test_subjects: this data set does not say who is seen; leave it out")
    names = sorted(set(clips.subjects.tolist()) - {""})
    unknown_names = [name for name in people if name not in names]
    if unknown_names or not people:
        raise UserError(f"dataset.test_subjects: nobody is called {unknown_names[:1] or people}; there are: {', '.join(names)}")
    if (clips.subjects == "").any():
        clip = clips.ids[int((clips.subjects == "").argmax())]
        raise UserError(f"dataset.test_subjects: nobody says who is seen in clip {clip}, who may be of the test; name them all")
    return replace(clips, split=np.where(np.isin(clips.subjects, list(people)), "test", "train"))


def make_splits(
    clips: ClipSet,
    split_by: str,
    test_fraction: float,
    validation_fraction: float,
    rng: np.random.Generator,
    labels_for_training: bool = False,
) -> Splits:
    """Training, test and validation indices of a set.

    `auto` takes the official split, else separates by group (by blocks of time where the groups are too few and the times of the
    clips known), else windows of a stream by blocks, else by subject where there are at least three, else class by class.
    Validation clips are separated in the same way, from what is not test. Unlabelled clips go to training, and nowhere where they
    would share a group, a person or time with test or validation; where no label is known at all there is no test, and validation
    is drawn from them.

    Args:
        clips: The set.
        split_by: A word of `SPLIT_WORDS`.
        test_fraction: Share of clips for the test, above 0 and below 1; without meaning for an official split.
        validation_fraction: Share of the rest for validation, 0 (none) to below 1.
        rng: Decides all of it.
        labels_for_training: The known labels are few and there to learn from: none is spent on a test (unless an official split
            says so), and validation is drawn from the clips that nobody has named, which show what the recogniser will meet.

    Raises:
        UserError: An unknown word, a share out of range, a split that the set does not allow, that leaves a class out of
            training or test, or that leaks.
    """
    if split_by not in SPLIT_WORDS:
        raise UserError(f"split_by={split_by}: unknown; there are: {', '.join(SPLIT_WORDS)}")
    if not 0 < test_fraction < 1:
        raise UserError(f"test_fraction={test_fraction}: must be above 0 and below 1")
    if not 0 <= validation_fraction < 1:
        raise UserError(f"validation_fraction={validation_fraction}: must be 0 (none) or above, and below 1")
    labels = np.asarray(clips.labels)
    labels_for_test = bool((labels >= 0).any()) and not labels_for_training
    rule = _rule(clips, split_by)
    is_test = np.zeros(len(clips), dtype=np.bool_)
    if labels_for_test or rule == "official":
        is_test, rule = _pick(clips, np.arange(len(clips)), rule, test_fraction, rng, "test", split_by)
    test = np.flatnonzero(is_test & (labels >= 0))
    rest = np.flatnonzero(~is_test)
    validation, validation_rule = np.empty(0, dtype=np.int64), ""
    candidates = rest[labels[rest] < 0] if labels_for_training else rest
    if validation_fraction > 0 and len(candidates):
        rule_wanted = _validation_rule(clips, candidates, rule, split_by)
        is_validation, validation_rule = _pick(clips, candidates, rule_wanted, validation_fraction, rng, "validation", split_by)
        validation = rng.permutation(candidates[is_validation & ((labels[candidates] >= 0) | (not labels_for_test))])
        rest = np.setdiff1d(rest, candidates[is_validation])
        if labels_for_training:
            rest = rest[~_shares_unit(clips, rest, validation, validation_rule)]
    if "blocks" in (rule, validation_rule):
        # Windows at a border share frames with the other side: they go, first from training, then from validation.
        spans = recording_spans(clips) or row_spans(clips)
        validation = validation[~spans.overlapping(validation, test)]
        rest = rest[~spans.overlapping(rest, np.concatenate([test, validation]))]
    splits = Splits(rest, test, validation, rule, validation_rule)
    _check_coverage(clips, splits, split_by, labels_for_training)
    check_leaks(clips, splits)
    return splits


def cap_validation(splits: Splits, most: int) -> Splits:
    """Keep so many validation clips at the most; the others go back to training where the split was stratified."""
    validation, spare = splits.validation[:most], splits.validation[most:]
    train = np.sort(np.concatenate([splits.train, spare])) if splits.validation_rule == "stratified" else splits.train
    return replace(splits, train=train, validation=validation)


def _rule(clips: ClipSet, split_by: str) -> str:
    """The rule that separates the test; `?` at its end: stratified or blocks where it cannot be done."""
    lacks = {"official": clips.split, "group": clips.groups, "subject": clips.subjects}
    if split_by in lacks and lacks[split_by] is None:
        has = next((word for word, value in lacks.items() if value is not None), "stratified")
        what = "official split" if split_by == "official" else f"{split_by}s"
        raise UserError(f"split_by={split_by}: this set has no {what}; set split_by={has}")
    if split_by != "auto":
        return split_by
    if clips.split is not None:
        return "official"
    if clips.groups is not None:
        return _by_group(clips)
    if clips.start is not None:
        return "blocks"
    return "subject?" if _people(clips, np.arange(len(clips))) >= MIN_PEOPLE else "stratified"


def _by_group(clips: ClipSet) -> str:
    """The rule for a set with groups; where times are known, blocks may take its place if there are too few groups."""
    return "group?" if clips.start is not None else "group"


def _validation_rule(clips: ClipSet, rest: Int64, rule: str, split_by: str) -> str:
    """The rule that separates validation from training."""
    if rule == "group" and split_by == "auto":
        return _by_group(clips)
    if rule != "official":
        return rule
    if clips.groups is not None:
        return _by_group(clips)
    if clips.start is not None:
        return "blocks"
    return "subject?" if _people(clips, rest) >= MIN_PEOPLE else "stratified"


def _people(clips: ClipSet, rows: Int64) -> int:
    """Number of people; 0 where any of them is unknown."""
    if clips.subjects is None or (clips.subjects[rows] == "").any():
        return 0
    return len(np.unique(clips.subjects[rows]))


def _pick(
    clips: ClipSet, rows: Int64, rule: str, fraction: float, rng: np.random.Generator, side: str, split_by: str
) -> tuple[Bool, str]:
    """Mask over `rows` of the clips that leave training for a side, unlabelled neighbours included, and the rule used."""
    if rule == "official":
        assert clips.split is not None
        return np.asarray(clips.split[rows] == "test"), rule
    labels = clips.labels[rows]
    # Where nobody knows a label all clips are alike.
    labels = labels if (labels >= 0).any() else np.zeros_like(labels)
    labelled = labels >= 0
    if rule == "stratified":
        picked = np.zeros(len(rows), dtype=np.bool_)
        picked[labelled] = pick_clips(labels[labelled], fraction, rng)
        return picked, rule
    rule, optional = rule.rstrip("?"), rule.endswith("?")
    units = _units(clips, rows, rule)
    picked_units = pick_units(units[labelled], labels[labelled], fraction, rng, cover=side == "test")
    if picked_units is None and optional:
        return _pick(clips, rows, "blocks" if rule == "group" else "stratified", fraction, rng, side, split_by)
    if picked_units is None:
        raise UserError(
            f"split_by={split_by}: {len(np.unique(units))} {_REMEDY[rule][0]} cannot be divided so that every class is in "
            f"training and {side}; {_REMEDY[rule][1]}{_scarcest(clips, rows, units)}"
            + (", or do without validation (stopping=budget)" if side == "validation" else "")
        )
    return np.isin(units, units[labelled][picked_units]), rule


def _shares_unit(clips: ClipSet, rows: Int64, other_rows: Int64, rule: str) -> Bool:
    """Which rows are of a group, or a person, of the others, where that is what the rule keeps apart."""
    values = {"group": clips.groups, "subject": clips.subjects}.get(rule)
    return np.zeros(len(rows), dtype=np.bool_) if values is None else np.isin(values[rows], values[other_rows])


def _units(clips: ClipSet, rows: Int64, rule: str) -> Int64:
    if rule == "blocks":
        spans: Spans = recording_spans(clips) or row_spans(clips)
        return block_units(spans, clips.labels)[rows]
    values = clips.groups if rule == "group" else clips.subjects
    assert values is not None
    if rule == "subject" and (values == "").any():
        raise UserError("split_by=subject: the person of some clips is unknown; name them all or set split_by=stratified")
    return np.unique(values[rows], return_inverse=True)[1].astype(np.int64)


def _scarcest(clips: ClipSet, rows: Int64, units: Int64) -> str:
    """The class that is in the fewest units, for a message; empty where nobody knows a label."""
    labels = clips.labels[rows]
    of_class = [(len(np.unique(units[labels == label])), label) for label in np.unique(labels[labels >= 0])]
    if not of_class:
        return ""
    count, label = min(of_class)
    clip_count = int(np.count_nonzero(labels == label))
    return f" (class {clips.classes[label]!r} has {clip_count} clip{'' if clip_count == 1 else 's'}, in {count} of them)"


def _check_coverage(clips: ClipSet, splits: Splits, split_by: str, labels_for_training: bool) -> None:
    labels = clips.labels
    present = np.unique(labels[labels >= 0])
    for side, indices in (("training", splits.train), ("test", splits.test)):
        if side == "test" and labels_for_training and not len(indices):
            continue
        absent = np.setdiff1d(present, labels[indices])
        if not len(absent):
            continue
        name = clips.classes[absent[0]]
        rest = ", ".join(other for other in clips.classes if other != name)
        leave_out = f"leave it out: dataset.params.classes=[{rest}]"
        if np.count_nonzero(labels == absent[0]) == 1:
            raise UserError(f"class {name!r} has one clip, and learning and testing need one each; record more, or {leave_out}")
        raise UserError(
            f"split_by={split_by}: no clip of class {name!r} would be in {side}; record more of it, choose another split_by "
            f"or test_fraction, or {leave_out}"
        )


def check_leaks(clips: ClipSet, splits: Splits) -> None:
    """Refuse a split whose sides share what they must not.

    Raises:
        UserError: A clip on two sides; clips of one group, of overlapping time, or, split by subject, of one person on
            two sides. Split by blocks, clips of one group may be, if they share no time.
    """
    sides = {"train": splits.train, "test": splits.test, "validation": splits.validation}
    rules = (splits.rule, splits.validation_rule)
    spans = row_spans(clips) if "blocks" in rules and recording_spans(clips) is None else recording_spans(clips)
    for a, b in (("train", "test"), ("train", "validation"), ("test", "validation")):
        rule = splits.rule if "test" in (a, b) else splits.validation_rule
        if len(np.intersect1d(sides[a], sides[b])):
            raise UserError(f"split: a clip stands in {a} and in {b}; make the splits again")
        if clips.groups is not None and rule != "blocks":
            _refuse_shared(clips.groups, sides, a, b, "group", "split_by=group")
        if clips.subjects is not None and rule == "subject":
            _refuse_shared(clips.subjects, sides, a, b, "subject", "split_by=subject")
        if spans is not None:
            overlapping = spans.overlapping(sides[a], sides[b])
            if overlapping.any():
                clip = clips.ids[sides[a][int(overlapping.argmax())]]
                raise UserError(f"split leaks: clip {clip} in {a} overlaps in time with one in {b}; set split_by=blocks")


def _refuse_shared(values: Strings, sides: dict[str, Int64], a: str, b: str, what: str, remedy: str) -> None:
    shared = np.intersect1d(values[sides[a]], values[sides[b]])
    if len(shared):
        raise UserError(f"split leaks: {what} {str(shared[0])!r} stands in {a} and in {b}; set {remedy}")


def shared_sessions(clips: ClipSet, splits: Splits) -> str:
    """A warning where test or validation share sessions with training; empty where they do not, or sessions are unknown.

    Args:
        clips: The set.
        splits: Its division.
    """
    if clips.groups is None:
        return ""
    sides = {"test": clips.groups[splits.test], "validation": clips.groups[splits.validation]}
    shared = [side for side, groups in sides.items() if np.isin(groups, clips.groups[splits.train]).any()]
    if not shared:
        return ""
    return (
        f"the {' and '.join(shared)} clips are other moments of the sessions that are learned from: the score may be too good "
        "for another day, place or person; record one more session for a fair one"
    )


def with_long_tail(splits: Splits, labels: Int64, ratio: float | None, least: int, rng: np.random.Generator) -> Splits:
    """Splits with a long-tailed training side (see `thin`); the same splits where the ratio is None."""
    return splits if ratio is None else replace(splits, train=thin(splits.train, labels, ratio, least, rng))


def thin(rows: Int64, labels: Int64, ratio: float, least: int, rng: np.random.Generator) -> Int64:
    """Training clips of a long-tailed pool: class sizes fall off exponentially, in an order drawn by chance.

    The class that comes first keeps as many clips as the smallest class has, the last one that number divided by the ratio; so
    the profile is the same whatever the data were like.

    Args:
        rows: Training clips, indices into `labels`.
        labels: Classes of the whole set, -1 unknown; unknown clips stay.
        ratio: Of the most frequent class to the rarest, 1 (all alike) or more.
        least: Clips that every class keeps at least, where it has them: the initial set must be possible.
        rng: Decides the order of the classes and which clips stay.

    Returns:
        The rows that stay, ascending.

    Raises:
        UserError: A ratio below 1.

    Source:
        Cui et al., "Class-balanced loss based on effective number of samples", CVPR 2019, section 5.1.
    """
    if not ratio >= 1:
        raise UserError(f"dataset.long_tail={ratio}: the most frequent class over the rarest, 1 or more; or null")
    labels_n = labels[rows]
    classes = rng.permutation(np.unique(labels_n[labels_n >= 0]))
    most = min((int((labels_n == label).sum()) for label in classes), default=0)
    stay = [rows[labels_n < 0]]
    for place, label in enumerate(classes):
        share = ratio ** (-place / max(len(classes) - 1, 1))
        members = rows[labels_n == label]
        stay.append(rng.permutation(members)[: max(least, round(most * share))])
    return np.sort(np.concatenate(stay))
