"""Stop when there is nothing left to ask."""

from __future__ import annotations

from collections.abc import Sequence

from gesture_al.active.stopping.base import STOPPING_RULES, CountingRule, RoundRecord, StopVerdict


@STOPPING_RULES.register("pool_empty")
class PoolEmpty(CountingRule):
    """Stops when no clip is left that could be asked."""

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Stop when the last round's pool is empty."""
        pool = history[-1].pool
        if pool == 0:
            return StopVerdict(True, f"pool empty: no clip is left to ask after {history[-1].labels} labels")
        return StopVerdict(False, f"{pool} clips left to ask")
