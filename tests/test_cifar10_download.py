"""cifar10/download.py and transfer.py, against a local server that drops, stalls, lies and sends wrong things."""

import hashlib
import io
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cs231n_softmax.cifar10 import transfer
from cs231n_softmax.cifar10.__main__ import main
from cs231n_softmax.cifar10.download import DownloadError, fetch_cifar10
from cs231n_softmax.cifar10.files import ARCHIVE, FILES, FOLDER, check_whole, read_batch
from cs231n_softmax.cifar10.manifest import MANIFEST

ROOT = Path(__file__).resolve().parents[1]
PART = ARCHIVE + ".part"
PATIENCE = 600  # seconds: only so that a run which hangs comes to an end
PAGE = b"<!DOCTYPE html><title>Please log in</title>"


# --- a small archive in the official format -------------------------------------------------------

def small_files(images=12):
    """The seven files as {name: bytes}; random pixels, which gzip cannot shrink."""
    rng = np.random.default_rng(0)
    files = {"batches.meta": pickle.dumps({"label_names": ["airplane"]})}
    for name in FILES[:6]:
        pixels = rng.integers(256, size=(images, 3072), dtype=np.uint8)
        files[name] = pickle.dumps({"data": pixels, "labels": rng.integers(10, size=images).tolist()})
    return files


def pack(files, extra=()):
    """A .tar.gz with `files` under the official folder, and the TarInfo, bytes pairs of `extra`."""
    members = [(tarfile.TarInfo(f"{FOLDER}/{name}"), content) for name, content in files.items()]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for info, content in [*members, *extra]:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


GOOD = small_files()
DATA = pack(GOOD)


# --- a server that misbehaves on request ----------------------------------------------------------

class Site:
    """Serves `data` at every path; `behave[path]` says how it misbehaves there. Records what was asked."""

    def __init__(self):
        self.data, self.behave, self.paths, self.asked, self.sent = DATA, {}, [], [], []
        self.go_on = threading.Event()  # what a stalled answer waits for
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.handle_error = lambda *args: None  # a client that hangs up is no error here
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def url(self, path="/good"):
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def close(self):
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def handler(site):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                how = site.behave.get(self.path, {})
                asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                start = int(asked[1]) if asked and not how.get("ignore_range") else 0
                site.paths.append(self.path)
                site.asked.append(int(asked[1]) if asked else None)
                if start >= len(site.data):
                    return self.send_error(416)
                if "status" in how:
                    return self.send_error(how["status"])
                self.send_response(206 if start else 200)
                body = how.get("body", site.data)[start:]
                body = body[:how.get("most", len(body))]
                if not how.get("no_length"):
                    self.send_header("Content-Length", str(len(body)))
                if start:
                    end, size = len(site.data) - 1, len(site.data)
                    self.send_header("Content-Range", f"bytes {start + how.get('shift', 0)}-{end}/{size}")
                self.end_headers()
                self.send_body(body, start, how)

            def send_body(self, body, start, how):
                stop = int(how.get("stop", 1) * len(site.data)) - start
                site.sent.append(self.wfile.write(body[:max(stop, 0)]))
                if how.get("stall"):
                    site.go_on.wait()
                    self.wfile.write(body[max(stop, 0):])

            def log_message(self, *args):
                pass

        return Handler


@pytest.fixture
def site(monkeypatch):
    """A server with the small archive, set as the only source and with its own hash."""
    server = Site()
    expect(monkeypatch, DATA)
    monkeypatch.setenv("CIFAR10_URL", server.url())
    yield server
    server.close()


def expect(monkeypatch, archive):
    monkeypatch.setenv("CIFAR10_SHA256", hashlib.sha256(archive).hexdigest())


def put(path, content):
    path.write_bytes(content)
    return path


def left_in(datasets):
    return sorted(p.name for p in datasets.iterdir() if p.name != f".{FOLDER}.lock")


def assert_right(datasets, but=()):
    """The folder holds the seven right files and nothing else lies about, save the names in `but`."""
    assert left_in(datasets) == sorted([FOLDER, *but])
    assert sorted(os.listdir(datasets / FOLDER)) == sorted([*FILES, MANIFEST])
    assert {name: (datasets / FOLDER / name).read_bytes() for name in FILES} == GOOD
    check_whole(datasets / FOLDER)


