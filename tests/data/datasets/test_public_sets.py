from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from gesture_al import UserError, read_dataset
from gesture_al.data.datasets.public_sets import PUBLIC_SETS

CONF = Path(__file__).resolve().parents[3] / "conf" / "dataset"


@pytest.fixture(scope="module")
def natops_zip(shared_data):
    """The archive as published: plain .ts files among others."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for half in ("TRAIN", "TEST"):
            archive.writestr(f"NATOPS_{half}.ts", gzip.decompress((shared_data / f"NATOPS_{half}.ts.gz").read_bytes()))
        archive.writestr("NATOPS.txt", "about")
    return packed.getvalue()


@pytest.fixture(scope="module")
def point_csv(shared_data):
    raw = np.load(shared_data / "point_history.npz")
    rows = zip(raw["y"], raw["X"].reshape(len(raw["y"]), -1), strict=True)
    return "".join(f"{label},{','.join(map(str, row))}\n" for label, row in rows).encode()


@pytest.fixture
def publish(serve, monkeypatch):
    """Serve a set's file in place of its source; gives the list of requests."""

    def start(name, content, cut=False):
        path = "/" + PUBLIC_SETS[name].url.rpartition("/")[2]
        address, requests = serve({} if content is None else {path: content}, cut)
        monkeypatch.setitem(PUBLIC_SETS, name, replace(PUBLIC_SETS[name], url=address + path))
        return requests

    return start


def refused(*args, **params):
    with pytest.raises(UserError) as caught:
        read_dataset(*args, **params)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def nothing_left(cache):
    kept = [path for path in cache.rglob("*") if path.is_file() and "hashes" not in path.parts]
    assert kept == []


def test_a_whole_download_is_the_published_set_and_is_fetched_once(publish, natops_zip, shared_data):
    requests = publish("natops", natops_zip)
    clips = read_dataset("uea", fetch="natops", skeleton="natops")
    assert np.array_equal(clips.positions, np.load(shared_data / "natops.npz")["X"])
    assert "UEA archive" in clips.source
    assert "licence" in clips.source
    read_dataset("uea", fetch="natops", skeleton="natops")
    read_dataset("uea", fetch="natops", joints=8)
    assert requests == ["/NATOPS.zip"]


# The names of the archive and the channels of a case, as its pages describe them; the numbers are made up.
UEA = {
    "basic_motions": ("BasicMotions", 6, (2, 3)),
    "uwave": ("UWaveGestureLibrary", 3, (1, 3)),
    "libras": ("Libras", 2, (1, 2)),
    "handwriting": ("Handwriting", 3, (1, 3)),
    "japanese_vowels": ("JapaneseVowels", 12, (4, 3)),
}


def uea_zip(problem, channels, seed=0):
    """An archive in the layout of the UEA page: the pair of .ts files among others, cases of unequal lengths."""
    rng = np.random.default_rng(seed)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for half in ("TRAIN", "TEST"):
            cases = [(rng.normal(size=(channels, 5 + case)), "1.0" if case % 2 else "2.0") for case in range(4)]
            rows = [":".join([*(",".join(f"{x:.6f}" for x in row) for row in case), label]) for case, label in cases]
            head = f"@problemName {problem}\n@timeStamps false\n@univariate false\n@dimensions {channels}\n"
            archive.writestr(
                f"{problem}_{half}.ts", f"{head}@equalLength false\n@classLabel true 1.0 2.0\n@data\n" + "\n".join(rows)
            )
            archive.writestr(f"{problem}Dimension1_{half}.arff", "@relation x")
    return packed.getvalue()


@pytest.mark.parametrize("name", UEA)
def test_a_set_of_the_archive_by_name_is_downloaded_checked_and_remembered(publish, cache, name):
    problem, channels, (joints, coordinates) = UEA[name]
    requests = publish(name, uea_zip(problem, channels))
    params = yaml.safe_load((CONF / f"{name}.yaml").read_text())["params"]
    clips = read_dataset("uea", **params)
    assert clips.positions.shape == (8, 8, joints, coordinates)
    assert clips.split.tolist() == ["train"] * 4 + ["test"] * 4
    assert f"{problem}, UEA archive" in clips.source
    assert requests == [f"/{problem}.zip"]
    assert len((cache / "contents" / name).read_text()) == 64
    # The same name with other numbers, later.
    for folder in ("downloads", "sets"):
        shutil.rmtree(cache / folder)
    publish(name, uea_zip(problem, channels, seed=1))
    assert "other numbers than the first read (remembered in" in refused("uea", **params)


