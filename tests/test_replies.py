"""Replies are found by looking again, since nbclient isn't told of each one."""

import asyncio
import sys
from pathlib import Path
from queue import Empty
from types import SimpleNamespace

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import replies


class Channel:
    """A channel that tells nobody of its message: it is only found by a look that begins after it has come."""

    def __init__(self, looks):
        self.looks = looks

    async def get_msg(self, timeout=None):
        """Return the message at the last of the looks; nothing wakes one that waits long."""
        assert timeout is not None and timeout <= replies.INTERVAL, "waits long"
        self.looks -= 1
        if self.looks <= 0:
            return "reply"
        raise Empty


@pytest.mark.parametrize("timeout", [None, 1000])
def test_a_reply_of_which_nobody_is_told_is_found(timeout):
    """However many looks it takes."""
    assert asyncio.run(replies.looking_again(Channel(3).get_msg)(timeout)) == "reply"


def test_after_its_time_there_is_none():
    """As nbclient expects it: queue.Empty."""
    with pytest.raises(Empty):
        asyncio.run(replies.looking_again(Channel(10**9).get_msg)(timeout=0.01))


@pytest.mark.parametrize("start", ["start_new_kernel_client", "async_start_new_kernel_client"])
def test_the_kernel_client_looks_again(monkeypatch, start):
    """nbclient connects in two ways, and a notebook's client looks again after both."""
    channel = Channel(2)

    async def connect(self):
        return SimpleNamespace(shell_channel=channel)

    monkeypatch.setattr(replies.NotebookClient, "async_start_new_kernel_client", connect)
    started = getattr(replies.LooksAgain(nbformat.v4.new_notebook()), start)()
    if asyncio.iscoroutine(started):
        asyncio.run(started)
    assert asyncio.run(channel.get_msg()) == "reply"
