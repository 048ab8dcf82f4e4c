import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score

from gesture_al.learning import metrics

CLASSES = 5
pairs = st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=40)


@settings(deadline=None, max_examples=60)
@given(pairs)
def test_agrees_with_scikit_learn_also_where_classes_are_missing(labels):
    true, predicted = (list(side) for side in zip(*labels, strict=True))
    confusion = metrics.confusion_matrix(true, predicted, CLASSES)
    everything = {"labels": range(CLASSES), "zero_division": 0}
    np.testing.assert_array_equal(confusion, confusion_matrix(true, predicted, labels=range(CLASSES)))
    np.testing.assert_allclose(metrics.per_class_f1(confusion), f1_score(true, predicted, average=None, **everything))
    tested = {"labels": sorted(set(true)), "zero_division": 0}
    assert metrics.macro_f1(confusion) == pytest.approx(f1_score(true, predicted, average="macro", **tested))
    assert metrics.weighted_f1(confusion) == pytest.approx(f1_score(true, predicted, average="weighted", **everything))
    assert metrics.accuracy(confusion) == pytest.approx(accuracy_score(true, predicted))
    with warnings.catch_warnings():
        # scikit-learn tells of a class that is predicted and has no clip; it leaves it out, as is done here.
        warnings.simplefilter("ignore", UserWarning)
        assert metrics.balanced_accuracy(confusion) == pytest.approx(balanced_accuracy_score(true, predicted))


@pytest.mark.parametrize("taken_for_it", [0, 3])
def test_a_class_without_true_clips_does_not_enter_macro_f1(taken_for_it):
    confusion = np.array([[4, 0, taken_for_it], [0, 4, 0], [0, 0, 0]])
    first = 8 / (8 + taken_for_it)
    assert metrics.macro_f1(confusion) == pytest.approx((first + 1) / 2)
    assert metrics.unscored_classes(confusion, ("like", "heart", "wave")) == ["wave"]
    assert metrics.unscored_classes(confusion[:2, :2], ("like", "heart", "wave", "point")) == ["wave", "point"]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=16, max_size=16))
def test_macro_f1_is_the_plain_mean_to_the_last_bit_where_every_class_has_clips(counts):
    confusion = np.array(counts).reshape(4, 4) + np.eye(4, dtype=int)
    assert metrics.macro_f1(confusion) == metrics.per_class_f1(confusion).mean()


def test_rows_are_true_classes():
    assert metrics.confusion_matrix([2], [0], 3)[2, 0] == 1


@pytest.mark.parametrize("score", [metrics.macro_f1, metrics.weighted_f1, metrics.accuracy, metrics.balanced_accuracy])
def test_a_stack_scores_like_its_matrices_one_by_one(score):
    stack = np.random.default_rng(0).integers(0, 9, (2, 3, 4, 4))
    one_by_one = [[score(matrix) for matrix in row] for row in stack]
    np.testing.assert_allclose(score(stack), one_by_one)


@pytest.mark.parametrize("score", [metrics.macro_f1, metrics.weighted_f1, metrics.accuracy, metrics.balanced_accuracy])
def test_no_clips_score_zero_and_scores_are_plain_floats(score):
    assert score(np.zeros((3, 3))) == 0.0
    assert json.dumps(score([[1, 0], [0, 1]])) == "1.0"


def test_f1_does_not_change_with_the_scale_of_the_matrix():
    confusion = np.random.default_rng(1).integers(0, 9, (4, 4))
    assert metrics.macro_f1(confusion * 0.137) == pytest.approx(metrics.macro_f1(confusion))


def test_empty_predictions_make_an_empty_matrix():
    assert metrics.confusion_matrix([], [], 2).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("true", "predicted", "said"),
    [
        ([0, 1], [0], "both be"),
        ([0, -1], [0, 0], "true classes must be 0 to 1"),
        ([0, 1], [0, 2], "predicted classes must be 0 to 1"),
        ([0.5], [0.0], "integers"),
    ],
)
def test_labels_that_are_no_classes_are_refused(true, predicted, said):
    with pytest.raises(ValueError, match=said):
        metrics.confusion_matrix(true, predicted, 2)


@pytest.mark.parametrize("matrix", [[1, 2], [[1, 2]], [[1, -1], [0, 1]], [[1, np.nan], [0, 1]], np.zeros((0, 0))])
def test_what_is_no_confusion_matrix_is_refused(matrix):
    with pytest.raises(ValueError, match="confusion matrix"):
        metrics.macro_f1(matrix)
