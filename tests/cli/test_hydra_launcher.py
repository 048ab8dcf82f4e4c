"""A small benchmark for real through submitit and Ray ends with the very numbers that it has through joblib."""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from gesture_al.cli.hydra_launcher import tend_ray
from gesture_al.core.line_file import read_lines

ROOT = Path(__file__).resolve().parents[2]
SMALL = [
    *(
        "benchmark",
        "--underpowered",
        "strategy=random,margin",
        "seed=0,1",
        "dataset.params.clips=160",
        "dataset.params.subjects=8",
        "model=lstm_s",
    ),
    *("trainer.params.steps=8", "trainer.params.warmup=2", "budget=16", "k=4", "output_dir=runs"),
]


def run_benchmark(python: Path | str, home: Path, launcher: list[str], **variables: str) -> Path:
    """Run it with an interpreter, as from a shell in a folder of its own, until no process of it is left; gives its folder."""
    command = [str(python), "-m", "gesture_al", *SMALL, *launcher]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = {**os.environ, "PYTHONPATH": path, **variables}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=home, env=environment, text=True, start_new_session=True, **pipes)
    try:
        out, err = process.communicate(timeout=400)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 0, err
    deadline = time.monotonic() + 30
    while session(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not session(process.pid), "it left processes behind"
    assert "4 of 4 runs ended" in err
    assert "Traceback" not in err
    assert [path.name for path in home.iterdir()] == ["runs"]
    return home / out.splitlines()[-1].removeprefix("benchmark: ")


def outcome(folder: Path) -> list[tuple]:
    """What must not depend on who ran it, job by job: settings, picks, answers and scores to the last bit; not times."""
    found = []
    for job in read_lines(folder / "manifest.jsonl"):
        run = folder / job["folder"]
        queries = [(query["round"], query["ids"], query["scores"]) for query in read_lines(run / "queries.jsonl")]
        answers = [(answer["clip"], answer["round"], answer["class"]) for answer in read_lines(run / "answers.jsonl")]
        rows = [
            {key: value for key, value in row.items() if not key.endswith("_seconds")} for row in read_lines(run / "rounds.jsonl")
        ]
        found.append((job["overrides"], job["key"], job["state"], queries, answers, rows))
    return found


def session(leader: int) -> dict[int, str]:
    """Processes that a command started and that still run, with their names; none where there is no /proc."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        state, _, _, number = rest.split()[:4]
        if int(number) == leader and state != "Z":
            found[int(path.parent.name)] = name
    return found


@pytest.fixture(scope="module")
def by_joblib(tmp_path_factory) -> list[tuple]:
    found = outcome(run_benchmark(sys.executable, tmp_path_factory.mktemp("joblib"), ["hydra/launcher=joblib"]))
    assert len(found) == 4
    assert all(state == "done" and len(queries) == 2 and len(rows) == 3 for _, _, state, queries, _, rows in found)
    return found


@pytest.fixture
def ray_python() -> Path:
    """An interpreter that has Ray: the one that a variable names, or that of `make ray`."""
    named = os.environ.get("GESTURE_AL_RAY_PYTHON")
    python = Path(named) if named else ROOT / ".venv-ray" / "bin" / "python"
    if not named and not (ROOT / ".venv-ray" / ".ready").exists():
        pytest.skip("Ray (330 MB) is not installed: `make ray` does it, or GESTURE_AL_RAY_PYTHON names a Python that has it")
    return python


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("submitit") is None, reason="hydra-submitit-launcher is not installed")
def test_submitit_gives_the_numbers_of_joblib(tmp_path, by_joblib):
    folder = run_benchmark(sys.executable, tmp_path, ["hydra/launcher=submitit_local"])
    assert outcome(folder) == by_joblib
    logs = [path.name for path in (folder / ".submitit").rglob("*_log.out")]
    assert len(logs) == 4, "the guide says that a job's output goes there"


@pytest.mark.slow
def test_ray_gives_the_numbers_of_joblib(tmp_path, by_joblib, ray_python):
    # Ray's sockets lie below this folder, and a socket's path may not have more than about 100 characters.
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as room:
        launcher = ["hydra/launcher=ray", f"+hydra.launcher.ray.init._temp_dir={room}", "hydra.launcher.ray.init.address=local"]
        # A token of its own: Ray would write one into the home folder.
        folder = run_benchmark(ray_python, tmp_path, launcher, RAY_AUTH_TOKEN=secrets.token_hex(32))
        assert outcome(folder) == by_joblib


def test_what_the_documents_say_of_ray_can_be_typed(ray_python):
    code = "import test_readme; print(test_readme.launched_by('ray'))"
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [str(ray_python), "-c", code]
    ended = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= 2


@pytest.mark.parametrize(
    ("typed", "variable", "used"),
    [
        ({"address": None}, "", {"address": "local", "include_dashboard": False}),
        (
            {"address": None, "include_dashboard": True, "num_cpus": 4},
            "",
            {"address": "local", "include_dashboard": True, "num_cpus": 4},
        ),
        ({"address": "auto"}, "", {"address": "auto", "object_store_memory": None}),
        ({"address": None}, "10.0.0.1:6379", {"address": None, "object_store_memory": None}),
    ],
)
def test_ray_is_started_small_or_joined_as_it_is(monkeypatch, typed, variable, used):
    monkeypatch.setenv("RAY_ADDRESS", variable)
    target = "hydra_plugins.hydra_ray_launcher.ray_launcher.RayLauncher"
    config = OmegaConf.create({"hydra": {"launcher": {"_target_": target, "ray": {"init": typed, "remote": {}}}}})
    tend_ray(config)
    assert OmegaConf.to_container(config.hydra.launcher.ray.init) == used
