# %% [markdown]
# # 9. SVM and softmax side by side
#
# A linear classifier can be trained with different losses.
# The SVM's loss demands that the true class leads every other class by a margin.
# Once it does, the loss is 0.
# The softmax loss demands that the true class is probable, and it is never 0.
# In this notebook you train both on the same images.
# You see where the difference shows, and where it doesn't.
#
# **What you'll learn**
# - the multiclass SVM loss and its gradient, and how to write them without loops;
# - what both losses look like as landscapes over the weights;
# - what accuracy each loss reaches, and how to tell whether a lead is luck;
# - how to read margins, and how to read probabilities;
# - why a new example can change the softmax solution and leave the SVM's as it is.
#
# *Before you start:* notebooks 5 to 7.
# *Time:* about 55 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG; yours can differ in the last digits.*

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
import matplotlib.pyplot as plt
import numpy as np

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import (
    LinearClassifier,
    LinearSVM,
    Softmax,
    softmax_loss_vectorized,
    svm_loss_vectorized,
)
from cs231n_softmax.classifiers.softmax import softmax
from cs231n_softmax.sweep import grid, sweep

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %%
X_train, y_train, X_val, y_val = (data[name] for name in ["X_train", "y_train", "X_val", "y_val"])
X_test, y_test = data["X_test_all"], data["y_test_all"]
print("train", X_train.shape, " validation", X_val.shape)

# %% [markdown]
# ## The hinge loss
#
# An image of a cat gets the scores 3.2 for cat, 5.1 for car and −1.7 for frog.
# The SVM demands that every wrong class is at least 1 below the true class.
# We call this distance of 1 the **margin**.
# (Notebook 4 used the word for the number $s_j - s_{y_i} + 1$.)
# The car should be at most at 2.2, and it is 2.9 above that: it costs 2.9.
# The frog is far below: it costs nothing.
# The loss of the image is the sum, 2.9.
# This is the **hinge loss** of notebook 3.
# We also call it the SVM's loss.
# In general, with scores $s$ and true class $y_i$:
#
# $$L_i = \sum_{j \ne y_i} \max(0,\; s_j - s_{y_i} + 1).$$
#
# **The gradient.**
# We say that a class *violates* the margin if its term is above 0.
# The term of a class that violates is $s_j - s_{y_i} + 1$.
# It has slope $+1$ in the score of class $j$, and slope $-1$ in the score of the true class.
# A class that keeps the margin contributes nothing.
# So
#
# $$\begin{aligned}
# \frac{\partial L_i}{\partial W_{:,j}} &= [j\text{ violates}]\, x_i \quad (j \ne y_i), \\
# \frac{\partial L_i}{\partial W_{:,y_i}} &= -(\text{number of violations})\, x_i.
# \end{aligned}$$
#
# Here $[\ldots]$ is 1 if the statement is true, and 0 if not.
# For softmax, the gradient is $(p_j - [j = y_i])\,x_i$.
# Both gradients are the image times a factor for each class.
# The SVM's factors are whole numbers.
# Softmax's factors change smoothly with the scores.
#
# ### Exercise: SVM loss and gradient, vectorized
# The shapes are those of the softmax loss.
# For the true class itself, the formula would give $0 + 1$.
# This term isn't part of the loss: don't count it.

