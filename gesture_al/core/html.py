"""HTML from Python: every text and attribute is escaped unless it is markup already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, *content: Any, **attributes: Any) -> Markup:
    """An element; `class_` stands for `class`, other underscores for dashes; None leaves an attribute out.

    >>> tag("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    written = (
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items() if value is not None
    )
    return Markup(f"<{name}{''.join(written)}>{join(content)}</{name}>")


def join(content: Iterable[Any]) -> Markup:
    """Several pieces after each other; None is nothing."""
    return Markup("".join(piece if isinstance(piece, Markup) else escape(str(piece)) for piece in content if piece is not None))


def table(head: Sequence[Any], rows: Iterable[Sequence[Any]], caption: str | None = None, text_columns: int = 1) -> Markup:
    """A table; the first column names the row, and numbers stand to the right of so many text columns."""

    def cell(place: int, value: Any) -> Markup:
        kind = None if place < text_columns else "n"
        return tag("th", value, scope="row") if place == 0 else tag("td", value, class_=kind)

    titles = [tag("th", title, scope="col", class_=None if place < text_columns else "n") for place, title in enumerate(head)]
    body = [tag("tr", *(cell(place, value) for place, value in enumerate(row))) for row in rows]
    said = tag("caption", caption) if caption else None
    return tag("div", tag("table", said, tag("thead", tag("tr", *titles)), tag("tbody", *body)), class_="scroll", tabindex="0")


def folded(title: str, *content: Any) -> Markup:
    """Something that opens when it is clicked."""
    return tag("details", tag("summary", title), *content)


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings as one level with dotted keys.

    >>> flat({"k": 3, "model": {"name": "lstm", "params": {}}})
    {'k': 3, 'model.name': 'lstm'}
    """
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found
