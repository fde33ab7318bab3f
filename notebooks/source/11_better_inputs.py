# %% [markdown]
# # 11. Better inputs: the same softmax sees more
#
# In notebook 10 you found the best linear classifier of pixels.
# It was right for about 41 % of the test images, and no strength of the penalty gave clearly more.
# In this notebook the softmax stays exactly as it is.
# We change its inputs.
# First, a hidden layer learns new inputs from the pixels.
# Then features, computed in two ways, replace the pixels.
#
# **What you'll learn**
# - how the gradient goes back through a hidden layer, in a few more lines;
# - what hidden units look for;
# - how edges and colours are counted;
# - how small patches slide over an image, and what they find;
# - why 1,000 labelled images with good features can be worth more than 49,000 without them;
# - how far this course has come, and how far others are.
#
# *Before you start:* notebooks 5, 8 and 10.
# *Time:* about 65 minutes.
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

from cs231n_softmax import check, data_utils, features, vis_utils
from cs231n_softmax.classifiers import Softmax, TwoLayerNet
from cs231n_softmax.classifiers.softmax import cross_entropy
from cs231n_softmax.optimum import fit_optimum, regularization_path

# %% tags=["nbval-ignore-output"]
images, labels, test_images, y_test = data_utils.load_CIFAR10(data_utils.ensure_cifar10())

# %% [markdown]
# This time we keep the images as pictures, with RGB from 0 to 255.
# The first 49,000 images are for training, and the next 1,000 for validation.
# For the test we use all 10,000 test images.

# %%
train_images, val_images = images[:49_000], images[49_000:]
y_train, y_val = labels[:49_000], labels[49_000:]
print("train", train_images.shape, " validation", val_images.shape, " test", test_images.shape)


def accuracy(W, X, y):
    """Return the percentage of rows of X (N, D) whose highest score is that of their label."""
    return 100 * np.mean(np.argmax(X @ W.astype(np.float32), axis=1) == y)


# %% [markdown]
# We **standardize** the inputs.
# From each of the 3,072 numbers we subtract its mean over the training images, and we divide it by its standard deviation.
# After that, all inputs have the mean 0 and vary equally much.
# The features below get the same treatment.
# (`standardize` also appends the column of ones for the bias.)
#
# We also make a second test set, for a small experiment.
# Its images are the first 2,000 test images, moved to the right by 4 pixels.

# %%
def shifted(pictures, by):
    """Return images (N, 32, 32, 3) moved to the right by `by` pixels; their left edge is repeated."""
    return np.concatenate([pictures[:, :, :1].repeat(by, axis=2), pictures[:, :, : 32 - by]], axis=2)


# %%
moved_images, y_moved = shifted(test_images[:2000], by=4), y_test[:2000]
parts = [train_images, val_images, test_images, moved_images]
flat = [part.reshape(len(part), -1) for part in parts]
X_train, X_val, X_test, X_moved = features.standardize(*flat)
print(X_train.shape, X_train.dtype)

# %% [markdown]
# For each kind of inputs, the validation images choose the strength of the penalty.
# `regularization_path` finds the optimum for each of some strengths (notebook 10).

# %%
def chosen(X, y, X_val, regs):
    """Return (reg, W) of the optimum that is right for most validation images, among those for some strengths."""
    path = regularization_path(X, y, regs, tol=1e-3)
    best = max(range(len(regs)), key=lambda k: accuracy(path[k].W, X_val, y_val))
    return regs[best], path[best].W


# %%
pixel_reg, W_pixels = chosen(X_train, y_train, X_val, [1e-1, 1e-2, 1e-3])

# %% tags=["nbval-ignore-output"]
pixel_accuracy = accuracy(W_pixels, X_test, y_test)
print(f"pixels, reg {pixel_reg:.0e}: {pixel_accuracy:.1f} % of the test images are right")

# %% tags=["claim"]
assert 25 < pixel_accuracy < 60

