# %% [markdown]
# # 2. From scores to probabilities
#
# A linear classifier gives each class a score, which can be any number.
# Softmax turns the scores of an image into probabilities.
# In this notebook you find out why softmax uses an exponential, how an exponential can overflow on a computer, and how to write softmax so that this never happens.
#
# **What you'll learn**
# - how one image becomes three scores, in two layouts that give the same numbers;
# - why softmax first exponentiates and then normalises, and what goes wrong without the exponential;
# - what temperature does, and why adding a constant to all scores does nothing;
# - what softmax looks like when an image has only two numbers, so that you can draw all of it;
# - how to write softmax so that scores of 1,000 don't break it;
# - how softmax and the sigmoid are related, which property leads to the formula of softmax, and what could be used instead.
#
# *Before you start:* notebook 1.
# *Time:* about 75 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG.
# Yours can differ in the last digits.*

# %% [markdown] tags=["practice"]
# This notebook has the solutions of its exercises in it.
# To solve them yourself, work in a copy without solutions: `make practice`, or `python -m cs231n_softmax practice`, lays copies of all notebooks into the folder `practice/`.
# You can run it again at any time.
# What you have written there stays.

# %%
import sys

from IPython import get_ipython

if "google.colab" in sys.modules:  # Colab has all that is needed except for this package
    get_ipython().run_line_magic("pip", "install --quiet --find-links . cs231n_softmax")

# %%
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import softmax_loss_vectorized

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %% [markdown]
# ## One image, three classes
#
# A score is a weighted sum of the image's 3,073 numbers.
# Textbooks often draw one image as a *column* $x$ and write $s = Wx$.
# Then each class has one **row** of $W$:

# %%
rng = np.random.default_rng(0)
W_rows = 1e-4 * rng.standard_normal((3, 3073))
x_column = data["X_dev"][0].reshape(3073, 1)
scores_column = W_rows @ x_column
print(W_rows.shape, "times", x_column.shape, "gives", scores_column.shape)

# %% [markdown]
# Code works on many images at once, and each image is one **row** of $X$.
# Then $S = XW$, and each class has one **column** of $W$.
# Each array is the transpose of the array in the first layout, so the scores are the same numbers.
# This suite always uses the second layout: $X$ is $(N, D)$, $W$ is $(D, C)$, and the scores are $(N, C)$.

# %%
X, W = x_column.T, W_rows.T
scores = X @ W
print(X.shape, "times", W.shape, "gives", scores.shape)
print("the same scores:", np.allclose(scores, scores_column.T))

# %% tags=["claim"]
assert np.allclose(scores, scores_column.T) and np.argmax(10 * scores) == np.argmax(scores)

# %% [markdown]
# The class with the highest score is the answer.
# But how sure is this answer?
# Suppose the best class leads by 1.5.
# We can't tell whether that is a lot.
# If we multiply $W$ by 10, every answer stays the same, and the lead becomes 15.
# So we have to agree what a lead means.
# Softmax is such an agreement: it turns each lead into a ratio of probabilities.
# Training then looks for a $W$ that gives high probabilities to the true classes.
#
# ## Exponentiate, then normalise
#
# $$p_j = \frac{e^{s_j}}{\sum_k e^{s_k}}$$
#
# The exponential turns every score into a positive number and keeps the order.
# Then each number is divided by their sum, so that they add up to one.
# Here are both steps, for one image with scores for a cat, a car and a frog:

# %%
names, s = ["cat", "car", "frog"], np.array([3.2, 5.1, -1.7])
exponentials = np.exp(s)
p = exponentials / exponentials.sum()
print("scores       ", s)
print("exponentials ", exponentials.round(2))
print("probabilities", p.round(2))

# %%
fig, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
steps = {"score": s, "exp(score)": exponentials, "probability": p}
titles = ["the scores", "exponentiated", "and normalised"]
for ax, (label, values), title in zip(axes, steps.items(), titles, strict=True):
    bars = ax.bar(names, values, color=vis_utils.COLOURS[0])
    ax.bar_label(bars, fmt="%.2f", padding=2)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.margins(y=0.2)
    ax.set(title=title, xlabel="class", ylabel=label)
