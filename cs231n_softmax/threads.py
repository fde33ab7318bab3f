"""How many BLAS threads are used, decided in one place."""

from contextlib import contextmanager
from threading import current_thread, main_thread

from threadpoolctl import threadpool_limits


@contextmanager
def one_blas_thread():
    """Hold BLAS to one thread for the block: a mini-batch's products are too small to share among cores.

    Waiting for a core that is busy elsewhere costs ten times what sharing gains. The limit is the whole process's,
    so it is set from the main thread only: several threads that set and restore it in turn would leave it wrong.
    Who trains in threads of their own decides about BLAS threads as well.
    """
    if current_thread() is main_thread():
        with threadpool_limits(1, "blas"):
            yield
    else:
        yield
