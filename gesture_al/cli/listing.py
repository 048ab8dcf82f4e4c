"""`gesture-al list`: the options of every group with their parameters, read from the YAML files alone."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gesture_al.cli.command import DONE
from gesture_al.core.errors import UserError
from gesture_al.core.messages import not_among
from gesture_al.core.settings import conf_dir, load_conf

EPILOG = """\
examples:
  gesture-al list                  every group in short
  gesture-al list trainer          one group, a line per parameter
  gesture-al list skeleton         the layouts of joints that are known by name
  gesture-al list settings         k, threshold, budget and the other keys of a run
  gesture-al list model --json     for programs
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al list`."""
    parser.add_argument("kind", nargs="?", help="a group, e.g. strategy; `settings` for the keys in no group")
    parser.add_argument("--json", action="store_true", help="for programs")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    print_parts(args.kind, as_json=args.json)
    return DONE


SETTINGS, SKELETON = "settings", "skeleton"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_KEY = re.compile(r"^ *(\w+):.*?#\s*(.+)$")


@dataclass(frozen=True)
class Option:
    """One YAML file of a group: its comment, its parameters and other keys with their defaults, and the remark on each."""

    kind: str
    name: str
    about: str
    params: dict[str, Any]
    others: dict[str, Any]
    remarks: dict[str, str]


def options(kind: str | None = None) -> list[Option]:
    """All options, or those of one group.

    Raises:
        UserError: No such group.
    """
    kinds = sorted(path.name for path in conf_dir().iterdir() if path.is_dir())
    if kind is not None and kind not in kinds:
        raise UserError(f"no group {not_among(kind, [*kinds, SETTINGS])}")
    return [_read(group, path) for group in ([kind] if kind else kinds) for path in sorted((conf_dir() / group).glob("*.yaml"))]


def settings() -> Option:
    """The keys that stand in no group: `k`, `threshold`, `budget` and their like."""
    about = "keys of every run; type key=value"
    option = _read(SETTINGS, conf_dir() / "config.yaml")
    content = load_conf(conf_dir() / "config.yaml")
    params = {key: value for key, value in content.items() if key not in ("defaults", "hydra")}
    return Option(SETTINGS, "config", about, params, {}, option.remarks)


def defaults() -> dict[str, str]:
    """The option of each group that a run has unless another is typed."""
    entries = load_conf(conf_dir() / "config.yaml")["defaults"]
    return {group: option for entry in entries if isinstance(entry, dict) for group, option in entry.items()}


def print_parts(kind: str | None, as_json: bool, width: int | None = None) -> None:
    """Print every option in two lines, or those of one group with a line per parameter, or JSON for programs.

    Args:
        kind: A group, or `settings`; None for all.
        as_json: For programs.
        width: Characters a line; None: as wide as the terminal.
    """
    found = [settings()] if kind == SETTINGS else options(kind)
    if as_json:
        print(json.dumps([asdict(option) for option in found], indent=2))
        return
    if kind is None:
        found.append(settings())
    wide = width or shutil.get_terminal_size((110, 24)).columns
    # No list of settings is worth reading in a column of ten characters.
    print("\n".join(_lines(found, max(wide, 60), detailed=kind is not None)))


def _lines(found: Sequence[Option], width: int, detailed: bool) -> Iterator[str]:
    usual, group = defaults(), ""
    column = 2 + max(len(option.name) for option in found) + 2
    for option in found:
        if option.kind != group:
            group = option.kind
            yield _heading(group) if detailed else f"\n{group}"
        mark = " (default)" if usual.get(option.kind) == option.name and "default" not in option.about else ""
        # An experiment's command stands behind its question, three blanks away.
        for line, told in enumerate(re.split(r" {3,}", option.about + mark)):
            yield from _wrapped(" " * column if line else f"  {option.name}".ljust(column), told, width)
        if detailed:
            yield from _table(option, " " * column, width)
        elif option.params:
            whole = (text.replace(" ", _NO_BREAK) for text in _typed(option.params))
            yield from _wrapped(" " * column, ", ".join(whole), width)


def _heading(group: str) -> str:
    if group == SKELETON:
        return f"{group}: dataset.params.skeleton=<name or my.yaml>"
    return group if group in (SETTINGS, "experiment") else f"{group}: {group}=<option> {group}.params.<name>=<value>"


def _table(option: Option, indent: str, width: int) -> Iterator[str]:
    """A line per parameter: what may be typed, and the remark that the file has on it; of a layout what is in it."""
    if option.kind == SKELETON:
        yield from _wrapped(indent, ", ".join(f"{key}: {_value(value)}" for key, value in option.others.items()), width)
        return
    typed = [*_typed(option.params), *(f"{option.kind}.{text}" for text in _typed(option.others))]
    column = max((len(text) for text in typed if len(text) < 30), default=0) + 2
    for key, text in zip([*option.params, *option.others], typed, strict=True):
        yield from _wrapped(indent + text.ljust(column), option.remarks.get(key, ""), width)


def _wrapped(head: str, text: str, width: int) -> list[str]:
    """Text beside a heading, later lines under its beginning; what would leave no room starts on a line of its own."""
    indent = " " * min(len(head), width // 2)
    if len(head) > width - 30 and text.strip():
        return [head.rstrip(), *_wrapped(indent, text, width)]
    lines = textwrap.wrap(
        text, width, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
    return [line.replace(_NO_BREAK, " ") for line in lines] or [head.rstrip()]


def _typed(params: Mapping[str, Any]) -> list[str]:
    # A part inside a part is chosen by its name.
    return [
        f"{key}.name={value['name']}" if "name" in _mapping(value) else f"{key}={_value(value)}" for key, value in params.items()
    ]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _layout(name: str, source: str) -> dict[str, Any]:
    """What `list skeleton` says of a layout."""
    from gesture_al.data.layout_file import layout_record

    layout = layout_record(name)
    parts = {"parts": list(layout["parts"])} if layout["parts"] else {}
    counts = {"joints": len(layout["joints"]), "bones": len(layout["bones"]), **parts}
    return {**counts, "not seen": layout["missing"], "space": layout["space"], "source": source}


def _read(kind: str, path: Path) -> Option:
    lines = path.read_text().splitlines()
    comments = [line.removeprefix("#").strip() for line in lines if line.startswith("#") and "@package" not in line]
    remarks = {found.group(1): found.group(2) for line in lines if (found := _KEY.match(line))}
    content = load_conf(path)
    params = content.get("params") or {}
    # What an experiment sets is its own business; what stands beside `params` elsewhere is a key that may be typed.
    others = {} if kind in ("experiment", SETTINGS) else {key: content[key] for key in content if key not in ("name", "params")}
    if kind == SKELETON:
        others = _layout(path.stem, " ".join(comments[1:]).removeprefix("Source: "))
    told = {key: remark for key, remark in remarks.items() if key in {*params, *others} or kind == SETTINGS}
    return Option(kind, path.stem, comments[0] if comments else "", params, others, told)
