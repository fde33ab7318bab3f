"""cifar10/download.py, transfer.py and connection.py as a user sees them. Hostile servers are in faults/."""

import _thread
import base64
import errno
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from faults.downloads import HOLD, PAGE, Server, good, moved, pack, says, small_files
from faults.downloads import head as head_of

from cs231n_softmax.__main__ import main as commands
from cs231n_softmax.cifar10 import connection, download, mirrors, official, transfer
from cs231n_softmax.cifar10.connection import Request
from cs231n_softmax.cifar10.download import DownloadError, fetch_cifar10
from cs231n_softmax.cifar10.files import ARCHIVE, DATASETS, FILES, FOLDER, check_whole, read_batch
from cs231n_softmax.cifar10.manifest import MANIFEST, write_manifest

ROOT = Path(__file__).resolve().parents[1]
PART = ARCHIVE + ".part"
PATIENCE = 600  # seconds: only so that a run which hangs comes to an end

GOOD = small_files(images=12)
DATA = pack(GOOD)


@pytest.fixture
def site(monkeypatch):
    """A server with the small archive, set as the only source and with its own hash."""
    server = Server()
    server.scripts["/good"] = honest
    expect(monkeypatch, DATA)
    monkeypatch.setenv("CIFAR10_URL", server.url())
    monkeypatch.setenv("no_proxy", "*")
    for limit in ("ANSWER", "WINDOW"):
        monkeypatch.setattr(transfer, limit, PATIENCE)  # a busy machine is no slow server
    yield server
    server.close()


def honest(start):
    return good(start, DATA)


def offsets(site):
    return [start for _, start, _ in site.asked]


