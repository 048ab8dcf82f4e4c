"""What has been decided: a fold over the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gesture_al.active.annotation.entry import ANSWERS, Entry, Operation
from gesture_al.active.annotation.items import DISGUISED
from gesture_al.active.questions import Cut


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
    _of_clip: dict[str, list[Entry]] = field(default_factory=dict)
    _undone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.first_names.extend(self.classes)
        self._places.update({name: place for place, name in enumerate(self.classes)})

    @classmethod
    def of(cls, entries: Iterable[Entry], classes: Iterable[str]) -> Decisions:
        """All entries, folded."""
        made = cls(list(classes))
        for entry in entries:
            made.apply(entry)
        return made

    def apply(self, entry: Entry) -> None:
        """Fold in one more entry."""
        if entry.operation in ANSWERS:
            self._stacks.setdefault(entry.question, []).append(entry)
            self._answers[entry.uuid] = entry
            if entry.purpose not in DISGUISED:
                self._of_clip.setdefault(entry.clip, []).append(entry)
        elif entry.operation is Operation.UNDO and entry.undoes in self._answers:
            self._undone.add(entry.undoes)
        elif entry.operation is Operation.NEW_CLASS and entry.name and entry.name not in self._places:
            self._places[entry.name] = len(self.classes)
            self.classes.append(entry.name)
            self.first_names.append(entry.name)
        elif entry.operation is Operation.RENAME_CLASS and entry.renamed in self.classes and entry.name:
            # The old name stays known: answers from before go on to mean the same class.
            self._places[entry.name] = self._places[entry.renamed]
            self.classes[self._places[entry.name]] = entry.name

    def place(self, name: str) -> int | None:
        """The index of a class by a name that it has or had; None for one that never was."""
        return self._places.get(name)

    def standing(self, question: str) -> Entry | None:
        """The answer that counts: the last one that was not taken back."""
        return next((entry for entry in reversed(self._stacks.get(question, ())) if entry.uuid not in self._undone), None)

    def touched(self, question: str) -> bool:
        """Whether it was ever answered."""
        return question in self._stacks

    def cut_of(self, clip: str) -> Cut | None:
        """The ends that a clip has by its last standing answer that the loop hears of; None: those of the data set."""
        answers = reversed(self._of_clip.get(clip, ()))
        last = next((entry for entry in answers if self.standing(entry.question) is entry), None)
        return None if last is None else last.cut

    def all_standing(self) -> list[Entry]:
        """One answer a question, in the order in which they were given."""
        last = [entry for question in self._stacks if (entry := self.standing(question)) is not None]
        place = {uuid: number for number, uuid in enumerate(self._answers)}
        return sorted(last, key=lambda entry: place[entry.uuid])

    def undoable(self, annotator: str | None = None) -> Entry | None:
        """What an undo would take back: the latest standing answer, of this annotator where one is named."""
        standing = [entry for entry in self.all_standing() if annotator in (None, entry.annotator)]
        return standing[-1] if standing else None
