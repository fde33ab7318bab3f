"""Learners' functions that break the examiner, or the session, by mistake: frozen, greedy, crashing, odd or untidy.

Each case is the body of a function for one exercise. It is examined in a process of its own, because it may take the
process with it (_examine.py). Afterwards the session has to be as it was, and the report has to say what to do.
"""

import json
import signal
import tempfile
from pathlib import Path

from . import CORRUPTED, HANG, child

ROOT = Path(__file__).resolve().parents[2]
LOSS, SCORES = "softmax_loss", "softmax"
HEADS = {
    "softmax_loss": "W, X, y, reg", "svm_loss": "W, X, y, reg", "softmax": "scores", "cross_entropy": "scores, y",
    "predict": "W, X", "prepare": "images, mean_image", "numerical_gradient": "f, x, h=1e-5",
    "sgd_step": "W, X, y, learning_rate, reg, batch_size, rng", "sweep": "results, settings, data, num_iters=1500",
}

# (family, what the function does; RIGHT stands for the right answer). Each family is tried in several exercises.
FROZEN = [  # one step in C, during which Python can stop nothing
    "sum(range(2 * 10**9))", "max(itertools.repeat(1))", "10**10**8", "re.match('(a+)+$', 'a' * 60 + 'b')",
    "list(range(10**10))", "'x' * 10**11", "np.ones((10**5, 10**5))", "collections.deque(itertools.count(), 1)",
    "b = [0] * 10**9", "len(str(1 << 10**8))", "1 in itertools.repeat(0)", "np.arange(10**10).sum()",
    "sorted(range(10**9), key=str)", "bytes(10**11)", "set(range(10**10))", "math.factorial(10**7)",
    "all(iter(int, 1) for _ in itertools.count())", "''.join(itertools.repeat('a'))",
    "next(filter(None, itertools.repeat(0)))", "list(itertools.permutations(range(20)))",
    "np.random.normal(size=10**10)", "range(10**18).index(-0.5)",
]
ENDLESS = [  # Python that never ends, or waits
    "while True: pass", "time.sleep(1e9)", "time.sleep(1e6)", "threading.Lock().acquire() and threading.Event().wait()",
    "x = []\nwhile True: x.append('a' * 10**6)", "queue.Queue().get()", "while True:\n    try: 1 / 0\n    except: pass",
    "def g(): yield from g()\nlist(g())", "for line in iter(lambda: 'a', 'b'): pass", "while 1: print('x' * 1000)",
    "threading.Thread(target=time.sleep, args=(1e6,)).run()", "subprocess.run(['sleep', '1000'])",
    "os.read(os.pipe()[0], 1)", "select.select([], [], [])", "while True: time.sleep(0)",
]
ENDING = [  # the end of the program, or of Python
    "os._exit(0)", "os._exit(3)", "os.abort()", "ctypes.string_at(0)", "exit()", "quit(1)", "sys.exit('end')",
    "raise SystemExit", "raise KeyboardInterrupt", "raise GeneratorExit", "raise StopIteration", "raise BaseException",
    "os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)",
    "np.lib.stride_tricks.as_strided(np.ones(1), (10**9,), (8,)).sum()",
    "sys.setrecursionlimit(10**9)\ndef g(): return g()\ng()", "def g(): return g()\ng()",
    "a = []\nfor _ in range(10**6): a = [a]\nrepr(a)", "faulthandler._sigsegv()", "raise MemoryError",
    "raise asyncio.CancelledError", "os.fork()\nreturn RIGHT", "signal.raise_signal(signal.SIGTERM)",
    "if os.fork(): time.sleep(10**6)", "os.kill(os.getpid(), signal.SIGSTOP)", "os.kill(os.getpid(), 40)",
    "os.kill(0, 9)", "os.closerange(3, 1000)", "threading.Thread(target=sys.exit).start()",
    "for f in range(3, 60):\n    try: os.write(f, b'[5]' * 10**6)\n    except OSError: pass",
]
ASKING = [
    "input()", "input('press return')", "breakpoint()", "import pdb; pdb.set_trace()", "sys.stdin.readline()",
    "sys.stdin.read()", "for line in sys.stdin: pass", "getpass.getpass()",
    "try: x = int(input())\nexcept Exception: x = 1",
]
UNTIDY = [  # the session is changed; the answer is right
    "sys.setrecursionlimit(10)", "sys.setrecursionlimit(100_000)", "sys.stdout = None", "sys.stdout.close()",
    "sys.stderr = open(os.devnull, 'w')", "os.chdir('/')", "os.environ['HOME'] = '/none'", "os.environ.clear()",
    "np.seterr(all='raise')", "np.set_printoptions(precision=1)", "warnings.simplefilter('error')",
    "warnings.warn('careful')", "sys.settrace(lambda *a: None)", "sys.setprofile(lambda *a: None)",
    "threading.settrace(lambda *a: None)", "threading.setprofile(lambda *a: None)", "random.seed(0)",
    "np.random.seed(0)", "locale.setlocale(locale.LC_ALL, 'C.UTF-8')", "gc.disable()", "sys.path.insert(0, '/none')",
    "np.extra = 1", "np.exp = abs", "np.sum = 3", "builtins.vars = None", "builtins.len = None",
    "builtins.print = None", "builtins.isinstance = None", "builtins.max = None", "builtins.map = builtins.all = None",
    "builtins.super = builtins.type = builtins.setattr = None", "builtins.Exception = None", "del np.zeros",
    "math.exp = None", "time.monotonic = None", "builtins.helper = 3", "builtins.setattr = None",
    "os.write = os._exit = None", "sys.stdin.close()",
    "np.random.default_rng = None", "os.getcwd = None", "sys.excepthook = None",
    "threading.Thread(target=lambda: None).start()", "random.random()", "sys.displayhook = None", "np.random.normal()",
    "del builtins.abs", "signal.signal(signal.SIGINT, signal.SIG_IGN)", "signal.alarm(0)", "logging.error('x')",
    "np.testing.assert_equal(1, 1)", "sys.__stdout__.close()", "os.close(1)", "os.closerange(0, 1000)",
    "os.dup2(os.open(os.devnull, os.O_RDWR), 2)", "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
]
ODD = [  # what is returned or raised isn't what it seems
    "return object()", "return (i for i in range(3))", "return lambda: 3", "return np.matrix([[1, 2]])",
    "return np.ma.masked_all((3, 3))", "a = np.empty(1, object)\na[0] = a\nreturn a", "a = []\na.append(a)\nreturn a",
    "return np.ones((2, 3))[::-1, ::-1]",
    "return type('T', (np.ndarray,), {'__array_finalize__': lambda s, o: 1 / 0})((2,))",
    "return np.ones(3).view(type('T', (np.ndarray,), {'__eq__': lambda *a: 1 / 0}))",
    "return np.ones(3).view(type('T', (np.ndarray,), {'__array_ufunc__': lambda *a, **k: 1 / 0}))",
    "return type('T', (), {'__len__': lambda s: 1 / 0, '__getitem__': lambda *a: 1 / 0})()",
    "return type('T', (), {'__array__': lambda s, *a, **k: 'text'})()",
    "return type('T', (), {'__getattr__': lambda s, n: 1 / 0})()",
    "return type('T', (), {'__repr__': lambda s: 1 / 0, '__str__': lambda s: 5})()",
    "return type('T', (tuple,), {'__len__': lambda s: 2})()",
    "return type('T', (), {'__class__': property(lambda s: 1 / 0)})()",
    "return type('T', (), {'__float__': lambda s: 'x'})()", "return 10**400", "return np.array(['1', '2'])",
    "return b'12'", "return {}", "return {1: 2}", "return ...", "return NotImplemented", "return True",
    "return np.float16(1)", "return np.datetime64('2020-01-01')", "return decimal.Decimal(1)",
    "return fractions.Fraction(1, 3)", "return np.nan", "return np.zeros((0, 0))", "return np.void(b'abc')",
    "return (1, 2, 3)", "return (None, None)", "return [[1], [2, 3]]", "return iter(int, 1)", "return '5'",
    "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E",
    "class E(Exception):\n    def __str__(self): return str(self)\nraise E",
    "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
    "class E(Exception):\n    def __str__(self): return 5\nraise E",
    "class E(BaseException):\n    def __repr__(self): raise self\n    __str__ = __repr__\nraise E",
    "class M(type):\n    __name__ = property(lambda c: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E",
    "class E(Exception):\n    __traceback__ = property(lambda s: 1 / 0)\nraise E",
    "raise ExceptionGroup('many', [ValueError(1), TypeError(2)])", "raise 'text'",
    "raise ValueError('\\ud800' * 10**6)", "raise ValueError", "assert False", "raise Warning('oh')", "yield 1",
    "return undefined_name", "exec('1 +')", "del missing", "1()", "import no_such_module", "a = 5\na.b = 3",
    "raise UnicodeDecodeError('utf-8', b'x', 0, 1, 'r')", "raise SyntaxError('s')",
    "e = ValueError(1)\ne.__cause__ = e\nraise e", "raise OSError(28, 'No space left')", "raise NotImplementedError",
    "raise FloatingPointError('x')",
]
WRITING = [
    "ARRAY.flags.writeable = False\nreturn RIGHT", "ARRAY[...] = 0\nreturn RIGHT", "ARRAY.shape = (-1,)\nreturn 3",
    "ARRAY *= 2\nreturn RIGHT", "ARRAY.resize(0, refcheck=False)\nreturn 3", "ARRAY.sort()\nreturn RIGHT",
]
ARRAYS = [(LOSS, "W"), (LOSS, "X"), ("svm_loss", "y"), (SCORES, "scores"), ("predict", "W")]
# (an expression for what is passed to check.<exercise> in place of a function); RIGHT is the right function
THINGS = [
    "5", "None", "'text'", "object()", "np.ones(3)", "int", "type('C', (), {})", "type", "len", "np.exp", "print",
    "dict", "lambda: 0", "lambda *, W, X, y, reg: 0", "lambda *a, **k: None", "lambda **k: 0",
    "lambda a, b, c, d, e, f, g, h, i: 0", "functools.partial(RIGHT)", "functools.partial(functools.partial(RIGHT))",
    "functools.partial(lambda: 0)", "loop_wrapped(RIGHT)", "Method(RIGHT).call", "Method(RIGHT)", "Failing()",
    "Nameless(RIGHT)", "Numbered(RIGHT)", "WrongCode(RIGHT)", "Liar()", "np.vectorize(RIGHT)",
    "functools.lru_cache(RIGHT)", "staticmethod(RIGHT)", "classmethod(RIGHT)", "contextlib.contextmanager(RIGHT)",
    "coroutine", "generator", "async_generator", "functools.wraps(RIGHT)(lambda *a: RIGHT(*a))", "RIGHT.__call__",
    "NoSource()", "np.frompyfunc(lambda *a: 0, 1, 1)", "unittest.mock.Mock()", "unittest.mock.MagicMock()",
    "operator.itemgetter(0)", "eval('lambda *a: 3')", "renamed(RIGHT, 'a' * 10**6)", "renamed(RIGHT, '<b>\\n')",
    "Ellipsis", "BadCallable()",
]
PREPARED = [  # what the session is like before the examination; then the right function is right
    "np.seterr(all='raise')", "np.seterr(all='call')", "np.set_printoptions(precision=0)",
    "warnings.simplefilter('error')", "sys.setrecursionlimit(300)", "np.random.seed(3)",
    "threading.settrace(lambda *a: None)", "sys.settrace(lambda *a: None)", "gone_folder()", "sys.stdin = None",
    "gc.disable()", "sys.setprofile(lambda *a: None)", "sys.stdout = None", "sys.stderr = None",
    "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()",
    "signal.signal(signal.SIGCHLD, signal.SIG_IGN)", "os.environ.clear()", "np.seterr(under='raise')",
]
# Ctrl-C, five times at random moments of examinations; then the right function is right
INTERRUPTED = [f"interrupts = np.random.default_rng({seed}).uniform(0, 0.1, 5)" for seed in range(4)]
FAMILIES = [(FROZEN, [LOSS, SCORES, "predict"]), (ENDLESS, [SCORES, "sgd_step"]),
            (ENDING, [LOSS, "numerical_gradient"]), (ASKING, [LOSS, SCORES, "sweep"]),
            (UNTIDY, [LOSS, SCORES, "predict"]), (ODD, [LOSS, SCORES, "prepare"])]


