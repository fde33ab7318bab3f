"""What is kept of earlier runs: for each kind one JSON file in the folder `recorded` beside the notebooks.

    recorded/ranges.json = {"04_gradient": {"the first line of a cell": what is recorded of it, ...}, ...}

The first line of a cell is its name, so that a diff can be read. "any" in place of what is recorded means that nothing
is said of this cell: a person writes it there, and recording leaves it.
"""

import json
from collections import Counter

FOLDER, ANY = "recorded", "any"


def cell_names(cells):
    """Return a name for each code cell, in their order: its first line, and a number where it isn't the first such."""
    seen, names = Counter(), []
    for cell in cells:
        if cell.cell_type == "code":
            first = next(iter(cell.source.splitlines()), "")
            seen[first] += 1
            names.append(first if seen[first] == 1 else f"{first} ({seen[first]})")
    return names


def load(folder, kind):
    """Return what the file of one kind holds; nothing where there is none."""
    path = folder / f"{kind}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def save(folder, kind, content):
    """Write the file of one kind, one line for each cell, in the order of the cells."""
    notebooks = [
        f"{json.dumps(name)}: {{\n"
        + ",\n".join(f" {json.dumps(cell, ensure_ascii=False)}: {json.dumps(kept)}" for cell, kept in cells.items())
        + "\n}"
        for name, cells in sorted(content.items())
        if cells
    ]
    folder.mkdir(exist_ok=True)
    (folder / f"{kind}.json").write_text("{\n" + ",\n".join(notebooks) + "\n}\n", encoding="utf-8")
