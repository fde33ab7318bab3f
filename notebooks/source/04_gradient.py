# %% [markdown]
# # 4. The gradient: which way is down, and how to be sure
#
# The loss tells how bad a matrix `W` is.
# Its gradient tells how to change each of the 30,730 numbers in `W` so that the loss becomes smaller.
# Here you derive the gradient and write it as loops.
# Then you make sure that it is right: with three numerical derivatives, with a penalty so large that a mistake in it shows, and with SciPy's check.
#
# **What you'll learn**
# - the gradient of the softmax loss, step by step: first for three classes, then for any number;
# - how to write it as two plain loops;
# - what one step of gradient descent does for one image;
# - three numerical derivatives (forward, central, complex step), and which step `h` suits each;
# - what a relative error of 1e-8 or of 1e-2 tells you, and when nobody can tell;
# - how wrong code can pass a gradient check, and how to prevent that.
#
# *Before you start:* notebooks 2 and 3; derivatives of $\log$ and $\exp$.
# *Time:* about 80 minutes.
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
import scipy.optimize

from cs231n_softmax import check, data_utils, gradient_check, vis_utils
from cs231n_softmax.classifiers import LinearSVM, svm_loss_naive
from cs231n_softmax.classifiers.softmax import softmax

# %% [markdown]
# ## Three classes, one example, by hand
#
# We begin with a single image $x$ and three classes.
# The scores are $s_j = x \cdot W_{:,j}$, and the probabilities are $p_j = e^{s_j} / \sum_k e^{s_k}$.
# Let the true class be the second one, $y = 1$ (we count from 0).
# The loss of this image is $-\log p_1$.
# As in notebook 3, we write the logarithm of the fraction as a difference:
#
# $$L = -\log p_1 = -s_1 + \log\left(e^{s_0} + e^{s_1} + e^{s_2}\right).$$
#
# **Step 1: how the loss depends on the scores.**
# The derivative of $\log u$ is $u'/u$.
# So the derivative of the second term by $s_j$ is $e^{s_j}$ divided by the sum of all three exponentials.
# That is the probability $p_j$.
# The first term depends on $s_1$ only, and its derivative is −1.
# Together:
#
# $$\frac{\partial L}{\partial s_0} = p_0, \qquad
#   \frac{\partial L}{\partial s_1} = p_1 - 1, \qquad
#   \frac{\partial L}{\partial s_2} = p_2.$$
#
# **Step 2: how the scores depend on the weights.**
# The score is a sum, $s_j = \sum_d x_d W_{dj}$.
# Its derivative by $W_{dj}$ is $x_d$, and the other columns of $W$ don't occur in it.
# So column $j$ of the gradient is $x$ times the number from step 1.
#
# Here are the two steps in numbers, for an image of only two pixels:

# %%
x = np.array([1.0, -2.0])
W_toy = np.array([[0.5, 0.1, -0.3], [0.2, -0.4, 0.6]])
scores = x @ W_toy
p = softmax(scores)
print("scores", scores.round(2), " probabilities", p.round(3))

# %%
dscores = p - np.array([0, 1, 0])
dW_toy = np.outer(x, dscores)
print("dL/dscores", dscores.round(3))
print(dW_toy.round(3))

# %% [markdown]
# Is the gradient right?
# We change one weight by a millionth and look how much the loss changes.
# We take the weight in row 1 and column 2:

# %%
W_pushed = W_toy.copy()
W_pushed[1, 2] += 1e-6
loss_before, loss_after = -np.log(softmax(x @ W_toy)[1]), -np.log(softmax(x @ W_pushed)[1])
slope = (loss_after - loss_before) / 1e-6
print(f"by a small change {slope:.4f}, by the formula {dW_toy[1, 2]:.4f}")

# %% tags=["claim"]
toy_loss = lambda W: -np.log(softmax(x @ W)[1])
assert abs(slope - dW_toy[1, 2]) < 1e-5
assert np.allclose(gradient_check.eval_numerical_gradient(toy_loss, W_toy.copy(), verbose=False), dW_toy)

# %% [markdown]
# ## All classes
#
# The derivation works for any number of classes $C$.
# We write $[j = y_i]$ for 1 if $j$ is the true class of image $i$, and 0 if it isn't.
# Then
#
# $$\boxed{\;\frac{\partial L_i}{\partial W_{:,j}} = \bigl(p_j - [j = y_i]\bigr)\, x_i\;}$$
#
# Read it as *(what the classifier gives minus what it should give) times the image*.
# For the true class the number in brackets is negative, for the other classes it is positive.
# A step of gradient descent goes **against** the gradient.
# So it adds some of the image to the template of the image's own class, and it subtracts some of the image from the templates of the other classes.
# It subtracts most where the classifier gave a high probability.
#
# **Predict, then run.**
# The ten classes of CIFAR-10 give ten numbers $p_j - [j = y_i]$ for one image.
# What is their sum?
#
# - (a) It is 0.
# - (b) It is 1, because probabilities add up to 1.
# - (c) It depends on the label.

