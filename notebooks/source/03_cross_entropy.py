# %% [markdown]
# # 3. Cross-entropy: how wrong is a probability?
#
# Softmax gives every class a probability.
# The loss is a number that tells how bad these probabilities are for an image whose class we know.
# The loss of the softmax classifier is a logarithm, and this notebook shows why.
#
# **What you'll learn**
# - cross-entropy, KL divergence and negative log-likelihood, and why they are the same number here;
# - how to compute the loss of one example from its scores, without computing a probability;
# - what the loss is before any training, at best and at worst;
# - why we use a logarithm and not the squared error: what happens to the slope when the classifier is sure and wrong;
# - why large weights get a penalty, and what the full loss is.
#
# *Before you start:* notebook 2; the gradient as the direction of steepest ascent.
# *Time:* about 60 minutes.
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
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import Softmax, softmax_loss_vectorized
from cs231n_softmax.classifiers.softmax import softmax

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %% [markdown]
# ## What should the probabilities have been?
#
# A classifier looks at the picture of a **cat**.
# It gives the scores 3.2 for cat, 5.1 for car and −1.7 for frog.
# Softmax makes probabilities of these scores:

# %%
names = ["cat", "car", "frog"]
cat_scores = np.array([3.2, 5.1, -1.7])
p = softmax(cat_scores)
print("the classifier gives", p.round(2))

# %% [markdown]
# The best answer would have been 1 for cat and 0 for the two other classes: $t = (1, 0, 0)$.
# These numbers aren't negative, and they add up to 1, as probabilities do.
# An array of such numbers is called a *distribution*.
# The distribution $t$ is called **one-hot**, because a single entry is 1.
# For a label $y$, its entries are $t_j = [j = y]$: 1 where $j$ is the true class, and 0 elsewhere.
#
# How far is $p$ from $t$?
# A useful word is *surprise*.
# Suppose that you give class $j$ the probability $p_j$, and then you see class $j$.
# Your surprise is $-\log p_j$.
# It is 0 for $p_j = 1$, and large for a small $p_j$.
# Three measures, with three names, are made from it:
#
# - **cross-entropy**: $-\sum_j t_j \log p_j$.
#   Suppose that labels are drawn at random with the true probabilities $t$, but you believe the probabilities $p$.
#   Then the cross-entropy is the mean of your surprises.
# - **Kullback-Leibler divergence** (KL divergence): $\sum_j t_j \log (t_j / p_j)$.
#   It is the cross-entropy minus the *entropy* of $t$, which is $-\sum_j t_j \log t_j$.
#   The entropy is the mean surprise of someone who believes the true probabilities $t$.
#   (Where $t_j$ is 0, the term counts as 0.)
# - **negative log-likelihood**: $-\log p_y$.
#   It is your surprise at the true label.
#   (The section "Why a logarithm?" explains the name.)

# %%
y = 0
t = np.eye(3)[y]
seen = t > 0  # where t is 0, the term counts as 0
print(f"cross-entropy           {-np.sum(t * np.log(p)):.4f}")
print(f"entropy of t            {np.sum(t[seen] * np.log(1 / t[seen])):.4f}")
print(f"KL divergence           {np.sum(t[seen] * np.log(t[seen] / p[seen])):.4f}")
print(f"negative log-likelihood {-np.log(p[y]):.4f}")

# %% tags=["claim"]
three_ways = [-np.sum(t * np.log(p)), np.sum(t[seen] * np.log(t[seen] / p[seen])), -np.log(p[y])]
assert np.allclose(three_ways, 2.0404, atol=1e-4) and p.round(2).tolist() == [0.13, 0.87, 0.0]

