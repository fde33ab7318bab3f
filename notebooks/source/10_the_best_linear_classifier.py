# %% [markdown]
# # 10. The best linear classifier: how low can the loss go?
#
# In notebook 7 you searched for good settings. The best test accuracy there was a little above 39 %. Was that all that
# is possible? For most classifiers nobody can answer this question. For ours we can: there is one best `W`, we can find
# it, and we can *prove* how near to it we are.
#
# **What you'll learn**
# - why there is only one best `W`, and how to bound its loss without knowing it;
# - how far from the best loss stochastic gradient descent ends;
# - what the strength of the penalty does, when nothing is left to luck;
# - why stopping early is nearly the same as a penalty;
# - how to make probabilities honest with one number;
# - what no linear classifier can see, however well it is trained.
#
# *Before you start:* notebooks 6 to 8. *Time:* about 50 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG;
# yours can differ in the last digits.*

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
# In this notebook we divide all pixels by 64. After that, most of them are between −2 and 2. The answers of the best
# classifier stay nearly the same, but its settings become numbers that are easier to compare: weights are 64 times as
# large, and learning rates and `reg` change by $64^2 = 4096$ (notebook 6). For example, the learning rate 1e-6 of
# notebook 7 is now about 4e-3, and reg 1,000 is about 0.24.

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
# The softmax loss is convex (notebook 6): between two points, it is never above the straight line that joins them. So
# it has no second valley. With a penalty we can say more. The penalty `reg * sum(W**2)` is a round bowl, and a convex
# function plus a bowl has exactly **one** lowest point. This point is called the **optimum**.
#
# `fit_optimum` looks for it. It isn't stochastic: each evaluation computes the loss and the gradient on all 49,000
# images. It needs few evaluations, because it makes a good guess of how strongly the loss is curved in each direction,
# and improves this guess on its way. (The method is called L-BFGS. How our guess is made, you can read in the file
# `optimum/curvature.py`.) We start it twice: from zero, and from random weights.

# %% tags=["nbval-ignore-output"]
REG = 1e-2
W_random = 0.01 * np.random.default_rng(0).standard_normal((3073, 10))
starts = {"zero": None, "random": W_random}
optima = {name: fit_optimum(X_train, y_train, REG, tol=1e-6, W=start) for name, start in starts.items()}
for name, optimum in optima.items():
    print(f"from {name:6}: loss {optimum.loss:.5f} after {optimum.evaluations} evaluations")
best = optima["zero"]

# %% tags=["claim"]
assert abs(best.loss - optima["random"].loss) <= max(best.gap, optima["random"].gap)
assert all(optimum.evaluations <= 40 and optimum.gap <= 1e-6 * optimum.loss for optimum in optima.values())

# %% [markdown]
# Both starts lead to the same loss, up to the last digits. But how do we know that this is the lowest one? Perhaps both
# have stopped too early.
#
# ## The certificate
#
# Nobody has to believe the method. There is a proof that needs only two things: the gradient at the point where the
# method has stopped, and the penalty.
#
# The data loss is convex. So it lies above each of its tangents. The penalty curves upwards by $2\,\texttt{reg}$ in
# every direction. So in total, the loss lies above a parabola. Walk from `W` for a distance $t$, in any direction. The
# slope at the start is at worst minus the length of the gradient, $-\lVert dW\rVert$, and so
#
# $$\text{loss}(t) \;\ge\; \text{loss}(0) - t\,\lVert dW\rVert + \texttt{reg}\; t^2$$
#
# The right side is lowest at $t = \lVert dW\rVert / (2\,\texttt{reg})$. There it is
#
# $$\text{loss}(0) - \frac{\lVert dW\rVert^2}{4\,\texttt{reg}}$$
#
# **No `W` in the world has a lower loss than that.** The fraction is called the **gap**. The picture shows a loss and
# its parabola. The star is a `W` after 300 steps of SGD on 5,000 images, and we walk from it against the gradient.

# %%
def sgd(X, y, learning_rate, reg, num_iters, watch=None):
    """Return W (3073, 10) after SGD from W = 0; watch(step, model, loss) is called after each step."""
    model = Softmax()
    model.W = np.zeros((3073, 10), np.float32)
    model.train(X, y, learning_rate, reg, num_iters, rng=0, callback=watch)
    return model.W


