"""Old names of settings: typed, read from a run folder, and in a run's key."""

from __future__ import annotations

import shutil
from dataclasses import replace

from gesture_al.cli.composition import compose_settings
from gesture_al.core.old_names import current_overrides, current_settings, first_names
from gesture_al.core.settings import conf_dir, run_key


def test_an_old_name_is_taken_with_a_line_that_says_the_new_one():
    notices = []
    assert current_overrides(["start=given", "k=3"], notices.append) == ["start=existing", "k=3"]
    (line,) = notices
    assert "start=given" in line
    assert "start=existing" in line


def test_the_settings_of_an_old_run_folder_read_as_todays_and_back():
    old = {"start": "asked", "k": 5, "oracle": {"name": "interactive", "params": {"face": "terminal"}}}
    new = {"start": "oracle", "k": 5, "oracle": {"name": "interactive", "params": {"frontend": "terminal"}}}
    assert current_settings(old) == new
    assert first_names(new) == old
    assert current_settings(new) == new


def test_old_and_new_names_compose_to_the_same_run():
    old = compose_settings(["start=asked", "oracle=interactive", "oracle.params.face=terminal"])
    new = compose_settings(["start=oracle", "oracle=interactive", "oracle.params.frontend=terminal"])
    assert old == new
    assert run_key(old, "data") == run_key(new, "data")
    assert run_key(old, "data") != run_key(replace(old, start="existing"), "data")


def test_an_overlay_of_ones_own_may_use_old_names(tmp_path, monkeypatch):
    conf = shutil.copytree(conf_dir(), tmp_path / "conf")
    parts = ["defaults: [override /oracle: interactive]", "start: given", "oracle: {params: {face: terminal}}"]
    (conf / "experiment" / "own.yaml").write_text("\n".join(["# @package _global_", *parts]))
    monkeypatch.setattr("gesture_al.cli.composition.conf_dir", lambda: conf)
    old = compose_settings(["experiment=own"])
    assert old == compose_settings(["start=existing", "oracle=interactive", "oracle.params.frontend=terminal"])
