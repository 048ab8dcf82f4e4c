"""`gesture-al live`: from what was typed to a recogniser at work."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from gesture_al.core.cache_folder import cache_root
from gesture_al.core.errors import UserError
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import LiveRunner, Options, Tally
from gesture_al.studio.server.opening import Opening

_SETTINGS = tuple(entry.name for entry in fields(OperatingPoint))
KEYS = ("model", "source", "runtime", *_SETTINGS)


def run_live(typed: Sequence[str], options: Options, as_json: bool) -> Tally:
    """Recognise until the source ends or the person says so; events go to stdout, everything else to stderr.

    Args:
        typed: `model=`, `source=`, `runtime=` and settings of the operating point, each `key=value`.
        options: What else is done.
        as_json: Whether an event is a JSON line or a line for people.

    Raises:
        UserError: A key that is none, no recogniser, a source that cannot be opened or that broke off.
    """
    told = table(typed, KEYS)
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
    told = table(typed, KEYS)
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
            raise UserError(f"live: no key {key!r}; there are: {', '.join(known)}")
        try:
            told[key] = yaml.safe_load(value)
        except yaml.YAMLError as err:
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
    lines = [f"{_count(tally.frames, 'frame')}, {_count(len(tally.events), 'event')}"]
    if tally.beyond:
        landmarks, beyond = (1000 * np.quantile(times, 0.95) for times in (tally.extractor, tally.beyond))
        lines[0] += f"; 95% of the frames took at most {landmarks:.0f} ms for landmarks and {beyond:.1f} ms for the rest"
    if options.save is not None and tally.beyond:
        lines.append(f"video: {options.save}")
    if tally.kept:
        lines.append(f"{_count(len(tally.kept), 'clip')} for the pool: {tally.kept[0].parent}")
    for line in lines:
        print(line, file=sys.stderr)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
