"""Sets of a text file a clip, a line a frame, as the published sets of hand skeletons are written: their folder, its reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import read_text
from gesture_al.data.clip_set import ClipSet, LeftOut
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.inputs import NO_FRAME, check_classes, existing_folder, mark_missing
from gesture_al.data.datasets.public_sets import PublicFiles, fetch
from gesture_al.data.left_out import with_left_out
from gesture_al.data.skeleton import Skeleton

_CUT_SHORT = "other frames than the list of clips says"


class UnreadableClipError(Exception):
    """A clip's file that cannot be used, so that the clip is left out; the message is the reason, in words that many share."""


def read_frame_table(path: Path, width: int, separator: str | None = None) -> Float32:
    """The numbers of a clip.

    Args:
        path: The file; blank lines are passed over.
        width: F, the numbers of a line.
        separator: What stands between them, and may stand behind the last; None: spaces or tabs.

    Returns:
        float32 (T, F), finite.

    Raises:
        UnreadableClipError: There is no such file, or no frame in it, a line is cut off or too long, or a number is none.
    """
    if not path.is_file():
        raise UnreadableClipError(f"no {path.name}")
    try:
        lines = [line.strip() for line in read_text(path).splitlines() if line.strip()]
    except UserError as err:
        raise UnreadableClipError(f"{path.name} cannot be read") from err
    if not lines:
        raise UnreadableClipError(NO_FRAME)
    rows = [(line if separator is None else line.removesuffix(separator)).split(separator) for line in lines]
    if any(len(row) != width for row in rows):
        raise UnreadableClipError(f"a line that does not hold {width} numbers")
    try:
        # A number too large for float32 becomes infinite, and is refused below.
        with np.errstate(over="ignore"):
            numbers = np.array(rows, dtype=np.float64).astype(np.float32)
    except ValueError as err:
        raise UnreadableClipError("a word that is no number") from err
    if not np.isfinite(numbers).all():
        raise UnreadableClipError("a number that is not finite")
    return numbers


def read_whole_numbers(path: Path, columns: int) -> dict[int, tuple[int, ...]]:
    """Rows of a list of clips by their lines: whole numbers, 0 or more, between spaces.

    Args:
        path: The file.
        columns: Numbers of a row.

    Raises:
        UserError: It cannot be read, has no row, or a row holds anything else; the message names the line.
    """
    rows = {}
    for line, text in enumerate(read_text(path, "utf-8-sig").splitlines(), start=1):
        words = text.split()
        if not words:
            continue
        if len(words) != columns or not all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
            raise UserError(f"{path}:{line}: must hold {columns} whole numbers; the file is cut off or altered, copy it again")
        rows[line] = tuple(map(int, words))
    if not rows:
        raise UserError(f"{path}: holds no row; copy it again")
    return rows


@dataclass(frozen=True)
class TextClip:
    """One clip of such a set.

    Args:
        id: Its name in the set.
        path: Its file, which may be absent.
        label: Its class.
        published_class: The number of its class that the content hash takes, the same whatever the settings are.
        subject: Who is seen; empty: unknown.
        split: `train` or `test`; empty: the set has no split.
        frames: Frames that its file must have; None: any number.
        part: First and last frame that count, from 0, both included; None: all.
    """

    id: str
    path: Path
    label: int
    published_class: int
    subject: str = ""
    split: str = ""
    frames: int | None = None
    part: tuple[int, int] | None = None

    def cut(self, frames_T: Float32) -> Float32:
        """The frames of its file that count.

        Raises:
            UnreadableClipError: The file has other frames than it must have.
        """
        if self.frames is not None and len(frames_T) != self.frames:
            raise UnreadableClipError(_CUT_SHORT)
        if self.part is None:
            return frames_T
        first, last = self.part
        # A list that counts from 1 names at the most one frame more than there are.
        if first > last or first >= len(frames_T) or last > len(frames_T):
            raise UnreadableClipError(_CUT_SHORT)
        return frames_T[first : last + 1]


@dataclass(frozen=True)
class TextLayout:
    """How a line of such a set is written.

    Args:
        skeleton: The joints, in the order of the line.
        numbers: Numbers of each joint, of which the first three are its place.
        separator: What stands between them; None: spaces or tabs.
        fps: Frames a second.
    """

    skeleton: Skeleton
    numbers: int
    separator: str | None
    fps: float

    def read(self, path: Path) -> Float32:
        """The numbers of a clip, (T, J, numbers); raises UnreadableClipError as `read_frame_table`."""
        joints = len(self.skeleton)
        return read_frame_table(path, joints * self.numbers, self.separator).reshape(-1, joints, self.numbers)


