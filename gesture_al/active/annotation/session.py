"""One labelling session: the loop puts questions in, any number of faces take them out, and the log is the truth."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gesture_al.active.annotation.asking import Leases, interleaved
from gesture_al.active.annotation.checks import check_label, check_open, check_other, check_reason
from gesture_al.active.annotation.cutting import checked
from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import ANSWERS, Entry, Operation
from gesture_al.active.annotation.existing_labels import KnownItems
from gesture_al.active.annotation.items import Item, item_of
from gesture_al.active.annotation.log import AnswerLog
from gesture_al.active.annotation.repeats import labels_of, with_repeats
from gesture_al.active.annotation.second_opinions import SecondOpinions
from gesture_al.active.annotation.seen import RunProgress
from gesture_al.active.annotation.session_config import SessionConfig
from gesture_al.active.annotation.sides import check_side
from gesture_al.active.annotation.updates import answer_of, news
from gesture_al.active.questions import Answer, Purpose, Question
from gesture_al.active.run_info import RunInfo
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.datasets.base import ClipSet

ENOUGH_AUDITS = 30


class LabelSession:
    """Safe to use from several threads: the loop's and those of the faces.

    Args:
        log: What has been answered so far, and where further answers go.
        clips: The data set.
        manner: How it asks.
        streams: The run's chance, for hidden repeats.
        checkpoint: The file of the model that asks.
        outline: What the run is about, for faces.
    """

    def __init__(
        self,
        log: AnswerLog,
        clips: ClipSet,
        manner: SessionConfig,
        streams: RandomStreams,
        checkpoint: Path | None = None,
        outline: RunInfo | None = None,
    ) -> None:
        self.log, self.clips, self.manner, self.streams = log, clips, manner, streams
        self.outline = outline or RunInfo()
        self.seen = RunProgress(checkpoint, self._loop_went_on)
        self.decisions = Decisions.of(log, clips.classes)
        self.leases = Leases()
        self.known = KnownItems(clips.ids.tolist())
        self._seconds = SecondOpinions(manner.second_opinions, streams)
        self.began = False
        self.paused = False
        self._revealed: set[str] = set()
        self._batch: list[str] = []
        self._audits: list[str] = []
        self._reopened: list[str] = []
        self._changed = threading.Condition(threading.RLock())
        self.version = 0

    # What the loop does

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Put a round's questions and wait until each has an answer; a pause ends it with KeyboardInterrupt."""
        with self._changed:
            audits = self._next_audits() if questions[0].purpose is Purpose.QUERY else []
            mixed = interleaved(questions, audits)
            items = self._with_repeats([item_of(question) for question in mixed])
            self._batch = [self.known.add(item) for item in items]
            self.began = True
            wanted = {item_of(question).key: question for question in questions}
            self._tell()
            # In slices, since only a main thread that wakes up sees Ctrl-C.
            while not self.paused and any(self.decisions.standing(key) is None for key in wanted):
                self._changed.wait(0.2)
            if self.paused:
                raise KeyboardInterrupt
            self._batch = []
            self._tell()
            standing = [self.decisions.standing(key) for key in wanted]
            return [answer_of(entry, self.decisions) for entry in standing if entry is not None]

    def offer(self, questions: Sequence[Question]) -> None:
        """Audit clips, in the order in which they are to be labelled when there is time."""
        with self._changed:
            self._audits = [self.known.add(item_of(question)) for question in questions]
            self._tell()

    def news(self, heard: Iterable[tuple[Question, Answer]]) -> list[tuple[Question, Answer]]:
        """Answers that the loop has not heard, or has heard otherwise.

        Args:
            heard: All that it was told so far, in order. A log that is ahead of the loop (it was killed) is brought in thus.
        """
        with self._changed:
            return news(self.decisions, heard, self.known.rows)

    def pause(self) -> None:
        """End the wait for answers, or the training, as soon as may be; everything is on disk."""
        with self._changed:
            self.paused = True
            self._tell()

    # What faces do

    def next_items(self, tab: str, most: int = 3, holding: str = "", annotator: str = "") -> list[Item]:
        """The next questions of a tab, which keeps those that it has: taken-back ones, second opinions, the batch, audit clips.

        The one that it is `holding` (its handle) stays its own whatever else has come. What others have named is put only to
        somebody with a name of their own, the `annotator`.
        """
        with self._changed:
            held = [self.known.of_handle(holding).key] if holding in self.known else []
            seconds = self._seconds.due(annotator or self.manner.annotator, self.decisions, self.known.rows)
            keys = [*held, *self._reopened, *map(self.known.add, seconds), *(self._batch or self._audits)]
            open_keys = [key for key in dict.fromkeys(keys) if self.decisions.standing(key) is None]
            taken = self.leases.take(open_keys, tab, most, ())
            if not taken and self._batch:
                # Another tab has what is left of the batch.
                audits = [key for key in self._audits if self.decisions.standing(key) is None]
                taken = self.leases.take(audits, tab, most, ())
            return [self.known[key] for key in taken]

    def item(self, handle: str) -> Item:
        """The question of that handle.

        Raises:
            Refused: There is none.
        """
        return self.known.of_handle(handle)

    def reveal(self, handle: str) -> list[float] | None:
        """Class probabilities that the model gave the clip, and that they were seen; None where it gave none.

        Raises:
            Refused: No such question.
        """
        item = self.item(handle)
        self._revealed.add(item.key)
        return self.seen.guess(item.question.clip)

    def keep(self, entry: Entry, handle: str = "", tab: str = "", revises: bool = False) -> Entry:
        """Check an entry, fill in what the session knows, and have it on disk before this returns.

        Args:
            entry: What the face says; time, clip, round and the like are filled in here.
            handle: The question that is answered; empty for operations on none.
            tab: Who sends it.
            revises: Whether a standing answer is to be replaced.

        Raises:
            Refused: An unknown question, class or uuid; or somebody else has answered it.
            OSError: It cannot be written; nothing has changed.
        """
        with self._changed:
            known = self.log.get(entry.uuid)
            if known is not None:
                return known
            if entry.operation in ANSWERS:
                entry = self._filled(entry, self.item(handle), tab, revises)
            else:
                check_other(entry, self.decisions, self.log)
            entry = replace(entry, time=datetime.now(UTC).isoformat(timespec="milliseconds"))
            entry = replace(entry, annotator=entry.annotator or self.manner.annotator)
            self.log.append(entry)
            self.decisions.apply(entry)
            if entry.operation is Operation.UNDO:
                self._reopen(entry)
            self._tell()
            return entry

    def tell(self) -> None:
        """Something changed that faces show."""
        with self._changed:
            self._tell()

    def wait_for_change(self, since: int, seconds: float) -> int:
        """Wait until the session is no longer at this version, or for so long; the version it is at."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != since, seconds)
            return self.version

    @property
    def asking(self) -> bool:
        """Whether the loop waits for answers."""
        return bool(self._batch)

    def still(self) -> AbstractContextManager[object]:
        """Holds the session as it is while decisions and log are read inside a `with`; keep it short."""
        return self._changed

    def progress(self) -> tuple[int, int]:
        """Answered and all questions of the batch that is being asked; (0, 0) between batches."""
        with self._changed:
            return sum(self.decisions.standing(key) is not None for key in self._batch), len(self._batch)

    def audits(self) -> tuple[int, int]:
        """Labelled and all audit clips."""
        with self._changed:
            standing = [self.decisions.standing(key) for key in self._audits]
            return sum(entry is not None and entry.operation is Operation.LABEL for entry in standing), len(standing)

    # Inside

    def _tell(self) -> None:
        self.version += 1
        self._changed.notify_all()

    def _loop_went_on(self) -> None:
        self.tell()
        # Here the loop's own thread passes, which a pause has to end; once the report is being written it is over anyway.
        if self.paused and self.seen.doing != "reporting":
            raise KeyboardInterrupt

    def _next_audits(self) -> list[Question]:
        labelled, _ = self.audits()
        waiting = [key for key in self._audits if self.decisions.standing(key) is None]
        most = min(self.manner.audit_each_round, max(0, ENOUGH_AUDITS - labelled))
        return [self.known[key].question for key in waiting[:most]]

    def _with_repeats(self, items: list[Item]) -> list[Item]:
        if len(labels_of(self.decisions)) < self.manner.repeats_from:
            return items
        rng = self.streams.generator("repeats", items[0].question.round)
        return with_repeats(items, self.decisions, self.known.rows, self.manner.repeats, rng)

    def _filled(self, entry: Entry, item: Item, tab: str, revises: bool) -> Entry:
        check_label(entry, self.decisions)
        check_reason(entry)
        if not revises:
            check_open(self.decisions.standing(item.key), self.leases.holder(item.key), tab)
        question = item.question
        entry = checked(entry, self.clips, question.index)
        check_side(entry, self.clips, question.index, self.outline.sides, self.decisions)
        return replace(
            entry,
            question=item.key,
            clip=question.clip,
            round=question.round,
            purpose=item.purpose,
            model=self.seen.model,
            score=self.seen.score(question.clip, question.round),
            guess_shown=0.0 if entry.guess_shown is None and item.key in self._revealed else entry.guess_shown,
        )

    def _reopen(self, entry: Entry) -> None:
        undone = self.log.get(entry.undoes or "")
        if undone is not None and self.known.of_entry(undone) is not None:
            self._reopened = [undone.question, *(key for key in self._reopened if key != undone.question)]
