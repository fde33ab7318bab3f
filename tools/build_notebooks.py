"""Build notebooks/*.ipynb from their sources, notebooks/source/*.py (jupytext percent scripts).

    python tools/build_notebooks.py                  execute and write all notebooks
    python tools/build_notebooks.py 04 05            those whose names begin with 04 or 05
    python tools/build_notebooks.py --text 04        run nothing: only texts, tags and points were changed
    python tools/build_notebooks.py --check          write nothing; fail if a notebook differs from its source

Edit the sources, never the notebooks. The id of a cell is made from its text, so that a change in one cell leaves the
other cells' ids as they are. Outputs are kept without timings and other traces of one run. A slider needs a running
kernel: where a cell makes one, the notebook has what it shows at the beginning. Cells with the tag "claim", which
only assert something for our tests, are folded.
"""

import argparse
import hashlib
import sys
import time
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
import pixels
from replies import LooksAgain

from cs231n_softmax._files import atomic_write
from cs231n_softmax.cifar10.find import find_cifar10

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
SLIDER = "Run this cell to move the slider yourself. This is what it shows at the beginning:"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def read_source(path):
    """Return the notebook (without outputs) that a source describes."""
    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen = Counter()
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        seen[digest] += 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        if "claim" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}
    return notebook


def execute(notebook, folder):
    """Run all cells in `folder`; an exception or anything on stderr is an error."""
    client = LooksAgain(
        notebook,
        timeout=None,  # a slow machine may take its time; a kernel that has died is noticed
        record_timing=False,
        coalesce_streams=True,  # or printed text would be split at other places in each run
        resources={"metadata": {"path": str(folder)}},
    )
    client.extra_arguments = ["--log-level=ERROR"]  # the kernel warns about its own, local connection
    client.execute()
    widgets = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [clean(output, cell) for output in without_widgets(cell.outputs, widgets)]
    nbformat.validate(notebook)


def without_widgets(outputs, widgets):
    """Return outputs in which a slider is replaced by a sentence and by what it has drawn or printed; without bars.

    A progress bar is a widget, too. It has no output of its own, and nothing of it is kept.
    """
    kept = []
    for output in outputs:
        if WIDGET not in output.get("data", {}):
            kept.append(output)
            continue
        children = widgets[output.data[WIDGET]["model_id"]]["state"]["children"]
        states = [widgets[child.removeprefix("IPY_MODEL_")]["state"] for child in children]
        shown = [nbformat.from_dict(drawn) for state in states for drawn in state.get("outputs", [])]
        if shown:
            sentence = {"text/html": f"<em>{SLIDER}</em>", "text/plain": SLIDER}
            kept += [nbformat.v4.new_output("display_data", sentence), *shown]
    return kept


def clean(output, cell):
    """Return an output that can be committed; RuntimeError if it can't be."""
    if output.get("name") == "stderr":
        raise RuntimeError(f"a cell wrote to stderr:\n{cell.source}\n---\n{output.text}")
    if "NOT CIFAR-10" in output.get("text", ""):
        raise RuntimeError("committed outputs come from CIFAR-10, and this is the built-in sample: `make data` first.")
    if "image/png" in output.get("data", {}):
        raise RuntimeError(f'no alternative text: end it with vis_utils.show("..."), not plt.show():\n{cell.source}')
    return output


def keep_outputs(notebook, committed):
    """Give the code cells the outputs of the committed notebook; SystemExit where its code is another.

    Tags and points may be others: they change no output.
    """
    new, old = ([cell for cell in cells if cell.cell_type == "code"] for cells in (notebook.cells, committed.cells))
    if [cell.source for cell in new] != [cell.source for cell in old]:
        sys.exit("the code was changed, too, so the notebook has to be run: build it without --text.")
    for cell, before in zip(new, old, strict=True):
        cell.outputs, cell.execution_count = before.outputs, before.execution_count


def without_outputs(notebook):
    """Return what the source says of a notebook: its metadata, and the kinds, ids, texts and metadata of its cells."""
    return notebook.metadata, [(cell.cell_type, cell.id, cell.source, cell.metadata) for cell in notebook.cells]


def stale(sources):
    """Return the names of notebooks that aren't as their sources say, and of those that have no source."""
    paths = [NOTEBOOKS / f"{source.stem}.ipynb" for source in sources]
    same = [
        path.exists() and without_outputs(read_source(source)) == without_outputs(nbformat.read(path, 4))
        for source, path in zip(sources, paths, strict=True)
    ]
    known = {f"{path.stem}.ipynb" for path in (NOTEBOOKS / "source").glob("*.py")}
    more = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb") if path.name not in known)
    return [path.name for path, is_same in zip(paths, same, strict=True) if not is_same] + more


def main():
    """Build the notebooks that the command line names, or with --check only compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=[""], help="beginnings of notebook names; none: all")
    parser.add_argument("--text", action="store_true", help="run nothing: only texts, tags and points were changed")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    args = parser.parse_args()

    sources = [path for path in sorted((NOTEBOOKS / "source").glob("*.py")) if path.name.startswith(tuple(args.names))]
    if not sources:
        sys.exit(f"no source in notebooks/source begins with {' or '.join(args.names)}.")
    if args.check:
        if names := stale(sources):
            sys.exit(
                f"{', '.join(names)}: not as in notebooks/source. After a change of the source, build anew with "
                'CIFAR-10 present: make build NOTEBOOKS="..." A change of the notebook itself belongs into its source.'
            )
        return
    for source in sources:
        target, notebook = NOTEBOOKS / f"{source.stem}.ipynb", read_source(source)
        start = time.perf_counter()
        if args.text:
            keep_outputs(notebook, nbformat.read(target, 4))
        else:
            execute(notebook, NOTEBOOKS)
            pixels.RECORDED.write_text(f"{pixels.digest(find_cifar10())}\n", encoding="utf-8")
        with atomic_write(target) as f:
            nbformat.write(notebook, f)
        print(f"{target.name}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
