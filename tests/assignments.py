"""Assignment folders in the layouts of several years, {path: text}: right, wrong, untouched, and broken in many ways.

The functions are ours; names and layouts are the course's. `built` writes a folder.
"""

import json

SHIFTED = "    scores = X.dot(W)\n    scores -= scores.max(axis=1, keepdims=True)\n"
VECTORIZED = """
def {name}(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    num = X.shape[0]
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(num), y]).mean()
    loss += {penalty}
    probs[np.arange(num), y] -= 1
    dW = X.T.dot(probs) / num
    dW += {slope}
    return loss, dW
"""
NAIVE = """
def {name}(W, X, y, reg):
    loss = 0.0
    dW = np.zeros(W.shape)
    for i in {range}(X.shape[0]):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        total = np.sum(np.exp(scores))
        loss += np.log(total) - scores[y[i]]
        for j in {range}(W.shape[1]):
            dW[:, j] += (np.exp(scores[j]) / total - (j == y[i])) * X[i]
    loss /= X.shape[0]
    dW /= X.shape[0]
    loss += {penalty}
    dW += {slope}
    return loss, dW
"""
SVM = """
def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    loss = 0.0
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                {one}
                {two}
    loss /= X.shape[0]
    {three}
    loss += {penalty}
    {four}
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    loss = 0.0
    dW = np.zeros(W.shape)
    rows = np.arange(X.shape[0])
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    loss = margins.sum() / X.shape[0] + {penalty}
    counted = (margins > 0).astype(float)
    counted[rows, y] = -counted.sum(axis=1)
    dW = X.T.dot(counted) / X.shape[0] + {slope}
    return loss, dW
"""
FULL = {"penalty": "reg * np.sum(W * W)", "slope": "2 * reg * W"}
HALF = {"penalty": "0.5 * reg * np.sum(W * W)", "slope": "reg * W"}
WRITTEN = {"one": "dW[:, j] += X[i]", "two": "dW[:, y[i]] -= X[i]", "three": "dW /= X.shape[0]",
           "four": "dW += 2 * reg * W"}
UNWRITTEN = dict.fromkeys(["one", "two", "three", "four"], "pass")
CLASSIFIER = '''
class LinearClassifier(object):
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        """Train by stochastic gradient descent: X (N, D), y (N,)."""
        num_train, dim = X.shape
        num_classes = np.max(y) + 1
        if self.W is None:
            self.W = 0.001 * np.random.randn(dim, num_classes)
        loss_history = []
        for it in range(num_iters):
            X_batch = None
            y_batch = None
            {batch}
            loss, grad = self.loss(X_batch, y_batch, reg)
            loss_history.append(loss)
            {update}
            if verbose and it % 100 == 0:
                print("iteration %d / %d: loss %f" % (it, num_iters, loss))
        return loss_history

    def predict(self, X):
        y_pred = np.zeros(X.shape[0])
        {predict}
        return y_pred

    def loss(self, X_batch, y_batch, reg):
        pass


class Softmax(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)
'''
DRAWN = "rows = np.random.choice(num_train, batch_size); X_batch = X[rows]; y_batch = y[rows]"
MODEL = {"batch": DRAWN, "update": "self.W -= learning_rate * grad",
         "predict": "y_pred = np.argmax(X.dot(self.W), axis=1)"}
TEMPLATE = """
def {name}(W, X, y, reg):
    loss = 0.0
    dW = np.zeros_like(W)
    # TODO
    return loss, dW
"""
IMPORTS = "from builtins import range\nimport numpy as np\nfrom past.builtins import xrange\n"
FAR = "from ..classifiers.linear_svm import *\nfrom ..classifiers.softmax import *\n"
OLD = "from cs231n.classifiers.linear_svm import *\nfrom cs231n.classifiers.softmax import *\n"


