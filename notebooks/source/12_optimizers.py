# %% [markdown]
# # 12. Optimizers: many ways down one valley
#
# Momentum, Nesterov, RMSProp, Adam: training has many update rules.
# Usually nobody can tell how far each of them still is from the goal, because the lowest loss is unknown.
# For our classifier it is known, with a certificate (notebook 10).
# So we can measure each rule from the same zero line: the loss **minus the lowest loss**.
#
# **What you'll learn**
# - why plain gradient descent is slow: the valley is narrow, and how narrow it is can be computed from the pixels;
# - how to write a step of momentum and a step of Adam;
# - how gradient descent, momentum, Nesterov's momentum, RMSProp, Adam and L-BFGS compare, per pass and per second;
# - why stochastic descent stops getting better, and how a schedule for the learning rate gets it further down;
# - what whitening does: it makes the valley round.
#
# *Before you start:* notebooks 6, 7 and 10.
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
from collections import namedtuple

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

from cs231n_softmax import check, data_utils, optim, vis_utils
from cs231n_softmax.classifiers import softmax_loss_vectorized
from cs231n_softmax.optimum import fit_optimum
from cs231n_softmax.optimum.curvature import Guess, gram
from cs231n_softmax.optimum.lbfgs import descend

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %% [markdown]
# We want to try many methods with many learning rates, so we make the problem smaller: 5,000 images, and in each of them the mean of each 2 × 2 block of pixels.
# An image is now 16 pixels wide and high, which is 768 numbers.
# As in notebook 10, we divide all pixels by 64, and the last column is 1, for the bias.

# %%
def shrink(images):
    """Return rows (N, 769): the means of 2 x 2 pixels of rows (N, 3073), divided by 64, and a column of ones."""
    blocks = images[:, :-1].reshape(-1, 16, 2, 16, 2, 3).mean(axis=(2, 4))
    return np.column_stack([blocks.reshape(len(images), -1) / 64, np.ones(len(images))]).astype(np.float32)


X, y = shrink(data["X_train"][:5000]), data["y_train"][:5000]
X_val, y_val = shrink(data["X_val"]), data["y_val"]
print("train", X.shape, " validation", X_val.shape)

# %% [markdown]
# ## The zero line
#
# `fit_optimum` finds the lowest loss, and its gap proves how near it is.
# We ask for a ten-millionth of the loss.
# All heights in this notebook are measured from here.

# %% tags=["nbval-ignore-output"]
REG = 0.1
best = fit_optimum(X, y, REG, tol=1e-7)
print(f"lowest loss {best.loss:.6f}; no W has a loss that is lower by more than {best.gap:.0e}")

# %% tags=["claim"]
assert best.gap <= 1e-7 * best.loss < 1e-6

# %% [markdown]
# ## A narrow valley
#
# Why is this not a matter of a few steps of gradient descent?
# We look at the simplest loss that makes it hard.
# It has two weights, $w_1$ and $w_2$, and its lowest point is $(0, 0)$:
#
# $$f(w_1, w_2) = \tfrac{1}{2}\,(w_1^2 + 25\,w_2^2)$$
#
# Its gradient is $(w_1,\; 25\,w_2)$.
# Along $w_1$ the loss is flat, and along $w_2$ it is steep: the second derivatives are 1 and 25.
# Such a second derivative is called a **curvature**.
# A step with the learning rate $r$ multiplies $w_1$ by $1 - r$, and $w_2$ by $1 - 25\,r$.
#
# Two descents start at the star.
# The cross is the lowest point.

# %%
CURVATURES = np.array([1.0, 25.0])


def walk(rule, steps=30, **config):
    """Return the points (steps + 1, 2) that a descent from (-10, 3) visits; config: the rule's settings."""
    path = [np.array([-10.0, 3.0])]
    for _ in range(steps):
        point, config = rule(path[-1], CURVATURES * path[-1], config)
        path.append(point)
    return np.array(path)


# %%
ways = {f"learning rate {r}": walk(optim.sgd, learning_rate=r) for r in [0.02, 0.075]}
vis_utils.plot_valley(CURVATURES, ways).set_title("30 steps of gradient descent in a narrow valley")
vis_utils.show("""Long, flat ellipses as contour lines, with two paths from a star on the left. With the
    learning rate 0.02 the path goes straight to the floor of the valley, then creeps along it and stops half
    way. With 0.075 it jumps from one side of the valley to the other at each step, and comes nearly to the
    cross.""")

# %%
for r in [0.02, 0.075, 0.085]:
    print(f"learning rate {r:5}: each step multiplies w1 by {1 - r:.3f} and w2 by {1 - 25 * r:6.3f}")

# %% [markdown]
# The steep direction limits the learning rate: with a rate above $2/25 = 0.08$, $w_2$ is multiplied by a number below −1, and grows with each step.
# But with such a small rate, $w_1$ shrinks only slowly.
# So the descent either creeps along the valley, or it zigzags across the valley and still creeps along it.
# What counts is the ratio of the largest curvature to the smallest one, here 25.
# It is called the **condition number**.
#
# ## Momentum
#
# Think of a heavy ball that rolls down the valley.
# It has a **velocity** $v$.
# In each step, the velocity keeps a share of itself, for example 0.9, and the gradient changes it:
#
# $$\begin{aligned}
# v &\leftarrow \texttt{momentum} \cdot v - \texttt{learning\_rate} \cdot \frac{\partial L}{\partial w} \\
# w &\leftarrow w + v
# \end{aligned}$$
#
# Across the valley, the gradient changes its sign again and again, so its contributions partly cancel.
# Along the valley they all point in the same direction and add up.
# (B.
# Polyak proposed it in 1964.
# The share is called `momentum`.
# In cs231n's notes you can read why it is more like a friction.)
#
# ### Exercise 1: a step of momentum
# The function has the form of cs231n's `optim.py`.
# `config` is a dictionary.
# It has the settings, and it keeps what has to be remembered until the next step: here, the velocity.
# The lines that put missing entries into `config` are given.
# Write the new velocity into `config`, and return the new weights and `config`.
# Don't change `w` and `dw` themselves.

