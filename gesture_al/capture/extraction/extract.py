"""Folders of video to a folder of tracks: what is new is extracted, what is known stays."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from gesture_al.capture.extraction.manifest import Names, forget_unused, kept_at, there, with_earlier
from gesture_al.capture.extraction.page import write_page
from gesture_al.capture.extraction.sources import VideoFile
from gesture_al.capture.extraction.table import BROKEN, LEFT_OUT, TAKEN, Row, read_table, write_table
from gesture_al.capture.extraction.taking import Rules, take
from gesture_al.capture.extraction.tracks import track_key, video_hash
from gesture_al.capture.extraction.worker_pool import ExtractionJob, no_room, work
from gesture_al.capture.landmarks.base import Extractor
from gesture_al.capture.landmarks.segments import Cutting
from gesture_al.core.errors import UserError
from gesture_al.data.track import Track, read_track, write_track


@dataclass
class Result:
    """What an extraction did.

    Args:
        rows: All videos of the data set's folder, those of earlier extractions included.
        extracted: How many videos were gone through now.
        known: How many were there already.
        failed: How many could not be gone through.
        new: Rows that are not as they were.
    """

    rows: list[Row]
    extracted: int = 0
    known: int = 0
    failed: int = 0
    new: list[Row] = field(default_factory=list)


@dataclass
class _Plan:
    """A source with its track's place."""

    source: VideoFile
    key: str
    stem: str
    video: str


