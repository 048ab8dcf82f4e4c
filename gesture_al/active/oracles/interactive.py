"""A person as the oracle: in the browser, in the terminal, or through whatever frontend is put before the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from typing_extensions import override

from gesture_al.active.annotation.answer_log import AnswerLog
from gesture_al.active.annotation.progress import RunProgress
from gesture_al.active.annotation.session import LabelSession, SessionConfig
from gesture_al.active.oracles.base import ORACLES, Oracle
from gesture_al.active.questions import Answer, Question
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.run_info import RunInfo
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import CountOrZero, Share, ShareBelowOne
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.clip_set import ClipSet

# From a session and the run's folder to a frontend that is open inside a `with`.
Frontend = Callable[[LabelSession, Path], AbstractContextManager[None]]
NO_FRONTENDS: Mapping[str, Frontend] = {}


@ORACLES.register("interactive")
class Interactive(Oracle):
    """A person, asked through a frontend.

    `frontend` and `config` may be set before `attend`, where it is known how the frontend is opened and who the annotator is.

    Args:
        clips: The data set.
        random_streams: The run's random numbers, for hidden repeats.
        frontends: All frontends, by name.
        frontend: Name of the one that asks, `browser` or `terminal`.
        annotator: Who answers; empty: nobody in particular.
        audit_each_round: Validation clips put between a round's queries until there are 30; the others come while nothing else
            is to be asked.
        repeats: Share of hidden repeats from 100 labels on, 0 (none) up to but not including 1.
        second_opinions: Share of the labelled clips that a second person names too, 0 (none) to 1.

    Raises:
        UserError: There is no such frontend.
    """

    source = "interactive"
    answers_unlabelled = True
    owns_terminal = False

    def __init__(
        self,
        clips: ClipSet,
        random_streams: RandomStreams,
        frontends: Mapping[str, Frontend] = NO_FRONTENDS,
        frontend: str = "browser",
        annotator: str = "",
        audit_each_round: CountOrZero = 5,
        repeats: ShareBelowOne = 0.05,
        second_opinions: Share = 0.0,
    ) -> None:
        if frontend not in frontends:
            raise UserError(f"oracle.params.frontend={frontend}: there are: {', '.join(frontends) or 'none here'}")
        self.open_with(frontend, frontends[frontend])
        self.config = SessionConfig(str(annotator), audit_each_round, repeats, second_opinions=second_opinions)
        self._clips, self._random_streams = clips, random_streams
        self._session: LabelSession | None = None

    def open_with(self, name: str, frontend: Frontend) -> None:
        """Choose where the person answers."""
        self.frontend = frontend
        self.owns_terminal = name == "terminal"

    @override
    @contextmanager
    def attend(self, folder: Path, run_info: RunInfo) -> Iterator[RunProgress]:
        # The session of the run's folder and its frontend; the callback keeps the progress that the frontend shows.
        log = AnswerLog(RunPaths(folder).session)
        checkpoint = RunPaths(folder).last_checkpoint
        session = LabelSession(log, self._clips, self.config, self._random_streams, checkpoint, run_info)
        with self.frontend(session, folder):
            self._session = session
            try:
                yield session.progress
            finally:
                self._session = None

    @override
    def ask(self, questions: Sequence[Question]) -> Iterator[Answer]:
        # All answers are on disk before the first is given here.
        yield from self._open().ask(questions)

    @override
    def offer(self, questions: Sequence[Question]) -> None:
        # Audit clips, for the time in which the model trains.
        self._open().offer(questions)

    @override
    def updates(self, answers: Sequence[tuple[Question, Answer]]) -> list[tuple[Question, Answer]]:
        return self._open().updates(answers)

    @override
    def classes(self, names: Sequence[str]) -> list[str]:
        # A class that the person renamed goes by its first name here.
        return self._open().decisions.first_names

    def _open(self) -> LabelSession:
        if self._session is None:
            raise RuntimeError("the oracle is not attended; ask it inside `attend`")
        return self._session
