"""The state of the recorder as its page shows it: classes, takes, what is lacking, and how the session ends."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gesture_al.core.errors import Refused, UserError
from gesture_al.core.messages import in_shell
from gesture_al.core.typed_settings import setting
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.track import UNLABELLED, Track
from gesture_al.data.view.plane import page_joints, page_skeleton
from gesture_al.studio.record.plan import CONSENT, FREE, REACTIONS, RecordingPlan, is_none, prompt, targets_of
from gesture_al.studio.record.take_review import TakeReviewer
from gesture_al.studio.record.takes import Takes

# Fewer say little of a class, and of fewer free clips hardly any is left for the audit.
LEAST_TAKES, LEAST_CLASSES, LEAST_FREE = 3, 2, 5
_LAST = 6


class TargetClasses:
    """Classes with how many clips are wanted of each.

    Args:
        targets: In the order in which they are offered, `none` first.
        target: For one that is added.
    """

    def __init__(self, targets: Mapping[str, int], target: int) -> None:
        self._targets, self._target = dict(targets), target
        self._lock = threading.Lock()

    def all(self) -> dict[str, int]:
        """Names and targets."""
        return dict(self._targets)

    def add(self, name: str) -> None:
        """Add one; one that is there already stays as it is.

        Raises:
            Refused: It cannot be a folder's name, or differs from another in capitals only.
        """
        name = name.strip()
        with self._lock:
            if name in self._targets:
                return
            try:
                targets_of([*self._targets, name], self._target)
            except UserError as err:
                raise Refused(422, str(err).removeprefix("classes: ")) from err
            self._targets[name] = self._target

    def remove(self, name: str, count: int) -> None:
        """Take one away that has no clip.

        Raises:
            Refused: It has clips, or is not there.
        """
        with self._lock:
            if count:
                raise Refused(409, f"{name} has {count} clips, so it stays")
            if name not in self._targets:
                raise Refused(404, f"there is no class {name!r}")
            del self._targets[name]


class SessionEnd:
    """The end of a recording session: the request of the page, and its status."""

    def __init__(self) -> None:
        self._request = threading.Event()
        self._label = False
        self._status: dict[str, str] | None = None

    def ask(self, label: bool) -> None:
        """End the session: to label, or for now."""
        self._label, self._status = label, {"how": "preparing" if label else "done"}
        self._request.set()

    def wait(self) -> bool:
        """Wait until the person wants to go; gives whether to label."""
        # In small steps, since Ctrl-C interrupts no long wait on Windows.
        while not self._request.wait(0.5):
            pass
        self._request.clear()
        return self._label

    def refuse(self, why: str) -> None:
        """Labelling cannot begin; the person may go on recording."""
        self._status = {"how": "refused", "why": why}

    def stay(self) -> None:
        """Go on after a refusal."""
        self._status = None

    def status(self) -> dict[str, Any] | None:
        """What the page shows of it; None while the session goes on."""
        return self._status


@dataclass(frozen=True)
class RecordBoard:
    """Draws the recorder's state.

    Args:
        plan: What is wanted.
        classes: Those on the page.
        takes: What was recorded.
        reviewer: Finds landmarks.
        ending: How it ends.
        skeleton: Of the landmarks.
        video: Whether pictures are kept.
        labels: Whether labelling follows at the same address.
    """

    plan: RecordingPlan
    classes: TargetClasses
    takes: Takes
    reviewer: TakeReviewer
    ending: SessionEnd
    skeleton: Skeleton
    video: bool
    labels: bool

    def about(self) -> dict[str, Any]:
        """Settings of the session, which never change."""
        plan, folder = self.plan, self.takes.store.folder
        return {
            "page": "record",
            "id": folder.resolve().as_posix(),
            "folder": str(folder),
            "subject": plan.subject,
            "session": plan.session,
            "seconds": plan.seconds,
            "takes": plan.takes,
            "count_in": plan.count_in,
            "free_seconds": plan.free_seconds,
            "gate": plan.gate,
            "video": self.video,
            "labels": self.labels,
            "command": in_shell("label", "dataset=clips", setting("dataset.params.path", folder)),
            "again": in_shell("label", "--record", "dataset=clips", setting("dataset.params.path", folder)),
            "consent": CONSENT,
            "reactions": REACTIONS,
            "free_prompt": FREE,
            "skeleton": page_skeleton(self.skeleton),
        }

    def state(self) -> dict[str, Any]:
        """Counts, last takes and what is lacking, as of now."""
        counts = self.takes.store.counts()
        classes = [
            {
                "name": name,
                "count": counts.get(name, 0),
                "target": target,
                "none": is_none(name),
                "prompt": prompt(name, counts.get(name, 0)),
            }
            for name, target in self.classes.all().items()
        ]
        return {
            "classes": classes,
            "unlabelled": counts.get(UNLABELLED, 0),
            "last": self.takes.last(self.plan.session, _LAST),
            "eyes": {"state": self.reviewer.state, "why": self.reviewer.why},
            "lacking": lacking(counts, self.classes.all()),
            "over": self.ending.status(),
        }

    def joints(self, track: Track) -> dict[str, Any]:
        """A take over its video: `seconds` of every frame, `joints` of each as in `page_joints`, `hands` seen or not."""
        seen = np.isfinite(track.handedness)
        return {
            "seconds": track.seconds.round(3).tolist(),
            "joints": [page_joints(positions, self.skeleton) for positions in track.positions],
            "hands": seen.astype(int).tolist(),
        }


def lacking(counts: dict[str, int], classes: dict[str, int]) -> str:
    """What must be recorded before there is something to be labelled; empty where there is enough.

    >>> lacking({"none": 3, "Like": 2, "unlabelled": 9}, {"none": 5, "Like": 5, "Heart": 5})
    '1 more of Like'
    >>> lacking({"none": 4, "Like": 3}, {"none": 5, "Like": 5})
    'a free recording'
    """
    begun = {name: counts.get(name, 0) for name in classes if counts.get(name, 0)}
    few = [f"{LEAST_TAKES - count} more of {name}" for name, count in begun.items() if count < LEAST_TAKES]
    if len(begun) < LEAST_CLASSES:
        few.append(f"{LEAST_TAKES} takes of {'another class' if begun else f'each of {LEAST_CLASSES} classes or more'}")
    free = counts.get(UNLABELLED, 0)
    if free < LEAST_FREE:
        few.append(f"a free recording with {LEAST_FREE - free} more clips" if free else "a free recording")
    return ", ".join(few)
