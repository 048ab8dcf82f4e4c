"""TensorBoard: scores by round, loss by training step, the confusion matrix and the asked clips as pictures.

Written with TensorBoard's own event writer; torch's wrapper around it would cost two seconds of imports. Tested by reading
the files back with TensorBoard.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from gesture_al.active.records.arrays import asked_before
from gesture_al.active.records.journal import Asked
from gesture_al.active.records.round_row import RoundRow
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.line_file import read_lines
from gesture_al.runs.tracking.base import TRACKERS, ExperimentLogger, round_pictures, scores, steps_before

if TYPE_CHECKING:
    from PIL.Image import Image


@TRACKERS.register("tensorboard")
class TensorBoard(ExperimentLogger):
    """Events in `<run folder>/tensorboard`: `rounds` counts rounds, `training` counts optimiser steps over all rounds.

    A resumed run writes `rounds` anew, since every round is logged again, and marks in `training` the step at which it
    goes on, so that TensorBoard drops what a killed round had written beyond it.

    Args:
        images: Also write pictures.
        asked_clips: Clips per round in the picture of the asked ones.
        folder: The run's folder.
    """

    def __init__(self, folder: Path, images: bool = True, asked_clips: int = 8) -> None:
        self._folder, self._images, self._asked_clips = folder, images, asked_clips
        self._writers: dict[str, Any] = {}
        self._steps = 0
        self._dataset: Mapping[str, Any] = {}

    @override
    def start(self, config: Mapping[str, Any], dataset: Mapping[str, Any]) -> None:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        self._dataset = dataset
        place = RunPaths(self._folder).tensorboard
        for old in (place / "rounds").glob("events.*"):
            old.unlink()
        _let_the_second_pass(place / "training")
        self._writers = {name: EventFileWriter(str(place / name)) for name in ("rounds", "training")}
        resumed = steps_before(RoundRow.from_json(line) for line in read_lines(RunPaths(self._folder).rounds))
        begin = Event(wall_time=time.time(), step=resumed + 1, session_log=SessionLog(status=SessionLog.START))
        self._writers["training"].add_event(begin)
        self._steps = 0

    @override
    def step(self, round: int, step: int, loss: float) -> None:
        self._add("training", self._steps + step, [_scalar("loss", loss)])

    @override
    def round(self, row: RoundRow, asked: Asked | None) -> None:
        number = row.round
        self._steps += row.fit_steps
        values = [_scalar(name, value) for name, value in scores(row).items()]
        if self._images:
            asked = asked or asked_before(self._folder, number)
            pictures = round_pictures(row, asked, self._dataset, self._asked_clips, ("test", "val"))
            values += [_image(name, picture) for name, picture in pictures.items()]
        self._add("rounds", number, values)
        for writer in self._writers.values():
            writer.flush()

    @override
    def close(self, state: str) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def _add(self, name: str, step: int, values: list[Any]) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        if name in self._writers:
            self._writers[name].add_event(Event(wall_time=time.time(), step=step, summary=Summary(value=values)))


def _let_the_second_pass(folder: Path) -> None:
    """TensorBoard reads event files by name, which begins with the second they were made in: two must not share it."""
    newest = max((int(path.name.split(".")[3]) for path in folder.glob("events.out.tfevents.*")), default=0)
    time.sleep(min(1.0, max(0.0, newest + 1 - time.time())))


def _scalar(name: str, value: float) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary.Value(tag=name, simple_value=value)


def _image(name: str, picture: Image) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    png = io.BytesIO()
    picture.save(png, format="PNG")
    encoded = Summary.Image(height=picture.height, width=picture.width, colorspace=3, encoded_image_string=png.getvalue())
    return Summary.Value(tag=name, image=encoded)
