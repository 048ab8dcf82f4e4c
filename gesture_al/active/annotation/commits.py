"""Group commit: entries that arrive while others are being written go to the disk together, with one flush for all of them."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Sequence

from gesture_al.active.annotation.answer_log import ANSWERS, Entry


class Submission:
    """An entry on its way into the log.

    Args:
        entry: What the frontend says.
        handle: The question that is answered; empty for operations on none.
        tab: Who sends it.
        revises: Whether a standing answer is to be replaced.
    """

    def __init__(self, entry: Entry, handle: str = "", tab: str = "", revises: bool = False) -> None:
        self.entry, self.handle, self.tab, self.revises = entry, handle, tab, revises
        self.is_settled = False
        self._error: Exception | None = None

    def accept(self, entry: Entry) -> None:
        """It is in the log, thus."""
        self.entry, self.is_settled = entry, True

    def refuse(self, error: Exception) -> None:
        """It is not, and this is why."""
        self._error, self.is_settled = error, True

    def result(self) -> Entry:
        """The entry as it is in the log.

        Raises:
            Exception: That of `refuse`.
        """
        if self._error is not None:
            raise self._error
        return self.entry

    def goes_with(self, others: Sequence[Submission]) -> bool:
        """Whether it can be checked without knowing what becomes of these: plain answers to different questions."""
        return self._is_plain and all(
            other._is_plain and other.handle != self.handle and other.entry.uuid != self.entry.uuid for other in others
        )

    @property
    def _is_plain(self) -> bool:
        # New ends are checked against those of other clips.
        return self.entry.operation in ANSWERS and self.entry.start is None and self.entry.end is None


class GroupCommit:
    """Lets one thread write for all that wait.

    Args:
        write: Writes submissions, all of which go together, and settles each of them.
    """

    def __init__(self, write: Callable[[Sequence[Submission]], None]) -> None:
        self._write = write
        self._waiting: list[Submission] = []
        self._queue, self._writing = threading.Lock(), threading.Lock()

    def submit(self, submission: Submission) -> Entry:
        """Have an entry written; returns once it is on the disk.

        Raises:
            Exception: It was refused, or could not be written.
        """
        with self._queue:
            self._waiting.append(submission)
        with self._writing:
            while not submission.is_settled:
                self._write_group(submission)
        return submission.result()

    def _write_group(self, own: Submission) -> None:
        group = self._next_group()
        try:
            self._write(group)
        except Exception as err:
            for one in group:
                if not one.is_settled:
                    one.refuse(copy.copy(err))
        except BaseException:
            # Ctrl-C in this thread is no answer to the others: the next one writes for them.
            with self._queue:
                self._waiting[:0] = [one for one in group if one is not own and not one.is_settled]
            raise

    def _next_group(self) -> list[Submission]:
        with self._queue:
            group = [self._waiting.pop(0)]
            while self._waiting and self._waiting[0].goes_with(group):
                group.append(self._waiting.pop(0))
            return group
