"""Stopping rules: when a run has asked enough."""

from gesture_al.active.stopping.base import STOPPING_RULES, RoundRecord, StoppingRule, StopVerdict, first_reason

__all__ = ["STOPPING_RULES", "RoundRecord", "StoppingRule", "StopVerdict", "first_reason"]
