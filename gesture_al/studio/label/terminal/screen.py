"""The screen of the terminal as text: a controller and its clip, the skeleton in braille characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from gesture_al.active.annotation.answer_log import REASONS
from gesture_al.active.questions import Purpose
from gesture_al.core.arrays import Float32, Floating, Int64
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.view.plane import in_picture
from gesture_al.studio.label.terminal.controller import Controller

COLUMNS, ROWS = 60, 18
# Bits of a braille character by row (0 to 3) and column (0, 1) of its dots.
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_BLANK = 0x2800
_WHY = {
    Purpose.INITIAL: "to start with",
    Purpose.QUERY: "the model wants to know this one",
    Purpose.VALIDATION: "an audit clip, drawn at random: it tells how good the model is",
}
_HELP = """\
1-9 label, and the next clip      / find a class by its name      n a new class
u unsure, it comes back later     s skip, it comes back later     x bad clip, taken out: then why
z take back, any number of times  space replay                    g the model's guess
? these lines                     Esc pause, everything is saved"""


def screen(controller: Controller, picture: Sequence[str], hands: str) -> Text:
    """All lines: where the run is, the clip, the keys, what was said last.

    Args:
        controller: The annotator's.
        picture: Lines of the skeleton as it is now; none while no clip is up.
        hands: How many of the clip's frames have a hand.
    """
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{headline(controller)}\n", style="bold")
    if controller.item is None:
        text.append(f"\n{waiting(controller)}\n")
    else:
        question = controller.item.question
        length = int(controller.shown.clips.lengths[controller.shown.row])
        text.append(f"clip {question.clip}  {length} frames · {hands}\n", style="dim")
        text.append("".join(f"  {line}\n" for line in picture), style="cyan")
        text.append(f"asked: {_WHY[question.purpose]}\n", style="dim")
    keys, style = (_reasons(), "bold") if controller.asks_reason else (_choices(controller), "")
    text.append(f"\n{keys}\n", style=style)
    if controller.guess is not None:
        text.append(f"the model: {controller.guess}\n", style="yellow")
    if controller.typing is not None:
        asks = "class: " if controller.typing.purpose == "/" else "name of the new class: "
        text.append(f"{asks}{controller.typing.text}▏  Enter takes it, Esc leaves\n", style="bold")
    if controller.help:
        text.append(f"{_HELP}\n", style="dim")
    bad = controller.message.startswith("NOT SAVED")
    text.append(f"> {controller.message}" if controller.message else "> ", style="bold red" if bad else "green")
    return text


def headline(controller: Controller) -> str:
    """Round, batch, labels and the last score."""
    session = controller.session
    done, size = session.batch_progress()
    audited, audits = session.audit_progress()
    parts = ["gesture-al", f"round {max(session.progress.round_number, 0)}"]
    parts += [f"{done}/{size}"] if size else []
    if session.progress.rounds:
        row = session.progress.rounds[-1]
        parts.append(f"{row['labels']} labels")
        score = row.get("test_macro_f1") if row.get("test_macro_f1") is not None else row.get("val_macro_f1")
        parts += [f"macro-F1 {score:.3f}"] if score is not None else []
    parts += [f"audit clips {audited}/{audits}"] if audits else []
    return " · ".join(parts)


def waiting(controller: Controller) -> str:
    """What is being done while no clip is up."""
    progress = controller.session.progress
    left = f", {progress.training['seconds_left']:.0f} s left" if "seconds_left" in progress.training else ""
    return f"{progress.phase_name}{left} ..."


def hands_seen(controller: Controller) -> str:
    """In how many frames which part of the skeleton was seen."""
    assert controller.item is not None
    clips, row = controller.shown.clips, controller.shown.row
    length = int(clips.lengths[row])
    visible_T_J = np.asarray(np.isfinite(clips.positions[row, :length]).all(axis=2))
    parts = clips.skeleton.parts or {"joints": range(len(clips.skeleton))}
    frames = {name: int(visible_T_J[:, part.start : part.stop].any(axis=1).sum()) for name, part in parts.items()}
    counts = [f"{name} {count}".replace("_", " ") for name, count in frames.items()]
    return f"seen in: {', '.join(counts)}"


def _reasons() -> str:
    reasons = "   ".join(f"{number} {reason}" for number, reason in enumerate(REASONS, start=1))
    return f"What is wrong with this clip?\n{reasons}   x just bad   Esc not bad"


def _choices(controller: Controller) -> str:
    named = [f"{key} {name}" if key else name for key, name in controller.classes()]
    others = ["u unsure", "s skip", "x bad clip", "z undo", "space replay", "g guess", "? help", "Esc pause"]
    return f"{'   '.join(named)}\n{'  '.join(others)}"


def braille_frames(positions_T_J_C: Float32, skeleton: Skeleton, aspect: float, columns: int, rows: int) -> list[list[str]]:
    """Every frame of a clip as lines of text, all at one scale, so that movement is seen as movement.

    Args:
        positions_T_J_C: The clip; NaN where a joint was not seen.
        skeleton: What the joints are; one without bones is drawn as points.
        aspect: Width / height of the picture that positions are fractions of.
        columns: Characters a line, 1 or more.
        rows: Lines, 1 or more.

    Returns:
        T frames of `rows` lines.
    """
    # A dot is about as high as it is wide.
    points_T_J_2 = in_picture(positions_T_J_C, skeleton, aspect, (2 * columns - 1, 4 * rows - 1), 0)
    bones = skeleton.bones or [(joint, joint) for joint in range(len(skeleton))]
    return [_lines(frame, bones, columns, rows) for frame in points_T_J_2]


def _lines(joints_J_2: Floating, bones: Sequence[tuple[int, int]], columns: int, rows: int) -> list[str]:
    cells = np.zeros((rows, columns), dtype=np.int64)
    visible_J = np.asarray(np.isfinite(joints_J_2).all(axis=1))
    for a, b in bones:
        if visible_J[a] and visible_J[b]:
            x, y = _line(joints_J_2[a], joints_J_2[b])
            np.bitwise_or.at(cells, (y // 4, x // 2), _BITS[y % 4, x % 2])
    return ["".join(chr(_BLANK + cell) if cell else " " for cell in row) for row in cells.tolist()]


def _line(start: Floating, end: Floating) -> tuple[Int64, Int64]:
    """The dots between two points, both included."""
    steps = int(np.abs(end - start).max()) + 2
    points = np.rint(np.linspace(start, end, steps)).astype(np.int64)
    return points[:, 0], points[:, 1]
