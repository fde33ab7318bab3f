# %% [markdown]
# # 1. CIFAR-10: from pictures to rows of numbers
#
# In this notebook 60,000 small photographs become the two things that every classifier in this suite works on: a
# matrix `X` with one row for each image, and a vector `y` with one label for each row.
#
# **What you'll learn**
# - what CIFAR-10 holds, and how an image is stored as 3,072 numbers;
# - why the data are split into training, validation, test and development sets;
# - why the mean image is subtracted, and whose mean it has to be;
# - the bias trick: how a column of ones turns `X @ W + b` into `X @ W`;
# - what a linear classifier is, and how good the simplest one is, before any training.
#
# *Before you start:* NumPy arrays and matrix products. *Time:* about 30 minutes.
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

from cs231n_softmax import check, data_utils, vis_utils

# %% [markdown]
# ## The files
#
# CIFAR-10 is a folder of seven files: five training batches and one test batch of 10,000 images each, and the class
# names. `ensure_cifar10()` finds it on your computer. If it isn't there, it is downloaded once (170 MB); if that
# fails as well, a built-in sample of made-up images takes its place. The line below tells you which one you have.

# %% tags=["nbval-ignore-output"]
folder = data_utils.ensure_cifar10()

# %% [markdown]
# One batch is enough for a first look. An image has 32 rows, 32 columns and 3 channels (red, green, blue), and each
# number is a brightness from 0 to 255. We keep them as 32-bit floats: half the memory of NumPy's usual 64 bits, and
# still far more digits than a photograph has.

# %%
images, labels = data_utils.load_CIFAR_batch(folder / "data_batch_1")
print("images", images.shape, images.dtype, "from", images.min(), "to", images.max())
print("labels", labels.shape, labels.dtype, "from", labels.min(), "to", labels.max())

# %% [markdown]
# ## Look at the data first
#
# Always. A table of numbers hides what a glance shows: in CIFAR-10, that the birds come in every pose, that the frogs lie on
# all kinds of ground, that many ships and airplanes have blue around them. Keep that blue in mind: it comes back in
# notebook 8, when we look at what a trained classifier has learned.

# %% alt="Seven random images of each of the ten CIFAR-10 classes, one class a column"
vis_utils.show_samples(images, labels, rng=np.random.default_rng(1))
plt.show()

# %% [markdown]
# Each class makes up about a tenth of the images, so blind guessing is right in 10 % of cases. That is the first
# number to beat.

# %% tags=["nbval-ignore-output"]
counts = np.bincount(labels, minlength=10)
print(dict(zip(data_utils.CLASSES, counts.tolist(), strict=True)))
assert counts.sum() == 10_000 and counts.min() > 850 and counts.max() < 1150

# %% [markdown]
# A colour image is three grey ones on top of each other. Here they are, for one image. Where all three are bright we
# see white; where only the blue one is, we see blue.

# %% alt="One image in colour, then its red, green and blue channels as grey images with values from 0 to 255"
fig, axes = plt.subplots(1, 4, figsize=(9, 2.6), layout="constrained")
picture = images[np.flatnonzero(labels == 8)[0]]
axes[0].imshow(picture / 255)
for channel, ax in enumerate(axes[1:]):
    shown = ax.imshow(picture[:, :, channel], cmap="gray", vmin=0, vmax=255)
for ax, title in zip(axes, ["a ship", "red", "green", "blue"], strict=True):
    ax.set(title=title, xlabel="column (pixels)", ylabel="row (pixels)" if title == "a ship" else "")
fig.colorbar(shown, ax=axes, label="brightness")
plt.show()

# %% [markdown]
# ## Four sets of images, four purposes
#
# | set | images | what it is for |
# |---|---|---|
# | training | the first 49,000 | fit the weights |
# | validation | the next 1,000 | choose the settings of training (notebook 7) |
# | test | 1,000 of the 10,000 test images (or all of them) | measure the result, **once**, at the end |
# | development | 500 drawn from the training set | try code out quickly |
#
# Whatever is used to choose can't be used to judge: the best of many settings on the validation set is partly the
# luckiest one there. So the test set stays closed until notebook 7.

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %%
for name in ["train", "val", "test", "test_all", "dev"]:
    print(f"X_{name:9}{data['X_' + name].shape!s:15} y_{name:9}{data['y_' + name].shape}")

