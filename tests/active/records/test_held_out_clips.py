"""The list of test clips says, for every prediction on disk, whose clip it was about."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al.active.records.held_out_clips import read_test_clips
from gesture_al.cli.main import main
from gesture_al.learning.metrics import confusion_matrix

FAST = [
    "dataset.params.clips=160",
    "dataset.params.subjects=8",
    "model=lstm_s",
    "trainer.params.steps=8",
    "trainer.params.warmup=2",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    parent = tmp_path_factory.mktemp("runs")
    assert main(["run", *FAST, "tracking=csv", "stopping=budget", "budget=16", f"output_dir={parent}"]) == 0
    return next(path for path in parent.iterdir() if path.is_dir())


def test_predictions_and_true_classes_give_the_confusion_matrix_of_every_round(folder):
    tested = read_test_clips(folder / "test_clips.csv")
    classes = json.loads((folder / "dataset.json").read_text())["classes"]
    true = np.array([classes.index(name) for name in tested.classes])
    rows = [json.loads(line) for line in (folder / "rounds.jsonl").read_text().splitlines()]
    assert len(rows) == 2
    for row in rows:
        assert confusion_matrix(true, row["test_predicted"], len(classes)).tolist() == row["test_confusion"]


def test_the_list_has_the_ids_of_the_split_and_the_people_in_it(folder):
    tested = read_test_clips(folder / "test_clips.csv")
    assert tested.ids.tolist() == json.loads((folder / "splits.json").read_text())["test"]
    assert all(clip.startswith(person) for clip, person in zip(tested.ids, tested.subjects, strict=True))
    assert all(group.startswith(f"{person}/") for group, person in zip(tested.groups, tested.subjects, strict=True))


def test_a_folder_of_an_older_version_has_no_list(tmp_path):
    assert read_test_clips(tmp_path / "test_clips.csv") is None