# %% [markdown]
# ## What a linear classifier can't see
#
# A linear classifier has one template for each class, at a fixed place.
# Notebook 8 showed a consequence: the template of the horse has two heads, because some horses look to the left and others to the right.
# Notebook 10 showed another: where bright and dark are exchanged, the scores are worthless.
# What about a small shift?
# For you, a frog that is moved by 4 pixels is the same frog.
#
# **Predict, then run.**
# All images are moved to the right by 4 pixels.
# What happens to the accuracy?
# - (a) It falls to about 10 %, because no weight is at its place any more.
# - (b) It falls by a few percentage points.
# - (c) It stays exactly the same.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("11-shift", guess)

# %% tags=["nbval-ignore-output"]
before, after = accuracy(W_pixels, X_test[:2000], y_moved), accuracy(W_pixels, X_moved, y_moved)
print(f"2,000 test images: {before:.1f} % right, moved by 4 pixels: {after:.1f} % right")

# %% tags=["claim"]
assert 1 < before - after < 15

# %% [markdown]
# The templates are soft patches of colour (notebook 8).
# If a patch is moved by 4 of 32 pixels, most of it still overlaps.
# So the shift isn't the worst problem.
# The worst problem is that the classifier *only* has such patches.
# It adds up brightness, pixel by pixel.
# A sum over pixels can't depend on whether there is an edge, a wheel or an ear, because for this several pixels have to be looked at together.
#
# ## A hidden layer
#
# A **hidden layer** does this, and training finds out what to look at.
# It has $H$ **hidden units**.
# Each unit has a template of its own, a column of `W1`.
# It computes how well the image matches its template, and keeps the result only if it is positive.
# These results are the matrix $A$, with a row for each image and a column for each unit.
# The softmax classifier of this course gets $A$ in place of the pixels:
#
# $$\begin{aligned}
# A &= \max(0,\; X W_1 + b_1) \\
# \text{scores} &= A W_2 + b_2
# \end{aligned}$$
#
# The function $\max(0, z)$ is called **ReLU** (rectified linear unit).
# It is the whole trick.
# Without it, $X W_1 W_2$ would be a linear classifier again, with the matrix $W_1 W_2$.
# (This time the biases $b_1$ and $b_2$ are arrays of their own, and `X` has no column of ones.)
#
# ### The gradient goes one step further back
#
# You know the gradient up to the scores: `dscores` is $p$ minus one at the label, divided by `N`.
# For the matrix `W2`, the hidden units are what the pixels were for `W`, so its gradient is that of notebook 5.
# A bias is added to each row, so its gradient is the sum over the rows:
#
# $$\begin{aligned}
# dW_2 &= A^\top\, d\text{scores} + 2\,\texttt{reg}\, W_2 \\
# db_2 &= \text{sum of the rows of } d\text{scores}
# \end{aligned}$$
#
# New is only how the gradient reaches the first layer:
#
# $$\begin{aligned}
# dA &= d\text{scores}\; W_2^\top \\
# dA &= 0 \quad \text{where } A = 0 \\
# dW_1 &= X^\top\, dA + 2\,\texttt{reg}\, W_1 \\
# db_1 &= \text{sum of the rows of } dA
# \end{aligned}$$
#
# Line by line: a hidden unit has influenced each score by its weight in `W2`.
# So it gets back from each score the gradient times this weight.
# A unit whose value is 0 has influenced nothing, so its gradient is zero.
# And for `W1`, `dA` plays the part that `dscores` plays for a linear classifier.
# This is the chain rule, and with more layers it goes on in the same way.
# It is called **backpropagation**.
#
# ### Exercise 1: loss and gradients of a two-layer network
# `cross_entropy(scores, y)` returns the losses `(N,)` and the derivatives of each loss by its scores `(N, C)`, not yet divided by `N`.
# The biases have no penalty.

