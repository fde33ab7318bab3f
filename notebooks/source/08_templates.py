# %% [markdown]
# # 8. Templates: what the classifier has learned
#
# A linear classifier hides nothing. Each class has 3,072 weights, one for each number in an image: so they can be shown
# as an image. Here you look at them, see what regularization does to them, and find out where the classifier is
# right, where it is wrong, and whether its probabilities can be believed.
#
# **What you'll learn**
# - how to read a weight template, and why the horse has two heads;
# - what more or less regularization does to templates and probabilities;
# - which classes are mistaken for which, and what the most confident mistakes look like;
# - what it means for probabilities to be honest, and how to see whether they are.
#
# *Before you start:* notebooks 6 and 7. *Time:* about 30 minutes.
#
# *The printed results and pictures come from a copy of CIFAR-10 in which most images were once compressed as JPEG;
# yours can differ in the last digits.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from cs231n_softmax import data_utils, vis_utils
from cs231n_softmax.classifiers import Softmax
from cs231n_softmax.classifiers.softmax import softmax

# %% tags=["nbval-ignore-output"]
data = data_utils.load_linear_splits(rng=0)

# %% [markdown]
# We train with the setting that the grid of notebook 7 found on CIFAR-10. For once `W` starts at zero rather than at small
# random numbers, so that whatever is to be seen in it at the end has been learned:

# %%
model = Softmax()
model.W = np.zeros((3073, 10), np.float32)
losses = model.train(data["X_train"], data["y_train"], learning_rate=1e-6, reg=1e3, num_iters=1500, rng=0)
print("W", model.W.shape, model.W.dtype)

# %% [markdown]
# ## The templates
#
# The score of a class is the sum of pixel times weight. It is largest for an image that is bright (above the mean) where
# the weights are positive, and dark where they are negative: for an image that looks like the weights. So each column is a
# **template**, and a score says how well the image matches it. The bias, the last row, isn't part of the picture. (Each
# picture is stretched to its own range of values, so colours show the pattern, not the size, of the weights.)

# %%
vis_utils.show_templates(model.W, title="What each class looks for")
vis_utils.show("""Ten weight templates of a softmax classifier, one for each class: airplane and ship in cold
    colours, the automobile a blue window above a purple body, the frog a yellow-green blob, the horse a
    magenta body with a hint of a head at either end""")

# %% [markdown]
# They are blurred, and can't be otherwise: one template has to serve thousands of images. On CIFAR-10:
#
# - **Ship** and **airplane** are in cold colours, blue at the edges: sea and sky, rather than hull and wing. A blue
#   background is a good hint, and the classifier takes it.
# - The **automobile** is a blue window above a body above a dark road, from one side or the front, all in one.
# - The **horse** seems to have two heads, one at either end. Some horses in the training set look to the left and some to
#   the right; one template can only be the sum of both.
#
# A neural network with a hidden layer would keep a template for each direction. A linear classifier can't.
#
# On a class's own images its template is brighter than on others. For every class, the mean score over its own images
# is higher than over all the rest. (From here on we look at test images, too. Nothing will be chosen by them, so that is
# allowed.)

# %%
scores = data["X_test_all"] @ model.W
y_test = data["y_test_all"]
own = np.array([scores[y_test == c, c].mean() for c in range(10)])
others = np.array([scores[y_test != c, c].mean() for c in range(10)])
assert (own > others).all()
print("classes whose template prefers their own images:", int((own > others).sum()), "of 10")

# %% [markdown]
# ## What regularization does
#
# The penalty `reg * sum(W**2)` makes large weights costly. The classifier then spends them only on what helps with many images:
# broad patches of colour. Without it, neighbouring weights differ more, to tell single images apart. (All five start at zero
# and take 1,500 steps, shorter ones where the penalty is steep.)

# %%
strengths = [0.0, 1e2, 1e3, 1e4, 1e5]
models = []
for reg in strengths:
    models.append(Softmax())
    models[-1].W = np.zeros((3073, 10), np.float32)
    rate = min(2e-6, 0.005 / max(reg, 1))  # short enough for the steepest part of the loss, the penalty
    models[-1].train(data["X_train"], data["y_train"], rate, reg, num_iters=1500, rng=0)

# %%
fig, axes = plt.subplots(3, 5, figsize=(8, 5.2), layout="constrained")
for row, c in zip(axes, [7, 8, 1], strict=True):
    for ax, m, reg in zip(row, models, strengths, strict=True):
        vis_utils.show_templates(m.W[:, [c]], [f"{data_utils.CLASSES[c]}\nreg {reg:,.0f}"], axes=[ax])
