"""Labels of a file matched with the clips and classes of a run: what may be brought in, what is left out, what must be asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gesture_al.active.annotation.exchange.clip_names import ClipNames, RecordingNames
from gesture_al.active.annotation.exchange.names import ClassNames, clean, folded
from gesture_al.active.annotation.exchange.records import LabelFile, LabelRecord, LabelSegment
from gesture_al.data.clip_set import ClipSet, LeftOut
from gesture_al.data.track import Stretch

# A stretch gives its class to the clips of which it covers so much.
LEAST_COVERED = 0.5
_WORDS = {"label": "no label", "skip": "no label", "unsure": "called unsure", "bad": "called bad"}


class OnConflict(StrEnum):
    """What is done where a file has several answers for a clip."""

    REFUSE = "refuse"
    FIRST = "first"
    LAST = "last"
    MAJORITY = "majority"
    SKIP = "skip"


@dataclass(frozen=True)
class Conflict:
    """A clip with several answers.

    Args:
        clip: Its id.
        answers: Each of them once, in the order of the file.
        counts: How often each was given.
    """

    clip: str
    answers: tuple[LabelRecord, ...]
    counts: tuple[int, ...]

    def __str__(self) -> str:
        words = [
            _answer_in_words(one) + (f" ({count}x)" if count > 1 else "")
            for one, count in zip(self.answers, self.counts, strict=True)
        ]
        return f"{self.clip}: {' or '.join(words)}"


@dataclass(frozen=True)
class Matched:
    """The labels of a file as a run can take them.

    Args:
        labels: One a clip, under the run's id and class.
        clips: How many clips the file speaks of.
        segments: How many stretches of recordings.
        new_classes: Classes that the run does not have, each as it is written first.
        conflicts: Clips with several answers, of which none counts yet, with the rule `refuse` alone.
        decided: Clips with several answers, of which one counts by the rule.
        left_out: Clips and stretches without a label, and why.
    """

    labels: tuple[LabelRecord, ...]
    clips: int
    segments: int
    new_classes: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    decided: tuple[Conflict, ...]
    left_out: tuple[LeftOut, ...]


def matched(file: LabelFile, clips: ClipSet, names: Mapping[str, str], rule: OnConflict = OnConflict.REFUSE) -> Matched:
    """Match the labels of a file with the clips and classes of a run.

    Args:
        file: The labels.
        clips: The data set.
        names: Every name that a class of the run has or had, with the one that it has now.
        rule: What is done where a clip has several answers.
    """
    of_clips = list(_of_clips(file.records, clips))
    found = [*of_clips, *_of_segments(file.segments, clips)]
    left_out = [*file.left_out, *(one for one in found if isinstance(one, LeftOut))]
    answers: dict[str, list[LabelRecord]] = defaultdict(list)
    for one in found:
        if isinstance(one, LabelRecord):
            answers[one.clip].append(one)
    classes = _Classes(names)
    labels, conflicts, decided = [], [], []
    for clip, given in answers.items():
        named = [replace(one, name=name) for one in given if (name := classes.of(one.name)) is not None]
        label, conflict = _decided(clip, named, rule)
        if label is not None:
            labels.append(label)
            decided += [] if conflict is None else [conflict]
        elif conflict is None:
            left_out.append(LeftOut(clip, _WORDS[given[-1].kind]))
        elif rule is OnConflict.REFUSE:
            conflicts.append(conflict)
        else:
            left_out.append(LeftOut(str(conflict), "several answers"))
    used = [str(one.name) for one in [*labels, *(answer for conflict in conflicts for answer in conflict.answers)]]
    return Matched(
        labels=tuple(labels),
        clips=len({one.clip for one in [*of_clips, *(() if file.segments else file.left_out)]}),
        segments=len([*file.segments, *file.left_out]) if file.segments else 0,
        new_classes=tuple(name for name in dict.fromkeys(used) if name in classes.new),
        conflicts=tuple(conflicts),
        decided=tuple(decided),
        left_out=tuple(dict.fromkeys(left_out)),
    )


def _of_clips(records: Sequence[LabelRecord], clips: ClipSet) -> Iterator[LabelRecord | LeftOut]:
    """The answers under the ids of their clips."""
    names = ClipNames(clips) if records else None
    for one in records:
        assert names is not None
        clip, reason = names.find(one.clip)
        yield LeftOut(one.clip, reason) if clip is None else replace(one, clip=clip)


def _of_segments(segments: Sequence[LabelSegment], clips: ClipSet) -> Iterator[LabelRecord | LeftOut]:
    """An answer for each clip that a stretch covers by half or more; of several of one annotator's, those that cover most."""
    names = RecordingNames(clips) if segments else None
    covers: dict[tuple[str, str], list[tuple[float, LabelSegment]]] = defaultdict(list)
    for one in segments:
        assert names is not None
        places, reason = names.find(one.recording)
        if not places:
            yield LeftOut(_segment_in_words(one), reason)
        for clip, place in places:
            covers[clip, one.annotator].append((_share(place, one.stretch), one))
    used = set()
    for (clip, annotator), pairs in covers.items():
        most = max(share for share, _ in pairs)
        for share, one in pairs:
            if share >= max(most, LEAST_COVERED) - 1e-9:
                used.add(one)
                yield LabelRecord(clip, one.name, annotator=annotator)
    for one in dict.fromkeys(segment for pairs in covers.values() for _, segment in pairs):
        if one not in used:
            yield LeftOut(_segment_in_words(one), "covers no clip by half, or less of it than another")


