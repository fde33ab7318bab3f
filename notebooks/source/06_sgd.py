# %% [markdown]
# # 6. Stochastic gradient descent: walking downhill
#
# You have a loss and its gradient.
# In this notebook they train a classifier on 49,000 images, within seconds.
# The idea is to take many cheap steps in roughly the right direction, instead of a few expensive steps in exactly the right direction.
#
# **What you'll learn**
# - how to write one step of stochastic gradient descent (SGD), and how to predict;
# - why 200 images are enough for one step;
# - how gradient descent compares with trying weights at random;
# - why every start leads to the same bottom;
# - what a loss curve looks like when the learning rate is too low, right, too high, and far too high;
# - why cs231n's learning rates are as small as 1e-7;
# - training starts with random weights: how long they make the result worse.
#
# *Before you start:* notebooks 4 and 5.
# *Time:* about 95 minutes.
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
import time

import matplotlib.pyplot as plt
import numpy as np

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import LinearSVM, Softmax, softmax_loss_vectorized
from cs231n_softmax.classifiers.softmax import softmax

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %%
X_train, y_train, X_val, y_val = (data[name] for name in ["X_train", "y_train", "X_val", "y_val"])
print(X_train.shape, X_train.dtype)

# %% [markdown]
# ## One step
#
# The gradient points uphill.
# So a step goes in the opposite direction.
# How far it goes is set by a small number, the **learning rate**:
#
# $$W \leftarrow W - \texttt{learning\_rate} \cdot \frac{\partial L}{\partial W}.$$
#
# The gradient is a mean over all 49,000 images.
# *Stochastic* gradient descent doesn't compute this mean.
# Each step draws 200 images at random and takes the mean over these 200 only.
# That is a 245th of the work.
# The 200 images are called a **mini-batch**, or simply a batch.
#
# ### Exercise 1: one step of SGD
# Draw `batch_size` row numbers with `rng.integers`.
# Compute loss and gradient on those rows, and return the new weights.
# Don't change `W` itself.
# (`rng.integers` may draw the same row twice.
# With 200 of 49,000 rows this hardly matters.)

# %%
def sgd_step(W, X, y, learning_rate, reg, batch_size, rng):
    """Return (new W, loss on the mini-batch before the step), for W (D, C), X (N, D), y (N,). W isn't changed.

    W_new = W - learning_rate * dW, with softmax_loss_vectorized's dW on batch_size random rows.
    """
    ### BEGIN SOLUTION
    batch = rng.integers(len(X), size=batch_size)
    loss, dW = softmax_loss_vectorized(W, X[batch], y[batch], reg)
    return W - learning_rate * dW, loss
    ### END SOLUTION


# %% [markdown]
# The check uses small data sets.
# In most of them, every row changes `W` in its own way.
# So the new `W` shows which rows were drawn, and whether each row was used with its own label.

# %% points=10
check.sgd_step(sgd_step).require()

# %% [markdown]
# ### Exercise 2: predict
# The prediction is the class with the highest score.

# %%
def predict(W, X):
    """Return the predicted classes (N,) of X (N, D) with W (D, C)."""
    ### BEGIN SOLUTION
    return np.argmax(X @ W, axis=1)
    ### END SOLUTION


# %% points=5
check.predict(predict).require()

# %% [markdown]
# Together, the two functions train a classifier.
# Here is your code on real images.
# `W` starts as small random numbers.

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
W = 0.001 * rng.standard_normal((3073, 10), dtype=np.float32)
before = np.mean(predict(W, X_val) == y_val)
print(f"validation accuracy before: {before:.3f}")

# %% tags=["nbval-ignore-output"]
for _ in range(300):
    W, loss = sgd_step(W, X_train, y_train, learning_rate=1e-6, reg=1e3, batch_size=200, rng=rng)
after = np.mean(predict(W, X_val) == y_val)
print(f"validation accuracy after 300 steps: {after:.3f}")

# %% tags=["claim"]
assert before < 0.2 and after > 0.25

# %% [markdown]
# ## Why are 200 images enough?
#
# Is the gradient of 200 images the gradient of all 49,000?
# We compare directions with the **cosine** of the angle between two gradients.
# It is 1 when they point in the same direction, and 0 when they are at a right angle.
# We measure it at two places: at `W = 0`, where training could begin, and at weights that are already trained.

# %%
zero = np.zeros((3073, 10), np.float32)
W_trained, train_rng = zero, np.random.default_rng(0)
for _ in range(500):
    W_trained, _ = sgd_step(W_trained, X_train, y_train, 1e-6, 0.0, 200, train_rng)
places = {"W = 0": zero, "trained W": W_trained}


# %%
def cosine(A, B):
    """Return the cosine of the angle between two gradients: 1 for the same direction, 0 for a right angle."""
    return float(np.sum(A * B) / (np.linalg.norm(A) * np.linalg.norm(B)))


# %% [markdown]
# At each place we compute the gradients of 64 batches.
# Then we compare with the full gradient: first each batch alone, then the mean of the first 2 batches, of the first 3, and so on.

# %%
batch_rng, alone, averaged, lengths = np.random.default_rng(1), {}, {}, {}
for place, W_there in places.items():
    batches = batch_rng.integers(len(X_train), size=(64, 200))
    _, full = softmax_loss_vectorized(W_there, X_train, y_train, 0.0)
    gradients = [softmax_loss_vectorized(W_there, X_train[rows], y_train[rows], 0.0)[1] for rows in batches]
    alone[place] = [cosine(dW, full) for dW in gradients]
    averaged[place] = [cosine(total, full) for total in np.cumsum(gradients, axis=0)]
    lengths[place] = np.linalg.norm(full), np.mean([np.linalg.norm(dW - full) for dW in gradients])

