import inspect
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gesture_al.active.stopping import STOPPING_RULES, StopVerdict, first_reason
from gesture_al.core.errors import PartParameterError, UnknownPartError

CONF = Path(__file__).resolve().parents[3] / "conf" / "stopping"
GIVEN = {"threshold": 0.9, "budget": 50}


def built(name, params=None):
    return STOPPING_RULES.build(name, params, **GIVEN)


def test_every_rule_has_a_yaml_that_lists_its_parameters_with_their_defaults():
    for name in STOPPING_RULES.names():
        option = yaml.safe_load((CONF / f"{name}.yaml").read_text())
        assert option["name"] == name
        assert vars(built(name, option["params"])) == vars(built(name))
        taken = inspect.signature(STOPPING_RULES.get(name)).parameters
        assert set(option["params"]) == set(taken) - set(GIVEN)


@pytest.mark.parametrize("path", sorted(CONF.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_yaml_names_a_rule_and_says_what_it_is(path):
    assert path.read_text().startswith("# ")
    option = yaml.safe_load(path.read_text())
    assert set(option) == {"name", "params"}
    built(option["name"], option["params"])


@pytest.mark.parametrize("name", STOPPING_RULES.names())
def test_a_rule_keeps_its_promises_whatever_the_round_knows(name, record):
    rule = built(name)
    for history in ([record()], [record(i, 10 * i, val=[[40, 1], [1, 40]], kappa=0.5, entropy=0.5) for i in range(4)]):
        verdict = rule.check(history)
        assert verdict == built(name).check(history)
        assert not verdict.stop or verdict.reason
        assert "\n" not in verdict.reason
        assert all(type(value) in (float, int, bool, str) for value in verdict.state.values())
    assert isinstance(rule.needs_validation, bool)
    assert isinstance(rule.needs_pool_predictions, bool)
    assert rule.warn(1000, 3) is None


def test_the_first_reason_wins(record):
    rules = [built("max_rounds"), built("budget"), built("pool_empty")]
    assert first_reason(rules, [record(labels=49)]) is None
    verdict = first_reason(rules, [record(labels=50, pool=0)])
    assert verdict == StopVerdict(True, "budget spent: 50 of 50 labels")


def test_the_threshold_is_the_programs_to_give():
    with pytest.raises(PartParameterError, match="threshold"):
        built("f1_threshold", {"threshold": 0.5})
    with pytest.raises(UnknownPartError, match="budget, f1_threshold"):
        built("f1")


def test_the_registry_pickles_by_reference():
    assert pickle.loads(pickle.dumps(STOPPING_RULES)) is STOPPING_RULES


def test_rules_and_metrics_cost_numpy_only():
    heavy = "torch", "scipy", "sklearn", "cv2", "matplotlib", "pandas", "hydra"
    code = (
        "import sys, gesture_al.learning.metrics; from gesture_al.active.stopping import STOPPING_RULES; STOPPING_RULES.names();"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
