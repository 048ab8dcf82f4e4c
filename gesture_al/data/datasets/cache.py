"""Cache of converted data sets: memory-mapped .npy files and one JSON, in a folder named by content and settings."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import math
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.core.atomic_io import read_json, write_atomic, write_sealed_json
from gesture_al.core.cache_folder import cache_root
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import in_size, memory, open_regular
from gesture_al.data.clip_set import CLIP_ARRAYS, ClipSet, LeftOut
from gesture_al.data.skeleton import Skeleton

# A file may change twice within one tick of the file system's clock without its time showing it; so a hash is remembered
# only for files that have rested this long.
_SETTLED_NS = 2_000_000_000


def content_hash(files: Sequence[tuple[str, Path]], memory: Path) -> str:
    """Content hash: sha256 over the names and contents of files, in hex.

    Contents are streamed, and the result is remembered by path, size and times of all files, so that a set which did not
    change costs one `stat` a file.

    Args:
        files: Names that belong to the content (a role, or a path below the set's root) and where each file is.
        memory: Folder of remembered hashes; when it cannot be written, files are read each time.

    Raises:
        UserError: A file cannot be read.
    """
    states = hashlib.sha256()
    newest = 0
    for name, path in files:
        try:
            state = path.stat()
        except OSError as err:
            raise UserError(f"{path}: cannot be read ({err.strerror}); check it") from err
        newest = max(newest, state.st_mtime_ns, state.st_ctime_ns)
        entry = (name, str(path.absolute()), state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
        states.update(repr(entry).encode("utf-8", "surrogateescape"))
    remembered = memory / states.hexdigest()
    with contextlib.suppress(OSError):
        return remembered.read_text()
    digest = hashlib.sha256()
    for name, path in files:
        try:
            with open_regular(path) as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a file opened for bytes
        except OSError as err:
            raise UserError(f"{path}: cannot be read ({err.strerror}); check its permissions") from err
        digest.update(repr((name, content)).encode("utf-8", "surrogateescape"))
    result = digest.hexdigest()
    if time.time_ns() - newest > _SETTLED_NS:
        with contextlib.suppress(OSError):
            write_atomic(remembered, result)
    return result


Allocate = Callable[[tuple[int, int, int, int]], Float32]

# Part of every key: raise it when a reader's result changes for the same file, and old folders are no longer found.
FORMAT = 3
_ABANDONED_S = 86400.0
# Frames that are only padding may make a set so many times as large as its files, unless it is small anyhow.
_MOST_PADDING, _SMALL = 100, 256 << 20
_log = logging.getLogger(__name__)


def cached(
    reader: str, settings: Mapping[str, Any], files: Sequence[tuple[str, Path]], build: Callable[[Allocate], ClipSet]
) -> ClipSet:
    """The converted set from the cache, built and stored where it is not there yet.

    Args:
        reader: The reader's registered name.
        settings: Everything but the files that the result depends on; must go into JSON.
        files: Names and places of the files that the result depends on.
        build: Makes the set; gets `allocate(shape)`, whose array it fills and gives back, whole or its first clips, as positions.

    Returns:
        Clips whose arrays are read-only memory maps; in memory where the cache cannot be written.

    Raises:
        UserError: A file cannot be read, or `build` refuses what it holds.
    """
    sets = cache_root() / "sets"
    content = content_hash(files, cache_root() / "hashes")
    key = json.dumps([FORMAT, reader, settings, content], sort_keys=True)
    folder = sets / f"{reader}-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    clips = _open(folder)
    if clips is not None:
        return clips
    try:
        sets.mkdir(parents=True, exist_ok=True)
        _sweep(sets)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=sets))
        try:
            _save(draft, build(lambda shape: _reserve(draft / "positions.npy", shape, files)))
            _publish(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        clips = _open(folder)
    except OSError as err:
        _log.warning("cache %s cannot be used (%s); the set is converted in memory", sets, err)
    return clips if clips is not None else build(lambda shape: _in_memory(shape, files))


def _sweep(sets: Path) -> None:
    """Remove the drafts of conversions that were killed."""
    for draft in sets.glob(".draft-*"):
        with contextlib.suppress(OSError):
            if time.time() - draft.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(draft, ignore_errors=True)


def _check_size(shape: tuple[int, int, int, int], files: Sequence[tuple[str, Path]], room: int, where: str) -> None:
    """Refuse clips that take more than there is room for, or far more than their files: all are padded to the longest."""
    size = 4 * math.prod(shape)
    given = sum(path.stat().st_size for _, path in files)
    if size > room or (size > _SMALL and size > _MOST_PADDING * given):
        clips = f"{shape[0]} clips of up to {shape[1]} frames and {shape[2]} joints"
        sizes = f"room: {in_size(room)}; the files have {in_size(given)}"
        raise UserError(f"{files[0][1]}: {clips} take {in_size(size)} {where} ({sizes}); cut or leave out the longest clips")


def _in_memory(shape: tuple[int, int, int, int], files: Sequence[tuple[str, Path]]) -> Float32:
    _check_size(shape, files, memory() // 2, "in memory")
    return np.empty(shape, dtype=np.float32)


def _reserve(path: Path, shape: tuple[int, int, int, int], files: Sequence[tuple[str, Path]]) -> Float32:
    _check_size(shape, files, shutil.disk_usage(path.parent).free, "on the disk of the cache")
    array: Float32 = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    # Writing into a map on a full disk kills the process; asking for the blocks first raises instead.
    if hasattr(os, "posix_fallocate") and array.size:
        with path.open("rb+") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return array


def _save(draft: Path, clips: ClipSet) -> None:
    base = clips.positions
    while isinstance(base, np.memmap) and isinstance(base.base, np.memmap):
        base = base.base
    if isinstance(base, np.memmap) and base.size:
        base.flush()
    arrays = [name for name in CLIP_ARRAYS if getattr(clips, name) is not None]
    for name in arrays:
        np.save(draft / f"{name}.npy", np.asarray(getattr(clips, name)), allow_pickle=False)
    write_sealed_json(
        draft / "set.json",
        {
            "count": len(clips),
            "arrays": arrays,
            "classes": clips.classes,
            "skeleton": clips.skeleton.to_json(),
            "fps": clips.fps,
            "left_out": [[out.clip, out.reason] for out in clips.left_out],
            "source": clips.source,
            "synthetic": clips.synthetic,
            # Hashing a large set at every start, only to know that it is the same, takes longer than many a run.
            "fingerprint": clips.fingerprint,
            "checksums": {name: _checksum(draft / f"{name}.npy") for name in ("positions", *arrays)},
        },
    )
    draft.chmod(0o755)


def _checksum(path: Path) -> int:
    """Of a file's content; read in slices, at the speed of the disk."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _publish(draft: Path, folder: Path) -> None:
    try:
        draft.rename(folder)
    except OSError:
        # Another process finished the same set first; its folder holds the same.
        if not (folder / "set.json").exists():
            raise


def _open(folder: Path) -> ClipSet | None:
    if not folder.exists():
        return None
    try:
        record = read_json(folder / "set.json")
        for name, checksum in record["checksums"].items():
            if _checksum(folder / f"{name}.npy") != checksum:
                raise ValueError(f"{name}: its checksum does not fit")
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in record["arrays"]}
        positions = np.load(folder / "positions.npy", mmap_mode="r", allow_pickle=False)[: record["count"]]
        clips = ClipSet(
            positions=positions,
            **arrays,
            classes=tuple(record["classes"]),
            skeleton=Skeleton.from_json(record["skeleton"]),
            fps=record["fps"],
            left_out=tuple(LeftOut(clip, reason) for clip, reason in record["left_out"]),
            source=record["source"],
            synthetic=record["synthetic"],
        )
        # A set that is made from this one does not take it along.
        vars(clips)["fingerprint"] = record["fingerprint"]
        return clips
    except (OSError, EOFError, ValueError, KeyError, TypeError, UserError):
        _log.warning("cache folder %s is damaged; the set is converted again", folder)
        shutil.rmtree(folder, ignore_errors=True)
    return None
