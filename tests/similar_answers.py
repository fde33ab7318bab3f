"""Twenty honest ways to write one function, and copies of ten: what a look for similar answers must tell apart.

HONEST: many follow the usual steps of the lesson, as a class does. COPIES: {name: (whose, source)}, changed as copies
are: names, order of statements, comments, spacing, or nothing.
"""

import re

HEAD = "def my_softmax_loss_vectorized(W, X, y, reg):\n"
BODIES = {
    "usual": """
    N = X.shape[0]
    scores = X @ W
    scores -= np.max(scores, axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    loss = np.mean(-np.log(probs[np.arange(N), y])) + reg * np.sum(W * W)
    dscores = probs
    dscores[np.arange(N), y] -= 1
    dW = X.T @ dscores / N + 2 * reg * W
    return loss, dW
""",
    "usual_dot": """
    num_train = X.shape[0]
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.sum(np.log(probs[np.arange(num_train), y])) / num_train
    loss += reg * np.sum(W * W)
    probs[np.arange(num_train), y] -= 1
    dW = X.T.dot(probs) / num_train
    dW += 2 * reg * W
    return loss, dW
""",
    "usual_commented": """
    # number of examples
    n = len(X)
    # forward pass
    s = X @ W
    s = s - s.max(axis=1, keepdims=True)
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    # the loss
    loss = -np.log(p[np.arange(n), y]).mean() + reg * (W ** 2).sum()
    # backward pass
    p[np.arange(n), y] -= 1
    dW = X.T @ p / n + 2 * reg * W
    return loss, dW
""",
    "log_form": """
    N = len(y)
    scores = X @ W
    scores = scores - scores.max(axis=1)[:, None]
    log_sum = np.log(np.exp(scores).sum(axis=1))
    loss = np.mean(log_sum - scores[range(N), y]) + reg * np.sum(W ** 2)
    probs = np.exp(scores - log_sum[:, None])
    probs[range(N), y] -= 1
    return loss, X.T.dot(probs) / N + 2 * reg * W
""",
    "one_hot": """
    Y = np.zeros((X.shape[0], W.shape[1]))
    Y[np.arange(X.shape[0]), y] = 1
    Z = X @ W
    Z = Z - np.max(Z, axis=1, keepdims=True)
    A = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    data_loss = -np.sum(Y * np.log(A)) / X.shape[0]
    grad = X.T @ (A - Y) / X.shape[0]
    return data_loss + reg * np.sum(W * W), grad + 2 * reg * W
""",
    "one_hot_eye": """
    m, C = X.shape[0], W.shape[1]
    targets = np.eye(C)[y]
    logits = np.matmul(X, W)
    logits = logits - logits.max(1, keepdims=True)
    exps = np.exp(logits)
    p = exps / exps.sum(1, keepdims=True)
    losses = -(targets * np.log(p)).sum(1)
    penalty = reg * np.square(W).sum()
    return losses.mean() + penalty, X.T @ (p - targets) / m + reg * 2 * W
""",
    "helper_inside": """
    def softmax_rows(a):
        a = a - a.max(axis=1).reshape(-1, 1)
        b = np.exp(a)
        return b / b.sum(axis=1).reshape(-1, 1)
    q = softmax_rows(X.dot(W))
    rows = np.arange(q.shape[0])
    loss = -np.mean(np.log(q[rows, y]))
    q[rows, y] = q[rows, y] - 1
    return loss + reg * np.sum(W**2), np.dot(X.T, q) / len(rows) + 2 * reg * W
""",
    "logaddexp": """
    f = np.dot(X, W)
    rows = np.arange(f.shape[0])
    lse = np.logaddexp.reduce(f, axis=1)
    correct = f[rows, y]
    L = (lse - correct).sum() / f.shape[0] + reg * np.linalg.norm(W) ** 2
    G = np.exp(f - lse[:, np.newaxis])
    G[rows, y] -= 1.0
    G /= f.shape[0]
    return L, np.dot(np.transpose(X), G) + 2.0 * reg * W
""",
    "transposed": """
    num_classes, num_samples = W.shape[1], X.shape[0]
    S = W.T @ X.T
    S -= S.max(axis=0)
    P = np.exp(S)
    P /= P.sum(axis=0)
    loss = -np.log(P[y, np.arange(num_samples)]).sum()
    loss = loss / num_samples + reg * np.sum(W * W)
    P[y, np.arange(num_samples)] -= 1
    dW = (P @ X).T / num_samples + 2 * reg * W
    return loss, dW
""",
    "einsum": """
    batch = X.shape[0]
    out = np.einsum("nd,dc->nc", X, W)
    out -= out.max(axis=-1, keepdims=True)
    norm = np.exp(out).sum(axis=-1, keepdims=True)
    nll = np.log(norm).squeeze() - np.take_along_axis(out, y[:, None], axis=1).squeeze()
    delta = np.exp(out) / norm
    np.subtract.at(delta, (np.arange(batch), y), 1)
    return nll.mean() + reg * np.einsum("dc,dc->", W, W), np.einsum("nd,nc->dc", X, delta) / batch + 2 * reg * W
""",
    "step_by_step": """
    loss = 0.0
    dW = np.zeros_like(W)
    num_train = X.shape[0]
    f = X.dot(W)
    max_f = np.max(f, axis=1)
    f = f - max_f[:, np.newaxis]
    exp_f = np.exp(f)
    sum_exp = np.sum(exp_f, axis=1)
    correct_exp = exp_f[np.arange(num_train), y]
    p_correct = correct_exp / sum_exp
    loss = np.sum(-np.log(p_correct))
    loss /= num_train
    loss += reg * np.sum(W * W)
    p = exp_f / sum_exp[:, np.newaxis]
    p[np.arange(num_train), y] -= 1
    dW = np.dot(X.T, p)
    dW /= num_train
    dW += 2 * reg * W
    return loss, dW
""",
    "counting_mask": """
    n_images = X.shape[0]
    all_scores = X @ W
    biggest = np.amax(all_scores, axis=1, keepdims=True)
    unnormalized = np.exp(all_scores - biggest)
    total = unnormalized.sum(axis=1, keepdims=True)
    probabilities = unnormalized / total
    is_true_class = np.arange(W.shape[1]) == y.reshape(-1, 1)
    loss = -np.log(probabilities[is_true_class]).sum() / n_images
    gradient_of_scores = probabilities - is_true_class
    dW = X.T @ gradient_of_scores / n_images
    return loss + reg * (W * W).sum(), dW + 2 * reg * W
""",
    "divided_early": """
    B = X.shape[0]; idx = np.arange(B)
    h = X @ W; h -= h.max(1)[:, None]
    z = np.exp(h).sum(1)
    loss = (np.log(z) - h[idx, y]).sum()/B + reg*(W*W).sum()
    d = np.exp(h)/z[:, None]
    d[idx, y] -= 1
    d /= B
    return loss, X.T@d + 2*reg*W
""",
    "regularized_first": """
    reg_loss, reg_grad = reg * np.sum(np.power(W, 2)), 2 * reg * W
    scores = np.dot(X, W)
    shift = scores.max(axis=1, keepdims=True)
    log_probs = scores - shift - np.log(np.sum(np.exp(scores - shift), axis=1, keepdims=True))
    picked = log_probs[np.arange(y.size), y]
    dlogits = np.exp(log_probs)
    dlogits[np.arange(y.size), y] -= 1
    return -picked.mean() + reg_loss, np.dot(X.T, dlogits / y.size) + reg_grad
""",
    "choose": """
    logits = X @ W - (X @ W).max(axis=1, keepdims=True)
    denominators = np.exp(logits).sum(axis=1)
    truth = np.choose(y, logits.T)
    loss = np.average(np.log(denominators) - truth)
    p = np.exp(logits) / denominators[:, None]
    for_true = np.zeros_like(p)
    for_true[np.arange(len(y)), y] = 1
    return loss + reg * np.sum(W ** 2), (X.T @ (p - for_true)) / len(y) + 2 * reg * W
""",
    "usual_names_of_lesson": """
    rows = np.arange(len(X))
    scores = X @ W
    shifted = scores - scores.max(axis=1, keepdims=True)
    exp = np.exp(shifted)
    probs = exp / exp.sum(axis=1, keepdims=True)
    loss = -np.log(probs[rows, y]).mean() + reg * np.sum(W**2)
    dscores = probs.copy()
    dscores[rows, y] -= 1
    return loss, X.T @ dscores / len(X) + 2 * reg * W
""",
    "usual_averaged": """
    num_train = X.shape[0]
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    probs = exp_scores / exp_scores.sum(axis=1, keepdims=True)
    correct_logprobs = -np.log(probs[range(num_train), y])
    data_loss = np.sum(correct_logprobs) / num_train
    reg_loss = reg * np.sum(W * W)
    loss = data_loss + reg_loss
    dscores = probs
    dscores[range(num_train), y] -= 1
    dscores /= num_train
    dW = np.dot(X.T, dscores)
    dW += 2 * reg * W
    return loss, dW
""",
    "usual_long_names": """
    number_of_images = X.shape[0]
    class_scores = np.dot(X, W)
    class_scores -= np.max(class_scores, axis=1, keepdims=True)  # so that exp doesn't overflow
    exponentials = np.exp(class_scores)
    probabilities = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    probability_of_truth = probabilities[np.arange(number_of_images), y]
    loss = -np.mean(np.log(probability_of_truth))
    loss += reg * np.sum(W ** 2)
    probabilities[np.arange(number_of_images), y] -= 1
    dW = np.dot(X.T, probabilities) / number_of_images
    dW += 2 * reg * W
    return loss, dW
""",
    "usual_short": """
    N = len(X)
    S = X @ W
    S -= S.max(1, keepdims=True)
    P = np.exp(S)
    P /= P.sum(1, keepdims=True)
    loss = -np.log(P[np.arange(N), y]).mean() + reg * np.sum(W * W)
    P[np.arange(N), y] -= 1
    return loss, X.T @ P / N + 2 * reg * W
""",
    "usual_two_parts": """
    N = X.shape[0]
    scores = np.dot(X, W)
    scores = scores - np.max(scores, axis=1, keepdims=True)
    expd = np.exp(scores)
    sums = np.sum(expd, axis=1, keepdims=True)
    p = expd / sums
    Li = -np.log(p[np.arange(N), y])
    loss = np.mean(Li) + reg * np.sum(W ** 2)
    dp = p
    dp[np.arange(N), y] -= 1
    dW = X.T.dot(dp)
    dW = dW / N + 2 * reg * W
    return loss, dW
""",
}
HONEST = {name: HEAD + body.lstrip("\n") for name, body in BODIES.items()}


