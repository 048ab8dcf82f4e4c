"""Trackers: who else is told how a run goes. The run's own record (rounds.csv and its siblings) is always written."""

from gesture_al.runs.tracking.base import TRACKERS, ExperimentLogger

__all__ = ["TRACKERS", "ExperimentLogger"]