# %% [markdown]
# The three measures are equal here.
# The entropy of a one-hot $t$ is 0: someone who believes $t$ gives the true class the probability 1, and the surprise $-\log 1$ is 0.
# And in the sums, only the term of the true class is left.
# An image with its label is called an *example*.
# Let $y_i$ be the label of example $i$, and $p$ the probabilities for its image.
# The loss of this example is
#
# $$L_i = -\log p_{y_i}.$$
#
# ## Cat, car, frog
#
# The scores of our cat come from a well-known lecture slide.
# The slide gives the loss as 0.89, because it used the logarithm to base 10.
# Code for this loss uses the natural logarithm.
# With it, the loss is 2.04.
# A loss that is computed with the natural logarithm has the unit *nat*.

# %%
print(f"natural logarithm {-np.log(p[0]):.2f} nats, to base 10 {-np.log10(p[0]):.2f}")

# %% tags=["claim"]
assert round(-np.log(p[0]), 2) == 2.04 and round(-np.log10(p[0]), 2) == 0.89

# %% [markdown]
# How does the loss change with the scores?
# If you have opened the notebook so that you can run its cells, move the three sliders.
# The hatched bar is the probability of the true class, which is the cat, and the loss stands above the bars.

# %% tags=["nbval-ignore-output"]
slider = {"min": -5, "max": 10, "step": 0.1}


@ipywidgets.interact(
    cat=ipywidgets.FloatSlider(value=3.2, **slider),
    car=ipywidgets.FloatSlider(value=5.1, **slider),
    frog=ipywidgets.FloatSlider(value=-1.7, **slider),
)
def live_bars(cat, car, frog):
    ax = vis_utils.show_scores([cat, car, frog], 0, names)
    vis_utils.show(f"""Three bars: the probabilities of cat, car and frog at the scores {cat:.1f}, {car:.1f} and
        {frog:.1f}. The cat is the true class, and above the bars stands: {ax.get_title()}""")


# %% [markdown]
# The next figure shows four positions of the first slider: the cat's score is 0, 3.2, 5.1 and 8.
# The scores of the car and the frog stay as they are.
# When the cat's probability is near 0, the loss is large.
# When it is near 1, the loss is near 0.

# %%
fig, axes = plt.subplots(1, 4, figsize=(9.4, 3), sharey=True, layout="constrained")
for ax, cat in zip(axes, [0, 3.2, 5.1, 8], strict=True):
    vis_utils.show_scores([cat, 5.1, -1.7], 0, names, ax=ax)
    ax.label_outer()
fig.suptitle("The cat's score rises: its probability rises, and the loss falls")
vis_utils.show("""Four bar charts of the probabilities of cat, car and frog. The cat's score rises from 0 to
    3.2, 5.1 and 8. Its probability rises from 0.01 to 0.13, 0.50 and 0.95, the car's falls, and the loss falls
    from 5.11 to 2.04, 0.69 and 0.05""")

# %% tags=["claim"]
shown = [(softmax([cat, 5.1, -1.7])[0], -np.log(softmax([cat, 5.1, -1.7])[0])) for cat in [0, 3.2, 5.1, 8]]
assert np.round(shown, 2).tolist() == [[0.01, 5.11], [0.13, 2.04], [0.5, 0.69], [0.95, 0.05]]

# %% [markdown]
# There is another well-known loss, the **hinge loss** of the multiclass support vector machine (SVM).
# It uses no probabilities.
# This loss asks that the score of the true class is larger than every other score by at least 1.
# This 1 is called the *margin*.
# For every other class $j$, we compute its score plus 1.
# If that is larger than the score of the true class, the difference is added to the loss.
# So class $j$ costs $\max(0, s_j - s_y + 1)$.
# In our example the car is ahead, and it costs 5.1 − 3.2 + 1 = 2.9.
# The frog is far behind and costs nothing.
# Notebook 9 compares the two losses.

# %%
costs = np.maximum(0, cat_scores - cat_scores[y] + 1)
print(f"the car costs {costs[1]:.1f}, the frog {costs[2]:.1f}: hinge loss {costs[1] + costs[2]:.1f}")

# %% tags=["claim"]
assert np.allclose(costs[1:], [2.9, 0])