# %%
def my_svm_loss(W, X, y, reg):
    """Hinge loss (a number) and gradient dW (D, C), for W (D, C), X (N, D), y (N,): mean of L_i + reg * sum(W**2).

    L_i = sum over j != y_i of max(0, s_j - s[y_i] + 1)
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(X))
    scores = X @ W
    terms = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    terms[rows, y] = 0
    violated = (terms > 0).astype(W.dtype)
    violated[rows, y] = -violated.sum(axis=1)
    return terms.sum() / len(X) + reg * np.sum(W**2), X.T @ violated / len(X) + 2 * reg * W
    ### END SOLUTION


# %% points=5
check.svm_loss(my_svm_loss, vectorized=True).require()

# %% [markdown]
# Your function can now train a classifier.
# A `LinearClassifier` needs only a loss:

# %%
class MySVM(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return my_svm_loss(self.W, X_batch, y_batch, float(reg))


# %% tags=["nbval-ignore-output"]
mine = MySVM()
mine.train(X_train, y_train, learning_rate=1e-7, reg=2.5e4, num_iters=1500, rng=0)
print(f"your SVM: validation accuracy {np.mean(mine.predict(X_val) == y_val):.3f}")

# %% tags=["claim"]
assert np.mean(mine.predict(X_val) == y_val) > 0.3

# %% [markdown]
# ## The two losses as landscapes
#
# A loss is a height for every choice of the weights.
# With two weights we can draw it.
# We take five points in the plane, of two classes, and no bias.
# The score of class 1 is $w_1 x_1 + w_2 x_2$, and the score of class 0 is always 0.
# For each point, all that counts is its **lead**: the score of the true class minus the score of the other class.
# The SVM's loss is $\max(0, 1 - \text{lead})$, and the softmax loss is $\log(1 + e^{-\text{lead}})$.

# %%
few = np.array([[1.2, 0.3], [0.2, 1.2], [-0.8, 0.4], [-0.5, 0.7], [-0.5, -0.9]])
labels = np.array([1, 1, 1, 0, 0])
w = np.linspace(-4, 4, 81)
leads = np.where(labels == 1, 1, -1) * (np.stack(np.meshgrid(w, w), axis=-1) @ few.T)
landscapes = {
    "softmax": np.log1p(np.exp(-leads)).mean(axis=-1),
    "SVM": np.maximum(0, 1 - leads).mean(axis=-1),
}

# %% tags=["claim"]
some_W = np.array([[0.0, w[50]], [0.0, w[20]]])
assert np.isclose(softmax_loss_vectorized(some_W, few, labels, 0.0)[0], landscapes["softmax"][20, 50])
assert np.isclose(svm_loss_vectorized(some_W, few, labels, 0.0)[0], landscapes["SVM"][20, 50])
flat = np.diff(landscapes["SVM"], 2, axis=1)
assert np.diff(landscapes["softmax"], 2, axis=1).min() > 1e-6 and np.mean(np.abs(flat) < 1e-12) > 0.8

# %%
vis_utils.plot_landscapes(landscapes, w, {"SVM": np.moveaxis(leads - 1, -1, 0)})
vis_utils.show("""Two losses over two weights. Softmax, left: a smooth bowl, whose contour lines are round. SVM,
    right: flat faces that meet in straight creases, so that its contour lines are polygons. Five dashed lines
    show the creases, one for each point. A star marks the lowest place, for the SVM where creases meet""")

# %% [markdown]
# The softmax loss is a smooth **bowl**.
# The SVM's loss is made of flat faces.
# Two faces meet in a **crease** (a dashed line).
# Each of the five data points makes one crease.
# On this crease, the weights $(w_1, w_2)$ give the data point a lead of exactly 1.
# On one side of the crease the data point costs nothing.
# On the other side it costs something, and the cost is proportional to the distance from the crease.
# The lowest place of the SVM (the star) is a corner, where creases meet.
#
# Both landscapes are convex: they have no second valley.
# So gradient descent finds the bottom of both, if its steps become short enough.
# (In a crease the slope isn't defined.
# There our code takes the slope of the side that costs nothing.)
#
# ## Same data, same setting
#
# Back to images.
# You have trained the SVM with cs231n's setting, learning rate 1e-7 and reg 2.5e4.
# Now softmax is trained with the same setting, the same start and the same batches.

# %% tags=["nbval-ignore-output"]
models = {"SVM": mine, "softmax": Softmax()}
models["softmax"].train(X_train, y_train, learning_rate=1e-7, reg=2.5e4, num_iters=1500, rng=0)
for name, model in models.items():
    print(f"{name:8} validation accuracy {np.mean(model.predict(X_val) == y_val):.3f}")

# %% tags=["claim"]
assert np.mean(models["SVM"].predict(X_val) == y_val) > np.mean(models["softmax"].predict(X_val) == y_val)

# %% [markdown]
# To compare: one worked solution of this assignment was published in 2021.
# It uses this one setting for both losses, without tuning, and reaches 36.5 % with the SVM and 34.4 % with softmax.
# The assignment itself expects, after tuning, about 39 % with the SVM and just over 35 % with softmax.
#
# ## Each at its own best
#
# Is the SVM better, then?
# The comparison wasn't fair.
# The effect of a `reg` depends on the loss to which it is added.
# The effect of a learning rate depends on the loss, too.
# So each loss now chooses the best of the same six settings, by validation accuracy.

# %% tags=["nbval-ignore-output"]
settings = grid([3e-7, 1e-6], [1e3, 5e3, 2.5e4])
split = X_train, y_train, X_val, y_val
tables = {"SVM": sweep(*split, settings, model=LinearSVM), "softmax": sweep(*split, settings, model=Softmax)}
for name, table in tables.items():
    best = table.best
    print(f"{name:8} best at lr {best.learning_rate:.0e}, reg {best.reg:.1e}: validation {best.val_accuracy:.3f}")

# %% tags=["claim"]
assert min(table.best.val_accuracy for table in tables.values()) > 0.3

# %%
accuracies = [100 * result.val_accuracy for table in tables.values() for result in table]
limits = (min(accuracies), max(accuracies))  # the same colours in both pictures
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
for ax, (name, table) in zip(axes, tables.items(), strict=True):
    table.plot(ax=ax, limits=limits)
    ax.set_title(f"Validation accuracy: {name}")
vis_utils.show("""Two heatmaps of validation accuracy over learning rate and regularization strength, with one
    colour scale, left for the SVM, right for softmax. The best cell of each is starred: for the SVM at the lower
    learning rate, for softmax at the higher one""")

# %% [markdown]
# The two losses have their best cells in different places, and now softmax is ahead.
# Is that luck?
# Both classifiers were judged on the **same** images.
# So we do as in notebook 7 (McNemar's test).
# We look only at the images where one of the two is right and the other is wrong:

# %%
def paired(right_a, right_b):
    """Return (accuracy of A minus accuracy of B, its standard error); right_* (N,): who is right on each image."""
    only_a, only_b = np.sum(right_a & ~right_b), np.sum(right_b & ~right_a)
    return (only_a - only_b) / len(right_a), np.sqrt(only_a + only_b) / len(right_a)


def compare(soft, svm, X, y):
    """Print the accuracies of both on X, y and soft's lead; return the lead and its standard error, in points."""
    right = [model.predict(X) == y for model in [soft, svm]]
    lead, error = 100 * np.array(paired(*right))
    print(f"{len(y):,} images: softmax {100 * right[0].mean():.1f} %, SVM {100 * right[1].mean():.1f} %")
    print(f"on {100 * np.mean(right[0] != right[1]):.1f} % exactly one is right:", end=" ")
    print(f"softmax leads by {lead:.1f} points, standard error {error:.1f}")
    return lead, error


