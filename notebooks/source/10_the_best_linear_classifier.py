# %% [markdown]
# # 10. The best linear classifier: how low can the loss go?
#
# In notebook 7 you searched for good settings.
# The tuned classifier had a test accuracy of about 39 %.
# Has it learned everything from the training images that a linear classifier can learn from them?
# For most classifiers nobody can answer such a question.
# For ours we can: for each strength of the penalty there is one `W` with the lowest loss.
# We can find it, and we can *prove* how near to it we are.
#
# **What you'll learn**
# - why there is only one lowest loss, and how to bound it without knowing it;
# - how far from the best loss stochastic gradient descent ends;
# - what the strength of the penalty does, when training is out of the way;
# - why stopping early is nearly the same as a penalty;
# - how one number makes probabilities more honest;
# - what no linear classifier can see, however well it is trained.
#
# *Before you start:* notebooks 6 to 8.
# *Time:* about 55 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG; yours can differ in the last digits.*

# %%
import sys

from IPython import get_ipython

if "google.colab" in sys.modules:  # Colab has all that is needed except for this package
    get_ipython().run_line_magic("pip", "install --quiet --find-links . cs231n_softmax")

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize_scalar

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import Softmax, softmax_loss_vectorized
from cs231n_softmax.classifiers.softmax import cross_entropy, softmax
from cs231n_softmax.optimum import fit_optimum, regularization_path

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %% [markdown]
# In this notebook we divide all pixels by 64.
# After that, most of them are between −2 and 2, and the settings become numbers that are easier to compare.
# Weights are 64 times as large, learning rates are $64^2 = 4096$ times as large, and `reg` is divided by 4096 (notebook 6).
# For example, the learning rate 1e-6 of notebook 7 is now about 4e-3, and reg 1,000 is about 0.24.
# The answers stay nearly the same (nearly, because the column of ones isn't divided).
#
# (The scaled training images are a second copy, of 600 MB.
# Some cells below compute for half a minute or more on a slow computer.)

# %%
scale = np.append(np.full(3072, 1 / 64), 1).astype(np.float32)  # the last column is the one of the bias
X_train, X_val, X_test = (data[name] * scale for name in ["X_train", "X_val", "X_test_all"])
y_train, y_val, y_test = data["y_train"], data["y_val"], data["y_test_all"]
print("train", X_train.shape, " validation", X_val.shape, " test", X_test.shape)


def accuracy(W, X, y):
    """Return the percentage of rows of X (N, 3073) whose highest score is that of their label."""
    return 100 * np.mean(np.argmax(X @ W.astype(np.float32), axis=1) == y)


# %% [markdown]
# ## One bowl, one lowest point
#
# The softmax loss is convex (notebook 6): between two points, it is never above the straight line that joins them.
# So it has no second valley.
# With a penalty we can say more.
# The penalty `reg * sum(W**2)` is a round bowl, and a convex function plus a bowl has exactly **one** lowest point.
# This point is called the **optimum**.
#
# `fit_optimum` looks for it.
# It isn't stochastic: each evaluation computes the loss and the gradient on all 49,000 images.
# It needs few evaluations, because it begins with a good guess of how strongly the loss is curved in each direction, and improves this guess on its way.
# (The method is called L-BFGS.
# How the guess is made, you can read in the file `cs231n_softmax/optimum/curvature.py`.)
# We start it twice: from zero, and from random weights.

# %% tags=["nbval-ignore-output"]
REG = 1e-2
W_random = 0.01 * np.random.default_rng(0).standard_normal((3073, 10))
starts = {"zero": 0 * W_random, "random": W_random}
optima = {name: fit_optimum(X_train, y_train, REG, tol=1e-6, W=start) for name, start in starts.items()}
for name, optimum in optima.items():
    print(f"from {name:6}: loss {optimum.loss:.5f} after {optimum.evaluations} evaluations")
best = optima["zero"]

# %% tags=["claim"]
assert abs(best.loss - optima["random"].loss) <= max(best.gap, optima["random"].gap)
assert all(optimum.evaluations <= 40 and optimum.gap <= 1e-6 * optimum.loss for optimum in optima.values())

