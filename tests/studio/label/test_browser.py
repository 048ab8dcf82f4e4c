"""The page in a real browser: what a person does with keys, mouse and finger, and what must not happen."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

import pytest
from browser_world import ARGUMENTS, CHROMIUM, Process, log, served
from labelling_world import entry
from page_world import round_row, thinks

from gesture_al.active.annotation.answer_log import Operation

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -r requirements-dev.txt")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """Open the page as somebody new; at the end nothing went to another host and no script complained."""
    with contextlib.ExitStack() as stack:
        errors, hosts = [], set()

        def open_(address, start=True, offline_is_fine=False, **options):
            context = chromium.new_context(viewport={"width": 1280, "height": 720}, **options)
            stack.callback(context.close)
            context.set_default_timeout(15000)
            page = context.new_page()
            page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
            page.on("pageerror", lambda error: errors.append(str(error)))
            if not offline_is_fine:
                page.on("console", lambda line: errors.append(line.text) if is_trouble(line) else None)
            page.goto(address)
            page.wait_for_selector("dialog[open]")
            if start:
                page.keyboard.press("Enter")
                ready(page)
            return page

        yield open_
    assert errors == []
    assert hosts <= {"127.0.0.1"}


def is_trouble(line):
    """Whether a line of the console complains of something else than a server that has closed at the end of a test."""
    return line.type in ("error", "warning") and "ERR_CONNECTION_REFUSED" not in line.text


def ready(page):
    """A clip is shown, and has been long enough to be answered."""
    # Asked from outside, since the page's policy forbids scripts that are handed in as text.
    for _ in range(1000):
        if page.evaluate("performance.now() - document.querySelector('#canvas').dataset.since > 150"):
            return
        page.wait_for_timeout(15)
    raise AssertionError("no clip is shown")


def press(page, *keys):
    """Press keys, each with a clip before it that may be answered."""
    for key in keys:
        ready(page)
        page.keyboard.press(key)


def until(page, folder, count):
    """Wait until so many lines are in the log."""
    for _ in range(500):
        if len(log(folder)) >= count:
            return log(folder)
        page.wait_for_timeout(20)
    lines = [(line["operation"], line.get("source")) for line in log(folder)]
    raise AssertionError(f"{len(lines)} lines, not {count}: {lines}")


def decisions(page):
    page.wait_for_timeout(250)
    return page.locator("#last .name").all_inner_texts()


def test_twenty_clips_by_keys(visit, tmp_path):
    with served(tmp_path, [list(range(10)), list(range(10, 20))]) as (_, address):
        page = visit(address)
        press(page, *("1", "2", "3", "1", "2") * 4)
        lines = until(page, tmp_path, 20)
    assert [line["clip"] for line in lines] == [f"c{row:02d}" for row in range(20)]
    assert [line["name"] for line in lines] == ["Like", "Fire works", "Heart", "Like", "Fire works"] * 4
    assert all(line["milliseconds"] >= 150 and line["source"] == "keys" for line in lines)


def test_unsure_skip_and_bad_are_three_answers_and_all_of_it_works_by_mouse_and_by_finger(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address, has_touch=True)
        press(page, "u", "s", "x", "x")
        for id_ in ("unsure", "skip", "bad", "bad"):
            ready(page)
            page.click(f"#{id_}")
        ready(page)
        page.click("[data-name='Heart']")
        ready(page)
        page.tap("[data-name='Like']")
        ready(page)
        page.click("#undo")
        lines = until(page, tmp_path, 9)
        assert decisions(page)[0] == "Heart"
    assert [line["operation"] for line in lines] == ["unsure", "skip", "bad"] * 2 + ["label", "label", "undo"]
    assert [line.get("source") for line in lines][2:8] == ["keys", "mouse", "mouse", "mouse", "mouse", "touch"]


def test_undo_again_and_again_also_after_a_reload(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address)
        press(page, "1", "2", "3")
        until(page, tmp_path, 3)
        page.reload()
        ready(page)
        press(page, "z", "z")
        until(page, tmp_path, 5)
        assert decisions(page) == ["Like"]
        press(page, "3", "3")
        lines = until(page, tmp_path, 7)
        assert decisions(page) == ["Heart", "Heart", "Like"]
    assert [line.get("clip") for line in lines] == ["c00", "c01", "c02", None, None, "c01", "c02"]


def test_a_held_key_a_glance_and_a_key_with_a_modifier_name_nothing_more(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address)
        for _ in range(8):
            page.keyboard.down("1")  # without an up in between these are repeats
        page.keyboard.up("1")
        ready(page)
        assert len(until(page, tmp_path, 1)) == 1
        for chord in ("Control+2", "Alt+2", "Meta+2"):
            press(page, chord)
        page.keyboard.press("2")
        page.keyboard.press("3")  # the next clip is not there for 150 ms yet
        page.wait_for_timeout(300)
        assert [line["name"] for line in log(tmp_path)] == ["Like", "Fire works"]


def test_a_new_class_has_a_key_at_once_and_what_is_typed_into_a_field_is_no_answer(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address)
        press(page, "n")
        page.keyboard.type("1 sux z")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-name='1 sux z']")
        press(page, "4")
        lines = until(page, tmp_path, 2)
        press(page, "n")
        page.fill("#other-name", "Wave")
        page.select_option("#renamed", "1 sux z")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        until(page, tmp_path, 3)
        assert decisions(page) == ["Wave"]
    assert [(line["operation"], line["name"]) for line in lines] == [("new_class", "1 sux z"), ("label", "1 sux z")]


def test_more_than_nine_classes_have_letters_and_can_be_filtered(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (session, address):
        page = visit(address)
        for number in range(9):
            page.evaluate(
                "name => fetch('/class', {method: 'POST', headers: {'Content-Type': 'application/json'},"
                "body: JSON.stringify({uuid: crypto.randomUUID(), name})})",
                f"class {number}",
            )
        page.wait_for_selector("[data-name='class 8']")
        ready(page)
        press(page, "a", "9", "c")
        press(page, "/")
        page.keyboard.type("works")
        assert page.locator("#classes button").count() == 1
        page.keyboard.press("Enter")
        lines = until(page, tmp_path, 13)
        assert len(session.decisions.classes) == 12
    assert [line["name"] for line in lines[9:]] == ["class 6", "class 5", "class 7", "Fire works"]


def test_two_tabs_are_never_asked_the_same(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        mine = visit(address)
        yours = mine.context.new_page()
        yours.goto(address.partition("?")[0])
        yours.wait_for_selector("dialog[open]")
        yours.keyboard.press("Enter")
        ready(yours)
        press(mine, "1", "1")
        press(yours, "2", "2")
        # At the end one of them may have all that are left, while the other waits.
        for _ in range(200):
            for page, key in ((mine, "1"), (yours, "2")):
                page.keyboard.press(key)
                page.wait_for_timeout(80)
            if len(log(tmp_path)) == 12:
                break
        lines = until(mine, tmp_path, 12)
    assert sorted(line["clip"] for line in lines) == [f"c{row:02d}" for row in range(12)]
    assert {line["name"] for line in lines} == {"Like", "Fire works"}


def test_the_guess_is_nowhere_until_it_is_asked_for_and_after_the_answer_it_is_told(visit, tmp_path):
    with served(tmp_path, [list(range(6))]) as (session, address):
        for row in range(6):
            thinks(session, row, [0.123, 0.456, 0.421])
        seen = []
        page = visit(address, start=False)

        def look(reply):
            # What a reload cuts off has no text.
            with contextlib.suppress(playwright.Error):
                seen.append((reply.url, reply.text() if "/events" not in reply.url else ""))

        page.on("response", look)
        page.reload()
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Enter")
        ready(page)
        assert {"about", "clip", "next"} <= {urlsplit(url).path.split("/")[1] for url, _ in seen}
        assert not [url for url, text in seen if "0.456" in text]
        assert "46" not in page.inner_text("body")
        press(page, "g")
        page.wait_for_selector("#guess li")
        assert page.locator("#guess li").first.inner_text().split("\n")[0] == "Fire works"
        press(page, "3")
        [line] = until(page, tmp_path, 1)
        page.wait_for_selector("#after:has-text('Heart · the model thought Fire works, 46 %')")
        assert page.locator("#guess li").count() == 0
        press(page, "1")
        lines = until(page, tmp_path, 2)
    assert line["guess_shown"] > 0
    assert "guess_shown" not in lines[1]


def test_a_second_person_names_what_the_first_has_named_and_both_see_how_far_they_agree(visit, tmp_path):
    def come(name):
        page = visit(address, start=False)
        page.fill("#name", name)
        page.keyboard.press("Enter")
        ready(page)
        return page

    with served(tmp_path, [[0, 1, 2]], second_opinions=1.0) as (session, address):
        ann = come("Ann")
        press(ann, "1", "2")
        until(ann, tmp_path, 2)
        ben = come("Ben")
        press(ben, "1", "3")
        lines = until(ben, tmp_path, 4)
        assert [(line["clip"], line["annotator"], line["purpose"]) for line in lines] == [
            ("c00", "Ann", "query"),
            ("c01", "Ann", "query"),
            ("c00", "Ben", "second"),
            ("c01", "Ben", "second"),
        ]
        for page in (ann, ben):
            page.wait_for_selector("#meters >> text=With each other")
        assert session.batch_progress() == (2, 3)


def test_killed_in_the_middle_nothing_that_was_typed_is_lost_or_counted_twice(visit, tmp_path):
    server = Process(tmp_path)
    page = visit(server.address, offline_is_fine=True)
    press(page, "1", "2")
    until(page, tmp_path, 2)
    # On disk, and the page has been told so.
    page.wait_for_selector("#last .pending", state="detached")
    server.kill()
    press(page, "3", "1")
    page.wait_for_selector("#unsaved:not([hidden])")
    assert "2 not saved yet" in page.inner_text("#unsaved")
    assert decisions(page) == ["Like", "Heart", "Fire works", "Like"]
    again = Process(tmp_path)
    try:
        assert again.address == server.address
        until(page, tmp_path, 4)
        page.wait_for_selector("#unsaved", state="hidden")
        ready(page)
        press(page, "2")
        lines = until(page, tmp_path, 5)
    finally:
        again.kill()
    assert [(line["clip"], line["name"]) for line in lines[:4]] == [
        ("c00", "Like"),
        ("c01", "Fire works"),
        ("c02", "Heart"),
        ("c03", "Like"),
    ]
    assert lines[4]["clip"] == "c04"


def test_a_page_that_was_ended_goes_on_when_the_run_does(visit, tmp_path):
    server = Process(tmp_path)
    page = visit(server.address, offline_is_fine=True)
    press(page, "1", "Escape", "Escape")
    page.wait_for_selector("text=Ended for now")
    server.kill()
    page.wait_for_timeout(300)
    again = Process(tmp_path)
    try:
        page.wait_for_selector("text=Ended for now", state="hidden")
        press(page, "2")
        assert [line["name"] for line in until(page, tmp_path, 2)] == ["Like", "Fire works"]
    finally:
        again.kill()


def test_a_full_disk_is_said_loudly_and_the_answer_arrives_when_there_is_room(visit, tmp_path, monkeypatch):
    from gesture_al.core.line_file import append_line

    full = True

    def append(path, record):
        if full:
            raise OSError(28, "No space left on device")
        append_line(path, record)

    monkeypatch.setattr("gesture_al.active.annotation.answer_log.append_line", append)
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address, offline_is_fine=True)
        press(page, "1")
        page.wait_for_selector("text=the disk is full")
        assert log(tmp_path) == []
        full = False
        until(page, tmp_path, 1)
        page.wait_for_selector("#unsaved", state="hidden")


def test_a_decision_is_corrected_by_a_click_and_the_question_waits_meanwhile(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address)
        press(page, "1", "2")
        page.locator("#last button").nth(1).click()
        page.wait_for_selector("text=Looking again, so far Like")
        ready(page)
        press(page, "3", "1")
        lines = until(page, tmp_path, 4)
        assert decisions(page) == ["Like", "Heart", "Fire works"]
        page.locator("#last button").nth(1).click()
        ready(page)
        press(page, "Escape")
        assert page.locator("dialog[open]").count() == 0
    assert [(line["clip"], line["name"]) for line in lines[2:]] == [("c00", "Heart"), ("c02", "Like")]


def test_the_grid_names_several_at_once(visit, tmp_path):
    with served(tmp_path, [list(range(14))]) as (_, address):
        page = visit(address)
        press(page, "b")
        page.locator(".tile").nth(11).wait_for()
        page.wait_for_timeout(300)
        page.locator(".tile").nth(0).click()
        page.locator(".tile").nth(3).click()
        press(page, "2")
        page.keyboard.press("ArrowRight")
        press(page, " ", "1")
        lines = until(page, tmp_path, 3)
        press(page, "b")
        ready(page)
        press(page, "3")
        lines = until(page, tmp_path, 4)
    assert [(line["clip"], line["name"]) for line in lines[:2]] == [("c00", "Fire works"), ("c03", "Fire works")]
    assert [line["source"] for line in lines] == ["grid", "grid", "grid", "keys"]


def test_replay_steps_speed_and_mirror_answer_to_their_keys(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address)
        press(page, " ", "]", "m")
        assert page.inner_text("#speed") == "1.5\N{MULTIPLICATION SIGN}"
        assert page.get_attribute("#mirror", "aria-pressed") == "true"
        press(page, "[", "[", ",", ".")
        assert page.inner_text("#speed") == "0.5\N{MULTIPLICATION SIGN}"
        before = page.evaluate("document.querySelector('#strip .now').style.left")
        page.wait_for_timeout(300)
        assert page.evaluate("document.querySelector('#strip .now').style.left") == before, "a step holds the clip still"
        press(page, ".")
        assert page.evaluate("document.querySelector('#strip .now').style.left") != before
        press(page, "1")
        [line] = until(page, tmp_path, 1)
    assert line["replays"] >= 1


def test_escape_pauses_and_a_second_one_ends_for_now_with_the_command_to_go_on(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (session, address):
        page = visit(address)
        press(page, "Escape")
        assert page.inner_text("#dialog-title") == "Paused"
        press(page, "1")
        page.keyboard.press("Enter")
        assert page.locator("dialog[open]").count() == 0
        assert log(tmp_path) == [], "a key that was pressed during the pause named a clip"
        press(page, "Escape", "Escape")
        page.wait_for_selector("text=Ended for now")
        assert f"gesture-al label {tmp_path}" in page.inner_text("dialog")
        for _ in range(100):
            if session.paused:
                break
            page.wait_for_timeout(20)
        assert session.paused


def test_audit_clips_fill_the_time_in_which_the_model_trains_and_the_end_is_told(visit, tmp_path):
    with served(tmp_path, [[0, 1]], audits=[20, 21], known_start=False) as (session, address):
        page = visit(address)
        press(page, "1", "2")
        page.wait_for_selector("text=Audit clip 1 of 2")
        session.progress.step(1, 5, 10, 0.5)
        press(page, "1", "2")
        page.wait_for_selector("text=The model is being trained on your answers")
        (tmp_path / "report.html").write_text("<h1>The report</h1>")
        session.progress.ended("macro-F1 is above 0.9")
        page.wait_for_selector("text=It ended because: macro-F1 is above 0.9")
        with page.context.expect_page() as opened:
            page.click("#report")
        assert opened.value.inner_text("h1") == "The report"
        opened.value.close()
        page.click("text=Close the session")


@pytest.mark.parametrize(
    ("width", "height", "classes"), [(1280, 720, 3), (1280, 720, 9), (1280, 720, 27), (1920, 1080, 3), (800, 600, 6)]
)
def test_everything_is_on_one_screen(visit, tmp_path, width, height, classes):
    with served(tmp_path, [list(range(12))], audits=[20, 21], known_start=False) as (session, address):
        for number in range(3, classes):
            session.keep(entry(Operation.NEW_CLASS, f"A gesture with quite a long name {number}"))
        counts = [[9] * 3] * 3
        row = round_row(test_macro_f1=0.5, test_macro_f1_low=0.4, test_macro_f1_high=0.6, test_confusion=counts)
        session.progress.round(row)
        page = visit(address)
        page.set_viewport_size({"width": width, "height": height})
        press(page, *"123123123")
        sizes = "[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"
        assert page.evaluate(sizes) == [0, 0]
        page.click("#by-confusion")
        assert page.evaluate(sizes) == [0, 0]
        for id_ in ("canvas", "classes", "learned", "strip", "replay", "unsure", "score", "last", "meters"):
            box = page.locator(f"#{id_}").bounding_box()
            assert box["width"] > 0
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(visit, tmp_path, scheme):
    contrast = """() => {
      const style = getComputedStyle(document.documentElement);
      const light = (name) => {
        const [r, g, b] = style.getPropertyValue(name).trim().match(/[0-9a-f]{2}/gi).map((part) => {
          const value = parseInt(part, 16) / 255;
          return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      return [["--ink", "--card", 7], ["--ink", "--paper", 7], ["--faint", "--card", 4.5], ["--faint", "--paper", 4.5],
        ["--warn", "--card", 4.5], ["--accent", "--card", 4.5], ["--on-accent", "--accent", 4.5], ["--ink", "--press", 4.5],
        ["--left", "--card", 3], ["--right", "--card", 3], ["--body", "--card", 3], ["--good", "--card", 3]]
        .map(([one, other, least]) => [one, other, least, [light(one), light(other)].sort((a, b) => b - a)])
        .map(([one, other, least, [high, low]]) => [one, other, (high + 0.05) / (low + 0.05) - least])
        .filter(([, , above]) => above < 0);
    }"""
    with served(tmp_path, [list(range(12))]) as (_, address):
        assert visit(address, color_scheme=scheme).evaluate(contrast) == []


def test_tab_walks_through_classes_first_reading_order_and_space_presses_what_has_the_focus(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address)
        walked = []
        for _ in range(30):
            page.keyboard.press("Tab")
            walked.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.name || ''"))
        for wanted in ("open-grid", "replay", "mirror", "Like", "Heart", "unsure", "by-labels"):
            assert wanted in walked
        page.focus("[data-name='Heart']")
        press(page, " ")
        [line] = until(page, tmp_path, 1)
    assert line["name"] == "Heart"


def test_with_reduced_motion_a_clip_plays_once_and_waits(visit, tmp_path):
    with served(tmp_path, [list(range(12))]) as (_, address):
        page = visit(address, reduced_motion="reduce")
        page.wait_for_timeout(1500)
        before = page.evaluate("document.querySelector('#strip .now').style.left")
        page.wait_for_timeout(400)
        assert page.evaluate("document.querySelector('#strip .now').style.left") == before
        press(page, "1")
        [line] = until(page, tmp_path, 1)
    assert line["replays"] == 0