# %%
some = X_train[:5000], y_train[:5000]
W_early = sgd(*some, 2e-3, 0.3, num_iters=300)
loss_early, dW_early = softmax_loss_vectorized(W_early, *some, 0.3)
length = np.linalg.norm(dW_early)
distances = np.linspace(-0.15, 0.9, 106) * length / 0.3
slice_losses = [softmax_loss_vectorized(W_early - t * dW_early / length, *some, 0.3)[0] for t in distances]
parabola = loss_early - distances * length + 0.3 * distances**2
lowest = fit_optimum(*some, 0.3).loss

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

# %% [markdown]
# At this `W` the gap is large, and so the proof says little. Near the optimum the gradient becomes small, and the gap
# falls with its *square*. This is the certificate of the result above:

# %% tags=["nbval-ignore-output"]
_, dW = softmax_loss_vectorized(best.W, X_train, y_train, REG)
gap = np.linalg.norm(dW) ** 2 / (4 * REG)
print(f"loss {best.loss:.7f}, gap {gap:.1e}: no W has a loss below {best.loss - gap:.7f}")
print(f"the gap that fit_optimum gives: {best.gap:.1e}")

# %% tags=["claim"]
assert 0 < gap <= 1.001 * best.gap < 2e-6

# %% [markdown]
# (`fit_optimum` computes the gap in float64. It also adds what rounding could have hidden, which is far less than the
# last digit here. We asked it for a gap of a millionth of the loss, `tol=1e-6`.)
#
# ## How near does SGD come?
#
# Now we have a zero line. We can draw how far the loss of SGD is above the lowest loss, on a log axis, for four
# learning rates. On the horizontal axis are passes through the training set: 245 steps with 200 images each are one
# pass, and so is one evaluation of `fit_optimum`.

# %%
rates, watched_steps = [1e-4, 1e-3, 1e-2, 3e-2], {1, 3, 10, 30, 100, 300, 700, 1500}
distance_of = {rate: [] for rate in rates}
for rate in rates:

    def watch(step, model, _, rate=rate):
        if step + 1 in watched_steps:
            loss_now, _ = softmax_loss_vectorized(model.W, X_train, y_train, REG)
            distance_of[rate].append(((step + 1) * 200 / 49_000, loss_now - best.loss))

    sgd(X_train, y_train, rate, REG, num_iters=1500, watch=watch)

# %%
fig, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
for k, rate in enumerate(rates):
    ax.plot(*zip(*distance_of[rate], strict=True), color=vis_utils.COLOURS[k], marker=vis_utils.MARKERS[k],
            label=f"SGD, learning rate {rate:g}")
above = np.maximum(np.array(best.history) - best.loss, 1e-7)[:-1]
ax.plot(np.arange(1, len(above) + 1), above, color="#000000", marker=".", label="fit_optimum")
ax.set(xscale="log", yscale="log", xlabel="passes through the training set", ylabel="loss minus lowest (nats)",
       title="How far above the lowest loss (reg = 0.01)")
ax.legend()
vis_utils.show("""Distance to the lowest loss against passes through the training set, both on log axes. SGD with
    learning rates of 0.0001, 0.001 and 0.01 falls slowly: after six passes the best of them is still a few
    hundredths above. With 0.03 it stays high. fit_optimum starts later, falls steeply, and is a hundred thousand
    times closer after about fifteen passes.""")

# %% tags=["nbval-ignore-output"]
for rate in rates:
    print(f"SGD, learning rate {rate:<6g} after 1,500 steps: {distance_of[rate][-1][1]:.3f} above the lowest loss")

# %% tags=["claim"]
ends = {rate: curve[-1][1] for rate, curve in distance_of.items()}
assert ends[1e-2] == min(ends.values()) and 0.005 < ends[1e-2] < 0.1 and ends[1e-4] > 0.1
assert ends[3e-2] > 2 * ends[1e-2] and above[-1] < 1e-4

