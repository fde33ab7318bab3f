"""Predict, then run: the learner chooses one of three answers before a cell that surprises.

In a notebook, a text cell asks the question and lists the answers (a), (b) and (c). Below it is this cell, with the tag
"guess"; practice copies have "?" in place of the answer:

    guess = "b"  # "a", "b" or "c"
    check.guess("02-shift", guess)

To add one, add an entry to GUESSES. Its key begins with the notebook's two digits.
"""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from .._console import encodable
from .progress_file import done


class Guess(NamedTuple):
    """The right answer, and for each answer, in a sentence or two, why it is right or wrong."""

    right: str
    why: dict[str, str]


# Above each entry, in short, is what the notebook's text cell asks.
# fmt: off
GUESSES = {
    # After centring, the images stretch most (a) in no direction more than in others, (b) in the direction of
    # brightness, but less far than before, (c) in the direction of a colour.
    "01-centre": Guess("b", {
        "a": "The cosines have the mean 0 after centring, but the images still stretch farther in some directions.",
        "b": "Subtracting one image moves all rows by the same amount. It can't make bright and dark images alike.",
        "c": "Photographs differ more in brightness than in colour. That is so before and after centring.",
    }),
    # The mean image of each class is its template. Right are (a) 1 in 10 images, (b) 2 to 4 in 10, (c) more than half.
    "01-means": Guess("b", {
        "a": "One in ten is what guessing gives. The means of the classes differ, and the differences help.",
        "b": "Ten averages are enough to be right more than twice as often as by guessing.",
        "c": "Images of one class differ very much, and their mean is only a blurred patch of colour. "
             "It can't recognise most of them.",
    }),
    # The softmax of (1, 2) is (0.27, 0.73). That of (10, 20) is (a) the same, (b) about (0.03, 0.97),
    # (c) less than 0.0001 and more than 0.9999.
    "02-tenfold": Guess("c", {
        "a": "20 is twice 10, and 2 is twice 1. But softmax sees differences and not ratios, and 10 is more than 1.",
        "b": "That would be a lead of 3.5. The lead is 10 here.",
        "c": "The lead is 10, so the second probability is exp(10) times the first, which is about 22,000 times.",
    }),
    # All scores get 100 more. The probabilities (a) become sharper, (b) stay as they were, (c) become almost equal.
    "02-shift": Guess("b", {
        "a": "Softmax sees only the differences between scores, and all differences are as before.",
        "b": "Each exponential is multiplied by exp(100), and so is their sum. The factor cancels.",
        "c": "That would happen if the scores were divided by 100. Then their differences would become small.",
    }),
    # The true class's probability falls from 0.5 to 0.05. The loss (a) is ten times as large, (b) grows by about 2.3,
    # (c) grows by 0.45.
    "03-tenfold": Guess("b", {
        "a": "The loss isn't 1/p but -log(p), which grows much more slowly.",
        "b": "-log(p / 10) = -log(p) + log(10), and log(10) is about 2.3, whatever p was before.",
        "c": "The loss depends on how many times smaller the probability is, and not on the difference.",
    }),
    # The wrong class leads by 10. The slope of the squared error is (a) the largest of all, (b) about half of it,
    # (c) less than a thousandth of it.
    "03-sure": Guess("c", {
        "a": "That would be useful. But the probabilities are nearly 0 and 1 there, and they hardly change.",
        "b": "The slope is 4p(1 - p)^2, and p has fallen to about 0.00005. So the slope is nearly 0, too.",
        "c": "The slope is 4p(1 - p)^2, and the probability p of the true class is nearly 0. So the slope is, too.",
    }),
    # The derivatives of one example's loss by its ten scores add up to (a) 0, (b) 1, (c) a number for each label.
    "04-sum": Guess("a", {
        "a": "The derivatives are p minus the one-hot vector of the label. Both add up to 1, so the difference adds up "
             "to 0.",
        "b": "The probabilities add up to 1, but 1 is subtracted at the label.",
        "c": "The label decides where the 1 is subtracted. The sum is the same for each label.",
    }),
    # A gradient lacks the factor 2 of the penalty, and is checked at reg = 5e-6. The verdict is (a) wrong, (b) right,
    # (c) can't tell.
    "04-hidden": Guess("b", {
        "a": "The mistake is there, but it is far smaller than a millionth of the data part of the gradient.",
        "b": "The penalty's part of the gradient is very small here. Half of it is less than a millionth of the "
             "gradient, and so the check can't see the mistake.",
        "c": "Rounding hides nothing here: the numerical derivatives are exact to a millionth, and they agree.",
    }),
    # With 32-bit numbers, the gradient of 500 images changes by (a) about 1 %, (b) less than 1 part in 100,000,
    # (c) nothing at all.
    "05-float32": Guess("b", {
        "a": "A 32-bit number has about seven digits, and only the last of them are lost in the sums.",
        "b": "A 32-bit number has about seven digits, and nearly all of them remain right in the sums.",
        "c": "A 32-bit number has about seven digits, a 64-bit number about sixteen. So the later digits differ.",
    }),
    # X has 123 MB. Both products are done for 128 rows, then for the next 128, in a Python loop. This is (a) slower,
    # (b) faster, (c) equally fast.
    "05-blocks": Guess("b", {
        "a": "A loop of 79 rounds costs little, because each round does much work in NumPy. Loops are slow where each "
             "round does little.",
        "b": "The rows of a block are still in the cache when the second product needs them. So X is fetched from "
             "memory once and not twice.",
        "c": "The arithmetic is the same, but arithmetic isn't all: the bytes must come from memory, too.",
    }),
    "05-compiled": Guess("c", {
        "a": "That would be so if Python handled each number. But each of its steps handles 3,073 numbers in NumPy, "
             "which was compiled long ago.",
        "b": "Python takes only 5,000 small steps here. Nearly all of the time is spent in NumPy, which was compiled "
             "long ago.",
        "c": "NumPy was compiled long ago, and nearly all of the time is spent in it. So there is little to gain.",
    }),
    # Until its loss is below the best of 1,000 random tries, gradient descent needs (a) 1 step, (b) about 30, (c) about
    # 300.
    "06-ladder": Guess("a", {
        "a": "The gradient has the best direction for all 30,730 weights at once. A random try has a direction that is "
             "nearly at a right angle to it.",
        "b": "1,000 random tries don't even reach what one gradient step reaches. A good W needs 30,730 numbers that "
             "fit together, and luck hardly ever finds them.",
        "c": "1,000 random tries don't even reach what one gradient step reaches. A good W needs 30,730 numbers that "
             "fit together, and luck hardly ever finds them.",
    }),
    # The same training from a random start and from zero, with weak regularization. The higher validation accuracy has
    # (a) the random start, (b) the zero start, (c) neither: they are equal.
    "06-start": Guess("b", {
        "a": "That is a problem of neural networks, which aren't part of these notebooks. Here each class has images "
             "of its own, so the gradients of the classes differ from the first step on.",
        "b": "The random start is noise in every score. With weak regularization it shrinks so slowly that most of it "
             "is still there at the end.",
        "c": "Both descents lead to the same bottom, but 1,500 steps don't get there.",
    }),
    # Trained on 100 images with reg 0, a classifier is almost 80 points better there than on new images. With 49,000
    # images this gap is (a) nearly as large, (b) about 20 points, (c) less than 3 points.
    "07-gap": Guess("c", {
        "a": "W can follow 100 images one by one. It can't follow 49,000: what helps on one image does harm on others, "
             "and only what is true of many images remains.",
        "b": "The gap closes further. With 10,000 images it is already below 10 points.",
        "c": "49,000 images leave no room for accidents, although W has 30,730 numbers. So there is hardly any "
             "overfitting.",
    }),
    # From a random start, learning rate 1e-7 and reg 100 give 26 %. From W = 0 with reg 0, the same learning rate and
    # number of steps give (a) 10 %, (b) about the same, (c) nearly 40 %.
    "07-start": Guess("c", {
        "a": "The scores are equal at first, but the gradient isn't zero: it is made from the images, which differ "
             "from class to class.",
        "b": "The rate is high enough to learn from the images. What spoiled the result was the random start: nearly "
             "all of it was still there at the end, and added noise to the scores.",
        "c": "Without the noise of a random start, 1,500 short steps are enough. Nothing has to be forgotten.",
    }),
    # All test images are mirrored. The accuracy (a) falls to about 10 %, (b) falls to about half, (c) hardly changes.
    "08-mirror": Guess("c", {
        "a": "It would be so if the pixels were shuffled. But a mirrored image has the same colours at the same "
             "height, and the templates are nearly their own mirror images.",
        "b": "The training images show horses and cars in both directions, so each template has to serve both.",
        "c": "The training images show each class in both directions. So the templates are nearly their own mirror "
             "images, and the scores change little.",
    }),
    # As reg grows, the templates (a) become smoother, (b) become grainier, (c) become fainter, with the same pattern.
    "08-reg": Guess("a", {
        "a": "Grain needs weights that differ much between neighbouring pixels. The penalty makes such weights too "
             "expensive for what they gain. What is left is close to the mean image of the class.",
        "b": "Grainy templates come from weak regularization: then nothing keeps neighbouring weights from being very "
             "different.",
        "c": "The weights do become smaller. But the fine grain shrinks much more than the broad patches of colour, so "
             "the pattern changes, too.",
    }),
    # Two classifiers are right on about 40 % each. They give the same answer on (a) 20 %, (b) 40 %, (c) more than 60 %.
    "09-agree": Guess("c", {
        "a": "It would be about this much if their answers had nothing to do with each other. But both see the same "
             "colours in the same places.",
        "b": "It would be so if they agreed only where both are right. They also make the same mistakes.",
        "c": "Both are linear and learned from the same images, so their templates are similar. They are right on the "
             "same images, and they make mostly the same mistakes.",
    }),
    # Far points on the correct side are added. The gradient at the old line changes (a) for softmax, (b) for the SVM,
    # (c) for both.
    "09-far": Guess("a", {
        "a": "Each point leads by more than the margin, so its hinge loss is 0, and so is its gradient. Its softmax "
             "loss is small, but never 0.",
        "b": "The SVM's loss is 0 for each point that leads by more than the margin, and so is its gradient.",
        "c": "The SVM demands nothing more once the margin is reached. Only softmax still pulls.",
    }),
    # At the optimum, the test accuracies with reg 2 and with reg 0.000128 differ (a) by more than 15 points, (b) by
    # less than 5 points; (c) with the weak penalty there is no test accuracy, because W grows without bound.
    "10-path": Guess("b", {
        "a": "A strong penalty makes W short, but shorter scores give the same answers. What it changes is the pattern "
             "of W, and that costs only a few points.",
        "b": "The top is flat. A penalty that is far too weak overfits: training accuracy is then 9 points above. "
             "But with 49,000 images, it costs only a few points on new ones.",
        "c": "Every penalty above 0 stops W somewhere, also a weak one. W is longer then, and has a test accuracy like "
             "any other.",
    }),
    # Of four points whose opposite corners have the same class, the best linear classifier says: (a) sure of three,
    # wrong about the fourth, (b) one half for all, (c) there is no best one.
    "10-xor": Guess("b", {
        "a": "A line can have three of the points on their right sides. But the fourth is then far on its wrong side, "
             "and its loss is larger than what the three others gain.",
        "b": "What one point wants of the weights, its neighbours want the other way round. At W = 0 the gradient is "
             "zero, and the loss is convex: so this is the optimum.",
        "c": "The loss goes down for ever only if a line separates the classes. Here none does.",
    }),
    # All images are moved by 4 pixels. The accuracy of the best linear classifier (a) falls to about 10 %, (b) falls by
    # a few percentage points, (c) stays exactly the same.
    "11-shift": Guess("b", {
        "a": "The templates are soft patches of colour. After a small shift, most of a patch still overlaps with "
             "itself.",
        "b": "A few images lose their match with the template, and the soft patches still fit the others.",
        "c": "Each weight belongs to one place. After the shift it meets another pixel, so the scores change.",
    }),
    # With which are more test images right? (a) 49,000 images and pixels, (b) 1,000 images and patches, (c) the same.
    "11-few": Guess("b", {
        "a": "With pixels, even the best linear classifier is below that. More images don't help it to see what its "
             "inputs hide.",
        "b": "With the features of patches, edges and textures are numbers of their own. So few images are enough to "
             "find out which of them matter.",
        "c": "There are several percentage points between them.",
    }),
    # Batches of 200: SGD with rate 0.01, momentum 0.9 with rate 0.001. Momentum ends (a) at less than a tenth of SGD's
    # height, (b) about as high, (c) more than ten times as high.
    "12-momentum": Guess("b", {
        "a": "Momentum is ahead in a narrow valley because it allows longer steps. Here the noise of the batches "
             "limits the steps, and not the valley.",
        "b": "The velocity grows to about ten plain steps. So a tenth of the rate gives the same speed, and the same "
             "noise.",
        "c": "The rate is a tenth. But the velocity adds up the last steps, and becomes about ten times as long.",
    }),
    # SGD with a constant rate starts at the optimum. The height above the lowest loss (a) stays at zero, (b) rises to
    # some level and stays there, (c) rises and rises.
    "12-floor": Guess("b", {
        "a": "Only the gradient of all images is zero there. That of 200 images isn't, so the first step leads away.",
        "b": "The noise of the batches drives W away, and the true gradient pulls it back. Where both are equally "
             "strong, the height stays the same on average.",
        "c": "Away from the optimum, the true gradient isn't zero, and it points back. The farther W is away, the more "
             "it pulls.",
    }),
    # 10 steps of gradient descent on whitened pixels (condition number 6). On raw pixels (110) it is as near to its own
    # optimum after (a) about 10, (b) about 30, (c) more than 60 steps.
    "12-white": Guess("c", {
        "a": "The learning rate is limited by the largest curvature. With the raw pixels, the flat directions then "
             "need very many steps.",
        "b": "The number of steps grows with the condition number, which is nearly 20 times as large with the raw "
             "pixels.",
        "c": "The condition number is nearly 20 times as large, and so is about the number of steps.",
    }),
}
# fmt: on


