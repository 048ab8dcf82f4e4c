"""The way of the data: a file imports only from floors below it, and heavy libraries have one door each."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gesture_al"
# From the ground up; what stands on one line may not import each other, except inside a folder.
FLOORS = (
    ("__init__", "errors", "lifeline"),
    ("registry", "seeds", "durable", "cache_folder", "hushed"),
    ("config", "skeleton", "questions", "outline", "plan", "web"),
    ("geometry", "synthesis", "parts", "naming"),
    ("video",),
    ("landmarks",),
    ("datasets",),
    ("features", "augment", "metrics", "pool", "view"),
    ("stopping", "models"),
    ("fitting",),
    ("training",),
    ("learner",),
    ("labelling",),
    ("strategies", "oracles"),
    ("records", "measure"),
    ("tracking",),
    ("watching", "viewing"),
    ("loop",),
    ("report",),
    ("benchmark",),
    ("experiment",),
    ("described",),
    ("runner",),
    ("extracting",),
    ("exported",),
    ("live", "recording"),
    ("commands",),
    ("usage",),
    ("cli",),
    ("__main__",),
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
DOORS = {
    "hydra": {"commands.composition", "commands.points", "commands.hydra_launcher"},
    "omegaconf": {"commands.composition", "commands.points", "commands.hydra_launcher"},
    "wandb": {"tracking.wandb_run"},
    "pytorch_lightning": {"training"},
    "mediapipe": {"landmarks.tasks", "landmarks.pose_metadata", "landmarks.face_points"},
    "starlette": {
        *(f"web.{name}" for name in ("application", "endpoints", "guard", "server")),
        "labelling.web.routes",
        "labelling.web.stream",
        "live.web.routes",
        "recording.web.receiving",
        "recording.web.routes",
    },
    "uvicorn": {"web.server"},
    "krippendorff": {"labelling.second_opinions"},
    "onnxruntime": {"exported.onnx_runtime"},
    "onnx": {"exported.onnx_file"},
    "safetensors": {"exported.torch_runtime", "exported.write"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts)


def imports(file: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)}: a relative import"
            found.append(node.module or "")
    return found


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_only_from_below(file):
    me = name_of(file)
    my_room, _, _ = me.partition(".")
    assert my_room in FLOOR, f"{my_room} has no floor: put it into FLOORS"
    for module in imports(file):
        parts = module.split(".")
        if parts[0] != "gesture_al" or len(parts) == 1:
            continue
        room = parts[1]
        if room == my_room:
            sibling = parts[2] if len(parts) > 2 else "__init__"
            shelf = (PACKAGE / room / "base.py").exists()
            allowed = not is_part(file) or not shelf or not is_part(PACKAGE / room / f"{sibling}.py")
            assert allowed, f"{me} imports its sibling {module}; only base.py and files without a part may be shared"
        else:
            assert FLOOR[room] < FLOOR[my_room], f"{me} (floor {FLOOR[my_room]}) imports {module} (floor {FLOOR[room]})"


def is_part(file: Path) -> bool:
    return file.exists() and ".register(" in file.read_text() and file.stem != "base"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_heavy_libraries_have_one_door_each(file):
    me = name_of(file)
    for module in imports(file):
        library = module.split(".")[0]
        assert library not in DOORS or me in DOORS[library], f"{me} imports {library}; only {sorted(DOORS[library])} may"