# %%
def my_sgd_momentum(w, dw, config):
    """Return (next_w, config) after a step of momentum, for w and dw of the same shape.

    velocity <- momentum * velocity - learning_rate * dw;   next_w = w + velocity
    """
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    ### BEGIN SOLUTION
    config["velocity"] = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + config["velocity"], config
    ### END SOLUTION


# %% points=5
check.sgd_momentum(my_sgd_momentum).require()

# %% [markdown]
# Here is your function in the valley, beside gradient descent with the same learning rate.
# We take the momentum 0.5, because 0.9 would swing for long in a valley that isn't narrower than this.

# %%
both = {"gradient descent": walk(optim.sgd, learning_rate=0.07),
        "momentum 0.5": walk(my_sgd_momentum, learning_rate=0.07, momentum=0.5)}
distances = {name: np.linalg.norm(path, axis=1) for name, path in both.items()}
fig, axes = plt.subplots(1, 2, figsize=(11, 3.6), width_ratios=[1.5, 1], layout="constrained")
vis_utils.plot_valley(CURVATURES, both, axes[0]).set_title("The same learning rate, 0.07")
for k, (name, distance) in enumerate(distances.items()):
    axes[1].semilogy(distance, vis_utils.DASHES[k], color=vis_utils.COLOURS[k], label=name)
axes[1].set(xlabel="step", ylabel="distance from the lowest point", title="On a log axis")
axes[1].legend()
vis_utils.show("""Two panels. Left, the narrow valley: gradient descent zigzags towards the cross; momentum
    zigzags, too, but makes longer strides along the valley and comes very near to the cross. Right, distance
    from the lowest point against steps, on a log axis: the line of momentum falls about two and a half times
    as steeply.""")

# %%
for name, distance in distances.items():
    print(f"{name:16} after 30 steps {distance[-1]:.3f} from the lowest point")

# %% tags=["claim"]
assert distances["momentum 0.5"][-1] < distances["gradient descent"][-1] / 10

# %% [markdown]
# On a log axis, both descents become nearly straight lines: each step removes the same *share* of the distance.
# So what counts is the steepness of the line.
# For a valley with the condition number $\kappa$ and the best settings, a step of gradient descent multiplies the distance by $(\kappa - 1)/(\kappa + 1)$, and a step of momentum by about $(\sqrt\kappa - 1)/(\sqrt\kappa + 1)$ (Polyak, 1964).
# For large $\kappa$, the number of steps grows with $\kappa$ itself in gradient descent, and only with its square root in momentum.
#
# ## How narrow is our valley?
#
# The curvature of the softmax loss can be computed from the pixels.
# At `W = 0`, where all classes have the same probability, it is known exactly (notebook 10 and `cs231n_softmax/optimum/curvature.py`).
# Take the matrix of **second moments** of the inputs, `X.T @ X / N` (769, 769), and its eigenvalues $\lambda$.
# Each eigenvalue belongs to a direction in the space of images, and is the mean square of the images along this direction.
# Change the weights of two classes along the direction, by opposite amounts.
# Then the curvature of the loss is
#
# $$\frac{\lambda}{C} + 2\,\texttt{reg}$$
#
# with $C = 10$ classes.
# We compare this formula with a measurement: the loss at three points of a line gives the second derivative along the line.

# %%
eigenvalues, directions = np.linalg.eigh(X.T.astype(float) @ X / len(X))  # the smallest comes first
curvatures = eigenvalues / 10 + 2 * REG


def measured_curvature(direction, h=1e-2):
    """Return the second derivative of the loss at W = 0, along a direction for class 0 and its opposite for 1."""
    along = np.outer(direction, [1, -1] + 8 * [0]) / np.sqrt(2)
    losses = [softmax_loss_vectorized(t * along, X.astype(float), y, REG)[0] for t in [-h, 0, h]]
    return (losses[0] - 2 * losses[1] + losses[2]) / h**2


# %% tags=["nbval-ignore-output"]
measured = {k: measured_curvature(directions[:, -k]) for k in [1, 10, 100, 769]}
for k, value in measured.items():
    print(f"direction {k:3}: formula {curvatures[-k]:7.3f}, measured {value:7.3f}")

# %% tags=["claim"]
assert all(abs(value / curvatures[-k] - 1) < 1e-2 for k, value in measured.items())

# %%
fig, ax = plt.subplots(figsize=(6.8, 4), layout="constrained")
shown = {"second moment λ": eigenvalues, "curvature λ / 10 + 2 reg": curvatures}
for k, (name, values) in enumerate(shown.items()):
    ax.semilogy(np.arange(1, 770), values[::-1], vis_utils.DASHES[k], color=vis_utils.COLOURS[k], label=name)
ax.set(xlabel="direction (the largest first)", ylabel="size", title="How narrow is our valley?")
ax.legend()
vis_utils.show("""Eigenvalues on a log axis, the largest first. The second moments of the pixels fall from
    above 200 to about 0.00005, over more than six powers of ten. The curvature of the loss begins above 20,
    and soon becomes flat at 0.2, where the penalty holds it.""")

