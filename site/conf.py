"""Sphinx's settings for the site. `make site` lays the pages beside a copy of this folder, and builds them there."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # docstrings.py and captions.py

project = "cs231n_softmax"
author = "the authors of cs231n_softmax"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx-mathjax-offline", "docstrings", "captions"]

html_theme = "furo"  # search, dark mode, and pages that fit a narrow screen
html_title = "The softmax classifier"
html_favicon = "_static/icon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("scores.js", {"defer": "defer"}), ("scroll.js", {"defer": "defer"})]
html_extra_path = ["files"]  # what is downloaded
html_use_index = False
html_domain_indices = False
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False

nb_execution_mode = "off"  # the pages show the outputs that are committed
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
add_module_names = False
