"""The examinations of the exercises, one file for each: exercises/<name>.py is check.<name>.

Each file holds the right answer as a recipe of steps, the ways in which learners change a step, the problems on which a
function is tried, and the examination.
"""