vis_utils.show("""Three bar charts for cat, car and frog: the scores 3.2, 5.1 and -1.7, their exponentials 24.53,
    164.02 and 0.18, and the probabilities 0.13, 0.87 and 0.00""")

# %% tags=["claim"]
assert p.round(2).tolist() == [0.13, 0.87, 0.0] and np.isclose(p.sum(), 1)
assert exponentials.round(2).tolist() == [24.53, 164.02, 0.18]

# %% [markdown]
# ### Exercise 1: softmax
# Write softmax as in the formula, for scores of shape `(N, C)` with one row for each image.
# A later section shows how it can overflow, and you'll repair it in exercise 2.

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
# Why don't we simply divide the scores by their sum?
# Compare both ways on the scores (1, 2).
# Dividing gives 1/3 and 2/3.
# Softmax gives 0.27 and 0.73, which is similar.
# Now multiply both scores by 10.
#
# **Predict, then run.**
# What does softmax give for the scores (10, 20)?
#
# - (a) 0.27 and 0.73, as before.
# - (b) About 0.03 and 0.97.
# - (c) Less than 0.0001 and more than 0.9999.

# %% tags=["guess"]
guess = "c"  # "a", "b" or "c"
check.guess("02-tenfold", guess)

# %%
for pair in [np.array([1.0, 2.0]), np.array([10.0, 20.0])]:
    q, r = my_softmax(pair[None])[0], pair / pair.sum()
    print(f"scores {pair}: softmax ({q[0]:.8f}, {q[1]:.8f})")
    print(f"       divided by their sum ({r[0]:.8f}, {r[1]:.8f})")

# %% tags=["claim"]
assert np.allclose(my_softmax(np.array([[1.0, 2.0]])), [[0.26894142, 0.73105858]], atol=5e-9)
assert np.allclose(my_softmax(np.array([[10.0, 20.0]])), [[0.0000453978687, 0.999954602]], atol=5e-9)
assert np.allclose([1 / 3, 2 / 3], np.array([10.0, 20.0]) / 30)
assert np.exp(1).round(1) == 2.7 and np.exp(10).round(-3) == 22_000

# %% [markdown]
# Division by the sum depends on **ratios**.
# 20 is twice 10, just as 2 is twice 1, so it gives 1/3 and 2/3 both times.
# Softmax depends on **differences**.
# With a lead of 1, the second class is about 2.7 times as probable as the first.
# With a lead of 10, it is about 22,000 times as probable.
# Softmax also has an advantage: scores may be negative or add up to zero.
# Division by the sum doesn't work then.
#
# So the size of the differences between the scores decides how sure the answer is.
# We can change these differences: we divide all scores by a number $T$, which is called the **temperature**.
# The next figure shows what this does.

# %%
temperatures = np.logspace(-1, 2, 100)
curves = my_softmax(s / temperatures[:, None])
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for j, name in enumerate(names):
    ax.semilogx(temperatures, curves[:, j], color=vis_utils.COLOURS[j], linestyle=vis_utils.DASHES[j], label=name)
ax.axhline(1 / 3, color="gray", linewidth=0.8)
ax.text(0.1, 1 / 3 + 0.02, "1/3", color="dimgray")
ax.set(xlabel="temperature T", ylabel="probability", title="Softmax of the scores (3.2, 5.1, -1.7) / T")
ax.legend()
vis_utils.show("""Three curves: the probabilities of cat, car and frog against the temperature from 0.1 to 100. At
    0.1 the car has probability 1. With higher temperature the curves come together, and at 100 all are about one
    third. The car is always the highest""")

# %% tags=["claim"]
assert curves[0].max() > 0.999 and np.ptp(curves[-1]) < 0.03
assert (np.argsort(curves, axis=1) == [2, 0, 1]).all()

