# %% [markdown]
# # 4. The gradient: which way is down, and how to be sure
#
# The loss says how bad a matrix `W` is. Its gradient says how to change each of the 30,730 numbers in it to make the
# loss smaller. Here you derive it, write it as loops, and then make sure that it is right: with three numerical
# derivatives, with a regularization large enough that a mistake in it shows, and with a second opinion.
#
# **What you'll learn**
# - the gradient of the softmax loss, step by step: first for three classes, then for any number;
# - how to write it as two plain loops;
# - three numerical derivatives (forward, central, complex step), and which step `h` suits each;
# - what a relative error of 1e-8 or of 1e-2 tells you, and when nobody can tell;
# - how a gradient check can be passed by wrong code, and how to stop that.
#
# *Before you start:* notebooks 2 and 3; derivatives of $\log$ and $\exp$. *Time:* about 90 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG;
# yours can differ in the last digits.*

# %% [markdown] tags=["practice"]
# This notebook has the solutions of its exercises in it. To solve them yourself, work in a copy without solutions:
# `make practice`, or `python -m cs231n_softmax practice`, lays copies of all notebooks into the folder `practice/`. You
# can run it again at any time. What you have written there stays.

# %%
import matplotlib.pyplot as plt
import numpy as np
import scipy.optimize

from cs231n_softmax import check, data_utils, gradient_check, vis_utils
from cs231n_softmax.classifiers import svm_loss_naive
from cs231n_softmax.classifiers.softmax import softmax

# %% [markdown]
# ## Three classes, one example, by hand
#
# One image $x$, three scores $s_j = x \cdot W_{:,j}$, probabilities $p_j = e^{s_j} / \sum_k e^{s_k}$. Say that the true
# class is the second, $y = 1$. Its loss, with the logarithm already multiplied out, is
#
# $$L = -\log p_1 = -s_1 + \log\left(e^{s_0} + e^{s_1} + e^{s_2}\right).$$
#
# **Step 1: from the loss to the scores.** The derivative of $\log u$ is $u'/u$, so the second term gives, for each
# score, its exponential over the sum of all three: a probability! The first term has only $s_1$ in it.
#
# $$\frac{\partial L}{\partial s_0} = p_0, \qquad
#   \frac{\partial L}{\partial s_1} = p_1 - 1, \qquad
#   \frac{\partial L}{\partial s_2} = p_2.$$
#
# **Step 2: from the scores to the weights.** $s_j = \sum_d x_d W_{dj}$: its derivative with respect to $W_{dj}$ is $x_d$, and it
# doesn't depend on any other column of $W$. So column $j$ of the gradient is $x$ times the number from step 1.
#
# In numbers:

# %%
x = np.array([1.0, -2.0])
W = np.array([[0.5, 0.1, -0.3], [0.2, -0.4, 0.6]])
scores = x @ W
p = softmax(scores)
print("scores", scores.round(2), " probabilities", p.round(3))

# %%
dscores = p - np.array([0, 1, 0])
dW = np.outer(x, dscores)
print("dL/dscores", dscores.round(3))
print(dW.round(3))

# %% [markdown]
# Is that right? Push one weight a little and see what the loss does. Weight (1, 2), by a millionth:

# %%
W_pushed = W.copy()
W_pushed[1, 2] += 1e-6
slope = (-np.log(softmax(x @ W_pushed)[1]) + np.log(softmax(x @ W)[1])) / 1e-6
print(f"by pushing {slope:.4f}, by formula {dW[1, 2]:.4f}")
assert abs(slope - dW[1, 2]) < 1e-5

# %% [markdown]
# ## All classes
#
# Nothing in the derivation needed *three*. With $C$ classes, $[j = y_i]$ being 1 for the true class and 0
# for the others:
#
# $$\boxed{\;\frac{\partial L_i}{\partial W_{:,j}} = \bigl(p_j - [j = y_i]\bigr)\, x_i\;}$$
#
# Read it as *(what the classifier gives minus what it should give) times the image*. Column $y_i$ gets a negative
# multiple of the image. So a step **against** the gradient adds some of the image to the template of its own class, and
# subtracts some of it from the templates of the other classes. It subtracts most where the classifier gave a high
# probability. Linear regression with squared error has the same form: (prediction − truth) · input.
#
# Check the comparison. Linear regression is $\hat t = x \cdot W$ with the loss $\tfrac12\sum_j(\hat t_j - t_j)^2$. Its gradient
# is the *outer product* of input and error, as above: entry $(d, j)$ is input number $d$ times error number $j$.

