from __future__ import annotations

import json
import time

import pytest

from gesture_al.core.errors import UserError
from gesture_al.runs.tracking.base import TRACKERS
from gesture_al.runs.tracking.wandb_run import WandbRun, wandb_mode


@pytest.fixture(autouse=True)
def no_account(monkeypatch, tmp_path):
    for name in ("WANDB_API_KEY", "WANDB_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    monkeypatch.setenv("WANDB_ERROR_REPORTING", "false")


def records(folder):
    """Every record of a run that was closed; wandb's own process may still be writing when `finish` returns."""
    for _ in range(100):
        found = [read_log(path) for path in sorted(folder.glob("wandb/offline-run-*/*.wandb"))]
        if found and all(log and log[-1].HasField("exit") for log in found):
            break
        time.sleep(0.1)
    return [record for log in found for record in log]


def read_log(path):
    """The records of a transaction log, which is a LevelDB log behind a header of seven bytes."""
    from wandb.proto import wandb_internal_pb2

    found, data, place, parts = [], path.read_bytes(), 7, b""
    while place + 7 <= len(data):
        left = 32768 - place % 32768
        if left < 7:
            place += left
            continue
        length, kind = int.from_bytes(data[place + 4 : place + 6], "little"), data[place + 6]
        parts += data[place + 7 : place + 7 + length]
        place += 7 + length
        # 1 is a whole record, 4 the last part of one.
        if kind in (1, 4):
            found.append(wandb_internal_pb2.Record.FromString(parts))
            parts = b""
    return found


def history(folder, key):
    values = []
    for record in records(folder):
        items = {item.key or item.nested_key[0]: json.loads(item.value_json) for item in record.history.item}
        if key in items:
            values.append(items[key])
    return values


def test_offline_runs_of_one_sweep_stay_apart_and_share_the_group(tmp_path, go_through, capfd):
    folders = [tmp_path / "sweep" / "0", tmp_path / "sweep" / "1"]
    for folder in folders:
        folder.mkdir(parents=True)
        go_through(WandbRun(folder, name=f"job {folder.name}", group="sweep", mode="auto"), folder, until=2)
    runs = [next(r.run for r in records(folder) if r.HasField("run")) for folder in folders]
    assert [run.display_name for run in runs] == ["job 0", "job 1"]
    assert [run.run_group for run in runs] == ["sweep", "sweep"]
    assert len({run.run_id for run in runs}) == 2
    for folder in folders:
        assert history(folder, "test/macro_f1") == pytest.approx([0.5, 0.6])
        assert history(folder, "step") == [10, 20, 30, 40]
        assert len(history(folder, "test/confusion")) == 2
        assert any(r.HasField("exit") for r in records(folder))
    said = capfd.readouterr()
    assert said.out + said.err == ""


def test_a_resumed_run_keeps_its_id_and_logs_no_round_twice(tmp_path, go_through):
    go_through(WandbRun(tmp_path, name="run", images=False), tmp_path, until=2)
    again = WandbRun(tmp_path, name="run", images=False)
    go_through(again, tmp_path, until=3)
    again.close("failed")
    assert len({r.run.run_id for r in records(tmp_path) if r.HasField("run")}) == 1
    assert sorted(history(tmp_path, "test/macro_f1")) == pytest.approx([0.5, 0.6, 0.7])
    assert sorted(history(tmp_path, "step")) == [10, 20, 30, 40, 50, 60]


def test_without_an_account_auto_is_offline(monkeypatch, tmp_path):
    assert wandb_mode("auto") == "offline"
    monkeypatch.setenv("WANDB_API_KEY", "x")
    assert wandb_mode("auto") == "online"
    monkeypatch.setenv("WANDB_MODE", "offline")
    assert wandb_mode("auto") == "offline"
    assert wandb_mode("disabled") == "disabled"


def test_a_login_counts_as_an_account(monkeypatch, tmp_path):
    path = tmp_path / "netrc"
    path.write_text("machine api.wandb.ai\n login user\n password x\n")
    path.chmod(0o600)
    monkeypatch.setenv("NETRC", str(path))
    assert wandb_mode("auto") == "online"


def test_another_mode_is_refused(tmp_path):
    with pytest.raises(UserError, match="mode=of: must be auto, online, offline or disabled"):
        TRACKERS.build("wandb", {"mode": "of"}, folder=tmp_path, name="run")