# %% tags=["nbval-ignore-output"]
narrow = {"pixels alone": eigenvalues, "loss with penalty": curvatures}
for name, values in narrow.items():
    print(f"{name:18} largest {values[-1]:.3g}, smallest {values[0]:.2g}, ratio {values[-1] / values[0]:,.0f}")
print(f"largest useful learning rate, 2 / {curvatures[-1]:.1f}: {2 / curvatures[-1]:.3f}")

# %% tags=["claim"]
assert eigenvalues[-1] / eigenvalues[0] > 1e5 and 80 < curvatures[-1] / curvatures[0] < 150
assert 0.08 < 2 / curvatures[-1] < 0.1

# %% [markdown]
# The pixels alone would give a valley with a ratio of some millions.
# The penalty adds the same curvature, $2\,\texttt{reg}$, to all directions, and this makes the valley much rounder.
# What is left is a ratio of about 110.
# (This is the valley at `W = 0`.
# Along the way it changes.)
# Here are the steepest and the flattest directions, as images:

# %%
picked = directions[:-1, [-1, -2, -3, -4, 3, 2, 1, 0]].reshape(16, 16, 3, 8)  # without the bias
titles = [f"λ = {eigenvalues[k]:.3g}" for k in [-1, -2, -3, -4, 3, 2, 1, 0]]
fig, axes = plt.subplots(2, 4, figsize=(7.2, 4), layout="constrained")
vis_utils.show_templates(picked.repeat(2, axis=0).repeat(2, axis=1).reshape(3072, 8), titles, axes=axes)
vis_utils.show("""Eight directions in the space of images, drawn as images. The four with the largest second
    moments are smooth: the brightness of the image, most of all in its middle, the contrast of above and
    below, of middle and edges, and of left and right. The four with the smallest second moments are fine
    grain in green and magenta.""")

# %% [markdown]
# Images differ most in their brightness and in large soft patterns, and least in fine grain.
# The learning rate is limited by the brightness, so the weights of fine patterns change only slowly.
#
# ## The race with exact gradients
#
# The next function trains with any update rule: at each step it computes the gradient on a batch, and calls the rule.
# At about 40 moments it writes down three numbers: the passes through the training set so far, the CPU seconds, and the height above the lowest loss.
# The clock is stopped while the height is measured.

# %%
Problem = namedtuple("Problem", "X y reg lowest")
raw = Problem(X, y, REG, best.loss)
zero = np.zeros((769, 10), np.float32)


# %%
def train(problem, rule, rate, batch=5000, passes=60, schedule=lambda t: 1, W=zero, **config):
    """Return W after training, and the curve: passes, CPU seconds, loss minus lowest (3, about 40 moments).

    At step k of K, the learning rate is rate * schedule(k / K). batch=5000: all images; else a random batch.
    """
    (images, labels, reg, lowest), rng, spent, curve = problem, np.random.default_rng(0), 0.0, []
    steps = passes * 5000 // batch
    moments = set(np.append(np.geomspace(1, steps, 16), np.linspace(1, steps, 25)).astype(int))
    for step in range(1, steps + 1):
        watch = time.process_time()
        rows = rng.integers(5000, size=batch) if batch < 5000 else slice(None)
        _, dW = softmax_loss_vectorized(W, images[rows], labels[rows], reg)
        config["learning_rate"] = rate * schedule(step / steps)
        W, config = rule(W, dW, config)
        spent += time.process_time() - watch
        if step in moments:
            height = softmax_loss_vectorized(W, images, labels, reg)[0] - lowest
            curve.append((step * batch / 5000, spent, height))
    return W, np.array(curve).T


# %% [markdown]
# A comparison of optimizers is worth nothing if only one of them has a good learning rate.
# So each rule gets three rates, and all three results are printed.
# The best rate should lie in the middle: if it lies at an end, one should try further rates on this side.
# (More settings could be searched.
# All momentum here is 0.9, the usual value.)

# %%
def search(rule, rates, **arguments):
    """Train with each rate, print how high each one ends, and return (W, curve) of the lowest."""
    runs = {rate: train(raw, rule, rate, **arguments) for rate in rates}
    ends = {rate: curve[2, -1] for rate, (_, curve) in runs.items()}
    chosen = min(ends, key=ends.get)
    print(f"{rule.__name__:18} chosen {chosen:<7g} of", ", ".join(f"{r:g} ({end:.1e})" for r, end in ends.items()))
    return runs[chosen]


# %% [markdown]
# First, all three rules see all 5,000 images at each step, so the gradient is exact.
# **Nesterov's momentum** (1983) is momentum with a look ahead: it also takes into account where the velocity is about to lead.
# (`optim.py` has the form of cs231n's notes.)

# %% tags=["nbval-ignore-output"]
exact = {
    "gradient descent": search(optim.sgd, [0.02, 0.04, 0.08]),
    "momentum": search(my_sgd_momentum, [0.02, 0.04, 0.08]),
    "Nesterov": search(optim.nesterov_momentum, [0.02, 0.04, 0.08]),
}

# %% tags=["claim"]
assert all(exact[name][1][2, -1] < exact["gradient descent"][1][2, -1] / 5 for name in ["momentum", "Nesterov"])

