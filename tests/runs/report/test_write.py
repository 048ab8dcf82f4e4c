from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from gesture_al.runs.report import write_report

pytestmark = pytest.mark.slow

_VOID = {"meta", "br", "link", "img"}


class Page(HTMLParser):
    """Collects what a page holds and checks that its elements are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.ids, self.links, self.text, self.labels = [], [], [], "", []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in _VOID:
            self.open.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [value for key, value in attrs if key in ("href", "src", "xlink:href") and value]
        self.labels += [given["aria-label"]] if "aria-label" in given else []

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_run):
    return make_run(tmp_path_factory.mktemp("report") / "run", rounds=11, k=10, gain=0.05)


@pytest.fixture(scope="module")
def page(folder):
    return write_report([folder], folder).read_text()


def test_the_page_loads_nothing_and_is_small(page):
    assert len(page) < 3_000_000
    assert "<script" not in page
    # Names of XML vocabularies are no addresses that anything is loaded from.
    assert not re.search(r"https?://(?!www\.w3\.org)", page)
    assert all(link.startswith("#") for link in Page(page).links)
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []


def test_the_page_is_well_formed_and_no_id_stands_twice(page):
    ids = Page(page).ids
    assert len(ids) == len(set(ids))


def test_class_names_cannot_become_markup(page):
    assert "<b>none</b>" not in page
    assert "&lt;b&gt;none&lt;/b&gt; &amp; " in page
    assert "<gesture_al>" not in page


def test_everything_that_was_promised_is_on_the_page(page):
    text = Page(page).text
    for words in (
        *("it stopped after round 10", "threshold 0.9", "all 120 labels: 0.962", "Class by class", "What is taken for what"),
        *("Round 9: asked 10 clips", "model was wrong", "bad clip", "labelling 2 min", "model.params.hidden", "clip_999"),
        *("Not proven", "kept model", "synthetic data"),
    ):
        assert words in text, words


def test_figures_say_what_they_show_and_that_the_data_are_synthetic(folder, page):
    assert len([label for label in Page(page).labels if len(label) > 30]) == 4
    for name in ("learning_curve", "class_f1", "confusion", "time"):
        assert "synthetic data" in (folder / "figures" / f"{name}.svg").read_text()
        ElementTree.parse(folder / "figures" / f"{name}.svg")
        assert (folder / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_colours_follow_light_and_dark(page):
    assert "prefers-color-scheme: dark" in page
    body = page.partition("</style>")[2]
    assert re.findall(r"#(?!fffffe)[0-9a-f]{6}\b", body) == []


def test_the_same_folder_gives_the_same_bytes(folder, page, tmp_path):
    before = {path.name: path.read_bytes() for path in (folder / "figures").iterdir()}
    assert write_report([folder], tmp_path).read_text() == page
    assert {path.name: path.read_bytes() for path in (tmp_path / "figures").iterdir()} == before


@pytest.mark.parametrize(("rounds", "state"), [(0, "failed"), (0, "running"), (1, "running"), (2, "failed")])
def test_a_run_with_few_rounds_has_a_report(rounds, state, tmp_path, make_run):
    folder = make_run(tmp_path / "run", rounds=rounds, state=state)
    (folder / "full_data.json").unlink()
    text = write_report([folder], folder).read_text()
    assert "synthetic" in text
    assert ("Learning curve" in text) == (rounds > 0)


def test_a_folder_with_nothing_but_a_status_has_a_report(tmp_path):
    (tmp_path / "status.json").write_text(json.dumps({"state": "failed", "reason": "no such file: <x>"}))
    assert "no such file: &lt;x&gt;" in write_report([tmp_path], tmp_path).read_text()


def test_test_labels_may_be_unknown(tmp_path, make_run):
    folder = make_run(tmp_path / "run", rounds=3)
    rows = [json.loads(line) for line in (folder / "rounds.jsonl").read_text().splitlines()]
    for row in rows:
        row |= {key: None for key in row if key.startswith("test_")}
    (folder / "rounds.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "macro-F1 on the validation clips" in write_report([folder], folder).read_text()


def test_a_long_run_with_many_clips_stays_small(tmp_path, make_run):
    folder = make_run(tmp_path / "run", rounds=41, k=30, gain=0.01, layout="hands_pose")
    page = write_report([folder], folder).read_text()
    assert len(page) < 3_000_000
    assert "asked 30 clips, 6 of them shown" in page


def test_a_sweep_compares_strategies_and_lists_what_failed(tmp_path, make_sweep):
    sweep = make_sweep(tmp_path / "sweep")
    write_report([sweep / "3"], sweep / "3")
    page = write_report([sweep], sweep).read_text()
    text = Page(page).text
    for words in (
        *(
            "5 of 7 runs are done",
            "margin has the largest area",
            "2 runs are not done",
            "the disk is full",
            "strategy=<badge> seed=0",
        ),
        *("Labels to the threshold", "margin (3)", "random (2)", "synthetic data"),
    ):
        assert words in text, words
    assert "3/report.html" in Page(page).links
    table = (sweep / "comparison.csv").read_text().splitlines()
    assert [line.split(",")[1] for line in table[1:]] == ["margin", "random"]
    assert 0 < float(table[1].split(",")[3]) < 1
    first = dict(zip(table[0].split(","), table[1].split(","), strict=True))
    assert 0 < float(first["final_balanced_accuracy"]) < 1
    assert 1.45 <= float(first["round_seconds"]) < 2.5
    assert (float(first["full_data_macro_f1"]), first["final_nll"]) == (0.962, "")
    assert write_report([sweep], tmp_path / "other").read_text() == page.replace('href="3/', 'href="../sweep/3/')


def test_a_sweep_in_which_nothing_was_measured_says_so(tmp_path, make_run):
    folders = [make_run(tmp_path / str(seed), rounds=0, state="failed", seed=seed) for seed in range(2)]
    assert "none has the two measured rounds" in write_report(folders, tmp_path / "out").read_text()


def test_other_settings_get_figures_of_their_own(tmp_path, make_run):
    folders = [make_run(tmp_path / f"{s}{k}", strategy=s, k=k) for s in ("random", "margin") for k in (4, 8)]
    out = write_report(folders, tmp_path / "out").parent
    assert sorted(path.name for path in (out / "figures").glob("curves*.svg")) == ["curves_01.svg", "curves_02.svg"]


def test_drawing_leaves_the_global_state_alone(folder, tmp_path):
    import matplotlib as mpl

    before, state = dict(mpl.rcParams), np.random.get_state()[1].copy()  # noqa: NPY002
    write_report([folder], tmp_path)
    assert dict(mpl.rcParams) == before
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
