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
# - what 32-bit numbers buy, and what sets the limit once the loops are gone;
# - how one loop, put in the right place, makes vectorized code faster.
#
# *Before you start:* notebook 4. *Time:* about 70 minutes.
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
from cs231n_softmax.classifiers import LinearClassifier, softmax_loss_naive, softmax_loss_vectorized
from cs231n_softmax.gradient_check import relative_error
from cs231n_softmax.timing import median_seconds, memory_bandwidth, peak_arithmetic, seconds_by_size

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
# get in the way. So: one call unmeasured, then a measured one, several times, in turns, and the median. All on one
# processor core, so that we compare two ways of computing and not two numbers of cores. What counts is the **ratio** within
# one run; the milliseconds are this machine's.

# %%
limits = threadpool_limits(1)

# %% tags=["nbval-ignore-output"]
sizes = [10, 30, 100, 300, 500]
ways = {"loops": softmax_loss_naive, "vectorized": my_softmax_loss_vectorized}
seconds = seconds_by_size(ways, W, X, y, reg, sizes)
for N, slow, fast in zip(sizes, seconds["loops"], seconds["vectorized"], strict=True):
    print(f"N = {N:3}: loops {1000 * slow:7.2f} ms, vectorized {1000 * fast:6.2f} ms, {slow / fast:.0f} times")

# %% [markdown]
# ## Half the bits
#
# With 32-bit numbers there are half as many bytes to fetch, and the arithmetic does twice as many at a time.

# %% tags=["nbval-ignore-output"]
X_train, y_train = data["X_train"], data["y_train"]
large, my_loss = [1000, 3000, 10_000], {"mine": my_softmax_loss_vectorized}
double = seconds_by_size(my_loss, W, X_train[:10_000].astype(np.float64), y_train, reg, large)["mine"]
single = seconds_by_size(my_loss, W.astype(np.float32), X_train, y_train, reg, large)["mine"]
print("64-bit takes", np.divide(double, single).round(1), "times as long as 32-bit, at N =", large)

# %% alt="Time for loss and gradient against the number of examples, logarithmic axes: loops on top, vectorized far below in 64 bits, and lower still in 32"
vis_utils.plot_timings({
    "loops, 64-bit": (sizes, seconds["loops"]),
    "vectorized, 64-bit": (sizes + large, seconds["vectorized"] + double),
    "vectorized, 32-bit": (large, single),
})
plt.show()

# %% [markdown]
# For large N all take time in proportion to N, with very different factors. Is anything lost with 32 bits?

# %%
loss64, dW64 = my_softmax_loss_vectorized(W, X, y, reg)
loss32, dW32 = my_softmax_loss_vectorized(W.astype(np.float32), X.astype(np.float32), y, reg)
assert relative_error(loss32, loss64) < 1e-5
print("32-bit gradient is", dW32.dtype, "and close:", bool(np.abs(dW32 - dW64).max() < 1e-5 * np.abs(dW64).max()))

# %% [markdown]
# Digits beyond the sixth of the gradient change. The random choice of a mini-batch changes the first. So the rest of the suite
# trains with 32-bit numbers, and checks gradients with 64.
#
# ## How far is it from what the machine can do?
#
# Without loops, the work is two matrix products. Two things limit them. The **arithmetic**: each product multiplies and adds
# once for each image, pixel and class, so both together are $4NDC$ operations. And the **memory**: the bytes of `X` must be fetched,
# once for each product. We measure what this machine can do of each: the best arithmetic in a product of two large square
# matrices, and the fastest reading in a sum over a long array.

# %% tags=["nbval-ignore-output"]
bandwidth, peak = memory_bandwidth(), peak_arithmetic(np.float32)
print(f"memory: {bandwidth / 1e9:.0f} GB/s")
print(f"arithmetic: {peak / 1e9:.0f} Gflop/s (billions of operations per second)")

# %% tags=["nbval-ignore-output"]
N = 10_000
W32, X32, y_many = W.astype(np.float32), X_train[:N], y_train[:N]
operations = 4 * N * 3073 * 10
once = X32.nbytes / bandwidth
print(f"arithmetic alone: {1000 * operations / peak:.0f} ms;  fetching X once: {1000 * once:.0f} ms, "
      f"twice: {2000 * once:.0f} ms;  your loss: {1000 * single[-1]:.0f} ms")

