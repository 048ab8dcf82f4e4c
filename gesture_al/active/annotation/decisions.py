"""The standing answers and the classes of a session: a fold over its log, and what of it is new to the loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from gesture_al.active.annotation.answer_log import ANSWERS, Entry, Operation
from gesture_al.active.annotation.items import DISGUISED, key_of, question_of
from gesture_al.active.questions import Answer, AnswerKind, Question
from gesture_al.data.track import Stretch


@dataclass(frozen=True)
class Change:
    """Another answer to a question stands than before.

    Args:
        before: The answer that stood; None: there was none.
        after: The one that stands now; None: the last was taken back.
    """

    before: Entry | None
    after: Entry | None

    @property
    def question(self) -> str:
        """Whose answers they are."""
        entry = self.after or self.before
        return "" if entry is None else entry.question


@dataclass
class Decisions:
    """The standing answer to every question, and the classes as they are called now.

    Args:
        classes: Class names; at first those of the data set, a new one behind them.
        first_names: What each class was called when it came, whatever it is called now; in this order for good.
    """

    classes: list[str]
    first_names: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)
    _stacks: dict[str, list[Entry]] = field(default_factory=dict)
    _answers: dict[str, Entry] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _in_order: dict[str, Entry] = field(default_factory=dict)
    _of_clip: dict[str, list[Entry]] = field(default_factory=dict)
    _undone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.first_names.extend(self.classes)
        self._places.update({name: place for place, name in enumerate(self.classes)})

    @classmethod
    def of(cls, entries: Iterable[Entry], classes: Iterable[str]) -> Decisions:
        """All entries, folded."""
        decisions = cls(list(classes))
        for entry in entries:
            decisions.apply(entry)
        return decisions

    def apply(self, entry: Entry) -> Change | None:
        """Fold in one more entry; gives what it changed of the answers that stand."""
        if entry.operation in ANSWERS:
            before = self.standing(entry.question)
            self._stacks.setdefault(entry.question, []).append(entry)
            self._answers[entry.uuid] = entry
            self._numbers.setdefault(entry.uuid, len(self._numbers))
            if entry.purpose not in DISGUISED:
                self._of_clip.setdefault(entry.clip, []).append(entry)
            return self._change(before, self.standing(entry.question))
        if entry.operation is Operation.UNDO and entry.undoes in self._answers:
            question = self._answers[entry.undoes].question
            before = self.standing(question)
            self._undone.add(entry.undoes)
            return self._change(before, self.standing(question))
        if entry.operation is Operation.NEW_CLASS and entry.name and entry.name not in self._places:
            self._places[entry.name] = len(self.classes)
            self.classes.append(entry.name)
            self.first_names.append(entry.name)
        elif entry.operation is Operation.RENAME_CLASS and entry.renamed in self.classes and entry.name:
            # The old name stays valid: answers from before go on to mean the same class.
            self._places[entry.name] = self._places[entry.renamed]
            self.classes[self._places[entry.name]] = entry.name
        return None

    def place(self, name: str) -> int | None:
        """The index of a class by a name that it has or had; None for one that never was."""
        return self._places.get(name)

    def standing(self, question: str) -> Entry | None:
        """The answer that counts: the last one that was not taken back."""
        return next((entry for entry in reversed(self._stacks.get(question, ())) if entry.uuid not in self._undone), None)

    def touched(self, question: str) -> bool:
        """Whether it was ever answered."""
        return question in self._stacks

    def ends_of(self, clip: str) -> Stretch | None:
        """The ends that a clip has by its last standing answer, disguised ones left out; None: those of the data set."""
        answers = reversed(self._of_clip.get(clip, ()))
        last = next((entry for entry in answers if self.standing(entry.question) is entry), None)
        return None if last is None else last.ends

    def all_standing(self) -> list[Entry]:
        """One answer a question, in the order in which they were given."""
        return list(self._in_order.values())

    def latest_standing(self) -> Iterator[Entry]:
        """The same, the last one first."""
        return reversed(self._in_order.values())

    def number(self, entry: Entry) -> int:
        """The place of an answer among all that were given."""
        return self._numbers[entry.uuid]

    def undoable(self, annotator: str | None = None) -> Entry | None:
        """What an undo would take back: the latest standing answer, of this annotator where one is named."""
        return next((entry for entry in self.latest_standing() if annotator in (None, entry.annotator)), None)

    def _change(self, before: Entry | None, after: Entry | None) -> Change | None:
        if after is before:
            return None
        if before is not None:
            self._in_order.pop(before.uuid, None)
        if after is not None:
            latest = next(self.latest_standing(), None)
            self._in_order[after.uuid] = after
            if latest is not None and self.number(latest) > self.number(after):
                # An earlier answer counts again, which is rare: it goes to where it was.
                self._in_order = dict(sorted(self._in_order.items(), key=lambda pair: self._numbers[pair[0]]))
        return Change(before, after)


def labels_of(decisions: Decisions) -> list[Entry]:
    """The classes that stand, hidden repeats and second opinions left out, in the order in which they were given."""
    return [one for one in decisions.all_standing() if one.operation is Operation.LABEL and one.purpose not in DISGUISED]


def answer_of(entry: Entry, decisions: Decisions) -> Answer:
    """An entry as the loop knows answers."""
    label = decisions.place(entry.name or "") if entry.operation is Operation.LABEL else None
    kind, seconds = AnswerKind(entry.operation.value), entry.milliseconds / 1000
    return Answer(entry.clip, kind, label, seconds, ends=entry.ends, reason=entry.reason)


def updates(
    decisions: Decisions, journal_answers: Iterable[tuple[Question, Answer]], rows: Mapping[str, int]
) -> list[tuple[Question, Answer]]:
    """Answers that the loop does not have, or has otherwise.

    Args:
        decisions: What stands.
        journal_answers: All that the loop has, in order; a log that is ahead of it (it was killed) is brought in thus.
        rows: Row of every clip by id; answers about other clips are passed over.
    """
    last, latest = {}, {}
    for question, answer in journal_answers:
        last[key_of(question)] = question, answer
        latest[question.clip] = key_of(question)
    changes = []
    for entry in decisions.all_standing():
        if entry.purpose in DISGUISED or entry.clip not in rows:
            continue
        answer = answer_of(entry, decisions)
        before = last.pop(entry.question, None)
        if before is None or _content(before[1]) != _content(answer):
            changes.append((question_of(entry, rows), answer))
            latest[entry.clip] = entry.question
    # Taken back and not answered anew: put off, as far as the loop is concerned.
    for key, (question, answer) in last.items():
        # With the ends that it has without that answer.
        put_off = replace(answer, kind=AnswerKind.SKIP, label=None, ends=decisions.ends_of(question.clip), reason="")
        # One that was put off already matters only where nothing was said of its clip since, and its ends go back.
        matters = answer.kind is not AnswerKind.SKIP or (latest[question.clip] == key and answer.ends != put_off.ends)
        if decisions.touched(key) and matters:
            changes.append((question, put_off))
    return changes


def _content(answer: Answer) -> tuple[object, ...]:
    return answer.kind, answer.label, answer.ends, answer.reason
