"""Grading of what students handed in: each file's first lines say what it is for; tools/grade.py is the command."""