# %% [markdown]
# Your loss takes longer than either. One reason is in the order of things. At N = 10,000, `X` has 123 MB; a core's own cache, the fast
# memory beside the arithmetic, holds one or two. `X @ W` fetches all of `X` through it, row after row, and when `X.T @ dscores`
# begins, the first rows are long gone: everything is fetched a second time.
#
# But nothing says that the first product has to be *finished* before the second begins. The loss is a sum over examples.
# Take 128 rows, 1.5 MB: do both products while these rows are in the cache, add up, and go on to the next 128. **A loop** over blocks:

# %%
def loss_in_blocks(W, X, y, reg, rows=128):
    """my_softmax_loss_vectorized, one block of rows after the other: X is fetched once."""
    loss, dW = reg * np.sum(W**2), 2 * reg * W
    for first in range(0, len(X), rows):
        block = slice(first, first + rows)
        block_loss, block_dW = my_softmax_loss_vectorized(W, X[block], y[block], 0.0)
        share = len(y[block]) / len(X)
        loss, dW = loss + share * block_loss, dW + share * block_dW
    return loss, dW


# %%
loss, dW = my_softmax_loss_vectorized(W32, X32, y_many, 0.1)
loss_blocks, dW_blocks = loss_in_blocks(W32, X32, y_many, 0.1)
assert relative_error(loss_blocks, loss) < 1e-5
assert np.abs(dW_blocks - dW).max() < 1e-4 * np.abs(dW).max()
print("the same loss and gradient, to rounding")

# %% [markdown]
# Is it faster? Beside it: two bare products without any loss (no vectorized loss can be faster than that, one would think), and
# the suite's `softmax_loss_vectorized`, which does the same as the cell above with less bookkeeping.

# %% tags=["nbval-ignore-output"]
batch, P = (W32, X32, y_many, 0.1), np.ones((N, 10), np.float32)
times = median_seconds({
    "two bare products": lambda: (X32 @ W32, X32.T @ P),
    "yours": lambda: my_softmax_loss_vectorized(*batch),
    "yours in blocks": lambda: loss_in_blocks(*batch),
    "the suite's": lambda: softmax_loss_vectorized(*batch),
})
for name, t in times.items():
    print(f"{name:18} {1000 * t:5.1f} ms, {t / times['two bare products']:.2f} of two bare products")

# %% [markdown]
# A loop that saves time. The picture for such questions is the **roofline**: to the right, how many operations are done
# for each byte that is fetched; upwards, how many a second. Nothing gets above the roof: on its slope the memory is the limit,
# on the flat the arithmetic. In 32 bits and with ten classes, a pixel takes 40 operations and 4 bytes: 10 operations per byte if it is
# fetched once, 5 if twice. (The loops use a row for both and never need it again, so they fetch once too; in 64 bits that makes 5.)

# %% alt="Roofline: a slope that is memory bandwidth, a flat part that is peak arithmetic; the loops at 5 operations per byte and far below, yours above them, yours in blocks and the suite's at 10 and higher"
achieved = {"loops (500 images)": (5, 4 * 500 * 3073 * 10 / seconds["loops"][-1])}
fetches = {"yours": 5, "yours in blocks": 10, "the suite's": 10}
achieved |= {name: (per_byte, operations / times[name]) for name, per_byte in fetches.items()}
vis_utils.plot_roofline(achieved, bandwidth, peak)
plt.show()

# %% [markdown]
# Blocks move the point to the right and up. By the picture alone memory was no limit even before, where the flat part begins left of 5:
# but fetching and computing happen one after the other as much as side by side, so time spent on fetching still adds up. And the
# point is still not at the roof: multiplying by a matrix of only ten columns is an awkward shape for the library that does it, which
# rearranges the rows in memory before it multiplies them, for any number of columns. (Try 100 classes: the point rises.)
# What other libraries reach, at all 49,000 images, `make bench` measures.
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
# **4.** A sweep trains at 16 settings, all on the same batches. How can it read each batch once instead of 16 times?
#
# <details><summary>Answer</summary>
#
# Put the 16 weight matrices side by side, as one of 160 columns: one product `X @ W` gives the scores of all 16, and one product
# `X.T @ dscores` their gradients. That is also a better shape for the library. The suite's `sweep` does it (notebook 7).
# </details>
#
# ## What you showed
# - Scores are `X @ W`; the gradient is `X.T @ dscores`, with `dscores = p - onehot`.
# - One maximum for each row, or some rows break.
# - Vectorized code gives the same numbers, several times faster.
# - 32-bit numbers halve the bytes and cost digits beyond the sixth.
# - Memory and arithmetic set the limit. Rows taken in blocks are fetched once for both products.
#
# **Next:** [6. Stochastic gradient descent](06_sgd.ipynb): walking downhill with these gradients.
