"""All of scikit-learn's estimator checks, with the default parameters.

Networks of plain LSTM layers; in two files, so that two workers can
run them at the same time.
"""

import pytest

from skforecast_lstm import (
    BidirectionalLSTMRegressor,
    StackedLSTMRegressor,
    VanillaLSTMRegressor,
)


@pytest.mark.parametrize(
    "cls",
    [BidirectionalLSTMRegressor, StackedLSTMRegressor, VanillaLSTMRegressor],
)
def test_estimator_passes_every_check(cls, assert_passes_every_check):
    assert_passes_every_check(cls())
