"""A run that two sweeps have in common is claimed by one process, done once, and found by the other."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gesture_al.active.records.status import only_writer
from gesture_al.cli import claims
from gesture_al.cli.claims import HELD, Claim, SharedJobs
from gesture_al.cli.sweep import SweepJob

CODE = {"gesture_al": "now"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(claims, "_LOOK_EVERY_S", 0.01)


def make_job(folder: Path, number: int = 0) -> SweepJob:
    return SweepJob(number, [], f"key{number}", str(folder / str(number)), CODE)


def put_status(folder, number: int = 0, state: str = "done", **more) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "status.json").write_text(json.dumps({"key": f"key{number}", "state": state, "code": CODE, **more}))
    (folder / "rounds.jsonl").write_text('{"round": 0}\n')
    (folder / "config.yaml").write_text("k: 10\n")


def make_sweep(tmp_path, launch, count: int = 1) -> tuple[SharedJobs, list[str]]:
    lines: list[str] = []
    jobs = [make_job(tmp_path / "ours", number) for number in range(count)]
    on_each = [Claim.of(job, str(tmp_path)) for job in jobs]
    return SharedJobs(jobs, on_each, launch, lambda: lines.append("written"), lines.append), lines


def test_a_claim_is_held_once_and_free_again(tmp_path):
    claim = Claim.of(make_job(tmp_path), str(tmp_path))
    assert not claim.held()
    with claim.hold() as ours, claim.hold() as theirs:
        assert (ours, theirs, claim.held()) == (True, False, True)
    assert not claim.held()


def test_another_run_or_other_code_is_another_claim(tmp_path):
    one = make_job(tmp_path)
    other_code = SweepJob(0, [], one.key, one.folder, {"gesture_al": "other"})
    assert len({Claim.of(job, str(tmp_path)) for job in (one, make_job(tmp_path, 1), other_code)}) == 3


@pytest.mark.parametrize("found", [HELD, ""], ids=["still held", "done by then"])
def test_what_another_sweep_has_done_is_taken_from_its_folder(tmp_path, found):
    def launch(jobs):
        theirs = tmp_path / "theirs" / "1"
        put_status(theirs, 1)
        sweep.claims[1].note_place(theirs)
        put_status(tmp_path / "ours" / "0", 0)
        return {0: "", 1: found}

    sweep, lines = make_sweep(tmp_path, launch, count=2)
    assert sweep.run() == {0: "", 1: ""}
    assert [job.folder for job in sweep.jobs] == [str(tmp_path / "ours" / "0"), str(tmp_path / "theirs" / "1")]
    assert lines == ["written"]


def test_a_run_that_another_has_is_waited_for_with_one_line_and_the_others_go_first(tmp_path, monkeypatch):
    launched, looks = [], []

    def launch(jobs):
        launched.append([job.job for job in jobs])
        for job in jobs:
            put_status(Path(job.folder), job.job)
        return {job.job: "" for job in jobs}

    sweep, lines = make_sweep(tmp_path, launch, count=2)
    theirs = tmp_path / "theirs" / "0"

    def look(seconds):
        looks.append(seconds)
        if len(looks) == 3:
            put_status(theirs)

    monkeypatch.setattr(claims.time, "sleep", look)
    sweep.claims[0].note_place(theirs)
    with sweep.claims[0].hold():
        assert sweep.run() == {1: ""}
    assert launched == [[1]]
    assert len(looks) == 3
    assert lines == ["another sweep is at work on the last run; waiting for it", "written"]
    assert sweep.jobs[0].folder == str(theirs)


def test_a_killed_sweep_lets_go_and_its_run_is_gone_on_with(tmp_path):
    job = make_job(tmp_path / "ours")
    claim = Claim.of(job, str(tmp_path))
    theirs = tmp_path / "theirs" / "0"
    put_status(theirs, state="running")
    claim.note_place(theirs)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom gesture_al.cli.claims import Claim\n"
        "with Claim(Path(sys.argv[1]), sys.argv[2]).hold() as ours:\n    print(ours, flush=True)\n    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path), claim.key]
    launched = []

    def launch(jobs):
        launched.extend(jobs)
        put_status(Path(jobs[0].folder))
        return {0: ""}

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "True\n"
        sweep, _ = make_sweep(tmp_path, launch)
        sweep = SharedJobs(sweep.jobs, sweep.claims, launch, sweep.write, lambda line: other.send_signal(signal.SIGKILL))
        assert sweep.run() == {0: ""}
    assert [job.folder for job in launched] == [str(theirs)]


def test_a_run_whose_folder_another_process_writes_to_is_waited_for_too(tmp_path, monkeypatch):
    sweep, _ = make_sweep(tmp_path, lambda jobs: pytest.fail("launched"))
    folder = tmp_path / "ours" / "0"
    monkeypatch.setattr(claims.time, "sleep", lambda seconds: put_status(folder))
    with only_writer(folder):
        assert sweep.run() == {}


def test_what_was_gone_on_with_by_other_code_or_is_damaged_is_not_taken(tmp_path):
    job = make_job(tmp_path / "ours")
    claim = Claim.of(job, str(tmp_path))
    theirs = tmp_path / "theirs" / "0"
    claim.note_place(theirs)
    put_status(theirs, resumed_with={"gesture_al": "other"})
    assert claim.located(job) == job
    (theirs / "status.json").write_text("")
    assert claim.located(job) == job
    put_status(theirs)
    (theirs / "rounds.jsonl").write_text("")
    assert claim.located(job) == job
    put_status(theirs)
    assert claim.located(job).folder == str(theirs)
