"""How fast the labelling page is, in a real browser: `python benchmarks/labelling.py [answers]`.

Prints each measure with its limit, on a pool of 80 and of 10,000 clips, alone and beside a training. From the key to the next
clip is taken in the page (key event to the first frame that is drawn); to the durable answer until the reply, which the server
sends when the line is on disk. The last measure is of a real run: from the last answer of a round to the first question of the
retrained model, at 100 labels.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from browser_world import ARGUMENTS, CHROMIUM, served

from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import Paused
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import run
from gesture_al.studio.label.frontends import frontends
from gesture_al.studio.server.opening import Opening

LIMITS = {"page ready": 1000, "key to next clip": 50, "key to durable answer": 150, "last answer to first question": 3000}
# What a training beside may add.
BESIDE = 50
READY = "performance.now() - document.querySelector('#canvas').dataset.since > 150"
# Counts the milliseconds from every key to the next drawn clip, and to the reply to its answer.
WATCH = """() => {
  window.told = { clip: [], disk: [] };
  let pressed = 0;
  addEventListener("keydown", () => (pressed = performance.now()), true);
  new MutationObserver(() => {
    const { since } = document.querySelector("#canvas").dataset;
    const key = pressed;
    if (!key || !(since > key)) return;
    pressed = 0;
    requestAnimationFrame(() => told.clip.push(performance.now() - key));
  }).observe(document.querySelector("#canvas"), { attributes: true });
  const send = window.fetch;
  window.fetch = async (path, options) => {
    const began = performance.now();
    const reply = await send(path, options);
    if (path === "/answer") told.disk.push(performance.now() - began);
    return reply;
  };
}"""

# Ends when a clip is shown. The page waits by itself: asking it again and again would take from the training in this process.
SHOWN = """() => new Promise((end) => {
  const canvas = document.querySelector("#canvas");
  const look = () => canvas.dataset.since !== "never" && (end(), true);
  if (!look()) new MutationObserver((_, observer) => look() && observer.disconnect()).observe(canvas, { attributes: true });
})"""


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def enter(page: Page, address: str) -> float:
    """Open the page and begin; milliseconds until there is something to read."""
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("dialog[open]")
    taken = 1000 * (time.perf_counter() - began)
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]", state="hidden")
    return taken


def press(page: Page, key: str) -> None:
    """Name the clip once it may be named."""
    for _ in range(4000):
        if page.evaluate(READY):
            page.keyboard.press(key)
            return
        page.wait_for_timeout(5)
    raise SystemExit(f"no clip came; the page says: {page.inner_text('body')}")


def label(page: Page, answers: int) -> tuple[list[float], list[float]]:
    """Name so many clips; milliseconds to the next clip and to the disk, of each."""
    page.evaluate(WATCH)
    for number in range(answers):
        press(page, "123"[number % 3])
    page.wait_for_timeout(500)
    told = page.evaluate("told")
    return told["clip"], told["disk"]


def training(until: threading.Event) -> None:
    """What a loop does meanwhile: one training after the other."""
    settings = compose_settings(["dataset.params.clips=200", "tracking=csv"])
    made = assemble(settings, load_clips(settings.dataset), frontends())
    from gesture_al.runs.assembly import build_loop

    loop = build_loop(made, None, NullCallback())
    rows = made.splits.train[:100]
    while not until.is_set():
        loop.learner.fit(rows, made.clips.labels[rows], 0, lambda *step: until.is_set() and sys.exit())


def answering(new_page: Callable[[], Page], clips: int, answers: int, alone: Sequence[float] = ()) -> list[float]:
    """The lines for a pool of this size, beside a training where the figures alone are given; gives 95th percentiles."""
    with tempfile.TemporaryDirectory() as folder:
        name = f"{clips} clips" + (", training beside" if alone else "")
        over = threading.Event()
        with served(Path(folder), [list(range(answers + 5))], clips=clips) as (_, address):
            page = new_page()
            tell(name, "page ready", enter(page, address))
            if alone:
                threading.Thread(target=training, args=(over,), daemon=True).start()
                time.sleep(12)
            found = [p95(values) for values in label(page, answers)]
            over.set()
            limits = [figure + BESIDE for figure in alone] or [None, None]
            for measure, figure, limit in zip(("key to next clip", "key to durable answer"), found, limits, strict=True):
                tell(name, measure, figure, limit)
            page.context.close()
            return found


def turnaround(new_page: Callable[[], Page], clips: int, labels: int) -> None:
    """From the last answer of a round to the first question of the next, in a run with so many labels."""
    typed = [f"dataset.params.clips={clips}", "tracking=csv", "stopping=budget", f"initial_per_class={labels // 4}", "k=3"]
    settings = compose_settings([*typed, f"budget={labels + 12}", "oracle=interactive"])
    made, said = assemble(settings, load_clips(settings.dataset), frontends()), []
    made.oracle.frontend = frontends(Opening(browser=False, say=said.append))["browser"]
    with tempfile.TemporaryDirectory() as folder:

        def go() -> None:
            with contextlib.suppress(Paused):
                run(made, Path(folder), NullCallback())

        running = threading.Thread(target=go, daemon=True)
        running.start()
        while not said:
            time.sleep(0.05)
        page, taken = new_page(), []
        enter(page, said[0].split()[-1])
        for _ in range(3):
            for _ in range(3):
                press(page, "1")
            began = time.perf_counter()
            page.evaluate(SHOWN)
            taken.append(1000 * (time.perf_counter() - began))
        rows = [json.loads(line) for line in (Path(folder) / "rounds.jsonl").read_text().splitlines()]
        tell(f"{clips} clips, {labels} labels", "last answer to first question", statistics.median(taken))
        parts = [("training", "fit_seconds"), ("measuring", "predict_seconds"), ("choosing", "select_seconds")]
        print(" " * 34 + "of it " + ", ".join(f"{word} {1000 * rows[-1][key]:.0f}" for word, key in parts))
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        running.join(10)
        page.context.close()


def tell(where: str, measure: str, milliseconds: float, limit: float | None = None) -> None:
    """One line of the table."""
    limit = LIMITS[measure] if limit is None else limit
    verdict = "ok" if milliseconds <= limit else "TOO SLOW"
    print(f"{where:<34}{measure:<32}{milliseconds:>8.0f} ms   limit {limit:>5.0f}   {verdict}", flush=True)


def main() -> None:
    """All of it."""
    answers = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

        def new_page() -> Page:
            return browser.new_context(viewport={"width": 1280, "height": 720}).new_page()

        new_page().context.close()
        answering(new_page, 80, answers)
        alone = answering(new_page, 10_000, answers)
        answering(new_page, 10_000, answers, alone)
        turnaround(new_page, 10_000, 100)
        browser.close()


if __name__ == "__main__":
    main()
