"""`gesture-al live`: recognise gestures while they are made; choose an operating point, and measure it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from gesture_al.cli.command import DONE, counted, named_run
from gesture_al.core.cache_folder import cache_root
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import parse_yaml
from gesture_al.core.messages import not_among
from gesture_al.data.datasets.stream import Stream
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import LiveRunner, Options, Tally
from gesture_al.deploy.live.scoring import EventScore, StreamPredictions, predict_stream, score_streams
from gesture_al.deploy.live.streams import TEST_SEED, VALIDATION_SEED, joined_streams, synthetic_streams
from gesture_al.deploy.live.tuning import Targets, tune
from gesture_al.studio.server.opening import Opening

EPILOG = """\
keys:
  model=<folder>      what `gesture-al export` wrote; without it the example that ships (synthetic hands)
  source=0            a camera's number, a video file, a folder of pictures or an address (rtsp://camera/stream, http://...)
  runtime=onnx        onnx | torch
  threshold=0.8       or any other setting of the operating point: window, hop, smoothing, agree, of, refractory

in the window, and in the page: q or Escape quits, w marks the last seconds as wrong: they go to the head of the pool

With --browser a page shows it all and has the camera (so no source=); pictures go to this program and nowhere else, and are
not kept. In the page a clip that was marked as wrong can be given its class at once.

examples:
  gesture-al live                                                 the example on the first camera
  gesture-al live --browser                                       the same in a page, with the browser's camera
  gesture-al live model=models/mine source=clip.mp4 --headless --json
  gesture-al live model=models/mine source=0 --save seen.webm --collect
  gesture-al live tune model=models/mine run=last                      choose when it fires, on clips that run did not learn from
  gesture-al live tune model=models/mine dataset=clips people=[ben]    choose when it fires, on streams of Ben's clips
  gesture-al live score model=models/mine dataset=clips people=[eve]   and measure it on somebody else's

With `tune` and `score`: the data set is read as for `gesture-al run`, its clips are joined into streams; without one streams
of synthetic reactions are used, hours=1.5 of them. `tune` takes false_per_hour=1 and latency=0.4 (seconds) as targets, and
writes what it chose into the model's folder.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al live`."""
    parser.add_argument(
        "overrides", nargs="*", metavar="key=value", help="e.g. model=models/mine source=0, or first tune or score"
    )
    parser.add_argument("--browser", action="store_true", help="show it in a page, with the browser's camera")
    parser.add_argument("--browser-off", action="store_true", help="as --browser, but print the address and open no browser")
    parser.add_argument(
        "--host", help="the page listens there instead of on this machine only; lets others in who have the address"
    )
    parser.add_argument("--headless", action="store_true", help="no window")
    parser.add_argument("--json", action="store_true", help="events as JSON lines on stdout")
    parser.add_argument("--save", type=Path, metavar="FILE.webm", help="write the annotated video, as .webm or .mp4")
    parser.add_argument("--collect", action="store_true", help="keep moments that it is unsure of for the pool")
    parser.add_argument("--pool", type=Path, default=Path("data/landmarks"), help="where they go (default: data/landmarks)")
    parser.add_argument("--subject", help="who is before the camera, noted with what is kept")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    if args.overrides[:1] == ["tune"]:
        print(f"tuned: {tune_live(args.overrides[1:])}")
        return DONE
    if args.overrides[:1] == ["score"]:
        score_live(args.overrides[1:], args.json)
        return DONE
    options = _options(args)
    if args.browser or args.browser_off:
        from gesture_al.studio.server.opening import LOOPBACK, Opening

        run_live_page(args.overrides, options, args.json, Opening(not args.browser_off, args.host or LOOPBACK))
        return DONE
    run_live(args.overrides, options, args.json)
    return DONE


def _options(args: argparse.Namespace) -> Options:
    """What is done beside recognising.

    Raises:
        UserError: Options that do not go together.
    """
    from gesture_al.core.errors import UserError
    from gesture_al.deploy.live.running import Options

    in_page = args.browser or args.browser_off
    for option, there in (("--headless", args.headless), ("--save", args.save is not None)):
        if in_page and there:
            raise UserError(f"live: {option} does not go with --browser, which is a page; leave one of the two out")
    if args.host and not in_page:
        raise UserError("live: --host is where the page listens; add --browser")
    return Options(not args.headless, args.save, args.pool, args.collect, args.subject)


_SETTINGS = tuple(entry.name for entry in fields(OperatingPoint))
LIVE_KEYS = ("model", "source", "runtime", *_SETTINGS)


def run_live(typed: Sequence[str], options: Options, as_json: bool) -> Tally:
    """Recognise until the source ends or the person says so; events go to stdout, everything else to stderr.

    Args:
        typed: `model=`, `source=`, `runtime=` and settings of the operating point, each `key=value`.
        options: What else is done.
        as_json: Whether an event is a JSON line or a line for people.

    Raises:
        UserError: A key that is none, no recogniser, a source that cannot be opened or that broke off.
    """
    told = table(typed, LIVE_KEYS)
    recogniser, note = load(told)
    if note:
        print(f"note: {note}", file=sys.stderr)
    tally = LiveRunner(recogniser, replace(options, note=note), _printer(as_json)).run(str(told.get("source", "0")))
    _tell(tally, options)
    if tally.failure is not None:
        raise tally.failure
    return tally


