"""Check of an export: the files say what the trained net says, on real clips where there are any."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import ClipSet
from gesture_al.deploy.export.model import ExportedModel
from gesture_al.deploy.export.torch_runtime import TorchNet

LIMIT = 1e-4
"""The most that a probability of the exported files may differ from the trained net's."""
_NOISE_CLIPS, _NOISE_FRAMES = 64, 24


@dataclass(frozen=True)
class Checked:
    """How far the exported files differ from the trained net.

    Args:
        clips: How many were compared; 0 where numbers without meaning stood in for them.
        weights: Largest difference of a probability, read through weights.safetensors.
        onnx: Likewise through recogniser.onnx; None where there is none.
    """

    clips: int
    weights: float
    onnx: float | None


def check_exported(folder: Path, trained: TorchNet, clips: ClipSet | None, rows: Int64) -> Checked:
    """Ask the files and the trained net about the same clips.

    The trained net is asked through the run's own preparation of whole clip sets, the files through what `gesture-al live` uses,
    so the way from positions to features is compared too.

    Args:
        folder: What was written.
        trained: The net that it was written from.
        clips: The run's data set, or None.
        rows: Clips to ask about.

    Raises:
        UserError: They differ by more than `LIMIT`, or a probability is no number.
    """
    differences: dict[str, float] = {}
    real = clips is not None and len(rows) > 0
    for runtime in ("torch", "onnx") if (folder / "recogniser.onnx").exists() else ("torch",):
        model = ExportedModel.load(folder, runtime)
        if clips is not None and real:
            expected, exported = _of_clips(model, trained, clips, rows)
        else:
            noise = _noise(model)
            expected, exported = trained(noise), model.net(noise)
        worst = float(np.abs(expected - exported).max())
        if not worst <= LIMIT:
            raise UserError(
                f"export: by {runtime}, probabilities differ from the trained net's by {worst:.2g}, more than {LIMIT:g}; "
                "nothing was exported. Please report this with the run's config.yaml"
            )
        differences[runtime] = worst
    return Checked(len(rows) if real else 0, differences["torch"], differences.get("onnx"))


def _of_clips(model: ExportedModel, trained: TorchNet, clips: ClipSet, rows: Int64) -> tuple[Float32, Float32]:
    expected, exported = [], []
    for row in rows.tolist():
        length = int(clips.lengths[row])
        features, lengths = model.preparation.features_of(clips, np.array([row]))
        expected.append(trained(features[:, : lengths[0]]))
        times = np.arange(length, dtype=np.float32) if clips.times is None else clips.times[row, :length]
        aspect = 1.0 if clips.aspect is None else float(clips.aspect[row])
        exported.append(model.probs(np.asarray(clips.positions[row, :length]), times, aspect))
    return np.concatenate(expected), np.stack(exported)


def _noise(model: ExportedModel) -> Float32:
    frames = model.preparation.features.frames or _NOISE_FRAMES
    shape = (_NOISE_CLIPS, frames, model.description.inputs)
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)
