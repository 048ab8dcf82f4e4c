"""Folders of video to a folder of tracks: what is new is extracted, what is there already stays."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from gesture_al.capture.extraction.clip_cutter import ClipRules, cut_clips
from gesture_al.capture.extraction.manifest import ClipNames, clip_exists, merge_rows, remove_unused_tracks, track_file
from gesture_al.capture.extraction.page import write_page
from gesture_al.capture.extraction.segments import MotionThresholds
from gesture_al.capture.extraction.sources import VideoFile
from gesture_al.capture.extraction.table import BROKEN, LEFT_OUT, TAKEN, Row, read_table, write_left_out, write_table
from gesture_al.capture.extraction.tracks import track_key, video_hash
from gesture_al.capture.extraction.worker_pool import ExtractionJob, run_jobs, write_failure
from gesture_al.capture.landmarks.base import Extractor
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import LeftOut
from gesture_al.data.track import Track, read_track, write_track

Progress = Callable[[int, int, float, str], None]
"""Called with videos done, of how many, the share of all work (0 to 1), and why the last one failed (empty: it did not)."""


@dataclass
class ExtractionResult:
    """What an extraction did.

    Args:
        rows: All videos of the data set's folder, those of earlier extractions included.
        extracted: How many videos were gone through now.
        unchanged: How many tracks were there already.
        failed: How many videos could not be gone through.
        changed_rows: Rows that are not as they were.
        left_out: What in the folder of the videos was none.
        twice: Videos that stand under several classes: for each, where.
    """

    rows: list[Row]
    extracted: int = 0
    unchanged: int = 0
    failed: int = 0
    changed_rows: list[Row] = field(default_factory=list)
    left_out: tuple[LeftOut, ...] = ()
    twice: list[str] = field(default_factory=list)


def extract(
    sources: Sequence[VideoFile],
    out: Path,
    extractor: Extractor,
    rules: ClipRules,
    processes: int,
    fps: float | None = None,
    on_progress: Progress = lambda done, of, share, failure: None,
    left_out: Sequence[LeftOut] = (),
) -> ExtractionResult:
    """Extract what is not there yet and write clips, table and page.

    Safe to stop at any instant: a track is on disk whole or not at all, and the same call goes on where it was stopped.

    Args:
        sources: The videos.
        out: The data set's folder.
        extractor: Of landmarks.
        rules: How clips are cut out of the tracks.
        processes: At least 1.
        fps: Pictures a second of folders of pictures.
        on_progress: Called after each piece of work.
        left_out: What in the folder of the videos was none; written beside the table.

    Raises:
        UserError: Another extraction is writing there, nothing can be written there, or its table is broken.
        KeyboardInterrupt: Stopped; all that was done is on disk, table and page included.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(Timeout), FileLock(out / ".lock", timeout=0):
            result = _Extraction(out, extractor, rules, fps).run(sources, processes, on_progress)
            write_left_out(out, left_out)
            return replace(result, left_out=tuple(left_out))
    except OSError as err:
        raise UserError(write_failure(out, err)) from err
    raise UserError(f"{out}: another extraction is writing there; wait until it has ended")


@dataclass(frozen=True)
class _PlannedVideo:
    """A video with its row's name, its track's key and what its clips are called."""

    source: VideoFile
    video: str
    key: str
    stem: str


