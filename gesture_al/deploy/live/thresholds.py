"""Thresholds moved together, for trying."""

from __future__ import annotations

from dataclasses import replace

from gesture_al.deploy.live.operating_point import OperatingPoint

LEAST, MOST = 0.05, 1.0


def moved(point: OperatingPoint, threshold: float) -> OperatingPoint:
    """The point with another threshold; those that single classes have of their own move by as much, inside their range.

    >>> moved(OperatingPoint(threshold=0.9, thresholds={"Heart": 0.8}), 0.7).of_class("Heart")
    0.6
    """
    by = threshold - point.threshold
    own = {name: round(min(MOST, max(LEAST, value + by)), 4) for name, value in point.thresholds.items()}
    return replace(point, threshold=threshold, thresholds=own)
