"""Guarded opening of what comes from outside: regular files, no more than memory holds; gzip, JSON and YAML with limits."""

from __future__ import annotations

import errno
import json
import math
import os
import stat
import zlib
from functools import cache
from pathlib import Path
from typing import IO, Any

from gesture_al.core.errors import UserError

BAD_PATH = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO, errno.EINVAL, errno.ENODEV}
)
"""Errors of the system that say that a path cannot be what is meant, whatever the program does."""
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# Objects of Python take about ten times the room of the text that they are read from.
_TEXT_SHARE, _ARRAY_SHARE = 16, 4
# What is squeezed further than this was made of nothing: measurements come to 10, silence and padding to some tens.
_MOST_RATIO, _SMALL = 100, 64 << 20
_BLOCK = 1 << 20
# How deep tables may stand in each other, how many values the aliases of YAML may stand for, and how long its text may be, of
# which PyYAML reads 50 KB a second.
_MOST_DEPTH, _MOST_VALUES, _MOST_YAML = 200, 1_000_000, 256 << 10


@cache
def memory() -> int:
    """Bytes of memory that this process may have: the machine's, or less where its container or the system sets a limit."""
    sizes = [8 << 30]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        sizes = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            sizes.append(int(Path(name).read_text()))
        except (OSError, ValueError):  # Not there, or `max`.
            continue
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            sizes.append(max(0, limit - taken))
    except (ImportError, OSError, ValueError):
        pass
    return min(sizes)


def most_text() -> int:
    """Bytes of text that may be read at once."""
    return memory() // _TEXT_SHARE


def most_array() -> int:
    """Bytes that one array may take."""
    return memory() // _ARRAY_SHARE


def in_size(number: float) -> str:
    """A number of bytes for people.

    >>> in_size(3 << 20), in_size(5e12), in_size(10**40)
    ('3 MB', '4,657 GB', 'more than 1,000,000 GB')
    """
    gigabytes = number / (1 << 30)
    if gigabytes > 1e6:
        return "more than 1,000,000 GB"
    return f"{gigabytes:,.0f} GB" if gigabytes >= 1 else f"{number / (1 << 20):,.0f} MB"


def check_name(path: str | Path) -> None:
    """Refuse a name that is no text: it could neither be shown nor written down.

    Raises:
        UserError: It is not UTF-8.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as err:
        readable = os.fsencode(path).decode("utf-8", "backslashreplace")
        raise UserError(f"{readable}: its name is not UTF-8; rename it") from err


def is_there(path: Path) -> bool:
    """Whether a regular file is at a path that a file names, which may be no path at all."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def open_regular(path: Path) -> IO[bytes]:
    """A regular file, opened for reading; never waits, as a pipe would make it.

    Raises:
        UserError: There is none, it is a pipe, a device, a socket or a folder, or it cannot be read.
    """
    try:
        # Not to be waited for, and looked at after it was opened, so that nothing can be put in its place in between.
        file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 - pathlib has no opener; the caller closes it
    except (OSError, ValueError) as err:
        reason = _kind(path) or getattr(err, "strerror", None) or err
        raise UserError(f"{path}: cannot be read ({reason}); name a file that can be") from err
    mode = os.fstat(file.fileno()).st_mode
    if not stat.S_ISREG(mode):
        file.close()
        raise UserError(f"{path}: cannot be read ({_KINDS.get(stat.S_IFMT(mode), 'no file')}); name a regular file")
    return file


def _without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _kind(path: Path) -> str:
    try:
        return _KINDS.get(stat.S_IFMT(path.stat().st_mode), "")
    except (OSError, ValueError):
        return ""


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """The content of a regular file.

    Args:
        path: The file.
        most: Bytes that it may have; None: as much as text may, `most_text`.

    Raises:
        UserError: As `open_regular`, or it is larger than that.
    """
    limit = most_text() if most is None else most
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise UserError(f"{path}: has {in_size(size)}, more than the {in_size(limit)} that can be read here; divide the file")
        try:
            return file.read(size)
        except OSError as err:
            raise UserError(f"{path}: cannot be read ({err.strerror or err}); copy it again") from err


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """The text of a regular file.

    Args:
        path: The file.
        encoding: `utf-8`, or `utf-8-sig` where a mark of the byte order may stand first.

    Raises:
        UserError: As `read_bytes`, or it is not such text.
    """
    try:
        return read_bytes(path).decode(encoding)
    except UnicodeDecodeError as err:
        raise UserError(f"{path}: is no text in UTF-8 ({err.reason} at byte {err.start}); write it in UTF-8") from err


