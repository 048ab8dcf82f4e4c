"""Recognisers that stand alone: written from a run's folder, read without the run, its data set or a configuration."""

from gesture_al.deploy.export.folder import example_folder, write_operating_point
from gesture_al.deploy.export.model import ExportedModel

__all__ = ["ExportedModel", "example_folder", "write_operating_point"]
