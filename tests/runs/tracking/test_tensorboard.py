from __future__ import annotations

import io
import logging

import numpy as np
import pytest
from PIL import Image

from gesture_al.runs.tracking.tensorboard import TensorBoard


@pytest.fixture
def read():
    """What TensorBoard itself finds in a folder of events."""
    logging.getLogger("tensorboard").setLevel(logging.ERROR)
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    def reload(folder):
        return EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 0}).Reload()

    return reload


def points(events, tag):
    return [(e.step, pytest.approx(e.value)) for e in events.Scalars(tag)]


def test_tensorboard_reads_scores_by_round_and_loss_by_step(tmp_path, go_through, read):
    go_through(TensorBoard(tmp_path), tmp_path, until=3)
    rounds, training = read(tmp_path / "tensorboard" / "rounds"), read(tmp_path / "tensorboard" / "training")
    assert points(rounds, "test/macro_f1") == [(0, 0.5), (1, 0.6), (2, 0.7)]
    assert points(rounds, "run/labels") == [(0, 6), (1, 10), (2, 14)]
    assert "val/macro_f1" not in rounds.Tags()["scalars"]
    assert [step for step, _ in points(training, "loss")] == [10, 20, 30, 40, 50, 60]


def test_pictures_are_pictures(tmp_path, go_through, read):
    go_through(TensorBoard(tmp_path), tmp_path, until=2)
    events = read(tmp_path / "tensorboard" / "rounds")
    assert [e.step for e in events.Images("test/confusion")] == [0, 1]
    assert [e.step for e in events.Images("asked")] == [1]
    picture = np.asarray(Image.open(io.BytesIO(events.Images("asked")[0].encoded_image_string)))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 10


def test_pictures_can_be_left_out(tmp_path, go_through, read):
    go_through(TensorBoard(tmp_path, images=False), tmp_path, until=2)
    assert read(tmp_path / "tensorboard" / "rounds").Tags()["images"] == []


def test_a_killed_and_resumed_run_shows_no_point_twice(tmp_path, go_through, read):
    killed = TensorBoard(tmp_path)
    go_through(killed, tmp_path, until=2, close=False, extra_steps=7)
    killed.close("failed")
    go_through(TensorBoard(tmp_path), tmp_path, until=4)
    rounds, training = read(tmp_path / "tensorboard" / "rounds"), read(tmp_path / "tensorboard" / "training")
    assert [step for step, _ in points(rounds, "test/macro_f1")] == [0, 1, 2, 3]
    steps = [e.step for e in training.Scalars("loss")]
    assert steps == [10, 20, 30, 40, 50, 60, 70, 80]
    assert max(e.value for e in training.Scalars("loss")) < 1
