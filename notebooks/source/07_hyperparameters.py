# %% [markdown]
# # 7. Hyperparameters: choosing what training cannot
#
# Gradient descent finds `W`.
# Some numbers have to be chosen before it starts.
# Here we choose two of them: the learning rate and the regularization strength.
# (The batch size and the number of steps are chosen, too, but we don't search for them.)
# Such numbers are called **hyperparameters**.
# They are chosen by trying: train with many pairs of them, and keep the pair that does best on images that weren't used for training.
#
# **What you'll learn**
# - what overfitting looks like, and when regularization helps against it;
# - how to search for two hyperparameters, first on a grid, then at random on log scales;
# - what such a search selects when training starts from random weights;
# - how to tell whether a difference between two classifiers may be luck;
# - what cross-validation is, and what it costs;
# - why nothing is ever chosen by the test set;
# - what regularization means in the language of probability.
#
# *Before you start:* notebook 6; for the last section, notebook 3.
# *Time:* about 70 minutes.
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

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import Softmax, softmax_loss_vectorized
from cs231n_softmax.sweep import grid, random_log, sweep

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %%
X_train, y_train, X_val, y_val = (data[name] for name in ["X_train", "y_train", "X_val", "y_val"])
print("train", X_train.shape, " validation", X_val.shape)

# %% [markdown]
# ## Overfitting
#
# A classifier can learn what is true of most ships, for example that there is blue around them.
# It can also learn an accident: perhaps one ship of the training set is the only image with a red corner.
# Such an accident helps on the training images, and doesn't help on any other image.
# A classifier that learns many accidents **overfits**.
# You can see this from two numbers: the accuracy on the training images is much higher than the accuracy on new images.
# We call the difference the *gap*.
#
# Overfitting is easiest with few images.
# We train on the first 100 images, without regularization.
# Training starts from `W = 0`, so that `W` contains nothing except what it has learned from the images.

# %%
def from_zero(X, y, learning_rate, reg, num_iters):
    """Return a Softmax that was trained on X (N, 3073), y (N,), starting from W = 0."""
    found = Softmax()
    found.W = np.zeros((X.shape[1], 10), np.float32)
    found.train(X, y, learning_rate, reg, num_iters, batch_size=min(200, len(X)), rng=0)
    return found


def right(model, X, y):
    """Return for each image, True or False (N,), whether the model classifies it right."""
    return model.predict(X) == y


# %% tags=["nbval-ignore-output"]
few = from_zero(X_train[:100], y_train[:100], learning_rate=2e-6, reg=0, num_iters=750)
print(f"on its 100 training images:     {100 * np.mean(right(few, X_train[:100], y_train[:100])):.0f} % right")
print(f"on the 1,000 validation images: {100 * np.mean(right(few, X_val, y_val)):.0f} % right")

# %% tags=["claim"]
assert np.mean(right(few, X_train[:100], y_train[:100])) > 0.95
assert np.mean(right(few, X_val, y_val)) < 0.35

# %% [markdown]
# The classifier has learned its 100 images by heart.
# The gap is almost 80 percentage points.
#
# **Predict, then run.**
# Now the same training uses all 49,000 images.
# `W` has 30,730 numbers as before, and there is still no penalty.
# How large is the gap?
# - (a) Nearly as large as with 100 images.
# - (b) About 20 percentage points.
# - (c) Less than 3 percentage points.

# %% tags=["guess"]
guess = "c"  # "a", "b" or "c"
check.guess("07-gap", guess)

# %% [markdown]
# Now we train on 100 to 49,000 images, each time twice: without regularization, and with it.
# For 1,000 images we take `reg` = 3,000.
# We tried a few values, and this one did well on the validation images.
# (So its result there is a little too good.)
# For other numbers of images we tried nothing.
# There we take `3e6 / N`: a third of `reg` for three times as many images.
# (Why?
# Our loss is the mean of $N$ losses plus `reg * sum(W**2)`.
# Multiply it by $N$, and it is the sum of the losses plus `N * reg * sum(W**2)`.
# With `3e6 / N`, the number `N * reg` is the same for every $N$.
# The last section of this notebook has more on this.)

# %%
sizes, models = [100, 1000, 3000, 10_000, 49_000], {}
for N in sizes:
    for name, reg in [("reg 0", 0), ("with reg", 3e6 / N)]:
        models[name, N] = from_zero(X_train[:N], y_train[:N], learning_rate=2e-6, reg=reg, num_iters=750)

