"""`gesture-al forget`: remove a person from a data set and from the runs that used it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import yaml
from rich.console import Console

from gesture_al.active.records.forget_clips import forget_clips, named_in, runs_with
from gesture_al.capture.extraction.forget import Traces, find_traces, remove_traces
from gesture_al.cli.command import DONE, confirmed, counted, say
from gesture_al.core.errors import UserError

EPILOG = """\
Removed are the person's videos, landmarks, converted sets in the cache, and in the runs that used them the answers, the
pictures and every place where the clips are named. Models keep what they learned; the command names them.

examples:
  gesture-al forget subject=ann
  gesture-al forget subject=ann --data data/landmarks --runs runs --yes
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al forget`."""
    parser.add_argument("overrides", nargs="+", metavar="subject=NAME", help="who, as the tracking table writes it")
    parser.add_argument("--data", type=Path, default=Path("data/landmarks"), help="folder of landmarks (default: data/landmarks)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="parent of the run folders (default: runs)")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    print(forget(args.overrides, args.data, args.runs, args.yes))
    return DONE


_WINDOWS = "stream_windows"


def forget(typed: Sequence[str], data: Path, runs: Path, yes: bool) -> str:
    """Remove a person from a data set's folder and from the runs that used it.

    Args:
        typed: `subject=NAME`.
        data: The data set's folder.
        runs: Of run folders.
        yes: Without asking.

    Returns:
        A line that says what was removed.

    Raises:
        UserError: Nobody is named, there is nothing of that person, or a run is at work.
    """
    subject = _subject(typed)
    console = Console(stderr=True)
    traces = find_traces(data, subject)
    windows = _windows(runs, data, subject)
    used = runs_with(runs, traces.ids, lambda folder: _is_of(folder, data) == "clips")
    used |= runs_with(runs, windows, lambda folder: _is_of(folder, data) == _WINDOWS)
    for path in traces.unreadable:
        say(console, f"{path}: cannot be read, so nobody knows whose it is; remove it yourself if it is {subject}'s", "yellow")
    if not traces:
        raise UserError(f"subject={subject}: nothing of that name in {data}; see the column subject of its tracking.csv")
    removed = _summary(traces, used)
    if not yes and not confirmed(f"This removes {removed} of {subject} for good. Go on?"):
        return "nothing was removed"
    for folder in used:
        forget_clips(folder, traces.ids | windows)
    remove_traces(traces)
    if used:
        say(
            console,
            f"what models learned cannot be taken out of them: {', '.join(map(str, used))} were made with {subject}'s clips;",
        )
        say(console, "remove these folders, and what was exported from them, if the models are to go too")
    return f"removed of {subject}: {removed}"


def _subject(typed: Sequence[str]) -> str:
    match = re.fullmatch(r"subject=(.+)", typed[0]) if len(typed) == 1 else None
    if match is None:
        raise UserError(f"forget {' '.join(typed)}: type subject=<name>, as it stands in the tracking table")
    return match.group(1).strip("\"'")


def _summary(traces: Traces, used: dict[Path, int]) -> str:
    parts = [
        counted(len(traces.clips), "clip"),
        counted(len(traces.whole_tracks), "whole track"),
        counted(len(traces.videos), "video"),
        counted(sum(used.values()), "answer") + (f" in {counted(len(used), 'run')}, with their pictures" if used else ""),
    ]
    return ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _windows(runs: Path, data: Path, subject: str) -> set[str]:
    """Windows of a person that runs name: they are called after the stream that they were cut from, and that after the person."""
    named = re.compile(rf"{re.escape(subject)}(-train|-test)?-\d+/\d+")
    folders = [path.parent for path in runs.glob("**/config.yaml")]
    ids = {one for folder in folders if _is_of(folder, data) == _WINDOWS for one in named_in(folder)}
    return {one for one in ids if named.fullmatch(one)}


def _is_of(folder: Path, data: Path) -> str:
    """The kind of data set of a run that was made from this folder of landmarks; empty where it was made from another."""
    try:
        dataset = yaml.safe_load((folder / "config.yaml").read_text())["dataset"]
        reader = dataset["params"]["inner"] if dataset["name"] == _WINDOWS else dataset
        path = reader.get("params", {}).get("path", "data/landmarks")
        same = reader["name"] == "clips" and Path(path).expanduser().resolve() == data.resolve()
        return str(dataset["name"]) if same else ""
    except (OSError, KeyError, TypeError, AttributeError, yaml.YAMLError):
        return ""
