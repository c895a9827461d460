"""A linear map of the window beside the network."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal
from sklearn.linear_model import Ridge, RidgeCV
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import (
    EncoderDecoderLSTMRegressor,
    LSTMForecaster,
    VanillaLSTMRegressor,
    make_supervised,
)
from skforecast_lstm.datasets import load_airline, make_panel
from skforecast_lstm.regressors import _linear


@pytest.fixture(scope="module")
def samples():
    X, y = make_supervised(load_airline(), n_steps=12, horizon=3)
    return X[X.complete], y[X.complete]


def net(weight, **options):
    options = {"units": 2, "epochs": 2, "random_state": 0, "dtype": "float64"} | options
    return VanillaLSTMRegressor(linear_weight=weight, **options)


def by_hand(X, y, sample_weight=None, ridge=None):
    """Return the forecasts of ridge regression between two standardisations."""
    values, used = np.asarray(X)[:, :, 0], slice(None)
    if sample_weight is not None:
        used = sample_weight > 0
    scaler = StandardScaler().fit(y[used], None)
    mean, scale = values[used].mean(), values[used].std()
    ridge = ridge or RidgeCV(_linear.PENALTIES)
    x = (values - mean) / scale
    ridge.fit(x[used], scaler.transform(y[used]))
    return scaler.inverse_transform(ridge.predict(x).reshape(y.shape))


def test_weight_1_is_ridge_regression(samples):
    X, y = samples
    model = net(1.0).fit(X, y)
    np.testing.assert_allclose(model.predict(X), by_hand(X, y), rtol=1e-5)
    assert model.linear_map_.coef_.shape == (3, 12)
    assert model.linear_map_.intercept_.shape == (3,)


@pytest.mark.parametrize("normalization", ["global", "last", None])
@pytest.mark.parametrize("make", [VanillaLSTMRegressor, EncoderDecoderLSTMRegressor])
def test_forecasts_lie_between_network_and_map(samples, make, normalization):
    X, y = samples
    options = {"units": 2, "epochs": 2, "random_state": 0, "dtype": "float64"}
    net, part, line = (
        make(linear_weight=w, normalization=normalization, **options).fit(X, y)
        for w in (0.0, 0.25, 1.0)
    )
    assert not hasattr(net, "linear_map_")
    assert net.history_ == part.history_
    assert np.abs(net.predict(X) - line.predict(X)).mean() > 1
    wanted = 0.75 * net.predict(X) + 0.25 * line.predict(X)
    np.testing.assert_allclose(part.predict(X), wanted, rtol=1e-9)


def test_quantiles_move_together(samples):
    X, y = samples
    plain, moved = (
        net(w, quantiles=(0.1, 0.5, 0.9)).fit(X, y).predict_quantiles(X)
        for w in (0.0, 0.5)
    )
    assert (np.diff(plain) >= 0).all()
    np.testing.assert_allclose(np.diff(moved), np.diff(plain), atol=1e-6)
    line = net(1.0).fit(X, y).predict(X)
    np.testing.assert_allclose(moved[..., 1], (plain[..., 1] + line) / 2, rtol=1e-5)


def test_more_training_leaves_the_map_as_it_is(samples):
    X, y = samples
    model = net(0.5, warm_start=True).fit(X[:60], y[:60])
    first = model.linear_map_
    assert model.fit(X, y).linear_map_ is first
    assert model.partial_fit(X, y).linear_map_ is first
    model.set_params(warm_start=False).fit(X, y)
    assert not np.array_equal(model.linear_map_.coef_, first.coef_)
    before = model.predict(X)
    np.testing.assert_array_equal(model.set_params(linear_weight=0).predict(X), before)
    assert not hasattr(model.fit(X, y), "linear_map_")


def test_a_map_can_come_later(samples):
    X, y = samples
    model = net(0.0, warm_start=True).fit(X, y).set_params(linear_weight=1.0)
    np.testing.assert_allclose(model.fit(X, y).predict(X), by_hand(X, y), rtol=1e-5)


def test_windows_without_weight_are_not_seen(samples, monkeypatch):
    X, y = samples
    monkeypatch.setattr(_linear, "MOST_VALUES", 80 * 12)  # all that have a weight
    weight = np.where(np.arange(len(y)) < 80, 1.0, 0.0)
    found = net(1.0).fit(X, y, sample_weight=weight).predict(X)
    np.testing.assert_allclose(found, by_hand(X, y, weight), rtol=1e-5)


def test_of_many_windows_some_are_read(samples, monkeypatch):
    X, y = samples
    monkeypatch.setattr(_linear, "MOST_VALUES", 40 * 12 + 5)
    whole = by_hand(X, y)
    found = net(1.0).fit(X, y).predict(X)
    assert np.abs(found - whole).max() > 0.1
    assert np.abs(found - y).mean() < 1.3 * np.abs(whole - y).mean()


def test_weights_weigh(samples):
    X, y = samples
    weight = np.linspace(0.1, 3, len(y))
    found = net(1.0, normalization=None).fit(X, y, sample_weight=weight).predict(X)
    x = np.asarray(X)[:, :, 0]
    share = weight / weight.mean()  # a weight counts beside the others
    wanted = RidgeCV(_linear.PENALTIES).fit(x, y, sample_weight=share)
    np.testing.assert_allclose(found, wanted.predict(x), rtol=1e-5)


@pytest.mark.parametrize("unseen", [0, 9])
@pytest.mark.parametrize("n", [1, 2])
def test_of_two_windows_none_is_left_out(samples, n, unseen):
    X, y = samples[0][: n + unseen], samples[1][: n + unseen]
    weight = np.repeat([1.0, 0.0], [n, unseen])
    found = net(1.0, normalization=None).fit(X, y, sample_weight=weight).predict(X)
    x = np.asarray(X)[:, :, 0]
    wanted = Ridge(_linear.PENALTIES[-1]).fit(x[:n], y[:n])
    np.testing.assert_allclose(found, wanted.predict(x), rtol=1e-5)


@pytest.mark.parametrize("weight", [-0.1, 1.1, "half", None])
def test_other_weights_are_refused(samples, weight):
    with pytest.raises(ValueError, match=r"'linear_weight' parameter .* a float in"):
        net(weight).fit(*samples)


# ---- what the forecaster chooses
def chosen(data, **options):
    options = {"horizon": 2, "n_steps": 4, "epochs": 1, "n_members": 1, **options}
    model = LSTMForecaster(**options, random_state=0).fit(data)
    (member,) = model.estimator_.members_
    assert model.linear_weight_ == member.linear_weight
    return model.linear_weight_


def test_few_values_are_mostly_linear_a_series_alone_half_and_a_panel_not(monkeypatch):
    series = pd.Series(np.sin(np.arange(251.0)))
    assert chosen(series[:250]) == 0.75
    assert chosen(series) == 0.5
    covariate = pd.DataFrame({"y": series[:90], "x": 1.0 * np.arange(90)})
    assert chosen(covariate, target="y", past=["x"]) == 0.5
    roles = {"target": "value", "group": "series", "time": "time"}
    panel = make_panel(n_series=3, n=20, random_state=0)
    monkeypatch.setattr("skforecast_lstm.forecaster._defaults.FEW", 60)
    assert chosen(panel, **roles) == 0.75
    monkeypatch.setattr("skforecast_lstm.forecaster._defaults.FEW", 59)
    assert chosen(panel, **roles) == 0.0
    assert chosen(panel, linear_weight=0.3, **roles) == 0.3


def test_a_weight_out_of_reach_is_refused():
    wrong = LSTMForecaster(linear_weight=1.5)
    with pytest.raises(
        ValueError, match=r"linear_weight must lie between 0 and 1, got 1\.5"
    ):
        wrong.fit(load_airline())
    with pytest.raises(TypeError, match="linear_weight must be a number, got 'half'"):
        wrong.set_params(linear_weight="half").fit(load_airline())


def test_weight_beside_a_regressor_is_refused():
    with pytest.raises(ValueError, match="linear_weight are for regressor=None"):
        LSTMForecaster(Ridge(), linear_weight=0.5).fit(load_airline())


def test_saved_and_loaded_forecasts_are_the_same(tmp_path):
    made = LSTMForecaster(horizon=2, n_steps=4, epochs=1).fit(load_airline()[-40:])
    made.save(tmp_path / "model")
    found = LSTMForecaster.load(tmp_path / "model")
    line = found.estimator_.members_[0].linear_map_
    np.testing.assert_array_equal(
        line.coef_, made.estimator_.members_[0].linear_map_.coef_
    )
    assert_series_equal(found.predict(), made.predict(), check_exact=True)
