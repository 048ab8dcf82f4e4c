"""The importer of recogniser folders."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

import numpy as np
from fuzz.arrays import write
from fuzz.importers import Work, importer
from fuzz.mutations import (
    mutated_bytes,
    mutated_json,
    odd_name,
    replace_by_special,
)
from fuzz.running import NonsenseError

from gesture_al.core.settings import models_dir


def _recogniser(folder: Path, runtime: str) -> Work:
    def read() -> str:
        from gesture_al.deploy.export import ExportedModel
        from gesture_al.deploy.live.operating_point import OperatingPoint
        from gesture_al.deploy.live.recogniser import Recogniser

        model = ExportedModel.load(folder, runtime)
        recogniser = Recogniser(model)
        assert isinstance(recogniser.point, OperatingPoint)
        rng = np.random.default_rng(0)
        joints = len(model.skeleton)
        stream = [(n / 15, rng.random((joints, 3), dtype=np.float32)) for n in range(60)]
        events = list(recogniser.stream(stream))
        probs = model.probs(np.stack([positions for _, positions in stream]), np.arange(60) / 15, 4 / 3)
        if (
            probs.shape != (len(model.classes),)
            or not np.isfinite(probs).all()
            or abs(float(probs.sum()) - 1) > 1e-3
            or probs.min() < 0
        ):
            raise NonsenseError(f"probabilities {probs.tolist()[:5]}")
        if any(not 0 <= event.confidence <= 1 for event in events):
            raise NonsenseError(f"{events[0]}")
        return f"{len(events)} events"

    return read


@cache
def _recogniser_files() -> dict[str, bytes]:
    folder = models_dir() / "facetime-synthetic"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def _good_recogniser(folder: Path) -> Work:
    for name, content in _recogniser_files().items():
        write(folder / "model" / name, content)
    return _recogniser(folder / "model", "onnx")


@importer("recogniser folders", _good_recogniser)
def _bad_recogniser(rng: random.Random, folder: Path) -> Work:
    from gesture_al.deploy.export.folder import write_checksums

    _good_recogniser(folder)
    root, files = folder / "model", _recogniser_files()
    runtime = rng.choice(("onnx", "torch"))
    name = rng.choice(
        ("recogniser.json",) * 4
        + ("operating_point.json",) * 2
        + ("weights.safetensors",) * 2
        + ("recogniser.onnx", "checksums.sha256")
    )

    def content() -> bytes:
        if name.endswith(".json"):
            return mutated_json(rng, json.loads(files[name]))
        if name == "weights.safetensors" and rng.random() < 0.6:
            return _spoilt_weights(rng, files[name])
        if name == "recogniser.onnx" and rng.random() < 0.6:
            return _spoilt_graph(rng, files[name])
        return mutated_bytes(rng, files[name])

    chance = rng.random()
    if chance < 0.06:
        replace_by_special(rng, root / name)
    else:
        write(root / name, content())
    if name != "checksums.sha256" and 0.06 <= chance < 0.95:
        write_checksums(root)
    return _recogniser(odd_name(rng, root) if chance > 0.97 else root, runtime)


def _spoilt_weights(rng: random.Random, content: bytes) -> bytes:
    import torch
    from safetensors.torch import load, save

    tensors = load(content)
    name = rng.choice(sorted(tensors))
    match rng.randrange(5):
        case 0:
            tensors[name] = torch.full_like(tensors[name], rng.choice((float("nan"), float("inf"), -float("inf"), 1e38)))
        case 1:
            tensors[name].view(-1)[0] = float("nan")
        case 2:
            tensors[name] = tensors[name].to(torch.float16)
        case 3:
            tensors[name] = tensors[name].reshape(-1)
        case _:
            length = int.from_bytes(content[:8], "little")
            head = json.loads(content[8 : 8 + length])
            head = mutated_json(rng, head)
            return len(head).to_bytes(8, "little") + head + content[8 + length :]
    return bytes(save(tensors))


def _spoilt_graph(rng: random.Random, content: bytes) -> bytes:
    """The graph with some of its numbers replaced: weights lie in it as runs of little-endian floats."""
    data = bytearray(content)
    at = rng.randrange(len(data) // 4) * 4 + rng.randrange(4)
    piece = np.full(rng.choice((1, 64, 4096)), rng.choice((np.nan, np.inf, 1e38)), np.float32).tobytes()
    data[at : at + len(piece)] = piece[: len(data) - at]
    return bytes(data)
