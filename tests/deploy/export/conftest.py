from __future__ import annotations

import pytest
from exported_runs import make_run

from gesture_al.deploy.export.write import export


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("runs") / "one")


@pytest.fixture(scope="session")
def exported(run_folder, tmp_path_factory):
    """What was exported from it; do not change it, copy it."""
    return export(run_folder, tmp_path_factory.mktemp("exported") / "one")[0]
