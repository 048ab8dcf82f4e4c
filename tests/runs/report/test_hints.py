"""In a real browser the pointer finds the rows of a matrix without numbers."""

from __future__ import annotations

import pytest
from browser_world import ARGUMENTS, CHROMIUM
from many_classes_world import class_names, write_wide_run

from gesture_al.runs.report import write_report

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no browser")]


def test_resting_on_a_row_of_many_classes_says_what_it_is(tmp_path):
    from playwright.sync_api import sync_playwright

    page = write_report([write_wide_run(tmp_path / "run", classes=120, rounds=1)], tmp_path / "run")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        view = browser.new_page()
        view.goto(f"file://{page}")
        row = view.locator("#confusion-row_57")
        row.scroll_into_view_if_needed()
        box = row.bounding_box()
        x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 2
        view.mouse.move(x, y)
        said = f"document.elementFromPoint({x}, {y}).closest('.hint').querySelector('title').textContent"
        assert view.evaluate(said).startswith(f"{class_names(120)[57]}: ")
        assert float(view.evaluate("getComputedStyle(document.querySelector('#confusion-row_57 path')).opacity")) > 0.1
        browser.close()