# %%
target = np.array([0.0, 1.0, 0.0])
squared_error = lambda W: 0.5 * np.sum((x @ W - target) ** 2)
numerical = gradient_check.eval_numerical_gradient(squared_error, W.copy(), verbose=False)
assert np.allclose(numerical, np.outer(x, x @ W - target))
print("linear regression: x times (prediction - target); softmax: x times (probabilities - target)")

# %% [markdown]
# The $p_j - [j = y_i]$ of one example add up to $1 - 1 = 0$: what one class gains, the others lose.

# %%
assert abs(dscores.sum()) < 1e-15
print("dscores sum to zero")

# %% [markdown]
# The loss over a batch is the mean of the $L_i$, plus a penalty for large weights:
#
# $$L = \frac1N \sum_{i=1}^{N} L_i + \texttt{reg} \sum_{d,c} W_{dc}^2,
#   \qquad
#   \frac{\partial L}{\partial W} = \frac1N \sum_{i=1}^{N} \frac{\partial L_i}{\partial W} + 2\,\texttt{reg}\,W.$$
#
# The penalty is over all of $W$, the bias row included. The factor 2 in the
# gradient is the derivative of the square. Some courses write the penalty as $\tfrac12\texttt{reg}\sum W^2$: then the
# gradient has no factor 2. In this suite the penalty has no $\tfrac12$, and the gradient has the 2. It is easy to mix up
# these two forms, and hard to see that one did.
#
# ### Exercise 1: loss and gradient as loops
# Loop over the examples, and for each over the classes. Compute the loss as $-s_{y_i} + \log\sum_j e^{s_j}$ with the
# row's largest score subtracted first, so that no exponential overflows.

# %%
def my_softmax_loss_naive(W, X, y, reg):
    """Softmax loss (a number) and its gradient dW (D, C), for W (D, C), X (N, D), y (N,).

    loss = mean of L_i + reg * sum(W**2);  dL_i/dW[:, j] = (p_j - [j = y_i]) x_i
    """
    ### BEGIN SOLUTION
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        scores -= scores.max()
        denominator = np.exp(scores).sum()
        loss += -scores[y[i]] + np.log(denominator)
        for j in range(W.shape[1]):
            p = np.exp(scores[j]) / denominator
            dW[:, j] += (p - (j == y[i])) * X[i]
    return loss / len(X) + reg * np.sum(W**2), dW / len(X) + 2 * reg * W
    ### END SOLUTION


# %% [markdown]
# The check calls it on small problems, in which no term can hide: the regularization is as large as the rest, rows differ in
# offset, classes are missing. It looks at each part by itself, and if one is wrong, it tries to find out which mistake gives just
# these numbers.

# %% points=20
check.softmax_loss(my_softmax_loss_naive).require()

# %% [markdown]
# On real images a sanity check needs no reference. With tiny weights all scores are nearly equal, so every class has probability
# $1/C$, and the loss is $\log C$: for ten classes, 2.302585. A different number means that something is wrong
# already.

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)
X, y = data["X_dev"].astype(np.float64), data["y_dev"]

# %%
W = 1e-6 * np.random.default_rng(0).standard_normal((3073, 10))
loss, dW = my_softmax_loss_naive(W, X, y, reg=0.0)
print(f"loss {loss:.2f}, log 10 = {np.log(10):.2f}, gradient {dW.shape}")
assert abs(loss - np.log(10)) < 0.01

