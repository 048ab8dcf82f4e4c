"""The `.ts` text format of the UEA & UCR archive, plain or gzipped."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError


@dataclass(frozen=True)
class Series:
    """What a `.ts` file holds.

    Args:
        cases: For each case float32 (D, T); T may differ from case to case; NaN where the file says `?`.
        labels: For each case the class label as written; empty where the file has none.
        classes: Class labels in the order of the header; empty where the file has none.
    """

    cases: list[NDArray[np.float32]]
    labels: list[str]
    classes: tuple[str, ...]


def read_ts(path: Path) -> Series:
    """Read one file.

    Comments may be in any encoding. Dimensions are separated by `:`, values by `,`, the class label stands last.

    Args:
        path: A `.ts` file or a gzipped one (told by its first bytes).

    Raises:
        UserError: The file is damaged, has time stamps or a numeric target, or a line that does not fit its header.

    Source:
        Bagnall et al., "The UEA multivariate time series classification archive, 2018", arXiv:1811.00075.
    """
    headers: dict[str, str] = {}
    classes: tuple[str, ...] = ()
    cases: list[NDArray[np.float32]] = []
    labels: list[str] = []
    in_data = False
    for number, line in enumerate(_text(path).splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith(("#", "%")):
            continue
        where = f"{path}:{number}"
        if in_data:
            case, label = _case(line, where, classes)
            if cases and len(case) != len(cases[0]):
                raise UserError(
                    f"{where}: {len(case)} dimensions, but the first case has {len(cases[0])}; the line is cut off or altered"
                )
            cases.append(case)
            labels += [label] if classes else []
        elif line.lower() == "@data":
            in_data = True
        elif line.startswith("@"):
            key, _, value = line[1:].partition(" ")
            headers[key.lower()] = value.strip()
            classes = _header(key.lower(), value.split(), where) or classes
        else:
            raise UserError(f"{where}: neither a header nor after @data; is this a .ts file?")
    if not cases:
        raise UserError(f"{path}: no case after @data; download the file again")
    declared = headers.get("dimensions") or headers.get("dimension")
    if declared and declared.isdigit() and int(declared) != len(cases[0]):
        raise UserError(f"{path}: the header says {declared} dimensions, the cases have {len(cases[0])}; download the file again")
    return Series(cases, labels, classes)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as err:
        raise UserError(f"{path}: cannot be read ({err}); download the file again") from err
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _header(key: str, words: list[str], where: str) -> tuple[str, ...]:
    """Class labels, if this header line gives them."""
    first = words[0].lower() if words else ""
    if key == "timestamps" and first == "true":
        raise UserError(f"{where}: time stamps are not read; use a file of evenly spaced frames")
    if key == "targetlabel" and first == "true":
        raise UserError(f"{where}: a numeric target is no class; use a classification set")
    if key == "classlabel" and first == "true":
        if len(words) == 1:
            raise UserError(f"{where}: @classLabel names no class; add their labels")
        return tuple(words[1:])
    return ()


def _case(line: str, where: str, classes: tuple[str, ...]) -> tuple[NDArray[np.float32], str]:
    fields = line.split(":")
    label = fields.pop().strip() if classes else ""
    if classes and label not in classes:
        raise UserError(
            f"{where}: class label {label[:40]!r} is not in the header ({' '.join(classes)}); the line is cut off or altered"
        )
    try:
        rows = [np.array(field.replace("?", "nan").split(","), dtype=np.float64) for field in fields]
        return np.array(rows, dtype=np.float32), label
    except ValueError as err:
        raise UserError(f"{where}: dimensions of different length or a value that is no number ({err})") from err