# %% tags=["guess"]
guess = "a"  # "a", "b" or "c"
check.guess("04-sum", guess)

# %%
print(f"the sum for our three classes: {abs(dscores.sum()):.10f}")

# %% tags=["claim"]
assert abs(dscores.sum()) < 1e-15

# %% [markdown]
# So in a step, the template of the true class gains as much of the image as the nine other templates lose together.
#
# You may know linear regression with the squared error: the predictions are $\hat t = x \cdot W$, and the loss is $\tfrac12\sum_j(\hat t_j - t_j)^2$.
# Its gradient has the same form, (prediction − truth) times the input.
# The next cell compares this formula with numerical derivatives.

# %%
target = np.array([0.0, 1.0, 0.0])
squared_error = lambda W: 0.5 * np.sum((x @ W - target) ** 2)
numerical = gradient_check.eval_numerical_gradient(squared_error, W_toy.copy(), verbose=False)
print("formula  ", np.outer(x, x @ W_toy - target).round(3).tolist())
print("numerical", numerical.round(3).tolist())

# %% tags=["claim"]
assert np.allclose(numerical, np.outer(x, x @ W_toy - target))

# %% [markdown]
# A group of images that we use together is called a *batch*.
# The full loss of notebook 3 for a batch of $N$ images is the mean of their $L_i$, plus the penalty for large weights.
# The gradient of a sum is the sum of the gradients:
#
# $$\begin{aligned}
# L &= \frac1N \sum_{i=1}^{N} L_i + \texttt{reg} \sum_{d,c} W_{dc}^2, \\
# \frac{\partial L}{\partial W} &= \frac1N \sum_{i=1}^{N} \frac{\partial L_i}{\partial W} + 2\,\texttt{reg}\,W.
# \end{aligned}$$
#
# The penalty is over all of $W$, the row of the bias included.
# The factor 2 comes from the derivative of the square.
# Some courses write the penalty as $\tfrac12\texttt{reg}\sum W^2$.
# Then the gradient has no factor 2.
# In this suite the penalty has no $\tfrac12$, and so the gradient has the 2.
# It is easy to mix up the two forms, and such a mistake is hard to see.
#
# ### Exercise 1: loss and gradient as loops
# Write a loop over the examples, and in it a loop over the classes.
# Compute the loss of an example as $-s_{y_i} + \log\sum_j e^{s_j}$.
# Subtract the largest score of the example first, so that no exponential overflows.

# %%
def my_softmax_loss_naive(W, X, y, reg):
    """Softmax loss (a number) and its gradient dW (D, C), for W (D, C), X (N, D), y (N,).

    loss = mean of L_i + reg * sum(W**2);  dL_i/dW[:, j] = (p_j - [j = y_i]) x_i
    """
    ### BEGIN SOLUTION
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        scores -= scores.max()
        denominator = np.exp(scores).sum()
        loss += -scores[y[i]] + np.log(denominator)
        for j in range(W.shape[1]):
            p = np.exp(scores[j]) / denominator
            dW[:, j] += (p - (j == y[i])) * X[i]
    return loss / len(X) + reg * np.sum(W**2), dW / len(X) + 2 * reg * W
    ### END SOLUTION


# %% [markdown]
# The check calls your function with small problems.
# They are made so that the usual mistakes change the result clearly.
# The penalty is about as large as the data loss, the size of the scores differs from image to image, and in several problems there are classes without an image.
# The check looks at each part of the answer by itself.
# If a part is wrong, the check tries to find the mistake that gives exactly these numbers.

# %% points=20
check.softmax_loss(my_softmax_loss_naive).require()

# %% [markdown]
# Now your function gets real images.
# There is a first test that needs no reference (notebook 3): with tiny weights the loss has to be $\log 10 = 2.30$.

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)
X, y = data["X_dev"].astype(np.float64), data["y_dev"]

# %%
W = 1e-6 * np.random.default_rng(0).standard_normal((3073, 10))
loss, dW = my_softmax_loss_naive(W, X, y, reg=0.0)
print(f"loss {loss:.2f}, log 10 = {np.log(10):.2f}, gradient {dW.shape}")

