"""The style of all figures, and a figure as SVG and PNG files and as SVG for a page.

A figure is drawn once, in the colours below. In the page these become CSS variables, so that the same drawing serves light
and dark; in the files they stay as they are, on white.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gesture_al.core.atomic_io import write_atomic
from gesture_al.data.view.confusion import MOST_CELLS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, FAINT, GRID, PAPER = "#1f2937", "#6b7280", "#e5e7eb", "#ffffff"
# White also in the dark page: numbers on full colour.
ON_COLOUR = "#fffffe"
# The colour of cells, which stays dark enough for white numbers in the dark page.
HEAT = "#0072b3"
# Okabe and Ito's palette without its yellow, which vanishes on white, and its black, which is ink here.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195")
BLUE, VERMILION, GREEN, PINK, AMBER, SKY, VIOLET = SERIES
# Of the page for a point of the drawing, so that all figures have letters of one size.
_PIXELS = 1.42
# Numbers in the cells of larger matrices would not be readable.
MOST_TEXTS = 24
DASHES = ("-", "--", "-.", ":")

_VARIABLES = {
    INK: "--ink",
    FAINT: "--faint",
    GRID: "--grid",
    PAPER: "--card",
    HEAT: "--heat",
    **{colour: f"--c{place}" for place, colour in enumerate(SERIES)},
}
_STYLE = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.edgecolor": GRID,
    "axes.labelcolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titlecolor": FAINT,
    "axes.axisbelow": True,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": FAINT,
    "ytick.labelcolor": FAINT,
    "text.color": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
}


@dataclass(frozen=True)
class ReportFigure:
    """A figure that is drawn and written.

    Args:
        name: Of its files, and of its ids in the page.
        svg: Ready for the page.
        description: What it shows, for those who cannot see it.
    """

    name: str
    svg: str
    description: str


@contextmanager
def canvas(width: float, height: float) -> Iterator[Figure]:
    """An empty figure in the report's look; no window system and no global state of matplotlib's is touched."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        yield Figure(figsize=(width, height), layout="constrained")


def finish(
    figure: Figure, name: str, description: str, out: Path, synthetic: bool, hints: Mapping[str, str] | None = None
) -> ReportFigure:
    """Write `figures/<name>.svg` and `.png` and return the figure for the page; the same figure gives the same bytes.

    Call it inside the figure's `canvas`, since text is set when a figure is written.

    Args:
        figure: What is drawn.
        name: Of its files.
        description: What it shows, for those who cannot see it.
        out: The folder that gets `figures/`.
        synthetic: Whether the data were generated, which the figure then says.
        hints: What the page says where the pointer rests on a part of the drawing, by the part's gid.
    """
    import matplotlib as mpl

    if synthetic:
        figure.text(0.995, 0.995, "synthetic data", ha="right", va="top", fontsize=8.5, color=VERMILION, fontweight="bold")
    picture, vector = io.BytesIO(), io.StringIO()
    figure.savefig(picture, format="png", dpi=150, metadata={"Software": None})
    # The first drawing has found the places of everything; to look for them again costs as much as to draw.
    figure.set_layout_engine("none")
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": None})
    write_atomic(out / "figures" / f"{name}.png", picture.getvalue())
    write_atomic(out / "figures" / f"{name}.svg", vector.getvalue())
    return ReportFigure(name, _for_page(vector.getvalue(), name, hints or {}), description)


def plain_axes(axes: Any) -> None:
    """Axes with horizontal lines only and no tick marks."""
    axes.grid(axis="y")
    axes.tick_params(length=0)


def draw_cells(
    axes: Any, values: np.ndarray, texts: Sequence[Sequence[str]], places: Sequence[float], light_above: float
) -> None:
    """A matrix as coloured cells, 0 empty and 1 in full colour, each with its text where they are few; NaN is left out.

    More than 30 rows or columns are one image, in which cells are points of colour: a drawing of 250 x 250 rectangles takes
    minutes and megabytes.

    Args:
        axes: To draw on; frame and tick marks go.
        values: Shape (rows, columns), 0 to 1.
        texts: Of each cell.
        places: Where each row's middle lies.
        light_above: Cells above this value have light text.
    """
    from matplotlib.patches import Rectangle

    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if max(values.shape) > MOST_CELLS:
        draw_image(axes, values, np.zeros(values.shape, dtype=np.bool_))
        return
    for place, line, words in zip(places, values, texts, strict=True):
        for column, (value, text) in enumerate(zip(line, words, strict=True)):
            if np.isnan(value):
                continue
            corner = (column - 0.47, place - 0.46)
            axes.add_patch(Rectangle(corner, 0.94, 0.92, facecolor=HEAT, alpha=0.05 + 0.9 * value, linewidth=0))
            if max(values.shape) <= MOST_TEXTS:
                colour = ON_COLOUR if value > light_above else INK
                axes.text(column, place, text, ha="center", va="center", color=colour, fontsize=8.5)


def draw_image(axes: Any, values: np.ndarray, wrong: np.ndarray) -> None:
    """A matrix as one image, a point a cell: 0 and NaN are empty, 1 in full colour, of another colour what is wrong.

    Args:
        axes: To draw on.
        values: Shape (rows, columns), 0 to 1.
        wrong: bool, of the same shape; such cells stand out however little their value is.
    """
    from matplotlib.colors import to_rgb

    rows, columns = values.shape
    values = np.nan_to_num(values)
    pixels = np.zeros((rows, columns, 4))
    pixels[..., :3] = np.where(wrong[..., None], to_rgb(VERMILION), to_rgb(HEAT))
    # An error of one clip in twenty must be seen in the dark page too.
    pixels[..., 3] = np.where(values > 0, np.where(wrong, 0.5 + 0.5 * values, 0.05 + 0.9 * values), 0)
    axes.imshow(pixels, aspect="auto", interpolation="none", extent=(-0.5, columns - 0.5, rows - 0.5, -0.5))


def whole_numbers(axes: Any) -> None:
    """No ticks between whole numbers on the x-axis, which counts things."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _for_page(svg: str, name: str, hints: Mapping[str, str]) -> str:
    """The drawing without what only a file needs; colours as CSS variables, ids that no other figure has, hints as titles."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    for gid, text in hints.items():
        svg = svg.replace(f'<g id="{gid}">', f'<g id="{gid}" class="hint"><title>{html.escape(text)}</title>', 1)
    svg = re.sub(r'\b(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"(font: [^;\"]*?px)[^;\"]*", r"\1 var(--font)", svg)
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg).group(1))  # type: ignore[union-attr]
    pixels = round(width * _PIXELS)
    start = rf'<svg \1 style="max-width:{pixels}px;min-width:min({pixels}px,34rem)" aria-hidden="true" focusable="false">'
    svg = re.sub(r'^<svg [^>]*?(viewBox="[^"]*")[^>]*>', start, svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    return re.sub(r"\n\s*", "\n", svg)
