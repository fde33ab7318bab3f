#!/bin/sh
# Download CIFAR-10 into this checkout's datasets/, or into the folder named as an argument.
# Works from any directory and through a symlink; all the work is done by cs231n_softmax/cifar10/.
set -eu

script=$0
while [ -L "$script" ]; do # readlink -f would do, but older macOS lacks it
    target=$(readlink "$script")
    case $target in
        /*) script=$target ;;
        *) script=$(dirname "$script")/$target ;;
    esac
done
root=$(CDPATH='' cd -- "$(dirname "$script")" && pwd)

python=$root/.venv/bin/python
[ -x "$python" ] || python=python3
PYTHONPATH=$root${PYTHONPATH:+:$PYTHONPATH}
export PYTHONPATH
"$python" -c "import certifi, filelock, numpy, scipy, tqdm" >/dev/null 2>&1 || {
    make=
    [ -f "$root/Makefile" ] && make="run 'make data' instead, or "
    echo "$0: packages are missing; ${make}first run 'pip install -r requirements.txt' in $root" >&2
    exit 1
}
exec "$python" -m cs231n_softmax data "$@"