# %% [markdown]
# Both starts lead to the same loss, up to the last digits.
# But how do we know that this is the lowest one?
# Perhaps both have stopped too early.
#
# ## The certificate
#
# Nobody has to believe the method.
# There is a proof that needs only two things: the gradient at the point where the method has stopped, and the penalty.
#
# Walk from `W` for a distance $t$, in any direction.
# No direction goes down more steeply than the one against the gradient.
# There the slope is $-\lVert dW\rVert$.
# ($\lVert dW\rVert$ is the *length* of the gradient: the square root of the sum of all its squared numbers.
# In the same way we speak of the length of `W`.)
# The data loss is convex, so it is never below its tangent.
# Let $D$ be a direction of length 1.
# Then the penalty at `W` plus $t\,D$ is
#
# $$\begin{aligned}
# \texttt{reg}\,\lVert W + t\,D\rVert^2 =\; & \texttt{reg}\,\lVert W\rVert^2 + 2\,\texttt{reg}\;t\,(W \cdot D) \\
# & + \texttt{reg}\;t^2
# \end{aligned}$$
#
# The first two terms are the tangent of the penalty.
# So the whole loss is at least its tangent plus $\texttt{reg}\;t^2$, and the tangent falls by at most $t\,\lVert dW\rVert$:
#
# $$\text{loss}(t) \;\ge\; \text{loss}(0) - t\,\lVert dW\rVert + \texttt{reg}\; t^2$$
#
# The right side is lowest at $t = \lVert dW\rVert / (2\,\texttt{reg})$.
# There it is
#
# $$\text{loss}(0) - \frac{\lVert dW\rVert^2}{4\,\texttt{reg}}$$
#
# **No `W` in the world has a lower loss than that.**
# The fraction is called the **gap**.
# (In notebook 7, the word meant something else: the difference between two accuracies.)
# The picture shows a loss and its parabola.
# The star is a `W` after 300 steps of SGD on 5,000 images, and we walk from it against the gradient.

# %%
def sgd(X, y, learning_rate, reg, num_iters, watch=None):
    """Return W (3073, 10) after SGD from W = 0; watch(step, model, loss) is called after each step."""
    model = Softmax()
    model.W = np.zeros((3073, 10), np.float32)
    model.train(X, y, learning_rate, reg, num_iters, rng=0, callback=watch)
    return model.W


# %%
X_some, y_some, STRONG = X_train[:5000], y_train[:5000], 0.3
W_early = sgd(X_some, y_some, learning_rate=2e-3, reg=STRONG, num_iters=300)
loss_early, dW_early = softmax_loss_vectorized(W_early, X_some, y_some, STRONG)
length = np.linalg.norm(dW_early)
distances = np.linspace(-0.3, 1.8, 106) * length / (2 * STRONG)  # factor 1: its lowest point
along = [W_early - t * dW_early / length for t in distances]
slice_losses = [softmax_loss_vectorized(W, X_some, y_some, STRONG)[0] for W in along]
parabola = loss_early - distances * length + STRONG * distances**2
lowest = fit_optimum(X_some, y_some, STRONG).loss

# %%
fig, ax = plt.subplots(figsize=(6.8, 4.2), layout="constrained")
ax.plot(distances, slice_losses, color=vis_utils.COLOURS[0], label="loss along this line")
ax.plot(distances, parabola, "--", color=vis_utils.COLOURS[1], label="parabola: no loss is below it")
ax.axhline(lowest, color="gray", linestyle=":", label="lowest loss of all W")
ax.plot(0, loss_early, "*", markersize=14, color="#000000", label="W after 300 steps of SGD")
ax.set(xlabel="distance t from W, against the gradient", ylabel="loss (nats)", title="The certificate (reg = 0.3)",
       ylim=(min(parabola) - 0.1 * np.ptp(parabola), loss_early + np.ptp(parabola)))
ax.legend()
vis_utils.show("""The loss along a straight line through a W, against the gradient, and a dashed parabola that
    touches it at this W. The loss hardly falls and then rises steeply. The parabola falls further. A dotted line,
    the lowest loss of all W, lies between the lowest point of the parabola and the loss at W.""")

