"""Reports of runs and sweeps: `report.html`, its figures and its tables, from run folders."""

from gesture_al.runs.report.write import write_report

__all__ = ["write_report"]
