"""What the forecaster chooses where the user does not."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from skforecast_lstm import LSTMForecaster
from skforecast_lstm.datasets import load_airline
from skforecast_lstm.forecaster import _defaults
from skforecast_lstm.forecaster._frequency import usual_season


def scaled_panel(scales):
    season = np.sin(np.arange(40) * np.pi / 2) + 3
    parts = [
        pd.DataFrame({"series": f"s{k}", "time": np.arange(40), "y": scale * season})
        for k, scale in enumerate(scales)
    ]
    return pd.concat(parts, ignore_index=True)


def normalization(model):
    return model.estimator_.members_[0].normalization_


def test_series_of_very_different_scale_share_one_model():
    data = scaled_panel([1.0, 1e8])
    model = LSTMForecaster(
        horizon=2, season_length=4, group="series", time="time", random_state=0
    ).fit(data)
    assert normalization(model).scale_ == "shrunk"
    forecast = model.predict()
    small, large = forecast["y"].to_numpy().reshape(2, 2)
    np.testing.assert_allclose(large / 1e8, small, rtol=1e-4)
    np.testing.assert_allclose(small, [3.0, 4.0], rtol=0.1)


def test_single_series_keeps_its_scale():
    model = LSTMForecaster(epochs=1, random_state=0).fit(load_airline())
    assert normalization(model).scale_ is None
    assert normalization(model).log_
    assert model.season_length_ == 12
    assert model.n_steps_ == 24


@pytest.mark.parametrize("values", [[5, 120], [5, 120, 3], [10, 1000, 100_000]])
def test_a_rise_or_two_is_no_exponential_growth(values):
    series = pd.Series(np.array(values, float))
    forecast = LSTMForecaster(random_state=0).fit(series).predict()
    low, high = min(values) - np.ptp(values), max(values) + np.ptp(values)
    assert forecast.between(low, high).all()


@pytest.mark.parametrize(("n_rows", "horizon"), [(36, 12), (60, 12), (20, 6)])
def test_short_series_keep_windows_for_a_held_out_horizon(n_rows, horizon):
    series = pd.Series(np.arange(float(n_rows)) % 7 + np.arange(n_rows))
    model = LSTMForecaster(horizon=horizon, epochs=1, random_state=0).fit(series)
    windows_before_the_test = n_rows - model.n_steps_ - 2 * horizon + 1
    assert windows_before_the_test >= (n_rows - 2 * horizon) // 2


@pytest.mark.parametrize(
    ("n_rows", "n_series", "epochs", "rate"),
    [
        (80, 1, 96, 0.002),  # few windows: no more epochs than these
        (400, 1, 96, 0.001),  # many updates on windows that overlap: half as large
        (2000, 1, 32, 0.001),
        (80, 3, 150, 0.002),
        (2000, 3, 42, 0.004),  # batches of 128
    ],
)
def test_training_is_gentler_with_a_series_that_is_alone(
    n_rows, n_series, epochs, rate
):
    rows = pd.DataFrame({"time": np.arange(n_rows), "y": np.arange(n_rows) % 4 + 1.0})
    panel = pd.concat([rows.assign(series=k) for k in range(n_series)])
    model = LSTMForecaster(
        n_steps=8, season_length=4, target="y", group="series", time="time"
    )
    model._choose(model._read(panel))
    network = model._estimator(n_series * (n_rows - 8)).regressor
    assert (network.epochs, network.learning_rate) == (epochs, rate)


def test_history_is_as_long_as_the_windows_allow():
    times = pd.date_range("2000-01-01", periods=400, freq="MS")
    long = pd.Series(np.arange(400.0), times)
    for series, n_steps in ((long[:60], 24), (long[:250], 48), (long, 72)):
        model = LSTMForecaster()
        model._choose(model._read(series))
        assert model.n_steps_ == n_steps


@pytest.mark.parametrize(
    ("n_series", "n_members", "options"),
    [
        (1, 1, {}),
        (2, 5, {}),
        (2, 3, {"n_members": 3}),
        (2, 1, {"architecture": "stacked"}),
        (2, 1, {"regressor": Ridge()}),
    ],
)
def test_the_median_of_five_forecasts_a_panel(n_series, n_members, options):
    data = scaled_panel([1.0] * n_series)
    model = LSTMForecaster(group="series", time="time", **options)
    model._choose(model._read(data))
    assert model.n_members_ == n_members


def test_five_networks_are_trained_and_only_one_for_a_very_large_panel(monkeypatch):
    roles = {"group": "series", "time": "time"}
    model = LSTMForecaster(n_steps=4, epochs=1, random_state=0, **roles)
    model.fit(scaled_panel([1.0, 2.0]))
    assert len(model.estimator_.members_) == 5
    monkeypatch.setattr(_defaults, "MANY", 79)
    assert len(model.fit(scaled_panel([1.0, 2.0])).estimator_.members_) == 1


@pytest.mark.parametrize(
    ("season", "names"),
    [
        (1, ["YS", "YE", "BYE", "12MS", "bh", "1s500ms"]),
        (6, ["10min"]),
        (4, ["QS", "QE-NOV", "BQE", "BQS", "3MS"]),
        (5, ["B"]),
        (7, ["D", "24h", "1440min"]),
        (12, ["MS", "ME", "BMS", "BME", "CBMS", "2h", "120min"]),
        (24, ["h", "60min", "3600s"]),
        (26, ["2W", "14D"]),
        (48, ["30min", "1800s"]),
        (52, ["W-WED", "7D", "168h"]),
        (60, ["min", "60s"]),
        (96, ["15min", "900s"]),
    ],
)
def test_the_season_of_a_frequency_however_it_is_written(season, names):
    for name in names:
        assert usual_season(pd.tseries.frequencies.to_offset(name)) == season, name
    model = LSTMForecaster()
    flat = pd.Series(1.0, pd.date_range("2000", periods=30, freq=names[-1]))
    assert model._read(flat).freq == flat.index.freq
    model._choose(model._read(flat))
    assert model.season_length_ == season


@pytest.mark.parametrize(
    ("offset", "name"),
    [
        (pd.DateOffset(years=1), "YS"),
        (pd.DateOffset(months=1), "MS"),
        (pd.DateOffset(3, months=1), "QS"),
        (pd.DateOffset(weeks=2), "2W"),
        (pd.DateOffset(days=1), "D"),
        (pd.DateOffset(1), "D"),
        (pd.DateOffset(hours=1), "h"),
        (pd.DateOffset(hours=5), "5h"),
        (pd.DateOffset(minutes=15), "15min"),
        (pd.DateOffset(seconds=1), "s"),
        (pd.offsets.CustomBusinessDay(holidays=["2024-01-01"]), "B"),
        (pd.offsets.CustomBusinessDay(2), "2B"),
    ],
)
def test_the_season_of_an_offset_is_that_of_the_equal_name(offset, name):
    assert usual_season(offset) == usual_season(pd.tseries.frequencies.to_offset(name))


@pytest.mark.parametrize(
    "units", [{"months": 1, "days": 1}, {"days": 0.5}, {"weekday": 1}, {"day": 1}]
)
def test_a_frequency_of_no_name_has_no_season(units):
    assert usual_season(pd.DateOffset(**units)) == 1


def test_steps_that_do_not_divide_a_season_have_none():
    for name in ("2D", "3D", "5h", "7h", "7min", "50min", "3W", "5ME", "2B", "7s"):
        assert usual_season(pd.tseries.frequencies.to_offset(name)) == 1, name
    assert usual_season(pd.tseries.frequencies.to_offset("3ME")) == 4


@pytest.mark.parametrize("role", ["past", "future"])
def test_a_small_move_of_a_covariate_on_a_high_level_is_not_lost(role):
    rng = np.random.default_rng(0)
    f = rng.integers(0, 2, 122).astype(float)
    times = pd.date_range("2010", periods=122, freq="MS", name="month")
    forecasts = []
    for level, dtype in ((0, "float32"), (1e8, "float64")):
        data = pd.DataFrame({"y": 10 * f, "f": level + f}, times)
        options = {"target": "y", role: "f", "random_state": 0}
        model = LSTMForecaster(horizon=2, n_steps=4, epochs=20, **options)
        model.fit(data[:120])
        future = data[120:][["f"]] if role == "future" else None
        forecasts.append(model.predict(future=future))
        assert model.dtype_ == dtype
    np.testing.assert_allclose(*forecasts, rtol=0.01)


@pytest.mark.parametrize(("level", "dtype"), [(1e2, "float32"), (1e8, "float64")])
def test_a_small_move_on_a_high_level_is_not_lost(level, dtype):
    rng = np.random.default_rng(0)
    wave = 5 * np.sin(np.arange(120) * np.pi / 6) + rng.normal(0, 0.3, 120)
    data = pd.Series(level + wave, pd.date_range("2010", periods=120, freq="MS"))
    model = LSTMForecaster(horizon=6, epochs=30, random_state=0, smoothing_weight=0)
    found = model.fit(data).predict() - level
    assert model.dtype_ == dtype
    expected = 5 * np.sin(np.arange(120, 126) * np.pi / 6)
    assert np.abs(found - expected).max() < 2.5