# %%
fig, ax = plt.subplots(layout="constrained")
number = np.arange(1, 65)
for k, place in enumerate(places):
    color, marker = vis_utils.COLOURS[k], vis_utils.MARKERS[k]
    ax.plot(number, averaged[place], vis_utils.DASHES[k], color=color, label=f"{place}: mean of batches")
    ax.scatter(np.full(64, 0.8 + 0.06 * k), alone[place], s=14, color=color, marker=marker, alpha=0.5,
               label=f"{place}: each batch alone")
ax.set(xscale="log", xlabel="number of batches of 200 that are averaged", ylabel="cosine with the full gradient",
       title="The mean of many batches points in the right direction", ylim=(-0.3, 1.03))
ax.set_xticks([1, 2, 4, 8, 16, 32, 64], [1, 2, 4, 8, 16, 32, 64])
ax.legend(loc="lower right")
vis_utils.show("""Two curves of the cosine with the full gradient against the number of batches averaged. Single
    batches are dots: at W = 0 they are between 0.6 and 0.9, at the trained W they scatter between 0 and 0.7. Both
    curves rise towards 1 as more batches are averaged""")

# %% tags=["nbval-ignore-output"]
for place in places:
    print(f"{place:9}: one batch {np.mean(alone[place]):.2f}, all 64 together {averaged[place][-1]:.2f}")

# %% tags=["claim"]
assert np.mean(alone["trained W"]) < 0.7 < np.mean(alone["W = 0"])
assert all(np.mean(alone[place]) < averaged[place][-1] for place in places)
assert averaged["W = 0"][-1] > 0.98 and averaged["trained W"][-1] > 0.8
errors = np.array(gradients) - full
fours = errors.reshape(16, 4, -1).mean(axis=1)  # question 1: batches four times as large, half the noise
assert 1.6 < np.sqrt(np.mean(errors**2) / np.mean(fours**2)) < 2.4

# %% [markdown]
# At `W = 0`, the gradient of a single batch points roughly in the right direction.
# At the trained weights it doesn't any more: most of it is noise, because only 200 images were drawn.
# But the noise differs from batch to batch, and it cancels when many batches are averaged.
# A batch gradient is **right on average**.
# SGD takes many small steps.
# A few steps in a row change `W` only a little, so the full gradient stays nearly the same.
# In the sum of these steps, the full gradient adds up, and the noise of the batches mostly cancels.
#
# Why is one batch so much worse at the trained weights?
# Look at the lengths of two vectors: the full gradient, and the noise of a batch, which is the batch's gradient minus the full gradient.

# %% tags=["nbval-ignore-output"]
for place, (full_length, noise) in lengths.items():
    print(f"{place:9}: full gradient {full_length:4.0f}, noise of one batch {noise:4.0f} on average")

# %% tags=["claim"]
(full_zero, noise_zero), (full_trained, noise_trained) = lengths.values()
assert full_trained < 0.6 * full_zero and full_trained / full_zero < 0.6 * noise_trained / noise_zero

# %% [markdown]
# Training makes the full gradient much smaller, because the gradients of the images nearly cancel.
# The noise hardly shrinks: the gradients of the single images still differ from each other nearly as much as before.
#
# ## All, one, or some?
#
# - **Batch** gradient descent uses all N images for each step.
#   (In this name, "batch" means all images.
#   Otherwise a batch in this notebook is a mini-batch.)
#   The direction is exact, and a step costs N gradients.
# - **Stochastic** gradient descent was at first the name for steps with a single image.
#   (Today the name is also used for mini-batches, as we did above.)
#   The direction is rough, and a step costs one gradient.
# - **Mini-batch** gradient descent is between the two.
#
# Each of the three gets the same amount of work here: 10,000 gradients of single images, drawn from the first 5,000 training images.
# Each has a learning rate that suits it, found by trying.
# We watch the loss on the 500 images of `X_dev`.
# (About a tenth of them are among the 5,000, too.)