def start(datasets, *command):
    command = command or (sys.executable, "-m", "cs231n_softmax.cifar10")
    return subprocess.Popen([*command, datasets], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- the plain case -------------------------------------------------------------------------------

def test_fetch_downloads_once_and_then_asks_nothing(site, tmp_path):
    """The files come out as they went in; a second call makes no request."""
    assert fetch_cifar10(tmp_path / "new", progress=False) == tmp_path / "new" / FOLDER
    assert_right(tmp_path / "new")
    pixels, labels = read_batch(tmp_path / "new" / FOLDER / "test_batch")
    assert pixels.shape == (12, 3072) and labels.shape == (12,)
    fetch_cifar10(tmp_path / "new", progress=False)
    assert site.asked == [None]


def test_main_says_where_and_announces_the_other_hash(site, tmp_path, capsys):
    """The command prints the folder and returns 0; an overridden hash is announced in one line."""
    assert main([str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out == f"CIFAR-10 is in {tmp_path / FOLDER}\n"
    assert sum(os.environ["CIFAR10_SHA256"] in line and "NOTICE" in line for line in err.splitlines()) == 1


def test_incomplete_folder_is_completed(site, tmp_path):
    """Missing and damaged files are replaced; what else is in the folder stays."""
    (tmp_path / FOLDER).mkdir()
    put(tmp_path / FOLDER / "data_batch_1", b"damaged")
    put(tmp_path / FOLDER / "notes.txt", b"mine")
    fetch_cifar10(tmp_path, progress=False)
    files = {p.name: p.read_bytes() for p in (tmp_path / FOLDER).iterdir() if p.name != MANIFEST}
    assert files == GOOD | {"notes.txt": b"mine"}
    check_whole(tmp_path / FOLDER)


def test_complete_folder_is_returned_without_touching_the_disk(site, tmp_path):
    """Not even a lock is taken: it works where nothing can be written."""
    (tmp_path / FOLDER).mkdir()
    for name, content in GOOD.items():
        put(tmp_path / FOLDER / name, content)
    assert fetch_cifar10(tmp_path, progress=False) == tmp_path / FOLDER
    assert os.listdir(tmp_path) == [FOLDER] and site.asked == []


def test_hash_that_is_none_is_refused_before_downloading(site, tmp_path, monkeypatch):
    """A CIFAR10_SHA256 that cannot be a hash is an error at once."""
    monkeypatch.setenv("CIFAR10_SHA256", "c58f30108f718f92721af3b95e74349a")  # an MD5
    with pytest.raises(DownloadError, match="64 hexadecimal digits"):
        fetch_cifar10(tmp_path, progress=False)
    assert site.asked == []


# --- dropped connections --------------------------------------------------------------------------

@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.99])
def test_dropped_connection_is_resumed(site, tmp_path, capsys, fraction):
    """First run: exit code 1 and only the part; second run: asks for the rest, gets no byte twice."""
    site.behave["/good"] = {"stop": fraction}
    got = int(fraction * len(DATA))
    assert main([str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert site.url() in message and "run this again" in message and f"{got:,} bytes in {PART}" in message
    assert "CIFAR10_URL" in message and str(tmp_path / ARCHIVE) in message
    assert left_in(tmp_path) == [PART]

    site.behave.clear()
    assert main([str(tmp_path)]) == 0
    assert_right(tmp_path)
    wait_for(lambda: len(site.sent) == 2)  # the server writes down what it sent after the client has it
    assert site.asked == [None, got] and sum(site.sent) == len(DATA)
    assert f"127.0.0.1: {fraction:4.0%}" in capsys.readouterr().err  # where the bar begins


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.99])
def test_server_without_ranges_starts_over(site, tmp_path, fraction):
    """A server that answers 200 to a range request sends all of it, and the part is not put before it."""
    site.behave["/good"] = {"stop": fraction, "ignore_range": True}
    with pytest.raises(DownloadError):
        fetch_cifar10(tmp_path, progress=False)
    site.behave["/good"] = {"ignore_range": True}
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    wait_for(lambda: len(site.sent) == 2)
    assert len(DATA) in site.sent


def test_part_longer_than_the_file_starts_over(site, tmp_path):
    """A part that the server answers with 416 is thrown away."""
    put(tmp_path / PART, DATA + b"more")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.asked == [len(DATA) + 4, None]


def test_wrong_range_starts_over(site, tmp_path):
    """An answer from another offset than asked for is not appended."""
    site.behave["/good"] = {"shift": 7}
    put(tmp_path / PART, DATA[:1000])
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.asked == [1000, None]


def test_range_cut_short_by_the_server_is_not_the_end(site, tmp_path):
    """A server that sends a smaller range than asked for: error, and the next run goes on."""
    put(tmp_path / PART, DATA[:1000])
    site.behave["/good"] = {"most": 500}
    with pytest.raises(DownloadError, match=f"expected {len(DATA):,} bytes, got 1,500"):
        fetch_cifar10(tmp_path, progress=False)
    site.behave.clear()
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.asked == [1000, 1500]


def test_unannounced_length_is_no_obstacle(site, tmp_path):
    """Without Content-Length the hash alone decides."""
    site.behave["/good"] = {"no_length": True}
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)