# %% tags=["nbval-ignore-output"]
svm, soft = tables["SVM"].best_model, tables["softmax"].best_model
on_validation = compare(soft, svm, X_val, y_val)

# %% [markdown]
# On 1,000 validation images the lead is less than two standard errors, so it may well be luck.
# (The standard error of a single accuracy, 1.5 points, would be too large here.
# Most images are easy for both classifiers or hard for both.
# If more of the easy ones are drawn, both accuracies rise together, and the lead stays the same.)
# With ten times as many images, the standard error is about a third:

# %% tags=["nbval-ignore-output"]
on_test = compare(soft, svm, X_test, y_test)
print(f"that is {on_test[0] / on_test[1]:.1f} standard errors")

# %% tags=["claim"]
assert abs(on_validation[0]) < 6 and on_validation[1] < 1.5
assert on_test[1] < 0.5 * on_validation[1] and abs(on_test[0]) > 3 * on_test[1]

# %% [markdown]
# On CIFAR-10, the lead on 10,000 test images is about five standard errors.
# That isn't luck with the images.
# So *these two* classifiers differ.
# But are the two *losses* different?
# The standard error contains only the luck with the images.
# It doesn't contain the choice of settings.
# The grid has only two learning rates, and better settings may lie outside of it.
# And all classifiers so far started from random weights.
# Notebook 7 showed how much such a start matters.
# So we train both once more from `W = 0`, with reg 0.
# We try two learning rates for each, and keep the better one by validation accuracy.
# (The rates for the SVM are lower, because its gradients are larger.
# At `W = 0`, the SVM's factors are 1 for a wrong class and -9 for the true class.
# Softmax's factors are 0.1 and -0.9.)

# %%
def from_zero(model_class, rates):
    """Train from W = 0 with reg 0 at each learning rate; return the model with the best validation accuracy."""
    trained = []
    for rate in rates:
        model = model_class()
        model.W = np.zeros((3073, 10), np.float32)
        model.train(X_train, y_train, rate, reg=0, num_iters=1500, rng=0)
        trained.append(model)
    return max(trained, key=lambda model: np.mean(model.predict(X_val) == y_val))


