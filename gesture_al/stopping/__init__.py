"""Stopping rules: when a run has asked enough."""

from gesture_al.stopping.base import STOPPING_RULES, RoundRecord, StoppingRule, Verdict, first_reason

__all__ = ["STOPPING_RULES", "RoundRecord", "StoppingRule", "Verdict", "first_reason"]
