"""The interval of a round allows for clips that come in blocks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gesture_al.active.evaluation import Evaluator


def test_blocks_widen_the_interval_and_change_no_score():
    labels, block = np.repeat(np.arange(2), 60), np.repeat(np.arange(12), 10)
    wrong = np.isin(block, [1, 8])
    probs = np.eye(2, dtype=np.float32)[np.where(wrong, 1 - labels, labels)]
    learner = SimpleNamespace(predict_probs=lambda rows, on_batch=None: probs[rows], temperature=None)
    nothing = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))

    def scores(blocks):
        return Evaluator(np.arange(120), labels, ["a", "b"], blocks).scores(learner, nothing)

    by_clip, by_block = scores(None), scores(np.char.mod("block/%03d", block))
    interval = ("test_macro_f1_low", "test_macro_f1_high")
    narrow, wide = ([one[key] for key in interval] for one in (by_clip, by_block))
    # Twelve blocks that are wholly right or wrong are worth twelve clips: an interval some three times as wide.
    assert 2 < (wide[1] - wide[0]) / (narrow[1] - narrow[0]) < 4
    # Ten clips to a block, and by Student's quantiles a quarter more for want of blocks.
    assert (by_clip.pop("test_design_effect"), by_block.pop("test_design_effect")) == (1.0, pytest.approx(10 * 1.236, rel=1e-3))
    assert {key: value for key, value in by_clip.items() if key not in interval} == {
        key: value for key, value in by_block.items() if key not in interval
    }


def test_a_temperature_is_written_down_with_the_calibration_error_that_the_net_has_without_it():
    labels = np.repeat(np.arange(2), 10)
    sure, right = np.eye(2, dtype=np.float32)[1 - labels], np.eye(2, dtype=np.float32)[labels]
    learner = SimpleNamespace(
        predict_probs=lambda rows, on_batch=None, scaled=True: (right if scaled else sure)[rows], temperature=1.5
    )
    rows, nothing = np.arange(20), (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    scores = Evaluator(rows, labels, ["a", "b"]).scores(learner, nothing)
    assert (scores["temperature"], scores["test_ece"], scores["test_ece_unscaled"]) == (1.5, 0.0, 1.0)
    assert Evaluator(rows[:0], labels[:0], ["a", "b"]).scores(learner, nothing)["test_ece_unscaled"] is None
    learner.temperature = None
    assert "test_ece_unscaled" not in Evaluator(rows, labels, ["a", "b"]).scores(learner, nothing)
