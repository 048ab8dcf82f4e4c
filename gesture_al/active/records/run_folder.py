"""A run's folder: the journal on disk, what a resumed run reads first (docs/run-folder.md); one process writes at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from gesture_al.active.questions import Answer, AnswerKind, Purpose, Question
from gesture_al.active.records.arrays import read_predictions, write_asked, write_predictions
from gesture_al.active.records.checkpoint import checkpoint_round, read_checkpoint, write_checkpoint
from gesture_al.active.records.consistency import check_consistent
from gesture_al.active.records.journal import Asked, Fit, Query
from gesture_al.active.records.round_row import CSV_COLUMNS, RoundRow, best_round
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.arrays import Int64
from gesture_al.core.atomic_io import read_json, write_atomic, write_sealed_json
from gesture_al.core.errors import DamagedFileError, UserError
from gesture_al.core.line_file import append_line, read_lines
from gesture_al.data.classes import Classes
from gesture_al.data.track import Stretch


class RunFolder:
    """The journal of one run. Only one process writes to it at a time: use it in a `with`.

    Args:
        path: The folder; made if it does not exist.
        classes: Class names, in which answers are written; they may grow.
        rows: Row of every clip by id.
    """

    def __init__(self, path: Path, classes: Classes, rows: Mapping[str, int]) -> None:
        self.paths = RunPaths(path)
        self._classes = classes
        self._answers: list[tuple[Question, Answer]] = []
        self._answered: set[tuple[str, int]] = set()
        rounds, queries, answers = map(read_lines, (self.paths.rounds, self.paths.queries, self.paths.answers))
        check_consistent(self.paths, rounds, queries, answers)
        for line in answers:
            if line["clip"] not in rows:
                raise UserError(
                    f"{self.paths.answers} names clip {line['clip']}, which the data set does not have; was it changed?"
                )
            label = self._label(line["class"])
            question = Question(line["clip"], rows[line["clip"]], line["round"], Purpose(line["purpose"]))
            ends = Stretch.of(line.get("start"), line.get("end"))
            told = line["seconds"], line["cost"], ends, line.get("reason", "")
            self._remember(question, Answer(line["clip"], AnswerKind(line["kind"]), label, *told))
        self._rounds = [RoundRow.from_json(line) for line in rounds]
        self._queries = {line["round"]: Query(line["round"], line["ids"], line["scores"], line["seconds"]) for line in queries}
        self._fit: Fit | None = None
        if self._rounds:
            self._project()

    def _label(self, name: str | None) -> int | None:
        if name is None or name in self._classes:
            return None if name is None else self._classes.index(name)
        raise DamagedFileError(self.paths.answers, f"names class {name!r}, and there are: {', '.join(self._classes)}")

    def record_classes(self) -> None:
        """Let `dataset.json` name all classes, for the report."""
        path = self.paths.dataset
        if path.exists():
            write_sealed_json(path, {**read_json(path), "classes": list(self._classes)})

    def answers(self) -> Sequence[tuple[Question, Answer]]:
        """All answers so far."""
        return self._answers

    def answered(self, clip: str, round: int) -> bool:
        """Whether this clip has an answer to this round's question."""
        return (clip, round) in self._answered

    def record_answer(self, question: Question, answer: Answer, source: str) -> None:
        """Append one answer, on disk before this returns."""
        append_line(
            self.paths.answers,
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "clip": answer.clip,
                "round": question.round,
                "purpose": question.purpose.value,
                "kind": answer.kind.value,
                "class": None if answer.label is None else self._classes[answer.label],
                "seconds": round(answer.seconds, 4),
                "cost": answer.cost,
                "source": source,
                **({} if answer.ends is None else {"start": answer.ends.start, "end": answer.ends.end}),
                **({"reason": answer.reason} if answer.reason else {}),
            },
        )
        self._remember(question, answer)

    def oracle_seconds(self, round: int) -> float:
        """Time that the answers of a round took."""
        return sum(a.seconds for q, a in self._answers if q.round == round and q.purpose is not Purpose.VALIDATION)

    def rounds(self) -> Sequence[RoundRow]:
        """The rows of the rounds that were measured."""
        return self._rounds

    def record_round(self, row: RoundRow) -> None:
        """Append the row, renew the table, and publish the round's model as best where it is."""
        append_line(self.paths.rounds, row.to_json())
        self._rounds.append(row)
        self._project()

    def query(self, round: int) -> Query | None:
        """What a round asked for."""
        return self._queries.get(round)

    def record_query(self, query: Query, asked: Asked) -> None:
        """Write the clips for the report, then the query itself."""
        write_asked(self.paths.asked(query.round), asked)
        line = {"round": query.round, "ids": query.clips, "scores": query.scores, "seconds": query.seconds}
        append_line(self.paths.queries, line)
        self._queries[query.round] = query

    def fit(self, round: int) -> Fit | None:
        """The trained model of round 0, or of the last round that was trained."""
        if self._fit is not None and self._fit.round == round:
            return self._fit
        last, initial = self.paths.last_checkpoint, self.paths.initial_checkpoint
        for path in (last, initial) if round == 0 else (last,):
            fit = read_checkpoint(path)
            if fit is not None and fit.round == round:
                return fit
        return None

    def record_fit(self, fit: Fit) -> None:
        """Keep a trained model as `last`, and the first one as `initial`."""
        if fit.round == 0:
            write_checkpoint(self.paths.initial_checkpoint, fit)
        write_checkpoint(self.paths.last_checkpoint, fit)
        self._fit = fit

    def predictions(self, round: int) -> Int64 | None:
        """A round's predicted classes on the stopping set."""
        return read_predictions(self.paths.predictions(round)) if round >= 0 else None

    def record_predictions(self, round: int, classes: Int64) -> None:
        """Keep them for the next round."""
        write_predictions(self.paths.predictions(round), classes)

    def _remember(self, question: Question, answer: Answer) -> None:
        self._answers.append((question, answer))
        self._answered.add((question.clip, question.round))

    def _project(self) -> None:
        """Renew what follows from the rounds: the table, and the checkpoint that counts as best."""
        self._write_csv()
        wanted, best = best_round(self._rounds).round, self.paths.best_checkpoint
        if checkpoint_round(best) == wanted:
            return
        for path in (self.paths.last_checkpoint, self.paths.initial_checkpoint):
            if checkpoint_round(path) == wanted:
                write_atomic(best, path.read_bytes())
                return

    def _write_csv(self) -> None:
        text = io.StringIO()
        table = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\n")
        table.writeheader()
        for row in self._rounds:
            table.writerow(
                {key: round(value, 6) if isinstance(value, float) else value for key, value in row.csv_values().items()}
            )
        write_atomic(self.paths.rounds_table, text.getvalue())