# %% tags=["nbval-ignore-output"]
curves = {"reg 0": [], "with reg": []}
for (name, N), model in models.items():
    train = 100 * np.mean(right(model, X_train[:N], y_train[:N]))
    validation = 100 * np.mean(right(model, X_val, y_val))
    curves[name].append((N, train, validation))
    print(f"{N:6,} images, {name:9}: training {train:5.1f} %, validation {validation:4.1f} %")

# %%
vis_utils.plot_learning_curves(curves)
vis_utils.show("""Accuracy against the number of training images, from 100 to 49,000 on a log scale, as four
    lines. Without regularization, training accuracy begins at 100 % and falls to about 41 %, and validation
    accuracy rises from about 21 % to about 40 %: the wide gap between them closes. With regularization,
    training accuracy is lower and the gap is smaller; validation accuracy is a little higher at 1,000 images, and
    the same at the end.""")

# %% tags=["claim"]
gaps = {name: {N: train - validation for N, train, validation in points} for name, points in curves.items()}
assert gaps["reg 0"][100] > 60 and gaps["reg 0"][1000] > 40 and gaps["reg 0"][49_000] < 3
assert all(gaps["with reg"][N] < gaps["reg 0"][N] - 15 for N in [100, 1000])
thousand = {name: points[1][2] for name, points in curves.items()}
assert thousand["with reg"] > thousand["reg 0"] + 1.5
assert abs(curves["reg 0"][-1][2] - curves["with reg"][-1][2]) < 1

# %% [markdown]
# - **With few images, the classifier overfits.**
#   Without regularization, 1,000 images are learned almost by heart, and most of that is useless on new images.
# - **More images are the best remedy.**
#   Among 49,000 images, the accident of one image counts very little.
#   What is true of many of them is mostly true of new images, too.
# - **Regularization is the other remedy.**
#   It keeps `W` small.
#   A small `W` can't follow every single image, so the gap is smaller.
#   For 1,000 images, validation accuracy becomes higher.
# - **With 49,000 images there is hardly any overfitting**, and regularization gains nothing here.
#
# ## What the two numbers do
#
# The **learning rate** decides how far each step goes.
# If it is too small, training isn't done when the steps are over.
# If it is too large, `W` never settles (notebook 6).
#
# The **regularization strength** `reg` decides how much a large `W` costs.
# If it is too large, the penalty counts more than the images, and `W` follows the images badly.
# If it is too small and there are few images, these are learned by heart, as you have just seen.
#
# The two have to be searched **together**, because they act together.
# Each step multiplies `W` by $1 - 2\cdot\texttt{learning\_rate}\cdot\texttt{reg}$ before it adds what is learned from the batch.
#
# For the learning rate and for `reg`, what counts is how many times larger one value is than another.
# The step from 1e-7 to 2e-7 matters as much as the step from 1e-6 to 2e-6.
# So we choose the values on a **log scale**: each value is a few times as large as the one before.
#
# ### Exercise: the sweep loop
# To train at many settings and to compare them is called a **sweep**.
# Train a `Softmax` at every setting (a pair of learning rate and reg), and put its validation accuracy into the dictionary `results`.
# Skip settings that are in `results` already.
# Then a sweep that was stopped goes on where it was.

# %%
def my_sweep(results, settings, data, num_iters=1500):
    """Add {(learning_rate, reg): validation accuracy} to the dict `results` for each setting that it lacks.

    data: dict with X_train (N, D), y_train (N,), X_val, y_val.
    Train with rng=0, so that all settings see the same batches.
    """
    ### BEGIN SOLUTION
    for learning_rate, reg in settings:
        if (learning_rate, reg) in results:
            continue
        model = Softmax()
        model.train(data["X_train"], data["y_train"], learning_rate, reg, num_iters, rng=0)
        results[learning_rate, reg] = np.mean(model.predict(data["X_val"]) == data["y_val"])
    ### END SOLUTION


# %% [markdown]
# The check uses a tiny problem.
# Some of its validation labels are wrong on purpose.
# So validation accuracy differs from training accuracy, and the check can tell which of the two you have stored.

# %% points=5
check.sweep(my_sweep).require()

# %% [markdown]
# Now your loop trains on real images, at four settings.
# **Interrupt it if you like** (with the square button, and quickly: it doesn't take long).
# Then run the second of these two cells again: it goes on with the settings that are missing.