# %% [markdown]
# ## Why a logarithm?
#
# We want one number for *all* images.
# Let us assume that the images are independent of each other.
# Then the probability that the classifier gives to all labels together is a product, with one factor for each image.
# It is called the **likelihood**.
# The best `W` is the one with the largest likelihood: this rule is called **maximum likelihood**.
#
# A computer can't work with this product.
# With a thousand factors of 0.1 the result is smaller than any 64-bit number above 0, and so it becomes 0:

# %%
many = np.full(1000, 0.1)
print("product of 1,000 probabilities of 0.1:", np.prod(many))
print("sum of their logarithms:", np.log(many).sum().round(3))

# %% tags=["claim"]
assert np.prod(many) == 0 and np.isclose(np.log(many).sum(), 1000 * np.log(0.1))

# %% [markdown]
# The logarithm turns the product into a sum, and the sum is an ordinary number.
# The logarithm is also *monotonic*: the larger of two numbers has the larger logarithm.
# So the `W` with the largest sum of logarithms also has the largest product.
# Now we change the sign and divide by the number of images N.
# Then maximum likelihood means: **find the `W` with the smallest mean of $-\log p_{y_i}$**.
# This mean is our loss.
#
# So the largest likelihood and the smallest loss belong to the same `W`.
# The next cells take only 20 steps, so they don't reach the largest likelihood or the smallest loss.
# But they show that steps which raise the likelihood and steps which lower the loss lead to the same `W`.
# The *gradient* of a function holds its slopes, one for each number in `W`.
# It points in the direction in which the function grows fastest.
# **Gradient ascent** makes a function larger: it takes many small steps along the gradient.
# **Gradient descent** makes a function smaller: it takes small steps against the gradient.
# The next cell does both, with 20 steps each.
# A step is the gradient times 0.000001; such a factor is called the *learning rate*.
#
# The logarithm of the likelihood is called the *log-likelihood*.
# It is the sum of all $\log p_{y_i}$.
# The **ascent** makes the mean of these logarithms larger.
# You find the formula of its gradient in the cell.
# The **descent** makes the loss smaller.
# For its gradient, the cell calls the package's function.
# You will derive the formula in notebook 4, and write this function yourself in notebooks 4 and 5.
# (The argument `reg=0.0` switches off a part of the loss that is explained at the end of this notebook.)

# %%
X, y_dev = data["X_dev"].astype(np.float64), data["y_dev"]
onehot = np.eye(10)[y_dev]
W_up = W_down = np.zeros((3073, 10))
log_likelihoods, losses_down = [], []
for _ in range(20):
    probs = softmax(X @ W_up)
    log_likelihoods.append(np.log(probs[onehot == 1]).mean())
    W_up = W_up + 1e-6 * X.T @ (onehot - probs) / len(X)
    loss, dW = softmax_loss_vectorized(W_down, X, y_dev, reg=0.0)
    losses_down.append(loss)
    W_down = W_down - 1e-6 * dW

# %% tags=["nbval-ignore-output"]
for step in [0, 5, 10, 19]:
    print(f"step {step:2}: mean log-likelihood {log_likelihoods[step]:.4f}, loss {losses_down[step]:.4f}")
print("both ways lead to the same W:", np.allclose(W_up, W_down, rtol=1e-6, atol=1e-12))

# %% tags=["claim"]
assert np.allclose(W_up, W_down, rtol=1e-6, atol=1e-12) and np.allclose(log_likelihoods, -np.array(losses_down))
assert log_likelihoods == sorted(log_likelihoods) and losses_down == sorted(losses_down, reverse=True)
assert np.isclose(losses_down[0], np.log(10)) and losses_down[-1] < np.log(10)

