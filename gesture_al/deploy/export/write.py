"""From a run's folder to a recogniser's: read, described, written beside its place, checked, and only then put there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import save

from gesture_al import __version__
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import write_atomic, write_json
from gesture_al.core.errors import UserError
from gesture_al.core.naming import run_name
from gesture_al.core.parts import build_part
from gesture_al.core.settings import Settings
from gesture_al.data.datasets.base import clip_seconds
from gesture_al.data.skeleton import Skeleton
from gesture_al.deploy.export.card import card
from gesture_al.deploy.export.check import Checked, check_exported
from gesture_al.deploy.export.description import Description
from gesture_al.deploy.export.evidence import Evidence, read_evidence
from gesture_al.deploy.export.folder import CARD, FORMAT, GRAPH, OPERATING_POINT, RECOGNISER, WEIGHTS, read_json, write_checksums
from gesture_al.deploy.export.onnx_file import onnx_bytes
from gesture_al.deploy.export.torch_runtime import TorchNet
from gesture_al.deploy.export.trained import Trained, read_trained
from gesture_al.learning.features.base import FEATURES
from gesture_al.runs.report.read import read_run
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
        _write(beside, description, trained)
        checked = check_exported(beside, TorchNet(trained.net), evidence.clips, evidence.rows)
        write_atomic(beside / CARD, card(read_run(run), description, checked, evidence.missing, str(out)))
        beside.chmod(0o755)
        beside.rename(out)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return out, checked, evidence.missing


def _write(folder: Path, description: Description, trained: Trained) -> None:
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
    told, clips = read_json(RunPaths(run).dataset), evidence.clips
    skeleton = Skeleton.from_json(told["skeleton"]) if clips is None else clips.skeleton
    coordinates = _coordinates(settings, skeleton, trained.inputs) if clips is None else clips.positions.shape[3]
    in_heights = told.get("in_heights", skeleton.zero_is_missing) if clips is None else clips.aspect is not None
    seconds = told.get("clip_seconds") if "clip_seconds" in told or clips is None else clip_seconds(clips, np.arange(len(clips)))
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
        trained_on={key: told.get(key) for key in ("name", "source", "synthetic")},
        gesture_al=__version__,
    )


def _coordinates(settings: Settings, skeleton: Skeleton, inputs: int) -> int:
    """2 or 3: what makes the features as wide as the net reads."""
    features = build_part(FEATURES, "features", settings.features)
    fitting = [count for count in (3, 2) if features.width(skeleton, count) == inputs]
    if not fitting:
        raise UserError(f"features={settings.features.name} no longer give the {inputs} numbers a frame that the net reads")
    return fitting[0]