# %% [markdown]
# ## Numerical derivatives
#
# A derivative is a limit of slopes; a computer stops somewhere before the limit. There are better and worse places to
# stop, and better and worse slopes.
#
# $$\text{forward: } \frac{f(x+h) - f(x)}{h}, \qquad
#   \text{central: } \frac{f(x+h) - f(x-h)}{2h}, \qquad
#   \text{complex step: } \frac{\operatorname{Im} f(x + ih)}{h}.$$
#
# The **forward** difference is off by a multiple of $h$. In the **central** one the errors of both sides cancel, and
# $h^2$ remains. But a small $h$ makes the subtraction of two nearly equal numbers inexact, and dividing by $h$ blows
# that rounding error up. The **complex step** subtracts nothing: for a function that takes complex numbers,
# $f(x + ih) = f(x) + ih f'(x) - \dots$, so the imaginary part *is* $h f'(x)$, and $h$ can be as small as
# one likes.
#
# Take $f(x) = \log(1 + e^x)$ at $x = 0.5$, and try them all. Its derivative is $1 / (1 + e^{-x})$, which is called the
# *sigmoid*.

# %%
def f(x):
    return np.log(1 + np.exp(x))


# %%
h = 10.0 ** -np.arange(1, 17)
estimates = {
    "forward": (f(0.5 + h) - f(0.5)) / h,
    "central": (f(0.5 + h) - f(0.5 - h)) / (2 * h),
    "complex step": f(0.5 + 1j * h).imag / h,
}

# %%
exact = 1 / (1 + np.exp(-0.5))
errors = {name: np.abs(value - exact) / exact for name, value in estimates.items()}
drawn = {name: np.maximum(error, 1e-17) for name, error in errors.items()}  # an error of 0 has no logarithm

# %% alt="Relative error of forward, central and complex-step derivatives against the step h, both axes logarithmic: forward and central fall, then rise again; complex step falls and stays at rounding level"
fig, ax = plt.subplots(figsize=(6.4, 4), layout="constrained")
for (name, error), marker, color in zip(drawn.items(), vis_utils.MARKERS, vis_utils.COLOURS, strict=False):
    ax.loglog(h, error, marker=marker, color=color, label=name)
ax.set(xlabel="step h", ylabel="relative error", title="Error of three numerical derivatives")
ax.invert_xaxis()
ax.grid(alpha=0.3)
ax.legend()
plt.show()

# %% [markdown]
# Read it from left to right: $h$ gets smaller, because the axis is reversed. Both axes are logarithmic, and so a line shows
# by how many powers of ten the error falls when $h$ falls by one. The error of the forward difference falls by one power
# of ten (the line has *slope 1*), until it rises again near $10^{-8}$. The error of the central difference falls by two
# powers of ten (*slope 2*), until it rises again near $10^{-5}$. Left of the lowest point the error is that of the
# formula (*truncation*), right of it that of the arithmetic (*rounding*). The error of the complex step falls with slope
# 2, until nothing is left of it.

# %%
best = {name: h[np.argmin(error)] for name, error in errors.items()}
assert 1e-9 < best["forward"] < 1e-6 and 1e-6 < best["central"] < 1e-3
assert errors["central"][4] < 1e-9 and errors["complex step"][-1] < 1e-15
slope_forward = np.log10(errors["forward"][0] / errors["forward"][2]) / 2
slope_central = np.log10(errors["central"][0] / errors["central"][2]) / 2
print(f"order of the error: forward {slope_forward:.1f}, central {slope_central:.1f}")

# %% [markdown]
# ### Exercise 2: the central difference
# Write it for a function of an array: one derivative for each entry. Leave `x` as you found it.

# %%
def my_numerical_gradient(f, x, h=1e-5):
    """Return the central-difference gradient of f at x, in x's shape. f takes an array and returns a number.

    (f(x + h) - f(x - h)) / (2 h), entry by entry. x ends as it began.
    """
    ### BEGIN SOLUTION
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad
    ### END SOLUTION


# %% points=10
check.numerical_gradient(my_numerical_gradient).require()

# %% [markdown]
# Now your two functions check each other: the loss by loops, its gradient by formula and by differences, on a small
# problem in which the regularization is a large part of the loss.

