"""The arguments of a learner's function: copies for it, and what it has changed in them."""

import numpy as np

from .evidence import number


def awkward(array):
    """Return a copy that is neither contiguous nor writable: every other entry of a larger array."""
    view = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)[..., ::2]
    view[...] = array
    view.flags.writeable = False
    return view


def frozen(array):
    """Return a copy that can't be written to."""
    copy = np.copy(array)
    copy.flags.writeable = False
    return copy


def writable_alike(array):
    """Return a copy that can be written to if the array can."""
    copy = np.copy(array)
    copy.flags.writeable = array.flags.writeable
    return copy


def copied(arg, layout=np.copy):
    """Return an argument with its arrays copied by `layout`; a dictionary's arrays too."""
    if isinstance(arg, dict):
        return {key: copied(value, layout) for key, value in arg.items()}
    return layout(arg) if isinstance(arg, np.ndarray) else arg


def equal(before, after, exact):
    """True when an argument is as it was; exact=False allows rounding. What holds no arrays is always equal."""
    if isinstance(before, dict):
        return set(before) == set(after) and all(equal(before[key], after[key], exact) for key in before)
    if not isinstance(before, np.ndarray) or not isinstance(after, np.ndarray):
        return not isinstance(before, np.ndarray)
    if before.shape != after.shape or before.dtype != after.dtype or before.flags.writeable != after.flags.writeable:
        return False
    return np.array_equal(before, after) or not exact and np.allclose(before, after, rtol=1e-12, atol=1e-12)


def change(name, before, after):
    """Return a sentence on the first place where an argument differs from before."""
    if isinstance(before, dict):
        changed = [key for key in before if key not in after or not equal(before[key], after[key], exact=True)]
        return f"Afterwards {' and '.join(changed) or 'the set of names'} differs from before."
    if before.shape != after.shape:
        return f"{name} had shape {before.shape} and has {after.shape} afterwards."
    if before.flags.writeable and not after.flags.writeable:
        return f"{name} can't be written to afterwards."
    if before.dtype != after.dtype or not (before != after).any():
        return f"{name} is another array afterwards."
    index = tuple(np.argwhere(before != after)[0])
    return f"{name}{[int(i) for i in index]} was {number(before[index])} and is {number(after[index])} afterwards."