# %% [markdown]
# The rate 0.08 is still below the limit of gradient descent at `W = 0`.
# But 0.04 is better, and Nesterov's momentum fails with 0.08: its limit is lower.
#
# **L-BFGS** goes further.
# From how the gradient changes from step to step, it learns the curvature of the valley, and it needs no learning rate.
# We take SciPy's.
# Last comes our `fit_optimum`: it is L-BFGS, too, but it computes a first guess of the curvature from the pixels before it starts.
# To read the clock after each evaluation, we put its parts together here.
# The clock includes the time for making the guess.

# %%
def watched():
    """Return a function of W that gives (loss, dW), and the list of its calls: (passes, CPU seconds, height)."""
    calls, start = [], time.process_time()

    def loss_and_gradient(W):
        loss, dW = softmax_loss_vectorized(W.reshape(zero.shape).astype(np.float32), X, y, REG)
        calls.append((len(calls), time.process_time() - start, loss - best.loss))
        return loss, dW.reshape(W.shape).astype(float)

    return loss_and_gradient, calls


# %%
scipy_loss, scipy_calls = watched()
minimize(scipy_loss, np.zeros(zero.size), jac=True, method="L-BFGS-B", options={"maxiter": 60})

our_loss, our_calls = watched()
guess_of_curvature = Guess(gram(X, num_classes=10, largest=float(np.abs(X).max())), num_classes=10)
guess_of_curvature.prepare(share=1 / 10, reg=REG)
descent = descend(our_loss, np.zeros(zero.shape), guess_of_curvature, pairs=[])
for _ in range(9):
    next(descent)

# %%
race = {name: curve for name, (_, curve) in exact.items()}
race |= {"L-BFGS (SciPy)": np.transpose(scipy_calls[:61]), "fit_optimum": np.transpose(our_calls)}
fig, axes = plt.subplots(1, 2, figsize=(10.5, 4.4), sharey=True, layout="constrained")
vis_utils.plot_race({name: (curve[0], curve[2]) for name, curve in race.items()}, ax=axes[0])
vis_utils.plot_race({name: (curve[1], curve[2]) for name, curve in race.items()}, "CPU seconds", ax=axes[1])
axes[1].set(xscale="log", title="Against time", ylabel="")
axes[0].set_title("Against passes")
vis_utils.show("""Height above the lowest loss on a log axis, against passes and against CPU seconds. Against
    passes, gradient descent falls slowly and is still near 0.02 after 60 passes. Momentum, Nesterov and
    L-BFGS are nearly straight lines and much steeper. fit_optimum falls almost vertically, below 0.00001 in
    fewer than ten passes. Against seconds, fit_optimum begins last, and then falls almost vertically.
    Momentum, Nesterov and L-BFGS lie close together there.""")

# %% tags=["claim"]
last = {name: curve[2, -1] for name, curve in race.items()}
assert max(last["momentum"], last["Nesterov"]) < last["gradient descent"] / 5
assert race["L-BFGS (SciPy)"][2, min(40, len(scipy_calls) - 1)] < 1e-3 and last["fit_optimum"] < 1e-5

# %% [markdown]
# With exact gradients, it pays to know the shape of the valley.
# Gradient descent uses only the gradient at the present point.
# Momentum also uses earlier gradients.
# L-BFGS also uses how the gradient has changed, and `fit_optimum` begins with nearly the whole shape.
#
# Per pass, `fit_optimum` wins clearly.
# In seconds it starts late.
# For its first guess, it makes a matrix with one row and one column for each input, and needs a factorization of it.
# Here is how many passes take as long:

# %% tags=["nbval-ignore-output"]
seconds_per_pass = race["gradient descent"][1, -1] / race["gradient descent"][0, -1]
start_up = race["fit_optimum"][1, 0]
passes = start_up / seconds_per_pass
print(f"until its first evaluation: {start_up:.2f} CPU seconds, as long as {passes:.0f} passes")

# %% tags=["claim"]
assert start_up > 2 * seconds_per_pass

# %% [markdown]
# A network with millions of weights can't afford a matrix with millions of rows and columns.
# And where the training set is huge, even a few passes take too long.
#
# ## Adam
#
# In mini-batches, the gradient isn't exact any more.
# For them, cs231n's notes recommend **Adam**, which resembles an earlier rule, **RMSProp**.
# Both give each *weight* its own learning rate: they keep a running mean of the squared gradient of each weight, and divide by its root.
# So weights with large gradients take shorter steps.
# Adam also replaces the gradient by a running mean, much like momentum (Kingma and Ba, 2015).
# Here $t$ counts the steps, $m$ is the running mean of the gradient, and $v$ is that of its square (not a velocity):
#
# $$\begin{aligned}
# t &\leftarrow t + 1 \\
# m &\leftarrow \beta_1\, m + (1 - \beta_1)\, dw \\
# v &\leftarrow \beta_2\, v + (1 - \beta_2)\, dw^2 \\
# w &\leftarrow w - \texttt{learning\_rate}\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}
# \end{aligned}$$
#
# Squares, roots and fractions are taken for each entry by itself.
# Both means start at zero, so after the first few steps they are too small.
# The divisions by $1 - \beta^t$ correct this: after the first step, $m / (1 - \beta_1)$ is $dw$ itself.
#
# ### Exercise 2: a step of Adam
# The names in `config` are those of cs231n: `m`, `v`, `t`, `beta1`, `beta2`, `epsilon`.
# Count `t` up before you use it.

