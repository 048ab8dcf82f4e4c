"""The points of a sweep composed into settings, many at once."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from gesture_al.cli.commands.composition import compose_config, compose_settings, hydra_at_conf, parse_overrides, to_settings
from gesture_al.core.errors import UserError
from gesture_al.core.settings import Settings, check_settings


def compose_points(points: Sequence[Sequence[str]]) -> list[Settings]:
    """The checked settings of every point; files are read once for every choice of parts, not once for every point.

    Raises:
        UserError: As `compose_settings`, for the first point that cannot be.
    """
    bases: dict[tuple[str, ...], DictConfig] = {}
    settings = []
    with hydra_at_conf():
        for point in points:
            try:
                made = to_settings(_composed(point, bases))
            except (HydraException, OmegaConfBaseException, ValueError, UserError):
                # It knows what to say of an error, and to whom.
                made = compose_settings(point)
            check_settings(made)
            settings.append(made)
    return settings


def without_sweeps(arguments: Sequence[str]) -> list[str]:
    """The arguments that are the same for all points, and those for Hydra itself."""
    parsed = parse_overrides(arguments)
    return [text for text, override in zip(arguments, parsed, strict=True) if not override.is_sweep_override()]


def _composed(point: Sequence[str], bases: dict[tuple[str, ...], DictConfig]) -> DictConfig:
    """The configuration of one point, from a base that is composed if no point before it chose the same parts."""
    overrides = parse_overrides(point)
    choices = tuple(str(override.input_line) for override in overrides if not _sets_a_value(override))
    if choices not in bases:
        bases[choices] = compose_config(choices)
    config = copy.deepcopy(bases[choices])
    ConfigLoaderImpl._apply_overrides_to_config([override for override in overrides if _sets_a_value(override)], config)
    return config


def _sets_a_value(override: Override) -> bool:
    """Whether it sets a value of the composed configuration, and so cannot change which files that is made of."""
    loader = GlobalHydra.instance().config_loader()
    plain = override.package is None and not (override.is_add() or override.is_force_add() or override.is_delete())
    return plain and not loader.repository.group_exists(override.key_or_group)
