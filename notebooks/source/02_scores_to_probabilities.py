# %% [markdown]
# # 2. From scores to probabilities
#
# A linear classifier gives each class a score, any number at all. Softmax turns the scores of one image into
# probabilities. Here you find out why it does so with an exponential, what that costs on a computer, and how to write it so
# that nothing overflows.
#
# **What you'll learn**
# - how one image becomes three scores, in two layouts that say the same;
# - why probabilities come from *exponentiate, then normalise*, and not from normalising alone;
# - what temperature does, and why adding a constant to all scores does nothing;
# - how to write softmax so that scores of 1,000 don't break it;
# - how softmax relates to the sigmoid, where it comes from, and what else could be used.
#
# *Before you start:* notebook 1. *Time:* about 45 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG;
# yours can differ in the last digits.*

# %% [markdown] tags=["practice"]
# This notebook has the solutions of its exercises in it. To solve them yourself, work in a copy without solutions:
# `make practice`, or `python -m cs231n_softmax practice`, lays copies of all notebooks into the folder `practice/`. You
# can run it again at any time. What you have written there stays.

# %%
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

from cs231n_softmax import check, data_utils, vis_utils

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %% [markdown]
# ## One image, three classes
#
# A score is a weighted sum of the image's 3,073 numbers. Textbooks often draw one image as a *column* $x$ and write
# $s = Wx$, with one **row** of $W$ for each class:

# %%
rng = np.random.default_rng(0)
W_rows = 1e-4 * rng.standard_normal((3, 3073))
x_column = data["X_dev"][0].reshape(3073, 1)
scores_column = W_rows @ x_column
print(W_rows.shape, "times", x_column.shape, "gives", scores_column.shape)

# %% [markdown]
# Code handles many images at once, and a data set stores one image in each **row** of $X$. Then $S = XW$, with one
# **column** of $W$ for each class. The two layouts are transposes of each other, and the numbers are the same. This suite
# always uses the second: $X$ is $(N, D)$, $W$ is $(D, C)$, scores are $(N, C)$.

# %%
X, W = x_column.T, W_rows.T
scores = X @ W
print(X.shape, "times", W.shape, "gives", scores.shape)
assert np.allclose(scores, scores_column.T)

# %% [markdown]
# Only the order of scores matters for the *decision*: the largest wins. But is a lead of 1.5 a lot? Scores have no scale of
# their own. The SVM, a rival of softmax (notebook 9), leaves it at that. Softmax gives them one: it reads scores as statements about **probability**.
#
# ## Exponentiate, then normalise
#
# $$p_j = \frac{e^{s_j}}{\sum_k e^{s_k}}$$
#
# The exponential makes every number positive, whatever its sign, and keeps the order. Dividing by the sum makes them add up
# to one. Step by step, for one image with scores for a cat, a car and a frog:

# %%
names, s = ["cat", "car", "frog"], np.array([3.2, 5.1, -1.7])
exponentials = np.exp(s)
p = exponentials / exponentials.sum()
print("scores       ", s)
print("exponentials ", exponentials.round(2))
print("probabilities", p.round(2))

# %% alt="Three bar charts for cat, car and frog: the scores 3.2, 5.1 and -1.7, their exponentials, and the probabilities 0.13, 0.87 and 0.00"
fig, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
titles = ["scores", "exponentiated", "normalised"]
for ax, values, title in zip(axes, [s, exponentials, p], titles, strict=True):
    bars = ax.bar(names, values, color=vis_utils.COLOURS[0])
    ax.bar_label(bars, fmt="%.2f", padding=2)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.margins(y=0.2)
    ax.set(title=title, xlabel="class", ylabel=["score", "exp(score)", "probability"][titles.index(title)])
plt.show()

# %%
assert p.round(2).tolist() == [0.13, 0.87, 0.0] and np.isclose(p.sum(), 1)

# %% [markdown]
# ### Exercise 1: softmax
# For scores of shape `(N, C)`, one row for each image. Write it as in the formula; the next section will
# break it, and you will mend it.

# %%
def my_softmax(scores):
    """Return probabilities (N, C) for scores (N, C): exp(s_j) / sum_k exp(s_k), row by row."""
    ### BEGIN SOLUTION
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% points=5
check.softmax(my_softmax, stable=False).require()

