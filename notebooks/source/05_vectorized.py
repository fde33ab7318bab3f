# %% [markdown]
# # 5. Vectorized: the same numbers without the loops
#
# The loops of notebook 4 are right, and slow: for every image and class, Python decides anew what to do next.
# Here the loops go, one at a time, and each cell shows that the result is still the same. Then we time it, and ask how
# far it is from what the machine can do.
#
# **What you'll learn**
# - how two loops become one, and one becomes a matrix product;
# - how to pick one score from each row, and why the largest score must be taken row by row;
# - how a sum over examples turns into `X.T @ dscores`;
# - how to time code on a noisy computer;
# - what 32-bit numbers buy, and how far vectorized code is from what the machine can do;
# - how one loop, put in the right place, makes vectorized code faster.
#
# *Before you start:* notebook 4. *Time:* about 70 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG;
# yours can differ in the last digits.*

# %% [markdown] tags=["practice"]
# This notebook has the solutions of its exercises in it. To solve them yourself, work in a copy without solutions:
# `make practice`, or `python -m cs231n_softmax practice`, lays copies of all notebooks into the folder `practice/`. You
# can run it again at any time. What you have written there stays.

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
# **No loop.** Two things change. First, the maximum and the sum run along an **axis**: `axis=1` means *along each row*.
# `keepdims=True` keeps the result a column, `(N, 1)`, so that subtracting it from `(N, C)` subtracts row by row.

# %%
shifted = scores - scores.max(axis=1, keepdims=True)
print(scores.shape, "-", scores.max(axis=1, keepdims=True).shape, "=", shifted.shape)

# %% [markdown]
# Second, the true class's score sits in a different column in each row. Two index arrays of equal length, one for rows and one for
# columns, pick one entry for each pair:

# %%
rows = np.arange(num_train)
losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]
assert np.allclose(losses, losses_one, rtol=1e-10)
print("one loss for each example:", losses.shape)

# %% [markdown]
# Why one maximum for each row, and not simply `scores.max()`, one for all? On most data both work. But take two
# images of which one gets scores near 10,000. After subtracting 10,001 from *all* scores, the other row's exponentials are
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
# **No loop.** A sum of outer products *is* a matrix product. In indices, with $dS$ for `dscores`:
# $dW_{dj} = \sum_i X_{id}\, dS_{ij} = (X^T dS)_{dj}$. The shapes say so too: from $(N, D)$ and $(N, C)$ there is just one product that gives $(D, C)$.

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
# makes arrays far larger than it needs. (Those earn a remark only: right results count as right, loops or not.)

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
# A single measurement of a single run tells little: the first call loads things and starts threads, and other programs get in
# the way. So each way is called once unmeasured and once measured; the ways take turns, several times; and we take the median
# of the measured calls. (`median_seconds??` in a new cell shows the code: it is short.) All on one processor core, so that we compare
# two ways of computing and not two numbers of cores. What counts is the **ratio** within one run; the milliseconds are this machine's.

# %%
limits = threadpool_limits(1)  # one thread from here on, in this notebook

# %% tags=["nbval-ignore-output"]
sizes = [10, 30, 100, 300, 500]
ways = {"loops": softmax_loss_naive, "vectorized": my_softmax_loss_vectorized}
seconds = seconds_by_size(ways, W, X, y, reg, sizes)
for N, slow, fast in zip(sizes, seconds["loops"], seconds["vectorized"], strict=True):
    print(f"N = {N:3}: loops {1000 * slow:7.2f} ms, vectorized {1000 * fast:6.2f} ms, {slow / fast:.0f} times")

# %% [markdown]
# The ratio grows at first, because a call has a fixed cost of its own, and then stays near ten. Not a hundred: these loops run over
# examples and classes only, and NumPy does the 3,073 numbers of an image at once even there.
#
# ## Half the bits
#
# The training images are kept in 32-bit numbers. There are half as many bytes to fetch, and the processor multiplies twice as many
# numbers at a time.

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
# Loops and vectorized code both take time about in proportion to N, with very different factors. Where a line bends, look for a
# **cache**: a small, fast memory beside the arithmetic, one or two MB for each core and some tens of MB shared by all. 1,000 images
# in 32 bits are 12 MB, and stay in a cache from one call to the next; 10,000 don't. Is anything lost with 32 bits?

# %%
loss64, dW64 = my_softmax_loss_vectorized(W, X, y, reg)
loss32, dW32 = my_softmax_loss_vectorized(W.astype(np.float32), X.astype(np.float32), y, reg)
assert relative_error(loss32, loss64) < 1e-5
print("32-bit gradient is", dW32.dtype, "and close:", bool(np.abs(dW32 - dW64).max() < 1e-5 * np.abs(dW64).max()))

# %% [markdown]
# The gradient changes by less than a hundred-thousandth of its largest entry. Which images happen to be in a mini-batch changes it by
# far more (notebook 6). So the rest of the suite trains with 32-bit numbers, and checks gradients with 64.
#
# ## How far is it from what the machine can do?
#
# Without loops, the work is two matrix products. Two things bound their speed from above. The **arithmetic**: in each product, each of
# the 3,073 numbers of an image is multiplied once for each class, and each result is added: $2NDC$ operations, $4NDC$ for both. And
# the **memory**: the bytes of `X` must be fetched, once for each product. We measure what one core can do of each: the best
# arithmetic in a product of two large square matrices, and the fastest reading in the inner product of a long array with itself. A bound
# is the best of several runs, not the median: what the machine does when nothing disturbs it.

