"""The regressors: every option has its effect, every form of data gives the same."""

import copy
import os
import pickle
import random
import subprocess
import sys
import textwrap
from dataclasses import dataclass

import joblib
import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone, is_regressor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skforecast_lstm import (
    BidirectionalLSTMRegressor,
    CNNLSTMRegressor,
    ConvLSTMRegressor,
    EncoderDecoderLSTMRegressor,
    PerFeature,
    Reshape4D,
    Reshape5D,
    SlidingWindow,
    StackedLSTMRegressor,
    VanillaLSTMRegressor,
    make_supervised,
)
from skforecast_lstm.regressors import BaseLSTMRegressor
from skforecast_lstm.regressors._inputs import check_data, scale_weights
from skforecast_lstm.regressors._samples import split_windows
from skforecast_lstm.windows import SeriesWindows

ALL = [
    VanillaLSTMRegressor,
    StackedLSTMRegressor,
    BidirectionalLSTMRegressor,
    CNNLSTMRegressor,
    ConvLSTMRegressor,
    EncoderDecoderLSTMRegressor,
]
TINY = {"units": 3, "epochs": 2, "random_state": 0}


@pytest.fixture(autouse=True)
def plain_graph(monkeypatch):
    """Compile without XLA, in a fraction of the time; no result depends on it."""
    monkeypatch.setattr(BaseLSTMRegressor, "_use_xla", lambda self: False)


def vanilla(**parameters):
    return VanillaLSTMRegressor(**{**TINY, **parameters})


def small(cls, **parameters):
    own = {"filters": 3} if cls in (CNNLSTMRegressor, ConvLSTMRegressor) else {}
    return cls(**{**TINY, **own, **parameters})


@pytest.fixture
def wave():
    rng = np.random.default_rng(0)
    return np.sin(np.arange(70) / 4) + rng.normal(0, 0.1, 70) + 3


@pytest.fixture
def panel():
    """Three parallel series of different level and scale."""
    rng = np.random.default_rng(1)
    columns = [np.sin(np.arange(60) / k) * k + 10 * k for k in (2, 3, 4)]
    return np.stack(columns, axis=1) + rng.normal(0, 0.1, (60, 3))


# ---- every option has an effect
@pytest.mark.parametrize(
    "options",
    [
        {"units": 4}, {"activation": "relu"}, {"segment": 2}, {"dropout": 0.4},
        {"normalization": None}, {"normalization": "last"}, {"normalization": "mean"},
        {"normalization": "standard"}, {"quantiles": (0.1, 0.5, 0.9)}, {"loss": "mae"},
        {"optimizer": "sgd"}, {"learning_rate": 0.05}, {"epochs": 3},
        {"batch_size": 8}, {"shuffle": False},
        {"validation_split": 0.3}, {"random_state": 1},
    ],
    ids=repr,
)  # fmt: skip
def test_option_has_an_effect(options, wave):
    X, y = make_supervised(wave, n_steps=8)
    one = vanilla().fit(X, y).predict(X)
    assert not np.allclose(vanilla(**options).fit(X, y).predict(X), one)


@pytest.mark.parametrize(
    ("cls", "options"),
    [
        (StackedLSTMRegressor, {"units": (3, 3, 2)}),
        (CNNLSTMRegressor, {"n_subsequences": 4}),
        (CNNLSTMRegressor, {"filters": 5}),
        (CNNLSTMRegressor, {"kernel_size": 1}),
        (CNNLSTMRegressor, {"pool_size": 1}),
        (ConvLSTMRegressor, {"n_subsequences": 4}),
        (ConvLSTMRegressor, {"n_rows": 2}),
        (ConvLSTMRegressor, {"filters": 5}),
        (ConvLSTMRegressor, {"kernel_size": 1}),
        (EncoderDecoderLSTMRegressor, {"encoder": "bidirectional"}),
        (EncoderDecoderLSTMRegressor, {"decoder_units": 5}),
    ],
)
def test_option_of_an_architecture_has_an_effect(cls, options, wave):
    X, y = make_supervised(wave, n_steps=8)
    one = small(cls).fit(X, y).predict(X)
    other = small(cls, **options).fit(X, y).predict(X)
    assert not np.allclose(one, other)


def softer(x):
    return keras.ops.tanh(x) / 2


def test_activation_takes_any_function(wave):
    X, y = make_supervised(wave, n_steps=8)
    named = vanilla(activation="tanh").fit(X, y).predict(X)
    for same in (keras.ops.tanh, lambda x: keras.ops.tanh(x)):
        assert_allclose(vanilla(activation=same).fit(X, y).predict(X), named, rtol=1e-6)
    for cls in set(ALL) - {BidirectionalLSTMRegressor}:
        soft = small(cls, activation=softer).fit(X, y).predict(X)
        assert not np.allclose(soft, small(cls).fit(X, y).predict(X))
    # Keras' Bidirectional copies its layer by its configuration.
    with keras.saving.custom_object_scope({"softer": softer}):
        BidirectionalLSTMRegressor(**TINY, activation=softer).fit(X, y)


def test_stacked_takes_a_depth(wave):
    X, y = make_supervised(wave, n_steps=8)
    est = small(StackedLSTMRegressor, units=(4, 3, 2)).fit(X, y)
    lstms = [x for x in est.model_.layers if isinstance(x, keras.layers.LSTM)]
    assert [layer.units for layer in lstms] == [4, 3, 2]


