"""Layouts and found bones from an archive to the recogniser: the same ones in run folder, report, resumed run and export."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from exported_runs import make_run
from skeleton_world import tree_of, write_archive

from gesture_al import SKELETONS, ExportedModel, Paused, read_dataset
from gesture_al.cli.main import main
from gesture_al.core.settings import DatasetPart, Part, Settings, run_key
from gesture_al.runs import assembly, runner
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.callbacks import NullCallback

NTU = SKELETONS["ntu"]
BONES = tree_of(NTU)[2]
SMALL = ("trainer.params.steps=6", "trainer.params.warmup=2", "stopping=budget", "budget=12", "k=6", "tracking=csv")


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write_archive(tmp_path / "kinect.npz", NTU)


def part(archive, **params):
    return DatasetPart("archive", {"path": str(archive), **params})


def settings_of(archive, bones=True, **params):
    return Settings(
        dataset=part(archive, **params),
        features=Part("geometric", {"frames": 12, "bones": bones}),
        augment=Part("none"),
        model=Part("lstm", {}),
        trainer=Part("gradient_steps", {"steps": 6, "warmup": 2}),
        strategy=Part("random"),
        oracle=Part("simulated"),
        stopping=Part("budget"),
        tracking=Part("csv"),
        view=Part("default"),
        budget=12,
    )


def recorded(folder):
    return json.loads((folder / "dataset.json").read_text())["skeleton"]


def run_folder(capsys):
    told = capsys.readouterr()
    return told.out.splitlines()[-1].removeprefix("run: "), " ".join(told.err.split())


def test_an_archive_of_a_named_layout_runs_to_its_report(archive, capsys, tmp_path):
    assert main(["run", "dataset=archive", f"dataset.params.path={archive}", "dataset.params.skeleton=ntu", *SMALL]) == 0
    folder, said = run_folder(capsys)
    assert "joints without names" not in said
    assert recorded(tmp_path / folder)["name"] == "ntu"
    page = (tmp_path / folder / "report.html").read_text()
    assert "ntu: 25 joints, 24 bones." in page
    assert ">left_hand_tip</text>" in page


def test_bones_are_found_where_no_layout_is_named(archive, capsys, tmp_path):
    assert main(["run", "dataset=archive", f"dataset.params.path={archive}", *SMALL]) == 0
    folder, said = run_folder(capsys)
    assert "25 joints without names; 24 bones were found in the data; if they are those of ntu or openpose_body_25, set" in said
    assert {tuple(bone) for bone in recorded(tmp_path / folder)["bones"]} == BONES
    page = (tmp_path / folder / "report.html").read_text()
    assert "25 joints, 24 bones found in the movement of the training clips." in page
    assert main(["export", f"run={folder}", "--out", "mine"]) == 0
    model = ExportedModel.load("mine")
    assert set(model.skeleton.bones) == BONES
    clips = read_dataset("archive", path=archive)
    assert model.probs(clips.positions[0], np.arange(16) / 20, 1.0).sum() == pytest.approx(1, abs=1e-5)


def test_a_layout_of_ones_own_runs(archive, capsys, tmp_path):
    joints = ", ".join(NTU.joints)
    (tmp_path / "mine.yaml").write_text(f"joints: [{joints}]\nbones: [[spine_base, spine_mid, spine_shoulder]]\nspace: y_up\n")
    assert main(["run", "dataset=archive", f"dataset.params.path={archive}", "dataset.params.skeleton=mine.yaml", *SMALL]) == 0
    folder, _ = run_folder(capsys)
    assert recorded(tmp_path / folder)["bones"] == [[0, 1], [1, 20]]
    before = load_clips(part(archive, skeleton="mine.yaml")).fingerprint
    (tmp_path / "mine.yaml").write_text(f"joints: [{joints}]\nbones: [[spine_base, spine_mid]]\nspace: y_up\n")
    assert load_clips(part(archive, skeleton="mine.yaml")).fingerprint != before, "another layout makes another run"
    assert main(["run", "dataset=archive", f"dataset.params.path={archive}", "dataset.params.skeleton=none.yaml", *SMALL]) == 2


def test_bones_can_be_switched_off(archive):
    clips = load_clips(part(archive))
    with_bones, without = (assemble(settings_of(archive, bones=bones), clips) for bones in (True, False))
    assert with_bones.inputs - without.inputs == 3 * len(BONES)
    assert without.clips.skeleton == with_bones.clips.skeleton, "pictures have them all the same"


def test_test_clips_have_no_say(archive):
    clips = load_clips(part(archive, skeleton="generic"))
    made = assemble(settings_of(archive), clips)
    positions = np.array(clips.positions)
    positions[made.splits.test] = positions[made.splits.test][:, :, ::-1]
    np.savez(archive, X=positions, y=clips.labels, class_names=np.array(clips.classes))
    other = assemble(settings_of(archive), load_clips(part(archive, skeleton="generic")))
    assert np.array_equal(other.splits.test, made.splits.test)
    assert other.clips.skeleton == made.clips.skeleton


def test_found_bones_and_the_switch_leave_keys_of_runs_as_they_were(archive):
    clips, settings = load_clips(part(archive)), settings_of(archive)
    assert assemble(settings, clips).clips.fingerprint == clips.fingerprint
    before = settings_of(archive)
    del before.features.params["bones"]
    assert run_key(settings, clips.fingerprint) == run_key(before, clips.fingerprint)
    assert run_key(settings_of(archive, bones=False), clips.fingerprint) != run_key(before, clips.fingerprint)
    assert settings.features.params["bones"] is True, "the settings themselves are left as they are"
    assert asdict(settings)["features"]["params"]["bones"] is True


def test_a_resumed_run_has_the_bones_of_its_start(archive, tmp_path, monkeypatch):
    class Leave(NullCallback):
        def round(self, row):
            raise KeyboardInterrupt

    clips, settings, folder = load_clips(part(archive)), settings_of(archive), tmp_path / "run"
    monkeypatch.setattr(runner, "finish", lambda folder: None)
    with pytest.raises(Paused):
        runner.run(assemble(settings, clips), folder, Leave())
    # Another machine, on which a tie went the other way.
    monkeypatch.setattr(assembly, "found_bones", lambda *args: ((0, 1),))
    runner.run(assemble(settings, clips), folder, NullCallback())
    assert {tuple(bone) for bone in recorded(folder)["bones"]} == BONES
    assert json.loads((folder / "status.json").read_text())["state"] == "done"


def test_a_run_from_before_bones_were_found_is_exported_without(archive, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(assembly, "found_bones", lambda *args: ())
        folder = make_run(tmp_path / "old", dataset=part(archive), budget=9)
    assert recorded(folder)["bones"] == []
    assert main(["export", f"run={folder}", "--out", "old_model"]) == 0
    assert ExportedModel.load("old_model").skeleton.bones == ()