# %% tags=["claim"]
assert np.all(np.array(slice_losses) >= parabola - 1e-4)
assert min(parabola) < lowest < min(slice_losses) < loss_early + 1e-6

# %% tags=["nbval-ignore-output"]
print(f"gap {length**2 / (4 * STRONG):.2f}; in truth the loss is {loss_early - lowest:.2f} above the lowest one")

# %% tags=["claim"]
assert length**2 / (4 * STRONG) > 2 * (loss_early - lowest) > 0

# %% [markdown]
# At this `W` the gap is several times as large as the true height above the lowest loss, so the proof says little.
# Near the optimum the gradient becomes small, and the gap falls with its *square*.
# This is the certificate of the result above:

# %% tags=["nbval-ignore-output"]
_, dW = softmax_loss_vectorized(best.W, X_train, y_train, REG)
gap = np.linalg.norm(dW) ** 2 / (4 * REG)
print(f"loss {best.loss:.7f}, gap {gap:.1e}: no W has a loss below {best.loss - gap:.7f}")
print(f"the gap that fit_optimum gives: {best.gap:.1e}")

# %% tags=["claim"]
assert 0 < gap <= 1.001 * best.gap < 2e-6

# %% [markdown]
# (We asked `fit_optimum` for a gap of a millionth of the loss, `tol=1e-6`.
# To its gap it adds the largest possible rounding error, which is too small to be seen here.)
#
# ## How near does SGD come?
#
# Now we know the lowest loss, and can measure from it.
# We draw how far the loss of SGD is above it, on a log axis, for four learning rates.
# On the horizontal axis are passes through the training set: 245 steps with 200 images each are one pass, and so is one evaluation of `fit_optimum`.
# (The picture leaves out what `fit_optimum` does before its first evaluation.
# To make its guess takes about as long as ten evaluations.)

# %%
rates, watched_steps = [1e-4, 1e-3, 1e-2, 3e-2], {1, 3, 10, 30, 100, 300, 700, 1500}
height_of = {rate: [] for rate in rates}
for rate in rates:

    def watch(step, model, batch_loss, rate=rate):  # rate=rate: each function keeps the rate of its own turn
        steps_taken = step + 1
        if steps_taken in watched_steps:
            full_loss, _ = softmax_loss_vectorized(model.W, X_train, y_train, REG)
            passes = steps_taken * 200 / 49_000
            height_of[rate].append((passes, full_loss - best.loss))

    sgd(X_train, y_train, rate, REG, num_iters=1500, watch=watch)

# %%
fig, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
for k, rate in enumerate(rates):
    ax.plot(*np.transpose(height_of[rate]), color=vis_utils.COLOURS[k], marker=vis_utils.MARKERS[k],
            label=f"SGD, learning rate {rate:g}")
above = np.array(best.history) - best.loss
above = above[: np.argmax(above < 1e-6)]  # up to the first one that is nearer than float32 can show
ax.plot(np.arange(1, len(above) + 1), above, color="#000000", marker=".", label="fit_optimum")
ax.set(xscale="log", yscale="log", xlabel="passes through the training set", ylabel="loss minus lowest (nats)",
       title="How far above the lowest loss (reg = 0.01)")
ax.legend()
vis_utils.show("""Height above the lowest loss against passes through the training set, both on log axes. SGD with
    learning rates of 0.0001, 0.001 and 0.01 falls slowly: after six passes the best of them is still a few
    hundredths above. With 0.03 it stays high. fit_optimum starts later, falls steeply, and is ten
    thousand times closer after about ten passes.""")

# %% tags=["nbval-ignore-output"]
for rate in rates:
    print(f"SGD, learning rate {rate:<6g} after 1,500 steps: {height_of[rate][-1][1]:.3f} above the lowest loss")

# %% tags=["claim"]
ends = {rate: curve[-1][1] for rate, curve in height_of.items()}
assert ends[1e-2] == min(ends.values()) and 0.005 < ends[1e-2] < 0.1 and ends[1e-4] > 0.1
assert ends[3e-2] > 2 * ends[1e-2] and above[-1] < 1e-4

