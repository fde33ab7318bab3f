"""Run cells with sliders also on a busy machine, where nbclient can wait for ever for a cell that has ended.

nbclient answers a slider's messages on the channel on which it waits for the cell's reply. When the reply arrives at
that moment, nobody is told of it (https://github.com/jupyter/nbclient/issues/312). So here nbclient looks once a second
whether the reply is there.
"""

from queue import Empty
from time import monotonic

from jupyter_core.utils import run_sync
from nbclient import NotebookClient

INTERVAL = 1.0  # seconds between two looks


def looking_again(receive):
    """Return receive(timeout) -> message, changed so that it waits in short pieces; Empty after `timeout` seconds."""

    async def get_msg(timeout=None):
        end = float("inf") if timeout is None else monotonic() + timeout
        while True:
            try:
                return await receive(timeout=max(0.0, min(INTERVAL, end - monotonic())))
            except Empty:
                if monotonic() >= end:
                    raise

    return get_msg


class LooksAgain(NotebookClient):
    """A NotebookClient that finds a cell's reply whenever it came."""

    async def async_start_new_kernel_client(self):
        """Connect to the kernel."""
        client = await super().async_start_new_kernel_client()
        client.shell_channel.get_msg = looking_again(client.shell_channel.get_msg)
        return client

    start_new_kernel_client = run_sync(async_start_new_kernel_client)
