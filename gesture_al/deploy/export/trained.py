"""The best model of a run as its folder keeps it: net, channel statistics and what they were made for."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from gesture_al.active.records.checkpoint import read_checkpoint
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.errors import UserError
from gesture_al.core.parts import build_part
from gesture_al.core.seeds import torch_seed
from gesture_al.core.settings import Part
from gesture_al.learning.models.base import MODELS


@dataclass(frozen=True)
class Trained:
    """What a checkpoint holds.

    Args:
        net: With its weights, in evaluation mode.
        round: Whose model it is.
        model: Name and parameters of the net.
        inputs: F, numbers a frame.
        classes: Names.
        mean: (F,) of each channel, None where channels are not standardised.
        deviation: (F,) likewise.
    """

    net: nn.Module
    round: int
    model: Part
    inputs: int
    classes: tuple[str, ...]
    mean: NDArray[np.float32] | None
    deviation: NDArray[np.float32] | None


def read_trained(run: Path) -> Trained:
    """The model that the run's report calls best.

    Raises:
        UserError: No model yet, or a file that is none.
    """
    path = RunPaths(run).best_checkpoint
    fit = read_checkpoint(path)
    if fit is None:
        raise UserError(f"{run}: no model yet (checkpoints/best.ckpt is missing); go on with: gesture-al resume {run}")
    try:
        state = torch.load(io.BytesIO(fit.state), weights_only=True)
        model, inputs, classes = Part(state["model"], dict(state["params"])), int(state["inputs"]), tuple(state["classes"])
        weights = state["weights"]
        mean, deviation = (None if state[key] is None else state[key].numpy() for key in ("mean", "deviation"))
    except Exception as err:
        raise UserError(f"{path}: no model can be read here ({type(err).__name__}); run it again") from err
    with torch_seed(0):
        net = build_part(MODELS, "model", model, inputs=inputs, classes=len(classes))
    try:
        net.load_state_dict(weights)
    except RuntimeError as err:
        raise UserError(f"{path}: not the weights of model {model.name!r} of this version; run it again") from err
    return Trained(net.eval(), fit.round, model, inputs, classes, mean, deviation)