# %%
rng = np.random.default_rng(2)
X_small, y_small, W_small = rng.normal(size=(8, 5)), rng.integers(3, size=8), rng.normal(size=(5, 3))
by_differences = my_numerical_gradient(lambda W: my_softmax_loss_naive(W, X_small, y_small, 0.5)[0], W_small)
by_formula = my_softmax_loss_naive(W_small, X_small, y_small, 0.5)[1]
assert np.allclose(by_formula, by_differences, atol=1e-7), "the two gradients differ"
print("both gradients agree")

# %% [markdown]
# ## How equal is equal?
#
# Two derivatives are compared by their **relative error** $|a - n| / (|a| + |n|)$: a difference of 0.001 is nothing
# beside 1,000 and everything beside 0.001. For central differences with $h = 10^{-5}$, 64-bit floats, and inputs and
# weights near 1, the notes of CS231n give these rules:
#
# | relative error | verdict |
# |---|---|
# | below 1e-7 | right |
# | 1e-7 to 1e-4 | fine for a tiny derivative, or near a point where the slope jumps (a *kink*, see below); look closer otherwise |
# | above 1e-4 | suspicious |
# | above 1e-2 | almost certainly wrong |
#
# There are 30,730 entries, and each needs two losses. That takes too long with loops, and a few random entries are enough.
# `grad_check_sparse` prints them. Here is your gradient at `reg = 0`:

# %% tags=["nbval-ignore-output"]
W = 1e-3 * np.random.default_rng(1).standard_normal((3073, 10))
loss, dW = my_softmax_loss_naive(W, X, y, reg=0.0)
f = lambda W: my_softmax_loss_naive(W, X, y, reg=0.0)[0]
errors = gradient_check.grad_check_sparse(f, W, dW, num_checks=5, rng=0)

# %% [markdown]
# Some of these errors can be above 1e-7, although the gradient is right. The centred pixels
# reach from about −140 to 155, so a step of $h$ in a weight moves a score by up to about $155h$. The loss bends over such a distance, and a smaller step would be better. But how small?
# The best step depends on the function, and it differs from entry to entry. `check_gradient` therefore tries several
# steps. For each it estimates the error of its own numerical derivative, from two sources: formulas of different order
# disagree where the step is too large, and the function's values scatter by their rounding where the step is too small.
# The verdict can be
#
# - **right**: the two derivatives agree, and the numerical one is exact enough to show it;
# - **wrong**: they differ by more than any error of the numerical one explains;
# - **can't tell**: rounding or a kink hides the answer. The result holds the reason, and you see it when you print the
#   whole result.
#
# The array that `grad_check_sparse` returned has the same verdict for its entries:

# %%
print(errors.check.verdict)
assert errors.check.ok, errors.check

# %% [markdown]
# The next cell checks two right gradients. The first line that it prints is the verdict on a sine: *right*. The second one
# is the whole result for a very small sine plus 10 billion. There rounding hides the answer: beside 10 billion no digit
# is left in which the change of such a small function could be seen.

# %%
point = np.array([0.5])
print(gradient_check.check_gradient(lambda x: np.sum(np.sin(x)), point, np.cos(point)).verdict)
tiny = lambda x: 1e10 + 1e-6 * np.sum(np.sin(x))
print(gradient_check.check_gradient(tiny, point, 1e-6 * np.cos(point)))

# %% [markdown]
# ## A check that can be passed by wrong code
#
# At `reg = 0` the regularization isn't there, and so its gradient can't be wrong. With a tiny `reg` like 5e-6, which the
# official assignment uses in places, the regularization is so small beside the data loss that a mistake in it doesn't
# show. Let us be wrong on purpose: the gradient lacks the factor 2.

# %%
def lacks_the_2(W, X, y, reg):
    loss, dW = my_softmax_loss_naive(W, X, y, reg)
    return loss, dW - reg * W


# %% [markdown]
# We check it on 20 images with three values of `reg`. The last is chosen so that the regularization loss is **as large as the data
# loss**: then neither can hide behind the other. `threshold=1e-6` asks for derivatives that agree to a millionth.