# %% [markdown]
# Two things are worth a look:
#
# - **In the first pass, SGD is unbeatable.**
#   It takes 245 steps in this time.
#   So where one pass is all that you can afford, as with huge training sets, SGD is the method of choice.
# - **Then SGD slows down.**
#   0.03 is too high: each step jumps across the bottom (notebook 6).
#   At 0.01, the loss falls only slowly now, because each batch shows a gradient with noise in it (notebook 6).
#   The smaller rates are still on their way after 1,500 steps.
#   (A rate that is lowered towards the end would help.)
#
# ## The whole path
#
# So far, each result of this course was a mixture: of the penalty, the learning rate, the number of steps, the start and the seed.
# At the optimum only `reg` is left.
# So now we can see what the penalty does.
# `regularization_path` finds the optimum for eight strengths, from strong to weak.
# Each search starts on the straight line through the last two optima, so it starts near its goal.
# All eight together take only a few times as long as one.
#
# **Predict, then run.**
# The strengths go from 10 down, and each is a fifth of the one before.
# Compare the second, reg = 2, with the last, which is about 15,000 times weaker.
# How much do the two test accuracies differ?
# - (a) By more than 15 percentage points.
# - (b) By less than 5 percentage points.
# - (c) The weak penalty has no test accuracy, because `W` grows without bound.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("10-path", guess)

# %%
regs = 10 / 5.0 ** np.arange(8)
path = regularization_path(X_train, y_train, regs)

# %% tags=["nbval-ignore-output"]
splits = {"training": (X_train, y_train), "validation": (X_val, y_val), "test": (X_test, y_test)}
accuracies = {name: np.array([accuracy(point.W, *split) for point in path]) for name, split in splits.items()}
norms = np.array([np.linalg.norm(point.W) for point in path])
print("     reg     loss  training  validation  test   length of W")
for k, reg in enumerate(regs):
    percents = "     ".join(f"{accuracies[name][k]:.1f}" for name in splits)
    print(f"{reg:8.5f}  {path[k].loss:.4f}   {percents}    {norms[k]:.2f}")

# %%
fig, (ax, ax_norm) = plt.subplots(2, 1, figsize=(7, 6), sharex=True, height_ratios=[2, 1], layout="constrained")
for k, (name, percent) in enumerate(accuracies.items()):
    style = {"color": vis_utils.COLOURS[k], "marker": vis_utils.MARKERS[k], "linestyle": vis_utils.DASHES[k]}
    ax.plot(regs, percent, **style, label=f"{name} images")
ax.set(xscale="log", ylabel="accuracy (%)", title="At the optimum, for each strength of the penalty")
ax.invert_xaxis()
ax.legend()
ax_norm.plot(regs, norms, color="#000000", marker="o")
ax_norm.set(yscale="log", ylabel="length of W", xlabel="reg (weaker to the right)")
vis_utils.show("""Upper panel: accuracy against the strength of the penalty, from strong on the left to weak on the
    right. Training accuracy rises all the way. Validation and test accuracy rise, are highest in the middle, and
    fall slowly again. Lower panel: the length of W grows along the whole path.""")

# %% tags=["claim"]
assert np.all(np.diff(norms) > 0) and np.all(np.diff([point.loss for point in path]) < 0)
assert np.all(np.diff(accuracies["training"]) > -0.3)
top = int(accuracies["test"].argmax())
assert 0 < top < 7 and accuracies["test"][top] > accuracies["test"][-1] + 0.5
assert abs(accuracies["test"][1] - accuracies["test"][-1]) < 5

# %% [markdown]
# The table has the whole story of the penalty:
#
# - The weaker the penalty, the longer is `W`, and the better it fits the training images.
# - On new images, the accuracy has its top in the middle.
#   But the top is flat: from the second strength on, all test accuracies are within about 5 points.
# - The weakest penalty overfits: its training accuracy is about 9 points above its test accuracy.
#   (In notebook 7 the two were nearly the same, because training stopped after 1,500 steps.)
#   But it is far from learning the training images by heart.
#   30,730 weights are few for 49,000 images.
#
# The table shows the test accuracies already, but we don't choose by them.
# We choose the strength with the best validation accuracy.

# %% tags=["nbval-ignore-output"]
chosen = int(accuracies["validation"].argmax())
print(f"chosen by validation: reg {regs[chosen]:.3g}, test accuracy {accuracies['test'][chosen]:.2f} %")

