# %% [markdown]
# # 5. Vectorized: the same numbers without the loops
#
# The loops of notebook 4 are right, but slow: for every image and every class, Python has to work out anew what to do.
# In this notebook we remove the loops, one at a time, and see each time that the result stays the same.
# Then we measure how much time this saves.
#
# **What you'll learn**
# - how two loops become one, and how one loop becomes a matrix product;
# - how to pick one score from each row, and why each row needs its own maximum;
# - how a sum over examples becomes `X.T @ dscores`;
# - how to time code on a computer that does other things, too;
# - what 32-bit numbers save, and what they cost;
# - for the curious: how far the code is from what the machine can do, how a loop in the right place makes it faster, and what a compiler makes of loops.
#
# *Before you start:* notebook 4.
# *Time:* about 70 minutes.
# The last 30 of them are for the curious.
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

import numpy as np
from threadpoolctl import threadpool_limits

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import LinearClassifier, softmax_loss_naive, softmax_loss_vectorized
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
# **Two loops.**
# One score is the inner product of one image and one column of `W`.

# %%
scores_two = np.zeros((num_train, num_classes))
for i in range(num_train):
    for j in range(num_classes):
        scores_two[i, j] = X[i] @ W[:, j]

# %% [markdown]
# **One loop.**
# A row times a matrix gives the scores of all classes at once.

# %%
scores_one = np.zeros((num_train, num_classes))
for i in range(num_train):
    scores_one[i] = X[i] @ W
print("equal to two loops:", np.allclose(scores_one, scores_two, rtol=1e-10))

# %% [markdown]
# **No loop.**
# A matrix times a matrix gives the scores of all images at once.

# %%
scores = X @ W
print("equal to two loops:", np.allclose(scores, scores_two, rtol=1e-10), " shape", scores.shape)

# %% [markdown]
# ## The loss
#
# The loss of one image is $L_i = \log\sum_j e^{s_{ij}} - s_{iy_i}$.
# We subtract the largest score of the row first, as in notebook 2.
# **Two loops**, over the images and over the classes:

# %%
losses_two = np.zeros(num_train)
for i in range(num_train):
    total, largest = 0.0, scores[i].max()
    for j in range(num_classes):
        total += np.exp(scores[i, j] - largest)
    losses_two[i] = np.log(total) - (scores[i, y[i]] - largest)

# %% [markdown]
# **One loop.**
# NumPy computes the exponentials of a whole row, and their sum, at once:

# %%
losses_one = np.zeros(num_train)
for i in range(num_train):
    row = scores[i] - scores[i].max()
    losses_one[i] = np.log(np.exp(row).sum()) - row[y[i]]
print("equal to two loops:", np.allclose(losses_one, losses_two, rtol=1e-10))

# %% [markdown]
# **No loop.**
# Two things are new.
#
# The first is the **axis**.
# `scores.max(axis=1)` takes the maximum along each row.
# `keepdims=True` keeps the result as a column of shape `(N, 1)`.
# NumPy then subtracts it from all columns of the `(N, C)` scores.

# %%
shifted = scores - scores.max(axis=1, keepdims=True)
print(scores.shape, "-", scores.max(axis=1, keepdims=True).shape, "=", shifted.shape)

# %% [markdown]
# The second is the **choice of one entry from each row**.
# We need the score of the true class, and its column differs from row to row.
# Give NumPy two lists of the same length: the rows and the columns.
# NumPy picks one entry for each pair.

# %%
rows = np.arange(num_train)
losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]
print("equal to two loops:", np.allclose(losses, losses_two, rtol=1e-10), " shape", losses.shape)

# %% [markdown]
# Could we use `scores.max()`, one maximum for all rows?
# On most data this works.
# But take two images.
# The scores of the first are 10,000 and 10,001, and the scores of the second are 1 and 2.
# The one maximum for all rows is 10,001.
# Subtract it from *all* scores.
# Then all exponentials of the second image are exactly 0, and the logarithm of their sum is minus infinity:

# %%
two_rows = np.array([[10_000.0, 10_001.0], [1.0, 2.0]])
with np.errstate(divide="ignore"):
    one_maximum = np.log(np.exp(two_rows - two_rows.max()).sum(axis=1))
row_maxima = np.log(np.exp(two_rows - two_rows.max(axis=1, keepdims=True)).sum(axis=1))
print("one maximum for all rows:", one_maximum.round(4))
print("one maximum for each row:", row_maxima.round(4))

# %% [markdown]
# ## The gradient
#
# Notebook 4 added $(p_j - [j = y_i])\, x_i$ to column $j$ of `dW`, for all images $i$ and classes $j$.
# The factors $p_j - [j = y_i]$ form a matrix, `dscores`, with one row for each image.
# Its entries are the probabilities, and 1 is subtracted at the true class of each row.

# %%
exp = np.exp(shifted)
dscores = exp / exp.sum(axis=1, keepdims=True)
dscores[rows, y] -= 1

# %% [markdown]
# **Two loops**, as in notebook 4:

# %%
dW_two = np.zeros_like(W)
for i in range(num_train):
    for j in range(num_classes):
        dW_two[:, j] += dscores[i, j] * X[i]

# %% [markdown]
# **One loop.**
# All columns at once, for one image: the outer product of the image and its row of factors.

# %%
dW_one = np.zeros_like(W)
for i in range(num_train):
    dW_one += np.outer(X[i], dscores[i])
print("equal to two loops:", np.allclose(dW_one, dW_two, rtol=1e-8))

# %% [markdown]
# **No loop.**
# A sum of outer products *is* a matrix product.
# To see it, write $G$ for `dW` and $E$ for `dscores`, and look at one entry of $G$.
# Here $i$ is the image, $k$ is the pixel and $j$ is the class:
#
# $$G_{kj} = \sum_i X_{ik}\, E_{ij} = (X^T E)_{kj}.$$
#
# The shapes lead to the same product: from $(N, D)$ and $(N, C)$, only $X^T E$ has the shape $(D, C)$ of `W`.

# %%
dW_none = X.T @ dscores
print("equal to two loops:", np.allclose(dW_none, dW_two, rtol=1e-8))
print(X.T.shape, "@", dscores.shape, "=", dW_none.shape)

# %% [markdown]
# ### Exercise: vectorized loss and gradient
# Put the pieces together, without loops over images, classes or pixels.
# Don't forget that the loss is a mean, and add the regularization: `reg * sum(W**2)`, whose gradient is `2 * reg * W`.

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
# The check is the one from notebook 4.
# It also looks at how your function works: whether there are loops left in it, and whether it makes arrays that are far larger than needed.
# If it finds loops or very large arrays, it prints a remark.
# The remark doesn't make a right result wrong.

# %% points=15
check.softmax_loss(my_softmax_loss_vectorized, vectorized=True).require()

# %% [markdown]
# On real images, your function must give what the loops give.
# We choose `reg` so that the penalty is as large as the data loss.
# Otherwise an error in the penalty would be too small to notice.

# %%
data_loss, _ = my_softmax_loss_vectorized(W, X, y, 0.0)
reg = float(data_loss / np.sum(W**2))
loss_mine, dW_mine = my_softmax_loss_vectorized(W, X, y, reg)
loss_naive, dW_naive = softmax_loss_naive(W, X, y, reg)
print("same loss, to 12 digits:    ", bool(abs(loss_mine - loss_naive) < 1e-12 * loss_naive))
print("same gradient, to 12 digits:", bool(np.abs(dW_mine - dW_naive).max() < 1e-12 * np.abs(dW_naive).max()))

# %% [markdown]
# Your function can train a classifier.
# A `LinearClassifier` of the package needs only a loss, so give it yours.
# (Notebook 6 explains what `train` does.)

