# %% [markdown]
# # 1. CIFAR-10: from pictures to rows of numbers
#
# In this notebook, 60,000 small photographs become a matrix `X` and a vector `y`.
# `X` has one row for each image.
# Each image belongs to one of ten classes, such as ship, frog or truck.
# `y` holds the number of the class, from 0 to 9, for each row.
# This number is called the *label*.
# A *classifier* is a program that looks at a row of `X` and names a class.
# Every classifier in this suite works on `X` and `y`.
#
# **What you'll learn**
# - what CIFAR-10 is, and how an image is stored as 3,072 numbers;
# - why the images are split into training, validation, test and development sets;
# - why the mean image is subtracted, what that changes, and which images the mean is taken from;
# - the bias trick: how a column of ones turns `X @ W + b` into `X @ W`;
# - what a linear classifier is, and how good a very simple one is before any training.
#
# *Before you start:* NumPy arrays and matrix products; singular values help in one section.
# *Time:* about 55 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG.
# Yours can differ in the last digits.*

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
from scipy.sparse.linalg import svds

from cs231n_softmax import check, data_utils, vis_utils

# %% [markdown]
# ## The files
#
# CIFAR-10 is a folder of files.
# Five training files and one test file hold 10,000 images each, and one more file holds the names of the classes.
# `ensure_cifar10()` looks for this folder on your computer.
# If the folder isn't there, it is downloaded once (170 MB).
# If the download fails, a built-in sample of made-up images is used instead.
# The cell below prints which images you have.

# %% tags=["nbval-ignore-output"]
folder = data_utils.ensure_cifar10()

# %% [markdown]
# One file is enough for a first look.
# An image has 32 rows, 32 columns and 3 channels: red, green and blue.
# Each number is a brightness from 0 to 255.
# We store the numbers as 32-bit floats.
# They need half the memory of NumPy's usual 64-bit floats, and they hold whole numbers from 0 to 255 exactly.

# %%
images, labels = data_utils.load_CIFAR_batch(folder / "data_batch_1")
print("images", images.shape, images.dtype, "from", images.min(), "to", images.max())
print("labels", labels.shape, labels.dtype, "from", labels.min(), "to", labels.max())

# %% tags=["claim"]
assert 2 * images.nbytes == images.astype(float).nbytes and np.array_equal(images, images.astype(np.uint8))

# %% [markdown]
# ## Look at the data first
#
# Before you compute anything, look at some images.
# You see at once what is hard to find in a table of numbers.
# Birds appear in many poses, and frogs sit on many kinds of ground.
# Many ships and airplanes have blue around them.
# Remember that blue: you'll see it again in the last figure of this notebook, and in notebook 8.

# %%
vis_utils.show_samples(images, labels, rng=np.random.default_rng(1))
vis_utils.show("""Ten columns of small photographs, one column for each CIFAR-10 class, with seven random images
    of that class below its name""")

# %% [markdown]
# How many images of each class are there in this file?

# %% tags=["nbval-ignore-output"]
counts = np.bincount(labels, minlength=10)
for name, count in zip(data_utils.CLASSES, counts, strict=True):
    print(f"{name:11}{count:6,}")

# %% tags=["claim"]
assert counts.sum() == 10_000 and counts.min() > 850 and counts.max() < 1150

# %% [markdown]
# Each class makes up about a tenth of the images.
# Someone who guesses without looking is therefore right for about 10 % of them.
# A classifier has to be better than that.
#
# A colour image is three grey images on top of each other, one for each channel.
# The next figure shows them for a ship.
# A pixel that is bright in all three channels is white.
# A pixel that is bright only in the blue channel is blue.

# %%
fig, axes = plt.subplots(1, 4, figsize=(9, 2.6), layout="constrained")
ship = images[np.flatnonzero(labels == 8)[0]]
axes[0].imshow(ship / 255)
for channel, ax in enumerate(axes[1:]):
    shown = ax.imshow(ship[:, :, channel], cmap="gray", vmin=0, vmax=255)
