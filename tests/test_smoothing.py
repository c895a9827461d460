"""Exponential smoothing beside the network."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from typer.testing import CliRunner

from skforecast_lstm import LSTMForecaster, make_supervised, make_windows
from skforecast_lstm.cli import app
from skforecast_lstm.datasets import load_airline, make_panel
from skforecast_lstm.forecaster import _banks, _smoothing, search_networks
from skforecast_lstm.forecaster._measured import _best, measured_weight
from skforecast_lstm.forecaster._smoothing import smoothing_forecasts
from skforecast_lstm.transformers import Flatten

SEASON = np.array([3.0, -1.0, 0.0, -2.0])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def after(values, horizon, season):
    """Return the forecast after the last row."""
    X = make_windows(np.asarray(values, dtype=float), dtype="float64")
    return smoothing_forecasts(X[[-1]], horizon, season)[0]


def profile_of(values, season, k, between):
    """Return season ``k`` less its mean and the trend ``between`` two seasons."""
    first, last = (np.mean(values[j * season : (j + 1) * season]) for j in between)
    slope, part = (last - first) / season, values[k * season : (k + 1) * season]
    return [
        part[j] - np.mean(part) - slope * (j - (season - 1) / 2) for j in range(season)
    ]


def one_by_one(values, season, n_first, horizon, model):
    """Return one model's forecast, in scalars; it begins with ``n_first`` seasons."""
    level_rate, trend_rate, profile_rate, left, seasonal = model
    m = season
    first, last = (np.mean(values[k * m : (k + 1) * m]) for k in (0, n_first - 1))
    slope = (last - first) / m
    level, trend = first - slope * (m + 1) / 2, slope if left > 0 else 0.0
    seasons = [profile_of(values, m, k, (0, n_first - 1)) for k in range(n_first)]
    profile = [seasonal * np.mean(of_phase) for of_phase in zip(*seasons, strict=True)]
    for t, value in enumerate(values):
        error = value - level - left * trend - profile[t % m]
        level += left * trend + level_rate * error
        trend = left * trend + level_rate * trend_rate * error
        profile[t % m] += profile_rate * (1 - level_rate) * error
        k, phase = divmod(t, m)
        if seasonal and profile_rate == 0 and k >= n_first and phase == m - 1:
            seasons.append(profile_of(values, m, k, (k - 1, k)))
            profile = list(np.mean(seasons, axis=0))
    forecast = []
    for k in range(horizon):
        trend *= left
        level += trend
        forecast.append(level + profile[(len(values) + k) % m])
    return forecast


@pytest.mark.parametrize("n_first", [1, 2])
def test_each_model_is_damped_holt_winters(rng, n_first):
    values = 10 + rng.normal(size=23).cumsum()
    start = 4 * n_first
    bank = _banks._Bank(values[np.newaxis], 4, start, 6, lambda steps: steps)
    for t in range(23):
        bank.follow(t)
    found = bank.forecast(22, 6)[:, 0].T
    models = _banks.models(4).T
    assert len(found) == len(models) == 8 * 9 * 4
    for k in range(len(models)):
        wanted = one_by_one(values, 4, n_first, 6, models[k])
        np.testing.assert_allclose(found[k], wanted, rtol=1e-9)