def softmax(naive=FULL, vectorized=FULL, imports=IMPORTS, range="range"):
    """Return the text of softmax.py; "" for a function leaves its template."""
    return imports + "\n".join([
        NAIVE.format(name="softmax_loss_naive", range=range, **naive) if naive
        else TEMPLATE.format(name="softmax_loss_naive"),
        VECTORIZED.format(name="softmax_loss_vectorized", **vectorized) if vectorized
        else TEMPLATE.format(name="softmax_loss_vectorized"),
    ])


def svm(penalty=FULL, **parts):
    """Return the text of linear_svm.py."""
    return IMPORTS + SVM.format(**penalty, **WRITTEN | {"four": f"dW += {penalty['slope']}"} | parts)


def classifier(imports=FAR, **parts):
    """Return the text of linear_classifier.py."""
    return f"from __future__ import print_function\nimport numpy as np\n{imports}{CLASSIFIER.format(**MODEL | parts)}"


SOFTMAX, SVMS, CLASSIFIERS = softmax(), svm(), classifier()


def folder(top="assignment1/cs231n/", more=(), **texts):
    """Return {path: text} of an assignment with the three files, right where no text is given, and others."""
    names = {"softmax.py": SOFTMAX, "linear_svm.py": SVMS, "linear_classifier.py": CLASSIFIERS}
    texts = {name: texts.get(name.removesuffix(".py").removeprefix("linear_"), text) for name, text in names.items()}
    found = {f"{top}classifiers/{name}": text for name, text in texts.items() if text}
    return found | dict(more)


def notebook(*cells):
    """Return the text of a notebook with these code cells."""
    cells = [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}
             for cell in cells]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def built(files, home):
    """Write a folder's files below `home`; return it."""
    for path, content in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return home


UNTOUCHED = {
    "softmax": softmax("", ""),
    "svm": IMPORTS + SVM.format(**HALF, **UNWRITTEN).split("def svm_loss_vectorized")[0]
    + TEMPLATE.format(name="svm_loss_vectorized"),
    "classifier": classifier(batch="pass", update="pass", predict="pass"),
}
PACKAGE = "from cs231n.classifiers.k_nearest_neighbor import *\nfrom cs231n.classifiers.linear_classifier import *\n"
EARLY = '''import numpy as np


def softmax_loss_naive(W, X, y, reg):
    """
    - W: C x D array of weights
    - X: D x N array of data
    """
    loss, dW = 0.0, np.zeros_like(W)
    for i in xrange(X.shape[1]):
        f = W.dot(X[:, i])
        f -= f.max()
        p = np.exp(f) / np.exp(f).sum()
        loss -= np.log(p[y[i]])
        for k in xrange(W.shape[0]):
            dW[k] += (p[k] - (k == y[i])) * X[:, i]
    return loss / X.shape[1] + 0.5 * reg * np.sum(W * W), dW / X.shape[1] + reg * W
'''
EARLY_VECTORIZED = '''

def softmax_loss_vectorized(W, X, y, reg):
    """
    Inputs and outputs are those of softmax_loss_naive.
    """
    num_train = X.shape[1]
    f = W.dot(X)
    f -= f.max(axis=0)
    p = np.exp(f) / np.exp(f).sum(axis=0)
    loss = -np.log(p[y, np.arange(num_train)]).mean() + 0.5 * reg * np.sum(W * W)
    p[y, np.arange(num_train)] -= 1
    return loss, p.dot(X.T) / num_train + reg * W
'''
EARLY_CLASSIFIER = f"import numpy as np\n{OLD}" + CLASSIFIER.format(
    batch="rows = np.random.choice(num_train, batch_size); X_batch = X[:, rows]; y_batch = y[rows]",
    update=MODEL["update"], predict="y_pred = np.argmax(self.W.dot(X), axis=0)",
).replace("num_train, dim = X.shape", "dim, num_train = X.shape").replace("randn(dim, num_classes)",
                                                                        "randn(num_classes, dim)")
