"""The active-learning loop: fit -> measure -> stop? -> select -> ask -> label, with no input or output of its own.

Everything that happens goes through a journal, and everything that a journal already holds is not done again: a resumed run
is the same loop over a journal that is not empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from gesture_al.active.clip_edits import ClipEdits
from gesture_al.active.evaluation import Evaluator
from gesture_al.active.oracles.base import Oracle
from gesture_al.active.pool import Pool, missing_classes, stratified
from gesture_al.active.pool_scorer import PoolScorer
from gesture_al.active.questions import Answer, AnswerKind, Purpose, Question
from gesture_al.active.records.journal import Asked, Callback, Fit, Journal, Query
from gesture_al.active.records.round_row import RoundRow
from gesture_al.active.stopping.base import StoppingRule, StopVerdict, first_reason
from gesture_al.active.strategies.base import PoolView, Selection, Strategy
from gesture_al.core.arrays import Int64
from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.classes import Classes
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.threads import numeric_threads

if TYPE_CHECKING:
    from gesture_al.learning.learner import Learner
    from gesture_al.learning.pretraining.pool_encoder import PoolEncoder

BEFORE_ROUND_0 = -1
# A clip that was put off so often is not asked again when nothing else is left.
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class LoopPlan:
    """How the loop goes.

    Args:
        k: Clips asked per round, at least 1.
        budget: Labels (initial + queried) that may be spent.
        initial_per_class: Labels of each class to start with, at least 1.
        start: `stratified`: the initial clips are drawn class by class from labels that exist; `oracle`: clips in random order
            go to the oracle until every class has its share; `existing`: every label that exists is there from the start,
            and what then lacks is asked; `strategy`: a strategy chooses, without any label, `initial_per_class` clips for every
            class of the data, whatever classes they then turn out to be.
        start_cap: Clips asked at the most by `oracle`, `existing` and `strategy`.
        rank_by_first_model: Every query is ranked by the model of round 0. The reference system's fault, kept as a switch.
        threads: Threads of the numeric libraries while the strategy chooses.
    """

    k: int
    budget: int
    initial_per_class: int
    start: str = "stratified"
    start_cap: int = 100
    rank_by_first_model: bool = False
    threads: int = 1


@dataclass
class Loop:
    """One run: the parts that it is made of and the clips they work on.

    Args:
        plan: The numbers of the loop.
        clips: The whole data set.
        classes: Class names; grow when the oracle adds one.
        pool: The clips that may be asked about.
        validation: Rows of the validation clips, in the order in which they are labelled; may be empty.
        learner: Learns from labelled rows and predicts others.
        strategy: Picks the queries.
        oracle: Answers them.
        existing_labels: Answers with the labels that came with the data.
        rules: When to stop; the first reason wins.
        evaluator: Scores a model on test and validation clips.
        random_streams: The run's random numbers.
        journal: What has happened so far, on disk.
        callback: Is called at every step of the loop.
        start_strategy: Chooses the first clips where the plan says so; None: `strategy` does.
        encoder: Embeds the pool for strategies that compare clips; None: the model of the round does.
    """

    plan: LoopPlan
    clips: ClipSet
    classes: Classes
    pool: Pool
    validation: Int64
    learner: Learner
    strategy: Strategy
    oracle: Oracle
    existing_labels: Oracle
    rules: Sequence[StoppingRule]
    evaluator: Evaluator
    random_streams: RandomStreams
    journal: Journal
    callback: Callback
    start_strategy: Strategy | None = None
    encoder: PoolEncoder | None = None

    def run(self) -> StopVerdict:
        """Go round until a rule says stop, and return what it said."""
        self._row = self.clips.rows
        self._validated = Pool(self.validation)
        self._in_learner = BEFORE_ROUND_0
        self._clip_edits = ClipEdits(self.clips)
        self._add_classes()
        for question, answer in self.journal.answers():
            self._apply(question, answer)
        self._start()
        for round_ in itertools.count():
            if round_ == len(self.journal.rounds()):
                self._collect_updates()
                self._evaluate(round_)
            verdict = first_reason(self.rules, [row.to_record() for row in self.journal.rounds()])
            if verdict is not None:
                return verdict
            query = self.journal.query(round_) or self._select(round_)
            self._ask(self.oracle, query.clips, round_, Purpose.QUERY)
            # Compared with the round's row: a resumed run has the answers from before its pause already.
            if len(self.pool.labels) == self.journal.rounds()[round_].labels and self._exhausted():
                return StopVerdict(True, "nobody could name any of the clips that are left")
        raise AssertionError("unreachable: the budget ends every run")

    def _start(self) -> None:
        """Label the initial set and the validation clips."""
        open_rows, rng = self.pool.clips, self.random_streams.generator("initial")
        labelled = open_rows[self.clips.labels[open_rows] >= 0]
        if self.plan.start == "stratified":
            rows = stratified(
                labelled, self.clips.labels[labelled], self.plan.initial_per_class, self.random_streams.generator("initial")
            )
            self._ask(self.existing_labels, [str(self.clips.ids[row]) for row in rows], BEFORE_ROUND_0, Purpose.INITIAL)
        elif self.plan.start == "strategy":
            self._ask_chosen()
        else:
            if self.plan.start == "existing":
                self._ask(self.existing_labels, self.clips.ids[labelled].tolist(), BEFORE_ROUND_0, Purpose.INITIAL)
                open_rows = self.pool.open()
            order = self.clips.ids[rng.permutation(open_rows)][: self.plan.start_cap].tolist()
            # Once a round was measured the start is over, even if a class was added since.
            while not self.journal.rounds() and (
                lacking := missing_classes(self.pool.class_counts(len(self.classes)), self.plan.initial_per_class)
            ):
                unasked = [clip for clip in order if not self.journal.answered(clip, BEFORE_ROUND_0)]
                unasked = unasked[: min(lacking, self.plan.budget - len(self.pool.labels))]
                if not unasked:
                    break
                self._ask(self.oracle, unasked, BEFORE_ROUND_0, Purpose.INITIAL)
        if not self.pool.labels:
            raise UserError("no clip of the initial set got a label, so there is nothing to learn from; raise start_cap")
        validation = self.clips.ids[self.validation].tolist()
        if self.plan.start == "stratified":
            self._ask(self.existing_labels, validation, BEFORE_ROUND_0, Purpose.VALIDATION)
        else:
            self.oracle.offer(self._questions(validation, BEFORE_ROUND_0, Purpose.VALIDATION))

    def _ask_chosen(self) -> None:
        """Ask about clips that a strategy chooses without a model, and about others in place of those that nobody could name.

        Its choice depends on the answers to what it chose before and on nothing else, so a start that was killed goes on with the
        same clips.
        """
        strategy = self.start_strategy or self.strategy
        wanted = min(self.plan.initial_per_class * len(self.clips.classes), self.plan.budget)
        chosen: Int64 = np.empty(0, dtype=np.int64)
        for batch in itertools.count():
            named = np.array([row for row in np.sort(chosen).tolist() if row in self.pool.labels], dtype=np.int64)
            count = min(wanted - len(named), self.plan.start_cap - len(chosen))
            rows = np.setdiff1d(self.pool.clips, chosen)
            # Once a round was measured the start is over, even if a label was taken back since.
            if count < 1 or not len(rows) or self.journal.rounds():
                return
            self.callback.phase("selecting", BEFORE_ROUND_0)
            labels = np.array([self.pool.labels[row] for row in named.tolist()], dtype=np.int64)
            rng = self.random_streams.generator("start", batch)
            picked = self._choose(strategy, rows, (named, labels), count, BEFORE_ROUND_0, rng)[0]
            self._ask(self.oracle, self.clips.ids[picked].tolist(), BEFORE_ROUND_0, Purpose.INITIAL)
            chosen = np.concatenate([chosen, picked])

    def _collect_updates(self) -> None:
        """Take in what was answered unasked, and what was revised, since the last round."""
        for question, answer in self.oracle.updates(self.journal.answers()):
            self._take(question, answer, self.oracle.source)

    def _take(self, question: Question, answer: Answer, source: str) -> None:
        """Write an answer down, then use it."""
        if answer.label is not None and answer.label >= len(self.classes):
            self._add_classes()
        self.journal.record_answer(question, answer, source)
        self._apply(question, answer)
        self.callback.answered(question, answer)

    def _add_classes(self) -> None:
        """Take over classes that the oracle has added; the next training gives the net an output for each."""
        if self.classes.grow(self.oracle.classes(self.classes)):
            self.journal.record_classes()

    def _fit(self, round_: int) -> Fit:
        """The model of a round: from its checkpoint where it was trained before a kill, else trained now."""
        fit = self.journal.fit(round_)
        if fit is not None:
            if self._in_learner != round_:
                self.learner.load_state(fit.state)
                self._in_learner = round_
            return fit
        before = self.journal.fit(round_ - 1)
        if before is not None and self._in_learner != round_ - 1:
            # A warm start goes on from the round before, also in a process that was just started.
            self.learner.load_state(before.state)
        self.callback.phase("training", round_)
        self._in_learner = round_
        report = self.learner.fit(
            *self.pool.labelled(),
            round_,
            on_step=lambda *step: self.callback.step(round_, *step),
            unlabelled=self.pool.open(),
        )
        self.learner.calibrate(*self._validated.labelled())
        fit = Fit(round_, self.learner.state(), report.steps, report.loss, report.seconds, report.note)
        self.journal.record_fit(fit)
        return fit

    def _evaluate(self, round_: int) -> None:
        """Train the round's model, score it and write the round's row."""
        fit = self._fit(round_)
        self.callback.phase("measuring", round_)
        started = perf_counter()
        scores = self.evaluator.scores(
            self.learner, self._validated.labelled(), self._on_batch(round_, "predicting the test clips")
        )
        if any(rule.needs_pool_predictions for rule in self.rules):
            scores |= self._stability(round_)
        query = self.journal.query(round_ - 1)
        row = RoundRow(
            round=round_,
            labels=len(self.pool.labels),
            validation_labels=len(self._validated.labels),
            pool=len(self.pool.open()),
            questions=self._questions_answered(),
            of_no_class=self.pool.of_no_class(self.classes.background),
            class_counts=self.pool.class_counts(len(self.classes)),
            **scores,
            fit_steps=fit.steps,
            fit_loss=fit.loss,
            fit_note=fit.note,
            fit_seconds=fit.seconds,
            predict_seconds=perf_counter() - started,
            select_seconds=query.seconds if query else 0.0,
            oracle_seconds=self.journal.oracle_seconds(round_ - 1),
        )
        history = [earlier.to_record() for earlier in (*self.journal.rounds(), row)]
        row = replace(row, stopping={key: value for rule in self.rules for key, value in rule.check(history).state.items()})
        self.journal.record_round(row)
        self.callback.round(row)

    def _questions_answered(self) -> int:
        """Questions that the oracle has answered in whatever way, or whose answers came with the data; none for validation."""
        answers = self.journal.answers()
        return len({(q.clip, q.round) for q, _ in answers if q.purpose is not Purpose.VALIDATION})

    def _stability(self, round_: int) -> dict[str, Any]:
        """How sure the model is of the stopping set (every clip that could ever be asked), and how it changed its mind."""
        probs = self.learner.predict_probs(self.pool.clips, self._on_batch(round_, "predicting the pool"))
        before = self.journal.predictions(round_ - 1)
        self.journal.record_predictions(round_, probs.argmax(axis=1))
        return self.evaluator.stability(probs, before)

    def _select(self, round_: int) -> Query:
        """Let the strategy choose among the askable clips."""
        self._fit(0 if self.plan.rank_by_first_model else round_)
        self.callback.phase("selecting", round_)
        started = perf_counter()
        rows = self.pool.askable()
        wanted = min(self.plan.k, self.plan.budget - len(self.pool.labels))
        rng = self.random_streams.generator("strategy", round_)
        picked, chosen, view = self._choose(self.strategy, rows, self.pool.labelled(), wanted, round_, rng)
        seconds = perf_counter() - started
        query = Query(round_, self.clips.ids[picked].tolist(), np.asarray(chosen.scores, dtype=float).tolist(), seconds)
        probs = view.probs[chosen.indices] if view.probs is not None else self.learner.predict_probs(picked)
        asked = Asked.of(self.clips, picked, probs, self._clip_edits.clips)
        self.journal.record_query(query, asked)
        self.callback.asked(query, asked)
        return query

    def _choose(
        self, strategy: Strategy, rows: Int64, labelled: tuple[Int64, Int64], wanted: int, round_: int, rng: np.random.Generator
    ) -> tuple[Int64, Selection, PoolView]:
        """Rows that a strategy picks among these, its selection, and the view of the pool that it had."""
        candidates = strategy.looks_at(len(rows), wanted, rng)
        rows = rows if candidates is None else rows[candidates]
        scorer = PoolScorer(
            self.learner,
            self.clips,
            round_,
            lambda *scored: self.callback.scored(round_, *scored),
            self.classes.background,
            self.encoder,
        )
        view = scorer.view(strategy, rows, labelled)
        with numeric_threads(self.plan.threads):
            chosen = strategy.select(view, wanted, rng)
        return rows[chosen.indices], chosen, view

    def _on_batch(self, round_: int, what: str) -> Callable[[int, int], None]:
        return lambda done, clips: self.callback.scored(round_, what, done, clips)

    def _ask(self, oracle: Oracle, clips: Sequence[str], round_: int, purpose: Purpose) -> None:
        """Put the questions that have no answer yet, and write every answer down as it comes."""
        questions = self._questions(clips, round_, purpose)
        if not questions:
            return
        self.callback.phase("asking", round_)
        by_clip = {question.clip: question for question in questions}
        for answer in oracle.ask(questions):
            self._take(by_clip[answer.clip], answer, oracle.source)

    def _questions(self, clips: Sequence[str], round_: int, purpose: Purpose) -> list[Question]:
        """Those that have no answer yet."""
        rows = [self._row[clip] for clip in clips if not self.journal.answered(clip, round_)]
        return [Question(str(self.clips.ids[r]), r, round_, purpose, self.pool.attempts.get(r, 0)) for r in rows]

    def _apply(self, question: Question, answer: Answer) -> None:
        """Fold one answer into the pool, or into the validation clips."""
        row = self._row[question.clip]
        pool = self._validated if question.purpose is Purpose.VALIDATION else self.pool
        if self._clip_edits.move(row, answer.ends):
            self.learner.override_clip(row, self._clip_edits.clips.get(row))
        if answer.kind is AnswerKind.LABEL and answer.label is not None:
            pool.label(row, answer.label)
        elif answer.kind is AnswerKind.BAD:
            pool.remove(row)
        else:
            pool.put_off(row)

    def _exhausted(self) -> bool:
        """Whether every clip that is left was put off too often."""
        return all(self.pool.attempts.get(int(row), 0) >= MOST_ATTEMPTS for row in self.pool.open())
