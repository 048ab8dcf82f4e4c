"""Composing settings: overrides become checked dataclasses through Hydra, whose errors become one line."""

from __future__ import annotations

import contextlib
import copy
import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from gesture_al.cli.hydra_compat import is_group, read_message, set_values, split_into_jobs
from gesture_al.core.errors import UserError
from gesture_al.core.messages import did_you_mean, not_among
from gesture_al.core.old_names import current_overrides, current_settings
from gesture_al.core.settings import DatasetPart, Part, Settings, check_settings, conf_dir
from gesture_al.core.typed_settings import setting, with_quotes

# Characters of what was typed that a message repeats.
_SHOWN = 200
_SETTINGS = [field.name for field in fields(Settings)]
_TYPES = {"Integer": "a whole number", "Float": "a number", "bool": "true or false", "Boolean": "true or false"}


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
        _refuse_split_paths(arguments, typed)
        # An overlay may span a dimension itself; which overlay it is must be known before the sweep can be.
        plain = [text for text, override in zip(arguments, typed, strict=True) if not override.is_sweep_override()]
        config = compose_config(plain, return_hydra_config=True)
        overlay = parse_overrides([f"{key}={value}" for key, value in (config.hydra.sweeper.params or {}).items()])
        keys = {override.key_or_group for override in typed}
        spanned = [override for override in overlay if override.key_or_group not in keys]
        overrides = [*spanned, *(override for override in typed if not override.is_hydra_override())]
        return split_into_jobs(overrides)


def _refuse_split_paths(arguments: Sequence[str], typed: Sequence[Override]) -> None:
    """Refuse a path with commas that would become several values, where there is something at the whole of it."""
    for text, override in zip(arguments, typed, strict=True):
        value = text.partition("=")[2]
        if override.is_sweep_override() and len(value) < _SHOWN and Path(value).exists():
            raise UserError(f"{text}: {value} is a path that exists; {_as_text(text)}")


def compose_points(points: Sequence[Sequence[str]]) -> list[Settings]:
    """The checked settings of every point of a sweep; files are read once for every choice of parts, not once for every point.

    Raises:
        UserError: As `compose_settings`, for the first point that cannot be.
    """
    bases: dict[tuple[str, ...], DictConfig] = {}
    with hydra_at_conf():
        return [_compose_point(point, bases) for point in points]


def _compose_point(point: Sequence[str], bases: dict[tuple[str, ...], DictConfig]) -> Settings:
    """The settings of one point, from a base that is composed if no point before it chose the same parts."""
    try:
        overrides = parse_overrides(point)
        choices = tuple(str(override.input_line) for override in overrides if not _sets_a_value(override))
        if choices not in bases:
            bases[choices] = compose_config(choices)
        config = copy.deepcopy(bases[choices])
        set_values(config, [override for override in overrides if _sets_a_value(override)])
        settings = to_settings(config)
    except (HydraException, OmegaConfBaseException, ValueError, UserError):
        return compose_settings(point)  # Its error names what was typed.
    check_settings(settings)
    return settings


def _sets_a_value(override: Override) -> bool:
    """Whether it sets a value of the composed configuration, and so cannot change which files that is made of."""
    plain = override.package is None and not (override.is_add() or override.is_force_add() or override.is_delete())
    return plain and not is_group(override.key_or_group)


def without_sweeps(arguments: Sequence[str]) -> list[str]:
    """The arguments that are the same for all points, and those for Hydra itself."""
    parsed = parse_overrides(arguments)
    return [with_quotes(text) for text, override in zip(arguments, parsed, strict=True) if not override.is_sweep_override()]


def to_settings(config: DictConfig) -> Settings:
    """Hydra's configuration as plain dataclasses.

    Raises:
        UserError: A key that no setting has, or a group of which nothing was chosen.
    """
    with one_line_errors():
        keys = [str(key) for key in config if key != "hydra"]
        composed: Any = OmegaConf.to_container(OmegaConf.masked_copy(config, keys), resolve=True)
    values = current_settings(composed)
    unknown = sorted(set(values) - set(_SETTINGS))
    if unknown:
        raise UserError(not_a_setting(str(unknown[0])))
    for key, value in values.items():
        if isinstance(value, dict):
            values[key] = _part(key, value)
    return Settings(**values)


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
            parsed += parser.parse_overrides([with_quotes(argument)])
        except (HydraException, ValueError, RecursionError) as err:  # The last two: of numbers and brackets without end.
            told = argument if len(argument) < _SHOWN else f"{argument[:_SHOWN]}..."
            raise UserError(f"{told}: not understood; {_as_text(argument)}") from err
    return parsed


