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

from .progress_file import done


class Guess(NamedTuple):
    """The right answer, and for each answer, in a sentence or two, why it is right or wrong."""

    right: str
    why: dict[str, str]


# Above each entry, in short, is what the notebook's text cell asks.
# fmt: off
GUESSES = {
    # The mean image of each class is its template. Right are (a) 1 in 10 images, (b) 2 to 4 in 10, (c) more than half.
    "01-means": Guess("b", {
        "a": "One in ten is what guessing gives. The means of the classes differ, and the differences help.",
        "b": "Ten averages are enough to be right more than twice as often as by guessing.",
        "c": "Images of one class differ very much, and their mean is only a blurred patch of colour. "
             "It can't recognise most of them.",
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
    # The derivatives of one example's loss by its ten scores add up to (a) 0, (b) 1, (c) a number for each label.
    "04-sum": Guess("a", {
        "a": "The derivatives are p minus the one-hot vector of the label. Both add up to 1, so the difference adds up "
             "to 0.",
        "b": "The probabilities add up to 1, but 1 is subtracted at the label.",
        "c": "The label decides where the 1 is subtracted. The sum is the same for each label.",
    }),
    # With 32-bit numbers, the gradient of 500 images changes by (a) about 1 %, (b) less than 1 part in 100,000,
    # (c) nothing at all.
    "05-float32": Guess("b", {
        "a": "A 32-bit number has about seven digits, and only the last of them are lost in the sums.",
        "b": "A 32-bit number has about seven digits, and nearly all of them remain right in the sums.",
        "c": "A 32-bit number has about seven digits, a 64-bit number about sixteen. So the later digits differ.",
    }),
    # With a learning rate a thousand times too large, (a) training takes a thousandth of the steps, (b) the loss grows
    # until it is no longer finite, (c) the loss goes up and down and stays about equal.
    "06-rate": Guess("b", {
        "a": "The gradient is the slope at the place where the step begins. Far from there, the slope is another one.",
        "b": "Each step lands higher on the other side of the valley than it began. So the next step is longer still.",
        "c": "This happens with a rate that is a little too large. Here the steps grow instead of staying equal.",
    }),
    # On the test images, the setting that was best on the validation images is (a) probably a little worse there,
    # (b) just as good on average, (c) probably a little better.
    "07-test": Guess("a", {
        "a": "The setting was chosen because its validation accuracy was the highest, and part of that was luck with "
             "these images. On new images the luck is gone.",
        "b": "It would be so if the setting had been chosen without the validation images.",
        "c": "Nothing makes new images easier. The chosen setting had the most luck on the validation images.",
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
    # Two classifiers are right on about 40 % each. They give the same answer on (a) 20 %, (b) 40 %, (c) more than 70 %.
    "09-agree": Guess("c", {
        "a": "It would be about this much if their answers had nothing to do with each other. But both see the same "
             "colours in the same places.",
        "b": "It would be so if they agreed only where both are right. They also make the same mistakes.",
        "c": "Both are linear and learned from the same images, so their templates are similar. They are right on the "
             "same images, and they make mostly the same mistakes.",
    }),
    # Points far on their right side are added. A new gradient at the old line has (a) softmax, (b) the SVM, (c) both.
    "09-far": Guess("a", {
        "a": "Each point leads by more than the margin, so its hinge loss is 0, and so is its gradient. Its softmax "
             "loss is small, but never 0.",
        "b": "The SVM's loss is 0 for each point that leads by more than the margin, and so is its gradient.",
        "c": "The SVM demands nothing more once the margin is reached. Only softmax still pulls.",
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
        return "\n".join([self.verdict, *(f"  {line}" for line in self.lines), self.progress]).rstrip()

    def _repr_html_(self):
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        found = f"<ul>{lines}</ul>" * bool(lines) + f"<p>{escape(self.progress)}</p>" * bool(self.progress)
        return f"<p><b>{escape(self.verdict)}</b></p>{found}"


def guess(key: str, answer: str) -> Answered:
    """Show whether `answer` ("a", "b" or "c") is right for the question `key`, such as "02-shift", and why.

    An answer that isn't one of them, such as "?", is told to choose first. Raises ValueError for an unknown key.
    """
    if key not in GUESSES:
        raise ValueError(f"key: expected one of {', '.join(GUESSES)}, got {key!r}. Undo the change in this cell.")
    return Answered(answer, GUESSES[key], done(key) if answer in GUESSES[key].why else "")