# %%
def my_two_layer_loss(params, X, y, reg):
    """Return (loss, grads) of scores = max(0, X @ W1 + b1) @ W2 + b2.

    params = {"W1" (D, H), "b1" (H,), "W2" (H, C), "b2" (C,)}; X (N, D), y (N,). grads has the same names and
    shapes.
    loss = mean of the losses + reg * (sum(W1**2) + sum(W2**2)). Nothing that is passed in is changed.
    """
    W1, b1, W2, b2 = (params[name] for name in ["W1", "b1", "W2", "b2"])
    ### BEGIN SOLUTION
    A = np.maximum(0, X @ W1 + b1)
    losses, dscores = cross_entropy(A @ W2 + b2, y)
    loss = losses.mean() + reg * (np.sum(W1**2) + np.sum(W2**2))
    dscores = dscores / len(X)
    dA = dscores @ W2.T
    dA[A == 0] = 0
    dW1, dW2 = X.T @ dA + 2 * reg * W1, A.T @ dscores + 2 * reg * W2
    return loss, {"W1": dW1, "b1": dA.sum(axis=0), "W2": dW2, "b2": dscores.sum(axis=0)}
    ### END SOLUTION


# %% points=15
check.two_layer_loss(my_two_layer_loss).require()

# %% [markdown]
# ### What it learns
#
# We train a network with 100 hidden units on the pixels, without their column of ones.
# It takes 3,000 steps of SGD with momentum, with 200 images per step.
# The learning rate falls from 0.04 to 0 along half a cosine.
# (Notebook 12 explains both.
# The loop is the one that trains our linear classifiers.)

# %%
def cosine(iteration, num_iters=3000):
    """Return the learning rate of a step: 0.04 at first, nearly 0 in the end."""
    return 0.02 * (1 + np.cos(np.pi * iteration / num_iters))


# std=None: a start that suits standardized inputs
net = TwoLayerNet(3072, 100, 10, std=None, rng=0, dtype=np.float32)
net.train(X_train[:, :-1], y_train, cosine, reg=1e-3, num_iters=3000, update="sgd_momentum", rng=0)
print({name: array.shape for name, array in net.params.items()})

# %% tags=["nbval-ignore-output"]
net_accuracy = 100 * np.mean(net.predict(X_test[:, :-1]) == y_test)
print(f"a hidden layer of 100 units: {net_accuracy:.1f} % of the test images are right")

# %% tags=["claim"]
assert net_accuracy > pixel_accuracy + 5

# %% [markdown]
# The softmax is the same, and it sees no more than 100 numbers of each image.
# But these 100 numbers were made for it.
# Here are the templates of 24 hidden units, those with the largest weights in `W2`.
# Above each stands the class that gets the most from it.

# %%
strongest = np.argsort(-np.abs(net.params["W2"]).sum(axis=1))[:24]
helped = [data_utils.CLASSES[net.params["W2"][unit].argmax()] for unit in strongest]
fig, axes = plt.subplots(3, 8, figsize=(9, 4.2), layout="constrained")
vis_utils.show_templates(net.params["W1"][:, strongest], helped, axes=axes)
fig.suptitle("Templates of 24 hidden units, and the class that each helps most")
vis_utils.show("""24 small templates of hidden units, all of them grainy. Some show a patch of one
    colour on another, such as green on purple for the frog. Others show a bright arc or bar beside
    a dark one: an edge at one place""")

# %% [markdown]
# Some units look for a patch of one colour on another, as the templates of the linear classifier do.
# Others look for a bright arc beside a dark one, which is an edge at a certain place.
#
# Does the network need two-headed horses any more?
# We sort the horses of the training set into two heaps, those that look to the left and those that look to the right, by the rule of notebook 8.
# For each unit we compute what it adds to the score of "horse": its value times its weight in `W2`.
# Then we compare the means of the two heaps.

# %%
is_horse = y_train == 7
horses = train_images[is_horse]
lopsided = (horses - horses[:, :, ::-1]).reshape(len(horses), -1)  # each image minus its mirror image
pattern = lopsided[0]
for _ in range(20):
    heap_1 = lopsided @ pattern > 0
    pattern = lopsided[heap_1].sum(axis=0) - lopsided[~heap_1].sum(axis=0)

