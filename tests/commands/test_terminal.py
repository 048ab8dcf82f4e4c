from __future__ import annotations

import io

from rich.console import Console

from gesture_al.commands.terminal import runs_table


def test_brackets_in_settings_and_reasons_are_shown_as_they_are():
    console = Console(file=io.StringIO(), width=200)
    runs = [
        {"job": 0, "overrides": ["dataset.params.classes=[a,b]"], "last": {}, "state": "failed", "reason": "no class [/b]"},
        {"job": 1, "overrides": ["dataset.params.classes=[a,c]"], "last": {}, "state": "done"},
    ]
    runs_table(runs, console)
    shown = console.file.getvalue()
    assert "[a,b]" in shown
    assert "no class [/b]" in shown