# %%
def descend(batch_size, learning_rate, examples=10_000, reg=1.0):
    """Return examples seen, CPU seconds and loss on X_dev, at about 30 moments of a descent on 5,000 images."""
    rng, W, curve, watch = np.random.default_rng(0), np.zeros((3073, 10), np.float32), [], time.process_time()
    spent, steps = 0.0, examples // batch_size
    for step in range(steps + 1):
        if step % max(1, steps // 30) == 0:
            spent += time.process_time() - watch
            loss, _ = softmax_loss_vectorized(W, data["X_dev"], data["y_dev"], 0.0)
            curve.append((step * batch_size, spent, loss))
            watch = time.process_time()
        W, _ = sgd_step(W, X_train[:5000], y_train[:5000], learning_rate, reg, batch_size, rng)
    return np.array(curve)


# %% [markdown]
# We count the processor's time, and stop the count while the loss is measured.
# A batch of 5,000 images drawn at random stands for "all images".

# %%
curves = {
    "batch (5,000)": descend(5000, 4e-6),
    "mini-batch (200)": descend(200, 1e-6),
    "stochastic (1)": descend(1, 1e-8),
}

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
for k, (name, curve) in enumerate(curves.items()):
    style = {"color": vis_utils.COLOURS[k], "linestyle": vis_utils.DASHES[k], "marker": vis_utils.MARKERS[k]}
    axes[0].plot(curve[:, 0], curve[:, 2], markersize=4, label=name, **style)
    axes[1].plot(curve[1:, 1], curve[1:, 2], markersize=4, label=name, **style)
axes[0].set(xlabel="images seen", ylabel="loss on 500 images (nats)", title="Progress per image")
axes[1].set(xlabel="processor time (s), logarithmic", title="Progress per second", xscale="log")
axes[0].legend()
vis_utils.show("""Two panels: loss against images seen, and loss against processor seconds, for batch,
    mini-batch and stochastic descent. Per image, the two small batch sizes are far ahead of the batch; per second,
    the mini-batch is ahead of single images""")

# %% tags=["nbval-ignore-output"]
for name, curve in curves.items():
    print(f"{name:16}  last loss {curve[-1, 2]:.3f}  {curve[-1, 1]:6.2f} CPU seconds")

# %% tags=["claim"]
mini, single = curves["mini-batch (200)"], curves["stochastic (1)"]
assert max(mini[-1, 2], single[-1, 2]) < curves["batch (5,000)"][-1, 2]
assert mini[-1, 1] < single[-1, 1]

# %% [markdown]
# *Per image*, the large batch wastes work.
# It takes only two steps, because it looks at all images before it moves.
# *Per second*, single images waste work, too: each step needs a round of Python and NumPy calls for very little arithmetic.
# The mini-batch makes good use of the images and of the processor.
# That is why people use mini-batches.
#
# ## The three paths on a map
#
# Nobody can draw a path through 30,730 weights, but a path through two weights can be drawn.
# Take points $x$ on a line, and let each belong to one of two classes.
# Class 0 has the score 0, and class 1 has the score $w x + b$.
# With $s = w x + b$, the softmax loss of a point is $\log(1 + e^s)$ if its class is 0, and $\log(1 + e^s) - s$ if its class is 1.
# The mean loss is then a landscape over the plane of $(w, b)$, and each descent is a path in it.
# All three descents start at the star.

# %%
line_rng = np.random.default_rng(3)
y_line = line_rng.integers(2, size=200)
x_line = line_rng.normal(2 * y_line - 1, 1.0) + 0.5
line = np.column_stack([x_line, np.ones(200)])


def walk(batch_size, steps, rate):
    """Return the (w, b) that a descent from (-1.5, 2.5) visits: (steps + 1, 2). Class 0 has the score 0."""
    rng, wb, path = np.random.default_rng(7), np.array([-1.5, 2.5]), [(-1.5, 2.5)]
    for _ in range(steps):
        batch = rng.integers(200, size=batch_size) if batch_size < 200 else np.arange(200)
        _, dW = softmax_loss_vectorized(np.column_stack([0 * wb, wb]), line[batch], y_line[batch], 0.0)
        wb = wb - rate * dW[:, 1]
        path.append(tuple(wb))
    return np.array(path)


# %%
sizes = {"batch (200)": 200, "mini-batch (20)": 20, "stochastic (1)": 1}
paths = {name: walk(size, 150, 1.0) for name, size in sizes.items()}
w_axis, b_axis = np.linspace(-2.5, 4.5, 60), np.linspace(-3.5, 3.5, 60)
score = w_axis[:, None] * x_line + b_axis[:, None, None]
surface = np.mean(np.logaddexp(0, score) - score * y_line, axis=-1)

# %%
ax = vis_utils.plot_paths(w_axis, b_axis, surface, paths)
ax.set_title("Batch, mini-batch and single points: three paths from the star")
vis_utils.show("""Map of the loss over the weights w and b with three paths to its lowest place: the batch is a
    smooth curve that stops there, the mini-batch a slightly ragged one, single points a wild zigzag that never
    rests""")

# %% [markdown]
# How much do $w$ and $b$ still change at each of the last 50 steps?
# For each descent, the next cell prints the mean size of these changes.

# %%
wander = {name: np.abs(np.diff(path[-50:], axis=0)).mean() for name, path in paths.items()}
print({name: float(distance.round(4)) for name, distance in wander.items()})

# %% tags=["claim"]
assert wander["batch (200)"] < 0.001 < wander["mini-batch (20)"] < wander["stochastic (1)"]

# %% [markdown]
# The batch path goes down smoothly and comes to rest at the bottom.
# With single points, the path never settles, because each point pulls it in another direction.
# With smaller steps the zigzag becomes smaller, but it doesn't end.
# The zigzag ends only if the learning rate is made smaller and smaller during the descent.
#
# ## Could we simply try weights at random?
#
# Do we need gradients at all?
# Here are three ways of looking for good weights.
# Each starts at `W = 0` or around it.
# - **Random search**: draw every weight at random between $-0.0001$ and $0.0001$.
#   Do it again and again, and keep the best `W`.
#   These limits are the *box* in which we search.
# - **Local search**: draw a small random change of the best `W` so far, and keep the new `W` if its loss is lower.
#   Its box has limits of $\pm 0.00003$, and it moves along with the best `W`.
# - **Gradient descent**: step against the gradient.
#
# All three look at the loss on the same 500 images.
# Random search and local search get 1,000 tries each.
#
# **Predict, then run.**
# How many steps does gradient descent need until its loss is lower than the best of 1,000 random tries?
# - (a) 1 step;
# - (b) about 30 steps;
# - (c) about 300 steps.

# %% tags=["guess"]
guess = "a"  # "a", "b" or "c"
check.guess("06-ladder", guess)


# %%
def search(propose, tries=1000):
    """Return (lowest loss so far after each try, the best W); propose(best W) gives the next W to try."""
    best, lowest, curve = zero, np.inf, []
    for _ in range(tries):
        trial = propose(best)
        scores = data["X_dev"] @ trial
        loss = np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(500), data["y_dev"]])
        if loss < lowest:
            best, lowest = trial, loss
        curve.append(lowest)
    return curve, best