def paths(site):
    return [path for path, _, _ in site.asked]


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
    command = command or (sys.executable, "-m", "cs231n_softmax", "data")
    return subprocess.Popen([*command, datasets], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def main(argv):
    return commands(["data", *argv])


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- the plain case -------------------------------------------------------------------------------

def test_fetch_downloads_once_and_then_asks_nothing(site, tmp_path, monkeypatch):
    """The files come out as they went in; a second call makes no request. ~ is the home."""
    for name in ("HOME", "USERPROFILE"):  # of POSIX, of Windows
        monkeypatch.setenv(name, str(tmp_path))
    assert fetch_cifar10("~/new", progress=False) == tmp_path / "new" / FOLDER
    assert_right(tmp_path / "new")
    pixels, labels = read_batch(tmp_path / "new" / FOLDER / "test_batch")
    assert pixels.shape == (12, 3072) and labels.shape == (12,)
    fetch_cifar10(tmp_path / "new", progress=False)
    assert offsets(site) == [None]


def test_without_a_source_of_your_own_the_mirrors_are_asked(site, tmp_path, monkeypatch):
    monkeypatch.delenv("CIFAR10_URL")
    monkeypatch.setattr(mirrors, "MIRRORS", (site.url(),))
    fetch_cifar10(tmp_path, progress=False)
    assert offsets(site) == [None]


def test_main_says_where_and_announces_the_other_hash(site, tmp_path, capsys):
    """The command prints the folder and returns 0; an overridden hash is announced in one line."""
    assert main([str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out == f"CIFAR-10 is in {tmp_path / FOLDER}\n"
    assert sum(os.environ["CIFAR10_SHA256"] in line and "NOTICE" in line for line in err.splitlines()) == 1


def test_main_explains_itself(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")  # so that no path is broken into lines
    with pytest.raises(SystemExit, match="^0$"):
        main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith("usage: python -m cs231n_softmax data [-h] [FOLDER] Fetch CIFAR-10 (170 MB)")
    assert f" FOLDER where to ({DATASETS}) " in text


def test_folder_that_is_not_whole_is_replaced(site, tmp_path):
    """Missing and damaged files are replaced; what else is in the folder stays."""
    fetch_cifar10(tmp_path, progress=False)
    pixels = bytearray(GOOD["data_batch_1"])
    pixels[20_000] ^= 1
    put(tmp_path / FOLDER / "data_batch_1", pixels)
    put(tmp_path / FOLDER / "notes.txt", b"mine")
    fetch_cifar10(tmp_path, progress=False)
    (tmp_path / FOLDER / "notes.txt").unlink()
    (tmp_path / FOLDER / "data_batch_2").unlink()
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert offsets(site) == [None] * 3


@pytest.mark.parametrize("listed", ["", "data_batch_1", "another hash"])
def test_a_wrong_list_beside_right_files_is_written_anew(site, tmp_path, monkeypatch, capsys, listed):
    """The seven files are CIFAR-10's own: nothing is fetched, the list is right again, and other files stay."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    for name, content in (GOOD | {"notes.txt": b"mine"}).items():
        put(folder / name, content)
    write_manifest(folder, FILES)
    right = (folder / MANIFEST).read_text()
    wrong = {"data_batch_1": right.splitlines()[0]}.get(listed, f"{'0' * 64}  test_batch\n" * bool(listed))
    (folder / MANIFEST).write_text(wrong)
    monkeypatch.setattr(official, "MD5", {name: hashlib.md5(content).hexdigest() for name, content in GOOD.items()})
    assert fetch_cifar10(tmp_path) == folder
    assert capsys.readouterr().err == (f"NOTICE: {MANIFEST} in {folder} is wrong, and the files are CIFAR-10's own: "
                                       "it is written anew.\n")
    assert (folder / MANIFEST).read_text() == right and (folder / "notes.txt").read_bytes() == b"mine"
    check_whole(folder)
    assert site.asked == [] and left_in(tmp_path) == [FOLDER]


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_files_that_are_not_official_are_fetched_again(site, tmp_path, monkeypatch, damage):
    """One is missing, or differs in a bit that only a hash shows: the list isn't to blame."""
    monkeypatch.setattr(official, "MD5", {name: hashlib.md5(content).hexdigest() for name, content in GOOD.items()})
    fetch_cifar10(tmp_path, progress=False)
    pixels = bytearray(GOOD["test_batch"])
    pixels[20_000] ^= 1
    put(tmp_path / FOLDER / "test_batch", pixels)
    if damage == "missing":
        (tmp_path / FOLDER / "test_batch").unlink()
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert len(site.asked) == 2


def test_the_hashes_are_those_of_the_seven_files():
    assert sorted(official.MD5) == sorted(FILES) and {len(md5) for md5 in official.MD5.values()} == {32}


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

@pytest.mark.parametrize("fraction", [0.1, 0.99])
def test_dropped_connection_is_resumed(site, tmp_path, capsys, fraction):
    """First run: exit code 1 and only the part; second run: asks for the rest, gets no byte twice."""
    got = int(fraction * len(DATA))
    site.scripts["/good"] = says(head_of(content_length=len(DATA)) + DATA[:got])
    assert main([str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert site.url() in message and "run this again" in message and f"{got:,} bytes in {PART}" in message
    assert "CIFAR10_URL" in message and str(tmp_path / ARCHIVE) in message
    assert left_in(tmp_path) == [PART]

    site.scripts["/good"] = honest
    assert main([str(tmp_path)]) == 0
    assert_right(tmp_path)
    assert offsets(site) == [None, got]
    assert f"127.0.0.1: {fraction:4.0%}" in capsys.readouterr().err  # where the bar begins


def test_next_mirror_goes_on_where_the_first_stopped(site, tmp_path, monkeypatch):
    """The part is shared: a mirror that drops hands over to the next."""
    site.scripts["/drops"] = says(head_of(content_length=len(DATA)) + DATA[:1000])
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/drops')}  {site.url()}")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert offsets(site) == [None, 1000]


@pytest.mark.parametrize(("have", "got", "kept"), [(1000, 500, 1000), (500, 1000, 1000)])
def test_mirror_that_starts_over_and_drops_takes_nothing_away(site, tmp_path, have, got, kept):
    """A mirror without ranges sends from the first byte: the longer of the two parts is kept."""
    put(tmp_path / PART, DATA[:have])
    site.scripts["/good"] = says(head_of(content_length=len(DATA)) + DATA[:got])
    with pytest.raises(DownloadError, match=f"expected {len(DATA):,} bytes, got {got:,}"):
        fetch_cifar10(tmp_path, progress=False)
    assert left_in(tmp_path) == [PART] and (tmp_path / PART).read_bytes() == DATA[:kept]
    assert offsets(site) == [have, None]


@pytest.fixture
def clock(site, monkeypatch):
    """A clock that moves only when bytes arrive, at most 2,000 at a time, by the seconds in clock.pace[path]."""
    clock, take = SimpleNamespace(now=0.0, pace={}), Request.take

    def slow_take(request, seconds):
        item = take(request, seconds)
        if isinstance(item, bytes):
            clock.now += clock.pace.get(paths(site)[-1], 0)
        return item

    monkeypatch.setattr(Request, "take", slow_take)
    monkeypatch.setattr(transfer, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(transfer, "WINDOW", 20)
    monkeypatch.setattr(connection, "CHUNK", 2000)
    site.scripts |= {"/slow": honest, "/less": honest}
    return clock


def test_answer_that_never_begins_is_given_up(site, tmp_path, monkeypatch):
    """A server that is silent, also while TLS is agreed on, is left after some seconds: the next source is tried."""
    monkeypatch.setattr(transfer, "ANSWER", 0.2)
    site.scripts["/good"] = says(HOLD)
    monkeypatch.setenv("CIFAR10_URL", f"{site.url()} {site.url().replace('http', 'https')}")
    with pytest.raises(DownloadError) as error:
        fetch_cifar10(tmp_path, progress=False)
    assert str(error.value).count("good: expected an answer within 0.2 seconds, got none") == 2
    assert left_in(tmp_path) == []


def test_trickling_server_is_given_up(site, tmp_path, clock):
    """A server that sends a little now and then, and so never times out, is given up for its rate in one window."""
    clock.pace["/good"] = transfer.WINDOW / 4
    with pytest.raises(DownloadError, match="expected 1,000 bytes per second, got"):
        fetch_cifar10(tmp_path, progress=False)
    assert left_in(tmp_path) == [PART] and 2000 < (tmp_path / PART).stat().st_size <= 4 * 2000


def test_slow_mirror_gives_way_to_a_fast_one(site, tmp_path, monkeypatch, clock):
    """Slow but alive is not good enough while another mirror has not been tried."""
    clock.pace["/slow"] = 1
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/slow')} {site.url()}")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert paths(site) == ["/slow", "/good"] and 2000 < offsets(site)[1] <= transfer.WINDOW * 2000


def test_fastest_of_the_slow_mirrors_is_returned_to(site, tmp_path, monkeypatch, clock):
    """Where all are slow, the fastest of them brings the rest."""
    clock.pace |= {"/slow": 1, "/less": 0.5}
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/less')} {site.url('/slow')}")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert paths(site) == ["/less", "/slow", "/less"]


# --- wrong bytes ----------------------------------------------------------------------------------

def test_wrong_hash_leaves_nothing(site, tmp_path, monkeypatch):
    """A whole file with other content: both hashes in the message; no archive, no part, no folder."""
    expect(monkeypatch, b"something else")
    with pytest.raises(DownloadError) as error:
        fetch_cifar10(tmp_path, progress=False)
    assert hashlib.sha256(DATA).hexdigest() in str(error.value)
    assert os.environ["CIFAR10_SHA256"] in str(error.value)
    assert left_in(tmp_path) == [] and offsets(site) == [None]


def test_wrong_part_is_not_held_against_the_mirror(site, tmp_path):
    """A part with wrong bytes costs one more request, not the mirror."""
    put(tmp_path / PART, b"\x1f" + bytes(999))
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert offsets(site) == [1000, None]


def test_part_that_is_too_long(site, tmp_path):
    """The server has nothing behind it, which is HTTP status 416: everything is fetched once more."""
    put(tmp_path / PART, DATA + b"more")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert offsets(site) == [len(DATA) + 4, None]


def test_wrong_mirror_is_not_held_against_the_part(site, tmp_path, monkeypatch):
    """A mirror with another file costs one more request, not the part: the next mirror goes on with it."""
    put(tmp_path / PART, DATA[:1000])
    site.scripts["/other"] = lambda start: good(start, b"\x1f" + bytes(9999))
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/other')} {site.url()}")
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert [asked[:2] for asked in site.asked] == [("/other", 1000), ("/other", None), ("/good", 1000)]


def test_wrong_part_gives_way_even_to_a_mirror_that_drops(site, tmp_path):
    """Else each run would begin with the same wrong part, and a mirror that drops would never be at its end."""
    put(tmp_path / PART, b"\x1f" + bytes(9999))
    site.scripts["/good"] = lambda start: honest(start) if start else [head_of(content_length=len(DATA)) + DATA[:5000]]
    with pytest.raises(DownloadError, match="got 5,000"):
        fetch_cifar10(tmp_path, progress=False)
    assert (tmp_path / PART).read_bytes() == DATA[:5000]


def test_message_names_every_mirror_and_its_fault(site, tmp_path, monkeypatch):
    """When all fail, the message has a line for each: what was expected and what came, and no escape code of theirs."""
    site.scripts |= {"/gone": says(head_of("404 No\x1b[2J")), "/page": says(head_of() + PAGE)}
    nobody = "http://127.0.0.1:1/nobody"
    monkeypatch.setenv("CIFAR10_URL", f"{site.url('/gone')} {site.url('/page')} {nobody} no-address")
    with pytest.raises(DownloadError) as error:
        fetch_cifar10(tmp_path, progress=False)
    lines = str(error.value).splitlines()
    assert f"{site.url('/gone')}: expected HTTP status 200, got 404 No?[2J" in lines[1]
    assert f"{site.url('/page')}: expected a gzip archive, got a web page" in lines[2]
    assert f"{nobody}: expected data, got no answer or too little: [" in lines[3]
    assert "no-address: expected data" in lines[4]
    assert lines[5].startswith("What to do: ") and lines[6].startswith("Or set CIFAR10_URL to ")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("length", [len(DATA) - 1, len(DATA) + 1])
def test_known_size_is_looked_at_before_anything_is_taken(site, tmp_path, monkeypatch, length):
    """A mirror that announces another size than the official file's is left at once, and the part stays."""
    monkeypatch.setattr(download, "SHA256", os.environ["CIFAR10_SHA256"])
    monkeypatch.setattr(download, "SIZE", len(DATA))
    site.scripts["/good"] = lambda start: good(start, (DATA + b"more")[:length])
    put(tmp_path / PART, DATA[:1000])
    with pytest.raises(DownloadError, match=f"expected a file of {len(DATA):,} bytes, got one of {length:,}"):
        fetch_cifar10(tmp_path, progress=False)
    assert (tmp_path / PART).read_bytes() == DATA[:1000] and offsets(site) == [1000]


def test_known_size_tells_an_early_end_from_a_wrong_file(site, tmp_path, monkeypatch):
    """A server that drops and had announced no length: what came is kept, since it is too short to be the file."""
    monkeypatch.setattr(download, "SHA256", os.environ["CIFAR10_SHA256"])
    monkeypatch.setattr(download, "SIZE", len(DATA))
    site.scripts["/good"] = says(head_of() + DATA[:1000])
    with pytest.raises(DownloadError, match=f"expected {len(DATA):,} bytes, got 1,000"):
        fetch_cifar10(tmp_path, progress=False)
    assert (tmp_path / PART).read_bytes() == DATA[:1000]


def test_every_kind_of_redirect_is_followed(site, tmp_path, monkeypatch):
    chain = ["/301", "/302", "/303", "/307", "/308", "/good"]
    site.scripts |= {here: moved(there, f"{here[1:]} Moved") for here, there in zip(chain, chain[1:], strict=False)}
    monkeypatch.setenv("CIFAR10_URL", site.url(chain[0]))
    fetch_cifar10(tmp_path, progress=False)
    assert paths(site) == chain


def test_what_a_server_says_is_cut():
    assert connection.plain(199 * "a" + "\n") == 199 * "a" + "?" and connection.plain(201 * "a") == 197 * "a" + "..."


def test_redirects_come_to_an_end(site, tmp_path):
    """A server that redirects for ever is asked eleven times."""
    site.scripts["/good"] = moved("/good")
    with pytest.raises(DownloadError, match="more than 10 redirects"):
        fetch_cifar10(tmp_path, progress=False)
    assert len(site.asked) == 11


def test_password_is_sent_to_its_server_only_and_not_shown(site, tmp_path, monkeypatch, capsys):
    """A user and password in an address work as in a browser; another server, after a redirect, doesn't get them."""
    other = Server()
    other.scripts["/good"] = honest
    site.scripts["/private"] = moved(other.url())
    monkeypatch.setenv("CIFAR10_URL", site.url("/private").replace("//", "//me:s%40cret@"))
    fetch_cifar10(tmp_path)
    other.close()
    assert f"Authorization: Basic {base64.b64encode(b'me:s@cret').decode()}\r\n" in site.asked[0][2]
    assert "Authorization" not in other.asked[0][2] and "cret" not in capsys.readouterr().err


def test_proxy_is_used(site, tmp_path, monkeypatch):
    """Where the environment names a proxy, as in many companies, the proxy is asked."""
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("http_proxy", site.url(""))
    monkeypatch.setenv("CIFAR10_URL", "http://somewhere.invalid/file")
    site.scripts["http://somewhere.invalid/file"] = honest
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)


# --- the disk -------------------------------------------------------------------------------------

@pytest.mark.parametrize(("number", "reason"), [
    (errno.ENOSPC, "the disk is full. Delete .* again. CIFAR-10 needs 360,000,000 bytes there."),
    (errno.EDQUOT, "your share of the disk is full. Delete .* again. CIFAR-10 needs 360,000,000 bytes there."),
    (errno.EROFS, "this disk is read-only. Use a folder on another disk."),
    (errno.EACCES, "there is no permission.*owner."), (errno.EPROTO, "Protocol error. Try another folder.")])
def test_disk_that_takes_nothing_is_not_the_mirrors_fault(site, tmp_path, monkeypatch, number, reason):
    """The file, once, what happened and advice that fits; the next mirror isn't tried, and the part stays."""
    def full(path, mode):
        raise OSError(number, os.strerror(number), str(path))

    put(tmp_path / PART, DATA[:1000])
    monkeypatch.setenv("CIFAR10_URL", f"{site.url()} {site.url()}")
    monkeypatch.setattr(transfer, "open", full, raising=False)
    with pytest.raises(DownloadError) as error:
        fetch_cifar10(tmp_path, progress=False)
    assert re.fullmatch(re.escape(f"{tmp_path / PART} could not be read or written: ") + reason, str(error.value))
    assert len(site.asked) == 1 and (tmp_path / PART).read_bytes() == DATA[:1000]


def test_archive_of_a_killed_run_is_used_and_deleted(site, tmp_path):
    """A whole part, from a run that was killed before it unpacked it: no request; and nothing stays."""
    put(tmp_path / PART, DATA)
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert site.asked == []


# --- Ctrl-C ---------------------------------------------------------------------------------------

@pytest.mark.parametrize(("where", "kept"), [
    ("lookup", 0), ("connection", 0), ("status", 0), ("headers", 0), ("body", 3000), ("hash", len(DATA)),
    ("archive", len(DATA)),
])
def test_interrupt_stops_everywhere(site, tmp_path, monkeypatch, where, kept):
    """KeyboardInterrupt at once; what has arrived stays, nothing runs on, and the next call goes on from there."""
    part, released = tmp_path / PART, threading.Event()
    names = {"lookup": (socket, "getaddrinfo"), "connection": (socket, "create_connection"),
             "hash": (hashlib, "file_digest"), "archive": (zlib, "decompressobj")}
    sent = {"status": b"", "headers": head_of()[:9], "body": head_of(content_length=len(DATA)) + DATA[:kept]}

    def hangs(*arguments, **options):
        _thread.interrupt_main()
        released.wait(PATIENCE)
        return real(*arguments, **options)

    def falls_silent(start):
        yield sent[where]
        wait_for(lambda: not kept or part.exists() and part.stat().st_size == kept)
        _thread.interrupt_main()
        yield HOLD

    with monkeypatch.context() as patch:
        if where in names:
            real = getattr(*names[where])
            patch.setattr(*names[where], hangs)
        site.scripts["/good"] = falls_silent if where in sent else honest
        with pytest.raises(KeyboardInterrupt):
            fetch_cifar10(tmp_path, progress=False)
        released.set()
    for thread in threading.enumerate():
        if isinstance(thread, Request):
            thread.join(PATIENCE)
            assert not thread.is_alive()
    assert (site.asked == []) == (where in ("lookup", "connection"))  # also when the lookup ends at last
    assert left_in(tmp_path) == [PART] * (kept > 0) and (part.read_bytes() if kept else b"") == DATA[:kept]
    site.scripts["/good"], site.asked = honest, []
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert offsets(site) == {0: [None], 3000: [3000], len(DATA): []}[kept]


def test_second_interrupt_changes_nothing(tmp_path, monkeypatch):
    """A Ctrl-C while the command says its last words: exit status 130 all the same."""
    def interrupted(*_):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(download, "fetch_cifar10", interrupted)
    monkeypatch.setattr(download, "say", interrupted)
    before = signal.getsignal(signal.SIGINT)
    try:
        assert main([str(tmp_path)]) == 130
    finally:
        signal.signal(signal.SIGINT, before)


# --- archives that are not what they should be ----------------------------------------------------

@pytest.mark.parametrize("archive", [pack(GOOD | {"data_batch_4": b"no pickle"}), DATA[:-1]],
                         ids=["a batch without pixels", "one byte missing"])
def test_archive_that_is_not_what_it_should_be(site, tmp_path, monkeypatch, archive):
    """Also where its hash was vouched for, every file is read before the folder gets its name; nothing is left."""
    site.scripts["/good"] = lambda start: good(start, archive)
    expect(monkeypatch, archive)
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
    assert "\nWhat to do: delete it or move it away, and run this again.\n" in str(error.value)
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
    err = capsys.readouterr().err
    reason = "a part of this path is a file, and not a folder. Use another path."
    assert err == f"error: {tmp_path / 'file' / FOLDER} could not be written: {reason}\n"


def test_a_batch_that_may_not_be_read_is_not_fetched_again(site, tmp_path, monkeypatch):
    """One sentence, and no download of what is there."""
    reason = "data_batch_3 could not be read: there is no permission. Ask its owner."

    def refused(path):
        raise PermissionError(f"{path}/{reason}")

    monkeypatch.setattr(download, "is_whole", refused)
    with pytest.raises(DownloadError, match=f"^[^\\n]*{reason}$"):
        fetch_cifar10(tmp_path)
    assert site.asked == []


@pytest.mark.parametrize(("name", "reason"), [
    ("", "The name of the folder is empty"),
    ("~no-such-user/x", "~no-such-user/x could not be found: there is no home folder of that name. Write the whole")])
def test_a_folder_that_has_no_place(site, tmp_path, monkeypatch, capsys, name, reason):
    """One sentence; nothing is fetched to the working directory."""
    monkeypatch.chdir(tmp_path)
    assert main([name]) == 1
    assert re.fullmatch(f"error: {reason}.*\n", capsys.readouterr().err)
    assert site.asked == [] and list(tmp_path.iterdir()) == []


# --- several processes, killed processes, the shell -----------------------------------------------

def test_two_processes_download_once(site, tmp_path):
    """The second waits for the first and then finds the folder."""
    go_on = threading.Event()

    def waits(start):
        answer = b"".join(honest(start))
        yield answer[:5000]
        go_on.wait(PATIENCE)
        yield answer[5000:]

    site.scripts["/good"] = waits
    first = start(tmp_path)
    wait_for(lambda: site.asked)
    second = start(tmp_path)
    assert "waiting for it" in second.stderr.readline()
    go_on.set()
    for process in (first, second):
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (0, f"CIFAR-10 is in {tmp_path / FOLDER}\n"), err
    assert offsets(site) == [None]
    assert_right(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("end", ["SIGINT", "SIGKILL"])
def test_interrupted_process_is_continued(site, tmp_path, end):
    """Ctrl-C: exit code 130 and a line, no traceback. After any kill, the next run resumes and cleans up."""
    half = len(DATA) // 2
    site.scripts["/good"] = says(head_of(content_length=len(DATA)) + DATA[:half], HOLD)
    process = start(tmp_path)
    wait_for(lambda: (tmp_path / PART).exists() and (tmp_path / PART).stat().st_size == half)
    process.send_signal(getattr(signal, end))
    _, err = process.communicate(timeout=PATIENCE)
    if end == "SIGINT":
        assert process.returncode == 130 and "kept" in err and "Traceback" not in err
        assert left_in(tmp_path) == [PART]
    else:
        assert len(left_in(tmp_path)) == 2  # the part and a temporary folder
    site.scripts["/good"] = honest
    fetch_cifar10(tmp_path, progress=False)
    assert_right(tmp_path)
    assert offsets(site) == [None, half]


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
    answer = f"{tmp_path / python}|{script.parent}|4|-m cs231n_softmax data a b\n"
    for command in [script, "bin/one", "two"]:
        run = subprocess.run([command, "a b"], cwd=tmp_path, capture_output=True, text=True)
        assert run.stdout == answer, run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_shell_script_says_which_packages_are_missing(tmp_path):
    """Before anything is installed the script says what to do, without a traceback."""
    script = Path(shutil.copy(ROOT / "get_cifar10.sh", tmp_path))
    (tmp_path / ".venv/bin").mkdir(parents=True)
    put(tmp_path / ".venv/bin/python", b"#!/bin/sh\necho Traceback >&2\nexit 1\n").chmod(0o755)
    run = subprocess.run([script], capture_output=True, text=True)
    assert run.returncode == 1 and "requirements.txt" in run.stderr and "Traceback" not in run.stderr
    assert "make data" not in run.stderr  # as in a class's zip
    (tmp_path / "Makefile").touch()
    assert "make data" in subprocess.run([script], capture_output=True, text=True).stderr
