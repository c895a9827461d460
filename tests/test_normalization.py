"""Levels, scales and logarithms: what the network reads, and the way back."""

import keras
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import (
    CNNLSTMRegressor,
    ConvLSTMRegressor,
    PerFeature,
    Reshape4D,
    Reshape5D,
    SlidingWindow,
    VanillaLSTMRegressor,
    make_supervised,
)
from skforecast_lstm.regressors._normalization import LOG_OFFSET, Normalization
from skforecast_lstm.training import Program

MODES = [None, "global", "auto", "last", "mean", "standard"]


def net(**options):
    return VanillaLSTMRegressor(
        **{"units": 4, "epochs": 3, "random_state": 0, **options}
    )


@pytest.fixture
def positive():
    rng = np.random.default_rng(0)
    return np.exp(np.cumsum(rng.normal(0, 0.1, 80))) * 50


@pytest.fixture
def noise():
    return np.random.default_rng(0).normal(100, 10, 200)


def long_panel(*series):
    parts = [
        pd.DataFrame({"id": k, "t": np.arange(len(s)), "y": s})
        for k, s in enumerate(series)
    ]
    return pd.concat(parts)


def windows_of(panel, n_steps=6, horizon=2):
    return make_supervised(panel, n_steps, horizon, target="y", group="id", time="t")


def fitted(mode, X, y, log=False):
    targets = [0]
    return Normalization(mode, targets, log).fit(X, y, np.ones(len(X)))


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_targets_come_back(mode, log, positive):
    X, y = windows_of(long_panel(positive, 1000 * positive[::-1]))
    X, y = X[X.complete], y[X.complete]
    norm = fitted(mode, X, y, log)
    back = norm.restore(X, norm.targets_of(X, y)[:, :, np.newaxis])[:, :, 0]
    assert_allclose(back, y, rtol=1e-9)


def test_log_with_mean_by_hand(positive):
    X, y = make_supervised(positive, 6)
    norm = fitted("mean", X, y[:, np.newaxis], log=True)
    own = np.asarray(X)[..., 0].astype(float)
    offset = LOG_OFFSET * own.mean(axis=1)
    logs = np.log(own + offset[:, np.newaxis])
    level = logs.mean(axis=1)
    wanted = np.log(y + offset) - level
    wanted = (wanted - wanted.mean()) / wanted.std()
    assert_allclose(norm.targets_of(X, y[:, np.newaxis])[:, 0], wanted, rtol=1e-5)
    centred = logs - level[:, np.newaxis]
    centred = (centred - centred.mean()) / centred.std()
    assert_allclose(norm.windows(X)[..., 0], centred, atol=1e-4)


def test_auto_takes_the_level_that_was_closer_to_the_next_value(positive, noise):
    for series, level in ((positive, "last"), (noise, "mean")):
        X, y = make_supervised(series, 12)
        assert fitted("auto", X, y[:, np.newaxis]).level_ == level


def test_auto_takes_a_scale_out_of_several_series_only(positive):
    X, y = make_supervised(positive, 6, 2)
    assert fitted("auto", X, y).scale_ is None
    X, y = windows_of(long_panel(positive, positive[::-1]))
    assert fitted("auto", X, y).scale_ == "own"
    norm = fitted("auto", X, y, "auto")
    assert norm.scale_ == "shrunk"
    own = np.log(norm._own(X) + norm._offset(norm._own(X))[:, np.newaxis])
    spread = own.std(axis=1)
    assert_allclose(norm.usual_deviation_, spread.mean(axis=0))
    assert_allclose(norm._statistics(own)[1], np.sqrt(spread * spread.mean()))


@pytest.mark.parametrize(
    ("change", "expected"), [(0.0, True), (-1.0, False)], ids=["zero", "negative"]
)
def test_auto_takes_logarithms_unless_a_target_is_negative(change, expected, positive):
    positive[5] = change
    X, y = make_supervised(positive, 6)
    assert net(log="auto").fit(X, y).normalization_.log_ is expected


def test_auto_takes_no_logarithms_of_scaled_features(positive):
    X, y = make_supervised(positive, 6)
    model = make_pipeline(PerFeature(StandardScaler()), net(log="auto")).fit(X, y)
    assert model[-1].normalization_.log_ is False


