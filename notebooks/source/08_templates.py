# %% [markdown]
# # 8. Templates: what the classifier has learned
#
# A linear classifier hides nothing.
# Each class has 3,072 weights, one for each number in an image.
# So the weights of a class can be shown as an image, too.
# In this notebook you look at these images.
# You also find out where the classifier is right, where it is wrong, and whether you can trust its probabilities.
#
# **What you'll learn**
# - how to read the weights of a class, and why the horse has two heads;
# - what stronger and weaker regularization do to weights and probabilities;
# - which classes are mistaken for which;
# - how to find the pixels that an answer comes from;
# - what it means that probabilities are honest, and how to measure it.
#
# *Before you start:* notebooks 6 and 7.
# *Time:* about 50 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG; yours can differ in the last digits.*

# %%
import sys

from IPython import get_ipython

if "google.colab" in sys.modules:  # Colab has all that is needed except for this package
    get_ipython().run_line_magic("pip", "install --quiet --find-links . cs231n_softmax")

# %%
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

from cs231n_softmax import check, data_utils, vis_utils
from cs231n_softmax.classifiers import Softmax
from cs231n_softmax.classifiers.softmax import softmax

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %% [markdown]
# We train with the setting that won on the grid of notebook 7.
# But `W` starts at zero, and not at small random numbers.
# Then everything that you see in `W` at the end has been learned.
# (We use the test images in this notebook, too.
# That is allowed, because we choose nothing by them: no setting, and no number of steps.)

# %%
X_train, y_train = data["X_train"], data["y_train"]
X_test, y_test = data["X_test_all"], data["y_test_all"]


def from_zero(y, learning_rate, reg):
    """Return a Softmax trained for 1,500 steps on X_train and the labels y (N,), starting from W = 0."""
    model = Softmax()
    model.W = np.zeros((3073, y.max() + 1), np.float32)
    model.train(X_train, y, learning_rate, reg, num_iters=1500, rng=0)
    return model


# %%
model = from_zero(y_train, learning_rate=1e-6, reg=1e3)
print("W", model.W.shape, model.W.dtype)

# %% [markdown]
# ## The templates
#
# The score of a class is the sum of pixel times weight.
# The mean image was subtracted from the images, so a "pixel" is positive where an image is brighter than the mean image, and negative where it is darker.
# The score becomes large if the image is bright where the weights are positive, and dark where they are negative.
# In other words: it becomes large if the image looks like the weights.
# So the weights of a class are called its **template**, and the score tells how well an image matches it.
#
# (Each picture below is stretched to its own range of values.
# So the colours show the pattern of the weights, and not their size.
# A place is magenta, for example, if its weights for red and blue are high and its weight for green is low.
# The bias, the last row of `W`, isn't in the pictures.)

# %%
vis_utils.show_templates(model.W, title="The template of each class (reg 1,000)")
vis_utils.show("""Ten weight templates of a softmax classifier, one for each class, trained with reg 1,000:
    airplane and ship have blue edges, the automobile is a blue patch above a purple band, the frog is a
    yellow-green blob, the horse is a wide magenta body, with bright green between its legs""")

# %% [markdown]
# On CIFAR-10 you can recognise some classes:
#
# - **Airplane** and **ship** are blue along the edges, where images show sky and sea.
#   A blue background is a good hint, and the classifier uses it.
# - The **automobile** is a blue patch above a wide body.
#   The patch may come from the windows.
# - The **frog** is a yellow-green blob.
#
# How blue are the edges?
# To measure it, we take the mean weight of blue minus the mean weight of red, in a frame that is six pixels wide along the four edges:

# %%
edge = np.ones((32, 32), bool)
edge[6:-6, 6:-6] = False
templates = model.W[:-1].reshape(32, 32, 3, 10)
blueness = templates[edge].mean(axis=0)[2] - templates[edge].mean(axis=0)[0]
print("bluest at the edges:", ", ".join(data_utils.CLASSES[c] for c in np.argsort(-blueness)[:2]))

