"""Repair of a damaged run: the longest beginning of it that is whole and consistent stays, the rest is moved aside."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gesture_al.active.questions import Purpose
from gesture_al.active.records.arrays import read_predictions
from gesture_al.active.records.checkpoint import checkpoint_round
from gesture_al.active.records.consistency import RunScan, find_contradiction, missing_asked, scan_run
from gesture_al.active.records.round_row import RoundRow, best_round
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import now, only_writer, update_status
from gesture_al.core.errors import DamagedFileError, UserError
from gesture_al.core.line_file import Record, read_sealed_yaml, write_lines
from gesture_al.core.messages import in_shell

ASIDE = "damaged"


@dataclass
class Repair:
    """What a repair kept and what it cost.

    Args:
        folder: The run.
        aside: Where the damaged files are now; None where nothing was damaged.
        damages: What was damaged.
        rounds: Rounds kept, and how many there were.
        answers: Answers kept, and how many there were.
        lost: Lines of people's answers that could not be kept.
        costs: What has to be done again, in words.
    """

    folder: Path
    aside: Path | None = None
    damages: Sequence[DamagedFileError] = ()
    rounds: tuple[int, int] = (0, 0)
    answers: tuple[int, int] = (0, 0)
    lost: int = 0
    costs: list[str] = field(default_factory=list)


def repair_run(folder: Path) -> Repair:
    """Keep what is whole of a run, so that it can be resumed. Every file that is changed is kept as it was in `damaged/`.

    People's answers (session.jsonl) are kept line by line, each whose own checksum fits. What the program can find again (rounds,
    queries, models) is kept up to the first damage, since it is computed alike from there.

    Raises:
        UserError: The settings themselves are damaged, or another process is at work in the run.
    """
    with only_writer(folder):
        scan = scan_run(folder)
        if scan.whole:
            return Repair(folder)
        paths = scan.paths
        spoilt = next((err.damage for err in scan.damages if err.path == paths.config), None)
        if spoilt is not None:
            answers = in_shell("labels", folder, "--to", "labels.csv")
            remedy = f"without its settings a run cannot go on; its answers come out with: {answers}"
            raise UserError(f"{paths.config}: {spoilt}; {remedy}")
        settings = read_sealed_yaml(paths.config)
        damages = [*scan.damages, *([scan.contradiction] if scan.contradiction else [])]
        aside = _move_aside(paths, damages)
        warm = bool(settings.get("trainer", {}).get("params", {}).get("warm_start"))
        kept = _consistent_beginning(scan, warm)
        done = Repair(
            folder,
            aside,
            damages,
            rounds=(len(kept.rounds), scan.rounds.lines),
            answers=(len(kept.answers), scan.answers.lines),
        )
        for path, lines in ((paths.rounds, kept.rounds), (paths.queries, kept.queries), (paths.answers, kept.answers)):
            _keep_copy(path, aside)
            write_lines(path, lines)
        if scan.session.damage:
            entries = [*scan.session.records, *scan.session.rescued]
            write_lines(paths.session, entries)
            done.lost = scan.session.lines - len(entries)
        if done.rounds[0] < done.rounds[1]:
            done.costs.append(f"{done.rounds[1] - done.rounds[0]} rounds are computed again")
        if done.answers[0] < done.answers[1]:
            again = "come back from session.jsonl" if scan.session.records else "are asked again"
            done.costs.append(f"{done.answers[1] - done.answers[0]} answers {again}")
        if done.lost:
            done.costs.append(f"{done.lost} lines of people's answers are lost")
        given_up = [path.relative_to(folder).as_posix() for path in missing_asked(paths, kept.queries)]
        if given_up:
            done.costs.append(f"{len(given_up)} pictures of what was asked are gone from the report")
        cost = "; ".join(done.costs) or "nothing was lost"
        update_status(folder, given_up=given_up, state="paused", reason=f"repaired {now()}; {cost}")
        return done


@dataclass(frozen=True)
class _Kept:
    rounds: Sequence[Record]
    queries: Sequence[Record]
    answers: Sequence[Record]


def _consistent_beginning(scan: RunScan, warm: bool) -> _Kept:
    """The most rounds whose rows, queries, answers and models fit together.

    Args:
        scan: What is whole in each file.
        warm: Whether a round goes on from the weights of the one before, so that a lost model cannot be trained again by itself.
    """
    for count in range(len(scan.rounds.records), -1, -1):
        rounds, queries = scan.rounds.records[:count], scan.queries.records[:count]
        asked = {(query.get("round"), clip) for query in queries for clip in query.get("ids", ())}
        answers = [
            line
            for line in scan.answers.records
            if line.get("purpose") != Purpose.QUERY or (line.get("round"), line.get("clip")) in asked
        ]
        fits = find_contradiction(scan.paths, rounds, queries, answers) is None
        if fits and _has_models(scan.paths, rounds, warm):
            return _Kept(rounds, queries, answers)
    return _Kept((), (), ())


def _has_models(paths: RunPaths, rounds: Sequence[Record], warm: bool) -> bool:
    """Whether the best model of these rounds is there, and what the next round goes on from."""
    if not rounds:
        return True
    initial, best, last = map(checkpoint_round, paths.checkpoints)
    if warm and last != len(rounds) - 1:
        return False
    if rounds[-1].get("pool_entropy") is not None and read_predictions(paths.predictions(len(rounds) - 1)) is None:
        return False
    return best_round([RoundRow.from_json(row) for row in rounds]).round in (initial, best, last)


def _move_aside(paths: RunPaths, damages: Sequence[DamagedFileError]) -> Path:
    """Put copies of the damaged journals, and all other damaged files themselves, where nobody reads them."""
    aside = paths.folder / ASIDE / now().replace(":", "-")
    aside.mkdir(parents=True, exist_ok=True)
    journals = {paths.rounds, paths.queries, paths.answers, paths.session}
    for path in {err.path for err in damages}:
        _keep_copy(path, aside)
        if path not in journals and path != paths.config:
            path.unlink(missing_ok=True)
    return aside


def _keep_copy(path: Path, aside: Path) -> None:
    copy = aside / path.name
    if path.exists() and not copy.exists():
        shutil.copy2(path, copy)
