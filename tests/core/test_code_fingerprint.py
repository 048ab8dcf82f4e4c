"""What counts as the code of a run, and what does not."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path

import pytest

import gesture_al
from gesture_al.core import code_fingerprint
from gesture_al.core.code_fingerprint import code_changes, module_digests, package_digest
from gesture_al.core.settings import conf_dir

PACKAGE = Path(gesture_al.__file__).parent


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """A package of one's own that imports in every way, and a library in site-packages that it uses."""
    own, library = tmp_path / "own", tmp_path / "site-packages"
    files = {
        own / "mine" / "__init__.py": "",
        own / "mine" / "strategies.py": "import json, numpy\nfrom mine import scores\nfrom .deeper.sums import total\n",
        own / "mine" / "scores.py": "def f():\n    import mine_helper\n    from gesture_al import Strategy\n",
        own / "mine" / "deeper" / "__init__.py": "",
        own / "mine" / "deeper" / "sums.py": "from ..constants import *\nimport gadgets.parts\n",
        own / "mine" / "constants.py": "total = 1\n",
        own / "mine" / "not_used.py": "",
        own / "mine_helper.py": "raise RuntimeError('read, never imported')\n",
        library / "gadgets" / "__init__.py": "",
        library / "gadgets" / "parts.py": "import not_looked_into\n",
        library / "gadget_kit-2.5.dist-info" / "METADATA": "Metadata-Version: 2.1\nName: gadget-kit\nVersion: 2.5\n",
        library / "gadget_kit-2.5.dist-info" / "top_level.txt": "gadgets\n",
    }
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.syspath_prepend(library)
    monkeypatch.syspath_prepend(own)
    forget()
    yield own
    for name in [name for name in sys.modules if name.partition(".")[0] in ("mine", "mine_helper", "gadgets")]:
        del sys.modules[name]
    forget()


def forget():
    for cached in (module_digests, code_fingerprint._read, code_fingerprint._library):
        cached.cache_clear()
    importlib.invalidate_caches()


def test_own_modules_count_by_their_bytes_and_libraries_by_their_version(modules):
    digests = module_digests("mine.strategies")
    assert set(digests) == {
        *("mine", "mine.strategies", "mine.scores", "mine.deeper", "mine.deeper.sums", "mine.constants", "mine_helper"),
        *("numpy", "gadgets"),
    }
    assert digests["gadgets"] == "gadget-kit 2.5"
    assert digests["numpy"].startswith("numpy ")
    assert "mine_helper" not in sys.modules


@pytest.mark.parametrize("name", ["mine/strategies.py", "mine/deeper/sums.py", "mine/constants.py", "mine_helper.py"])
def test_a_change_of_any_of_them_is_seen_and_named(modules, name):
    then = module_digests("mine.strategies")
    with (modules / name).open("a") as file:
        file.write("# changed\n")
    forget()
    module = name.removesuffix(".py").replace("/", ".")
    assert code_changes({"code": then}, module_digests("mine.strategies")) == f"{module} ({Path(name).name})"


def test_a_module_that_is_not_imported_does_not_count(modules):
    then = module_digests("mine.strategies")
    (modules / "mine" / "not_used.py").write_text("changed = True\n")
    forget()
    assert code_changes({"code": then}, module_digests("mine.strategies")) == ""


def test_a_part_that_is_installed_counts_by_its_files_since_it_may_be_installed_anew(modules):
    assert set(module_digests("gadgets.parts")) == {"gadgets", "gadgets.parts"}
    assert all(" " not in digest for digest in module_digests("gadgets.parts").values())


def copy_of_the_package(folder: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "*.js", "*.css", "*.html", "*.j2")
    shutil.copytree(conf_dir() / "skeleton", folder / "conf" / "skeleton")
    return Path(shutil.copytree(PACKAGE, folder / "gesture_al", ignore=ignored))


def test_what_computes_a_result_is_in_the_package_digest_and_pages_are_not(tmp_path):
    copy = copy_of_the_package(tmp_path)
    then = package_digest(copy)
    assert then == package_digest(), "the same bytes elsewhere"

    def changed(name: str) -> bool:
        path = copy / name
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        package_digest.cache_clear()
        digest = package_digest(copy)
        path.write_bytes(before)
        return digest != then

    others = ["studio/label/routes.py", "cli/run.py", "runs/report/write.py", "capture/video/frame.py", "deploy/live/events.py"]
    assert not any(map(changed, others))
    counted = ["learning/learner.py", "active/loop.py", "data/track.py", "core/seeds.py", "runs/assembly.py", "runs/runner.py"]
    counted.append("../conf/skeleton/ntu.yaml")
    assert all(map(changed, counted))
    (copy / "active" / "strategies" / "another.py").touch()
    package_digest.cache_clear()
    assert package_digest(copy) != then


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({}, None),
        ({"code": "damaged"}, None),
        ({"code": {"gesture_al": "a", "numpy": "numpy 2.1"}}, ""),
        ({"code": {"gesture_al": "b", "numpy": "numpy 2.1"}}, "gesture_al itself"),
        ({"code": {"gesture_al": "a", "numpy": "numpy 2.0"}}, "numpy 2.0 then, numpy 2.1 now"),
        ({"code": {"gesture_al": "a"}}, "no numpy then, numpy 2.1 now"),
        ({"code": {"gesture_al": "a", "numpy": "numpy 2.1", "gone_since": "c"}}, "gone_since"),
        (
            {"code": {"gesture_al": "a", "numpy": "numpy 2.1"}, "resumed_with": {"gesture_al": "b"}},
            "it was resumed with other code",
        ),
    ],
)
def test_changes_in_words(status, told):
    assert code_changes(status, {"gesture_al": "a", "numpy": "numpy 2.1"}) == told