# %%
def my_adam(w, dw, config):
    """Return (next_w, config) after a step of Adam, for w and dw of the same shape; see the formulas above."""
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    ### BEGIN SOLUTION
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    mean, square = config["m"] / (1 - beta1 ** config["t"]), config["v"] / (1 - beta2 ** config["t"])
    return w - config["learning_rate"] * mean / (np.sqrt(square) + config["epsilon"]), config
    ### END SOLUTION


# %% points=10
check.adam(my_adam).require()

# %% [markdown]
# How long is Adam's first step?
# We try a weight with a very large gradient, and one with a very small gradient.

# %%
first_step, _ = my_adam(np.zeros(2), np.array([1000.0, -0.001]), {"learning_rate": 0.1})
print("first step of two weights:", first_step.round(3).tolist())

# %% [markdown]
# Both have the length of the learning rate.
# Only the sign of the gradient counts in the first step.
# So Adam's learning rate means something else than that of gradient descent: it is about how far each weight moves per step.
#
# ## The race with mini-batches
#
# Now all rules see batches of 200 images.
# One pass has 25 steps.
#
# **Predict, then run.**
# With exact gradients, momentum was far ahead of gradient descent.
# Now compare them with mini-batches, for 40 passes: SGD with the learning rate 0.01, and momentum 0.9 with the rate 0.001.
# How high is momentum above the lowest loss at the end?
# - (a) Less than a tenth of SGD's height: momentum is far ahead again.
# - (b) About as high as SGD: the two curves are nearly the same.
# - (c) More than ten times as high: its learning rate is ten times smaller.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("12-momentum", guess)

# %%
pair = {"SGD, rate 0.01": train(raw, optim.sgd, 0.01, batch=200, passes=40),
        "momentum 0.9, rate 0.001": train(raw, my_sgd_momentum, 0.001, batch=200, passes=40)}
vis_utils.plot_race({name: (curve[0], curve[2]) for name, (_, curve) in pair.items()}).set_title("Batches of 200")
vis_utils.show("""Height above the lowest loss against passes, for SGD with the rate 0.01 and for momentum 0.9
    with the rate 0.001, on batches of 200 images: the two curves lie nearly on each other, fall below 0.02
    and then flatten.""")

# %% tags=["claim"]
(at_pass, _, plain), (_, _, heavy) = (curve for _, curve in pair.values())
assert 0.5 < heavy[-1] / plain[-1] < 2 and np.abs(np.log(heavy / plain)[at_pass > 1]).max() < 0.8

# %% [markdown]
# While the gradient points in the same direction for many steps, the velocity grows to $1/(1 - 0.9) = 10$ times a plain step.
# So momentum 0.9 takes steps that are about ten times as long as its learning rate, and here SGD with ten times the rate does the same.
# With exact gradients it couldn't: ten times 0.04 is above its limit of 0.09, and momentum was stable with 0.04.
# With batches, no rule can use such long steps, because the *noise* ends the descent earlier.
# In the next printout, compare the largest rate of each rule with its best one.

# %% tags=["nbval-ignore-output"]
noisy = {
    "SGD": search(optim.sgd, [0.003, 0.01, 0.03], batch=200, passes=40),
    "momentum": search(my_sgd_momentum, [3e-4, 1e-3, 3e-3], batch=200, passes=40),
    "RMSProp": search(optim.rmsprop, [3e-5, 1e-4, 3e-4], batch=200, passes=40),
    "Adam": search(my_adam, [5e-5, 2e-4, 8e-4], batch=200, passes=40),
}

# %%
race_2 = {name: curve for name, (_, curve) in noisy.items()} | {"fit_optimum": race["fit_optimum"][:, 1:]}
fig, axes = plt.subplots(1, 2, figsize=(10.5, 4.4), sharey=True, layout="constrained")
vis_utils.plot_race({name: (curve[0], curve[2]) for name, curve in race_2.items()}, ax=axes[0])
vis_utils.plot_race({name: (curve[1], curve[2]) for name, curve in race_2.items()}, "CPU seconds", ax=axes[1])
axes[0].set(xscale="log", title="Batches of 200, against passes")
axes[1].set(xscale="log", title="Against time", ylabel="")
vis_utils.show("""Height above the lowest loss against passes and against CPU seconds, all axes logarithmic.
    The curves of SGD, momentum, RMSProp and Adam on batches of 200 begin long before the first pass is over,
    fall side by side, and flatten near 0.01. Against passes, fit_optimum starts at one pass, and falls
    steeply below all of them. Against seconds it starts last, and then falls below them as steeply.""")

# %% tags=["claim"]
ends_2 = {name: curve[2, -1] for name, curve in race_2.items()}
four = [ends_2[name] for name in noisy]
assert max(four) < 4 * min(four) and min(four) > 1e-3 and ends_2["fit_optimum"] < min(four) / 100
assert race_2["fit_optimum"][2, 0] < min(race_2[name][2, race_2[name][0] <= 1].min() for name in noisy)

# %% [markdown]
# The four rules are much closer to each other than one might expect.
# Each needs a learning rate of its own, but with the best of three rates, all four end within a factor of four of each other.
# In this problem all pixels vary about as much (the last section prints it), so it is of little use to give each weight its own rate.
# (Kingma and Ba name problems with sparse gradients, where weights differ much in this respect.)
#
# The four have taken 25 steps when `fit_optimum` has seen its first gradient.
# Before the first pass is over, only the four have moved.
# After one pass, `fit_optimum` is below all of them.
# In seconds it starts later.
# But the four stop getting better, and it goes on down.
#
# And is the rest worth anything?
# We count right answers on the validation images:

# %% tags=["nbval-ignore-output"]
weights = {name: W for name, (W, _) in (exact | noisy).items()} | {"optimum": best.W}
right = {name: 100 * np.mean(np.argmax(X_val @ W, axis=1) == y_val) for name, W in weights.items()}
print(", ".join(f"{name} {percent:.1f} %" for name, percent in right.items()))

# %% tags=["claim"]
assert np.ptp(list(right.values())) < 4

# %% [markdown]
# All are within a few points, which with 1,000 validation images is hardly more than luck (notebook 7).
# For new images, the last hundredths of the training loss don't matter.
# They matter to us because they show what each rule does.
#
# ## The noise floor
#
# **Predict, then run.**
# We start SGD *at the optimum*, where the gradient of all images is zero.
# The learning rate is 0.01, a batch has 200 images.
# What happens to the height in 40 passes?
# - (a) It stays at zero: where the gradient is zero, no step is taken.
# - (b) It rises to some level, and stays around this level.
# - (c) It rises and rises.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("12-floor", guess)

# %%
at_optimum = best.W.astype(np.float32)
rates = [0.02, 0.01, 0.005, 0.0025]
leaving = {f"rate {rate}": train(raw, optim.sgd, rate, batch=200, passes=40, W=at_optimum)[1] for rate in rates}

# %%
vis_utils.plot_race({name: (curve[0], curve[2]) for name, curve in leaving.items()})
plt.gca().set(xscale="log", title="SGD that starts at the optimum")
vis_utils.show("""Height above the lowest loss against passes, for SGD that starts at the optimum with four
    learning rates, on log axes. All four curves rise within a few passes and then stay at a level. The higher
    the learning rate, the higher the level: about 0.014 for the rate 0.02, and less than 0.002 for
    the rate 0.0025.""")

# %% tags=["nbval-ignore-output"]
floors = np.array([curve[2, curve[0] > 20].mean() for curve in leaving.values()])
for rate, floor in zip(rates, floors, strict=True):
    print(f"rate {rate:<6}: level {floor:.4f}, level / rate {floor / rate:.2f}")

# %% tags=["claim"]
assert np.all(np.diff(floors) < 0) and np.ptp(floors / rates) < 0.6 * np.max(floors / rates)

# %% [markdown]
# At the optimum the gradients of all images together cancel, but those of 200 images don't (notebook 6).
# So SGD leaves.
# The farther it is away, the more the true gradient pulls it back.
# The two forces are equal at a certain height, the **noise floor**.
# Half the learning rate gives about half the height.
# (L.
# Bottou, F.
# Curtis and J.
# Nocedal prove a bound that is proportional to the rate, for strongly convex losses: "Optimization methods for large-scale machine learning", 2018, section 4.)
#
# ### Schedules
#
# So a low rate has a low floor, and a high rate arrives there fast.
# A **schedule** has both: it begins with a high rate and lowers it.
# $t$ runs from 0 to 1 during training.
# Four schedules, which all begin at the rate 0.03:
# - **constant**;
# - **step decay**: a tenth of the rate from half of the training on, and a hundredth in the last quarter;
# - **1/t**: the rate is divided by $1 + 6\,t$.
#   (Bottou and others lower the rate in this way, as 1 divided by the step.
#   The 6 is the smallest curvature times the first rate times the number of steps, $0.2 \cdot 0.03 \cdot 1000$.)
# - **cosine**: half a wave of the cosine, from 1 down to 0 (I.
#   Loshchilov and F.
#   Hutter, 2017).

# %%
schedules = {
    "constant": lambda t: 1,
    "step decay": lambda t: 1 if t < 0.5 else 0.1 if t < 0.75 else 0.01,
    "1/t": lambda t: 1 / (1 + 6 * t),
    "cosine": lambda t: (1 + np.cos(np.pi * t)) / 2,
}
lowered = {name: train(raw, optim.sgd, 0.03, batch=200, passes=40, schedule=f)[1] for name, f in schedules.items()}

# %%
fig, axes = plt.subplots(1, 2, figsize=(10.5, 4.2), layout="constrained")
t = np.linspace(0, 1, 201)
for k, (name, schedule) in enumerate(schedules.items()):
    shares = 0.03 * np.array([schedule(share) for share in t])
    axes[0].plot(40 * t, shares, vis_utils.DASHES[k], color=vis_utils.COLOURS[k], label=name)
axes[0].set(xlabel="passes through the training set", ylabel="learning rate", title="Four schedules")
axes[0].legend()
vis_utils.plot_race({name: (curve[0], curve[2]) for name, curve in lowered.items()}, ax=axes[1])
vis_utils.show("""Two panels. Left, learning rate against passes: constant at 0.03, step decay in two sharp
    falls, 1/t falling fast and then slowly, cosine falling slowly, fast and slowly to zero. Right, height
    above the lowest loss: the constant rate wavers between about 0.015 and 0.03, and the others get below it
    when their rate falls. Step decay and 1/t end between 0.004 and 0.005, and cosine ends lowest, near
    0.002.""")

# %% tags=["nbval-ignore-output"]
final = {name: curve[2, -1] for name, curve in lowered.items()}
print(", ".join(f"{name} {height:.4f}" for name, height in final.items()))

# %% tags=["claim"]
assert all(height < final["constant"] / 2 for name, height in final.items() if name != "constant")
assert max(final["cosine"], final["step decay"]) < final["constant"] / 4