def compose_config(overrides: Sequence[str], **options: Any) -> DictConfig:
    """What Hydra makes of the overrides, inside `hydra_at_conf`.

    Raises:
        UserError: An argument that is no override, an unknown key or option, a wrong type.
    """
    # A folder beside the groups, which Hydra takes for one.
    if any(re.match(r"skeleton\b", str(override.key_or_group)) for override in parse_overrides(overrides)):
        told = "a layout is a parameter of the data set: dataset.params.skeleton=<name>"
        raise UserError(f"skeleton: {told}; `gesture-al list skeleton` shows which there are")
    try:
        config: DictConfig = compose("config", overrides=[with_quotes(text) for text in overrides], **options)
        return config
    except ValueError as err:  # Hydra has no error of its own for `model=null`.
        raise UserError(explain(err, overrides)) from err
    except HydraException as err:
        raise UserError(_with_parameters(err, overrides)) from err
    except OSError as err:  # An option that no file could be called.
        raise UserError(f"{' '.join(overrides)[:_SHOWN]}: {err.strerror}; `gesture-al list` shows what there is") from err


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


def explain(err: Exception, overrides: Sequence[str] = ()) -> str:
    """One line for a person, of an error that composing the configuration ended with.

    Args:
        err: Hydra's or OmegaConf's.
        overrides: What was typed, to name the one that is meant where the error does not.
    """
    fault = read_message(err)
    subject = fault.subject
    match fault.kind:
        case "option":
            return _no_option(subject, fault.detail)
        case "key":
            return unknown_key(subject)
        case "sweep":
            return f"{subject.strip(chr(39))}: several values make a sweep; add -m, or {_as_text(subject.strip(chr(39)))}"
        case "group":
            return f"{_empty_group(overrides)}: a group needs an option; `gesture-al list` shows what there is"
        case "type":
            return f"{subject}: must be {_TYPES.get(fault.detail, fault.detail)}"
        case "null":
            return f"{subject}: may not be null"
        case "table":
            return f"{subject}: is a table; set one of it with {subject.partition('=')[0]}.<name>=<value>"
        case "value":
            return f"{subject}: {fault.detail}"
        case "other":
            return fault.detail


def unknown_key(key: str, params: Collection[str] = ()) -> str:
    """That there is no such key, and what there is.

    Args:
        key: As typed, e.g. `model.params.hiden`.
        params: What the chosen part of that group takes, where it is known.
    """
    group, _, rest = key.partition(".")
    if not rest or not _options_of(group):
        return not_a_setting(key)
    if not rest.startswith("params."):
        near = did_you_mean(rest, params, f"{group}.params.")
        return f"{key}: no such key{near}; parameters are written {group}.params.<name>=<value>"
    name = rest.removeprefix("params.")
    takes = f"it takes {', '.join(params)}" if params else f"`gesture-al list {group}` shows what each takes"
    return f"{key}: the chosen {group} has no parameter {name!r}{did_you_mean(name, params)}; {takes}"


def not_a_setting(key: str) -> str:
    """That no setting has this name, and which there are."""
    return f"no setting {not_among(key, _SETTINGS)}"


def _no_option(group: str, name: str) -> str:
    options = _options_of(group)
    return f"no {group} {not_among(name, options)}" if options else not_a_setting(group)


def _options_of(group: str) -> list[str]:
    """The options of a group, sorted; empty where there is no such group."""
    return sorted(path.stem for path in (conf_dir() / group).glob("*.yaml")) if re.fullmatch(r"\w+", group) else []


def _as_text(typed: str) -> str:
    """How to type a value whose characters stand for themselves."""
    key, _, value = typed.partition("=")
    if len(typed) >= _SHOWN or not re.fullmatch(r"[\w.@/+~]+", key) or not value:
        return "a setting is written key=value"
    return f"if the value is one text, type {shlex.quote(setting(key, value))}"


def _empty_group(overrides: Sequence[str]) -> str:
    return next((o for o in overrides if o.partition("=")[2] in ("null", "") and _options_of(o.partition("=")[0])), "a group")