# %% [markdown]
# Each image is now one row. It has 3,073 numbers, not 3,072, and they are no longer between 0 and 255. Three steps
# made it so, and you will write them yourself.
#
# ## From an image to a row
#
# 1. **Flatten.** A linear classifier doesn't know that pixels have neighbours: it sees `32 * 32 * 3 = 3072` numbers
#    in a row. Any fixed order will do, as long as it is the same for all images.
# 2. **Subtract the mean image.** Raw pixels are all positive, so all images point roughly the same way from the
#    origin. Centred, they spread in all directions around it, and training has an easier job.
# 3. **Append a one**, for the bias. See below.
#
# ### Exercise 1: prepare
# `prepare` gets images and a mean image, and returns rows that a linear classifier can use.

# %%
def prepare(images, mean_image):
    """Return rows (N, 3073) for images (N, 32, 32, 3): flattened, less mean_image (3072,), then ones.

    `images` itself isn't changed.
    """
    ### BEGIN SOLUTION
    rows = images.reshape(len(images), -1) - mean_image
    return np.hstack([rows, np.ones((len(images), 1))])
    ### END SOLUTION


# %% [markdown]
# The check calls `prepare` on small made-up images, and says what is right and what isn't.

# %% points=5
check.prepare(prepare).require()

# %% [markdown]
# On real images it should give what `load_linear_splits` gave:

# %%
assert np.allclose(prepare(images[:100], data["mean_image"]), data["X_train"][:100])
print("your rows equal the suite's")

# %% [markdown]
# ## The mean image
#
# It is the average of the 49,000 **training** images, and of no others. The validation and test images stand for
# photographs that nobody has seen yet; their mean isn't known when the classifier is built. So the training mean is
# subtracted from all of them.

# %% alt="The mean training image, a smooth grey blob, beside one image as it was and the same image with the mean subtracted"
mean_image = data["mean_image"].reshape(32, 32, 3)
row = data["X_train"][4, :-1].reshape(32, 32, 3)
pictures = [mean_image / 255, (row + mean_image) / 255, row / 400 + 0.5]
titles = ["mean image", "an image", "less the mean (0 is grey)"]
fig, axes = plt.subplots(1, 3, figsize=(7, 2.6), layout="constrained")
for ax, title, picture in zip(axes, titles, pictures, strict=True):
    ax.imshow(np.clip(picture, 0, 1))
    ax.set(title=title, xlabel="column (pixels)", ylabel="row (pixels)")
plt.show()

# %% [markdown]
# What does centring buy? Training can't go faster than the direction allows in which the data stretch furthest (notebook 6
# shows what happens if it tries), and the largest singular value of `X` is the measure of that stretch. Before centring,
# that direction is little more than "how bright is the image on average", which says next to nothing about its class.

# %% tags=["nbval-ignore-output"]
centred = data["X_dev"][:, :-1]
raw = centred + data["mean_image"]
before, after = (np.linalg.norm(rows, ord=2) for rows in (raw, centred))
print(f"largest singular value: {before:,.0f} raw, {after:,.0f} centred")
assert before > 1.5 * after

# %% [markdown]
# ## The bias trick
#
# A linear classifier computes a score for each class: a weighted sum of the pixels, plus a number of its own, the
# bias. For all images at once:
#
# $$S = X W + b, \qquad X: (N, 3072),\quad W: (3072, C),\quad b: (C,),\quad S: (N, C).$$
#
# Append a one to every row of $X$ and put $b$ below $W$ as its last row. The product then adds $1 \cdot b$ by itself,
# and there is one array of parameters to look after instead of two.

# %%
rng = np.random.default_rng(0)
X, W, b = rng.normal(size=(5, 3072)), rng.normal(size=(3072, 10)), rng.normal(size=10)
X_with_one = np.hstack([X, np.ones((5, 1))])
W_with_bias = np.vstack([W, b])
assert np.allclose(X @ W + b, X_with_one @ W_with_bias)
print(X_with_one.shape, "@", W_with_bias.shape, "=", (X_with_one @ W_with_bias).shape)

