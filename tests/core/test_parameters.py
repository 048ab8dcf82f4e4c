"""Parameters that a constructor's annotations declare: what is allowed, and how messages say it."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pytest
from annotated_types import Ge, Gt, Interval, Le, Lt, MinLen, Predicate, doc
from pydantic import Field

from gesture_al.core.errors import UserError
from gesture_al.core.parameters import Count, Positive, ShareBelowOne, allowed, declared, in_words
from gesture_al.core.parts import build_part
from gesture_al.core.registry import Registry
from gesture_al.core.settings import Part

if TYPE_CHECKING:
    from nowhere import Elsewhere

Odd = Annotated[int, Ge(1), Predicate(lambda number: number % 2 == 1), doc("an odd whole number, 1 or more")]
SHELVES: Registry[object] = Registry("piece of wood", "tests.core.test_parameters:SHELVES")


@SHELVES.register("board")
class Board:
    def __init__(self, share: ShareBelowOne = 0.05, other: "Elsewhere | None" = None) -> None:
        self.share, self.other = share, other


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        (int, [0, -3, np.int64(3)], [1.0, True, "1", None]),
        (float, [0, 1.5, np.float32(0.5)], [True, "1", float("nan"), float("inf"), None]),
        (bool, [True, False], [1, 0, "true"]),
        (str, ["a", Path("a")], [1, None]),
        (Path, ["a", Path("a")], [1]),
        (Count | None, [1, None], [0, 1.0]),
        (ShareBelowOne, [0, 0.5], [1, -0.1]),
        (Odd, [1, 3], [2, -1, True]),
        (Literal["mean", "last"], ["mean"], ["max", None]),
        (Sequence[str], [["a"], ("a", "b")], ["a", [1], None]),
        (tuple[str, ...], [["a"], ("a", "b")], ["a", [1], None]),
        (Annotated[Sequence[str], MinLen(1)], [["a"]], [[]]),
        (Mapping[str, Count], [{"a": 1}, MappingProxyType({"a": 1})], [{"a": 0}, 3]),
        (Board, [Board(), 3], []),
    ],
)
def test_values(annotation, good, bad):
    assert [value for value in good if not allowed(value, annotation)] == []
    assert [value for value in bad if allowed(value, annotation)] == []


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (int | None, "a whole number or null"),
        (Positive | None, "a number above 0 or null"),
        (Annotated[float, Ge(0), Le(1)], "a number from 0 to 1"),
        (Annotated[float, Gt(0), Lt(1)], "a number above 0 and below 1"),
        (Annotated[float, Gt(0), Le(240)], "a number above 0, 240 or less"),
        (Annotated[int, Le(5)], "a whole number, 5 or less"),
        (Annotated[int, Lt(5)], "a whole number below 5"),
        (Annotated[float, Interval(ge=0, lt=1)], "a number, 0 up to but not including 1"),
        (Annotated[float, Field(gt=0, le=2)], "a number above 0, 2 or less"),
        (Annotated[Sequence[str], MinLen(1)], "a list of words, one or more"),
        (Mapping[str, Count], "a table of words, each with a whole number, 1 or more"),
        (Odd, "an odd whole number, 1 or more"),
        (int | Sequence[str] | None, "a whole number or a list of words or null"),
    ],
)
def test_words(annotation, words):
    assert in_words(annotation) == words


def test_a_refused_value_is_told_with_its_part_or_with_its_key():
    with pytest.raises(UserError, match=r"^piece of wood 'board': share=1\.4: must be a number, 0 up to but not including 1$"):
        SHELVES.build("board", {"share": 1.4})
    with pytest.raises(UserError, match=r"^wood\.params\.share=true: must be a number, 0 up to but not including 1$"):
        build_part(SHELVES, "wood", Part("board", {"share": True}))


def test_a_type_that_only_checkers_import_leaves_the_other_parameters_checked():
    assert set(declared(Board)) == {"share", "return"}
    assert SHELVES.build("board", {"other": 3}).other == 3


def test_a_value_arrives_as_it_was_typed():
    assert type(SHELVES.build("board", {"share": 0}).share) is int


def test_names_are_listed_without_pydantic():
    code = "import sys; from gesture_al import STRATEGIES; STRATEGIES.names(); sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