# %% tags=["claim"]
assert accuracies["test"][chosen] > accuracies["test"].max() - 1.5

# %% [markdown]
# ### The templates along the path
#
# Notebook 8 showed templates after 1,500 steps.
# They depended on the batches and on the number of steps.
# These are the templates of the optimum itself:

# %%
shown, classes = [1, chosen, 7], [0, 1, 6, 7]
few_templates = np.column_stack([path[k].W[:-1, classes] for k in shown])
titles = [f"{data_utils.CLASSES[c]}, reg {regs[k]:.2g}" for k in shown for c in classes]
fig, axes = plt.subplots(3, 4, figsize=(8, 6.6), layout="constrained")
vis_utils.show_templates(few_templates, titles, axes=axes)
vis_utils.show("""Templates of airplane, automobile, frog and horse at the optimum, in three rows: for a strong
    penalty they are smooth blobs of colour, for the chosen one the shapes are full of grain, and for the weakest
    one they look like coloured noise.""")

# %%
def roughness(W):
    """Return the mean difference between a weight and its right neighbour, compared with the spread of all."""
    images = W[:-1].reshape(32, 32, 3, 10)
    return np.mean(np.abs(np.diff(images, axis=1))) / images.std()


# %% tags=["nbval-ignore-output"]
rough = [roughness(path[k].W) for k in shown]
print("the weaker the penalty, the rougher:", *(f"{value:.1f}" for value in rough))

# %% tags=["claim"]
assert rough[0] < rough[1] < rough[2]

# %% [markdown]
# With a strong penalty, the templates are smooth.
# With a weak one, they look like noise.
# But this noise isn't an accident of training: it *is* the optimum.
# Neighbouring pixels are nearly equal in most images.
# So a weight on one pixel and the opposite weight on its neighbour almost cancel: for most images they hardly change the score.
# Only the penalty keeps them small.
# With a weak penalty, the classifier uses such pairs to fit the finest differences.
#
# ## The ladder
#
# How far did each stage of this course come?
# All are tested on the same 10,000 images:
#
# 1. guessing;
# 2. cs231n's setting without tuning: learning rate 1e-7 and reg 2.5e4 (for unscaled pixels), from random weights;
# 3. the setting that won on the grid of notebook 7: learning rate 1e-6 and reg 1,000, from random weights;
# 4. the same learning rate without a penalty, from `W = 0`;
# 5. the optimum, with the penalty that validation chose.

# %% tags=["nbval-ignore-output"]
untuned = Softmax()
untuned.train(data["X_train"], y_train, 1e-7, 2.5e4, num_iters=1500, rng=0)
tuned = Softmax()
tuned.train(data["X_train"], y_train, 1e-6, 1e3, num_iters=1500, rng=0)
ladder = {
    "guessing": 10.0,
    "cs231n's setting, untuned": accuracy(untuned.W, data["X_test_all"], y_test),
    "tuned by a sweep": accuracy(tuned.W, data["X_test_all"], y_test),
    "from W = 0, reg 0": accuracy(sgd(X_train, y_train, 4096 * 1e-6, 0, num_iters=1500), X_test, y_test),
    "optimum": accuracies["test"][chosen],
}
for name, percent in ladder.items():
    print(f"{name:26} {percent:.1f} %")

# %%
fig, ax = plt.subplots(figsize=(6.8, 3.2), layout="constrained")
bars = ax.barh(list(ladder), list(ladder.values()), color=vis_utils.COLOURS[0])
ax.bar_label(bars, fmt="%.1f", padding=3)
ax.invert_yaxis()
ax.set(xlim=(0, 50), xlabel="accuracy on 10,000 test images (%)", title="The ladder")
vis_utils.show("""Five horizontal bars of test accuracy: guessing 10 %, cs231n's untuned setting about 34 %, tuned
    by a sweep about 39 %, from W = 0 without a penalty about 40 %, and the optimum about 41 %.""")

# %% tags=["claim"]
assert list(ladder.values()) == sorted(ladder.values()) and ladder["optimum"] > ladder["tuned by a sweep"] + 0.5

