"""The examinations of the exercises, one file for each: exercises/<name>.py is check.<name>.

Each file holds the right answer as a recipe of steps, the ways in which learners change a step, the problems on which a
function is tried, and the examination.
"""

import pkgutil

# softmax comes first: others are made of its steps
EXERCISES = sorted((module.name for module in pkgutil.iter_modules(__path__)), key="softmax".__ne__)