# %%
hidden = np.maximum(0, X_train[is_horse, :-1] @ net.params["W1"] + net.params["b1"])
added = hidden * net.params["W2"][:, 7]
one, other = added[heap_1].mean(axis=0), added[~heap_1].mean(axis=0)
untrained = TwoLayerNet(3072, 100, 10, std=None, rng=0, dtype=np.float32).params
start = np.maximum(0, X_train[is_horse, :-1] @ untrained["W1"]) * untrained["W2"][:, 7]
at_start = start[heap_1].mean(axis=0) - start[~heap_1].mean(axis=0)


def rms(values):
    """Return the root mean square, sqrt(mean(values**2)): the typical size of values that may be negative."""
    return np.sqrt(np.mean(values**2))


# %% tags=["nbval-ignore-output"]
print(f"how much the heaps differ at a unit (root mean square over the 100 units): {rms(one - other):.3f}")
print(f"before training: {rms(at_start):.3f}")

# %%
order = np.argsort(other - one)
most = [*order[:3], *order[::-1][:3]]
adds = [f"heap 1: {one[unit]:+.2f}\nheap 2: {other[unit]:+.2f}" for unit in most]
fig, axes = plt.subplots(2, 3, figsize=(6, 5), layout="constrained")
vis_utils.show_templates(net.params["W1"][:, most], adds, axes=axes)
fig.suptitle("Units for horses of heap 1 (above), of heap 2 (below)")
vis_utils.show("""Six grainy templates of hidden units. Above each stands how much it adds on
    average to the score of horse, for the horses of each heap. The upper three add more for heap 1,
    the lower three add more for heap 2""")

# %% tags=["claim"]
assert rms(one - other) > rms(at_start)

# %% [markdown]
# Some units add more for the horses of heap 1, and other units add more for those of heap 2.
# The differences are larger than before training.
# The score of "horse" is the sum over all units, so the two kinds of horses needn't share one template.
# Nobody has given the heaps to the network.
#
# ## Hand-made features: edges and colours
#
# Before networks learned their features, people thought them out.
# The official assignment of cs231n uses two of them.
# Both add something up over a region, so that the exact place in this region no longer counts.
#
# - **A histogram of oriented gradients** (HOG).
#   At each pixel, brightness rises most steeply in one direction, across an edge.
#   For each cell of 8 × 8 pixels, a histogram adds up how steep it is, for 9 directions.
#   There are 4 × 4 cells, so it has 144 numbers.
# - **A histogram of hues.**
#   It has the share of the pixels that are red, yellow, green, and so on: 10 numbers.
#   (Grey pixels count as red.)

# %%
i = 4
hues = features.color_histogram_hsv(test_images[i])

# %%
fig, axes = plt.subplots(1, 3, figsize=(9, 3.3), layout="constrained")
axes[0].imshow(test_images[i].astype(np.uint8))
axes[0].axis("off")
vis_utils.plot_strokes(features.hog_feature(test_images[i]), 4, 4, ax=axes[1])
circle = plt.colormaps["hsv"]
axes[2].bar(range(10), 100 * hues, color=circle((np.arange(10) + 0.5) / 10), edgecolor="black")
axes[2].set(xlabel="hue, from red over green and blue to red", ylabel="share of the pixels (%)", xticks=[])
titles = ["the image", "144 numbers: strokes along its edges", "10 numbers: its hues"]
for ax, title in zip(axes, titles, strict=True):
    ax.set_title(title, fontsize=10)
vis_utils.show("""Three pictures. The first is a brown frog among green leaves. The second has 4 by 4
    cells, each with nine strokes through its middle, darker where edges of this direction are stronger.
    The third shows the shares of ten hues: about 36 percent each for two greens, 20 percent for orange-red,
    6 percent for yellow, and nearly nothing for the others""")

# %% tags=["nbval-ignore-output"]
hand_made = [features.hand_made_features(part) for part in parts]