def test_with_logarithms_a_forecast_is_never_negative(positive):
    sparse = np.where(np.arange(80) % 4, 0.0, positive)
    X, y = make_supervised(sparse, 8)
    options = {"epochs": 40, "learning_rate": 0.05, "normalization": "mean"}
    plain = net(**options).fit(X, y).predict(X)
    logs = net(log="auto", **options).fit(X, y).predict(X)
    assert plain.min() < 0
    assert logs.min() >= 0


@pytest.mark.parametrize("mode", [None, "auto"])
def test_logarithms_make_a_forecast_follow_the_unit(mode, positive):
    forecasts = []
    for unit in (1.0, 1000.0):
        X, y = make_supervised((positive * unit).reshape(-1, 1), 6)
        mode = mode or "last"
        fit = net(log=True, normalization=mode, dtype="float64").fit(X, y)
        forecasts.append(fit.predict(X) / unit)
    assert_allclose(*forecasts, rtol=1e-4)


def test_negative_targets_have_no_logarithm(positive):
    X, y = make_supervised(positive, 6)
    model = net(log=True).fit(X, y)
    with pytest.raises(ValueError, match=r"one of them is -[\d.]+; use log=False"):
        model.predict(-np.asarray(X))
    with pytest.raises(ValueError, match="use log=False"):
        net(log=True).fit(*make_supervised(-positive, 6))


def test_a_target_that_turns_negative_after_training_counts_as_0(positive):
    X, y = make_supervised(positive, 6)
    model = net(log="auto").fit(X, y)
    assert model.normalization_.log_
    later = np.concatenate([positive, [-5.0]])
    Z, _ = make_supervised(np.append(later, 1.0), 6)
    with pytest.warns(UserWarning, match="is -5, which counts as 0") as caught:
        found = model.predict(Z[-1:])
    assert {warning.filename for warning in caught} == {__file__}
    floor, _ = make_supervised(np.append(np.maximum(later, 0), 1.0), 6)
    assert_allclose(found, model.predict(floor[-1:]), rtol=1e-6)


def test_log_needs_the_history_of_the_target(positive):
    frame = pd.DataFrame({"y": positive, "x": positive[::-1]})
    X, y = make_supervised(frame, 6, target="y", include_target=False)
    with pytest.raises(ValueError, match="need each target's own history"):
        net(log=True).fit(X, y)
    assert net(log="auto").fit(X, y).normalization_.log_ is False


class Rates(keras.callbacks.Callback):
    seen: list = []  # noqa: RUF012

    def on_epoch_end(self, epoch, logs=None):
        Rates.seen.append(float(self.model.optimizer.learning_rate))


def test_cosine_decay(positive):
    X, y = make_supervised(positive, 6)
    options = {"learning_rate": 0.1, "epochs": 4, "callbacks": [Rates]}
    plain = net(**options).fit(X, y)
    traces = Program.n_traces
    Rates.seen.clear()
    network = net(decay="cosine", warm_start=True, **options).fit(X, y)
    assert Program.n_traces == traces
    wanted = [0.1 * (1 + np.cos(np.pi * k / 4)) / 2 for k in range(4)]
    assert_allclose(Rates.seen, wanted, rtol=1e-5)
    assert network.history_["loss"][0] == plain.history_["loss"][0]
    assert network.history_["loss"][-1] != plain.history_["loss"][-1]
    Rates.seen.clear()
    network.fit(X, y)  # goes on with a decay of its own
    assert_allclose(Rates.seen, wanted, rtol=1e-5)


def test_cosine_decay_and_a_schedule_exclude_each_other(positive):
    X, y = make_supervised(positive, 6)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    for options in (
        {"learning_rate": schedule}, {"optimizer": keras.optimizers.SGD(schedule)},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"schedule of its own; use decay=None"):
            net(decay="cosine", **options).fit(X, y)


# ---- windows whose features were transformed, and whose targets were not
@pytest.mark.parametrize("mode", ["auto", "standard"])
def test_windows_cut_for_a_cnn_keep_the_units_of_the_targets(mode, positive):
    X, y = make_supervised(positive)
    options = {"normalization": mode, "units": 3, "epochs": 2, "random_state": 0}
    scaled = PerFeature(StandardScaler()), SlidingWindow(8)
    whole = make_pipeline(*scaled, CNNLSTMRegressor(n_subsequences=2, **options))
    cut = make_pipeline(*scaled, Reshape4D(2), CNNLSTMRegressor(**options))
    expected = whole.fit(X, y).predict(X)
    assert_allclose(cut.fit(X, y).predict(X), expected, rtol=1e-6)
    images = make_pipeline(*scaled, Reshape5D(2), ConvLSTMRegressor(**options))
    error = np.abs(images.fit(X, y).predict(X) - y).mean()
    assert error < positive.std()


