from __future__ import annotations

import json

import pytest

from gesture_al.core.errors import UserError
from gesture_al.deploy.live.operating_point import OperatingPoint


def test_it_survives_json():
    point = OperatingPoint(window=1.5, thresholds={"Herz ♥": 0.9}, agree=3, of=4)
    assert OperatingPoint.from_json(json.loads(json.dumps(point.to_json()))) == point


def test_what_is_not_said_keeps_its_default():
    assert OperatingPoint.from_json({}) == OperatingPoint()
    assert OperatingPoint.from_json({"threshold": 0.5}).of_class("anything") == 0.5


@pytest.mark.parametrize(
    "told",
    [
        {"treshold": 0.5},
        {"threshold": 0},
        {"threshold": 1.2},
        {"threshold": "high"},
        {"thresholds": {"Like": 2}},
        {"thresholds": 0.4},
        {"agree": 4, "of": 3},
        {"agree": 1.5},
        {"hop": 0},
        {"frames": True},
        {"window": float("nan")},
    ],
)
def test_nonsense_is_refused_in_one_line(told):
    with pytest.raises(UserError) as err:
        OperatingPoint.from_json(told)
    assert "\n" not in str(err.value)
    assert next(iter(told)) in str(err.value) or "Like" in str(err.value)