# %%
F_train, F_val, F_test, F_moved = features.standardize(*hand_made)
hand_reg, W_hand = chosen(F_train, y_train, F_val, [1e-1, 1e-2, 1e-3])
print(F_train.shape)

# %% tags=["nbval-ignore-output"]
hand_accuracy = accuracy(W_hand, F_test, y_test)
print(f"154 hand-made features, reg {hand_reg:.0e}: {hand_accuracy:.1f} % of the test images are right")

# %% tags=["claim"]
assert hand_accuracy > pixel_accuracy + 2

# %% [markdown]
# The whole image is now 154 numbers instead of 3,072.
# From these, the same linear classifier gets more images right than from all pixels.
#
# ## Patches: features that nobody thought out
#
# Now we let chance design the features.
# Take 200 small patches of 6 × 6 pixels, at random places of random training images.
# Slide each of them over an image, and note at each position how much the image looks like the patch there.
# There are 27 × 27 positions.
# To slide and compare like this is called a **convolution**.
# It is what the first layer of a convolutional network does (only that a network also learns its patches).
#
# Four steps make 8 features of each patch:
# 1. *Prepare.*
#    Take the mean of each piece of the image away, and divide by its contrast.
#    Then **whiten** it: rescale it so that the pieces vary about equally in all directions.
#    Otherwise most patches would find the same thing, slow changes of brightness.
#    (Notebook 12 looks at whitening more closely.)
# 2. *Compare.*
#    The response is the sum of products of the prepared piece and the prepared patch.
# 3. *Keep the best.*
#    Responses from −0.25 to 0.25 become zero.
#    What is above counts as "like the patch", and what is below counts as "like its negative".
# 4. *Add up* in each quarter of the image.
#    This is called **pooling**: where exactly the patch was found, is forgotten.
#
# Adam Coates and Andrew Ng showed in 2011 that so little is enough ("The importance of encoding versus training with sparse coding and vector quantization").
# They also found that it matters little how the patches are chosen.

# %%
patches = features.draw_patches(train_images, 200, rng=0)

# %%
canvas = np.full((5 * 7 - 1, 20 * 7 - 1, 3), 255, np.uint8)
for k, patch in enumerate(patches.images[:100]):
    row, column = k // 20 * 7, k % 20 * 7
    canvas[row : row + 6, column : column + 6] = patch
fig, ax = plt.subplots(figsize=(9, 2.6), layout="constrained")
ax.imshow(canvas)
ax.axis("off")
ax.set_title("100 of the 200 patches")
vis_utils.show("""A hundred tiny pieces of photographs, each of 6 by 6 pixels: many of one colour,
    some with an edge between a bright and a dark part""")

# %% [markdown]
# And here is what five of the patches find in one image.
# The patches are shown as they were before step 1.
# In the second row, yellow places look like the patch, blue places look like its negative, and grey is neither.
# In the third row, only "like the patch" is left, after the threshold.

# %%
j = 16
z = features.patch_responses(test_images[[j]], patches)[0]  # (27, 27, 200)
top = np.argsort(-z.max(axis=(0, 1)))[:5]

# %%
fig, axes = plt.subplots(3, 6, figsize=(9, 4.9), layout="constrained")
for ax in axes.ravel():
    ax.axis("off")
axes[1, 0].imshow(test_images[j].astype(np.uint8))
axes[1, 0].set_title("the image", fontsize=9)
for column, k in zip(axes.T[1:], top, strict=True):
    column[0].imshow(patches.images[k].astype(np.uint8))
    end = np.abs(z[..., k]).max()
    column[1].imshow(z[..., k], cmap="cividis", vmin=-end, vmax=end)
    column[2].imshow(np.maximum(0, z[..., k] - 0.25), cmap="cividis")
    for ax, title in zip(column, ["patch", "response", "above 0.25"], strict=True):
        ax.set_title(title, fontsize=9)
vis_utils.show("""On the left an image of a white and brown dog. Beside it five patches in a row, below each a
    map of its responses, and below that the map of what is above the threshold: thin lines and spots, along
    edges of the dog""")

