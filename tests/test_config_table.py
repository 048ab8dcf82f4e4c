"""The guide's table of the reference's settings against the configuration that is composed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from gesture_al.cli.composition import compose_settings

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "reference-settings.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GUIDE.read_text().splitlines()
    if line.startswith("| ") and "`" in line and not line.startswith("| setting")
]
# What the issue names one by one; each must have a row.
NAMED = (
    *("data path", "test path", "model paths", "actions", "input size", "class count", "learning rate", "epochs", "batch size"),
    *("sequence length", "loss threshold", "k, clips asked per round", "stopping threshold", "window width", "window height"),
    *("landmark colour, left hand", "landmark colour, right hand", "landmark colour, pose"),
)


@pytest.fixture(scope="module")
def composed():
    typed = ["dataset=keypoint_folder"]
    return asdict(compose_settings(["experiment=reference", *typed])), asdict(compose_settings(typed))


def look_up(settings, key):
    for step in key.split("."):
        assert step in settings, f"{key}: there is no such key"
        settings = settings[step]
    return settings


def test_every_named_setting_has_a_row():
    assert set(NAMED) <= {row[0] for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_tells_the_key_and_its_values(row, composed):
    _, key, *values = row
    for settings, value in zip(composed, values, strict=True):
        found = look_up(settings, key.strip("`"))
        if value == "(typed)":
            assert found is None
        else:
            told = value.strip("`")
            assert found == (told if told.startswith("#") else yaml.safe_load(told))


def test_the_keys_may_be_typed():
    typed = {
        "dataset.params.classes": "[a,b]",
        "trainer.params.steps": "7",
        "features.params.frames": "30",
        "view.params.width": "800",
    }
    settings = asdict(compose_settings(["dataset=keypoint_folder", *(f"{key}={value}" for key, value in typed.items())]))
    for key, value in typed.items():
        assert look_up(settings, key) == yaml.safe_load(value)
