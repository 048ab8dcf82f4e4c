"""What the page shows that does not change while it is open, and what it says at the end."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from gesture_al.data.datasets.stream import NONE
from gesture_al.data.track import UNLABELLED
from gesture_al.data.view.plane import page_skeleton
from gesture_al.deploy.live.thresholds import LEAST, MOST
from gesture_al.studio.live.session import LivePage

_USUAL = Path("data/landmarks")


def about(sitting: LivePage, title: str, synthetic: bool) -> dict[str, Any]:
    """What stands on the page.

    Args:
        sitting: Whose page it is.
        title: Which recogniser it is, for people.
        synthetic: Whether it was trained on made-up hands.
    """
    model, point, folder = sitting.recogniser.model, sitting.point, sitting.options.folder
    return {
        "recogniser": title,
        "synthetic": synthetic,
        "layout": model.layout,
        "skeleton": page_skeleton(model.skeleton),
        "classes": [
            {"name": name, "limit": None if name == NONE else point.of_class(name), "folder": is_folder(name)}
            for name in model.classes
        ],
        "threshold": point.threshold,
        "range": [LEAST, MOST],
        "collect": sitting.options.collect,
        "pool": (folder / UNLABELLED).as_posix(),
        "command": label_command(folder),
        "kept": sitting.kept,
    }


def summary(sitting: LivePage) -> dict[str, Any]:
    """What the page says at the end."""
    tally = sitting.tally
    return {"frames": tally.frames, "events": len(tally.events), "kept": sitting.kept}


def label_command(folder: Path) -> str:
    """What is typed to name the clips that were kept."""
    where = "" if folder == _USUAL else f" dataset.params.path={shlex.quote(folder.as_posix())}"
    return f"gesture-al label dataset=clips{where}"


def is_folder(name: str) -> bool:
    """Whether a class can be a folder of the pool, as a clip with a name needs it."""
    return Path(name).name == name and not name.startswith((".", "__")) and name != UNLABELLED