# %% tags=["claim"]
assert abs(loss - np.log(10)) < 0.01 and dW.shape == (3073, 10)

# %% [markdown]
# ## One ship's whole journey
#
# We follow one image through everything so far.
# It is a ship.
# `W` is random, with weights of size 0.0003 (their standard deviation).
# The next cell computes the ship's scores, its loss, the gradient of this loss, and a new `W` after one step of gradient descent.
# For this step, the cell multiplies the gradient by 1e-7 and subtracts the result from `W`.
# The number 1e-7 is the *learning rate*.

# %% tags=["nbval-ignore-output"]
k = np.flatnonzero(y == 8)[8]  # 8 is the label of ships
ship, label = X[[k]], y[[k]]
W_random = 3e-4 * np.random.default_rng(1).standard_normal((3073, 10))
ship_loss, ship_dW = my_softmax_loss_naive(W_random, ship, label, reg=0.0)
W_stepped = W_random - 1e-7 * ship_dW
new_loss, _ = my_softmax_loss_naive(W_stepped, ship, label, reg=0.0)
print(f"loss before the step {ship_loss:.2f}, after it {new_loss:.2f}")

# %% [markdown]
# Look at the figure from top to bottom.
#
# 1. The image gets ten scores.
#    Softmax makes probabilities of the scores.
#    The loss depends on the hatched bar only, the probability of the true class.
# 2. The gradient has 3,073 numbers for each class.
#    All of them except the bias make a picture: it is the centred image, times the number $p_j - [j = y]$ that stands above it.
#    All ten pictures have the same scale of colours, and grey is 0.
#    For the true class the number is below 0.
#    So what is bright in the centred image is dark in this picture, and what is dark is bright.
#    Then look at the nine wrong classes.
#    The class with the highest probability among them has the clearest picture.
# 3. After the step, the ship's score is higher and the nine other scores are lower.
#    The ship's probability is higher, too, and the loss is smaller.
#    The black lines show the values before the step.

# %% tags=["nbval-ignore-output"]
picture = ship[0, :-1] + data["mean_image"]  # the pixels as they were before centring
old_scores, new_scores = (ship @ W_random)[0], (ship @ W_stepped)[0]
vis_utils.show_journey(picture, label[0], old_scores, ship_dW, new_scores)
vis_utils.show(f"""Three rows. First: the image of a ship, and its ten scores and ten probabilities as bars; the
    ship's probability is {softmax(old_scores)[8]:.2f}, the loss {ship_loss:.2f}. Second: the gradient as ten
    pictures on one scale; in the ship's, bright and dark are exchanged; the others are
    faint or clear copies of the centred image.
    Third: scores and probabilities after one step; the ship's probability is {softmax(new_scores)[8]:.2f}, the
    loss {new_loss:.2f}""")

# %% tags=["claim"]
others = np.arange(10) != 8
assert label[0] == 8 and new_loss < ship_loss and softmax(new_scores)[8] > softmax(old_scores)[8]
assert new_scores[8] > old_scores[8] and (new_scores[others] < old_scores[others]).all()
assert np.allclose(ship_dW, np.outer(ship[0], softmax(old_scores) - (np.arange(10) == 8)))

# %% [markdown]
# This step was for one image only.
# What does it do to the others?

# %% tags=["nbval-ignore-output"]
losses_with = lambda W: -np.log(softmax(X @ W)[np.arange(500), y])
worse = np.sum(losses_with(W_stepped) > losses_with(W_random))
print(f"{worse} of 500 images have a larger loss after the step")

# %% tags=["claim"]
assert 0 < worse < 500

