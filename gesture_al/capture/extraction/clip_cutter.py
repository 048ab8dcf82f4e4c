"""Clips cut out of a track, or the reason why it gives none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from gesture_al.capture.extraction.segments import Segment, find_segments, window_segments
from gesture_al.core.arrays import Bool
from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import SKELETONS, Skeleton
from gesture_al.data.track import UNLABELLED, Track

CutRule = Literal["motion", "windows", "whole"]


@dataclass(frozen=True)
class ClipRules:
    """How clips are cut out of a track, and which of them are taken.

    Args:
        at_least: Share of a clip's frames, 0 to 1, in which a hand must be seen.
        cut: How clips are found in a free recording: `motion` (where hands move and come to rest), `windows`, or `whole`.
        window: Seconds of a window; the next one starts half a window later.

    Raises:
        UserError: A value out of range.
    """

    at_least: float = 0.3
    cut: CutRule = "motion"
    window: float = 2.0

    def __post_init__(self) -> None:
        if not 0 <= self.at_least <= 1:
            raise UserError(f"--at-least {self.at_least:g}: must be between 0 and 1")
        if self.cut not in get_args(CutRule):
            raise UserError(f"--cut {self.cut}: unknown; there are: {', '.join(get_args(CutRule))}")
        if not self.window > 0:
            raise UserError(f"--window {self.window:g}: must be above 0")


@dataclass(frozen=True)
class VideoClips:
    """The clips of one video.

    Args:
        clips: File name below the data set's folder, without suffix, and track.
        shares: Of the whole track.
        reason: Why there is no clip; empty where there is one.
    """

    clips: list[tuple[str, Track]]
    shares: Shares
    reason: str = ""


def cut_clips(track: Track, class_name: str, stem: str, about: Mapping[str, Any], rules: ClipRules) -> VideoClips:
    """Cut the clips out of a video's track, or say why there is none.

    Args:
        track: All of it.
        class_name: The class; `unlabelled`: a free recording, in which clips are still to be found.
        stem: What its clips are called.
        about: Written beside the joints of each clip.
        rules: What is taken.
    """
    shares = shares_of(track)
    free = class_name == UNLABELLED
    if not free or rules.cut == "whole":
        if shares.any < rules.at_least or shares.any == 0:
            return VideoClips([], shares, _too_few_hands(shares.any, len(track), rules.at_least))
        ends = {"recording": stem, "start": track.stretch.start, "end": track.stretch.end} if free else {}
        return VideoClips([(f"{class_name}/{stem}", _with_about(track, {**about, **ends}))], shares)
    segments = find_segments(track) if rules.cut == "motion" else window_segments(track, rules.window, rules.window / 2)
    if not segments:
        return VideoClips([], shares, f"no movement of hands was found in it (a hand in {shares.any:.0%} of {len(track)} frames)")
    clips = [(segment, track.cut(segment)) for segment in segments]
    clips = [(segment, clip) for segment, clip in clips if len(clip) and 0 < shares_of(clip).any >= rules.at_least]
    if not clips:
        reason = f"in none of its {len(segments)} stretches a hand is seen in {rules.at_least:.0%} of the frames"
        return VideoClips([], shares, reason)
    about = {**about, "recording": stem}
    return VideoClips([(_name(stem, one), _with_about(clip, about | _proposal(one))) for one, clip in clips], shares)


def _with_about(track: Track, about: Mapping[str, Any]) -> Track:
    # Start and end, where the clip was cut, are its own.
    own = {key: track.about[key] for key in ("start", "end", "ended_early") if key in track.about}
    return replace(track, about={**own, **about})


def _proposal(segment: Segment) -> dict[str, Any]:
    """Movement that never rested is proposed as `none`, which a person may confirm."""
    return {"proposed": "none"} if segment.ordinary else {}


def _name(stem: str, segment: Segment) -> str:
    return f"{UNLABELLED}/{stem}_{round(segment.start * 100):06d}"


def _too_few_hands(share: float, frames: int, at_least: float) -> str:
    if share == 0:
        return f"no hand is seen in any of {frames} frames"
    return f"a hand is seen in {share:.0%} of {frames} frames, {at_least:.0%} are asked for"


@dataclass(frozen=True)
class Shares:
    """How well a track is seen.

    Args:
        left: Share of frames, 0 to 1, with the left hand.
        right: With the right hand.
        any: With at least one.
        flags: How many frames carry each flag.
    """

    left: float
    right: float
    any: float
    flags: dict[str, int]


def shares_of(track: Track) -> Shares:
    """The shares of a track in one of MediaPipe's layouts; of another layout, anything at all counts as both hands."""
    skeleton = SKELETONS.get(track.layout)
    left, right = (_hand_in_frame(track, skeleton, part) for part in ("left_hand", "right_hand"))
    flags = Counter(word for text in track.flags.tolist() for word in text.split())
    return Shares(float(left.mean()), float(right.mean()), float((left | right).mean()), dict(sorted(flags.items())))


def _hand_in_frame(track: Track, skeleton: Skeleton | None, part: str) -> Bool:
    inside = skeleton.parts.get(part) if skeleton else None
    places = track.positions[:, inside.start : inside.stop, :2] if inside else track.positions[..., :2]
    whole = np.asarray(np.isfinite(places).all(axis=2))
    return np.asarray(whole.any(axis=1))
