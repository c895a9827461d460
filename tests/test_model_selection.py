"""Folds cut by time, and the forecasts made in them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skforecast_lstm import (
    RollingOriginSplit,
    SeriesWindows,
    backtest,
    make_supervised,
    make_windows,
)
from skforecast_lstm._origins import Origins


def flat(X):
    return np.asarray(X, dtype=float).reshape(len(X), -1)


class Recorder(RegressorMixin, BaseEstimator):
    """Predicts the mean of its training targets; notes on what it was fitted."""

    fits: list = []  # noqa: RUF012

    def fit(self, X, y, sample_weight=None):
        weight = None if sample_weight is None else np.asarray(sample_weight)
        type(self).fits.append((len(X), weight))
        self.mean_ = np.average(y, axis=0, weights=weight)
        return self

    def predict(self, X):
        return (
            np.tile(self.mean_, (len(X), 1))
            if self.mean_.ndim
            else np.full(len(X), self.mean_)
        )


@pytest.fixture
def recorder():
    Recorder.fits = []
    return Recorder()


@pytest.fixture
def ridge():
    return make_pipeline(FunctionTransformer(flat), Ridge())


@pytest.fixture
def series():
    return np.random.default_rng(3).normal(size=60).cumsum()


def long_frame(lengths, starts=None, freq="D"):
    """A panel whose value is the number of its day."""
    parts = []
    for k, length in enumerate(lengths):
        start = pd.Timestamp("2024-01-01") + pd.Timedelta(days=(starts or {}).get(k, 0))
        when = pd.date_range(start, periods=length, freq=freq)
        value = (when - pd.Timestamp("2024-01-01")).days.to_numpy(dtype=float)
        parts.append(pd.DataFrame({"id": f"s{k}", "when": when, "value": value}))
    return pd.concat(parts, ignore_index=True)


def splits(cv, X, y=None):
    return [(train.tolist(), test.tolist()) for train, test in cv.split(X, y)]


# ---- RollingOriginSplit
@pytest.mark.parametrize("n_splits", [2, 5])
@pytest.mark.parametrize("test_size", [None, 3])
@pytest.mark.parametrize("gap", [0, 4])
@pytest.mark.parametrize("max_train_size", [None, 10])
@pytest.mark.parametrize("form", ["windows", "array", "list", "frame"])
def test_one_series_is_split_as_by_time_series_split(
    series, n_splits, test_size, gap, max_train_size, form
):
    X = make_windows(series, n_steps=3)
    X = {
        "windows": X,
        "array": np.asarray(X),
        "list": flat(X).tolist(),
        "frame": pd.DataFrame(flat(X)),
    }[form]
    options = {"test_size": test_size, "gap": gap, "max_train_size": max_train_size}
    expected = splits(TimeSeriesSplit(n_splits, **options), X)
    assert splits(RollingOriginSplit(n_splits, **options), X) == expected


@pytest.mark.parametrize("horizon", [1, 4])
@pytest.mark.parametrize("form", ["windows", "array"])
def test_auto_gap_is_horizon_minus_one(series, horizon, form):
    X, y = make_supervised(series, n_steps=2, horizon=horizon)
    X = X if form == "windows" else np.asarray(X)
    expected = splits(TimeSeriesSplit(3, gap=horizon - 1), X)
    assert splits(RollingOriginSplit(3), X, y) == expected


def test_auto_gap_reads_the_horizon_of_y_where_windows_have_none(series):
    data = pd.DataFrame({"a": series, "b": series})
    X, (_, y) = make_windows(data), make_supervised(data, horizon=3)
    X = X[: len(y)]
    assert splits(RollingOriginSplit(3), X, y) == splits(TimeSeriesSplit(3, gap=2), X)


@pytest.mark.parametrize(("lead", "gap"), [(0, 2), (1, 2), (2, 3), (5, 6)])
def test_auto_gap_counts_the_lead(series, lead, gap):
    data = pd.DataFrame({"y": series, "x": series})
    X, _ = make_supervised(
        data, horizon=3, lead=lead, target="y", include_target=lead > 0
    )
    assert splits(RollingOriginSplit(3), X) == splits(TimeSeriesSplit(3, gap=gap), X)


@pytest.mark.parametrize("stride", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("horizon", [1, 4])
def test_auto_gap_frees_every_unknown_target_and_no_other(stride, horizon):
    X, y = make_supervised(np.arange(90.0), 5, horizon, stride=stride)
    last = y.reshape(len(y), -1)[:, -1]  # the row of the last target
    for train, test in RollingOriginSplit(3, test_size=2).split(X):
        first = X.times[test[0]]
        known = np.flatnonzero((last <= first) & (X.times < first))
        np.testing.assert_array_equal(train, known)


def test_panel_is_cut_in_all_series_at_once():
    data = long_frame([30, 22, 12], starts={1: 8, 2: 10})  # the last ends on day 21
    X, y = make_supervised(
        data, 2, 3, group="id", time="when", target="value"
    )  # y: numbers of days
    day = (X.times - pd.Timestamp("2024-01-01")).days.to_numpy()
    folds = list(RollingOriginSplit(3, test_size=4).split(X))
    assert len(folds) == 3
    for fold, (train, test) in enumerate(folds):
        first = day.max() + 1 - 4 * (3 - fold)
        np.testing.assert_array_equal(
            test, np.flatnonzero((day >= first) & (day < first + 4))
        )
        np.testing.assert_array_equal(
            train, np.flatnonzero((y[:, -1] <= first) & (day < first))
        )
        assert y[train].max() < y[test].min()
    assert set(X.groups[folds[0][1]]) == {"s0", "s1", "s2"}
    assert set(X.groups[folds[2][1]]) == {"s0", "s1"}


def test_gap_is_counted_in_each_series_own_steps():
    weekly = long_frame([20], freq="7D").assign(id="weekly")
    data = pd.concat([long_frame([140]), weekly], ignore_index=True)
    X, y = make_supervised(data, 2, 3, group="id", time="when", target="value")
    for train, test in RollingOriginSplit(4, test_size=11).split(X):
        first = (X.times[test].min() - pd.Timestamp("2024-01-01")).days
        day = (X.times - pd.Timestamp("2024-01-01")).days.to_numpy()
        known = (y[:, -1] <= first) & (day < first)
        np.testing.assert_array_equal(train, np.flatnonzero(known))


def test_series_that_ended_keeps_what_was_known():
    data = long_frame([40, 15], freq="MS")
    X, _ = make_supervised(data, 1, 3, group="id", time="when", target="value")
    newest = X.times[X.groups == "s1"].max()  # row 11 of it; targets up to row 14
    (train, test), *_ = RollingOriginSplit(2, test_size=12).split(X)
    assert X.times[test].min() == pd.Timestamp("2025-02-01")  # row 13 of the other
    trained = X[train]
    assert trained.times[trained.groups == "s1"].max() == newest - pd.DateOffset(
        months=1
    )
    (train, _), *_ = RollingOriginSplit(2, test_size=8).split(X)
    trained = X[train]
    assert trained.times[trained.groups == "s1"].max() == newest


def test_months_of_unequal_length_let_no_unknown_target_through():
    X, y = make_supervised(
        long_frame([60, 27], freq="MS"), 1, 12, group="id", time="when", target="value"
    )
    for train, test in RollingOriginSplit(30, test_size=1).split(X):
        first = (X.times[test[0]] - pd.Timestamp("2024-01-01")).days
        assert y[train].max() <= first


def test_max_train_size_counts_times_of_the_panel():
    X, _ = make_supervised(
        long_frame([30, 20]), 1, 2, group="id", time="when", target="value"
    )
    cv = RollingOriginSplit(2, test_size=4, max_train_size=5)
    for train, test in cv.split(X):
        assert X.times[train].nunique() == 5
        assert X.times[train].max() < X.times[test].min()


def test_splits_of_a_subset_keep_to_the_times_of_the_whole():
    X, y = make_supervised(np.arange(60.0), 4, 3)
    chosen = np.arange(0, len(X), 2)
    for train, test in RollingOriginSplit(3, test_size=4).split(X[chosen]):
        first = X[chosen].times[test[0]]
        known = (y[chosen][:, -1] <= first) & (X[chosen].times < first)
        np.testing.assert_array_equal(train, np.flatnonzero(known))


def test_search_and_cross_validate_split_alike(series, ridge):
    X, y = make_supervised(series, n_steps=4, horizon=3)
    cv, old = RollingOriginSplit(3), TimeSeriesSplit(3, gap=2)
    score = "neg_mean_absolute_error"
    expected = cross_val_score(ridge, X, y, cv=old, scoring=score)
    result = cross_validate(ridge, X, y, cv=cv, scoring=score)
    np.testing.assert_array_equal(result["test_score"], expected)
    grid = {"ridge__alpha": [1.0, 10.0]}
    search = GridSearchCV(ridge, grid, cv=cv, scoring=score).fit(X, y)
    assert search.n_splits_ == 3
    np.testing.assert_array_equal(
        [search.cv_results_[f"split{k}_test_score"][0] for k in range(3)], expected
    )


def test_repr_and_number_of_splits():
    cv = RollingOriginSplit(3, test_size=4)
    assert repr(cv) == (
        "RollingOriginSplit(gap='auto', max_train_size=None, n_splits=3, test_size=4)"
    )
    assert cv.get_n_splits() == cv.get_n_splits([1], None, None) == 3
    assert RollingOriginSplit().get_n_splits() == 5


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_splits": 0}, ValueError, "n_splits must be at least 1, got 0"),
        ({"n_splits": 2.0}, TypeError, "n_splits must be an int"),
        ({"test_size": 0}, ValueError, "test_size must be at least 1"),
        ({"gap": -1}, ValueError, "gap must be at least 0, got -1"),
        ({"gap": "none"}, ValueError, "gap must be 'auto' or an int, got 'none'"),
        ({"gap": None}, TypeError, "gap must be an int, got None"),
        ({"max_train_size": 0}, ValueError, "max_train_size must be at least 1"),
    ],
)
def test_wrong_parameters_are_refused(options, error, message):
    with pytest.raises(error, match=f"RollingOriginSplit: {message}"):
        RollingOriginSplit(**options)


@pytest.mark.parametrize(
    ("n", "options", "message"),
    [
        (4, {}, "5 folds of 1 times with gap='auto' need at least 6 times"),
        (20, {"n_splits": 4, "test_size": 5}, "need at least 21 times, .* have 20"),
        (20, {"n_splits": 3, "test_size": 5, "gap": 5}, "need at least 21 times"),
        (20, {"n_splits": 3, "test_size": 6}, "gap='auto' leaves no training origin"),
    ],
)
def test_too_short_data_is_refused(n, options, message):
    X = SeriesWindows(np.zeros((n, 1)), np.arange(n), horizon=3)
    with pytest.raises(ValueError, match=message):
        list(RollingOriginSplit(**options).split(X))


def test_panel_with_times_of_text_is_refused():
    data = long_frame([20, 20])
    data.index = data.pop("when").dt.strftime("%d %b %Y")
    X, _ = make_supervised(data, group="id", target="value")
    with pytest.raises(ValueError, match=r"dates, periods or numbers.*01 Jan 2024"):
        list(RollingOriginSplit(2).split(X))


# ---- backtest
def naive_backtest(estimator, X, y, folds, n_targets=1):
    """The same one value at a time, columns: origin, step, series, ..., fold."""
    rows = []
    for fold, (train, test) in enumerate(folds):
        fitted = clone(estimator).fit(X[train], y[train])
        forecast = fitted.predict(X[test]).reshape(len(test), -1, n_targets)
        actual = y[test].reshape(len(test), -1, n_targets)
        for i, sample in enumerate(test):
            series = 0 if X.groups is None else X.groups[sample]
            for step in range(actual.shape[1]):
                for target in range(n_targets):
                    place = [X.times[sample], step + 1, series, target]
                    value = [actual[i, step, target], forecast[i, step, target], fold]
                    rows.append(place + value)
    names = ["origin", "step", "series", "target", "actual", "forecast", "fold"]
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_backtest_is_the_naive_loop(series, ridge, horizon, n_jobs):
    X, y = make_supervised(series, n_steps=4, horizon=horizon)
    folds = list(TimeSeriesSplit(5, gap=horizon - 1).split(X))
    expected = naive_backtest(ridge, X, y, folds).drop(columns="target")
    result = backtest(ridge, X, y, n_jobs=n_jobs)
    pd.testing.assert_frame_equal(result, expected)
    assert not hasattr(ridge[-1], "coef_")  # the estimator itself stays as it was


def test_backtest_of_a_panel_with_two_targets(ridge):
    data = long_frame([30, 25])
    rng = np.random.default_rng(0)
    data["other"] = rng.normal(size=len(data))
    X, y = make_supervised(data, 3, 2, group="id", time="when")
    folds = list(RollingOriginSplit(3, test_size=4).split(X))
    expected = naive_backtest(ridge, X, y, folds, n_targets=2)
    expected["target"] = np.array(["value", "other"])[expected["target"]]
    result = backtest(ridge, X, y, cv=RollingOriginSplit(3, test_size=4))
    pd.testing.assert_frame_equal(result, expected, check_dtype=False)
    days = (result["origin"] - pd.Timestamp("2024-01-01")).dt.days + result["step"]
    own = result["target"] == "value"
    np.testing.assert_array_equal(result["actual"][own], days[own])


def test_backtest_of_an_array_names_origins_by_row(series, ridge):
    X, y = make_supervised(series, n_steps=4, horizon=3)
    lazy = backtest(ridge, X, y)
    result = backtest(ridge, np.asarray(X), pd.DataFrame(y))
    np.testing.assert_array_equal(result["origin"] + 3, lazy["origin"])
    np.testing.assert_allclose(result["forecast"], lazy["forecast"], rtol=1e-6)
    assert (result["series"] == 0).all()


@pytest.mark.parametrize(
    ("refit", "fitted"),
    [(True, [0, 1, 2, 3, 4]), (1, [0, 1, 2, 3, 4]), (2, [0, 2, 4]), (False, [0])],
)
def test_refit_says_how_often_is_fitted(series, recorder, refit, fitted):
    X, y = make_supervised(series, horizon=2)
    trains = [train for train, _ in RollingOriginSplit().split(X)]
    result = backtest(recorder, X, y, refit=refit)
    assert [n for n, _ in recorder.fits] == [len(trains[k]) for k in fitted]
    for fold, part in result.groupby("fold"):
        newest = max(k for k in fitted if k <= fold)
        means = np.tile(y[trains[newest]].mean(axis=0), part["origin"].nunique())
        np.testing.assert_array_equal(part["forecast"], means)


def test_fit_params_of_one_value_a_sample_are_cut_to_the_fold(series, recorder):
    X, y = make_supervised(series)
    weight = np.arange(1.0, len(X) + 1)
    backtest(recorder, X, y, cv=3, fit_params={"sample_weight": weight})
    for (train, _), (_, seen) in zip(
        RollingOriginSplit(3).split(X), recorder.fits, strict=True
    ):
        np.testing.assert_array_equal(seen, weight[train])


def test_backtest_refuses_to_forecast_what_was_trained_on(series, recorder):
    X, y = make_supervised(series)
    assert len(backtest(recorder, X, y, cv=KFold(3))) == len(X)
    with pytest.raises(ValueError, match=r"20 samples of a test part .* sample 20"):
        backtest(recorder, X[:60], y[:60], cv=KFold(3), refit=False)


@pytest.mark.parametrize(
    ("refit", "error"), [(0, ValueError), (-1, ValueError), ("no", TypeError)]
)
def test_wrong_refit_is_refused(series, recorder, refit, error):
    X, y = make_supervised(series)
    with pytest.raises(error, match="backtest: refit must be"):
        backtest(recorder, X, y, refit=refit)


def test_forecasts_of_another_shape_are_refused(series, ridge):
    X, y = make_supervised(series, horizon=2)

    class OneStep(Ridge):
        def predict(self, X):
            return super().predict(X)[:, 0]

    ridge.steps[-1] = ("ridge", OneStep())
    with pytest.raises(ValueError, match=r"fold 0 have shape \(9,\), .* \(9, 2\)"):
        backtest(ridge, X, y)


def test_parameters_may_be_given_by_position():
    cv = RollingOriginSplit(2, 4, 1, 9)
    same = RollingOriginSplit(2, test_size=4, gap=1, max_train_size=9)
    assert vars(cv) == vars(same)


@pytest.mark.parametrize("lead", [0, 1, 2])
def test_a_hole_before_the_end_of_a_series_lets_no_target_through(lead):
    data = long_frame([60, 11]).assign(other=0.0)
    hole = data["id"] == "s1"
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta([*range(10), 55], unit="D")
    data.loc[hole, "when"] = days
    data.loc[hole, "value"] = [*range(10), 55.0]
    X, y = make_supervised(
        data, 1, 1, group="id", time="when", target="value", lead=lead,
        include_target=lead > 0,
    )  # fmt: skip
    day = (X.times - pd.Timestamp("2024-01-01")).days.to_numpy()
    for train, test in RollingOriginSplit(2, test_size=10).split(X):
        known = y < day[test].min() if lead == 0 else y <= day[test].min()
        np.testing.assert_array_equal(
            train, np.flatnonzero(known & (day < day[test].min()))
        )


def test_targets_of_a_series_that_ended_are_known_from_the_step_after_on():
    data = long_frame([30, 20]).assign(other=0.0)  # whose days of targets are unknown
    roles = {"group": "id", "time": "when", "target": "value", "include_target": False}
    X = make_windows(data, 1, horizon=3, lead=0, **roles)
    origins = Origins(X, 3)
    for rank, time in enumerate(origins.times):
        last_target = X.times + pd.Timedelta(days=2)
        np.testing.assert_array_equal(origins.known_at(rank), last_target < time)


def test_a_step_after_the_last_row_is_as_long_as_the_longest_before():
    data = long_frame([60, 4])
    late = data["id"] == "s1"
    days = [0, 1, 11, 21]
    data.loc[late, "when"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(days, "D")
    X = make_windows(data, 1, group="id", time="when", target="value")
    day = (X.times - pd.Timestamp("2024-01-01")).days.to_numpy()
    # the day of each target, which make_windows does not know of the last one
    y = np.where(X.groups == "s0", day + 1, np.append(day[1:], 31))
    seen = []
    for train, test in RollingOriginSplit(45, test_size=1).split(X, y):
        now = day[test].min()
        np.testing.assert_array_equal(train, np.flatnonzero((y <= now) & (day < now)))
        seen += [now] if len(X) - 1 in train else []
    assert seen[0] == 31


def test_targets_further_ahead_than_those_of_the_windows_are_known_later():
    # networks take a y of more columns, whose steps validation_split leaves out
    roles = {"group": "id", "time": "when", "target": "value"}
    X, _ = make_supervised(long_frame([30, 20]), 1, horizon=1, **roles)
    origins = Origins(X, 3)
    for rank, time in enumerate(origins.times):
        last_target = X.times + pd.Timedelta(days=3)
        np.testing.assert_array_equal(origins.known_at(rank), last_target <= time)


def test_columns_of_unknown_steps_are_refused(ridge):
    frame = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) * 2})
    X, y = make_supervised(frame, n_steps=4, horizon=2)
    for some, columns in ((y[:, ::2], 2), (y[:, 0], 1)):
        with pytest.raises(ValueError, match=rf"y has {columns} columns.* 4 columns"):
            backtest(ridge, X, some, cv=2)
    assert len(backtest(ridge, X, y, cv=2)) % 4 == 0


def test_one_step_of_a_target_is_refused_by_its_own_number(ridge, series):
    X, y = make_supervised(series, n_steps=4, horizon=3)
    for some in (y[:, 2], y[:, 1:]):
        with pytest.raises(ValueError, match=r"^backtest: y has . column.*horizon=3"):
            backtest(ridge, X, some, cv=2)
    by_hand = SeriesWindows(np.zeros((9, 1)), np.arange(9), horizon=3)
    with pytest.raises(ValueError, match="y has 1 columns"):
        backtest(ridge, by_hand, y[:9, 0])
    third, wanted = make_supervised(series, n_steps=4, lead=3)
    np.testing.assert_array_equal(wanted, y[:, 2])
    assert (backtest(ridge, third, wanted, cv=2)["step"] == 1).all()


def test_backtest_needs_what_came_true(ridge, series):
    with pytest.raises(ValueError, match=r"^backtest: y must be .* make_supervised"):
        backtest(ridge, make_windows(series), None)


def test_folds_may_be_masks(ridge, series):
    X, y = make_supervised(series, n_steps=4)
    folds = list(RollingOriginSplit(3).split(X))

    def mask(rows):
        return np.isin(np.arange(len(X)), rows)

    masks = [(mask(train), mask(test)) for train, test in folds]
    for refit in (True, False):
        expected = backtest(ridge, X, y, cv=folds, refit=refit)
        found = backtest(ridge, X, y, cv=masks, refit=refit)
        pd.testing.assert_frame_equal(found, expected)
