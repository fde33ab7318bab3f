"""Random numbers without a seed: they are other ones at each run, even where no output shows it.

Each generator of NumPy that is made without a seed takes its first bits from one function. Here this function raises an
error in the notebook's kernel. Old functions such as np.random.rand() aren't seen in this way: ruff's rule NPY002 finds
them.
"""

REFUSE = """
def _refuse():
    try:
        from numpy.random import bit_generator
    except ImportError:
        return

    def randbits(bits):
        raise RuntimeError("random numbers without a seed: they are other ones at each run. "
                           "Use np.random.default_rng(0), and pass it on as rng=.")

    bit_generator.randbits = randbits


_refuse()
del _refuse
"""


def refuse_unseeded(kernel):
    """Make the kernel of nbval (nbval's RunningKernel) refuse generators without a seed."""
    message = kernel.execute_cell_input(REFUSE, allow_stdin=False)
    kernel.await_reply(message, timeout=60)
    kernel.await_idle(message, timeout=60)