# %% [markdown]
# A low temperature makes the answer surer, a high one makes the probabilities more equal.
# The order of the classes stays the same at every temperature.
#
# ## Probabilities in the plane
#
# An image has 3,072 numbers, and nobody can draw a space of that many dimensions.
# So imagine images with only **two** numbers.
# Each image is a point in the plane.
# We make up 20 points for each of three classes.
# `W` then has three rows: two for the numbers and one for the biases.
# It also has three columns, one for each class.

# %%
centres = np.array([[1.1, 0.3], [-0.8, 1.0], [-0.3, -1.1]])
y = np.repeat([0, 1, 2], 20)
points = centres[y] + 0.6 * np.random.default_rng(3).standard_normal((60, 2))
points_with_one = np.hstack([points, np.ones((60, 1))])
print("points_with_one", points_with_one.shape)

# %% [markdown]
# Now we need a good `W`.
# Notebooks 3 to 6 explain how to find one.
# Here, a library does it: it looks for the `W` that gives the points' own classes high probabilities.
# The number `reg` is a price on large weights.
# A higher `reg` leads to smaller weights.
# You needn't understand the next cell yet.
# Its `loss` says how bad a `W` is, and `dW` is the gradient of this loss.
# Notebooks 3 and 4 explain both.

# %%
def fit(reg):
    """Return the W (3, 3) that suits the 60 points best, with the price `reg` on large weights."""

    def loss(flat):
        value, dW = softmax_loss_vectorized(flat.reshape(3, 3), points_with_one, y, reg)
        return value, dW.ravel()

    return minimize(loss, np.zeros(9), jac=True).x.reshape(3, 3)


# %% [markdown]
# The next figure shows how probable each class is at each place of the plane:
#
# - The **colour** shows the most probable class.
#   Where the colour is mixed or pale, softmax is less sure.
#   The **dashed lines** are like the lines of equal height on a map.
#   Along each of them, the highest probability is the same everywhere: 60 %, 80 % or 95 %.
# - At the **thick lines**, the two most probable classes have the same probability.
# - Each **arrow** is a column of `W` without its bias.
#   If a point moves in the direction of the arrow, the score of this class rises faster than in any other direction.

# %%
fig, axes = plt.subplots(1, 3, figsize=(9.6, 3.7), layout="constrained", sharey=True)
settings = [(1, 0.001), (5, 0.001), (1, 0.1)]
for ax, (T, reg) in zip(axes, settings, strict=True):
    vis_utils.show_regions(fit(reg), points, y, names, T, ax=ax)
    ax.set(title=f"temperature {T}, reg {reg}", ylabel="second number" if ax is axes[0] else "")
vis_utils.show("""Three maps of the plane, each divided by straight lines into regions for cat (circles), car
    (squares) and frog (triangles), with an arrow into each region. At temperature 5 the regions are the same, and
    the probabilities are lower. At reg 0.1 the arrows are shorter, and the probabilities are lower, too""")

# %% [markdown]
# On the left, softmax is almost certain far away from the thick lines.
# In the middle, the temperature is higher.
# The thick lines stay where they are, and softmax is less sure.
# On the right, `reg` is a hundred times as large.
# The arrows become shorter.
# Then the differences between scores are smaller, so softmax is less sure here, too.
#
# The next cell prints both effects as numbers: the mean of the highest probability over the plane, and the lengths of the three arrows.

# %%
side = np.linspace(-3, 3, 61)
places = np.stack([*np.meshgrid(side, side), np.ones((61, 61))], axis=-1).reshape(-1, 3)
for T, reg in settings:
    highest = my_softmax(places @ fit(reg) / T).max(axis=1)
    lengths = np.linalg.norm(fit(reg)[:2], axis=0)
    print(f"T {T}, reg {reg:5}: mean {highest.mean():.2f}, lengths", lengths.round(1))