# %% [markdown]
# All four curves begin together.
# The constant rate soon reaches its floor.
# Each schedule gets below this floor when its rate becomes small.
# Step decay shows it best: the height falls as soon as the rate does.
#
# ## Whitening: making the valley round
#
# Instead of a better rule for a narrow valley, can we have a better valley?
# The valley is narrow because images vary much in some directions and little in others.
# So we change the inputs: we divide each image's part in each direction by how much the images vary there.
# This is called **whitening**. (cs231n's notes "Neural Networks Part 2" describe it.)
# The eigenvectors and eigenvalues come from the training images only.
#
# Very small eigenvalues belong to fine grain, and to divide by their roots would make this grain as large as everything else.
# So a constant is added to all eigenvalues.
# We take 2, which is $2\,\texttt{reg}\,C$.
# In the last part of this section you will see why.

# %%
whitening = directions / np.sqrt(eigenvalues + 2)  # (769, 769): a column for each new input
X_white, X_val_white = (rows @ whitening.astype(np.float32) for rows in [X, X_val])
REG_WHITE = 0.01
best_white = fit_optimum(X_white, y, REG_WHITE, tol=1e-7)
white = Problem(X_white, y, REG_WHITE, best_white.loss)
white_curvatures = np.linalg.eigvalsh(X_white.T.astype(float) @ X_white / len(X)) / 10 + 2 * REG_WHITE

# %% [markdown]
# Mind that this is another problem.
# The penalty now is on the weights of the new inputs.
# So the optimum is another one, with another loss, and it gives other answers.
# `reg` has another meaning, too: we take 0.01.
# It makes no sense to compare losses here.
# But we can compare how fast each problem is solved, each from *its own* zero line.
# The learning rate is in both cases 1 divided by the largest curvature at `W = 0`.
#
# There is a cheaper way, too: to **standardize** is to divide each pixel by its own standard deviation on the training images.
# (The mean was subtracted already.)
# Does it make the valley rounder, too?

# %% tags=["nbval-ignore-output"]
deviations = np.append(X[:, :-1].std(axis=0), 1)
standard_curvatures = np.linalg.eigvalsh((X / deviations).T @ (X / deviations) / len(X)) / 10 + 2 * REG
valleys = {"raw pixels": curvatures, "standardized": standard_curvatures, "whitened": white_curvatures}
for name, values in valleys.items():
    ratio = values[-1] / values[0]
    print(f"{name:13} curvatures {values[0]:.2f} to {values[-1]:6.2f}, condition number {ratio:.0f}")
print(f"standard deviations of the pixels: {deviations[:-1].min():.2f} to {deviations[:-1].max():.2f}")

# %% tags=["claim"]
ratios = {name: values[-1] / values[0] for name, values in valleys.items()}
assert ratios["whitened"] < 8 < 60 < ratios["standardized"] and ratios["raw pixels"] > 80

# %% [markdown]
# **Predict, then run.**
# The condition number of the raw pixels is about 110, and that of the whitened ones is about
# 6. Gradient descent on the whitened pixels takes 10 steps.
#    After how many steps has gradient descent on the raw pixels come as near to its own optimum?
# - (a) After about 10, too.
# - (b) After about 30.
# - (c) Not even after 60.

# %% tags=["guess"]
guess = "c"  # "a", "b" or "c"
check.guess("12-white", guess)

# %%
_, on_raw = train(raw, optim.sgd, 1 / curvatures[-1])
_, on_white = train(white, optim.sgd, 1 / white_curvatures[-1])

# %%
fig, axes = plt.subplots(1, 2, figsize=(10.5, 4.2), layout="constrained")
for k, (name, values) in enumerate(valleys.items()):
    style = {"color": vis_utils.COLOURS[k], "linestyle": vis_utils.DASHES[k]}
    axes[0].semilogy(np.arange(1, 770), values[::-1] / values[0], label=name, **style)
axes[0].set(xscale="log", xlabel="direction (the largest first)", ylabel="curvature / smallest curvature")
axes[0].set_title("Three valleys")
axes[0].legend()
descents = {"raw pixels": (on_raw[0], on_raw[2]), "whitened pixels": (on_white[0], on_white[2])}
vis_utils.plot_race(descents, "steps of gradient descent, all images", ax=axes[1])
axes[1].set(ylabel="loss minus its own lowest (nats)", title="Each above its own optimum")
vis_utils.show("""Two panels. Left, curvatures relative to the smallest one, on log axes: raw and standardized
    pixels begin above 100 and fall steeply; whitened pixels begin near 6 and fall slowly. Right, height above
    the own lowest loss: gradient descent on raw pixels is above 0.01 after 60 steps, and on whitened pixels
    below 0.000001 after about 25.""")

# %% tags=["claim"]
assert on_white[2][on_white[0] >= 10][0] < on_raw[2, -1] / 5

# %% [markdown]
# Whitening helps gradient descent more than momentum did.
# Dividing each pixel by its own deviation hardly helps, because all pixels vary about as much.
# What makes the valley narrow is that they vary *together*.
# Adam rescales each weight by itself, so in this respect it is like standardizing.
#
# Does whitening also give better answers?
# That is another matter: it is decided by the optimum, and not by the way to it.

# %% tags=["nbval-ignore-output"]
right_white = 100 * np.mean(np.argmax(X_val_white @ best_white.W, axis=1) == y_val)
print(f"right answers on validation images: raw {right['optimum']:.1f} %, whitened {right_white:.1f} %")

# %% tags=["claim"]
assert abs(right_white - right["optimum"]) < 5

