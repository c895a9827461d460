"""The poison test passes for honest estimators and fails for leaky ones."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skforecast_lstm import (
    PerFeature,
    RollingOriginSplit,
    SlidingWindow,
    make_supervised,
    testing,
)
from skforecast_lstm.testing import assert_no_leakage


def flat(X):
    return np.asarray(X, dtype=float).reshape(len(X), -1)


class Leaky(TransformerMixin, BaseEstimator):
    """Transforms windows honestly, but for the one thing that ``leak`` names."""

    def __init__(self, leak=None):
        self.leak = leak

    def fit(self, X, y=None):
        self.scale_ = X._series.std() if self.leak == "scale of the series" else 1.0
        if self.leak == "peak, never used":
            self.notes_ = {"peak": [X._series.max()]}
        if self.leak == "rows after the training part":
            self.scale_ = X._series[: X._origins.max() + 3].std()
        self.centre_ = X._series.mean() if self.leak == "centre, of no effect" else 0.0
        return self

    def transform(self, X):
        values = (flat(X) - self.centre_) / self.scale_
        if self.leak == "mean of the test rows":
            values -= values.mean(axis=0)
        if self.leak == "next row":
            following = np.minimum(X._origins + 1, len(X._series) - 1)
            values = np.hstack([values, X._series[following]])
        return values


class Stump(RegressorMixin, BaseEstimator):
    """Splits at the middle, so that centre and scale of X are of no effect."""

    def fit(self, X, y):
        self.low_, self.high_ = y.min(), y.max()
        return self

    def predict(self, X):
        return np.where(X[:, -1] > X[:, -1].min(), self.high_, self.low_)


class Unseeded(Ridge):
    def predict(self, X):
        return super().predict(X) + np.random.default_rng().normal()


class Timed(Ridge):
    """Says that its third fit took longer."""

    seconds: list = []  # noqa: RUF012

    def fit(self, X, y):
        self.fit_time_ = self.seconds.pop()
        self.results_ = {"mean_fit_time": self.fit_time_}
        return super().fit(X, y)


def ridge(leak=None):
    return make_pipeline(Leaky(leak), Ridge())


@pytest.fixture
def series():
    return np.random.default_rng(5).normal(size=60).cumsum()


@pytest.fixture
def panel():
    rng = np.random.default_rng(6)
    parts = []
    for name, length in (("a", 40), ("b", 30), ("c", 24)):
        when = pd.date_range("2024-01-01", periods=length)
        value = rng.normal(size=length).cumsum()
        day = when.day_of_week.to_numpy(dtype=float)
        parts.append(
            pd.DataFrame({"id": name, "when": when, "value": value, "day": day})
        )
    return pd.concat(parts).sort_values(["when", "id"], ignore_index=True)


# ---- honest estimators pass
def test_ridge_passes_on_every_form_of_data(series, panel):
    frame = pd.DataFrame({"a": series, "b": series[::-1]})
    dated = pd.Series(series, pd.date_range("2024-01-01", periods=60))
    for data in (series, series.tolist(), frame, frame.to_numpy(), dated):
        assert_no_leakage(ridge(), data, n_steps=4, horizon=2)
        assert_no_leakage(ridge(), data, n_steps=4, stride=3, lead=3)
    shared = {"group": "id", "time": "when"}
    assert_no_leakage(ridge(), panel, n_steps=3, horizon=2, **shared)
    known = {"target": "value", "future": "day"}
    assert_no_leakage(ridge(), panel, n_steps=3, horizon=4, **known, **shared)
    nowcast = {"lead": 0, "include_target": False, "target": "a"}
    assert_no_leakage(ridge(), frame, n_steps=3, horizon=2, **nowcast)


@pytest.mark.parametrize("n_steps", [1, 6])
def test_pipelines_of_the_package_pass(series, panel, n_steps):
    estimator = make_pipeline(
        PerFeature(StandardScaler()),
        SlidingWindow(n_steps=6),
        FunctionTransformer(flat),
        Ridge(),
    )
    assert_no_leakage(estimator, series, n_steps=n_steps, horizon=3)
    assert_no_leakage(
        estimator, panel, n_steps=n_steps, horizon=3, group="id", time="when"
    )


def test_search_passes_with_the_folds_that_it_uses(series):
    cv = RollingOriginSplit(3, test_size=4)
    search = GridSearchCV(ridge(), {"ridge__alpha": [0.1, 10.0]}, cv=cv)
    assert_no_leakage(search, series, n_steps=4, horizon=3, cv=cv)


def test_time_that_a_fit_takes_is_no_leak(series):
    Timed.seconds = [0.1, 0.0, 0.0]
    assert_no_leakage(make_pipeline(Leaky(), Timed()), series, n_steps=4)
    assert not Timed.seconds


def test_random_forest_passes_only_with_a_seed(series):
    trees = RandomForestRegressor(3, max_depth=2, random_state=0)
    forest = make_pipeline(Leaky(), trees)
    assert_no_leakage(forest, series, n_steps=4)
    forest.set_params(randomforestregressor__random_state=None)
    with pytest.raises(ValueError, match=r"two fits of Pipeline .* random_state"):
        assert_no_leakage(forest, series, n_steps=4)


def test_unrepeatable_estimator_is_refused(series):
    with pytest.raises(ValueError, match="set its random_state"):
        assert_no_leakage(make_pipeline(Leaky(), Unseeded()), series, n_steps=4)


# ---- leaky estimators fail
@pytest.mark.parametrize(
    ("leak", "message"),
    [
        ("scale of the series", "fit reads what lies after the cut: a forecast moved"),
        ("rows after the training part", "fit reads what lies after the cut"),
        ("mean of the test rows", "predict reads what lies after the cut"),
        ("next row", "predict .* moved at origin 39 by up to .*, and 0 more"),
        ("peak, never used", r"Pipeline.*notes_\['peak'\]\[0\] moved"),
    ],
)
@pytest.mark.parametrize("n_steps", [1, 4])
def test_leaky_ridge_fails(series, leak, message, n_steps):
    with pytest.raises(AssertionError, match=message):
        assert_no_leakage(ridge(leak), series, n_steps=n_steps)


def test_leak_that_moves_no_forecast_fails(series):
    estimator = make_pipeline(Leaky("centre, of no effect"), Stump())
    with pytest.raises(AssertionError, match=r"steps\[0\]\[1\]\.centre_ moved"):
        assert_no_leakage(estimator, np.abs(series), n_steps=4)


def test_leak_is_placed_in_a_panel(panel):
    with pytest.raises(AssertionError, match="at origin 2024-01-03 00:00:00 of 'a'"):
        assert_no_leakage(
            ridge("scale of the series"), panel, n_steps=3, group="id", time="when"
        )


def test_leak_in_the_windows_themselves_fails(series, monkeypatch):
    def leaky_windows(data, *args, **kwargs):
        return make_supervised(data / np.std(data), *args, **kwargs)

    monkeypatch.setattr(testing, "make_supervised", leaky_windows)
    with pytest.raises(AssertionError, match="a window before the cut moved at origin"):
        assert_no_leakage(ridge(), series, n_steps=4)


def test_leak_in_the_targets_fails(series, monkeypatch):
    def leaky_targets(data, *args, **kwargs):
        X, y = make_supervised(data, *args, **kwargs)
        return X, y - y.mean()

    monkeypatch.setattr(testing, "make_supervised", leaky_targets)
    with pytest.raises(AssertionError, match="a target before the cut moved at origin"):
        assert_no_leakage(ridge(), series, n_steps=4)


@pytest.mark.parametrize(
    "cv", [KFold(3), TimeSeriesSplit(3), TimeSeriesSplit(3, gap=1)], ids=str
)
def test_leaky_folds_fail(series, cv):
    message = re.escape(f"fold 0 of {cv!r} trains on a target of ")
    with pytest.raises(AssertionError, match=message):
        assert_no_leakage(ridge(), series, n_steps=4, horizon=3, cv=cv)
    assert_no_leakage(ridge(), series, n_steps=4, horizon=1, cv=TimeSeriesSplit(3))


def test_folds_that_cut_a_panel_by_rows_fail(panel):
    options = {"n_steps": 3, "group": "id", "time": "when"}
    assert_no_leakage(ridge(), panel, cv=RollingOriginSplit(3), **options)
    with pytest.raises(AssertionError, match="its test part has targets from 2024-01"):
        assert_no_leakage(ridge(), panel, cv=TimeSeriesSplit(3), **options)


def test_leak_is_placed_in_a_panel_of_numbers(panel):
    panel["id"] = panel["id"].map({"a": 0, "b": 1, "c": 2})
    with pytest.raises(AssertionError, match=r"00:00:00 of 0 by up to"):
        assert_no_leakage(
            ridge("scale of the series"), panel, n_steps=3, group="id", time="when"
        )


def test_polars_frames_are_poisoned_as_those_of_pandas(panel):
    options = {"n_steps": 3, "group": "id", "time": "when", "target": "value"}
    assert_no_leakage(ridge(), pl.from_pandas(panel), **options)
    with pytest.raises(AssertionError, match="at origin 2024-01-03 00:00:00 of 'a'"):
        assert_no_leakage(
            ridge("scale of the series"), pl.from_pandas(panel), **options
        )


# ---- what is overwritten
@pytest.fixture
def copies(monkeypatch):
    """The clean and the poisoned data of the last call."""
    seen = []

    def record(data, *args, **kwargs):
        seen.append(data)
        return make_supervised(data, *args, **kwargs)

    monkeypatch.setattr(testing, "make_supervised", record)
    return seen


def test_everything_after_the_cut_is_overwritten_and_nothing_else(series, copies):
    assert_no_leakage(ridge(), series, n_steps=4, cut=44)
    clean, late = copies
    np.testing.assert_array_equal(clean, series)
    np.testing.assert_array_equal(late[:45], series[:45])
    assert (np.abs(late[45:]) >= 1e6).all()
    assert (late[45:] > 0).any()
    assert (late[45:] < 0).any()


def test_positive_data_stays_positive(series, copies):
    assert_no_leakage(ridge(), np.exp(series), poison=1e9)
    assert (copies[1][40:] >= 1e9).all()
    np.testing.assert_array_equal(copies[1][:40], np.exp(series)[:40])


@pytest.mark.parametrize("lead", [1, 3])
def test_future_columns_are_overwritten_where_no_origin_looks(panel, copies, lead):
    options = {"target": "value", "future": "day", "group": "id", "time": "when"}
    cut = "2024-01-20"
    assert_no_leakage(ridge(), panel, horizon=2, lead=lead, cut=cut, **options)
    late = copies[1]
    pd.testing.assert_series_equal(late["when"], panel["when"])
    after = (panel["when"] - pd.Timestamp(cut)).dt.days
    np.testing.assert_array_equal(late["value"] != panel["value"], after > 0)
    np.testing.assert_array_equal(late["day"] != panel["day"], after > lead + 1)


# ---- arguments
def test_cut_that_leaves_nothing_is_refused(series):
    with pytest.raises(ValueError, match="leaves 0 origins to train on and 56 rows"):
        assert_no_leakage(ridge(), series, n_steps=4, cut=3)
    with pytest.raises(ValueError, match="56 origins to train on and 0 rows"):
        assert_no_leakage(ridge(), series, n_steps=4, cut=59)


@pytest.mark.parametrize("poison", [0, -1, np.nan, np.inf])
def test_wrong_poison_is_refused(series, poison):
    with pytest.raises(ValueError, match="poison must be finite and positive"):
        assert_no_leakage(ridge(), series, poison=poison)
