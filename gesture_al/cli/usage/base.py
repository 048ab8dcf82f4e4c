"""What all commands share: exit codes, and how a command gets its help."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

DONE, FAILED, WRONG_USE, PAUSED = 0, 1, 2, 3

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object


def command(commands: Commands, name: str, help: str, epilog: str) -> argparse.ArgumentParser:
    """The parser of a command.

    Args:
        commands: Where it belongs.
        name: The word that is typed.
        help: One line, without a full stop.
        epilog: Examples, printed as they stand.
    """
    return commands.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
