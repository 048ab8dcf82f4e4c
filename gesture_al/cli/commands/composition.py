"""The door from Hydra to plain settings: overrides become dataclasses, and Hydra's errors become one line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from hydra import compose, initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from gesture_al.cli.commands.complaints import explain, not_a_setting, unknown_key
from gesture_al.core.errors import UserError
from gesture_al.core.old_names import current_overrides, current_settings
from gesture_al.core.settings import DatasetPart, Part, Settings, check_settings, conf_dir


def register_schema() -> None:
    """Let Hydra refuse `k=abc` when it composes: the schema is the dataclass."""
    ConfigStore.instance().store(name="run_schema", node=Settings)


def compose_settings(overrides: Sequence[str]) -> Settings:
    """The settings that the overrides ask for, checked.

    Raises:
        UserError: Unknown key, option or word, a wrong type, or a value outside its range; one line each.
    """
    with hydra_at_conf(), one_line_errors():
        config = compose_config(current_overrides(overrides))
    settings = to_settings(config)
    check_settings(settings)
    return settings


def sweep_points(arguments: Sequence[str]) -> list[list[str]]:
    """The overrides of every job of a sweep, in the order in which Hydra numbers them.

    Args:
        arguments: What was typed; `key=a,b` spans the sweep, and so do an overlay's `hydra.sweeper.params`, each unless the
            same key was typed.

    Raises:
        UserError: An argument that is no `key=value`, an unknown option, or a sweeper of one's own.
    """
    with hydra_at_conf(), one_line_errors():
        arguments = current_overrides(arguments)
        typed = parse_overrides(arguments)
        if any(override.key_or_group == "hydra/sweeper" for override in typed):
            remedy = "every point is checked before job 1, so only the built-in sweeper works; leave it out"
            raise UserError(f"hydra/sweeper: {remedy}")
        # An overlay may span a dimension itself; which overlay it is must be known before the sweep can be.
        plain = [text for text, override in zip(arguments, typed, strict=True) if not override.is_sweep_override()]
        config = compose_config(plain, return_hydra_config=True)
        overlay = parse_overrides([f"{key}={value}" for key, value in (config.hydra.sweeper.params or {}).items()])
        keys = {override.key_or_group for override in typed}
        spanned = [override for override in overlay if override.key_or_group not in keys]
        overrides = [*spanned, *(override for override in typed if not override.is_hydra_override())]
        points = BasicSweeper.split_arguments(overrides, max_batch_size=None)[0]
    return [list(point) for point in points]


def to_settings(config: DictConfig) -> Settings:
    """Hydra's configuration as plain dataclasses.

    Raises:
        UserError: A key that no setting has, or a group of which nothing was chosen.
    """
    with one_line_errors():
        keys = [str(key) for key in config if key != "hydra"]
        values: Any = OmegaConf.to_container(OmegaConf.masked_copy(config, keys), resolve=True)
    unknown = sorted(set(values) - {field.name for field in fields(Settings)})
    if unknown:
        raise UserError(not_a_setting(str(unknown[0])))
    for key, value in values.items():
        if isinstance(value, dict):
            values[key] = _part(key, value)
    return Settings(**current_settings(values))


def _part(group: str, value: dict[str, Any]) -> Part:
    kind = DatasetPart if group == "dataset" else Part
    unknown = sorted(set(value) - {field.name for field in fields(kind)})
    if unknown:
        raise UserError(unknown_key(f"{group}.{unknown[0]}", value.get("params", {})))
    if value["name"] == Part().name:
        raise UserError(f"{group}: nothing is chosen; `gesture-al list {group}` shows what there is")
    return kind(**value)


def parse_overrides(arguments: Sequence[str]) -> list[Override]:
    """What was typed, parsed.

    Raises:
        UserError: Names the argument that is no `key=value`.
    """
    parser, parsed = OverridesParser.create(), []
    for argument in arguments:
        try:
            parsed += parser.parse_overrides([argument])
        except HydraException as err:
            raise UserError(
                f"{argument}: not understood; a setting is written key=value, odd characters in key='\"...\"'"
            ) from err
    return parsed


def compose_config(overrides: Sequence[str], **options: Any) -> DictConfig:
    """What Hydra makes of the overrides, inside `hydra_at_conf`.

    Raises:
        UserError: An argument that is no override, an unknown key or option, a wrong type.
    """
    parse_overrides(overrides)
    try:
        config: DictConfig = compose("config", overrides=list(overrides), **options)
        return config
    except ValueError as err:  # Hydra has no error of its own for `model=null`.
        raise UserError(explain(err, overrides)) from err
    except HydraException as err:
        raise UserError(_with_parameters(err, overrides)) from err


def _with_parameters(err: Exception, overrides: Sequence[str]) -> str:
    """The explanation; of an unknown parameter with those that the chosen part does take."""
    text = explain(err, overrides)
    group = text.partition(".")[0]
    if ".params." not in text or "no parameter" not in text:
        return text
    key = text.partition(":")[0]
    rest = [override for override in overrides if override.partition("=")[0].lstrip("+~") != key]
    with contextlib.suppress(HydraException, OmegaConfBaseException, ValueError):
        return unknown_key(key, compose("config", overrides=rest)[group].params)
    return text


@contextlib.contextmanager
def hydra_at_conf() -> Iterator[None]:
    """Hydra, reading the YAML files of this installation."""
    register_schema()
    if GlobalHydra.instance().is_initialized():  # Further out in the same call: Hydra cannot be set up twice.
        yield
        return
    with initialize_config_dir(str(conf_dir()), job_name="gesture_al", version_base="1.3"):
        yield


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn Hydra's and OmegaConf's errors into a UserError of one line."""
    try:
        yield
    except (HydraException, OmegaConfBaseException) as err:
        raise UserError(explain(err)) from err