@dataclass
class Answered:
    """What is shown for a guess: whether it is right, why each answer is or isn't, and the progress."""

    answer: str
    guess: Guess
    progress: str

    @property
    def verdict(self) -> str:
        """One line: right, or not, or what to write first."""
        if self.answer not in self.guess.why:
            names = " or ".join(f'"{name}"' for name in self.guess.why)
            return f"Choose first: write {names} in place of {self.answer!r}, and run this cell again."
        right = self.answer == self.guess.right
        return f"({self.answer}) is right." if right else f"Not ({self.answer}), but ({self.guess.right}) is right."

    @property
    def lines(self) -> list[str]:
        """Why each answer is right or wrong; nothing before one is chosen."""
        if self.answer not in self.guess.why:
            return []
        return [f"({name}) {'right' if name == self.guess.right else 'wrong'}: {why}"
                for name, why in self.guess.why.items()]  # fmt: skip

    def __repr__(self):
        return encodable("\n".join([self.verdict, *(f"  {line}" for line in self.lines), self.progress]).rstrip())

    def _repr_html_(self):
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        found = f"<ul>{lines}</ul>" * bool(lines) + f"<p>{escape(self.progress)}</p>" * bool(self.progress)
        return f"<p><b>{escape(self.verdict)}</b></p>{found}"


def guess(key: str, answer: str) -> Answered:
    """Show whether `answer` ("a", "b" or "c") is right for the question `key`, such as "02-shift", and why.

    "B" and "(b)" are taken as "b". A wrong guess counts as done, too: it has served its purpose. An answer that isn't
    one of them, such as "?", is told to choose first. Raises ValueError for an unknown key.
    """
    if key not in GUESSES:
        raise ValueError(f"key: expected one of {', '.join(GUESSES)}, got {key!r}. Undo the change in this cell.")
    answer = answer.strip(" ().").lower() if isinstance(answer, str) else answer
    return Answered(answer, GUESSES[key], done(key) if answer in GUESSES[key].why else "")
