"""Random numbers without a seed: they are other ones at each run, even where no output shows it.

Each generator of NumPy that is made without a seed takes its first bits from one function. Here this function raises an
error in the notebook's kernel, unless an installed library has made the generator: SciPy makes some that it never uses.
Old functions such as np.random.rand() aren't seen in this way: ruff's rule NPY002 finds them.
"""

REFUSE = """
def _refuse():
    import sys
    try:
        from numpy.random import bit_generator
    except ImportError:
        return
    randbits = bit_generator.randbits

    def refuse(bits):
        if "-packages" in sys._getframe(1).f_code.co_filename:  # site-packages, or Debian's dist-packages
            return randbits(bits)
        raise RuntimeError("random numbers without a seed: they are other ones at each run. "
                           "Use np.random.default_rng(0), and pass it on as rng=.")

    bit_generator.randbits = refuse


_refuse()
del _refuse
"""


def refuse_unseeded(kernel, timeout):
    """Make the kernel of nbval (nbval's RunningKernel) refuse generators without a seed; `timeout` as for a cell."""
    message = kernel.execute_cell_input(REFUSE, allow_stdin=False)
    kernel.await_reply(message, timeout=timeout)
    kernel.await_idle(message, timeout=timeout)
