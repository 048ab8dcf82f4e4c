"""Pages from templates: escaped, complete, and the same from wherever the package lies."""

from __future__ import annotations

import subprocess
import sys

import pytest
from jinja2 import UndefinedError

from gesture_al.core.templates import render


def test_text_is_escaped():
    page = render("core/page/base.html.j2", title="a < b", headline="<b>x</b>")
    assert "<title>a &lt; b</title>" in page
    assert "<h1>&lt;b&gt;x&lt;/b&gt;</h1>" in page
    assert "prefers-color-scheme: dark" in page


def test_a_missing_variable_is_an_error():
    with pytest.raises(UndefinedError, match="headline"):
        render("core/page/base.html.j2", title="a")


def test_jinja_is_loaded_when_a_page_is_rendered():
    code = (
        "import sys; import gesture_al.core.templates, gesture_al.runs.report, gesture_al.capture.extraction.page;"
        "print('jinja2' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
