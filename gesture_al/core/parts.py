"""A part built from what was typed: whatever is wrong with a value is told in one line that names its key."""

from __future__ import annotations

import collections.abc
import math
import re
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from gesture_al.core.errors import UserError
from gesture_al.core.registry import Registry
from gesture_al.core.settings import Part

T = TypeVar("T")
_WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a word",
    Path: "a path",
    type(None): "null",
}
_LISTS = (list, tuple, collections.abc.Sequence)


def build_part(shelf: Registry[T], group: str, part: Part, /, **given: Any) -> T:
    """Make a part of a run; a part that is to stand inside it (`inner: {name: ..., params: ...}`) first, off the same shelf.

    Args:
        shelf: Where the part is registered.
        group: The key under which it was set, e.g. `model`; messages begin with it.
        part: Its name and what the user set.
        **given: What the assembly offers.

    Raises:
        UserError: No such part or parameter, a value of another type than the part's signature says, or one that it refuses.
    """
    check_types(shelf.get(part.name), group, part.params)
    params = dict(part.params)
    if isinstance(params.get("inner"), collections.abc.Mapping):
        params["inner"] = build_part(shelf, f"{group}.params.inner", _inner_part(group, params["inner"]), **given)
    try:
        return shelf.build(part.name, params, **given)
    except (UserError, ValueError, TypeError) as err:
        raise UserError(with_key(str(err), group, part.params)) from err


def _inner_part(group: str, told: Mapping[str, Any]) -> Part:
    """What stands under `inner`."""
    if not {"name"} <= set(told) <= {"name", "params"}:
        raise UserError(
            f"{group}.params.inner={_shown(dict(told))}: must be a name and its params, {{name: ..., params: {{...}}}}"
        )
    return Part(str(told["name"]), dict(told.get("params") or {}))


def check_types(part: Callable[..., Any], group: str, params: Mapping[str, Any]) -> None:
    """Refuse values of another type than the part's signature says; numbers must be finite.

    Raises:
        UserError: Names key and value, and what is wanted.
    """
    try:
        wanted = get_type_hints(vars(part).get("__init__", part) if isinstance(part, type) else part)
    except NameError:  # A type that is imported for checkers only; the part has to check for itself.
        return
    for name, value in params.items():
        if name in wanted and not fits(value, wanted[name]):
            raise UserError(f"{group}.params.{name}={_shown(value)}: must be {in_words(wanted[name])}")


def fits(value: Any, wanted: Any) -> bool:
    """Whether a value out of YAML is of an annotated type; an annotation that this does not know fits everything.

    >>> fits(3, float), fits("abc", float | None), fits(True, int), fits(float("nan"), float)
    (True, False, False, False)
    """
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return any(fits(value, option) for option in get_args(wanted))
    if origin is Literal:
        return value in get_args(wanted)
    if origin in _LISTS:
        return isinstance(value, (list, tuple))
    if wanted is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted in (str, Path):
        return isinstance(value, (str, Path))
    return isinstance(value, wanted) if wanted in (bool, type(None)) else True


def in_words(wanted: Any) -> str:
    """An annotated type as people call it.

    >>> in_words(int | None), in_words(Literal["mean", "last"])
    ('a whole number or null', 'mean or last')
    """
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return " or ".join(in_words(option) for option in get_args(wanted))
    if origin is Literal:
        return " or ".join(str(word) for word in get_args(wanted))
    return "a list" if origin in _LISTS else _WORDS.get(wanted, str(wanted))


def with_key(text: str, group: str, params: Mapping[str, Any]) -> str:
    """A part's complaint under the key that the person typed.

    >>> with_key("model 'lstm': hidden is 0; give a whole number, 1 or more", "model", {"hidden": 0})
    'model.params.hidden is 0; give a whole number, 1 or more'
    """
    line = " ".join(text.split())
    if f"{group}.params" in line:
        return line
    told = re.sub(r"^(\w+ '[^']+'|\w+): ", "", line)
    named = re.search(rf"`?\b({'|'.join(map(re.escape, params))})\b`?", told) if params else None
    if named is None:
        return line if line.startswith(group) else f"{group}: {line}"
    key = f"{group}.params.{named.group(1)}"
    return f"{key}{told[named.end() :]}" if named.start() == 0 else f"{key}: {told}"


def _shown(value: Any) -> str:
    return (
        {None: "null", True: "true", False: "false"}.get(value, str(value)) if not isinstance(value, (list, dict)) else str(value)
    )
