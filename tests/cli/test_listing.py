from __future__ import annotations

import json
from dataclasses import fields

import pytest
import yaml

from gesture_al.cli.listing import defaults, options, print_parts, settings
from gesture_al.cli.main import main
from gesture_al.core.errors import UserError
from gesture_al.core.settings import Settings, conf_dir


def test_every_yaml_is_listed_with_its_parameters():
    listed = {(option.kind, option.name): option for option in options()}
    files = sorted(conf_dir().glob("*/*.yaml"))
    assert set(listed) == {(path.parent.name, path.stem) for path in files}
    for path in files:
        option = listed[path.parent.name, path.stem]
        assert option.about, f"{path} has no comment"
        assert option.params == (yaml.safe_load(path.read_text()).get("params") or {})


def test_json_for_programs(capsys):
    assert main(["list", "strategy", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"random", "entropy", "margin"} <= {option["name"] for option in told}
    assert all(option["kind"] == "strategy" for option in told)


def test_a_group_tells_every_parameter_with_its_remark(capsys):
    print_parts("trainer", as_json=False, width=100)
    told = capsys.readouterr().out
    assert "batch_size=16" in told
    assert "null: all clips in every step" in told
    assert "warm_start=false" in told


def test_the_keys_of_a_run_are_those_of_the_schema():
    assert (set(defaults()) - {"experiment"}) | set(settings().params) == {field.name for field in fields(Settings)}
    assert all(settings().remarks.get(key) for key in settings().params), "a setting without a remark"


def test_keys_beside_the_parameters_are_told(capsys):
    print_parts("dataset", as_json=False, width=100)
    assert "dataset.split_by=auto" in capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("kind", [None, "dataset", "skeleton", "trainer", "settings"])
def test_lines_fit_the_terminal(kind, width, capsys):
    print_parts(kind, as_json=False, width=width)
    for line in capsys.readouterr().out.splitlines():
        assert len(line) <= width or " " not in line.strip() or "=[" in line, line


def test_the_default_of_a_group_is_marked(capsys):
    print_parts("strategy", as_json=False, width=100)
    marked = [line for line in capsys.readouterr().out.splitlines() if "(default)" in line]
    assert len(marked) == 1
    assert marked[0].strip().startswith(defaults()["strategy"])


def test_layouts_are_listed_with_what_is_in_them(capsys):
    print_parts("skeleton", as_json=False, width=100)
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("skeleton: dataset.params.skeleton=<name or my.yaml>")
    assert "joints: 25, bones: 24, not seen: zero_joints, space: picture, source: OpenPose" in told
    assert "parts: [left_hand, right_hand]" in told
    assert main(["list"]) == 0
    assert "openpose_body_25" in capsys.readouterr().out


def test_no_such_group():
    with pytest.raises(UserError, match="no group 'frob'; there are: augment, benchmark, committee, dataset"):
        options("frob")


def test_the_settings_that_would_be_used(capsys):
    assert main(["run", "--show-config", "strategy=random", "k=4"]) == 0
    told = yaml.safe_load(capsys.readouterr().out)
    assert (told["strategy"]["name"], told["k"]) == ("random", 4)


def test_the_settings_of_every_point_of_a_sweep(capsys):
    assert main(["run", "--show-config", "-m", "k=1,2", "seed=5"]) == 0
    told = list(yaml.safe_load_all(capsys.readouterr().out))
    assert [(one["k"], one["seed"]) for one in told] == [(1, 5), (2, 5)]
