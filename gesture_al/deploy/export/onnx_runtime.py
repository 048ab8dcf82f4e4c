"""A recogniser's net run by ONNX Runtime: the only door to it, and no torch behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError

Float = NDArray[np.float32]


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
        try:
            self._session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
        except Exception as err:  # ONNX Runtime has a class of its own for each kind of fault, with no common parent.
            raise UserError(f"{path}: ONNX Runtime cannot read it ({' '.join(str(err).split())}); export the run again") from err

    def __call__(self, features_B_T_F: Float) -> Float:
        """Class probabilities (B, C)."""
        (probs,) = self._session.run(["probs"], {"features": np.ascontiguousarray(features_B_T_F, dtype=np.float32)})
        return np.asarray(probs, dtype=np.float32)
