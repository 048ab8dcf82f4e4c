"""Trackers: who else is told how a run goes. The run's own record (rounds.csv and its siblings) is always written."""

from gesture_al.tracking.base import TRACKERS, Tracker

__all__ = ["TRACKERS", "Tracker"]
