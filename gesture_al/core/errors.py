"""Errors whose message is meant for the user: bad input, unknown parts, a pause."""

from __future__ import annotations

from pathlib import Path


class UserError(Exception):
    """Bad input from outside: the message names what, where and the remedy, in one line. Exit code 2."""


class DamagedFileError(UserError):
    """A file is not as the program wrote it.

    Args:
        path: The file.
        damage: What is wrong with it, in words.
    """

    def __init__(self, path: Path, damage: str) -> None:
        super().__init__(f"{path}: {damage}; the file was changed or damaged")
        self.path, self.damage = path, damage


class Paused(Exception):  # noqa: N818 - a pause is no error
    """The person stopped the run; everything is on disk and `gesture-al resume` goes on. Exit code 3."""


class UnknownPartError(UserError, KeyError):
    """A name that no registry knows; the message lists the known ones."""

    def __str__(self) -> str:
        # KeyError would print the repr of the message.
        return str(self.args[0])


class PartParameterError(UserError, TypeError):
    """A part was given a parameter that it does not take, or lacks one; the message shows what it takes."""


class Refused(Exception):  # noqa: N818 - nothing is broken
    """A person asked for something that cannot be; the text says why, `status` is HTTP's word for it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