# %% tags=["claim"]
sharp, soft = places @ fit(0.001), places @ fit(0.1)
assert np.array_equal(np.argmax(sharp, axis=1), np.argmax(sharp / 5, axis=1))
sureness = [my_softmax(values).max(axis=1).mean() for values in (sharp, sharp / 5, soft)]
assert sureness[0] > sureness[1] + 0.1 and sureness[0] > sureness[2] + 0.05
assert (np.linalg.norm(fit(0.001)[:2], axis=0) > 1.5 * np.linalg.norm(fit(0.1)[:2], axis=0)).all()

# %% [markdown]
# In a running notebook, you can change the temperature and `reg` yourself with two sliders.
# (The three maps above show the same without sliders.)

# %% tags=["nbval-ignore-output"]
@ipywidgets.interact(T=ipywidgets.FloatLogSlider(value=1, min=-1, max=1.5),
                     reg=ipywidgets.FloatLogSlider(value=0.001, min=-4, max=0.5))
def regions(T, reg):
    vis_utils.show_regions(fit(reg), points, y, names, T).set(title=f"temperature {T:.3g}, reg {reg:.3g}")
    vis_utils.show(f"""The plane at temperature {T:.3g} and reg {reg:.3g}, with straight lines between the regions
        of cat, car and frog, and an arrow into each region""")


# %% [markdown]
# ## Adding a constant does nothing
#
# **Predict, then run.**
# The scores (3.2, 5.1, -1.7) all get 100 more.
# What happens to the probabilities?
#
# - (a) They become sharper: the car comes nearer to 1.
# - (b) They stay as they are.
# - (c) They become almost equal.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("02-shift", guess)

# %%
print("scores      ", my_softmax(s[None])[0].round(4))
print("scores + 100", my_softmax(s[None] + 100)[0].round(4))

# %% tags=["claim"]
assert np.allclose(my_softmax(s[None] + 100), my_softmax(s[None]))

# %% [markdown]
# Softmax depends only on differences between scores, and these are as before.
# If $c$ is added to all scores, then $e^c$ multiplies the numerator and the denominator, and it cancels.
# This property is called **shift-invariance**.
#
# $$\frac{e^{s_j + c}}{\sum_k e^{s_k + c}} = \frac{e^c e^{s_j}}{e^c \sum_k e^{s_k}} = \frac{e^{s_j}}{\sum_k e^{s_k}}$$
#
# On a computer, the shift does matter.
# A 64-bit float can't hold $e^{710}$.
# NumPy makes it infinite, and infinity divided by infinity is *not a number* (`nan`).

# %%
with np.errstate(over="ignore", invalid="ignore"):
    print("exp(709) =", np.exp(709.0), " exp(710) =", np.exp(710.0))
    powers = np.exp(np.array([1000.0, 1001.0, 999.0]))
    print(powers, "->", powers / powers.sum())

# %% tags=["claim"]
assert np.isinf(powers).all() and np.isfinite(np.exp(709.0))

# %% [markdown]
# Can scores be so large?
# Yes.
# The next cell computes the scores of 500 images with random weights as in notebook 1, and prints the largest score:

# %% tags=["nbval-ignore-output"]
large_scores = data["X_dev"] @ rng.standard_normal((3073, 10))
print(f"largest score: {large_scores.max():,.0f}")

# %% tags=["claim"]
assert large_scores.max() > 1000

# %% [markdown]
# There are two ways to prevent the overflow.
# Only one of them gives the right answer.
#
# - **Clipping** replaces every score above 500 by 500.
#   The scores 1000, 1001 and 999 of the cell above all become 500.
#   Then each class gets 1/3, and that is wrong.
# - **Shifting** subtracts the largest score of the row from all scores of the row.
#   Shift-invariance allows this.
#   The largest exponent is then 0 and all others are 0 or negative, so nothing can overflow.

# %%
large = np.array([[1000.0, 1001.0, 999.0]])
clipped, shifted = np.minimum(large, 500), large - large.max(axis=1, keepdims=True)
print("clipped to", clipped[0], "->", my_softmax(clipped)[0].round(3))
print("shifted to", shifted[0], "->", my_softmax(shifted)[0].round(3))