# %% [markdown]
# ### The same loss in a round valley
#
# Can we have the round valley *and* the old problem?
# Yes: we change only the coordinates.
# The scores `X @ W` stay the same if `X` is whitened, and `W` becomes `whitening @ W_white`.
# We keep the old penalty, on `W`, so the loss is the same function in other coordinates.
# By the chain rule, the gradient with respect to `W_white` is `whitening.T @ dW`.
# A step in the new coordinates, brought back to the old ones, is then `W - learning_rate * whitening @ (whitening.T @ dW)`.
# At `W = 0`, the curvature in the new coordinates is
#
# $$\frac{\lambda / C + 2\,\texttt{reg}}{\lambda + 2\,\texttt{reg}\,C} = \frac{1}{C}$$
#
# in all directions: with the constant $2\,\texttt{reg}\,C$, the valley is perfectly round there.
# We use half of the best rate for this place, because elsewhere the curvature can be larger.

# %%
both_ways = (whitening @ whitening.T).astype(np.float32)


def round_step(w, dw, config):
    """Return (next_w, config) after a step of gradient descent in whitened coordinates."""
    return optim.sgd(w, both_ways @ dw, config)


_, on_round = train(raw, round_step, 0.5 * 10)

# %%
same_loss = {"gradient descent": on_raw, "in whitened coordinates": on_round, "fit_optimum": race["fit_optimum"]}
vis_utils.plot_race({name: (curve[0], curve[2]) for name, curve in same_loss.items()})
plt.title("The same loss, and the same zero line")
vis_utils.show("""Height above one and the same lowest loss against passes. Gradient descent is above 0.01
    after 60 passes. In whitened coordinates it falls below 0.00001 within about 20. fit_optimum does so
    within ten.""")

# %% tags=["claim"]
assert on_round[2][on_round[0] >= 20][0] < min(1e-4, race["momentum"][2, -1]) < 1e-3 < on_raw[2, -1]

# %% [markdown]
# `fit_optimum` does this, too.
# Its first guess of the curvature is nearly the inverse of `both_ways`, divided by $C$.
# (It is estimated from a part of the images.)
# So it walks in a valley that is nearly round, and learns what is left from its own steps.
#
# ## Questions

# %% [markdown]
# **1.** The condition number of a valley is 10,000 instead of 100.
# How many times as many steps do gradient descent and momentum need, with the best settings?
#
# <details><summary>Answer</summary>
#
# A step of gradient descent multiplies the distance by $(\kappa - 1)/(\kappa + 1)$, which is about $1 - 2/\kappa$.
# So it needs about 100 times as many steps.
# Momentum's factor has $\sqrt\kappa$ in place of $\kappa$.
# The root grows from 10 to 100, so momentum needs about 10 times as many steps.
#
# </details>

# %% [markdown]
# **2.** A friend trains with SGD at a constant rate.
# For the last 20 passes, the loss hasn't become lower.
# Is training finished?
#
# <details><summary>Answer</summary>
#
# Probably it has reached its noise floor, which isn't the lowest loss.
# Lower the learning rate: if the loss falls at once, it was the floor.
# (For a convex loss with a penalty, the certificate of notebook 10 tells how much is still possible.)
#
# </details>

# %% [markdown]
# **3.** Somebody shows that a new rule beats Adam, with the learning rate 0.001 for both.
# What do you ask?
#
# <details><summary>Answer</summary>
#
# Whether each rule had its own search for the learning rate.
# The number 0.001 means something else in each rule: in the race with mini-batches, the best rates were between 0.0001 and 0.01.
# One should also ask whether the schedules, the batch sizes and the numbers of passes are the same.
#
# </details>

# %% [markdown]
# **4.** You multiply all pixels by 10.
# What happens to the path of gradient descent, and what to Adam's?
#
# <details><summary>Answer</summary>
#
# The same scores need weights that are a tenth.
# The gradient of the data loss is ten times as large.
# So gradient descent needs a rate that is a hundredth (notebook 6).
# Adam divides by the size of the gradient, so the length of its steps stays the same (except for the penalty's part in the gradient), and the weights only have to go a tenth of the way.
# So it needs about a tenth of the rate.
#
# </details>

# %% [markdown]
# ## What you showed
# - The curvature of the loss can be computed from the pixels.
#   Its condition number decides how fast gradient descent is.
# - With exact gradients, momentum is far ahead of gradient descent per pass, and a method that is told the curvature is far ahead of momentum per pass.
# - With batches of 200 images, SGD, momentum, RMSProp and Adam are close to each other, if each has its own rate.
# - At a constant rate, SGD ends on a noise floor, which is about proportional to the rate.
#   A schedule gets below it.
# - Whitening makes the valley round, and plain gradient descent is fast in it.
#
# Sources: [cs231n notes, "Neural Networks Part 3"](https://cs231n.github.io/neural-networks-3/); B.
# Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Y.
# Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)", 1983; D.
# Kingma and J.
# Ba, "Adam: a method for stochastic optimization", ICLR 2015; L.
# Bottou, F.
# Curtis and J.
# Nocedal, "Optimization methods for large-scale machine learning", SIAM Review 60, 2018; I.
# Loshchilov and F.
# Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
#
# **Next:** back to [the map of the notebooks](README.md).
# Or change something here: repeat the race of batches with a weaker penalty, such as `REG = 0.01`.
# The valley is then ten times as narrow.
# Go back to [notebook 6](06_sgd.ipynb) for SGD, to [notebook 7](07_hyperparameters.ipynb) for the search of rates, and to [notebook 10](10_the_best_linear_classifier.ipynb) for the certificate.