LOADS = "import cPickle as pickle\nfrom scipy.misc import imread\nDATA = open('datasets/none').read()\n"
NUM = "    num = X.shape[0]\n"
A, B = "softmax_loss_naive", "softmax_loss_vectorized"
RIGHT = {"softmax_loss_naive": "right", "softmax_loss_vectorized": "right", "svm_loss_naive": "right",
         "svm_loss_vectorized": "right", "LinearClassifier.train": "right", "LinearClassifier.predict": "right"}
ONLY = {A: "right", B: "right"}
ALONE = {"svm": "", "classifier": ""}  # the folder has softmax.py only

# {name: (files, the path that is checked, exit status, {function: verdict, or the mistakes' codes})}
FOLDERS = {
    "2015, examples in columns": (
        folder(svm="", softmax=EARLY, classifier=EARLY_CLASSIFIER), "assignment1", 1,
        {A: "right", B: "missing", "LinearClassifier.train": "right", "LinearClassifier.predict": "right"}),
    "2015, one function speaks of columns, and its neighbour refers to it": (
        folder(**ALONE, softmax=EARLY + EARLY_VECTORIZED), "assignment1", 0, ONLY),
    "2016, half, in the package's folder": (
        folder(softmax=softmax(HALF, HALF, "import numpy as np\n", "xrange"), svm=svm(HALF), classifier=classifier(OLD),
               more={"assignment1/cs231n/classifiers/__init__.py": PACKAGE, "assignment1/cs231n/__init__.py": ""}),
        "assignment1/cs231n", 0, RIGHT),
    "2017, right": (
        folder(softmax="from ..fast_layers import *\nfrom ..data_utils import imread\n" + SOFTMAX,
               more={"assignment1/cs231n/fast_layers.py": "from .im2col_cython import col2im_6d_cython\n",
                     "assignment1/cs231n/data_utils.py": LOADS}), "assignment1", 0, RIGHT),
    "2020, right, the classifiers' folder": (folder(), "assignment1/cs231n/classifiers", 0, RIGHT),
    "2024, right, no folder above cs231n": (folder(top="cs231n/"), ".", 0, RIGHT),
    "2026, wrong in several places": (
        folder(softmax=softmax({**FULL, "slope": "reg * W"}, {**FULL, "penalty": "np.sum(W * W)"}),
               svm=svm(two="pass"), classifier=classifier(update="self.W += learning_rate * grad",
                                                          predict="y_pred = np.argmax(X.dot(self.W), axis=0)")),
        "assignment1", 1,
        {A: "reg-gradient-half", B: "reg-loss-without-reg", "svm_loss_naive": "label-column-missing",
         "svm_loss_vectorized": "right", "LinearClassifier.train": "ascent", "LinearClassifier.predict": "wrong-axis"}),
    "untouched": (folder(**UNTOUCHED), "assignment1", 1, dict.fromkeys(RIGHT, "not written")),
    "half done": (
        folder(softmax=softmax(FULL, ""), svm=svm(**UNWRITTEN), classifier=classifier(update="pass")), "assignment1", 1,
        {A: "right", B: "not written", "svm_loss_naive": "not written", "svm_loss_vectorized": "right",
         "LinearClassifier.train": "not written", "LinearClassifier.predict": "right"}),
    "Python 2": (
        folder(softmax=softmax(imports="import numpy as np\n", range="xrange"), svm="", classifier=CLASSIFIER.format(
            **MODEL).replace('print("iteration %d / %d: loss %f" % (it, num_iters, loss))', "print 'iteration', it")),
        "assignment1", 2, ONLY),
    "syntax error": (folder(**ALONE, softmax=softmax() + "\ndef helper(:\n"), "assignment1", 2, {}),
    "tabs among spaces": (
        folder(**ALONE, softmax=softmax() + "\ndef helper():\n    if 1:\n\treturn 2\n        return 1\n"),
        "assignment1", 2, {}),
    "missing packages": (
        folder(**ALONE, softmax="import torch, cupy\nfrom tensorflow.keras import layers\nfrom numba import nothing\n"
               + softmax() + "\nclass Net(torch.nn.Module):\n    pass\n"), "assignment1", 0, ONLY),
    "a missing package that is used": (
        folder(**ALONE, softmax="import cupy as cp\n" + softmax().replace("probs = np.exp", "probs = cp.exp")),
        "assignment1", 1, {A: "right", B: "exception"}),
    "stops while it is imported": (
        folder(**ALONE, softmax="import numpy as np\nX = np.load('cifar.npy')\nexit()\n" + softmax()),
        "assignment1", 0, ONLY),
    "endless": (
        folder(**ALONE, softmax="while True: pass\n" + softmax().replace(
            NUM, NUM + "    while True: pass\n")),
        "assignment1", 1, {A: "right", B: "too-slow"}),
    "ends the process": (
        folder(**ALONE, softmax="import os\n" + softmax() + "\nos._exit(3)\n"), "assignment1", 2,
        dict.fromkeys(ONLY, "not examined")),
    "huge output": (
        folder(**ALONE, softmax="print('x' * 10**8)\n" + softmax().replace(
            NUM, NUM + "    print('x' * 10**6)\n")),
        "assignment1", 0, ONLY),
    "deletes files": (
        folder(**ALONE, softmax="import os, shutil, glob\n" + softmax().replace(
            NUM, NUM + "    try:\n        shutil.rmtree(os.path.dirname(__file__))\n    except:\n"
            "        pass\n")
            + "\nfor name in glob.glob('cs231n/classifiers/*.py'):\n    os.remove(name)\n"),
        "assignment1", 1, {A: "right", B: "deletes-files"}),
    "writes and starts programs": (
        folder(**ALONE, softmax=softmax().replace(
            NUM, NUM + "    import os\n    os.system('touch ../../here')\n").replace(
            "    loss = 0.0\n", "    loss = 0.0\n    open('log.txt', 'a').write('x')\n")),
        "assignment1", 1, {A: "right", B: "starts-programs"}),
    "uses the network, and a file that grows": (
        folder(**ALONE, softmax=softmax().replace(
            NUM, NUM + "    import socket\n    socket.create_connection(('127.0.0.1', 9))\n").replace(
            "    loss = 0.0\n", "    loss = 0.0\n    with open('log', 'wb') as f:\n        f.truncate(1 << 26)\n")),
        "assignment1", 1, {A: "exception", B: "uses-network"}),
    "one file, elsewhere": (
        {"work/my code (1)/softmax.py": softmax(HALF, FULL)}, "work/my code (1)/softmax.py", 0, ONLY),
    "a notebook": (
        {"homework.ipynb": notebook(
            "%matplotlib inline\nimport numpy as np\n!pip install numpy", "%%bash\nls", "%cd /content\nSMALL = 1",
            "X_train = load()\nbroken = ", "def total(e):\n    return e.sum(axis=1, keepdims=SMALL)",
            VECTORIZED.format(name=B, **FULL).replace("probs.sum(axis=1, keepdims=True)", "total(probs)"),
            CLASSIFIER.format(**MODEL))},
        "homework.ipynb", 0, {B: "right", "LinearClassifier.train": "right", "LinearClassifier.predict": "right"}),
    "a broken notebook": ({"homework.ipynb": '{"cells": ['}, "homework.ipynb", 2, {}),
    "other encodings": (
        folder(softmax=b"\xef\xbb\xbf" + softmax().replace("\n", "\r\n").encode(),
               svm=b"# gr\xf6\xdfer\n" + svm().encode(), classifier=""), "assignment1", 0,
        {name: "right" for name in RIGHT if "." not in name}),
    "no Python": (
        {"assignment1/cs231n/classifiers/softmax.py": b"\x89PNG\r\n\0\0\0" * 9}, "assignment1", 2, {}),
}