# %% [markdown]
# A template should match the images of its own class better than other images.
# So we compare, for each class, the mean score of its own images with the mean score of all other images.

# %%
scores = X_test @ model.W
own = np.array([scores[y_test == c, c].mean() for c in range(10)])
others = np.array([scores[y_test != c, c].mean() for c in range(10)])
print("templates that match their own images better:", int((own > others).sum()), "of 10")

# %% tags=["claim"]
assert {data_utils.CLASSES[c] for c in np.argsort(-blueness)[:2]} == {"airplane", "ship"}
assert (own > others).all()

# %% [markdown]
# ## The horse with two heads
#
# People often say of such templates that the horse has two heads.
# Some horses look to the left and some to the right, but there is one template for all.
# In the small picture above the heads are hard to find.
# They become clear if we sort the horses first.
#
# Nobody has written down which way each horse looks.
# But we can sort them by an easy rule.
# Take an image and subtract its mirror image: what remains is its *left-right part*, in which left and right differ.
# The left-right part of the first horse is our first *pattern*.
# For each horse, we take the inner product of its left-right part with the pattern.
# Horses with a positive product are put on heap 1, and the others on heap 2.
# We add up the left-right parts of heap 1, and subtract the left-right parts of heap 2.
# The result is the new pattern.
# Then all this is repeated with the new pattern.

# %%
is_horse = np.flatnonzero(y_train == 7)
horses = X_train[is_horse, :-1].reshape(-1, 32, 32, 3)
lopsided = (horses - horses[:, :, ::-1]).reshape(len(horses), -1)  # each image minus its mirror image
pattern = lopsided[0]
for _ in range(20):
    heap_1 = lopsided @ pattern > 0
    pattern = lopsided[heap_1].sum(axis=0) - lopsided[~heap_1].sum(axis=0)

# %% [markdown]
# Now we train once more, with eleven classes: the horses of heap 1 are a class of their own.
# The first row of the picture shows mean images.
# The second row shows templates.

# %%
y_eleven = y_train.copy()
y_eleven[is_horse[heap_1]] = 10
eleven = from_zero(y_eleven, learning_rate=1e-6, reg=1e3)

# %%
one, two, both = eleven.W[:-1, 10], eleven.W[:-1, 7], model.W[:-1, 7]
means = [horses[heap].mean(axis=0).ravel() for heap in [heap_1, ~heap_1, heap_1 | ~heap_1]]
names = ["mean of heap 1", "mean of heap 2", "mean of all horses"]
names += [f"template of {horse}" for horse in ["heap 1", "heap 2", "all horses"]]
fig, axes = plt.subplots(2, 3, figsize=(8, 5.8), layout="constrained")
vis_utils.show_templates(np.column_stack([*means, one, two, both]), names, axes=axes)
fig.suptitle("One head and one head make two heads (templates: reg 1,000)")
vis_utils.show("""Six pictures. Upper row: the mean of heap 1 is a dark horse with its neck raised at the upper
    left. The mean of heap 2 is nearly the mirror image of it. The mean of all horses has a dark neck on both
    sides. Lower row: the templates of the two heaps and of all horses show the same in magenta""")

# %% [markdown]
# In heap 1 the neck rises to the upper left, and in heap 2 to the upper right.
# On the right, where all horses share one picture, a neck rises at **both** ends.
# The template of all horses has nearly the same pattern as the sum of the two others.
# To measure this, we use the **correlation**.
# It is 1 for two pictures with the same pattern, and about 0 for pictures that have nothing to do with each other.
# We add the templates of the two heaps.
# The correlation of this sum with the template of all horses is near 1.
# The template of all horses is also nearly its own mirror image.
# The templates of the two heaps aren't.

# %%
def correlation(a, b):
    return np.corrcoef(np.ravel(a), np.ravel(b))[0, 1]


def mirrored(template):
    return template.reshape(32, 32, 3)[:, ::-1]


# %% tags=["nbval-ignore-output"]
print(f"sum of both templates, template of all horses: {correlation(one + two, both):.2f}")
for name, template in {"heap 1": one, "heap 2": two, "all horses": both}.items():
    print(f"template of {name} and its mirror image: {correlation(template, mirrored(template)):.2f}")