# %% [markdown]
# A step for one image can make the loss of many other images larger.
# So in notebook 6, each step uses the mean gradient of many images.
#
# ## Numerical derivatives
#
# How do you find out whether a gradient is right?
# You measure slopes.
# A derivative is the limit of slopes for smaller and smaller steps $h$.
# A computer has to stop at some step.
# How close it comes to the limit depends on the formula and on the size of the step.
#
# $$\begin{aligned}
# \text{forward:}&\quad \frac{f(x+h) - f(x)}{h} \\
# \text{central:}&\quad \frac{f(x+h) - f(x-h)}{2h} \\
# \text{complex step:}&\quad \frac{\operatorname{Im} f(x + ih)}{h}
# \end{aligned}$$
#
# The Taylor series is $f(x + h) = f(x) + h f'(x) + \tfrac{h^2}{2} f''(x) + \tfrac{h^3}{6} f'''(x) + \dots$ In the **forward** difference the error is about $\tfrac{h}{2} f''(x)$, so it is proportional to $h$.
# In the **central** difference, the terms with $h^2$ cancel in $f(x+h) - f(x-h)$.
# The error is about $\tfrac{h^2}{6} f'''(x)$, so it is proportional to $h^2$.
# So a small $h$ seems best.
# But with a small $h$ the two values of $f$ are nearly equal, and few right digits are left in their difference.
# Dividing by $h$ makes this rounding error large.
#
# The **complex step** has no difference in it.
# It puts $ih$ in place of $h$ in the Taylor series: $f(x + ih) = f(x) + ih f'(x) - \tfrac{h^2}{2} f''(x) - \tfrac{ih^3}{6} f'''(x) + \dots$ For a small $h$ the imaginary part is nearly $h f'(x)$, and $h$ can be as small as you like.
# The code of $f$ has to accept complex numbers, and the Taylor series above has to hold for its result.
# The result of `abs`, for example, is always real, so `abs` can't be used.
#
# We try all three with $f(x) = \log(1 + e^x)$ at $x = 0.5$.
# The derivative of this function is $1 / (1 + e^{-x})$, which is called the *sigmoid*.

# %%
def f(x):
    return np.log(1 + np.exp(x))


# %%
steps = 10.0 ** -np.arange(1, 17)
estimates = {
    "forward": (f(0.5 + steps) - f(0.5)) / steps,
    "central": (f(0.5 + steps) - f(0.5 - steps)) / (2 * steps),
    "complex step": f(0.5 + 1j * steps).imag / steps,
}

# %%
exact = 1 / (1 + np.exp(-0.5))
errors = {name: np.abs(value - exact) / exact for name, value in estimates.items()}
drawn = {name: np.maximum(error, 1e-17) for name, error in errors.items()}  # an error of 0 has no logarithm

# %% [markdown]
# The figure shows how wrong each formula is for each step.
# Read it from left to right: $h$ gets smaller.
# Both axes are logarithmic.

# %%
fig, ax = plt.subplots(figsize=(6.4, 4), layout="constrained")
for (name, error), marker, color in zip(drawn.items(), vis_utils.MARKERS, vis_utils.COLOURS, strict=False):
    ax.loglog(steps, error, marker=marker, color=color, label=name)
ax.set(xlabel="step h", ylabel="relative error", title="Error of three numerical derivatives")
ax.invert_xaxis()
ax.grid(alpha=0.3)
ax.legend()
vis_utils.show("""Relative error of forward, central and complex-step derivatives against the step h, both axes
    logarithmic: forward and central fall, then rise again; complex step falls and stays at rounding level""")

# %% [markdown]
# When $h$ becomes ten times smaller, the error of the forward difference becomes ten times smaller, too.
# The error of the central difference becomes a hundred times smaller.
# Near $10^{-8}$ (forward) and $10^{-5}$ (central) the errors are smallest, and then they rise again.
# For larger steps, on the left, the error comes from the formula (*truncation*).
# For smaller steps, on the right, it comes from the arithmetic of the computer (*rounding*).
# The complex step has no rounding error of this kind.
# Its error becomes a hundred times smaller each time, too.
# It stops falling when it is about as small as the last digit of a 64-bit number.

# %%
for name in ["forward", "central", "complex step"]:
    factor = np.sqrt(errors[name][0] / errors[name][2])  # h / 100 gives the factor twice: take the root
    print(f"{name:12}: h is 10 times smaller, the error is {factor:.0f} times smaller")

# %% tags=["claim"]
best = {name: steps[np.argmin(error)] for name, error in errors.items()}
assert 1e-9 < best["forward"] < 1e-6 and 1e-6 < best["central"] < 1e-3
assert errors["central"][4] < 1e-9 and errors["complex step"][-1] < 1e-15
orders = [np.log10(errors[name][0] / errors[name][2]) / 2 for name in ["forward", "central", "complex step"]]
assert np.allclose(orders, [1, 2, 2], atol=0.02)

# %% [markdown]
# ### Exercise 2: the central difference
# Write the central difference for a function of an array.
# It has one derivative for each entry.
# At the end, `x` has to be as it was.

# %%
def my_numerical_gradient(f, x, h=1e-5):
    """Return the central-difference gradient of f at x, in x's shape. f takes an array and returns a number.

    (f(x + h) - f(x - h)) / (2 h), entry by entry. x ends as it began.
    """
    ### BEGIN SOLUTION
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad
    ### END SOLUTION


# %% points=10
check.numerical_gradient(my_numerical_gradient).require()

