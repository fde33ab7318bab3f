"""Practice copies: the notebooks without their solutions, in a folder where a learner works.

    python -m cs231n_softmax practice            lays them into practice/
    python -m cs231n_softmax practice FOLDER     or into another folder

The files, from a notebook to the folder:

    strip      student_version: solutions, guesses, claims and outputs are removed; the class release uses it, too
    copies     what a practice folder holds: the copies, with a link to the solved notebook under each exercise
    folder     lays this down, and never overwrites what a learner has written

A notebook is the dictionary that its JSON holds, so that nothing has to be installed for this.
"""

from .copies import map_for_students, nothing_done
from .folder import LaidOut, lay_out
from .strip import exercises, student_version

__all__ = ["LaidOut", "exercises", "lay_out", "map_for_students", "nothing_done", "student_version"]
