"""All of scikit-learn's estimator checks, with the default parameters.

Networks that cut the window or write step by step; in two files, so that two workers
can run them at the same time.
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
    assert_passes_every_check(cls())
