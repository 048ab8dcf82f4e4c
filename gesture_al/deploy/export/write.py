"""From a run's folder to a recogniser's: its best model read, described, written beside its place, checked, and put there."""

from __future__ import annotations

import io
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save
from torch import nn

from gesture_al import __version__
from gesture_al.active.records.checkpoint import read_checkpoint
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import read_status
from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.atomic_io import write_atomic, write_json
from gesture_al.core.code_fingerprint import code_changes
from gesture_al.core.errors import UserError
from gesture_al.core.messages import in_shell
from gesture_al.core.naming import run_name
from gesture_al.core.parts import build_part
from gesture_al.core.seeds import torch_seed
from gesture_al.core.settings import Part, Settings, run_key
from gesture_al.data.clip_set import ClipSet, clip_seconds
from gesture_al.data.skeleton import Skeleton
from gesture_al.deploy.export.card import card
from gesture_al.deploy.export.check import Checked, check_exported
from gesture_al.deploy.export.folder import (
    CARD,
    FORMAT,
    GRAPH,
    OPERATING_POINT,
    RECOGNISER,
    WEIGHTS,
    Description,
    read_json,
    write_checksums,
)
from gesture_al.deploy.export.torch_runtime import TorchNet, build_net
from gesture_al.learning.combined_net import combined, drawable
from gesture_al.learning.features.base import FEATURES
from gesture_al.learning.models.drawing import Graph
from gesture_al.runs.assembly import load_clips
from gesture_al.runs.report.run_on_disk import read_run
from gesture_al.runs.run_code import run_code
from gesture_al.runs.runner import read_settings

# Windows of `gesture-al live` are as long as a clip it was trained on, within reason.
_WINDOW_SECONDS = (0.5, 3.0)


def export(run: Path, out: Path | None = None) -> tuple[Path, Checked, str]:
    """Write the best model of a run as a recogniser that stands alone.

    Args:
        run: The run's folder.
        out: Where to write; None: models/<name of the run>.

    Returns:
        The folder, how far its files differ from the trained net, and what could not be checked (empty: nothing).

    Raises:
        UserError: No run folder, no model in it yet, a place that is taken, or files that differ from the trained net.
    """
    settings = read_settings(run)
    out = Path("models") / run_name(settings) if out is None else out
    if out.exists():
        raise UserError(f"{out} exists already; remove it, or name another folder: --out <folder>")
    trained = read_trained(run)
    evidence = read_evidence(run, settings)
    description = _describe(run, settings, trained, evidence)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        _write_files(beside, description, trained)
        checked = check_exported(beside, TorchNet(trained.net), evidence.clips, evidence.rows)
        write_atomic(beside / CARD, card(read_run(run), description, checked, evidence.missing, str(out)))
        beside.chmod(0o755)
        beside.rename(out)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return out, checked, evidence.missing


def _write_files(folder: Path, description: Description, trained: Trained) -> None:
    weights = {name: value.detach().contiguous() for name, value in trained.net.state_dict().items()}
    write_atomic(folder / WEIGHTS, save(weights))
    graph = onnx_bytes(trained.net, trained.inputs, len(trained.classes))
    if graph is not None:
        write_atomic(folder / GRAPH, graph)
    write_json(folder / RECOGNISER, {"format": FORMAT, **description.to_json()})
    write_json(folder / OPERATING_POINT, _first_point(description))
    write_checksums(folder)


def _first_point(description: Description) -> dict[str, Any]:
    """Until it is tuned: windows as long as a clip; all else as `gesture-al live` has it."""
    if description.clip_seconds is None:
        return {}
    low, high = _WINDOW_SECONDS
    return {"window": round(min(max(description.clip_seconds["median"], low), high), 2)}


def _describe(run: Path, settings: Settings, trained: Trained, evidence: Evidence) -> Description:
    dataset, clips = read_json(RunPaths(run).dataset), evidence.clips
    skeleton = Skeleton.from_json(dataset["skeleton"]) if clips is None else clips.skeleton
    coordinates = _coordinates(settings, skeleton, trained.inputs) if clips is None else clips.positions.shape[3]
    in_heights = dataset.get("in_heights", skeleton.missing == "zero_blocks") if clips is None else clips.aspect is not None
    if "clip_seconds" in dataset or clips is None:
        seconds = dataset.get("clip_seconds")
    else:
        seconds = clip_seconds(clips, np.arange(len(clips)))
    return Description(
        classes=trained.classes,
        skeleton=skeleton,
        coordinates=coordinates,
        in_heights=bool(in_heights),
        features=settings.features,
        mean=trained.mean,
        deviation=trained.deviation,
        model=trained.model,
        inputs=trained.inputs,
        clip_seconds=seconds,
        trained_on={key: dataset.get(key) for key in ("name", "source", "synthetic")},
        gesture_al=__version__,
        members=trained.members,
        temperature=trained.temperature,
    )


def _coordinates(settings: Settings, skeleton: Skeleton, inputs: int) -> int:
    """2 or 3: what makes the features as wide as the net reads."""
    features = build_part(FEATURES, "features", settings.features)
    matching = [count for count in (3, 2) if features.width(skeleton, count) == inputs]
    if not matching:
        raise UserError(f"features={settings.features.name} no longer give the {inputs} numbers a frame that the net reads")
    return matching[0]


