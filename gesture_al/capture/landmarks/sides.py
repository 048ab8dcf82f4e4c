"""Which of the hands in a picture are the left and the right one of the person who is followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import dist, exp, inf

import numpy as np

from gesture_al.capture.landmarks.base import LEFT, RIGHT
from gesture_al.capture.landmarks.hand_detection import Candidate, distinct
from gesture_al.data.track import FrameJoints

SMALL_HAND, CUT_HAND, SEVERAL_PEOPLE, SAME_SIDE_TWICE = "small_hand", "cut_hand", "several_people", "same_side_twice"

# Lengths are in palms (wrist to middle knuckle, about 9 cm of a grown-up), times in seconds.
_SLOT_MEMORY, _PERSON_MEMORY, _STRANGER_MEMORY = 0.5, 2.0, 0.5
_STEP, _SPEED, _FARTHEST_STEP = 1.5, 25.0, 6.0
_ARMS = 14.0
_SIZES_OF_ONE_PERSON = 2.0
_SIDE_MEMORY = 0.3
_SURE_OF_SIDE = 0.3
# A palm of fewer pixels, or of a smaller share of the longer side, is a blur to nets that see 192 and 224 pixels.
_SMALL_PIXELS, _SMALL_SHARE = 24, 0.04


@dataclass
class _Followed:
    """A hand that was in sight lately: where, how large and when, and what its guesses at the side amount to (right positive)."""

    centre: tuple[float, float]
    size: float
    seconds: float
    guess: float
    frames: int = 1


class Sides:
    """Puts the hands of one person into the left and the right slot, frame after frame.

    The person is the one whose hands are largest and most central when hands first appear, and is let go when none of them was
    seen for two seconds. A hand keeps its slot from frame to frame as long as it moves no farther than a hand can, whatever the
    detector calls it in between; only a view that lasts moves it to the other slot. A hand that is new takes the slot of
    the side that the detector calls, if that is free: of two hands that are called the same one is left out.
    """

    def __init__(self) -> None:
        self._slots: list[_Followed | None] = [None, None]
        self._strangers: list[_Followed] = []
        self._size = 0.0
        self._last: tuple[float, float] | None = None
        self._last_time = -inf

    def place(self, candidates: Sequence[Candidate], seconds: float, width: int, height: int) -> FrameJoints:
        """The two hands of one frame.

        Args:
            candidates: All hands that were detected.
            seconds: Time of the frame; not before that of the last one.
            width: Of the picture, pixels.
            height: Likewise.

        Returns:
            Joints (42, 3), left hand first, with the scores of the sides and the doubts.
        """
        hands = distinct(candidates)
        self._forget(seconds)
        chosen = self._choose(hands, seconds)
        chosen = self._remember(chosen, seconds)
        own_hands = [hand for hand in chosen if hand is not None]
        flags = self._flags(hands, own_hands, seconds, max(width, height), height)
        positions = np.full((42, 3), np.nan, dtype=np.float32)
        handedness = np.full(2, np.nan, dtype=np.float32)
        for slot, hand in enumerate(chosen):
            if hand is not None:
                positions[21 * slot : 21 * slot + 21] = hand.joints
                handedness[slot] = hand.score if hand.side == slot else 1 - hand.score
        return FrameJoints(positions, handedness, flags)

    def _forget(self, now: float) -> None:
        self._slots = [slot if slot is not None and now - slot.seconds <= _SLOT_MEMORY else None for slot in self._slots]
        self._strangers = [one for one in self._strangers if now - one.seconds <= _STRANGER_MEMORY]
        if now - self._last_time > _PERSON_MEMORY:
            self._last, self._size, self._strangers = None, 0.0, []

    def _choose(self, hands: Sequence[Candidate], now: float) -> list[Candidate | None]:
        """The best way to fill the slots, of all ways."""
        values = [[self._value(hand, slot, now) for slot in (LEFT, RIGHT)] for hand in hands]
        best, chosen = 0.0, (-1, -1)
        for pair in product(range(-1, len(hands)), repeat=2):
            filled = [(one, slot) for slot, one in enumerate(pair) if one >= 0]
            if len({one for one, _ in filled}) < len(filled):
                continue
            total = sum(values[one][slot] for one, slot in filled)
            if len(filled) == 2 and not any(self._slots):
                total *= _togetherness(hands[pair[LEFT]], hands[pair[RIGHT]])
            if total > best:
                best, chosen = total, (pair[LEFT], pair[RIGHT])
        return [hands[one] if one >= 0 else None for one in chosen]

    def _value(self, hand: Candidate, slot: int, now: float) -> float:
        """What speaks for a hand in a slot; minus infinity where it may not be there."""
        followed = self._slots[slot]
        if followed is not None:
            way = _palms(hand.centre, followed.centre, self._size)
            reach = _reach(now - followed.seconds)
            if way > reach or not _alike(hand.size, followed.size) or self._to_stranger(hand, now) < way:
                return -inf
            return 2 - way / reach + 0.5 * (hand.score if hand.side == slot else -hand.score)
        if hand.side != slot or self._to_stranger(hand, now) < inf or not self._belongs(hand):
            return -inf
        off_centre = min(1.0, 2 * abs(hand.centre[0] / hand.aspect - 0.5))
        # Below what a followed hand is worth, so that a newcomer never takes its place.
        return min(1.0, hand.size * (1 - 0.5 * off_centre))

    def _belongs(self, hand: Candidate) -> bool:
        """Whether a hand is as large and as near as one of the person's would be; anybody's is while nobody is followed."""
        if self._last is None:
            return True
        return _palms(hand.centre, self._last, self._size) <= _ARMS and _alike(hand.size, self._size)

    def _to_stranger(self, hand: Candidate, now: float) -> float:
        """Palms to the nearest stranger's hand that may have come here; infinity without one."""
        ways = [(_palms(hand.centre, one.centre, self._size or one.size), now - one.seconds) for one in self._strangers]
        return min((way for way, ago in ways if way <= _reach(ago)), default=inf)

    def _remember(self, chosen: list[Candidate | None], now: float) -> list[Candidate | None]:
        """Note where the hands are and which side they look like; a lasting view of the side overrules the slot."""
        followed = [self._updated(hand, slot, now) for slot, hand in enumerate(chosen)]
        wrong = [
            one is not None and hand is not None and _against(one, slot)
            for slot, (one, hand) in enumerate(zip(followed, chosen, strict=True))
        ]
        if any(wrong):
            free = [one is None for one in followed]
            if (wrong[LEFT] or free[LEFT]) and (wrong[RIGHT] or free[RIGHT]):
                chosen, followed = chosen[::-1], followed[::-1]
            else:  # The other slot is rightly taken: two left hands are not a left and a right one.
                chosen = [None if doubted else hand for doubted, hand in zip(wrong, chosen, strict=True)]
                followed = [None if doubted else one for doubted, one in zip(wrong, followed, strict=True)]
        self._slots = followed
        own_hands = [hand for hand in chosen if hand is not None]
        if own_hands:
            size = sum(hand.size for hand in own_hands) / len(own_hands)
            self._size = size if self._last is None else 0.8 * self._size + 0.2 * size
            x, y = (sum(along) / len(own_hands) for along in zip(*(hand.centre for hand in own_hands), strict=True))
            self._last = x, y
            self._last_time = now
        return chosen

    def _updated(self, hand: Candidate | None, slot: int, now: float) -> _Followed | None:
        before = self._slots[slot]
        if hand is None:
            return before
        if before is None:
            return _Followed(hand.centre, hand.size, now, hand.guess)
        # The mean of all views at first, then of those of the last moments.
        weight = max(1 / (before.frames + 1), 1 - exp(-(now - before.seconds) / _SIDE_MEMORY))
        return _Followed(hand.centre, hand.size, now, before.guess + weight * (hand.guess - before.guess), before.frames + 1)

    def _flags(
        self, hands: Sequence[Candidate], own_hands: Sequence[Candidate], now: float, longer: int, height: int
    ) -> tuple[str, ...]:
        """What is doubtful about the frame; hands that were left out are noted as strangers where they are somebody else's."""
        others = [hand for hand in hands if not any(hand is one for one in own_hands)]
        strange = others if len(hands) > 2 else [hand for hand in others if not self._belongs(hand)]
        of_person = [hand for hand in hands if not any(hand is one for one in strange)]
        self._strangers = [
            *(one for one in self._strangers if not any(_palms(one.centre, h.centre, h.size) <= _STEP for h in hands)),
            *(_Followed(hand.centre, hand.size, now, hand.guess) for hand in strange),
        ]
        pixels = [hand.size * height for hand in own_hands]
        doubts = {
            SMALL_HAND: any(size < max(_SMALL_PIXELS, _SMALL_SHARE * longer) for size in pixels),
            CUT_HAND: any(hand.cut for hand in own_hands),
            SEVERAL_PEOPLE: bool(strange),
            SAME_SIDE_TWICE: len({hand.side for hand in of_person}) < len(of_person),
        }
        return tuple(flag for flag, holds in doubts.items() if holds)