# %% [markdown]
# Now the features of all images.
# These are about nine billion comparisons, so it takes a while.
# The work goes in blocks, on all cores.
# The result is kept in a file, whose name is a hash of all that it depends on.
# So the second time it is only read.
# (The file is in `datasets/features/`, or in the cache of your account.
# You may delete it at any time.)

# %% tags=["nbval-ignore-output"]
responses = [features.cached(features.patch_features, part, patches) for part in parts]
assert [part.shape for part in responses] == [(len(part), 1600) for part in parts]

# %%
P_train, P_val, P_test, P_moved = features.standardize(*responses)
print(P_train.shape, "numbers:", 2 * 4 * 200, "and a one")

# %%
patch_reg, W_patches = chosen(P_train, y_train, P_val, [1e-3, 3e-4, 1e-4, 3e-5])

# %% tags=["nbval-ignore-output"]
patch_accuracy = accuracy(W_patches, P_test, y_test)
print(f"200 patches, reg {patch_reg:.0e}: {patch_accuracy:.1f} % of the test images are right")

# %% tags=["claim"]
assert patch_accuracy > hand_accuracy + 5 and patch_accuracy > net_accuracy + 5

# %% [markdown]
# Scores and loss are those of notebook 5, and the training is that of notebook 10.
# Only the inputs are different.
# Which mistakes are gone?
# Here are the confusion matrices of pixels and patches.

# %%
fig, axes = plt.subplots(1, 2, figsize=(11.5, 5), layout="constrained")
for ax, W, X, name in zip(axes, [W_pixels, W_patches], [X_test, P_test], ["pixels", "patches"], strict=True):
    vis_utils.plot_confusion(y_test, np.argmax(X @ W.astype(np.float32), axis=1), ax=ax)
    ax.set_title(name)
vis_utils.show("""Two confusion matrices on the test images. With pixels the diagonal is between about 26 and
    55 percent. With patches it is between about 50 and 80 percent; cat and dog are mixed up most, about 17
    percent each way""")

# %% [markdown]
# Every class is recognised more often.
# But cats and dogs are mixed up as often as before.
#
# And the shift?
# Pooling forgets the place within a quarter of the image, but something is lost at the border of the image, and something moves into the next quarter.

# %% tags=["nbval-ignore-output"]
moved_net = 100 * np.mean(net.predict(X_moved[:, :-1]) == y_moved)
at_place = {
    "pixels": (before, after),
    "hidden layer": (100 * np.mean(net.predict(X_test[:2000, :-1]) == y_moved), moved_net),
    "hand-made": (accuracy(W_hand, F_test[:2000], y_moved), accuracy(W_hand, F_moved, y_moved)),
    "patches": (accuracy(W_patches, P_test[:2000], y_moved), accuracy(W_patches, P_moved, y_moved)),
}
print("                at its place   moved by 4 pixels")
for name, (still, away) in at_place.items():
    print(f"{name:14} {still:10.1f} % {away:15.1f} %")

# %% tags=["claim"]
assert all(away < still for still, away in at_place.values())
assert at_place["patches"][1] > at_place["pixels"][0]

# %% [markdown]
# Each classifier loses some points.
# The hand-made features lose the most, although they add up over cells.
# A cell is only 8 pixels wide, so a shift by 4 moves half of each cell into the next one.
# The patches lose less, because a quarter of the image is wider.
# Even on moved images they are far above the pixels at their place.

# %% [markdown]
# ## How many patches, and how many images?
#
# **Predict, then run.**
# You may have 1,000 labelled images with the features of patches, or 49,000 labelled images with pixels.
# (The features themselves were made from all 49,000 images, but without labels.)
# With which are more test images right?
# - (a) With 49,000 images and pixels: no feature can make up for 48,000 images.
# - (b) With 1,000 images and patches.
# - (c) Both give about the same.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("11-few", guess)

# %% [markdown]
# We take the first 1,000, 3,000 and 10,000 images.
# For each number of images, the validation images choose one of three strengths: few images need a stronger penalty.
# The results for all 49,000 images are those from above.