# %%
search_rng = np.random.default_rng(0)


def box(size):
    """Return random weights (3073, 10), each between -size and size."""
    return search_rng.uniform(-size, size, (3073, 10)).astype(np.float32)


random_curve, random_W = search(lambda best: box(1e-4))
local_curve, local_W = search(lambda best: best + box(3e-5))

# %%
gradient_W, gradient_curve = zero, []
for _ in range(200):
    loss, dW = softmax_loss_vectorized(gradient_W, data["X_dev"], data["y_dev"], 0.0)
    gradient_curve.append(loss)
    gradient_W = gradient_W - 1e-6 * dW

# %% [markdown]
# A step of gradient descent costs two matrix products: one for the scores, one for the gradient.
# A try costs one product.
# So the picture counts products.
# On the left are the same three searches with only two weights, on the map from before.
# The rectangle is the box of the random search.

# %%
def map_of_searches(ax):
    """Draw 40 random points in a box, a local search of 80 tries and 40 gradient steps, on the map of (w, b)."""
    rng, at = np.random.default_rng(2), lambda wb: np.mean(np.logaddexp(0, line @ wb) - line @ wb * y_line)
    points, local = rng.uniform([-2, -3], [4, 3], (40, 2)), [np.array([-1.5, 2.5])]
    for _ in range(80):
        trial = local[-1] + rng.uniform(-0.5, 0.5, 2)
        local += [trial] if at(trial) < at(local[-1]) else []
    vis_utils.plot_paths(w_axis, b_axis, surface, {"gradient": walk(200, 40, 1.0), "local": local}, ax)
    ax.scatter(*points.T, marker="x", color="black", label="random, in its box")
    ax.add_patch(plt.Rectangle((-2, -3), 6, 6, fill=False, linestyle=":", linewidth=2))
    ax.legend(loc="lower left", fontsize=8)
    ax.set_title("Two weights")


# %%
fig, axes = plt.subplots(1, 2, figsize=(10.5, 4.2), layout="constrained")
map_of_searches(axes[0])
products = {"random": np.arange(1, 1001), "local": np.arange(1, 1001), "gradient": np.arange(1, 401, 2)}
searches = {"random": random_curve, "local": local_curve, "gradient": gradient_curve}
styles = {"random": ("#000000", "-."), "local": ("#D55E00", "--"), "gradient": ("#0072B2", "-")}
for name, (color, dash) in styles.items():
    axes[1].plot(products[name], searches[name], dash, color=color, linewidth=2, label=name)
axes[1].set(xscale="log", xlabel="matrix products spent", ylabel="lowest loss so far (nats)",
            title="30,730 weights (random: each in ±0.0001)")
axes[1].legend()
vis_utils.show("""Two panels. Left: with two weights, crosses of the random search fill a dotted box and some
    lie near the bottom; local search and gradient both walk there. Right: with 30,730 weights, lowest loss
    against matrix products: random search stays near 2.27, local search falls slowly below 2, gradient
    descent falls below both at once""")

# %% tags=["nbval-ignore-output"]
steps_needed = int(np.argmax(np.array(gradient_curve) < random_curve[-1]))
reached = {"random": random_W, "local": local_W, "gradient": gradient_W}
for name, W_found in reached.items():
    right = np.mean(predict(W_found, X_val) == y_val)
    print(f"{name:9} loss {searches[name][-1]:.3f}, validation accuracy {right:.3f}")
print("gradient steps that beat 1,000 random tries:", steps_needed)

# %% tags=["claim"]
assert steps_needed == 1 and gradient_curve[-1] < local_curve[-1] < random_curve[-1]
_, uphill = softmax_loss_vectorized(gradient_W, data["X_dev"], data["y_dev"], 0.0)
assert all(abs(cosine(box(1.0), uphill)) < 0.05 for _ in range(10))

# %% [markdown]
# With two weights, random search works: some of the crosses lie near the bottom.
# With 30,730 weights it fails, because nearly all of the box is bad.
# The best of 1,000 tries is hardly better than guessing among ten classes. (cs231n's notes report 15.5 % for such a search, on test images.)
# Local search is better, because each try starts from the best `W` so far, while random search starts anew at each try.
# But a random change is nearly at a right angle to the best direction.
# The direction against the gradient *is* the best direction for a short step.
# A step is worth its price: it costs two products of matrices instead of one, and one step was better than 1,000 tries.
#
# ## Every start leads to the same bottom
#
# Walking downhill can end in a small hollow, while the deepest valley is elsewhere.
# This can't happen here.
# Take any two weight matrices, and walk in a straight line from the first to the second.
# Draw the loss along this way as a curve.
# The curve hangs like a rope between its two ends: it is never above the dashed line that joins them (in the picture below, on the left).
# A function with this property is called **convex**.
#
# If there were two separate hollows, a hill would stand between them.
# On the way from one hollow to the other, the loss would rise.
# So its curve would be above the dashed line somewhere.
# So a convex function has no second hollow.
#
# On the left of the picture are three pairs of random weight matrices.
# The solid curves are the loss on the way from the first to the second, and the dashed lines join the ends.
# On the right are three descents with `reg` 2e4, from very different starts.

# %%
ends_rng, along = np.random.default_rng(0), np.linspace(0, 1, 21)
ends = 0.001 * ends_rng.standard_normal((3, 2, 3073, 10))


def losses_between(first, second):
    """Return the data loss on X_dev at 21 places on the straight line between two W."""
    mixed = [(1 - t) * first + t * second for t in along]
    return np.array([softmax_loss_vectorized(V, data["X_dev"], data["y_dev"], 0.0)[0] for V in mixed])


