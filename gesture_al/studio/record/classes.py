"""The classes on the page: those that were named at the start, those that were added, those that takes bring with them."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from gesture_al.core.errors import Refused, UserError
from gesture_al.studio.record.plan import targets_of


class Classes:
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