# %% [markdown]
# Two things are worth a look:
#
# - **In the first pass, SGD is unbeatable.** Before `fit_optimum` has seen all images once, SGD has taken 245 steps.
#   So where one pass is all that you can afford, as with huge training sets, SGD is the method of choice.
# - **Then SGD slows down.** A batch of 200 images shows a gradient with noise in it (notebook 6). With a large learning
#   rate the noise keeps `W` far from the bottom, and with a small one there is little progress.
#
# Is it worth it to go all the way to the bottom? That is the next question.
#
# ## The whole path
#
# So far, each result of this course was a mixture: of the penalty, the learning rate, the number of steps, the start
# and the seed. At the optimum only `reg` is left. So now we can see what the penalty does. `regularization_path` finds
# the optimum for eight strengths, from strong to weak. Each of them starts from the ones before, so this takes only a
# few times as long as one of them.
#
# **Predict, then run.** The strengths go from 10 down, and each is a fifth of the one before. Compare the second, reg
# = 2, with the last, which is about 15,000 times weaker. How much do the two test accuracies differ?
# - (a) By more than 15 percentage points.
# - (b) By less than 5 percentage points.
# - (c) The weak penalty has no test accuracy, because `W` grows without bound.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("10-path", guess)

# %%
regs = 10 / 5.0 ** np.arange(8)
path = regularization_path(X_train, y_train, regs, tol=1e-3)

# %% tags=["nbval-ignore-output"]
splits = {"training": (X_train, y_train), "validation": (X_val, y_val), "test": (X_test, y_test)}
accuracies = {name: np.array([accuracy(point.W, *split) for point in path]) for name, split in splits.items()}
norms = np.array([np.linalg.norm(point.W) for point in path])
print("     reg     loss  training  validation  test   length of W")
for k, reg in enumerate(regs):
    three = "     ".join(f"{accuracies[name][k]:.1f}" for name in splits)
    print(f"{reg:8.5f}  {path[k].loss:.4f}   {three}    {norms[k]:.2f}")

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
# - On new images, the accuracy has its top in the middle. But the top is flat: between a penalty that is too strong and
#   one that is far too weak there are only a few percentage points.
# - Even the weakest penalty doesn't learn the training images by heart. 30,730 weights are few for 49,000 images.
#
# We choose the strength with the best validation accuracy. Only then do we look at its test accuracy.

# %% tags=["nbval-ignore-output"]
chosen = int(accuracies["validation"].argmax())
print(f"chosen by validation: reg {regs[chosen]:.3g}, test accuracy {accuracies['test'][chosen]:.2f} %")

# %% tags=["claim"]
assert accuracies["test"][chosen] > accuracies["test"].max() - 1.5

# %% [markdown]
# ### The templates along the path
#
# Notebook 8 showed templates after 1,500 steps. The noise of the batches was in them, and so was the number of steps.
# These are the templates of the optimum itself:

# %%
shown, classes = [1, chosen, 7], [0, 1, 6, 7]
few_templates = np.column_stack([path[k].W[:-1, classes] for k in shown])
titles = [f"{data_utils.CLASSES[c]}, reg {regs[k]:.2g}" for k in shown for c in classes]
fig, axes = plt.subplots(3, 4, figsize=(8, 6.6), layout="constrained")
vis_utils.show_templates(few_templates, titles, axes=axes)
vis_utils.show("""Templates of airplane, automobile, frog and horse at the optimum, in three rows: for a strong
    penalty they are smooth blobs of colour, for the chosen one shapes with some grain, and for the weakest one
    they look like coloured noise.""")

# %%
def roughness(W):
    """Return how different neighbouring pixels of the templates are, on average, compared with their spread."""
    images = W[:-1].reshape(32, 32, 3, 10)
    return np.mean(np.abs(np.diff(images, axis=1))) / images.std()


rough = [roughness(path[k].W) for k in shown]
print("each row is rougher than the one above:", rough[0] < rough[1] < rough[2])

# %% [markdown]
# With a strong penalty, the templates are smooth. With a weak one, they look like noise. But this noise isn't an
# accident of training: it *is* the optimum. Neighbouring pixels are nearly equal in most images. So a weight on one
# pixel and the opposite weight on its neighbour almost cancel, and cost little except for the penalty. With a weak
# penalty, the classifier uses such pairs to fit the finest differences.
#
# ## The ladder
#
# How much of what is possible did each stage of this course reach? On the ladder are: guessing; the setting of cs231n
# without tuning (learning rate 1e-7, reg 2.5e4; both in units of unscaled pixels); the setting that won on the grid of
# notebook 7; and the optimum, with the penalty that validation chose. All are tested on the same 10,000 images.

