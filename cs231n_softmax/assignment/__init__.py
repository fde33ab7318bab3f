"""A learner's own assignment, examined from the command line: `python -m cs231n_softmax check PATH ...`

    examined = examine(find(path))      runs the learner's files, each assignment in a child process
    show.text(examined), show.as_json(examined), show.page(examined)

The files, from a path to what is shown:

    reading    the text of a file or a notebook, or one sentence that says why it can't be read
    names      the functions that the course names, and the check for each
    find       which files below a path have them; nothing is run
    copies     where a file stands in its assignment, and a copy of the assignment's .py files
    run        examines the files of each assignment in child processes, and collects what these found
    process    one child process, with its limits
    child      in the child: imports the files, calls the checks
    tolerant   in the child: an import that fails, or a line that stops, doesn't hinder the functions below it
    refusals   in the child: what would change files or start programs is refused
    methods    in the child: the functions that are handed to the checks
    verdicts   in the child: the examiner's reports in the course's terms
    lines      the learner's lines that a mistake speaks of; step_lines for softmax's steps, method_lines for methods,
               and syntax finds statements
    show       the results as text, JSON or a page
"""

from .find import Source, find
from .run import Examined, examine

__all__ = ["Examined", "Source", "examine", "find"]