# %% [markdown]
# Now your two functions can check each other.
# The problem is small, and the penalty is a large part of its loss.

# %%
rng = np.random.default_rng(2)
X_small, y_small, W_small = rng.normal(size=(8, 5)), rng.integers(3, size=8), rng.normal(size=(5, 3))
by_differences = my_numerical_gradient(lambda W: my_softmax_loss_naive(W, X_small, y_small, 0.5)[0], W_small)
by_formula = my_softmax_loss_naive(W_small, X_small, y_small, 0.5)[1]
print("by differences", by_differences[0].round(6))
print("by formula    ", by_formula[0].round(6))

# %% tags=["claim"]
assert np.allclose(by_formula, by_differences, atol=1e-7)

# %% [markdown]
# ## How equal is equal?
#
# A difference of 0.001 between two derivatives is unimportant if they are near 1,000.
# It is very large if they are themselves near 0.001.
# Let $a$ be the derivative from the formula (the *analytic* derivative), and $n$ the numerical derivative.
# We compare them by their **relative error**, $|a - n| / (|a| + |n|)$.
# This suite grew out of an assignment of CS231n, a course at Stanford.
# The notes of the course give the following rules.
# They hold for central differences with $h = 10^{-5}$, 64-bit floats, and inputs and weights near 1.
#
# | relative error | verdict |
# |---|---|
# | below 1e-7 | right |
# | 1e-7 to 1e-4 | fine for a tiny derivative, or where the slope jumps (a *kink*, see below); look closer otherwise |
# | above 1e-4 | suspicious |
# | above 1e-2 | almost certainly wrong |
#
# `W` has 30,730 entries, and for each of them the loss has to be computed twice.
# With loops that takes too long.
# A few random entries are enough, and `grad_check_sparse` prints them.
# Here are five entries of your gradient for 100 images, at `reg = 0`:

# %% tags=["nbval-ignore-output"]
W = 1e-3 * np.random.default_rng(1).standard_normal((3073, 10))
X_few, y_few = X[:100], y[:100]
_, dW_few = my_softmax_loss_naive(W, X_few, y_few, reg=0.0)
few_loss_at = lambda W: my_softmax_loss_naive(W, X_few, y_few, reg=0.0)[0]
sparse = gradient_check.grad_check_sparse(few_loss_at, W, dW_few, num_checks=5, rng=0)

# %% [markdown]
# All five relative errors are small.
# But the rules of the table hold only for a good step $h$.
# The next cell checks the same entries of the same gradient with a step that is ten times as large.
# The errors become about a hundred times as large, and most of them are now above 1e-7:

# %% tags=["nbval-ignore-output"]
wide = gradient_check.grad_check_sparse(few_loss_at, W, dW_few, num_checks=5, h=1e-4, rng=0)
print(f"largest pixel {X[:, :-1].max():.0f}, smallest {X[:, :-1].min():.0f}")

# %% tags=["claim"]
assert sparse.max() < 1e-6 and 20 * sparse.max() < wide.max() and np.median(wide) > 1e-7
assert sparse.check.ok and wide.check.ok

# %% [markdown]
# The error is proportional to $h^2$.
# So a step that is ten times as large gives an error that is a hundred times as large.
# Why are these errors above the limit of the table, although the gradient is right?
# The table supposes inputs near 1, but centred pixels reach from about −140 to 155.
# If a weight changes by $h$, a score changes by $h$ times the pixel, which is up to about $155h$.
# Over this distance the loss isn't a straight line any more.
#
# The best step depends on the function, and it differs from entry to entry.
# So the package's `check_gradient` tries several steps, and estimates for each step how wrong its own numerical derivative may be.
# Two signs help it.
# It computes every derivative with two formulas, and the second formula is more exact.
# If their results differ, the step is too large.
# It also estimates how much rounding changes the values of the function.
# If that is much in comparison with the differences of these values, the step is too small.
#
# The verdict can be:
#
# - **right**: the two derivatives agree, and the numerical one is exact enough to show it;
# - **wrong**: they differ by more than the error of the numerical one explains;
# - **can't tell**: rounding or a kink hides the answer.
#   The result holds the reason, and you see it when you print the whole result.
#
# The array that `grad_check_sparse` returned has such a verdict, too.
# The argument `h` changes only the errors that are printed.
# For the verdict, the package chooses the steps itself.
# So the verdict is the same for both values of `h`:

# %%
print("h = 1e-5:", sparse.check.verdict, " h = 1e-4:", wide.check.verdict)