@pytest.mark.parametrize(
    ("horizon", "season", "start", "level", "n_rows"),
    [
        (2, 4, 8, 0, 40), (8, 4, 8, 20, 23), (4, 1, 6, 9, 13), (3, 6, 12, 9, 17),
        (3, 8, 8, 9, 13), (3, 8, 8, 0, 15), (3, 12, 12, 40, 13), (3, 12, 12, 40, 14),
        (5, 8, 8, 30, 12),
    ],
)  # fmt: skip
def test_the_best_of_the_models_answer(rng, horizon, season, start, level, n_rows):
    # With level 0 some are negative: no logarithms.
    values = level + rng.normal(size=n_rows).cumsum()
    offset = 0.3 * values[:start].mean()
    forms = [(values, lambda steps: steps)]
    if level:
        logs = np.log(values + offset)
        forms.append((logs, lambda steps: np.exp(steps) - offset))
    forecasts = {}
    for n in range(start, n_rows + 1):  # values known at an origin
        banks = [
            _banks._Bank(form[np.newaxis, :n], season, start, horizon, back)
            for form, back in forms
        ]
        for t in range(n):
            for bank in banks:
                bank.follow(t)
        forecasts[n] = np.concatenate(
            [b.forecast(n - 1, horizon)[:, 0].T for b in banks]
        )
    near = far = 0
    for n, forecast in forecasts.items():
        coming = values[n : n + horizon]
        error = np.abs(forecast[:, : len(coming)] - coming)
        near = near + error[:, :1].sum(axis=1)
        if (n - start) % max(1, horizon // 4) == 0:
            far = far + error.sum(axis=1)
    n_horizons = (n_rows - start) / horizon
    weight = n_horizons / (n_horizons + 5)
    errors = weight * np.log(far) + (1 - weight) * np.log(near)
    share = max(0.03, (season / (season + n_rows - start)) ** 2)
    best = np.argsort(errors)
    least = np.exp(errors[best[round(0.03 * len(errors)) - 1]])
    similar = np.exp(errors) <= 2 * least
    best = best[: round(share * len(errors))]
    if (n_rows - start) / season >= 0.25:
        best = best[: max(round(0.03 * len(errors)), similar.sum())]
    np.testing.assert_allclose(
        after(values, horizon, season),
        np.median(forecasts[n_rows][best], axis=0),
        rtol=1e-9,
    )


@pytest.mark.parametrize(
    ("n_seasons", "n_kept", "n_alike"),
    # By 0.24 of a season nothing is known about what errors are similar.
    [
        (0, 100, 100),
        (0.24, 65, 65),
        (0.25, 64, 20),
        (1, 25, 20),
        (2, 11, 11),
        (9, 3, 3),
    ],
)
def test_few_seasons_keep_more_models_with_similar_errors(n_seasons, n_kept, n_alike):
    # Model k forecasts k: the median of the best n is (n - 1) / 2.
    forecast = np.broadcast_to(np.arange(100.0), (1, 3, 100))
    alike, better = np.full((2, 100), 1.0)
    better[3:20], better[20:] = 1.9, 2.1
    half = np.append(alike[:50], np.full(50, np.inf))  # as without logarithms
    errors = np.stack([alike, better, half])
    found = _smoothing._median_of_best(forecast, errors, n_seasons)[:, 0]
    n_half = max(np.round(0.03 * 50), np.round(50 * (1 + n_seasons) ** -2))
    wanted = (np.array([n_kept, n_alike, n_half]) - 1) / 2
    np.testing.assert_array_equal(found, wanted)


def test_what_repeats_or_grows_steadily_is_found():
    t = np.arange(48)
    np.testing.assert_allclose(after(np.full(48, 7.0), 3, 4), 7)
    repeating = np.tile(SEASON, 12)
    np.testing.assert_allclose(after(repeating, 6, 4), repeating[:6], atol=1e-9)
    growing = np.exp(0.02 * np.arange(54)) * (20 + np.resize(SEASON, 54))
    np.testing.assert_allclose(after(growing[:48], 6, 4), growing[48:], rtol=0.04)
    line = 5.0 + 2 * t
    np.testing.assert_allclose(after(line - 60, 3, 1), line[-1] - 60 + [2, 4, 6], 0.1)


def test_no_later_value_has_a_part_in_it(rng):
    values = np.abs(rng.normal(size=80)).cumsum()
    X = make_windows(values, dtype="float64")
    found = smoothing_forecasts(X[20:50], 5, 4)
    for k, origin in enumerate(range(21, 51)):
        np.testing.assert_allclose(found[k], after(values[:origin], 5, 4), rtol=1e-9)
    values[50:] = -1e6  # from then on also no logarithms
    X = make_windows(values, dtype="float64")
    np.testing.assert_array_equal(smoothing_forecasts(X[20:60], 5, 4)[:30], found)


def test_too_little_is_left_to_the_network(rng):
    values = rng.normal(size=60)
    assert np.isnan(after(values[:11], 3, 7)).all()
    assert np.isfinite(after(values[:12], 3, 7)).all()
    # With less than a season known there is none.
    np.testing.assert_array_equal(after(values[:19], 3, 20), after(values[:19], 3, 1))
    assert (after(values[:20], 3, 20) != after(values[:20], 3, 1)).any()


def test_one_season_is_repeated_two_tell_a_trend():
    season = np.array([5.0, -1, 0, -2, 3, -4, 1, 2, -3, 6, -5, -2])  # its mean is 0
    np.testing.assert_allclose(after(9 + season, 24, 12), 9 + np.tile(season, 2))
    line = 9 + np.tile(season, 2) + np.arange(24) / 2
    coming = after(line, 12, 12) - 9 - season
    assert (coming > 11).all()
    assert coming[-1] > coming[0] + 3


@pytest.mark.parametrize("at_once", [1, 2**18])
def test_each_series_and_target_by_itself(rng, monkeypatch, at_once):
    monkeypatch.setattr(_smoothing, "VALUES_AT_ONCE", at_once)
    lengths = {"c": 40, "a": 14, "b": 31, "d": 5}
    frame = pd.concat(
        pd.DataFrame(
            {"s": key, "t": np.arange(n), "y": rng.normal(size=n), "z": 10.0**n}
        )
        for key, n in lengths.items()
    )
    frame.loc[frame["s"] == "c", "y"] += 9  # has logarithms, others have not
    X = make_windows(frame, target=["y", "z"], group="s", time="t", dtype="float64")
    found = smoothing_forecasts(X, 3, 4).reshape(-1, 3, 2)
    assert len(found) == 90
    for key, n in lengths.items():
        rows = found[X.groups == key]
        for k in range(n):
            for target, name in enumerate(["y", "z"]):
                own = frame.loc[frame["s"] == key, name].to_numpy()[: k + 1]
                np.testing.assert_allclose(
                    rows[k, :, target], after(own, 3, 4), rtol=1e-9
                )


def test_units_do_not_matter(rng):
    positive = np.abs(rng.normal(size=50))
    late = np.append(
        np.zeros(10), np.exp(np.arange(40) / 9)
    )  # no size to add before logarithms
    for values in (positive, late, rng.normal(size=50)):
        scaled = after(values * 1e6, 4, 4)
        np.testing.assert_allclose(scaled, after(values, 4, 4) * 1e6, rtol=1e-6)


def test_what_was_never_negative_is_not_forecast_so():
    falling = np.maximum(50.0 - np.arange(52), 0)
    assert (after(falling, 12, 4) >= 0).all()
    assert (after(falling[:48], 12, 4) >= 0).all()
    assert (after(falling[:48] - 60, 12, 4) < -50).all()
    zeros = after(np.zeros(40), 3, 4)
    np.testing.assert_array_equal(zeros, 0)


# ---- in the forecaster
OPTIONS = {"horizon": 3, "n_steps": 12, "epochs": 1, "random_state": 0}


def smooth(data, horizon=3):
    return after(data.to_numpy(), horizon, 12)


@pytest.fixture(scope="module")
def airline():
    return load_airline().astype(float)


@pytest.fixture(scope="module")
def made(airline):
    """Return forecasters by their weight."""
    return {
        w: LSTMForecaster(smoothing_weight=w, **OPTIONS).fit(airline[:-6])
        for w in (0, 0.25, 1, None)
    }


def test_forecasts_lie_between_network_and_smoothing(made, airline):
    net = made[0].predict().to_numpy()
    line = smooth(airline[:-6])
    assert np.abs(net - line).min() > 0.1
    np.testing.assert_allclose(made[1].predict(), line, rtol=1e-5)
    np.testing.assert_allclose(
        made[0.25].predict(), 0.75 * net + 0.25 * line, rtol=1e-5
    )
    assert made[None].smoothing_weight_ == 2 / 3
    np.testing.assert_allclose(made[None].predict(), (net + 2 * line) / 3, rtol=1e-5)


def test_it_reads_the_whole_history(made, airline):
    np.testing.assert_allclose(
        made[1].predict(data=airline[:100]), smooth(airline[:100]), rtol=1e-5
    )
    short = airline[:8]  # too few rows to smooth: the network alone
    with pytest.warns(UserWarning, match="earliest value is repeated"):
        found = made[1].predict(data=short)
    with pytest.warns(UserWarning, match="earliest value is repeated"):
        assert_series_equal(found, made[0].predict(data=short))
    again = LSTMForecaster(smoothing_weight=1, **OPTIONS).fit(airline[:-9])
    again.update(airline[-9:-6])
    np.testing.assert_allclose(again.predict(), smooth(airline[:-6]), rtol=1e-5)
    beyond = made[1].predict(5).to_numpy()
    longer = np.append(airline[:-6], beyond[:3])
    np.testing.assert_allclose(beyond[3:], after(longer, 3, 12)[:2], rtol=1e-5)


def test_backtest_smooths_what_was_known(airline):
    model = LSTMForecaster(smoothing_weight=1, **OPTIONS)
    table = model.backtest(airline, n_origins=3, step=3, refit=False).forecasts
    found = table["forecast"].to_numpy().reshape(3, 3)
    wanted = [smooth(airline[:k]) for k in (135, 138, 141)]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_intervals_are_of_the_errors_with_smoothing(made, airline):
    line = made[1].predict_interval(0.8)
    assert_series_equal(line["forecast"], made[1].predict(), check_names=False)
    other = clone(made[1]).set_params(random_state=1).fit(airline[:-6])
    assert_frame_equal(other.predict_interval(0.8), line, rtol=1e-5)


def test_own_quantiles_move_together(airline):
    from skforecast_lstm import VanillaLSTMRegressor

    net = VanillaLSTMRegressor(units=2, epochs=1, quantiles=(0.1, 0.5, 0.9))
    options = {"horizon": 3, "n_steps": 12, "n_members": 2, "random_state": 0}
    plain, moved = (
        LSTMForecaster(net, smoothing_weight=w, **options).fit(airline)
        for w in (None, 1)
    )
    assert plain.smoothing_weight_ == 0
    quantiles = [0.1, 0.5, 0.9]
    shift = moved.predict_quantiles(quantiles) - plain.predict_quantiles(quantiles)
    assert np.ptp(shift.to_numpy(), axis=1).max() < 1e-3
    line = smooth(airline)
    np.testing.assert_allclose(moved.predict_quantiles([0.5])[0.5], line, rtol=1e-5)


@pytest.mark.parametrize(
    ("n", "weight"), [(60, 2 / 3), (250, 2 / 3), (251, None), (5000, None), (5001, 0.0)]
)
def test_weight_goes_by_the_length_of_a_series(n, weight):
    model = LSTMForecaster(**OPTIONS)
    model._choose(model._read(np.arange(float(n))))
    assert model.smoothing_weight_ == weight


# ---- the weight that is measured
def walk(n=300, seed=0):
    return np.random.default_rng(seed).normal(size=n).cumsum() + 100


def cycle(n=300, seed=0):
    noise, values = np.random.default_rng(seed).normal(size=n), np.zeros(n)
    for t in range(2, n):
        values[t] = 1.6 * values[t - 1] - 0.8 * values[t - 2] + noise[t]
    return values


RIDGE = make_pipeline(Flatten(), Ridge())


def test_measured_by_hand():
    values, errors = walk(), np.zeros(5)
    X, y = make_supervised(values, n_steps=4, horizon=3)
    X, y = X[X.complete], y[X.complete]
    first = len(X) - int(0.2 * len(X))
    windows = np.asarray(X)[:, :, 0]
    model = Ridge().fit(windows[: first - 2], y[: first - 2])
    for k in range(len(X) - 1, first - 1, -3):
        line = after(values[: k + 4], 3, 1)
        net = model.predict(windows[[k]])[0]
        for place, w in enumerate((0, 0.25, 0.5, 0.75, 1)):
            errors[place] += np.abs(y[k] - w * line - (1 - w) * net).mean()
    best = errors.argmin() / 4
    assert best > 0
    assert errors.min() < 0.97 * errors[0]
    assert measured_weight(RIDGE, X, y, 1) == best


class Counting(Ridge):
    n_windows = 0

    def fit(self, X, y):
        type(self).n_windows = len(X)
        return super().fit(X, y)


def test_measured_on_the_newest_fifth():
    X, y = make_supervised(walk(), n_steps=4, horizon=3)
    X, y = X[X.complete], y[X.complete]
    measured_weight(make_pipeline(Flatten(), Counting()), X, y, 1)
    assert Counting.n_windows == len(X) - int(0.2 * len(X)) - 2


def test_measured_is_0_where_smoothing_does_not_pay():
    X, y = make_supervised(cycle(), n_steps=4, horizon=3)
    assert measured_weight(RIDGE, X[X.complete], y[X.complete], 1) == 0
    # Nor where no window is left to fit on.
    X, y = make_supervised(walk(30), n_steps=4, horizon=22)
    assert measured_weight(RIDGE, X[X.complete], y[X.complete], 1) == 0


def test_each_series_counts_alike_in_the_measure():
    for_network, for_smoothing = np.linspace(1, 3, 5), np.linspace(3, 1, 5)
    errors = np.stack([1000 * for_network, for_smoothing, for_smoothing], axis=1)
    assert _best(errors, np.array([0, 1, 2])) == 1
    assert _best(errors, np.array([0, 0, 2])) == 0
    assert _best(np.full((5, 2), np.nan), np.array([0, 0])) == 0
    assert _best(np.zeros((5, 2)), np.array([0, 0])) == 0
    little = np.array([1.0, 0.98, 1, 1, 1])[:, np.newaxis]  # which may be chance
    assert _best(little, np.array([0])) == 0
    assert _best(np.array([1.0, 0.96, 1, 1, 1])[:, np.newaxis], np.array([0])) == 0.25


def test_the_forecaster_measures_longer_series():
    data = pd.Series((walk() - 90).cumsum(), pd.date_range("2020-01-01", periods=300))
    model = LSTMForecaster(**OPTIONS).fit(data)
    X, y = model._samples(model.history_)
    member = clone(model.estimator_.members_[0])
    assert model.smoothing_weight_ == model.estimator_.smoothing_weight_ > 0
    complete = X.complete
    assert model.smoothing_weight_ == measured_weight(
        member, X[complete], y[complete], model.season_length_
    )
    found = search_networks(
        LSTMForecaster(**OPTIONS), data, steps=[12], units=[2],
        architectures=["vanilla"], n_splits=2,
    ).forecaster  # fmt: skip
    assert found.smoothing_weight in (0, 0.25, 0.5, 0.75, 1)


def test_nothing_beside_covariates_regressors_and_for_the_largest(airline, monkeypatch):
    def weight(model, data):
        model._choose(model._read(data))
        return model.smoothing_weight_

    frame = airline.to_frame("y").assign(x=1.0)
    for role in ("past", "future"):
        told = LSTMForecaster(target="y", **{role: ["x"]})
        assert weight(told, frame) == 0
        assert weight(told.set_params(smoothing_weight=0.3), frame) == 0.3
    assert weight(LSTMForecaster(Ridge()), airline) == 0
    assert weight(LSTMForecaster(Ridge(), smoothing_weight=0.5), airline) == 0.5
    panel = make_panel(n_series=3, n=20, random_state=0)
    many = LSTMForecaster(target="value", group="series", time="time")
    assert weight(many, panel) == 2 / 3
    defaults = "skforecast_lstm.forecaster._defaults"
    monkeypatch.setattr(f"{defaults}.MANY", 59)
    assert weight(many, panel) is None  # to be measured
    monkeypatch.setattr(f"{defaults}.LARGEST", 59)
    assert weight(many, panel) == 0


@pytest.mark.parametrize("weight", [-0.1, 1.1, np.nan])
def test_weights_out_of_range_are_refused(airline, weight):
    with pytest.raises(ValueError, match="smoothing_weight must lie between 0 and 1"):
        LSTMForecaster(smoothing_weight=weight).fit(airline)


@pytest.mark.parametrize("weight", ["half", True, [0.5]])
def test_weights_of_another_kind_are_refused(airline, weight):
    with pytest.raises(TypeError, match="smoothing_weight must be a number"):
        LSTMForecaster(smoothing_weight=weight).fit(airline)


def test_windows_without_their_series_are_refused(made):
    with pytest.raises(TypeError, match="needs SeriesWindows"):
        made[1].estimator_.predict(np.zeros((2, 12, 1)))


def test_saved_and_loaded_forecasts_are_the_same(made, tmp_path):
    made[0.25].save(tmp_path / "model")
    found = LSTMForecaster.load(tmp_path / "model")
    assert found.smoothing_weight_ == 0.25
    assert_series_equal(found.predict(), made[0.25].predict(), check_exact=True)


def test_a_search_keeps_the_weight(airline):
    model = LSTMForecaster(**OPTIONS)
    found = search_networks(
        model, airline, steps=[12], units=[2], architectures=["vanilla"], n_splits=2
    ).forecaster
    assert found.smoothing_weight == 2 / 3
    assert found.fit(airline).smoothing_weight_ == 2 / 3


def test_wide_frames_column_by_column(airline):
    wide = pd.DataFrame({"a": airline, "b": airline[::-1].to_numpy()})
    model = LSTMForecaster(smoothing_weight=1, **OPTIONS).fit(wide)
    wanted = pd.DataFrame({name: smooth(wide[name]) for name in wide})
    found = model.predict().reset_index(drop=True).rename_axis(columns=None)
    assert_frame_equal(found, wanted, rtol=1e-5, check_freq=False)


def test_on_the_command_line(airline, tmp_path):
    file, out = tmp_path / "airline.csv", tmp_path / "forecast.csv"
    airline.to_frame("y").to_csv(file)
    options = ["--horizon", "3", "--steps", "12", "--epochs", "1"]
    for command, more in (("forecast", []), ("backtest", ["--n-origins", "1"])):
        given = [command, str(file), *options, "--smoothing-weight", "1", *more]
        ran = CliRunner().invoke(app, [*given, "--output", str(out)])
        assert ran.exit_code == 0, ran.output
        line = smooth(airline if command == "forecast" else airline[:-3])
        np.testing.assert_allclose(
            pd.read_csv(out)["y" if command == "forecast" else "forecast"], line, 1e-5
        )
        out.unlink()
    ran = CliRunner().invoke(app, ["forecast", str(file), "--smoothing-weight", "2"])
    assert ran.exit_code == 2
