"""Showing a figure together with a text that says what is in it."""

import base64
import io
from html import escape

import matplotlib
import matplotlib.pyplot as plt


def show(alt: str) -> None:
    """Show the current figure, as plt.show() does; in a notebook, the picture carries its alternative text `alt`.

    People who can't see the picture have `alt` read to them, so it says what the picture shows. Line breaks and
    indentation in `alt` count as one space. ValueError if `alt` is empty, or if no figure is open.
    """
    alt = " ".join(alt.split())
    if not alt:
        raise ValueError("alt: expected a text that says what the figure shows, got an empty one.")
    if not plt.get_fignums():
        raise ValueError("expected an open figure, and there is none: draw first, in the same cell.")
    if "inline" not in matplotlib.get_backend():  # a window, or a file: no place for the text
        plt.show()
        return
    from IPython.display import display

    figure, png = plt.gcf(), io.BytesIO()
    figure.savefig(png, format="png", dpi="figure", bbox_inches="tight")
    plt.close(figure)
    # Jupyter's own figures (image/png) have no alternative text in JupyterLab; an HTML image has one everywhere
    source = "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
    display({"text/html": f'<img alt="{escape(alt)}" src="{source}">', "text/plain": f"<figure: {alt}>"}, raw=True)
