"""What a reader leaves out of a folder: one rule for what is no input, and one line that tells of it."""

from __future__ import annotations

import itertools
import math
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from gesture_al.data.clip_set import ClipSet, LeftOut

_MOST_REASONS, _MOST_EXAMPLES = 6, 3
# What systems and tools leave in folders, in small letters.
_OF_SYSTEMS = "thumbs.db ehthumbs.db ehthumbs_vista.db desktop.ini .ds_store .localized .directory .nomedia __macosx $recycle.bin"
_OF_TOOLS = ".git .gitkeep .gitignore .gitattributes .svn .idea .vscode .ipynb_checkpoints __pycache__ @eadir .dropbox .lock"
_CLUTTER = frozenset([*_OF_SYSTEMS.split(), *_OF_TOOLS.split(), "system volume information", "lost+found", "icon\r"])
_LINK, _SPECIAL, _HIDDEN = "a link to nothing", "no regular file", "hidden; take the dot from its name if it is to be read"


def clutter(name: str) -> str:
    """What a file or folder is called that systems and tools leave behind; empty for any other.

    >>> clutter("Thumbs.db"), clutter("._0001.jpg"), clutter("_______")
    ('Thumbs.db', '._ files of macOS', '')
    """
    if name.startswith("._"):
        return "._ files of macOS"
    return name.strip() if name.lower() in _CLUTTER else ""


def entries_of(folder: Path, root: Path, own: Collection[str] = ()) -> tuple[list[Path], list[LeftOut]]:
    """What in a folder may be an input, by name, and what cannot be, with the reason.

    Cannot be: what systems and tools leave behind, what is hidden, links to nothing, pipes and devices. A folder that cannot be
    opened is left out itself.

    Args:
        folder: The folder.
        root: The folder that the person has named; names in messages begin below it.
        own: Names of hidden things that this program has put there, of which nothing needs to be told.
    """
    try:
        children = sorted(folder.iterdir())
    except OSError as err:
        return [], [LeftOut(below(folder, root), f"cannot be opened ({err.strerror})")]
    entries: list[Path] = []
    left_out: list[LeftOut] = []
    for child in children:
        if child.name in own:
            continue
        reason = clutter(child.name) or (_HIDDEN if child.name.startswith(".") else _unusable(child))
        if reason:
            left_out.append(LeftOut(below(child, root), reason))
        else:
            entries.append(child)
    return entries, left_out


def _unusable(path: Path) -> str:
    try:
        if path.is_dir() or path.is_file():
            return ""
        return _SPECIAL if path.exists() else _LINK
    except OSError as err:
        return f"cannot be opened ({err.strerror})"


def below(path: Path, root: Path) -> str:
    """A path as a message has it: below the folder that the person has named, with `/`; what is no UTF-8 in it is written out."""
    name = path.relative_to(root).as_posix() if path != root and path.is_relative_to(root) else path.as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def ending(path: Path) -> str:
    """The ending of a name, for a reason.

    >>> ending(Path("a.WMV")), ending(Path("README"))
    ('.wmv', 'no ending')
    """
    return path.suffix.lower() or "no ending"


def natural_key(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """A sort key under which 10 comes after 9, in names like `frame_10` too.

    The name comes last for those that are alike so far, such as folders `2026.01.30` and `2026.01.31`: without it their order
    would be that of the disk.
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", path.stem)
    return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts], path.name


def frame_places(paths: Sequence[Path]) -> list[int]:
    """The place of each frame in time, by the numbers in the names: a number that is missing leaves its place free.

    Args:
        paths: The frames in order. Their names may differ in one number each, the same in all; 0, 5, 10 are places 0, 1, 2.

    Returns:
        Places from 0, strictly increasing. One behind the other where the names have no such numbers, or these would leave free
        more places than there are frames: then they are times, or count something else.

    >>> frame_places([Path("f_01.jpg"), Path("f_02.jpg"), Path("f_04.jpg")]), frame_places([Path("a.jpg"), Path("b.jpg")])
    ([0, 1, 3], [0, 1])
    """
    even = list(range(len(paths)))
    names = [re.fullmatch(r"(.*?)(\d{1,15})(\D*)", path.stem) for path in paths]
    if len(paths) < 2 or not all(names) or len({(name.group(1), name.group(3)) for name in names if name}) > 1:
        return even
    numbers = [int(name.group(2)) for name in names if name]
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    if min(steps) < 1:
        return even
    step = math.gcd(*steps)
    places = [(number - numbers[0]) // step for number in numbers]
    return places if places[-1] < 2 * len(paths) else even


def missing_frames(paths: Sequence[Path], clip: str) -> list[LeftOut]:
    """The frames that are missing between others, each to be told of."""
    places = frame_places(paths)
    free = sorted(set(range(places[-1] + 1)) - set(places)) if places else []
    return [LeftOut(f"{clip}, place {place + 1}", "missing frames, whose time is kept") for place in free]


def with_left_out(clips: ClipSet, left_out: Iterable[LeftOut]) -> ClipSet:
    """The set with what else was left out of its folder; its fingerprint is not computed again."""
    result = replace(clips, left_out=(*clips.left_out, *left_out))
    if "fingerprint" in vars(clips):
        vars(result)["fingerprint"] = clips.fingerprint
    return result


def told(left_out: Iterable[LeftOut]) -> str:
    """How much was left out and why, the most frequent reason first; empty where nothing was.

    >>> told([LeftOut("a/Thumbs.db", "Thumbs.db"), LeftOut("b/Thumbs.db", "Thumbs.db"), LeftOut("c.doc", "no video")])
    '2 x Thumbs.db (a/Thumbs.db, b/Thumbs.db), 1 x no video (c.doc)'
    """
    by_reason: dict[str, list[str]] = defaultdict(list)
    for one in left_out:
        by_reason[one.reason].append(one.clip)
    parts = [
        f"{len(names)} x {reason} ({_some(names)})" for reason, names in sorted(by_reason.items(), key=lambda pair: -len(pair[1]))
    ]
    rest = parts[_MOST_REASONS:]
    return ", ".join([*parts[:_MOST_REASONS], *([f"and {len(rest)} other reasons"] if rest else [])])


def _some(names: list[str]) -> str:
    more = ", ..." if len(names) > _MOST_EXAMPLES else ""
    # On one line, whatever a file is called.
    return ", ".join(" ".join(name.split()) for name in names[:_MOST_EXAMPLES]) + more
