"""Public data sets by name, found in the offline folder or in earlier downloads, or downloaded from their source."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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
        url: What is downloaded: a file, or an archive (.zip, .tar.gz) that holds the files.
        files: For each role the names under which its file, or its folder, may be found, the best first.
        content: `published_hash` of the set; None: nobody has computed it from the makers' files yet, and what the first whole
            reading on this machine gives is remembered and demanded from then on.
        licence: One line.
        source: One line on who made the data.
        sha256: Of the download, where it is known; the clips are checked by their content in any case.
        members: The set is one folder, `folder` in `files`: which files of it are kept, a regular expression of the end of their
            paths below it. None: the set is single files.
        registration: Its makers want to know who takes it: `url` is the page on which one asks, and nothing is downloaded.
    """

    name: str
    url: str
    files: dict[str, tuple[str, ...]]
    licence: str
    source: str
    content: str | None = None
    sha256: str | None = None
    members: str | None = None
    registration: bool = False


_KINIVI = "0e737bb8c45ea03f6fafb1f5dbfe9246c34a8003"
_SFINGE3D = "c65dac544e2e0e92fc1fe1584e647cafb2a70f96"
_ESSAI = r"gesture_\d+/finger_\d+/subject_\d+/essai_\d+"


def _uea(name: str, problem: str, content: str | None, source: str) -> PublicSet:
    """A problem of the UEA archive, whose name there is also that of its files."""
    return PublicSet(
        name=name,
        url=f"https://timeseriesclassification.com/aeon-toolkit/{problem}.zip",
        files={half.lower(): (f"{problem}_{half}.ts", f"{problem}_{half}.ts.gz") for half in ("TRAIN", "TEST")},
        content=content,
        licence="no licence stated for the data",
        source=f"{problem}, UEA archive ({source})",
    )


