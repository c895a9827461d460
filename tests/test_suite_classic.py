"""The systems of the classic tutorials: the example's cases, within its tolerances."""

import runpy
from pathlib import Path

import pytest
from numpy.testing import assert_allclose

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "classic_suite.py"
SYSTEMS = runpy.run_path(str(EXAMPLE))["SYSTEMS"]


def test_the_whole_suite_is_there():
    assert len(SYSTEMS) == 11
    assert {(s.units >= 50, s.units <= 200) for s in SYSTEMS} == {(True, True)}
    assert {(s.epochs >= 200, s.epochs <= 500) for s in SYSTEMS} == {(True, True)}


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_system_reaches_its_textbook_forecast(system):
    assert_allclose(system.forecast(), system.expected, rtol=system.tolerance)