# %% tags=["claim"]
assert np.allclose(my_softmax(clipped), 1 / 3)
assert np.allclose(my_softmax(shifted), my_softmax(large - 990))

# %% [markdown]
# ### Exercise 2: stable softmax
# Write softmax again, so that it works for scores of any size.
# Subtract the maximum of *each row*, because the rows can have very different maxima.

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
# Your function can now turn the large scores of the 500 images into probabilities:

# %%
probs = my_stable_softmax(large_scores)
print("probabilities", probs.shape, " each row adds up to one:", np.allclose(probs.sum(axis=1), 1))

# %% tags=["claim"]
assert np.allclose(probs.sum(axis=1), 1) and (probs >= 0).all()

# %% [markdown]
# ## The classes are coupled
#
# Probabilities add up to one.
# If one class gains, the others together must lose just as much.
# In the next figure, only the score of the frog rises:

# %%
fig, axes = plt.subplots(1, 4, figsize=(9.6, 3), layout="constrained", sharey=True)
for ax, frog in zip(axes, [-1.7, 3.0, 5.1, 8.0], strict=True):
    vis_utils.show_scores([3.2, 5.1, frog], classes=names, ax=ax)
    ax.set(title=f"the frog's score is {frog}", ylabel="probability" if ax is axes[0] else "")
vis_utils.show("""Four bar charts of the probabilities of cat, car and frog. The scores of cat and car stay at 3.2
    and 5.1. The frog's score is -1.7, 3.0, 5.1 and 8.0: its bar grows from 0 to 0.94, the others shrink""")

# %% [markdown]
# Here you can move all three scores.
# Watch what happens to the bars that you *don't* move:

# %% tags=["nbval-ignore-output"]
@ipywidgets.interact(cat=ipywidgets.FloatSlider(value=3.2, min=-6, max=10),
                     car=ipywidgets.FloatSlider(value=5.1, min=-6, max=10),
                     frog=ipywidgets.FloatSlider(value=-1.7, min=-6, max=10))
def live_bars(cat, car, frog):
    vis_utils.show_scores([cat, car, frog], classes=names)
    q = my_stable_softmax(np.array([[cat, car, frog]]))[0]
    vis_utils.show(f"""The probabilities of cat, car and frog as bars for the scores {cat:.1f}, {car:.1f} and
        {frog:.1f}: they are {q[0]:.2f}, {q[1]:.2f} and {q[2]:.2f}""")


# %% [markdown]
# The **sigmoid** $\sigma(s) = 1/(1 + e^{-s})$ also turns a score into a number between 0 and 1.
# But it uses only one score at a time.
# Three sigmoids answer three separate questions: is there a cat, is there a car, is there a frog?
# Now the frog's score rises from -1.7 to 8:

# %%
def sigmoid(s):
    return 1 / (1 + np.exp(-s))


raised = np.array([3.2, 5.1, 8.0])
before, after = my_stable_softmax(np.stack([s, raised]))
print("softmax  before", before.round(3), " after", after.round(3))
print("sigmoids before", sigmoid(s).round(3), " after", sigmoid(raised).round(3))

# %% tags=["claim"]
assert after[2] > before[2] and after[0] < before[0] and after[1] < before[1] and after[2].round(2) == 0.94
assert np.array_equal(sigmoid(s)[:2], sigmoid(raised)[:2])

# %% [markdown]
# With sigmoids, the cat and the car keep their numbers.
# That is right when an image can show several things at once.
# When an image shows exactly one of several things, use softmax.
#
# Both functions are closely related: **the sigmoid is softmax over two classes** when the other class has the score 0.
# To see this, divide the numerator and the denominator by $e^{s}$:
#
# $$\frac{e^{s}}{e^{s} + e^{0}} = \frac{1}{1 + e^{-s}}$$

