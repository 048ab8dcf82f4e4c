"""What the model thought of a clip, for those who have asked or answered, and never before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gesture_al.active.annotation.entry import Entry
from gesture_al.active.annotation.session import LabelSession


def guesses(session: LabelSession, probs: Sequence[float] | None, most: int = 3) -> list[dict[str, Any]]:
    """The likeliest classes with their probabilities; empty where no model has seen the clip."""
    ranked = sorted(zip(session.decisions.classes, probs or (), strict=False), key=lambda pair: -pair[1])
    return [{"name": name, "probability": round(float(probability), 4)} for name, probability in ranked[:most]]


def afterthought(session: LabelSession, entry: Entry) -> dict[str, Any]:
    """What may be said once an answer is in: the model's guess, and why the clip was asked."""
    score = entry.score
    if score is None:
        # A hidden repeat or second opinion must not be told from a first one.
        earlier = (one.score for one in session.log if one.clip == entry.clip and one.score is not None)
        score = next(earlier, None)
    return {
        "guesses": guesses(session, session.seen.guess(entry.clip)),
        "purpose": "audit" if entry.purpose == "validation" else "start" if entry.purpose == "initial" else "query",
        "strategy": session.outline.strategy,
        "score": None if score is None else round(score, 4),
    }
