"""`gesture-al live tune` and `live score`: an operating point chosen on some streams, and its figures on others."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from gesture_al.cli.commands.last_run import named_run
from gesture_al.cli.commands.live import load, table
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.stream import Stream
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.scoring import EventScore, StreamPredictions, predict_stream, score_streams
from gesture_al.deploy.live.streams import TEST_SEED, VALIDATION_SEED, joined_streams, synthetic_streams
from gesture_al.deploy.live.tuning import Targets, tune

KEYS = (
    "model",
    "run",
    "runtime",
    "hours",
    "seed",
    "people",
    "window",
    "hop",
    "frames",
    "refractory",
)
# What `tune` aims at; a score has no targets.
_TARGETS = ("false_per_hour", "latency")


def tune_live(typed: Sequence[str]) -> Path:
    """Choose the operating point of an exported model on validation streams and write it into its folder.

    Raises:
        UserError: A key that is none, no recogniser, or streams that do not fit it.
    """
    from gesture_al.deploy.export import write_operating_point

    if not any(word.startswith("model=") for word in typed):
        raise UserError("live tune: say which one: model=<folder that gesture-al export wrote>")
    told, recogniser, streams = _read(typed, (*KEYS, *_TARGETS), VALIDATION_SEED, "train")
    targets = Targets(_number(told, "false_per_hour", 1.0), _number(told, "latency", 0.4))
    chosen = tune(_look(recogniser, streams), recogniser.model.classes, recogniser.point, targets)
    folder = Path(str(told["model"]))
    write_operating_point(folder, chosen.point.to_json())
    _say(f"chosen: {_words(chosen.point)}")
    for line in lines(chosen.score, "the validation streams"):
        _say(line)
    if not targets.kept(chosen.score):
        _say("note: no operating point keeps to the targets; this is the best compromise. More clips of `none` help most")
    return folder


def score_live(typed: Sequence[str], as_json: bool) -> EventScore:
    """The figures of a recogniser, as it is, on streams that nothing was chosen on.

    Raises:
        UserError: A key that is none, no recogniser, or streams that do not fit it.
    """
    _, recogniser, streams = _read(typed, KEYS, TEST_SEED, "test")
    score = score_streams(_look(recogniser, streams), recogniser.model.classes, recogniser.point)
    print(json.dumps(score.to_json()) if as_json else "\n".join(lines(score, "these streams")))
    return score


def lines(score: EventScore, where: str) -> list[str]:
    """A score for people."""
    ms = [None if value is None else round(1000 * value) for value in (score.latency_median, score.latency_p95)]
    hours = f"{score.false_per_hour:.2f} an hour" if score.false_per_hour is not None else "not measured"
    return [
        f"on {where} ({score.gestures} gestures): event F1 {score.f1:.3f}, "
        f"precision {score.precision:.3f}, recall {score.recall:.3f}",
        f"latency from the start of the nucleus: median {ms[0]} ms, 95% within {ms[1]} ms",
        f"false fires in ordinary movement: {hours} ({score.counts['false_in_ordinary_movement']} in {score.quiet_hours:.2f} h)",
    ]


def _read(typed: Sequence[str], keys: Sequence[str], seed: int, side: str) -> tuple[dict[str, Any], Recogniser, list[Stream]]:
    of_data = [word for word in typed if word.partition("=")[0].split(".")[0].lstrip("+") == "dataset"]
    told = table([word for word in typed if word not in of_data], keys)
    # What would be passed over in silence is refused before anything is looked at.
    if "hours" in told and (of_data or "run" in told):
        raise UserError("live: hours= is for streams of synthetic people; leave it out, or leave dataset= and run= out")
    if "people" in told and not of_data and "run" not in told:
        raise UserError("live: people= says whose clips of a data set; name it too, e.g. dataset=clips, or leave people= out")
    recogniser, note = load(told)
    if note:
        _say(f"note: {note}")
    seed = int(_number(told, "seed", seed))
    if "run" in told:
        from gesture_al.deploy.live.streams import held_out

        if of_data or "people" in told:
            raise UserError("live: run= already says whose clips; leave dataset= and people= out, or leave run= out")
        clips = held_out(named_run(str(told["run"])))
        _say(f"on {len(clips)} clips of that run's data set that it did not learn from")
        streams = joined_streams(clips, None, side, seed)
    elif not of_data:
        streams = synthetic_streams(_number(told, "hours", 1.5), seed)
    else:
        from gesture_al.cli.composition import compose_settings
        from gesture_al.runs.assembly import load_clips

        people = told.get("people")
        named = people if isinstance(people, list) or people is None else [people]
        if named is None:
            _say("note: no people=; some of these clips may be those that the recogniser learned from, which flatters it")
        clips = load_clips(compose_settings(of_data).dataset)
        streams = joined_streams(clips, None if named is None else [str(name) for name in named], side, seed)
    _fit(recogniser, streams)
    return told, recogniser, streams


def _fit(recogniser: Recogniser, streams: Sequence[Stream]) -> None:
    known = recogniser.model.classes
    strange = sorted({gesture.name for stream in streams for gesture in stream.gestures} - set(known))
    if strange:
        raise UserError(
            f"live: the streams show {strange[0]!r}, but the recogniser knows {', '.join(known)}; "
            "give it its own data, e.g. run=last or dataset=clips"
        )
    if streams[0].skeleton.joints != recogniser.model.skeleton.joints:
        raise UserError(f"live: the streams have {streams[0].skeleton.name!r} joints, the recogniser {recogniser.model.layout!r}")


def _look(recogniser: Recogniser, streams: Sequence[Stream]) -> list[StreamPredictions]:
    hours = sum(stream.duration for stream in streams) / 3600
    console = Console(stderr=True)
    seen = track(
        streams, f"looking at {hours:.1f} h of streams", console=console, disable=not console.is_terminal, transient=True
    )
    return [predict_stream(recogniser.model, stream, recogniser.point) for stream in seen]


def _number(told: dict[str, Any], key: str, default: float) -> float:
    value = told.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0 or (key != "false_per_hour" and value <= 0):
        raise UserError(f"live: {key}={value}: must be a number above 0")
    return value


def _words(point: OperatingPoint) -> str:
    return ", ".join(f"{key} {value}" for key, value in point.to_json().items() if key != "thresholds" or value)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
