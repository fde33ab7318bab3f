# %% [markdown]
# # 7. Hyperparameters: choosing what training cannot
#
# Gradient descent finds `W`. It can't find the learning rate it is run with, nor the regularization strength. Those are
# chosen by trying: train with many pairs, and keep the one that does best on images that weren't trained on. That
# takes softmax from 34 % to 39 %.
#
# **What you'll learn**
# - how to sweep over two hyperparameters, first on a grid, then at random on log scales;
# - why the validation set chooses, and the test set is touched once;
# - how much of a difference between two settings is luck;
# - what the tuned classifier reaches on images that nobody has looked at.
#
# *Before you start:* notebook 6. *Time:* about 40 minutes, of which one is waiting.
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

from cs231n_softmax import check, data_utils
from cs231n_softmax.classifiers import Softmax
from cs231n_softmax.sweep import grid, random_log, sweep

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %%
X_train, y_train, X_val, y_val = (data[name] for name in ["X_train", "y_train", "X_val", "y_val"])
print("train", X_train.shape, " validation", X_val.shape)

# %% [markdown]
# ## What the two numbers do
#
# The **learning rate** decides how far each step goes: too short and training isn't done in time, too long and it
# never settles (notebook 6). The **regularization strength** `reg` decides how much a large `W` costs: too much and `W` stays
# so small that all classes look alike, too little and `W` fits accidents of the training set.
#
# They aren't independent. Each step shrinks `W` by the factor $1 - 2\cdot\texttt{learning\_rate}\cdot\texttt{reg}$, and
# together with the number of steps this decides how much of the start is forgotten. So they are searched **together**.
#
# Both act by their order of magnitude. The step from 1e-7 to 2e-7 matters as much as that from 1e-6 to 2e-6; so values
# are spread evenly on a **log scale**.
#
# ### Exercise: the sweep loop
# Train a `Softmax` for every setting (a pair of learning rate and reg) and put its validation accuracy into the
# dictionary `results`. Skip settings that are in it already: a sweep that was stopped then goes on where it was.

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
# The check uses a tiny problem, whose validation labels are wrong now and then, so that its accuracy can't be mistaken for that of
# the training set.

# %% points=5
check.sweep(my_sweep).require()

# %% [markdown]
# Now for real, on a very coarse grid. **Interrupt it if you like** (the square button): run the second of these two cells
# again, and it goes on with the settings that are missing.

# %%
results = {}

# %% tags=["nbval-ignore-output"]
my_sweep(results, grid([1e-7, 1e-6], [1e3, 2.5e4]), data, num_iters=500)
for (learning_rate, reg), accuracy in results.items():
    print(f"learning rate {learning_rate:.0e}, reg {reg:.1e}: {accuracy:.3f}")
assert results[1e-6, 1e3] > results[1e-7, 1e3], "with few steps and a weak penalty, short steps get nowhere"

# %% [markdown]
# ## A grid
#
# The suite's `sweep` does the same, with a progress bar and a table, and takes less time: all settings see the same batches, so their
# weights stand side by side in one wide matrix, and a batch is read once for all of them. (Given `file="sweep.npz"`, it goes on
# where it was stopped, too.) Sixteen settings, 1,500 steps each. The loss in the last column includes the penalty.

# %% tags=["nbval-ignore-output"]
table = sweep(X_train, y_train, X_val, y_val, grid([1e-7, 5e-7, 1e-6, 5e-6], [1e2, 1e3, 1e4, 1e5]))
print(table)
assert table.best.val_accuracy > 0.36

# %% alt="Heatmap of validation accuracy over four learning rates and four regularization strengths, the best cell starred"
table.plot()
plt.show()

# %% [markdown]
# The good settings form a diagonal band, not a box. Where the learning rate is low, more regularization helps, because
# it makes `W` forget its random start sooner; where it is high, strong regularization leaves `W` little but its last few steps, each
# from one small batch.
#
# ## At random
#
# A grid of 16 tries four learning rates. Eight random settings try eight, and eight regularizations, at half the cost: if one
# of the two matters more than the other, the random search has looked at it twice as closely (Bergstra and Bengio,
# 2012). We search around the grid's best, on log scales:

# %% tags=["nbval-ignore-output"]
settings = random_log((3e-7, 3e-6), (1e2, 1e4), num=8, rng=2)
random_table = sweep(X_train, y_train, X_val, y_val, settings)
print(random_table)

# %% alt="Scatter plot of eight random settings over learning rate and regularization strength, coloured by validation accuracy, the best one starred"
random_table.plot()
plt.show()