# %% [markdown]
# The mean log-likelihood rises, and the loss falls.
# In each step, the loss is the mean log-likelihood with the opposite sign.
#
# ## The loss straight from the scores
#
# We put the formula of softmax into $-\log p_y$.
# The logarithm of a fraction is a difference, and the logarithm of $e^{s_y}$ is $s_y$:
#
# $$L_i = -\log \frac{e^{s_y}}{\sum_j e^{s_j}} = -s_y + \log \sum_j e^{s_j}.$$
#
# The second form is shorter.
# It is also safer, if we subtract the largest score first, as in notebook 2.
# In notebook 2 a very small probability could become exactly 0 (it *underflowed*).
# That did no harm there, because a probability of 0 is nearly right.
# Here we take its logarithm, and $-\log 0$ is infinity.
# The second form never computes the probability:

# %%
far_behind = np.array([800.0, 0.0])  # the true class is the second
with np.errstate(divide="ignore"):
    print("from the probability: ", -np.log(softmax(far_behind)[1]))
log_sum_exp = far_behind.max() + np.log(np.exp(far_behind - far_behind.max()).sum())
print("straight from the scores:", -far_behind[1] + log_sum_exp)

# %% tags=["claim"]
assert softmax(far_behind)[1] == 0 and -far_behind[1] + log_sum_exp == 800

# %% [markdown]
# The term $\log\sum_j e^{s_j}$ is called *log-sum-exp*.
# The code first subtracts the largest score $m$, as the stable softmax does, and adds it again outside of the logarithm: $\log\sum_j e^{s_j} = m + \log\sum_j e^{s_j - m}$.
#
# ### Exercise: the loss of one example
# Compute the loss from the scores.
# It has to be right for large scores, too, so don't compute the probabilities.

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
# Now we take real images and a random `W`.
# The mean of your losses is what the package computes for all images at once:

# %% tags=["nbval-ignore-output"]
W = 1e-3 * np.random.default_rng(0).standard_normal((3073, 10))
mine = np.mean([my_loss(scores, label) for scores, label in zip(X @ W, y_dev, strict=True)])
of_package, _ = softmax_loss_vectorized(W, X, y_dev, reg=0.0)
print(f"mean of your losses {mine:.6f}, the package's loss {of_package:.6f}")

# %% tags=["claim"]
assert np.isclose(mine, of_package)

# %% [markdown]
# ## What values to expect
#
# **Predict, then run.**
# The probability of the true class falls from 0.5 to 0.05: it becomes ten times smaller.
# What happens to the loss?
#
# - (a) It becomes ten times as large.
# - (b) It grows by about 2.3.
# - (c) It grows by 0.45, as much as the probability falls.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("03-tenfold", guess)

# %% [markdown]
# The figure shows the loss for every probability of the true class.
# The marks are tenfold steps, from 0.5 to 0.05 and 0.005.
# Each step costs the same, $\log 10 = 2.30$.

# %%
true_prob = np.linspace(0.001, 1, 500)
tenfold = np.array([0.5, 0.05, 0.005])
fig, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
ax.plot(true_prob, -np.log(true_prob), color=vis_utils.COLOURS[0])
ax.plot(tenfold, -np.log(tenfold), "s", color=vis_utils.COLOURS[1])
for prob in tenfold:
    ax.annotate(f"p = {prob}: {-np.log(prob):.2f}", (prob + 0.02, -np.log(prob) + 0.1))
ax.set(xlabel="probability p of the true class", ylabel="loss -log p (nats)", title="Loss of one example")
vis_utils.show("""The loss, minus the logarithm of the true class's probability, falls as this probability rises.
    It is 0 at probability 1 and grows without bound towards 0. Marked: 0.69 at 0.5, 3.0 at 0.05, 5.3 at 0.005""")

# %% tags=["claim"]
assert np.allclose(np.diff(-np.log(tenfold)), np.log(10))
assert np.allclose(-np.log(tenfold), [0.69, 3.00, 5.30], atol=5e-3)

