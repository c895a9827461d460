"""Intervals and quantiles: by hand, laws, and the promise that they cover."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import (
    LSTMForecaster,
    PerFeature,
    RollingOriginSplit,
    VanillaLSTMRegressor,
    make_supervised,
)
from skforecast_lstm.datasets import load_airline, make_random_walk
from skforecast_lstm.forecaster._calibration import _rank, calibrate, scales
from skforecast_lstm.metrics import coverage as share_covered


def ar_and_season(n_series, n, seed=0):
    """Return a long frame: AR(1) plus a season of 12, of many levels and scales."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(n_series, n + 50)) * rng.uniform(0.5, 5, (n_series, 1))
    values = np.zeros_like(noise)
    for t in range(1, n + 50):
        values[:, t] = 0.6 * values[:, t - 1] + noise[:, t]
    phase = np.arange(n) / 12 + rng.random((n_series, 1))
    values = values[:, 50:] + 3 * np.sin(2 * np.pi * phase)
    values += rng.uniform(0, 100, (n_series, 1))
    return pd.DataFrame(
        {
            "id": np.repeat(np.arange(n_series), n),
            "t": np.tile(np.arange(n), n_series),
            "y": values.ravel(),
        }
    )


def ridge(**options):
    return LSTMForecaster(Ridge(), **{"horizon": 3, "n_steps": 6, **options})


# ---- by hand
def test_equals_the_method_by_hand():
    values = np.random.default_rng(0).normal(size=120).cumsum()
    n_steps, horizon, coverage = 6, 3, 0.8
    X = np.array([values[e - 6 : e] for e in range(6, 118)], dtype=np.float32)
    y = np.array([values[e : e + 3] for e in range(6, 118)])
    n_calibrated = len(X) // 3
    old = slice(0, len(X) - n_calibrated - horizon)
    new = slice(len(X) - n_calibrated, None)
    errors = np.abs(y[new] - Ridge().fit(X[old], y[old]).predict(X[new]))
    moves = np.abs(np.diff(values))

    def scale(end):  # of the last 20 rows and of all
        return (moves[: end - 1][-20:].mean() + moves[: end - 1].mean()) / 2

    ends = np.arange(6, 118)[new]
    errors = np.sort(errors / [[scale(end)] for end in ends], axis=0)
    rank = int(np.ceil((n_calibrated + 1) * coverage))
    width = errors[rank - 1] * scale(120)

    model = ridge(n_steps=n_steps, horizon=horizon).fit(values)
    table = model.predict_interval(coverage)
    forecast = model.predict()
    np.testing.assert_allclose(table["forecast"], forecast)
    np.testing.assert_allclose(table["lower"], forecast - width, rtol=1e-4)
    np.testing.assert_allclose(table["upper"], forecast + width, rtol=1e-4)
    quantiles = model.predict_quantiles([0.1, 0.5, 0.9])
    np.testing.assert_allclose(quantiles, table[["lower", "forecast", "upper"]])


def test_scale_of_a_panel_is_each_series_own():
    data = ar_and_season(6, 80)
    data.loc[data["id"] == 3, "y"] *= 50
    table = ridge(group="id", time="t").fit(data).predict_interval()
    width = (table["upper"] - table["lower"]).groupby(table["id"]).mean()
    assert width[3] > 5 * width.drop(3).max()


# ---- forms
def test_forms():
    model = ridge(horizon=6, n_steps=12).fit(load_airline())
    table = model.predict_interval(0.5)
    assert list(table) == ["forecast", "lower", "upper"]
    pd.testing.assert_index_equal(table.index, model.predict().index)
    assert len(model.predict_interval(0.5, 2)) == 2

    wide = np.random.default_rng(0).normal(size=(80, 2))
    wide = pd.DataFrame(wide, columns=["a", "b"])
    model = ridge().fit(wide)
    table = model.predict_interval()
    assert list(table["b"]) == ["forecast", "lower", "upper"]
    pd.testing.assert_frame_equal(
        table.xs("forecast", axis=1, level=1), model.predict()
    )
    quantiles = model.predict_quantiles([0.2, 0.8])
    assert list(quantiles["a"]) == [0.2, 0.8]

    data = ar_and_season(3, 60)
    model = ridge(group="id", time="t").fit(data)
    table = model.predict_interval()
    assert list(table) == ["id", "t", "forecast", "lower", "upper"]
    np.testing.assert_array_equal(
        table[["id", "t", "forecast"]], model.predict().to_numpy()
    )
    two = ridge(group="id", time="t").fit(data.assign(z=ar_and_season(3, 60, 1)["y"]))
    table = two.predict_interval()
    assert list(table["id"].drop_duplicates()) == [0, 1, 2]
    np.testing.assert_array_equal(table["z", "forecast"], two.predict()["z"])


