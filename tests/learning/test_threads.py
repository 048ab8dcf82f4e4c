"""The number of threads is what was asked for, also of libraries that are loaded later, and then as before."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
import threadpoolctl

from gesture_al.learning.threads import numeric_threads


def threads():
    return {library["filepath"]: library["num_threads"] for library in threadpoolctl.threadpool_info()}


def test_inside_there_are_so_many_and_afterwards_as_many_as_before():
    np.ones((2, 2)) @ np.ones((2, 2))
    with threadpoolctl.threadpool_limits(limits=2):
        before, environment = threads(), dict(os.environ)
        with numeric_threads(1):
            assert set(threads().values()) == {1}
        assert threads() == before
        with pytest.raises(KeyError), numeric_threads(1):
            raise KeyError
        assert threads() == before
    assert dict(os.environ) == environment


def test_a_library_that_is_loaded_inside_keeps_to_it():
    code = """
import numpy, threadpoolctl
from gesture_al.learning.threads import numeric_threads
before = len(threadpoolctl.threadpool_info())
with numeric_threads(1):
    import scipy.linalg
    found = threadpoolctl.threadpool_info()
assert len(found) > before, found
assert {library["num_threads"] for library in found} == {1}, found
"""
    few = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    subprocess.run([sys.executable, "-c", code], check=True, env=few)