@pytest.mark.parametrize("cls", ALL)
def test_every_architecture_learns(cls, wave):
    X, y = make_supervised(wave, n_steps=8)
    own = {"filters": 8} if cls in (CNNLSTMRegressor, ConvLSTMRegressor) else {}
    est = cls(units=8, epochs=60, learning_rate=0.02, random_state=0, **own)
    assert est.fit(X, y).score(X, y) > 0.8
    assert is_regressor(est)


# ---- normalization
@pytest.mark.parametrize("mode", ["last", "mean", "standard"])
def test_shifting_a_series_shifts_the_forecast(mode, wave):
    def forecast(series):
        X, y = make_supervised(series, n_steps=6)
        return vanilla(normalization=mode).fit(X, y).predict(X)

    assert_allclose(forecast(wave + 50), forecast(wave) + 50, rtol=1e-5)


def test_standard_scales_with_the_series(wave):
    def forecast(series):
        X, y = make_supervised(series, n_steps=6)
        return vanilla(normalization="standard").fit(X, y).predict(X)

    assert_allclose(forecast(wave * 40), forecast(wave) * 40, rtol=1e-4)


@pytest.mark.parametrize("mode", ["last", "mean", "standard"])
def test_a_level_never_seen_is_given_back(mode, wave):
    X, y = make_supervised(wave, n_steps=6)
    est = vanilla(normalization=mode).fit(X, y)
    far, _ = make_supervised(wave + 1000, n_steps=6)
    assert_allclose(est.predict(far) - 1000, est.predict(X), atol=2e-3)


@pytest.mark.parametrize("mode", ["global", "last", "mean", "standard"])
def test_output_is_in_the_targets_units_after_scaling_of_features(mode, panel):
    X, y = make_supervised(panel, n_steps=6, horizon=2)
    parameters = {"normalization": mode, "epochs": 15, "learning_rate": 0.02}
    est = vanilla(**parameters)
    scaled = make_pipeline(PerFeature(StandardScaler()), clone(est)).fit(X, y)
    assert_allclose(scaled.predict(X), est.fit(X, y).predict(X), rtol=0.05)
    assert_allclose(scaled.predict(X).mean(axis=0), y.mean(axis=0), rtol=0.1)


def test_constant_windows_have_no_scale():
    X = np.repeat(np.arange(1.0, 30)[:, np.newaxis], 5, axis=1)
    est = vanilla(normalization="standard").fit(X, X[:, 0])
    assert np.isfinite(est.predict(X)).all()


def test_target_features_say_whose_level_is_taken(panel):
    X, y = make_supervised(panel, n_steps=6, target=1)
    lazy = vanilla(normalization="last").fit(X, y).predict(X)
    array = np.asarray(X)
    named = vanilla(normalization="last", target_features=[1]).fit(array, y)
    assert_allclose(named.predict(array), lazy, rtol=1e-6)
    first = vanilla(normalization="last").fit(array, y).predict(array)
    assert not np.allclose(first, lazy)
    with pytest.raises(ValueError, match=r"stand in the features \[1\]; leave it out"):
        vanilla(normalization="last", target_features=[0]).fit(X, y)


# ---- targets, horizons, quantiles
def test_quantiles_with_several_targets_and_horizons(panel):
    X, y = make_supervised(panel, n_steps=6, horizon=2, target=[0, 2])
    q = (0.1, 0.5, 0.9)
    for cls, mode in (
        (VanillaLSTMRegressor, "global"), (VanillaLSTMRegressor, "standard"),
        (EncoderDecoderLSTMRegressor, "last"),
    ):  # fmt: skip
        est = small(cls, quantiles=q, normalization=mode).fit(X, y)
        quantiles = est.predict_quantiles(X)
        assert quantiles.shape == (len(X), 4, 3)
        assert (np.diff(quantiles, axis=2) >= 0).all()
        assert_array_equal(est.predict(X), quantiles[:, :, 1])
        assert est.predict(X).shape == y.shape
        assert est.n_targets_ == 2


def test_quantiles_cover_what_they_say():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(600, 2)), rng.normal(size=600)
    est = vanilla(
        quantiles=(0.1, 0.5, 0.9), epochs=60, batch_size=200, learning_rate=0.02
    ).fit(X, y)
    below = (y[:, np.newaxis] < est.predict_quantiles(X)[:, 0]).mean(axis=0)
    assert_allclose(below, [0.1, 0.5, 0.9], atol=0.06)


def test_n_targets_of_arrays_and_of_lazy_windows(panel):
    X, y = make_supervised(panel, n_steps=6, horizon=2)
    lazy = small(EncoderDecoderLSTMRegressor).fit(X, y)
    assert lazy.n_targets_ == 3
    array = small(EncoderDecoderLSTMRegressor, n_targets=3)
    array.fit(np.asarray(X), y)
    assert_array_equal(array.predict(np.asarray(X)), lazy.predict(X))
    decoder = lazy.model_.get_layer("decoder")
    assert decoder.output.shape[1] == 2  # horizon


