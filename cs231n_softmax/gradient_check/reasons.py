"""Why nobody can tell whether an entry is right, and what to do."""

import math

import numpy as np

from .arguments import Index
from .derivatives import Derivatives
from .stencil import Estimate


def why_unknown(derivatives: Derivatives, index: Index, estimates: list[Estimate]) -> str:
    """Return why no step gave a derivative, and what to do."""
    if all(math.isnan(estimate.spread) for estimate in estimates):
        if index in derivatives.raised:
            error = derivatives.raised[index]
            what = f"f raised {type(error).__name__}: {error}"
            return f"{what}. It did so beside x, where this entry is a little larger or smaller. Move x away."
        return "f has no finite values on both sides of x. Move x away from the edge of f's domain."
    value, rounding = derivatives.centre, float(np.spacing(abs(derivatives.centre)))
    if not any(estimate.spread > 0 for estimate in estimates):
        return f"f is {value:.6g} over all steps: it is constant, or its rounding hides the changes. Scale x or f."
    if max(estimate.spread for estimate in estimates if estimate.spread > 0) <= 30 * rounding:
        return f"f is {value:.4g}, and its rounding ({rounding:.1g}) hides its changes. Subtract a constant from f."
    if derivatives.x.dtype != np.float64:
        return f"x is {derivatives.x.dtype}, whose rounding hides f's slope. Check with x.astype(np.float64)."
    return (
        "f's slopes at different steps don't agree, or their errors are too large. If it has a kink or a jump near "
        "x, move x a little. If its values are rounded, compute f in float64. If its slope is nearly 0 at x, look "
        "at an x where the slope is larger."
    )


def why_unsure(derivatives: Derivatives, best: Estimate, estimates: list[Estimate], size: float) -> str:
    """Return why the derivative isn't known well enough, and what to do."""
    known = f"the numerical derivative is only known to +- {best.error:.1g}"
    if derivatives.x.dtype != np.float64:
        return f"x is {derivatives.x.dtype}: {known}. Check with x.astype(np.float64)."
    if any(not other.sound and other.step > best.step for other in estimates):
        known += ", because its slopes at larger steps don't agree"
    if has_kink(best, estimates):
        return f"{known}: f has a kink at x, or very near. Move x a little."
    less = f", or ask for less: threshold={3 * best.error / size:.0e}" if size else ""  # a slope of 0 may have no size
    return (
        f"{known}. f is {derivatives.centre:.4g}, and rounding of about {best.noise:.1g} hides the rest. "
        f"Subtract a constant from f, use fewer terms{less}."
    )


def has_kink(best: Estimate, estimates: list[Estimate]) -> bool:
    """Whether what scatters shrinks just as the step does: rounding stays, and the bend of a smooth f goes away."""
    return any(
        other.step < best.step / 8 and 0.5 < other.noise / other.step * best.step / best.noise < 2
        for other in estimates
        if best.noise and other.spread > 0
    )
