"""SHREC'17 and DHG-14/28: hands of an Intel RealSense, 22 joints, in folders of gesture, fingers, person and trial.

Both are laid out as `gesture_<1-14>/finger_<1-2>/subject_<n>/essai_<n>/`, in which a text file holds the x, y, z of the 22 joints
in a line for each frame, 30 a second. Finger 1 is the gesture done with one finger, finger 2 with the whole hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import ClipSet, LeftOut
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.inputs import existing_file
from gesture_al.data.datasets.text_clips import TextClip, TextFolder, TextLayout, read_whole_numbers
from gesture_al.data.skeleton import SKELETONS

Gestures = Literal[14, 28]
# In the order of the folders' numbers.
_GESTURES = (
    *("Grab", "Tap", "Expand", "Pinch", "Rotation Clockwise", "Rotation Counter Clockwise", "Swipe Right", "Swipe Left"),
    *("Swipe Up", "Swipe Down", "Swipe X", "Swipe +", "Swipe V", "Shake"),
)
_FINGERS = ("one finger", "whole hand")
_FOLDER = "gesture_*/finger_*/subject_*/essai_*"
_UNLISTED = "in no list of the set's clips"


@DATASETS.register("shrec17")
class Shrec17:
    """SHREC'17 track: 14 or 28 gestures by 28 people, with the published division into training and test.

    `train_gestures.txt` and `test_gestures.txt` have a row for each clip: gesture, finger, person, trial, label of 14, label of
    28, frames. The clip itself is `skeletons_world.txt` in its folder. A clip whose file is absent or damaged, or has other
    frames than its row says, is left out.

    Args:
        path: The folder `HandGestureDataset_SHREC2017`; None: the public set named by `fetch`.
        fetch: The public set's name.
        gestures: 14: a gesture is one class, however many fingers do it; 28: each way of doing it is a class.
        content: Content hash that the set must have (docs/what-is-read.md); None: that of the first reading on this machine.

    Source:
        De Smedt et al., "SHREC'17 Track: 3D hand gesture recognition using a depth and skeletal dataset", 3DOR 2017.
    """

    def __init__(
        self, path: str | None = None, fetch: str | None = "shrec17", gestures: Gestures = 14, content: str | None = None
    ) -> None:
        self.path = path
        self.fetch = fetch
        self.gestures = gestures
        self.content = content

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: No such folder, a list is missing or damaged, or the set cannot be had as published.
        """
        folder = TextFolder.at(self.path, self.fetch)
        clips, lists = [], []
        # Which gesture, and which way of doing it, each of the two labels stands for.
        meaning: dict[tuple[str, int], int] = {}
        with folder.checked():
            for half in ("train", "test"):
                path = existing_file(folder.root / f"{half}_gestures.txt", "dataset.params.path")
                lists.append(path)
                for line, row in read_whole_numbers(path, columns=7).items():
                    where = f"{path}:{line}"
                    clip = _clip(folder.root, "skeletons_world.txt", row, self.gestures, where)
                    for key, kind in ((("14", row[4]), row[0]), (("28", row[5]), clip.published_class)):
                        if meaning.setdefault(key, kind) != kind:
                            raise UserError(
                                f"{where}: label {key[1]} is that of another gesture; the file is altered, copy it again"
                            )
                    clips.append(replace(clip, split=half, frames=row[6]))
        return _load("shrec17", folder, clips, lists, self.gestures, self.content)


@DATASETS.register("dhg")
class Dhg:
    """DHG-14/28: 14 or 28 gestures, five times in both ways by each of 20 people.

    `informations_troncage_sequences.txt` has a row for each clip: gesture, finger, person, trial, first and last frame of the
    gesture itself, counted from 0, both included. The clip is `skeleton_world.txt` in its folder. The published protocol leaves
    one person out at a time, so the set has no split of its own: `dataset.test_subjects=[1]` names who is the test. A clip whose
    file is absent, damaged or does not hold the frames of its row is left out.

    Args:
        path: The folder `DHG2016`; None: the public set named by `fetch`.
        fetch: The public set's name.
        gestures: 14: a gesture is one class, however many fingers do it; 28: each way of doing it is a class.
        trim: Only the frames of the gesture itself, as papers evaluate it; false: the whole recording.
        content: Content hash that the set must have (docs/what-is-read.md); None: that of the first reading on this machine.

    Source:
        De Smedt, Wannous, Vandeborre, "Skeleton-based dynamic hand gesture recognition", CVPR Workshops 2016.
    """

    def __init__(
        self,
        path: str | None = None,
        fetch: str | None = "dhg",
        gestures: Gestures = 14,
        trim: bool = True,
        content: str | None = None,
    ) -> None:
        self.path = path
        self.fetch = fetch
        self.gestures = gestures
        self.trim = trim
        self.content = content

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: No such folder, the list is missing or damaged, or the set cannot be had.
        """
        folder = TextFolder.at(self.path, self.fetch)
        clips = []
        with folder.checked():
            path = existing_file(folder.root / "informations_troncage_sequences.txt", "dataset.params.path")
            for line, row in read_whole_numbers(path, columns=6).items():
                where = f"{path}:{line}"
                clip = _clip(folder.root, "skeleton_world.txt", row, self.gestures, where)
                clips.append(replace(clip, part=(row[4], row[5]) if self.trim else None))
        return _load("dhg", folder, clips, [path], self.gestures, self.content)


def _clip(root: Path, file: str, row: tuple[int, ...], gestures: Gestures, where: str) -> TextClip:
    """The clip of a row that begins with gesture, fingers, person and trial.

    Raises:
        UserError: No such gesture or way of doing it.
    """
    gesture, finger, subject, essai = row[:4]
    if not (1 <= gesture <= len(_GESTURES) and 1 <= finger <= len(_FINGERS)):
        raise UserError(f"{where}: no gesture {gesture} with fingers {finger}; the file is altered, copy it again")
    name = f"gesture_{gesture}/finger_{finger}/subject_{subject}/essai_{essai}"
    fine = len(_FINGERS) * (gesture - 1) + finger - 1
    label = gesture - 1 if gestures == len(_GESTURES) else fine
    return TextClip(name, root / name / file, label, published_class=fine, subject=str(subject))


def _load(
    reader: str, folder: TextFolder, clips: Sequence[TextClip], lists: Sequence[Path], gestures: Gestures, content: str | None
) -> ClipSet:
    classes = _GESTURES if gestures == len(_GESTURES) else [f"{name}, {how}" for name in _GESTURES for how in _FINGERS]
    # Of a part of the set only the classes that it has.
    present = sorted({clip.label for clip in clips})
    clips = [replace(clip, label=present.index(clip.label)) for clip in clips]
    listed = {clip.path.parent for clip in clips}
    others = sorted(path for path in folder.root.glob(_FOLDER) if path not in listed)
    return folder.load(
        reader,
        clips,
        TextLayout(SKELETONS["shrec_hand"], numbers=3, separator=None, fps=30.0),
        tuple(classes[label] for label in present),
        {"gestures": gestures, "parts": any(clip.part for clip in clips)},
        lists,
        [LeftOut(path.relative_to(folder.root).as_posix(), _UNLISTED) for path in others],
        content,
    )