# %% [markdown]
# From here on D = 3073, C = 10, and `W` is `(D, C)` with the biases in its last row.
#
# ## A first classifier
#
# The class with the highest score wins. With random weights the scores mean nothing, and about one image in ten comes
# out right, by luck.

# %% tags=["nbval-ignore-output"]
X_val, y_val = data["X_val"], data["y_val"]
accuracies = []
for _ in range(20):
    W = rng.normal(size=(3073, 10)).astype(np.float32)
    accuracies.append(np.mean(np.argmax(X_val @ W, axis=1) == y_val))
print(f"random weights, 20 times: {min(accuracies):.3f} to {max(accuracies):.3f}, mean {np.mean(accuracies):.3f}")
assert 0.07 < np.mean(accuracies) < 0.13

# %% [markdown]
# Weights can be chosen better even without training. Let column $c$ of $W$ be the **mean of class $c$**, $\mu_c$. The
# product $x \cdot \mu_c$ is large where an image is bright where the class is bright on average: $\mu_c$ acts as a
# *template*. With the bias $-\lVert\mu_c\rVert^2 / 2$ the highest score belongs to the class whose mean is nearest:
#
# $$\lVert x - \mu_c\rVert^2 = \lVert x\rVert^2 - 2\,\bigl(x \cdot \mu_c - \tfrac12 \lVert\mu_c\rVert^2\bigr).$$

# %%
X_train, y_train = data["X_train"], data["y_train"]
means = np.stack([X_train[y_train == c, :-1].mean(axis=0) for c in range(10)], axis=1)
W = np.vstack([means, -0.5 * np.sum(means**2, axis=0)])
print("W", W.shape)

# %% tags=["nbval-ignore-output"]
accuracy = np.mean(np.argmax(X_val @ W, axis=1) == y_val)
print(f"nearest class mean, validation accuracy: {accuracy:.3f}")
assert accuracy > 0.2

# %% alt="The mean image of each class after subtracting the overall mean: blurred shapes, blue for airplane and ship, a brown body for the horse"
vis_utils.show_templates(W, title="The mean of each class, as a template")
plt.show()

# %% [markdown]
# More than twice as good as guessing, from ten averages. On CIFAR-10 the templates of airplane and ship are mostly
# blue background, and the horse is a brown body that seems to have a head at either end. The rest of the suite finds
# better templates, by asking which `W` makes the right labels most probable.
#
# ## Questions
#
# **1.** You subtract the mean of *all* 60,000 images, test images included. The test accuracy hardly moves. Why is it
# a mistake all the same?
#
# <details><summary>Answer</summary>
#
# The test set then took part in building the classifier, and its accuracy no longer tells how the classifier does on
# images that it has never met. Here the effect is tiny; the same habit with a step that learns more from the data
# (choosing pixels, scaling, selecting examples) isn't harmless, so it is better never to start.
# </details>
#
# **2.** All images get their pixels shuffled, each by the same fixed permutation. What happens to the accuracy of the
# nearest class mean? What would a person do on such images?
#
# <details><summary>Answer</summary>
#
# Nothing: distances and inner products don't depend on the order of the coordinates. A person would be lost. A linear
# classifier never used the fact that pixels have neighbours; that is the idea that convolutional networks add.
# </details>
#
# **3.** Why is the bias row needed at all, now that the pixels are centred?
#
# <details><summary>Answer</summary>
#
# Centring makes the average *image* zero. The *score* of a class at that image is then the bias alone, and
# classes needn't have equal ones: above, a class whose mean is far from the centre starts with a handicap of
# $-\lVert\mu_c\rVert^2/2$. Without the bias all classes would be tied at the mean image.
# </details>
#
# ## What you showed
# - An image is a row of 3,072 brightnesses; with the bias trick, 3,073 numbers.
# - Training, validation and test sets have different jobs, and the mean image belongs to the training set.
# - A linear classifier is one matrix, and each of its columns is a template.
# - Guessing gives 10 %; templates made of class means give more than twice that, without any training.
#
# **Next:** [2. From scores to probabilities](02_scores_to_probabilities.ipynb): what a score says about a class.
