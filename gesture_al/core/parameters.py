"""What a parameter may be, declared once by the annotation in a part's constructor, and the check of a value against it.

`share: Annotated[float, Ge(0), Lt(1)] = 0.05` says type and range, `pooling: Literal["mean", "last"]` the words to choose from;
`Registry.build` checks by pydantic, and messages and lists say the same in words. Annotations that pydantic has no rule for,
such as another part's class, are not checked.
"""

from __future__ import annotations

import inspect
import json
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import DocInfo, Ge, GroupedMetadata, Gt, Le, Lt, MinLen

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Count = Annotated[int, Ge(1)]
CountOrZero = Annotated[int, Ge(0)]
Positive = Annotated[float, Gt(0)]
NotNegative = Annotated[float, Ge(0)]
Share = Annotated[float, Ge(0), Le(1)]
ShareBelowOne = Annotated[float, Ge(0), Lt(1)]
ShareInside = Annotated[float, Gt(0), Lt(1)]
Rate = Annotated[float, Ge(0.001), Le(100_000)]
"""Frames a second."""
Names = Annotated[Sequence[Any], DocInfo("a list of words")]
"""Such as classes; YAML reads some words as numbers."""

_WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a word",
    Path: "a path",
    type(None): "null",
}
_LISTS = (list, tuple, Sequence)


@cache
def declared(part: Callable[..., Any]) -> Mapping[str, Any]:
    """The annotations of a constructor's or factory's parameters, less those whose names only type checkers import."""
    function = part.__init__ if isinstance(part, type) else inspect.unwrap(part)  # type: ignore[misc]  # read, not called
    found = {}
    for name, annotation in getattr(function, "__annotations__", {}).items():
        one = types.SimpleNamespace(__annotations__={name: annotation})
        try:
            found[name] = get_type_hints(one, _names_around(part, function, name), include_extras=True)[name]
        except NameError:
            continue
    return found


def _names_around(part: Callable[..., Any], function: Callable[..., Any], field: str) -> dict[str, Any]:
    """What the names in an annotation mean: a dataclass inherits fields whose annotations were written in another module."""
    for base in part.__mro__ if isinstance(part, type) and is_dataclass(part) else ():
        if field in inspect.get_annotations(base):
            return vars(sys.modules[base.__module__])
    return getattr(function, "__globals__", {})


def check_values(values: Mapping[str, Any], declarations: Mapping[str, Any], where: str = "") -> None:
    """Refuse values that their annotations do not allow: booleans are no numbers, whole numbers are numbers, all are finite.

    Args:
        values: By parameter; those without a declaration pass.
        declarations: Annotations by parameter.
        where: What the message begins with.

    Raises:
        UserError: One line that names the first refused parameter, its value and what is wanted.
    """
    for name, value in values.items():
        if isinstance(value, int) and value.bit_length() > 63:
            raise UserError(f"{where}{name}: a number of {value.bit_length()} bits; it must fit into 63")
        if isinstance(value, str):
            # Such as a path that is not UTF-8, which a terminal could not show either.
            check_name(value)
        if name in declarations and not allowed(value, declarations[name]):
            raise UserError(f"{where}{name}={shown(value)}: must be {in_words(declarations[name])}")


def allowed(value: Any, annotation: Any) -> bool:
    """Whether an annotation allows a value as YAML holds it.

    >>> allowed(3, float), allowed("abc", float | None), allowed(True, int), allowed(1.0, ShareBelowOne)
    (True, False, False, False)
    """
    adapter = _adapter(annotation)
    if adapter is None:
        return True
    try:
        text = json.dumps(value, default=_plain)
    except TypeError:  # An object that YAML cannot hold, set from Python.
        text = None
    try:
        # As JSON, where strictness about types lets a list be a tuple and a word a path.
        if text is None:
            adapter.validate_python(value, strict=True)
        else:
            adapter.validate_json(text, strict=True)
    except ValueError:
        return False
    return True


def _plain(item: Any) -> Any:
    """What Python may hold where YAML holds a word, a number or a table."""
    if isinstance(item, Path):
        return str(item)
    if isinstance(item, Mapping):
        return dict(item)
    if isinstance(item, Real):  # NumPy's numbers
        return int(item) if isinstance(item, Integral) else float(item)
    raise TypeError


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any] | None:
    """Pydantic's check of an annotation; None where it has none."""
    from pydantic import ConfigDict, PydanticUserError, TypeAdapter

    try:
        return TypeAdapter(annotation, config=ConfigDict(allow_inf_nan=False))
    except PydanticUserError:
        return None


def in_words(annotation: Any) -> str:
    """What an annotation allows, in words; `annotated_types.doc` gives the words for a predicate.

    >>> in_words(Count | None)
    'a whole number, 1 or more, or null'
    >>> in_words(ShareBelowOne)
    'a number, 0 up to but not including 1'
    >>> in_words(Literal["mean", "max", "last"])
    'mean, max or last'
    """
    origin = get_origin(annotation)
    if origin is Annotated:
        what, *limits = get_args(annotation)
        limits = [one for limit in limits for one in _several(limit)]
        documentation = [limit.documentation for limit in limits if isinstance(limit, DocInfo)]
        return documentation[0] if documentation else in_words(what) + _range(limits)
    if origin in (Union, types.UnionType):
        options = [in_words(option) for option in get_args(annotation)]
        return (", or " if "," in options[0] else " or ").join(options)
    if origin is Literal:
        *most, last = map(str, get_args(annotation))
        return f"{', '.join(most)} or {last}" if most else last
    if origin is Mapping:
        return f"a table of words, each with {in_words(get_args(annotation)[1])}"
    if origin in _LISTS:
        return "a list of words" if str in get_args(annotation) else "a list"
    return _WORDS.get(annotation, "a list" if annotation in _LISTS else str(annotation))


def _several(limit: Any) -> Sequence[Any]:
    """The limits that one of them stands for: `Field(ge=0, lt=1)` of pydantic, `Interval(ge=0, lt=1)`."""
    return list(limit) if isinstance(limit, GroupedMetadata) else getattr(limit, "metadata", [limit])


def _range(limits: Sequence[Any]) -> str:
    """The limits of a number or of a list's length, to stand behind what it is."""
    if any(isinstance(limit, MinLen) for limit in limits):
        return ", one or more"
    low = next((limit for limit in limits if isinstance(limit, (Ge, Gt))), None)
    high = next((limit for limit in limits if isinstance(limit, (Le, Lt))), None)
    if isinstance(low, Ge):
        if isinstance(high, Le):
            return f" from {low.ge} to {high.le}"
        return f", {low.ge} up to but not including {high.lt}" if isinstance(high, Lt) else f", {low.ge} or more"
    if isinstance(low, Gt):
        if isinstance(high, Le):
            return f" above {low.gt}, {high.le} or less"
        return f" above {low.gt} and below {high.lt}" if isinstance(high, Lt) else f" above {low.gt}"
    if high is None:
        return ""
    return f", {high.le} or less" if isinstance(high, Le) else f" below {high.lt}"


def shown(value: Any) -> str:
    """A value as YAML writes it.

    >>> shown(None), shown(True), shown(1), shown("word")
    ('null', 'true', '1', 'word')
    """
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)