# %% tags=["nbval-ignore-output"]
untuned = Softmax()
untuned.train(data["X_train"], y_train, 1e-7, 2.5e4, num_iters=1500, rng=0)
tuned = Softmax()
tuned.train(data["X_train"], y_train, 1e-6, 1e3, num_iters=1500, rng=0)
ladder = {
    "guessing": 10.0,
    "cs231n's setting, untuned": accuracy(untuned.W, data["X_test_all"], y_test),
    "tuned by a sweep": accuracy(tuned.W, data["X_test_all"], y_test),
    "optimum": accuracies["test"][chosen],
}
for name, percent in ladder.items():
    print(f"{name:26} {percent:.1f} %")

# %%
fig, ax = plt.subplots(figsize=(6.8, 2.8), layout="constrained")
bars = ax.barh(list(ladder), list(ladder.values()), color=vis_utils.COLOURS[0])
ax.bar_label(bars, fmt="%.1f", padding=3)
ax.invert_yaxis()
ax.set(xlim=(0, 50), xlabel="accuracy on 10,000 test images (%)", title="The ladder")
vis_utils.show("""Four horizontal bars of test accuracy: guessing 10 %, cs231n's untuned setting about 34 %, tuned
    by a sweep about 39 %, and the optimum about 41 %.""")

# %% tags=["claim"]
assert list(ladder.values()) == sorted(ladder.values()) and ladder["optimum"] > ladder["tuned by a sweep"] + 0.5

# %% [markdown]
# The last step is a small one. A classifier of this kind can't do much better, whatever you try. Whoever wants more has
# to change the *model*, and not its training. That is why the gap is worth knowing: it tells you when to stop.
#
# ## Stopping early is like a penalty
#
# Many people use no penalty at all. They start from `W = 0`, and stop training before it overfits. This is called
# **early stopping**. What has it in common with a penalty? Both keep `W` short.
#
# To compare them, we need overfitting, so we take only the first 1,000 images. For the penalty, we compute the optimum
# for nine strengths. For early stopping, we walk down the gradient of the data loss, without any penalty. Each
# point in the picture is a `W`: its length on the horizontal axis, its loss on the validation images on the vertical
# axis.

# %%
X_few, y_few = X_train[:1000], y_train[:1000]


def on_validation(W):
    """Return (length of W, mean cross-entropy on the validation images)."""
    return np.linalg.norm(W), np.mean(cross_entropy(X_val @ W, y_val)[0])


few_path = regularization_path(X_few, y_few, np.logspace(1, -2, 9), tol=1e-3)
penalised = [on_validation(point.W) for point in few_path]
W_walk, stopped = np.zeros((3073, 10), np.float32), []
for step in range(1, 301):
    W_walk = W_walk - np.float32(1e-2) * softmax_loss_vectorized(W_walk, X_few, y_few, 0)[1]
    if step in {2, 3, 5, 10, 20, 40, 75, 150, 300}:
        stopped.append(on_validation(W_walk))

# %%
fig, ax = plt.subplots(figsize=(6.8, 4.2), layout="constrained")
for k, (name, points) in enumerate({"penalty, reg 10 to 0.01": penalised, "steps, 2 to 300": stopped}.items()):
    style = {"color": vis_utils.COLOURS[k], "marker": vis_utils.MARKERS[k], "linestyle": vis_utils.DASHES[k]}
    ax.plot(*zip(*points, strict=True), **style, label=name)
ax.set(xscale="log", xlabel="length of W", ylabel="validation loss (nats)", title="Two ways to keep W short")
ax.legend()
vis_utils.show("""Validation loss against the length of W on a log axis, for optima with penalties of different
    strength and for gradient descent that is stopped after different numbers of steps. The two curves are nearly
    the same: they fall, reach their lowest point at the same length, and rise again.""")

# %% tags=["claim"]
shared = np.linspace(0.15, 1, 20)
on_curve = [np.interp(np.log(shared), np.log(np.array(c)[:, 0]), np.array(c)[:, 1]) for c in [penalised, stopped]]
assert np.max(np.abs(on_curve[0] - on_curve[1])) < 0.05
assert all(0 < np.argmin(np.array(c)[:, 1]) < len(c) - 1 for c in [penalised, stopped])

