"""A recogniser read from its folder: positions of joints in, class probabilities out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al import __version__
from gesture_al.core.arrays import Float32, Floating
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import most_array, read_bytes
from gesture_al.data.geometry.normalisation import correct_aspect
from gesture_al.data.geometry.sampling import resample
from gesture_al.data.skeleton import Skeleton
from gesture_al.deploy.export.folder import (
    FORMAT,
    GRAPH,
    OPERATING_POINT,
    RECOGNISER,
    WEIGHTS,
    Description,
    check_folder,
    read_json,
)
from gesture_al.learning.preparation import Preparation

Clip = tuple[Float32, Floating]

RUNTIMES = ("onnx", "torch")
_AT_ONCE = 256
# What the last bits of float32 may make of a sum of probabilities that is 1.
_ROUNDING = 1e-3
_ONE = 1 + _ROUNDING


@dataclass(frozen=True)
class ExportedModel:
    """A recogniser that needs neither the run nor the data set that it came from.

    Args:
        description: What it is.
        operating_point: When `gesture-al live` fires; not looked at here.
        net: From features (B, T, F) of whole clips to class probabilities (B, C).
        preparation: From positions to features.
    """

    description: Description
    operating_point: dict[str, Any]
    net: Callable[[Float32], Float32]
    preparation: Preparation

    @classmethod
    def load(cls, folder: str | Path, runtime: str = "onnx") -> ExportedModel:
        """Read a recogniser. Nothing in its folder is run as code.

        Args:
            folder: What `gesture-al export` wrote.
            runtime: `onnx`, for which no torch is imported, or `torch`.

        Raises:
            UserError: No recogniser, a torn or changed copy, or one that this version cannot read.
        """
        if runtime not in RUNTIMES:
            raise UserError(f"runtime={runtime}: must be one of {', '.join(RUNTIMES)}")
        folder = Path(folder)
        check_folder(folder)
        description = _read_description(folder / RECOGNISER)
        point = read_json(folder / OPERATING_POINT) if (folder / OPERATING_POINT).exists() else {}
        preparation = description.preparation()
        model = cls(description, point, _load_net(folder, description, runtime), preparation)
        # A weight that is no number makes every probability one that is none.
        model.checked_probs(np.zeros((1, preparation.features.frames or 8, description.inputs), dtype=np.float32))
        return model

    @property
    def classes(self) -> tuple[str, ...]:
        """Names, in the order of the probabilities."""
        return self.description.classes

    @property
    def skeleton(self) -> Skeleton:
        """What the joints are."""
        return self.description.skeleton

    @property
    def layout(self) -> str:
        """The skeleton's name."""
        return self.description.skeleton.name

    @property
    def clip_seconds(self) -> Mapping[str, float] | None:
        """`low`, `median` and `high` duration of the clips that it learned from (10, 50, 90 per cent); None where unknown."""
        return self.description.clip_seconds

    def probs(self, positions_T_J_C: Float32, seconds_T: Floating, aspect: float) -> Float32:
        """Class probabilities of one clip, or of one window of a stream.

        Args:
            positions_T_J_C: Fractions of the picture, y down; NaN where not seen. C is 3 (2 will do for a net that reads 2).
            seconds_T: When each frame was taken, rising; any zero.
            aspect: Width / height of the picture.

        Returns:
            float32 (classes,), sum 1.

        Raises:
            UserError: Other joints than those that it was trained on, no frame, or not as many times as frames.
        """
        probs: Float32 = self.probs_many([(positions_T_J_C, seconds_T)], aspect)[0]
        return probs

    def probs_many(self, clips: Sequence[Clip], aspect: float) -> Float32:
        """Class probabilities of many clips, float32 (N, classes): pairs of positions and seconds as in `probs`."""
        probs = np.empty((len(clips), len(self.classes)), dtype=np.float32)
        by_length: dict[int, list[int]] = {}
        for row, (positions, seconds) in enumerate(clips):
            self._check(positions, seconds, aspect)
            by_length.setdefault(len(positions), []).append(row)
        for rows in by_length.values():
            for first in range(0, len(rows), _AT_ONCE):
                batch = rows[first : first + _AT_ONCE]
                probs[batch] = self.checked_probs(self.features([clips[row] for row in batch], aspect))
        return probs

    def checked_probs(self, features_B_T_F: Float32) -> Float32:
        """What the net says of features, float32 (B, classes).

        Raises:
            UserError: It cannot read them, or what it says are no probabilities: the weights are damaged.
        """
        probs = self.net(features_B_T_F)
        wanted = (len(features_B_T_F), len(self.classes))
        # NaN is in no range.
        if (
            probs.shape != wanted
            or not ((probs >= 0) & (probs <= _ONE)).all()
            or not (np.abs(probs.sum(axis=1) - 1) < _ROUNDING).all()
        ):
            raise UserError(f"recogniser for {', '.join(self.classes[:5])}: its net gives no probabilities; export the run again")
        return probs

    def features(self, clips: Sequence[Clip], aspect: float) -> Float32:
        """What the net is given, (N, T, F), of clips with equally many frames."""
        description = self.description
        positions = np.stack([clip for clip, _ in clips]).astype(np.float32, copy=False)[..., : description.coordinates]
        if description.in_heights:
            positions = correct_aspect(positions, np.full(len(clips), aspect, dtype=np.float32))
        lengths = np.full(len(clips), positions.shape[1], dtype=np.int64)
        frames = self.preparation.features.frames
        if frames is not None:
            times = np.stack([seconds - seconds[0] for _, seconds in clips]).astype(np.float32)
            positions = resample(positions, lengths, times, frames)
            lengths = np.full(len(clips), frames, dtype=np.int64)
        return self.preparation.features_of_positions(positions, lengths, self.skeleton)

    def _check(self, positions: Float32, seconds: Floating, aspect: float) -> None:
        joints, least = len(self.skeleton), self.description.coordinates
        if positions.ndim != 3 or positions.shape[1] != joints or not least <= positions.shape[2] <= 3:
            raise UserError(f"positions are {positions.shape}; this recogniser reads {self.layout!r}: (frames, {joints}, 3)")
        if not len(positions) or len(positions) != len(seconds):
            raise UserError(f"{len(positions)} frames at {len(seconds)} times; give a time to each, and one frame at least")
        if not 0 < aspect < float("inf"):
            raise UserError(f"aspect is {aspect}; give the width of the picture / its height")