# %%
data_loss, _ = my_softmax_loss_naive(W, X[:20], y[:20], reg=0.0)
reg_that_matters = data_loss / np.sum(W**2)
for name, reg in [("0", 0.0), ("5e-6", 5e-6), ("as large as the data loss", reg_that_matters)]:
    _, wrong_dW = lacks_the_2(W, X[:20], y[:20], reg)
    f = lambda W, reg=reg: my_softmax_loss_naive(W, X[:20], y[:20], reg)[0]
    found = gradient_check.check_gradient(f, W, wrong_dW, num_checks=10, rng=0, threshold=1e-6)
    print(f"reg {name:26} verdict on the wrong gradient: {found.verdict}")

# %% [markdown]
# A numerical check can only say *that* a gradient is wrong. The check of this suite's exercises compares each term with what
# usual mistakes would give, and says *which*:

# %%
print(check.softmax_loss(lacks_the_2).summary)

# %% [markdown]
# So: **check where every term matters.** Your own gradient has to pass there too.

# %%
loss, dW = my_softmax_loss_naive(W, X[:20], y[:20], reg_that_matters)
f = lambda W: my_softmax_loss_naive(W, X[:20], y[:20], reg_that_matters)[0]
found = gradient_check.check_gradient(f, W, dW, num_checks=20, rng=0, threshold=1e-6)
assert found.ok, found
print("your gradient is right where the regularization matters")

# %% [markdown]
# ## Two more opinions
#
# SciPy has a check of its own. It takes forward differences and returns the length of the difference vector. On the small
# problem from above it compares every entry:

# %%
difference = scipy.optimize.check_grad(
    lambda w: my_softmax_loss_naive(w.reshape(5, 3), X_small, y_small, 0.5)[0],
    lambda w: my_softmax_loss_naive(w.reshape(5, 3), X_small, y_small, 0.5)[1].ravel(),
    W_small.ravel(),
)
assert difference < 1e-6
print(f"SciPy's difference is below 1e-6: {difference < 1e-6}")

# %% [markdown]
# And the complex step, which is exact to the last digits. It needs a loss that takes complex weights, so the maximum,
# which means nothing among complex numbers, is left out (small scores don't need it):

# %%
def complex_loss(W):
    scores = X_small @ W
    losses = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(8), y_small]
    return losses.mean() + 0.5 * np.sum(W**2)


# %%
exact = gradient_check.complex_step_gradient(complex_loss, W_small)
_, dW = my_softmax_loss_naive(W_small, X_small, y_small, 0.5)
error = gradient_check.relative_error(exact, dW).max()
print(f"largest relative error below 1e-10: {error < 1e-10}")
assert error < 1e-10

# %% [markdown]
# ## Where a check misleads: kinks
#
# The SVM's hinge $\max(0, m)$ has a kink at 0: slope 0 on one side, 1 on the other. A central difference that
# straddles it measures a slope between the two, though the derivative at the point is perfectly clear.

# %%
m, h = -0.3, 0.5
hinge = lambda m: np.maximum(0, m)
secant = (hinge(m + h) - hinge(m - h)) / (2 * h)
print(f"true slope at {m}: 0, central difference with h = {h}: {secant:.1f}")

# %% alt="The hinge function max(0, m) with a secant line across its kink: the secant has slope 0.2, the function at that point slope 0"
margins = np.linspace(-1, 1, 201)
fig, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
ax.plot(margins, hinge(margins), color=vis_utils.COLOURS[0], label="max(0, m): slope 0 at m = -0.3")
ends = np.array([m - h, m + h])
ax.plot(ends, hinge(ends), "o--", color=vis_utils.COLOURS[1], label="central difference: slope 0.2")
ax.plot(m, 0, "ks", label="the point that is checked")
ax.set(xlabel="margin m", ylabel="loss", title="A difference across a kink")
ax.legend()
plt.show()

