"""An oracle that knows the true labels and can be made as unreliable as a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from typing_extensions import override

from gesture_al.active.oracles.base import ORACLES, AlwaysPresent
from gesture_al.active.questions import Answer, AnswerKind, Question
from gesture_al.core.arrays import Int64
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import NotNegative, Share, ShareBelowOne
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.classes import NONE
from gesture_al.data.clip_set import ClipSet

Unlabelled = Literal["left_out", "none", "bad"]


@ORACLES.register("simulated")
class Simulated(AlwaysPresent):
    """Answers with held-out true labels.

    The chance in an answer is keyed by clip and attempt, so that a resumed run is answered as an unbroken one.

    Args:
        truth: True class of every clip of the set, (N,).
        classes: How many classes there are.
        random_streams: The run's random numbers.
        noise: Probability of naming another class, drawn evenly, 0 to 1.
        refusal: Probability of answering `unsure`, 0 up to but not including 1.
        cost: Cost of one answer, 0 or more.
        unlabelled: What becomes of clips without a true label, which are of no class of interest. `left_out`: they stay out of
            the pool. `none`: they are labelled as the class `none`, which is added where the set has no such class, as a person
            adds one. `bad`: they are thrown out, as a person does who only names gestures; the budget counts labels, so these
            questions come on top of it.
        clips: The data set, for its class `none`; None: it has no such class.

    Raises:
        UserError: A question's clip has no true label, and such clips are `left_out`.
    """

    source = "simulated"

    def __init__(
        self,
        truth: Int64,
        classes: int,
        random_streams: RandomStreams,
        noise: Share = 0.0,
        refusal: ShareBelowOne = 0.0,
        cost: NotNegative = 1.0,
        unlabelled: Unlabelled = "left_out",
        clips: ClipSet | None = None,
    ) -> None:
        super().__init__()
        self._truth, self._random_streams = truth, random_streams
        self._noise, self._refusal, self._cost = noise, refusal, cost
        self._unlabelled = unlabelled
        self.answers_unlabelled = unlabelled != "left_out"
        names = () if clips is None else clips.classes
        self._background = names.index(NONE) if NONE in names else classes
        self._classes = max(classes, self._background + 1) if unlabelled == "none" else classes

    @override
    def classes(self, names: Sequence[str]) -> list[str]:
        # Known from the start, so that a resumed run has the net of an unbroken one.
        return [*names, NONE] if self._unlabelled == "none" and NONE not in names else list(names)

    @override
    def ask(self, questions: Sequence[Question]) -> Iterator[Answer]:
        for question in questions:
            truth = int(self._truth[question.index])
            if truth < 0 and self._unlabelled == "left_out":
                raise UserError(
                    f"clip {question.clip} has no true label: the simulated oracle answers from labels; label it or leave it out"
                )
            chance = self._random_streams.generator("oracle", question.clip, question.attempt)
            if chance.random() < self._refusal:
                yield Answer(question.clip, AnswerKind.UNSURE, cost=self._cost)
                continue
            if truth < 0 and self._unlabelled == "bad":
                yield Answer(question.clip, AnswerKind.BAD, cost=self._cost)
                continue
            label = truth if truth >= 0 else self._background
            if chance.random() < self._noise and self._classes > 1:
                label = int((label + chance.integers(1, self._classes)) % self._classes)
            yield Answer(question.clip, AnswerKind.LABEL, label, cost=self._cost)


class Known(Simulated):
    """The labels that came with the data, taken as they are; what a run starts from where they are known."""

    source = "known"

    def __init__(self, truth: Int64, classes: int, random_streams: RandomStreams) -> None:
        super().__init__(truth, classes, random_streams, cost=0.0)