# %% [markdown]
# The last steps are small ones.
# Without the noise of a random start, 1,500 steps of SGD come near to the optimum.
# For the optimum, the gap is below 1e-4 of the loss.
# So with this penalty, more training can lower the loss on the training images by almost nothing.
# (About new images the gap proves nothing.
# More images can still add a little.)
# To get much more, change the *model*.
#
# ## Stopping early is like a penalty
#
# Many people use no penalty at all.
# They start from `W = 0`, and stop training before it overfits.
# This is called **early stopping**.
# What do it and a penalty have in common?
# Both keep `W` short.
#
# To compare them, we need overfitting, so we take only the first 1,000 images.
# For the penalty, we compute the optimum for nine strengths.
# For early stopping, we walk down the gradient of the data loss, without any penalty.
# Each point in the picture is a `W`: its length on the horizontal axis, its loss on the validation images on the vertical axis.

# %%
X_few, y_few = X_train[:1000], y_train[:1000]


def on_validation(W):
    """Return (length of W, mean cross-entropy on the validation images)."""
    return np.linalg.norm(W), np.mean(cross_entropy(X_val @ W, y_val)[0])


few_path = regularization_path(X_few, y_few, np.logspace(1, -2, 9), tol=1e-3)
penalised = [on_validation(point.W) for point in few_path]
W_walk, stopped = np.zeros((3073, 10), np.float32), []
for step in range(1, 301):
    W_walk = W_walk - 1e-2 * softmax_loss_vectorized(W_walk, X_few, y_few, 0)[1]
    if step in {2, 3, 5, 10, 20, 40, 75, 150, 300}:
        stopped.append(on_validation(W_walk))

# %%
fig, ax = plt.subplots(figsize=(6.8, 4.2), layout="constrained")
for k, (name, points) in enumerate({"penalty, reg 10 to 0.01": penalised, "steps, 2 to 300": stopped}.items()):
    style = {"color": vis_utils.COLOURS[k], "marker": vis_utils.MARKERS[k], "linestyle": vis_utils.DASHES[k]}
    ax.plot(*np.transpose(points), **style, label=name)
ax.set(xscale="log", xlabel="length of W", ylabel="validation loss (nats)", title="Two ways to keep W short")
ax.legend()
vis_utils.show("""Validation loss against the length of W on a log axis, for optima with penalties of different
    strength and for gradient descent that is stopped after different numbers of steps. The two curves are nearly
    the same: they fall, reach their lowest point at about the same length, and rise again.""")

# %% tags=["claim"]
shared = np.linspace(0.15, 1, 20)
on_curve = [np.interp(np.log(shared), np.log(np.array(c)[:, 0]), np.array(c)[:, 1]) for c in [penalised, stopped]]
assert np.max(np.abs(on_curve[0] - on_curve[1])) < 0.05
assert all(0 < np.argmin(np.array(c)[:, 1]) < len(c) - 1 for c in [penalised, stopped])

# %% [markdown]
# The curves are nearly the same.
# Both ways first learn the patterns in which the images differ most, for example bright and dark areas.
# They learn the fine patterns only with many steps, or with a weak penalty.
# (We don't show this here.)
# So the number of steps (times the learning rate) is a hyperparameter like `reg`, and has to be chosen by validation, too.
# Probably this is also why reg 0 from a clean start was so good in notebook 7: the small number of steps did the work of a penalty.
#
# ## Are the probabilities honest?
#
# Notebook 8 had a test for honest probabilities.
# Of all answers that claim 60 %, about 60 % should be right.
# There, training stopped after 1,500 steps, and that also changes the probabilities.
# At the optimum only the penalty does.
# (Here, each point is a tenth of the answers.
# The mean distance from the diagonal is what notebook 8 called the expected calibration error.)

# %%
def in_tenths(probs, y):
    """Return mean confidence and share of right answers, in percent, for each tenth of the answers."""
    confidence, correct = probs.max(axis=1), probs.argmax(axis=1) == y
    tenths = np.array_split(np.argsort(confidence), 10)
    return np.array([(100 * confidence[part].mean(), 100 * correct[part].mean()) for part in tenths]).T


