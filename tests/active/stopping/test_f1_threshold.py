import numpy as np
import pytest

from gesture_al.active.stopping import STOPPING_RULES
from gesture_al.core.errors import UserError
from gesture_al.learning.metrics import macro_f1, weighted_f1

pytestmark = pytest.mark.slow

GOOD = np.array([[15, 1, 0], [0, 15, 0], [0, 0, 15]])  # macro-F1 0.978 on 46 clips
POOR = np.array([[10, 6, 0], [0, 15, 0], [0, 0, 15]])  # 0.868
FEW = np.diag([10, 10, 9])  # 1.0 on 29 clips


def rule(threshold=0.9, **params):
    return STOPPING_RULES.build("f1_threshold", params, threshold=threshold)


def history(record, *matrices):
    return [record(i, 10 * i, val=matrix) for i, matrix in enumerate(matrices)]


@pytest.mark.parametrize(
    ("matrices", "reached"),
    [
        ([GOOD], False),
        ([GOOD, GOOD], True),
        ([POOR, GOOD], False),
        ([GOOD, POOR], False),
        ([GOOD, POOR, GOOD], False),
        ([POOR, POOR, GOOD, GOOD], True),
        ([FEW, FEW], False),
        ([FEW, GOOD], False),
        ([None, None], False),
    ],
)
def test_reached_is_above_on_thirty_clips_two_rounds_in_a_row(record, matrices, reached):
    verdict = rule().check(history(record, *matrices))
    assert verdict.stop is verdict.state["reached"] is reached


def test_one_clip_a_class_is_too_few_for_a_proof(record):
    verdict = rule(0.5, least_clips=1).check(history(record, np.eye(3), np.eye(3)))
    assert "lower_bound" not in verdict.state
    assert verdict.state["proven"] is False
    assert "too few clips for a proof: " in verdict.reason
    assert verdict.state["needed"] > 3


def test_a_class_that_nothing_judges_is_said_and_keeps_macro_f1_from_being_reached_or_proven(record):
    partly = np.diag([200, 200, 0])
    verdict = rule().check(history(record, partly, partly))
    assert (verdict.stop, verdict.state["reached"], verdict.state["proven"], "needed" in verdict.state) == (False,) * 4
    assert rule(average="weighted").check(history(record, partly, partly)).stop
    assert verdict.state["classes_without_clips"] == 1
    assert "1 of 3 classes without any" in verdict.reason


def test_exactly_the_threshold_is_not_above_it(record):
    even = np.array([[9, 1], [1, 9]]) * 2
    assert macro_f1(even) == pytest.approx(0.9)
    assert not rule(macro_f1(even)).check(history(record, even, even)).stop
    assert rule(macro_f1(even) - 1e-9).check(history(record, even, even)).stop


def test_patience_and_least_clips_are_settings(record):
    assert rule(patience=1).check(history(record, GOOD)).stop
    assert not rule(patience=3).check(history(record, GOOD, GOOD)).stop
    assert rule(least_clips=29).check(history(record, FEW, FEW)).stop


def test_weighted_judges_weighted(record):
    lopsided = np.array([[90, 0], [5, 5]])
    assert macro_f1(lopsided) < 0.85 < weighted_f1(lopsided)
    assert not rule(0.85).check(history(record, lopsided, lopsided)).stop
    assert rule(0.85, average="weighted").check(history(record, lopsided, lopsided)).stop


def test_the_test_clips_decide_only_if_asked(record):
    rounds = [record(0, val=POOR, test=GOOD)]
    reproducing = rule(judged_on="test", average="weighted", least_clips=1, patience=1)
    assert reproducing.check(rounds).stop
    assert not rule(least_clips=1, patience=1).check(rounds).stop
    assert rule().needs_validation
    assert not reproducing.needs_validation
    assert "no honest estimate" in reproducing.warn(0, 3)


def test_proven_stops_if_asked_and_reports_the_other_state_too(record):
    once, many = np.diag([15, 15, 16]), np.diag([100, 100, 100])
    asked = rule(prove=True)
    verdict = asked.check(history(record, once))
    assert (verdict.stop, verdict.state["proven"], verdict.state["reached"]) == (True, True, False)
    verdict = asked.check(history(record, GOOD, GOOD))
    assert (verdict.stop, verdict.state["proven"], verdict.state["reached"]) == (False, False, True)
    verdict = rule().check(history(record, many, many))
    assert (verdict.stop, verdict.state["proven"], verdict.state["needed"]) == (True, True, 0)


