"""Names of classes as people and programs write them: cleaned, and compared with the classes that there are."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import parse_json

# Where tools put the chosen classes: Label Studio's controls by their type, and lists of tables.
_INSIDE = ("choices", "labels", "timelinelabels", "label", "name", "value", "text")
# How programs write that there is nothing: pandas, NumPy, Python, JSON, R, spreadsheets.
_NOTHING = frozenset({"", "nan", "null", "n/a", "#n/a", "na", "<na>", "nat", "nil", "undefined"})
_PYTHONS_NOTHING = "None"
_LONGEST_LIST = 10_000
# Marks of direction and of breaks that show nothing. Joiners stay: they are part of emoji and of some scripts.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")


def clean(name: str) -> str:
    r"""A name without what cannot be seen: letters composed (NFC), blanks of every kind one blank each, none around it.

    >>> clean("\u00a0 Fire\u00a0works\ufeff ")
    'Fire works'
    """
    return _BLANKS.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", name))).strip()


def names_in(value: Any, where: str) -> list[str]:
    """The names in a value of a file: a word, a list of words, a table such as `{"choices": [...]}`, or one of these as text.

    Args:
        value: As JSON, or a cell of a table, holds it.
        where: File and place in it, for the message.

    Raises:
        UserError: It holds something else, such as stretches of a text.
    """
    content = _unpacked(value) if isinstance(value, str) else value
    if content is None:
        return []
    if isinstance(content, Mapping):
        inner = next((content[key] for key in _INSIDE if key in content), None)
        if inner is None and content:
            raise UserError(f"{where}: {str(dict(content))[:60]} names no class; write a word, or a list of words")
        return names_in(inner, where)
    if isinstance(content, (list, tuple)):
        if any(isinstance(one, (list, tuple)) for one in content):
            raise UserError(f"{where}: {str(content)[:60]} are stretches or trees, not classes; write a word, or a list of words")
        return list(dict.fromkeys(name for one in content for name in names_in(one, where)))
    name = clean(str(content))
    return [name] if name else []


def _unpacked(text: str) -> Any:
    """A list or table that was written into a cell, as JSON or as Python prints it; any other text as it is."""
    stripped = text.strip()
    if stripped[:1] + stripped[-1:] not in ("[]", "{}", "()") or len(stripped) > _LONGEST_LIST:
        return text
    try:
        return parse_json(stripped)
    except ValueError:
        pass
    try:
        content = ast.literal_eval(stripped)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text
    return content if isinstance(content, (list, tuple, dict)) else text


class ClassNames:
    """Classes that can be found by a name as somebody has written it.

    A name that is exactly a class, is that. Else capital letters, blanks and forms of letters make no difference, if only one
    class is meant so; of classes that differ only in these, none is.

    Args:
        names: Each name that a class has or had, with the name that it has now.

    >>> classes = ClassNames({"love": "love", "Up": "Up", "up": "up"})
    >>> classes.find(" LOVE "), classes.find("up"), classes.find("UP"), classes.find("1.0")
    ('love', 'up', None, None)
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._exact = dict(names)
        self._cleaned = _index(names, clean)
        self._folded = _index(names, folded)

    def find(self, name: str) -> str | None:
        """The class of that name; None where there is none, or nobody can say which."""
        if name in self._exact:
            return self._exact[name]
        for index, key in ((self._cleaned, clean(name)), (self._folded, folded(name))):
            if len(index.get(key, ())) == 1:
                return next(iter(index[key]))
        # A column of numbers with a gap is written with decimal places.
        whole = re.fullmatch(r"(-?\d+)\.0+", clean(name))
        return self._exact.get(whole.group(1)) if whole else None

    def means_nothing(self, name: str) -> bool:
        """Whether it is no name but a word for none, and no class is called so."""
        cleaned = clean(name)
        return self.find(name) is None and (cleaned.lower() in _NOTHING or cleaned == _PYTHONS_NOTHING)


def folded(name: str) -> str:
    """A name for comparing: without case, and with every form of a letter as one (NFKC)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean(name)).casefold())


def _index(names: Mapping[str, str], key: Any) -> dict[str, set[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    for name, current in names.items():
        index[key(name)].add(current)
    return index


def listed(names: Iterable[str], most: int = 10) -> str:
    """Names for a message; of many the first.

    >>> listed(["b", "a"]), listed(map(str, range(12)), 2)
    ("'b', 'a'", "'0', '1' and 10 more")
    """
    words = [repr(name[:60]) for name in names]
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
