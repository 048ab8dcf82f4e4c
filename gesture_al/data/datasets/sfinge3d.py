"""SFINGE 3D: hands of a Leap Motion, 20 joints, in a folder of single gestures and one of long sequences."""

from __future__ import annotations

from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import ClipSet, LeftOut
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.text_clips import TextClip, TextFolder, TextLayout
from gesture_al.data.left_out import below, ending, entries_of, natural_key
from gesture_al.data.skeleton import SKELETONS

DICTIONARY = "Dictionary"
# In the order of their numbers, 1 to 13; the first five are held still.
CLASSES = (
    *("One", "Two", "Three", "Four", "OK", "Pinch", "Grab", "Expand", "Tap"),
    *("Swipe Left", "Swipe Right", "Swipe V", "Swipe O"),
)


def layout() -> TextLayout:
    """A line of the dictionary and of the sequences: x, y, z and a quaternion of each joint, between semicolons, 20 a second."""
    return TextLayout(SKELETONS["leap_hand"], numbers=7, separator=";", fps=20.0)


@DATASETS.register("sfinge3d")
class Sfinge3d:
    """The dictionary of SFINGE 3D: 13 gestures, 36 clips each, `Dictionary/<1-13>/<n>.txt`.

    Quaternions are not kept: they are no positions. Who is seen is not published, and there is no division into training and
    test, so clips are split class by class. A file that is damaged is left out. The sequences, `Sequences/<n>.txt` with
    `sequencesGT.csv`, come with the download and are written in the same lines.

    Args:
        path: The folder with `Dictionary` in it; None: the public set named by `fetch`.
        fetch: The public set's name.
        content: Content hash that the set must have (docs/what-is-read.md); None: that of the first reading on this machine.

    Source:
        Caputo et al., "SFINGE 3D: a novel benchmark for online detection and recognition of heterogeneous hand gestures from 3D
        fingers' trajectories", Computers & Graphics 91 (2020).
    """

    def __init__(self, path: str | None = None, fetch: str | None = "sfinge3d", content: str | None = None) -> None:
        self.path = path
        self.fetch = fetch
        self.content = content

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: No such folder, no clip in it, or the set cannot be had as published.
        """
        folder = TextFolder.at(self.path, self.fetch)
        root = folder.root / DICTIONARY
        if not root.is_dir():
            raise UserError(f"dataset.params.path: no folder {DICTIONARY} in {folder.root}; name the folder that holds it")
        clips: list[TextClip] = []
        kinds, left_out = entries_of(root, root)
        for kind in sorted(kinds, key=natural_key):
            if not kind.is_dir() or kind.name not in {str(number) for number in range(1, len(CLASSES) + 1)}:
                left_out.append(LeftOut(below(kind, root), "no folder of a gesture, 1 to 13"))
                continue
            label = int(kind.name) - 1
            entries, others = entries_of(kind, root)
            files = sorted((entry for entry in entries if entry.is_file() and entry.suffix == ".txt"), key=natural_key)
            left_out += others + [LeftOut(below(entry, root), ending(entry)) for entry in entries if entry not in files]
            clips += [TextClip(f"{kind.name}/{file.stem}", file, label, published_class=label) for file in files]
        return folder.load("sfinge3d", clips, layout(), CLASSES, {}, left_out=left_out, content=self.content)
