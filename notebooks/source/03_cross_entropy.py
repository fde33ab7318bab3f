# %% [markdown]
# # 3. Cross-entropy: how wrong is a probability?
#
# Softmax gives every class a probability. The loss says how bad those probabilities are, given the label. It is one
# logarithm, and this notebook is about why it is that one.
#
# **What you'll learn**
# - cross-entropy, KL divergence and negative log-likelihood, and why they are the same thing here;
# - how to compute the loss of one example straight from the scores, without ever computing a probability;
# - what the loss is before any training, at best and at worst;
# - why the logarithm and not the squared error: what becomes of the gradient when the classifier is sure and wrong;
# - what regularization means in the language of probability.
#
# *Before you start:* notebook 2; the gradient as the direction of steepest ascent. *Time:* about 70 minutes.
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
from cs231n_softmax.classifiers import softmax_loss_vectorized
from cs231n_softmax.classifiers.softmax import softmax

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %% [markdown]
# ## What should the probabilities have been?
#
# All of it on the true class. A label $y$ is itself a distribution, the **one-hot** one: $t_j = [j = y]$. The
# gap between what we say, $p$, and what is, $t$, can be measured in three ways that have different names. (Call $-\log p_j$ the
# *surprise* of someone who believes $p$ and sees class $j$.)
#
# - **cross-entropy**: $-\sum_j t_j \log p_j$, the mean surprise of someone who believes $p$ when $t$ is true;
# - **Kullback-Leibler divergence**: $\sum_j t_j \log (t_j / p_j)$, the same less the surprise that can't be avoided;
# - **negative log-likelihood**: $-\log p_y$, how improbable the model finds what was seen.

# %%
p = softmax(np.array([3.2, 5.1, -1.7]))
y = 0
t = np.eye(3)[y]
cross_entropy = -np.sum(t * np.log(p))
kl_divergence = np.sum(t[t > 0] * np.log(t[t > 0] / p[t > 0]))
negative_log_likelihood = -np.log(p[y])
print(np.round([cross_entropy, kl_divergence, negative_log_likelihood], 4))

# %%
assert np.allclose([cross_entropy, kl_divergence], negative_log_likelihood)

# %% [markdown]
# All the same, because someone who believes a one-hot $t$ is never surprised by it (its *entropy* is 0), and only the term of the
# true class is left. So the loss of one example is
#
# $$L_i = -\log p_{y_i}.$$
#
# ## Cat, car, frog
#
# The scores (3.2, 5.1, −1.7) are from a well-known lecture slide, for an image of a **cat**. The probabilities are (0.13,
# 0.87, 0.00), so the loss is $-\log 0.13$. The slide says 0.89, because it used the logarithm to base 10. With the
# natural one, which all code uses, it is 2.04; the unit is then called a *nat*.

# %%
print(f"natural logarithm {-np.log(p[0]):.2f} nats, to base 10 {-np.log10(p[0]):.2f}")
assert p.round(2).tolist() == [0.13, 0.87, 0.0]
assert round(-np.log(p[0]), 2) == 2.04 and round(-np.log10(p[0]), 2) == 0.89

# %% [markdown]
# The multiclass SVM's **hinge loss** asks for something else: that the true class leads every other by a margin of 1. The car leads the cat
# instead, so it costs 5.1 − 3.2 + 1 = 2.9; the frog is far behind and costs nothing. Notebook 9 compares the two losses.

# %%
s = np.array([3.2, 5.1, -1.7])
hinge = np.maximum(0, s - s[0] + 1)[1:].sum()
print(f"hinge loss {hinge:.1f}")
assert round(hinge, 1) == 2.9

# %% [markdown]
# ## Why a logarithm?
#
# The probability of *all* labels is the product of the single ones, if the images are independent. The best model is the
# one that makes it largest: **maximum likelihood**. But a product of many numbers below one soon is too small for a 64-bit number:

