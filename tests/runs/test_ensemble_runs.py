"""A run with everything on at once: an ensemble, views, a temperature; killed within a round, resumed, exported, read back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from exported_runs import make_run

from gesture_al.active.records.checkpoint import read_checkpoint
from gesture_al.core.line_file import read_lines
from gesture_al.core.settings import DatasetPart, Part
from gesture_al.deploy.export import ExportedModel
from gesture_al.deploy.export.write import export
from gesture_al.learning.member_training import MemberTraining
from gesture_al.runs.assembly import assemble, build_loop, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import read_settings

MEMBERS = 3
SETTINGS = {
    "dataset": DatasetPart("facetime_synthetic", {"clips": 200, "subjects": 5}),
    "augment": Part("standard"),
    "committee": Part("ensemble", {"members": MEMBERS}),
    "stopping": Part("f1_threshold"),
    "prediction_views": 2,
    "temperature_scaling": True,
    "budget": 12,
    "k": 4,
}


class KilledError(BaseException):
    """Stands for SIGKILL: nothing may catch it."""


def outcome(folder):
    queries = [(q["round"], q["ids"], q["scores"]) for q in read_lines(folder / "queries.jsonl")]
    rows = [{k: v for k, v in row.items() if not k.endswith("_seconds")} for row in read_lines(folder / "rounds.jsonl")]
    last = read_checkpoint(folder / "checkpoints" / "last.ckpt")
    return queries, rows, last.round, last.state


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("runs") / "whole", **SETTINGS)


@pytest.fixture(scope="module")
def exported(finished, tmp_path_factory):
    return export(finished, tmp_path_factory.mktemp("exported") / "one")


def test_killed_between_two_members_it_ends_as_if_it_had_not_been(finished, tmp_path, monkeypatch):
    run, count = MemberTraining.run, [0]

    def dying(self, on_step=None):
        count[0] += 1
        if count[0] == MEMBERS + 2:  # the second member of round 1
            raise KilledError
        return run(self, on_step)

    folder = tmp_path / "killed"
    with monkeypatch.context() as patch:
        patch.setattr(MemberTraining, "run", dying)
        with pytest.raises(KilledError):
            make_run(folder, **SETTINGS)
    assert len(read_lines(folder / "rounds.jsonl")) == 1
    make_run(folder, **SETTINGS)
    assert outcome(folder) == outcome(finished)


def test_a_round_says_its_temperature_and_the_calibration_error_without_it(finished):
    for row in read_lines(finished / "rounds.jsonl"):
        assert row["temperature"] > 0
        assert row["test_ece_unscaled"] != row["test_ece"]
        assert 0 <= row["test_ece_unscaled"] <= 1
        assert row["fit_steps"] == 6 * MEMBERS


def test_what_is_exported_is_the_mean_of_the_members_with_the_temperature_and_without_views(finished, exported):
    folder, checked, missing = exported
    assert (checked.clips, missing) == (200, "")
    settings = read_settings(finished)
    clips = load_clips(settings.dataset)
    learner = build_loop(assemble(settings, clips), _Nothing(), NullCallback()).learner
    learner.load_state(read_checkpoint(finished / "checkpoints" / "best.ckpt").state)
    rows = np.arange(0, 200, 20)
    members = np.log(learner.mc_probs(rows, MEMBERS, 0).mean(axis=0)) / learner.temperature
    want = np.exp(members) / np.exp(members).sum(axis=1, keepdims=True)
    for runtime in ("onnx", "torch"):
        model = ExportedModel.load(folder, runtime)
        for row, expected in zip(rows, want, strict=True):
            length = clips.lengths[row]
            probs = model.probs(clips.positions[row, :length], clips.times[row, :length], float(clips.aspect[row]))
            np.testing.assert_allclose(probs, expected, atol=1e-5)
    assert np.abs(learner.predict_probs(rows) - want).max() > 1e-4, "the run itself averages over views"


def test_the_folder_says_so(exported):
    folder = exported[0]
    told = json.loads((folder / "recogniser.json").read_text())["model"]
    assert told["members"] == MEMBERS
    assert told["temperature"] > 0
    card = " ".join((folder / "README.md").read_text().split())
    assert "The run averaged over 2 changed copies of each clip; this recogniser looks at a clip once" in card
    assert f"- Net: calibrated (temperature {told['temperature']:.2f}), the mean of {MEMBERS} nets, each lstm" in card


class _Nothing:
    def __getattr__(self, name):
        return lambda *_: []