# %%
sizes = [1000, 3000, 10_000]
few = {"patches": [], "pixels": []}
for n in sizes:
    few["patches"].append(accuracy(chosen(P_train[:n], y_train[:n], P_val, [1e-1, 1e-2, 1e-3])[1], P_test, y_test))
    few["pixels"].append(accuracy(chosen(X_train[:n], y_train[:n], X_val, [1e-1, 1e-2, 1e-3])[1], X_test, y_test))
few["patches"].append(patch_accuracy)
few["pixels"].append(pixel_accuracy)

# %% [markdown]
# For fewer patches, we leave out columns: with 25 patches, 200 features are left.
# All have the strength that was chosen for 200 patches.

# %%
counts = [10, 25, 50, 100, 200]
with_patches = []
for k in counts[:-1]:
    # 8 blocks of 200 columns: the first k of each block, and the column of ones
    columns = np.append((200 * np.arange(8)[:, None] + np.arange(k)).ravel(), 1600)
    optimum = fit_optimum(P_train[:, columns], y_train, patch_reg, tol=1e-3)
    with_patches.append(accuracy(optimum.W, P_test[:, columns], y_test))
with_patches.append(patch_accuracy)

# %%
fig, axes = plt.subplots(1, 2, figsize=(9.5, 3.8), layout="constrained", sharey=True)
for k, (name, percents) in enumerate(few.items()):
    axes[0].plot([*sizes, 49_000], percents, ["o-", "s--"][k], color=vis_utils.COLOURS[k], label=name)
axes[0].set(xscale="log", xlabel="training images", ylabel="accuracy on test images (%)", title="More images")
axes[0].legend()
axes[1].plot(counts, with_patches, "o-", color=vis_utils.COLOURS[0], label="patches")
axes[1].axhline(pixel_accuracy, color=vis_utils.COLOURS[1], linestyle="--", label="pixels")
axes[1].set(xscale="log", xlabel="number of patches", title="More patches")
axes[1].set_xticks(counts, [str(k) for k in counts])
axes[1].minorticks_off()
axes[1].legend()
for ax in axes:
    ax.grid(alpha=0.3)
vis_utils.show("""Two charts of test accuracy. Left: it rises with the number of training images,
    for patches far above pixels; 1,000 images with patches are above 49,000 images with pixels.
    Right: it rises with the number of patches, and ten patches are already above all pixels""")

# %% tags=["claim"]
assert few["patches"][0] > pixel_accuracy and few["patches"] == sorted(few["patches"])
assert with_patches == sorted(with_patches) and with_patches[0] > pixel_accuracy

# %% [markdown]
# Better features have gained more here than more images have.
# The curve on the right still rises at 200 patches: Coates and Ng took thousands of them.
#
# ## The ladder of the whole course
#
# From guessing to patches, each stage is measured here on the same 10,000 test images.
# The two softmax classifiers that are trained by SGD get the pixels as in notebooks 6 and 7: centred, but not divided by anything.

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)
untuned, tuned = Softmax(), Softmax()
untuned.train(data["X_train"], y_train, 1e-7, 2.5e4, num_iters=1500, rng=0)
tuned.train(data["X_train"], y_train, 1e-6, 1e3, num_iters=1500, rng=0)

# %% tags=["nbval-ignore-output"]
ladder = {
    "guessing": 10.0,
    "pixels, cs231n's setting, untuned": accuracy(untuned.W, data["X_test_all"], y_test),
    "pixels, tuned by a sweep": accuracy(tuned.W, data["X_test_all"], y_test),
    "pixels, optimum": pixel_accuracy,
    "hand-made features": hand_accuracy,
    "pixels, hidden layer": net_accuracy,
    "200 patches": patch_accuracy,
}
for name, percent in ladder.items():
    print(f"{name:34} {percent:.1f} %")

