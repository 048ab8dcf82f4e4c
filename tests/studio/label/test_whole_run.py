"""A whole run, named key by key in a real browser, has the picks of a simulated one."""

from __future__ import annotations

import json
import threading

import pytest
from browser_world import ARGUMENTS, CHROMIUM

from gesture_al.cli.composition import compose_settings
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import run
from gesture_al.studio.label.frontends import frontends
from gesture_al.studio.server.opening import Opening

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -r requirements-dev.txt")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium"),
    pytest.mark.slow,
]
SETTINGS = [
    *(
        "dataset.params.clips=120",
        "dataset.params.subjects=6",
        "model=lstm_s",
        "trainer.params.steps=8",
        "trainer.params.warmup=2",
    ),
    *("tracking=csv", "start=oracle", "start_cap=20", "k=6", "strategy=margin", "seed=3", "stopping=budget", "budget=22"),
]


def assembly(*overrides):
    settings = compose_settings([*SETTINGS, *overrides])
    return assemble(settings, load_clips(settings.dataset), frontends())


def picks(folder):
    return [json.loads(line)["ids"] for line in (folder / "queries.jsonl").read_text().splitlines()]


def test_named_by_keys_from_true_labels_it_picks_what_a_simulated_run_picks(tmp_path):
    run(assembly(), tmp_path / "simulated", NullCallback())
    made, sessions, said = assembly("oracle=interactive"), [], []
    open_page = frontends(Opening(browser=False, say=said.append))["browser"]

    def frontend(session, folder):
        sessions.append(session)
        return open_page(session, folder)

    made.oracle.frontend = frontend
    running = threading.Thread(target=run, args=(made, tmp_path / "asked", NullCallback()), daemon=True)
    running.start()
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        while not said:
            page.wait_for_timeout(20)
        page.goto(said[0].split()[-1])
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Enter")
        canvas = "document.querySelector('#canvas').dataset"
        seen = f"performance.now() - {canvas}.since > 150 && {canvas}.handle"
        for _ in range(3000):
            handle = page.evaluate(seen)
            if handle:
                row = sessions[0].item(handle).question.index
                page.keyboard.press(str(made.clips.labels[row] + 1))
            if page.locator("text=Open the report").is_visible():
                break
            page.wait_for_timeout(20)
        assert "budget" in page.inner_text("dialog")
        with page.context.expect_page() as opened:
            page.click("text=Open the report")
        assert "macro-F1" in opened.value.inner_text("body")
        opened.value.close()
        page.click("text=Close the session")
        running.join(20)
        browser.close()
    assert not running.is_alive()
    assert picks(tmp_path / "asked") == picks(tmp_path / "simulated")
    assert json.loads((tmp_path / "asked" / "status.json").read_text())["state"] == "done"
