"""The public face: every name loads, the guide lists all of them, and looking costs nothing heavy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import gesture_al

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "python.md"


@pytest.mark.parametrize("name", gesture_al.__all__)
def test_a_public_name_loads(name):
    assert getattr(gesture_al, name) is not None


def test_the_guide_lists_the_public_names_and_no_others():
    rows = re.findall(r"^\| [a-z ]+ \| (`.*) \|$", GUIDE.read_text(), flags=re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(listed) == sorted(gesture_al.__all__)
    assert len(set(listed)) == len(listed)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = gesture_al.nothing


def test_importing_the_face_and_its_light_names_loads_nothing_heavy():
    code = (
        "import sys, gesture_al\n"
        "assert 'numpy' not in sys.modules\n"
        "from gesture_al import DATASETS, STRATEGIES, ClipSet, PoolView, macro_f1\n"
        "print(*sorted({'torch', 'sklearn', 'cv2', 'matplotlib', 'hydra', 'mediapipe', 'starlette'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_guides_example_says_what_it_prints(capsys):
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)[1]
    exec(compile(code, str(GUIDE), "exec"), {})
    assert capsys.readouterr().out.strip() == code.rpartition("# ")[2].strip()