def _read_description(path: Path) -> Description:
    content = read_json(path)
    if not isinstance(content.get("gesture_al", ""), str):
        raise UserError(f"{path}: gesture_al is no version; export the run again")
    if content.get("format") != FORMAT:
        raise UserError(
            f"{path}: format {content.get('format')!r}; gesture_al {__version__} reads format {FORMAT}. Use the version that "
            f"wrote it ({content.get('gesture_al', 'unknown')}), or export the run again"
        )
    try:
        return Description.from_json(content)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as err:
        raise UserError(f"{path}: not as gesture-al export writes it ({type(err).__name__}: {err}); export again") from err


def _load_net(folder: Path, description: Description, runtime: str) -> Callable[[Float32], Float32]:
    if runtime == "torch":
        from gesture_al.deploy.export.torch_runtime import TorchNet

        return TorchNet.load(
            folder / WEIGHTS,
            description.model,
            description.inputs,
            len(description.classes),
            description.members,
            description.temperature,
        )
    if not (folder / GRAPH).exists():
        raise UserError(f"{folder}: has no {GRAPH}, since its net cannot draw itself; use runtime=torch")
    return OnnxNet(folder / GRAPH)


class OnnxNet:
    """Class probabilities by ONNX Runtime, on one thread: nets of this size are done before a second one has started.

    Args:
        path: The graph, with its weights inside.

    Raises:
        UserError: ONNX Runtime is not installed, or it cannot read the file.
    """

    def __init__(self, path: Path) -> None:
        try:
            import onnxruntime
        except ImportError as err:
            raise UserError("onnxruntime is not installed; pip install onnxruntime, or use runtime=torch") from err
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._path, content = path, read_bytes(path, most_array())
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as err:  # ONNX Runtime has a class of its own for each kind of fault, with no common parent.
            raise UserError(f"{path}: ONNX Runtime cannot read it ({' '.join(str(err).split())}); export the run again") from err

    def __call__(self, features_B_T_F: Float32) -> Float32:
        """Class probabilities (B, C)."""
        features = np.ascontiguousarray(features_B_T_F, dtype=np.float32)
        try:
            (probs,) = self._session.run(["probs"], {"features": features})
        except Exception as err:  # Likewise.
            reason = " ".join(str(err).split())[:200]
            raise UserError(f"{self._path}: ONNX Runtime cannot run it ({reason}); export the run again") from err
        return np.asarray(probs, dtype=np.float32)
