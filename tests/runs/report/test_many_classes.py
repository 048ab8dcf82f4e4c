"""The report of a run with 250 classes: as small as any, with a name for everything that is drawn."""

from __future__ import annotations

import re

import numpy as np
import pytest
from many_classes_world import class_names, write_wide_run

from gesture_al.learning.metrics import per_class_f1
from gesture_al.runs.report import write_report
from gesture_al.runs.report.run_figures import class_rows, confused_rows
from gesture_al.runs.report.run_on_disk import read_run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_wide_run(tmp_path_factory.mktemp("wide") / "run", classes=250, rounds=4)


@pytest.fixture(scope="module")
def page(folder):
    return write_report([folder], folder).read_text()


def test_the_page_is_small_and_has_no_rectangle_a_cell(page, folder):
    assert len(page) < 3_000_000
    assert page.count("<path") < 5_000
    assert all(path.stat().st_size < 3_000_000 for path in (folder / "figures").iterdir())


def test_the_matrix_is_one_image_that_the_page_carries_itself(page):
    figure = page[page.index("What is taken for what") : page.index("The most confused pairs")]
    assert len(re.findall(r'<image [^>]*href="data:image/png;base64,', figure)) == 1


def test_resting_on_a_row_names_its_class_and_what_it_was_taken_for(page, folder):
    run = read_run(folder)
    titles = re.findall(r'class="hint"><title>(.*?)</title>', page)
    assert [title.partition(":")[0] for title in titles] == class_names(250)
    counts = np.array(run.rounds[-1].test_confusion)
    row = int((counts.diagonal() < counts.sum(axis=1)).argmax())
    other = int((counts[row] * (np.arange(250) != row)).argmax())
    assert titles[row].startswith(f"{run.classes[row]}: {counts[row, row]} of {counts[row].sum()} right; taken for ")
    assert f"{run.classes[other]} {counts[row, other]}" in titles[row]


def test_the_most_confused_pairs_are_listed(page, folder):
    run = read_run(folder)
    counts = np.array(run.rounds[-1].test_confusion)
    np.fill_diagonal(counts, 0)
    rows = confused_rows(run)
    assert [row[2] for row in rows] == np.sort(counts.ravel())[::-1][:30].tolist()
    assert len(rows) == 30
    assert f'<th scope="row">{rows[0][0]}</th><td>{rows[0][1]}</td><td class="n">{rows[0][2]}</td>' in page


def test_every_class_has_a_line_and_the_weakest_are_drawn(page, folder):
    run = read_run(folder)
    scores = per_class_f1(run.rounds[-1].test_confusion)
    rows = class_rows(run)
    assert sorted(row[0] for row in rows) == sorted(class_names(250))
    assert rows[0][:2] == [run.classes[int(scores.argmin())], f"{scores.min():.2f}"]
    assert "All 250 classes, the weakest first" in page
    drawn = page[page.index("Class by class") : page.index("All 250 classes")]
    assert "the 30 weakest of 250 classes" in drawn
    assert all(f">{row[0]}</text>" in drawn for row in rows[:30])


def test_a_matrix_of_thirty_classes_still_has_cells(tmp_path):
    folder = write_wide_run(tmp_path / "run", classes=30, rounds=2)
    page = write_report([folder], folder).read_text()
    assert "<image" not in page
    assert "The most confused pairs" not in page
    assert class_rows(read_run(folder)) == []
