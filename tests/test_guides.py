"""The guides do what they say."""

import doctest
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("name", ["guide_forecaster.md"])
def test_examples_run(name):
    failures, tried = doctest.testfile(
        str(DOCS / name),
        module_relative=False,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )
    assert tried > 10
    assert failures == 0


def test_one_network_for_a_hundred_short_series():
    example = runpy.run_path(str(DOCS / "examples" / "many_series.py"))
    network, seasonal_naive = example["errors"]()
    assert network < 0.7 * seasonal_naive
