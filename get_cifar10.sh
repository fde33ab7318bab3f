#!/bin/sh
# Download CIFAR-10 into this checkout's datasets/, or into the folder named as an argument.
# Works from any directory and through a symlink; all the work is done by cs231n_softmax/download.py.
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
exec "$python" -m cs231n_softmax.download "$@"
