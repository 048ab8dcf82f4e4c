"""A self-contained HTML page: style inline, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesture_al.core.html import Markup, tag

_FOOT = "Made by gesture-al report from what the run left on disk. The figures are also in figures/ as SVG and PNG."


def document(title: str, over: Markup, headline: str, body: Sequence[Any], foot: str = _FOOT) -> str:
    """A page around its parts; styles inline, nothing loaded from anywhere."""
    style = Path(__file__).with_name("page.css").read_text()
    head = [
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        tag("title", title),
        tag("style", Markup(style)),
    ]
    top = tag("header", tag("p", over, class_="over"), tag("h1", headline[:1].upper() + headline[1:]))
    end = tag("footer", foot)
    return "<!doctype html>\n" + tag("html", tag("head", *head), tag("body", top, tag("main", *body), end), lang="en") + "\n"
