"""What other people's conditions do to the package, on purpose: bad networks, disks, files, numbers and learners.

    make test-faults                                       all kinds, in full; prints one table
    python -m tests.faults [KIND ...] [--count N] [--seed N]

Each module here is a kind of fault and named after it, except `child` and those that begin with an underscore. It has

    FULL        how many cases a full run tries
    QUICK       how many of them tests/test_faults.py tries, in a second or two
    outcomes(count, rng)    yields (the case in a few words, its outcome) for `count` cases, drawn by `rng`

What a package under attack must do is `HELD`: the right result, or a clear error that says what to do. Everything else
is a failure, and the table has a column for it.
"""

HELD = "held"  # the right result, or a clear error
LOST = "lost"  # something that was finished, or that the user had, is gone
ACCEPTED = "wrong accepted"  # a wrong or damaged thing was taken for right, or a right one for wrong
CORRUPTED = "executed or corrupted"  # code from the file ran, memory was damaged, the process crashed
UNCLEAR = "unclear error"  # an error from the insides of a library, or one that doesn't say what to do
HANG = "hang"  # it went on longer, or took more memory, than the package promises
FAILURES = [LOST, ACCEPTED, CORRUPTED, UNCLEAR, HANG]
