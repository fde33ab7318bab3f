# %% [markdown]
# # 9. SVM and softmax side by side
#
# Two losses for the same linear classifier. One wants every wrong class to stay behind by a margin, and then is content. The
# other wants the right class to be as probable as possible, and never is. Here both are trained on the same images, and
# you see where that difference shows, and where it doesn't.
#
# **What you'll learn**
# - the multiclass SVM loss and its gradient, and how to write them without loops;
# - what each loss reaches, with cs231n's setting and with its own best one;
# - how to read margins, and how to read probabilities;
# - why a new example can change one of them and leave the other exactly as it was.
#
# *Before you start:* notebooks 5 to 7. *Time:* about 45 minutes.
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
print("train", X_train.shape, " validation", X_val.shape)

# %% [markdown]
# ## The hinge loss
#
# For one example with scores $s$ and true class $y$, every other class should be behind by at least 1. What is missing is
# added up:
#
# $$L_i = \sum_{j \ne y_i} \max(0,\; s_j - s_{y_i} + 1).$$
#
# With the scores (3.2, 5.1, −1.7) of cat, car and frog, for a cat: the car costs $\max(0, 5.1 - 3.2 + 1) = 2.9$, the frog
# $\max(0, -1.7 - 3.2 + 1) = 0$.
#
# **The gradient.** A class that violates its margin contributes $s_j - s_{y_i}$: slope $+1$ in its own score, $-1$ in the true
# class's. A class that keeps it contributes nothing. So
#
# $$\frac{\partial L_i}{\partial W_{:,j}} = [j\text{ violates}]\, x_i \quad (j \ne y_i), \qquad
#   \frac{\partial L_i}{\partial W_{:,y_i}} = -(\text{number of violations})\, x_i.$$
#
# Compare softmax: $(p_j - [j = y_i])\,x_i$. The same image, the same signs; the SVM's factors are whole
# numbers, softmax's are shares that depend on how close it is.
#
# ### Exercise: SVM loss and gradient, vectorized
# The shapes are those of the softmax loss. The true class's own "margin" is $0 + 1$: don't count it.