# %%
t = np.linspace(-8, 8, 50)
of_two = my_stable_softmax(np.stack([t, np.zeros(50)], axis=1))[:, 0]
print("sigmoid(s) = softmax((s, 0)) at 50 places:", np.allclose(of_two, sigmoid(t)))

# %% tags=["claim"]
assert np.allclose(of_two, sigmoid(t))

# %% [markdown]
# ## Where it comes from
#
# Why exactly this formula?
# The **odds** of two classes are the ratio of their probabilities.
# In our example, the car leads the cat by 1.9 points, and its probability is 6.7 times as large.
# Now for the reason.
# The formula of softmax follows from one main property: the odds of two classes depend only on the lead of one over the other.
# For example, a lead of 1.9 gives the odds 6.7 for any two classes.
# The scores of the other classes don't matter.
# There must be at least three classes, and three simpler properties are needed, too.
# They are that the odds change continuously with the lead, that a higher score means a higher probability, and that the probabilities add up to 1.
# Here are all leads and odds:

# %%
for first, second in [("car", "cat"), ("cat", "frog"), ("car", "frog")]:
    j, k = names.index(first), names.index(second)
    print(f"{first} against {second:5} lead {s[j] - s[k]:.1f}, odds {p[j] / p[k]:6.1f}")

# %% tags=["claim"]
assert np.isclose(p[1] / p[2], p[1] / p[0] * (p[0] / p[2])) and round(p[1] / p[0], 1) == 6.7
assert np.allclose(np.log(p[:, None] / p), s[:, None] - s)

# %% [markdown]
# The leads add up: 1.9 + 4.9 = 6.8.
# The odds multiply: the odds of car against frog are the odds of car against cat, times the odds of cat against frog.
# Let $f$ be the function that turns a lead into odds.
# Three lines lead to softmax:
#
# $$\begin{aligned}
# p_j / p_k &= f(s_j - s_k) \\
# f(a + b) &= f(a)\, f(b), \text{ so } f(a) = B^{a}, \text{ and we choose } B = e \\
# p_j &= e^{s_j} / \textstyle\sum_k e^{s_k}
# \end{aligned}$$
#
# The first line is the property.
# The second line says that leads add up and odds multiply.
# Among continuous functions, only exponentials $B^a$ turn sums of leads into products of odds.
# The base $B$ is larger than 1, because a higher score means a higher probability.
# It is a choice of unit for the scores, just as the temperature is, and we choose $e$.
# The third line follows from the first two.
# With $f(a) = e^{a}$, the first line says that $p_j / p_k = e^{s_j - s_k}$.
# Multiply both sides by $p_k$: $p_j = e^{s_j} \cdot p_k / e^{s_k}$.
# Keep the class $k$ fixed.
# Then the factor $p_k / e^{s_k}$ is the same for all $j$.
# Because the probabilities add up to 1, it must be 1 divided by the sum of all exponentials.
#
# Now solve the first two lines for the scores: $s_j - s_k = \log p_j - \log p_k$.
# So scores are **logarithms of probabilities**, up to a constant that is the same for all classes.
# They are called *unnormalised log-probabilities*.

# %%
print("differences of log p: ", (np.log(p) - np.log(p[0])).round(2))
print("differences of scores:", (s - s[0]).round(2))

# %% [markdown]
# In statistics, the probabilities that softmax gives are an example of an *exponential family*.
# The rest of this section shows what that means.
# You can skip it.
# Let $Z = \sum_k e^{s_k}$ be the sum in the denominator.
# Draw a class $y$ at random with the probabilities of softmax.
# The probability of $y$ is
#
# $$\begin{aligned}
# p_y &= \exp\Bigl(\sum_j [y = j]\, s_j - \log Z\Bigr), \\
# [y = j] &= 1 \text{ if } y = j, \text{ else } 0.
# \end{aligned}$$
#
# The scores $s_j$ are the parameters of this distribution, and $\log Z$ makes the probabilities add up to 1.
# Distributions of this form are called an **exponential family**.
# The number $[y = j]$ is 1 with probability $p_j$ and 0 otherwise, so its mean is $p_j$.
# In statistics, a function that goes from the means to the parameters is called a **link**.
# The function that goes back, from the parameters to the means, is called the **inverse link**.
# Here, it is softmax.
#
# The derivative of $\log Z$ gives the means, too: $\partial \log Z/\partial s_j$ is $e^{s_j}$ divided by $Z$, and that is $p_j$.
# The next cell checks this.
# It makes each score a tiny bit larger and a tiny bit smaller, and measures how much $\log Z$ changes:

