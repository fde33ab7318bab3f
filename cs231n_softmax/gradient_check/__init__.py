"""Numerical derivatives, and checks of an analytic gradient against them.

What is where, from the top:

    checks         check_gradient and grad_check_sparse
    compare        the verdict over all entries that are compared
    entry          the verdict of one entry, and (in reasons) why nobody can tell
    verdicts       right, wrong, can't tell: what a check returns
    derivatives    partial derivatives of f, from the steps that suit f
    stillness      how an f that is constant around x changes farther away
    stencil        one derivative from nine values of f, and its error
    numerical      central differences and the complex step, with a step h that you choose; relative_error
    arguments      what x, f and analytic_grad have to be
"""

from .checks import SparseErrors, check_gradient, grad_check_sparse
from .numerical import complex_step_gradient, eval_numerical_gradient, eval_numerical_gradient_array, relative_error
from .verdicts import GradientCheck

__all__ = [
    "GradientCheck",
    "SparseErrors",
    "check_gradient",
    "complex_step_gradient",
    "eval_numerical_gradient",
    "eval_numerical_gradient_array",
    "grad_check_sparse",
    "relative_error",
]