# %% [markdown]
# These values help to see whether a loss can be right:
#
# - **At best** the loss is nearly 0.
#   On paper it is always larger than 0, but it can come as near to 0 as you like.
#   It can also become as large as you like.
# - **At `W` = 0** all scores are 0, and so all classes get the same probability $1/C$.
#   The loss is $\log C$.
#   For ten classes this is **2.302585**.
#   When you write a new loss function, compare it with this number first.
#
# Very small random weights give nearly the same loss.
# But how small is small enough?
# A score adds up 3,072 products of a weight and a pixel, and centred pixels reach up to 155.
# This is why large scores can come from small weights.
# The next cell tries four sizes; a size is the standard deviation of the random weights.
# The package has a method `train`, which trains a classifier (notebook 6).
# It begins with random weights of size 0.001.
# That is the last of the four sizes.

# %% tags=["nbval-ignore-output"]
noise = np.random.default_rng(0).standard_normal((3073, 10))
start = {}
for size in [0, 1e-6, 1e-4, 1e-3]:
    start[size], _ = softmax_loss_vectorized(size * noise, X, y_dev, reg=0.0)
    print(f"weights of size {size:<6}: scores of size {np.std(X @ (size * noise)):.4f}, loss {start[size]:.4f}")
print(f"log 10 = {np.log(10):.6f}; the largest pixel is {X[:, :-1].max():.0f}")
# one step of training; [0] is the loss before this step, and notebook 6 explains the arguments
first_loss = Softmax().train(X, y_dev, learning_rate=1e-9, reg=0.0, num_iters=1, batch_size=500, rng=0)[0]
print(f"first loss of Softmax().train, without penalty: {first_loss:.1f}")

# %% tags=["claim"]
assert np.isclose(start[0], np.log(10)) and abs(start[1e-4] - np.log(10)) < 0.05 * np.log(10)
assert 4 < start[1e-3] < 8 and np.std(X @ (1e-3 * noise)) > 2
assert 4 < first_loss < 8 and 100 < X[:, :-1].max() < 255
sure = softmax(X @ (1e-3 * noise))
assert sure.max(axis=1).mean() > 0.6 and np.mean(sure.argmax(axis=1) == y_dev) < 0.4

# %% [markdown]
# With weights of size 0.001 the scores differ by several units.
# The classifier is then sure of one class, and most of the time this class is wrong.
# That costs more than having no idea: the loss is above 5, and not 2.3.
# So a first loss of 5 or 6 during training is no mistake.
# To check a loss function, compute it at `W` = 0, or with weights of size 1e-6.
#
# ## The softmax loss is never 0
#
# The next cell looks at three images that are classified right.
# The first class is the true one, and its score is ahead of the others by 4 or more.
# The hinge loss is 0 for all of them: a lead of 1 is enough, and small changes of the scores change nothing.
# The softmax loss is never 0 there.
# A larger lead always costs a little less.

# %%
for s in [np.array([5.0, 1.0, 0.0]), np.array([5.3, 0.8, 0.1]), np.array([9.0, 1.0, 0.0])]:
    hinge = np.maximum(0, s[1:] - s[0] + 1).sum()
    print(f"scores {s}: hinge {hinge:.1f}, softmax {my_loss(s, 0):.4f}")

# %% tags=["claim"]
three = [np.array([5.0, 1.0, 0.0]), np.array([5.3, 0.8, 0.1]), np.array([9.0, 1.0, 0.0])]
assert all(np.maximum(0, s[1:] - s[0] + 1).sum() == 0 < my_loss(s, 0) for s in three)
assert my_loss(three[0], 0) > my_loss(three[1], 0) > my_loss(three[2], 0)

# %% [markdown]
# The figure has only two classes.
# It shows both losses for each lead of the true class; a negative lead means that the other class is ahead.