# %%
def log_Z(s):
    return np.log(np.exp(s).sum())


h = 1e-6
derivative = [(log_Z(s + h * e) - log_Z(s - h * e)) / (2 * h) for e in np.eye(3)]
print("d log Z / ds =", np.round(derivative, 3))
print("p            =", p.round(3))

# %% tags=["claim"]
assert np.allclose(derivative, p, atol=1e-8)

# %% [markdown]
# ## Could it be something else?
#
# Other functions can turn the scores into numbers that are 0 or larger.
# Each class then has such a number.
# If these numbers aren't all 0, we divide them by their sum, so that they add up to 1.
# Here are two alternatives (de Brébisson and Vincent, arXiv 1511.05042):
#
# - **Taylor softmax** replaces $e^s$ by $1 + s + s^2/2$.
#   This is the beginning of the Taylor series of $e^s$, and it is always positive.
# - **Spherical softmax** replaces $e^s$ by $s^2$.
#   It fails if all scores are 0, because 0/0 isn't a number.

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


# %%
grid = np.linspace(-6, 6, 241)
pairs = np.stack([grid, np.ones(241)], axis=1)
fig, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
for k, (name, positive) in enumerate(alternatives.items()):
    style = {"color": vis_utils.COLOURS[k], "linestyle": vis_utils.DASHES[k]}
    ax.plot(grid, normalise(positive, pairs)[:, 0], **style, label=name)
plain = pairs[grid > 0]
ax.plot(plain[:, 0], plain[:, 0] / plain.sum(axis=1), ":", color="gray", linewidth=2, label="divided by the sum")
ax.set(xlabel="score of the first class", ylabel="its probability", title="The score of the second class is 1")
ax.legend()
vis_utils.show("""Probability of the first of two classes against its score; the other score is 1. Softmax rises
    as an S. Taylor softmax falls until the score -1 and then rises. Spherical softmax falls to 0 at the score 0
    and rises on both sides of it. Division by the sum is drawn for positive scores only""")

# %% [markdown]
# How do these alternatives differ from softmax?
# We test three properties.
# Is the function shift-invariant?
# Is it *even*, which means that the scores $s$ and $-s$ give the same probabilities?
# Does the probability always rise with the score?

# %%
three = np.array([[0.5, 1.0, 2.0]])
for name, positive in alternatives.items():
    reference = normalise(positive, three)
    shift = np.allclose(normalise(positive, three + 3), reference)
    even = np.allclose(normalise(positive, -three), reference)
    rises = (np.diff(normalise(positive, pairs)[:, 0]) > 0).all()
    print(f"{name:18} shift-invariant {shift!s:5}  even {even!s:5}  always rises {rises}")

# %% tags=["claim"]
assert all(np.isclose(normalise(positive, three).sum(), 1) for positive in alternatives.values())
assert grid[np.argmin(normalise(alternatives["Taylor softmax"], pairs)[:, 0])].round(6) == -1

# %% [markdown]
# Only softmax is shift-invariant.
# And softmax is the only one of the three whose probability always rises with the score.
# Taylor softmax falls until the score is -1.
# Spherical softmax is *even*: a score of -5 counts as much as a score of 5.
# De Brébisson and Vincent studied both functions, because training with them can be much faster when there are very many classes.
#
# The alternatives are less sure than softmax for the scores (11, 1), because squares grow more slowly than exponentials.
# For the alternatives, the probability doesn't depend on the lead alone.
# The scores (11, 1) and (10, 0) have the same lead of 10.
# For (10, 0), spherical softmax gives exactly 1.
# For (11, 1), it gives less than 1.