# %% [markdown]
# The curves are nearly the same. Gradient descent first learns the directions in which the images differ most, because
# there the gradient is large. A penalty first gives up the directions in which the images differ least. Both orders
# are the same order. So the number of steps is a hyperparameter like `reg`, and has to be chosen by validation, too.
# (This also explains why reg 0 from a clean start was so good in notebook 7: 1,500 steps were its penalty.)
#
# ## Are the probabilities honest?
#
# Notebook 8 had a test for honest probabilities. Of all answers that claim 60 %, about 60 % should be right. Training
# that stops early was in that picture, too. At the optimum, the question is about the penalty alone.

# %%
def reliability(probs, y):
    """Return mean confidence and share of right answers, in percent, for each tenth of the answers."""
    confidence, correct = probs.max(axis=1), probs.argmax(axis=1) == y
    tenths = np.array_split(np.argsort(confidence), 10)
    return np.array([(100 * confidence[part].mean(), 100 * correct[part].mean()) for part in tenths]).T


def dishonesty(probs, y):
    """Return the mean distance between confidence and share of right answers, in percentage points."""
    sure, true = reliability(probs, y)
    return np.mean(np.abs(sure - true))


# %% [markdown]
# A strong penalty makes the scores too similar, and a weak one makes them too different. One number can mend that:
# divide all scores by a **temperature** $T$ before softmax (notebook 2). This changes no answer, because the highest
# score stays the highest. It only changes how sure the answer is. We choose $T$ by the loss on the validation images.
# (This is called temperature scaling; see Guo and others, 2017.)

# %%
def best_temperature(W):
    """Return the T > 0 with the lowest cross-entropy of softmax(scores / T) on the validation images."""
    val_scores = X_val @ W
    found = minimize_scalar(lambda t: cross_entropy(val_scores / np.exp(t), y_val)[0].mean(), bounds=(-2, 2))
    return np.exp(found.x)


three_strengths = {"strong": 1, "chosen": chosen, "weak": 7}
temperatures = {name: best_temperature(path[k].W) for name, k in three_strengths.items()}
test_scores = {name: X_test @ path[k].W for name, k in three_strengths.items()}

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 4.4), sharey=True, layout="constrained")
for ax, title in zip(axes, ["as they are", "divided by the temperature"], strict=True):
    ax.plot([0, 100], [0, 100], "k:", label="honest")
    for k, name in enumerate(three_strengths):
        T = 1 if title == "as they are" else temperatures[name]
        style = {"color": vis_utils.COLOURS[k], "marker": vis_utils.MARKERS[k], "linestyle": vis_utils.DASHES[k]}
        label = f"reg {regs[three_strengths[name]]:.2g}, T = {T:.2f}"
        ax.plot(*reliability(softmax(test_scores[name] / T), y_test), **style, label=label)
    ax.set(xlim=(10, 100), ylim=(10, 100), xlabel="confidence (%)", title=f"Scores {title}")
    ax.legend()
axes[0].set_ylabel("right answers (%)")
vis_utils.show("""Two reliability diagrams on the test images, for a strong, the chosen and a weak penalty, beside
    the diagonal of honest probabilities. Left, as they are: with the strong penalty the curve lies above the
    diagonal, with the weak one below it where confidence is high. Right, after division by the temperature: the
    three curves are close to each other.""")

# %% tags=["nbval-ignore-output"]
for name, T in temperatures.items():
    before, after = (dishonesty(softmax(test_scores[name] / divisor), y_test) for divisor in [1, T])
    print(f"{name:6} penalty: T = {T:.2f}, mean distance from honest {before:.1f} points, then {after:.1f}")

# %% tags=["claim"]
assert temperatures["strong"] < temperatures["chosen"] < temperatures["weak"] and temperatures["strong"] < 1
assert dishonesty(softmax(test_scores["strong"] / temperatures["strong"]), y_test) < dishonesty(
    softmax(test_scores["strong"]), y_test
)

