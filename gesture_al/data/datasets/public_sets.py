"""Public data sets by name: where they are, what they must hold, and under which licence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PublicSet:
    """One published set.

    Args:
        name: As configs call it.
        url: What is downloaded: a file, or a .zip that holds the files.
        files: For each role the file names under which it may be found, the best first.
        content: `published_hash` of the set.
        licence: One line.
        source: One line on who made the data.
        sha256: Of the download, where it is known; the clips are checked by `content` in any case.
    """

    name: str
    url: str
    files: dict[str, tuple[str, ...]]
    content: str
    licence: str
    source: str
    sha256: str | None = None


_KINIVI = "0e737bb8c45ea03f6fafb1f5dbfe9246c34a8003"

PUBLIC_SETS: dict[str, PublicSet] = {
    known.name: known
    for known in (
        PublicSet(
            name="natops",
            url="https://timeseriesclassification.com/aeon-toolkit/NATOPS.zip",
            files={
                "train": ("NATOPS_TRAIN.ts", "NATOPS_TRAIN.ts.gz"),
                "test": ("NATOPS_TEST.ts", "NATOPS_TEST.ts.gz"),
            },
            content="4468e6e78927ccc855e9ac670efd0d9aea6caa867c72c6db5650bb93524d58bc",
            licence="no licence stated for the data",
            source="NATOPS, UEA archive (AALTD'16 challenge, Ghouaiel et al.)",
        ),
        PublicSet(
            name="point_history",
            url=f"https://raw.githubusercontent.com/kinivi/hand-gesture-recognition-mediapipe/{_KINIVI}"
            "/model/point_history_classifier/point_history.csv",
            files={"rows": ("point_history.csv", "point_history.npz")},
            content="4bb82227214557fbdce13108a5362fd82174762826778e9219481fe3f0f34b80",
            licence="Apache-2.0",
            source=f"kinivi/hand-gesture-recognition-mediapipe at commit {_KINIVI[:12]}",
        ),
    )
}


def published_hash(lengths: NDArray[np.int64], labels: NDArray[np.int64], numbers: Iterable[NDArray[np.float32]]) -> str:
    """sha256 of a set as published, in hex, whatever joints and classes are called.

    Args:
        lengths: int (N,), frames of each clip.
        labels: int (N,), class numbers from 0.
        numbers: The clips' numbers in order, frame by frame and joint by joint, in pieces of any size.
    """
    digest = hashlib.sha256(lengths.astype("<i8").tobytes())
    digest.update(labels.astype("<i8").tobytes())
    for piece in numbers:
        # Adding 0 makes one zero of the two.
        digest.update((piece + np.float32(0)).astype("<f4").tobytes())
    return digest.hexdigest()
