"""A registry of parts explains itself and survives pickling."""

from __future__ import annotations

import pickle

import cloudpickle
import pytest

from gesture_al.active.strategies import STRATEGIES
from gesture_al.core.errors import PartParameterError, UnknownPartError
from gesture_al.core.registry import Registry


@pytest.fixture
def registry():
    registry = Registry("lamp", "gesture_al.core.registry:_test_registry")
    registry._complete = True

    @registry.register("desk")
    class Desk:
        def __init__(self, height: int, colour: str = "red", room: str = ""):
            self.height, self.colour, self.room = height, colour, room

    return registry


def test_an_unknown_name_lists_what_there_is(registry):
    with pytest.raises(UnknownPartError, match=r"^no lamp 'wall'; there are: desk$"):
        registry.build("wall")


def test_an_unknown_parameter_shows_what_the_part_takes(registry):
    with pytest.raises(PartParameterError, match=r"lamp 'desk': .*'weight'; takes height, colour='red'$"):
        registry.build("desk", {"height": 1, "weight": 2}, room="hall")


def test_a_missing_parameter_is_named(registry):
    with pytest.raises(PartParameterError, match="missing a required argument: 'height'"):
        registry.build("desk")


def test_what_the_assembly_gives_cannot_be_typed(registry):
    with pytest.raises(PartParameterError, match="'room' is set by the program"):
        registry.build("desk", {"height": 1, "room": "mine"}, room="hall")


def test_a_part_gets_only_what_its_signature_names(registry):
    lamp = registry.build("desk", {"height": 3}, room="hall", street="unheard of")
    assert (lamp.height, lamp.colour, lamp.room) == (3, "red", "hall")


def test_two_parts_cannot_hold_one_name(registry):
    with pytest.raises(ValueError, match="registered twice"):
        registry.register("desk")(dict)


@pytest.mark.parametrize("dumps", [pickle.dumps, cloudpickle.dumps])
def test_a_registry_pickles_as_its_address(dumps):
    assert pickle.loads(dumps(STRATEGIES)) is STRATEGIES
    assert len(dumps(STRATEGIES)) < 200