def extract(
    sources: Sequence[VideoFile],
    out: Path,
    extractor: Extractor,
    rules: Rules,
    processes: int,
    fps: float | None = None,
    tell: Callable[[int, int, float, str], None] = lambda done, of, share, failure: None,
) -> Result:
    """Extract what is not there yet and write clips, table and page.

    Safe to stop at any instant: a track is on disk whole or not at all, and the same call goes on where it was stopped.

    Args:
        sources: The videos.
        out: The data set's folder.
        extractor: Of landmarks.
        rules: What is taken.
        processes: At least 1.
        fps: Pictures a second of folders of pictures.
        tell: Hears after each piece of work how many videos are done, of how many, the share of all work, and what went wrong.

    Raises:
        UserError: Another extraction is writing there, nothing can be written there, or its table is broken.
        KeyboardInterrupt: Stopped; all that was done is on disk, table and page included.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(Timeout), FileLock(out / ".lock", timeout=0):
            return _extract(sources, out, extractor, rules, processes, fps, tell)
    except OSError as err:
        raise UserError(no_room(out, err)) from err
    raise UserError(f"{out}: another extraction is writing there; wait until it has ended")


def _extract(
    sources: Sequence[VideoFile],
    out: Path,
    extractor: Extractor,
    rules: Rules,
    processes: int,
    fps: float | None,
    tell: Callable[[int, int, float, str], None],
) -> Result:
    before = read_table(out)
    rows: dict[str, Row] = {}
    plans: list[_Plan] = []
    names = Names(out, before)
    for source in sources:
        video = str(source.path.absolute())
        try:
            if source.problem:
                raise UserError(source.problem)
            if source.key in {plan.key for plan in plans}:
                # It was not removed, but moved.
                continue
            key = source.key or track_key(video_hash(source.path), extractor.settings, fps if source.path.is_dir() else None)
        except UserError as err:
            rows[video] = _row(source, video, state=LEFT_OUT if source.problem else BROKEN, reason=str(err))
            continue
        plans.append(_Plan(source, key, names.stem(source, video, key), video))
    new = {plan.key: plan for plan in plans if not kept_at(out, plan.key).exists()}
    failures: dict[str, str] = {}
    result = Result([], known=len(plans) - len(new))
    try:
        _run(list(new.values()), out, extractor, processes, fps, failures, tell)
    finally:
        result.failed = len(failures)
        result.extracted = sum(kept_at(out, key).exists() for key in new)
        old = {row.video: row for row in before}
        for plan in plans:
            if plan.key in failures:
                rows[plan.video] = _broken(plan, failures[plan.key], old.get(plan.video))
            elif kept_at(out, plan.key).exists():
                rows[plan.video] = _clips(plan, out, extractor, rules, old.get(plan.video))
        result.rows = with_earlier(rows, before, out)
        result.new = [row for row in result.rows if old.get(row.video) != row]
        if result.new or len(result.rows) != len(before):
            write_table(out, result.rows)
            write_page(out, result.rows, rules.at_least)
        forget_unused(out, {row.key for row in result.rows} | {plan.key for plan in plans})
    return result


def _run(
    plans: list[_Plan],
    out: Path,
    extractor: Extractor,
    processes: int,
    fps: float | None,
    failures: dict[str, str],
    tell: Callable[[int, int, float, str], None],
) -> None:
    """Extract, the largest first, so that no worker ends long after the others."""
    plans = sorted(plans, key=lambda plan: -_size(plan.source.path))
    weights = [max(1, _size(plan.source.path)) for plan in plans]
    jobs = [
        ExtractionJob(
            plan.source.path,
            kept_at(out, plan.key),
            fps,
            {"video": plan.video, **plan.source.who, "sha256": plan.key, "extractor": dict(extractor.settings)},
        )
        for plan in plans
    ]
    shares, done = [0.0] * len(jobs), 0
    for told in work(jobs, extractor, processes) if jobs else ():
        shares[told.number] = told.share
        done += told.share >= 1
        if told.failure:
            failures[plans[told.number].key] = told.failure
        share = sum(a * b for a, b in zip(shares, weights, strict=True)) / sum(weights)
        tell(done, len(jobs), share, told.failure)


def _clips(plan: _Plan, out: Path, extractor: Extractor, rules: Rules, old: Row | None) -> Row:
    """Write a video's clips, unless they are there as they would be written, and remove those it no longer gives."""
    told = [asdict(rules), asdict(Cutting()), plan.source.kind, plan.source.free, dict(plan.source.who), plan.stem]
    settings = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
    unchanged = old is not None and (old.key, old.settings) == (plan.key, settings)
    if old is not None and unchanged and all(there(out, path) for path in old.paths):
        return old
    track = read_track(kept_at(out, plan.key))
    known = _known(plan, extractor, track)
    taken = take(plan.source, plan.stem, track, known, rules)
    files = [f"{name}.npz" for name, _ in taken.clips]
    for path, (_, clip) in zip(files, taken.clips, strict=True):
        # A clip that somebody has moved into a class is not proposed once more.
        if not (unchanged and there(out, path)):
            write_track(out / path, clip)
    for path in old.paths if old is not None else []:
        if path not in files:
            (out / path).unlink(missing_ok=True)
    shares = taken.shares
    row = _row(plan.source, plan.video, state=TAKEN if files else LEFT_OUT, reason=taken.reason, key=plan.key)
    return replace(
        row,
        reason=taken.reason or str(track.about.get("ended_early", "")),
        clips=len(files),
        frames=len(track),
        seconds=round(float(track.seconds[-1] - track.seconds[0]), 4),
        left=round(shares.left, 4),
        right=round(shares.right, 4),
        any=round(shares.any, 4),
        flags=" ".join(f"{flag}:{count}" for flag, count in shares.flags.items()),
        settings=settings,
        files="|".join(files),
    )


def _broken(plan: _Plan, failure: str, old: Row | None) -> Row:
    """A failure takes nothing away: clips of an earlier extraction stay, and are the row's."""
    row = _row(plan.source, plan.video, state=BROKEN, reason=failure, key=plan.key)
    if old is None or not old.files:
        return row
    return replace(row, reason=f"{failure} (its clips of an earlier extraction are kept)", clips=old.clips, files=old.files)


def _known(plan: _Plan, extractor: Extractor, track: Track) -> dict[str, Any]:
    kind = {} if plan.source.free else {"class": plan.source.kind}
    kept = {key: track.about[key] for key in ("sha256", "extractor") if key in track.about}
    return {**kind, **plan.source.who, "video": plan.video, "extractor": dict(extractor.settings), **kept}


def _size(path: Path) -> int:
    return sum(child.stat().st_size for child in path.iterdir()) if path.is_dir() else path.stat().st_size


def _row(source: VideoFile, video: str, **told: Any) -> Row:
    return Row(video, source.kind, source.who.get("subject", ""), source.who.get("session", ""), **told)