# %% [markdown]
# ## Why the exponential?
#
# Positive scores could simply be divided by their sum. Compare the two on the scores (1, 2), and on ten times as much:

# %%
for s in [np.array([1.0, 2.0]), np.array([10.0, 20.0])]:
    p, q = my_softmax(s[None])[0], s / s.sum()
    print(f"scores {s}: softmax ({p[0]:.8f}, {p[1]:.8f}), divided by their sum ({q[0]:.3f}, {q[1]:.3f})")

# %%
assert np.allclose(my_softmax(np.array([[1.0, 2.0]])), [[0.26894142, 0.73105858]], atol=5e-9)
assert np.allclose(my_softmax(np.array([[10.0, 20.0]])), [[0.0000453978687, 0.999954602]], atol=5e-9)
assert np.allclose([1 / 3, 2 / 3], np.array([10.0, 20.0]) / 30)

# %% [markdown]
# Plain division sees ratios: 20 is twice 10 as 2 is twice 1, so it gives 1/3 and 2/3 both times. Softmax sees
# **differences**: a lead of 1 is weak evidence and gives 0.27 against 0.73; a lead of 10 is strong evidence and gives near
# certainty. Weak evidence should give flat probabilities, strong evidence sharp ones. (And plain division breaks down
# when scores are negative, or add up to zero.)
#
# So the size of the scores sets how sure the answer is. Dividing all scores by a **temperature** $T$ shows it: high
# temperatures flatten, low ones sharpen.

# %% alt="Probabilities of cat, car and frog against temperature on a logarithmic axis: near 0 the car has it all, at high temperature all three approach one third"
s = np.array([3.2, 5.1, -1.7])
temperatures = np.logspace(-1, 2, 100)
p = my_softmax(s / temperatures[:, None])
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for j, name in enumerate(names):
    ax.semilogx(temperatures, p[:, j], color=vis_utils.COLOURS[j], linestyle=vis_utils.DASHES[j], label=name)
ax.axhline(1 / 3, color="gray", linewidth=0.8)
ax.set(xlabel="temperature T", ylabel="probability", title="softmax of (3.2, 5.1, -1.7) / T")
ax.legend()
plt.show()

# %%
assert p[0].max() > 0.999 and np.ptp(p[-1]) < 0.03
assert (np.argmax(p, axis=1) == 1).all()
print("the order never changes, only the confidence")

# %% [markdown]
# With a running kernel you can move the temperature yourself (the figure above shows the same without one):

# %% tags=["nbval-ignore-output"]
@ipywidgets.interact(T=ipywidgets.FloatLogSlider(value=1, min=-1, max=2))
def show(T):
    print(dict(zip(names, my_softmax(s[None] / T)[0].round(3).tolist(), strict=True)))


# %% [markdown]
# ## Adding a constant does nothing
#
# Only differences count, so the same number added to all scores changes nothing: it is a factor $e^c$ above and below the
# fraction line, and cancels. Softmax is **shift-invariant**.
#
# $$\frac{e^{s_j + c}}{\sum_k e^{s_k + c}} = \frac{e^c e^{s_j}}{e^c \sum_k e^{s_k}} = \frac{e^{s_j}}{\sum_k e^{s_k}}$$

# %%
assert np.allclose(my_softmax(s[None] + 100), my_softmax(s[None]))
print(my_softmax(s[None] + 100)[0].round(2))

# %% [markdown]
# A computer doesn't know that. $e^{710}$ is larger than any 64-bit number, and becomes infinity; infinity divided by
# infinity is *not a number*. Scores of 1,000 do occur, for instance when training takes far too large steps.

# %%
with np.errstate(over="ignore", invalid="ignore"):
    exponentials = np.exp(np.array([1000.0, 1001.0, 999.0]))
    print(exponentials, "->", exponentials / exponentials.sum())

# %% [markdown]
# **Clipping** the scores, say to at most 500, stops the overflow, and gives a wrong answer: three different scores become
# equal. **Shifting** gives the right one. Subtract the largest score of the row, as shift-invariance allows: the
# largest exponent is then 0, the others are negative, and nothing can overflow.

