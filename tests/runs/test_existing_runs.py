"""Which run on disk is taken for one that is asked for."""

from __future__ import annotations

import json

import pytest

from gesture_al.runs.existing_runs import best_match, find_runs, sound

NOW = {"gesture_al": "now"}
THEN = {"gesture_al": "then"}


@pytest.fixture
def existing(tmp_path):
    """Runs of one key, made of what their status says."""

    def make(**statuses):
        for name, status in statuses.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "status.json").write_text(json.dumps({"key": "key", **status}))
        return find_runs(tmp_path.glob("*/status.json"), pytest.fail)["key"]

    return make


@pytest.mark.parametrize(
    ("statuses", "taken", "other"),
    [
        ({"a": {"state": "paused", "code": NOW}, "b": {"state": "done", "code": NOW}}, "b", None),
        ({"a": {"state": "done"}, "b": {"state": "done", "code": NOW}}, "b", None),
        ({"a": {"state": "done"}, "b": {"state": "done", "code": THEN}}, "a", None),
        ({"a": {"state": "paused", "code": NOW}, "b": {"state": "done", "code": THEN}}, "a", None),
        ({"a": {"state": "done", "code": THEN}}, None, "a"),
        ({"a": {"state": "done", "code": NOW, "resumed_with": THEN}}, None, "a"),
    ],
)
def test_this_code_is_taken_first_and_other_code_never(existing, statuses, taken, other):
    match = best_match(existing(**statuses), NOW, reuse_other_code=False)
    assert (match.run and match.run.folder.name) == taken
    assert (match.other and match.other.folder.name) == other


def test_other_code_is_taken_where_somebody_asks_for_it(existing):
    runs = existing(a={"state": "paused", "code": THEN}, b={"state": "done", "code": THEN}, c={"state": "paused", "code": NOW})
    assert best_match(runs[:2], NOW, reuse_other_code=True).run.folder.name == "b"
    assert best_match(runs, NOW, reuse_other_code=True).run.folder.name == "c"
    assert best_match([], NOW, reuse_other_code=True).run is None


@pytest.mark.parametrize("content", ["", "{]", "[1]", '"text"', "\x00\x01"])
def test_a_damaged_status_costs_one_line(tmp_path, existing, content):
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "status.json").write_text(content)
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "status.json").write_text('{"key": "key", "state": "done"}')
    (tmp_path / "folder" / "status.json").mkdir(parents=True)
    lines = []
    found = find_runs(tmp_path.glob("*/status.json"), lines.append)
    assert [run.folder.name for run in found["key"]] == ["beside"]
    assert len(lines) == 2
    for line, name in zip(sorted(lines), ("damaged", "folder"), strict=True):
        assert str(tmp_path / name / "status.json") in line
        assert line.endswith(f"gesture-al repair {tmp_path / name} keeps what is whole")
        assert "\n" not in line


def test_a_run_that_is_done_and_has_no_readable_rounds_is_not_taken(tmp_path, existing):
    runs = existing(whole={"state": "done"}, torn={"state": "done"}, none={"state": "done"}, empty={"state": "done"}, begun={})
    for run in runs:
        (run.folder / "rounds.jsonl").write_text('{"round": 0}\n')
        (run.folder / "config.yaml").write_text("k: 10\n")
    (tmp_path / "torn" / "rounds.jsonl").write_text('{"rou\n{"round": 1}\n')
    (tmp_path / "none" / "rounds.jsonl").write_text("")
    (tmp_path / "empty" / "config.yaml").write_text("")
    (tmp_path / "begun" / "rounds.jsonl").unlink()
    lines = []
    assert {run.folder.name for run in sound(runs, lines.append)} == {"whole", "begun"}
    assert len(lines) == 3
