"""sweep/table.py: the results of a sweep, printed, drawn, and written to files."""

import csv
import json
import math

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from cs231n_softmax.sweep import Result, SweepTable

matplotlib.use("Agg")
pytestmark = pytest.mark.filterwarnings("error")

GOOD = Result(1e-3, 10.0, 0.75, 0.5, 1.25, False)
BETTER = Result(1 / 3, 0.1, 0.5, 0.625, 2.5, False)
DIVERGED = Result(1e3, 1e9, math.nan, math.nan, math.inf, True)


def test_best_is_the_first_of_equals():
    """Of rows with equal validation accuracy the first is the best; a diverged row never is."""
    equal = GOOD._replace(learning_rate=2.0)
    assert SweepTable([DIVERGED, GOOD, equal]).best is GOOD
    assert SweepTable([equal, DIVERGED, GOOD]).best is equal
    assert SweepTable([GOOD, DIVERGED, BETTER]).best is BETTER


def test_str_lists_the_best_first():
    """str and repr: a header, then one line for each setting, by validation accuracy, diverged ones last."""
    table = SweepTable([DIVERGED, GOOD, BETTER])
    assert str(table).splitlines() == [
        "learning rate        reg   train     val    loss",
        "     3.33e-01   1.00e-01   0.500   0.625   2.500",
        "     1.00e-03   1.00e+01   0.750   0.500   1.250",
        "     1.00e+03   1.00e+09    diverged",
    ]
    assert repr(table) == str(table)
    assert list(table) == [DIVERGED, GOOD, BETTER]  # not sorted in place


def test_csv_reads_back(tmp_path):
    """to_csv writes a header and rows that give back every number exactly, in the order of the settings."""
    table = SweepTable([GOOD, DIVERGED, BETTER])
    table.to_csv(tmp_path / "sweep.csv")
    with open(tmp_path / "sweep.csv", newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    assert len(rows) == 3 and list(rows[0]) == list(Result._fields)
    for row, result in zip(rows, table, strict=True):
        assert row["diverged"] == str(result.diverged)
        np.testing.assert_array_equal([float(row[name]) for name in Result._fields[:5]], result[:5])


def test_json_reads_back(tmp_path):
    """to_json writes standard JSON that gives back every number exactly; NaN and inf are null."""
    table = SweepTable([GOOD, DIVERGED, BETTER])
    table.to_json(tmp_path / "sweep.json")
    rows = json.loads((tmp_path / "sweep.json").read_text(), parse_constant=pytest.fail)
    nothing = dict.fromkeys(["train_accuracy", "val_accuracy", "final_loss"])
    assert rows == [GOOD._asdict(), DIVERGED._asdict() | nothing, BETTER._asdict()]


class Unwritable:
    def __str__(self):
        raise TypeError("cannot be written")


@pytest.mark.parametrize("write", [SweepTable.to_csv, SweepTable.to_json])
def test_failed_writing_keeps_the_old_file(tmp_path, write):
    """When a row cannot be written, the old file is whole and no temporary file stays."""
    path = tmp_path / "sweep"
    path.write_text("old")
    with pytest.raises(TypeError):
        write(SweepTable([GOOD, GOOD._replace(reg=Unwritable())]), path)
    assert list(tmp_path.iterdir()) == [path] and path.read_text() == "old"


def test_plot_draws_on_the_axes_given():
    """plot is vis_utils.plot_sweep on this table, on the Axes given."""
    figure, ax = plt.subplots()
    assert SweepTable([GOOD, BETTER, DIVERGED]).plot(ax=ax) is ax
    assert ax.get_title() and ax.get_legend_handles_labels()[1] == ["diverged", "best: 62.5 %"]
    plt.close(figure)
