"""The log of answers on disk: append-only, one JSON line each, on the disk before anyone is told that it was kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gesture_al.active.annotation.entry import Entry
from gesture_al.core.atomic_io import append_line, read_lines


class AnswerLog:
    """The entries of one session, in their order. One process writes; `RunFolder`'s lock sees to that.

    Args:
        path: The file; made with the first entry.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries = [Entry.of(line) for line in read_lines(path)]
        self._known = {entry.uuid: entry for entry in self._entries}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, uuid: str) -> Entry | None:
        """The entry of that name."""
        return self._known.get(uuid)

    def append(self, entry: Entry) -> bool:
        """Keep an entry; one whose uuid is there already is not written again.

        Returns:
            Whether it is new.

        Raises:
            OSError: It could not be written (a full disk); the log is as it was.
        """
        if entry.uuid in self._known:
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        append_line(self.path, entry.record())
        self._entries.append(entry)
        self._known[entry.uuid] = entry
        return True
