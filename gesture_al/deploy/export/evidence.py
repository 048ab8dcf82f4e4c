"""The clips that a run was made with, if they are still there: what they tell about the recogniser, and what it is checked on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import read_status
from gesture_al.core.errors import UserError
from gesture_al.core.settings import Settings, run_key
from gesture_al.data.datasets.base import ClipSet
from gesture_al.deploy.export.folder import read_json
from gesture_al.runs.assembly import load_clips

MOST_CLIPS = 400


@dataclass(frozen=True)
class Evidence:
    """A run's clips, or why there are none.

    Args:
        clips: The data set; None where it cannot be read or has other classes or joints than the run's.
        rows: Clips to check the exported files on, evenly spread over the set.
        missing: What could not be checked, for people; empty where all could.
    """

    clips: ClipSet | None
    rows: NDArray[np.int64]
    missing: str = ""


def read_evidence(run: Path, settings: Settings) -> Evidence:
    """Load the run's data set and see that it is the same as then."""
    none = np.empty(0, dtype=np.int64)
    told = read_json(RunPaths(run).dataset)
    try:
        clips = load_clips(settings.dataset)
    except (UserError, OSError) as err:
        return Evidence(None, none, f"The run's data set could not be read ({' '.join(str(err).split())})")
    if list(clips.classes) != told["classes"] or list(clips.skeleton.joints) != told["skeleton"]["joints"]:
        return Evidence(None, none, "The run's data set has other classes or joints today than it had when the run was made")
    rows = np.linspace(0, len(clips) - 1, min(len(clips), MOST_CLIPS)).astype(np.int64)
    same = read_status(run).get("key") == run_key(settings, clips.fingerprint)
    return Evidence(clips, rows, "" if same else "The data set or the version of gesture_al has changed since the run was made")