def changed(whose, names="", order=(), more=(), comments=()):
    """Return an honest answer as one who copies changes it.

    names: "old new old new"; order: pairs of lines (from 0) that change places; more: pairs of old and new text;
    comments: pairs of a line and a comment that is put above it.
    """
    source, words = HONEST[whose], names.split()
    lines = (re.sub(r"^ *#.*\n", "", source, flags=re.MULTILINE) if names or comments else source).splitlines()
    for a, b in order:
        lines[a], lines[b] = lines[b], lines[a]
    for line, text in sorted(comments, reverse=True):
        lines.insert(line, f"    # {text}")
    source = "\n".join(lines) + "\n"
    for old, new in more:
        assert old in source, old
        source = source.replace(old, new)
    renaming = dict(zip(words[::2], words[1::2], strict=True))
    return re.sub(r"\b[A-Za-z_]\w*\b", lambda word: renaming.get(word[0], word[0]), source)


COPIES = {
    "untouched": ("step_by_step", HONEST["step_by_step"]),
    "comments_only": ("usual_commented", changed("usual_commented", more=[
        ("# forward pass", "# forward"), ("# the loss", "# loss")])),
    "renamed": ("counting_mask", changed(
        "counting_mask", "n_images N all_scores s biggest m unnormalized e total t probabilities p is_true_class mask "
        "gradient_of_scores ds")),
    "renamed_commented": ("einsum", changed("einsum", "batch N out f norm z nll L delta g", comments=[
        (2, "compute all scores"), (5, "loss of each image"), (6, "gradient")])),
    "reordered": ("regularized_first", changed("regularized_first", order=[(1, 2), (5, 6)], more=[
        ("    dlogits = np.exp(log_probs)\n", ""), ("    dlogits[", "    dlogits = np.exp(log_probs)\n    dlogits[")])),
    "renamed_reordered": ("choose", changed(
        "choose", "logits z denominators total truth right p probs for_true onehot", order=[(3, 2)])),
    "respaced": ("divided_early", changed("divided_early", more=[
        ("; ", "\n    "), ("()/B", "() / B"), ("reg*", "reg * "), ("(W*W)", "(W * W)"), (")/z", ") / z"),
        ("X.T@d", "X.T @ d")])),
    "renamed_parts": ("helper_inside", changed("helper_inside", "softmax_rows probs_of a scores b e q p rows n")),
    "split_return": ("logaddexp", changed("logaddexp", "f scores lse norm correct right L loss G dscores", more=[
        ("return L, np.dot(np.transpose(X), G) + 2.0 * reg * W",
         "dW = np.dot(np.transpose(X), G) + 2.0 * reg * W\n    return L, dW")])),
    "one_line_changed": ("usual_long_names", changed("usual_long_names", more=[("W ** 2", "W * W")])),
}
