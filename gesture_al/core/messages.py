"""What messages share: the word that was probably meant, a command that can be pasted, where a relative path was looked for."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Collection
from pathlib import Path


def did_you_mean(word: str, names: Collection[str], prefix: str = "") -> str:
    """A hint at the name that a mistyped word is closest to; empty where none is close.

    Args:
        word: As typed.
        names: What there is.
        prefix: What stands before the name where it is typed.

    >>> did_you_mean("treshold", ["k", "threshold"]), did_you_mean("kk", ["k", "seed"]), did_you_mean("x", ["seed"])
    (' (did you mean threshold?)', ' (did you mean k?)', '')
    """
    exact = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word.casefold(), exact, n=1)
    return f" (did you mean {prefix}{exact[close[0]]}?)" if close else ""


def not_among(word: str, names: Collection[str]) -> str:
    """A word that stands for nothing, what was probably meant, and what there is.

    >>> not_among("margn", ["entropy", "margin"])
    "'margn' (did you mean margin?); there are: entropy, margin"
    """
    return f"{word!r}{did_you_mean(word, names)}; there are: {', '.join(names) or 'none'}"


def in_shell(*words: str | Path) -> str:
    """A command of ours as a shell takes it.

    >>> in_shell("resume", Path("my runs/1"))
    "gesture-al resume 'my runs/1'"
    """
    return shlex.join(["gesture-al", *map(str, words)])


def located(path: str | Path) -> str:
    """A path that nothing is at; of a relative one, where it was looked for.

    >>> located("/data/clips")
    '/data/clips'
    """
    return str(path) if Path(path).is_absolute() else f"{path} (below {Path.cwd()})"
