"""`gesture-al record --browser`: from what was typed to the recorder's page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gesture_al.cli.commands.record import Wish, landmarks_of, plan_of
from gesture_al.core.errors import Paused, UserError
from gesture_al.data.track import UNLABELLED
from gesture_al.studio.server.opening import Opening

# Three to five takes of a class are enough to begin with: the loop asks for what it lacks.
TARGET = 5


def record_in_browser(wish: Wish, opening: Opening) -> str:
    """Record until the person has done.

    Args:
        wish: What was typed.
        opening: How the page is opened.

    Returns:
        A line for the person.

    Raises:
        UserError: A setting is out of range, or belongs to the window; the folder or the host cannot be used.
        Paused: The person pressed Ctrl-C; what was kept is on the disk.
    """
    if wish.keys is not None or wish.camera != "0":
        raise UserError("--browser records with the camera that is chosen on the page; leave out --camera and --keys")
    from gesture_al.studio.record.server import Recording, recorder

    target = TARGET if wish.target is None else wish.target
    what = Recording(
        folder=wish.out,
        plan=plan_of(wish, target),
        target=target,
        extractor=landmarks_of(wish.words),
        video=not wish.landmarks_only,
    )
    with recorder(what, opening) as page:
        try:
            page.wait()
        except KeyboardInterrupt:
            raise Paused(f"stopped; in {wish.out} there are {tally(page.counts())}; the same command goes on") from None
        counts = page.counts()
    return f"recorded: in {wish.out} there are {tally(counts)}"


def tally(counts: Mapping[str, int]) -> str:
    """Clips by class, those without one last."""
    names = sorted(counts, key=lambda name: (name == UNLABELLED, name))
    return ", ".join(f"{name} {counts[name]}" for name in names if counts[name]) or "no clips"


def is_empty(folder: Path) -> bool:
    """Whether there is no clip in a data set's folder, or no such folder."""
    return not any(not path.name.startswith(".") and not path.parent.name.startswith(".") for path in folder.glob("*/*.npz"))