def test_intervals_of_other_data_and_of_one_constant_series():
    data = ar_and_season(5, 60)
    model = ridge(group="id", time="t").fit(data)
    one = data[data["id"] == 2]
    whole, alone = model.predict_interval(), model.predict_interval(data=one)
    np.testing.assert_allclose(
        whole[whole["id"] == 2].to_numpy(), alone.to_numpy(), rtol=1e-5
    )
    still = one.assign(id="still", y=1.0)
    table = model.predict_interval(data=pd.concat([one, still]))
    assert (table["upper"] > table["lower"]).all()


def test_future_covariates():
    rng = np.random.default_rng(0)
    known = rng.normal(size=103)
    table = pd.DataFrame(
        {"y": known[:100] * 3 + rng.normal(size=100), "x": known[:100]}
    )
    model = ridge(target="y", future="x").fit(table)
    future = pd.DataFrame({"x": known[100:]}, index=range(100, 103))
    model.predict_quantiles([0.3], future=future)
    forecast = model.predict_interval(future=future)
    np.testing.assert_allclose(forecast["forecast"], model.predict(future=future)["y"])


# ---- laws
def test_intervals_nest_and_widen_on_a_random_walk():
    walks = make_random_walk(1500, random_state=0)
    model = ridge(horizon=10).fit(walks)
    narrow, wide = model.predict_interval(0.5), model.predict_interval(0.9)
    assert (narrow["lower"] > wide["lower"]).all()
    assert (narrow["upper"] < wide["upper"]).all()
    width = (wide["upper"] - wide["lower"]).to_numpy()
    assert (np.diff(width) > 0).all()
    # A walk of 10 steps strays sqrt(10) times as far as one of 1.
    assert 2.3 < width[9] / width[0] < 4.2


def test_calibration_is_kept_until_the_next_fit():
    data = ar_and_season(3, 60)
    model = ridge(group="id", time="t").fit(data)
    assert not hasattr(model, "calibration_")
    model.predict_interval()
    first = model.calibration_
    model.predict_interval(0.5)
    assert model.calibration_ is first
    assert not hasattr(model.fit(data), "calibration_")


# ---- quantiles of the regressor's own
@pytest.mark.parametrize("in_pipeline", [False, True])
def test_own_quantiles(in_pipeline):
    net = VanillaLSTMRegressor(
        units=3, epochs=3, quantiles=(0.1, 0.5, 0.9), random_state=0
    )
    regressor = make_pipeline(PerFeature(StandardScaler()), net) if in_pipeline else net
    model = LSTMForecaster(regressor, horizon=2, n_steps=5, n_members=2, random_state=0)
    values = np.random.default_rng(0).normal(size=(80, 2)).cumsum(axis=0)
    table = model.fit(values).predict_quantiles([0.9, 0.1], horizon=1)
    assert not hasattr(model, "calibration_")
    assert (table[1][0.9] > table[1][0.1]).all()
    window = model._newest(model.history_, model.history_.next_rows(2))
    own = model.estimator_.predict_quantiles(window).reshape(2, 2, 3)  # step, target
    np.testing.assert_allclose(table.to_numpy().ravel(), own[0][:, [2, 0]].ravel())
    other = model.predict_quantiles([0.05])
    assert hasattr(model, "calibration_")
    assert other.shape == (2, 2)


def test_own_quantiles_are_the_same_whatever_else_is_asked_for():
    net = VanillaLSTMRegressor(
        units=3, epochs=3, quantiles=(0.1, 0.5, 0.9), random_state=0
    )
    model = LSTMForecaster(net, horizon=3, n_steps=5, random_state=0)
    model.fit(np.random.default_rng(0).normal(size=80).cumsum())
    alone = model.predict_quantiles([0.1, 0.5, 0.9])
    steps = np.round(np.arange(0.05, 0.96, 0.05), 2)
    every = model.predict_quantiles(steps)
    pd.testing.assert_frame_equal(every[[0.1, 0.5, 0.9]], alone)
    assert (np.diff(every, axis=1) >= 0).all()  # no two cross
    pd.testing.assert_frame_equal(model.predict_quantiles([0.75]), every[[0.75]])
    bounds = model.predict_interval(0.5)
    lower = bounds["lower"].clip(alone[0.1], alone[0.5])
    np.testing.assert_allclose(every[0.25], lower)


