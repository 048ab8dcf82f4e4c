"""A recogniser's folder read: by its own, without torch, without running anything, and refused when it is not whole."""

from __future__ import annotations

import builtins
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.deploy.export import ExportedModel, example_folder, write_operating_point

WITHOUT = (
    "torch",
    "pytorch_lightning",
    "hydra",
    "omegaconf",
    "onnx",
    "onnxscript",
    "safetensors",
    "sklearn",
    "cv2",
    "matplotlib",
)


@pytest.fixture
def copy(exported, tmp_path):
    return shutil.copytree(exported, tmp_path / "copy")


def a_clip(frames=20, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((frames, 42, 3)).astype(np.float32), np.arange(frames) / 30


@pytest.mark.parametrize("folder", ["exported", "example"])
def test_with_onnx_no_torch_is_imported(folder, exported):
    folder = exported if folder == "exported" else example_folder()
    script = (
        "import sys, numpy as np\nfrom gesture_al.deploy.export import ExportedModel\n"
        f"model = ExportedModel.load({str(folder)!r})\n"
        "probs = model.probs(np.zeros((9, 42, 3), np.float32), np.arange(9) / 30, 4 / 3)\n"
        "assert probs.shape == (len(model.classes),) and abs(probs.sum() - 1) < 1e-5\n"
        f"print('loaded:', *(name for name in {WITHOUT!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "loaded:\n"


@pytest.mark.parametrize("runtime", ["onnx", "torch"])
def test_nothing_is_unpickled_and_no_file_that_could_hold_code_is_opened(copy, runtime, monkeypatch):
    import pickle

    (copy / "weights.pt").write_bytes(b"\x80\x04")
    (copy / "state.pkl").write_bytes(b"\x80\x04")
    opened = []

    def refuse(*_args, **_options):
        raise AssertionError("something was unpickled")

    real = builtins.open
    monkeypatch.setattr(builtins, "open", lambda file, *a, **k: opened.append(str(file)) or real(file, *a, **k))
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, refuse)
    model = ExportedModel.load(copy, runtime)
    assert model.probs(*a_clip(), 1.5).shape == (4,)
    assert not [file for file in opened if file.endswith((".pt", ".pkl"))]


def test_many_clips_of_any_length_say_what_each_alone_says(exported):
    model = ExportedModel.load(exported)
    clips = [a_clip(frames, seed) for seed, frames in enumerate((20, 7, 20, 1, 33, 7))]
    together = model.probs_many(clips, 1.5)
    assert together.dtype == np.float32
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-5)
    for clip, probs in zip(clips, together, strict=True):
        np.testing.assert_allclose(model.probs(*clip, 1.5), probs, atol=1e-6)
    assert model.probs_many([], 1.5).shape == (0, 4)


def test_hands_that_are_not_seen_and_uneven_frames_give_probabilities(exported):
    model = ExportedModel.load(exported)
    positions, seconds = a_clip()
    positions[:, 21:] = np.nan
    seconds[10:] += 0.4
    assert np.isfinite(model.probs(positions, seconds, 1.5)).all()
    assert np.isfinite(model.probs(np.full_like(positions, np.nan), seconds, 1.5)).all()


def test_the_aspect_of_the_picture_counts(exported):
    model = ExportedModel.load(exported)
    positions, seconds = a_clip()
    assert np.abs(model.probs(positions, seconds, 1.0) - model.probs(positions, seconds, 1.8)).max() > 1e-4


@pytest.mark.parametrize(
    ("positions", "seconds", "aspect", "said"),
    [
        (np.zeros((5, 21, 3)), np.arange(5), 1.5, r"\(5, 21, 3\).*'hands'"),
        (np.zeros((5, 42, 2)), np.arange(5), 1.5, r"\(frames, 42, 3\)"),
        (np.zeros((42, 3)), np.arange(5), 1.5, r"\(42, 3\)"),
        (np.zeros((5, 42, 3)), np.arange(4), 1.5, "5 frames at 4 times"),
        (np.zeros((0, 42, 3)), np.arange(0), 1.5, "one frame at least"),
        (np.zeros((5, 42, 3)), np.arange(5), 0.0, "aspect"),
        (np.zeros((5, 42, 3)), np.arange(5), float("nan"), "aspect"),
    ],
)
def test_clips_that_it_cannot_read_are_refused(exported, positions, seconds, aspect, said):
    with pytest.raises(UserError, match=said):
        ExportedModel.load(exported).probs(positions, seconds, aspect)


@pytest.mark.parametrize("name", ["recogniser.json", "weights.safetensors", "recogniser.onnx"])
@pytest.mark.parametrize("harm", ["cut", "changed", "missing"])
@pytest.mark.parametrize("runtime", ["onnx", "torch"])
def test_a_torn_copy_is_refused_in_one_line_that_names_the_file(copy, name, harm, runtime):
    file = copy / name
    content = bytearray(file.read_bytes())
    if harm == "missing":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    with pytest.raises(UserError, match=name) as told:
        ExportedModel.load(copy, runtime)
    assert "\n" not in str(told.value)


def _with_new_checksums(folder):
    from gesture_al.deploy.export.folder import write_checksums

    write_checksums(folder)


@pytest.mark.parametrize(
    ("name", "content", "runtime", "said"),
    [
        ("recogniser.json", b"{}", "onnx", "format None"),
        ("recogniser.json", b'{"format": 2, "gesture_al": "9.1"}', "onnx", "9.1"),
        ("recogniser.json", b'{"format": 1}', "onnx", "KeyError"),
        ("recogniser.json", b"[1]", "onnx", "no JSON object"),
        ("recogniser.onnx", b"no graph", "onnx", "ONNX Runtime cannot read it"),
        ("weights.safetensors", b"no weights", "torch", "not the weights"),
        ("weights.safetensors", b"\x80\x04cos\nsystem\n", "torch", "not the weights"),
    ],
)
def test_files_that_are_none_are_refused_even_with_the_right_checksum(copy, name, content, runtime, said):
    (copy / name).write_bytes(content)
    _with_new_checksums(copy)
    with pytest.raises(UserError, match=said) as told:
        ExportedModel.load(copy, runtime)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("content", [b'{"window": ', b"[]", b"\xff\xfe"])
