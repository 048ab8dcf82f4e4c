"""`gesture-al extract`: videos to a folder of landmarks."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn

from gesture_al.capture.extraction.clip_cutter import ClipRules
from gesture_al.capture.extraction.extract import ExtractionResult, extract
from gesture_al.capture.extraction.manifest import find_orphans
from gesture_al.capture.extraction.page import PAGE
from gesture_al.capture.extraction.recut import recut
from gesture_al.capture.extraction.sources import Pattern, find_sources, left_out_of
from gesture_al.capture.extraction.table import BROKEN, LEFT_OUT, LEFT_OUT_TABLE, TAKEN
from gesture_al.capture.landmarks.base import LANDMARKS, Extractor
from gesture_al.capture.video.addresses import refuse_address
from gesture_al.cli.command import DONE, confirmed, counted, say
from gesture_al.cli.terminal import Due, time_left, work_bar
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.parts import build_part
from gesture_al.data.datasets.recordings import WHOLE
from gesture_al.data.left_out import told

EPILOG = """\
The class of a clip is the first folder below the one that is named; what lies in `unlabelled` is a free recording, and clips
are proposed in it where hands move and come to rest. Run it again after adding videos: only what is new is extracted.
Videos are only read, and nothing leaves this machine.

keys:
  which landmarks           landmarks=hands | hands_pose | holistic         (gesture-al list landmarks)
  one of their parameters   landmarks.params.<name>=<value>

examples:
  gesture-al extract clips --out data/landmarks
  gesture-al extract clips --out data/landmarks --pattern '{class}/{subject}_{session}_{n}'
  gesture-al extract clips --out data/landmarks --csv people.csv landmarks=hands_pose
  gesture-al extract monday.mp4 --out data/landmarks --free
  gesture-al extract data/landmarks/.whole --cut windows      cut the recorder's free recordings anew, without their video

