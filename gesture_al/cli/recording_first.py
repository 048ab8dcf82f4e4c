"""Recording before labelling, in the same tab: for whoever has no clips yet, or wants more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.cli.record import TARGET, existing_classes, tally
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.messages import in_shell
from gesture_al.core.parts import build_part
from gesture_al.core.settings import Settings
from gesture_al.core.typed_settings import setting
from gesture_al.studio.record.plan import RecordingPlan, targets_of
from gesture_al.studio.server.address import Address
from gesture_al.studio.server.opening import Opening

Prepared = TypeVar("Prepared")


def records_first(settings: Settings, wanted: bool) -> bool:
    """Whether there is something to be recorded before anybody can label.

    Args:
        settings: Of the run.
        wanted: Whether the person asked for it.

    Raises:
        UserError: They did, and the data set is none that is recorded.
    """
    if wanted and settings.dataset.name != "clips":
        raise UserError("--record records into dataset=clips, not into another data set; write that, or leave --record out")
    path = settings.dataset.params.get("path")
    return settings.dataset.name == "clips" and isinstance(path, str) and (wanted or _is_empty(Path(path)))


def record_first(settings: Settings, opening: Opening, prepare: Callable[[], Prepared]) -> tuple[Prepared, Address]:
    """Record until the person goes on to label, and what labelling needs is there.

    Args:
        settings: Of the run: where the clips are, their classes, the extractor.
        opening: How the page is opened.
        prepare: Makes all that labelling needs; a UserError from it is shown on the page, and recording goes on.

    Returns:
        What was prepared, and the address at which the page goes on.

    Raises:
        UserError: The folder or the host cannot be used.
        Paused: The person has done for now.
    """
    from gesture_al.studio.record.server import Recording, recorder

    folder = Path(settings.dataset.params["path"])
    names = settings.dataset.params.get("classes") or existing_classes(folder)
    plan = RecordingPlan(targets_of(names, TARGET), "me", datetime.now().strftime("%Y-%m-%d_%H-%M-%S"))
    extractor = build_part(LANDMARKS, "landmarks", settings.landmarks)
    with recorder(Recording(folder, plan, TARGET, extractor), opening, labels=True) as page:
        again = f"go on with: {in_shell('label', '--record', 'dataset=clips', setting('dataset.params.path', folder))}"
        while True:
            try:
                labels = page.wait()
            except KeyboardInterrupt:
                labels = False
            if not labels:
                raise Paused(f"paused; in {folder} there are {tally(page.counts())}; {again}")
            try:
                return prepare(), page.address
            except UserError as err:
                page.refuse(str(err))


def _is_empty(folder: Path) -> bool:
    """Whether there is no clip in a data set's folder, or no such folder."""
    return not any(not path.name.startswith(".") and not path.parent.name.startswith(".") for path in folder.glob("*/*.npz"))