# ---- forms of data
def test_forms_of_univariate_windows_are_equal(wave):
    X, y = make_supervised(wave, n_steps=8)
    array = np.asarray(X)
    lazy = vanilla().fit(X, y)
    cubed = vanilla().fit(array, y)
    flat = vanilla().fit(array[:, :, 0], y)
    expected = lazy.predict(X)
    for est in (lazy, cubed, flat):
        for form in (X, array, array[:, :, 0]):
            assert_array_equal(est.predict(form), expected)


@pytest.mark.parametrize("mode", ["global", "standard"])
def test_lazy_equals_array(mode, panel):
    X, y = make_supervised(panel, n_steps=6, horizon=2)
    fits = [
        small(cls, normalization=mode, n_targets=3).fit(form, y).predict(form)
        for cls in (VanillaLSTMRegressor, EncoderDecoderLSTMRegressor)
        for form in (X, np.asarray(X))
    ]
    assert_allclose(fits[0], fits[1], rtol=1e-6)
    assert_allclose(fits[2], fits[3], rtol=1e-6)


@pytest.mark.parametrize("cls", [CNNLSTMRegressor, ConvLSTMRegressor])
def test_windows_cut_before_equal_windows_cut_inside(cls, panel):
    X, y = make_supervised(panel, n_steps=8, target=0)
    expected = small(cls, n_subsequences=2).fit(X, y).predict(X)
    for cut in (Reshape4D(2), Reshape5D(2)):
        parts = cut.fit_transform(X)
        est = small(cls).fit(parts, y)
        assert_array_equal(est.predict(parts), expected)
        assert_array_equal(est.predict(np.asarray(X)), expected)
    decoded = small(EncoderDecoderLSTMRegressor, encoder="cnn", filters=3).fit(parts, y)
    assert decoded.predict(parts).shape == y.shape


def test_rows_of_a_part_are_those_of_five_dimensions(panel):
    X, y = make_supervised(panel, n_steps=8, target=0)
    parts = Reshape5D(2, n_rows=2).fit_transform(X)
    est = small(ConvLSTMRegressor).fit(parts, y)
    inside = small(ConvLSTMRegressor, n_subsequences=2, n_rows=2).fit(X, y)
    assert_array_equal(est.predict(parts), inside.predict(X))


def test_input_types(wave):
    X, y = make_supervised(wave, n_steps=4)
    X, y = (np.round(10 * np.asarray(a)).astype(int) for a in (X, y))
    X = X[:, :, 0]
    expected = vanilla(dtype="float32").fit(X.astype(float), y.astype(float))
    expected = expected.predict(X.astype(float))
    names = [f"lag{k}" for k in range(4, 0, -1)]
    for form in (
        X, X.tolist(), X.astype(np.float32), X.astype(np.int8), np.asfortranarray(X),
        pd.DataFrame(X, columns=names),
    ):  # fmt: skip
        est = vanilla(dtype="float32").fit(form, pd.Series(y))
        assert_allclose(est.predict(form), expected, rtol=1e-5)
    assert list(est.feature_names_in_) == names


def test_float_type_follows_the_data(wave):
    X, y = make_supervised(wave, n_steps=4)
    array = np.asarray(X)
    for form, dtype in ((X, "float32"), (array, "float32"), (array * 1.0, "float32"),
                        (array.astype(float), "float64")):  # fmt: skip
        weights = vanilla().fit(form, y).model_.get_weights()
        assert {w.dtype.name for w in weights} == {dtype}
    assert vanilla(dtype="float64").fit(X, y).weights_[0].dtype == np.float64
    est = vanilla().fit(array, y)
    assert_allclose(est.predict(array.astype(float)), est.predict(array), rtol=1e-6)
    assert est.predict(array).dtype == y.dtype


def test_shape_of_the_prediction_is_that_of_y(wave):
    X, y = make_supervised(wave, n_steps=4)
    assert vanilla().fit(X, y).predict(X).shape == y.shape
    column = y[:, np.newaxis]
    assert vanilla().fit(X, column).predict(X).shape == column.shape


# ---- windows without a full history
def test_incomplete_windows_are_left_out_of_training_and_predicted(wave):
    X, y = make_supervised(wave, n_steps=1)
    longer = X.with_steps(6)
    complete = longer.complete
    assert not complete.all()
    est = vanilla().fit(longer, y)
    only = vanilla().fit(longer[complete], y[complete])
    assert_array_equal(est.predict(longer), only.predict(longer))
    first = np.full((1, 6), wave[0], dtype=np.float32)
    assert_allclose(est.predict(longer)[:1], est.predict(first), rtol=1e-6)
    piped = make_pipeline(SlidingWindow(6), vanilla()).fit(X, y)
    assert_array_equal(piped.predict(X), est.predict(longer))


# ---- training goes on
def test_warm_start_and_partial_fit_continue_exactly(wave):
    X, y = make_supervised(wave, n_steps=4)
    whole = vanilla(epochs=5, dropout=0.2, batch_size=16).fit(X, y)
    parts = vanilla(epochs=3, dropout=0.2, batch_size=16, warm_start=True).fit(X, y)
    parts = pickle.loads(pickle.dumps(parts))
    parts.set_params(epochs=2).fit(X, y)
    steps = vanilla(dropout=0.2, batch_size=16)
    for _ in range(5):
        steps.partial_fit(X, y)
    for est in (parts, steps):
        assert est.history_ == whole.history_
        assert est.n_iter_ == 5
        assert_array_equal(est.predict(X), whole.predict(X))


