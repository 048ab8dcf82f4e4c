"""What is exported says what the run's own learner says, for every net; and what cannot be exported is refused in a line."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from exported_runs import make_run

from gesture_al.active.records.checkpoint import read_checkpoint
from gesture_al.cli.main import main
from gesture_al.core.errors import UserError
from gesture_al.core.settings import DatasetPart, Part
from gesture_al.deploy.export import ExportedModel
from gesture_al.deploy.export import check as checking
from gesture_al.deploy.export.write import export
from gesture_al.runs.assembly import assemble, build_loop, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import read_settings

NETS = [("lstm", {}), ("lstm", {"bidirectional": True}), ("gru", {"pooling": "last"}), ("tcn", {"pooling": "attention"})]
NETS += [("cnn1d", {}), ("lstm_reference", {})]


def by_the_learner(run, rows):
    """Probabilities of clips, by the code that the run itself used."""
    settings = read_settings(run)
    clips = load_clips(settings.dataset)
    learner = build_loop(assemble(settings, clips), _Nothing(), NullCallback()).learner
    learner.load_state(read_checkpoint(run / "checkpoints" / "best.ckpt").state)
    return clips, learner.predict_probs(rows)


NAMES = np.array(["wave", "point"])


class _Nothing:
    def __getattr__(self, name):
        return lambda *_: []


def asked(model, clips, rows):
    """The same by an exported recogniser, clip by clip."""
    found = []
    for row in rows:
        length = clips.lengths[row]
        # Frames carry the time of a stream that has been running for a while.
        seconds = 100 + clips.times[row, :length].astype(float)
        found.append(model.probs(clips.positions[row, :length], seconds, float(clips.aspect[row])))
    return np.stack(found)


@pytest.mark.parametrize(("net", "params"), NETS)
@pytest.mark.parametrize("frames", [24, None])
def test_every_net_says_the_same_in_the_run_and_exported_by_both_runtimes(net, params, frames, tmp_path):
    run = make_run(tmp_path / "run", net, params, Part("geometric", {"frames": frames}))
    folder, checked, missing = export(run, tmp_path / "out")
    assert (checked.clips, missing) == (64, "")
    rows = np.arange(0, 64, 5)
    clips, want = by_the_learner(run, rows)
    assert want.std(axis=0).max() > 1e-3
    for runtime in ("onnx", "torch"):
        np.testing.assert_allclose(asked(ExportedModel.load(folder, runtime), clips, rows), want, atol=1e-5)


def test_positions_in_two_coordinates_without_times_or_aspect_keep_their_own_frame(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 20)
    positions = rng.normal(size=(40, 12, 5, 2)).astype(np.float32) + labels[:, None, None, None]
    np.savez(tmp_path / "clips.npz", X=positions, y=labels, class_names=NAMES)
    data = DatasetPart("archive", {"path": str(tmp_path / "clips.npz")})
    run = make_run(tmp_path / "run", dataset=data, features=Part("raw", {"frames": 8, "standardise": True}))
    model = ExportedModel.load(export(run, tmp_path / "out")[0])
    rows = np.arange(10)
    _, want = by_the_learner(run, rows)
    seconds = np.arange(12) / 30
    clips = [(positions[row], seconds) for row in rows]
    np.testing.assert_allclose(model.probs_many(clips, aspect=1.7), want, atol=1e-5)
    np.testing.assert_allclose(model.probs(np.pad(positions[3], ((0, 0), (0, 0), (0, 1))), seconds, 0.5), want[3], atol=1e-5)
    assert model.clip_seconds is None
    assert model.operating_point == {}


def test_the_window_starts_as_long_as_a_clip(exported):
    model = ExportedModel.load(exported)
    assert model.operating_point == {"window": round(model.clip_seconds["median"], 2)}
    assert 0.5 < model.clip_seconds["low"] < model.clip_seconds["median"] < model.clip_seconds["high"] < 5


def test_a_run_whose_data_set_is_gone_is_exported_and_says_so(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 20)
    X = rng.normal(size=(40, 10, 42, 3)).astype(np.float32)
    np.savez(tmp_path / "clips.npz", X=X, y=labels, class_names=NAMES, aspect=np.full(40, 1.5, np.float32), fps=20.0)
    data = DatasetPart("archive", {"path": str(tmp_path / "clips.npz")})
    run = make_run(tmp_path / "run", dataset=data)
    there, _, _ = export(run, tmp_path / "there")
    (tmp_path / "clips.npz").unlink()
    gone, checked, missing = export(run, tmp_path / "gone")
    assert checked.clips == 0
    assert "clips.npz" in missing
    assert "**Not checked:** The run's data set could not be read" in " ".join((gone / "README.md").read_text().split())
    for name in ("recogniser.json", "weights.safetensors", "recogniser.onnx", "operating_point.json"):
        assert (gone / name).read_bytes() == (there / name).read_bytes(), name


def test_clips_that_have_changed_since_are_said(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 20)
    np.savez(tmp_path / "clips.npz", X=rng.normal(size=(40, 10, 42, 3)).astype(np.float32), y=labels, class_names=NAMES)
    run = make_run(tmp_path / "run", dataset=DatasetPart("archive", {"path": str(tmp_path / "clips.npz")}))
    np.savez(tmp_path / "clips.npz", X=rng.normal(size=(40, 10, 42, 3)).astype(np.float32), y=labels, class_names=NAMES)
    _, checked, missing = export(run, tmp_path / "out")
    assert checked.clips == 40
    assert "has changed since" in missing


def test_files_that_say_something_else_than_the_trained_net_are_refused_and_leave_nothing(run_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "LIMIT", 1e-12)
    with pytest.raises(UserError, match="differ from the trained net's"):
        export(run_folder, tmp_path / "models" / "out")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_folder_that_is_there_is_not_written_over(run_folder, tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(UserError, match=r"exists already.*--out"):
        export(run_folder, tmp_path / "out")


def test_the_command_names_the_folder_last_and_refuses_what_is_no_run(run_folder, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["export", f"run={run_folder}"]) == 0
    told = capsys.readouterr()
    assert told.out == "recogniser: models/facetime_synthetic-lstm-random\n"
    assert "checked on 64 clips" in told.err
    (tmp_path / "empty").mkdir()
    for typed, said in (
        ("run=nowhere", "no such folder; name one that a run has made"),
        ("run=empty", "no run folder"),
        ("model=x", "type run=<folder>"),
        ("", "run="),
    ):
        assert main(["export", typed]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert told.count("\n") == 1


def test_a_run_without_a_model_or_with_a_torn_one_is_refused(run_folder, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run_folder, copy)
    best = copy / "checkpoints" / "best.ckpt"
    best.write_bytes(best.read_bytes()[:-200])
    with pytest.raises(UserError, match="not the checkpoint that was written"):
        export(copy, tmp_path / "out")
    best.unlink()
    with pytest.raises(UserError, match="gesture-al resume"):
        export(copy, tmp_path / "out")


def test_what_is_exported_twice_is_the_same_but_for_the_places_that_it_names(run_folder, exported, tmp_path):
    again, _, _ = export(run_folder, tmp_path / "again")
    for file in sorted(exported.iterdir()):
        ours = file.read_bytes().replace(str(exported).encode(), str(again).encode())
        assert ours == (again / file.name).read_bytes(), file.name
    assert json.loads((again / "recogniser.json").read_text())["format"] == 1
