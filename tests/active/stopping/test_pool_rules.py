import pytest

from gesture_al.active.stopping import STOPPING_RULES


@pytest.mark.parametrize(
    ("kappas", "stop"),
    [
        ([None, 1.0, 1.0], False),  # the first round has nothing to agree with
        ([None, 1.0, 1.0, 1.0], True),
        ([None, 0.99, 0.99, 0.99], True),
        ([None, 1.0, 0.97, 1.0], True),  # it is the mean that counts
        ([None, 1.0, 0.96, 1.0], False),
        ([None, 1.0, 1.0, 1.0, 0.9], False),
        ([None, 0.1, 1.0, 1.0, 1.0], True),
        ([None, None, None, None], False),
    ],
)
def test_stable_predictions_means_the_last_three(record, kappas, stop):
    rule = STOPPING_RULES.build("stable_predictions")
    verdict = rule.check([record(i, kappa=kappa) for i, kappa in enumerate(kappas)])
    assert verdict.stop is stop
    assert rule.needs_pool_predictions
    assert not rule.needs_validation


def test_a_wider_window_waits_longer(record):
    history = [record(0)] + [record(i, kappa=1.0) for i in range(1, 4)]
    assert STOPPING_RULES.build("stable_predictions", {"window": 2}).check(history[:3]).stop
    assert not STOPPING_RULES.build("stable_predictions", {"window": 4}).check(history).stop


@pytest.mark.parametrize(("entropy", "stop"), [(0.049, True), (0.05, False), (0.9, False), (None, False)])
def test_pool_uncertainty_looks_at_the_last_round(record, entropy, stop):
    rule = STOPPING_RULES.build("pool_uncertainty")
    assert rule.check([record(entropy=0.0), record(1, entropy=entropy)]).stop is stop
    assert rule.needs_pool_predictions
    assert not rule.needs_validation
