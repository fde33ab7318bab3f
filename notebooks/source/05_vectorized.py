# %% [markdown]
# # 5. Vectorized: the same numbers without the loops
#
# The loops of notebook 4 are right, and slow: Python spends its time on deciding what to do next, not on arithmetic.
# Here the loops go, one at a time, and each cell shows that the result is still the same. Then we time it, and ask how
# far it is from what the machine can do.
#
# **What you'll learn**
# - how two loops become one, and one becomes a matrix product;
# - how to pick one score from each row, and why the largest score must be taken row by row;
# - how a sum over examples turns into `X.T @ dscores`;
# - how to time code on a noisy computer;
# - what 32-bit numbers buy, and what sets the limit once the loops are gone.
#
# *Before you start:* notebook 4. *Time:* about 60 minutes.
#
# Exercises come with their solution. To practise, delete what is between `### BEGIN SOLUTION` and `### END SOLUTION`, write
# your own, and run the check below it: it says what is right, and what to change where something isn't.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG;
# yours can differ in the last digits.*

# %%
import matplotlib.pyplot as plt
import numpy as np
from threadpoolctl import threadpool_limits

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import LinearClassifier, softmax_loss_naive
from cs231n_softmax.gradient_check import relative_error
from cs231n_softmax.timing import median_seconds

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %%
X, y = data["X_dev"].astype(np.float64), data["y_dev"]
W = 1e-3 * np.random.default_rng(0).standard_normal((3073, 10))
num_train, num_classes = len(X), W.shape[1]
print("X", X.shape, " W", W.shape, " y", y.shape)

# %% [markdown]
# ## The scores
#
# **Two loops.** One score is the inner product of one image and one column of `W`.

# %%
scores_two = np.zeros((num_train, num_classes))
for i in range(num_train):
    for j in range(num_classes):
        scores_two[i, j] = X[i] @ W[:, j]

# %% [markdown]
# **One loop.** A row times a matrix gives all classes at once.

# %%
scores_one = np.zeros((num_train, num_classes))
for i in range(num_train):
    scores_one[i] = X[i] @ W
assert np.allclose(scores_one, scores_two, rtol=1e-10)

# %% [markdown]
# **No loop.** A matrix times a matrix gives all examples at once.

# %%
scores = X @ W
assert np.allclose(scores, scores_two, rtol=1e-10)
print("all three agree:", scores.shape)

# %% [markdown]
# ## The loss
#
# $L_i = \log\sum_j e^{s_{ij}} - s_{iy_i}$, after subtracting each row's largest score. **Two loops**, one over the examples and one over the
# classes:

# %%
losses_two = np.zeros(num_train)
for i in range(num_train):
    total, largest = 0.0, scores[i].max()
    for j in range(num_classes):
        total += np.exp(scores[i, j] - largest)
    losses_two[i] = np.log(total) - (scores[i, y[i]] - largest)

# %% [markdown]
# **One loop.** A whole row of exponentials, and their sum, at once:

# %%
losses_one = np.zeros(num_train)
for i in range(num_train):
    shifted = scores[i] - scores[i].max()
    losses_one[i] = np.log(np.exp(shifted).sum()) - shifted[y[i]]
assert np.allclose(losses_one, losses_two, rtol=1e-10)

# %% [markdown]
# **No loop.** Two things change. The maximum and the sum run along an **axis**: `axis=1` means *along each row*.
# `keepdims=True` keeps the result a column, `(N, 1)`, so that subtracting it from `(N, C)` subtracts row by row.

# %%
shifted = scores - scores.max(axis=1, keepdims=True)
print(scores.shape, "-", scores.max(axis=1, keepdims=True).shape, "=", shifted.shape)

# %% [markdown]
# And the true class's score is another column in each row. Two index arrays of equal length, one for rows and one for
# columns, pick one entry for each pair:

# %%
rows = np.arange(num_train)
losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]
assert np.allclose(losses, losses_one, rtol=1e-10)
print("one loss for each example:", losses.shape)

# %% [markdown]
# Why one maximum for each row, and not simply `scores.max()`, one for all? On most data both work. But take two
# images of which one gets scores near 10,000. After subtracting 10,000 from *all* scores, the other row's exponentials are
# all exactly 0, and the logarithm of their sum is minus infinity:

# %%
two_rows = np.array([[10_000.0, 10_001.0], [1.0, 2.0]])
with np.errstate(divide="ignore"):
    one_maximum = np.log(np.exp(two_rows - two_rows.max()).sum(axis=1))
row_maxima = np.log(np.exp(two_rows - two_rows.max(axis=1, keepdims=True)).sum(axis=1))
print("one maximum for all:", one_maximum.round(4))
print("one for each row:   ", row_maxima.round(4))

# %% [markdown]
# ## The gradient
#
# Notebook 4 added `(p_j - 1{j = y_i}) * X[i]` to column `j`, for all `i` and `j`. The factors form a matrix,
# `dscores`: probabilities, with 1 taken off at the true class.