# %% [markdown]
# The next cell checks two right gradients.
# The first line that it prints is the verdict on a sine: *right*.
# The second line is the whole result for a very small sine plus 10 billion.
# There rounding hides the answer.
# A number near 10 billion has no digits left in which the change of such a small function could be seen.

# %%
point = np.array([0.5])
print(gradient_check.check_gradient(lambda x: np.sum(np.sin(x)), point, np.cos(point)).verdict)
tiny = lambda x: 1e10 + 1e-6 * np.sum(np.sin(x))
print(gradient_check.check_gradient(tiny, point, 1e-6 * np.cos(point)))

# %% [markdown]
# ## A check that can be passed by wrong code
#
# At `reg = 0` there is no penalty, and so a mistake in its gradient can't be seen.
# With a tiny `reg` the mistake is there, but it may be too small to be seen.
# The assignment of CS231n uses 5e-6 in places.
# Let us make a mistake on purpose: the gradient of the penalty lacks its factor 2.

# %%
def lacks_the_2(W, X, y, reg):
    loss, dW = my_softmax_loss_naive(W, X, y, reg)
    return loss, dW - reg * W


# %% [markdown]
# **Predict, then run.**
# We check this wrong gradient at `reg = 5e-6`.
# With `threshold=1e-6` we tell the check to accept relative errors below one millionth.
# The missing part of the gradient is `reg * W`: the weights have a size of 1e-3, so it is about 5e-9.
# Compare it with the size of the other part, which is made of pixels and probabilities.
# What is the verdict?
#
# - (a) The verdict is that the gradient is wrong.
# - (b) The verdict is that the gradient is right.
# - (c) The check can't tell.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("04-hidden", guess)

# %% [markdown]
# The next cell checks it on 20 images with three values of `reg`.
# The last value is chosen so that the penalty is **as large as the data loss**.
# Then a mistake in one of them can't be hidden by the size of the other.

# %%
data_loss, _ = my_softmax_loss_naive(W, X[:20], y[:20], reg=0.0)
reg_that_matters = data_loss / np.sum(W**2)
for name, reg in [("0", 0.0), ("5e-6", 5e-6), ("as large as the data loss", reg_that_matters)]:
    _, wrong_dW = lacks_the_2(W, X[:20], y[:20], reg)
    loss_at = lambda W, reg=reg: my_softmax_loss_naive(W, X[:20], y[:20], reg)[0]
    found = gradient_check.check_gradient(loss_at, W, wrong_dW, num_checks=10, rng=0, threshold=1e-6)
    print(f"reg {name:26} verdict: {found.verdict}")

# %% tags=["claim"]
_, dW_data = my_softmax_loss_naive(W, X[:20], y[:20], reg=0.0)
assert 1e-9 < np.std(5e-6 * W) < 1e-8 and np.std(5e-6 * W) < 1e-6 * np.median(np.abs(dW_data))

# %% [markdown]
# So **check where every term matters**.
# Your own gradient has to pass there, too:

# %%
_, dW_matters = my_softmax_loss_naive(W, X[:20], y[:20], reg_that_matters)
loss_that_matters = lambda W: my_softmax_loss_naive(W, X[:20], y[:20], reg_that_matters)[0]
passed = gradient_check.check_gradient(loss_that_matters, W, dW_matters, num_checks=20, rng=0, threshold=1e-6)
print("your gradient, where the penalty matters:", passed.verdict)

# %% tags=["claim"]
assert passed.ok, passed

# %% [markdown]
# A numerical check finds only *that* a gradient is wrong.
# The check of an exercise in this suite also looks for the mistake.
# It compares each part of the answer with what usual mistakes would give:

# %%
print(check.softmax_loss(lacks_the_2).summary)

# %% [markdown]
# ## Two more opinions
#
# SciPy has a check of its own.
# It takes forward differences, compares every entry, and returns the length of the vector of differences.
# Here it is on the small problem from above:

# %%
difference = scipy.optimize.check_grad(
    lambda w: my_softmax_loss_naive(w.reshape(5, 3), X_small, y_small, 0.5)[0],
    lambda w: my_softmax_loss_naive(w.reshape(5, 3), X_small, y_small, 0.5)[1].ravel(),
    W_small.ravel(),
)
print(f"SciPy's difference is below 1e-6: {difference < 1e-6}")

# %% [markdown]
# The complex step is right to the last digits.
# It needs a loss that takes complex weights.
# For complex numbers, "the largest score" has no clear meaning.
# So this loss doesn't subtract it.
# That does no harm here, because the scores are small.

# %%
def complex_loss(W):
    scores = X_small @ W
    losses = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(8), y_small]
    return losses.mean() + 0.5 * np.sum(W**2)