# %% [markdown]
# A strong penalty needs $T < 1$: its answers are too modest. A weak one needs $T > 1$: its answers are too sure. One
# number doesn't bend a curve, it only turns it. So what is left after the division can't be mended by a temperature.
#
# ## What no linear classifier can see
#
# The certificate answers one more question. If a classifier is bad, is it the training, or is it the model? Look at
# four points in the plane. Opposite corners belong to the same class. (This pattern is called XOR, "exclusive or".)
#
# **Predict, then run.** What does the best linear classifier with a bias say about the four points?
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
# The best `W` is zero, and it has a certificate. No training, no learning rate and no patience helps: the *model* can't
# do it. Each feature alone says nothing about the class. Only both together do, and a weighted sum can't look at two
# features together.
#
# Images are full of such patterns. A car is a car whether it is red or white. A horse may look to the left or to the
# right (notebook 8). And a cat is a cat in each corner of the image. There is no pixel of which one could say: the
# brighter, the more likely it is a cat.
#
# We can measure how blind this makes the classifier. Take each test image and exchange bright and dark: the centred
# pixels change their sign. For people, most things can still be recognised. For a linear classifier, all scores
# (without the bias) change their sign, and the class that matched best now matches worst.

# %% tags=["nbval-ignore-output"]
negatives = X_test * np.append(-np.ones(3072), 1).astype(np.float32)
print(f"test images:         {accuracy(path[chosen].W, X_test, y_test):.1f} % right")
print(f"bright is dark:      {accuracy(path[chosen].W, negatives, y_test):.1f} % right")

# %% tags=["claim"]
assert accuracy(path[chosen].W, negatives, y_test) < 10 < accuracy(path[chosen].W, X_test, y_test)

# %% [markdown]
# This is worse than guessing. More training images don't help, and neither does a better method. What helps is to give
# the *same* classifier better inputs: features that stay the same when colours, places and directions change. Networks
# learn such features, and their last layer is a softmax classifier like yours.
#
# ## Questions

# %% [markdown]
# **1.** With reg = 0 there is no certificate. Why?
#
# <details><summary>Answer</summary>
#
# The certificate divides by `reg`. Without a penalty, nothing is known of how strongly the loss curves upwards, and it
# may fall a little for a very long way. If a plane separates the classes, it falls for ever: for each `W` there is a
# longer one with a lower loss. Then no best `W` exists.
#
# </details>

# %% [markdown]
# **2.** Your gap is 0.001, and `reg` is 0.01. How far can `W` be from the best `W` at most?
#
# <details><summary>Answer</summary>
#
# The loss lies above a parabola at the optimum as well, and there the slope is zero. So the loss at a distance $t$ from
# the optimum is at least $\texttt{reg}\,t^2$ above the lowest loss. So $\texttt{reg}\,t^2 \le 0.001$, and the distance
# is at most $\sqrt{0.001 / 0.01} \approx 0.32$.
#
# </details>

# %% [markdown]
# **3.** Somebody reports 45 % on CIFAR-10 "with plain softmax regression on pixels". Is that a lie?
#
# <details><summary>Answer</summary>
#
# Not necessarily, but something must be different: the training accuracy in place of the test accuracy (ours is above
# 45 % for weak penalties), a small test set and luck, or other inputs (for example, squares of pixels beside the
# pixels). With these inputs and this loss, the path shows what is possible on new images.
#
# </details>

# %% [markdown]
# **4.** You stop training early *and* use a penalty. Is this twice as good?
#
# <details><summary>Answer</summary>
#
# No. Both keep `W` short. If the number of steps already does it, then the penalty makes `W` shorter than it should be,
# and the other way round. So they have to be chosen together.
#
# </details>

# %% [markdown]
# ## What you showed
# - The softmax loss with a penalty has one lowest point, and $\lVert dW\rVert^2 / (4\,\texttt{reg})$ bounds how far
#   above it you are.
# - SGD is fast at first, and stays some hundredths above the lowest loss. The optimum is a little better on new
#   images.
# - The strength of the penalty matters less than it seems, once training isn't the problem any more.
# - Early stopping is a penalty in disguise.
# - A linear classifier on pixels ends at about 41 %. What comes next is better inputs.
#
# **Next:** back to [the map of the notebooks](README.md). Or change something here: find the optimum for 5,000 training
# images, and look at how the ladder changes.
