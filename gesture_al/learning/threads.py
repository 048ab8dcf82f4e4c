"""Thread limit of the numeric libraries: the last bits of a result depend on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_READ_WHEN_LOADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Use so many threads inside the block, and as many as before afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def numeric_threads(count: int) -> Iterator[None]:
    """The same for NumPy, SciPy and scikit-learn; entering costs a few milliseconds."""
    import threadpoolctl  # type: ignore[import-untyped]

    before = {name: os.environ.get(name) for name in _READ_WHEN_LOADED}
    with threadpoolctl.threadpool_limits(limits=count):
        # A library that is first loaded inside, as scikit-learn by the strategies that cluster, looks here.
        os.environ.update(dict.fromkeys(_READ_WHEN_LOADED, str(count)))
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