# %%
results = {}

# %% tags=["nbval-ignore-output"]
my_sweep(results, grid([1e-7, 1e-6], [1e3, 2.5e4]), data, num_iters=300)
for (learning_rate, reg), accuracy in results.items():
    print(f"learning rate {learning_rate:.0e}, reg {reg:.1e}: {accuracy:.3f}")

# %% tags=["claim"]
assert results[1e-6, 1e3] > results[1e-7, 1e3]

# %% [markdown]
# ## A grid
#
# The suite's `sweep` does the same with a progress bar and a table.
# It also takes less time: all settings see the same batches, so it puts their weights side by side into one wide matrix, and reads each batch once for all of them.
# (With `file="sweep.npz"` it goes on where it was stopped, too.)
# We try sixteen settings with 1,500 steps each.
# The table has the best setting first.
# The loss in its last column includes the penalty.

# %% tags=["nbval-ignore-output"]
table = sweep(X_train, y_train, X_val, y_val, grid([1e-7, 5e-7, 1e-6, 5e-6], [1e2, 1e3, 1e4, 1e5]))
print(table)

# %% tags=["claim"]
assert table.best.val_accuracy > 0.36

# %% [markdown]
# Does any of these settings overfit?
# Then training accuracy would be well above validation accuracy.

# %% tags=["nbval-ignore-output"]
excess = max(100 * (result.train_accuracy - result.val_accuracy) for result in table)
print(f"training is above validation by at most {excess:.1f} percentage points")

# %% tags=["claim"]
assert excess < 4

# %% [markdown]
# No.
# With 49,000 images, `W` hardly overfits, even if `reg` is low.
# But then, why are the results poor where the learning rate and `reg` are both small?
# There is another reason.
# `train` starts from *random* weights.
# Each step multiplies what is left of them by $1 - 2\cdot\texttt{learning\_rate}\cdot\texttt{reg}$.
# So this share of the start is left after all steps:
#
# $$(1 - 2\cdot\texttt{learning\_rate}\cdot\texttt{reg})^{\text{number of steps}}$$
#
# The picture shows the accuracies, and three lines on them.
# Along a line, the product of learning rate and reg is the same, so the same share of the start is left.
# Below the line of 90 %, nearly all of it is left.
# (The lines bend, because the learning rates of the columns aren't evenly spaced.)

# %%
colours = (10, 42)  # accuracies in percent at the ends of the colour scale, for this picture and the next
vis_utils.plot_forgetting(table, num_iters=1500, limits=colours)
vis_utils.show("""Heatmap of validation accuracy over four learning rates and four regularization strengths, the
    best cell starred. Three lines run from the upper left to the lower right: along them 90 %, 50 % and 1 % of the
    random start is left after training. The good cells lie in a diagonal band around the lines of 50 % and 1 %.
    The cells at the lower left, in the top row and in the upper right corner have low accuracies.""")

# %% [markdown]
# The good settings form a **diagonal band**, and the lines run along it.
# Cells at the lower left still have their random start, which adds noise to all scores.
# Is this really the reason for the poor results?
# Test it with the worst of these cells, the one with learning rate 1e-7 and reg 100.

# %% tags=["nbval-ignore-output"]
corner = next(result for result in table if (result.learning_rate, result.reg) == (1e-7, 1e2))
left = (1 - 2 * 1e-7 * 1e2) ** 1500
print(f"{100 * left:.0f} % of the random start is left, validation accuracy {corner.val_accuracy:.3f}")

# %% [markdown]
# **Predict, then run.**
# We train with the same learning rate of 1e-7 and the same number of steps, but from `W = 0`, and with reg 0.
# (At this learning rate, reg 100 takes only 3 % from `W` in 1,500 steps.
# So it hardly matters that we leave it out.)
# What is the validation accuracy?
# - (a) 10 %.
#   With `W = 0` all classes have the same score, so nothing can be learned.
# - (b) About the same as before, because a learning rate of 1e-7 is too low.
# - (c) Nearly 40 %, as good as the best settings of the sweep.

# %% tags=["guess"]
guess = "c"  # "a", "b" or "c"
check.guess("07-start", guess)

# %% tags=["nbval-ignore-output"]
slow = from_zero(X_train, y_train, learning_rate=1e-7, reg=0, num_iters=1500)
print(f"from W = 0 with reg 0: validation accuracy {np.mean(right(slow, X_val, y_val)):.3f}")