def test_an_array_has_lost_the_units_of_the_targets(positive):
    X, y = make_supervised(positive, n_steps=4)
    scaled = PerFeature(StandardScaler()).fit_transform(X)
    est = net(normalization="last").fit(scaled, y)
    with pytest.raises(ValueError, match="own units"):
        est.predict(np.asarray(scaled))
    est = net(normalization="global").fit(scaled, y)
    assert_allclose(est.predict(np.asarray(scaled)), est.predict(scaled), rtol=1e-6)


def test_weight_is_repetition_in_the_choice_of_the_level():
    rng = np.random.default_rng(3)
    X = np.concatenate(
        [rng.normal(size=(30, 6, 1)).cumsum(1), rng.normal(size=(9, 6, 1))]
    )
    y = np.concatenate([X[:30, -1], X[30:].mean(axis=1)])
    weight = np.repeat([1, 6], [30, 9])
    often = np.repeat(np.arange(39), weight)
    weighted = Normalization("auto", [0]).fit(X, y, weight.astype(float))
    repeated = Normalization("auto", [0]).fit(X[often], y[often], np.ones(len(often)))
    assert weighted.level_ == repeated.level_ != fitted("auto", X, y).level_
    for name in ("usual_size_", "usual_deviation_", "output_scale_"):
        assert_allclose(getattr(weighted, name), getattr(repeated, name))


# ---- y in the units of the windows
@pytest.mark.parametrize(
    "options",
    [{"normalization": mode} for mode in MODES[2:]] + [{"log": "auto"}, {"log": True}],
    ids=repr,
)
def test_targets_in_other_units_are_refused(options, positive):
    X, y = make_supervised(positive, 6, horizon=2)
    scaled = TransformedTargetRegressor(net(**options), transformer=StandardScaler())
    logs = TransformedTargetRegressor(
        net(**options), func=np.log, inverse_func=np.exp, check_inverse=False
    )
    for model in (scaled, logs):
        with pytest.raises(ValueError, match=r"column 0 of y is not in their units"):
            model.fit(X, y)
    with pytest.raises(ValueError, match="column 0"):
        net(**options).fit(X, y - np.asarray(X)[:, -1])
    assert np.isfinite(scaled.set_params(
        regressor__normalization="global", regressor__log=False
    ).fit(X, y).predict(X)).all()  # fmt: skip


def test_each_target_must_be_in_the_units_of_the_windows(positive):
    frame = pd.DataFrame({"a": positive, "b": positive * 7})
    X, y = make_supervised(frame, 6, horizon=2)
    y[:, [1, 3]] /= 7
    with pytest.raises(ValueError, match="column 1 of y is not in their units"):
        net(normalization="last").fit(X, y)


def test_targets_in_the_units_of_the_windows_may_differ_from_the_series(
    positive, noise
):
    rng = np.random.default_rng(1)
    for series in (positive, noise, noise - 100, np.full(60, 5.0)):
        X, y = make_supervised(series, 6, horizon=2)
        for changed in (
            y, y[rng.permutation(len(y))], np.where(y > y.max() * 0.9, y.mean(), y),
            y + rng.normal(0, 0.1 * y.std(), y.shape), y.astype(np.float32),
        ):  # fmt: skip
            net(normalization="last", epochs=1).fit(X, changed)
    last = X[-1:]  # nothing follows it
    net(normalization="last", epochs=1).fit(last, np.full((1, 2), 1e6))


def test_validation_windows_come_as_those_of_training(positive):
    X, y = make_supervised(positive, 6)
    scaled = PerFeature(StandardScaler()).fit_transform(X)
    for one, other in ((X, scaled), (scaled, X)):
        with pytest.raises(ValueError, match="one of X and X_val was transformed"):
            net().fit(one[:50], y[:50], X_val=other[50:], y_val=y[50:])
    with pytest.raises(ValueError, match="column 0 of y_val is not in their"):
        net(normalization="last").fit(X[:50], y[:50], X_val=X[50:], y_val=y[50:] * 9)
