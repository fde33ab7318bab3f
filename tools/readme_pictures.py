"""Copy the README's pictures out of the executed notebooks: docs/templates.png and docs/sweep.png.

Run it after the notebooks are built:

    python tools/readme_pictures.py
"""

import base64
import re
from pathlib import Path

import nbformat

from cs231n_softmax._files import atomic_write

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {  # file: notebook, how the alt text of the figure begins
    "templates.png": ("08_templates", "Ten weight templates"),
    "sweep.png": ("07_hyperparameters", "Heatmap"),
}


def picture(notebook, alt):
    """Return the PNG bytes of the first figure in `notebook` whose alt text begins with `alt`."""
    cells = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", 4).cells
    shown = "\n".join(o.data.get("text/html", "") for c in cells for o in c.get("outputs", []) if "data" in o)
    return base64.b64decode(re.search(f'<img alt="{re.escape(alt)}[^>]*base64,([^"]+)"', shown)[1])


if __name__ == "__main__":
    for name, (notebook, alt) in PICTURES.items():
        with atomic_write(ROOT / "docs" / name, "wb") as f:
            f.write(picture(notebook, alt))
