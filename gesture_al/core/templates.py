"""HTML pages from Jinja2 templates: self-contained, with the style inline and every text escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE = Path(__file__).resolve().parents[1]


def render(template: str, **context: Any) -> str:
    """A page from a template.

    A page's template lies beside the Python file that renders it and extends `core/page/base.html.j2`; tables, figures and
    the like are macros in `core/page/macros.html.j2`.

    Args:
        template: Its path below the package, such as `runs/report/report.html.j2`.
        context: The variables of the template.

    Raises:
        jinja2.UndefinedError: The template reads a variable that the context lacks.
    """
    return _environment().get_template(template).render(context)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_PACKAGE),
        extensions=["jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
