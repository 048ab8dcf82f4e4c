from __future__ import annotations

from pathlib import Path

import pytest

from gesture_al.cli.command import named_run
from gesture_al.core.errors import UserError


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def made(name, model=True):
    folder = Path("runs") / name
    (folder / "checkpoints").mkdir(parents=True)
    if model:
        (folder / "checkpoints" / "best.ckpt").touch()


def test_the_last_run_is_the_newest_with_a_model(capsys):
    made("2026-02-01_10-00-00-000000_b")
    made("2026-01-31_10-00-00-000000_a")
    made("2026-02-02_10-00-00-000000_begun", model=False)
    assert named_run("last") == Path("runs/2026-02-01_10-00-00-000000_b")
    assert "run=last is runs/2026-02-01" in capsys.readouterr().err


def test_without_a_run_there_is_no_last_one():
    with pytest.raises(UserError, match="no run with a model"):
        named_run("last")


def test_any_other_word_is_a_folder():
    Path("last").mkdir()
    assert (named_run("last"), named_run("runs/x")) == (Path("last"), Path("runs/x"))