# %% [markdown]
# So the central difference of an SVM loss can be off at a few entries: those where the step carries the margin of some
# example across its kink. A step of $h$ in a weight changes a margin by $h$ times the pixel. With our pixels, a margin
# can cross its kink from as far as about $155h$ away. With 500 images and ten classes there are 4,500 margins. At tiny `W` all are near 1, safely away from the kink at 0;
# in a trained `W` some are always close. A smaller `h` crosses fewer kinks. The next cell puts an example right beside a
# kink, and compares two steps with the right gradient.

# %%
X_one, y_one, W_kink = np.array([[1.0]]), np.array([0]), np.array([[1.0 - 1e-6, 0.0]])
_, dW_svm = svm_loss_naive(W_kink, X_one, y_one, 0.0)
f = lambda W: svm_loss_naive(W, X_one, y_one, 0.0)[0]
for h in [1e-4, 1e-8]:
    differences = gradient_check.eval_numerical_gradient(f, W_kink, verbose=False, h=h)
    print(f"h = {h:.0e}: right {dW_svm[0]}, by differences {differences[0].round(3)}")

# %% [markdown]
# `check_gradient` sees that the larger steps don't agree, and takes smaller ones. Exactly at the kink no step helps: the slopes
# on both sides differ, and the verdict is that it can't tell.

# %%
print("beside the kink:", gradient_check.check_gradient(f, W_kink, dW_svm).verdict)
W_kink[:] = [[1.0, 0.0]]
_, dW_svm = svm_loss_naive(W_kink, X_one, y_one, 0.0)
print("at the kink:", gradient_check.check_gradient(f, W_kink, dW_svm).verdict)

# %% [markdown]
# The softmax loss has no kinks: it is smooth everywhere. A softmax gradient that is called wrong is wrong.
#
# ## Questions
#
# **1.** A friend's loss prints 2.3026 for tiny weights and is still wrong. Name two mistakes that this check can't see.
#
# <details><summary>Answer</summary>
#
# Any mistake in the gradient, since the check looks at the loss alone; and a wrong or missing regularization term, since
# `reg * sum(W**2)` is nearly 0 for tiny weights. Looking at the wrong label isn't seen either: all classes have
# probability 1/10.
# </details>
#
# **2.** Why may a central difference of the SVM loss be off at single entries, though the gradient is right? How would you
# find out whether that is the reason?
#
# <details><summary>Answer</summary>
#
# The hinge has kinks; where the interval from $x - h$ to $x + h$ has one in it, the difference is a mixture of two
# slopes. Check the same entry with a smaller $h$: an error from a kink beside the point goes away, and a mistake
# stays. Exactly at a kink a smaller $h$ doesn't help: there move `W` a little. It also helps to use few examples: fewer
# margins, fewer kinks.
# </details>
#
# **3.** For one example, the entries of `p - onehot` sum to zero. What follows for the gradient's data part, and how could
# you use it?
#
# <details><summary>Answer</summary>
#
# Every row of the data part of `dW` sums to zero over the classes: adding the same amount to all scores doesn't change a
# softmax. It is a check that costs one line and needs no numerical derivative.
# </details>
#
# **4.** The complex step is exact to rounding, and needs one evaluation of the loss for each weight. Why isn't it used for everything?
#
# <details><summary>Answer</summary>
#
# It needs code that takes complex numbers, and functions that stay analytic there: `max`, `abs` and comparisons don't. And
# one evaluation for each weight is 30,730 evaluations (the central difference needs twice as many). The analytic gradient
# costs about as much as two evaluations in all.
# </details>
#
# ## What you showed
# - $\partial L_i/\partial W_{:,j} = (p_j - [j = y_i])\,x_i$, derived and written as loops.
# - The best step of a central difference depends on the function, and is often near $10^{-5}$. The complex step is right to
#   rounding at any small $h$.
# - A check that estimates its own error has three verdicts: right, wrong, and can't tell.
# - A gradient without its factor 2 passes at `reg = 0` and at 5e-6, and is caught where the regularization is as large
#   as the data loss.
# - A difference across a kink is no derivative; softmax has no kinks.
#
# **Next:** [5. Vectorized](05_vectorized.ipynb): the same numbers without the loops, several times as fast.
