"""Building a part from settings; whatever is wrong with a value is one line that names its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from gesture_al.core.errors import UserError
from gesture_al.core.parameters import shown
from gesture_al.core.registry import Registry
from gesture_al.core.settings import Part

T = TypeVar("T")
# Parameters that hold a part which stands inside another.
PARTS_INSIDE = ("inner", "early")


def build_part(registry: Registry[T], group: str, part: Part, /, **given: Any) -> T:
    """Make a part of a run; parts that are to stand inside it (`inner: {name: ..., params: ...}`) first, from the same registry.

    Args:
        registry: Where the part is registered.
        group: The key under which it was set, e.g. `model`; messages begin with it.
        part: Its name and what the user set.
        **given: What the assembly offers.

    Raises:
        UserError: No such part or parameter, or a value that the part does not take.
    """
    params = dict(part.params)
    for key in PARTS_INSIDE:
        if isinstance(params.get(key), (Mapping, list, str, int, float)):
            inside = f"{group}.params.{key}"
            params[key] = build_part(registry, inside, _inner_part(inside, params[key]), **given)
    try:
        return registry.build(part.name, params, **given)
    except (UserError, ValueError, TypeError) as err:
        raise UserError(with_key(str(err), group, part.params)) from err


def _inner_part(key: str, inner: Any) -> Part:
    """What stands under the key of a part inside another."""
    table = dict(inner) if isinstance(inner, Mapping) else {}
    params = table.get("params") or {}
    if not {"name"} <= set(table) <= {"name", "params"} or not isinstance(params, Mapping):
        told = shown(table or inner)[:100]
        raise UserError(f"{key}={told}: must be a name and its params, {{name: ..., params: {{...}}}}")
    return Part(str(table["name"]), dict(params))


def with_key(text: str, group: str, params: Mapping[str, Any]) -> str:
    """A part's complaint under the key that the person typed.

    >>> with_key("model 'lstm': hidden=0: must be a whole number, 1 or more", "model", {"hidden": 0})
    'model.params.hidden=0: must be a whole number, 1 or more'
    """
    line = " ".join(text.split())
    if f"{group}.params" in line:
        return line
    complaint = re.sub(r"^([\w ]+ '[^']+'|\w+): ", "", line)
    named = re.search(rf"`?\b({'|'.join(map(re.escape, params))})\b`?", complaint) if params else None
    if named is None:
        return line if line.startswith(group) else f"{group}: {line}"
    key = f"{group}.params.{named.group(1)}"
    return f"{key}{complaint[named.end() :]}" if named.start() == 0 else f"{key}: {complaint}"