# %% tags=["claim"]
assert np.mean(right(slow, X_val, y_val)) > corner.val_accuracy + 0.08

# %% [markdown]
# So the learning rate wasn't too low, and a stronger penalty isn't needed to learn better weights.
# The setting needed a start without noise, which is `W = 0`.
# We call this a *clean start*.
# A sweep from a random start selects **a setting that forgets its start in time**.
# But a penalty that is too strong makes the results worse, in two ways:
#
# - In the top row, the penalty is so strong that the accuracy is lower than in the row below it, at every learning rate.
#   It doesn't only make `W` smaller: that alone wouldn't change any answer.
#   It also changes the pattern of `W` (notebook 8 shows how).
# - At the upper right, `W` forgets the images, too.
#   For learning rate 5e-6 and reg 1e4, each step removes a tenth of `W`.
#   After 50 steps hardly anything is left of what was learned from a batch.
#   So `W` is made from the last 50 batches or so.
#   The accidents of so few batches don't cancel as well as those of many (notebook 6), and so `W` is noisy.
#   How much is left of a batch after 50 steps?

# %%
print(f"left after 50 steps: {100 * (1 - 2 * 5e-6 * 1e4) ** 50:.1f} %")

# %% tags=["claim"]
cells = {(result.learning_rate, result.reg): result.val_accuracy for result in table}
assert all(cells[rate, 1e5] < cells[rate, 1e4] - 0.02 for rate in [1e-7, 5e-7, 1e-6, 5e-6])
assert cells[5e-6, 1e4] < cells[1e-7, 1e4] - 0.02 and cells[1e-7, 1e2] < cells[1e-7, 1e4]

# %% [markdown]
# ## At random
#
# A grid of 16 settings has only four different learning rates and four different values of reg.
# Eight random settings have eight different learning rates and eight different values of reg, at half the cost.
# This helps where one hyperparameter matters much more than the other: the random search has then tried twice as many values of the one that matters (Bergstra and Bengio, 2012).
# We search in a box around the grid's best setting, on log scales.

# %% tags=["nbval-ignore-output"]
rates, regs = (3e-7, 3e-6), (1e2, 1e4)  # the box: from, to
random_table = sweep(X_train, y_train, X_val, y_val, random_log(rates, regs, num=8, rng=2))
print(random_table)

# %%
ax = random_table.plot(limits=colours)
box = plt.Rectangle((rates[0], regs[0]), np.ptp(rates), np.ptp(regs), fill=False, linestyle="--", label="the box")
ax.add_patch(box)
ax.set(title="Eight random settings", xlim=(2e-7, 5e-6), ylim=(30, 1e5))
ax.minorticks_off()
ax.set_xticks([3e-7, 1e-6, 3e-6], ["3e-07", "1e-06", "3e-06"])
ax.legend(loc="upper right")
vis_utils.show("""Scatter plot of eight random settings over learning rate and regularization strength, both on log
    scales, each point with its validation accuracy in percent, the best one starred. A dashed rectangle shows the
    box from which the settings were drawn. The colours mean the same accuracies as in the heatmap.""")

# %% tags=["nbval-ignore-output"]
best_table = max([table, random_table], key=lambda t: t.best.val_accuracy)
best = best_table.best
print(f"best: learning rate {best.learning_rate:.2e}, reg {best.reg:.2e}, validation {best.val_accuracy:.3f}")

# %% tags=["claim"]
assert best.val_accuracy > max(0.38, *results.values())
assert max(result.train_accuracy - result.val_accuracy for result in random_table) < 0.04

# %% [markdown]
# ## How much of it is luck?
#
# The best of 24 settings may have won partly by luck.
# There are two kinds of luck.
# The first is the seed: it decides the starting weights and the batches.
# To see how much it does, we train the best setting again with other seeds, and change nothing else.

# %% tags=["nbval-ignore-output"]
split = X_train, y_train, X_val, y_val
seeds = [sweep(*split, [(best.learning_rate, best.reg)], rng=seed, progress=False)[0] for seed in range(1, 4)]
spread = np.array([result.val_accuracy for result in seeds])
print("three seeds:", spread.round(3), f" mean {spread.mean():.3f}, standard deviation {spread.std(ddof=1):.3f}")

# %% tags=["claim"]
assert 0 < spread.std() < 0.02