# %% tags=["nbval-ignore-output"]
clean_svm, clean_soft = from_zero(LinearSVM, [1e-7, 3e-7]), from_zero(Softmax, [3e-7, 1e-6])
clean = compare(clean_soft, clean_svm, X_test, y_test)

# %% tags=["claim"]
assert abs(clean[0]) < 2.5 and clean[1] < 0.5
for at_random, at_zero in [(svm, clean_svm), (soft, clean_soft)]:
    assert np.mean(at_zero.predict(X_test) == y_test) > np.mean(at_random.predict(X_test) == y_test)

# %% [markdown]
# Compare these two test accuracies with the two from random starts, above.
# From a clean start, both losses do better.
# On CIFAR-10, most of the lead is gone.
# So the question "which loss is better?" got three answers.
# With one shared setting, the SVM was better.
# After a small search, softmax was better.
# When both started from `W = 0`, there was hardly any difference.
# When you read that a method beats another one, look at how each was tuned.
#
# ## Margins and probabilities
#
# Here is an image that both classifiers get right.
# In the middle are the SVM's scores.
# A single score says nothing: if all ten scores grow by the same number, the loss stays the same.
# Only the differences between scores count.
# The loss compares them with the margin of 1.
# The dashed line is 1 below the score of the true class.
# A wrong class violates the margin if its bar ends to the right of the line.
# On the right are softmax's probabilities.

# %%
both_right = (svm.predict(X_val) == y_val) & (soft.predict(X_val) == y_val)
x, label = X_val[both_right][0], y_val[both_right][0]

# %%
fig, axes = plt.subplots(1, 3, figsize=(10, 3.6), width_ratios=[1, 1.6, 1.6], layout="constrained")
axes[0].imshow(np.clip((x[:-1] + data["mean_image"]).reshape(32, 32, 3) / 255, 0, 1))
axes[0].set(title=data_utils.CLASSES[label], xlabel="column (pixels)", ylabel="row (pixels)")
values_of = {"SVM: score": x @ svm.W, "softmax: probability": softmax(x @ soft.W)}
for ax, (name, values) in zip(axes[1:], values_of.items(), strict=True):
    bars = ax.barh(data_utils.CLASSES, values, color="#56B4E9", edgecolor="black")
    bars[label].set(facecolor="#D55E00", hatch="//")
    ax.set(xlabel=name.split(": ")[1], ylabel="class", title=f"{name} (true class hatched)")
    ax.invert_yaxis()
axes[1].axvline((x @ svm.W)[label] - 1, color="black", linestyle="--", linewidth=2)
axes[1].set_xlabel("score (dashed line: 1 below the true class)")
vis_utils.show("""One validation image that both classify right. Beside it are bars of the SVM's scores for the ten
    classes, with a dashed line 1 below the score of the true class, and bars of softmax's probabilities, true
    class hatched""")

# %% [markdown]
# **Predict, then run.**
# Each of the two is right on about four validation images in ten.
# On how many images do they give the same answer, right or wrong?
# - (a) About 20 %.
# - (b) About 40 %.
# - (c) More than 60 %.

# %% tags=["guess"]
guess = "c"  # "a", "b" or "c"
check.guess("09-agree", guess)

# %% tags=["nbval-ignore-output"]
same = np.mean(svm.predict(X_val) == soft.predict(X_val))
print(f"they give the same answer on {100 * same:.0f} % of the validation images")

# %% tags=["claim"]
assert same > 0.6

# %% [markdown]
# ## The points that only one of them notices
#
# Here are two classes in the plane.
# Each loss finds its line between them.
# Then forty new points of class 1 arrive.
# They are far from the line, on the correct side of it: each of them has a lead of more than 1.
#
# **Predict, then run.**
# Each loss has found its line without the new points.
# Then we add the new points and train again.
# For which loss does the line change?
# - (a) Only softmax.
# - (b) Only the SVM.
# - (c) Both.

# %% tags=["guess"]
guess = "a"  # "a", "b" or "c"
check.guess("09-far", guess)

# %% [markdown]
# We minimize the *sum* of the losses plus the penalty, and not the mean.
# Otherwise more points would make every single point count less.
# Our functions return the mean of the losses plus `reg * sum(W**2)`.
# Times $N$, this is the sum of the losses plus `N * reg * sum(W**2)`.
# We want the penalty `0.5 * sum(W**2)`.
# So we pass `0.5 / N` as `reg`, and multiply the gradient by $N$.

