"""What becomes of a track: clips of the data set, or a reason why it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from gesture_al.capture.extraction.shares import Shares, shares_of
from gesture_al.capture.extraction.sources import VideoFile
from gesture_al.capture.landmarks.segments import Segment, find_segments, windows
from gesture_al.core.errors import UserError
from gesture_al.data.track import UNLABELLED, Track

CutRule = Literal["motion", "windows", "whole"]


@dataclass(frozen=True)
class Rules:
    """What is taken of a track.

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
class Taken:
    """The clips of one video.

    Args:
        clips: File name below the data set's folder, without suffix, and track.
        shares: Of the whole track.
        reason: Why there is no clip; empty where there is one.
    """

    clips: list[tuple[str, Track]]
    shares: Shares
    reason: str = ""


def take(source: VideoFile, stem: str, track: Track, known: Mapping[str, Any], rules: Rules) -> Taken:
    """The clips of a track.

    Args:
        source: The video.
        stem: What its clips are called.
        track: All of it.
        known: Written beside the joints of each clip.
        rules: What is taken.
    """
    shares = shares_of(track)
    if not source.free or rules.cut == "whole":
        if shares.any < rules.at_least or shares.any == 0:
            return Taken([], shares, _unseen(shares.any, len(track), rules.at_least))
        about = {**known, "recording": stem, "start": track.stretch.start, "end": track.stretch.end} if source.free else known
        return Taken([(f"{source.kind}/{stem}", _told(track, about))], shares)
    segments = find_segments(track) if rules.cut == "motion" else windows(track, rules.window, rules.window / 2)
    if not segments:
        return Taken([], shares, f"no movement of hands was found in it (a hand in {shares.any:.0%} of {len(track)} frames)")
    clips = [(segment, track.cut(segment)) for segment in segments]
    clips = [(segment, clip) for segment, clip in clips if len(clip) and 0 < shares_of(clip).any >= rules.at_least]
    if not clips:
        return Taken([], shares, f"in none of its {len(segments)} stretches a hand is seen in {rules.at_least:.0%} of the frames")
    named = [(_name(stem, segment), _told(clip, {**known, "recording": stem} | _proposal(segment))) for segment, clip in clips]
    return Taken(named, shares)


def _told(track: Track, about: Mapping[str, Any]) -> Track:
    # Start and end, where the clip was cut, are its own.
    own = {key: track.about[key] for key in ("start", "end", "ended_early") if key in track.about}
    return Track(
        track.positions,
        track.seconds,
        track.handedness,
        track.flags,
        track.width,
        track.height,
        track.layout,
        {**own, **about},
    )


def _proposal(segment: Segment) -> dict[str, Any]:
    """Rounded to the name's hundredths; movement that never rested is proposed as `none`, which a person may confirm."""
    return {"proposed": "none"} if segment.ordinary else {}


def _name(stem: str, segment: Segment) -> str:
    return f"{UNLABELLED}/{stem}_{round(segment.start * 100):06d}"


def _unseen(share: float, frames: int, at_least: float) -> str:
    if share == 0:
        return f"no hand is seen in any of {frames} frames"
    return f"a hand is seen in {share:.0%} of {frames} frames, {at_least:.0%} are asked for"
