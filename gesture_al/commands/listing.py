"""What may be typed: the options of every group with their parameters, read from the YAML files alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gesture_al.config import conf_dir
from gesture_al.errors import UserError


@dataclass(frozen=True)
class Option:
    """One YAML file of a group."""

    kind: str
    name: str
    about: str
    params: dict[str, Any]


def options(kind: str | None = None) -> list[Option]:
    """All options, or those of one group.

    Raises:
        UserError: No such group.
    """
    kinds = sorted(path.name for path in conf_dir().iterdir() if path.is_dir())
    if kind is not None and kind not in kinds:
        raise UserError(f"no group {kind!r}; there are: {', '.join(kinds)}")
    return [_read(group, path) for group in ([kind] if kind else kinds) for path in sorted((conf_dir() / group).glob("*.yaml"))]


def print_parts(kind: str | None, as_json: bool) -> None:
    """Print a line per option, or JSON for programs."""
    found = options(kind)
    if as_json:
        print(json.dumps([asdict(option) for option in found], indent=2))
        return
    group = ""
    for option in found:
        if option.kind != group:
            group = option.kind
            print(f"\n{group}")
        params = ", ".join(f"{key}={'null' if value is None else value}" for key, value in option.params.items())
        print(f"  {option.name:<20} {option.about}" + (f"\n  {'':<20} {params}" if params else ""))


def show_config(overrides: Sequence[str]) -> None:
    """Print the settings that these overrides give, as YAML."""
    import yaml

    from gesture_al.commands.composition import compose_settings

    print(yaml.safe_dump(asdict(compose_settings(overrides)), sort_keys=False), end="")


def _read(kind: str, path: Any) -> Option:
    import yaml

    text = path.read_text()
    comments = [line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#") and "@package" not in line]
    content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
    return Option(kind, path.stem, comments[0] if comments else "", content.get("params") or {})