# %%
between = [losses_between(*pair) for pair in ends.astype(np.float32)]
starts = {"zero": 0 * ends[0, 0], "random": ends[0, 0], "random, ten times as large": 10 * ends[0, 1]}
descents = {}
for name, start in starts.items():
    V, descents[name] = start.astype(np.float32), []
    for _ in range(120):
        loss, dW = softmax_loss_vectorized(V, data["X_dev"], data["y_dev"], 2e4)
        V = V - 2e-6 * dW
        descents[name].append(loss)

# %%
fig, axes = plt.subplots(1, 2, figsize=(9.6, 3.9), layout="constrained")
for k, curve in enumerate(between):
    color, marker = vis_utils.COLOURS[k], vis_utils.MARKERS[k]
    axes[0].plot(along, curve, color=color, marker=marker, markevery=4, label=f"pair {k + 1}")
    axes[0].plot([0, 1], [curve[0], curve[-1]], "--", color=color)
axes[0].set(xlabel="way from one random W (0) to another (1)", ylabel="data loss (nats)",
            title="The loss hangs below the dashed line")
axes[0].legend()
vis_utils.plot_losses(descents, ax=axes[1])
axes[1].set(title="Three starts, one bottom (reg = 2e4)", xlabel="step, all 500 images", ylabel="loss (nats)")
vis_utils.show("""Two panels. Left: the loss along three straight lines between random weight matrices; each
    curve hangs below the dashed straight line between its ends. Right: the loss of three descents, from zero,
    from random weights and from random weights ten times as large; all end at the same value""")

# %% tags=["nbval-ignore-output"]
for name, curve in descents.items():
    print(f"start {name:26} last loss {curve[-1]:.4f}")

# %% tags=["claim"]
assert all(np.diff(curve, 2).min() > 0 for curve in between)
assert np.ptp([curve[-1] for curve in descents.values()]) < 0.01
scores_mid, moved = data["X_dev"] @ ends[0].mean(axis=0), data["X_dev"] @ (ends[0, 1] - ends[0, 0])
p = softmax(scores_mid)
variance = np.mean(np.sum(p * moved**2, axis=1) - np.sum(p * moved, axis=1) ** 2)
assert abs(np.diff(between[0], 2)[9] / 0.05**2 / variance - 1) < 0.05

# %% [markdown]
# Why is the loss convex?
# Walk along a straight line from one `W` to another.
# On this way, each of an image's ten scores changes at a constant rate.
# So there are ten rates.
# Imagine that one of the ten rates is drawn at random, each with the probability of its class.
# The second derivative of the image's loss along the way is the variance of this random rate.
# (To see it, differentiate $\log \sum_j e^{s_j}$ twice.)
# A variance is never negative.
# So the second derivative along the way is never negative, and the curve never bends downwards.
# It is never above the dashed line, and the data loss is convex.
# The penalty `reg * sum(W**2)` curves upwards in every direction.
# So with `reg > 0` there is exactly one lowest `W`, and every start leads to it, if the learning rate is small enough and there are enough steps.
# (The loss of a neural network isn't convex.)
#
# ## Learning rates
#
# `Softmax().train` repeats the step that you wrote, with cs231n's name and arguments.
# It starts from small random weights, of standard deviation 0.001, and a batch has 200 images.
# We try four learning rates.
# Each rate is at least 15 times the one before:

# %%
rates = {"1e-7: too low": 1e-7, "2e-6: right": 2e-6, "3e-5: too high": 3e-5, "2e-3: diverges": 2e-3}
trained, histories = {name: Softmax() for name in rates}, {}
for name, rate in rates.items():
    histories[name] = trained[name].train(X_train, y_train, rate, reg=1e3, num_iters=600, rng=0)

# %%
vis_utils.plot_losses(histories)
plt.ylim(1, 1e5)
vis_utils.show("""Training loss against iteration for four learning rates, logarithmic loss axis: too low falls
    slowly, right falls steadily and ends lowest, too high flattens higher and is noisy, and the largest shoots
    up and stops""")

# %% tags=["nbval-ignore-output"]
for name, losses in histories.items():
    steps_done = np.isfinite(losses).sum()
    print(f"{name:15} mean of the last 50 losses {np.mean(losses[-50:]):6.2f}, finite losses {steps_done}")

# %% [markdown]
# We take one more step with the full gradient, for the two rates in the middle.
# Does the gradient after the step point in the same direction as before it (cosine near 1), or in the opposite direction (cosine near −1)?

# %% tags=["nbval-ignore-output"]
turns = {}
for name in ["2e-6: right", "3e-5: too high"]:
    _, old = softmax_loss_vectorized(trained[name].W, X_train, y_train, 1e3)
    _, new = softmax_loss_vectorized(trained[name].W - rates[name] * old, X_train, y_train, 1e3)
    turns[name] = cosine(old, new)
    print(f"{name:15} cosine of the gradients before and after a step: {turns[name]:5.2f}")

# %% tags=["claim"]
final = {name: np.mean(losses[-50:]) for name, losses in histories.items()}
assert final["2e-6: right"] < min(final["3e-5: too high"], final["1e-7: too low"])
assert turns["3e-5: too high"] < -0.3 < 0.3 < turns["2e-6: right"]
assert not np.isfinite(histories["2e-3: diverges"]).all() and np.isfinite(histories["3e-5: too high"]).all()

