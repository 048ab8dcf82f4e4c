"""A note inside a net on how it wants its pictures; the tasks of MediaPipe read it, and refuse the pose net without one."""

from __future__ import annotations

# MediaPipe's own writers need a module that its wheel no longer holds; these are the schemas on which they are built.


def with_normalisation(net: bytes, mean: float, std: float) -> bytes:
    """The net with a note that colours go in as (colour - mean) / std.

    Args:
        net: A TensorFlow Lite model with one subgraph and one picture as its input.
        mean: On the scale 0 to 255.
        std: Likewise.

    Source:
        mediapipe/tasks/metadata/metadata_schema.fbs, `NormalizationOptions`.
    """
    import flatbuffers
    from mediapipe.tasks.metadata import metadata_schema_py_generated as notes
    from mediapipe.tasks.metadata import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(net, 0))
    graph = model.subgraphs[0]

    options = notes.NormalizationOptionsT()
    options.mean, options.std = [mean], [std]
    unit = notes.ProcessUnitT()
    unit.optionsType, unit.options = notes.ProcessUnitOptions.NormalizationOptions, options
    picture = notes.TensorMetadataT()
    picture.name, picture.processUnits = "image", [unit]
    picture.stats = notes.StatsT()
    picture.stats.min, picture.stats.max = [0.0], [1.0]
    content = notes.ContentT()
    content.contentPropertiesType = notes.ContentProperties.ImageProperties
    content.contentProperties = notes.ImagePropertiesT()
    content.contentProperties.colorSpace = notes.ColorSpaceType.RGB
    picture.content = content

    about = notes.ModelMetadataT()
    about.subgraphMetadata = [notes.SubGraphMetadataT()]
    about.subgraphMetadata[0].inputTensorMetadata = [picture]
    about.subgraphMetadata[0].outputTensorMetadata = [notes.TensorMetadataT() for _ in graph.outputs]
    note = flatbuffers.Builder(0)
    note.Finish(about.Pack(note), b"M001")

    buffer = schema.BufferT()
    buffer.data = bytes(note.Output())
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]
    packed = flatbuffers.Builder(len(net))
    packed.Finish(model.Pack(packed), b"TFL3")
    return bytes(packed.Output())