# %%
large = np.array([[1000.0, 1001.0, 999.0]])
clipped, shifted = np.minimum(large, 500), large - large.max(axis=1, keepdims=True)
print("clipped", my_softmax(clipped)[0].round(3))
print("shifted", my_softmax(shifted)[0].round(3))

# %% [markdown]
# ### Exercise 2: stable softmax
# The same as exercise 1, but safe for scores of any size. Take the maximum of *each row*: rows can differ a lot.

# %%
def my_stable_softmax(scores):
    """Return probabilities (N, C) for finite scores (N, C) of any size. `scores` itself isn't changed."""
    ### BEGIN SOLUTION
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% points=10
check.softmax(my_stable_softmax).require()

# %% [markdown]
# Your function on real images: ten classes, random weights, and every row a probability distribution.

# %%
W = 1e-3 * rng.standard_normal((3073, 10))
probs = my_stable_softmax(data["X_dev"] @ W)
assert probs.shape == (500, 10) and np.allclose(probs.sum(axis=1), 1) and (probs >= 0).all()
print("500 images, each with", probs.shape[1], "probabilities that add up to 1")

# %% [markdown]
# ## The classes are coupled
#
# Since they add up to one, no class can gain without the others losing. Raise the score of the frog:

# %%
s = np.array([3.2, 5.1, -1.7])
raised = s + [0, 0, 6]
before, after = my_stable_softmax(np.stack([s, raised]))
print("before", before.round(3), " after", after.round(3))
assert after[2] > before[2] and after[0] < before[0] and after[1] < before[1]

# %% [markdown]
# The **sigmoid** $\sigma(s) = 1/(1 + e^{-s})$ also makes a number between 0 and 1 of a score, but of one score at a
# time. Three sigmoids answer three separate questions (*is there a cat? a car? a frog?*), and raising one leaves the
# others alone. That suits images that may show several things. For exactly one of several, softmax.

# %%
def sigmoid(s):
    return 1 / (1 + np.exp(-s))


print("before", sigmoid(s).round(3), " after", sigmoid(raised).round(3))
assert np.array_equal(sigmoid(s)[:2], sigmoid(raised)[:2])

# %% [markdown]
# They are close relatives: **the sigmoid is softmax over two classes**, of which one has score 0. Dividing above and below by
# $e^{s}$: $\;\frac{e^{s}}{e^{s} + e^{0}} = \frac{1}{1 + e^{-s}}$.

# %%
t = np.linspace(-8, 8, 50)
assert np.allclose(my_stable_softmax(np.stack([t, np.zeros(50)], axis=1))[:, 0], sigmoid(t))
print("sigmoid(s) = softmax((s, 0))")

# %% [markdown]
# ## Where it comes from
#
# Turn the formula round. From $p_j = e^{s_j} / Z$, with $Z$ the sum, follows $s_j = \log p_j + \log Z$: scores are
# **log-probabilities**, up to a constant that is the same for all classes. They are *unnormalised* log-probabilities, and
# softmax normalises them.

# %%
recovered = np.log(before)
assert np.allclose(recovered - recovered[0], s - s[0])
print("differences of log p:", (recovered - recovered[0]).round(2), " of scores:", (s - s[0]).round(2))

# %% [markdown]
# That isn't by chance. The distribution over $C$ classes (the *categorical* one) can be written as
#
# $$P(y) = \exp\Bigl(\sum_j [y = j]\, s_j - \log Z(s)\Bigr), \qquad [y = j] = 1 \text{ if } y = j, \text{ else } 0,$$
#
# which is the shape of an **exponential family**: something observed ($[y=j]$) times a parameter ($s_j$), less a
# normaliser. Its parameters are the scores. A model whose parameters are linear in the input, as $s = xW$ is, is called a *generalised
# linear model*; the way
# from the parameters back to the mean, here the vector of probabilities, is called the **inverse link**, and for this
# family it is softmax. As in every exponential family, the normaliser's derivative is the mean:
# $\partial \log Z/\partial s_j = p_j$. Check it:

# %%
log_Z = lambda s: np.log(np.exp(s).sum())
h = 1e-6
derivative = [(log_Z(s + h * e) - log_Z(s - h * e)) / (2 * h) for e in np.eye(3)]
assert np.allclose(derivative, before, atol=1e-8)
print("d log Z / ds =", np.round(derivative, 3))