def test_next_mirror_goes_on_where_the_first_stopped(site, tmp_path, monkeypatch):
    """The part is shared: a mirror that drops hands over to the next."""
    site.behave["/drops"] = {"stop": 0.5}
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/drops')}  {site.url()}")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.asked == [None, len(DATA) // 2]


def test_silent_server_is_given_up(site, tmp_path, monkeypatch):
    """A server that stops sending and keeps the connection open is left after one window of silence."""
    monkeypatch.setattr(transfer, "WINDOW", 5)
    site.behave["/good"] = {"stop": 0.5, "stall": True}
    with pytest.raises(DownloadError, match="timed out"):
        fetch_cifar10(tmp_path, progress=False)
    assert (tmp_path / PART).read_bytes() == DATA[:len(DATA) // 2] and site.asked == [None]


@pytest.fixture
def clock(site, monkeypatch):
    """A clock that moves only when bytes arrive, at most 2,000 at a time, by what the server's "seconds" say."""
    clock = SimpleNamespace(now=0.0)

    def monotonic():
        clock.now += site.behave.get(site.paths[-1], {}).get("seconds", 0)
        return clock.now

    monkeypatch.setattr(transfer, "time", SimpleNamespace(monotonic=monotonic))
    monkeypatch.setattr(transfer, "CHUNK", 2000)


def test_trickling_server_is_given_up(site, tmp_path, clock):
    """A server that sends a little now and then, and so never times out, is given up for its rate in one window."""
    site.behave["/good"] = {"seconds": transfer.WINDOW / 4}
    with pytest.raises(DownloadError, match="expected 1,000 bytes per second, got"):
        fetch_cifar10(tmp_path, progress=False)
    assert left_in(tmp_path) == [PART] and 2000 < (tmp_path / PART).stat().st_size <= 4 * 2000


def test_slow_mirror_gives_way_to_a_fast_one(site, tmp_path, monkeypatch, clock):
    """Slow but alive is not good enough while another mirror has not been tried."""
    site.behave["/slow"] = {"seconds": 1}
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/slow')} {site.url()}")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.paths == ["/slow", "/good"] and 2000 < site.asked[1] <= transfer.WINDOW * 2000


def test_fastest_of_the_slow_mirrors_is_returned_to(site, tmp_path, monkeypatch, clock):
    """Where all are slow, the fastest of them brings the rest."""
    site.behave = {"/slow": {"seconds": 1}, "/less": {"seconds": 0.5}}
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/less')} {site.url('/slow')}")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.paths == ["/less", "/slow", "/less"]


# --- wrong bytes ----------------------------------------------------------------------------------

def test_wrong_hash_leaves_nothing(site, tmp_path, monkeypatch):
    """A whole file with other content: both hashes in the message; no archive, no part, no folder."""
    expect(monkeypatch, b"something else")
    with pytest.raises(DownloadError) as error:
        fetch_cifar10(tmp_path, progress=False)
    assert hashlib.sha256(DATA).hexdigest() in str(error.value)
    assert os.environ["CIFAR10_SHA256"] in str(error.value)
    assert left_in(tmp_path) == []


def test_wrong_part_is_not_held_against_the_mirror(site, tmp_path):
    """A part with wrong bytes costs one more request, not the mirror."""
    put(tmp_path / PART, b"\x1f" + bytes(999))
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.asked == [1000, None]


@pytest.mark.parametrize("have", [0, 1000])
def test_web_page_is_named(site, tmp_path, have):
    """A page with status 200 is called one, and does not overwrite the part of an earlier run."""
    site.behave["/good"] = {"body": PAGE, "ignore_range": True}
    if have:
        put(tmp_path / PART, DATA[:have])
    with pytest.raises(DownloadError, match="expected a gzip archive, got a web page"):
        fetch_cifar10(tmp_path, progress=False)
    assert left_in(tmp_path) == ([PART] if have else [])
    assert not have or (tmp_path / PART).read_bytes() == DATA[:have]


def test_missing_on_one_mirror_found_on_the_next(site, tmp_path, monkeypatch):
    """404 on the first mirror, the file from the second."""
    site.behave["/gone"] = {"status": 404}
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/gone')}\n{site.url()}")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert len(site.asked) == 2


def test_message_names_every_mirror_and_its_fault(site, tmp_path, monkeypatch):
    """When all fail, the message has a line for each: what was expected and what came."""
    site.behave = {"/gone": {"status": 404}, "/page": {"body": PAGE}}
    nobody = "http://127.0.0.1:9/nobody"
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/gone')} {site.url('/page')} {nobody} no-address")
    with pytest.raises(DownloadError) as error:
        fetch_cifar10(tmp_path, progress=False)
    lines = str(error.value).splitlines()
    assert f"{site.url('/gone')}: expected HTTP status 200, got 404" in lines[1]
    assert f"{site.url('/page')}: expected a gzip archive, got a web page" in lines[2]
    assert f"{nobody}: expected data, got no answer" in lines[3] and "no-address: expected data" in lines[4]
    assert "What to do" in lines[5]
    assert left_in(tmp_path) == []


# --- archives that are not what they should be ----------------------------------------------------

def serve(site, monkeypatch, archive):
    site.data = archive
    expect(monkeypatch, archive)


@pytest.mark.parametrize("archive", [pack(GOOD | {"data_batch_4": b"no pickle"}), DATA[:-1]])
def test_archive_that_is_not_what_it_should_be(site, tmp_path, monkeypatch, archive):
    """Also where its hash was vouched for, every file is read before the folder gets its name; nothing is left."""
    serve(site, monkeypatch, archive)
    with pytest.raises(DownloadError, match="cannot be used: .*\nWhat to do"):
        fetch_cifar10(tmp_path, progress=False)
    assert left_in(tmp_path) == []


# --- an archive that you put there ----------------------------------------------------------------

def test_archive_put_by_hand_needs_no_network(site, tmp_path):
    """It is used, no request is made, and it stays."""
    put(tmp_path / ARCHIVE, DATA)
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path, but=[ARCHIVE])
    assert site.asked == []