# ---- wrong calls
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.predict_interval(95), "between 0 and 1, got 95 .a share"),
        (lambda m: m.predict_interval(0), "between 0 and 1"),
        (lambda m: m.predict_interval(0.8, 4), "calibrated for the 3 steps"),
        (lambda m: m.predict_quantiles([0.5, 1.0]), "between 0 and 1"),
        (lambda m: m.predict_quantiles([]), "between 0 and 1"),
        (lambda m: m.predict_quantiles([0.5, None]), "between 0 and 1"),
        (lambda m: m.predict_quantiles(None), "between 0 and 1"),
        (lambda m: m.predict_interval(0.99), "at least 99 windows .* leaves 17"),
    ],
)
def test_wrong_calls(call, message):
    model = ridge().fit(np.sin(np.arange(60)))
    with pytest.raises(ValueError, match=message):
        call(model)
    with pytest.raises(TypeError, match="horizon must be an int"):
        model.predict_interval(0.8, horizon="2")
    with pytest.raises(TypeError, match="coverage must be a number"):
        model.predict_interval("0.9")


def test_too_short_to_calibrate():
    model = ridge().fit(np.sin(np.arange(12)))
    with pytest.raises(ValueError, match="windows to fit on, 3 left out"):
        model.predict_interval()


# ---- the promise
def net():
    return VanillaLSTMRegressor(
        units=8,
        epochs=20,
        batch_size=256,
        normalization="mean",
        learning_rate=0.02,
        random_state=0,
    )


@pytest.mark.parametrize("regressor", [Ridge(), net()], ids=["ridge", "network"])
def test_covers_300_series(regressor):
    data = ar_and_season(300, 90)
    known, truth = data[data["t"] < 78], data[data["t"] >= 78]
    model = LSTMForecaster(
        regressor, horizon=12, n_steps=24, season_length=12, group="id", time="t"
    ).fit(known)
    for coverage in (0.8, 0.95):
        table = model.predict_interval(coverage)
        share = share_covered(truth["y"], table["lower"], table["upper"])
        assert abs(share - coverage) < 0.03


@pytest.mark.parametrize(
    ("file", "options", "origins"),
    [
        (
            "nn5_daily_train.csv",
            {"horizon": 14, "n_steps": 28, "fill": "seasonal"},
            {"n_origins": 30, "step": 14, "refit": 10},
        ),
        (
            "ETTh1.csv",
            {"horizon": 24, "n_steps": 168},
            {"n_origins": 40, "step": 97, "refit": 20},
        ),
    ],
    ids=["nn5", "etth1"],
)
def test_covers_in_a_backtest_of_real_series(shared_file, file, options, origins):
    """Over months of origins and all series: single weeks and series do differ."""
    table = pd.read_csv(shared_file(file), index_col="date", parse_dates=True)
    table = table[:8640]  # the training part of ETTh1; NN5 is all training
    data = table.melt(ignore_index=False, var_name="id").reset_index()
    model = LSTMForecaster(Ridge(), group="id", time="date", **options)
    for coverage in (0.8, 0.95):
        scores = model.backtest(data, coverage=coverage, **origins).scores
        assert abs(scores.loc["forecast", "coverage"] - coverage) < 0.03


def test_unit_of_other_data_that_never_moved_is_that_of_the_history():
    history = ar_and_season(4, 100).assign(y=lambda frame: 1000 * frame["y"])
    model = ridge(group="id", time="t").fit(history)
    still = pd.DataFrame({"id": "new", "t": np.arange(80, 100), "y": 5e4})
    alone = model.predict_interval(data=still)
    beside = model.predict_interval(data=pd.concat([history, still]))
    bounds = ["forecast", "lower", "upper"]
    np.testing.assert_allclose(alone[bounds], beside[bounds].tail(3))


def test_no_unit_reads_a_later_row():
    data = ar_and_season(3, 60).sort_values(["id", "t"])
    data.loc[(data["id"] == 1) & (data["t"] < 50), "y"] = 5.0  # moves late
    model = ridge(group="id", time="t")
    whole, known = (model._read(d) for d in (data, data[data["t"] < 45]))
    seen = scales(whole, 20)[data["t"].to_numpy() < 45]
    np.testing.assert_array_equal(seen, scales(known, 20))
    assert (seen[data.loc[data["t"] < 45, "id"].to_numpy() == 1][5:] > 0).all()


class Recorder(RegressorMixin, BaseEstimator):
    """Keeps the targets that it was fitted on and the times that it was asked for."""

    def fit(self, X, y):
        self.newest_ = y.max()
        return self

    def predict(self, X):
        self.first_ = X.times.min()
        return np.zeros((len(X), 3))