def test_without_warm_start_a_fit_begins_anew(wave):
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla().fit(X, y)
    once = est.predict(X)
    assert_array_equal(est.fit(X, y).predict(X), once)
    assert len(est.history_["loss"]) == 2


# ---- validation
@pytest.mark.parametrize("horizon", [1, 3])
def test_validation_split_takes_the_newest_and_purges(horizon, wave):
    X, y = make_supervised(wave, n_steps=4, horizon=horizon)
    est = vanilla(validation_split=0.2).fit(X, y)
    shuffled = np.random.default_rng(0).permutation(len(X))
    weight = np.ones(len(X))
    old, new = split_windows(est, (X[shuffled], y[shuffled], weight), None)
    n_new = int(0.2 * len(X))
    assert_array_equal(np.sort(new[0].times), X.times[-n_new:])
    assert_array_equal(np.sort(old[0].times), X.times[: -n_new - horizon + 1])
    # No target stands on both sides.
    assert not set(old[1].ravel()) & set(new[1].ravel())
    assert len(est.history_["val_loss"]) == 2


def test_validation_split_of_a_panel_is_by_time():
    t = np.tile(np.arange(30), 3)
    frame = pd.DataFrame({"id": np.repeat(list("abc"), 30), "t": t, "v": t * 1.0})
    X, y = make_supervised(
        frame, n_steps=4, horizon=2, group="id", time="t", target="v"
    )
    est = vanilla(validation_split=0.25).fit(X, y)
    old, new = split_windows(est, (X, y, np.ones(len(X))), None)
    assert old[0].times.max() == new[0].times.min() - 2
    assert set(old[0].groups) == set(new[0].groups) == set("abc")


def test_validation_split_of_ragged_series_shares_no_target():
    days = pd.date_range("2024-01-01", periods=60)
    frame = pd.DataFrame({"id": np.repeat(["a", "b"], 60), "day": [*days, *days]})
    frame["v"] = [*np.arange(60.0), *np.arange(60.0)]
    X, y = make_supervised(
        frame.drop(index=43), n_steps=4, horizon=3, group="id", time="day", target="v"
    )
    est = vanilla(validation_split=0.25).fit(X, y)
    old, new = split_windows(est, (X, y, np.ones(len(X))), None)
    assert old[1].max() == days.get_loc(new[0].times.min()) < new[1].min()


def test_given_validation_windows(wave):
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla(normalization=None).fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    error = est.predict(X[40:]) - y[40:]
    assert_allclose(est.history_["val_loss"][-1], (error**2).mean(), rtol=1e-5)
    assert_array_equal(est.predict(X), vanilla(normalization=None)
                       .fit(X[:40], y[:40]).predict(X))  # fmt: skip


def test_validation_targets_are_in_the_units_of_training(wave):
    """The statistics of the training windows serve both."""
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla().fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    error = (est.predict(X[40:]) - y[40:]) / y[:40].std()
    assert_allclose(est.history_["val_loss"][-1], (error**2).mean(), rtol=1e-4)


# ---- the model and its copies
# Keras itself reads a variable in a way that NumPy deprecates.
@pytest.mark.filterwarnings("ignore:__array__ implementation")
def test_model_is_a_real_keras_model(wave, tmp_path, capsys):
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla(normalization=None, metrics=["mae"]).fit(X, y)
    assert isinstance(est.model_, keras.Model)
    est.model_.summary()
    assert "lstm" in capsys.readouterr().out
    est.model_.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    windows = np.asarray(X)
    assert_allclose(loaded(windows).numpy()[:, 0], est.predict(X), rtol=1e-5)
    results = est.model_.evaluate(windows, y, verbose=0, return_dict=True)
    assert_allclose(results["mae"], abs(est.predict(X) - y).mean(), rtol=1e-5)


