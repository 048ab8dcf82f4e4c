"""The door from Hydra to plain settings: overrides become dataclasses, and Hydra's errors become one line."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from hydra import compose, initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from gesture_al.config import DatasetPart, Part, Settings, check_settings, conf_dir
from gesture_al.errors import UserError


def register_schema() -> None:
    """Let Hydra refuse `k=abc` when it composes: the schema is the dataclass."""
    ConfigStore.instance().store(name="run_schema", node=Settings)


def compose_settings(overrides: Sequence[str]) -> Settings:
    """The settings that the overrides ask for, checked.

    Raises:
        UserError: Unknown key, option or word, a wrong type, or a value outside its range; one line each.
    """
    with _hydra(), one_line_errors():
        config = compose("config", overrides=list(overrides))
    settings = to_settings(config)
    check_settings(settings)
    return settings


def sweep_points(arguments: Sequence[str]) -> list[list[str]]:
    """The overrides of every job of a sweep, in the order in which Hydra numbers them.

    Args:
        arguments: What was typed; `key=a,b` spans the sweep, and so do an overlay's `hydra.sweeper.params`.
    """
    with _hydra(), one_line_errors():
        parser = OverridesParser.create()
        # An overlay may span a dimension itself; which overlay it is must be known before the sweep can be.
        plain = [text for text, override in zip(arguments, parser.parse_overrides(list(arguments)), strict=True) if not override.is_sweep_override()]
        config = compose("config", overrides=plain, return_hydra_config=True)
        spanned = [f"{key}={value}" for key, value in (config.hydra.sweeper.params or {}).items()]
        overrides = parser.parse_overrides(spanned + [a for a in arguments if not a.startswith("hydra")])
        points = BasicSweeper.split_arguments(overrides, max_batch_size=None)[0]
    return [list(point) for point in points]


def to_settings(config: DictConfig) -> Settings:
    """Hydra's configuration as plain dataclasses.

    Raises:
        UserError: A key that no setting has.
    """
    with one_line_errors():
        keys = [key for key in config if key != "hydra"]
        values: Any = OmegaConf.to_container(OmegaConf.masked_copy(config, keys), resolve=True)
    known = {field.name: field.type for field in fields(Settings)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise UserError(f"no setting {unknown[0]!r}; there are: {', '.join(sorted(known))}")
    for key, value in values.items():
        if isinstance(value, dict):
            values[key] = _part(key, value)
    return Settings(**values)


def _part(group: str, value: dict[str, Any]) -> Part:
    kind = DatasetPart if group == "dataset" else Part
    allowed = {field.name for field in fields(kind)}
    unknown = sorted(set(value) - allowed)
    if unknown:
        raise UserError(f"{group}.{unknown[0]}: a {group} has {', '.join(sorted(allowed))}; did you mean {group}.params.{unknown[0]}?")
    return kind(**value)


@contextlib.contextmanager
def _hydra() -> Iterator[None]:
    register_schema()
    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        yield


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn Hydra's and OmegaConf's errors into a UserError of one line."""
    try:
        yield
    except (HydraException, OmegaConfBaseException) as err:
        raise UserError(_explain(err)) from err


def _explain(err: Exception) -> str:
    text = str(err)
    option = re.search(r"Could not find '([^/']+)/([^']+)'", text)
    if option:
        group, name = option.groups()
        known = sorted(path.stem for path in (conf_dir() / group).glob("*.yaml"))
        return f"no {group} {name!r}; there are: {', '.join(known)}"
    key = re.search(r"Could not override '([^']+)'", text)
    if key:
        return _unknown_key(key.group(1))
    if "Ambiguous value" in text:
        return f"{text.splitlines()[0].removeprefix('Ambiguous value for argument ')}: several values make a sweep; add -m"
    if "Error parsing override" in text:
        return f"{text.splitlines()[0].removeprefix('Error parsing override ')}: a setting is written key=value"
    cause = f": {str(err.__cause__).splitlines()[0]}" if err.__cause__ and str(err.__cause__) else ""
    return " ".join(text.splitlines()[0].split()) + cause


def _unknown_key(key: str) -> str:
    group, _, rest = key.partition(".")
    if rest.startswith("params.") and (conf_dir() / group).is_dir():
        return f"{key}: the chosen {group} has no parameter {rest.removeprefix('params.')!r}; `gesture-al list {group}` shows what it takes"
    known = ", ".join(field.name for field in fields(Settings))
    return f"no setting {key!r}; there are: {known}"
