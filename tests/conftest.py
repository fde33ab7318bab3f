"""What all tests share: the built-in sample, and figures that a test records and the end of the run prints."""

import os
import signal

import pytest

from cs231n_softmax.cifar10.sample import write_sample

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a run in the background ignores Ctrl-C, and so would the processes that tests interrupt
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def built_in_sample():
    """The data of all tests, made on first use (10 s, once); of parallel workers, one makes it. CIFAR10_DIR wins."""
    os.environ.setdefault("CIFAR10_DIR", str(write_sample()))


def pytest_terminal_summary(terminalreporter):
    """Print what tests gave to `record_property("figure", ...)`: it survives parallel workers, where print doesn't."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "figure" and report.when == "call":
                    terminalreporter.write_line(value)
