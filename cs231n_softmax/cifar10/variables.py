"""Environment variables that name what isn't there: old settings, which break a download or more."""

import os
from pathlib import Path
from urllib.parse import urlsplit

CERTIFICATES = {"SSL_CERT_FILE": Path.is_file, "SSL_CERT_DIR": Path.is_dir}  # Python reads these
FOR_OTHERS = {"REQUESTS_CA_BUNDLE": Path.exists, "CURL_CA_BUNDLE": Path.exists}  # pip and curl read these
PROXIES = [name for kind in ("http", "https", "all") for name in (f"{kind}_proxy", f"{kind}_proxy".upper())]


def wrong_for_network() -> list[str]:
    """Return a sentence for each variable that can make a download fail, and is wrong."""
    wrong = [_names_nothing(name, is_right) for name, is_right in CERTIFICATES.items()]
    keys = os.environ.get("SSLKEYLOGFILE")
    if keys and not os.access(os.path.dirname(keys) or ".", os.W_OK):
        wrong.append(f"SSLKEYLOGFILE is {keys}, which can't be written. Unset it.")
    wrong += [_proxy(name) for name in PROXIES]
    return [sentence for sentence in wrong if sentence]


def wrong_for_others() -> list[str]:
    """Return a sentence for each variable that is wrong, and that only other programs or libraries read."""
    wrong = [_names_nothing(name, is_right) for name, is_right in FOR_OTHERS.items()]
    wrong += [_names_nothing(name, Path.is_dir) for name in ("TMPDIR", "TEMP", "TMP")]
    return [sentence for sentence in wrong if sentence]


def _names_nothing(name, is_right):
    value = os.environ.get(name)
    if not value or is_right(Path(value)):
        return ""
    what = "which isn't there" if not os.path.lexists(value) else "which isn't what is needed"
    return f"{name} is {value}, {what}. Unset it, or set it to one that is there."


def _proxy(name):
    """Return what is wrong with a proxy's address, without the password that may be in it."""
    value = os.environ.get(name, "")
    try:
        parts = urlsplit(value if "//" in value else f"//{value}")
        right = not value or bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number, brackets that don't close
        right = False
    return "" if right else f"{name} is no address of a proxy: expected http://host:port. Set it anew, or unset it."