# %%
lead = np.linspace(-4, 6, 200)
fig, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
ax.plot(lead, np.maximum(0, 1 - lead), color=vis_utils.COLOURS[1], linestyle="--", label="hinge: 0 from 1 on")
ax.plot(lead, np.log1p(np.exp(-lead)), color=vis_utils.COLOURS[0], label="softmax: always above 0")
ax.axvline(1, color="grey", linestyle=":", linewidth=1)
ax.set(xlabel="lead of the true class (difference of the scores)", ylabel="loss", title="Two losses, two classes")
ax.legend()
vis_utils.show("""Hinge and softmax loss against the lead of the true class, two classes: both fall with slope
    near -1 on the left; the hinge is exactly 0 from a lead of 1 on, softmax stays above 0""")

# %% tags=["claim"]
softmax_slope = np.diff(np.log1p(np.exp(-lead))) / np.diff(lead)
assert (np.maximum(0, 1 - lead[lead > 1]) == 0).all() and (np.log1p(np.exp(-lead)) > 0).all()
assert (softmax_slope < 0).all() and -1 < softmax_slope[0] < -0.98

# %% [markdown]
# ## Why not the squared error?
#
# There is a simpler way to compare the probabilities with the one-hot array: the squared error $\sum_j (p_j - t_j)^2$.
# It is also 0 for a perfect answer.
# The difference lies in the bad answers.
#
# We take two classes.
# The *wrong* class is ahead by $d$, so the true class has the probability $p = 1 / (1 + e^d)$.
# The cross-entropy is $-\log p = \log(1 + e^d)$.
# For the squared error, compare the probabilities with what they should be.
# The true class has $p$ in place of 1, and the wrong class has $1 - p$ in place of 0.
# Both are off by $1 - p$.
# So the sum of the two squares is $2(1-p)^2$.
# The derivative of $p$ by $d$ is $-p\,(1-p)$.
# The chain rule then gives the slopes of both losses, that is, their derivatives by $d$:
#
# | | loss | slope |
# |---|---|---|
# | cross-entropy | $\log(1 + e^d)$ | $1 - p$ |
# | squared error | $2(1-p)^2$ | $4\,p\,(1-p)^2$ |
#
# The slope matters, because gradient descent takes steps that are proportional to it.
# Where the slope is nearly 0, almost nothing is learned.
#
# **Predict, then run.**
# The wrong class is ahead by 10, which is a terrible answer.
# How large is the slope of the squared error there, compared with its largest slope anywhere?
#
# - (a) It is the largest: the worst answers have the largest slope.
# - (b) About half.
# - (c) Less than a thousandth.

# %% tags=["guess"]
guess = "c"  # "a", "b" or "c"
check.guess("03-sure", guess)

# %%
d = np.linspace(-6, 14, 401)
p_true = 1 / (1 + np.exp(d))
curves = {"cross-entropy": np.logaddexp(0, d), "squared error": 2 * (1 - p_true) ** 2}
slopes = {"cross-entropy": 1 - p_true, "squared error": 4 * p_true * (1 - p_true) ** 2}

# %% [markdown]
# The left panel shows the two losses, the right panel shows their slopes.

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for ax, drawn, title in zip(axes, [curves, slopes], ["loss", "slope of the loss"], strict=True):
    for k, (name, values) in enumerate(drawn.items()):
        ax.plot(d, values, color=vis_utils.COLOURS[k], linestyle=vis_utils.DASHES[k], label=name)
    ax.set(xlabel="lead d of the wrong class", ylabel=title, title=title.capitalize())
    ax.legend()
vis_utils.show("""Two panels against the lead of a wrong class. Loss: cross-entropy grows along a straight
    line, squared error levels off at 2. Slope: cross-entropy's rises to 1 and stays, squared error's peaks
    near a lead of 0.7 and falls back to 0""")

# %%
at_ten = np.argmin(np.abs(d - 10))
for name, slope in slopes.items():
    print(f"{name}: at 10, {slope[at_ten] / slope.max():.5f} of the largest slope")
print(f"largest slope of the squared error: at a lead of {d[np.argmax(slopes['squared error'])]:.2f}")

# %% tags=["claim"]
assert slopes["squared error"][at_ten] < 1e-3 * slopes["squared error"].max()
assert slopes["cross-entropy"][at_ten] > 0.99
assert curves["squared error"].max() < 2 < curves["cross-entropy"].max()