def test_a_single_file_is_downloaded_as_it_is(publish, point_csv, shared_data):
    requests = publish("point_history", point_csv)
    clips = read_dataset("point_history")
    assert np.array_equal(clips.positions, np.load(shared_data / "point_history.npz")["X"])
    assert "Apache-2.0" in clips.source
    assert requests == ["/point_history.csv"]


@pytest.mark.parametrize("cut", [True, False], ids=["the connection breaks", "the file is short"])
@pytest.mark.parametrize("name", ["natops", "point_history"])
def test_a_truncated_download_is_refused_and_not_kept(publish, natops_zip, point_csv, cache, name, cut):
    content = {"natops": natops_zip, "point_history": point_csv}[name]
    publish(name, content if cut else content[: len(content) // 2], cut)
    message = refused("uea" if name == "natops" else name, fetch=name)
    assert message.startswith(f"{name}: ")
    assert "set GESTURE_AL_DATA" in message
    nothing_left(cache)


def test_an_altered_download_is_refused_and_not_kept_and_a_good_one_replaces_it(publish, point_csv, cache):
    requests = publish("point_history", point_csv.replace(b"0.1", b"0.2", 1))
    message = refused("point_history")
    assert "other numbers than the published ones" in message
    assert "the download was discarded, try again" in message
    nothing_left(cache)
    publish("point_history", point_csv)
    assert len(read_dataset("point_history")) == 5296
    assert len(requests) == 1


def test_a_label_that_was_altered_is_noticed(publish, point_csv):
    publish("point_history", b"3" + point_csv[1:])
    assert "other numbers than the published ones" in refused("point_history")


def test_an_altered_member_of_the_archive_is_noticed(publish, natops_zip):
    altered = bytearray(natops_zip)
    altered[len(altered) // 3] ^= 0x01
    publish("natops", bytes(altered))
    assert "GESTURE_AL_DATA" in refused("uea", fetch="natops")


def test_an_archive_without_the_files_is_refused(publish, cache):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("other.txt", "x")
    publish("natops", packed.getvalue())
    assert "does not hold NATOPS_TRAIN.ts or NATOPS_TRAIN.ts.gz and NATOPS_TEST.ts" in refused("uea", fetch="natops")
    nothing_left(cache)


def test_no_such_page_and_no_network_say_how_to_get_the_files(publish, monkeypatch):
    publish("natops", None)
    assert "404" in refused("uea", fetch="natops")
    monkeypatch.setitem(PUBLIC_SETS, "natops", replace(PUBLIC_SETS["natops"], url="http://127.0.0.1:9/NATOPS.zip"))
    message = refused("uea", fetch="natops")
    assert "put NATOPS_TRAIN.ts or NATOPS_TRAIN.ts.gz and NATOPS_TEST.ts or NATOPS_TEST.ts.gz into a folder" in message


def test_a_wrong_checksum_is_refused(publish, point_csv, monkeypatch):
    publish("point_history", point_csv)
    monkeypatch.setitem(PUBLIC_SETS, "point_history", replace(PUBLIC_SETS["point_history"], sha256="0" * 64))
    assert "failed" in refused("point_history")


@pytest.mark.parametrize("name", ["natops", "point_history"])
def test_the_offline_folder_comes_first(publish, shared_data, monkeypatch, name):
    requests = publish(name, None)
    monkeypatch.setenv("GESTURE_AL_DATA", str(shared_data))
    clips = read_dataset("uea" if name == "natops" else name, fetch=name)
    assert np.array_equal(
        clips.positions.reshape(len(clips), -1), np.load(shared_data / f"{name}.npz")["X"].reshape(len(clips), -1)
    )
    assert requests == []


def test_an_altered_file_of_the_offline_folder_is_refused_but_not_deleted(publish, point_csv, tmp_path, monkeypatch):
    publish("point_history", None)
    path = tmp_path / "point_history.csv"
    path.write_bytes(point_csv[: -len(point_csv) // 2])
    monkeypatch.setenv("GESTURE_AL_DATA", str(tmp_path))
    assert "replace the file in the folder GESTURE_AL_DATA" in refused("point_history")
    assert path.exists()


def test_a_wrong_setting_does_not_cost_the_download(publish, natops_zip):
    requests = publish("natops", natops_zip)
    assert "7 joints" in refused("uea", fetch="natops", joints=7)
    read_dataset("uea", fetch="natops", joints=8)
    assert len(requests) == 1
