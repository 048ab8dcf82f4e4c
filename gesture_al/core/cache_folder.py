"""The cache folder: everything that can be fetched or computed again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_root() -> Path:
    """Where downloads, models and converted sets are kept: `GESTURE_AL_CACHE`, else the user's cache folder of this system."""
    named = os.environ.get("GESTURE_AL_CACHE")
    if named:
        return Path(named).expanduser()
    import pooch

    return Path(pooch.os_cache("gesture_al"))