def calibration_error(probs, y):
    """Return the mean distance between confidence and share of right answers, in percentage points."""
    sure, true = in_tenths(probs, y)
    return np.mean(np.abs(sure - true))


# %% [markdown]
# A strong penalty makes the scores too similar, and a weak one makes them too different.
# One number can mend that: divide all scores by a **temperature** $T$ before softmax (notebook 2).
# This changes no answer, because the highest score stays the highest.
# It only changes how sure the answer is.
# We choose $T$ by the loss on the validation images.
# (This is called temperature scaling; see Guo and others, 2017.)

# %%
def best_temperature(W):
    """Return the T between 0.1 and 10 with the lowest loss of softmax(scores / T) on the validation images."""
    val_scores = X_val @ W
    return minimize_scalar(lambda T: cross_entropy(val_scores / T, y_val)[0].mean(), bounds=(0.1, 10)).x


positions = {"strong": 1, "chosen": chosen, "weak": 7}  # of three strengths in the path
temperatures = {name: best_temperature(path[k].W) for name, k in positions.items()}
test_scores = {name: X_test @ path[k].W for name, k in positions.items()}

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 4.4), sharey=True, layout="constrained")
for ax, title in zip(axes, ["as they are", "divided by the temperature"], strict=True):
    ax.plot([0, 100], [0, 100], "k:", label="honest")
    for k, name in enumerate(positions):
        T = 1 if title == "as they are" else temperatures[name]
        style = {"color": vis_utils.COLOURS[k], "marker": vis_utils.MARKERS[k], "linestyle": vis_utils.DASHES[k]}
        label = f"reg {regs[positions[name]]:.2g}, T = {T:.2f}"
        ax.plot(*in_tenths(softmax(test_scores[name] / T), y_test), **style, label=label)
    ax.set(xlim=(10, 100), ylim=(10, 100), xlabel="confidence (%)", title=f"Scores {title}")
    ax.legend()
axes[0].set_ylabel("right answers (%)")
vis_utils.show("""Two reliability diagrams on the test images, for a strong, the chosen and a weak penalty, beside
    the diagonal of honest probabilities. Left, as they are: with the strong penalty the curve lies above the
    diagonal, with the weak one below it. Right, after division by the temperature: the
    three curves are close to each other.""")

# %% tags=["nbval-ignore-output"]
for name, T in temperatures.items():
    before, after = (calibration_error(softmax(test_scores[name] / divisor), y_test) for divisor in [1, T])
    print(f"{name:6} penalty: T = {T:.2f}, mean distance from honest {before:.1f} points, then {after:.1f}")

# %% tags=["claim"]
assert temperatures["strong"] < temperatures["chosen"] < temperatures["weak"] and temperatures["strong"] < 1
assert abs(temperatures["chosen"] - 1) < 0.15
assert calibration_error(softmax(test_scores["strong"] / temperatures["strong"]), y_test) < calibration_error(
    softmax(test_scores["strong"]), y_test
)

# %% [markdown]
# A strong penalty needs $T < 1$: its answers are too modest.
# A weak one needs $T > 1$: its answers are too sure.
# After the division, the three are nearly alike, and the strong and the weak one are closer to the diagonal.
# They aren't on it: the temperature with the lowest *loss* isn't the one with the smallest distance.
# For the chosen penalty, the division changes next to nothing.
#
# ## What no linear classifier can see
#
# The certificate answers one more question.
# If a classifier is bad, is it the training, or is it the model?
# Look at four points in the plane.
# Opposite corners belong to the same class.
# (This pattern is called XOR, "exclusive or".)
#
# **Predict, then run.**
# What does the best linear classifier with a bias say about the four points?
# - (a) It is sure of three of them, and wrong about the fourth.
# - (b) Its probabilities are one half for all four points.
# - (c) There is no best one: the loss goes down for ever.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("10-xor", guess)

# %%
corners = np.array([[1, 1, 1], [-1, -1, 1], [1, -1, 1], [-1, 1, 1]], float)  # x, y, and 1 for the bias
corner_classes = np.array([0, 0, 1, 1])
xor = fit_optimum(corners, corner_classes, reg=1e-6)
print("probabilities", softmax(corners @ xor.W).round(3).tolist())
print(f"loss {xor.loss:.6f}, log(2) = {np.log(2):.6f}, gap below 1e-6: {xor.gap < 1e-6}")

