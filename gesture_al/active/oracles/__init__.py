"""Oracles: who answers the questions."""

from gesture_al.active.oracles.base import ORACLES, Answer, Kind, Oracle, Purpose, Question

__all__ = ["ORACLES", "Answer", "Kind", "Oracle", "Purpose", "Question"]