# %% [markdown]
# - **Too low**: the loss falls smoothly, but it is still high when we stop.
# - **Right**: the loss falls more slowly than with the rate that is too high, but it ends lowest of all four, with a little noise from the random batches.
#   Most of the fall at the beginning is the penalty of the random start, because `reg` is large here.
# - **Too high**: the loss falls quickly, and then it jumps about well above the lowest level.
#   The steps are too long: each one jumps across the bottom to the other side, so the loss can't get lower.
#   (The cosine shows it: after a step, the gradient points in nearly the opposite direction.)
# - **Diverging**: each step ends higher than it began.
#   The penalty alone is enough for that.
#   Its gradient is `2 * reg * W`, so a step multiplies `W` by $1 - 2 \cdot \texttt{learning\_rate} \cdot \texttt{reg}$.
#   Here this factor is $1 - 2 \cdot 0.002 \cdot 1000 = -3$, so `W` triples in size at every step.
#   The curve leaves the picture at once, and `train` stops when the loss is no longer finite.
#
# ## Where 1e-7 comes from
#
# Elsewhere, learning rates of 0.1 or 0.01 are common.
# Why does cs231n use 1e-7?
# Because its images are stored as numbers from 0 to 255 and not from 0 to 1.
# (The mean image was subtracted from them.
# This moves the zero, but the numbers still have a range of about 255.)
# Divide all pixels by 255, and see what else must change:
# - **The weights.**
#   For the same scores, the weights of the pixels must be 255 times as large, at the start and at the end.
# - **The learning rate.**
#   The derivative with respect to a weight contains the pixel, so it is divided by 255.
#   But the weight must move 255 times as far as before.
#   So the rate must be $255 \cdot 255 = 65{,}025$ times as large.
# - **The regularization.**
#   The penalty squares the weights.
#   They are 255 times as large, so their squares are 65,025 times as large.
#   So `reg` must be divided by 65,025.
#
# The bias column stays 1 in both cases.
# We train on 10,000 images, with cs231n's setting: learning rate 1e-7, `reg` 2.5e4.
# Each run starts at zero and draws the same batches.

# %%
X_255, y_few = X_train[:10_000], y_train[:10_000]
X_1 = X_255 / np.float32(255)
X_1[:, -1] = 1  # the bias column


def losses_from(start, X, learning_rate, reg, steps=300):
    """Return the batch losses (steps,) of training on X from the weights `start`."""
    model = Softmax()
    model.W = start.astype(np.float32)
    return np.array(model.train(X, y_few, learning_rate, reg, num_iters=steps, rng=0))


# %%
runs = {
    "0 to 255, rate 1e-7, reg 2.5e4": losses_from(zero, X_255, 1e-7, 2.5e4),
    "0 to 1, rate 1e-7 x 65,025, reg 2.5e4 / 65,025": losses_from(zero, X_1, 1e-7 * 255**2, 2.5e4 / 255**2),
    "0 to 1, rate 1e-7, reg 2.5e4 / 65,025": losses_from(zero, X_1, 1e-7, 2.5e4 / 255**2),
}
print(f"for pixels of 0 to 1: learning rate {1e-7 * 255**2:.4f}, reg {2.5e4 / 255**2:.3f}")

# %%
fig, ax = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
for (name, losses), width, color, dash in zip(runs.items(), [6, 1.5, 1.5], ["#56B4E9", "#000000", "#D55E00"],
                                             ["-", "-", ":"], strict=True):
    ax.plot(losses, dash, color=color, linewidth=width, label="pixels " + name)
ax.set(xlabel="iteration", ylabel="batch loss (nats)", title="The size of the pixels sets the learning rate")
ax.legend(fontsize=9, loc="upper right", bbox_to_anchor=(1, 0.95))
vis_utils.show("""Loss curves for three runs. Pixels of 0 to 255, and pixels of 0 to 1 with rate times 65,025
    and reg divided by it: one curve lies on the other and falls, with the same bumps. Pixels of 0 to 1 with the
    rate unchanged: a flat line at 2.303""")

# %% [markdown]
# The thin black curve lies in the middle of the thick one: even the bumps are the same.
# Without the factor 65,025, nothing is learned in 300 steps.
# So 1e-7 isn't small in itself.
# It is the rate 0.0065, written for pixels of 0 to 255.
#
# The two curves aren't exactly the same, because the bias column wasn't divided.
# Its weights now learn 65,025 times as fast as before.
# Let us divide the bias column, too.
# Then the two curves are equal except for rounding.
# This is also true for a random start, if the run with the divided pixels starts at weights that are 255 times as large:

# %% tags=["nbval-ignore-output"]
random_start = 0.001 * np.random.default_rng(1).standard_normal((3073, 10))
as_is = losses_from(random_start, X_255, 1e-7, 2.5e4, steps=100)
all_divided = losses_from(255 * random_start, X_255 / np.float32(255), 1e-7 * 255**2, 2.5e4 / 255**2, steps=100)
exact = np.abs(all_divided / as_is - 1).max()
first, second, third = runs.values()
nearly = np.abs(second / first - 1).max()
print(f"largest relative difference, bias column 1:  {nearly:.0e}")
print(f"largest relative difference, bias column 1 / 255: {exact:.0e}")

# %% tags=["claim"]
assert exact < 1e-5 < nearly < 0.01 and np.ptp(third) < 0.01 and first[0] - first[-1] > 0.05

# %% [markdown]
# ## Is the random start forgotten?
#
# `train` starts at small random weights, of standard deviation 0.001.
# We train twice, with the same learning rate (1e-6), the same batches (of 100 images), and a weak regularization (`reg` 100).
# The first run starts at random weights, the second at zero.
#
# **Predict, then run.**
# Which run has the higher validation accuracy after 1,500 steps?
# - (a) The random start, because from zero all classes get the same gradient and stay equal.
# - (b) The zero start.
# - (c) Both have the same to within a percentage point, since the loss is convex.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("06-start", guess)