# %%
ranked = np.sort([result.val_accuracy for result in [*table, *random_table] if not result.diverged])[::-1]
low, high = 100 * spread.min(), 100 * spread.max()
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ax.axhspan(low, high, color="#56B4E9", alpha=0.5, label="best setting, three other seeds")
ax.plot(np.arange(1, len(ranked) + 1), 100 * ranked, "o", color="#000000", label="24 settings, one seed each")
ax.set(xlabel="rank of the setting (1 is the best)", ylabel="validation accuracy (%)", title="Settings and seeds")
ax.legend()
vis_utils.show("""Validation accuracies of the 24 settings of both sweeps as dots, from the best to the worst, and
    a horizontal band from the lowest to the highest accuracy of the best setting with three other seeds. Some of
    the first dots lie in the band or near it, and the others fall away far below it.""")

# %% [markdown]
# With other seeds, another of the settings near the band could have won.
# Settings several points below the band really are worse.
#
# ### Two classifiers on the same images
#
# The second kind of luck is which images are in the validation set.
# For a single accuracy, its size is the standard error, $\sqrt{p\,(1-p)/1000}$, which is about 1.5 percentage points (notebook 6).
# But when *two* classifiers are compared on the same images, most of this luck is common to both: an image that is hard for the first is mostly hard for the second, too.
#
# An example: on 1,000 images, A and B are both right on 350, and both wrong on 560.
# These images don't show which of them is better.
# There remain 50 images on which only A is right, and 40 on which only B is right.
# So A leads by 10 images, or 1.0 points.
# Could this be luck?
#
# Suppose that A and B are equally good.
# Then each of the 90 images is like the toss of a coin: +1 for A, or −1 for B.
# The variance of one toss is 1.
# The variances of 90 tosses add up to 90.
# So the standard deviation of the sum is $\sqrt{90} = 9.5$ images.
# The lead of A is $1.0 \pm 0.95$ points, which may well be luck.
# This is the idea of McNemar's test (1947), and it takes two lines:

# %%
def paired(right_a, right_b):
    """Return (accuracy of A minus accuracy of B, its standard error); right_* (N,): who is right on each image."""
    only_a, only_b = np.sum(right_a & ~right_b), np.sum(right_b & ~right_a)
    return (only_a - only_b) / len(right_a), np.sqrt(only_a + only_b) / len(right_a)


# %%
example_a = np.repeat([True, False, True, False], [350, 560, 50, 40])
example_b = np.repeat([True, False, False, True], [350, 560, 50, 40])
print("A leads by {:.4f}, standard error {:.4f}".format(*paired(example_a, example_b)))

# %% [markdown]
# As a rule of thumb, a lead of less than two standard errors may be luck.
# Here is the lead of the random search's best classifier over the grid's best classifier.
# Below it stands the lead of training with regularization over `reg` 0, for each number of training images.

# %% tags=["nbval-ignore-output"]
lead = paired(*(right(t.best_model, X_val, y_val) for t in [random_table, table]))
print("random search over grid:           {:5.1f} points, standard error {:.1f}".format(*(100 * np.array(lead))))
for N in sizes:
    gain = 100 * np.array(paired(*(right(models[name, N], X_val, y_val) for name in ["with reg", "reg 0"])))
    print(f"{N:6,} images, with reg over reg 0: {gain[0]:6.1f} points, standard error {gain[1]:.1f}")

# %% tags=["claim"]
both = [right(models[name, 1000], X_val, y_val) for name in ["with reg", "reg 0"]]
single = np.sqrt(both[0].mean() * (1 - both[0].mean()) / len(X_val))
assert paired(*both)[0] > 1.5 * paired(*both)[1] and abs(lead[0]) < 3 * max(lead[1], 0.003)
assert lead[1] < 0.8 * single  # two similar classifiers: the paired error is below that of a single accuracy

# %% [markdown]
# The grid and the search at random end with classifiers that can't be told apart.
# Regularization has a lead of more than two standard errors only for 1,000 images.
# (`reg` was tuned for just this number of images.)
# For 49,000 images, the two classifiers disagree so rarely that the standard error is very small, and still no lead is to be seen.
#
# ## Cross-validation
#
# With few images, a validation set is a problem.
# We have 500 images, say.
# If 100 of them are kept for validation, only 400 are left to learn from, and 100 are few to judge by: the standard error of an accuracy of 30 % is 4.6 points.
#
# **Cross-validation** uses each image for training and also for judging.
# Cut the images into $k$ parts, the *folds*.
# Train on all folds except one, and judge on that one.
# Do this $k$ times, so that each fold is left out once.
# In the end, each of the 500 images has been judged once, by a classifier that wasn't trained on it.
# So the standard error falls to 2.0 points.
# The price: each setting is trained $k$ times.
# Here $k$ is 5.