# %%
def my_svm_loss(W, X, y, reg):
    """Hinge loss (a number) and gradient dW (D, C), for W (D, C), X (N, D), y (N,): mean of L_i + reg * sum(W**2).

    L_i = sum over j != y_i of max(0, s_j - s[y_i] + 1)
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    violated = (margins > 0).astype(W.dtype)
    violated[rows, y] = -violated.sum(axis=1)
    return margins.sum() / len(X) + reg * np.sum(W**2), X.T @ violated / len(X) + 2 * reg * W
    ### END SOLUTION


# %% points=5
check.svm_loss(my_svm_loss, vectorized=True).require()

# %% [markdown]
# Your function now trains a classifier: a `LinearClassifier` needs nothing but a loss.

# %%
class MySVM(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return my_svm_loss(self.W, X_batch, y_batch, float(reg))


# %% tags=["nbval-ignore-output"]
mine = MySVM()
mine.train(X_train, y_train, learning_rate=1e-7, reg=2.5e4, num_iters=1500, rng=0)
print(f"your SVM: validation accuracy {np.mean(mine.predict(X_val) == y_val):.3f} (published: 0.365)")
assert np.mean(mine.predict(X_val) == y_val) > 0.3

# %% [markdown]
# ## Same data, same setting
#
# Now softmax, with cs231n's setting too, the same seed, and the same batches as your SVM had. The course publishes 36.5 % for
# the SVM and 34.4 % for softmax.

# %% tags=["nbval-ignore-output"]
models = {"SVM": mine, "softmax": Softmax()}
models["softmax"].train(X_train, y_train, learning_rate=1e-7, reg=2.5e4, num_iters=1500, rng=0)
for name, model in models.items():
    print(f"{name:8} validation accuracy {np.mean(model.predict(X_val) == y_val):.3f}")
assert np.mean(models["SVM"].predict(X_val) == y_val) > np.mean(models["softmax"].predict(X_val) == y_val)

# %% [markdown]
# ## Each at its own best
#
# That comparison isn't fair: the same number `reg` weighs differently against two different losses. Let each choose for
# itself, on the validation set, from the same six settings.

# %% tags=["nbval-ignore-output"]
settings = grid([3e-7, 1e-6], [1e3, 5e3, 2.5e4])
split = X_train, y_train, X_val, y_val
tables = {"SVM": sweep(*split, settings, model=LinearSVM), "softmax": sweep(*split, settings, model=Softmax)}
for name, table in tables.items():
    best = table.best
    print(f"{name:8} best at lr {best.learning_rate:.0e}, reg {best.reg:.1e}: validation {best.val_accuracy:.3f}")

# %% alt="Two heatmaps of validation accuracy over learning rate and regularization strength, left for the SVM, right for softmax, each with its best cell starred"
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
for ax, (name, table) in zip(axes, tables.items(), strict=True):
    table.plot(ax=ax)
    ax.set_title(f"Validation accuracy: {name}")
plt.show()

# %% tags=["nbval-ignore-output"]
gap = tables["softmax"].best.val_accuracy - tables["SVM"].best.val_accuracy
print(f"softmax is ahead by {100 * gap:.1f} percentage points, each at its best")
assert abs(gap) < 0.1

# %% [markdown]
# So "which loss is better" had the answer *SVM* for one shared setting, and the gap is different, or turned round, once each is
# tuned. On 1,000 images a gap of one or two points is about the standard error (1.5 points, notebook 6). And a best cell at
# the edge, like both on CIFAR-10, would ask for a wider grid; for softmax, notebook 7 looked beyond it. The lesson isn't
# who wins; it is that a comparison at a setting that suits one of the two says little.
#
# ## Margins and probabilities
#
# The best of both kinds look at the same image, one that both get right. Scores of an SVM tell *by how much* one class leads; nothing more, as their scale is
# arbitrary. Softmax's scores can be read as probabilities.

# %%
svm, soft = tables["SVM"].best_model, tables["softmax"].best_model
both_right = (svm.predict(X_val) == y_val) & (soft.predict(X_val) == y_val)
x, label = X_val[both_right][0], y_val[both_right][0]

# %% alt="One validation image that both classify right, the SVM's scores for the ten classes as bars, and softmax's probabilities as bars, true class hatched"
fig, axes = plt.subplots(1, 3, figsize=(10, 3.4), width_ratios=[1, 1.6, 1.6], layout="constrained")
axes[0].imshow(np.clip((x[:-1] + data["mean_image"]).reshape(32, 32, 3) / 255, 0, 1))
axes[0].set(title=data_utils.CLASSES[label], xlabel="column (pixels)", ylabel="row (pixels)")
both = {"SVM: score": x @ svm.W, "softmax: probability": softmax(x @ soft.W)}
for ax, (name, values) in zip(axes[1:], both.items(), strict=True):
    bars = ax.barh(data_utils.CLASSES, values, color="#56B4E9", edgecolor="black")
    bars[label].set(facecolor="#D55E00", hatch="//")
    ax.set(xlabel=name.split(": ")[1], ylabel="class", title=f"{name} (true class hatched)")
    ax.invert_yaxis()
plt.show()

# %% [markdown]
# They mostly agree: most validation images get the same answer from both.

# %% tags=["nbval-ignore-output"]
same = np.mean(svm.predict(X_val) == soft.predict(X_val))
assert same > 0.6
print(f"they agree on {100 * same:.0f} % of the validation images")

# %% [markdown]
# ## The points that only one of them notices
#
# Two classes in the plane. Each loss finds its line. Then a bunch of new points arrives, up on the side where they
# belong: every one is classified right, with a lead of more than 1.
#
# To keep the comparison clean, the *sum* of losses is weighed against the same penalty before and after (`reg / N`
# instead of `reg`), and each is minimized by plain gradient descent for long enough.

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
lead = far @ (fits["SVM"][0][:, 1] - fits["SVM"][0][:, 0])
assert lead.min() > 1, "the new points should be right with room to spare"

# %%
assert moved["SVM"] < 0.01 < 0.03 < moved["softmax"]
print("the SVM's weights moved by less than 1 %, softmax's by more than 3 %")

# %% alt="Two panels with two classes of points in the plane and a bunch of new ones on the right side. Left, the SVM: the separating lines before and after the new points coincide. Right, softmax: the line has turned"
fig, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
for ax, (name, pair) in zip(axes, fits.items(), strict=True):
    for c, marker in enumerate("os"):
        ax.plot(*X_plane[y_plane == c, :2].T, marker, color=vis_utils.COLOURS[c], alpha=0.5, label=f"class {c}")
    ax.plot(*far[:, :2].T, "s", color=vis_utils.COLOURS[1], markerfacecolor="none", label="class 1, new")
    for W, style, when in zip(pair, ["k-", "k:"], ["before", "after"], strict=True):
        a, b, c = W[:, 1] - W[:, 0]
        ax.plot(-(b * np.array([-4, 8]) + c) / a, [-4, 8], style, linewidth=2, label=f"boundary {when}")
    ax.set(xlabel="first feature", ylabel="second feature", title=name, xlim=(-5, 10), ylim=(-4, 8))
axes[0].legend(loc="upper right", fontsize=8)
plt.show()

# %% [markdown]
# The new points have hinge loss 0 and gradient 0: to the SVM they don't exist. (Its weights moved a
# little all the same, because gradient descent stops a little short of the minimum.) Its solution depends only on the points at or
# inside the margin, the *support vectors*. Softmax gives each new point a small loss, and a small pull; forty of them turn the
# line. Whether that is good depends on whether far points are evidence, or noise.
#
# In numbers, for the total loss at the old solutions:

# %%
for name, loss in losses.items():
    before = fits[name][0]
    added = 40 * loss(before, far, np.ones(40, int), 0.0)[0]
    print(f"{name:8} the forty new points add {added:.2f} to the sum of losses")

# %% [markdown]
# ## Questions
#
# **1.** You multiply an SVM's `W` by 10. What happens to its predictions, to its loss, and to the margins? And softmax's?
#
# <details><summary>Answer</summary>
#
# Predictions stay the same for both. All score differences become ten times as large: where the true class led by 0.1 or more, the
# SVM's loss goes to 0; where it was behind, the loss grows about tenfold. Softmax becomes ten times as sure, with the same
# effect in a smooth form. On data that can be separated, only the regularization keeps either from doing it on its own.
# </details>
#
# **2.** A new example changes the sum of softmax losses but not the SVM's. Can it be the other way round?
#
# <details><summary>Answer</summary>
#
# No. If the example violates a margin, some class is less than 1 behind the true one (or ahead of it), and then the true
# probability is below $1/(1 + e^{-1}) = 0.73$ and the softmax loss at least 0.31. Softmax notices every example.
# </details>
#
# **3.** The margin is 1. Why isn't it a third hyperparameter?
#
# <details><summary>Answer</summary>
#
# Multiply `W` by a factor, and all score differences grow by it: a margin of 5 with `W` is a margin of 1 with `W / 5`. The
# regularization strength decides how large `W` may be, and so what a margin of 1 is worth. One of the two is enough.
# </details>
#
# ## What you showed
# - The hinge's gradient is the image times whole numbers; softmax's is the image times probabilities.
# - With one shared setting the SVM is ahead; which is ahead when each is tuned is another matter.
# - An SVM's scores only rank the classes; softmax makes probabilities of them.
# - An example beyond the margin doesn't exist for the SVM; for softmax every example counts.
#
# **Next:** back to [the map of the notebooks](README.md).
