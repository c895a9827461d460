"""The poison test on every regressor and on the pipelines that users build."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skforecast_lstm import (
    BidirectionalLSTMRegressor,
    CNNLSTMRegressor,
    ConvLSTMRegressor,
    EncoderDecoderLSTMRegressor,
    PerFeature,
    Reshape3D,
    Reshape4D,
    Reshape5D,
    RollingOriginSplit,
    SeriesWindows,
    SlidingWindow,
    StackedLSTMRegressor,
    VanillaLSTMRegressor,
)
from skforecast_lstm.testing import assert_no_leakage

TINY = {"units": 2, "epochs": 2, "batch_size": 8, "random_state": 0}
NETS = [
    VanillaLSTMRegressor(**TINY),
    StackedLSTMRegressor(**TINY),
    BidirectionalLSTMRegressor(**TINY),
    CNNLSTMRegressor(filters=2, **TINY),
    ConvLSTMRegressor(**TINY),
    EncoderDecoderLSTMRegressor(**TINY),
]
NORMALIZATIONS = [None, "global", "last", "mean", "standard"]


@pytest.fixture
def series():
    return np.random.default_rng(5).normal(size=40).cumsum()


@pytest.fixture
def panel():
    rng = np.random.default_rng(6)
    parts = []
    for name, length in (("a", 30), ("b", 24)):
        when = pd.date_range("2024-01-01", periods=length)
        value = rng.normal(size=length).cumsum()
        day = when.day_of_week.to_numpy(dtype=float)
        parts.append(
            pd.DataFrame({"id": name, "when": when, "value": value, "day": day})
        )
    return pd.concat(parts, ignore_index=True)


def pipeline(*last, n_steps=4):
    scaler = PerFeature(StandardScaler())
    return make_pipeline(scaler, SlidingWindow(n_steps), *last)


@pytest.mark.parametrize("net", NETS, ids=lambda net: type(net).__name__)
def test_every_regressor_passes_alone_and_in_a_pipeline(series, net):
    assert_no_leakage(net, series, n_steps=4, horizon=2)
    assert_no_leakage(pipeline(net), series, horizon=2)


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_every_normalization_passes(series, panel, normalization):
    net = VanillaLSTMRegressor(normalization=normalization, **TINY)
    assert_no_leakage(net, series, n_steps=4, horizon=2)
    roles = {"target": "value", "future": "day", "group": "id", "time": "when"}
    assert_no_leakage(pipeline(net), panel, horizon=2, **roles)


@pytest.mark.parametrize("reshape", [Reshape3D(2), Reshape4D(2), Reshape5D(2)], ids=str)
def test_reshaped_windows_pass(series, reshape):
    net = VanillaLSTMRegressor if isinstance(reshape, Reshape3D) else ConvLSTMRegressor
    assert_no_leakage(pipeline(reshape, net(**TINY)), series, horizon=2)


@pytest.mark.parametrize(
    "options",
    [
        {"validation_split": 0.25, "patience": 1, "epochs": 5},
        {"quantiles": (0.1, 0.5, 0.9)},
        {"dropout": 0.3},
    ],
    ids=lambda options: next(iter(options)),
)
def test_every_way_of_training_passes(series, options):
    net = VanillaLSTMRegressor(**{**TINY, **options})
    assert_no_leakage(pipeline(net), series, horizon=2)


def test_scaled_targets_and_searches_pass(series):
    model = TransformedTargetRegressor(pipeline(NETS[0]), transformer=StandardScaler())
    cv = RollingOriginSplit(2, test_size=4)
    search = GridSearchCV(model, {"regressor__slidingwindow__n_steps": [3, 4]}, cv=cv)
    assert_no_leakage(search, series, horizon=2, cv=cv)
    with pytest.raises(AssertionError, match="fold 0 of TimeSeriesSplit"):
        assert_no_leakage(model, series, horizon=2, cv=TimeSeriesSplit(2))


class ScalesBySeries(TransformerMixin, BaseEstimator):
    """The classic mistake: scaled by the whole series before it is split."""

    def fit(self, X, y=None):
        self.scale_ = np.std(X._series)
        return self

    def transform(self, X):
        return X.map_series(lambda rows: rows / self.scale_)


def centred_by_all(X):
    """The other one: centred by what happens to be predicted together."""
    X = np.asarray(X) if isinstance(X, SeriesWindows) else X
    return X - X.mean()


@pytest.mark.parametrize("normalization", ["global", "last", None])
def test_leaky_pipelines_fail(series, normalization):
    net = VanillaLSTMRegressor(normalization=normalization, **TINY)
    with pytest.raises(AssertionError, match="fit reads what lies after the cut"):
        assert_no_leakage(
            make_pipeline(ScalesBySeries(), SlidingWindow(4), net), series, horizon=2
        )
    centred = FunctionTransformer(centred_by_all)
    with pytest.raises(AssertionError, match="predict reads what lies after the cut"):
        assert_no_leakage(pipeline(centred, net), series, horizon=2)