# %% tags=["claim"]
assert correlation(one + two, both) > 0.97 and correlation(both, mirrored(both)) > 0.8
assert max(correlation(one, mirrored(one)), correlation(two, mirrored(two))) < 0.6
assert correlation(one, mirrored(two)) > 0.7

# %% [markdown]
# Some horses are probably in the wrong heap.
# The rule compares only the numbers of the pixels.
# A white horse that looks to the left can give the same sign as a dark horse that looks to the right.
# The mean images of the two heaps are clear all the same.
#
# A linear classifier has one template for each class.
# Larger models, such as neural networks, can keep several templates for a class, for example one for each direction.
#
# **Predict, then run.**
# We mirror all test images, so that left becomes right.
# What happens to the accuracy?
# - (a) It falls to about 10 %, as with guessing: the weights no longer fit the pixels.
# - (b) It falls to about half of what it was, because horses and cars then look the other way.
# - (c) It hardly changes.

# %% tags=["guess"]
guess = "c"  # "a", "b" or "c"
check.guess("08-mirror", guess)

# %% tags=["nbval-ignore-output"]
X_mirrored = X_test.copy()
X_mirrored[:, :-1] = X_test[:, :-1].reshape(-1, 32, 32, 3)[:, :, ::-1].reshape(len(X_test), -1)
accuracy, accuracy_mirrored = (np.mean(model.predict(X) == y_test) for X in [X_test, X_mirrored])
print(f"accuracy on test images: {accuracy:.3f}, on mirrored test images: {accuracy_mirrored:.3f}")

# %% tags=["claim"]
assert abs(accuracy - accuracy_mirrored) < 0.02
assert all(correlation(templates[..., c], mirrored(templates[..., c])) > 0.5 for c in range(10))

# %% [markdown]
# ## What regularization does
#
# The penalty `reg * sum(W**2)` makes large weights expensive.
# We train with five strengths, and look at three classes.
# (All five start at zero and take 1,500 steps.
# Each step takes the share `2 * learning_rate * reg` from `W`.
# We want this share to be at most 1 %.
# So where `reg` is large, we take a smaller learning rate.)
#
# **Predict, then run.**
# How do the templates look as `reg` grows?
# - (a) They become smoother.
# - (b) They become grainier.
# - (c) Their numbers become smaller, but their pattern stays the same.

# %% tags=["guess"]
guess = "a"  # "a", "b" or "c"
check.guess("08-reg", guess)

# %%
strengths = [0, 1e2, 1e3, 1e4, 1e5]
models = [from_zero(y_train, min(2e-6, 0.005 / max(reg, 1)), reg) for reg in strengths]

# %%
fig, axes = plt.subplots(3, 5, figsize=(8, 5.4), layout="constrained")
for row, c in zip(axes, [7, 8, 1], strict=True):
    for ax, m, reg in zip(row, models, strengths, strict=True):
        vis_utils.show_templates(m.W[:, [c]], [f"{data_utils.CLASSES[c]}\nreg {reg:,.0f}"], axes=[ax])
fig.suptitle("Templates of three classes for five strengths of regularization")
vis_utils.show("""The templates of horse, ship and automobile for five regularization strengths from 0 to
    100,000: on the left coloured grain, on the right smooth patches of colour""")

# %% [markdown]
# Without regularization the templates are grainy, because neighbouring pixels may have very different weights.
# (Question 3 comes back to this.)
# With strong regularization only soft patches are left.
# They look like the mean image of the class: compare the horse on the right with the mean of all horses above.
#
# The table puts this into numbers.
# "Neighbours" is the correlation of each weight with the weight of the next pixel: 1 would be perfectly smooth.
# "Like the mean" is the correlation of a template with the mean image of its class.
# Both are averages over the ten classes.

