"""A drawn net as the bytes of an ONNX file: the only door to the package onnx."""

from __future__ import annotations

import onnx
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from gesture_al import __version__
from gesture_al.learning.models.drawing import DrawableNet, Graph

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
    if not isinstance(net, DrawableNet):
        return None
    graph = Graph()
    probs = graph.node("Softmax", net.draw(graph, "features"), axis=-1)
    nodes = [helper.make_node(one.operator, one.inputs, [one.output], **one.settings) for one in graph.nodes]
    nodes.append(helper.make_node("Identity", [probs], ["probs"]))
    made = helper.make_graph(
        nodes,
        "recogniser",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["clips", "frames", inputs])],
        [helper.make_tensor_value_info("probs", TensorProto.FLOAT, ["clips", classes])],
        [numpy_helper.from_array(value, name) for name, value in graph.constants.items()],
    )
    model = helper.make_model(made, producer_name="gesture_al", producer_version=__version__)
    model.ir_version = _FILE
    del model.opset_import[:]
    model.opset_import.append(helper.make_opsetid("", _OPERATORS))
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content
