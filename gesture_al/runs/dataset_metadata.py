"""Dataset metadata (dataset.json): what a run works on, in words and numbers that outlive the data set."""

from __future__ import annotations

from typing import Any

import numpy as np

from gesture_al.core.arrays import Int64
from gesture_al.core.naming import data_name
from gesture_al.data.clip_set import ClipSet, clip_seconds
from gesture_al.runs.assembly import Assembly


def class_counts(clips: ClipSet, rows: Int64) -> dict[str, int]:
    """Clips per class among these rows."""
    labels = clips.labels[rows]
    counts = np.bincount(labels[labels >= 0], minlength=len(clips.classes))
    return dict(zip(clips.classes, counts.tolist(), strict=True))


def dataset_metadata(assembly: Assembly) -> dict[str, Any]:
    """What dataset.json holds."""
    clips, splits = assembly.clips, assembly.splits
    return {
        "name": data_name(assembly.settings.dataset),
        "source": clips.source,
        "synthetic": clips.synthetic,
        "classes": list(clips.classes),
        "clips": len(clips),
        "clip_seconds": clip_seconds(clips, np.sort(np.concatenate([splits.train, splits.validation]))),
        "in_heights": clips.aspect is not None,
        "skeleton": clips.skeleton.to_json(),
        "split_by": splits.rule,
        "validation_by": splits.validation_rule,
        "splits": {
            "pool": class_counts(clips, splits.train),
            "test": class_counts(clips, splits.test),
            "validation": class_counts(clips, splits.validation),
        },
        "left_out": [{"clip": item.clip, "reason": item.reason} for item in clips.left_out],
    }
