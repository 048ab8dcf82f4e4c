"""Long recordings made of synthetic clips, with the hands at rest between them, so that it is known where each gesture is."""

from __future__ import annotations

import numpy as np

from gesture_al.data.datasets.facetime_synthetic import FacetimeSynthetic
from gesture_al.data.track import Track

RATE = 30.0


def rest_posture(rng: np.random.Generator, shape: np.ndarray) -> np.ndarray:
    """Both hands in the lap: two hands of a clip, moved to the bottom of the picture."""
    posture = shape.copy()
    for side, x in ((0, 0.62), (1, 0.38)):
        hand = slice(21 * side, 21 * side + 21)
        posture[hand, :2] += np.array([x, 0.92]) - posture[hand, :2].mean(axis=0)
    return posture + rng.normal(scale=0.002, size=posture.shape)


def long_track(rng: np.random.Generator, clips: int, visible_rest: bool, pause: tuple[float, float] = (1.0, 4.0)):
    """A recording of one person.

    Returns:
        The track, and start and end of each gesture in seconds, shape (clips, 2): where a hand is in sight.
    """
    data = FacetimeSynthetic(
        clips=4 * clips, subjects=1, sessions=1, classes=["Like", "Fire works", "Heart"], seed=int(rng.integers(99))
    ).load()
    picks = rng.choice(len(data), size=clips, replace=False)
    both = next(row for row in range(len(data)) if np.isfinite(data.positions[row]).all(axis=(1, 2)).any())
    frame = int(np.isfinite(data.positions[both]).all(axis=(1, 2)).argmax())
    lap = rest_posture(rng, data.positions[both, frame])
    pieces, spans, now = [], [], 0.0

    def rest(seconds: float) -> None:
        nonlocal now
        count = max(1, int(seconds * RATE))
        still = np.repeat(lap[None], count, axis=0) + rng.normal(scale=0.002, size=(count, *lap.shape))
        pieces.append((now + np.arange(count) / RATE, still if visible_rest else np.full_like(still, np.nan)))
        now += count / RATE

    def move(start: np.ndarray, end: np.ndarray) -> None:
        nonlocal now
        if not visible_rest:
            return
        share = (1 - np.cos(np.linspace(0, np.pi, 16)))[1:-1, None, None] / 2
        a, b = np.where(np.isnan(start), lap, start), np.where(np.isnan(end), lap, end)
        pieces.append((now + np.arange(14) / RATE, a * (1 - share) + b * share))
        now += 14 / RATE

    rest(2.0)
    for row in picks:
        count = int(data.lengths[row])
        moves = data.positions[row, :count].astype(float)
        visible = np.flatnonzero(np.isfinite(moves[:, [0, 21], 0]).any(axis=1))
        moves, times = moves[visible[0] : visible[-1] + 1], data.times[row, visible[0] : visible[-1] + 1].astype(float)
        start = now
        if visible_rest:
            # A hand that the clip does not show lies in the lap.
            moves = np.where(np.isnan(moves), lap, moves)
        move(lap, moves[0])
        pieces.append((now + times - times[0], moves))
        now += float(times[-1] - times[0]) + 1 / RATE
        move(moves[-1], lap)
        spans.append((start, now))
        rest(float(rng.uniform(*pause)))
    seconds = np.concatenate([times for times, _ in pieces])
    positions = np.concatenate([moves for _, moves in pieces]).astype(np.float32)
    order = np.flatnonzero(np.diff(seconds, prepend=-1.0) > 0)
    size = (int(480 * data.aspect[0]), 480)
    track = Track(positions[order], seconds[order], np.ones((len(order), 2), np.float32), np.full(len(order), ""), *size, "hands")
    return track, np.array(spans)


def covered_by_one(spans: np.ndarray, segments: list) -> np.ndarray:
    """Which gestures one segment covers to four fifths at least, that holds no other gesture's middle."""
    result = np.zeros(len(spans), dtype=bool)
    middles = spans.mean(axis=1)
    for number, (start, end) in enumerate(spans):
        for segment in segments:
            overlap = min(end, segment.end) - max(start, segment.start)
            others = ((middles > segment.start) & (middles < segment.end)).sum()
            if overlap >= 0.8 * (end - start) and others == 1:
                result[number] = True
    return result
