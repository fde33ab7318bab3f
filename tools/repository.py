"""Where this project's repository is on GitHub: the one setting from which links to Colab, Binder and sources follow.

It stands in pyproject.toml:

    [project.urls]
    Repository = "https://github.com/OWNER/NAME"

Where it doesn't, GitHub's own workflows still know the address, and say it in the variable GITHUB_REPOSITORY. Where
nothing says it, there is no address, and these links are left out.
"""

import os
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BRANCH = "main"


def declared():
    """Return the table [project.urls] of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]


def repository():
    """Return OWNER/NAME, or None where no address is known; ValueError for an address that isn't GitHub's."""
    address = declared().get("Repository") or os.environ.get("GITHUB_REPOSITORY")
    if not address:
        return None
    name = address.removeprefix("https://github.com/").removesuffix("/").removesuffix(".git")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise ValueError(f"the repository's address: expected https://github.com/OWNER/NAME, got {address!r}.")
    return name


def source(name, path):
    """Return the address of a file on GitHub."""
    return f"https://github.com/{name}/blob/{BRANCH}/{path}"


def colab(name, path):
    """Return the address that opens a notebook of the repository in Colab."""
    return f"https://colab.research.google.com/github/{name}/blob/{BRANCH}/{path}"


def binder(name, path):
    """Return the address that starts the repository on Binder, and opens a file of it in JupyterLab."""
    return f"https://mybinder.org/v2/gh/{name}/{BRANCH}?urlpath=lab/tree/{path}"