for ax, title in zip(axes, ["a ship", "its red channel", "green channel", "blue channel"], strict=True):
    ax.set(title=title, xlabel="column (pixels)", ylabel="row (pixels)" if title == "a ship" else "")
fig.colorbar(shown, ax=axes, label="brightness")
vis_utils.show("""A photograph of a ship in colour, then its red, green and blue channels as three grey images,
    with one scale of brightness from 0 (black) to 255 (white)""")

# %% [markdown]
# ## Four sets of images, four purposes
# A classifier has numbers that we can change.
# They are called *weights*.
# To *train* a classifier means to look for good weights.
# The images are split into four sets:
#
# | set | images | what it is for |
# |---|---|---|
# | training | the first 49,000 | find the weights |
# | validation | the next 1,000 | choose the settings of training (notebook 7) |
# | test | 1,000 of the 10,000 test images (or all of them) | measure the result, **once**, at the end |
# | development | 500 random training images | try out code quickly |
#
# The *accuracy* of a classifier is the share of images for which it names the right class.
# If you use some images to choose a setting, the same images can't tell you how good this setting is.
# Imagine that you try many settings and keep the one that is best on the validation set.
# The setting that wins is probably not only good, but also lucky on these images.
# On new images, its accuracy is usually lower than on the validation set.
# (You'll see such luck in a number below.)
# That is why there is a separate test set.
# We measure no accuracy on it before notebook 7.
# (Question 1 below uses the mean of the test images.
# We change nothing because of it.)

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %%
for name in ["train", "val", "test", "test_all", "dev"]:
    print(f"X_{name:9}{data['X_' + name].shape!s:15} y_{name:9}{data['y_' + name].shape}")

# %% [markdown]
# Each image is now one row of `X`.
# It has 3,073 numbers and not 3,072, and the numbers no longer lie between 0 and 255.
# Three steps turn an image into such a row.
# You'll write them yourself.
#
# ## From an image to a row
#
# 1. **Flatten.**
#    Write the `32 * 32 * 3 = 3072` numbers of an image in one row.
#    The classifier of this suite gives each class a score, which is a weighted sum of the numbers in the row.
#    A classifier of this kind is called a *linear classifier*.
#    A sum doesn't depend on the order of its terms.
#    So any order of the numbers is fine, as long as it is the same for all images.
# 2. **Subtract the mean image.**
#    This is called *centring*.
#    The section "What centring changes" below shows its effect.
# 3. **Append a one**, for the bias.
#    The section "The bias trick" below explains it.
#
# ### Exercise 1: prepare
# `prepare` takes images and a mean image.
# It returns rows that a linear classifier can use.

# %%
def prepare(images, mean_image):
    """Return rows (N, 3073) for images (N, 32, 32, 3): flattened, minus mean_image (3072,), then a one.

    `images` itself isn't changed.
    """
    ### BEGIN SOLUTION
    rows = images.reshape(len(images), -1) - mean_image
    return np.hstack([rows, np.ones((len(images), 1))])
    ### END SOLUTION


# %% [markdown]
# The check calls `prepare` with small made-up images.
# It tells you what is right and what isn't.

# %% points=5
check.prepare(prepare).require()

# %% [markdown]
# On real images, your function should return the same rows as `load_linear_splits`:

# %%
mean_image = data["mean_image"]
same = np.allclose(prepare(images[:100], mean_image), data["X_train"][:100])
print("your rows equal the suite's:", same)

# %% tags=["claim"]
assert same

# %% [markdown]
# ## The mean image
#
# The mean image is the average of the 49,000 **training** images, and of no other images.
# The validation and test images stand for photographs that nobody has taken yet.
# When we build a real classifier, those photographs don't exist yet, so nobody can compute their mean.
# We act as if this were so here, too: we subtract the training mean from all images.
# After that, the mean of the training images is 0.
# The mean of the validation images is not quite 0:

# %% tags=["nbval-ignore-output"]
for name in ["train", "val"]:
    largest = np.abs(data["X_" + name][:, :-1].mean(axis=0)).max()
    print(f"X_{name:6} largest value of its mean image: {largest:5.2f}")

