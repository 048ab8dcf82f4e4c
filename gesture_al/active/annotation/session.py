"""One labelling session: the loop puts questions in, any number of frontends take them out, and the log is the truth."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gesture_al.active.annotation.agreement import SecondOpinions, with_repeats
from gesture_al.active.annotation.answer_log import ANSWERS, AnswerLog, Entry, Operation
from gesture_al.active.annotation.asked import AskedQuestions
from gesture_al.active.annotation.checks import check_label, check_open, check_other, check_reason, check_side
from gesture_al.active.annotation.clip_ends import checked_ends
from gesture_al.active.annotation.commits import GroupCommit, Submission
from gesture_al.active.annotation.decisions import Decisions, answer_of, labels_of, updates
from gesture_al.active.annotation.items import Item, ItemIndex, interleaved, item_of
from gesture_al.active.annotation.leases import Leases
from gesture_al.active.annotation.progress import RunProgress
from gesture_al.active.annotation.tally import Tally
from gesture_al.active.questions import Answer, Purpose, Question
from gesture_al.active.run_info import RunInfo
from gesture_al.core.errors import Refused
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
        self.tally = Tally(log, self.decisions)
        self._second_opinions = SecondOpinions(config.second_opinions, random_streams, self.decisions, self.items.rows)
        self._commits = GroupCommit(self._write)
        self.has_begun = False
        self.paused = False
        self._revealed: set[str] = set()
        self._batch, self._wanted, self._audits = (AskedQuestions((), self.decisions) for _ in range(3))
        self._reopened: list[str] = []
        self._changed = threading.Condition(threading.RLock())
        self._watchers: list[Callable[[], None]] = []
        self.version = 0

    # For the loop

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Put a round's questions and wait until each has an answer; a pause ends it with KeyboardInterrupt."""
        with self._changed:
            audits = self._next_audits() if questions[0].purpose is Purpose.QUERY else []
            mixed = interleaved(questions, audits)
            items = self._with_repeats([item_of(question) for question in mixed])
            self._batch = AskedQuestions(map(self.items.add, items), self.decisions)
            self.has_begun = True
            wanted = self._wanted = AskedQuestions((item_of(question).key for question in questions), self.decisions)
            self._notify()
            # In slices, since only a main thread that wakes up sees Ctrl-C.
            while not self.paused and wanted.open:
                self._changed.wait(0.2)
            if self.paused:
                raise KeyboardInterrupt
            self._batch = self._wanted = AskedQuestions((), self.decisions)
            self._notify()
            standing = [self.decisions.standing(key) for key in wanted]
            return [answer_of(entry, self.decisions) for entry in standing if entry is not None]

    def offer(self, questions: Sequence[Question]) -> None:
        """Audit clips, in the order in which they are to be labelled when there is time."""
        with self._changed:
            self._audits = AskedQuestions((self.items.add(item_of(question)) for question in questions), self.decisions)
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
            leased = self.leases.take(self._open_keys(holding, annotator or self.config.annotator), tab, most)
            if not leased and len(self._batch):
                # Another tab has what is left of the batch.
                leased = self.leases.take(self._audits.open, tab, most)
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
        return self._commits.submit(Submission(entry, handle, tab, revises))

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call this at every change, from whatever thread makes it; it must be quick."""
        with self._changed:
            self._watchers.append(watcher)

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
        """Holds the session as it is while it is read inside a `with`; keep it short, and call `keep` only outside of it."""
        return self._changed

    def batch_progress(self) -> tuple[int, int]:
        """Answered and all questions of the batch that is being asked; (0, 0) between batches."""
        with self._changed:
            return self._batch.answered, len(self._batch)

    def audit_progress(self) -> tuple[int, int]:
        """Labelled and all audit clips."""
        with self._changed:
            return self._audits.labelled, len(self._audits)

    # Internal

    def _notify(self) -> None:
        self.version += 1
        self._changed.notify_all()
        for watcher in self._watchers:
            watcher()

    def _on_progress(self) -> None:
        self.notify()
        # Here the loop's own thread passes, which a pause has to end; once the report is being written it is over anyway.
        if self.paused and self.progress.phase_name != "reporting":
            raise KeyboardInterrupt

    def _next_audits(self) -> list[Question]:
        labelled, _ = self.audit_progress()
        most = min(self.config.audit_each_round, max(0, ENOUGH_AUDITS - labelled))
        return [self.items[key].question for key in list(self._audits.open)[:most]]

    def _open_keys(self, holding: str, annotator: str) -> Iterator[str]:
        """Open questions in the order in which they are put, none twice."""
        batch = self._batch if len(self._batch) else self._audits
        held = [self.items.of_handle(holding).key] if holding in self.items else []
        before = dict.fromkeys(key for key in (*held, *self._reopened) if self.decisions.standing(key) is None)
        yield from before
        for item in self._second_opinions.due(annotator):
            if item.key not in before:
                before[self.items.add(item)] = None
                yield item.key
        yield from (key for key in batch.open if key not in before)

    def _write(self, submissions: Sequence[Submission]) -> None:
        """Check entries that do not depend on each other, and have them on the disk together; called by one thread at a time."""
        fresh: list[Submission] = []
        with self._changed:
            for one in submissions:
                before = self.log.get(one.entry.uuid)
                if before is not None:
                    one.accept(before)
                    continue
                try:
                    one.entry = self._checked(one)
                    fresh.append(one)
                except Refused as err:
                    one.refuse(err)
        if not fresh:
            return
        # Meanwhile others may read; answers change only here.
        self.log.extend([one.entry for one in fresh])
        with self._changed:
            for one in fresh:
                self._apply(one.entry)
                one.accept(one.entry)
            self._notify()

    def _checked(self, submission: Submission) -> Entry:
        entry = submission.entry
        if entry.operation in ANSWERS:
            entry = self._completed(entry, self.item(submission.handle), submission.tab, submission.revises)
        else:
            check_other(entry, self.decisions, self.log)
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        return replace(entry, time=time, annotator=entry.annotator or self.config.annotator)

    def _apply(self, entry: Entry) -> None:
        change = self.decisions.apply(entry)
        self.tally.add(entry, change)
        if change is not None:
            for asked in (self._batch, self._wanted, self._audits):
                asked.update(change)
            self._second_opinions.update(change)
        if entry.operation is Operation.UNDO:
            self._reopen(entry)

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