@dataclass(frozen=True)
class TextFolder:
    """The folder of such a set, the user's own or a public one.

    Args:
        root: The folder.
        fetched: The public set that it is; None: a folder that the user named.
    """

    root: Path
    fetched: PublicFiles | None

    @classmethod
    def at(cls, path: str | None, name: str | None) -> TextFolder:
        """The folder that `dataset.params.path` names, else the public set that `dataset.params.fetch` does.

        Raises:
            UserError: It is not there, or cannot be had.
        """
        if name and path is None:
            fetched = fetch(name, "folder")
            return cls(fetched.files["folder"], fetched)
        return cls(existing_folder(path, "dataset.params.path"), None)

    def checked(self) -> AbstractContextManager[None]:
        """Context of reading: an error in a public set's files names the set and the remedy."""
        return nullcontext() if self.fetched is None else self.fetched.checked()

    def load(
        self,
        reader: str,
        clips: Sequence[TextClip],
        layout: TextLayout,
        classes: tuple[str, ...],
        settings: Mapping[str, Any],
        lists: Iterable[Path] = (),
        left_out: Iterable[LeftOut] = (),
        content: str | None = None,
    ) -> ClipSet:
        """The clips, memory-mapped; those that cannot be read are left out.

        Args:
            reader: The reader's registered name.
            clips: All that the set names, in its order.
            layout: How their lines are written.
            classes: Class names.
            settings: What the clips depend on beside the files.
            lists: Files that name the clips.
            left_out: What else lies in the folder.
            content: Content hash that a public set must have; None: the published or the remembered one.

        Raises:
            UserError: No clip can be read, a class has none, or a public set is not what was published.
        """
        files = [(path.name, path) for path in lists]
        files += [(clip.id, clip.path) for clip in clips if clip.path.is_file()]
        if not files:
            raise UserError(f"{self.root}: no clip found; check the path, or unpack the set again")
        name = self.fetched.public.name if self.fetched else self.root.name
        key = {**settings, "name": name, **({"content": content} if self.fetched and content else {})}
        found = cached(reader, key, files, lambda allocate: self._convert(clips, layout, classes, content, allocate))
        return with_left_out(found, left_out)

    def _convert(
        self, clips: Sequence[TextClip], layout: TextLayout, classes: tuple[str, ...], content: str | None, allocate: Allocate
    ) -> ClipSet:
        whole: list[Float32] = []
        kept: list[TextClip] = []
        out: list[LeftOut] = []
        for clip in clips:
            try:
                numbers_T_J_F = layout.read(clip.path)
                clip.cut(numbers_T_J_F)
            except UnreadableClipError as err:
                out.append(LeftOut(clip.id, str(err)))
                continue
            whole.append(numbers_T_J_F)
            kept.append(clip)
        if self.fetched is not None:
            lengths = np.array([len(numbers) for numbers in whole], dtype=np.int64)
            published = np.array([clip.published_class for clip in kept], dtype=np.int64)
            with self.fetched.checked():
                self.fetched.verify(lengths, published, whole, content, whole=not out)
        cut = [clip.cut(numbers) for clip, numbers in zip(kept, whole, strict=True)]
        positions = allocate((len(kept), max(map(len, cut), default=1), len(layout.skeleton), 3))
        rows: list[TextClip] = []
        frames: list[int] = []
        for clip, numbers in zip(kept, cut, strict=True):
            places = numbers[None, :, :, :3]
            with_gaps, (reason,) = mark_missing(
                places, np.array([len(numbers)]), layout.skeleton, "skeleton", [clip.id], str(self.root)
            )
            if reason is not None:
                out.append(reason)
                continue
            positions[len(rows)] = np.nan
            positions[len(rows), : len(numbers)] = with_gaps[0]
            rows.append(clip)
            frames.append(len(numbers))
        labels = np.array([clip.label for clip in rows], dtype=np.int64)
        check_classes(str(self.root), labels, classes, out)
        return ClipSet(
            positions=positions[: len(rows)],
            lengths=np.array(frames, dtype=np.int64),
            ids=np.array([clip.id for clip in rows]),
            labels=labels,
            classes=classes,
            skeleton=layout.skeleton,
            subjects=np.array([clip.subject for clip in rows]) if any(clip.subject for clip in rows) else None,
            split=np.array([clip.split for clip in rows]) if all(clip.split for clip in rows) else None,
            fps=layout.fps,
            left_out=tuple(out),
            source=self.fetched.source if self.fetched else self.root.name,
        )
