"""The page that the benchmarks of selection and of scoring share: each writes its own half and keeps the other's."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "selection-speed.md"
SCORING = "## The model's work before it"


def halves() -> tuple[str, str]:
    """What is written of selection, and of scoring from its heading on."""
    selection, _, scoring = PAGE.read_text().partition(SCORING)
    return selection.rstrip() + "\n", f"\n{SCORING}{scoring}" if scoring else ""


def write(selection: str, scoring: str) -> None:
    """Both halves."""
    PAGE.write_text(selection.rstrip() + "\n" + scoring)
    print(f"written: {PAGE.relative_to(Path.cwd()) if PAGE.is_relative_to(Path.cwd()) else PAGE}")