# %%
hits = {reg: np.zeros(500, bool) for reg in [0, 1e4, 1e5]}
for fold in np.array_split(np.arange(500), 5):
    rest = np.setdiff1d(np.arange(500), fold)
    for reg, judged in hits.items():
        learner = from_zero(X_train[rest], y_train[rest], learning_rate=2e-6, reg=reg, num_iters=200)
        judged[fold] = right(learner, X_train[fold], y_train[fold])

# %% tags=["nbval-ignore-output"]
for reg, judged in hits.items():
    print(f"reg {reg:6g}: folds {judged.reshape(5, 100).mean(axis=1)}, all {judged.mean():.3f}")
print(f"standard errors: {np.sqrt(0.3 * 0.7 / 100):.3f} for a fold, {np.sqrt(0.3 * 0.7 / 500):.3f} for all")
for reg in [0, 1e5]:
    difference, error = paired(hits[1e4], hits[reg])
    print(f"lead of reg 10000 over reg {reg:g}: {difference:.3f}, standard error {error:.3f}")

# %% tags=["claim"]
folds = {reg: judged.reshape(5, 100).mean(axis=1) for reg, judged in hits.items()}
assert hits[1e5].mean() < max(judged.mean() for judged in hits.values()) - 0.02
assert len({max(folds, key=lambda reg: folds[reg][k]) for k in range(5)}) > 1

# %% [markdown]
# Each row has five folds of 100 images.
# Their accuracies differ widely, and not every fold would have chosen the same `reg`.
# The mean over all 500 images is steadier: it shows that the largest `reg` is too large.
# The difference of the other two is smaller than two standard errors.
# So we don't know which of them is better.
#
# Three values of `reg` took 15 trainings.
# So where images are many and training is slow, people use one validation set instead, as we did above: of 50,000 images, 1,000 can be spared.
#
# ## The test set, once
#
# One setting is chosen, by validation.
# Now, and only now, the test set is used.
# We take all 10,000 of its images, ten times as many as the validation set has, so the standard error is about a third (0.5 points).
#
# We test a second classifier with it.
# It was trained at the same learning rate, with the same number of steps, but from `W = 0` and with reg 0.
# Nothing in it was chosen by its accuracy on the test set, either.

# %% tags=["nbval-ignore-output"]
X_test, y_test = data["X_test_all"], data["y_test_all"]
clean = from_zero(X_train, y_train, best.learning_rate, reg=0, num_iters=1500)
tested = {"tuned, from a random start": best_table.best_model, "reg 0, from W = 0": clean}
for name, model in tested.items():
    print(f"{name:26} validation {right(model, X_val, y_val).mean():.3f}", end=", ")
    print(f"test {right(model, X_test, y_test).mean():.3f}")

# %% tags=["nbval-ignore-output"]
ahead = 100 * np.array(paired(*(right(tested[name], X_test, y_test) for name in reversed(tested))))
print("from W = 0 with reg 0: {:.1f} points ahead, standard error {:.1f}".format(*ahead))

# %% tags=["claim"]
assert right(best_table.best_model, X_test, y_test).mean() > 0.37
assert ahead[0] > 2 * ahead[1] and ahead[1] < 0.5

# %% [markdown]
# **The tuned classifier.**
# The best validation accuracy of a search is, on average over many such searches, a little too good.
# The reason is that the setting was *chosen* for doing well on those 1,000 images.
# The test accuracy isn't too good, because nothing was chosen by the test images.
# (Here, the two differ by less than the standard error of 1.5 points on 1,000 images.)
# If we had looked at the test set 24 times and had reported the best result, this result would probably be too good as well.
# Nobody could tell by how much.
#
# **The clean start.**
# On the test set, the classifier from `W = 0` is better than the tuned one, by more than two standard errors.
# (The standard error holds only the luck of the images.
# We tested one seed of each, so the luck of the seed isn't in it.)
# The search had to choose a penalty that removes most of the random start in 1,500 steps.
# Without a random start no penalty is needed.
# So before you tune a number, find out which problem it solves.
#
# On the 1,000 validation images you see the opposite order.
# Two things can explain it.
# The tuned setting was chosen for these images.
# And 1,000 images are too few to show a difference of one point.
# So why don't we choose by the test set?
# If we chose a classifier by the test set, its test accuracy would be a little too good, for the same reason.
# Then no images would be left that could show its accuracy on new images.
#
# **Other people's results.**
# One worked solution of this assignment was published in 2021.
# It uses one setting for softmax and for the SVM, learning rate 1e-7 and reg 2.5e4.
# It wasn't tuned, and reaches 34.4 % with softmax.
# The assignment itself expects just over 35 % after tuning.
#
# A trained classifier can be kept in a file.
# The file has a checksum, which shows when the file is damaged.

