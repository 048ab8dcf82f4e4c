"""What a user gets: the wheel, installed where no checkout is near, runs from anywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILT_FROM = (
    "gesture_al",
    "conf",
    "models",
    "docs",
    "tests",
    "pyproject.toml",
    "*.txt",
    "*.md",
    "Makefile",
    "LICENSE",
    ".gitignore",
)

pytestmark = pytest.mark.slow


def call(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with wheel and sdist, built from a copy so that the checkout stays as it is."""
    copy = tmp_path_factory.mktemp("build") / "tree"
    copy.mkdir()
    for path in (path for pattern in BUILT_FROM for path in ROOT.glob(pattern)):
        if path.is_dir():
            shutil.copytree(path, copy / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, copy)
    for unwanted in ("runs", "data", "models/of_a_user", "wandb"):
        (copy / unwanted).mkdir()
        (copy / unwanted / "of_a_user.csv").write_text("private")
    call(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", copy / "dist", copy)
    return copy / "dist"


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The `bin` folder of a bare environment with nothing in it but the wheel; the dependencies are lent by this one."""
    home = tmp_path_factory.mktemp("bare") / "venv"
    venv.create(home, with_pip=False)
    bin_folder = home / ("Scripts" if sys.platform == "win32" else "bin")
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    (wheel,) = built.glob("*.whl")
    call(sys.executable, "-m", "pip", "--python", bin_folder / "python", "install", "--no-deps", "--no-index", wheel)
    # A folder named in a .pth file does not have its own .pth files read, so an editable install here stays out of sight.
    (site / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    return bin_folder


def test_the_wheel_holds_code_and_settings_and_no_tests(built):
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    in_checkout = {path.relative_to(ROOT).as_posix() for path in (ROOT / "conf").rglob("*.yaml")}
    assert {name.removeprefix("gesture_al/") for name in names if name.startswith("gesture_al/conf/")} == in_checkout
    shipped = {path.relative_to(ROOT / "models").as_posix() for path in (ROOT / "models" / "facetime-synthetic").iterdir()}
    assert {name.removeprefix("gesture_al/recognisers/") for name in names if "/recognisers/" in name} == shipped
    kinds = ("*.py", "*.css", "*.js", "*.html", "*.j2", "*.svg")
    code = {path.relative_to(ROOT).as_posix() for kind in kinds for path in (ROOT / "gesture_al").rglob(kind)}
    assert code <= set(names)
    others = [name for name in names if not name.startswith(("gesture_al/", "gesture_al-"))]
    assert others == []


def test_the_sdist_holds_what_builds_and_tests_it(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for needed in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "Makefile",
        "requirements.txt",
        "conf/config.yaml",
        "gesture_al/cli/main.py",
        "models/facetime-synthetic/recogniser.onnx",
    ):
        assert needed in names
    assert "tests/test_wheel.py" in names
    assert not [name for name in names if name.startswith(("runs", "data", ".git/", "models/of_a_user", "wandb"))]


def test_it_is_the_wheel_that_is_imported(installed, tmp_path):
    script = "import gesture_al, gesture_al.core.settings as c; print(gesture_al.__file__); print(c.conf_dir())"
    package, conf = call(installed / "python", "-c", script, cwd=tmp_path).stdout.splitlines()
    assert Path(package).is_relative_to(installed.parent)
    assert Path(conf) == Path(package).parent / "conf"


def test_the_recogniser_that_ships_is_read_from_anywhere(installed, tmp_path):
    script = "from gesture_al.deploy.export import *; f = example_folder(); print(f); print(ExportedModel.load(f).classes)"
    folder, classes = call(installed / "python", "-c", script, cwd=tmp_path).stdout.splitlines()
    assert Path(folder).is_relative_to(installed.parent)
    assert "Heart" in classes


def test_it_lists_and_runs_from_anywhere(installed, tmp_path):
    script = installed / "gesture-al"
    told = json.loads(call(script, "list", "--json", cwd=tmp_path).stdout)
    assert {"random", "entropy"} <= {option["name"] for option in told if option["kind"] == "strategy"}
    done = call(
        *(script, "run", "dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "trainer.params.steps=8"),
        *("trainer.params.warmup=2", "stopping=budget", "budget=16"),
        cwd=tmp_path,
    )
    assert done.stdout.splitlines()[-1].startswith("run: runs/")
    folder = tmp_path / done.stdout.splitlines()[-1].removeprefix("run: ")
    assert json.loads((folder / "status.json").read_text())["state"] == "done"
    for left in ("config.yaml", "environment.json", "rounds.csv", "queries.jsonl", "answers.jsonl", "report.html", "tensorboard"):
        assert (folder / left).exists(), left
    assert [path.name for path in tmp_path.iterdir()] == ["runs"], "something was left beside the runs"