# %%
by_complex_step = gradient_check.complex_step_gradient(complex_loss, W_small)
largest_error = gradient_check.relative_error(by_complex_step, by_formula).max()
print(f"largest relative error below 1e-10: {largest_error < 1e-10}")

# %% tags=["claim"]
assert difference < 1e-6 and largest_error < 1e-10

# %% [markdown]
# ## Where a check misleads: kinks
#
# The hinge loss of the SVM is made of terms $\max(0, m)$.
# Here $m$ is the number $s_j - s_y + 1$.
# In this notebook we call $m$ a *margin*, as much code does.
# (In notebook 3, the margin was the 1.)
# At $m = 0$ this function has a **kink**: its slope is 0 on the left and 1 on the right.
# If a kink lies between the two ends of a central difference, the result is something between the two slopes.
# It isn't the slope at the point.
# The figure shows this for the point −0.3 and the very large step 0.5.

# %%
m, h = -0.3, 0.5
hinge = lambda m: np.maximum(0, m)
secant = (hinge(m + h) - hinge(m - h)) / (2 * h)
print(f"true slope at {m}: 0, central difference with h = {h}: {secant:.1f}")

# %%
margins = np.linspace(-1, 1, 201)
fig, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
ax.plot(margins, hinge(margins), color=vis_utils.COLOURS[0], label="max(0, m): slope 0 at m = -0.3")
ends = np.array([m - h, m + h])
ax.plot(ends, hinge(ends), "o--", color=vis_utils.COLOURS[1], label="central difference: slope 0.2")
ax.plot(m, 0, "ks", label="the point that is checked")
ax.set(xlabel="margin m", ylabel="loss", title="A difference across a kink")
ax.legend()
vis_utils.show("""The hinge function max(0, m) with a secant line across its kink: the secant has slope 0.2,
    the function at that point slope 0""")

# %% [markdown]
# A step changes the margin.
# We call this change the *reach* of the step.
# The difference is right if the margin is farther away from the kink than the reach.
# A step of $h$ in a weight changes a margin by $h$ **times the pixel**, not by $h$.
# With pixels of 0 to 255 the reach is up to $255h$, and with our centred pixels up to about $155h$.
# The next cell has an image of a single pixel.
# Its margin is 0.001 away from the kink, and that is 100 times the step 1e-5.
# With the pixel 1 the difference is right.
# With the pixel 155 and the same step, the reach is 0.00155.
# That is more than 0.001, so the difference is wrong.
# With the step 1e-6, the reach is 0.000155, and the difference is right again:

# %%
y_one, spoiled = np.array([0]), {}
for pixel, step in [(1.0, 1e-5), (155.0, 1e-5), (155.0, 1e-6)]:
    X_one, W_near = np.array([[pixel]]), np.array([[(1 - 0.001) / pixel, 0.0]])
    _, dW_near = svm_loss_naive(W_near, X_one, y_one, 0.0)
    one_loss_at = lambda W, X_one=X_one: svm_loss_naive(W, X_one, y_one, 0.0)[0]
    slope_near = gradient_check.eval_numerical_gradient(one_loss_at, W_near, verbose=False, h=step)
    spoiled[pixel, step] = not np.allclose(slope_near, dW_near)
    print(f"pixel {pixel:.0f}, h = {step:.0e}: right {dW_near[0, 0]:.1f}, difference {slope_near[0, 0]:.1f}")

# %% tags=["claim"]
assert spoiled == {(1.0, 1e-5): False, (155.0, 1e-5): True, (155.0, 1e-6): False}

# %% [markdown]
# How often does that happen?
# Each of our 500 images has nine wrong classes, and a margin for each of them.
# That makes 4,500 margins.
# At tiny `W` all of them are near 1, far from the kink at 0.
# After training, some margins are close to it.
# A smaller step reaches fewer of them.

# %% tags=["nbval-ignore-output"]
svm = LinearSVM()
svm.train(X, y, learning_rate=1e-7, reg=1e3, num_iters=200, rng=0)
near = {}
for name, W_svm in [("tiny W", 1e-6 * W), ("trained W", svm.W)]:
    all_scores = X @ W_svm
    all_margins = all_scores - all_scores[np.arange(500), y][:, None] + 1
    wrong_margins = all_margins[np.arange(10) != y[:, None]]
    near[name] = [int(np.sum(np.abs(wrong_margins) < 155 * step)) for step in [1e-4, 1e-5, 1e-6]]
    print(f"{name:9} h = 1e-4, 1e-5, 1e-6: {near[name]} margins within 155h")

