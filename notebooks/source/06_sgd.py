# %% [markdown]
# # 6. Stochastic gradient descent: walking downhill
#
# You have a loss and its gradient. Here they train a classifier on 49,000 images, in a second. The trick is to take
# many cheap steps in roughly the right direction instead of a few expensive ones in exactly the right direction.
#
# **What you'll learn**
# - gradient descent with all examples, with one, and with a mini-batch: what each costs and what it buys;
# - how to write one step of SGD, and prediction;
# - what a loss curve looks like when the learning rate is too low, right, too high, and far too high;
# - what softmax and SVM reach with cs231n's setting, and how much of that is luck.
#
# *Before you start:* notebooks 4 and 5. *Time:* about 45 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG;
# yours can differ in the last digits.*

# %% [markdown] tags=["practice"]
# This notebook has the solutions of its exercises in it. To solve them yourself, work in a copy without solutions:
# `make practice`, or `python -m cs231n_softmax practice`, lays copies of all notebooks into the folder `practice/`. You
# can run it again at any time. What you have written there stays.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import LinearSVM, Softmax, softmax_loss_vectorized

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %%
X_train, y_train, X_val, y_val = (data[name] for name in ["X_train", "y_train", "X_val", "y_val"])
print(X_train.shape, X_train.dtype)

# %% [markdown]
# ## One step
#
# Against the gradient, by a small amount, the **learning rate**:
#
# $$W \leftarrow W - \texttt{learning\_rate} \cdot \frac{\partial L}{\partial W}.$$
#
# The gradient is a mean over examples. A mean over 200 random examples is nearly as good as one over 49,000, and costs
# 245 times less. That is the whole idea of *stochastic* gradient descent: each step uses a fresh random **mini-batch**.
#
# ### Exercise 1: one step of SGD
# Draw `batch_size` row numbers with `rng.integers` (with replacement: simple, and hardly different), get loss and
# gradient on those rows, and return the new weights. Don't change `W` itself.

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
# The check calls it on small data sets on which every row leaves a mark of its own in `W`: so it sees which rows were drawn, and
# whether each had its own label.

# %% points=10
check.sgd_step(sgd_step).require()

# %% [markdown]
# ### Exercise 2: predict
# The class with the highest score.

# %%
def predict(W, X):
    """Return the predicted classes (N,) of X (N, D) with W (D, C)."""
    ### BEGIN SOLUTION
    return np.argmax(X @ W, axis=1)
    ### END SOLUTION


# %% points=5
check.predict(predict).require()

# %% [markdown]
# Put together, they train. This is your code on real images, 300 steps of it:

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
W = 0.001 * rng.standard_normal((3073, 10), dtype=np.float32)
before = np.mean(predict(W, X_val) == y_val)
print(f"validation accuracy before: {before:.3f}")

# %% tags=["nbval-ignore-output"]
for _ in range(300):
    W, loss = sgd_step(W, X_train, y_train, 1e-6, 1e3, 200, rng)
after = np.mean(predict(W, X_val) == y_val)
print(f"validation accuracy after 300 steps: {after:.3f}")
assert after > 0.25

# %% [markdown]
# ## All, one, or some?
#
# - **Batch** gradient descent uses all N examples for each step: the exact direction, N gradients a step.
# - **Stochastic** gradient descent, in its first meaning, uses one: a rough direction, one gradient a step.
# - **Mini-batch** descent is between the two.
#
# We give each the same number of gradients, three passes over 5,000 images, and a learning rate that suits it, and
# watch the loss on the same 500 images.

