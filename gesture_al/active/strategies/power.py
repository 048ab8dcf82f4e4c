"""A draw in the place of the k largest scores, so that a batch is not k times the same clip."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import Float, Selection, largest


def power_draw(scores_N: Float, beta: float, k: int, rng: np.random.Generator) -> Selection:
    """Draw rows without replacement, each with probability proportional to score ** beta.

    Args:
        scores_N: Scores of at least 0, shape (N,). What scores 0 is drawn last, evenly.
        beta: 0 is an even draw; the larger, the nearer to the k largest.
        k: How many, at least 1; more than N means all.
        rng: Draws.

    Returns:
        Rows in the order in which they were drawn, with their unperturbed scores.

    Raises:
        ValueError: k below 1, or a score that is not finite; the message names the row.

    Source:
        Kirsch et al., "Stochastic Batch Acquisition: A Simple Baseline for Deep Active Learning" (2021), power acquisition:
        log score + Gumbel noise / beta, then the k largest.
    """
    # Far below any real score, so that noise never lifts a zero above one.
    logs = np.log(np.maximum(scores_N.astype(np.float64), 1e-300))
    rows = largest(beta * logs + rng.gumbel(size=len(logs)), k, rng)
    return Selection(rows, scores_N[rows])


def checked_beta(beta: float) -> float:
    """The number, refused below 0."""
    if beta < 0:
        raise ValueError(f"beta is {beta}; give a number, 0 or more")
    return float(beta)