@dataclass(frozen=True)
class Trained:
    """The best model of a run as its checkpoint keeps it: net, channel statistics and what they were made for.

    Args:
        net: With its weights, in evaluation mode.
        round: Whose model it is.
        model: Name and parameters of the net.
        inputs: F, numbers a frame.
        classes: Names.
        mean: (F,) of each channel, None where channels are not standardised.
        deviation: (F,) likewise.
        members: How many nets of this kind `net` is the mean of.
        temperature: By which its logits are divided; None: by nothing.
    """

    net: nn.Module
    round: int
    model: Part
    inputs: int
    classes: tuple[str, ...]
    mean: Float32 | None
    deviation: Float32 | None
    members: int
    temperature: float | None


def read_trained(run: Path) -> Trained:
    """The model that the run's report calls best.

    Raises:
        UserError: No model yet, or a file that is none.
    """
    path = RunPaths(run).best_checkpoint
    fit = read_checkpoint(path)
    if fit is None:
        raise UserError(f"{run}: no model yet (checkpoints/best.ckpt is missing); go on with: {in_shell('resume', run)}")
    try:
        state = torch.load(io.BytesIO(fit.state), weights_only=True)
        model, inputs, classes = Part(state["model"], dict(state["params"])), int(state["inputs"]), tuple(state["classes"])
        weights, members, temperature = state["weights"], int(state.get("members", 1)), state.get("temperature")
        mean, deviation = (None if state[key] is None else state[key].numpy() for key in ("mean", "deviation"))
    except Exception as err:
        raise UserError(f"{path}: no model can be read here ({type(err).__name__}); run it again") from err
    with torch_seed(0):
        # The temperature is no weight, so it stands around the net that the weights belong to.
        net = build_net(model, inputs, len(classes), members, None)
    try:
        net.load_state_dict(weights)
    except RuntimeError as err:
        raise UserError(f"{path}: not the weights of model {model.name!r} of this version; run it again") from err
    net = combined([net], temperature).eval()
    return Trained(net, fit.round, model, inputs, classes, mean, deviation, members, temperature)


_MOST_CLIPS = 400


@dataclass(frozen=True)
class Evidence:
    """A run's clips, or why there are none.

    Args:
        clips: The data set; None where it cannot be read or has other classes or joints than the run's.
        rows: Clips to check the exported files on, evenly spread over the set.
        missing: What could not be checked, for people; empty where all could.
    """

    clips: ClipSet | None
    rows: Int64
    missing: str = ""


def read_evidence(run: Path, settings: Settings) -> Evidence:
    """Load the run's data set and see that it is the same as then."""
    none = np.empty(0, dtype=np.int64)
    then = read_json(RunPaths(run).dataset)
    try:
        clips = load_clips(settings.dataset)
    except (UserError, OSError) as err:
        return Evidence(None, none, f"The run's data set could not be read ({' '.join(str(err).split())})")
    if list(clips.classes) != then["classes"] or list(clips.skeleton.joints) != then["skeleton"]["joints"]:
        return Evidence(None, none, "The run's data set has other classes or joints today than it had when the run was made")
    clips = clips.with_skeleton(Skeleton.from_json(then["skeleton"]))
    rows = np.linspace(0, len(clips) - 1, min(len(clips), _MOST_CLIPS)).astype(np.int64)
    status = read_status(run)
    if status.get("key") != run_key(settings, clips.fingerprint):
        return Evidence(clips, rows, "The data set has changed since the run was made")
    try:
        changes = code_changes(status, run_code(settings))
    except UserError as err:
        changes = str(err)
    return Evidence(clips, rows, f"The code has changed since the run was made (changed: {changes})" if changes else "")


# Operators of ONNX 1.14 and its file version, which every ONNX Runtime since 1.15 reads, also where others use the file.
_OPERATORS, _FILE = 18, 8


def onnx_bytes(net: nn.Module, inputs: int, classes: int) -> bytes | None:
    """A net as ONNX: `features` (B, T, F) of whole clips to `probs` (B, C), any B and T; the same net gives the same bytes.

    Args:
        net: In evaluation mode.
        inputs: F.
        classes: C.

    Returns:
        The file's content; None of a net that cannot draw itself.
    """
    if not drawable(net):
        return None
    graph = Graph()
    probs = graph.node("Softmax", graph.part(net, "features"), axis=-1)
    nodes = [helper.make_node(one.operator, one.inputs, [one.output], **one.settings) for one in graph.nodes]
    nodes.append(helper.make_node("Identity", [probs], ["probs"]))
    onnx_graph = helper.make_graph(
        nodes,
        "recogniser",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["clips", "frames", inputs])],
        [helper.make_tensor_value_info("probs", TensorProto.FLOAT, ["clips", classes])],
        [numpy_helper.from_array(value, name) for name, value in graph.constants.items()],
    )
    model = helper.make_model(onnx_graph, producer_name="gesture_al", producer_version=__version__)
    model.ir_version = _FILE
    del model.opset_import[:]
    model.opset_import.append(helper.make_opsetid("", _OPERATORS))
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content