def _share(clip: Stretch | None, segment: Stretch | None) -> float:
    """How much of a clip a stretch covers, 0 to 1; a clip of unknown length is covered by what is the whole recording."""
    if segment is None:
        return 1.0
    if clip is None:
        return 0.0
    if clip.end <= clip.start:
        return float(segment.overlaps(clip))
    return max(0.0, min(clip.end, segment.end) - max(clip.start, segment.start)) / (clip.end - clip.start)


class _Classes:
    """The classes of the run and those that the file adds.

    Args:
        names: Every name that a class of the run has or had, with the one that it has now.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._known = ClassNames(names)
        self._new: dict[str, str] = {}

    @property
    def new(self) -> list[str]:
        """Those that the run does not have."""
        return list(self._new.values())

    def of(self, name: str | None) -> str | None:
        """The class that a name means; None for no name, and for a word that means none."""
        if name is None or self._known.means_nothing(name):
            return None
        known = self._known.find(name)
        return known if known is not None else self._new.setdefault(folded(name), clean(name))


def _decided(clip: str, answers: Sequence[LabelRecord], rule: OnConflict) -> tuple[LabelRecord | None, Conflict | None]:
    """The answer that counts, and what was in conflict; equal answers are one."""
    by_content: dict[tuple[str | None, Stretch | None], list[LabelRecord]] = defaultdict(list)
    for one in answers:
        by_content[one.name, one.ends].append(one)
    if len(by_content) <= 1:
        return (answers[0] if answers else None), None
    conflict = Conflict(clip, tuple(same[0] for same in by_content.values()), tuple(map(len, by_content.values())))
    if rule is OnConflict.FIRST:
        return answers[0], conflict
    if rule is OnConflict.LAST:
        return answers[-1], conflict
    if rule is OnConflict.MAJORITY:
        (first, count), (_, second) = Counter(dict(zip(conflict.answers, conflict.counts, strict=True))).most_common(2)
        if count > second:
            return first, conflict
    return None, conflict


def _answer_in_words(one: LabelRecord) -> str:
    return f"{one.name}" + ("" if one.ends is None else f" from {one.ends.start:g} to {one.ends.end:g} s")


def _segment_in_words(one: LabelSegment) -> str:
    return one.recording if one.stretch is None else f"{one.recording} {one.stretch.start:g} to {one.stretch.end:g} s"
