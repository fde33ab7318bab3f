"""What the tests of both losses share: 50 random problems, drawn batches, and derivatives to compare with."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from cs231n_softmax.gradient_check import complex_step_gradient

examples = settings(deadline=None, derandomize=True, database=None, max_examples=50)
REGS = [0.0] * 9 + list(np.geomspace(1e-4, 100, 41))


def about(expected, rel=1e-14, abs=0):
    """Return pytest.approx without its default absolute tolerance of 1e-12."""
    return pytest.approx(expected, rel=rel, abs=abs)


def problem(seed, largest=1):
    """Return (W, X, y, reg), number `seed` of 50: N from 1, C from 2, labels from some of the classes only.

    The largest score of a problem is between 0.01 and 10**largest. With softmax, beyond 10 the difference p - 1
    cancels where the answer is right and sure, and no digits of it are left.
    """
    rng = np.random.default_rng(seed)
    N, D, C = 1 + seed % 7, 1 + seed % 9, 2 + seed % 5
    W, X = rng.normal(size=(D, C)), rng.normal(size=(N, D))
    X *= 10 ** rng.uniform(-2, largest) / np.abs(X @ W).max()
    present = rng.permutation(C)[:1 + seed % C]
    return W, X, rng.choice(present, N), REGS[seed * 7 % 50]


@st.composite
def batches(draw):
    """Draw (W, X, y) of multiples of 1/4, so that scores, margins and kinks are exact in any order."""
    N, D, C = (draw(st.integers(1, m)) for m in (5, 4, 5))
    quarters = st.integers(-20, 20).map(lambda k: k / 4)
    W, X = (draw(hnp.arrays(np.float64, shape, elements=quarters)) for shape in ((D, C), (N, D)))
    return W, X, draw(hnp.arrays(np.int64, N, elements=st.integers(0, C - 1)))


def complex_step(loss_function, W, X, y, reg):
    """Return the gradient by W of a loss that takes complex W."""
    return complex_step_gradient(lambda W: loss_function(W, X, y, reg), W)


def scipy_check(loss_function, W, X, y, reg):
    """Return scipy's opinion: the norm of dW minus scipy's own forward differences."""
    return check_grad(lambda w: loss_function(w.reshape(W.shape), X, y, reg)[0],
                      lambda w: loss_function(w.reshape(W.shape), X, y, reg)[1].ravel(), W.ravel())
