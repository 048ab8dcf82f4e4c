import pytest

from gesture_al.active.stopping import STOPPING_RULES
from gesture_al.core.errors import UserError


@pytest.mark.parametrize(("labels", "stop"), [(49, False), (50, True), (51, True)])
def test_budget_counts_labels_and_not_validation_labels(record, labels, stop):
    rule = STOPPING_RULES.build("budget", budget=50)
    assert rule.check([record(labels=labels, val=[[30, 0], [0, 30]])]).stop is stop
    assert not rule.needs_validation


@pytest.mark.parametrize(("pool", "stop"), [(1, False), (0, True)])
def test_pool_empty(record, pool, stop):
    verdict = STOPPING_RULES.build("pool_empty").check([record(pool=5), record(1, pool=pool)])
    assert verdict.stop is stop


@pytest.mark.parametrize(("last", "stop"), [(0, False), (2, False), (3, True), (4, True)])
def test_max_rounds_counts_queries(record, last, stop):
    rule = STOPPING_RULES.build("max_rounds", {"rounds": 3})
    assert rule.check([record(i) for i in range(last + 1)]).stop is stop


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("budget", {"budget": 0}),
        ("budget", {"budget": 2.5}),
        ("max_rounds", {"rounds": True}),
        ("max_rounds", {"rounds": "ten"}),
        ("stable_predictions", {"window": 0}),
        ("stable_predictions", {"kappa": 1.1}),
        ("pool_uncertainty", {"entropy": -0.1}),
        ("pool_uncertainty", {"entropy": "low"}),
    ],
)
def test_a_setting_out_of_range_is_refused_with_its_key(name, params):
    with pytest.raises(UserError, match=f"stopping rule '{name}': {next(iter(params))}=.*: must be a"):
        STOPPING_RULES.build(name, params)
