"""Means, medians and bridges against NumPy's nan-functions and numpy.interp."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.geometry.gaps import bridge, mean_seen, median_seen


@pytest.fixture
def holed():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(5, 9, 4, 3)).astype(np.float32)
    values[rng.random(values.shape[:3]) < 0.3] = np.nan
    values[0, 0, 0] = 1.0
    return values


@pytest.mark.parametrize("axis", [1, 2, (1, 2), 3])
def test_mean_is_numpys_nanmean(holed, axis):
    filled = np.nan_to_num(holed, nan=0.5)
    assert np.allclose(mean_seen(filled, axis), filled.mean(axis=axis, keepdims=True), atol=1e-6)
    seen = ~np.isnan(holed)
    some = seen.any(axis=axis, keepdims=True)
    total, count = np.nansum(holed, axis=axis, keepdims=True), seen.sum(axis=axis, keepdims=True)
    assert np.allclose(mean_seen(holed, axis), np.where(some, total / np.maximum(count, 1), 0), atol=1e-6)


def test_median_is_numpys_nanmedian(holed):
    rows = holed[..., 0].reshape(5, -1)
    assert np.allclose(median_seen(rows), np.nanmedian(rows, axis=1))
    assert median_seen(np.full((2, 3), np.nan, np.float32)).tolist() == [0, 0]


def test_bridge_is_numpys_interp():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(40, 12, 2)).astype(np.float32)
    seen = rng.random((40, 12)) < 0.4
    seen[0] = False
    filled = bridge(np.where(seen[..., None], values, np.nan).astype(np.float32), seen)
    frame = np.arange(12)
    for n in range(40):
        if not seen[n].any():
            assert np.isnan(filled[n]).all()
            continue
        for f in range(2):
            assert np.allclose(filled[n, :, f], np.interp(frame, frame[seen[n]], values[n, seen[n], f]), atol=1e-5)
    assert np.isnan(filled[0]).all()