# %%
class_means = [X_train[y_train == c, :-1].mean(axis=0) for c in range(10)]
smooth, like_mean = [], []
for m in models:
    grids = [m.W[:-1, c].reshape(32, 32, 3) for c in range(10)]
    smooth.append(np.mean([correlation(grid[:, :-1], grid[:, 1:]) for grid in grids]))
    like_mean.append(np.mean([correlation(*pair) for pair in zip(grids, class_means, strict=True)]))

# %% tags=["nbval-ignore-output"]
print("    reg  neighbours  like the mean  size of W")
for reg, m, *numbers in zip(strengths, models, smooth, like_mean, strict=True):
    print("{:7,.0f} {:11.2f} {:14.2f} {:10.4f}".format(reg, *numbers, np.linalg.norm(m.W)))

# %% [markdown]
# Smaller weights give scores that lie closer together, and so probabilities that are closer to 1/10.
# The classifier becomes less **confident**: the probability of the class it chooses becomes smaller.

# %%
probs_of = [softmax(X_test @ m.W) for m in models]
confidence_of = [probs.max(axis=1).mean() for probs in probs_of]
accuracy_of = [np.mean(probs.argmax(axis=1) == y_test) for probs in probs_of]

# %% tags=["nbval-ignore-output"]
for reg, sure, correct in zip(strengths, confidence_of, accuracy_of, strict=True):
    print(f"reg {reg:7,.0f}: mean confidence {100 * sure:.0f} %, right answers {100 * correct:.0f} %")

# %% tags=["claim"]
sizes = [np.linalg.norm(m.W) for m in models]
assert smooth == sorted(smooth) and smooth[0] < smooth[-1] - 0.1
assert like_mean == sorted(like_mean) and like_mean[-1] > 0.9
assert sizes == sorted(sizes, reverse=True) and confidence_of == sorted(confidence_of, reverse=True)

# %% [markdown]
# ## Who is taken for whom?
#
# The **confusion matrix** has a row for each true class.
# The row tells how many of its images, in percent, were given to each class.

# %%
predicted = np.argmax(scores, axis=1)
vis_utils.plot_confusion(y_test, predicted)
vis_utils.show("""Confusion matrix on 10,000 test images, in percent of each true class: the diagonal is strongest
    for airplane, truck, frog, ship and automobile. Birds and deer are often called frogs. Cats and dogs,
    automobiles and trucks, airplanes and ships are mixed up""")

# %% [markdown]
# Mistakes aren't random.
# On CIFAR-10, birds and deer are often called frogs.
# Cats and dogs are mixed up, and so are automobiles and trucks, and airplanes and ships.
# Is an animal mostly taken for another animal, and a vehicle for another vehicle?
# There are six animals and four vehicles.
# If an animal's mistakes were spread evenly over the nine other classes, 5/9 of them would be other animals.
# For a vehicle, 3/9 would be other vehicles.

# %%
animal = np.isin(np.arange(10), [2, 3, 4, 5, 6, 7])
wrong = predicted != y_test

# %% tags=["nbval-ignore-output"]
same_kind = np.mean(animal[predicted[wrong]] == animal[y_test[wrong]])
by_chance = np.mean(np.where(animal[y_test[wrong]], 5 / 9, 3 / 9))
print(f"mistakes within animals or within vehicles: {100 * same_kind:.0f} %, by chance {100 * by_chance:.0f} %")

# %% tags=["claim"]
assert same_kind > by_chance + 0.05

# %% [markdown]
# ## The most confident answers, right and wrong
#
# When is the classifier most confident?
# The upper row shows the right answers with the highest probability, and the lower row the mistakes with the highest probability.

# %%
confidence = softmax(scores).max(axis=1)
order = np.argsort(-confidence)
best_right, worst_wrong = order[~wrong[order]], order[wrong[order]]


def picture(i):
    """Return test image i as it was before the mean image was subtracted, (32, 32, 3), 0..255."""
    return np.clip(X_test[i, :-1].reshape(32, 32, 3) + data["mean_image"].reshape(32, 32, 3), 0, 255)