def test_wrong_archive_put_by_hand_is_left_alone(site, tmp_path):
    """It is reported with both hashes, not destroyed, and not silently replaced."""
    put(tmp_path / ARCHIVE, DATA[:-1])
    with pytest.raises(DownloadError, match="was left as it is") as error:
        fetch_cifar10(tmp_path, progress=False)
    assert hashlib.sha256(DATA[:-1]).hexdigest() in str(error.value)
    assert left_in(tmp_path) == [ARCHIVE] and (tmp_path / ARCHIVE).read_bytes() == DATA[:-1]
    assert site.asked == []


def test_unusable_archive_put_by_hand_is_left_alone(site, tmp_path, monkeypatch):
    """Also where the hash was vouched for and the content is no CIFAR-10."""
    bad = pack({})
    expect(monkeypatch, bad)
    put(tmp_path / ARCHIVE, bad)
    with pytest.raises(DownloadError, match="cannot be used"):
        fetch_cifar10(tmp_path, progress=False)
    assert left_in(tmp_path) == [ARCHIVE]


def test_folder_that_cannot_be_made_is_a_download_error(site, tmp_path, capsys):
    """A file where the folder should be: message and exit code 1, no traceback."""
    put(tmp_path / "file", b"")
    assert main([str(tmp_path / "file")]) == 1
    assert "could not be written" in capsys.readouterr().err


# --- several processes, killed processes, the shell -----------------------------------------------

