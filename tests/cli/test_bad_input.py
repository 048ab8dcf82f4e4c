"""Whatever is wrong with what was typed or with the data: one line, the right exit code, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gesture_al.cli.main import main

FAST = (
    *("dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "trainer.params.steps=8"),
    *("trainer.params.warmup=2", "tracking=csv", "stopping=budget", "budget=16"),
)
ON_FILES = ("model=lstm_s", "trainer.params.steps=8", "trainer.params.warmup=2", "tracking=csv", "stopping=budget")


@pytest.fixture
def refused(tmp_path, capsys):
    """Runs a command that must be refused; gives the line that says why."""

    def run(*typed, code=2):
        runs = tmp_path / "runs"
        assert main(["run", *typed, f"output_dir={runs}"]) == code
        told = capsys.readouterr()
        assert told.out == ""
        assert "Traceback" not in told.err
        lines = [line for line in told.err.splitlines() if line.startswith("gesture-al: ")]
        assert len(lines) == 1
        assert lines[0] == told.err.splitlines()[-1]
        assert not runs.exists(), "bad input left something behind"
        return lines[0].removeprefix("gesture-al: ")

    return run


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("strategy=nope", "no strategy 'nope'; there are: adaptive, badge, "),
        ("strategy=entrpy", "did you mean entropy?"),
        ("experiment=nope", "no experiment 'nope'; there are: as_asked"),
        ("strategy.name=nope", "no strategy 'nope'; there are: "),
        ("treshold=0.9", "no setting 'treshold' (did you mean threshold?); there are: dataset, "),
        ("+foo=3", "no setting 'foo'; there are: "),
        ("model.params.hiden=3", "no parameter 'hiden' (did you mean hidden?); it takes hidden, layers, "),
        ("+model.params.foo=3", "model.params.foo: got an unexpected keyword argument 'foo'; takes hidden=64"),
        ("model.hidden=3", "model.hidden: no such key; parameters are written model.params.<name>=<value>"),
        ("model=null", "model=null: a group needs an option"),
        ("~model", "model: nothing is chosen"),
        ("model.params=3", "model.params=3: is a table"),
        ("k", "k: not understood; a setting is written key=value"),
        ("k='", "k=': not understood"),
        ("kk=5", "no setting 'kk' (did you mean k?)"),
        ("name=x(1)", "name=x(1): not understood; if the value is one text, type 'name=\"x(1)\"'"),
        ("name=a,b", "name=a,b: several values make a sweep; add -m, or if the value is one text, type 'name=\"a,b\"'"),
        ("name=${HOME}", "name: ${HOME} names no setting; an environment variable is ${oc.env:HOME}"),
        ("k=1,2", "several values make a sweep; add -m"),
        ("k=0", "k=0: must be a whole number, 1 or more"),
        ("k=abc", "k=abc: must be a whole number"),
        ("k=1.5", "k=1.5: must be a whole number"),
        ("k=null", "k=null: may not be null"),
        ("full_data=perhaps", "full_data=perhaps: must be true or false"),
        ("threshold=1.7", "threshold=1.7: must be a number from 0 to 1"),
        ("threshold=-0.1", "threshold=-0.1: must be a number from 0 to 1"),
        ("threshold=nan", "threshold=nan: must be a number from 0 to 1"),
        ("budget=3", "budget=3: the initial set alone takes 8 labels; raise it or lower initial_per_class"),
        ("max_rounds=0", "max_rounds=0: must be a whole number, 1 or more, or null"),
        ("start=never", "start=never: must be stratified, oracle, existing or strategy"),
        ("name=a/b", "name=a/b: must be a word for the run's folder"),
        ("classes=5", "classes=5: the data give 4 (input 24 frames x "),
        ("inputs=7", "inputs=7: the data give "),
        ("dataset.split_by=foo", "split_by=foo: unknown; there are: auto"),
        ("dataset.params.clips=-3", "dataset.params.clips=-3: must be a whole number from 1 to 10000000"),
        ("dataset.params.clips=abc", "dataset.params.clips=abc: must be a whole number"),
        ("dataset.params.classes=[Heart]", "class"),
        ("model.params.hidden=0", "model.params.hidden=0: must be a whole number from 1 to 16384"),
        ("model.params.hidden=abc", "model.params.hidden=abc: must be a whole number"),
        ("model.params.pooling=foo", "model.params.pooling"),
        ("trainer.params.lr=abc", "trainer.params.lr=abc: must be a number"),
        ("trainer.params.lr=-1", "trainer.params.lr=-1: must be a number above 0"),
        ("trainer.params.lr=inf", "trainer.params.lr=inf: must be a number"),
        ("oracle.params.noise=3", "oracle.params.noise=3: must be a number from 0 to 1"),
        ("oracle.params.cost=nan", "oracle.params.cost=nan: must be a number"),
        ("features.params.frames=0", "features.params.frames=0: must be a whole number from 2 to 10000 or auto or null"),
        ("features.params.frames=null", "augment needs clips of equal length"),
        ("augment.params.crop=7", "augment.params.crop=7: must be a number from 0 to 0.45"),
        ("view.params.width=-4", "view.params.width=-4: must be a whole number from 64"),
        ("stopping.params.foo=1", "stopping.params.foo"),
        ("model.params.hidden=1000000", "model.params.hidden=1000000: must be a whole number from 1 to 16384"),
        ("threads=100000", "threads=100000: must be a whole number from 1 to 256"),
        ("k=${oc.env:NO_SUCH_VARIABLE}", "${oc.env:NO_SUCH_VARIABLE}: no such environment variable; set it"),
        ("seed=" + "9" * 400, "seed: a number of 1329 bits; it must fit into 63"),
        ("k=" + "9" * 5000, "not understood"),
        ("k=" + "[" * 500, "not understood"),
        ("trainer=" + "x" * 5000, "File name too long"),
    ],
)
def test_wrong_settings_are_refused_by_name(refused, typed, told):
    kept = [text for text in FAST if text.partition("=")[0] != typed.partition("=")[0]]
    assert told in refused(*kept, typed)


def test_a_trackers_words_are_checked_before_there_is_a_folder(refused):
    assert "tracking.params.mode=foo: must be auto, online, offline or disabled" in refused(
        *FAST, "tracking=wandb", "tracking.params.mode=foo"
    )


def test_an_output_folder_that_cannot_be_made(tmp_path, capsys):
    (tmp_path / "file").write_text("here")
    assert main(["run", *FAST, f"output_dir={tmp_path / 'file'}"]) == 2
    assert "output_dir: " in capsys.readouterr().err.splitlines()[-1]
    assert (tmp_path / "file").read_text() == "here"


@pytest.fixture
def frames(tmp_path):
    """Writes <root>/<class>/<clip>/<frame>.npy."""

    def write(name="clips", **clips_of):
        rng = np.random.default_rng(0)
        for folder, count in clips_of.items():
            (tmp_path / name / folder).mkdir(parents=True)
            for clip in range(count):
                (tmp_path / name / folder / str(clip)).mkdir()
                for frame in range(3):
                    np.save(tmp_path / name / folder / str(clip) / f"{frame}.npy", rng.random(258))
        return tmp_path / name

    return write


def keypoints(root):
    return ("dataset=keypoint_folder", f"dataset.params.path={root}", *ON_FILES)


def test_paths_that_are_missing_or_empty(refused, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "dataset.params.path is not set; type dataset.params.path=<path>" in refused(*keypoints("null"))
    assert f"dataset.params.path: nothing at {tmp_path / 'nowhere'}" in refused(*keypoints(tmp_path / "nowhere"))
    assert f"{tmp_path / 'empty'}: no frame found" in refused(*keypoints(tmp_path / "empty"))


def test_classes_that_cannot_be_learned(refused, frames):
    assert "only one class (wave); add clips" in refused(*keypoints(frames("one", wave=5)))
    assert "class 'none' has no usable clip; add clips or drop the class" in refused(*keypoints(frames("lack", wave=5, none=0)))


def test_frames_with_another_number_of_joints(refused, frames):
    root = frames(a=4, b=4)
    np.save(root / "a" / "0" / "1.npy", np.zeros(126))
    assert f"{root}/a/0/1.npy: 126 numbers, but the first frame of the set holds 258" in refused(*keypoints(root))


@pytest.mark.parametrize("damage", ["truncated", "empty", "nan", "inf"])
def test_a_damaged_frame_costs_its_clip_and_is_named(frames, capsys, tmp_path, damage):
    root = frames(a=8, b=8)
    path = root / "a" / "0" / "1.npy"
    if damage in ("truncated", "empty"):
        path.write_bytes(path.read_bytes()[: 200 if damage == "truncated" else 0])
    else:
        np.save(path, np.full(258, float(damage)))
    assert main(["run", *keypoints(root), "max_rounds=1", f"output_dir={tmp_path / 'runs'}"]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "left out" in line]
    assert len(told) == 1
    assert "a/0" in told[0]
    assert "1.npy" in told[0]


def test_a_class_of_which_every_frame_is_truncated(refused, frames):
    root = frames(a=3, b=3)
    for path in (root / "a").glob("*/*.npy"):
        path.write_bytes(path.read_bytes()[:200])
    assert "class 'a' has no usable clip (3 left out, first a/0: unreadable frame 0.npy); add clips" in refused(*keypoints(root))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"X": np.full((20, 5, 8, 3), np.inf)}, "holds an infinite number; repair or remove it"),
        ({"X": np.where(np.arange(8)[:, None] == 1, np.nan, np.ones((20, 5, 8, 3)))}, "holds NaN in frame 0"),
        ({"X": np.ones((20, 5, 61))}, "X (20, 5, 61) must be (clips, frames, joints, 2 or 3)"),
        ({"y": np.full((20, 2), 0.5)}, "y (20, 2) holds (0.5, 0.5) for clip 0"),
        ({"y": np.zeros(20, int), "class_names": np.array(["a"])}, "only one class (a)"),
        ({"class_names": np.array(["a", "b", "c"])}, "class 'c' has no usable clip"),
    ],
)
def test_an_archive_with_wrong_content(refused, tmp_path, change, told):
    good = {"X": np.ones((20, 5, 8, 3)), "y": np.arange(20) % 2, "lengths": np.full(20, 5), "class_names": np.array(["a", "b"])}
    np.savez(tmp_path / "clips.npz", **(good | change))
    line = refused("dataset=archive", f"dataset.params.path={tmp_path / 'clips.npz'}", *ON_FILES)
    assert told in line
    assert "clips.npz" in line


def test_an_archive_that_is_cut_short(refused, tmp_path):
    np.savez(tmp_path / "whole.npz", X=np.ones((20, 5, 8, 3)), y=np.arange(20) % 2)
    (tmp_path / "cut.npz").write_bytes((tmp_path / "whole.npz").read_bytes()[:2000])
    line = refused("dataset=archive", f"dataset.params.path={tmp_path / 'cut.npz'}", *ON_FILES)
    assert "cut.npz: not a readable .npz" in line


def test_one_bad_point_of_a_sweep_refuses_all_of_it(refused):
    assert "k=0: must be a whole number, 1 or more" in refused("-m", *FAST, "k=5,0")
    assert "no strategy 'nope'" in refused("-m", *FAST, "strategy=random,nope")


@pytest.mark.parametrize("command", [["resume"], ["report"], ["show"]])
def test_folders_and_clips_that_are_not_there(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*command, "nonsense"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "nonsense" in lines[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["lable"], "no command 'lable' (did you mean label?); there are: run, label, "),
        (["run", "--mutirun"], "--mutirun: not understood (did you mean --multirun?); see gesture-al run --help"),
        (["run", "--frob"], "--frob: not understood; see gesture-al run --help"),
        (["resume"], "the following arguments are required: folder; see gesture-al resume --help"),
        (["label", "--host"], "argument --host: expected one argument; see gesture-al label --help"),
        (["list", "a", "b"], "b: not understood; see gesture-al list --help"),
        (["list", "stratgy"], "no group 'stratgy' (did you mean strategy?); there are: "),
        (["label", "natop"], "no folder of a run, and no data set 'natop' (did you mean natops?); there are: "),
    ],
)
def test_a_mistyped_command_is_refused_in_one_line_with_what_was_meant(typed, told, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(typed) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["strategy=bald", "model.params.dropout=0"], "strategy=bald asks a committee, and that of committee=dropout with"),
        (
            ["strategy=bald", "committee=ensemble", "committee.params.members=1"],
            "committee=ensemble with model=lstm is always",
        ),
        (["prediction_views=-1"], "prediction_views=-1: must be a whole number, 0 or more"),
        (["trainer.params.until_loss=0.1"], "trainer.params.extra_steps=0: must be 1 or more"),
        (["strategy=bald", "strategy.params.samples=1"], "strategy.params.samples=1: must be "),
    ],
)
def test_settings_that_contradict_each_other_are_refused_before_the_data_are_looked_for(refused, typed, told):
    told_line = refused("dataset=archive", "dataset.params.path=nothing.npz", *typed)
    assert told.partition(":")[0] in told_line
    assert "nothing.npz" not in told_line


def test_a_path_with_a_comma_that_exists_is_no_sweep(tmp_path, capsys):
    (tmp_path / "a,b").mkdir()
    assert main(["run", "-m", "dataset=clips", f"dataset.params.path={tmp_path / 'a,b'}"]) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert "is a path that exists" in line
    assert f"""'dataset.params.path="{tmp_path / "a,b"}"'""" in line


def test_a_real_process_refuses_without_a_traceback(tmp_path):
    typed = [*FAST, "k=0", f"output_dir={tmp_path / 'runs'}"]
    done = subprocess.run([sys.executable, "-m", "gesture_al", "run", *typed], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "gesture-al: k=0: must be a whole number, 1 or more\n")
    assert not (tmp_path / "runs").exists()
