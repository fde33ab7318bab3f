"""What all tests share: figures that a test records are printed at the end of the run."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a run in the background ignores Ctrl-C, and so would the processes that tests interrupt
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter):
    """Print what tests gave to `record_property("figure", ...)`: it survives parallel workers, where print doesn't."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "figure" and report.when == "call":
                    terminalreporter.write_line(value)