def check_unpacked(where: str | Path, size: int, packed: int, most: int) -> None:
    """Refuse what is squeezed as no data are, or unpacks to more than there is room for.

    Args:
        where: The file, for the message.
        size: Bytes unpacked.
        packed: Bytes as it lies there.
        most: Bytes that there is room for.

    Raises:
        UserError: One of the two.
    """
    if size > most or (size > _SMALL and size > _MOST_RATIO * packed):
        raise UserError(
            f"{where}: {in_size(packed)} that unpack to {in_size(size)}; that is no data set, download or write it again"
        )


def gunzip(data: bytes, where: Path) -> bytes:
    """What is in a gzip file, unpacked block by block, so that one that unpacks to gigabytes is refused on the way.

    Raises:
        UserError: It is damaged, or unpacks to more than its size can mean.
    """
    parts: list[bytes] = []
    size = 0
    rest = data
    try:
        while rest:
            unpacking = zlib.decompressobj(wbits=31)
            while not unpacking.eof:
                part = unpacking.decompress(rest, _BLOCK)
                rest = unpacking.unconsumed_tail
                if not part and not rest and not unpacking.eof:
                    raise EOFError("it ends in the middle")
                parts.append(part)
                size += len(part)
                check_unpacked(where, size, len(data), most_text())
            # Several may stand behind one another, with zeros at the end.
            rest = unpacking.unused_data.lstrip(b"\0")
    except (EOFError, zlib.error) as err:
        raise UserError(f"{where}: cannot be read ({err}); download the file again") from err
    return b"".join(parts)


def parse_json(text: str | bytes) -> Any:
    """JSON as Python's objects.

    Raises:
        ValueError: It is none, is nested too deep, or holds half a letter or a number that nothing else can hold.
    """
    try:
        content = json.loads(text, parse_int=_whole_number)
    except RecursionError as err:
        raise ValueError("nested too deep") from err
    brackets, escape = ((b"[", b"{"), b"\\u") if isinstance(text, bytes) else (("[", "{"), "\\u")
    if sum(map(text.count, brackets)) > _MOST_DEPTH and _depth(content) > _MOST_DEPTH:  # type: ignore[arg-type]  # of one kind all
        raise ValueError("nested too deep")
    if escape in text:  # type: ignore[operator]  # of one kind both
        _check_letters(json.dumps(content, ensure_ascii=False))
    return content


def parse_yaml(text: str) -> Any:
    """YAML as Python's objects.

    Raises:
        ValueError: It is none, is nested too deep, is very long, or holds half a letter or a number that nothing else can hold.
    """
    import yaml

    if len(text) > _MOST_YAML:
        raise ValueError(f"{in_size(len(text))} of settings, more than {in_size(_MOST_YAML)}")
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as err:
        raise ValueError(str(err).splitlines()[0]) from err
    except RecursionError as err:
        raise ValueError("nested too deep") from err
    except (TypeError, AttributeError, LookupError, OverflowError) as err:  # PyYAML's own, of words behind a wrong tag.
        raise ValueError(f"{type(err).__name__}: {err}") from err
    _check_tree(content)
    return content


def _whole_number(digits: str) -> int:
    # The longest that Python would read take it a while; none of them is a number of anything here.
    number = int(digits) if len(digits) < 30 else 1 << 64
    if number.bit_length() > 64:
        raise ValueError(f"a whole number of {len(digits)} digits")
    return number


def _check_letters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as err:
        raise ValueError("half of a letter (a lone surrogate)") from err


def _depth(tree: Any) -> int:
    """How deep the tables and lists of JSON stand in each other.

    >>> _depth({"a": [[], 1]}), _depth(1)
    (3, 0)
    """
    level, depth = [tree], 0
    while level := [one for one in level if isinstance(one, (dict, list))]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth


def _check_tree(content: Any) -> None:
    """Refuse what YAML can say and JSON cannot: tables in themselves, and aliases that stand for any number of values."""
    values: dict[int, int] = {}

    def count(node: Any, depth: int) -> int:
        if depth > _MOST_DEPTH:
            raise ValueError("nested too deep")
        if isinstance(node, int) and node.bit_length() > 64:
            raise ValueError(f"a whole number of {node.bit_length()} bits")
        if isinstance(node, str):
            _check_letters(node)
        if not isinstance(node, (dict, list)):
            return 1
        if isinstance(node, dict):
            _check_letters("".join(key for key in node if isinstance(key, str)))
        if id(node) not in values:
            values[id(node)] = 1 + sum(count(one, depth + 1) for one in (node.values() if isinstance(node, dict) else node))
        return values[id(node)]

    if count(content, 0) > _MOST_VALUES:
        raise ValueError("aliases that stand for too many values")


def decimal(value: Any) -> float:
    """A number as a float.

    Raises:
        ValueError: It is none, is not finite, or is `true` or `false`.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{str(value)[:40]!r} is no number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number")
    return number
