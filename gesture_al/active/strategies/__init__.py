"""Query strategies: which clips of the pool are worth asking about."""

from gesture_al.active.strategies.base import STRATEGIES, Needs, PoolView, Selection, Strategy

__all__ = ["STRATEGIES", "Needs", "PoolView", "Selection", "Strategy"]