PUBLIC_SETS: dict[str, PublicSet] = {
    published.name: published
    for published in (
        _uea(
            "natops",
            "NATOPS",
            "4468e6e78927ccc855e9ac670efd0d9aea6caa867c72c6db5650bb93524d58bc",
            "AALTD'16 challenge, Ghouaiel et al.",
        ),
        _uea("basic_motions", "BasicMotions", None, "students of the University of East Anglia, smart watch, 2016"),
        _uea("uwave", "UWaveGestureLibrary", None, "Liu et al., uWave, PerCom 2009"),
        _uea("libras", "Libras", None, "Dias, Peres, Biscaro, UCI Libras Movement, 2009"),
        _uea("handwriting", "Handwriting", None, "Shokoohi-Yekta et al., SDM 2015, smart watch"),
        _uea("japanese_vowels", "JapaneseVowels", None, "Kudo, Toyama, Shimbo, Pattern Recognition Letters 20, 1999"),
        PublicSet(
            name="point_history",
            url=f"https://raw.githubusercontent.com/kinivi/hand-gesture-recognition-mediapipe/{_KINIVI}"
            "/model/point_history_classifier/point_history.csv",
            files={"rows": ("point_history.csv", "point_history.npz")},
            content="4bb82227214557fbdce13108a5362fd82174762826778e9219481fe3f0f34b80",
            licence="Apache-2.0",
            source=f"kinivi/hand-gesture-recognition-mediapipe at commit {_KINIVI[:12]}",
        ),
        PublicSet(
            name="shrec17",
            url="http://www-rech.telecom-lille.fr/shrec2017-hand/HandGestureDataset_SHREC2017.tar.gz",
            files={"folder": ("HandGestureDataset_SHREC2017",)},
            members=rf"({_ESSAI}/skeletons_world|(train|test)_gestures)\.txt",
            licence="no licence stated; its makers ask to cite the track",
            source="SHREC'17 track, De Smedt et al., 3DOR 2017",
        ),
        PublicSet(
            name="dhg",
            url="http://www-rech.telecom-lille.fr/DHGdataset/",
            files={"folder": ("DHG2016", "DHG2016_dataset", "DHG14-28_dataset")},
            members=rf"({_ESSAI}/skeleton_world|informations_troncage_sequences)\.txt",
            licence="given by its makers to those who register",
            source="DHG-14/28, De Smedt, Wannous, Vandeborre, CVPRW 2016",
            registration=True,
        ),
        PublicSet(
            name="sfinge3d",
            url=f"https://codeload.github.com/SFINGE3D/DatasetV1/zip/{_SFINGE3D}",
            files={"folder": ("SFINGE3D", "DatasetV1", "DatasetV1-main", "DatasetV1-master")},
            members=r"(Dictionary/\d+/\d+\.txt|Sequences/(\d+\.txt|sequencesGT\.csv))",
            licence="no licence stated; its makers ask to cite the paper",
            source=f"SFINGE3D/DatasetV1 at commit {_SFINGE3D[:12]}, Caputo et al., Computers & Graphics 91, 2020",
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

    def verify(
        self, lengths: Int64, labels: Int64, numbers: Iterable[Float32], content: str | None = None, whole: bool = True
    ) -> None:
        """Compare what was read with what was published; `lengths`, `labels` and `numbers` as in `published_hash`.

        Where the published hash is not known, what the first reading gave is remembered beside the downloads, and later ones
        must give the same.

        Args:
            lengths: Frames of each clip.
            labels: Class numbers.
            numbers: The clips' numbers.
            content: The hash that the user expects; None: the published one, or the remembered one.
            whole: Nothing was left out, so that the hash is worth remembering.

        Raises:
            UserError: They differ in a number, a label or a length.
        """
        found = published_hash(lengths, labels, numbers)
        memory = cache_root() / "contents" / self.public.name
        expected, whose = content or self.public.content, "expected" if content else "published"
        if expected is None:
            with suppress(OSError):
                expected, whose = memory.read_text().strip(), f"first read (remembered in {memory})"
        if expected is None:
            if whole:
                _log.info("%s: content hash %s; remembered, since no published one is known", self.public.name, found)
                with suppress(OSError):
                    write_atomic(memory, found)
        elif found != expected.lower():
            paths = ", ".join(str(path) for path in self.files.values())
            raise UserError(f"other numbers than the {whose} ones in {paths} (their hash is {found})")

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
                what = "file" if self.public.members is None else "files"
                raise UserError(f"{self.public.name}: {err}; replace the {what} in the folder GESTURE_AL_DATA") from err
            shutil.rmtree(self.downloads, ignore_errors=True)
            raise UserError(
                f"{self.public.name}: {err}; the download was discarded, try again or {_by_hand(self.public)}"
            ) from err


def fetch(name: str, role: str) -> PublicFiles:
    """Find or download a public set's files.

    The folder that the variable `GESTURE_AL_DATA` names comes first, then earlier downloads, then the network.

    Args:
        name: The set.
        role: What the reader needs of it, a key of `PublicSet.files`.

    Raises:
        UserError: No such set, one that another reader takes, or it is not here and cannot be downloaded; the message says how to
            get it.
    """
    if name not in PUBLIC_SETS:
        raise UserError(f"dataset.params.fetch: no public set {not_among(name, sorted(PUBLIC_SETS))}")
    public = PUBLIC_SETS[name]
    if role not in public.files:
        raise UserError(f"dataset.params.fetch={name}: another reader takes this set; type dataset={name}")
    offline = os.environ.get("GESTURE_AL_DATA")
    files = _find(Path(offline).expanduser(), public) if offline else None
    if files is not None:
        return PublicFiles(public, files, None)
    downloads = cache_root() / "downloads" / name
    files = _find(downloads, public)
    if files is None and public.registration:
        raise UserError(f"{name}: its makers give it to those who register at {public.url}; {_by_hand(public)}")
    if files is None:
        _log.info("%s: downloading %s (%s; licence: %s)", name, public.url, public.source, public.licence)
        _download(public, downloads)
        files = _find(downloads, public)
    if files is None:
        shutil.rmtree(downloads, ignore_errors=True)
        raise UserError(f"{name}: {public.url} does not hold {_wanted(public)}; {_by_hand(public)}")
    return PublicFiles(public, files, downloads)


def _find(folder: Path, public: PublicSet) -> dict[str, Path] | None:
    is_there = Path.is_file if public.members is None else Path.is_dir
    paths = {
        role: next((folder / name for name in names if is_there(folder / name)), None) for role, names in public.files.items()
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
        if public.members is not None:
            _unpack_folder(download, public.members, downloads / public.files["folder"][0])
            download.unlink()
        elif download.suffix == ".zip":
            _unpack(download, {name for names in public.files.values() for name in names})
            download.unlink()
    # What a download raises comes from several libraries (requests, urllib3, pooch, zipfile); all mean: not here.
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error) as err:
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


def _unpack_folder(archive: Path, members: str, folder: Path) -> None:
    """Extract the members of an archive whose paths end as wanted, wherever in it the set's folder is; all or none.

    Data sets come with pictures that are a hundred times as large and are not read, so they are not unpacked.
    """
    wanted = re.compile(rf"(?:^|/)({members})$")
    draft = folder.with_name(f"{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)

    def keep(path: str, file: IO[bytes] | None) -> None:
        place = wanted.search(path)
        if place is not None and file is not None:
            target = draft / place.group(1)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                shutil.copyfileobj(file, copy)

    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            for entry in packed.infolist():
                if wanted.search(entry.filename):
                    with packed.open(entry) as file:
                        keep(entry.filename, file)
    else:
        with tarfile.open(archive) as packed_tar:
            for member in packed_tar:
                if member.isfile() and wanted.search(member.name):
                    keep(member.name, packed_tar.extractfile(member))
    if draft.is_dir():
        draft.rename(folder)


def _wanted(public: PublicSet) -> str:
    names = " and ".join(" or ".join(names) for names in public.files.values())
    return names if public.members is None else f"the unpacked folder {names}"


def _by_hand(public: PublicSet) -> str:
    offline = os.environ.get("GESTURE_AL_DATA")
    folder = f"the folder that GESTURE_AL_DATA names ({offline})" if offline else "a folder and set GESTURE_AL_DATA to it"
    return f"offline: put {_wanted(public)} into {folder}"
