"""An oracle that knows the true labels and can be made as unreliable as a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from typing_extensions import override

from gesture_al.active.oracles.base import ORACLES, AlwaysPresent
from gesture_al.active.questions import Answer, AnswerKind, Question
from gesture_al.core.arrays import Int64
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import NotNegative, Share, ShareBelowOne
from gesture_al.core.seeds import RandomStreams


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

    Raises:
        UserError: A question's clip has no true label.
    """

    source = "simulated"
    answers_unlabelled = False

    def __init__(
        self,
        truth: Int64,
        classes: int,
        random_streams: RandomStreams,
        noise: Share = 0.0,
        refusal: ShareBelowOne = 0.0,
        cost: NotNegative = 1.0,
    ) -> None:
        super().__init__()
        self._truth, self._classes, self._random_streams = truth, classes, random_streams
        self._noise, self._refusal, self._cost = noise, refusal, cost

    @override
    def ask(self, questions: Sequence[Question]) -> Iterator[Answer]:
        for question in questions:
            truth = int(self._truth[question.index])
            if truth < 0:
                raise UserError(
                    f"clip {question.clip} has no true label: the simulated oracle answers from labels; label it or leave it out"
                )
            chance = self._random_streams.generator("oracle", question.clip, question.attempt)
            if chance.random() < self._refusal:
                yield Answer(question.clip, AnswerKind.UNSURE, cost=self._cost)
                continue
            label = truth
            if chance.random() < self._noise and self._classes > 1:
                label = int((truth + chance.integers(1, self._classes)) % self._classes)
            yield Answer(question.clip, AnswerKind.LABEL, label, cost=self._cost)


class Known(Simulated):
    """The labels that came with the data, taken as they are; what a run starts from where they are known."""

    source = "known"

    def __init__(self, truth: Int64, classes: int, random_streams: RandomStreams) -> None:
        super().__init__(truth, classes, random_streams, cost=0.0)
