"""Body of a request, read field by field: anything that is not as it should be is refused before it is used."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from gesture_al.core.errors import Refused

MOST_BYTES = 64 * 1024


class Body:
    """The fields of one request.

    Args:
        fields: As they came.
    """

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    @classmethod
    def of(cls, text: bytes) -> Body:
        """The fields of a JSON object.

        Raises:
            Refused: It is none.
        """
        try:
            fields = json.loads(text or b"{}")
        except (ValueError, RecursionError) as err:
            raise Refused(400, "the request is no JSON") from err
        if not isinstance(fields, dict):
            raise Refused(400, "the request is no JSON object")
        return cls(fields)

    def text(self, name: str, default: str | None = None, most: int = 200) -> str:
        """A text of at most so many characters."""
        value = self._fields.get(name, default)
        if not isinstance(value, str) or len(value) > most or not value.isprintable():
            raise Refused(422, f"{name} must be a text of at most {most} characters on one line")
        return value

    def word(self, name: str, words: Collection[str], default: str | None = None) -> str:
        """One of these words."""
        value = self._fields.get(name, default)
        if value not in words:
            raise Refused(422, f"{name} must be one of {', '.join(words)}")
        return str(value)

    def number(self, name: str, default: float | None = None, high: float = 1e9) -> float:
        """A number from 0 to `high`."""
        value = self._fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and 0 <= value <= high):
            raise Refused(422, f"{name} must be a number from 0 to {high:g}")
        return value

    def maybe(self, name: str, high: float = 1e9) -> float | None:
        """A number, or None where there is none."""
        return None if self._fields.get(name) is None else self.number(name, high=high)

    def flag(self, name: str) -> bool:
        """True or false; false where it is missing."""
        value = self._fields.get(name, False)
        if not isinstance(value, bool):
            raise Refused(422, f"{name} must be true or false")
        return value

    def uuid(self, name: str = "uuid") -> str:
        """A name that the page made up, the same when it sends the same thing again."""
        value = self._fields.get(name)
        try:
            return str(uuid.UUID(value))
        except (ValueError, TypeError, AttributeError) as err:
            raise Refused(422, f"{name} must be a UUID") from err