def test_an_operating_point_that_is_torn_is_refused(copy, content):
    (copy / "operating_point.json").write_bytes(content)
    with pytest.raises(UserError, match=r"operating_point\.json"):
        ExportedModel.load(copy)


def test_a_folder_that_is_no_recogniser_says_what_to_name(tmp_path, run_folder):
    with pytest.raises(UserError, match="no such folder"):
        ExportedModel.load(tmp_path / "nowhere")
    with pytest.raises(UserError, match="gesture-al export wrote"):
        ExportedModel.load(tmp_path)
    with pytest.raises(UserError, match="gesture-al export run="):
        ExportedModel.load(run_folder)
    (tmp_path / "checksums.sha256").write_text("0123  ../../etc/passwd\n")
    with pytest.raises(UserError, match="not as gesture-al export writes it"):
        ExportedModel.load(tmp_path)


def test_an_unknown_runtime_is_refused(exported):
    with pytest.raises(UserError, match="onnx, torch"):
        ExportedModel.load(exported, "tflite")


def test_an_operating_point_is_kept_as_it_was_given(copy):
    point = {"window": 1.1, "threshold": 0.8, "thresholds": {"Heart": 0.9}}
    write_operating_point(copy, point)
    assert ExportedModel.load(copy).operating_point == point
    with pytest.raises(UserError, match="finite"):
        write_operating_point(copy, {"window": float("nan")})
    with pytest.raises(UserError, match="no such folder"):
        write_operating_point(copy / "nowhere", point)
    assert ExportedModel.load(copy).operating_point == point


def test_features_that_give_other_numbers_today_are_refused(copy):
    told = json.loads((copy / "recogniser.json").read_text())
    told["model"]["inputs"] += 1
    (copy / "recogniser.json").write_text(json.dumps(told))
    _with_new_checksums(copy)
    with pytest.raises(UserError, match="which it was exported with"):
        ExportedModel.load(copy)


def test_the_example_that_ships_is_small_synthetic_and_knows_its_gestures():
    folder = example_folder()
    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_500_000
    model = ExportedModel.load(folder)
    assert model.description.trained_on["synthetic"] is True
    assert model.classes == ("Like", "Fire works", "Heart", "none")
    assert "synthetic data only" in (folder / "README.md").read_text()
    assert model.layout == "hands"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(copy, number):
    from safetensors.numpy import load_file, save_file

    weights = load_file(copy / "weights.safetensors")
    name = sorted(weights)[0]
    weights[name].flat[0] = number
    save_file(weights, copy / "weights.safetensors")
    _with_new_checksums(copy)
    with pytest.raises(UserError, match="holds NaN or an infinite number; export the run again"):
        ExportedModel.load(copy, runtime="torch")


@pytest.mark.parametrize("probs", [[np.nan] * 4, [np.inf, 0, 0, 0], [0.5] * 4, [2.0, -1.0, 0, 0], [0.5, 0.5]])
def test_a_net_that_gives_no_probabilities_is_refused(exported, probs, monkeypatch):
    from gesture_al.deploy.export import model

    monkeypatch.setattr(model.OnnxNet, "__call__", lambda self, features: np.array([probs] * len(features), np.float32))
    with pytest.raises(UserError, match="its net gives no probabilities"):
        ExportedModel.load(exported)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("preprocessing", "coordinates", 7),
        ("preprocessing", "mean", [float("nan")] * 142),
        ("preprocessing", "deviation", [0.0] * 142),
        ("model", "inputs", 10**9),
        ("model", "inputs", -1),
        ("model", "members", 0),
        ("model", "members", 10**6),
        ("model", "temperature", 0.0),
        ("model", "temperature", float("nan")),
        ("clip_seconds", "median", float("nan")),
        ("skeleton", "bones", [[0, 99]]),
        ("skeleton", "parts", {"left_hand": [0, 10**9]}),
    ],
)
def test_a_description_whose_numbers_are_none_is_refused(copy, part, key, value):
    told = json.loads((copy / "recogniser.json").read_text())
    told[part][key] = value
    (copy / "recogniser.json").write_text(json.dumps(told))
    _with_new_checksums(copy)
    with pytest.raises(UserError, match="not as gesture-al export writes it"):
        ExportedModel.load(copy)


@pytest.mark.parametrize(("key", "value"), [("members", 2), ("members", 64), ("temperature", 2.0)])
def test_a_description_of_other_nets_than_the_weights_are_of_is_refused(copy, key, value):
    told = json.loads((copy / "recogniser.json").read_text())
    told["model"][key] = value
    (copy / "recogniser.json").write_text(json.dumps(told))
    _with_new_checksums(copy)
    with pytest.raises(UserError, match=r"weights\.safetensors: not the weights of model 'lstm'"):
        ExportedModel.load(copy, runtime="torch")


@pytest.mark.parametrize("text", ["[" * 100_000, r'{"a": "\ud800"}', "9" * 5000, "[]"])
def test_a_description_that_is_no_such_json_is_refused(copy, text):
    (copy / "recogniser.json").write_text(text)
    _with_new_checksums(copy)
    with pytest.raises(UserError, match=r"recogniser\.json: .*export the run again"):
        ExportedModel.load(copy)
