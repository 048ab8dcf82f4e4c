"""Which code computes a result: a digest of the package's files, and of the modules that a part of one's own comes from."""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import Any

from gesture_al.core.settings import conf_dir

PACKAGE = "gesture_al"
_ROOT = Path(__file__).resolve().parents[1]
# What a run computes with. Pages, commands and reports may change without a run becoming another one.
_COUNTED = ("core", "data", "learning", "active", "runs/assembly.py", "runs/runner.py")
_DIGITS = 16


def code_fingerprint(parts: Iterable[Any]) -> dict[str, str]:
    """The code behind a run, by name: the package, modules outside it, and the installed libraries that those import.

    A file counts as it was when it was first asked for in this process: code that is edited later was loaded before.

    Args:
        parts: The classes or factories of the parts that were chosen; the package's own are in its digest.

    Returns:
        `gesture_al` and each module of one's own with a digest; each library that is installed with its name and version.
    """
    code = {PACKAGE: package_digest()}
    for part in parts:
        if not _in_package(part.__module__):
            code.update(module_digests(part.__module__) or {part.__module__: _source_digest(part)})
    return dict(sorted(code.items()))


@cache
def package_digest(root: Path = _ROOT) -> str:
    """Digest of the package's files that compute a result, and of the layouts of joints, by their names and bytes.

    Args:
        root: The package's folder.
    """
    digest = hashlib.sha256()
    conf = conf_dir(root)
    # Layouts of joints are read from their files, where they decide as much as code does.
    layouts = [(conf, path) for path in sorted((conf / "skeleton").glob("*.yaml"))]
    places = [root / counted for counted in _COUNTED]
    files = [(root, path) for place in places for path in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]
    for folder, path in [*files, *layouts]:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]


@cache
def module_digests(name: str) -> Mapping[str, str]:
    """A module and all that it imports, directly or not, except the standard library and this package.

    Import statements are read and nothing is imported; a name that is put together while the program runs is not found.

    Args:
        name: Of a module that is loaded or can be found.

    Returns:
        A digest for every module by its name; a library in site-packages counts as a whole, with name and version. Empty where
        the module has no file.
    """
    home, found, installed = name.partition(".")[0], dict[str, str](), dict[str, str]()
    ahead = [name]
    while ahead:
        module = ahead.pop()
        top = module.partition(".")[0]
        if module in found or top in installed or top in sys.stdlib_module_names or _in_package(module):
            continue
        # The part's own package counts by its files wherever it lies: it may be installed anew without a new version.
        if top != home and (library := _library(top)):
            installed[top] = library
            continue
        path = _file_of(module)
        if path is not None:
            found[module], imported = _read(path, module)
            ahead += imported
        ahead += [module.rpartition(".")[0]] if "." in module else []
    return found | installed


def code_changes(status: Mapping[str, Any], now: Mapping[str, str]) -> str | None:
    """What has changed of a run's code since it was started, in words.

    Args:
        status: What the run's status.json says.
        now: The code of today, as `code_fingerprint` gives it.

    Returns:
        Empty where nothing has; None where it is not known: a version that did not record it.
    """
    then = status.get("code")
    if not isinstance(then, Mapping):
        return None
    names = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
    if names:
        return ", ".join(_change(name, then.get(name), now.get(name)) for name in names)
    return "it was resumed with other code" if "resumed_with" in status else ""


def _change(name: str, then: str | None, now: str | None) -> str:
    if name == PACKAGE:
        return "gesture_al itself"
    if any(" " in text for text in (then or "", now or "")):
        return f"{then or f'no {name}'} then, {now or f'no {name}'} now"
    path = _file_of(name)
    return f"{name} ({path.name})" if path is not None else name


def _in_package(module: str) -> bool:
    return module.partition(".")[0] == PACKAGE


@cache
def _read(path: Path, module: str) -> tuple[str, tuple[str, ...]]:
    """A file's digest, and the names that it imports: modules, and what may be a module."""
    content = path.read_bytes()
    names = tuple(_imports(content, module, path.stem == "__init__")) if path.suffix == ".py" else ()
    return hashlib.sha256(content).hexdigest()[:_DIGITS], names


def _imports(content: bytes, module: str, is_package: bool) -> Iterator[str]:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def _file_of(module: str) -> Path | None:
    """The file of a module; None of a namespace, and of a name that is no module."""
    loaded = sys.modules.get(module)
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
    else:
        spec = _spec(module)
        file = spec.origin if spec is not None and spec.has_location else None
    return Path(file) if file and Path(file).is_file() else None


def _spec(module: str) -> ModuleSpec | None:
    """Where a module would be loaded from; unlike `importlib.util.find_spec` it does not import the packages above it."""
    above, path = module.rpartition(".")[0], None
    if above:
        package = sys.modules.get(above)
        places = getattr(package, "__path__", None) if package is not None else _places(above)
        if places is None:
            return None
        path = list(places)
    for finder in sys.meta_path:
        spec = finder.find_spec(module, path)
        if spec is not None:
            return spec
    return None


def _places(package: str) -> Iterable[str] | None:
    spec = _spec(package)
    return spec.submodule_search_locations if spec is not None else None


@cache
def _library(top: str) -> str | None:
    """Name and version of the installed distribution that a module belongs to; None where it lies outside site-packages."""
    if not _in_site_packages(top):
        return None
    try:
        return f"{top} {version(top)}"
    except PackageNotFoundError:
        names = sorted(set(packages_distributions().get(top, ())))
        return ", ".join(f"{name} {version(name)}" for name in names) or None


def _in_site_packages(top: str) -> bool:
    path, spec = _file_of(top), None
    if path is None:
        spec = _spec(top)
    places = [path] if path is not None else [Path(place) for place in (spec and spec.submodule_search_locations) or ()]
    return any({"site-packages", "dist-packages"} & set(place.parts) for place in places)


def _source_digest(part: Any) -> str:
    """Of a part that was typed into a notebook: the digest of its own text."""
    try:
        return hashlib.sha256(inspect.getsource(part).encode()).hexdigest()[:_DIGITS]
    except (OSError, TypeError):
        return "no source"