# %%
def descend(batch_size, learning_rate, examples=15_000, reg=1.0):
    """Return examples seen, seconds and loss on X_dev, at 30 or fewer moments of a descent on 5,000 images."""
    rng, W, curve, watch = np.random.default_rng(0), np.zeros((3073, 10), np.float32), [], time.perf_counter()
    spent, steps = 0.0, max(1, examples // batch_size)
    for step in range(steps + 1):
        if step % max(1, steps // 30) == 0:
            spent += time.perf_counter() - watch
            loss, _ = softmax_loss_vectorized(W, data["X_dev"], data["y_dev"], reg)
            curve.append((step * batch_size, spent, loss))
            watch = time.perf_counter()
        W, _ = sgd_step(W, X_train[:5000], y_train[:5000], learning_rate, reg, batch_size, rng)
    return np.array(curve)


# %% [markdown]
# (The clock is stopped while the loss is evaluated. A batch of 5,000 drawn with replacement stands for "all".)

# %%
curves = {
    "batch (5,000)": descend(5000, 4e-6),
    "mini-batch (200)": descend(200, 1e-6),
    "stochastic (1)": descend(1, 1e-8),
}
assert curves["mini-batch (200)"][-1, 2] < curves["batch (5,000)"][-1, 2]

# %% alt="Two panels: loss against examples seen, and loss against seconds, for batch, mini-batch and stochastic descent. Per example seen, small batches are ahead; per second, the mini-batch is"
fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
for (name, curve), color, dash in zip(curves.items(), vis_utils.COLOURS, vis_utils.DASHES, strict=False):
    axes[0].plot(curve[:, 0], curve[:, 2], dash, color=color, label=name)
    axes[1].plot(curve[1:, 1], curve[1:, 2], dash, color=color, label=name)
axes[0].set(xlabel="examples seen", ylabel="loss on 500 images (nats)", title="Per example")
axes[1].set(xlabel="time (s)", title="Per second", xscale="log")
axes[0].legend()
plt.show()

# %% [markdown]
# Per example, large batches waste effort: late examples of a batch repeat what the early ones said. Per second, single
# examples waste effort too: each step costs a round of Python and NumPy calls for very little arithmetic, and its
# learning rate has to be small, because one example is a poor guide. The mini-batch has the best of both, and is
# what everybody uses.
#
# ## The three paths on a map
#
# With 30,730 weights nobody can see the way they take. With two weights one can. Two classes of points on a line, scores $0$
# and $w x + b$: the loss is a valley over the plane of $(w, b)$. All three descents start at the same place.

# %%
rng = np.random.default_rng(3)
y_line = rng.integers(2, size=200)
x_line = rng.normal(2 * y_line - 1, 1.0) + 0.5
line = np.column_stack([x_line, np.ones(200)])


def walk(batch_size, steps, rate):
    """Return the (w, b) visited by a descent from (-1.5, 2.5), for weights that give class 0 the score 0."""
    wb, path = np.array([-1.5, 2.5]), [(-1.5, 2.5)]
    for _ in range(steps):
        batch = rng.integers(200, size=batch_size) if batch_size < 200 else np.arange(200)
        _, dW = softmax_loss_vectorized(np.column_stack([0 * wb, wb]), line[batch], y_line[batch], 0.0)
        wb = wb - rate * dW[:, 1]
        path.append(tuple(wb))
    return np.array(path)


# %%
sizes = {"batch (200)": 200, "mini-batch (20)": 20, "stochastic (1)": 1}
paths = {name: walk(size, 150, 0.5) for name, size in sizes.items()}
w, b = np.meshgrid(np.linspace(-2.5, 4.5, 60), np.linspace(-3.5, 3.5, 60))
score = w[..., None] * x_line + b[..., None]
surface = np.mean(np.logaddexp(0, score) - score * y_line, axis=-1)

# %% alt="Contour map of the loss over the weights w and b with three paths to its minimum: batch a smooth curve, mini-batch a slightly ragged one, stochastic a wild zigzag around it"
fig, ax = plt.subplots(figsize=(6.6, 4.6), layout="constrained")
shown = ax.contourf(w, b, surface, levels=20, cmap="Greys", alpha=0.7)
for (name, path), color, width in zip(paths.items(), vis_utils.COLOURS, [2.5, 1.5, 0.8], strict=False):
    ax.plot(*path.T, color=color, linewidth=width, marker=".", markersize=3, label=name)
ax.plot(-1.5, 2.5, "k*", markersize=12, label="start")
ax.set(xlabel="weight w", ylabel="bias b", title="Three descents on one loss", xlim=(-2.5, 4.5), ylim=(-3.5, 3.5))
fig.colorbar(shown, label="loss (nats)")
ax.legend(loc="lower left")
plt.show()

# %%
wander = {name: np.abs(np.diff(path[-50:], axis=0)).mean() for name, path in paths.items()}
assert wander["batch (200)"] < wander["mini-batch (20)"] < wander["stochastic (1)"]
print("the smaller the batch, the less it comes to rest")

# %% [markdown]
# The batch path goes smoothly down and stops at the bottom. A single example never leaves a descent in peace: each pulls its
# own way. Smaller steps, or steps that shrink with time, make it settle.
#
# ## Learning rates
#
# `Softmax().train` is the loop you wrote, with cs231n's name and arguments. Four learning rates, each at least 15 times the
# one before:

# %%
rates = {"1e-7: too low": 1e-7, "2e-6: right": 2e-6, "3e-5: too high": 3e-5, "2e-3: diverges": 2e-3}
histories = {}
for name, rate in rates.items():
    histories[name] = Softmax().train(X_train, y_train, rate, reg=1e3, num_iters=600, rng=0)

# %% alt="Training loss against iteration for four learning rates, logarithmic loss axis: too low falls slowly, right falls fast and flattens, too high flattens higher and is noisy, and the largest shoots up and stops"
vis_utils.plot_losses(histories)
plt.ylim(1, 1e5)
plt.show()

# %% [markdown]
# - **Too low**: the loss falls, smoothly, and is nowhere near done when we stop.
# - **Right**: it falls, and flattens out at the lowest level, with a little noise from the random batches. (Most of what
#   falls at first is the penalty on the random start: `reg` is large, and the start is forgotten slowly.)
# - **Too high**: it gets down quickly, then jumps about well above where it could be: each step leaps over the valley.
# - **Diverging**: each step lands higher than it started. With `reg` so large, the regularization alone does it: a step multiplies
#   `W` by $1 - 2 \cdot \texttt{learning\_rate} \cdot \texttt{reg}$, and once that is below $-1$, `W` grows for ever. The curve
#   leaves the picture at once; `train` stops when the loss is no longer finite.

# %%
finite = {name: int(np.isfinite(losses).sum()) for name, losses in histories.items()}
print({name: "ran to the end" if steps == 600 else "stopped" for name, steps in finite.items()})

# %%
final = {name: np.mean(losses[-50:]) for name, losses in histories.items()}
assert finite["2e-3: diverges"] < 600 and finite["2e-6: right"] == 600
assert final["2e-6: right"] < final["3e-5: too high"] and final["2e-6: right"] < final["1e-7: too low"]

# %% [markdown]
# ## cs231n's setting
#
# The course trains once with learning rate 1e-7, regularization 2.5e4 and 1,500 steps of 200, untuned. Published for it are
# 34.4 % validation accuracy for softmax and 36.5 % for the SVM. We do two runs each, with different seeds (the number that a random generator
# starts from). On the built-in sample the published figures don't apply.

# %% tags=["nbval-ignore-output"]
accuracy = {"softmax": [], "SVM": []}
for seed in range(2):
    for name, model in [("softmax", Softmax()), ("SVM", LinearSVM())]:
        model.train(X_train, y_train, learning_rate=1e-7, reg=2.5e4, num_iters=1500, rng=seed)
        accuracy[name].append(np.mean(model.predict(X_val) == y_val))

# %% tags=["nbval-ignore-output"]
for (name, ours), published in zip(accuracy.items(), [0.344, 0.365], strict=True):
    print(f"{name:8} {np.round(ours, 3)}  mean {np.mean(ours):.3f}  published {published}")
assert 0.30 < np.mean(accuracy["softmax"]) < 0.38 and 0.32 < np.mean(accuracy["SVM"]) < 0.41

# %% [markdown]
# The seeds differ by up to a percentage point, though nothing but the random batches and the random start differs. That is one
# uncertainty. The other is that there are just 1,000 validation images: the standard error of an accuracy near 0.35 is
# $\sqrt{0.35 \cdot 0.65 / 1000} \approx 0.015$. So a test like "is it above 0.36?" partly tests luck.
#
# The SVM is ahead at this setting. But the setting was never chosen for softmax: a regularization of 2.5e4 keeps `W` so small
# that its probabilities can't get far from uniform. The next notebook chooses, and notebook 9 compares each at its best.
#
# ## Questions
#
# **1.** A mini-batch gradient is a noisy estimate. How does its noise change when the batch becomes four times larger,
# and what does that say about doubling batch size again and again?
#
# <details><summary>Answer</summary>
#
# The standard deviation of a mean falls with the square root of the number: it is halved, at four times the cost. The first
# few hundred examples buy most of the accuracy; beyond, effort grows faster than precision.
# </details>
#
# **2.** The first loss printed with `reg=2.5e4` is near 770, not near 2.3. Is something wrong?
#
# <details><summary>Answer</summary>
#
# No. `W` starts with 30,730 entries of standard deviation 0.001, so `sum(W**2)` is about 0.0307, and times 25,000
# that makes 768. The data part is a few nats only: more than $\log 10$, as scores of this size are confidently wrong.
# </details>
#
# **3.** Training loss falls and falls, validation accuracy stands still. What do you do?
#
# <details><summary>Answer</summary>
#
# It depends on what the training accuracy does. If it keeps rising while validation doesn't follow, the model fits details
# of the training set: regularize more. If it stands still too, the loss is being lowered without any prediction changing
# (larger scores, the same order): more training won't help.
# </details>
#
# ## What you showed
# - One step of SGD is three lines; 1,500 of them train a classifier in about a second.
# - Mini-batches beat both extremes, counted in seconds.
# - Four learning rates, four shapes of the loss curve.
# - cs231n's setting gives about what cs231n published, give or take the luck of seeds and of 1,000 images.
#
# **Next:** [7. Hyperparameters](07_hyperparameters.ipynb): choosing learning rate and regularization on the validation set.
