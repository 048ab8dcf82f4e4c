"""Registries of parts: a class decorated with `@REGISTRY.register("name")` can be chosen by that name.

A registry in the `base.py` of a package finds its parts by importing every module of that package, and those that other
distributions announce under the entry-point group `gesture_al.parts`; so a new part is one file and nothing else to edit.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, Generic, TypeVar

from gesture_al.core.errors import PartParameterError, UnknownPartError
from gesture_al.core.messages import not_among
from gesture_al.core.parameters import check_values, declared

T = TypeVar("T")


class Registry(Generic[T]):
    """Parts of one kind by name.

    Args:
        kind: What the parts are, as messages call them, e.g. `strategy`.
        home: Where this registry is found, `package.module:ATTRIBUTE`. It pickles as this address, because a registry
            pickled by value arrives empty in a worker process.
    """

    def __init__(self, kind: str, home: str) -> None:
        self.kind = kind
        self.home = home
        self._parts: dict[str, Callable[..., T]] = {}
        self._complete = False

    def register(self, name: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
        """Register the decorated class or factory.

        Raises:
            ValueError: Another part holds the name.
        """

        def add(part: Callable[..., T]) -> Callable[..., T]:
            existing = self._parts.get(name)
            if existing is not None and (existing.__module__, existing.__qualname__) != (part.__module__, part.__qualname__):
                raise ValueError(f"{self.kind} {name!r} is registered twice: {existing.__module__} and {part.__module__}")
            self._parts[name] = part
            return part

        return add

    def names(self) -> list[str]:
        """All names that can be built, sorted."""
        self._discover()
        return sorted(self._parts)

    def get(self, name: str) -> Callable[..., T]:
        """The class or factory behind a name.

        Raises:
            UnknownPartError: Nothing has that name; the message lists what there is.
        """
        if name not in self._parts:
            self._discover()
        if name not in self._parts:
            raise UnknownPartError(f"no {self.kind} {not_among(name, sorted(self._parts))}")
        return self._parts[name]

    def loaded(self, name: str) -> Callable[..., T] | None:
        """The class or factory behind a name if it is loaded already; None otherwise."""
        return self._parts.get(name)

    def build(self, name: str, params: Mapping[str, Any] | None = None, /, **context: Any) -> T:
        """Build a part.

        Args:
            name: A registered name.
            params: What the user set.
            **context: What the assembly offers (other parts, random streams); a part gets those that its signature names.

        Raises:
            UnknownPartError: Nothing has that name.
            PartParameterError: The part does not take one of the parameters, or needs one that is missing.
            UserError: A value that the annotation of its parameter does not allow.
        """
        part = self.get(name)
        signature = inspect.signature(part)
        takes_any = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
        offered = {key: value for key, value in context.items() if takes_any or key in signature.parameters}
        chosen = dict(params or {})
        clash = sorted(set(offered) & set(chosen))
        if clash:
            raise PartParameterError(f"{self.kind} {name!r}: {clash[0]!r} is set by the program, not by parameters")
        try:
            signature.bind(**chosen, **offered)
        except TypeError as err:
            raise PartParameterError(f"{self.kind} {name!r}: {err}; takes {_takes(signature, offered)}") from err
        plain = {key: value for key, value in offered.items() if isinstance(value, (int, float, str))}
        check_values(chosen | plain, declared(part), f"{self.kind} {name!r}: ")
        return part(**chosen, **offered)

    def _discover(self) -> None:
        if self._complete:
            return
        module = importlib.import_module(self.home.partition(":")[0])
        # A registry in a folder's `base.py` holds the parts of that folder; in any other module, those of the module.
        if module.__name__.endswith(".base"):
            _import_all(importlib.import_module(module.__name__.removesuffix(".base")))
        for entry in entry_points(group="gesture_al.parts"):
            entry.load()
        self._complete = True

    def __reduce__(self) -> tuple[Callable[[str], Registry[Any]], tuple[str]]:
        return find, (self.home,)


def _takes(signature: inspect.Signature, offered: Mapping[str, Any]) -> str:
    chosen = [p for key, p in signature.parameters.items() if key not in offered]
    return ", ".join(p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in chosen) or "no parameters"


def find(home: str) -> Registry[Any]:
    """The registry at an address `package.module:ATTRIBUTE`."""
    module, _, attribute = home.partition(":")
    registry: Registry[Any] = getattr(importlib.import_module(module), attribute)
    return registry


def _import_all(package: ModuleType) -> None:
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
