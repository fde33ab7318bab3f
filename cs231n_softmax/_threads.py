"""How many threads are used, decided in one place: BLAS's own, or ours with one BLAS thread each.

The libraries for it are imported when a function is called: they would be a tenth of the time of
`import cs231n_softmax`.
"""

from contextlib import contextmanager
from functools import cache
from threading import current_thread, main_thread


@cache
def _blas():
    """NumPy's BLAS, looked up once: a look through all loaded libraries costs as much as a small product."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


@contextmanager
def one_blas_thread():
    """Hold BLAS to one thread for the block: a mini-batch's products are too small to share among cores.

    Waiting for a core that is busy elsewhere costs ten times what sharing gains. The limit holds for the whole process,
    so only the main thread sets it: several threads that set and restore it in turn would leave it wrong. A caller
    who trains in other threads must decide about BLAS threads too.
    """
    if current_thread() is main_thread():
        with _blas().limit(limits=1):
            yield
    else:
        yield


@contextmanager
def thread_pool():
    """Give a ThreadPoolExecutor for work in large pieces: as many threads as BLAS may use, each with one BLAS thread.

    NumPy's products release Python's lock, so the pieces run side by side, and no thread waits for the others after
    each product. The pool has a single thread where BLAS is limited to one, and where the caller isn't the main thread:
    that caller has decided already (see one_blas_thread).
    """
    from concurrent.futures import ThreadPoolExecutor

    libraries = _blas().lib_controllers if current_thread() is main_thread() else []
    num_threads = max((library.num_threads for library in libraries), default=1)
    with one_blas_thread(), ThreadPoolExecutor(num_threads) as pool:
        yield pool