# %%
def film(start, reg, moments=(0, 10, 100, 1500)):
    """Return W at these steps of a training from the weights `start`, with learning rate 1e-6."""
    model, rng, frames = Softmax(), np.random.default_rng(5), []
    model.W = start.astype(np.float32)
    for steps in np.diff(moments, prepend=0):
        model.train(X_train, y_train, 1e-6, reg, num_iters=int(steps), batch_size=100, rng=rng)
        frames.append(model.W)
    return frames


# %% [markdown]
# We add a third run.
# It starts at the same random weights as the first, but its `reg` is 3,000.

# %%
films = {
    "random start,\nreg 100": film(random_start, 100),
    "zero start,\nreg 100": film(zero, 100),
    "random start,\nreg 3,000": film(random_start, 3000),
}

# %% [markdown]
# The picture shows the weights of one class, *car*, as images.
# All of them have the same scale.
# Grey is a weight of zero.
# Weights beyond $\pm 0.0003$ are drawn as $\pm 0.0003$.
# Under each image is the validation accuracy at that step.

# %%
axes = vis_utils.show_film(films, ["start", "step 10", "step 100", "step 1,500"], label=1, limit=3e-4)
plt.gcf().suptitle("The weights of the class car, and the validation accuracy with them", fontsize=10)
for row, frames in zip(axes, films.values(), strict=True):
    for ax, V in zip(row, frames, strict=True):
        ax.set_xlabel(f"{100 * np.mean(predict(V, X_val) == y_val):.1f} %", fontsize=9)
vis_utils.show("""Film of the car's weights at steps 0, 10, 100 and 1,500 in three rows. Random start with reg
    100: coloured noise in all four images. Zero start with reg 100: grey at first, then a car's shape appears.
    Random start with reg 3,000: noise that fades, and the same car's shape at the end""")

# %% [markdown]
# The noise in the first row is the random start.
# At each step, the penalty multiplies what is left of it by $1 - 2 \cdot \texttt{learning\_rate} \cdot \texttt{reg}$.
# How much is left after 1,500 steps?
# We project the last `W` onto the start.
# The coefficient of this projection is the share of the start that is still in `W`.
# If nothing but the penalty changed the start, the share would be $(1 - 2 \cdot \texttt{learning\_rate} \cdot \texttt{reg})^{1500}$.
# The cell prints the share, and this number beside it as "the rule":

# %% tags=["nbval-ignore-output"]
left = {}
for (name, frames), reg in zip(films.items(), [100, 100, 3000], strict=True):
    share, rule = np.sum(frames[-1] * random_start) / np.sum(random_start**2), (1 - 2 * 1e-6 * reg) ** 1500
    accuracy = np.mean(predict(frames[-1], X_val) == y_val)
    left[name.replace("\n", " ")] = float(share), rule, accuracy
    if "random" in name:
        print(f"reg {reg:4}: part of the start that is left {share:.3f}, by the rule {rule:.3f}")

# %% tags=["claim"]
for run in ["random start, reg 100", "random start, reg 3,000"]:
    assert left[run][1] - 0.1 < left[run][0] < left[run][1] + 0.01
assert left["zero start, reg 100"][2] > left["random start, reg 100"][2] + 0.02

# %% [markdown]
# With `reg` 100, about 70 % of the random start are still there at the end, and they disturb every prediction.
# (It is a little less than by the rule, because the data remove a little, too.)
# From zero, nothing has to be forgotten.
# With `reg` 3,000, the start is gone.
#
# Convexity promises the same bottom for every start.
# But it doesn't promise that 1,500 steps are enough to get there.
#
# By the rule, a step multiplies what is left of a random start by $1 - 2 \cdot \texttt{learning\_rate} \cdot \texttt{reg}$.
# So the *product* of learning rate and `reg` decides how fast a random start vanishes.
# In notebook 7 you will try many pairs of the two, with the same number of steps.
# You will see that the good pairs have similar products.
# It will look as if a strong penalty made the weights better.
# But in those trials the penalty is useful mainly because it makes the random start vanish.
#
# ## cs231n's setting
#
# The course's assignment trains once with learning rate 1e-7, `reg` 2.5e4, and 1,500 steps of 200 images.
# Nothing is tuned yet.
# What is the first loss with this setting?

# %% tags=["nbval-ignore-output"]
first_losses = {}
for seed in range(5):
    W_start = 0.001 * np.random.default_rng(seed).standard_normal((3073, 10))
    data_loss, _ = softmax_loss_vectorized(W_start, data["X_dev"], data["y_dev"], 0.0)
    first_losses[seed] = data_loss, 2.5e4 * np.sum(W_start**2)
    print(f"seed {seed}: data loss {data_loss:.2f}, penalty {first_losses[seed][1]:.1f}")
print(f"standard deviation of the scores at the start: {np.std(data['X_dev'] @ W_start):.1f}")

# %% tags=["claim"]
assert all(3 < data_loss < 9 and 740 < penalty < 800 for data_loss, penalty in first_losses.values())
assert first_losses[0][1] * 1e3 / 2.5e4 > 0.7 * histories["2e-6: right"][0]