# %%
fig, axes = plt.subplots(2, 6, figsize=(9.5, 4), layout="constrained")
for ax, i in zip(axes.ravel(), [*best_right[:6], *worst_wrong[:6]], strict=True):
    ax.imshow(picture(i) / 255)
    said = f"{data_utils.CLASSES[predicted[i]]}, {100 * confidence[i]:.0f} %"
    ax.set_title(f"is: {data_utils.CLASSES[y_test[i]]}\nsays: {said}", fontsize=9)
    ax.axis("off")
fig.suptitle("The most confident right answers (above) and mistakes (below)")
vis_utils.show("""Upper row: six images that the classifier gets right with the highest probability. Lower row:
    its six most confident mistakes, each with the class it was taken for and the probability""")

# %% [markdown]
# ## Why this answer?
#
# A linear classifier can tell exactly why it gives an answer.
# A score is a sum of 3,072 products, pixel times weight, plus the bias.
# Add up the three products of each pixel (red, green and blue), and you get a map of 32 times 32 numbers.
# Their sum is the score, except for the bias, which is tiny here.

# %%
def score_map(i, c):
    """Return the map (32, 32) of test image i and class c: pixel times weight, summed over the three colours."""
    return (X_test[i, :-1] * model.W[:-1, c]).reshape(32, 32, 3).sum(axis=2)


def rivals(i):
    """Return the answer for image i, and a rival: the true class if i is a mistake, else the second best."""
    return predicted[i], y_test[i] if wrong[i] else np.argsort(-scores[i])[1]


# %% [markdown]
# The gradients of the data loss for the ten classes add up to 0 (notebook 4).
# `W` started at 0, and the penalty only shrinks it.
# So at each pixel, the weights of the ten classes add up to 0.
# So the ten maps add up to 0 at each pixel, and the ten scores of an image add up to 0.
# A positive number in a map means that this pixel gives the class more than the average class gets.
# A negative number means that it gives the class less.

# %%
print(f"the ten scores of an image add up to {abs(scores.sum(axis=1)).max():.3f}")

# %% tags=["claim"]
assert abs(scores.sum(axis=1)).max() < 1e-3 and abs(model.W.sum(axis=1)).max() < 1e-3 * abs(model.W).max()

# %% [markdown]
# We take three very confident right answers and three very confident mistakes.
# (In each group of three, the classifier gives three different answers.)
# The row in the middle shows why the image got its answer.
# The lowest row shows a rival: the true class of a mistake, or the second best class of a right answer.
# All twelve maps share one colour scale: light means that a pixel raises the score, and dark means that it lowers the score.

# %%
def three(images):
    """Return the first three of these test images for which the classifier gives different answers."""
    return images[np.sort(np.unique(predicted[images], return_index=True)[1])[:3]]


def explain(images):
    """Draw test images, and below each of them the maps of its answer and of a rival, with their sums."""
    pairs = [rivals(i) for i in images]
    maps = [[score_map(i, pair[k]) for i, pair in zip(images, pairs, strict=True)] for k in [0, 1]]
    titles = [[f"{'mistake' if wrong[i] else 'right'}:\nis {data_utils.CLASSES[y_test[i]]}" for i in images]]
    for k, word in enumerate(["answer", "rival"]):
        classes = [data_utils.CLASSES[pair[k]] for pair in pairs]
        titles.append([f"{word}: {c}\nsum {m.sum():.2f}" for c, m in zip(classes, maps[k], strict=True)])
    vis_utils.show_maps([picture(i) for i in images], maps, titles, "part of the score")


# %%
explained = [*three(best_right), *three(worst_wrong)]
explain(explained)
vis_utils.show("""Six images in the upper row. Below each is the map of the class that the classifier answers, and
    below that the map of a rival class, light where pixels raise the score and dark where they lower it. These
    places are light: the edge of the horse's belly and the grass between its legs, a patch in the middle of the
    frog, and a patch of yellow beside the cat that is taken for a frog""")

# %% tags=["nbval-ignore-output"]
for i in explained:
    c = predicted[i]
    part, upper = score_map(i, c).sum(), score_map(i, c)[:11].sum()
    print(f"{data_utils.CLASSES[c]:10} map {part:.3f}, bias {model.W[-1, c]:.6f}", end=", ")
    print(f"score {scores[i, c]:.3f}; the map's upper third {upper:.3f}")

