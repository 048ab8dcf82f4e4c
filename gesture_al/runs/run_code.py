"""The code behind a run: the package, and the modules of the chosen parts that are not the package's own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gesture_al.active.oracles.base import ORACLES
from gesture_al.active.stopping.base import STOPPING_RULES
from gesture_al.active.strategies.base import STRATEGIES
from gesture_al.core.code_fingerprint import code_fingerprint
from gesture_al.core.parts import PARTS_INSIDE
from gesture_al.core.registry import Registry
from gesture_al.core.settings import Part, Settings
from gesture_al.data.datasets.base import DATASETS
from gesture_al.learning.augmentation.base import AUGMENTATIONS
from gesture_al.learning.committee.base import COMMITTEES
from gesture_al.learning.features.base import FEATURES
from gesture_al.learning.pretraining.base import PRETRAININGS

_REGISTRIES: Mapping[str, Registry[Any]] = {
    "dataset": DATASETS,
    "features": FEATURES,
    "augment": AUGMENTATIONS,
    "pretraining": PRETRAININGS,
    "committee": COMMITTEES,
    "strategy": STRATEGIES,
    "oracle": ORACLES,
    "stopping": STOPPING_RULES,
}
# Their own parts load torch, which a sweep that only skips what is done can do without.
_WITH_TORCH = {"model": "gesture_al.learning.models.base:MODELS", "trainer": "gesture_al.learning.trainers.base:TRAINERS"}


def run_code(settings: Settings) -> dict[str, str]:
    """What `code` of a run's status.json holds, for a run of these settings now; loads no torch.

    Raises:
        UserError: A part that is not registered.
    """
    return code_fingerprint(_chosen(settings))


def _chosen(settings: Settings) -> Iterator[Callable[..., Any]]:
    for group, registry in _REGISTRIES.items():
        yield from _with_inner(registry, getattr(settings, group))
    for group, home in _WITH_TORCH.items():
        module, _, attribute = home.partition(":")
        # Parts of other packages have been loaded with the registries above; where they hold a net, its registry is there too.
        registered = getattr(sys.modules.get(module), attribute, None)
        part = registered.loaded(getattr(settings, group).name) if registered is not None else None
        if part is not None:
            yield part


def _with_inner(registry: Registry[Any], part: Part) -> Iterator[Callable[..., Any]]:
    """A part, and those that stand inside it."""
    yield registry.get(part.name)
    for inner in map(part.params.get, PARTS_INSIDE):
        if isinstance(inner, Mapping) and "name" in inner:
            yield from _with_inner(registry, Part(str(inner["name"]), dict(inner.get("params") or {})))
