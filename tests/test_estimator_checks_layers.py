"""All of scikit-learn's estimator checks.

With the default parameters, but for the number of units: most of the time would go
into the products of larger networks. Networks of plain LSTM layers; in two files, so
that two workers can run them at the same time.
"""

import pytest

from skforecast_lstm import (
    BidirectionalLSTMRegressor,
    StackedLSTMRegressor,
    VanillaLSTMRegressor,
)


@pytest.mark.parametrize(
    "regressor",
    [
        BidirectionalLSTMRegressor(units=10),
        StackedLSTMRegressor(units=10),
        VanillaLSTMRegressor(),
    ],
)
def test_estimator_passes_every_check(regressor, assert_passes_every_check):
    assert_passes_every_check(regressor)