# %% [markdown]
# The first loss is near 770, and nearly all of it is the penalty.
# `W` has 30,730 entries of standard deviation 0.001, so `sum(W**2)` is near 0.0307, and $25{,}000 \cdot 0.0307 \approx 768$.
#
# The data loss is between 5 and about 6, and not $\log 10 \approx 2.3$.
# In notebook 3, $\log 10$ was the loss at `W = 0`.
# Here the weights are small, but a score adds up 3,072 products, and the pixels are large.
# So the scores have a standard deviation of more than 3.
# The classifier is already sure of its answers, and mostly wrong.
# Its loss is higher than the loss of a classifier that gives all ten classes the same probability.
#
# Now we train softmax twice and the SVM once.
# The two softmax runs differ in the **seed**, the number from which the random generator starts.
# So they differ in the random start and in the random batches.

# %% tags=["nbval-ignore-output"]
models = {"softmax, seed 0": Softmax(), "softmax, seed 1": Softmax(), "SVM, seed 0": LinearSVM()}
accuracies, begin = {}, time.process_time()
for name, model in models.items():
    model.train(X_train, y_train, learning_rate=1e-7, reg=2.5e4, num_iters=1500, rng=int(name[-1]))
    accuracies[name] = np.mean(model.predict(X_val) == y_val)
cpu = (time.process_time() - begin) / 3

# %% tags=["nbval-ignore-output"]
for name, published in zip(accuracies, [0.344, 0.344, 0.365], strict=True):
    print(f"{name}: {accuracies[name]:.3f}, one published solution {published}")
print(f"{cpu:.1f} CPU seconds for 1,500 steps")
highest = np.mean(softmax(X_val @ models["softmax, seed 1"].W).max(axis=1))
print(f"highest of softmax's ten probabilities, on average: {highest:.2f}")

# %% tags=["claim"]
assert 0.30 < accuracies["softmax, seed 0"] < 0.38 and 0.32 < accuracies["SVM, seed 0"] < 0.41
assert abs(accuracies["softmax, seed 0"] - accuracies["softmax, seed 1"]) < 0.03 and cpu < 60
assert highest < 0.4

# %% [markdown]
# In each of the first three lines, the last number is from a worked solution of the assignment.
# That solution was published in 2021, and it used the same setting for both losses.
# The assignment itself asks for more: it expects just over 0.35 for softmax and about 0.39 for the SVM, *after* learning rate and `reg` have been tuned.
# (All these numbers are for CIFAR-10.
# If your download failed and you use the built-in sample, yours will be different.)
#
# Our two softmax runs have different accuracies, although everything except the seed is the same.
# That is one uncertainty.
# Another one is that there are only 1,000 validation images.
# With 1,000 other images the accuracy would come out a little different.
# The standard deviation of such an accuracy is called its **standard error**.
# It says how far an accuracy usually is from the one that you would get with a very large number of images.
# Count 1 for each image that is classified right, and 0 for each other image.
# If the probability of a 1 is $p$, the variance of this 0 or 1 is $p(1-p)$.
# The accuracy is the mean of $n$ such numbers.
# So its standard error is $\sqrt{p(1-p)/n}$.
# Here this is $\sqrt{0.35 \cdot 0.65 / 1000} \approx 0.015$.
# So whether an accuracy comes out as 0.34 or as 0.36 is partly luck.
# Notebook 7 shows how to compare two classifiers on the same images.
#
# The SVM is ahead at this setting.
# But nobody chose this setting for softmax.
# A `reg` of 2.5e4 keeps `W` so small that softmax is hardly ever sure: the highest of its ten probabilities is about 0.2 on average.
# The next notebook chooses a better setting, and notebook 9 compares both losses, each at its best.
#
# ## Questions

# %% [markdown]
# **1.** A batch becomes four times as large.
# What happens to the noise in its gradient?
# Is it a good idea to make batches larger and larger?
#
# <details><summary>Answer</summary>
#
# The standard deviation of a mean falls with the square root of the number of examples.
# So four times the images halve the noise, at four times the cost.
# The next halving costs four times as much again.
# For the cost of one large batch you can take four steps with the small batch.
# Four rough steps usually bring you farther than one step that is twice as precise.
# </details>

# %% [markdown]
# **2.** You train with `reg=2.5e4`, and the first loss that is printed is near 770.
# A friend says: "It should be $\log 10$, so your gradient code must be wrong."
# What do you answer?
#
# <details><summary>Answer</summary>
#
# The loss has two parts.
# The penalty at the random start is about 768.
# The data loss is about 5 to 6.
# It would be $\log 10$ at `W = 0`, but the random start already gives scores of several units.
# To test the loss, compute it at `W = 0`: it must be exactly $\log 10$.
# To test the gradient, use the numerical check of notebook 4.
# </details>

# %% [markdown]
# **3.** The training loss falls and falls, and the validation accuracy stays the same.
# What do you do?
#
# <details><summary>Answer</summary>
#
# Look at the training accuracy.
# If it rises, the model learns details of the training images that don't help on others: use more regularization, or more images.
# If the training accuracy stays the same, too, the loss falls for another reason.
# The penalty may become smaller.
# Or the probabilities change, while about as many images as before are classified right.
# Print the data loss and the penalty separately, to see which it is.
# </details>

# %% [markdown]
# ## What you showed
# - One step of SGD is three lines, and 1,500 steps train a classifier within seconds.
# - The gradient of a mini-batch is right on average.
#   Mini-batches beat both extremes, counted in processor time.
# - One gradient step does better than 1,000 random tries.
# - The softmax loss is convex.
#   So with a penalty, a learning rate that is small enough, and enough steps, gradient descent reaches the same bottom from every start.
# - Four learning rates give four shapes of the loss curve.
#   If all pixels are divided by 255, the learning rate must be multiplied by $255^2$.
# - With little regularization, the random start isn't forgotten.
#
# **Next:** [7. Hyperparameters](07_hyperparameters.ipynb): choosing learning rate and regularization on the validation set.