# %% tags=["claim"]
assert wrong_margins.shape == (4500,) and near["tiny W"] == [0, 0, 0]
assert near["trained W"] == sorted(near["trained W"], reverse=True) and np.sum(np.abs(wrong_margins) < 0.2) > 0

# %% [markdown]
# `check_gradient` finds that the results of its larger steps don't agree, and takes smaller steps.
# Exactly at the kink no step helps.
# There the slopes on both sides differ, and the verdict is that it can't tell.

# %%
one_pixel = np.array([[155.0]])
svm_loss_at = lambda W: svm_loss_naive(W, one_pixel, y_one, 0.0)[0]
for name, distance in [("beside the kink", 0.001), ("at the kink", 0.0)]:
    W_kink = np.array([[(1 - distance) / 155, 0.0]])
    _, dW_kink = svm_loss_naive(W_kink, one_pixel, y_one, 0.0)
    print(f"{name}:", gradient_check.check_gradient(svm_loss_at, W_kink, dW_kink).verdict)

# %% [markdown]
# The softmax loss has no kinks: it is smooth everywhere.
# So if a check says that a softmax gradient is wrong, a kink can't be the reason.

# %% tags=["claim"]
# the numbers in the answers below: a wrong label isn't seen at tiny W; rows of the data part add up to 0
W_tiny = 1e-6 * W
shuffled = my_softmax_loss_naive(W_tiny, X, (y + 1) % 10, 0.0)[0]
assert abs(shuffled - np.log(10)) < 0.01 and np.sum(W_tiny**2) < 1e-6
assert np.abs(dW_few.sum(axis=1)).max() < 1e-10

# %% [markdown]
# ## Questions

# %% [markdown]
# **1.** With tiny weights, a friend's loss is 2.3026, and the code is still wrong.
# Name two mistakes that this test can't find.
#
# <details><summary>Answer</summary>
#
# The test looks only at the loss, so it finds no mistake in the gradient.
# It doesn't find a wrong or missing penalty either, because `reg * sum(W**2)` is nearly 0 for tiny weights.
# And it doesn't find that the code takes the wrong labels, because all classes have the probability 1/10.
# </details>

# %% [markdown]
# **2.** Why can a central difference of the SVM loss be wrong at single entries, although the gradient is right?
# How would you find out whether that is the reason?
#
# <details><summary>Answer</summary>
#
# The hinge has kinks.
# If a margin crosses its kink between $x - h$ and $x + h$, the difference is a mixture of two slopes.
# Check the same entry with a smaller $h$.
# If a kink beside the point was the reason, the error goes away; a mistake stays.
# Exactly at a kink a smaller $h$ doesn't help, so change `W` a little.
# It also helps to take few images: fewer margins, fewer kinks.
# </details>

# %% [markdown]
# **3.** For one image, the entries of `p - onehot` add up to 0.
# What follows for the data part of the gradient, and how could you use it?
#
# <details><summary>Answer</summary>
#
# Each row of the data part of `dW` adds up to 0 over the classes.
# This fits with notebook 2: adding the same number to all scores doesn't change a softmax.
# It is a test that costs one line and needs no numerical derivative.
# </details>

# %% [markdown]
# **4.** The complex step is right to the last digits, and it computes the loss only once for each weight.
# Why isn't it used for everything?
#
# <details><summary>Answer</summary>
#
# The code has to take complex numbers.
# The Taylor series has to hold for complex numbers in each function that the code uses.
# It doesn't hold for `abs`.
# And `max` and comparisons have no clear meaning for complex numbers.
# And one loss for each weight means 30,730 losses; the central difference needs twice as many.
# The formula for the gradient gives all entries at once.
# </details>

# %% [markdown]
# ## What you showed
# - $\partial L_i/\partial W_{:,j} = (p_j - [j = y_i])\,x_i$, derived and written as loops.
# - A step against the gradient of one image raises the score of its class, and lowers all other scores.
# - The best step of a central difference depends on the function, and is often near $10^{-5}$.
#   The complex step is right to the last digits at any small $h$.
# - A check that estimates its own error has three verdicts: right, wrong, and can't tell.
# - A gradient without its factor 2 passes at `reg = 0` and at 5e-6, and is found where the penalty is as large as the data loss.
# - A difference across a kink isn't a derivative.
#   A step of $h$ in a weight changes a margin by $h$ times the pixel.
#   Softmax has no kinks.
#
# **Next:** [5. Vectorized](05_vectorized.ipynb): the same numbers without the loops, several times as fast.
