"""Recording before labelling: when it is begun, and how it goes on, is refused, or ends."""

from __future__ import annotations

import json
import threading
from http.cookiejar import CookieJar
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from gesture_al.cli import label as label_command
from gesture_al.cli import recording_first
from gesture_al.cli.composition import compose_settings
from gesture_al.cli.label import LabelOptions, label
from gesture_al.cli.main import main
from gesture_al.cli.recording_first import record_first, records_first
from gesture_al.core.errors import Paused, UserError
from gesture_al.studio.server.opening import Opening


class Browser:
    """Comes in with the token, and says that it wants to go."""

    def __init__(self, address: str) -> None:
        self._open = build_opener(HTTPCookieProcessor(CookieJar())).open
        self.address = address.partition("?")[0]
        self._open(address)

    def post(self, path, **fields):
        body = json.dumps({"tab": "one", **fields}).encode()
        return json.load(self._open(Request(self.address + path, body, {"Content-Type": "application/json"})))

    def get(self, path):
        return json.load(self._open(self.address + path))


def settings_of(folder):
    return compose_settings(["dataset=clips", f"dataset.params.path={folder}", "oracle=interactive"])


@pytest.fixture
def sit(tmp_path):
    """Begin to record; what is printed comes to the browser that this is given to, in a thread of its own."""

    def begin(does, prepare=lambda: "ready"):
        failed = []

        def say(text):
            def visit():
                try:
                    does(Browser(text.split()[-1]))
                except BaseException as err:
                    failed.append(err)
                    raise

            threads.append(threading.Thread(target=visit, daemon=True))
            threads[-1].start()

        threads = []
        try:
            return record_first(settings_of(tmp_path / "data"), Opening(browser=False, say=say), prepare)
        finally:
            threads[0].join(20)
            assert failed == []

    return begin


def test_an_empty_or_missing_folder_is_recorded_into_first(tmp_path):
    settings = settings_of(tmp_path / "data")
    assert records_first(settings, wanted=False)
    (tmp_path / "data" / ".recording").mkdir(parents=True)
    (tmp_path / "data" / ".whole").mkdir()
    (tmp_path / "data" / ".whole" / "a.npz").touch()
    assert records_first(settings, wanted=False)
    (tmp_path / "data" / "Like").mkdir()
    (tmp_path / "data" / "Like" / "a.npz").touch()
    assert not records_first(settings, wanted=False)
    assert records_first(settings, wanted=True)
    with pytest.raises(UserError, match="records into dataset=clips"):
        records_first(compose_settings(["dataset=natops"]), wanted=True)


def test_it_goes_on_to_label_at_the_same_address(sit):
    made, address = sit(lambda browser: browser.post("leave", label=True))
    assert made == "ready"
    assert address.host == "127.0.0.1"


def test_what_labelling_lacks_is_told_on_the_page_and_recording_goes_on(sit):
    tries = []

    def prepare():
        tries.append(1)
        if len(tries) == 1:
            raise UserError("record one more")
        return "ready"

    def does(browser):
        browser.post("leave", label=True)
        # Asked in the way of the page, which does not know when.
        for _ in range(2000):
            if browser.post("class", name="Wave")["over"] == {"how": "refused", "why": "record one more"}:
                break
        browser.post("stay")
        browser.post("leave", label=True)

    assert sit(does, prepare)[0] == "ready"
    assert len(tries) == 2


def test_done_for_now_says_how_to_go_on(sit, tmp_path):
    with pytest.raises(Paused, match="gesture-al label --record dataset=clips") as told:
        sit(lambda browser: browser.post("leave", label=False))
    assert "there are no clips" in str(told.value)


def test_label_hands_the_address_on(tmp_path, monkeypatch):
    """From the recorder to a run of the clips that it made; nothing is trained."""
    seen = {}

    def recorded(settings, opening, prepare):
        seen["opening"] = opening
        return prepare(), "here"

    monkeypatch.setattr(recording_first, "record_first", recorded)
    run = tmp_path / "run"
    monkeypatch.setattr(label_command, "_new_or_unfinished", lambda settings, *rest: (settings, "clips", run))
    monkeypatch.setattr(label_command, "_assemble_interactive", lambda settings, clips: clips)
    monkeypatch.setattr(label_command, "_ask_person", lambda clips, folder, options, console, after=None: (clips, folder, after))
    typed = ["dataset=clips", f"dataset.params.path={tmp_path / 'data'}"]
    assert label(typed, LabelOptions(browser=False)) == ("clips", tmp_path / "run", "here")
    assert seen["opening"].browser is False


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["label", "--record", "--terminal"], "--record opens a page"),
        (["label", "--record", "natops"], "records into dataset=clips"),
        (["record", "--keys", "q"], "--keys: the recorder is a page now"),
        (["record", "--camera", "1"], "--camera: the recorder is a page now"),
        (["record", "--target", "0"], "--target 0 is out of range"),
        (["record", "classes=a/b"], "cannot be a file"),
        (["record", "--host", "no.such.host.invalid"], "cannot listen there"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(typed, told, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(typed) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