def test_each_further_look_asks_for_more(record):
    bounds, needed = [], []
    for looks in (1, 2, 5, 11, 100):
        state = rule().check(history(record, *[GOOD] * looks)).state
        bounds.append(state["lower_bound"])
        needed.append(state["needed"])
    assert bounds == sorted(bounds, reverse=True)
    assert needed == sorted(needed)
    assert len(set(bounds)) == 5


def test_the_errors_of_all_looks_add_up_to_what_was_allowed():
    judge = rule()
    spent = sum(1 - judge._confidence(look) for look in range(1, 20_000))
    assert 0.0499 < spent <= 0.05


def test_so_many_further_clips_would_prove_it(record):
    state = rule(0.9).check(history(record, GOOD, GOOD)).state
    needed = state["needed"]
    assert 20 < needed < 500

    def proven(further):
        # Counts with the same shares are fractions, which no RoundRecord holds.
        scaled = GOOD * (1 + further / GOOD.sum())
        return rule()._bound(scaled, state["confidence_now"]) > 0.9

    assert proven(needed)
    assert not proven(0.8 * needed)


def test_clips_in_blocks_prove_as_little_as_fewer_clips_by_themselves(record):
    many, few = GOOD * 20, GOOD * 5
    alone = rule().check([record(val=few)]).state
    blocks = rule().check([record(val=many, effect=4.0)]).state
    assert blocks["lower_bound"] == alone["lower_bound"]
    assert blocks["clips"] == 4 * alone["clips"]
    assert blocks["lower_bound"] < rule().check([record(val=many)]).state["lower_bound"]


def test_no_number_of_clips_proves_a_score_that_is_not_there(record):
    verdict = rule().check(history(record, POOR, POOR))
    assert "needed" not in verdict.state
    assert "not reached (not proven)" in verdict.reason


@pytest.mark.parametrize(
    ("clips", "prove", "said"),
    [
        (20, False, "never counts as reached (least_clips 30), so this rule will not stop the run"),
        (20, False, "F1 > 0.9 cannot be proven, even with all of them right"),
        (20, True, "so this rule will not stop the run"),
        (0, False, "only 0 validation clips"),
    ],
)
def test_too_few_validation_clips_are_told_at_the_start(clips, prove, said):
    assert said in rule(prove=prove).warn(clips, 3)


def test_what_the_warning_calls_impossible_is_impossible_and_the_rest_is_not(record):
    for clips in (24, 36, 48, 60, 90, 120):
        perfect = np.diag([clips // 3] * 3)
        proven = rule(0.95, least_clips=1).check(history(record, perfect)).state["proven"]
        warned = rule(0.95, least_clips=1).warn(clips, 3)
        assert proven is (warned is None)


def test_enough_validation_clips_are_not_commented():
    assert rule().warn(100, 3) is None


@pytest.mark.parametrize(
    "params",
    [
        {"threshold": 90},
        {"threshold": "high"},
        {"average": "micro"},
        {"prove": "yes"},
        {"least_clips": 0},
        {"patience": 1.5},
        {"confidence": 1.0},
        {"confidence": 0.05},
        {"judged_on": "train"},
    ],
)
def test_a_setting_out_of_range_is_refused_with_its_key(params):
    with pytest.raises(UserError, match=next(iter(params)) + "=.*: must be "):
        rule(**params)


def test_how_often_a_run_stops_falsely(record):
    """True macro-F1 0.84, threshold 0.9, 46 validation clips, 11 looks in which a third of the predictions changes."""
    rng = np.random.default_rng(1)
    judge = rule()
    judge._needed = lambda *_: None  # not asked here, and slow
    runs, reached, proven, once = 100, 0, 0, 0
    for _ in range(runs):
        true = rng.integers(0, 3, 46)
        predicted = _predict(rng, true)
        rounds, hits = [], {"once": False, "reached": False, "proven": False}
        for look in range(11):
            counts = np.zeros((3, 3), dtype=int)
            np.add.at(counts, (true, predicted), 1)
            rounds.append(record(look, val=counts))
            if macro_f1(counts) > 0.9:  # below, neither state can be true
                hits["once"] = True
                state = judge.check(rounds).state
                hits["reached"] |= state["reached"]
                hits["proven"] |= state["proven"]
            predicted = np.where(rng.random(46) < 0.3, _predict(rng, true), predicted)
        once, reached, proven = once + hits["once"], reached + hits["reached"], proven + hits["proven"]
    assert proven / runs <= 0.05
    assert reached / runs < 0.35
    assert once / runs > reached / runs + 0.15


def _predict(rng, true):
    return np.where(rng.random(len(true)) > 0.84, (true + rng.integers(1, 3, len(true))) % 3, true)