# %% tags=["claim"]
rests = [score_map(i, c).sum() + model.W[-1, c] - scores[i, c] for i in order[:20] for c in rivals(i)]
assert max(map(abs, rests)) < 1e-3

# %% [markdown]
# Look at the light and dark patches.
# For five of the six images, this is what we see on CIFAR-10:
#
# - In the map of **the horse**, the lightest places are the shadow under its belly and the *bright grass between its legs*.
# - **The frog** gets its score from yellow in the middle of the image.
#   The cat beside a yellow sign has yellow in the middle, too.
#   This gives it a high score for frog, and so it is called a frog.
# - **The black automobile** is called a truck.
#   It stands on white, and the white corners at the bottom raise the scores of both classes.
#   But the map of "automobile", in the lowest row, has dark stripes.
#   One of them is on the car's body.
#   There the template of "automobile" wants bright colours, and this car is black.
#   Another one is on the ground below the car.
#   There the template wants dark colours, and the ground is white.
# - **The bird** is called an airplane, because there is sky above it.
#   More than half of the map's sum comes from the upper third of the image.
#   (The cell above prints it.)
#
# So the classifier sees which colour is where.
# It doesn't see objects.
#
# The next cell shows four of the hundred most confident mistakes, side by side.
# The slider chooses the first of the four.
# (It begins at 4, because the first three mistakes are in the figure above.)

# %% tags=["nbval-ignore-output"]
@ipywidgets.interact(first=ipywidgets.IntSlider(value=4, min=1, max=97))
def explain_mistakes(first):
    images = worst_wrong[first - 1 : first + 3]
    explain(images)
    names = [f"{data_utils.CLASSES[y_test[i]]} as {data_utils.CLASSES[predicted[i]]}" for i in images]
    vis_utils.show(f"""Four mistakes ({", ".join(names)}). Below each is the map of the wrong answer, and below
        that the map of the true class, light where pixels raise the score and dark where they lower it""")


# %% [markdown]
# ## Are the probabilities honest?
#
# A weather forecaster says "70 % rain" on a hundred days.
# If the forecast is honest, it rains on about seventy of them.
# We can test a classifier in the same way: take all images for which it is 40 to 50 % confident, and count how many of them it gets right.
# A **reliability diagram** does this for all levels of confidence.
# It sorts the answers into bins by confidence, and draws the accuracy of each bin against its mean confidence.
# If the probabilities are honest, the points lie on the diagonal.
# A point below the diagonal means that the classifier is right less often than it claims.

# %%
def reliability(probs, y, edges):
    """Return mean confidence, accuracy and number of images for each bin of confidence with at least 20 images."""
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == y
    bins = np.digitize(confidence, edges)
    kept = [k for k in np.unique(bins) if np.sum(bins == k) >= 20]
    return np.array([(confidence[bins == k].mean(), right[bins == k].mean(), np.sum(bins == k)) for k in kept]).T


# %%
edges = np.linspace(0.1, 1, 10)[1:-1]
diagrams = {f"reg {reg:,.0f}": reliability(probs, y_test, edges)
            for reg, probs in zip(strengths, probs_of, strict=True)}

# %%
fig, ax = plt.subplots(figsize=(5.4, 4.8), layout="constrained")
ax.plot([0, 100], [0, 100], "k:", label="honest")
for k, name in enumerate(["reg 0", "reg 1,000", "reg 10,000"]):
    style = {"marker": vis_utils.MARKERS[k], "linestyle": vis_utils.DASHES[k], "color": vis_utils.COLOURS[k]}
    ax.plot(*(100 * diagrams[name][:2]), **style, label=name)
ax.set(xlabel="confidence (%)", ylabel="right answers (%)", title="Reliability on 10,000 test images")
ax.set(xlim=(10, 100), ylim=(10, 100))
ax.legend()
vis_utils.show("""Reliability diagram: accuracy against confidence, for regularization 0, 1,000 and 10,000, beside
    the diagonal of honest probabilities. Without regularization the curve lies near the diagonal, with strong
    regularization far above it""")

