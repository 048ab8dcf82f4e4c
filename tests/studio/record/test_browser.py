"""The recorder in a real browser with a make-believe camera: what a person does, and what must not be lost."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

import numpy as np
import pytest
from browser_world import ARGUMENTS, CHROMIUM, Rounds, session_in
from fake_camera import arguments
from fake_camera import film as film_of
from recorder_world import RecorderProcess

from gesture_al.capture.extraction.tracks import extract_track
from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.core.line_file import read_lines
from gesture_al.data.track import read_track
from gesture_al.studio.label.server import serve
from gesture_al.studio.record.server import Recording, recorder
from gesture_al.studio.server.opening import Opening

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -r requirements-dev.txt")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")


@pytest.fixture(scope="module")
def engine():
    with playwright.sync_playwright() as started:
        yield started.chromium


@pytest.fixture(scope="module")
def chromium(engine, tmp_path_factory):
    camera = film_of(tmp_path_factory.mktemp("camera") / "hand.mjpeg")
    browser = engine.launch(executable_path=CHROMIUM, args=ARGUMENTS + arguments(camera))
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium):
    """Open the page as somebody new; at the end nothing went to another host and no script complained."""
    with contextlib.ExitStack() as stack:
        told, hosts = [], set()

        def open_(address, browser=chromium, context=None, complaints_are_fine=False, **options):
            if context is None:
                context = browser.new_context(viewport={"width": 1280, "height": 720}, **options)
                stack.callback(context.close)
                context.set_default_timeout(20000)
            page = context.new_page()
            page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
            page.on("pageerror", lambda error: told.append(str(error)))
            if not complaints_are_fine:
                page.on("console", lambda line: told.append(line.text) if is_trouble(line) else None)
            page.goto(address)
            return page

        yield open_
    assert told == []
    # A recorded video is looked at from the page's own memory.
    assert hosts - {None, ""} <= {"127.0.0.1"}


def is_trouble(line):
    """Whether a line of the console complains of something else than a server that has closed at the end of a test."""
    return line.type in ("error", "warning") and "ERR_CONNECTION_REFUSED" not in line.text


@pytest.fixture
def hands(hand_model):
    return LANDMARKS.build("hands", {"hand_model": str(hand_model)})


@pytest.fixture
def open_recorder(tmp_path, make_plan, hands):
    """A recorder in this process: its board, and its address."""

    @contextlib.contextmanager
    def open_(labels=True, **told):
        said = []
        plan = make_plan(**{"seconds": 0.8, "count_in": 0.2, "takes": 2, **told})
        what = Recording(tmp_path / "data", plan, 3, hands)
        with recorder(what, Opening(browser=False, say=said.append), labels) as opened:
            yield opened, said[0].split()[-1]

    return open_


def state(page, wanted):
    page.wait_for_selector(f"#camera[data-state={wanted}]")


def ready(page):
    """The camera is open and nothing is being recorded."""
    state(page, "choose")
    page.wait_for_selector("#controls kbd:text('space')")


def line(page, text):
    page.wait_for_selector(f"#line:has-text({text!r})")


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("[!.]*/*"))


def test_a_take_by_keys_is_what_extraction_makes_of_its_file(visit, open_recorder, tmp_path, hands):
    with open_recorder() as (_, address):
        page = visit(address)
        ready(page)
        page.keyboard.press("2")
        # A held key starts one take.
        for _ in range(4):
            page.keyboard.down(" ")
        page.keyboard.up(" ")
        state(page, "review")
        assert page.locator("#line").inner_text().startswith("Hand seen")
        assert page.locator("#replay").is_visible()
        assert page.locator("#strip .right i.all").count() > 5
        page.keyboard.press("Enter")
        line(page, "Kept Like/ann_one_001")
        assert page.locator(".choose[data-name=Like] .count").inner_text() == "1/2"
        assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [720, 1280]
    video, npz = tmp_path / "data/Like/ann_one_001.webm", tmp_path / "data/Like/ann_one_001.npz"
    kept, again = read_track(npz), extract_track(video, hands, {})
    np.testing.assert_array_equal(kept.positions, again.positions)
    np.testing.assert_array_equal(kept.seconds, again.seconds)
    np.testing.assert_array_equal(kept.handedness, again.handedness)
    assert np.isfinite(kept.handedness[:, 1]).mean() > 0.8
    assert 0.5 < kept.seconds[-1] < 1.2
    assert files(tmp_path / "data") == ["Like/ann_one_001.npz", "Like/ann_one_001.webm"]


def test_a_series_keeps_good_takes_by_itself_and_undo_removes_the_last(visit, open_recorder, tmp_path):
    with open_recorder() as (_, address):
        page = visit(address)
        ready(page)
        page.keyboard.press("3")
        page.keyboard.press("s")
        line(page, "Series of 2 done")
        page.keyboard.press("u")
        line(page, "Removed Heart/ann_one_002")
        page.wait_for_selector("#last li:has-text('Heart · 1')")
    assert files(tmp_path / "data") == ["Heart/ann_one_001.npz", "Heart/ann_one_001.webm"]


def test_discard_and_cancel_keep_nothing(visit, open_recorder, tmp_path):
    with open_recorder(count_in=0.6) as (_, address):
        page = visit(address)
        ready(page)
        page.keyboard.press(" ")
        state(page, "count_in")
        page.keyboard.press("Escape")
        state(page, "choose")
        page.get_by_role("button", name="record one take").click()
        state(page, "review")
        page.get_by_role("button", name="discard").click()
        line(page, "Discarded")
        assert page.evaluate(_IN_STORE) == 0
    assert files(tmp_path / "data") == []


def test_a_free_recording_becomes_the_pool_and_the_same_tab_goes_on_to_label(visit, open_recorder, tmp_path):
    with open_recorder(free_seconds=30.0) as (opened, address):
        page = visit(address)
        ready(page)
        assert page.locator("#go-on").is_disabled()
        assert "a free recording" in page.locator("#lacking").inner_text()
        for label in ("Like", "none"):
            for number in range(3):
                (tmp_path / "data" / label).mkdir(parents=True, exist_ok=True)
                (tmp_path / "data" / label / f"old_{number}.npz").touch()
        (tmp_path / "data" / "unlabelled").mkdir()
        for number in range(4):
            (tmp_path / "data" / "unlabelled" / f"old_{number}.npz").touch()
        page.keyboard.press("f")
        state(page, "free")
        page.wait_for_timeout(5500)
        page.keyboard.press("Enter")
        state(page, "review")
        assert "found in it" in page.locator("#line").inner_text()
        page.keyboard.press("Enter")
        line(page, "to be asked about")
        assert opened.counts()["unlabelled"] >= 5
        page.keyboard.press("l")
        page.wait_for_selector("dialog:has-text('being prepared')")
        assert opened.wait() is True
        opened.refuse("no clip of class 'Heart'")
        page.wait_for_selector("dialog:has-text('Heart')")
        page.keyboard.press("Enter")
        ready(page)
        page.keyboard.press("l")
        assert opened.wait() is True
    session = session_in(tmp_path / "run")
    with serve(session, tmp_path / "run", Opening(browser=False, say=lambda text: None, after=opened.address)):
        Rounds(session, [[1, 2, 3]], [])
        page.wait_for_selector("dialog[open] >> text=Start")
        session.pause()
    assert any("recording" in read_track(path).about for path in (tmp_path / "data/unlabelled").glob("ann*.npz"))


def test_a_second_tab_is_told_and_may_take_over(visit, open_recorder):
    with open_recorder() as (_, address):
        first = visit(address)
        ready(first)
        second = visit(address, context=first.context)
        second.wait_for_selector("dialog:has-text('open in another tab')")
        second.keyboard.press("Enter")
        ready(second)
        first.wait_for_selector("dialog:has-text('open in another tab')")
        second.keyboard.press(" ")
        state(second, "review")
        second.close()
        # What the second tab has left undecided is in the browser's store, and taken up here.
        state(first, "review")


def test_a_killed_server_costs_nothing_and_nothing_is_kept_twice(visit, tmp_path, hand_model):
    process = RecorderProcess(tmp_path, hand_model)
    try:
        page = visit(process.address, complaints_are_fine=True)
        ready(page)
        page.keyboard.press("2")
        page.keyboard.press(" ")
        state(page, "review")
        process.kill()
        page.keyboard.press("Enter")
        page.wait_for_selector("#unsaved:has-text('Not saved yet')")
        process = RecorderProcess(tmp_path, hand_model)
        line(page, "Kept Like/me_one_001")
        page.wait_for_selector("#unsaved", state="hidden")
        # Killed while a take runs, and the page reloaded: the take is there to be decided.
        page.keyboard.press(" ")
        state(page, "recording")
        process.kill()
        page.wait_for_selector("#unsaved:has-text('Not saved yet')")
        process = RecorderProcess(tmp_path, hand_model)
        page.reload()
        state(page, "review")
        page.keyboard.press("Enter")
        line(page, "Kept Like/me_one_002")
        assert page.evaluate(_IN_STORE) == 0
        assert process.files() == [f"Like/me_one_00{number}.{end}" for number in (1, 2) for end in ("npz", "webm")]
        assert len({entry["uuid"] for entry in read_lines(process.data / "recorded.jsonl")}) == 2
        # Who does not want to wait may give a take up.
        page.keyboard.press(" ")
        state(page, "review")
        process.kill()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="give this take up").click()
        line(page, "The take was given up")
        assert page.evaluate(_IN_STORE) == 0
        process = RecorderProcess(tmp_path, hand_model)
        page.wait_for_selector("#unsaved", state="hidden")
        page.keyboard.press("q")
        page.wait_for_selector("dialog:has-text('Done for now')")
        assert "gesture-al label dataset=clips" in page.locator("dialog").inner_text()
        code, said = process.wait()
        assert (code, "Like 2" in said) == (0, True)
    finally:
        process.process.kill()


def test_a_camera_that_goes_away_costs_the_running_take_only(visit, open_recorder, tmp_path):
    with open_recorder(seconds=5.0) as (_, address):
        page = visit(address)
        ready(page)
        page.keyboard.press(" ")
        state(page, "recording")
        page.evaluate("document.querySelector('#live').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
        page.wait_for_selector("#trouble:has-text('The camera has gone')")
        line(page, "is lost")
        page.keyboard.press("r")
        ready(page)
        assert page.locator("#trouble").is_hidden()
    assert files(tmp_path / "data") == []


def test_a_browser_without_a_camera_says_what_to_do(engine, visit, open_recorder):
    browser = engine.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    try:
        with open_recorder() as (_, address):
            page = visit(address, browser=browser)
            page.wait_for_selector("#trouble h2")
            assert page.locator("#trouble h2").inner_text() in ("No camera was found.", "The browser may not use the camera.")
            page.get_by_role("button", name="Try again", exact=True).click()
            page.wait_for_selector("#trouble h2")
    finally:
        browser.close()


def test_classes_and_people_are_named_on_the_page(visit, open_recorder):
    with open_recorder() as (_, address):
        page = visit(address, complaints_are_fine=True)
        ready(page)
        page.keyboard.press("n")
        page.keyboard.type("a/b")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog .trouble:has-text('cannot be a file')")
        page.locator("#field").fill("Wave")
        page.keyboard.press("Enter")
        page.wait_for_selector(".choose[data-name=Wave][aria-pressed=true]")
        page.get_by_role("button", name="take Heart off the list").click()
        page.wait_for_selector(".choose[data-name=Heart]", state="detached")
        page.keyboard.press("w")
        page.locator("#field").fill("ben")
        page.keyboard.press("Enter")
        page.wait_for_selector("#who:has-text('ben')")


_IN_STORE = """new Promise((resolve) => {
  const request = indexedDB.open("gesture_al", 1);
  request.onsuccess = () => {
    const count = request.result.transaction("takes").objectStore("takes").count();
    count.onsuccess = () => resolve(count.result);
  };
})"""