# %% [markdown]
# On the right of both panels the classifier is sure and wrong.
# There the cross-entropy is nearly a straight line with slope 1.
# The reason is that softmax is made of exponentials, and the loss takes a logarithm, which undoes them.
# So the slope stays near 1, and gradient descent changes the scores of such a bad answer much.
# The squared error **saturates**: it comes close to 2, which it never reaches, and its curve is flat there.
# Its slope is nearly 0.
# Gradient descent would leave this terrible answer almost as it is.
#
# Were the formulas for the slopes right?
# We change $d$ by a tiny amount in both directions, divide the change of the loss by the change of $d$, and compare the result with the formulas:

# %%
squared_error = lambda d: 2 * (1 - 1 / (1 + np.exp(d))) ** 2
formulas = {"cross-entropy": lambda d: np.logaddexp(0, d), "squared error": squared_error}
h, apart = 1e-6, {}
for name, f in formulas.items():
    apart[name] = np.abs((f(d + h) - f(d - h)) / (2 * h) - slopes[name]).max()
    print(f"{name}: the two slopes agree to 1e-8: {apart[name] < 1e-8}")

# %% tags=["claim"]
assert max(apart.values()) < 1e-8

# %% [markdown]
# ## The full loss
#
# So far the loss looks only at scores.
# Different weights can give the same scores.
# Which of them shall we take?
# Here is an image with four pixels, all 1, and two choices for the weights of one class:

# %%
x_ones = np.array([1.0, 1.0, 1.0, 1.0])
choices = {"one large weight": np.array([1.0, 0, 0, 0]), "four small ones": np.array([0.25, 0.25, 0.25, 0.25])}
x_changed = x_ones + np.array([1, 0, 0, 0])  # one pixel is brighter
for name, w in choices.items():
    print(f"{name}: score {x_ones @ w:.2f}, sum of squares {np.sum(w**2):.2f}")
    print(f"    one pixel brighter: score {x_changed @ w:.2f}")

# %% tags=["claim"]
large, small = choices.values()
assert x_ones @ large == x_ones @ small == 1 and (large @ large, small @ small) == (1, 0.25)
assert (x_changed @ large, x_changed @ small) == (2, 1.25)

# %% [markdown]
# Both give the score 1, so the loss is the same.
# But the first choice of weights looks at a single pixel.
# When this pixel changes by 1, the score changes by 1.
# The second looks at all four pixels a little, and its score changes by only 0.25.
# We prefer the second, because a single pixel says little about an image.
# So we give large weights a penalty: the sum of their squares.
# It is 1 for the first choice, and 0.25 for the second.
#
# There is another reason.
# Suppose that the classifier is right on all images.
# If we multiply all its weights by the same number larger than 1, every lead grows, and so the loss becomes smaller.
# Training looks for a smaller loss.
# So without a penalty, it would make these weights larger and larger, and would never come to an end.
# Here is our example again.
# This time the cat has the score 5.1 and the car has 3.2, so the classifier is right:

# %%
right_scores = np.array([5.1, 3.2, -1.7])
for factor in [1, 2, 4, 8]:
    larger = factor * right_scores
    print(f"weights times {factor}: scores {larger}, loss {my_loss(larger, 0):.7f}")

# %% tags=["claim"]
grown = [my_loss(factor * right_scores, 0) for factor in [1, 2, 4, 8]]
assert grown == sorted(grown, reverse=True) and grown[-1] > 0

# %% [markdown]
# The penalty is called **regularization**.
# The full loss of a matrix `W` for N images is the **data loss**, which is the mean of the $L_i$, plus the penalty for all weights:
#
# $$L = \underbrace{\frac1N \sum_{i=1}^{N} L_i}_{\text{data loss}}
#     + \underbrace{\texttt{reg} \sum_{d,c} W_{dc}^2}_{\text{penalty}}$$
#
# The number `reg`, which is 0 or larger, says how much large weights cost.
# You choose it; notebook 7 shows how.
# So far it was 0 in this notebook.
# The package's function takes it as its last argument:

