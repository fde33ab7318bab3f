"""A small share of every kind of fault; `make test-faults` runs them all."""

from importlib import import_module

import numpy as np
import pytest
from faults import HELD
from faults.__main__ import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_faults_of_each_kind(kind):
    """Every case gives the right result or a clear error."""
    module = import_module(f"faults.{kind}")
    found = list(module.outcomes(module.QUICK, np.random.default_rng(0)))
    assert found and [(case, outcome) for case, outcome in found if outcome != HELD] == []