# %%
best_table.best_model.save("best_softmax.npz")
loaded = Softmax()
loaded.load("best_softmax.npz")
print("the same weights:", np.array_equal(loaded.W, best_table.best_model.W))

# %% [markdown]
# ## Regularization, in the language of probability
#
# You toss a new coin three times, and it shows heads three times.
# Which coin makes this result most probable?
# One that *always* shows heads.
# That answer is called **maximum likelihood**.
# You wouldn't believe it: you have seen coins before, and most of them are fair.
# What you believe before you see the data is called a **prior**.
# The answer that is most probable when prior and data are both taken into account is called **maximum a posteriori**.
#
# It is the same with `W`.
# Minimizing the mean of $-\log p_{y_i}$ is maximum likelihood (notebook 3).
# With few images, maximum likelihood overfits.
# It makes the same mistake as with the coin: after only three tosses, it chose a coin that always shows heads.
# A prior under which large weights are improbable protects against that.
# By Bayes' rule, the probability of `W` given the data is proportional to the likelihood times the prior.
# We take $-\log$, and the product becomes a sum:
#
# $$-\log P(W \mid \text{data}) = \underbrace{-\sum_i \log p_{y_i}}_{\text{from the data}}
#   \; \underbrace{- \log P(W)}_{\text{from the prior}} + \text{const}$$
#
# So *minus* the logarithm of the prior is a penalty.
# Two priors give the two penalties that are most used.
# The sum of the squares is called the **L2** penalty (our `reg * sum(W**2)`), and the sum of the absolute values is called the **L1** penalty.
# In the table, $\propto$ means "proportional to".
# The Gaussian prior is the bell curve, and the Laplace prior has a sharp peak at 0.
# Their formulas are in the table.
# $\tau$ is the standard deviation of the Gaussian prior, and $b$ is the width of the Laplace prior.
# The larger they are, the larger the weights may be.
# Constants are left out.
#
# The last column is the penalty divided by the number of images $N$, because our loss is a *mean*:
#
# | prior on each weight $w$ | penalty $-\log P(W)$ | divided by $N$ |
# |---|---|---|
# | Gaussian, $\propto e^{-w^2/2\tau^2}$ | $\sum w^2 / 2\tau^2$ | **L2**, $\texttt{reg} = 1/(2\tau^2 N)$ |
# | Laplace, $\propto e^{-\lvert w\rvert/b}$ | $\sum \lvert w\rvert / b$ | **L1**, $\texttt{reg} = 1/(bN)$ |
#
# The division by $N$ explains the `3e6 / N` in the section on overfitting: it is the same prior for each number of images.
# With more images, the data count more, and the prior counts less.
# The standard deviation $\tau$ of this prior follows from $1/(2\tau^2) = 3\cdot 10^6$:

# %%
print(f"before the data are seen, a weight is expected to be about {np.sqrt(1 / (2 * 3e6)):.5f} in size")

# %% [markdown]
# L2 and L1 both pull weights towards zero, in different ways.
# L2 pulls with strength $2\,\texttt{reg}\,w$: strongly at large weights, and hardly at small ones.
# L1 pulls with the same strength at all weights, so it can take small ones all the way to 0.
#
# We train both on 1,000 images.
# For L1, each step has two parts.
# First, `W` goes one step down the gradient of the data loss.
# Then every weight moves towards 0 by the same amount, and a weight that would pass 0 stops at 0.
# (This is called *soft thresholding*.
# An ordinary gradient step would jump over 0 again and again.)
# The two strengths have different units.
# We chose them so that both effects can be seen.

