"""Consistency of a run's folder: which of its files are not as they were written, and which contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gesture_al.active.questions import Purpose
from gesture_al.active.records.arrays import read_asked, read_predictions
from gesture_al.active.records.checkpoint import checkpoint_round
from gesture_al.active.records.held_out_clips import read_test_clips
from gesture_al.active.records.round_row import RoundRow, best_round
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import read_json
from gesture_al.core.errors import DamagedFileError, UserError
from gesture_al.core.line_file import LineScan, Record, read_sealed_yaml, scan_lines

# Oracles that answer every question once, so that answers can be counted against rounds.
_NEVER_REVISED = frozenset({"known", "simulated"})


@dataclass(frozen=True)
class RunScan:
    """What is whole in a run's folder, and what is not.

    Args:
        paths: Its files.
        rounds: The rows.
        queries: What each round asked.
        answers: What was answered.
        session: The log of the people who label.
        damages: Everything that is not as it was written.
        contradiction: What the lines say against each other, though each is whole.
        files: How many files were looked at.
        unchecked: Lines from before there were checksums.
    """

    paths: RunPaths
    rounds: LineScan
    queries: LineScan
    answers: LineScan
    session: LineScan
    damages: Sequence[DamagedFileError]
    contradiction: DamagedFileError | None
    files: int
    unchecked: int

    @property
    def whole(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damages and self.contradiction is None


def scan_run(folder: Path) -> RunScan:
    """Look at every file of a run that counts; what is drawn from them (the report, tables, logs of others) does not."""
    paths = RunPaths(folder)
    damages: list[DamagedFileError] = []
    scans = {path: scan_lines(path) for path in (paths.rounds, paths.queries, paths.answers, paths.session)}
    damages += [DamagedFileError(path, scan.damage) for path, scan in scans.items() if scan.damage]
    rounds, queries, answers, session = scans.values()
    readers = _readers(paths)
    begun = bool(rounds.records or answers.records)
    for path, read in readers.items():
        try:
            read(path)
        except DamagedFileError as err:
            damages.append(err)
        except UserError as err:
            damages.append(DamagedFileError(path, str(err).removeprefix(f"{path}: ")))
    damages += [DamagedFileError(path, "it is missing") for path in _missing(paths, queries.records) if begun]
    contradiction = None
    if not _forgotten(paths):
        contradiction = find_contradiction(paths, rounds.records, queries.records, answers.records)
    # Where lines are lost, the others contradict each other for no other reason.
    if contradiction is None or not (rounds.damage or queries.damage or answers.damage):
        contradiction = contradiction or _of_models(paths, rounds.records, damages)
    else:
        contradiction = None
    unchecked = sum(scan.unchecked for scan in scans.values())
    files = sum(path.exists() for path in (*scans, *readers))
    return RunScan(paths, rounds, queries, answers, session, damages, contradiction, files, unchecked)


def _readers(paths: RunPaths) -> dict[Path, Callable[[Path], object]]:
    """Every other file that counts, with what reads it."""
    tables = (paths.status, paths.dataset, paths.splits, paths.environment, paths.full_data)
    return {
        paths.config: _read_config,
        **dict.fromkeys(tables, read_json),
        paths.test_clips: read_test_clips,
        **dict.fromkeys(paths.checkpoints, checkpoint_round),
        **dict.fromkeys(paths.all_asked(), read_asked),
        **dict.fromkeys(paths.all_predictions(), read_predictions),
    }


def _read_config(path: Path) -> None:
    if not read_sealed_yaml(path) and path.exists():
        raise DamagedFileError(path, "it holds no settings")


def missing_asked(paths: RunPaths, queries: Sequence[Record]) -> list[Path]:
    """The pictures of queries that are not there."""
    asked = [paths.asked(query["round"]) for query in queries if isinstance(query.get("round"), int)]
    return [path for path in asked if not path.exists()]


def _missing(paths: RunPaths, queries: Sequence[Record]) -> list[Path]:
    """Files that every run has that has begun, and are not there; but for what a repair has given up, or a resumed run writes."""
    status = _status(paths)
    given_up = {paths.folder / str(name) for name in status.get("given_up", ())}
    wanted = [paths.config, paths.status]
    if status.get("state") == "done":
        wanted += [paths.dataset, paths.splits]
        wanted += [paths.full_data] if _settings(paths).get("full_data") else []
    missing = [path for path in wanted if not path.exists()]
    return [*missing, *(path for path in missing_asked(paths, queries) if path not in given_up)]


def _settings(paths: RunPaths) -> dict[str, Any]:
    try:
        return read_sealed_yaml(paths.config)
    except DamagedFileError:
        return {}


def _status(paths: RunPaths) -> dict[str, Any]:
    try:
        return read_json(paths.status)
    except DamagedFileError:
        return {}


def _forgotten(paths: RunPaths) -> bool:
    """Whether clips were taken out of the run (`gesture-al forget`), so that what is left need not fit together."""
    return bool(_status(paths).get("forgotten"))


def check_consistent(paths: RunPaths, rounds: Sequence[Record], queries: Sequence[Record], answers: Sequence[Record]) -> None:
    """Refuse a journal that contradicts itself or its models, before anything is built on it.

    Raises:
        DamagedFileError: The first thing that cannot be.
    """
    for path in paths.checkpoints:
        checkpoint_round(path)
    if _forgotten(paths):
        return
    contradiction = find_contradiction(paths, rounds, queries, answers) or _of_models(paths, rounds, ())
    if contradiction is not None:
        raise contradiction


def find_contradiction(
    paths: RunPaths, rounds: Sequence[Record], queries: Sequence[Record], answers: Sequence[Record]
) -> DamagedFileError | None:
    """The first thing that the lines of a journal say against each other; None where they agree.

    A row of a round is written before its query, a query before its answers, and all of these before the next row; a kill can
    only take the end of that.
    """
    try:
        found = next(_contradictions(rounds, queries, answers), None)
    except (KeyError, TypeError, ValueError, AttributeError) as err:
        found = paths.rounds.name, f"a line of the journal is none ({type(err).__name__}: {err})"
    return None if found is None else DamagedFileError(paths.folder / found[0], found[1])


def _contradictions(rounds: Sequence[Record], queries: Sequence[Record], answers: Sequence[Record]) -> Iterator[tuple[str, str]]:
    names = RunPaths(Path())
    for path, lines in ((names.rounds, rounds), (names.queries, queries)):
        for number, line in enumerate(lines):
            if line["round"] != number:
                yield path.name, f"line {number + 1} is of round {line['round']}, and round {number} is missing"
    for row in rounds:
        RoundRow.from_json(row)
    if len(queries) > len(rounds):
        yield names.rounds.name, f"the row of round {len(rounds)} is missing, whose model asked a query"
    if len(queries) < len(rounds) - 1:
        yield names.queries.name, f"the query of round {len(queries)} is missing, and round {len(queries) + 1} was trained on it"
    asked = [set(query["ids"]) for query in queries]
    answered: list[set[str]] = [set() for _ in queries]
    for line in answers:
        if Purpose(line["purpose"]) is not Purpose.QUERY:
            continue
        number = line["round"]
        if not 0 <= number < len(asked) or line["clip"] not in asked[number]:
            yield names.queries.name, f"round {number} has no query of clip {line['clip']}, which was answered"
            return
        answered[number].add(line["clip"])
    for number, clips in enumerate(asked[: max(0, len(rounds) - 1)]):
        if lacking := clips - answered[number]:
            yield names.answers.name, f"{len(lacking)} answers to the query of round {number} are missing"
    if (
        len(answers) == len({(line["clip"], line["round"]) for line in answers})
        and {line["source"] for line in answers} <= _NEVER_REVISED
    ):
        yield from _miscounted(names, rounds, answers)


def _miscounted(names: RunPaths, rounds: Sequence[Record], answers: Sequence[Record]) -> Iterator[tuple[str, str]]:
    """Rows whose numbers of labels are not those of the answers before them."""
    for row in rounds:
        before = [line for line in answers if line["round"] < row["round"] and line["kind"] == "label"]
        counts = {
            "labels": sum(line["purpose"] != Purpose.VALIDATION for line in before),
            "validation_labels": sum(line["purpose"] == Purpose.VALIDATION for line in before),
        }
        for key, count in counts.items():
            if row.get(key, 0) != count:
                words = key.replace("_", " ")
                yield names.answers.name, f"round {row['round']} has {row.get(key, 0)} {words}, {count} answers are there"


def _of_models(paths: RunPaths, rounds: Sequence[Record], damages: Sequence[DamagedFileError]) -> DamagedFileError | None:
    """The best model is that of the round that the rows call the best, or the last one, which is published as it next."""
    damaged = {err.path for err in damages}
    compared = paths.predictions(len(rounds) - 1)
    if not rounds or damaged & {*paths.checkpoints, compared}:
        return None
    wanted = best_round([RoundRow.from_json(row) for row in rounds]).round
    initial, best, last = map(checkpoint_round, paths.checkpoints)
    if rounds[-1].get("pool_entropy") is not None and read_predictions(compared) is None:
        return DamagedFileError(compared, "it is missing, and the next round is compared with it")
    if wanted in (initial, best, last):
        return None
    held = "it is missing" if best is None else f"it is that of round {best}"
    return DamagedFileError(paths.best_checkpoint, f"{held}, and the best model is that of round {wanted}")


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run, damaged or not."""
    paths = RunPaths(folder)
    return any(path.exists() for path in (paths.config, paths.status, paths.rounds, paths.answers))


def summed_up(scan: RunScan) -> str:
    """What is whole, in words."""
    unchecked = f", {scan.unchecked} lines of them without checksums" if scan.unchecked else ""
    return f"whole: {scan.rounds.lines} rounds, {scan.answers.lines} answers, {scan.files} files{unchecked}"
