"""Sources of model bundles and their order; nothing half-written is ever kept."""

from __future__ import annotations

import errno
import io
import logging
import socket
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gesture_al.capture.landmarks import bundle_download, model_files
from gesture_al.capture.landmarks.bundles import BUNDLES, Bundle, Member, digest, pack
from gesture_al.capture.landmarks.model_files import FOLDER_VARIABLE, FetchCallback, damaged_files, find_model, local_model
from gesture_al.core.errors import UserError

NETS = {"one.tflite": b"first net" * 1000, "two.tflite": b"second net" * 999}
OFFICIAL = pack(NETS)
IN_WHEEL = {"one.tflite": "mediapipe/modules/one.tflite", "two.tflite": "mediapipe/modules/two.tflite"}
NOWHERE = "http://127.0.0.1:9/some.task"


class CallbackLog(FetchCallback):
    def __init__(self):
        self.messages, self.bytes = [], []

    def say(self, text):
        self.messages.append(text)

    def progress(self, done, total):
        self.bytes.append((done, total))


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    root = tmp_path / "cache"
    monkeypatch.setenv("GESTURE_AL_CACHE", str(root))
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return root / "models"


@pytest.fixture
def bundle(serve):
    """A bundle that a server of this machine publishes; with the requests that it got."""
    address, requests = serve({"/some.task": OFFICIAL})
    members = {name: Member(path, digest(NETS[name])) for name, path in IN_WHEEL.items()}
    return Bundle("some", "some.task", f"{address}/some.task", digest(OFFICIAL), members), requests