# %% [markdown]
# ## Could it be something else?
#
# Anything positive can be normalised. Two alternatives from the literature (de Brébisson and Vincent, arXiv 1511.05042):
#
# - **Taylor softmax** replaces $e^s$ by $1 + s + s^2/2$, the beginning of its series, which is always positive;
# - **spherical softmax** replaces it by $s^2$.

# %%
alternatives = {
    "softmax": np.exp,
    "Taylor softmax": lambda s: 1 + s + s**2 / 2,
    "spherical softmax": np.square,
}


def normalise(positive, scores):
    """Return positive(scores), each row divided by its sum."""
    values = positive(scores)
    return values / values.sum(axis=1, keepdims=True)


# %% alt="Probability of the first of two classes against its score, the other score fixed at 1: softmax rises as an S, Taylor softmax flattens on the left and turns up again, spherical softmax falls to 0 at score 0 and is symmetric about it; plain normalisation is only defined for positive scores"
grid = np.linspace(-6, 6, 241)
pairs = np.stack([grid, np.ones(241)], axis=1)
fig, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
for k, (name, positive) in enumerate(alternatives.items()):
    style = {"color": vis_utils.COLOURS[k], "linestyle": vis_utils.DASHES[k]}
    ax.plot(grid, normalise(positive, pairs)[:, 0], **style, label=name)
plain = pairs[grid > 0]
ax.plot(plain[:, 0], plain[:, 0] / plain.sum(axis=1), ":", color="gray", linewidth=2, label="plain normalisation")
ax.set(xlabel="score of the first class", ylabel="its probability", title="Two classes, the other score is 1")
ax.legend()
plt.show()

# %% [markdown]
# What each keeps and what it loses:

# %%
three = np.array([[0.5, 1.0, 2.0]])
for name, positive in alternatives.items():
    sums_to_one = np.isclose(normalise(positive, three).sum(), 1)
    shift_invariant = np.allclose(normalise(positive, three + 3), normalise(positive, three))
    even = np.allclose(normalise(positive, -three), normalise(positive, three))
    print(f"{name:18} adds up to one: {sums_to_one!s:5}  shift-invariant: {shift_invariant!s:5}  even: {even}")

# %% [markdown]
# All three add up to one. Only softmax ignores a shift, and only softmax always rises with the score: Taylor softmax turns
# up again below −1. Spherical softmax is *even*: a score of −5 counts as much as 5, so a low score isn't evidence against a
# class. They were studied because, for losses built on such
# quadratics, the weights of very many classes can be updated at a cost that doesn't depend on their number. For large leads they
# become sure more slowly, as a quadratic doesn't grow like an exponential:

# %%
lead = np.array([[10.0, 0.0]])
print({name: normalise(positive, lead + 1)[0, 0].round(6).item() for name, positive in alternatives.items()})

# %% [markdown]
# ## Questions
#
# **1.** All scores of an image are doubled. Does the predicted class change? Do the probabilities?
#
# <details><summary>Answer</summary>
#
# The class doesn't: doubling keeps the order. The probabilities do: all differences are doubled, so they become sharper. It is
# the same as halving the temperature.
# </details>
#
# **2.** `W` is all zeros. What are the probabilities of an image with 10 classes, and what does a shift by 1,000 do to them?
#
# <details><summary>Answer</summary>
#
# All scores are 0, so each class has probability 1/10; with all scores at 1,000 still 1/10, if the softmax is written so that
# it survives them.
# </details>
#
# **3.** Why subtract the maximum of the row, and not, say, its mean?
#
# <details><summary>Answer</summary>
#
# Both are allowed by shift-invariance, but only the maximum makes sure that no exponent is positive. With scores (0, 0, 3000)
# the mean is 1,000 and the largest exponent 2,000: overflow. Taking out the maximum, the others may underflow to 0, which is
# harmless: the sum is at least 1.
# </details>
#
# ## What you showed
# - Scores become probabilities by exponentiating and normalising; differences of scores are what counts.
# - Subtracting each row's maximum changes nothing and prevents overflow; clipping changes the answer.
# - Probabilities that add up to one couple the classes; the sigmoid is the case of two.
# - Scores are unnormalised log-probabilities.
#
# **Next:** [3. Cross-entropy](03_cross_entropy.ipynb): from probabilities to a loss.