# %%
def fit(loss, X, y, steps=6_000):
    """Minimize the sum of losses + 0.5 * sum(W**2) by gradient descent with shrinking steps; return W (3, 2)."""
    W = np.zeros((3, 2))
    for step in range(steps):
        W -= len(X) / (step + 200) * loss(W, X, y, 0.5 / len(X))[1]
    return W


# %%
rng = np.random.default_rng(5)
points = np.vstack([rng.normal([-1.2, 0], 1.0, (40, 2)), rng.normal([1.2, 0], 1.0, (40, 2))])
X_plane, y_plane = np.column_stack([points, np.ones(80)]), np.repeat([0, 1], 40)
far = np.column_stack([rng.normal([2, 5], 0.3, (40, 2)), np.ones(40)])
X_more, y_more = np.vstack([X_plane, far]), np.append(y_plane, np.ones(40, int))

# %%
losses = {"SVM": svm_loss_vectorized, "softmax": softmax_loss_vectorized}
fits = {name: (fit(loss, X_plane, y_plane), fit(loss, X_more, y_more)) for name, loss in losses.items()}
moved = {name: np.abs(after - before).max() / np.abs(before).max() for name, (before, after) in fits.items()}
print("largest change of a weight: SVM {SVM:.1%}, softmax {softmax:.1%} of the largest weight".format(**moved))

# %% tags=["claim"]
assert all((far @ (W[:, 1] - W[:, 0])).min() > 1 for W, _ in fits.values())
assert moved["SVM"] < 0.01 < 0.03 < moved["softmax"]
assert np.abs(svm_loss_vectorized(fits["SVM"][0], far, np.ones(40, int), 0.0)[1]).max() == 0

# %% [markdown]
# In the left picture, thin dashed lines show the SVM's margin: there, one class leads by exactly 1.
# Points between them, or on the wrong side, have a loss.
# Softmax has no margin, so the right picture has only boundaries.

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 4.4), sharey=True, layout="constrained")
for ax, (name, pair) in zip(axes, fits.items(), strict=True):
    for k, marker in enumerate("os"):
        ax.plot(*X_plane[y_plane == k, :2].T, marker, color=vis_utils.COLOURS[k], alpha=0.5, label=f"class {k}")
    ax.plot(*far[:, :2].T, "s", color=vis_utils.COLOURS[1], markerfacecolor="none", label="class 1, new")
    lines = [("0.75", "-", 6, "before"), ("k", ":", 2.4, "after")]  # the first one is wide: both can be seen
    for W, (colour, style, width, when) in zip(pair, lines, strict=True):
        a, b, c = W[:, 1] - W[:, 0]  # class 1 leads by a x + b y + c
        ax.plot(-(b * np.array([-4, 8]) + c) / a, [-4, 8], style, color=colour, linewidth=width,
                label=f"boundary {when}")
        for lead in [-1, 1] if (name, when) == ("SVM", "before") else []:
            text = "margin: lead of 1" if lead == 1 else None
            ax.plot((lead - b * np.array([-4, 8]) - c) / a, [-4, 8], "k--", linewidth=0.9, label=text)
    ax.set(xlabel="first feature", ylabel="second feature", title=name, xlim=(-5, 10), ylim=(-4, 8))
    ax.legend(loc="upper right", fontsize=8)
vis_utils.show("""Two panels with two classes of points in the plane and a bunch of new ones at the upper right.
    Left, the SVM: the dotted boundary after the new points lies on the wide grey boundary before them, between two
    dashed margin lines; the new points lie beyond the margin. Right, softmax: the boundary has turned""")

# %% [markdown]
# The new points lie beyond the margin, so their hinge loss is 0, and so is its gradient.
# For the SVM they don't exist.
# (The SVM's weights aren't exactly the same in both fits, because gradient descent stops a little before the minimum.
# The difference is so small that it is printed as 0.0 %.)
# The SVM's solution depends only on the points on the dashed lines, between them, or on the wrong side.
# They are called *support vectors*.
#
# Softmax gives each new point a small loss, and each pulls a little at the line.
# Forty of them together turn it.
# Is that good or bad?
# If the far points are good examples of their class, it is good that they count.
# If they are errors in the data, it is bad.
#
# These are the losses of the new points at the old solutions:

# %%
for name, loss in losses.items():
    before = fits[name][0]
    added = 40 * loss(before, far, np.ones(40, int), 0.0)[0]
    print(f"{name:8} the forty new points add {added:.2f} to the sum of losses")

# %% [markdown]
# ## Questions

# %% [markdown]
# **1.** You multiply the `W` of an SVM by 10.
# What happens to its predictions, and to the loss of an image?
# Try it with two classes, where the true class leads by 0.1, is behind by 0.1, and is behind by 10.
# What changes for softmax?
#
# <details><summary>Answer</summary>
#
# The predictions stay the same, because all differences between scores become ten times as large.
# The hinge loss of two classes is $\max(0, 1 - \text{lead})$:
#
# - A lead of 0.1 becomes a lead of 1.
#   The loss falls from 0.9 to 0.
# - Behind by 0.1 becomes behind by 1.
#   The loss grows from 1.1 to 2, which is 1.8 times as much.
# - Behind by 10 becomes behind by 100.
#   The loss grows from 11 to 101, which is 9.2 times as much.
#
# So the hinge loss grows almost tenfold only where the true class is far behind.
# The softmax losses of these three examples change from 0.64 to 0.31, from 0.74 to 1.31, and from 10 to 100.
# Its probabilities move towards 0 and 1.
# </details>

# %% tags=["claim"]
hinge = {lead: (max(0, 1 - lead), max(0, 1 - 10 * lead)) for lead in [0.1, -0.1, -10]}
assert np.allclose([*hinge.values()], [(0.9, 0), (1.1, 2), (11, 101)])
assert round(2 / 1.1, 1) == 1.8 and round(101 / 11, 1) == 9.2
of_softmax = [(np.log1p(np.exp(-lead)).round(2), np.log1p(np.exp(-10 * lead)).round(2)) for lead in hinge]
assert of_softmax == [(0.64, 0.31), (0.74, 1.31), (10, 100)]

# %% [markdown]
# **2.** A new example can change the sum of softmax losses without changing the sum of SVM losses.
# Can it be the other way round?
#
# <details><summary>Answer</summary>
#
# No.
# The softmax loss of an example is never 0, so each new example changes the sum.
# If the SVM loss of the new example isn't 0, the example changes the sum of the softmax losses by more than 0.31.
# The reason is this: if the SVM loss isn't 0, some wrong class has a score that is larger than the true class's score minus 1.
# So the probability of the true class is below $1/(1 + e^{-1}) = 0.73$, and the softmax loss is above 0.31.
# </details>

# %% tags=["claim"]
assert round(1 / (1 + np.exp(-1)), 2) == 0.73 and round(np.log(1 + np.exp(-1)), 2) == 0.31

# %% [markdown]
# **3.** The margin is 1.
# Why don't we have to tune it, as we tune `reg`?
#
# <details><summary>Answer</summary>
#
# Divide `W` by 5, and all differences between scores are divided by 5.
# So a margin of 5 with `W` is the same as a margin of 1 with `W / 5`.
# The regularization strength decides how large `W` may be, and so how hard it is to reach a margin of 1.
#
# Write `W = 5 V`.
# The hinge loss of `W` with margin 5 is 5 times the hinge loss of `V` with margin 1.
# The penalty is `25 * reg * sum(V**2)`.
# Divide both by 5: what remains is the hinge loss of `V` with margin 1, and the penalty `5 * reg * sum(V**2)`.
# So the margin 5 with `reg` and the margin 1 with 5 times `reg` lead to the same predictions.
# One of the two numbers is enough.
# </details>

# %% [markdown]
# ## What you showed
# - The gradient of the hinge loss is the image times whole numbers.
#   For softmax, the image is multiplied by the probability of the class, or by this probability minus 1 for the true class.
# - The softmax loss is a smooth bowl.
#   The SVM's loss is made of flat faces with creases.
# - Which of the two is ahead depends on the setting and on the start.
#   To judge a lead on the same images, count the images on which exactly one of the two is right.
# - For the SVM, differences between scores are compared with the margin.
#   Softmax turns scores into probabilities.
# - For the SVM, an example beyond the margin doesn't exist.
#   For softmax, every example counts.
#
# **Next:** [10. The best linear classifier](10_the_best_linear_classifier.ipynb), or back to [the map of the notebooks](README.md).
