"""A file of a half-finished run that was damaged is refused, or changes nothing; a repair brings the same run back."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from loop_world import world

from gesture_al.active.records.checkpoint import read_checkpoint
from gesture_al.active.records.consistency import scan_run
from gesture_al.active.records.repair import repair_run
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import update_status
from gesture_al.core.atomic_io import write_sealed_json
from gesture_al.core.errors import DamagedFileError
from gesture_al.core.line_file import read_lines, write_sealed
from gesture_al.runs.callbacks import NullCallback

STABLE = (("stable_predictions", {"kappa": 1.0, "window": 50}),)


class Stopped(NullCallback):
    """A kill in the middle of the answers to the query of round 2."""

    def answered(self, question, answer):
        if question.round == 2:
            raise KeyboardInterrupt


def go_on(folder: Path) -> tuple:
    """Resume; what must not depend on what happened before."""
    world(folder, rules=STABLE).run()
    paths = RunPaths(folder)
    rows = [{k: v for k, v in row.items() if not k.endswith("_seconds")} for row in read_lines(paths.rounds)]
    answers = sorted((line["clip"], line["round"], line["class"]) for line in read_lines(paths.answers))
    queries = [(line["round"], line["ids"]) for line in read_lines(paths.queries)]
    return rows, answers, queries, read_checkpoint(paths.best_checkpoint).state


@pytest.fixture(scope="module")
def half(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "half"
    folder.mkdir()
    paths = RunPaths(folder)
    paths.config.write_text("k: 4\n")
    for table in (paths.dataset, paths.splits, paths.environment, paths.full_data):
        write_sealed_json(table, {"name": table.name})
    write_sealed(paths.test_clips, b"clip,class,subject,group,block\nclip-000,a,,,\n")
    update_status(folder, state="running", key="x")
    with pytest.raises(KeyboardInterrupt):
        world(folder, rules=STABLE, callback=Stopped()).run()
    assert scan_run(folder).whole
    return folder


@pytest.fixture(scope="module")
def undamaged(half, tmp_path_factory) -> tuple:
    folder = tmp_path_factory.mktemp("undamaged") / "half"
    shutil.copytree(half, folder)
    return go_on(folder)


def emptied(path, rng):
    path.write_bytes(b"")


def halved(path, rng):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def without_its_last_line(path, rng):
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def without_a_line(path, rng):
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    path.write_bytes(b"".join(lines))


def removed(path, rng):
    path.unlink()


def flipped(path, rng):
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(data))


JOURNALS = ("rounds.jsonl", "queries.jsonl", "answers.jsonl")
MODELS = ("checkpoints/initial.ckpt", "checkpoints/best.ckpt", "checkpoints/last.ckpt")
ARRAYS = ("predictions/round_002.npz", "predictions/round_001.npz", "asked/round_001.npz")
DAMAGES = [
    *((name, damage, 0) for name in JOURNALS for damage in (emptied, halved, without_its_last_line, without_a_line, removed)),
    *((name, damage, 0) for name in (*MODELS, *ARRAYS) for damage in (emptied, halved, removed)),
    *((name, flipped, seed) for name in (*JOURNALS, *MODELS, *ARRAYS) for seed in range(6)),
    *((f".{name}.head", damage, 0) for name in JOURNALS for damage in (emptied, halved, removed, flipped)),
]


@pytest.mark.parametrize(("name", "damage", "seed"), DAMAGES, ids=lambda value: getattr(value, "__name__", str(value)))
def test_it_is_refused_or_changes_nothing_and_a_repair_brings_the_run_back(half, undamaged, tmp_path, name, damage, seed):
    folder = tmp_path / "half"
    shutil.copytree(half, folder)
    damage(folder / name, random.Random(f"{name} {seed}"))
    try:
        after = go_on(folder)
    except DamagedFileError as err:
        assert len(str(err).splitlines()) == 1  # noqa: PT017  most damages are refused, some change nothing
        assert not scan_run(folder).whole
        done = repair_run(folder)
        assert done.aside is not None
        assert done.damages
        assert scan_run(folder).whole
        after = go_on(folder)
    assert after == undamaged


SIDE_FILES = (
    *("asked/round_001.npz", "dataset.json", "splits.json", "environment.json", "full_data.json"),
    *("test_clips.csv", "status.json"),
)


@pytest.mark.parametrize("damage", [emptied, halved, removed])
@pytest.mark.parametrize("name", SIDE_FILES)
def test_what_no_round_depends_on_is_found_and_given_up_or_written_again(half, undamaged, tmp_path, name, damage):
    folder = tmp_path / "half"
    shutil.copytree(half, folder)
    damage(folder / name, random.Random(0))
    if scan_run(folder).whole:
        # A resumed run writes it anew.
        assert damage is removed
    else:
        assert name in {err.path.relative_to(folder).as_posix() for err in repair_run(folder).damages}
    assert scan_run(folder).whole, "after a repair there is nothing left to repair"
    assert go_on(folder) == undamaged


def test_a_whole_run_is_left_alone(half, tmp_path):
    folder = tmp_path / "half"
    shutil.copytree(half, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert repair_run(folder).aside is None
    assert before.items() <= {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}.items()


def test_lines_of_version_0_1_0_are_read_and_counted_as_unchecked(half, tmp_path):
    import json

    folder = tmp_path / "half"
    shutil.copytree(half, folder)
    for name in JOURNALS:
        lines = read_lines(folder / name)
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
        (folder / f".{name}.head").unlink()
    scan = scan_run(folder)
    assert scan.whole
    assert scan.unchecked == scan.rounds.lines + scan.queries.lines + scan.answers.lines
    # Even without a checksum, rows that are gone are missed by the others.
    (folder / "rounds.jsonl").write_bytes(b"")
    with pytest.raises(DamagedFileError, match="the row of round 0 is missing"):
        go_on(folder)
