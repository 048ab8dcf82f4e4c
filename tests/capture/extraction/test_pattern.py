"""What a path says of its clip."""

from __future__ import annotations

import pytest

from gesture_al.capture.extraction.pattern import Pattern
from gesture_al.core.errors import UserError


@pytest.mark.parametrize(
    ("pattern", "path", "says"),
    [
        (
            "{class}/{subject}_{session}_{n}",
            "Fire works/ann_mon day_01",
            {"class": "Fire works", "subject": "ann", "session": "mon day"},
        ),
        ("{subject}/{session}/{class}-{n}", "ann/2/Like-3", {"subject": "ann", "session": "2", "class": "Like"}),
        ("**/{class}/*_{subject}", "2026/jan/Like/take1_ann", {"class": "Like", "subject": "ann"}),
        ("**/{class}/*_{subject}", "Like/take1_ann", {"class": "Like", "subject": "ann"}),
        ("./{class}/(a) {n}", "Like/(a) 1", {"class": "Like"}),
        ("{class}/{subject}_{n}", "Like/ann", None),
        ("{class}/{subject}", "Like/x/ann", None),
    ],
)
def test_a_path_is_read(pattern, path, says):
    assert Pattern(pattern).read(path) == says


@pytest.mark.parametrize("pattern", ["clips", "{class}/{who}", "{class}/{class}"])
def test_a_pattern_that_says_nothing_is_refused(pattern):
    with pytest.raises(UserError, match=r"^--pattern .*fields are \{class\}, \{subject\}, \{session\}, \{n\}$"):
        Pattern(pattern)