def test_two_processes_download_once(site, tmp_path):
    """The second waits for the first and then finds the folder."""
    site.behave["/good"] = {"stop": 0.5, "stall": True}
    first = start(tmp_path)
    wait_for(lambda: site.sent)
    second = start(tmp_path)
    assert "waiting for it" in second.stderr.readline()
    site.go_on.set()
    for process in (first, second):
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (0, f"CIFAR-10 is in {tmp_path / FOLDER}\n"), err
    assert site.asked == [None]
    assert_right(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("end", ["SIGINT", "SIGKILL"])
def test_interrupted_process_is_continued(site, tmp_path, end):
    """Ctrl-C: exit code 130 and a line, no traceback. After any kill, the next run resumes and cleans up."""
    site.behave["/good"] = {"stop": 0.5, "stall": True}
    process = start(tmp_path)
    wait_for(lambda: (tmp_path / PART).exists() and (tmp_path / PART).stat().st_size == len(DATA) // 2)
    process.send_signal(getattr(signal, end))
    _, err = process.communicate(timeout=PATIENCE)
    if end == "SIGINT":
        assert process.returncode == 130 and "kept" in err and "Traceback" not in err
        assert left_in(tmp_path) == [PART]
    else:
        assert len(left_in(tmp_path)) == 2  # the part and a temporary folder
    site.behave.clear()
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.asked == [None, len(DATA) // 2]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_shell_script_from_another_directory(site, tmp_path, monkeypatch):
    """get_cifar10.sh takes DIR as seen from where you are, and defaults to the checkout's datasets/."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "1000")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    process = start("here", ROOT / "get_cifar10.sh")
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, f"CIFAR-10 is in {tmp_path / 'here' / FOLDER}\n"), err
    assert_right(tmp_path / "here")
    assert f"({ROOT / 'datasets'})" in start("--help", ROOT / "get_cifar10.sh").communicate(timeout=PATIENCE)[0]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
@pytest.mark.parametrize("python", ["checkout/.venv/bin/python", "bin/python3"])
def test_shell_script_finds_its_checkout_through_links(tmp_path, monkeypatch, python):
    """Relative and absolute links lead to the checkout; its .venv comes first, python3 second."""
    for folder in ["bin", "checkout/.venv/bin"]:
        (tmp_path / folder).mkdir(parents=True)
    script = Path(shutil.copy(ROOT / "get_cifar10.sh", tmp_path / "checkout"))
    put(tmp_path / python, b'#!/bin/sh\necho "$0|$PYTHONPATH|$#|$*"\n').chmod(0o755)
    (tmp_path / "bin/one").symlink_to("../checkout/get_cifar10.sh")
    (tmp_path / "bin/two").symlink_to(tmp_path / "bin/one")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    answer = f"{tmp_path / python}|{script.parent}|3|-m cs231n_softmax.cifar10 a b\n"
    for command in [script, "bin/one", "two"]:
        run = subprocess.run([command, "a b"], cwd=tmp_path, capture_output=True, text=True)
        assert run.stdout == answer, run.stderr


@pytest.mark.parametrize(("content_range", "starts_over"), [
    ({}, True), ({"Content-Range": "bytes */80"}, True), ({"Content-Range": "bytes */100"}, True),
    ({"Content-Range": "bytes */101"}, False),
])
def test_416_throws_away_only_what_is_too_long(content_range, starts_over):
    """A part of 100 bytes is given up when the file is no longer than that; a mirror that refuses more is at fault."""
    response = SimpleNamespace(status_code=416, reason="Range Not Satisfiable", headers=content_range)
    if starts_over:
        assert transfer._where_it_starts(response, 100) == (None, None)
    else:
        with pytest.raises(transfer.MirrorFailed, match="got 416"):
            transfer._where_it_starts(response, 100)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_shell_script_says_which_packages_are_missing(tmp_path):
    """Before anything is installed the script says what to do, without a traceback."""
    script = Path(shutil.copy(ROOT / "get_cifar10.sh", tmp_path))
    (tmp_path / ".venv/bin").mkdir(parents=True)
    put(tmp_path / ".venv/bin/python", b"#!/bin/sh\necho Traceback >&2\nexit 1\n").chmod(0o755)
    run = subprocess.run([script], capture_output=True, text=True)
    assert run.returncode == 1 and "make data" in run.stderr and "Traceback" not in run.stderr
