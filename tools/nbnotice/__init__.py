"""A pytest plugin beside nbval: it notices what a comparison of texts can't. README.md in this folder shows its use.

Start with `plugin.py`, which calls the others, one file for each thing that is noticed:

    figures.py    a figure that looks otherwise
    ranges.py     a number that has left its range, in a cell whose output isn't compared
    seconds.py    a cell that takes more of its notebook's CPU seconds than before (a warning)
    seeds.py      random numbers without a seed

What earlier runs gave is kept in the folder `recorded` beside the notebooks, see `record.py`.
"""