fig.suptitle("Templates against regularization strength")
vis_utils.show("""The templates of horse, ship and automobile for five regularization strengths from 0 to
    100,000: from coloured grain to smooth patches of colour""")

# %% [markdown]
# From left to right: grainy, then clear, then only soft patches of the class means are left. In numbers: the weights shrink, and the
# probabilities move towards uniform. The mean probability of the predicted class says how confident the classifier is:

# %%
X_val, y_val = data["X_val"], data["y_val"]
sizes = [float(np.linalg.norm(m.W)) for m in models]
sureness = [float(softmax(X_val @ m.W).max(axis=1).mean()) for m in models]
assert sizes == sorted(sizes, reverse=True) and sureness == sorted(sureness, reverse=True)
print("the larger reg, the smaller W and the less confident the predictions")

# %% tags=["nbval-ignore-output"]
for reg, m, size, sure in zip(strengths, models, sizes, sureness, strict=True):
    accuracy = np.mean(m.predict(X_val) == y_val)
    print(f"reg {reg:7.0f}: norm of W {size:.4f}, mean largest probability {sure:.2f}, accuracy {accuracy:.3f}")

# %% [markdown]
# Which `reg` is best depends on the rest of the training, too: on CIFAR-10, with twice as many steps, `reg = 100` is the
# best of these five. Hyperparameters are chosen together.
#
# ## Who is taken for whom?
#
# The confusion matrix has a row for each true class and says, in percent, what its images were called.

# %%
predicted = np.argmax(scores, axis=1)
vis_utils.plot_confusion(y_test, predicted)
vis_utils.show("""Confusion matrix on 10,000 test images in percent of each true class: the diagonal is
    strongest for airplane, frog, truck, ship and automobile; deer and bird are often called frog, cat and dog,
    automobile and truck, airplane and ship are mixed up""")

# %% [markdown]
# Mistakes aren't random. On CIFAR-10, deer and birds are called frogs, cats and dogs are mixed up, automobiles and trucks,
# airplanes and ships. If mistakes were spread evenly over the nine other classes, an animal would be taken for one of the five
# other animals in 5/9 of the cases, and a vehicle for one of the three other vehicles in 3/9.

# %%
animal = np.isin(np.arange(10), [2, 3, 4, 5, 6, 7])
wrong = predicted != y_test

# %%
same_kind = np.mean(animal[predicted[wrong]] == animal[y_test[wrong]])
by_chance = np.mean(np.where(animal[y_test[wrong]], 5 / 9, 3 / 9))
assert same_kind > by_chance + 0.05
print("mistakes stay among animals or among vehicles more often than by chance")

# %% [markdown]
# ## The most confident answers, right and wrong
#
# Where is it most sure of itself? The upper row shows its most confident right answers, the lower row its most confident
# mistakes, with what it said.

# %%
probs = softmax(scores)
confidence = probs.max(axis=1)
order = np.argsort(-confidence)

# %%
fig, axes = plt.subplots(2, 6, figsize=(9.5, 4), layout="constrained")
for row, chosen in zip(axes, [order[~wrong[order]][:6], order[wrong[order]][:6]], strict=True):
    for ax, i in zip(row, chosen, strict=True):
        picture = (data["X_test_all"][i, :-1] + data["mean_image"]).reshape(32, 32, 3)
        ax.imshow(np.clip(picture / 255, 0, 1))
        said = f"{data_utils.CLASSES[predicted[i]]}, {100 * confidence[i]:.0f} %"
        ax.set_title(f"is: {data_utils.CLASSES[y_test[i]]}\nsays: {said}", fontsize=9)
        ax.axis("off")
fig.suptitle("The most confident right answers (above) and mistakes (below)")
vis_utils.show("""Upper row: six images that the classifier gets right with the highest probability. Lower row:
    its six most confident mistakes, each with the class it was taken for and the probability""")

# %% [markdown]
# Look at the mistakes beside the templates: where which colour is often decides, and not the object. On CIFAR-10, a bird or a ship before
# blue is called an airplane, a cat beside a yellow sign a frog.
#
# ## Are the probabilities honest?
#
# If a forecaster says "70 % rain" on a hundred days, it should rain on about seventy of them. The same can be asked of a
# classifier: among the images on which it is 40 to 50 % sure, does it get 40 to 50 % right? A **reliability diagram**
# shows it: answers are sorted into bins by confidence, and each bin's accuracy is drawn against its mean confidence. Honest
# probabilities lie on the diagonal; below it the classifier is more confident than it should be.

