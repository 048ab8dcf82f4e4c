"""A confusion matrix as a small picture, for trackers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.view.draw import FAINT, write_on

if TYPE_CHECKING:
    from PIL.Image import Image

_CELL, _SIDE, _HEAD = 44, 150, 52
# Light to dark blue, readable in grey as well.
_LIGHT, _DARK = np.array([241, 245, 249]), np.array([0, 62, 112])


def draw_matrix(confusion_C_C: NDArray[np.int64], classes: Sequence[str], title: str) -> Image:
    """Counts, true class by row and predicted class by column; the shade is the share of the row."""
    from PIL import Image, ImageDraw

    count = len(classes)
    page = Image.new("RGB", (_SIDE + count * _CELL + 8, _HEAD + count * _CELL + 8), "white")
    write_on(page, (8, 6), title, 13, bold=True)
    write_on(page, (8, 28), "rows: true class, columns: predicted, same order", 10, FAINT)
    pen = ImageDraw.Draw(page)
    shares = confusion_C_C / np.maximum(confusion_C_C.sum(axis=1, keepdims=True), 1)
    for row, name in enumerate(classes):
        top = _HEAD + row * _CELL
        label = Image.new("RGB", (_SIDE - 12, 18), "white")
        write_on(label, (0, 0), name, 12)
        page.paste(label, (8, top + 14))
        for column in range(count):
            left, share = _SIDE + column * _CELL, shares[row, column]
            shade = tuple((_LIGHT + share * (_DARK - _LIGHT)).astype(int).tolist())
            pen.rectangle([left, top, left + _CELL - 2, top + _CELL - 2], fill=shade)
            if confusion_C_C[row, column]:
                write_on(
                    page, (left + 8, top + 14), str(int(confusion_C_C[row, column])), 12, "white" if share > 0.5 else "black"
                )
    return page
