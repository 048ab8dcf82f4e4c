"""The live page in a real browser, before a webcam that is a film."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

import numpy as np
import pytest
from browser_world import ARGUMENTS, CHROMIUM
from live_page_world import BRIGHT, DARK, film, jpeg, running
from painted_hands import painted

from gesture_al.capture.landmarks.mediapipe_extractors import Hands
from gesture_al.data.datasets.clips import Clips
from gesture_al.data.datasets.facetime_stream import facetime_streams
from gesture_al.deploy.export import example_folder
from gesture_al.deploy.live.collecting import WRONG
from gesture_al.deploy.live.recogniser import Recogniser

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -r requirements-dev.txt")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
# What a camera that does not open says to a page, and what the page says to a person.
TROUBLES = {
    "NotAllowedError": "may not use",
    "NotFoundError": "No camera",
    "NotReadableError": "in use",
    "UnknownError": "cannot be opened",
}
DRAWN = "document.querySelector('#overlay').getContext('2d').getImageData(0, 0, 2000, 2000).data.some(Boolean)"
SPOILED = """() => {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.trouble = "NotAllowedError";
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (wanted.audio) throw new Error("it asks for sound");
    if (window.trouble) throw new DOMException("no", window.trouble);
    return (window.stream = await real(wanted));
  };
}"""


@pytest.fixture(scope="module")
def engine():
    with playwright.sync_playwright() as started:
        yield started.chromium


@pytest.fixture(scope="module")
def lamp(engine, tmp_path_factory):
    """A browser whose camera sees a lamp go on for a second, every two seconds."""
    path = film(tmp_path_factory.mktemp("film") / "lamp.mjpeg", [jpeg(DARK), jpeg(BRIGHT)], each=30)
    browser = engine.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *CAMERA, f"--use-file-for-fake-video-capture={path}"])
    yield browser
    browser.close()


@pytest.fixture
def visit():
    """Open a page as somebody new; at the end nothing went to another host and no script complained."""
    with contextlib.ExitStack() as stack:
        told, hosts = [], set()

        def is_trouble(line, fine):
            return line.type in ("error", "warning") and not any(word in line.text for word in fine)

        def open_(browser, address, fine=(), script=None, **options):
            context = browser.new_context(viewport={"width": 1280, "height": 720}, **options)
            stack.callback(context.close)
            context.set_default_timeout(20000)
            page = context.new_page()
            page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
            page.on("pageerror", lambda error: told.append(str(error)))
            page.on("console", lambda line: told.append(line.text) if is_trouble(line, fine) else None)
            if script:
                page.add_init_script(f"({script})()")
            page.goto(address)
            return page

        yield open_
    assert told == []
    assert hosts <= {"127.0.0.1"}


def looking(page):
    """The recogniser looks at the camera."""
    page.wait_for_selector("#wrong:not([disabled])")
    page.wait_for_selector("#notice", state="hidden")


def test_a_gesture_is_named_and_what_was_wrong_is_asked_about_first(engine, visit, hand_model, tmp_path):
    person = facetime_streams(6, seed=3)[5]
    rows = np.searchsorted(person.seconds, np.arange(51.9, 54.8, 0.1))
    pictures = [jpeg(painted(joints, 320, 240)) for joints in person.positions[rows]]
    # The thumb is up for a second longer, and less sure is sure enough: this is no test of how good the recogniser is.
    path = film(tmp_path / "person.mjpeg", [*pictures[:17], *[pictures[17]] * 10, *pictures[17:]], each=3)
    shipped = Recogniser.load(example_folder(), threshold=0.7, thresholds={})
    recogniser = Recogniser(shipped.model, shipped.point, Hands(hand_model=str(hand_model)))
    pool = tmp_path / "pool"
    browser = engine.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *CAMERA, f"--use-file-for-fake-video-capture={path}"])
    with contextlib.closing(browser), running(recogniser, tmp_path, pool) as live:
        page = visit(browser, live.address)
        page.wait_for_selector("#event:not([hidden])", timeout=60000)
        assert page.inner_text("#event") == "Like"
        assert "fired" in page.get_attribute("#camera", "class")
        assert page.locator("#past li").last.inner_text().startswith("Like")
        assert page.evaluate(DRAWN), "no skeleton"
        page.keyboard.press("w")
        page.wait_for_selector("#really button")
        assert page.inner_text("#kept code") == f"gesture-al label dataset=clips dataset.params.path={pool.as_posix()}"
        page.keyboard.press("q")
        page.wait_for_selector("dialog[open]")
        assert "event" in page.inner_text("dialog")
    assert live.events[0].name == "Like"
    clips = Clips(path=str(pool), classes=[]).load()
    assert clips.priority.tolist() == [WRONG]
    assert (clips.labels == -1).all()


def test_a_held_gesture_fires_once_and_everything_fits_on_the_screen(lamp, visit, fake, tmp_path):
    with running(fake, tmp_path, tmp_path / "pool") as live:
        page = visit(lamp, live.address)
        page.wait_for_selector("#past li:nth-child(2)")
        assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [720, 1280]
        assert page.inner_text("#recogniser") == "mine"
        assert page.is_visible("#synthetic")
        assert page.locator("#bars .mark").count() == 2, "none has no threshold"
        assert "/s" in page.inner_text("#speed")
        page.evaluate("document.querySelector('#threshold').value = 0.9")
        page.dispatch_event("#threshold", "input")
        page.wait_for_selector("#bars .mark[style*='left: 90%']")
        page.keyboard.press("w")
        page.wait_for_selector("#really button")
        page.keyboard.press("2")
        page.wait_for_selector("#really >> text=Kept as Heart")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[open]")
    times = [event.seconds for event in live.events]
    assert len(times) >= 2
    assert min(np.diff(times)) > 1, "it fired again while the lamp was on"
    assert [path.parent.name for path in live.tally.kept] == ["Heart"]


def test_another_camera_can_be_chosen_and_is_remembered(engine, visit, fake, tmp_path):
    browser = engine.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, CAMERA[0], f"{CAMERA[1]}=device-count=2"])
    with contextlib.closing(browser), running(fake, tmp_path, tmp_path / "pool") as live:
        page = visit(browser, live.address)
        looking(page)
        first, second = (page.locator(f"#choice option:nth-child({number})").get_attribute("value") for number in (1, 2))
        assert page.locator("#choice").input_value() == first
        page.select_option("#choice", second)
        page.wait_for_selector("#notice:not([hidden])")
        looking(page)
        page.reload()
        looking(page)
        assert page.locator("#choice").input_value() == second
        page.keyboard.press("q")
        page.wait_for_selector("dialog[open]")


@pytest.mark.parametrize("name", TROUBLES)
def test_a_camera_that_does_not_open_is_told_with_a_remedy(lamp, visit, fake, tmp_path, name):
    with running(fake, tmp_path, tmp_path / "pool") as live:
        page = visit(lamp, live.address, script=SPOILED.replace("NotAllowedError", name))
        page.wait_for_selector("#notice button")
        assert TROUBLES[name] in page.inner_text("#notice h2")
        assert page.inner_text("#notice p")
        if name == "NotAllowedError":
            page.evaluate("window.trouble = null")
            page.click("#notice button")
            looking(page)
            # Somebody pulls the plug.
            page.evaluate("window.stream.getTracks()[0].dispatchEvent(new Event('ended'))")
            page.wait_for_selector("#notice button")
            assert "has gone" in page.inner_text("#notice h2")
            page.click("#notice button")
            looking(page)
        page.click("#end")
        page.wait_for_selector("dialog[open]")


def test_a_second_tab_is_told_and_can_take_it(lamp, visit, fake, tmp_path):
    fine = ["423"]
    with running(fake, tmp_path, tmp_path / "pool") as live:
        first = visit(lamp, live.address, fine)
        looking(first)
        second = visit(lamp, live.address, fine)
        second.wait_for_selector("#notice button")
        assert "Another tab" in second.inner_text("#notice h2")
        second.click("#notice button")
        looking(second)
        first.wait_for_selector("#notice button")
        second.close(run_before_unload=True)
        looking(first)
        first.reload()
        looking(first)
        first.keyboard.press("q")
        first.wait_for_selector("dialog[open]")


def test_the_page_goes_on_when_the_recogniser_is_started_again(lamp, visit, fake, tmp_path):
    with running(fake, tmp_path, tmp_path / "pool") as live:
        page = visit(lamp, live.address, fine=["ERR_CONNECTION_REFUSED", "410"])
        looking(page)
        # As Ctrl-C in the terminal would.
        other = visit(lamp, live.address, fine=["423", "410"])
        other.evaluate("fetch('/end', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })")
        other.close()
    page.wait_for_selector("#notice code")
    assert "gesture-al live --browser" in page.inner_text("#notice")
    with running(fake, tmp_path, tmp_path / "pool") as again:
        assert again.address == live.address
        looking(page)
        page.keyboard.press("q")
        page.wait_for_selector("dialog[open]")