# %%
def train_with(penalty, strength, steps=120, rate=2e-6):
    """Descend on 1,000 images from W = 0 with the penalty "none", "L2" or "L1"; return W (3073, 10)."""
    X, y, W = X_train[:1000], y_train[:1000], np.zeros((3073, 10), np.float32)
    for _ in range(steps):
        _, dW = softmax_loss_vectorized(W, X, y, strength if penalty == "L2" else 0.0)
        W = W - rate * dW
        if penalty == "L1":
            W = np.sign(W) * np.maximum(0, np.abs(W) - rate * strength)
    return W


# %%
weights = {name: train_with(name, strength) for name, strength in [("none", 0), ("L2", 3e3), ("L1", 1.0)]}

# %% tags=["nbval-ignore-output"]
for name, W in weights.items():
    print(f"{name:5} {100 * np.mean(W == 0):4.1f} % of the weights are 0, the largest is {np.abs(W).max():.6f}")

# %% tags=["claim"]
zeros = {name: np.mean(W == 0) for name, W in weights.items()}
assert zeros["L1"] > 0.5 and zeros["L2"] < 0.01 and zeros["none"] < 0.01
assert np.abs(weights["L2"]).max() < 0.8 * np.abs(weights["none"]).max()
assert np.abs(weights["L2"]).max() < np.abs(weights["L1"]).max()

# %%
fig, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True, sharex=True, layout="constrained")
for ax, (name, W), color in zip(axes, weights.items(), vis_utils.COLOURS, strict=False):
    ax.hist(1e4 * W.ravel(), bins=np.linspace(-4, 4, 81), color=color, log=True)
    ax.set(title=f"penalty: {name}", xlabel="weight (times 10,000)")
axes[0].set_ylabel("number of weights")
vis_utils.show("""Three histograms of the trained weights, with a logarithmic axis for their numbers: without
    penalty the weights spread widely, with L2 the whole heap is narrower, and with L1 most weights are in one tall
    spike at exactly zero, while a few remain large.""")

# %% [markdown]
# Without a penalty the weights spread widely.
# L2 makes the whole heap narrower.
# L1 sets most weights to exactly zero, and lets the few that matter most stay large.
# Why does L1 make so many weights exactly zero?
# The Gaussian prior is flat at 0, so a very small weight costs almost nothing.
# The Laplace prior has a corner at 0: its penalty rises with the same steepness from the first short step on.
# The first small step away from 0 costs as much as a step of the same length anywhere else.
# If this first step costs more than it takes away from the data loss, the best weight is 0.
# A `W` in which most weights are 0 is called *sparse*.
#
# ## Questions

# %% [markdown]
# **1.** The best setting of your sweep lies at the edge of the grid.
# What do you do?
#
# <details><summary>Answer</summary>
#
# Extend the grid in that direction, because the true best may lie outside.
# If the best value is in the middle, with worse ones on all sides, the range was wide enough.
# </details>

# %% [markdown]
# **2.** Two settings differ by 0.4 percentage points on the same 1,000 validation images.
# On 86 of these images, exactly one of the two is right.
# Which setting do you take?
#
# <details><summary>Answer</summary>
#
# Either.
# The standard error of the difference is $\sqrt{86}/1000$, or 0.9 percentage points.
# The difference is less than half of that.
# (The 1.5 points of a single accuracy would be the wrong measure: most of that luck is common to both.)
# To tell the two apart you would need many more images, and the luck of the seed would still be there.
# So choose by something else, such as the shorter training time.
# </details>

# %% [markdown]
# **3.** Why do all settings of a sweep start from the same weights and see the same batches?
#
# <details><summary>Answer</summary>
#
# Then their differences come from the settings, and not from luck that only one of them had.
# The luck doesn't vanish: the seed may suit some settings better than others.
# But much of it is common to all settings, and cancels when they are compared.
# It is the same idea as comparing two classifiers on the same images.
# </details>

# %% [markdown]
# ## What you showed
# - With few images a linear classifier overfits, and regularization helps.
#   With 49,000 images it hardly overfits.
# - Learning rate and regularization are chosen together, on log scales, by validation accuracy.
# - A sweep from a random start selects a setting that forgets its start in time.
#   A clean start does better.
# - Two classifiers on the same images are compared by the images on which only one of them is right.
# - Cross-validation judges by every image, and costs k trainings for each setting.
# - A penalty is minus the logarithm of a prior: L2 belongs to a Gaussian prior, L1 to a Laplace prior.
#
# **Next:** [8. Templates](08_templates.ipynb): what the classifier has learned, as pictures.