@pytest.fixture
def put_wheel(tmp_path, monkeypatch):
    """Offer a wheel through the user's own pip settings; arguments replace files in it."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))

    def put(**changes):
        files = {path: NETS[name] for name, path in IN_WHEEL.items()}
        files |= {f"mediapipe/modules/{name}.tflite": content for name, content in changes.items()}
        about = "mediapipe-0.10.21.dist-info"
        files[f"{about}/METADATA"] = b"Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n"
        files[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        files[f"{about}/RECORD"] = b""
        with zipfile.ZipFile(folder / "mediapipe-0.10.21-py3-none-any.whl", "w") as packed:
            for path, content in files.items():
                packed.writestr(path, content)

    return put


def refusal(*args, **more):
    with pytest.raises(UserError) as caught:
        find_model(*args, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def cached_files(cache):
    return sorted(path.name for path in cache.rglob("*")) if cache.exists() else []


def test_a_path_comes_first_and_is_all_that_is_tried(bundle, tmp_path):
    some, requests = bundle
    own_file = tmp_path / "mine.task"
    own_file.write_bytes(OFFICIAL)
    model = find_model(some, own_file)
    assert (model.source, model.path, model.content) == ("path", own_file, OFFICIAL)
    own_file.unlink()
    assert str(own_file) in refusal(some, own_file)
    assert requests == []


def test_then_the_folder_that_the_variable_names(bundle, tmp_path, monkeypatch):
    some, requests = bundle
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "some.task").write_bytes(OFFICIAL)
    assert find_model(some).source == FOLDER_VARIABLE
    assert requests == []
    (tmp_path / "some.task").unlink()
    assert find_model(some).source == "official"


def test_a_folder_that_is_not_there_is_refused(bundle, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "gone"))
    assert "no such folder" in refusal(bundle[0])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (OFFICIAL[: len(OFFICIAL) // 2], "no some.task"),
        (b"", "no some.task"),
        (pack({"one.tflite": b"x"}), "without two.tflite"),
        (OFFICIAL.replace(b"first net", b"other net", 1), "damaged in one.tflite"),
    ],
    ids=["truncated", "empty", "a net too few", "altered"],
)
def test_a_file_of_the_users_that_is_no_bundle_is_refused_and_left_alone(bundle, tmp_path, content, why):
    own_file = tmp_path / "mine.task"
    own_file.write_bytes(content)
    message = refusal(bundle[0], own_file)
    assert message.startswith(str(own_file))
    assert why in message
    assert own_file.read_bytes() == content


def test_the_official_file_is_fetched_once_with_progress(bundle, cache):
    some, requests = bundle
    callback = CallbackLog()
    model = find_model(some, callback=callback)
    assert (model.source, model.sha256) == ("official", some.sha256)
    assert callback.messages == [f"some.task: trying {some.url}"]
    assert callback.bytes[-1] == (len(OFFICIAL), len(OFFICIAL))
    assert find_model(some) == model
    assert requests == ["/some.task"]
    assert cached_files(cache) == [model.path.name]


def test_without_the_host_the_users_own_pip_brings_the_nets(bundle, cache, put_wheel):
    put_wheel()
    some = replace(bundle[0], url=NOWHERE)
    callback = CallbackLog()
    model = find_model(some, callback=callback)
    assert (model.source, model.content) == ("wheel", OFFICIAL)
    assert [text.split(": ")[1].split(" ")[0] for text in callback.messages] == ["trying", "no", "trying"]
    assert cached_files(cache) == [model.path.name]
    assert local_model(some) == model


@pytest.mark.parametrize("content", [OFFICIAL[:-9], b"<html>"], ids=["short", "another file"])
def test_a_wrong_checksum_is_told_and_not_kept(serve, bundle, cache, content):
    address, _ = serve({"/some.task": content})
    message = refusal(replace(bundle[0], url=f"{address}/some.task", members={"one.tflite": None}), callback=CallbackLog())
    assert "the download failed (its checksum is not the published one)" in message
    assert cached_files(cache) == []


def test_a_connection_that_breaks_leaves_nothing(serve, bundle, cache):
    address, _ = serve({"/some.task": OFFICIAL}, cut=True)
    some = replace(bundle[0], url=f"{address}/some.task", members={"one.tflite": None})
    assert "the download failed" in refusal(some, callback=CallbackLog())
    assert cached_files(cache) == []


def test_an_error_of_the_host_is_told(serve, bundle):
    address, _ = serve({})
    assert "404" in refusal(replace(bundle[0], url=f"{address}/some.task", members={"one.tflite": None}), callback=CallbackLog())


def test_altered_nets_in_the_wheel_are_refused(bundle, cache, put_wheel):
    put_wheel(two=b"something else")
    message = refusal(replace(bundle[0], url=NOWHERE), callback=CallbackLog())
    assert "mediapipe/modules/two.tflite in the wheel of mediapipe==0.10.21 has another checksum" in message
    assert cached_files(cache) == []


def test_offline_says_what_was_tried_and_what_to_do(bundle, cache, put_wheel):
    some = replace(bundle[0], url=NOWHERE)
    message = refusal(some, callback=CallbackLog())
    assert message.startswith("some.task is not to be had: no connection: 127.0.0.1 does not answer; pip brought no wheel")
    assert message.endswith(f"put it into a folder and set {FOLDER_VARIABLE} to that folder")
    assert cached_files(cache) == []


def test_a_bundle_that_the_wheel_lacks_has_one_source(bundle, put_wheel):
    put_wheel()
    some = replace(bundle[0], url=NOWHERE, members={**bundle[0].members, "three.tflite": None})
    assert not some.in_wheel
    assert "wheel" not in refusal(some, callback=CallbackLog())
    assert all(one.in_wheel for one in BUNDLES.values())


@pytest.mark.parametrize("way", ["official", "wheel", "keep"])
def test_no_space_is_told_at_once_and_leaves_nothing(bundle, cache, monkeypatch, way):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    some = bundle[0] if way != "wheel" else replace(bundle[0], url=NOWHERE)
    if way == "official":
        monkeypatch.setattr("pooch.retrieve", full)
    elif way == "wheel":
        monkeypatch.setattr(bundle_download, "pip_download", full)
    else:
        monkeypatch.setattr("os.fsync", full)
    message = refusal(some, callback=CallbackLog())
    assert "No space left on device, so some.task cannot be kept; make room, or set GESTURE_AL_CACHE" in message
    assert cached_files(cache) == []


def test_a_disk_that_fills_up_under_pip_is_told_as_such(bundle, cache, monkeypatch):
    stderr = "ERROR: Exception:\nTraceback (most recent call last):\nOSError: [Errno 28] No space left on device\n"
    monkeypatch.setattr("subprocess.run", lambda *_, **__: SimpleNamespace(returncode=2, stderr=stderr))
    message = refusal(replace(bundle[0], url=NOWHERE), callback=CallbackLog())
    assert "so some.task cannot be kept; make room, or set GESTURE_AL_CACHE" in message
    assert cached_files(cache) == []


def test_a_cache_that_cannot_be_made_is_told(bundle, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path / "file"))
    assert "cannot be kept" in refusal(bundle[0], callback=CallbackLog())


def test_a_damaged_file_in_the_cache_is_noticed_and_replaced(bundle, caplog):
    some, requests = bundle
    path = find_model(some).path
    path.write_bytes(OFFICIAL[:-1])
    assert damaged_files(some) == [path]
    with caplog.at_level(logging.WARNING):
        assert find_model(some).content == OFFICIAL
    assert "damaged" in caplog.text
    assert damaged_files(some) == []
    assert len(requests) == 2


def test_what_a_killed_fetch_left_behind_is_swept_away(bundle, cache, monkeypatch):
    (cache / ".wheel-x").mkdir(parents=True)
    (cache / ".download-y").write_text("half")
    monkeypatch.setattr(model_files, "_LEFTOVER_S", -1.0)
    model = find_model(bundle[0])
    assert cached_files(cache) == [model.path.name]


def test_a_host_that_swallows_everything_is_given_up_after_one_try_per_kind_of_address(monkeypatch):
    attempts = []
    many = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"10.0.0.{n}", 443)) for n in range(12)]

    def swallow(address, timeout):
        attempts.append((address, timeout))
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: many)
    monkeypatch.setattr(socket, "create_connection", swallow)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match="does not answer"):
        bundle_download._check_host(BUNDLES["hand"].url)
    assert attempts == [(("10.0.0.0", 443), 3.0)]


def test_a_bundle_stores_its_nets_where_they_can_be_mapped():
    nets = {"a": b"x" * 5, "bb": b"y" * 7, "ccc": b"z" * 9}
    packed = pack(nets)
    assert packed == pack(nets)
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        for info in file.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert packed.find(nets[info.filename]) % 4 == 0
            assert file.read(info) == nets[info.filename]