# %%
def reliability(probs, y, edges):
    """Return mean confidence, accuracy and number of images for each bin of confidence with at least 20 images."""
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == y
    bins = np.digitize(confidence, edges)
    kept = [k for k in np.unique(bins) if np.sum(bins == k) >= 20]
    return np.array([(confidence[bins == k].mean(), right[bins == k].mean(), np.sum(bins == k)) for k in kept]).T


# %%
edges = np.linspace(0.1, 1, 10)[1:-1]
diagrams = {f"reg {reg:,.0f}": reliability(softmax(data["X_test_all"] @ m.W), y_test, edges)
            for reg, m in zip(strengths, models, strict=True)}

# %%
fig, ax = plt.subplots(figsize=(5.4, 4.8), layout="constrained")
ax.plot([0, 100], [0, 100], "k:", label="honest")
for k, name in enumerate(["reg 0", "reg 1,000", "reg 10,000"]):
    style = {"marker": vis_utils.MARKERS[k], "linestyle": vis_utils.DASHES[k], "color": vis_utils.COLOURS[k]}
    ax.plot(*(100 * diagrams[name][:2]), **style, label=name)
ax.set(xlabel="confidence (%)", ylabel="right answers (%)", title="Reliability on 10,000 test images")
ax.set(xlim=(10, 100), ylim=(10, 100))
ax.legend()
vis_utils.show("""Reliability diagram: accuracy against confidence for regularization 0, 1,000 and 10,000
    beside the diagonal of honest probabilities; without regularization the curve lies near the diagonal, with
    strong regularization far above it""")

# %% [markdown]
# Without regularization, and after these few steps, the classifier is about as sure as it is right (on CIFAR-10 it is too sure
# where it says more than 70 %). Strongly regularized, it is
# too modest: right far more often than it says, because the penalty keeps its scores, and so its probabilities, close
# together. One number for the distance, the mean of |accuracy − confidence| over the bins, weighted by their images, is called the *expected
# calibration error*:

# %% tags=["nbval-ignore-output"]
gaps = {name: np.average(np.abs(right - sure), weights=n) for name, (sure, right, n) in diagrams.items()}
print({name: f"{100 * gap:.1f} %" for name, gap in gaps.items()})
assert gaps["reg 0"] < gaps["reg 1,000"] < gaps["reg 10,000"]

# %% [markdown]
# So softmax gives *numbers that sum to one*; whether they are *probabilities* one can bet on is a property of the trained
# classifier, and has to be measured.
#
# ## Questions

# %% [markdown]
# **1.** Somebody flips all test images left to right. Does the accuracy fall? What has the two-headed horse to do with it?
#
# <details><summary>Answer</summary>
#
# Hardly. CIFAR-10 has each class facing both ways, so every template is nearly symmetric. The two-headed horse is the visible
# case.
# </details>

# %% [markdown]
# **2.** What happens to the probabilities as `reg` goes to infinity? And as it goes to 0, if the training images can be
# separated perfectly?
#
# <details><summary>Answer</summary>
#
# To infinity: `W` goes to 0, all scores become equal, and each class gets 1/10. To 0, with separable data: there is always a
# larger `W` with a smaller loss, so `W` grows without end and the probabilities go to 0 and 1. (CIFAR-10's 49,000 images
# aren't linearly separable, so here even `reg = 0` has a finite best `W`, far from where 1,500 steps get.)
# </details>

# %% [markdown]
# **3.** Compare the template of a class with the mean of its images (the last figure of notebook 1). Why do they differ?
#
# <details><summary>Answer</summary>
#
# The mean shows what a class looks like on average; the weights show what *tells it apart* from the others. A colour that all
# classes share in a place is in the mean and needn't be in the weights, and where neighbouring pixels say the same thing, their
# weights are set off against each other. Strong regularization brings the two together: see the right end of the strip.
# </details>

# %% [markdown]
# ## What you showed
# - The columns of `W` are pictures: blurred, mostly colour, with two-headed horses.
# - Regularization makes templates smoother and probabilities more modest.
# - Mistakes follow kinds (animals, vehicles) and colours.
# - Whether probabilities are honest has to be measured; strong regularization makes them too modest.
#
# **Next:** [9. SVM and softmax side by side](09_svm_vs_softmax.ipynb). Or change something here: train on fewer images, with
# other batches, or with `LinearSVM`, and look at the templates again.
