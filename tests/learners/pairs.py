"""Two mistakes in one softmax loss: the replacements of both, one after the other, in the same base.

PAIRS is a list of entries named "first + second"; `singles(entry)` gives the two entries that it is made of.
"""

from entries import Entry, replaced
from mistakes import BASES, SOFTMAX

BOTH_FORMS = """
gradient-half-reg + log-base-10
gradient-half-reg + loss-not-divided
gradient-half-reg + gradient-not-divided
gradient-half-reg + no-minus-one
gradient-half-reg + plus-one-at-label
gradient-half-reg + no-shift
gradient-half-reg + sigmoid
gradient-half-reg + divided-by-classes
no-reg-gradient + loss-sign
no-reg-gradient + label-p-missing
no-reg-gradient + only-label-column
no-reg-gradient + batch-max-shift
no-reg-gradient + gradient-sign
no-reg-loss + gradient-sign
no-reg-loss + gradient-half-reg
no-reg-loss + no-division-by-n
loss-half-reg + minus-probability
loss-half-reg + gradient-of-probability
half-reg-convention + no-division-by-n
half-reg-convention + mean-probability
half-reg-convention + no-shift
reg-loss-without-reg + no-minus-one
reg-loss-sign + gradient-divided-twice
reg-gradient-sign + log-of-unnormalised
reg-l1-loss + one-minus-p-at-label
reg-sum-squared + label-column-skipped
reg-mean + predicted-class-as-label
reg-without-bias-row + labels-minus-one
reg-norm-not-squared + epsilon-in-log-large
reg-gradient-summed + others-negative
no-regularization + no-division-by-n
no-regularization + forgot-exp
no-regularization + log-base-2
log-of-all-classes + minus-one-everywhere
mean-probability + gradient-not-divided
loss-sign + gradient-sign
loss-assigned + gradient-assigned
loss-not-divided + gradient-divided-twice
log-base-10 + no-minus-one
squared-error + sigmoid-derivative
label-number-times-log + minus-label-number
base-2 + log-base-10
base-2 + gradient-half-reg
denominator-without-label + plus-one-at-label
exp-twice + no-division-by-n
x-scaled + reg-twice
labels-sorted + gradient-half-reg
last-example-skipped + no-reg-gradient
divided-by-n-minus-1 + gradient-half-reg
no-shift + gradient-not-divided
shift-by-min + loss-half-reg
no-shift + log-base-10
no-shift + plus-one-at-label
gradient-transposed + gradient-half-reg
order-swapped + loss-not-divided
w-changed + log-base-10
x-changed + no-reg-loss
whole-gradient-negated + plus-one-at-label
loss-rounded + gradient-half-reg
loss-as-text + no-minus-one
seterr + no-shift
floor-division + gradient-half-reg
loss-per-example + no-reg-gradient
"""

ONE_FORM = {
    "naive": """
    divided-in-loop + gradient-half-reg
    denominator-not-reset + no-reg-gradient
    return-in-loop + plus-one-at-label
    x-index-j + loss-not-divided
    break-after-label + gradient-half-reg
    """,
    "vectorized": """
    denominator-over-examples + gradient-half-reg
    y-indexes-all-rows + loss-of-all-label-columns
    loss-of-all-label-columns + gradient-half-reg
    y-indexes-rows + no-reg-gradient
    shift-over-examples + loss-half-reg
    """,
}


def combine(form, first, second):
    """Return the entry that has both mistakes."""
    a, b = (next(e for e in SOFTMAX if (e.form, e.name) == (form, name)) for name in (first, second))
    replacements = a.replacements + b.replacements
    what = f"{a.what}; and {b.what}"
    source = replaced(BASES[form], replacements).lstrip("\n")
    return Entry("pair", f"{first} + {second}", form, what, a.parts | b.parts, replacements, source)


def singles(entry):
    """Return the two entries that a pair is made of."""
    return [next(e for e in SOFTMAX if (e.form, e.name) == (entry.form, name)) for name in entry.name.split(" + ")]


PAIRS = [
    combine(form, *line.split(" + "))
    for form in ("naive", "vectorized")
    for line in map(str.strip, (BOTH_FORMS + ONE_FORM[form]).splitlines())
    if line
]