# %%
many = np.full(1000, 0.1)
print("product of 1,000 probabilities of 0.1:", np.prod(many))
print("sum of their logarithms:", np.log(many).sum().round(3))

# %%
assert np.prod(many) == 0 and np.isclose(np.log(many).sum(), 1000 * np.log(0.1))

# %% [markdown]
# The logarithm turns the product into a sum, which any computer can add up. And because it is *monotonic*
# (it never changes which of two numbers is larger), whatever maximizes the sum of the logs maximizes the product. Turn the
# sign round, divide by N, and maximizing the likelihood has become **minimizing the mean of $-\log p_{y_i}$**.
#
# Climbing the one is descending the other. Here are gradient ascent on the mean log-likelihood, written out, and gradient descent
# on the loss, for which we borrow a function that notebooks 4 and 5 are about: it returns the loss and its gradient by `W`.

# %%
X, y_dev = data["X_dev"].astype(np.float64), data["y_dev"]
onehot = np.eye(10)[y_dev]
W_up = W_down = np.zeros((3073, 10))
climbed, descended = [], []
for _ in range(20):
    probs = softmax(X @ W_up)
    climbed.append(np.log(probs[onehot == 1]).mean())
    W_up = W_up + 1e-6 * X.T @ (onehot - probs) / len(X)
    loss, dW = softmax_loss_vectorized(W_down, X, y_dev, reg=0.0)
    descended.append(loss)
    W_down = W_down - 1e-6 * dW

# %%
assert np.allclose(W_up, W_down, rtol=1e-6, atol=1e-12) and np.allclose(climbed, -np.array(descended))
assert climbed == sorted(climbed) and descended == sorted(descended, reverse=True)
assert softmax_loss_vectorized(W_down, X, y_dev, 0.0)[0] < np.log(10)
print("both ways lead to the same W")

# %% [markdown]
# ## The loss straight from the scores
#
# Putting softmax into $-\log p_y$, the exponential of the true class and the logarithm cancel:
#
# $$L_i = -\log \frac{e^{s_y}}{\sum_j e^{s_j}} = -s_y + \log \sum_j e^{s_j}.$$
#
# This form is not just shorter. When a class is so improbable that its probability *underflows* to 0, the logarithm of the
# probability is minus infinity. The second form never computes the probability, and is right:

# %%
s = np.array([800.0, 0.0])
with np.errstate(divide="ignore"):
    print("by way of the probability:", -np.log(softmax(s)[1]))
print("straight from the scores: ", -s[1] + (s.max() + np.log(np.exp(s - s.max()).sum())))

# %% [markdown]
# (The second term, the *log-sum-exp*, takes the largest score out first, as the stable softmax does:
# $\log\sum_j e^{s_j} = m + \log\sum_j e^{s_j - m}$.)
#
# ### Exercise: the loss of one example
# From the scores, stable, without computing probabilities.

# %%
def my_loss(scores, y):
    """Return the loss (a number, in nats) of one example with scores (C,) and true class y.

    -s[y] + log(sum_j exp(s_j))
    """
    ### BEGIN SOLUTION
    shifted = scores - scores.max()
    return np.log(np.exp(shifted).sum()) - shifted[y]
    ### END SOLUTION


# %% points=10
check.cross_entropy(my_loss).require()

# %% [markdown]
# Yours on real images is what the suite computes for the whole batch:

# %%
W = 1e-3 * np.random.default_rng(0).standard_normal((3073, 10))
mine = np.mean([my_loss(scores, label) for scores, label in zip(X @ W, y_dev, strict=True)])
theirs, _ = softmax_loss_vectorized(W, X, y_dev, reg=0.0)
assert np.isclose(mine, theirs)
print("the mean of your losses is the loss of the batch")

# %% [markdown]
# ## What values to expect
#
# A picture of $-\log p$: no loss when the true class has all the probability, a little when it has most, and more and more
# without bound as it gets less.

