"""The face net of the wheel, given the shape that MediaPipe's face landmarker of today expects."""

from __future__ import annotations

from typing import Any

import numpy as np

# The landmarker reads 478 points: 468 of the mesh and ten of the irises, which this net does not know.
_MESH, _IRISES = 468, 10


def with_irises(net: bytes) -> bytes:
    """The net with ten more points behind its 468: its own first ten once more.

    They stand where irises would, so that the landmarker can count; nobody reads them. Copies and not zeros, since the
    landmarker looks for the face of the next frame around all points.

    Args:
        net: A TensorFlow Lite model whose first output is (1, 1, 1, 1404).
    """
    import flatbuffers
    from mediapipe.tasks.metadata import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(net, 0))
    graph = model.subgraphs[0]

    def buffer(values: list[int]) -> int:
        made = schema.BufferT()
        made.data = np.array(values, dtype="<i4").tobytes() if values else None
        model.buffers.append(made)
        return len(model.buffers) - 1

    def tensor(name: str, shape: list[int], kind: int, values: list[int]) -> int:
        made = schema.TensorT()
        made.name, made.shape, made.type, made.buffer = name, shape, kind, buffer(values)
        graph.tensors.append(made)
        return len(graph.tensors) - 1

    def operator(code: int, options: int, what: Any, inputs: list[int], output: int) -> None:
        known = schema.OperatorCodeT()
        known.builtinCode = known.deprecatedBuiltinCode = code
        known.version = 1
        model.operatorCodes.append(known)
        made = schema.OperatorT()
        made.opcodeIndex, made.inputs, made.outputs = len(model.operatorCodes) - 1, inputs, [output]
        made.builtinOptionsType, made.builtinOptions = options, what
        graph.operators.append(made)

    mesh, presence = int(graph.outputs[0]), [int(place) for place in graph.outputs[1:]]
    whole = schema.TensorType
    begin = tensor("irises/begin", [4], whole.INT32, [0, 0, 0, 0])
    size = tensor("irises/size", [4], whole.INT32, [1, 1, 1, 3 * _IRISES])
    irises = tensor("irises", [1, 1, 1, 3 * _IRISES], whole.FLOAT32, [])
    points = tensor("points", [1, 1, 1, 3 * (_MESH + _IRISES)], whole.FLOAT32, [])
    operator(
        schema.BuiltinOperator.SLICE, schema.BuiltinOptions.SliceOptions, schema.SliceOptionsT(), [mesh, begin, size], irises
    )
    joined = schema.ConcatenationOptionsT()
    joined.axis = 3
    operator(schema.BuiltinOperator.CONCATENATION, schema.BuiltinOptions.ConcatenationOptions, joined, [mesh, irises], points)
    graph.outputs = [points, *presence]
    # The notes that the net brings are about its shape before.
    model.metadata = [note for note in model.metadata or [] if note.name != b"TFLITE_METADATA"]
    packed = flatbuffers.Builder(len(net))
    packed.Finish(model.Pack(packed), b"TFL3")
    return bytes(packed.Output())
