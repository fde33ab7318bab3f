"""The examinations of the exercises, one file for each: exercises/<name>.py is check.<name>.

Each file holds the right answer as a recipe of steps, the ways in which learners do a step otherwise, the problems that
are put, and the examination.
"""