# %%
lead = np.array([[11.0, 1.0]])
for name, positive in alternatives.items():
    print(f"{name:18} {normalise(positive, lead)[0, 0]:.6f}")

# %% tags=["claim"]
sure, *others = [normalise(positive, lead)[0, 0] for positive in alternatives.values()]
assert sure > 0.9999 and max(others) < 0.995
assert normalise(np.square, np.array([[10.0, 0.0]]))[0, 0] == 1

# %% [markdown]
# Some numbers for the third question below:

# %%
with np.errstate(divide="ignore"):
    extreme = my_stable_softmax(np.array([[0.0, 0.0, 3000.0]]))[0]
    print("softmax of (0, 0, 3000):", extreme, " its logarithm:", np.log(extreme))

# %% tags=["claim"]
assert extreme.tolist() == [0, 0, 1]
assert np.allclose(my_softmax(2 * s[None]), my_softmax(s[None] / 0.5))
assert np.allclose(my_stable_softmax(np.full((1, 10), 1000.0)), 0.1)

# %% [markdown]
# ## Questions

# %% [markdown]
# **1.** You double all scores of an image.
# Does the predicted class change?
# Do the probabilities change?
#
# <details><summary>Answer</summary>
#
# The predicted class stays the same, because doubling keeps the order.
# The probabilities become sharper, because all differences are doubled.
# It is the same as temperature 1/2.
# (If all scores are equal, nothing changes.)
# </details>

# %% [markdown]
# **2.** `W` is all zeros.
# Which probabilities does an image get when there are 10 classes?
# Which does it get when all scores are 1,000?
#
# <details><summary>Answer</summary>
#
# With `W` = 0, all scores are 0, so each class has the probability 1/10.
# With all scores at 1,000 it is 1/10, too, because of shift-invariance.
# The function has to subtract the maximum, or the result is `nan`.
# </details>

# %% [markdown]
# **3.** Why do we subtract the maximum of the row and not, for instance, its mean?
# A second question: small exponentials can become 0 on a computer, which is called *underflow*.
# Does that do harm?
#
# <details><summary>Answer</summary>
#
# Because of shift-invariance, we may subtract the maximum or the mean.
# If we subtract the maximum, all exponents are 0 or negative.
# If we subtract the mean, some exponents can be positive and so large that they overflow.
# Take the scores (0, 0, 3000).
# The mean is 1,000, so the largest exponent is 2,000, and that overflows.
#
# With the maximum, the exponents are -3,000, -3,000 and 0.
# The first two exponentials underflow to 0.
# For the *probabilities* this does no harm: the sum is still at least 1, and the true values are far too small to matter.
# But the loss in notebook 3 uses the *logarithm* of a probability.
# The logarithm of 0 is minus infinity, although the true value is -3,000.
# So notebook 3 computes the loss from the scores directly.
# </details>

# %% [markdown]
# ## What you showed
# - Softmax exponentiates scores and normalises them.
#   Only the differences between scores matter.
# - A temperature changes how sure the answer is, and not which class is the answer.
# - Subtracting each row's maximum doesn't change the probabilities, and it prevents overflow.
#   Clipping changes the answer.
# - Probabilities add up to one.
#   So when one class gains, other classes lose.
#   The sigmoid is softmax over two classes.
# - The formula of softmax follows from one main property: a lead means the same odds for any two classes.
#   (There must be at least three classes.
#   Three simpler properties are needed, too: the odds change continuously with the lead, a higher score means a higher probability, and the probabilities add up to 1.)
#   Only the unit of the scores can be chosen.
#   Scores are unnormalised log-probabilities.
#
# **Next:** [3. Cross-entropy](03_cross_entropy.ipynb): a loss that says how good the probabilities are.