# %% tags=["claim"]
assert np.abs(data["X_train"][:, :-1].mean(axis=0)).max() < 0.01 < 1 < largest

# %% [markdown]
# Here is the mean image, and one image before and after centring.
# A centred image has negative numbers, too.
# To draw it, we add 127.5, so that 0 becomes a middle grey.

# %%
row = data["X_train"][7, :-1]
pictures = {"the mean image": mean_image, "an image": row + mean_image, "centred (0 is grey)": row + 127.5}
fig, axes = plt.subplots(1, 3, figsize=(7.5, 2.9), layout="constrained")
for ax, (title, picture) in zip(axes, pictures.items(), strict=True):
    ax.imshow(np.clip(picture.reshape(32, 32, 3) / 255, 0, 1))
    ax.set(title=title, xlabel="column (pixels)", ylabel="row (pixels)")
vis_utils.show("""The mean training image, which is a smooth grey blob; one photograph; and the same photograph
    minus the mean image, with the same contrast and slightly different colours""")

# %% [markdown]
# You still recognise the centred image, and its contrast is about the same.
# Subtracting moves the numbers, but it hardly changes how far they are spread.
# The standard deviation of an image's numbers measures its contrast:

# %% tags=["nbval-ignore-output"]
centred = data["X_dev"][:, :-1]
raw = centred + mean_image
contrasts = [rows.std(axis=1).mean() for rows in (raw, centred)]
print("mean contrast of 500 images, raw and centred:", np.round(contrasts, 1))

# %% tags=["claim"]
assert 0.9 < contrasts[1] / contrasts[0] < 1.1

# %% [markdown]
# ## What centring changes
#
# All raw numbers are 0 or more, so the angle between two images is never larger than a right angle.
# Most of these numbers are also far above 0.
# So, seen from the origin, the raw images lie in similar directions.
# The cosine of the angle between two images measures this: 1 means the same direction, 0 means a right angle.
# We take the mean over all pairs of 500 images:

# %% tags=["nbval-ignore-output"]
def mean_cosine(rows):
    """Return the mean cosine of the angle between two different rows of (N, D)."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return (unit @ unit.T)[~np.eye(len(rows), dtype=bool)].mean()


cosines = [mean_cosine(raw), mean_cosine(centred)]
print("mean cosine of two images, raw and centred:", np.round(cosines, 2) + 0.0)  # + 0.0 turns -0. into 0.

# %% tags=["claim"]
assert cosines[0] > 0.7 and abs(cosines[1]) < 0.02 and np.mean(raw > 30) > 0.8
assert ((centred @ centred.T).min(axis=1) < 0).all()

# %% [markdown]
# After centring, the mean cosine is about 0.
# The images no longer lie on one side of the origin.
# Take any of the 500 images.
# The cosine of the angle between this image and some of the others is now negative.
#
# Think of the rows of the matrix as points.
# Together they form a cloud.
# How far does the cloud stretch from the origin in each direction?
# Training changes the weights in small steps.
# The further the cloud stretches, the smaller these steps must be.
# If they are too large, training fails.
# Notebook 6 shows an example: pixels from 0 to 255 need much smaller steps than pixels from 0 to 1.
#
# To measure the stretch in the direction of a unit vector $v$, project all rows $X$ on $v$.
# The length $\lVert{Xv}\rVert$ of the result tells how far the rows reach along $v$, counted from the origin.
# It is largest when $v$ is the first right singular vector of $X$.
# This largest length is the largest singular value.
# For raw images, all entries of the first right singular vector have the same sign.
# We choose the sign for which all entries are positive.
# So if all numbers of an image become larger, its row moves further along this direction.
# We call it the direction of brightness.
#
# **Predict, then run.**
# After centring, in which direction do the images stretch most?
#
# - (a) In no direction more than in the others.
# - (b) In the direction of brightness, as before, but less far.
# - (c) In the direction of a colour, for instance from blue to orange.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("01-centre", guess)

# %% [markdown]
# We compute the direction before and after.
# For each image, we compare its position along the direction with its mean brightness.

# %% tags=["nbval-ignore-output"]
brightness = raw.mean(axis=1)
stretch, longest, positions, correlations = {}, {}, {}, {}
for name, rows in {"raw": raw, "centred": centred}.items():
    # v0 is the vector with which the search for the singular vector begins.
    _, singular_values, directions = svds(rows, k=1, v0=np.ones(len(rows)))
    stretch[name] = singular_values[0]
    # A singular vector may have either sign. We choose the sign for which brighter is further along.
    longest[name] = directions[0] * np.sign(directions[0].sum())
    positions[name] = rows @ longest[name]
    correlations[name] = np.corrcoef(positions[name], brightness)[0, 1]
    print(f"{name:8}largest singular value {stretch[name]:8,.0f}, correlation {correlations[name]:.2f}")

# %%
fig, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
for k, name in enumerate(positions):
    style = {"color": vis_utils.COLOURS[k], "marker": vis_utils.MARKERS[k], "s": 14, "alpha": 0.6}
    ax.scatter(brightness, positions[name], **style, label=f"{name} images")
ax.axhline(0, color="gray", linewidth=0.8)
ax.set(xlabel="mean brightness of the image (0 to 255)", ylabel="position along the direction",
       title="The direction in which 500 images stretch most")
ax.legend()
vis_utils.show("""500 images as points, their mean brightness against their position along the longest direction.
    Raw images (circles) lie on a rising line, all above 0. Centred images (squares) also lie close to a rising
    line, and it crosses 0 in the middle""")

# %% tags=["claim"]
assert stretch["raw"] > 2 * stretch["centred"] and min(correlations.values()) > 0.9
assert positions["raw"].min() > 0 > positions["centred"].min() and longest["raw"].min() > 0
assert np.linalg.norm(centred.mean(axis=0)) < 0.1 * np.linalg.norm(raw.mean(axis=0))

# %% [markdown]
# Both sets of points rise with brightness.
# So the direction in which the images stretch most is still brightness: bright photographs and dark ones remain different.
# Centring removes what all images have *in common*, which is the mean image.
# The centre of the cloud is now near the origin.
# The stretch becomes several times smaller, and larger steps become possible.
#
# ## The bias trick
#
# A linear classifier computes a score for each class.
# The score is a weighted sum of the 3,072 numbers of the image, plus one more number for each class, which is called the *bias*.
# (From here on, we call each of the 3,072 numbers a pixel, for short.)
# Let $N$ be the number of images, and $C$ the number of classes.
# For all images at once:
#
# $$\begin{aligned}
# S &= X W + b, \\
# X&: (N, 3072),\quad W: (3072, C),\quad b: (C,),\quad S: (N, C).
# \end{aligned}$$
#
# Now append a one to every row of $X$, and append $b$ to $W$ as its last row.
# In the product of the two, the score of each class includes 1 times the bias of this class.
# No separate addition is needed.
# So we need only one array of parameters instead of two.

# %%
rng = np.random.default_rng(0)
X, W, b = rng.normal(size=(5, 3072)), rng.normal(size=(3072, 10)), rng.normal(size=10)
X_with_one = np.hstack([X, np.ones((5, 1))])
W_with_bias = np.vstack([W, b])
equal = np.allclose(X @ W + b, X_with_one @ W_with_bias)
print(X_with_one.shape, "@", W_with_bias.shape, "=", (X_with_one @ W_with_bias).shape, " equal:", equal)

# %% tags=["claim"]
assert equal

# %% [markdown]
# From here on, D = 3073 and C = 10, and `W` is `(D, C)` with the biases in its last row.
#
# ## A first classifier
#
# The classifier chooses the class with the highest score.
# With random weights the scores mean nothing, and about one image in ten is right by luck.
# We try 20 random `W`:

# %% tags=["nbval-ignore-output"]
X_val, y_val, X_train, y_train = data["X_val"], data["y_val"], data["X_train"], data["y_train"]


def accuracy(W, X, y):
    """Return the share of rows of X whose highest score is that of their label in y."""
    return np.mean(np.argmax(X @ W, axis=1) == y)


random_weights = [rng.normal(size=(3073, 10)).astype(np.float32) for _ in range(20)]
tries = [accuracy(W_random, X_val, y_val) for W_random in random_weights]
print(f"20 random W on the validation images: mean {np.mean(tries):.3f}, best {max(tries):.3f}")

# %% [markdown]
# The best of the 20 seems to be better than guessing.
# But we chose it *because* it was the best on these 1,000 images.
# On other images it is worse:

# %% tags=["nbval-ignore-output"]
luckiest = random_weights[np.argmax(tries)]
elsewhere = accuracy(luckiest, X_train, y_train)
print(f"the best of them on 49,000 other images: {elsewhere:.3f}")

# %% tags=["claim"]
assert 0.08 < np.mean(tries) < 0.12 and elsewhere < max(tries)

# %% [markdown]
# Part of its lead was luck on these 1,000 images.
# The rest of the lead stays: by chance, this `W` fits the classes a little.
# Because of such luck, we need a test set that we never use to choose.
#
# Better weights can be computed directly from the training images, without a search.
# Let $\mu_c$ be the mean of all centred training images of class $c$, without their ones.
# We write it into column $c$ of $W$, above the bias.
# It works as a *template*: it is positive at the pixels where the class is on average brighter than the mean image, and negative where the class is darker.
# Let $x$ be the row of a centred image, without its one.
# The product $x \cdot \mu_c$ is large when two things hold.
# Where the template is positive, the image is brighter than the mean image.
# Where the template is negative, the image is darker than the mean image.
# Let the bias be $-\lVert\mu_c\rVert^2 / 2$.
# Then the highest score belongs to the class whose mean is nearest to the image, because
#
# $$\lVert x - \mu_c\rVert^2 = \lVert x\rVert^2 - 2\,\bigl(x \cdot \mu_c - \tfrac12 \lVert\mu_c\rVert^2\bigr).$$
#
# The expression in the large parentheses is the score: the weighted sum of the pixels, plus the bias.
# $\lVert x\rVert^2$ is the same for all classes, so a higher score means a smaller distance.

# %%
means = np.stack([X_train[y_train == c, :-1].mean(axis=0) for c in range(10)], axis=1)
W_means = np.vstack([means, -0.5 * np.sum(means**2, axis=0)])
print("W_means", W_means.shape)

# %% tags=["claim"]
some = X_val[:50]
distances = np.linalg.norm(some[:, :-1, None] - means, axis=1)
assert np.array_equal(np.argmax(some @ W_means, axis=1), np.argmin(distances, axis=1))

# %% [markdown]
# **Predict, then run.**
# For how many of the validation images does the nearest mean belong to the right class?
#
# - (a) For about one in ten.
# - (b) For two to four in ten.
# - (c) For more than half.

# %% tags=["guess"]
guess = "b"  # "a", "b" or "c"
check.guess("01-means", guess)

# %% tags=["nbval-ignore-output"]
nearest = accuracy(W_means, X_val, y_val)
print(f"nearest class mean, validation accuracy: {nearest:.3f}")

# %% tags=["claim"]
assert 0.2 < nearest < 0.4

# %% [markdown]
# Ten averages are more than twice as good as guessing.
# Here they are as pictures.
# Each template is stretched to the full range of colours, so that you see its pattern and not its strength.

# %%
vis_utils.show_templates(W_means, title="The mean of each class, minus the mean image")
vis_utils.show("""Ten blurred pictures, one for each class: mostly blue for airplane and ship, a
    dark lower half for automobile and truck, a reddish patch above yellow for the horse""")

# %% [markdown]
# The templates of airplane and ship are mostly blue.
# This is the blue that you saw around many ships and airplanes in the first figure.
# The table shows it in numbers.
# Take the difference of a class mean and the mean image.
# It has one number for each pixel and channel.
# We take the mean of its blue numbers and the mean of its red numbers.
# The table below shows the blue mean minus the red mean.
# (Where the result is negative, the class differs from the mean image towards red.)

# %% tags=["nbval-ignore-output"]
by_channel = means.reshape(1024, 3, 10).mean(axis=0)
for name, bluer in zip(data_utils.CLASSES, by_channel[2] - by_channel[0], strict=True):
    print(f"{name:11}{bluer:6.1f}")

# %% tags=["claim"]
assert set(np.argsort(by_channel[2] - by_channel[0])[-2:]) == {0, 8}

# %% [markdown]
# The following notebooks find better templates.
# They turn scores into probabilities.
# Then they look for the `W` that gives high probabilities to the right labels.
#
# Some numbers for the questions below:

# %% tags=["nbval-ignore-output"]
X_test = data["X_test_all"][:, :-1]
mean_of_all = (49_000 * X_train[:, :-1].mean(axis=0) + 1_000 * X_val[:, :-1].mean(axis=0)
               + 10_000 * X_test.mean(axis=0)) / 60_000
order = np.append(rng.permutation(3072), 3072)  # the one stays last
# The training mean was subtracted from all rows. So this is the mean image of all 60,000, minus the training mean.
print(f"question 1: the two mean images differ by at most {np.abs(mean_of_all).max():.1f}")
print(f"question 2: with shuffled pixels {accuracy(W_means[order], X_val[:, order], y_val):.3f}")
print(f"question 3: without biases {accuracy(W_means[:-1], X_val[:, :-1], y_val):.3f}")

# %% tags=["claim"]
assert np.abs(mean_of_all).max() < 1
assert abs(accuracy(W_means[order], X_val[:, order], y_val) - nearest) < 0.002
assert accuracy(W_means[:-1], X_val[:, :-1], y_val) < nearest

# %% [markdown]
# ## Questions

# %% [markdown]
# **1.** You subtract the mean of *all* 60,000 images, with the test images among them.
# This mean image differs from the mean of the training images by less than one step of brightness.
# Why is it a mistake all the same?
#
# <details><summary>Answer</summary>
#
# The test images then took part in building the classifier.
# Its test accuracy no longer shows how good it is on images that played no part.
# Here the effect is tiny.
# Other ways to prepare the data use more information from the images, and then the effect can be large.
# For example, you might keep only the 100 pixels that separate the classes best.
# If test images help to find these pixels, the test accuracy can be much too high, above all when there are few images.
# It is easiest never to use them.
# </details>

# %% [markdown]
# **2.** The pixels of all images are shuffled, always in the same way.
# What happens to the accuracy of the nearest class mean?
# Could a person still name the classes?
#
# <details><summary>Answer</summary>
#
# The accuracy stays the same, because shuffled images have shuffled means, and distances don't depend on the order of the numbers.
# A person sees only noise.
# A linear classifier never uses the fact that some pixels are neighbours.
# Other classifiers, called convolutional networks, do use it.
# </details>

# %% [markdown]
# **3.** The pixels are centred.
# Why do we still need the biases?
#
# <details><summary>Answer</summary>
#
# Look at the mean image.
# After centring, all its pixels are 0, so the score of each class is its bias.
# Without biases, all classes would have the same score there.
# But the mean image is nearer to some class means than to others: the biases $-\lVert\mu_c\rVert^2/2$ differ.
# Without them, the accuracy is lower, as the printed line shows.
# </details>

# %% [markdown]
# ## What you showed
# - An image is a row of 3,072 brightnesses.
#   With the one for the bias, it is a row of 3,073 numbers.
# - The training, validation and test sets have different purposes.
#   The mean image is computed from the training set alone.
# - Centring removes what all images have in common.
#   The direction in which they differ most is still brightness.
# - A linear classifier is one matrix, and each of its columns is a template.
# - Guessing is right for 10 % of the images.
#   Class means as templates are right for more than twice as many, without training.
#
# **Next:** [2. From scores to probabilities](02_scores_to_probabilities.ipynb): how sure is a classifier of its answer?
