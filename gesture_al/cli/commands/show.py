"""`gesture-al show`: from what was typed to a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gesture_al.cli.commands.composition import compose_settings
from gesture_al.core.parts import build_part
from gesture_al.data.view.settings import VIEWS
from gesture_al.data.view.show import show
from gesture_al.runs.assembly import load_clips


def show_clips(typed: Sequence[str], out: Path | None) -> str:
    """Draw the clip whose id was typed, or an overview of the data set; returns a line for the person."""
    ids = [word for word in typed if "=" not in word]
    settings = compose_settings([word for word in typed if "=" in word])
    clips = load_clips(settings.dataset)
    written = show(clips, ids[0] if ids else None, out, build_part(VIEWS, "view", settings.view))
    return f"picture: {written}" if written else "closed"