def test_weights_have_mean_one_over_the_windows_trained_on():
    """The windows without history, left out, do not count."""
    X, y = make_supervised(np.sin(np.arange(40.0)))
    X = SlidingWindow(n_steps=12).fit_transform(X)
    weight = np.where(X.complete, 2.0, 1000.0)
    kept = scale_weights(*check_data(vanilla(), X, y, weight, reset=True), "float32")
    assert len(kept[0]) == X.complete.sum() < len(X)
    assert_allclose(kept[2], 1.0)
    fits = [vanilla().fit(X, y, sample_weight=w) for w in (None, weight)]
    assert_allclose(fits[0].predict(X), fits[1].predict(X))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_of_any_size_are_trained_with(dtype):
    """A weight that is 0 in the network's float type leaves its window out."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 4)).astype(dtype)
    y, weight = X.sum(axis=1), 0.9 ** np.arange(1500.0)  # down to 1e-69
    options = {"shuffle": False, "normalization": "global", "batch_size": 512}
    one = vanilla(**options).fit(X, y, 1e-200 * weight)
    assert np.isfinite(one.history_["loss"]).all()
    heavy = weight > np.finfo(dtype).tiny
    assert heavy.all() == (dtype == "float64")
    other = vanilla(**options).fit(X[heavy], y[heavy], weight[heavy])
    assert_allclose(one.predict(X), other.predict(X), rtol=1e-5, atol=1e-6)
    split = vanilla(**options, validation_split=0.3).fit(X[::-1], y[::-1], weight[::-1])
    assert split.history_["loss"][-1] < split.history_["loss"][0]
    assert np.isfinite(split.history_["val_loss"]).all()


@pytest.mark.parametrize("n_targets", [None, 2])
def test_lazy_windows_without_targets_are_as_an_array_of_them(n_targets):
    series = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    X = SeriesWindows(series, np.arange(5, 25), n_steps=4)
    y = series[6:26]
    lazy = vanilla(n_targets=n_targets).fit(X, y)
    array = vanilla(n_targets=n_targets).fit(np.asarray(X), y)
    assert lazy.n_targets_ == array.n_targets_ == (n_targets or 1)
    assert_array_equal(lazy.predict(X), array.predict(np.asarray(X)))
    for given in (None, [0, 1]):
        est = vanilla(normalization="last", n_targets=2, target_features=given)
        with pytest.raises(ValueError, match="not among the features"):
            est.fit(X, y)


def test_changed_weights_change_the_prediction(wave):
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla(normalization=None).fit(X, y)
    before = est.predict(X)
    est.model_.set_weights([0 * w for w in est.model_.get_weights()])
    assert_array_equal(est.predict(X), np.zeros(len(X)))
    assert_array_equal(pickle.loads(pickle.dumps(est)).predict(X), np.zeros(len(X)))
    assert_array_equal(est.fit(X, y).predict(X), before)


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("cls", ALL)
def test_copies_predict_the_same(cls, touched, wave, tmp_path):
    X, y = make_supervised(wave, n_steps=4)
    est = small(cls, metrics=["mae"], callbacks=[keras.callbacks.EarlyStopping("loss")])
    est.fit(X, y)
    if touched:
        est.model_.get_weights()
    expected = est.predict(X)
    joblib.dump(est, tmp_path / "est.joblib")
    for other in (
        pickle.loads(pickle.dumps(est)), copy.deepcopy(est), copy.copy(est),
        joblib.load(tmp_path / "est.joblib"),
    ):  # fmt: skip
        assert_array_equal(other.predict(X), expected)
        assert other.history_ == est.history_
        assert_array_equal(other.partial_fit(X, y).n_iter_, est.n_iter_ + 1)
    assert_array_equal(est.predict(X), expected)


# ---- errors
def wrong(parameters, match, X=None, y=None, cls=VanillaLSTMRegressor, **fit):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 10)) if X is None else X
    y = rng.normal(size=len(X)) if y is None else y
    with pytest.raises((ValueError, TypeError), match=match):
        small(cls, **parameters).fit(X, y, **fit)


@pytest.mark.parametrize(
    ("cls", "parameters", "match"),
    [
        (CNNLSTMRegressor, {"n_subsequences": 3}, r"10.*n_subsequences=3.*1, 2, 5"),
        (ConvLSTMRegressor, {"n_subsequences": 4}, r"n_subsequences=4.*1, 2, 5"),
        (ConvLSTMRegressor, {"n_subsequences": 2, "n_rows": 2}, r"n_rows=2.*1, 5"),
        (VanillaLSTMRegressor, {"segment": 3}, r"n_steps=10.*segment=3.*1, 2, 5"),
        (VanillaLSTMRegressor, {"quantiles": (0.1, 0.9)}, "0.5 among them"),
        (VanillaLSTMRegressor, {"quantiles": (0.5, 0.1)}, "must increase"),
        (VanillaLSTMRegressor, {"quantiles": (0.5, 1.0)}, "between 0 and 1"),
        (VanillaLSTMRegressor, {"quantiles": (0.5,), "loss": "mae"}, "pinball loss"),
        (VanillaLSTMRegressor, {"quantiles": (0.5,), "metrics": ["mae"]}, "metrics=No"),
        (VanillaLSTMRegressor, {"units": 0}, "'units' parameter"),
        (VanillaLSTMRegressor, {"units": (3, 2)}, "'units' parameter"),
        (StackedLSTMRegressor, {"units": ()}, "units.*at least one layer"),
        (StackedLSTMRegressor, {"units": (3, 0)}, "units.*positive int"),
        (EncoderDecoderLSTMRegressor, {"units": (3, 2)}, "units.*stacked"),
        (VanillaLSTMRegressor, {"activation": "rely"}, "activation.*rely"),
        (VanillaLSTMRegressor, {"normalization": "first"}, "'normalization' param"),
        (VanillaLSTMRegressor, {"log": "yes"}, "'log' param"),
        (VanillaLSTMRegressor, {"normalization": "globl"}, "did you mean 'global'"),
        (VanillaLSTMRegressor, {"optimizer": "adm"}, "optimizer must.*mean 'adam'"),
        (VanillaLSTMRegressor, {"loss": "huberr"}, "loss must be.*mean 'huber'"),
        (VanillaLSTMRegressor, {"activation": "tanhh"}, "activation.*mean 'tanh'"),
        (VanillaLSTMRegressor, {"metrics": ["maee"]}, "metrics must.*mean 'mae'"),
        (VanillaLSTMRegressor, {"n_targets": 2}, r"1 columns.*n_targets=2"),
        (VanillaLSTMRegressor,
         {"normalization": "last", "target_features": [1]}, r"target_features=\[1\]"),
        (VanillaLSTMRegressor, {"validation_split": 0.99}, "none to train"),
        (VanillaLSTMRegressor, {"callbacks": [1]}, "callbacks takes Keras callbacks"),
        (VanillaLSTMRegressor, {"callbacks": [dict]}, "callbacks: {} is no Keras"),
        (VanillaLSTMRegressor, {"loss": "mean_squared"}, "loss"),
        (VanillaLSTMRegressor, {"optimizer": "adom"}, "optimizer"),
        (VanillaLSTMRegressor, {"metrics": ["mea"]}, "metric"),
    ],
)  # fmt: skip
def test_wrong_parameters(cls, parameters, match):
    if parameters.get("validation_split"):
        wrong(parameters, match, X=np.ones((1, 3)), y=np.ones(1), cls=cls)
    else:
        wrong(parameters, match, cls=cls)


def test_wrong_names_are_all_told_with_the_nearest():
    with pytest.raises(TypeError, match=r"'unit' \(did you mean 'units'\?\), 'xyzzy'"):
        VanillaLSTMRegressor(unit=3, xyzzy=1)
    with pytest.raises(ValueError, match=r"'epoch' \(did you mean 'epochs'\?\), 'los'"):
        VanillaLSTMRegressor().set_params(epoch=3, los=1)


def test_wrong_data(wave):
    X = np.random.default_rng(0).normal(size=(20, 5, 2))
    y = X[:, -1, 0]
    hole = X.copy()
    hole[3, 1, 1] = np.nan
    wrong({}, r"X contains NaN.*1 are not.*window 3, step 1, feature 1", hole, y)
    hole[3, 1, 1] = np.inf
    wrong({}, r"X contains infinity.*window 3, step 1, feature 1", hole, y)
    wrong({}, r"y contains NaN.*row 0", X, np.full(20, np.nan))
    wrong({}, "at least one non-zero", X, y, sample_weight=np.zeros(20))
    wrong({}, "Negative values", X, y, sample_weight=-np.ones(20))
    wrong({}, "inconsistent numbers of samples", X, y[:-1])
    wrong({}, "Found array with dim 3", X, X)
    wrong({}, r"dim 4", X.reshape(20, 5, 2, 1), y)
    wrong({}, "minimum of 1", X[:0], y[:0])
    wrong({}, "y_val has 2 columns.*fitted to 1", X, y, X_val=X, y_val=np.c_[y, y])
    lazy, target = make_supervised(wave, n_steps=4)
    wrong({}, "0 windows", lazy[:0], target[:0])
    series = np.sin(np.arange(90.0))[:, np.newaxis]
    series[7] = np.nan
    by_hand = SeriesWindows(series, np.arange(5, 80), 6)
    wrong({}, r"X contains NaN.*1 are not.*row of a window 7", by_hand, np.zeros(75))
    wrong({}, "n_steps=400 is longer than the history", lazy.with_steps(400), target)


@pytest.mark.parametrize("parameters", [{}, {"segment": 3}, {"loss": "no such"}])
def test_a_fit_that_is_refused_leaves_the_estimator_as_it_was(parameters):
    X, y = make_supervised(np.arange(60.0), 4, 2)
    est = vanilla().fit(X, y)
    before, expected = dict(vars(est)), est.predict(X)
    est.set_params(**parameters)
    with pytest.raises(ValueError, match=r"Negative|cut into|no such"):
        est.fit(np.zeros((9, 5, 1)), np.zeros(9), sample_weight=-np.ones(9))
    est.set_params(segment=1, loss="mse")
    assert vars(est) == before
    np.testing.assert_array_equal(est.predict(X), expected)


def test_wrong_windows_at_predict(panel, wave):
    X, y = make_supervised(panel, n_steps=5, target=0)
    est = vanilla().fit(X, y)
    with pytest.raises(ValueError, match=r"shape \(4, 3\).*fitted on.*\(5, 3\)"):
        est.predict(np.asarray(X)[:, 1:])
    with pytest.raises(ValueError, match=r"2 features a step.*expecting 3"):
        est.predict(np.asarray(X)[:, :, :2])
    with pytest.raises(ValueError, match="NaN"):
        est.predict(np.full((1, 5, 3), np.nan))
    with pytest.raises(ValueError, match=r"0 windows|minimum of 1"):
        est.predict(X[:0])
    with pytest.raises(
        ValueError, match=r"fitted with quantiles|fitted *with quantiles"
    ):
        est.predict_quantiles(X)
    with pytest.raises(ValueError, match="not fitted"):
        vanilla().predict(X)
    with pytest.raises(AttributeError, match="not fitted"):
        _ = vanilla().model_


@pytest.mark.parametrize("mode", ["last", "mean", "standard"])
def test_per_window_normalization_needs_the_target_among_the_features(mode, panel):
    X, y = make_supervised(panel, n_steps=5, target=0, include_target=False)
    wrong(
        {"normalization": mode},
        r"not among the features; use include_target=True",
        X,
        y,
    )


def test_warm_start_refuses_another_network(wave):
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla(warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match=r"another structure.*warm_start=False"):
        est.set_params(units=4).fit(X, y)
    with pytest.raises(ValueError, match=r"y has 2 columns.*fitted to 1"):
        est.set_params(units=3).fit(X, np.c_[y, y])
    assert est.fit(X, y).n_iter_ == 4


def test_weights_can_not_be_changed_unseen(wave):
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla(normalization=None).fit(X, y)
    for copied in (est, copy.deepcopy(est), pickle.loads(pickle.dumps(est))):
        copied.predict(X)
        with pytest.raises(ValueError, match="read-only"):
            copied.weights_[0][:] = 0
    for k, array in enumerate(est.weights_):
        est.weights_[k] = 0 * array
    assert_array_equal(est.predict(X), np.zeros(len(X)))
    assert_array_equal(pickle.loads(pickle.dumps(est)).predict(X), np.zeros(len(X)))


def test_parameters_set_after_a_fit_are_for_the_next_one(wave):
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla().fit(X, y)
    expected = est.predict(X)
    est.set_params(units=5, quantiles=(0.5,), segment=3, normalization="last")
    assert_array_equal(est.predict(X), expected)
    assert_array_equal(pickle.loads(pickle.dumps(est)).predict(X), expected)
    assert est.model_.layers[1].units == 3
    assert est.set_params(segment=1).fit(X, y).model_.layers[1].units == 5


def test_an_encoder_set_after_a_fit_leaves_the_shape_of_windows_alone(wave):
    X, y = make_supervised(wave, n_steps=4)
    X = np.asarray(X).reshape(-1, 2, 2, 1)
    est = small(EncoderDecoderLSTMRegressor, encoder="cnn", filters=3).fit(X, y)
    expected = est.predict(X)
    assert_array_equal(est.set_params(encoder="vanilla").predict(X), expected)


def test_what_only_scikeras_can_use_is_absent(wave):
    X, y = make_supervised(wave, n_steps=4)
    for est in (vanilla(), vanilla().fit(X, y)):
        for name in ("initialize", "feature_encoder", "target_encoder"):
            assert not hasattr(est, name)
            with pytest.raises(AttributeError, match=f"no {name}; use "):
                getattr(est, name)
        public = [name for name in dir(est) if hasattr(est, name) and name[0] != "_"]
        assert {"current_epoch", "initialized_", "fit", "score"} < set(public)


# ---- extension
@dataclass(kw_only=True, eq=False, repr=False)
class GRURegressor(BaseLSTMRegressor):
    """Forecast with a GRU and a layer after it.

    Parameters
    ----------
    units : int, default=50
    hidden : int, default=4
    {shared parameters}
    """

    hidden: int = 4

    def _encode(self, x):
        x = keras.layers.GRU(self.units, activation=self.activation, dtype=x.dtype)(x)
        return keras.layers.Dense(self.hidden, activation="relu", dtype=x.dtype)(x)


def test_a_new_architecture_is_a_small_class(wave):
    X, y = make_supervised(wave, n_steps=1)
    pipeline = make_pipeline(SlidingWindow(4), GRURegressor(**TINY))
    grid = {"slidingwindow__n_steps": [4, 6], "gruregressor__hidden": [2, 3]}
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(X, y)
    assert np.isfinite(search.best_score_)
    assert "patience" in GRURegressor.__doc__
    best = search.best_estimator_[-1]
    assert best.model_.layers[-2].units == best.hidden


# ---- seeds
def test_a_seed_gives_the_same_bits_whatever_came_before(wave):
    X, y = make_supervised(wave, n_steps=4)

    def forecast(seed=3):
        return vanilla(random_state=seed, dropout=0.1).fit(X, y).predict(X)

    one = forecast()
    vanilla(random_state=None, units=4).fit(X, y)
    random.random()
    np.random.rand()  # noqa: NPY002
    tf.random.normal((3,))
    assert_array_equal(forecast(), one)
    assert_array_equal(
        forecast(np.random.RandomState(3)), forecast(np.random.RandomState(3))
    )
    assert not np.allclose(forecast(4), one)
    state = np.random.RandomState(3)
    assert not np.array_equal(forecast(state), forecast(state))


@pytest.mark.parametrize("given", [{"X_val": True}, {"y_val": True}])
def test_validation_needs_windows_and_targets(given, wave):
    X, y = make_supervised(wave, n_steps=4)
    with pytest.raises(ValueError, match="X_val and y_val go together"):
        vanilla().fit(X, y, **{k: X if k == "X_val" else y for k in given})


def test_faults_of_the_validation_windows_speak_of_them(wave):
    X, y = make_supervised(wave, n_steps=4)
    as_returned = r".*Pipeline\(transform_input=\['X_val'\]\)"
    flat = np.asarray(X)[:, :, 0]
    hole = flat.copy()
    hole[3, 1] = np.nan

    def refuse(message, X, X_val, y_val):
        with pytest.raises(ValueError, match=message):
            vanilla().fit(X, y, X_val=X_val, y_val=y_val)

    steps = rf"X_val has windows of shape \(1, 1\).*\(4, 1\).*{as_returned}"
    for one, short in ((X, X.with_steps(1)), (flat, flat[:, 3:]), (X, flat[:, 3:])):
        refuse(steps, one, short, y)
    two = np.concatenate([X, X], axis=2)
    refuse(f"X_val has 2 features a step.*expecting 1 .*{as_returned}", X, two, y)
    for given in (hole, hole[:, :, np.newaxis]):
        refuse("Input X_val contains NaN.*window 3, step 1", flat, given, y)
    refuse("Input y_val contains NaN", X, X, np.full(len(y), np.nan))
    refuse("X_val holds 0 windows", X, X[:0], y[:0])
    early = make_supervised(wave)[0][:2].with_steps(4)
    refuse("history of each of the 2 windows of X_val", X, early, y[:2])
    frame = pd.DataFrame(flat, columns=list("abcd"))
    refuse("feature names should match", frame, frame.rename(columns={"a": "z"}), y)
    assert_array_equal(
        vanilla().fit(frame, y, X_val=frame, y_val=y).predict(frame),
        vanilla().fit(flat, y, X_val=flat, y_val=y).predict(flat),
    )


@pytest.mark.parametrize("quantiles", [(), ["a"], (0.5, None)])
def test_quantiles_are_numbers(quantiles, wave):
    with pytest.raises(ValueError, match="quantiles must be numbers between 0 and 1"):
        vanilla(quantiles=quantiles).fit(*make_supervised(wave, n_steps=4))


def test_a_seed_gives_the_same_bits_in_another_process(wave):
    script = """
        import numpy as np
        from skforecast_lstm import VanillaLSTMRegressor, make_supervised

        VanillaLSTMRegressor._use_xla = lambda self: False
        wave = np.frombuffer(bytes.fromhex(input()))
        X, y = make_supervised(wave, n_steps=4)
        est = VanillaLSTMRegressor(units=3, epochs=2, random_state=0, dropout=0.1)
        print(est.fit(X, y).predict(X).tobytes().hex())
    """
    out = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], input=wave.tobytes().hex(),
        capture_output=True, text=True, check=True, env=dict(os.environ),
    )  # fmt: skip
    X, y = make_supervised(wave, n_steps=4)
    here = vanilla(dropout=0.1).fit(X, y).predict(X)
    assert out.stdout.strip() == here.tobytes().hex()


def test_a_fit_leaves_every_global_generator_alone(wave):
    from tensorflow.python.eager import context
    from tensorflow.python.framework import config

    def states():
        generator = keras.src.random.seed_generator.global_seed_generator()
        return (
            random.getstate(), repr(np.random.get_state()),  # noqa: NPY002
            config.is_op_determinism_enabled(), context.global_seed(),
            tf.random.get_global_generator().state.numpy().tolist(),
            generator.state.numpy().tolist(), keras.config.floatx(),
        )  # fmt: skip

    X, y = make_supervised(wave, n_steps=4)
    before = states()
    for seed in (0, None):
        for cls in ALL:
            small(cls, random_state=seed, dropout=0.1).fit(X, y).predict(X)
    vanilla(units=7, dtype="float64").fit(X, y).model_.get_weights()
    assert states() == before


def test_unseeded_fits_differ(wave):
    X, y = make_supervised(wave, n_steps=4)
    fits = [vanilla(random_state=None).fit(X, y).predict(X) for _ in range(2)]
    assert not np.allclose(*fits)


# ---- what y may hold
@pytest.mark.parametrize("normalization", ["global", "last"])
def test_columns_that_may_be_steps_or_targets_are_refused(normalization, panel):
    X, y = make_supervised(panel[:, :2], n_steps=4, horizon=2)
    est = vanilla(normalization=normalization)
    with pytest.raises(ValueError, match=r"y has 2 columns.* horizon=2.* 4 columns"):
        est.fit(X, y[:, ::2])
    assert est.set_params(n_targets=2).fit(X, y[:, :2]).n_targets_ == 2
    est.set_params(n_targets=1, normalization="global")
    assert est.fit(X, y[:, ::2]).n_targets_ == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"normalization": "last"}, {"log": True}, {"dtype": "float64"},
        {"n_targets": 1}, {"target_features": [0]},
    ],
    ids=repr,
)  # fmt: skip
def test_warm_start_refuses_what_it_would_ignore(changed, wave):
    X, y = make_supervised(wave, n_steps=4)
    est = vanilla(warm_start=True).fit(X, y)
    before = est.predict(X)
    with pytest.raises(ValueError, match=rf"structure \({next(iter(changed))}\)"):
        clone_with(est, changed).fit(X, y)
    with pytest.raises(ValueError, match="warm_start=False"):
        clone_with(est, changed).partial_fit(X, y)
    assert_array_equal(est.predict(X), before)
    clone_with(est, {"learning_rate": 0.1, "epochs": 2}).fit(X, y)


def clone_with(est, changed):
    return copy.deepcopy(est).set_params(**changed)


def test_a_step_alone_is_validated_as_far_ahead_as_it_lies(wave):
    X, y = make_supervised(wave, n_steps=4, horizon=3)
    est = vanilla(validation_split=0.2)
    for column in range(3):
        est.fit(X, y[:, column])
        data = X, y[:, column], np.ones(len(X))
        (old, _, _), (new, _, _) = split_windows(est, data, None)
        assert new.times[0] - old.times[-1] == 3


def test_loss_scaling_is_refused(wave):
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.05))
    with pytest.raises(ValueError, match="give its inner_optimizer"):
        vanilla(optimizer=optimizer).fit(*make_supervised(wave, n_steps=4))
