from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv
from gesture_al.data.skeleton import SKELETONS
from gesture_al.studio.record import window


class Cv2:
    """OpenCV with a window that nobody sees."""

    error = RuntimeError
    WINDOW_NORMAL = WINDOW_KEEPRATIO = WINDOW_GUI_NORMAL = WND_PROP_VISIBLE = 0

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.visible, self.shown, self.closed = 1.0, None, False
        self.fails = False

    def namedWindow(self, title, flags) -> None:
        if self.fails:
            raise RuntimeError("The function is not implemented\nRebuild the library")

    def resizeWindow(self, title, width, height) -> None:
        self.size = (width, height)

    def imshow(self, title, picture) -> None:
        self.shown = picture

    def waitKeyEx(self, milliseconds) -> int:
        return self.codes.pop(0) if self.codes else -1

    def getWindowProperty(self, title, name) -> float:
        return self.visible

    def destroyAllWindows(self) -> None:
        self.closed = True


@pytest.fixture
def cv2(monkeypatch):
    fake = Cv2()
    monkeypatch.setattr(window, "opencv", lambda: fake)
    monkeypatch.setenv("DISPLAY", ":0")
    return fake


@pytest.fixture
def shown(cv2):
    return window.Window(SKELETONS["hands"], (640, 480))


def test_the_screen_is_shown_in_the_colours_of_opencv(shown, cv2, person, tools):
    image = tools.picture()
    image[:] = (250, 10, 10)
    shown.show(person.session, tools.Frame(image, 0.0), tools.hand(right=False))
    assert cv2.shown.shape == (480, 640, 3)
    blue, _, red = cv2.shown[250, 100].tolist()
    assert red > 200 > blue


def test_no_key_is_no_key_and_a_held_one_is_one(shown, cv2, person):
    assert shown.key(person.session) is None
    cv2.codes = [13, 13, 13, -1]
    assert [shown.key(person.session) for _ in range(4)] == ["enter", None, None, None]


def test_closing_the_window_is_a_wish_to_leave(shown, cv2, person, tools):
    cv2.visible = 0.0
    # Some systems show a window only with its first picture.
    assert shown.key(person.session) is None
    shown.show(person.session, None, None)
    assert shown.key(person.session) == "close"


def test_an_opencv_without_windows_is_told_in_one_line(cv2):
    cv2.fails = True
    with pytest.raises(UserError, match="cannot open a window") as told:
        window.Window(SKELETONS["hands"], (640, 480))
    assert "\n" not in str(told.value)


def test_the_window_goes_at_the_end(shown, cv2):
    shown.close()
    assert cv2.closed


def test_opencv_has_what_the_window_uses():
    for name in [name for name in dir(Cv2) if not name.startswith("_")]:
        assert hasattr(opencv(), name)


def test_a_mac_is_told_of_its_reactions_on_the_terminal_too(monkeypatch, capsys, tmp_path, plan):
    from gesture_al.cli.commands import record

    monkeypatch.setattr(record, "sys", SimpleNamespace(platform="darwin", stderr=sys.stderr))
    monkeypatch.setattr(record, "run_session", lambda *anything: None)
    monkeypatch.setattr(record, "chosen_extractor", lambda words: SimpleNamespace(skeleton=SKELETONS["hands"], settings={}))
    from gesture_al.cli.main import main

    assert main(["record", "--out", str(tmp_path), "--keys", "q"]) == 0
    assert "Reactions" in capsys.readouterr().err
    assert np.array_equal(sorted(path.name for path in tmp_path.iterdir()), [".recording"])
