"""Experiment loggers: TensorBoard and Weights & Biases beside the run's own record, which is always written."""

from gesture_al.runs.tracking.base import TRACKERS, ExperimentLogger

__all__ = ["TRACKERS", "ExperimentLogger"]
