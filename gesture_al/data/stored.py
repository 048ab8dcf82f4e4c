"""The skeleton as a run's dataset.json holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gesture_al.data.skeleton import SKELETONS, Skeleton


def stored_skeleton(record: Mapping[str, Any]) -> Skeleton:
    """The skeleton of a run.

    Args:
        record: `name`, `joints`, `bones` (pairs) and `parts` (name to first joint and one past the last).
    """
    known = SKELETONS.get(record["name"])
    return Skeleton(
        name=record["name"],
        joints=tuple(record["joints"]),
        bones=tuple((a, b) for a, b in record.get("bones", ())),
        parts={name: range(*ends) for name, ends in record.get("parts", {}).items()},
        zero_is_missing=known is not None and known.zero_is_missing,
    )
