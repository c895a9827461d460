"""All of scikit-learn's estimator checks, with few units.

Networks that cut the window or write step by step; see test_estimator_checks_layers.py.
"""

import pytest

from skforecast_lstm import (
    CNNLSTMRegressor,
    ConvLSTMRegressor,
    EncoderDecoderLSTMRegressor,
)


@pytest.mark.parametrize(
    "cls",
    [CNNLSTMRegressor, ConvLSTMRegressor, EncoderDecoderLSTMRegressor],
)
def test_estimator_passes_every_check(cls, assert_passes_every_check):
    assert_passes_every_check(cls(units=10))