# %% [markdown]
# Three published results stand beside them, for the same test images.
# The first is a linear classifier with features like ours, from 4,000 patches that were learned by k-means (A.
# Coates, H.
# Lee and A.
# Ng, AISTATS 2011).
# The second is a network with 110 layers (K.
# He and others, "Deep residual learning for image recognition", CVPR 2016).
# The third has seen hundreds of millions of other images before (A.
# Dosovitskiy and others, "An image is worth 16x16 words", ICLR 2021).
# The last layer of both networks is a softmax classifier like yours.

# %%
published = {
    "4,000 learned patches (2011)": 79.6,
    "ResNet with 110 layers (2016)": 93.6,
    "Vision Transformer (2021)": 99.5,
}

# %%
fig, ax = plt.subplots(figsize=(8, 4.4), layout="constrained")
for stages, colour, hatch in [(ladder, vis_utils.COLOURS[0], ""), (published, "#bbbbbb", "//")]:
    bars = ax.barh(list(stages), list(stages.values()), color=colour, hatch=hatch, edgecolor="white")
    ax.bar_label(bars, fmt="%.1f", padding=3)
ax.invert_yaxis()
ax.set(xlim=(0, 110), xlabel="accuracy on 10,000 test images (%)")
ax.set_title("The ladder; hatched: published by others")
vis_utils.show("""Ten horizontal bars of test accuracy. Ours: guessing 10 %, pixels untuned about 34
    %, tuned about 39 %, the optimum about 41 %, hand-made features about 52 %, a hidden layer about
    54 %, 200 patches about 69 %. Published by others, hatched: learned patches 79.6 %, a ResNet
    93.6 %, a Vision Transformer 99.5 %""")

# %% tags=["claim"]
ours = list(ladder.values())
assert ours[:4] == sorted(ours[:4]) and max(ours) == ladder["200 patches"]
assert min(ours[4:]) > ladder["pixels, optimum"]

# %% [markdown]
# ## Questions

# %% [markdown]
# **1.** Somebody leaves out the ReLU and trains a network with 1,000 hidden units.
# Which accuracy can it reach?
#
# <details><summary>Answer</summary>
#
# About that of the best linear classifier of pixels.
# Without ReLU, `X @ W1 @ W2` is `X @ (W1 @ W2)`, and `W1 @ W2` is a matrix with one column for each class.
# A linear classifier can have each such matrix.
#
# </details>

# %% [markdown]
# **2.** All entries of `W1` and `b1` are zero at first.
# What does the network learn?
#
# <details><summary>Answer</summary>
#
# Only `b2`.
# All hidden units are zero, so `dW2` is only the penalty's part, and `W2` shrinks.
# And since ReLU passes no gradient where a unit is 0, `W1` and `b1` stay zero.
# That is why `W1` starts with random numbers.
#
# </details>

# %% [markdown]
# **3.** Why do we standardize the features with the mean and the standard deviation of the *training* images?
#
# <details><summary>Answer</summary>
#
# The weights were trained for inputs of this scale, so new images need the same shift and the same factor.
# With the mean of the test images, the scores of one image would depend on the other test images.
# And a single image has no standard deviation.
#
# </details>

# %% [markdown]
# **4.** The patches were drawn from the training images, without labels.
# May they be drawn from the test images?
#
# <details><summary>Answer</summary>
#
# It would hardly change the result, but the test would no longer be one.
# The test images stand for images that nobody has seen yet.
# Whatever is drawn, learned or chosen comes from the training and validation images.
#
# </details>

# %% [markdown]
# ## What you showed
# - The gradient goes back through a hidden layer in a few lines, and `dscores` is where it begins.
# - A hidden layer learns its own templates: some add more for the horses of one heap, some for those of the other.
# - Edges and colours, counted in 154 numbers, are better inputs than 3,072 pixels.
# - 200 random patches, slid over the image, lift the same softmax from about 41 % to about 69 %.
# - 1,000 labelled images with good features can be worth more than 49,000 without them.
#
# **Next:** [12. Optimizers](12_optimizers.ipynb), or back to [the map of the notebooks](README.md).