# %% tags=["nbval-ignore-output"]
bandwidth, peak = memory_bandwidth(), peak_arithmetic(np.float32)
print(f"memory: {bandwidth / 1e9:.0f} GB/s")
print(f"arithmetic: {peak / 1e9:.0f} Gflop/s (billions of operations per second)")

# %% tags=["nbval-ignore-output"]
N = 10_000
W32, X32, y_many = W.astype(np.float32), X_train[:N], y_train[:N]
operations, once = 4 * N * 3073 * 10, X32.nbytes / bandwidth
print(f"arithmetic alone: {1000 * operations / peak:.0f} ms;  fetching X once: {1000 * once:.0f} ms, "
      f"twice: {2000 * once:.0f} ms;  your loss: {1000 * single[-1]:.0f} ms")

# %% [markdown]
# Your loss takes longer than all of that together. One reason is in the order of things. At N = 10,000, `X` has 123 MB. `X @ W` takes
# all of it through the caches, row after row, and when `X.T @ dscores` begins, the first rows are long gone: everything is fetched
# a second time.
#
# But nothing says that the first product has to be *finished* before the second begins. The loss is a sum over examples.
# Take 128 rows, 1.5 MB: do both products while these rows are in the cache, add up, and go on to the next 128. **A loop** over
# blocks. A block's loss is a mean over its own rows, so it counts with its share of all rows; the penalty is added once, at the start.

# %%
def loss_in_blocks(W, X, y, reg, block_size=128):
    """my_softmax_loss_vectorized, one block of rows after the other: X is fetched once."""
    loss, dW = reg * np.sum(W**2), 2 * reg * W
    for first in range(0, len(X), block_size):
        block = slice(first, first + block_size)
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
# Is it faster, and is it the fetching? Beside it: two bare products without any loss; the same products in blocks, first all of one and then
# all of the other, so that nothing is fetched less often; and in blocks, both for each block. And the suite's `softmax_loss_vectorized`, which
# is the same idea with sums in place.

# %% tags=["nbval-ignore-output"]
batch, P = (W32, X32, y_many, 0.1), np.ones((N, 10), np.float32)
blocks = [slice(first, first + 128) for first in range(0, N, 128)]
times = median_seconds({
    "two bare products": lambda: (X32 @ W32, X32.T @ P),
    "in blocks, X fetched twice": lambda: ([X32[b] @ W32 for b in blocks], [X32[b].T @ P[b] for b in blocks]),
    "in blocks, X fetched once": lambda: [(X32[b] @ W32, X32[b].T @ P[b]) for b in blocks],
    "your loss": lambda: my_softmax_loss_vectorized(*batch),
    "your loss in blocks": lambda: loss_in_blocks(*batch),
    "the suite's loss": lambda: softmax_loss_vectorized(*batch),
})
for name, t in times.items():
    print(f"{name:27} {1000 * t:5.1f} ms, {t / times['two bare products']:.2f} of two bare products")

# %% [markdown]
# A loop that saves time, more than the bandwidth promised: a product doesn't fetch at full speed, as it waits for rows and computes in
# turn. The picture for such questions is the **roofline**: to the right, how many operations are done for each byte that is
# fetched from memory; upwards, how many a second. Nothing gets above the roof: on its slope the memory is the bound, on the flat the
# arithmetic. In 32 bits and with ten classes, each number of an image takes 40 operations and 4 bytes: 10 operations per byte if it
# is fetched once, 5 if twice. (The loops use a row for both products before they go on, so they fetch once, too.)

# %% alt="Roofline: a slope that is memory bandwidth, a flat part that is peak arithmetic; your loss below it at 5 operations per byte, your loss in blocks and the suite's higher at 10, the loops far below them at 10"
[loops] = seconds_by_size({"loops": softmax_loss_naive}, W32, X32, y_many, reg, [500])["loops"]
achieved = {"loops (500 images)": (10, 4 * 500 * 3073 * 10 / loops)}
fetches = {"your loss": 5, "your loss in blocks": 10, "the suite's loss": 10}
achieved |= {name: (per_byte, operations / times[name]) for name, per_byte in fetches.items()}
vis_utils.plot_roofline(achieved, bandwidth, peak)
plt.show()

# %% [markdown]
# Blocks move the point to the right and up. In the picture, 5 operations per byte may already lie under the flat part, so that fetching
# shouldn't matter: but the roof supposes that fetching and computing go on at the same time, and a product does them partly
# one after the other, so that their times add up. And all points stay well below the roof, because a matrix of only ten columns is an
# awkward shape: the library that multiplies first copies the rows into another order, which costs the same for ten columns as for
# a hundred and pays off only with many. What other libraries reach, at all 49,000 images, `make bench` measures.
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
# narrow ones. Only the arithmetic grows in proportion to C.
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
# - Memory and arithmetic are upper bounds; products with ten columns stay well below them. Rows taken in blocks are fetched once
#   for both products, which saves time.
#
# **Next:** [6. Stochastic gradient descent](06_sgd.ipynb): walking downhill with these gradients.