# %% alt="The loss, minus the logarithm of the true class's probability, against that probability: 0 at probability 1, 2.30 at one tenth, growing without bound towards 0"
p = np.linspace(0.001, 1, 500)
fig, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
ax.plot(p, -np.log(p), color=vis_utils.COLOURS[0])
ax.plot(0.1, np.log(10), "s", color=vis_utils.COLOURS[1], label="ten classes, no idea: log 10 = 2.30")
ax.set(xlabel="probability of the true class", ylabel="loss (nats)", title="Cross-entropy")
ax.legend()
plt.show()

# %% [markdown]
# - **At the start**, with `W` near zero, all classes are equally likely: $p = 1/C$, and the loss is $\log C$, **2.302585**
#   for ten classes. That is the first sanity check of any classifier.
# - **At best** it is 0, **at worst** unbounded. On paper neither is ever reached.

# %% tags=["nbval-ignore-output"]
W_small = 1e-4 * np.random.default_rng(0).standard_normal((3073, 10))
start, _ = softmax_loss_vectorized(W_small, X, y_dev, reg=0.0)
print(f"loss at the start {start:.4f}, log 10 = {np.log(10):.6f}")
assert abs(start - np.log(10)) < 0.05 * np.log(10)

# %% [markdown]
# ## Never satisfied
#
# Jiggle the scores of an image that is classified right, with a good lead. The SVM doesn't notice, as long as the lead is more
# than 1. Softmax always wants more: a larger lead always costs a little less.

# %%
for s in [np.array([5.0, 1.0, 0.0]), np.array([5.3, 0.8, 0.1]), np.array([9.0, 1.0, 0.0])]:
    hinge = np.maximum(0, s[1:] - s[0] + 1).sum()
    assert hinge == 0 < my_loss(s, 0)
    print(f"scores {s}: hinge {hinge:.1f}, softmax {my_loss(s, 0):.4f}")

# %% tags=["nbval-ignore-output"]
@ipywidgets.interact(lead=ipywidgets.FloatSlider(value=2, min=-5, max=10, step=0.5))
def show(lead):
    print(f"hinge {max(0, 1 - lead):.1f}, softmax {my_loss(np.array([lead, 0.0]), 0):.4f}")


# %% [markdown]
# (The slider needs a running kernel. The figure shows the same: both losses against the lead, for two classes.)

# %% alt="Hinge and softmax loss against the lead of the true class, two classes: both fall with slope near -1 on the left; the hinge is exactly 0 from a lead of 1 on, softmax stays above 0"
lead = np.linspace(-4, 6, 200)
fig, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
ax.plot(lead, np.maximum(0, 1 - lead), color=vis_utils.COLOURS[1], linestyle="--", label="hinge")
ax.plot(lead, np.log1p(np.exp(-lead)), color=vis_utils.COLOURS[0], label="softmax")
ax.set(xlabel="lead of the true class (score)", ylabel="loss", title="Satisfied from 1 on, and never satisfied")
ax.legend()
plt.show()

# %% [markdown]
# ## Why not the squared error?
#
# One could compare the probabilities with the one-hot target by squared error, $\sum_j (p_j - t_j)^2$. It is 0 for a perfect
# answer too. The trouble is at the other end. Let a **wrong** class lead the true one by more and more, and look at both
# losses and at their derivatives.
#
# With two classes and a wrong lead of $d$, the true class has $p = \sigma(-d)$. Cross-entropy is $\log(1 + e^d)$ with derivative
# $1 - p$. Squared error is $2(1-p)^2$ with derivative $4\,p\,(1-p)^2$.

# %%
d = np.linspace(-6, 14, 401)
p = 1 / (1 + np.exp(d))
losses = {"cross-entropy": np.logaddexp(0, d), "squared error": 2 * (1 - p) ** 2}
slopes = {"cross-entropy": 1 - p, "squared error": 4 * p * (1 - p) ** 2}