# %% tags=["nbval-ignore-output"]
W_small = 1e-4 * noise
data_loss, _ = softmax_loss_vectorized(W_small, X, y_dev, reg=0.0)
full_loss, _ = softmax_loss_vectorized(W_small, X, y_dev, reg=1e3)
print(f"data loss {data_loss:.4f} + penalty {1e3 * np.sum(W_small**2):.4f} = full loss {full_loss:.4f}")

# %% tags=["claim"]
assert np.isclose(full_loss, data_loss + 1e3 * np.sum(W_small**2)) and full_loss > 1.05 * data_loss

# %% tags=["claim"]
# the numbers in the answers below
assert round(-np.log(0.51), 2) == 0.67
assert np.isclose(-0.9 * np.log(0.99) - 0.1 * np.log(1e-4), 0.93, atol=5e-3)
assert np.isclose(-0.9 * np.log(0.99) - 0.1 * np.log(0.3), 0.13, atol=5e-3)
assert my_loss(np.array([37.0, 0.0]), 0) == 0 < my_loss(np.array([36.0, 0.0]), 0)

# %% [markdown]
# ## Questions

# %% [markdown]
# **1.** Your classifier has ten classes.
# At its start, with tiny weights, the loss was 2.3.
# After a change in your code it is 4.6.
# What could be wrong?
#
# <details><summary>Answer</summary>
#
# With ten classes and tiny weights the loss has to be $\log 10 = 2.3$, and 4.6 is twice as much.
# Perhaps the loss is counted twice, or its sum is divided by half of the number of images.
# Perhaps the weights aren't tiny any more, and the classifier is sure of wrong classes (above, weights of size 0.001 did that).
# Perhaps the full loss is printed, with its penalty.
# </details>

# %% [markdown]
# **2.** A classifier is right on all images, and it gives the true class the probability 0.51 each time.
# What is its loss?
# Another classifier is right on 90 % of the images, with probability 0.99.
# On the other images it gives the true class 0.0001.
# What is its loss?
#
# <details><summary>Answer</summary>
#
# The first loss is $-\log 0.51 = 0.67$.
# The second is $0.9 \cdot 0.01 + 0.1 \cdot 9.21 = 0.93$.
# Where the classifier is sure and wrong, the loss of an image is so large that a few such images make the mean loss large.
# Loss and accuracy are different things.
# Now let the second classifier be less sure on the images that it gets wrong, and give their true class 0.3.
# Then its loss is $0.9 \cdot 0.01 + 0.1 \cdot 1.20 = 0.13$.
# That is a smaller loss than 0.67, although the first classifier makes no mistake.
# </details>

# %% [markdown]
# **3.** Can the loss of one example ever be exactly 0?
#
# <details><summary>Answer</summary>
#
# Not on paper: $p_y = 1$ would need an infinite lead.
# On a computer it can.
# With a lead of 37, the sum $1 + e^{-37}$ is rounded to 1, and the logarithm of 1 is 0.
# (The check of the exercise tries a lead of 800.)
# </details>

# %% [markdown]
# ## What you showed
# - With a one-hot target, cross-entropy, KL divergence and negative log-likelihood are the same number: $-\log p_y$.
# - A small mean of $-\log p_y$ is a large likelihood: the logarithm turns the product into a sum.
# - $-s_y + \log\sum_j e^{s_j}$ is the same loss without a probability.
#   If the largest score is subtracted first, it is right for large scores, too.
# - The loss is $\log C$ at `W` = 0.
#   It is never quite 0, and it stays steep where the classifier is sure and wrong.
# - The full loss is the data loss plus a penalty, which prefers many small weights to a single large one.
#
# **Next:** [4. The gradient](04_gradient.ipynb): how to change `W` so that the loss becomes smaller.