# %%
exp = np.exp(shifted)
dscores = exp / exp.sum(axis=1, keepdims=True)
dscores[rows, y] -= 1

# %% [markdown]
# **Two loops**, as before:

# %%
dW_two = np.zeros_like(W)
for i in range(num_train):
    for j in range(num_classes):
        dW_two[:, j] += dscores[i, j] * X[i]

# %% [markdown]
# **One loop.** All columns of one example at once: the outer product of the image and its row of factors.

# %%
dW_one = np.zeros_like(W)
for i in range(num_train):
    dW_one += np.outer(X[i], dscores[i])
assert np.allclose(dW_one, dW_two, rtol=1e-8)

# %% [markdown]
# **No loop.** A sum of outer products *is* a matrix product. In indices: $dW_{dj} = \sum_i X_{id}\, dS_{ij} = (X^T dS)_{dj}$.
# The shapes tell it too: from $(N, D)$ and $(N, C)$ there is just one product that gives $(D, C)$.

# %%
dW = X.T @ dscores
assert np.allclose(dW, dW_two, rtol=1e-8)
print(X.T.shape, "@", dscores.shape, "=", dW.shape)

# %% [markdown]
# ### Exercise: vectorized loss and gradient
# Put the pieces together: no loops over examples, classes or pixels. Don't forget the mean, and the regularization
# (`reg * sum(W**2)`, so its gradient is `2 * reg * W`).

