import numpy as np
import pytest

from gesture_al.active.stopping import RoundRecord


@pytest.fixture
def record():
    """Makes a RoundRecord; a matrix may be given as a list or an array."""

    def make(round_=0, labels=10, pool=100, val=None, test=None, kappa=None, entropy=None, effect=1.0):
        def as_tuples(matrix):
            return None if matrix is None else tuple(tuple(int(n) for n in row) for row in np.asarray(matrix))

        return RoundRecord(
            round=round_,
            labels=labels,
            validation_labels=0 if val is None else int(np.sum(val)),
            pool=pool,
            val_confusion=as_tuples(val),
            test_confusion=as_tuples(test),
            pool_kappa=kappa,
            pool_entropy=entropy,
            val_design_effect=effect,
        )

    return make
