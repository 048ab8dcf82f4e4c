"""Old names of settings: what version 0.1.0 called them is taken for one version more.

A run's key is made of the old names (`first_names`), so that a new name makes no finished run anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_KEYS = {"oracle.params.face": "oracle.params.frontend"}
_VALUES = {"start": {"known": "stratified", "asked": "oracle", "given": "existing"}}


def current_overrides(overrides: Sequence[str], notice: Callable[[str], None] = lambda text: None) -> list[str]:
    """Overrides with the names of this version.

    Args:
        overrides: `key=value`; a value may be several, with commas between them.
        notice: Is given a line for every override that used an old name.

    >>> current_overrides(["start=known,given", "k=5", "oracle.params.face=terminal"])
    ['start=stratified,existing', 'k=5', 'oracle.params.frontend=terminal']
    """
    current = []
    for override in overrides:
        key, sign, value = override.partition("=")
        words = [_VALUES.get(key, {}).get(word, word) for word in value.split(",")]
        renamed = f"{_KEYS.get(key, key)}{sign}{','.join(words)}"
        if renamed != override:
            notice(f"{override}: now written {renamed}; the old name goes with the next version")
        current.append(renamed)
    return current


def current_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Nested settings, as a run's config.yaml holds them, with the names of this version."""
    return _renamed(settings, _KEYS, _VALUES)


def first_names(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Nested settings with the names of version 0.1.0."""
    values = {key: {new: old for old, new in words.items()} for key, words in _VALUES.items()}
    return _renamed(settings, {new: old for old, new in _KEYS.items()}, values)


def _renamed(settings: Mapping[str, Any], keys: Mapping[str, str], values: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    def renamed(value: Any, prefix: str) -> Any:
        if isinstance(value, Mapping):
            return {_last(keys, f"{prefix}{key}", str(key)): renamed(item, f"{prefix}{key}.") for key, item in value.items()}
        words = values.get(prefix[:-1], {})
        return words.get(value, value) if isinstance(value, str) else value

    return dict(renamed(settings, ""))


def _last(keys: Mapping[str, str], path: str, key: str) -> str:
    return keys[path].rpartition(".")[2] if path in keys else key
