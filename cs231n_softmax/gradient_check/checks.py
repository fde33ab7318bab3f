"""The two doors: check_gradient, which has a verdict, and cs231n's grad_check_sparse, which prints."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import as_number
from .._typing import Rng
from .arguments import check_function, check_point, checked_gradient, draw, real_number
from .compare import compare
from .numerical import central_difference, relative_error
from .verdicts import GradientCheck


class SparseErrors(np.ndarray):
    """The relative errors (num_checks,) that `grad_check_sparse` printed, and `check`, its judgement of the entries."""

    check: GradientCheck


def grad_check_sparse(
    f: Callable[[np.ndarray], float],
    x: np.ndarray,
    analytic_grad: np.ndarray,
    num_checks: int = 10,
    h: float = 1e-5,
    *,
    rng: Rng = None,
    threshold: float | None = None,
) -> SparseErrors:
    """Compare `num_checks` random entries of analytic_grad with central differences of f at x; print each.

    Returns the relative errors (num_checks,), an array. These are cs231n's. The step h doesn't suit every f, so they
    may be large for a right gradient. The array's attribute `check` is the judgement of `check_gradient` for the same
    entries, with steps of its own; x may be float32, whose rounding it takes into account. With a `threshold`, raises
    AssertionError unless the judgement is "right" with this threshold. `num_checks` is at most 100,000.
    x is changed during the check and restored. `rng`: a numpy.random.Generator or a seed.

    >>> x = np.array([1.0, 2.0])
    >>> errors = grad_check_sparse(lambda x: np.sum(x**2), x, 3 * x, num_checks=2, rng=2)  # right would be 2 * x
    numerical: 4.000000 analytic: 6.000000, relative error: 2.000000e-01
    numerical: 2.000000 analytic: 3.000000, relative error: 2.000000e-01
    >>> errors.check.verdict
    'wrong'
    """
    check_function(f)
    check_point(x)
    analytic_grad = checked_gradient(analytic_grad, x)
    h, accuracy = as_number("h", h, positive=True), as_number("threshold", 1e-7 if threshold is None else threshold)
    errors, indices = [], draw(x.shape, num_checks, rng)
    for index in indices:
        numerical = central_difference(lambda x: real_number(f(x)), x, index, h)
        analytic = analytic_grad[index]
        errors.append(float(relative_error(numerical, analytic)))
        print(f"numerical: {numerical:f} analytic: {analytic:f}, relative error: {errors[-1]:e}")
    result = np.array(errors).view(SparseErrors)
    result.check = compare(f, x, analytic_grad, indices, accuracy)
    if threshold is not None and not result.check.ok:
        raise AssertionError(str(result.check))
    return result


def check_gradient(
    f: Callable[[np.ndarray], float],
    x: np.ndarray,
    analytic_grad: ArrayLike,
    *,
    threshold: float = 1e-7,
    num_checks: int | None = None,
    rng: Rng = None,
) -> GradientCheck:
    """Compare analytic_grad with numerical derivatives of the scalar function f at x; return a GradientCheck.

    All entries are compared, or `num_checks` random ones, at most 100,000. `threshold` is the relative accuracy that
    you ask for. The verdict is "right" when all entries agree to `threshold`, and f's rounding can't hide a larger
    difference. It is "wrong" when an entry differs by more than `threshold` and the numerical error together. Otherwise
    it is "can't tell", with the reason.

    An entry of 0 is "right" where f is at a minimum or a maximum, and its slope is small beside the slopes around it.
    It is "right", too, where f doesn't change at all when the entry moves, neither near x nor far away, or not before a
    kink. It isn't where f begins to change by its last digits: rounding hides a slope near x. Such a slope is measured
    over wider steps, or nobody can tell (see entry.py for the exact rule).

    Steps are chosen for each entry, so that f is smooth over them and its rounding small. An entry costs eight calls of
    f where the first choice is good, and up to 400 where no step is, or before it is called wrong. x is changed during
    the check and restored.
    Raises TypeError unless x is float64 and f returns one real number; ValueError when analytic_grad doesn't have x's
    shape.

    >>> x = np.array([1.0, 2.0])
    >>> check_gradient(lambda x: np.sum(x**2), x, 2 * x).ok
    True
    >>> print(check_gradient(lambda x: np.sum(x**2), x, [2.0, 4.2]))
    WRONG: largest relative error 4.8e-02 at (1,): numerical 4, analytic 4.2
    >>> check_gradient(lambda x: 1e9 + np.sum(np.sin(x)), x, np.cos(x)).verdict
    "can't tell"
    """
    check_function(f)
    check_point(x)
    if x.dtype != np.float64:
        raise TypeError(
            f"x: expected float64 (with fewer digits, rounding hides mistakes), got {x.dtype}. "
            "Use x.astype(np.float64)."
        )
    threshold, gradient = as_number("threshold", threshold), checked_gradient(analytic_grad, x)
    indices = np.ndindex(x.shape) if num_checks is None else draw(x.shape, num_checks, rng)
    return compare(f, x, gradient, indices, threshold)