# %%
def my_softmax_loss_vectorized(W, X, y, reg):
    """Softmax loss (a number) and its gradient dW (D, C), for W (D, C), X (N, D), y (N,).

    loss = mean of L_i + reg * sum(W**2);  L_i = log(sum_j exp(s_j)) - s[y_i]
    dW = X.T @ (p - onehot) / N + 2 * reg * W
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(X))
    scores = X @ W
    shifted = scores - scores.max(axis=1, keepdims=True)
    exp = np.exp(shifted)
    denominator = exp.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(denominator[:, 0]) - shifted[rows, y]) + reg * np.sum(W**2)
    dscores = exp / denominator
    dscores[rows, y] -= 1
    return loss, X.T @ dscores / len(X) + 2 * reg * W
    ### END SOLUTION


# %% [markdown]
# The check is the one from notebook 4, and it also looks at how your function works: whether loops are left in it, and whether it
# makes arrays far larger than it needs. (That is worth a remark. What it calls right is right, loops or not.)

# %% points=15
check.softmax_loss(my_softmax_loss_vectorized, vectorized=True).require()

# %% [markdown]
# On real images, with a regularization loss as large as the data loss, it gives what the loops give:

# %%
reg = float(2.3 / np.sum(W**2))
loss, dW = my_softmax_loss_vectorized(W, X, y, reg)
loss_naive, dW_naive = softmax_loss_naive(W, X, y, reg)
assert abs(loss - loss_naive) < 1e-12 * loss_naive
assert np.abs(dW - dW_naive).max() < 1e-12 * np.abs(dW_naive).max()
print("equal to the loops, to 12 digits")

# %% [markdown]
# Right code trains. A `LinearClassifier` from the suite needs only a loss, and takes yours (notebook 6 is about what
# `train` does):

# %%
class MySoftmax(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return my_softmax_loss_vectorized(self.W, X_batch, y_batch, reg)


# %% tags=["nbval-ignore-output"]
mine = MySoftmax()
mine.train(data["X_train"], data["y_train"], learning_rate=1e-6, reg=1e3, num_iters=500, rng=0)
accuracy = np.mean(mine.predict(data["X_val"]) == data["y_val"])
print(f"validation accuracy after 500 steps with your loss: {accuracy:.3f}")
assert accuracy > 0.3

# %% [markdown]
# ## How much faster?
#
# A single measurement of a single run tells little: the first call warms caches up and starts threads, and other programs
# get in the way. So: one call unmeasured, then several, in turns, and the median. All on one processor core, so that
# we compare two ways of computing and not two numbers of cores. What counts is the **ratio** within one run; the
# milliseconds are this machine's.

# %%
limits = threadpool_limits(1)

# %% tags=["nbval-ignore-output"]
sizes = [10, 30, 100, 300]
seconds = {"loops": [], "vectorized": []}
for N in sizes:
    batch = W, X[:N], y[:N], reg
    ways = {"loops": softmax_loss_naive, "vectorized": my_softmax_loss_vectorized}
    times = median_seconds({name: lambda way=way: way(*batch) for name, way in ways.items()})
    for name in seconds:
        seconds[name].append(times[name])
    print(f"N = {N:3}: loops {1000 * times['loops']:7.2f} ms, vectorized {1000 * times['vectorized']:6.2f} ms, "
          f"{times['loops'] / times['vectorized']:.0f} times")

# %% [markdown]
# ## What is the limit?
#
# Without loops, the work is two matrix products, and each of them has to fetch all of `X` from memory. However fast the
# arithmetic, that takes its time: **at least the bytes of X / bandwidth**, twice. We measure the bandwidth by copying a
# large array (which reads and writes each byte), and then time the vectorized loss on more and more rows.

# %% tags=["nbval-ignore-output"]
source, target = np.ones(25_000_000), np.empty(25_000_000)
copying = median_seconds({"copy": lambda: np.copyto(target, source)})["copy"]
bandwidth = 2 * source.nbytes / copying
print(f"memory bandwidth: {bandwidth / 1e9:.1f} GB/s")

# %% tags=["nbval-ignore-output"]
X_train, y_train = data["X_train"], data["y_train"]
large = [1000, 3000, 10_000]
times = {np.float32: [], np.float64: []}
for dtype, measured in times.items():
    W_cast, X_cast = W.astype(dtype), X_train[: max(large)].astype(dtype)
    for N in large:
        run = lambda: my_softmax_loss_vectorized(W_cast, X_cast[:N], y_train[:N], reg)
        measured.append(median_seconds({"run": run})["run"])
ratios = [double / single for single, double in zip(times[np.float32], times[np.float64], strict=True)]
print("64-bit takes", ", ".join(f"{r:.1f}" for r in ratios), "times as long as 32-bit, at N =", large)

# %% alt="Time for loss and gradient against the number of examples, logarithmic axes: loops on top, vectorized far below, and below that the bound set by memory"
bound = [2 * N * 3073 * 4 / bandwidth for N in sizes + large]
vis_utils.plot_timings({
    "loops, 64-bit": (sizes, seconds["loops"]),
    "vectorized, 64-bit": (sizes + large, seconds["vectorized"] + times[np.float64]),
    "vectorized, 32-bit": (large, times[np.float32]),
    "memory bound, 32-bit": (sizes + large, bound),
})
plt.show()

# %% [markdown]
# For large N both take time in proportion to N, with very different factors. The dotted line is what fetching `X` twice, in 32 bits, would
# take if nothing else took any time. The vectorized code stays above it: multiplying by a matrix with only ten columns is an
# awkward shape for the library that does it, so some of the distance could still be won. The bound for 64 bits is twice as high. (At small N the images sit
# in the processor's cache; the bound, which is about memory, needn't hold there.) With 32-bit numbers there are half as
# many bytes to fetch, and the arithmetic does twice as many at a time. Is anything lost?

# %%
loss64, dW64 = my_softmax_loss_vectorized(W, X, y, reg)
loss32, dW32 = my_softmax_loss_vectorized(W.astype(np.float32), X.astype(np.float32), y, reg)
assert relative_error(loss32, loss64) < 1e-5
print("32-bit gradient is", dW32.dtype, "and close:", bool(np.abs(dW32 - dW64).max() < 1e-5 * np.abs(dW64).max()))

# %% [markdown]
# Digits beyond the sixth of the gradient change. The random choice of a mini-batch changes the first. So the rest of the suite
# trains with 32-bit numbers, and checks gradients with 64.
#
# ## Questions
#
# **1.** `scores - scores.max(axis=1)` without `keepdims` raises an error for 500 images and 10 classes. For which numbers of
# images would it run without complaint and give nonsense?
#
# <details><summary>Answer</summary>
#
# For N = 10, the number of classes. NumPy lines shapes up from the right: `(10, 10) - (10,)` subtracts entry $j$ from
# *column* $j$. (For N = 1, `(1, 10) - (1,)` is harmless.) That is why a good test uses N different from C.
# </details>
#
# **2.** Someone writes `dscores[:, y] -= 1` and gets a different gradient, with no error. What does it do?
#
# <details><summary>Answer</summary>
#
# `[:, y]` selects *all rows* of the columns named in `y`. Every row loses 1 in every class that occurs in the batch (once
# each, however often it occurs). `[rows, y]` pairs row $i$ with column $y_i$.
# </details>
#
# **3.** You have ten times as many classes. By which factor does the time of the vectorized loss grow, at N = 10,000?
#
# <details><summary>Answer</summary>
#
# By less than ten: the same bytes of `X` are fetched, whatever C is, and wide products use the processor better than
# narrow ones. Only the arithmetic grows in proportion to C. Try it.
# </details>
#
# ## What you showed
# - Scores are `X @ W`; the gradient is `X.T @ dscores`, with `dscores = p - onehot`.
# - One maximum for each row, or some rows break.
# - Vectorized code gives the same numbers, several times faster; fetching `X` from memory sets a lower bound.
# - 32-bit numbers halve the bytes and cost digits beyond the sixth.
#
# **Next:** [6. Stochastic gradient descent](06_sgd.ipynb): walking downhill with these gradients.
