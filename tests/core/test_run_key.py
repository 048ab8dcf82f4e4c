"""A run's key stays what it was, whatever settings come later."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from gesture_al.core.settings import DatasetPart, Part, Settings, run_key


@dataclass
class LaterDataset(DatasetPart):
    mirrored: bool = False


@dataclass
class LaterSettings(Settings):
    patience: int = 3


def test_the_keys_of_version_0_1_0():
    assert run_key(Settings(), "data") == "b06cc56a080f5fc0cf9f296e798ca88bf93cece4842e64104b9382f816ace2b5"
    other = Settings(dataset=DatasetPart("npz", {"path": "x"}, long_tail=10.0), k=5, start="oracle")
    assert run_key(other, "data") == "441c3405620c4e9696763fe3d1ffddf583935b2ff694a256e0eb337e2015abfd"


def test_a_later_setting_counts_where_it_is_not_at_its_default():
    assert run_key(LaterSettings(), "data") == run_key(Settings(), "data")
    assert run_key(LaterSettings(patience=4), "data") != run_key(Settings(), "data")
    assert run_key(Settings(dataset=LaterDataset()), "data") == run_key(Settings(), "data")
    assert run_key(Settings(dataset=LaterDataset(mirrored=True)), "data") != run_key(Settings(), "data")


@pytest.mark.parametrize(
    ("change", "same"), [({"k": 11}, False), ({"seed": 1}, False), ({"output_dir": "x"}, True), ({"name": "x"}, True)]
)
def test_what_changes_no_result_stays_out(change, same):
    assert (run_key(replace(Settings(), **change), "data") == run_key(Settings(), "data")) is same


def test_a_committee_counts_but_not_in_how_many_processes_it_is_trained():
    keys = [run_key(Settings(committee=Part("ensemble", params)), "data") for params in ({}, {"processes": 4}, {"members": 5})]
    assert keys[0] == keys[1]
    assert len({run_key(Settings(), "data"), *keys}) == 3
    steps = {"accelerator": "cpu", "precision": "32-true"}
    trainers = [Part("gradient_steps", params) for params in ({}, steps, {**steps, "accelerator": "gpu"})]
    plain, as_before, on_gpu = (run_key(Settings(trainer=trainer), "data") for trainer in trainers)
    assert plain == as_before != on_gpu