# %% alt="Two panels against the lead of a wrong class. Loss: cross-entropy grows along a straight line, squared error levels off at 2. Slope: cross-entropy's rises to 1 and stays, squared error's peaks near a lead of 0.7 and falls back to 0"
fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for ax, curves, title in zip(axes, [losses, slopes], ["loss", "derivative of the loss"], strict=True):
    for k, (name, values) in enumerate(curves.items()):
        ax.plot(d, values, color=vis_utils.COLOURS[k], linestyle=vis_utils.DASHES[k], label=name)
    ax.set(xlabel="lead of the wrong class (score)", ylabel=title, title=title.capitalize())
    ax.legend()
plt.show()

# %% [markdown]
# Where the classifier is confidently wrong, on the right, cross-entropy is about a straight line: the exponential of
# softmax and the logarithm of the loss cancel, and the slope stays near 1. It says *change this, now*. Squared error
# **saturates**: it knows that the answer is terrible, but its slope is almost 0, so gradient descent leaves it as it is. In
# figures, at a wrong lead of 10:

# %%
at_ten = np.argmin(np.abs(d - 10))
kept = {name: slope[at_ten] / slope.max() for name, slope in slopes.items()}
print({name: f"{value:.5f} of its largest slope" for name, value in kept.items()})
assert kept["squared error"] < 1e-3 and kept["cross-entropy"] > 0.99

# %% [markdown]
# Check the derivatives that we claimed:

# %%
h = 1e-6
p_at = lambda d: 1 / (1 + np.exp(d))
numerical = (2 * (1 - p_at(d + h)) ** 2 - 2 * (1 - p_at(d - h)) ** 2) / (2 * h)
assert np.allclose(numerical, slopes["squared error"], atol=1e-8)
assert np.allclose((np.logaddexp(0, d + h) - np.logaddexp(0, d - h)) / (2 * h), slopes["cross-entropy"], atol=1e-8)
print("both derivatives are right")

# %% [markdown]
# ## Regularization, in the language of probability
#
# Minimizing the mean of $-\log p_{y_i}$ is maximum likelihood: it asks which `W` makes the labels most probable. One may also
# have an opinion about `W` before seeing any data, a **prior**: large weights are improbable. Asking which `W` is most
# probable *given* the data adds the logarithm of the prior: **maximum a posteriori**.
#
# $$-\log P(W \mid \text{data}) = \underbrace{-\sum_i \log p_{y_i}}_{\text{negative log-likelihood}} - \log P(W) + \text{const}$$
#
# | prior on each weight | $-\log P(W)$ | penalty |
# |---|---|---|
# | Gaussian, $\propto e^{-w^2/2\tau^2}$ | $\sum w^2 / 2\tau^2$ | **L2**: $\texttt{reg}\sum w^2$, with $\texttt{reg} = 1/(2\tau^2 N)$ |
# | Laplace, $\propto e^{-\lvert w\rvert/b}$ | $\sum \lvert w\rvert / b$ | **L1**: $\texttt{reg}\sum \lvert w\rvert$, with $\texttt{reg} = 1/(bN)$ |
#
# (The $N$ is there because our loss is a mean.) Both pull weights towards zero, in different ways: the L2 pull is
# $2\,\texttt{reg}\,w$, strong on large weights and vanishing on small ones; the L1 pull has the same strength on all, and
# takes small ones all the way to 0.
#
# We train both on the same images. For L1, each step of gradient descent on the data is followed by the exact effect of the
# penalty: every weight moves towards 0 by the same amount and stops there (*soft thresholding*). The two strengths have different
# units and are chosen so that both effects can be seen.

