"""What a file's path says of its clip, read by a pattern such as `{class}/{subject}_{session}_{n}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gesture_al.core.errors import UserError

_FIELD = re.compile(r"\{(\w+)\}")
_KNOWN = ("class", "subject", "session", "n")


class Pattern:
    """A path pattern with fields in braces.

    A field stands for at least one character other than `/`, as few as will do: `{subject}_{session}` reads `ann_b_c` as `ann`
    and `b_c`. `*` stands for any part of a name, `**/` for any folders, none included. The suffix is left away.

    >>> Pattern("{class}/{subject}_{session}_{n}").read("Like/ann_2_007")
    {'class': 'Like', 'subject': 'ann', 'session': '2'}
    >>> Pattern("{class}/{subject}").read("Like") is None
    True

    Raises:
        UserError: A field that nobody knows, one that stands twice, or none.
    """

    def __init__(self, text: str) -> None:
        fields = _FIELD.findall(text)
        unknown = [name for name in fields if name not in _KNOWN]
        if unknown or not fields or len(set(fields)) != len(fields):
            what = f"{{{unknown[0]}}} is unknown" if unknown else "each field may stand once" if fields else "it has no field"
            raise UserError(f"--pattern {text}: {what}; fields are {', '.join(f'{{{name}}}' for name in _KNOWN)}")
        self.text = text
        pieces = re.split(r"(\{\w+\}|\*\*/|\*)", text.replace("\\", "/").removeprefix("./"))
        self._regex = re.compile("".join(map(_as_regex, pieces)))

    def read(self, path: str) -> dict[str, str] | None:
        """The fields of a path without suffix, `n` left away; None where the path does not fit."""
        match = self._regex.fullmatch(path)
        if match is None:
            return None
        found: Mapping[str, str] = match.groupdict()
        return {name.removeprefix("f_"): value for name, value in found.items() if name != "f_n"}


def _as_regex(piece: str) -> str:
    if field := _FIELD.fullmatch(piece):
        # `class` is no name that a group may have.
        return f"(?P<f_{field.group(1)}>[^/]+?)"
    return {"**/": "(?:.*/)?", "*": "[^/]*"}.get(piece, re.escape(piece))
