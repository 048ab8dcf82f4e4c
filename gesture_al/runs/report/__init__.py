"""From run folders to a page that a person wants to look at."""

from gesture_al.runs.report.write import write_report

__all__ = ["write_report"]