def cases():
    """Return all cases: (exercise, its arguments, what comes before, body of `fn`, what is examined)."""
    found = [(name, "", body, "fn") for bodies, names in FAMILIES for name in names for body in bodies]
    found += [(name, "", body.replace("ARRAY", array), "fn") for name, array in ARRAYS for body in WRITING]
    found += [(name, "", "return RIGHT", thing) for name in (LOSS, SCORES, "sweep") for thing in THINGS]
    found += [(name, before, "return RIGHT", "fn") for name in (LOSS, SCORES, "sgd_step")
              for before in PREPARED + INTERRUPTED]
    return [(name, HEADS[name], *case) for name, *case in found]


FULL, QUICK, BATCH = len(cases()), 12, 10


def outcomes(count, rng):
    """Examine the functions in batches, each in a process: where one dies, the case after the last result did it."""
    todo = cases()
    todo = [todo[k] for k in sorted(rng.permutation(len(todo))[:count])]
    while todo:
        prepared = [bool(before) for _, _, before, _, _ in todo[:BATCH]]  # a prepared session is for one case only
        batch = todo[: prepared.index(True) or 1] if True in prepared else todo[:BATCH]
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as answers:  # functions may write to any open stream
            run = child.run("from tests.faults._examine import main; main()", json.dumps(batch), answers.name,
                            memory=8 << 30, seconds=30, cwd=ROOT)
            found = [json.loads(line) for line in answers]
        if len(found) < len(batch):
            late = run.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
            found.append((HANG if late else CORRUPTED, f"{run.returncode} {run.stderr[-500:]}"))
        for (exercise, _, before, body, thing), (outcome, said) in zip(batch, found, strict=False):
            yield f"{exercise}({thing}) {before} {body!r}: {said}", outcome
        todo = todo[len(found):]