def run_live_page(typed: Sequence[str], options: Options, as_json: bool, opening: Opening) -> Tally:
    """The same with the browser's camera, in a page.

    Args:
        typed: As for `run_live`, but for `source=`.
        options: What is kept, and where.
        as_json: Whether an event is a JSON line or a line for people.
        opening: How the page is opened.

    Raises:
        UserError: A key that is none, `source=`, no recogniser, or a host at which it cannot listen.
    """
    told = table(typed, LIVE_KEYS)
    if "source" in told:
        raise UserError("live: source= does not go with --browser, whose page has the camera; leave one of the two out")
    recogniser, note = load(told)
    if note:
        print(f"note: {note}", file=sys.stderr)
    from gesture_al.studio.live.server import run_in_browser

    title = str(told.get("model", "example"))
    tally = run_in_browser(recogniser, options, _printer(as_json), title, cache_root() / "live", opening)
    _tell(tally, options)
    return tally


def load(told: Mapping[str, Any]) -> tuple[Recogniser, str]:
    """The recogniser that was typed, and what a person should know of it; without one the example that ships."""
    from gesture_al.deploy.export import example_folder

    folder = Path(str(told["model"])) if "model" in told else example_folder()
    changes = {key: told[key] for key in _SETTINGS if key in told}
    recogniser = Recogniser.load(folder, str(told.get("runtime", "onnx")), **changes)
    if "model" in told:
        return recogniser, ""
    return recogniser, f"no model=: the example for {', '.join(recogniser.model.classes)}, trained on synthetic hands only"


def table(typed: Sequence[str], known: Sequence[str]) -> dict[str, Any]:
    """What was typed as `key=value`, values read as YAML.

    Raises:
        UserError: A word without `=`, or a key that is none.
    """
    told: dict[str, Any] = {}
    for word in typed:
        key, equals, value = word.partition("=")
        if not equals:
            raise UserError(f"live: {word!r} is no key=value; type e.g. source={word}")
        if key not in known:
            raise UserError(f"live: no key {not_among(key, known)}")
        try:
            told[key] = parse_yaml(value)
        except ValueError as err:
            raise UserError(f"live: {word}: the value cannot be read; quote it") from err
        if key in ("model", "source", "runtime"):
            told[key] = value
    return told


def _printer(as_json: bool) -> Callable[[Event], None]:
    def as_line(event: Event) -> None:
        record = {
            "event": event.name,
            "seconds": round(event.seconds, 3),
            "confidence": round(event.confidence, 4),
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        print(json.dumps(record, ensure_ascii=False), flush=True)

    def as_words(event: Event) -> None:
        print(f"{event.seconds:8.2f} s  {event.name}  {event.confidence:.0%}", flush=True)

    return as_line if as_json else as_words


def _tell(tally: Tally, options: Options) -> None:
    """The last lines, for people."""
    lines = [f"{counted(tally.frames, 'frame')}, {counted(len(tally.events), 'event')}"]
    if tally.beyond:
        landmarks, beyond = (1000 * np.quantile(times, 0.95) for times in (tally.extractor, tally.beyond))
        lines[0] += f"; 95% of the frames took at most {landmarks:.0f} ms for landmarks and {beyond:.1f} ms for the rest"
    if options.save is not None and tally.beyond:
        lines.append(f"video: {options.save}")
    if tally.kept:
        lines.append(f"{counted(len(tally.kept), 'clip')} for the pool: {tally.kept[0].parent}")
    for line in lines:
        print(line, file=sys.stderr)


TUNING_KEYS = (
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
    told, recogniser, streams = _read(typed, (*TUNING_KEYS, *_TARGETS), VALIDATION_SEED, "train")
    targets = Targets(_number(told, "false_per_hour", 1.0), _number(told, "latency", 0.4))
    chosen = tune(_look(recogniser, streams), recogniser.model.classes, recogniser.point, targets)
    folder = Path(str(told["model"]))
    write_operating_point(folder, chosen.point.to_json())
    _say(f"chosen: {_words(chosen.point)}")
    for line in score_lines(chosen.score, "the validation streams"):
        _say(line)
    if not targets.kept(chosen.score):
        _say("note: no operating point keeps to the targets; this is the best compromise. More clips of `none` help most")
    return folder


def score_live(typed: Sequence[str], as_json: bool) -> EventScore:
    """The figures of a recogniser, as it is, on streams that nothing was chosen on.

    Raises:
        UserError: A key that is none, no recogniser, or streams that do not fit it.
    """
    _, recogniser, streams = _read(typed, TUNING_KEYS, TEST_SEED, "test")
    score = score_streams(_look(recogniser, streams), recogniser.model.classes, recogniser.point)
    print(json.dumps(score.to_json()) if as_json else "\n".join(score_lines(score, "these streams")))
    return score


def score_lines(score: EventScore, where: str) -> list[str]:
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


# Streams of a hundred hours take a gigabyte.
_MOST = {"hours": 200.0, "seed": 2.0**62}
_ABOVE_0 = ("hours", "latency")


def _number(told: dict[str, Any], key: str, default: float) -> float:
    value, most = told.get(key, default), _MOST.get(key, 1e6)
    # NaN is in no range.
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most or (key in _ABOVE_0 and not value):
        raise UserError(f"live: {key}={str(value)[:40]}: must be a number above 0, {most:g} or less")
    return value


def _words(point: OperatingPoint) -> str:
    return ", ".join(f"{key} {value}" for key, value in point.to_json().items() if key != "thresholds" or value)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