class _Extraction:
    """One extraction into a folder that nobody else writes to."""

    def __init__(self, out: Path, extractor: Extractor, rules: ClipRules, fps: float | None) -> None:
        self._out, self._extractor, self._rules, self._fps = out, extractor, rules, fps
        self._before = read_table(out)
        self._old_row = {row.video: row for row in self._before}
        self._failures: dict[str, str] = {}

    def run(self, sources: Sequence[VideoFile], processes: int, on_progress: Progress) -> ExtractionResult:
        plans, rows = self._plan(sources)
        missing = {plan.key: plan for plan in plans if not self._has_track(plan.key)}
        result = ExtractionResult([], unchanged=len(plans) - len(missing), twice=_under_several_classes(plans))
        try:
            self._extract_tracks(list(missing.values()), processes, on_progress)
        finally:
            result.failed = len(self._failures)
            result.extracted = sum(map(self._has_track, missing))
            for plan in plans:
                if plan.key in self._failures:
                    rows[plan.video] = self._broken_row(plan, self._failures[plan.key])
                elif self._has_track(plan.key):
                    rows[plan.video] = self._write_clips(plan)
            result.rows = merge_rows(rows, self._before, self._out)
            result.changed_rows = [row for row in result.rows if self._old_row.get(row.video) != row]
            if result.changed_rows or len(result.rows) != len(self._before):
                write_table(self._out, result.rows)
                write_page(self._out, result.rows, self._rules.at_least)
            remove_unused_tracks(self._out, {row.key for row in result.rows} | {plan.key for plan in plans})
        return result

    def _plan(self, sources: Sequence[VideoFile]) -> tuple[list[_PlannedVideo], dict[str, Row]]:
        """The videos to be gone through, and the rows of those that cannot be, by video."""
        plans: list[_PlannedVideo] = []
        rows: dict[str, Row] = {}
        names = ClipNames(self._out, self._before)
        for source in sources:
            video = str(source.path.absolute())
            if source.problem:
                rows[video] = _row(source, video, state=LEFT_OUT, reason=source.problem)
                continue
            if source.key in {plan.key for plan in plans}:
                # It was not removed, but moved.
                continue
            try:
                key = source.key or self._key(source.path)
            except UserError as err:
                rows[video] = _row(source, video, state=BROKEN, reason=str(err))
                continue
            plans.append(_PlannedVideo(source, video, key, names.stem(source, video, key)))
        return plans, rows

    def _key(self, path: Path) -> str:
        return track_key(video_hash(path), self._extractor.settings, self._fps if path.is_dir() else None)

    def _has_track(self, key: str) -> bool:
        return track_file(self._out, key).exists()

    def _extract_tracks(self, plans: list[_PlannedVideo], processes: int, on_progress: Progress) -> None:
        """Extract, the largest first, so that no worker ends long after the others."""
        plans = sorted(plans, key=lambda plan: -_size(plan.source.path))
        weights = [max(1, _size(plan.source.path)) for plan in plans]
        settings = dict(self._extractor.settings) if plans else {}
        jobs = [
            ExtractionJob(
                plan.source.path,
                track_file(self._out, plan.key),
                self._fps,
                {"video": plan.video, **plan.source.who, "sha256": plan.key, "extractor": settings},
            )
            for plan in plans
        ]
        shares, done = [0.0] * len(jobs), 0
        for update in run_jobs(jobs, self._extractor, processes) if jobs else ():
            shares[update.number] = update.share
            done += update.share >= 1
            if update.failure:
                self._failures[plans[update.number].key] = update.failure
            share = sum(a * b for a, b in zip(shares, weights, strict=True)) / sum(weights)
            on_progress(done, len(jobs), share, update.failure)

    def _write_clips(self, plan: _PlannedVideo) -> Row:
        """Write a video's clips, unless they are there as they would be written, and remove those it no longer gives."""
        source, old = plan.source, self._old_row.get(plan.video)
        inputs = [asdict(self._rules), asdict(MotionThresholds()), source.kind, source.free, dict(source.who), plan.stem]
        settings = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]
        unchanged = old is not None and (old.key, old.settings) == (plan.key, settings)
        if old is not None and unchanged and all(clip_exists(self._out, path) for path in old.paths):
            return old
        track = read_track(track_file(self._out, plan.key))
        cut = cut_clips(track, source.kind, plan.stem, self._about(plan, track), self._rules)
        files = [f"{name}.npz" for name, _ in cut.clips]
        for path, (_, clip) in zip(files, cut.clips, strict=True):
            # A clip that somebody has moved into a class is not proposed once more.
            if not (unchanged and clip_exists(self._out, path)):
                write_track(self._out / path, clip)
        for path in old.paths if old is not None else []:
            if path not in files:
                (self._out / path).unlink(missing_ok=True)
        return _row(
            source,
            plan.video,
            state=TAKEN if files else LEFT_OUT,
            reason=cut.reason or str(track.about.get("ended_early", "")),
            clips=len(files),
            frames=len(track),
            seconds=round(float(track.seconds[-1] - track.seconds[0]), 4),
            left=round(cut.shares.left, 4),
            right=round(cut.shares.right, 4),
            any=round(cut.shares.any, 4),
            flags=" ".join(f"{flag}:{count}" for flag, count in cut.shares.flags.items()),
            key=plan.key,
            settings=settings,
            files="|".join(files),
        )

    def _about(self, plan: _PlannedVideo, track: Track) -> dict[str, Any]:
        """What is written beside the joints of a video's clips."""
        kind = {} if plan.source.free else {"class": plan.source.kind}
        of_track = {key: track.about[key] for key in ("sha256", "extractor") if key in track.about}
        return {**kind, **plan.source.who, "video": plan.video, "extractor": dict(self._extractor.settings), **of_track}

    def _broken_row(self, plan: _PlannedVideo, failure: str) -> Row:
        """The row of a video that failed; clips of an earlier extraction stay, and are the row's."""
        row = _row(plan.source, plan.video, state=BROKEN, reason=failure, key=plan.key)
        old = self._old_row.get(plan.video)
        if old is None or not old.files:
            return row
        return replace(row, reason=f"{failure} (its clips of an earlier extraction are kept)", clips=old.clips, files=old.files)


def _under_several_classes(plans: Sequence[_PlannedVideo]) -> list[str]:
    """The videos of the same content that stand under several classes, each with its places."""
    by_key: dict[str, dict[str, str]] = defaultdict(dict)
    for plan in plans:
        if not plan.source.free:
            by_key[plan.key].setdefault(plan.source.kind, plan.source.name)
    return [" and ".join(names.values()) for names in by_key.values() if len(names) > 1]


def _size(path: Path) -> int:
    return sum(child.stat().st_size for child in path.iterdir()) if path.is_dir() else path.stat().st_size


def _row(source: VideoFile, video: str, **columns: Any) -> Row:
    return Row(video, source.kind, source.who.get("subject", ""), source.who.get("session", ""), **columns)
