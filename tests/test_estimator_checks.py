"""All of scikit-learn's estimator checks, with the default parameters."""

import os

import pytest
from sklearn.base import is_regressor
from sklearn.utils.estimator_checks import check_estimator

from skforecast_lstm import (
    BidirectionalLSTMRegressor,
    CNNLSTMRegressor,
    ConvLSTMRegressor,
    EncoderDecoderLSTMRegressor,
    StackedLSTMRegressor,
    VanillaLSTMRegressor,
)

N_CHECKS = 60  # a missing tag would shorten the list in silence


@pytest.mark.parametrize(
    "cls",
    [
        VanillaLSTMRegressor,
        StackedLSTMRegressor,
        BidirectionalLSTMRegressor,
        CNNLSTMRegressor,
        ConvLSTMRegressor,
        EncoderDecoderLSTMRegressor,
    ],
)
def test_estimator_passes_every_check(cls):
    assert os.environ["SCIPY_ARRAY_API"] == "1"
    estimator = cls()
    assert is_regressor(estimator)
    assert not estimator.__sklearn_tags__().regressor_tags.poor_score
    assert not estimator.__sklearn_tags__().non_deterministic
    assert not estimator.__sklearn_tags__()._skip_test
    results = check_estimator(estimator, on_skip=None)
    assert [r["check_name"] for r in results if r["status"] != "passed"] == []
    assert len(results) == N_CHECKS