# %%
class MySoftmax(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return my_softmax_loss_vectorized(self.W, X_batch, y_batch, reg)


# %% tags=["nbval-ignore-output"]
mine = MySoftmax()
mine.train(data["X_train"], data["y_train"], learning_rate=1e-6, reg=1e3, num_iters=500, rng=0)
accuracy = np.mean(mine.predict(data["X_val"]) == data["y_val"])
print(f"validation accuracy after 500 steps with your loss: {accuracy:.3f}")

# %% tags=["claim"]
assert accuracy > 0.3

# %% [markdown]
# ## How much faster?
#
# One measurement of one call tells you little.
# The first call is slow, because it loads libraries and starts threads.
# And other programs take time in between.
# So we do three things:
# - each function is called once before it is measured;
# - the functions take turns, several times, so that a slow moment of the computer slows all of them;
# - we take the median of the measured times.
#
# (`median_seconds??` in a new cell shows the code.
# It is short.)
# We use one processor core only, because we want to compare two ways to compute, and not numbers of cores.
# Don't compare milliseconds from two computers, or from two days.
# Compare the **ratio** of two times from the same run.
# On a busy computer, even the ratios change from run to run.
# If they do, run the cell again.

# %%
limits = threadpool_limits(1)  # one thread from here on, in this notebook

# %% tags=["nbval-ignore-output"]
sizes = [10, 30, 100, 300, 500]
ways = {"loops": softmax_loss_naive, "vectorized": my_softmax_loss_vectorized}
seconds = seconds_by_size(ways, W, X, y, reg, sizes)
for size, slow, fast in zip(sizes, seconds["loops"], seconds["vectorized"], strict=True):
    print(f"N = {size:3}: loops {1000 * slow:7.2f} ms, vectorized {1000 * fast:6.2f} ms, {slow / fast:.0f} times")

# %% tags=["claim"]
cpu = []
for function in ways.values():
    start = time.process_time()
    function(W, X, y, reg)
    cpu.append(time.process_time() - start)
assert cpu[0] > 2 * cpu[1]

# %% [markdown]
# In our runs on a quiet computer, the vectorized code was four to fifteen times as fast.
# If a single ratio is far larger than the others, other programs probably disturbed its measurement.
# You may have read elsewhere that vectorized code is a hundred times as fast.
# But the loops here run over images and classes only: NumPy already handles the 3,073 numbers of an image at once.
# With a third loop, over the pixels, the code would be far slower.
#
# ## Half the bits
#
# So far, the loss and the gradient were computed and timed with 64-bit numbers, which is NumPy's standard.
# But the training images are kept in 32-bit numbers.
# They have half as many bytes, so half as many must be fetched from memory.
# And the processor multiplies twice as many of them at a time.
#
# **Predict, then run.**
# We compute the gradient of 500 images with 32-bit numbers in place of 64-bit numbers.
# By how much does it change, compared with its largest entry?
# - (a) by about 1 %;
# - (b) by less than 1 part in 100,000;
# - (c) not at all.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("05-float32", guess)

# %%
loss64, dW64 = my_softmax_loss_vectorized(W, X, y, reg)
loss32, dW32 = my_softmax_loss_vectorized(W.astype(np.float32), X.astype(np.float32), y, reg)
change = np.abs(dW32 - dW64).max() / np.abs(dW64).max()
print("type:", dW32.dtype, " equal:", bool(change == 0), " change below 1 in 100,000:", bool(change < 1e-5))

# %% [markdown]
# So hardly anything is lost.
# Notebook 6 computes each gradient from 200 images that are chosen at random.
# This random choice changes the gradient far more than 32-bit numbers do.
# That is why the rest of the suite trains with 32-bit numbers.
# Gradients are *checked* with 64-bit numbers.
# A check computes the difference of two nearly equal losses, so it needs many digits.
#
# And what is saved?
# We time your loss with both, for larger numbers of images:

# %% tags=["nbval-ignore-output"]
X_train, y_train = data["X_train"], data["y_train"]
large, my_loss = [1000, 3000, min(10_000, len(X_train))], {"mine": my_softmax_loss_vectorized}
double = seconds_by_size(my_loss, W, X_train[:10_000].astype(np.float64), y_train, reg, large)["mine"]
single = seconds_by_size(my_loss, W.astype(np.float32), X_train, y_train, reg, large)["mine"]
for size, ratio in zip(large, np.divide(double, single), strict=True):
    print(f"N = {size:6}: 64-bit takes {ratio:.1f} times as long as 32-bit")

# %% tags=["claim"]
assert X_train[:1000].nbytes == 1000 * 3073 * 4 and X[:1].nbytes == 2 * X_train[:1].nbytes
assert abs(loss32 / loss64 - 1) < 1e-5
some = np.random.default_rng(0).permutation(num_train)[:200]
dW_some = my_softmax_loss_vectorized(W, X[some], y[some], reg)[1]
assert np.abs(dW_some - dW64).max() > 1000 * np.abs(dW32 - dW64).max()

# %%
vis_utils.plot_timings({
    "loops, 64-bit": (sizes, seconds["loops"]),
    "vectorized, 64-bit": (sizes + large, seconds["vectorized"] + double),
    "vectorized, 32-bit": (large, single),
})
vis_utils.show("""Time for loss and gradient against the number of images, with logarithmic axes. The loops are
    the highest line. Vectorized with 64 bits is far below it, and vectorized with 32 bits is lower still""")

# %% [markdown]
# You may have expected a ratio of 2.
# It is often larger, and this notebook doesn't measure why.
#
# For many images, each time grows about in proportion to N.
# But the three lines lie at different heights.
# With logarithmic axes, equal distances are equal ratios.
# So look at how far apart the lines are.
#
# ## Questions

# %% [markdown]
# **1.** `scores - scores.max(axis=1)` without `keepdims` raises an error for 500 images and 10 classes.
# For one number of images, it runs without an error, but its results are wrong.
# Which number is this?
#
# <details><summary>Answer</summary>
#
# For N = 10, the number of classes.
# NumPy compares shapes from the right.
# So `(10, 10) - (10,)` subtracts entry $j$ from *column* $j$, and not from row $j$.
# (For N = 1 it runs, too, and the result is right.)
# That is why a good test uses a number of images that differs from the number of classes.
# </details>

# %% [markdown]
# **2.** Someone writes `dscores[:, y] -= 1` and gets a wrong gradient, but no error.
# What does this line do?
#
# <details><summary>Answer</summary>
#
# `[:, y]` selects *all rows* of the columns that occur in `y`.
# So 1 is subtracted in every row, for every class that occurs in `y`.
# (It is subtracted once for each class, even if the class occurs several times.)
# `[rows, y]` makes pairs: row $i$ with column $y_i$.
# </details>

# %% [markdown]
# **3.** You want to compare 16 ways to train.
# So you train 16 classifiers at the same time, on the same images in each step.
# How can you compute the scores of all 16 with a single matrix product?
#
# <details><summary>Answer</summary>
#
# Put the 16 weight matrices side by side.
# They form one matrix of 160 columns.
# Then `X @ W` has the scores of all 16, and one product `X.T @ dscores` has their gradients.
# Each product fetches the images once and not 16 times.
# The suite's function `sweep` does this (notebook 7).
# </details>

# %% [markdown]
# ## For the curious: how far is this code from the limits of the machine?
#
# You can go on to notebook 6 now.
# Nothing later needs the rest of this notebook.
# It answers a question that programmers ask: is this code fast, or could it be faster?
#
# Nearly all of the work is in two matrix products.
# Two things limit their speed:
# - **Arithmetic.**
#   In each product, each of the 3,073 numbers of an image is multiplied once for each class, and the result is added to a sum.
#   That is $2NDC$ operations for a product, and $4NDC$ for both.
# - **Memory.**
#   The bytes of `X` have to come from memory to the processor.
#   In your loss, this happens once for each product.
#
# We measure two numbers on one core: how many operations it can do in a second, and how many bytes it can fetch from memory in a second.
# For the arithmetic, we multiply two large square matrices.
# For the memory, we take the inner product of a long array with itself.
# The fastest of several runs counts, because a limit is what the machine does when nothing disturbs it.

# %% tags=["nbval-ignore-output"]
bandwidth, peak = memory_bandwidth(), peak_arithmetic(np.float32)
print(f"memory: {bandwidth / 1e9:.0f} GB/s")
print(f"arithmetic: {peak / 1e9:.0f} Gflop/s (billions of operations per second)")

# %% tags=["nbval-ignore-output"]
N = min(10_000, len(X_train))
W32, X32, y_many = W.astype(np.float32), X_train[:N], y_train[:N]
operations, once = 4 * N * 3073 * 10, X32.nbytes / bandwidth
print("as a share of the time that your loss takes:")
print(f"  all of the arithmetic {operations / peak / single[-1]:.2f}")
print(f"  fetching X once {once / single[-1]:.2f}, twice {2 * once / single[-1]:.2f}")

# %% tags=["claim"]
assert round(X32.nbytes / 1e6) == 123 and round(X32[:128].nbytes / 1e6, 1) == 1.6 and -(-N // 128) == 79

# %% [markdown]
# The first share is the time that the arithmetic alone would take.
# The last share is the time that memory alone would take.
# Both are well below 1.
# So your function takes much longer than the arithmetic alone or the memory alone would take.
# It reaches neither limit.
#
# Why is `X` fetched twice, once for each product?
# The processor has small, fast memories, the **caches**.
# What was used a short time ago is still in a cache and needn't be fetched again.
# Typically the caches have one or two MB for each core, and some tens of MB for all cores together.
# But 10,000 images in 32 bits have 123 MB.
# `X @ W` brings them through the caches, row after row.
# When `X.T @ dscores` begins, the first rows are no longer in a cache.
# So all of `X` is fetched a second time.
#
# But the first product needn't be *finished* when the second begins, because the loss is a sum over images.
# Take 128 rows, which are 1.6 MB.
# Do both products with these rows, while they are in the cache.
# Add the results to the sums, and go on to the next 128 rows.
# This is **a loop** over blocks of rows.
#
# The loss of a block is the mean over its own rows.
# So we multiply it by the block's share of all rows.
# The penalty is added once, at the beginning.

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
loss_whole, dW_whole = my_softmax_loss_vectorized(W32, X32, y_many, 0.1)
loss_blocks, dW_blocks = loss_in_blocks(W32, X32, y_many, 0.1)
print("same loss:    ", bool(abs(loss_blocks / loss_whole - 1) < 1e-5))
print("same gradient:", bool(np.abs(dW_blocks - dW_whole).max() < 1e-4 * np.abs(dW_whole).max()))

# %% [markdown]
# **Predict, then run.**
# For 10,000 images, the loop makes 79 rounds in Python.
# How fast is `loss_in_blocks`, compared with `my_softmax_loss_vectorized`?
# - (a) it is slower;
# - (b) it is faster;
# - (c) it is equally fast.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("05-blocks", guess)

# %% [markdown]
# `loss_in_blocks` is faster.
# Is the reason that `X` is fetched only once?
# To see it, we also time the two products alone, without any loss:
# - each product in one piece;
# - in blocks, but the second product begins only after the first product is finished for all blocks: `X` is fetched twice, as before;
# - in blocks, both products for each block: `X` is fetched once.
#
# The suite's own `softmax_loss_vectorized` works in blocks, too.

# %% tags=["nbval-ignore-output"]
batch, P = (W32, X32, y_many, 0.1), np.ones((N, 10), np.float32)
blocks = [slice(first, first + 128) for first in range(0, N, 128)]
times = median_seconds({
    "two products, each in one piece": lambda: (X32 @ W32, X32.T @ P),
    "in blocks, X fetched twice": lambda: ([X32[b] @ W32 for b in blocks], [X32[b].T @ P[b] for b in blocks]),
    "in blocks, X fetched once": lambda: [(X32[b] @ W32, X32[b].T @ P[b]) for b in blocks],
    "your loss": lambda: my_softmax_loss_vectorized(*batch),
    "your loss in blocks": lambda: loss_in_blocks(*batch),
    "the suite's loss": lambda: softmax_loss_vectorized(*batch),
})
for name, t in times.items():
    print(f"{name:31} takes {t / times['your loss']:.2f} of the time of your loss")

# %% [markdown]
# Compare the first three lines.
# In our runs, blocks alone save little or nothing.
# Blocks in which `X` is fetched only once save much more.
# So it is the second fetching of `X` that takes the time.
# The difference of the second and the third line is the time of this second fetching.
# It is larger than the share that was printed above for fetching X once.
# That share was computed for a memory that works at its full speed all the time.
#
# This loop saves time, although loops usually cost time.
# What counts is how much work is done in each round.
#
# The next figure is called a **roofline**.
# Its horizontal axis shows how many operations are done for each byte that is fetched from memory.
# Its vertical axis shows how many operations are done in a second.
# The figure has a line that is called the roof.
# Its left part rises, and its right part is flat.
# On the rising part, memory is the limit: it delivers a fixed number of bytes in a second, so more operations for each byte also mean more operations in a second.
# On the flat part, arithmetic is the limit.
# No point can be above the roof.
#
# How many operations are done for each byte?
# In each product, each number of an image needs 2 operations for each class: a multiplication and an addition.
# Two products and ten classes make 40 operations.
# With 32 bits, the number has 4 bytes.
# So there are 10 operations per byte if the number is fetched once, and 5 if it is fetched twice.
# (The loops of notebook 4 use each image for both products before they go on to the next image, so they fetch it once.)

# %%
[loops] = seconds_by_size({"loops": softmax_loss_naive}, W32, X32, y_many, reg, [500])["loops"]
achieved = {"loops (500 images)": (10, 4 * 500 * 3073 * 10 / loops)}
fetches = {"your loss": 5, "your loss in blocks": 10, "the suite's loss": 10}
achieved |= {name: (per_byte, operations / times[name]) for name, per_byte in fetches.items()}
vis_utils.plot_roofline(achieved, bandwidth, peak)
vis_utils.show("""Roofline: a slope that is the limit of memory, then a flat part that is the limit of arithmetic.
    Your loss is below it at 5 operations per byte. Your loss in blocks and the suite's loss are higher, at 10.
    The loops are far below them, at 10""")

# %% [markdown]
# Blocks move the point to the right and up.
# But all points stay well below the roof.
# Two things are likely reasons.
# We don't measure them one by one.
# - The roof supposes that the processor fetches and computes at the same time.
#   In a matrix product, it may partly do one after the other.
# - A matrix with only ten columns is an awkward shape.
#   Fast libraries first copy parts of the matrices into another order (K.
#   Goto and R. van de Geijn, *Anatomy of High-Performance Matrix Multiplication*, 2008).
#   Such a copy of `X` takes the same time, whether `W` has ten columns or a hundred.
#   With ten columns, the multiplication itself is short, so the copy takes a large part of the whole time.
#
# `make bench` measures how fast other libraries are, with all 49,000 images.

# %% [markdown]
# **4.** You have ten times as many classes.
# Does the vectorized loss take ten times as long, at N = 10,000?
#
# <details><summary>Answer</summary>
#
# No.
# In our runs it takes two to three times as long (run the next cell).
# The arithmetic is ten times as much.
# But `X` has the same bytes as before, and more operations are done with each byte.
# </details>

# %% tags=["nbval-ignore-output"]
W_wide = np.tile(W32, 10)  # 100 columns, for 100 classes
by_classes = median_seconds({
    "10": lambda: my_softmax_loss_vectorized(W32, X32, y_many, 0.1),
    "100": lambda: my_softmax_loss_vectorized(W_wide, X32, y_many, 0.1),
}, repeats=3)
print(f"100 classes take {by_classes['100'] / by_classes['10']:.1f} times as long as 10 classes")

# %% tags=["claim"]
assert W_wide.shape == (3073, 100)

# %% [markdown]
# ## For the curious: are loops slow?
#
# A **compiler** translates a whole function into the language of the processor.
# Python instead works out what each step means at the moment when it does it. numba is a compiler for Python functions: `njit(f)` returns a function that does the same as `f`.
# It is translated when it is called for the first time. (numba is an extra package, and the rest of the suite doesn't need it.
# `%pip install numba` installs it.
# Without it, some lines of the table below are missing.)

# %%
try:
    from numba import njit
    from numba.extending import register_jitable
except ImportError:
    njit, register_jitable = None, lambda f: f

# %% [markdown]
# Here are the loops of notebook 4 once more, a little shorter.
# The steps for one row of scores stand in a function of their own.
# (`@register_jitable` allows numba to compile it, too, as a part of the functions that call it.)

# %%
@register_jitable
def row_loss(scores, label):
    """Return the loss of one image from its scores (C,), and replace them by p - onehot."""
    scores -= scores.max()
    loss = np.log(np.exp(scores).sum()) - scores[label]
    scores[:] = np.exp(scores)
    scores /= scores.sum()
    scores[label] -= 1
    return loss


# %%
def two_loops(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        loss += row_loss(scores, y[i])
        for j in range(W.shape[1]):
            dW[:, j] += scores[j] * X[i]
    return loss / len(X) + reg * np.sum(W**2), dW / len(X) + 2 * reg * W


# %% [markdown]
# **Predict, then run.**
# We compile `two_loops` as it is.
# How fast is it then?
# - (a) a hundred times as fast as before;
# - (b) ten times as fast as before;
# - (c) at most twice as fast, or even slower than before.

# %% tags=["guess"]
guess = "c"  # "a", "b" or "c"
check.guess("05-compiled", guess)

# %% [markdown]
# In these loops, Python takes only 5,000 small steps for the gradient of 500 images: one for each image and class.
# Each step handles 3,073 numbers, and NumPy's part of it was compiled long ago.
# So there is little left to gain.
#
# Each of these steps is also slow.
# `dW[:, j]` is a **column** of `dW`.
# NumPy keeps a matrix row after row.
# So the numbers of a column are far apart in memory: from one to the next are 80 bytes, because ten numbers of 8 bytes are in each row.
# Most processors fetch 64 bytes that are side by side, and use only 8 of them here.
# A compiler doesn't change this.
# Compiled, the function can even become slower.
# This notebook doesn't measure why.
#
# What if we let the compiler do everything?
# We write `X[i] @ W` and the gradient as loops, too.
# There are two orders for these loops.
# In the first, we finish one class before we begin the next, and so we go down the columns of `W` and `dW`.
# In the second, we go through the matrices row after row, as they are in memory.

# %%
def down_the_columns(W, X, y, reg):
    loss, dW, scores = 0.0, np.zeros_like(W), np.zeros_like(W[0])
    for i in range(len(X)):
        scores[:] = 0
        for j in range(W.shape[1]):
            for k in range(W.shape[0]):
                scores[j] += X[i, k] * W[k, j]
        loss += row_loss(scores, y[i])
        for j in range(W.shape[1]):
            for k in range(W.shape[0]):
                dW[k, j] += scores[j] * X[i, k]
    return loss / len(X) + reg * np.sum(W**2), dW / len(X) + 2 * reg * W


# %%
def row_after_row(W, X, y, reg):
    loss, dW, scores = 0.0, np.zeros_like(W), np.zeros_like(W[0])
    for i in range(len(X)):
        scores[:] = 0
        for k in range(W.shape[0]):
            for j in range(W.shape[1]):
                scores[j] += X[i, k] * W[k, j]
        loss += row_loss(scores, y[i])
        for k in range(W.shape[0]):
            for j in range(W.shape[1]):
                dW[k, j] += scores[j] * X[i, k]
    return loss / len(X) + reg * np.sum(W**2), dW / len(X) + 2 * reg * W


# %% [markdown]
# All of them in one table, with 500 images in 64 bits.
# In plain Python, the two slow functions get 2 images only, and we multiply their time by 250.

# %%
orders = [two_loops, down_the_columns, row_after_row]
forms = {"two loops, Python": lambda: two_loops(W, X, y, reg)}
forms |= {"vectorized": lambda: my_softmax_loss_vectorized(W, X, y, reg)}
forms |= {"the suite's loss": lambda: softmax_loss_vectorized(W, X, y, reg)}
if njit:
    from cs231n_softmax.classifiers.compiled import softmax_loss_compiled

    fast = {f.__name__: njit(f) for f in orders}
    forms |= {f"{name}, compiled": lambda f=f: f(W, X, y, reg) for name, f in fast.items()}
    forms |= {"the suite's compiled loss": lambda: softmax_loss_compiled(W, X, y, reg)}
print("same loss:    ", all(abs(f()[0] / loss_naive - 1) < 1e-12 for f in forms.values()))
print("same gradient:", all(np.allclose(f()[1], dW_naive, rtol=1e-6, atol=1e-9) for f in forms.values()))

# %% tags=["nbval-ignore-output"]
few = {f.__name__: lambda f=f: f(W, X[:2], y[:2], reg) for f in orders[1:]}
took = {f"{name}, Python": 250 * t for name, t in median_seconds(few, repeats=1).items()} | median_seconds(forms)
for name, t in sorted(took.items(), key=lambda item: -item[1]):
    print(f"{name:26} takes {t / took['vectorized']:7.1f} times as long as vectorized")

# %% tags=["claim"]
assert num_train * num_classes == 5000 and W.strides == dW_naive.strides == (80, 8)
if njit:
    cpu = {}
    for form in ["two loops, Python", *(f"{loop}, compiled" for loop in fast)]:
        start = time.process_time()
        for _ in range(3):
            forms[form]()
        cpu[form] = time.process_time() - start
    assert cpu["two_loops, compiled"] > 0.4 * cpu["two loops, Python"]
    assert cpu["down_the_columns, compiled"] > 1.2 * cpu["row_after_row, compiled"]

# %% [markdown]
# With numba, we saw this on a quiet computer:
# - `two_loops` became slower when it was compiled, not faster.
# - In plain Python, the two functions with loops everywhere take more than a thousand times as long as the vectorized code.
# - Compiled, `row_after_row` takes about twice as long as the vectorized code, and `down_the_columns` takes two to three times as long as `row_after_row`.
#   These two do the same work.
#   Only the order is different.
#
# So loops aren't slow in themselves.
# Each step of Python is slow.
# And the order of the loops matters: it decides how memory is read, and it can also decide how many numbers the processor handles at once.
# This notebook doesn't measure these two effects separately.
#
# The line of the suite's compiled loss shows what loops can do.
# This function consists of loops, too.
# It takes four images and two classes at a time, so each number that was fetched is used several times at once.
# The code is in `cs231n_softmax/classifiers/compiled.py`.

# %% [markdown]
# ## What you showed
# - Scores are `X @ W`.
#   The gradient is `X.T @ dscores`, with `dscores = p - onehot`.
# - Subtract its own maximum from each row.
#   With one maximum for all rows, the loss of some rows can become infinite.
# - Vectorized code gives the same numbers, several times faster.
# - 32-bit numbers have half the bytes, and change the gradient by less than 1 part in 100,000.
# - For the curious: products with ten columns stay well below the machine's limits.
#   Taking rows in blocks saves time, because each row is fetched once for both products.
#   Compiled and in the right order, loops are much faster than in Python.
#   The suite's compiled loss also uses each fetched number several times, and it can be faster than vectorized code.
#
# **Next:** [6. Stochastic gradient descent](06_sgd.ipynb): walking downhill with these gradients.