# %%
def train_with(penalty, strength, steps=150, rate=2e-6):
    """Gradient descent on 2,000 images from W = 0 with penalty "L1" or "L2"; return W (3073, 10)."""
    X, y, W = data["X_train"][:2000], data["y_train"][:2000], np.zeros((3073, 10), np.float32)
    for _ in range(steps):
        _, dW = softmax_loss_vectorized(W, X, y, strength if penalty == "L2" else 0.0)
        W = W - rate * dW
        if penalty == "L1":
            W = np.sign(W) * np.maximum(0, np.abs(W) - rate * strength)
    return W


# %%
weights = {"none": train_with("none", 0.0), "L2": train_with("L2", 3e3), "L1": train_with("L1", 2.0)}
zeros = {name: np.mean(W == 0) for name, W in weights.items()}
largest = {name: np.abs(W).max() for name, W in weights.items()}
assert zeros["L1"] > 0.3 and zeros["L2"] < 0.01 and zeros["none"] < 0.01
assert largest["L2"] < 0.8 * largest["none"]

# %% tags=["nbval-ignore-output"]
for name in weights:
    print(f"{name:5} {100 * zeros[name]:4.1f} % of the weights are 0, the largest is {largest[name]:.6f}")
assert softmax_loss_vectorized(weights["none"], data["X_train"][:2000], data["y_train"][:2000], 0.0)[0] < 2

# %% alt="Histograms of the trained weights on a logarithmic count axis: without penalty wide, with L2 narrower, with L1 a tall spike at exactly zero and tails"
fig, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True, sharex=True, layout="constrained")
for ax, (name, W), color in zip(axes, weights.items(), vis_utils.COLOURS, strict=False):
    ax.hist(1e4 * W.ravel(), bins=np.linspace(-3, 3, 62), color=color, log=True)
    ax.set(title=f"penalty: {name}", xlabel="weight (times 10,000)")
axes[0].set_ylabel("number of weights")
plt.show()

# %% [markdown]
# Without penalty the weights spread. L2 draws the whole distribution together. L1 puts most of the weights at
# exactly zero, and lets those that matter most stand: under a Laplace prior, with its kink at 0, the *most probable* `W` is
# sparse.
#
# ## Questions
#
# **1.** The first loss that your classifier prints is 2.3. After a change it is 4.6. What could be wrong?
#
# <details><summary>Answer</summary>
#
# With ten classes and small weights it has to be $\log 10 = 2.3$. 4.6 is twice that: perhaps the loss is counted twice, or divided
# by half of the batch; perhaps `W` is no longer small (its scale, or unnormalised pixels), so that the classifier is
# confidently wrong; perhaps a regularization term is included.
# </details>
#
# **2.** A classifier is right on all images, each with probability 0.51. What is its loss? And one that is right on 90 % with
# probability 0.99, and gives the true class 0.0001 on the rest?
#
# <details><summary>Answer</summary>
#
# $-\log 0.51 = 0.67$. The other: $0.9 \cdot 0.01 + 0.1 \cdot 9.2 = 0.93$. The less accurate one has the larger loss here, but it
# needn't: loss and accuracy are different things, and a few confident mistakes are expensive.
# </details>
#
# **3.** Can the loss of one example ever be exactly 0?
#
# <details><summary>Answer</summary>
#
# Not on paper: $p_y = 1$ would need an infinite lead. On a computer yes: from a lead of about 37 on, $1 + e^{-37}$ is rounded to 1,
# and its logarithm is 0. (The exercise checks it for a lead of 800.)
# </details>
#
# ## What you showed
# - With a one-hot target, cross-entropy, KL divergence and negative log-likelihood are one: $-\log p_y$.
# - $-s_y + \log\sum_j e^{s_j}$ is the same without a probability, and survives any scores.
# - It starts at $\log C$, is never quite 0, and stays steep where the classifier is sure and wrong.
# - L2 is a Gaussian prior, L1 a Laplace prior; L1 makes weights exactly zero.
#
# **Next:** [4. The gradient](04_gradient.ipynb): which way is down.
