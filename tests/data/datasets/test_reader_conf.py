from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import yaml

from gesture_al import DATASETS
from gesture_al.data.datasets.public_sets import PUBLIC_SETS
from gesture_al.data.datasets.split_units import SPLIT_WORDS

CONF = Path(__file__).resolve().parents[3] / "conf" / "dataset"
PRESETS = dict.fromkeys(("natops", "basic_motions", "uwave", "libras", "handwriting", "japanese_vowels"), "uea")


@pytest.mark.parametrize("option", ["archive", "keypoint_folder", "uea", "point_history", "shrec17", "dhg", "sfinge3d", *PRESETS])
def test_a_readers_yaml_lists_every_parameter_with_its_default(option):
    text = (CONF / f"{option}.yaml").read_text()
    params = yaml.safe_load(text)
    assert text.startswith("# ")
    assert params["name"] == PRESETS.get(option, option)
    assert params["split_by"] in SPLIT_WORDS
    signature = inspect.signature(DATASETS.get(params["name"]))
    assert list(params["params"]) == list(signature.parameters)
    DATASETS.build(params["name"], params["params"])
    if option not in PRESETS:
        for name, parameter in signature.parameters.items():
            default = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
            assert params["params"][name] == default


def test_public_sets_have_presets_that_fetch_them():
    for name in PUBLIC_SETS:
        assert yaml.safe_load((CONF / f"{name}.yaml").read_text())["params"]["fetch"] == name


def test_natops_as_configured_is_the_npz(shared_data, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_DATA", str(shared_data))
    params = yaml.safe_load((CONF / "natops.yaml").read_text())
    clips = DATASETS.build(params["name"], params["params"]).load()
    npz = DATASETS.build("archive", {"path": shared_data / "natops.npz", "skeleton": "natops"}).load()
    assert clips.classes == npz.classes
    assert clips.skeleton == npz.skeleton
    assert (clips.positions == npz.positions).all()
    assert (clips.labels == npz.labels).all()
    assert (clips.split == npz.split).all()