def _alike(one: float, other: float) -> bool:
    """Whether two hands may be of one person, or two views of one hand."""
    return max(one, other) <= _SIZES_OF_ONE_PERSON * min(one, other)


def _palms(one: tuple[float, float], other: tuple[float, float], size: float) -> float:
    return dist(one, other) / size


def _reach(seconds: float) -> float:
    """How far a hand can get, in palms; a fast wave makes 2 metres a second, and the detector some jumps of its own."""
    return min(_STEP + _SPEED * max(seconds, 0.0), _FARTHEST_STEP)


def _against(followed: _Followed, slot: int) -> bool:
    """Whether a hand has looked like the other side for some time."""
    return (followed.guess if slot == LEFT else -followed.guess) > _SURE_OF_SIDE


def _togetherness(left: Candidate, right: Candidate) -> float:
    """How much a left and a right hand look like those of one person, 0 to 1: alike in size, near, and not crossed."""
    one, other = left.size, right.size
    apart = _palms(left.centre, right.centre, max(one, other))
    if not _alike(one, other) or apart > _ARMS:
        return 0.0
    # Unmirrored, the left hand of who faces the camera is on the right.
    crossed = left.centre[0] < right.centre[0]
    return float((1 - 0.02 * apart) * (0.8 if crossed else 1.0))
