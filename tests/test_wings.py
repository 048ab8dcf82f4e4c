"""The order of the wings: imports run one way, files of a wing form no circle, and heavy libraries have one door each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gesture_al"
# A wing imports from those before it. What stands on one line does not know each other.
WINGS = (("core",), ("data",), ("capture", "learning"), ("active",), ("runs",), ("deploy",), ("studio",), ("cli",))
ORDER = {wing: place for place, wings in enumerate(WINGS) for wing in wings}
# The files (or folders) that may import a heavy library; a file behind a door names what it needs by the door's own functions.
DOORS = {
    "av": {"capture.video"},
    "cv2": {"core.opencv"},
    "hydra": {"cli.composition", "cli.hydra_compat", "cli.hydra_launcher"},
    "jinja2": {"core.templates"},
    "krippendorff": {"active.annotation.agreement"},
    "matplotlib": {"data.view.drawing", "deploy.live.window", "runs.report"},
    "mediapipe": {"capture.landmarks.bundle_download", "capture.landmarks.tasks"},
    "omegaconf": {"cli.composition", "cli.hydra_compat", "cli.hydra_launcher"},
    "onnx": {"deploy.export.write"},
    "onnxruntime": {"deploy.export.model"},
    "pydantic": {"core.parameters"},
    "pytorch_lightning": {"learning.trainers.net_training"},
    "safetensors": {"deploy.export.torch_runtime", "deploy.export.write"},
    "starlette": {"studio"},
    "torch": {"core.seeds", "learning", "deploy.export"},
    "uvicorn": {"studio.server.connections", "studio.server.server"},
    "wandb": {"runs.tracking.wandb_run"},
}


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


FILES = {name_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


@cache
def imports(file: Path) -> frozenset[str]:
    """Modules that a file imports at any depth: in its head, in a function, for type checkers."""
    return frozenset(_imports(file))


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)}: a relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(file: Path) -> set[str]:
    """Files of the package that a file imports, by name."""
    names = {module.removeprefix("gesture_al.") for module in imports(file) if module.startswith("gesture_al.")}
    return names & set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_imports_its_own_wing_and_those_before_it(name):
    wing = name.partition(".")[0]
    if wing in ("", "__init__", "__main__"):
        return
    assert wing in ORDER, f"{wing} is none of the nine wings"
    for other in own_imports(FILES[name]):
        theirs = other.partition(".")[0]
        assert theirs == wing or ORDER[theirs] < ORDER[wing], f"{name} ({wing}) imports {other}: the order is {WINGS}"


@pytest.mark.parametrize("wing", ORDER)
def test_no_files_of_a_wing_import_each_other_in_a_circle(wing):
    graph = {name: own_imports(FILES[name]) - {name} for name in FILES if name.split(".")[0] == wing}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as err:
        pytest.fail(f"a circle: {' -> '.join(err.args[1])}")


@pytest.mark.parametrize("name", FILES)
def test_a_part_imports_no_sibling_part(name):
    """Files that register parts meet at the assembly, not in each other."""
    folder = name.rpartition(".")[0]
    if f"{folder}.base" not in FILES or not is_part(name):
        return
    for other in own_imports(FILES[name]):
        assert other.rpartition(".")[0] != folder or not is_part(other), f"{name} imports its sibling {other}"


@cache
def is_part(name: str) -> bool:
    return ".register(" in FILES[name].read_text() and not name.endswith(".base")


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_is_imported_behind_its_door_only(library):
    for name, file in FILES.items():
        if library in {module.partition(".")[0] for module in imports(file)}:
            behind = any(name == door or name.startswith(f"{door}.") for door in DOORS[library])
            assert behind, f"{name} imports {library}; only {sorted(DOORS[library])} may"
