"""What `make bench` wrote: the README's figures are those of docs/speed.md, so both come from one run."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def rows(text):
    """Return the cells of all table rows in a Markdown text, without the lines under headers."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [line for line in lines if set("".join(line)) - set("-| ")]


def test_the_readme_shows_the_last_run():
    """Each row between the README's two marks says what the row of that name in docs/speed.md says."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    speed = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    block = re.search("<!-- make bench: begin -->(.*)<!-- make bench: end -->", readme, re.DOTALL)[1]
    measured = {cells[0]: cells[1:] for cells in rows(speed)}
    shown = [cells for cells in rows(block) if cells[1] != "time"]
    assert len(shown) > 8
    for name, time, ratio in shown:
        if time.endswith("ms"):
            assert measured[name][0] == f"{time}, {ratio}", name
        else:
            seconds, times = measured[name]
            assert abs(float(seconds) - float(time.removesuffix(" s"))) < 0.56 and times == ratio, name
    assert "less than a sixth of the memory" in readme and float(measured["assignment, float64"][2]) > 6
    factor = re.search(r"the loops take (\d+) times", block)[1]
    assert measured["times"][-1] == factor