# %% tags=["claim"]
assert np.abs(xor.W).max() < 1e-3 and xor.gap < 1e-6

# %% [markdown]
# The best `W` is zero, and it has a certificate.
# No training, no learning rate and no patience helps: the *model* can't do it.
# In a weighted sum, each feature adds its own part, whatever the other feature is.
# For XOR, what x means depends on y.
#
# Images are full of such patterns.
# A car is a car whether it is red or white.
# A horse may look to the left or to the right (notebook 8).
# And a cat is a cat in each corner of the image.
# Each single pixel says only very little about "cat".
#
# Here is a test of what the classifier can't see.
# We change the sign of all centred pixels of the test images.
# This exchanges bright and dark, measured from the mean image, and leaves all edges and shapes where they are.
# All scores (without the bias) change their sign, too.
# So the class that matched best now matches worst.

# %% tags=["nbval-ignore-output"]
negatives = X_test * np.append(-np.ones(3072), 1).astype(np.float32)
print(f"test images:         {accuracy(path[chosen].W, X_test, y_test):.1f} % right")
print(f"bright is dark:      {accuracy(path[chosen].W, negatives, y_test):.1f} % right")

# %% tags=["claim"]
assert accuracy(path[chosen].W, negatives, y_test) < 10 < accuracy(path[chosen].W, X_test, y_test)

# %% [markdown]
# This is worse than guessing.
# More training images hardly help, and neither does a better method.
# What helps is to give the *same* classifier better inputs: features that stay the same when colours, places and directions change.
# Networks learn such features, and their last layer is a softmax classifier like yours.
#
# ## Questions

# %% [markdown]
# **1.** With reg = 0 there is no certificate.
# Why?
#
# <details><summary>Answer</summary>
#
# The certificate divides by `reg`.
# Without a penalty, nothing is known of how strongly the loss curves upwards, and it may fall a little for a very long way.
# If the classes can be separated without an error, it falls for ever: for each such `W`, twice this `W` has a lower loss.
# Then no best `W` exists.
#
# </details>

# %% [markdown]
# **2.** Your gap is 0.001, and `reg` is 0.01.
# How far can `W` be from the best `W` at most?
#
# <details><summary>Answer</summary>
#
# The loss lies above a parabola at the optimum as well, and there the slope is zero.
# So the loss at a distance $t$ from the optimum is at least $\texttt{reg}\,t^2$ above the lowest loss.
# So $\texttt{reg}\,t^2 \le 0.001$, and the distance is at most $\sqrt{0.001 / 0.01} \approx 0.32$.
#
# </details>

# %% [markdown]
# **3.** Somebody reports 45 % on CIFAR-10 "with plain softmax regression on pixels".
# Is that a lie?
#
# <details><summary>Answer</summary>
#
# Not necessarily, but ask what is different.
# Perhaps it is the accuracy on the training images: ours is above 45 % for weak penalties.
# Perhaps the test set was small, or other inputs were used beside the pixels.
# With these images, these inputs and this loss, every strength of the penalty stays near 41 % or below.
#
# </details>

# %% [markdown]
# **4.** You stop training early *and* use a penalty.
# Is this twice as good?
#
# <details><summary>Answer</summary>
#
# No.
# Both keep `W` short.
# If the number of steps already does it, then the penalty makes `W` shorter than it should be, and the other way round.
# So they have to be chosen together.
#
# </details>

# %% [markdown]
# ## What you showed
# - The softmax loss with a penalty has one lowest point, and $\lVert dW\rVert^2 / (4\,\texttt{reg})$ bounds how far above it you are.
# - SGD is fast at first.
#   After six passes it is still some hundredths above the lowest loss.
# - At the optimum, accuracy changes slowly with the strength of the penalty, and its top is near 41 %.
# - Early stopping and a penalty do nearly the same.
# - For XOR no linear classifier has a lower loss than guessing, and the certificate proves it.
#   What comes next is better inputs.
#
# **Next:** [11. Better inputs](11_better_inputs.ipynb).
# Or change something here: find the optimum for 5,000 training images, and look at how the ladder changes.
