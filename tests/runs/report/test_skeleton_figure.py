"""The report's picture of a skeleton: what is drawn of which layout, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesture_al.data.skeleton import SKELETONS, generic
from gesture_al.runs.report.run_on_disk import read_runs
from gesture_al.runs.report.skeleton_figure import draw_skeleton, skeleton_figure


def lines(paths):
    return sum(path.count("L") for path in paths.values())


@pytest.mark.parametrize("name", [name for name, skeleton in SKELETONS.items() if len(skeleton) > 2])
def test_every_layout_is_drawn_inside_its_picture(name):
    skeleton = SKELETONS[name]
    figure = draw_skeleton(np.random.default_rng(0).uniform(0.2, 0.8, (len(skeleton), 3)), skeleton)
    assert lines(figure.bones) == len(skeleton.bones)
    assert sum(path.count("M") for path in figure.joints.values()) == len(skeleton)
    assert [named[3] for named in figure.names] == (list(skeleton.joints) if len(skeleton) <= 40 else [])
    assert all(0 < x < figure.size and 0 < y < figure.size for x, y, _, _ in figure.names)
    assert figure.caption == f"{name}: {len(skeleton)} joints, {len(skeleton.bones)} bones."


def test_unseen_joints_and_their_bones_are_left_out():
    positions = np.random.default_rng(1).uniform(0.2, 0.8, (21, 2))
    positions[4] = np.nan
    figure = draw_skeleton(positions, SKELETONS["hand"])
    assert lines(figure.bones) == len(SKELETONS["hand"].bones) - 1
    assert "thumb_tip" not in [named[3] for named in figure.names]


def test_joints_without_names_have_numbers_and_found_bones_are_said_to_be_found():
    figure = draw_skeleton(np.random.default_rng(2).normal(size=(4, 3)), replace(generic(4), bones=((0, 1), (1, 3))))
    assert figure.caption == "4 joints, 2 bones found in the movement of the training clips."
    assert [named[3] for named in figure.names] == ["0", "1", "2", "3"]
    assert draw_skeleton(np.zeros((3, 2)), generic(3)).caption == "3 joints, no bones."


@pytest.mark.parametrize("layout", ["hands", "natops"])
def test_the_frame_that_shows_most_is_drawn(make_run, layout, tmp_path):
    (run,) = read_runs([make_run(tmp_path / "run", layout=layout)])
    figure = skeleton_figure(run)
    assert figure is not None
    assert lines(figure.bones) >= len(SKELETONS[layout].bones) // 2


def test_a_single_point_and_a_run_without_questions_have_no_picture(make_run, tmp_path):
    (run,) = read_runs([make_run(tmp_path / "point", layout="track")])
    assert skeleton_figure(run) is None
    (run,) = read_runs([make_run(tmp_path / "run", layout="hands")])
    assert skeleton_figure(replace(run, queries={})) is None
