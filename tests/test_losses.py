"""What holds for softmax and hinge loss alike, as loops, vectorized and compiled, whatever the batch is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loss_cases import about, batches, examples, problem

from cs231n_softmax.classifiers import (
    softmax_loss_naive,
    softmax_loss_vectorized,
    svm_loss_naive,
    svm_loss_vectorized,
)
from cs231n_softmax.classifiers.compiled import softmax_loss_compiled

every_loss = pytest.mark.parametrize("loss_function", [
    softmax_loss_naive, softmax_loss_vectorized, softmax_loss_compiled, svm_loss_naive, svm_loss_vectorized])


@every_loss
@examples
@given(batches(), st.randoms(use_true_random=False))
def test_data_loss_properties(loss_function, batch, random):
    """Loss >= 0; order and repetition of examples don't matter, nor a constant added to all of a row's scores."""
    W, X, y = batch
    loss, dW = loss_function(W, X, y, 0)
    assert loss >= 0
    order = random.sample(range(len(X)), len(X))
    constant = np.array([random.randint(-20, 20) / 4 for _ in W])[:, None]  # adds x_i @ constant to row i's scores
    for same in ((W, X[order], y[order]), (W, np.tile(X, (3, 1)), np.tile(y, 3)), (W + constant, X, y)):
        loss_same, dW_same = loss_function(*same, 0)
        assert loss_same == about(loss, rel=1e-12, abs=1e-12)
        np.testing.assert_allclose(dW_same, dW, rtol=1e-12, atol=1e-12)


@every_loss
@examples
@given(batches())
def test_data_gradient_sums_to_zero_over_classes(loss_function, batch):
    """Probabilities sum to one, and what violating classes get the true class loses: rows of the gradient sum to 0."""
    np.testing.assert_allclose(loss_function(*batch, 0)[1].sum(axis=1), 0, atol=1e-13)


@every_loss
@pytest.mark.parametrize("seed", range(5))
def test_regularization_is_exactly_the_convention(loss_function, seed):
    """reg adds reg * sum(W**2) to the loss and 2 * reg * W to the gradient: no 1/2, every row of W, no 1/N."""
    W, X, y, _ = problem(seed)
    loss, dW = loss_function(W, X, y, 0)
    for reg in ((1 + loss) / np.sum(W**2), 100):  # first about as large as the data loss
        loss_reg, dW_reg = loss_function(W, X, y, reg)
        assert loss_reg - loss == about(reg * math.fsum(w * w for w in W.flat), rel=1e-12)
        np.testing.assert_allclose(dW_reg - dW, 2 * reg * W, rtol=1e-11, atol=1e-12 * max(1, np.abs(X).max()))
