"""Data sets: readers that turn files, folders or a generator into a ClipSet."""

from gesture_al.data.datasets.base import DATASETS, UNKNOWN, ClipSet, DatasetReader, LeftOut, read_dataset

__all__ = ["DATASETS", "UNKNOWN", "ClipSet", "DatasetReader", "LeftOut", "read_dataset"]
