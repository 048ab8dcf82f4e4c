"""One labelling session: the loop puts questions in, any number of frontends take them out, and the log is the truth."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gesture_al.active.annotation.agreement import SecondOpinions, with_repeats
from gesture_al.active.annotation.answer_log import ANSWERS, AnswerLog, Entry, Operation
from gesture_al.active.annotation.checks import check_label, check_open, check_other, check_reason, check_side
from gesture_al.active.annotation.clip_ends import checked_ends
from gesture_al.active.annotation.decisions import Decisions, answer_of, labels_of, updates
from gesture_al.active.annotation.items import Item, ItemIndex, interleaved, item_of
from gesture_al.active.annotation.leases import Leases
from gesture_al.active.annotation.progress import RunProgress
from gesture_al.active.questions import Answer, Purpose, Question
from gesture_al.active.run_info import RunInfo
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.clip_set import ClipSet

ENOUGH_AUDITS = 30


@dataclass(frozen=True)
class SessionConfig:
    """How a session asks.

    Args:
        annotator: Who answers where a frontend does not say.
        audit_each_round: Audit clips put between a round's queries until there are enough of them to judge by.
        repeats: Share of hidden repeats among queries, 0 to 1.
        repeats_from: Labels from which on they come.
        second_opinions: Share of the labelled clips that a second person names too, 0 to 1.
    """

    annotator: str = ""
    audit_each_round: int = 5
    repeats: float = 0.05
    repeats_from: int = 100
    second_opinions: float = 0.0


class LabelSession:
    """A labelling session; safe to use from several threads: the loop's and those of the frontends.

    Args:
        log: What has been answered so far, and where further answers go.
        clips: The data set.
        config: How it asks.
        random_streams: The run's random numbers, for hidden repeats.
        checkpoint: The file of the model that asks.
        run_info: What the run is about, for frontends.
    """

    def __init__(
        self,
        log: AnswerLog,
        clips: ClipSet,
        config: SessionConfig,
        random_streams: RandomStreams,
        checkpoint: Path | None = None,
        run_info: RunInfo | None = None,
    ) -> None:
        self.log, self.clips, self.config, self.random_streams = log, clips, config, random_streams
        self.run_info = run_info or RunInfo()
        self.progress = RunProgress(checkpoint, self._on_progress)
        self.decisions = Decisions.of(log, clips.classes)
        self.leases = Leases()
        self.items = ItemIndex(clips.ids.tolist())
        self._second_opinions = SecondOpinions(config.second_opinions, random_streams)
        self.has_begun = False
        self.paused = False
        self._revealed: set[str] = set()
        self._batch: list[str] = []
        self._audits: list[str] = []
        self._reopened: list[str] = []
        self._changed = threading.Condition(threading.RLock())
        self.version = 0

    # For the loop

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Put a round's questions and wait until each has an answer; a pause ends it with KeyboardInterrupt."""
        with self._changed:
            audits = self._next_audits() if questions[0].purpose is Purpose.QUERY else []
            mixed = interleaved(questions, audits)
            items = self._with_repeats([item_of(question) for question in mixed])
            self._batch = [self.items.add(item) for item in items]
            self.has_begun = True
            wanted = {item_of(question).key: question for question in questions}
            self._notify()
            # In slices, since only a main thread that wakes up sees Ctrl-C.
            while not self.paused and any(self.decisions.standing(key) is None for key in wanted):
                self._changed.wait(0.2)
            if self.paused:
                raise KeyboardInterrupt
            self._batch = []
            self._notify()
            standing = [self.decisions.standing(key) for key in wanted]
            return [answer_of(entry, self.decisions) for entry in standing if entry is not None]

    def offer(self, questions: Sequence[Question]) -> None:
        """Audit clips, in the order in which they are to be labelled when there is time."""
        with self._changed:
            self._audits = [self.items.add(item_of(question)) for question in questions]
            self._notify()

    def updates(self, journal_answers: Iterable[tuple[Question, Answer]]) -> list[tuple[Question, Answer]]:
        """Answers that the loop does not have, or has otherwise.

        Args:
            journal_answers: All that it has so far, in order. A log that is ahead of the loop (it was killed) is brought in thus.
        """
        with self._changed:
            return updates(self.decisions, journal_answers, self.items.rows)

    def pause(self) -> None:
        """End the wait for answers, or the training, as soon as may be; everything is on disk."""
        with self._changed:
            self.paused = True
            self._notify()

    # For frontends

    def next_items(self, tab: str, most: int = 3, holding: str = "", annotator: str = "") -> list[Item]:
        """The next questions of a tab, which keeps those that it has: taken-back ones, second opinions, the batch, audit clips.

        The one that it is `holding` (its handle) stays its own whatever else has come. What others have named is put only to
        somebody with a name of their own, the `annotator`.
        """
        with self._changed:
            held = [self.items.of_handle(holding).key] if holding in self.items else []
            second_opinions = self._second_opinions.due(annotator or self.config.annotator, self.decisions, self.items.rows)
            keys = [*held, *self._reopened, *map(self.items.add, second_opinions), *(self._batch or self._audits)]
            open_keys = [key for key in dict.fromkeys(keys) if self.decisions.standing(key) is None]
            leased = self.leases.take(open_keys, tab, most)
            if not leased and self._batch:
                # Another tab has what is left of the batch.
                audits = [key for key in self._audits if self.decisions.standing(key) is None]
                leased = self.leases.take(audits, tab, most)
            return [self.items[key] for key in leased]

    def item(self, handle: str) -> Item:
        """The question of that handle.

        Raises:
            Refused: There is none.
        """
        return self.items.of_handle(handle)

    def reveal(self, handle: str) -> list[float] | None:
        """Class probabilities that the model gave the clip, and that they were seen; None where it gave none.

        Raises:
            Refused: No such question.
        """
        item = self.item(handle)
        self._revealed.add(item.key)
        return self.progress.guess(item.question.clip)

    def keep(self, entry: Entry, handle: str = "", tab: str = "", revises: bool = False) -> Entry:
        """Check an entry, fill in what the session knows, and have it on disk before this returns.

        Args:
            entry: What the frontend says; time, clip, round and the like are filled in here.
            handle: The question that is answered; empty for operations on none.
            tab: Who sends it.
            revises: Whether a standing answer is to be replaced.

        Raises:
            Refused: An unknown question, class or uuid; or somebody else has answered it.
            OSError: It cannot be written; nothing has changed.
        """
        with self._changed:
            before = self.log.get(entry.uuid)
            if before is not None:
                return before
            if entry.operation in ANSWERS:
                entry = self._completed(entry, self.item(handle), tab, revises)
            else:
                check_other(entry, self.decisions, self.log)
            entry = replace(entry, time=datetime.now(UTC).isoformat(timespec="milliseconds"))
            entry = replace(entry, annotator=entry.annotator or self.config.annotator)
            self.log.append(entry)
            self.decisions.apply(entry)
            if entry.operation is Operation.UNDO:
                self._reopen(entry)
            self._notify()
            return entry

    def notify(self) -> None:
        """Tell the frontends that something changed."""
        with self._changed:
            self._notify()

    def wait_for_change(self, since: int, seconds: float) -> int:
        """Wait until the session is no longer at this version, or for so long; the version it is at."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != since, seconds)
            return self.version

    def locked(self) -> AbstractContextManager[object]:
        """Holds the session as it is while decisions and log are read inside a `with`; keep it short."""
        return self._changed

    def batch_progress(self) -> tuple[int, int]:
        """Answered and all questions of the batch that is being asked; (0, 0) between batches."""
        with self._changed:
            return sum(self.decisions.standing(key) is not None for key in self._batch), len(self._batch)

    def audit_progress(self) -> tuple[int, int]:
        """Labelled and all audit clips."""
        with self._changed:
            standing = [self.decisions.standing(key) for key in self._audits]
            return sum(entry is not None and entry.operation is Operation.LABEL for entry in standing), len(standing)

    # Internal

    def _notify(self) -> None:
        self.version += 1
        self._changed.notify_all()

    def _on_progress(self) -> None:
        self.notify()
        # Here the loop's own thread passes, which a pause has to end; once the report is being written it is over anyway.
        if self.paused and self.progress.phase_name != "reporting":
            raise KeyboardInterrupt

    def _next_audits(self) -> list[Question]:
        labelled, _ = self.audit_progress()
        waiting = [key for key in self._audits if self.decisions.standing(key) is None]
        most = min(self.config.audit_each_round, max(0, ENOUGH_AUDITS - labelled))
        return [self.items[key].question for key in waiting[:most]]

    def _with_repeats(self, items: list[Item]) -> list[Item]:
        if len(labels_of(self.decisions)) < self.config.repeats_from:
            return items
        rng = self.random_streams.generator("repeats", items[0].question.round)
        return with_repeats(items, self.decisions, self.items.rows, self.config.repeats, rng)

    def _completed(self, entry: Entry, item: Item, tab: str, revises: bool) -> Entry:
        check_label(entry, self.decisions)
        check_reason(entry)
        if not revises:
            check_open(self.decisions.standing(item.key), self.leases.holder(item.key), tab)
        question = item.question
        entry = checked_ends(entry, self.clips, question.index)
        check_side(entry, self.clips, question.index, self.run_info.sides, self.decisions)
        return replace(
            entry,
            question=item.key,
            clip=question.clip,
            round=question.round,
            purpose=item.purpose,
            model=self.progress.model,
            score=self.progress.score(question.clip, question.round),
            guess_shown=0.0 if entry.guess_shown is None and item.key in self._revealed else entry.guess_shown,
        )

    def _reopen(self, entry: Entry) -> None:
        undone = self.log.get(entry.undoes or "")
        if undone is not None and self.items.of_entry(undone) is not None:
            self._reopened = [undone.question, *(key for key in self._reopened if key != undone.question)]