# %% [markdown]
# Without regularization, and after these few steps, the classifier's confidence is about the same as its share of right answers.
# (On CIFAR-10 it is too confident where it claims more than 70 %.)
# With strong regularization it is too modest: it is right far more often than it claims, because the penalty keeps its scores close together.
#
# One number for the distance from the diagonal is the *expected calibration error*.
# It is the mean distance between accuracy and confidence over the bins, weighted by the number of images in each bin:

# %% tags=["nbval-ignore-output"]
gaps = {name: np.average(np.abs(right - sure), weights=n) for name, (sure, right, n) in diagrams.items()}
print({name: f"{100 * gap:.1f} %" for name, gap in gaps.items()})

# %% tags=["claim"]
assert gaps["reg 0"] < gaps["reg 1,000"] < gaps["reg 10,000"]

# %% [markdown]
# Softmax always gives *numbers that add up to 1*.
# Whether you can trust them as *probabilities* depends on the training, and has to be measured.
#
# ## Questions

# %% [markdown]
# **1.** Somebody trains on all images and also on their mirror images, 98,000 in all.
# The training has a penalty (`reg` is above 0), and it goes on until the loss is as small as possible.
# What do you see if you mirror a template of this classifier?
#
# <details><summary>Answer</summary>
#
# The same template.
# Mirror the image and mirror the template: their inner product stays the same.
# So the mirrored `W` and the mirrored image give the scores of `W` and the image.
# The training set has both images, with the same label.
# So the mirrored `W` has the same loss as `W`.
# With regularization there is only one best `W`, so it must be its own mirror image.
# </details>

# %% [markdown]
# **2.** What happens to the probabilities as `reg` goes to infinity?
# And what happens as `reg` goes to 0, if there is a `W` that classifies all training images right?
#
# <details><summary>Answer</summary>
#
# If `reg` goes to infinity, `W` goes to 0, all scores become equal, and each class gets 1/10.
#
# Now let `reg` go to 0.
# If `W` classifies all training images right, 2 `W` does so, too, and its data loss is smaller.
# So with a weaker and weaker penalty, the best `W` grows without end, and the probabilities of the training images go to 0 and 1.
# </details>

# %% [markdown]
# **3.** Compare the templates for reg 0 and for reg 100,000.
# Why do weak and strong regularization give such different pictures?
#
# <details><summary>Answer</summary>
#
# With strong regularization you see roughly the mean image, that is, what a class *looks like*.
# With weak regularization you see what *tells it apart* from the other classes, and a lot of grain.
# Where does the grain come from?
# Neighbouring pixels are nearly equal in most images.
# If one weight is raised and its neighbour is lowered by the same amount, the scores hardly change.
# So neighbouring weights can be different, and the template becomes grainy.
# Strong regularization keeps such differences small.
# It also keeps `W` near 0.
# Then all probabilities stay near 1/10, as at `W = 0`.
# So the data loss has nearly the same gradient in all steps, and `W` has the direction of the first step.
# For each class, this direction is the sum of the images of the class, minus a tenth of the sum of all images.
# The second sum is 0, because the mean image was subtracted.
# So the direction is that of the mean image of the class.
# </details>

# %% [markdown]
# ## What you showed
# - The columns of `W` are pictures.
#   With one template for all horses, a neck rises at both ends.
# - Weak regularization gives grainy templates, strong regularization gives smooth ones that look like class means.
# - Mistakes stay among animals or among vehicles more often than by chance.
# - A score is the sum of a map.
#   The map shows which pixels an answer comes from.
#   What counts is mostly which colour is at which place.
# - Whether probabilities are honest has to be measured.
#   Strong regularization makes them too modest.
#
# **Next:** [9. SVM and softmax side by side](09_svm_vs_softmax.ipynb).
# Or change something here: train on fewer images, with other batches, or with `LinearSVM`, and look at the templates again.