def test_calibration_shares_no_target_where_series_lack_times():
    days = pd.date_range("2024-01-01", periods=90)
    whole = pd.DataFrame({"id": np.repeat(["a", "b"], 90), "day": [*days, *days]})
    whole["y"] = np.tile(np.arange(90.0), 2)
    ragged = whole.drop(index=range(3, 90, 5))  # every fifth day of a
    X, y = make_supervised(ragged, 4, 3, group="id", time="day", target="y")
    model = Recorder()
    calibrate(lambda n: model, X, y, np.ones((len(X), 1)), 3, counted=False)
    assert model.newest_ < days.get_loc(model.first_)


def test_a_coverage_out_of_reach_is_refused_before_any_fit(monkeypatch):
    model = ridge().fit(load_airline())
    monkeypatch.setattr(Ridge, "fit", lambda *args, **kwargs: pytest.fail("fitted"))
    for call in (
        lambda: model.predict_interval(0.999),
        lambda: model.predict_quantiles([0.9999]),
        lambda: model.backtest(n_origins=2, coverage=0.999),
    ):
        with pytest.raises(ValueError, match="needs at least"):
            call()


def test_parameters_set_since_the_fit_change_no_forecast():
    regressor = Ridge()
    model = LSTMForecaster(regressor, horizon=3, n_steps=6).fit(load_airline())
    expected = model.predict(), model.predict_interval(0.8)
    del model.calibration_
    model.set_params(regressor__alpha=1e9, horizon=5, n_steps=2)
    pd.testing.assert_series_equal(model.predict(), expected[0])
    pd.testing.assert_frame_equal(model.predict_interval(0.8), expected[1])
    assert model.predict_quantiles([0.5]).shape == (3, 1)
    model.set_params(regressor=None)
    pd.testing.assert_series_equal(model.predict(), expected[0])
    coming = pd.date_range("1961-01-01", periods=2, freq="MS")
    assert len(model.update(pd.Series([500.0, 510.0], coming)).predict()) == 3
    assert len(model.set_params(n_steps=6).fit(load_airline()).predict()) == 5


def test_quantiles_set_since_the_fit_are_not_taken_for_those_trained():
    network = VanillaLSTMRegressor(
        units=2, epochs=1, quantiles=(0.1, 0.5, 0.9), random_state=0
    )
    model = LSTMForecaster(network, n_steps=6, random_state=0).fit(load_airline())
    expected = model.predict_quantiles([0.1, 0.9])
    model.set_params(regressor__quantiles=(0.25, 0.5, 0.75))
    pd.testing.assert_frame_equal(model.predict_quantiles([0.1, 0.9]), expected)


def test_a_search_over_quantile_networks_answers_itself():
    network = VanillaLSTMRegressor(
        units=2, epochs=1, quantiles=(0.1, 0.5, 0.9), random_state=0
    )
    search = GridSearchCV(network, {"units": [2]}, cv=RollingOriginSplit(2))
    found = [
        LSTMForecaster(regressor, n_steps=6, random_state=0)
        .fit(load_airline())
        .predict_quantiles([0.1, 0.9])
        for regressor in (network, search, make_pipeline(search))
    ]
    pd.testing.assert_frame_equal(found[1], found[0])
    pd.testing.assert_frame_equal(found[2], found[0])


def test_a_coverage_is_the_number_as_written():
    assert _rank(9, 0.9) == 9  # the float next to 0.9 would need a tenth


def test_a_series_that_has_not_moved_is_thought_to_move_as_the_others_by_level():
    days = pd.date_range("2024", periods=6)
    moving = pd.DataFrame({"id": "a", "t": days, "y": [0.0, 2, 4, 6, 8, 10]})
    still = moving.assign(id="b", y=[5.0, 5, 5, 5, 5, 8])
    later = moving.iloc[2:].assign(id="c", y=[1.0, 1, 1, 1])
    model = ridge(group="id", time="t", horizon=1, n_steps=1)
    panel = model._read(pd.concat([moving, still, later]))
    found = scales(panel, 20, np.nan).ravel()
    np.testing.assert_allclose(found[:6], [np.nan, 2, 2, 2, 2, 2])
    # Means so far are 0, 1, 2 ... of the first series, and 5 (at last 5.5) and 1.
    np.testing.assert_allclose(found[6:12], [np.nan, 10, 5, 10 / 3, 2.5, 0.6])
    np.testing.assert_allclose(found[12:], [1, 2 / 3, 1 / 2, (2 / 5 + 0.6 / 5.5) / 2])
    nothing = moving.assign(id="d", y=0.0)  # a level of 0 says nothing
    panel = model._read(pd.concat([moving, nothing]))
    np.testing.assert_allclose(scales(panel, 20, np.nan).ravel()[7:], 2)