# %% tags=["nbval-ignore-output"]
best = max(table.best, random_table.best, key=lambda result: result.val_accuracy)
print(f"best: learning rate {best.learning_rate:.2e}, reg {best.reg:.2e}, validation {best.val_accuracy:.3f}")
assert best.val_accuracy > max(0.38, results[1e-7, 2.5e4])

# %% [markdown]
# ## How much of it is luck?
#
# The best of 24 may be partly lucky. To see how much luck there is, train the best setting again with other seeds: other
# starting weights, other batches, nothing else.

# %% tags=["nbval-ignore-output"]
split = X_train, y_train, X_val, y_val
seeds = [sweep(*split, [(best.learning_rate, best.reg)], rng=seed, progress=False)[0] for seed in range(1, 5)]
spread = np.array([result.val_accuracy for result in seeds])
print("four seeds:", spread.round(3), f" mean {spread.mean():.3f}, standard deviation {spread.std(ddof=1):.3f}")
assert spread.std() < 0.02

# %% alt="Validation accuracies of all settings of both sweeps as dots in rank order, with the range of four seeds of the best setting as a band"
accuracies = np.sort([r.val_accuracy for r in [*table, *random_table] if not r.diverged])[::-1]
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
low, high = 100 * spread.min(), 100 * spread.max()
ax.axhspan(low, high, color="#56B4E9", alpha=0.5, label="best setting, four other seeds")
ax.plot(np.arange(1, len(accuracies) + 1), 100 * accuracies, "o", color="#000000", label="settings, one seed each")
ax.set(xlabel="rank", ylabel="validation accuracy (%)", title="Settings against seeds")
ax.legend()
plt.show()

# %% [markdown]
# Which of the settings near the band is "the best" depends on the seed. Settings several points below it really are
# worse. A difference of the size of the band is no reason to prefer anything.
#
# ## The test set, once
#
# One setting is chosen, by validation. Now, and only now, the test set is opened. We use all 10,000 images of it, ten times
# as many as the validation set has, so the standard error is three times smaller.

# %% tags=["nbval-ignore-output"]
model = max([table, random_table], key=lambda t: t.best.val_accuracy).best_model
test_accuracy = np.mean(model.predict(data["X_test_all"]) == data["y_test_all"])
print(f"chosen on validation: {best.val_accuracy:.3f} there, {test_accuracy:.3f} on 10,000 test images")
assert test_accuracy > 0.37

# %% [markdown]
# The best validation accuracy of many is, on average, a little too good: the setting was *chosen* for doing well on those very
# 1,000 images. The test accuracy isn't: nothing was chosen by it. (Here the two differ by less than the standard error of
# 1.5 points on 1,000 images.) Had we looked at the test set 24 times and reported the best, that optimism would be in the
# number that we publish, and nobody could tell how much of it.
#
# A trained classifier can be kept in a file. The file has a checksum, which shows when it is damaged:

# %%
model.save("best_softmax.npz")
assert Softmax().load("best_softmax.npz")

# %% [markdown]
# ## Questions
#
# **1.** The best setting of your sweep lies at the edge of the grid. What do you do?
#
# <details><summary>Answer</summary>
#
# Extend the grid in that direction: the true best may lie outside. A best value in the middle, with worse ones on all sides,
# is what shows that the range was wide enough.
# </details>
#
# **2.** Two settings differ by 0.4 percentage points on 1,000 validation images. Which one do you take?
#
# <details><summary>Answer</summary>
#
# Either. Four images decide it, and the standard error of an accuracy near 0.39 on 1,000 images is 1.5 percentage points.
# Average several seeds, use more validation images (or cross-validation), or take the one with the larger reg or the shorter
# training time: an argument other than those four images.
# </details>
#
# **3.** Why do all settings of a sweep start from the same weights and see the same batches?
#
# <details><summary>Answer</summary>
#
# So that their differences come from the settings and not from luck that one had and another didn't. The luck doesn't
# vanish (the seed may suit some settings better), but much of it is common to all and cancels when they are compared.
# </details>
#
# ## What you showed
# - Learning rate and regularization are chosen together, on log scales, by validation accuracy.
# - Random settings look more closely than a grid at the same cost.
# - The spread over seeds tells which differences mean something.
# - Chosen by validation alone, softmax gets to about 40 % on validation, and nearly as much on the test set.
#
# **Next:** [8. Templates](08_templates.ipynb): what the classifier has learned, as pictures.
