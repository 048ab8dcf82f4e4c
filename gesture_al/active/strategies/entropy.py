"""Ask where the predicted distribution is flattest."""

from __future__ import annotations

from gesture_al.active.strategies.base import STRATEGIES, Float, Needs, PoolView, ScoreStrategy, check_rows, checked_probs
from gesture_al.active.strategies.information import row_entropy


def entropy(probs_N_C: Float) -> Float:
    """Shannon entropy of each row.

    Args:
        probs_N_C: Class probabilities, shape (N, C); rows sum to 1.

    Returns:
        Entropy in nats, shape (N,), between 0 and ln(C). A zero probability adds 0.

    Raises:
        ValueError: Not two-dimensional, or a row does not sum to 1.

    Source:
        Settles, "Active Learning Literature Survey" (2009), section 3.1.

    >>> import numpy as np
    >>> (entropy(np.array([[1.0, 0.0], [0.5, 0.5]])).round(4) + 0.0).tolist()
    [0.0, 0.6931]
    """
    check_rows(probs_N_C)
    return row_entropy(probs_N_C)


@STRATEGIES.register("entropy")
class Entropy(ScoreStrategy):
    """Flattest predicted distribution first."""

    needs = Needs.PROBS

    def score(self, view: PoolView) -> Float:
        """Entropy of each clip's distribution, in nats."""
        return row_entropy(checked_probs(view))
