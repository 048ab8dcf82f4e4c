"""How a setting is typed so that Hydra takes its value for what was meant."""

from __future__ import annotations

import re
from pathlib import Path

# What Hydra's grammar takes for one word of text (OverrideLexer.g4 of Hydra 1.3, ID and UNQUOTED_CHAR).
_PLAIN = re.compile(r"[A-Za-z0-9_/\-\\+.$%*@?|: ]*")
# What means something there: lists, tables, functions, quotes, sweeps, `${...}`.
_GRAMMAR = frozenset("[]{}(),'\"")
_QUOTE = re.compile(r'(\\*)"')


def setting(key: str, value: str | Path) -> str:
    """`key=value`, the value between quotes where Hydra would take its characters for something else.

    >>> setting("k", "5"), setting("dataset.params.path", "a,b.npz")
    ('k=5', 'dataset.params.path="a,b.npz"')
    """
    text = str(value)
    if _PLAIN.fullmatch(text) and "${" not in text:
        return f"{key}={text}"
    # Backslashes count only before a quote.
    text = _QUOTE.sub(lambda found: 2 * found[1] + '\\"', re.sub(r"(\\+)$", r"\1\1", text)).replace("${", "\\${")
    return f'{key}="{text}"'


def with_quotes(word: str) -> str:
    """What was typed; a value with letters, signs or `~` that Hydra's grammar does not know is put between quotes.

    >>> with_quotes("dataset.params.path=~/données"), with_quotes("k=5,10")
    ('dataset.params.path="~/données"', 'k=5,10')
    """
    key, equals, value = word.partition("=")
    if not equals or _PLAIN.fullmatch(value) or not _GRAMMAR.isdisjoint(value):
        return word
    return setting(key, value)