The last line on stdout is `landmarks: <folder>`; then `gesture-al run dataset=clips dataset.params.path=<folder>`.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al extract`."""
    parser.add_argument("root", metavar="videos", help="a folder of videos, or one video")
    parser.add_argument("--out", type=Path, default=Path("data/landmarks"), help="where they go (default: data/landmarks)")
    parser.add_argument("--pattern", help="path below the folder, with {class}, {subject}, {session} and {n}")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="columns path and any of class, subject, session")
    parser.add_argument("--free", action="store_true", help="free recordings: propose clips in them")
    parser.add_argument("--cut", default="motion", help="how: motion (default), windows or whole")
    parser.add_argument("--window", type=float, default=2.0, metavar="S", help="seconds of a window (default: 2)")
    parser.add_argument("--at-least", type=float, default=0.3, metavar="X", help="share of frames with a hand (default: 0.3)")
    parser.add_argument("--processes", type=int, metavar="N", help="how many at a time (default: one for each core)")
    parser.add_argument("--fps", type=float, metavar="N", help="pictures a second of folders of pictures (default: 30)")
    parser.add_argument("--landmarks-only", action="store_true", help="remove each video whose landmarks are on disk")
    parser.add_argument("--yes", action="store_true", help="do not ask before videos are removed")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="which landmarks, e.g. landmarks=hands_pose")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    from gesture_al.capture.extraction.clip_cutter import ClipRules

    refuse_address(args.root, "download it first; `gesture-al live source=...` takes addresses")
    rules = ClipRules(args.at_least, args.cut, args.window)
    given = (Path(args.root), args.out, args.overrides, args.pattern, args.csv, args.free, rules, args.processes, args.fps)
    print(f"landmarks: {start_extraction(Extraction(*given, args.landmarks_only, args.yes))}")
    return DONE


_SAY_EVERY = 10.0
_NAMED = 5


@dataclass(frozen=True)
class Extraction:
    """What was typed behind `gesture-al extract`.

    Args:
        root: Folder of videos, or one video.
        out: The data set's folder.
        overrides: `landmarks=...` and `landmarks.params...`.
        pattern: How to read class, subject and session from a path.
        listed: A CSV that says them.
        free: Everything is a free recording.
        rules: What is taken of a video.
        processes: At least 1; None: one for each core.
        fps: Pictures a second of folders of pictures.
        landmarks_only: Remove the videos whose landmarks are on disk.
        yes: Without asking.
    """

    root: Path
    out: Path
    overrides: Sequence[str]
    pattern: str | None
    listed: Path | None
    free: bool
    rules: ClipRules
    processes: int | None
    fps: float | None
    landmarks_only: bool
    yes: bool


def start_extraction(typed: Extraction) -> Path:
    """Extract what is new and say what came of it.

    Returns:
        The data set's folder.

    Raises:
        UserError: Something that was typed cannot be, or no video gave a clip.
        Paused: The person stopped it; what was done is on disk.
    """
    if typed.processes is not None and typed.processes < 1:
        raise UserError(f"--processes {typed.processes}: must be at least 1")
    if typed.fps is not None and not typed.fps > 0:
        raise UserError(f"--fps {typed.fps:g}: must be above 0")
    if typed.root.name == WHOLE:
        return _recut(typed)
    pattern = Pattern(typed.pattern) if typed.pattern is not None else None
    extractor = chosen_extractor(typed.overrides)
    orphans = find_orphans(typed.root, typed.out, extractor.settings)
    sources = find_sources(typed.root, pattern, typed.listed, typed.free, orphans)
    console = Console(stderr=True)
    if orphans:
        them = "it is" if len(orphans) == 1 else "they are"
        say(console, f"{counted(len(orphans), 'video')} no longer there: {them} cut from the landmarks that were kept")
    with _Display(console) as display:
        try:
            cores, left_out = typed.processes or _cores(), left_out_of(typed.root, typed.listed, typed.out)
            result = extract(sources, typed.out, extractor, typed.rules, cores, typed.fps, display.tell, left_out)
        except KeyboardInterrupt:
            raise Paused("stopped; every finished video is saved, and the same command goes on") from None
    _close(result, typed.out, console)
    if typed.landmarks_only:
        _remove_videos(result, typed, console)
    if not any(row.clips for row in result.rows):
        raise UserError(f"{typed.root}: no video gave a clip; {typed.out / PAGE} says why of each")
    return typed.out


def _recut(typed: Extraction) -> Path:
    """Free recordings of the recorder, of which there may be no video."""
    console = Console(stderr=True)
    done = recut(typed.root, typed.rules)
    for one in done:
        if one.reason:
            say(console, f"{one.name} stays as it was cut: {one.reason}", style="yellow")
    count = sum(one.clips for one in done)
    say(console, f"{count} clips cut out of {sum(not one.reason for one in done)} of {len(done)} free recordings")
    return typed.root.parent


def _cores() -> int:
    """Those that this process may use, where the system says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chosen_extractor(overrides: Sequence[str]) -> Extractor:
    """The extractor that `landmarks=...` asks for.

    Raises:
        UserError: A key that is no setting of it, or a part that does not exist.
    """
    from gesture_al.cli.composition import compose_settings

    strange = [word for word in overrides if not word.lstrip("+~").startswith(("landmarks=", "landmarks."))]
    if strange:
        raise UserError(
            f"{strange[0]}: extract takes landmarks=... and landmarks.params.<name>=...; see gesture-al list landmarks"
        )
    return build_part(LANDMARKS, "landmarks", compose_settings(overrides).landmarks)


class _Display:
    """A bar in a terminal, a line now and then anywhere else; failures at once."""

    def __init__(self, console: Console) -> None:
        self._console, self._due = console, Due(_SAY_EVERY, console.get_time)
        self._bar = work_bar(console, TextColumn("{task.description}"), BarColumn(bar_width=30), TaskProgressColumn())
        self._task = self._bar.add_task("videos", total=1.0)

    def __enter__(self) -> _Display:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def tell(self, done: int, of: int, share: float, failure: str) -> None:
        """Progress of the extraction."""
        if failure:
            say(self._console, f"broken: {failure}")
        told = f"{done} of {counted(of, 'video')}"
        self._bar.update(self._task, description=told, completed=share)
        if not self._console.is_terminal and (self._due() or done == of):
            say(self._console, ", ".join(filter(None, [f"{told} ({share:.0%})", time_left(self._bar.tasks[0])])))


def _close(result: ExtractionResult, out: Path, console: Console) -> None:
    clips = sum(row.clips for row in result.rows)
    if not result.extracted and not result.changed_rows:
        say(console, f"nothing to do: {counted(result.unchanged, 'video')} extracted already")
    else:
        say(console, f"{counted(result.extracted, 'video')} extracted, {result.unchanged} known from before")
    # What broke just now was told when it did.
    refused = [row for row in result.rows if row.state == LEFT_OUT or (row.state == BROKEN and not row.key)]
    reasons = [f"{row.state}: {row.video}: {row.reason.removeprefix(f'{row.video}: ')}" for row in refused]
    _warn(console, reasons, "without a clip")
    partly = [f"{row.video}: {row.reason}" for row in result.changed_rows if row.state == TAKEN and row.reason]
    _warn(console, partly, "read in part")
    twice = [f"the same video under several classes: {places}; remove it from all but one" for places in result.twice]
    _warn(console, twice, "under several classes")
    if result.left_out:
        read = result.extracted + result.unchanged
        line = f"read {counted(read, 'video')}, left out {len(result.left_out)}: {told(result.left_out)}; all of them in"
        say(console, f"{line} {out / LEFT_OUT_TABLE}", style="yellow")
    if result.failed:
        say(console, f"{counted(result.failed, 'video')} could not be read and will be tried again next time", style="yellow")
    kinds = sorted({row.kind for row in result.rows if row.clips})
    if clips:
        say(console, f"{clips} clip{'s' * (clips != 1)} in {out} ({', '.join(kinds)})")
    say(console, f"tracking report: {out / PAGE}")


def _warn(console: Console, lines: Sequence[str], what: str) -> None:
    """Say the first of these lines, and how many more there are."""
    for line in lines[:_NAMED]:
        say(console, line, style="yellow")
    if len(lines) > _NAMED:
        say(console, f"and {len(lines) - _NAMED} more {what}", style="yellow")


def _remove_videos(result: ExtractionResult, typed: Extraction, console: Console) -> None:
    """Remove the videos named now whose clips are all on disk; those that gave none stay, so that they can be looked at."""
    root = typed.root.absolute()
    done = [Path(row.video) for row in result.rows if row.state == TAKEN and Path(row.video).is_relative_to(root)]
    done = [path for path in done if path.exists()]
    if not done:
        return
    question = f"--landmarks-only removes {len(done)} videos below {typed.root} for good; their landmarks stay. Go on?"
    if not typed.yes and not confirmed(question):
        say(console, "no video was removed")
        return
    for path in done:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    say(console, f"{len(done)} videos removed; {typed.out} holds their landmarks")
