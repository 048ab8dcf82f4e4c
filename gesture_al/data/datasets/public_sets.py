"""Public data sets by name, found in the offline folder or in earlier downloads, or downloaded from their source."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.cache_folder import cache_root
from gesture_al.core.errors import UserError
from gesture_al.core.messages import not_among


@dataclass(frozen=True)
class PublicSet:
    """A published data set: address, files, content hash, licence.

    Args:
        name: As configs call it.
        url: What is downloaded: a file, or a .zip that holds the files.
        files: For each role the file names under which it may be found, the best first.
        content: `published_hash` of the set.
        licence: One line.
        source: One line on who made the data.
        sha256: Of the download, where it is known; the clips are checked by `content` in any case.
    """

    name: str
    url: str
    files: dict[str, tuple[str, ...]]
    content: str
    licence: str
    source: str
    sha256: str | None = None


_KINIVI = "0e737bb8c45ea03f6fafb1f5dbfe9246c34a8003"

PUBLIC_SETS: dict[str, PublicSet] = {
    published.name: published
    for published in (
        PublicSet(
            name="natops",
            url="https://timeseriesclassification.com/aeon-toolkit/NATOPS.zip",
            files={
                "train": ("NATOPS_TRAIN.ts", "NATOPS_TRAIN.ts.gz"),
                "test": ("NATOPS_TEST.ts", "NATOPS_TEST.ts.gz"),
            },
            content="4468e6e78927ccc855e9ac670efd0d9aea6caa867c72c6db5650bb93524d58bc",
            licence="no licence stated for the data",
            source="NATOPS, UEA archive (AALTD'16 challenge, Ghouaiel et al.)",
        ),
        PublicSet(
            name="point_history",
            url=f"https://raw.githubusercontent.com/kinivi/hand-gesture-recognition-mediapipe/{_KINIVI}"
            "/model/point_history_classifier/point_history.csv",
            files={"rows": ("point_history.csv", "point_history.npz")},
            content="4bb82227214557fbdce13108a5362fd82174762826778e9219481fe3f0f34b80",
            licence="Apache-2.0",
            source=f"kinivi/hand-gesture-recognition-mediapipe at commit {_KINIVI[:12]}",
        ),
    )
}


def published_hash(lengths: Int64, labels: Int64, numbers: Iterable[Float32]) -> str:
    """sha256 of a set as published, in hex, whatever joints and classes are called.

    Args:
        lengths: int (N,), frames of each clip.
        labels: int (N,), class numbers from 0.
        numbers: The clips' numbers in order, frame by frame and joint by joint, in pieces of any size.
    """
    digest = hashlib.sha256(lengths.astype("<i8").tobytes())
    digest.update(labels.astype("<i8").tobytes())
    for piece in numbers:
        # Adding 0 makes one zero of the two.
        digest.update((piece + np.float32(0)).astype("<f4").tobytes())
    return digest.hexdigest()


_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PublicFiles:
    """A public set's files on this machine.

    Args:
        public: The set.
        files: Path by role.
        downloads: The folder they were downloaded to; None where they came from the offline folder.
    """

    public: PublicSet
    files: dict[str, Path]
    downloads: Path | None

    @property
    def source(self) -> str:
        """One line: who made it, the address, the licence."""
        return f"{self.public.source}; {self.public.url}; licence: {self.public.licence}"

    def verify(self, lengths: Int64, labels: Int64, numbers: Iterable[Float32]) -> None:
        """Compare what was read with what was published; arguments as in `published_hash`.

        Raises:
            UserError: They differ in a number, a label or a length.
        """
        if published_hash(lengths, labels, numbers) != self.public.content:
            raise UserError(f"other numbers than the published ones in {', '.join(str(path) for path in self.files.values())}")

    @contextmanager
    def checked(self) -> Iterator[None]:
        """Context of reading the files: an error names the set and the remedy, and a damaged download is discarded.

        Raises:
            UserError: From within, with the remedy.
        """
        try:
            yield
        except UserError as err:
            if self.downloads is None:
                raise UserError(f"{self.public.name}: {err}; replace the file in the folder GESTURE_AL_DATA") from err
            shutil.rmtree(self.downloads, ignore_errors=True)
            raise UserError(
                f"{self.public.name}: {err}; the download was discarded, try again or {_by_hand(self.public)}"
            ) from err


def fetch(name: str) -> PublicFiles:
    """Find or download a public set's files.

    The folder that the variable `GESTURE_AL_DATA` names comes first, then earlier downloads, then the network.

    Raises:
        UserError: No such set, or it is not here and cannot be downloaded; the message says how to get it.
    """
    if name not in PUBLIC_SETS:
        raise UserError(f"dataset.params.fetch: no public set {not_among(name, sorted(PUBLIC_SETS))}")
    public = PUBLIC_SETS[name]
    offline = os.environ.get("GESTURE_AL_DATA")
    files = _find(Path(offline).expanduser(), public) if offline else None
    if files is not None:
        return PublicFiles(public, files, None)
    downloads = cache_root() / "downloads" / name
    files = _find(downloads, public)
    if files is None:
        _log.info("%s: downloading %s (%s; licence: %s)", name, public.url, public.source, public.licence)
        _download(public, downloads)
        files = _find(downloads, public)
    if files is None:
        shutil.rmtree(downloads, ignore_errors=True)
        raise UserError(f"{name}: {public.url} does not hold {_wanted(public)}; {_by_hand(public)}")
    return PublicFiles(public, files, downloads)


def _find(folder: Path, public: PublicSet) -> dict[str, Path] | None:
    paths = {
        role: next((folder / name for name in names if (folder / name).is_file()), None) for role, names in public.files.items()
    }
    complete = {role: path for role, path in paths.items() if path is not None}
    return complete if len(complete) == len(paths) else None


def _download(public: PublicSet, downloads: Path) -> None:
    """Download the set's files into the folder, each whole or not at all."""
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    file = public.url.rpartition("/")[2]
    try:
        download = Path(pooch.retrieve(public.url, known_hash=public.sha256, fname=file, path=downloads))
        if download.suffix == ".zip":
            _unpack(download, {name for names in public.files.values() for name in names})
            download.unlink()
    # What a download raises comes from several libraries (requests, urllib3, pooch, zipfile); all mean: not here.
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as err:
        shutil.rmtree(downloads, ignore_errors=True)
        answer = getattr(err, "response", None)
        if answer is not None:
            # pooch leaves the connection of a refused request open.
            answer.close()
        raise UserError(f"{public.name}: downloading {public.url} failed ({_reason(err)}); {_by_hand(public)}") from err


def _reason(err: Exception) -> str:
    """Why a download failed, in one line."""
    if type(err).__name__ in ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError"):
        return "no connection to that address"
    return str(err).splitlines()[0][:200] if str(err) else type(err).__name__


def _unpack(archive: Path, wanted: set[str]) -> None:
    """Extract the wanted files of an archive into its folder, wherever in it they are."""
    with zipfile.ZipFile(archive) as members:
        for member in members.infolist():
            name = member.filename.rpartition("/")[2]
            if name in wanted:
                write_atomic(archive.parent / name, members.read(member))


def _wanted(public: PublicSet) -> str:
    return " and ".join(" or ".join(names) for names in public.files.values())


def _by_hand(public: PublicSet) -> str:
    offline = os.environ.get("GESTURE_AL_DATA")
    folder = f"the folder that GESTURE_AL_DATA names ({offline})" if offline else "a folder and set GESTURE_AL_DATA to it"
    return f"offline: put {_wanted(public)} into {folder}"
