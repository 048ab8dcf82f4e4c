"""Reasons of bad clips, and ends moved by keys, mouse and finger, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from browser_world import CHROMIUM, log, served
from cutting_world import recorded
from studio.label import test_browser
from studio.label.test_browser import decisions, press, ready, until

from gesture_al.data.datasets.recordings import with_ends
from gesture_al.data.track import Stretch

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")
chromium, visit = test_browser.chromium, test_browser.visit
FRAME = 0.04
SHOWN = "document.querySelectorAll('#strip .handle').length"


@pytest.fixture
def clips(tmp_path):
    """Clips that were cut from recordings, under the names that the world of the browser asks for."""
    made = recorded(tmp_path / "data", people=1)
    return replace(made, ids=np.array([f"c{row:02d}" for row in range(len(made))]))


@pytest.fixture
def asking(clips, tmp_path):
    """A page that asks about clips 3 to 12."""
    return lambda **more: served(tmp_path, [list(range(3, 13))], clips=clips, **more)


def mode(page):
    return page.locator("#bad-clip").get_attribute("class") if page.locator("#bad-clip").is_visible() else None


def move_ends(page):
    press(page, "x")
    page.keyboard.press("e")
    page.wait_for_selector("#strip .handle.end")


def own(clips, row):
    """Times of the first and the last frame that a clip has in its set, in seconds of its recording."""
    around = with_ends(clips, row, Stretch(float(clips.start[row]), float(clips.end[row])))
    return float(around.start[0]), float(around.end[0])


def test_a_reason_is_one_more_key_and_none_is_the_same_key_again(visit, asking, tmp_path):
    with asking() as (_, address):
        page = visit(address)
        for keys in ("x1", "x2", "x3", "xx", ("x", "Enter")):
            ready(page)
            for key in keys:
                page.keyboard.press(key)
            assert mode(page) is None
        lines = until(page, tmp_path, 5)
        assert decisions(page) == ["bad clip", "bad clip", "no hand", "two gestures", "cut wrong"]
    assert [line["operation"] for line in lines] == ["bad"] * 5
    assert [line.get("reason", "") for line in lines] == ["cut wrong", "two gestures", "no hand", "", ""]
    assert [line["clip"] for line in lines] == [f"c{row:02d}" for row in range(3, 8)]


def test_by_mouse_and_by_finger_too(visit, asking, tmp_path):
    with asking() as (_, address):
        page = visit(address, has_touch=True)
        ready(page)
        page.click("#bad")
        assert page.locator("#bad").get_attribute("aria-expanded") == "true"
        page.click("#bad-clip >> text=two gestures")
        ready(page)
        page.tap("#bad")
        page.tap("#bad-clip >> text=no hand")
        ready(page)
        page.click("#bad")
        page.click("#bad-clip >> text=not bad")
        assert mode(page) is None
        page.click("#bad")
        page.click("#bad")
        lines = until(page, tmp_path, 3)
    assert [(line.get("reason", ""), line["source"]) for line in lines] == [
        ("two gestures", "mouse"),
        ("no hand", "touch"),
        ("", "mouse"),
    ]


def test_not_bad_after_all_and_nothing_is_named_by_accident(visit, asking, tmp_path):
    with asking() as (_, address):
        page = visit(address)
        press(page, "x")
        # No reason, no class, and a key that is held down is pressed once.
        for key in ("4", "7", "k"):
            page.keyboard.press(key)
        for _ in range(5):
            page.keyboard.down("x")
        page.keyboard.up("x")
        assert mode(page) is None, "x was pressed once more, and then held"
        until(page, tmp_path, 1)
        press(page, "x")
        assert mode(page) == "panel why"
        page.keyboard.press("Escape")
        assert mode(page) is None
        assert not page.locator("dialog").is_visible(), "it did not pause"
        # Other answers may still be given at once.
        press(page, "x", "u", "1")
        lines = until(page, tmp_path, 3)
    assert [line["operation"] for line in lines] == ["bad", "unsure", "label"]
    assert [line["clip"] for line in lines] == ["c03", "c04", "c05"]


def test_a_key_in_the_first_moment_of_a_clip_asks_nothing(visit, asking, tmp_path):
    with asking() as (_, address):
        page = visit(address)
        press(page, "1")
        page.keyboard.press("x")
        page.keyboard.press("x")
        ready(page)
        assert mode(page) is None
        assert len(until(page, tmp_path, 1)) == 1


def test_in_the_grid_a_bad_clip_needs_no_reason(visit, asking, tmp_path):
    with asking() as (_, address):
        page = visit(address)
        page.keyboard.press("b")
        page.wait_for_selector("#grid .tile")
        page.wait_for_timeout(300)
        page.locator("#grid .tile").nth(1).click()
        page.keyboard.press("x")
        [line] = until(page, tmp_path, 1)
    assert (line["operation"], line["clip"], line["source"]) == ("bad", "c04", "grid")


def test_ends_are_moved_by_keys_and_the_clip_is_named_in_one_go(visit, asking, clips, tmp_path):
    with asking() as (session, address):
        page = visit(address)
        move_ends(page)
        assert mode(page) == "panel ends"
        for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight", "Shift+ArrowRight"):
            page.keyboard.press(key)
        before, after = own(clips, 3)
        assert page.locator("#lasts").inner_text() == f"{after - before + 3 * FRAME:.2f} s"
        page.keyboard.press("2")
        lines = until(page, tmp_path, 1)
        ready(page)
        assert page.evaluate(SHOWN) == 0
        press(page, "1")
        lines = until(page, tmp_path, 2)
        assert decisions(page) == ["Fire works", "Heart"]
        assert page.locator("#last small").all_inner_texts() == ["recut"]
        assert session.decisions.ends_of("c03") == Stretch(lines[0]["start"], lines[0]["end"])
    moved, plain = lines
    assert (moved["clip"], moved["name"]) == ("c03", "Heart")
    assert (moved["start"], moved["end"]) == pytest.approx((before - 2 * FRAME, after + FRAME), abs=0.01)
    assert "start" not in plain, "the next clip is as it came"


def test_ends_are_drawn_by_mouse_and_by_finger(visit, asking, clips, tmp_path):
    with asking() as (_, address):
        page = visit(address, has_touch=True)
        ready(page)
        page.tap("#bad")
        page.tap("#bad-clip >> text=move ends")
        page.wait_for_selector("#strip .handle.end")
        strip = page.locator("#strip .range").bounding_box()
        around = page.evaluate("async () => (await fetch('/around/' + document.getElementById('canvas').dataset.handle)).json()")
        width = strip["width"] / len(around["seconds"])
        for which, frames in (("start", -10), ("end", 12)):
            box = page.locator(f"#strip .handle.{which}").bounding_box()
            at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            page.mouse.move(*at)
            page.mouse.down()
            page.mouse.move(at[0] + frames * width / 2, at[1])
            page.mouse.move(at[0] + frames * width, at[1])
            page.mouse.up()
        # A tap beside the clip draws the nearer end there; the skeleton goes where one taps inside of it.
        last = around["own"][1] + 12 + 8
        page.touchscreen.tap(strip["x"] + (last + 0.5) * width, strip["y"] + strip["height"] / 2)
        page.touchscreen.tap(strip["x"] + (last - 10) * width, strip["y"] + strip["height"] / 2)
        page.tap("#bad-clip >> [aria-label='start a frame later']")
        page.tap("[data-name='Like']")
        [line] = until(page, tmp_path, 1)
    first, _ = around["own"]
    wanted = [around["from"] + around["seconds"][frame] for frame in (first - 10 + 1, last)]
    # A handle is wider than a frame: it may be taken hold of one beside.
    assert [line["start"], line["end"]] == pytest.approx(wanted, abs=1.5 * FRAME)
    assert line["name"] == "Like"


def test_escape_leaves_everything_as_it_was(visit, asking, clips, tmp_path):
    with asking() as (_, address):
        page = visit(address)
        ready(page)
        marks = page.locator("#strip i").count()
        move_ends(page)
        assert page.locator("#strip i").count() > marks
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Escape")
        assert mode(page) is None
        assert page.evaluate(SHOWN) == 0
        assert page.locator("#strip i").count() == marks
        press(page, "1")
        [line] = until(page, tmp_path, 1)
        # As it came is no cut either.
        move_ends(page)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("0")
        press(page, "1")
        lines = until(page, tmp_path, 2)
        # And x goes back to the reasons.
        move_ends(page)
        page.keyboard.press("x")
        assert mode(page) == "panel why"
        page.keyboard.press("1")
        lines = until(page, tmp_path, 3)
    assert "start" not in line
    assert [("start" in line, line.get("reason")) for line in lines[1:]] == [(False, None), (False, "cut wrong")]


def test_undo_and_another_look_show_the_ends_that_stand(visit, asking, clips, tmp_path):
    ends = "async () => (await (await fetch('/clip/' + document.getElementById('canvas').dataset.handle)).json()).ends"
    with asking() as (session, address):
        page = visit(address)
        move_ends(page)
        for _ in range(5):
            page.keyboard.press("ArrowLeft")
        page.keyboard.press("2")
        [first] = until(page, tmp_path, 1)
        ready(page)
        page.click("#last >> text=Heart")
        ready(page)
        assert page.evaluate(ends) == [first["start"], first["end"]]
        # Named otherwise, it is still what was seen.
        press(page, "3")
        again = until(page, tmp_path, 2)[1]
        assert (again["clip"], again["name"], again["start"]) == ("c03", "Like", first["start"])
        press(page, "z", "z")
        until(page, tmp_path, 4)
        ready(page)
        assert page.evaluate("document.getElementById('canvas').dataset.handle") == session.items[first["question"]].handle
        assert page.evaluate(ends) is None
        press(page, "1")
        line = until(page, tmp_path, 5)[4]
    assert (line["clip"], line["name"]) == ("c03", "Fire works")
    assert "start" not in line


def test_the_ends_never_meet_and_a_held_arrow_goes_on_and_on(visit, asking, clips, tmp_path):
    with asking() as (_, address):
        page = visit(address)
        move_ends(page)
        for _ in range(60):
            page.keyboard.down("ArrowRight")
        page.keyboard.up("ArrowRight")
        assert 0.2 <= float(page.locator("#lasts").inner_text().split()[0]) < 0.2 + 2 * FRAME
        # A handle that has the focus is the one that arrows move.
        page.focus("#strip .handle.end")
        for _ in range(200):
            page.keyboard.down("ArrowRight")
        page.keyboard.up("ArrowRight")
        handle = page.locator("#strip .handle.end")
        assert handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        page.keyboard.press("1")
        [line] = until(page, tmp_path, 1)
    assert line["end"] == pytest.approx(own(clips, 3)[1] + 1.5, abs=2 * FRAME)


def test_without_a_recording_there_is_nothing_to_move(visit, tmp_path):
    with served(tmp_path, [list(range(6))]) as (_, address):
        page = visit(address)
        press(page, "x")
        assert page.locator("#bad-clip button").count() == 5
        page.keyboard.press("e")
        assert mode(page) == "panel why"
        page.keyboard.press("3")
        [line] = until(page, tmp_path, 1)
    assert line["reason"] == "no hand"


def test_what_was_cut_with_the_server_away_arrives_with_its_ends(visit, asking, clips, tmp_path):
    with asking() as (_, address):
        page = visit(address, offline_is_fine=True)
        move_ends(page)
        page.keyboard.press("ArrowLeft")
        page.context.set_offline(True)
        page.keyboard.press("1")
        page.wait_for_timeout(300)
        assert log(tmp_path) == []
        page.context.set_offline(False)
        [line] = until(page, tmp_path, 1)
    assert line["start"] == pytest.approx(own(clips, 3)[0] - FRAME, abs=0.01)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (800, 600)])
def test_both_fit_on_the_screen(visit, asking, tmp_path, width, height):
    sizes = "[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"
    with asking() as (_, address):
        page = visit(address)
        page.set_viewport_size({"width": width, "height": height})
        press(page, "x")
        for wanted in ("panel why", "panel ends"):
            assert mode(page) == wanted
            assert page.evaluate(sizes) == [0, 0]
            panel, controls = (page.locator(name).bounding_box() for name in ("#bad-clip", ".controls"))
            assert panel["y"] >= controls["y"] + controls["height"], "nothing is covered"
            assert panel["y"] + panel["height"] <= height
            for button in page.locator("#bad-clip button").all():
                box = button.bounding_box()
                assert box["x"] >= panel["x"]
                assert box["x"] + box["width"] <= panel["x"] + panel["width"]
            if wanted == "panel why":
                page.keyboard.press("e")
                page.wait_for_selector("#strip .handle.end")
