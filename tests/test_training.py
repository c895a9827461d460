"""The compiled program against plain Keras: same losses, same weights, same logs."""

import os
import pickle
import subprocess
import sys
import textwrap
import warnings
from contextlib import contextmanager

import joblib
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import callbacks as kc
from keras import layers
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skforecast_lstm import (
    BidirectionalLSTMRegressor,
    CNNLSTMRegressor,
    ConvLSTMRegressor,
    EncoderDecoderLSTMRegressor,
    LSTMForecaster,
    Reshape4D,
    StackedLSTMRegressor,
    VanillaLSTMRegressor,
    backtest,
    clear_cache,
)
from skforecast_lstm.forecaster._members import MedianOfSeeds
from skforecast_lstm.forecaster._search import TimedGridSearch
from skforecast_lstm.regressors._network import structure
from skforecast_lstm.training import Program, TrainingInterrupted
from skforecast_lstm.training import _program as program_module
from skforecast_lstm.training import _unrolled as unrolled_module

UNITS, N_STEPS, N_FEATURES, BATCH = 3, 4, 2, 8
CNN = {"n_subsequences": 2, "filters": 3, "kernel_size": 2, "pool_size": 2}
CONV = {"n_subsequences": 2, "filters": 3, "kernel_size": 2}
RTOL = {"float32": 2e-5, "float64": 1e-10}


def convolution():
    return [
        layers.Reshape((2, 2, N_FEATURES)),
        layers.TimeDistributed(layers.Conv1D(3, 2, padding="same", activation="relu")),
        layers.TimeDistributed(layers.MaxPooling1D(2, padding="same")),
        layers.TimeDistributed(layers.Flatten()),
        layers.LSTM(UNITS),
    ]


# The encoders as the literature writes them, in plain Keras.
ENCODERS = {
    "vanilla": (VanillaLSTMRegressor, {}, lambda: [layers.LSTM(UNITS)]),
    "stacked": (
        StackedLSTMRegressor,
        {},
        lambda: [layers.LSTM(UNITS, return_sequences=True), layers.LSTM(UNITS)],
    ),
    "bidirectional": (
        BidirectionalLSTMRegressor,
        {},
        lambda: [layers.Bidirectional(layers.LSTM(UNITS))],
    ),
    "cnn": (CNNLSTMRegressor, CNN, convolution),
    "convlstm": (
        ConvLSTMRegressor,
        CONV,
        lambda: [
            layers.Reshape((2, 1, 2, N_FEATURES)),
            layers.ConvLSTM2D(3, (1, 2), padding="same", activation="tanh"),
            layers.Flatten(),
        ],
    ),
}
ARCHITECTURES = [*ENCODERS, *(f"encoder-decoder {name}" for name in ENCODERS)]


def estimator(architecture, **parameters):
    """Return a small regressor of an architecture, two targets and two steps."""
    common = {"units": UNITS, "n_targets": 2, "normalization": None, "epochs": 3}
    common |= {"batch_size": BATCH, "random_state": 0, "learning_rate": 0.02}
    name = architecture.split()[-1]
    cls, own, _ = ENCODERS[name]
    if architecture.startswith("encoder-decoder"):
        cls, own = EncoderDecoderLSTMRegressor, {**own, "encoder": name}
    return cls(**{**common, **own, **parameters})


@contextmanager
def floatx(dtype):
    """Let Keras compute in ``dtype``, also the loss, which ignores the model's."""
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    yield
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


def plain_keras(architecture, activation):
    """Return the same network in plain Keras, uncompiled."""
    stack = [keras.Input((N_STEPS, N_FEATURES))]
    stack += ENCODERS[architecture.split()[-1]][2]()
    if architecture.startswith("encoder-decoder"):
        stack += [
            layers.RepeatVector(2),
            layers.LSTM(UNITS, return_sequences=True),
            layers.TimeDistributed(layers.Dense(2)),
            layers.Reshape((4,)),
        ]
    else:
        stack.append(layers.Dense(4))
    network = keras.Sequential(stack)
    for layer in network._flatten_layers():
        if isinstance(layer, layers.LSTM):
            layer.cell.activation = keras.activations.get(activation)
    return network


class Recorder(kc.Callback):
    """Records what an epoch-level callback can see; shared by all copies."""

    seen: list = []  # noqa: RUF012

    def on_train_begin(self, logs=None):
        self.seen.clear()
        self.seen.append(self.model.get_weights())

    def on_epoch_end(self, epoch, logs=None):
        iterations = int(self.model.optimizer.iterations)
        self.seen.append((epoch, dict(logs), self.model.get_weights(), iterations))


class BatchLevel(kc.Callback):
    """Looks into single batches: the fit goes to model.fit."""

    calls: list = []  # noqa: RUF012

    def on_train_batch_end(self, batch, logs=None):
        self.calls.append(batch)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(21, N_STEPS, N_FEATURES)).astype(np.float32)
    return X, rng.normal(size=(21, 4)).astype(np.float32)


@pytest.fixture
def small():
    """A univariate problem for whatever does not depend on the architecture."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(21, N_STEPS)).astype(np.float32)
    return X, X.sum(axis=1)


# Keras itself reads a variable in a way that NumPy deprecates.
KERAS_ARRAY = pytest.mark.filterwarnings("ignore:__array__ implementation")


class PlainGraph(VanillaLSTMRegressor):
    """Compiles in a fraction of the time: for what XLA has no part in."""

    def _use_xla(self):
        return False


def vanilla(**parameters):
    common = {"units": UNITS, "epochs": 4, "batch_size": BATCH, "random_state": 0}
    return PlainGraph(**{**common, **parameters})


def keras_vanilla(est, X, y, optimizer, loss="mse", **options):
    """Fit plain Keras from the same start as ``est``; return model and history."""
    model = keras.Sequential([keras.Input((N_STEPS, 1)), layers.LSTM(UNITS)])
    model.add(layers.Dense(est.n_outputs_ * est.n_quantiles_))
    if isinstance(optimizer, type):
        optimizer = optimizer()
    metrics = options.pop("metrics", None)
    model.compile(optimizer, loss, metrics=metrics, jit_compile=False)
    model.set_weights(Recorder.seen[0])
    x = X[:, :, np.newaxis]
    options = {"epochs": est.epochs, "batch_size": BATCH, "verbose": 0, **options}
    history = model.fit(x, y, shuffle=False, **options).history
    return model, history


def compare(X, y, keras_optimizer, keras_options=None, *, fit=None, **parameters):
    """Fit the program and plain Keras; assert equal history and weights."""
    parameters = {"shuffle": False, "normalization": None, **parameters}
    parameters["callbacks"] = [*parameters.get("callbacks", ()), Recorder]
    est = vanilla(**parameters).fit(X, y, **(fit or {}))
    model, history = keras_vanilla(est, X, y, keras_optimizer, **keras_options or {})
    assert list(est.history_) == list(history)
    for name, per_epoch in history.items():
        assert_allclose(est.history_[name], per_epoch, rtol=1e-4, atol=1e-6)
    assert_weights(est, model.get_weights(), 1e-4)
    return est


def assert_weights(est, weights, rtol=0.0):
    """Assert that a fitted estimator's weights are these."""
    for ours, theirs in zip(est.model_.get_weights(), weights, strict=True):
        assert_allclose(ours, theirs, rtol=rtol, atol=rtol / 10)


# ---- the same results as Keras
@pytest.fixture
def none_is_short(monkeypatch):
    """Let XLA compile the loop of the shortest fit too."""
    clear_cache()
    monkeypatch.setattr(program_module, "SHORT_UPDATES", 0)
    yield
    clear_cache()


@pytest.mark.usefixtures("none_is_short")
@pytest.mark.parametrize(
    ("architecture", "dtype"),
    [
        *((name, "float32") for name in ARCHITECTURES),
        *((name, "float64") for name in ARCHITECTURES[:6]),
    ],
)
def test_program_equals_keras_fit(architecture, dtype, data):
    assert_equals_keras_fit(architecture, dtype, data)


@pytest.mark.parametrize(
    ("architecture", "dtype", "activation"),
    [
        *((name, "float32", "tanh") for name in ARCHITECTURES),
        # What the operation can't do is unrolled.
        *((name, "float64", "tanh") for name in ARCHITECTURES[:4]),
        *((name, "float32", "relu") for name in (*ARCHITECTURES[:4], ARCHITECTURES[7])),
    ],
)
def test_short_fit_equals_keras_fit(architecture, dtype, activation, data):
    assert_equals_keras_fit(architecture, dtype, data, activation)
    est = estimator(architecture, activation=activation)
    with est.fit(*(part.astype(dtype) for part in data))._program() as program:
        short = program.longest_short
    assert bool(short) is ("convlstm" not in architecture)


def assert_equals_keras_fit(architecture, dtype, data, activation="tanh"):
    X, y = (part.astype(dtype) for part in data)
    adam = keras.optimizers.Adam(0.02)
    with floatx(dtype):
        model = plain_keras(architecture, activation)
        model.compile(adam, "mse", jit_compile=False)
        adam.build(model.trainable_variables)
    unused = [variable.numpy() for variable in adam.variables]
    cases = [(21, False), (21, True), (5, True)]  # 21: a last short batch; 5 < 8
    for n, shuffle in cases if dtype == "float32" else cases[1:2]:
        parameters = {"activation": activation, "callbacks": [Recorder]}
        est = estimator(architecture, shuffle=shuffle, **parameters)
        est.fit(X[:n], y[:n])
        assert est.dtype_ == dtype
        model.set_weights(Recorder.seen[0])
        for variable, value in zip(adam.variables, unused, strict=True):
            variable.assign(value)
        losses = []
        for epoch in range(3):
            order = np.arange(n)
            if shuffle:
                order = np.random.default_rng([est._seed, epoch]).permutation(n)
            with floatx(dtype):
                fit = model.fit(X[order], y[order], BATCH, shuffle=False, verbose=0)
            losses += fit.history["loss"]
        # Keras sums up the losses of the batches in float32.
        assert_allclose(est.history_["loss"], losses, rtol=max(RTOL[dtype], 1e-6))
        assert_weights(est, model.get_weights(), 10 * RTOL[dtype])
        assert {w.dtype.name for w in est.model_.get_weights()} == {dtype}
        assert_allclose(
            est.predict(X), model.predict_on_batch(X), rtol=RTOL[dtype], atol=1e-5
        )


def lstm_by_hand(X, weights):
    """Return the output of LSTM and Dense in NumPy, (n, n_outputs)."""
    kernel, recurrent, bias, dense, dense_bias = weights
    h = c = np.zeros((len(X), UNITS))
    for x in np.moveaxis(X, 1, 0):
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
    return h @ dense + dense_bias


def test_float64_losses_and_predictions_are_exact(data):
    X, y = (part.astype(np.float64) / 3 for part in data)  # no float32 holds these
    est = estimator("vanilla", batch_size=32, callbacks=[Recorder]).fit(X, y)
    weights = [Recorder.seen[0], *(seen[2] for seen in Recorder.seen[1:])]
    by_hand = [((lstm_by_hand(X, w) - y) ** 2).mean() for w in weights]
    assert_allclose(est.history_["loss"], by_hand[:3], rtol=1e-12)
    assert_allclose(est.predict(X), lstm_by_hand(X, weights[-1]), rtol=1e-11)


def test_shuffled_epochs_have_an_order_of_their_own(data):
    est = estimator("vanilla", learning_rate=1e-9, epochs=2).fit(*data)
    rng = [np.random.default_rng([est._seed, k]).permutation(21) for k in (0, 1)]
    assert not (rng[0] == rng[1]).all()
    assert_allclose(*est.history_["loss"], rtol=1e-5)  # each window once an epoch


@pytest.mark.parametrize(
    "make",
    [
        lambda: "sgd",
        lambda: "adamw",
        lambda: keras.optimizers.RMSprop,
        lambda: keras.optimizers.SGD(0.01, momentum=0.9, clipnorm=0.1),
        lambda: keras.optimizers.AdamW(0.02, weight_decay=0.3),
        lambda: keras.optimizers.Adam(0.02, clipvalue=0.01, use_ema=True),
        lambda: keras.optimizers.SGD(
            keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5)
        ),
        lambda: keras.optimizers.SGD(0.02, loss_scale_factor=64.0),
    ],
    ids=["sgd", "adamw", "class", "clipnorm", "decay", "ema", "schedule", "scaled"],
)
def test_optimizer_equals_keras(make, small):
    X, y = small
    given = make()
    instance = isinstance(given, keras.optimizers.Optimizer)
    before = given.get_config() if instance else None
    n_variables = len(given.variables) if instance else None
    theirs, rate = make(), None
    if not instance:
        theirs = theirs() if isinstance(theirs, type) else keras.optimizers.get(theirs)
        theirs.learning_rate = rate = 0.03
    compare(X, y[:, None], theirs, optimizer=given, learning_rate=rate)
    if instance:
        assert given.get_config() == before
        assert len(given.variables) == n_variables


def test_weight_decay_and_clipping_have_an_effect(small):
    def weights(**options):
        adam = keras.optimizers.AdamW(0.02, **options)
        est = vanilla(optimizer=adam, learning_rate=None).fit(*small)
        return est.model_.get_weights()[0]

    plain = weights(weight_decay=0.0)
    assert not np.allclose(plain, weights(weight_decay=0.3))
    assert not np.allclose(plain, weights(weight_decay=0.0, clipnorm=1e-6))


def test_learning_rate_is_that_of_an_instance_or_0005(small):
    def rate(**options):
        network = VanillaLSTMRegressor(units=2, epochs=1, **options).fit(*small)
        return float(network.model_.optimizer.learning_rate)

    assert_allclose(rate(), 0.005)
    assert_allclose(rate(optimizer="sgd"), 0.005)
    assert_allclose(rate(optimizer=keras.optimizers.SGD), 0.005)
    assert_allclose(rate(optimizer=keras.optimizers.SGD(0.3)), 0.3)
    given = keras.optimizers.SGD(0.3)
    assert_allclose(rate(optimizer=given, learning_rate=0.02), 0.02)


def test_learning_rate_none_is_that_of_each_optimizer_instance(small):
    """Also where two share one compiled program."""
    fits = [
        vanilla(optimizer=keras.optimizers.SGD(rate), learning_rate=None).fit(*small)
        for rate in (0.1, 0.0001)
    ]
    assert fits[0].history_["loss"][-1] < 0.99 * fits[1].history_["loss"][-1]
    rate = fits[1].model_.optimizer.learning_rate
    assert_allclose(float(rate), 0.0001)


@pytest.mark.parametrize(
    "schedule",
    [
        keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5),
        keras.optimizers.schedules.CosineDecay(0.1, 8),
    ],
)
def test_learning_rate_schedule_equals_keras(schedule, small):
    X, y = small
    compare(X, y[:, None], keras.optimizers.SGD(schedule), optimizer="sgd",
            learning_rate=schedule)  # fmt: skip


@KERAS_ARRAY
@pytest.mark.parametrize(
    "make",
    [
        lambda: kc.ReduceLROnPlateau("loss", patience=1, min_delta=10.0, factor=0.3),
        lambda: kc.LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch)),
        lambda: kc.EarlyStopping("loss", patience=1, min_delta=10.0),
        lambda: kc.LambdaCallback(on_epoch_end=lambda epoch, logs: None),
    ],
    ids=["plateau", "scheduler", "stop", "lambda"],
)
def test_callback_equals_keras(make, small):
    X, y = small
    est = compare(
        X, y[:, None], keras.optimizers.SGD(0.05), {"callbacks": [make()]},
        optimizer="sgd", learning_rate=0.05, callbacks=[make()],
    )  # fmt: skip
    assert est.history_["loss"]


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum"])
def test_sample_weight_and_validation_equal_keras(reduction, small):
    X, y = small[0], small[1][:, None]
    weight = np.linspace(0.1, 2, 21)
    weight /= weight.mean()
    new_x, new_y = X[:10] + 1, y[:10] - 1
    compare(
        X, y, keras.optimizers.Adam(0.02),
        {
            "sample_weight": weight,
            "validation_data": (new_x[:, :, None], new_y),
            "validation_batch_size": BATCH,
            "loss": keras.losses.MeanSquaredError(reduction),
            "metrics": ["mae", keras.metrics.RootMeanSquaredError(name="rmse")],
        },
        fit={"sample_weight": weight, "X_val": new_x, "y_val": new_y},
        learning_rate=0.02, loss=keras.losses.MeanSquaredError(reduction),
        metrics=["mae", keras.metrics.RootMeanSquaredError(name="rmse")],
    )  # fmt: skip


def absolute(y_true, y_pred):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)


class Scaled(keras.losses.Loss):
    """A loss of one's own without a configuration."""

    def __init__(self, factor):
        super().__init__(name="scaled")
        self.factor = factor

    def call(self, y_true, y_pred):
        return self.factor * absolute(y_true, y_pred)


@pytest.mark.parametrize(
    ("loss", "same"),
    [
        (absolute, "mae"),
        (lambda y_true, y_pred: absolute(y_true, y_pred), "mae"),
        (keras.losses.MeanAbsoluteError, "mae"),
        (keras.losses.Huber(delta=0.1), keras.losses.Huber(delta=0.1)),
        (Scaled(2.0), Scaled(2.0)),
        (Scaled(3.0), Scaled(3.0)),
        ("log_cosh", "log_cosh"),
    ],
)
def test_loss_equals_keras(loss, same, small):
    X, y = small
    compare(X, y[:, None], keras.optimizers.Adam(0.02), {"loss": same},
            loss=loss, learning_rate=0.02)  # fmt: skip


def of_batch(y_true, y_pred):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred))


def relative(y_true, y_pred):
    return absolute(y_true, y_pred) / keras.ops.std(y_true)


class LastBatch(keras.metrics.Metric):
    """A metric that knows no weights."""

    def __init__(self, name="last", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.error = self.add_variable((), "zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.error.assign(of_batch(y_true, y_pred))

    def result(self):
        return keras.ops.convert_to_tensor(self.error)


@pytest.fixture
def keras_fits(monkeypatch):
    """Return a list that grows with each call of ``model.fit``."""
    calls, fit = [], keras.Model.fit
    monkeypatch.setattr(
        keras.Model, "fit", lambda *a, **k: (calls.append(1), fit(*a, **k))[1]
    )
    return calls


@pytest.mark.parametrize(
    "options",
    [
        {"loss": of_batch},
        {"loss": relative},
        {"loss": keras.losses.MeanSquaredError(None)},
        {"metrics": [of_batch]},
        {"metrics": [LastBatch()]},
    ],
    ids=["loss of batch", "relative loss", "no reduction", "metric", "own metric"],
)
def test_what_sees_the_whole_batch_sees_no_padding(options, small, keras_fits):
    X, y = small[0], small[1][:, None]
    validation = {"validation_data": (X[:10, :, None], y[:10])}
    validation["validation_batch_size"] = BATCH
    compare(
        X, y, keras.optimizers.Adam(0.02), {**validation, **options},
        fit={"X_val": X[:10], "y_val": y[:10]}, learning_rate=0.02, **options,
    )  # fmt: skip
    assert len(keras_fits) == 2


class Centred(layers.Layer):
    def call(self, x):
        return x - keras.ops.mean(x, axis=0)


class Small(layers.Layer):
    def call(self, x):
        self.add_loss(keras.ops.mean(x**2))
        return x


class Doubled(layers.Layer):
    def call(self, x):
        return 2 * x


def with_layer(make):
    class Extended(PlainGraph):
        def _encode(self, x):
            return make()(super()._encode(x))

    return Extended


@pytest.mark.parametrize(
    ("make", "padded"),
    [
        (layers.BatchNormalization, False),
        (lambda: layers.ActivityRegularization(l2=0.5), False),
        (Centred, False),
        (Small, False),
        (lambda: layers.Lambda(lambda x: x - keras.ops.mean(x, axis=0)), False),
        (lambda: layers.Dense(3, kernel_regularizer="l2"), True),
        (Doubled, True),
    ],
    ids=["state", "activity", "mean", "own loss", "function", "usual", "own"],
)
def test_layers_that_see_the_batch_see_no_padding(make, padded, small, keras_fits):
    X, y = small
    est = with_layer(make)(
        units=UNITS, epochs=3, batch_size=BATCH, random_state=0, shuffle=False,
        normalization=None, callbacks=[Recorder], learning_rate=0.02,
    ).fit(X, y)  # fmt: skip
    assert len(keras_fits) == (not padded)
    model = keras.Sequential([keras.Input((N_STEPS, 1)), layers.LSTM(UNITS), make()])
    model.add(layers.Dense(1))
    model.compile(keras.optimizers.Adam(0.02), "mse", jit_compile=False)
    model.set_weights(Recorder.seen[0])
    history = model.fit(
        X[:, :, None], y, BATCH, epochs=3, shuffle=False, verbose=0
    ).history
    assert_allclose(est.history_["loss"], history["loss"], rtol=1e-4)
    assert_weights(est, model.get_weights(), 1e-4)


def test_usual_losses_and_metrics_stay_in_the_compiled_loop(small, keras_fits):
    metrics = ["mae", "r2_score", keras.metrics.RootMeanSquaredError(), absolute]
    vanilla(metrics=metrics, loss=Scaled(2.0), dropout=0.2).fit(*small)
    vanilla(quantiles=(0.1, 0.5), dtype="float64").fit(*small)
    assert not keras_fits


def test_quantile_loss_is_the_pinball_loss(small):
    X, y = small
    q = np.array([0.1, 0.5, 0.9])
    est = vanilla(
        quantiles=tuple(q), normalization=None, epochs=1, shuffle=False, batch_size=32,
        callbacks=[Recorder],
    ).fit(X, y)  # fmt: skip
    model = est.model_
    model.set_weights(Recorder.seen[0])
    error = y[:, None] - model.predict(X[:, :, None], verbose=0)
    by_hand = np.where(error >= 0, q * error, (q - 1) * error).mean()
    assert_allclose(est.history_["loss"][0], by_hand, rtol=1e-5)


def test_early_stopping_equals_keras_and_keeps_the_best_weights(small):
    X, y = small[0], small[1][:, None]
    new_x, new_y = X[::-1] * 2, -y[::-1]
    stop = kc.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    est = compare(
        X, y, keras.optimizers.Adam(0.1),
        {"validation_data": (new_x[:, :, None], new_y), "callbacks": [stop]},
        fit={"X_val": new_x, "y_val": new_y},
        learning_rate=0.1, epochs=40, patience=2,
    )  # fmt: skip
    best = int(np.argmin(est.history_["val_loss"]))
    assert est.n_iter_ == best + 3 < 40
    weights = Recorder.seen[best + 1][2]
    assert_weights(est, weights)


def test_a_fit_after_one_that_stopped_early_runs_all_its_epochs(small):
    stopped = vanilla(epochs=30, patience=1, learning_rate=5.0).fit(*small)
    assert stopped.n_iter_ < 30
    after = vanilla(epochs=6, callbacks=[kc.LambdaCallback()]).fit(*small)
    assert after.n_iter_ == 6


def test_dropout_is_seeded(small):
    fits = [
        vanilla(dropout=d, random_state=seed).fit(*small).predict(small[0])
        for d, seed in ((0.5, 0), (0.5, 0), (0.5, 1), (0.0, 0))
    ]
    assert_array_equal(fits[0], fits[1])
    assert not np.allclose(fits[0], fits[2])
    assert not np.allclose(fits[0], fits[3])


# ---- callbacks
def test_own_callback_sees_true_weights_optimizer_and_logs(small):
    est = vanilla(metrics=["mae"], callbacks=[Recorder()]).fit(*small)
    epochs = Recorder.seen[1:]
    assert [epoch for epoch, *_ in epochs] == [0, 1, 2, 3]
    assert [iterations for *_, iterations in epochs] == [3, 6, 9, 12]
    for k, (_, logs, _, _) in enumerate(epochs):
        assert logs == {name: values[k] for name, values in est.history_.items()}
    assert_weights(est, epochs[-1][2])
    assert not np.array_equal(epochs[0][2][0], epochs[1][2][0])


@pytest.mark.parametrize("form", ["instance", "class", "factory"])
def test_callbacks_in_three_forms(form, small):
    given = {"instance": Recorder(), "class": Recorder, "factory": lambda: Recorder()}
    Recorder.seen.clear()
    est = vanilla(callbacks=[given[form]]).fit(*small)
    assert len(Recorder.seen) == 5
    clone(est).fit(*small)
    assert len(Recorder.seen) == 5


def test_batch_level_callback_goes_to_model_fit(small, keras_fits):
    options = {"metrics": ["mae"], "validation_split": 0.2, "patience": 3}
    program = vanilla(**options, callbacks=[Recorder]).fit(*small)
    assert not keras_fits
    BatchLevel.calls.clear()
    by_batch = vanilla(**options, callbacks=[BatchLevel]).fit(*small)
    assert keras_fits
    assert BatchLevel.calls == [0, 1, 2] * 4 or BatchLevel.calls == [0, 1] * 4
    assert list(by_batch.history_) == list(program.history_)
    for name, per_epoch in program.history_.items():
        assert_allclose(by_batch.history_[name], per_epoch, rtol=1e-4)
    assert_weights(program, by_batch.model_.get_weights(), 1e-4)


def test_every_batch_hook_goes_to_model_fit():
    from skforecast_lstm.training._run import watches_batches

    hooks = [f"on_{kind}batch_{end}" for kind in ("", "train_", "test_")
             for end in ("begin", "end")]  # fmt: skip
    for hook in hooks:
        own = type("Own", (kc.Callback,), {hook: lambda self, batch, logs=None: None})
        assert watches_batches(own())
    assert watches_batches(kc.LambdaCallback(on_train_batch_end=print))
    assert watches_batches(kc.TensorBoard(update_freq="batch"))
    assert watches_batches(kc.ModelCheckpoint("x.keras", save_freq=3))
    for epochal in (
        kc.LambdaCallback(on_epoch_end=print), kc.TensorBoard(), Recorder(),
        kc.ModelCheckpoint("x.keras"), kc.EarlyStopping(), kc.CSVLogger("x"),
        kc.ReduceLROnPlateau(), kc.LearningRateScheduler(print),
    ):  # fmt: skip
        assert not watches_batches(epochal)


@KERAS_ARRAY
def test_file_writing_callbacks(small, tmp_path):
    X, y = small
    given = [
        kc.ModelCheckpoint(str(tmp_path / "best.keras"), "loss", save_best_only=True),
        kc.CSVLogger(str(tmp_path / "log.csv")),
    ]
    est = vanilla(callbacks=given, normalization=None).fit(
        X, y, X_val=X[:4], y_val=y[:4]
    )
    saved = keras.saving.load_model(tmp_path / "best.keras")
    assert_allclose(
        saved.predict(X[:, :, None], verbose=0)[:, 0], est.predict(X), rtol=1e-4
    )
    log = np.genfromtxt(tmp_path / "log.csv", delimiter=",", names=True)
    assert_allclose(log["loss"], est.history_["loss"])
    assert_allclose(log["val_loss"], est.history_["val_loss"])


@KERAS_ARRAY
def test_tensorboard_callback(small, tmp_path):
    X, y = small
    board = kc.TensorBoard(str(tmp_path / "board"))
    vanilla(callbacks=[board]).fit(X, y, X_val=X[:4], y_val=y[:4])
    assert any((tmp_path / "board" / "train").rglob("events*"))
    assert any((tmp_path / "board" / "validation").rglob("events*"))


class Interrupting(kc.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


class InterruptingBatches(Interrupting):
    def on_train_batch_end(self, batch, logs=None):
        pass


@pytest.mark.parametrize("callback", [Interrupting, InterruptingBatches])
def test_interrupt_leaves_a_usable_estimator(callback, small, tmp_path):
    X, y = small
    log = kc.CSVLogger(str(tmp_path / "log.csv"))
    est = vanilla(epochs=50, callbacks=[Recorder, log, callback])
    with pytest.warns(UserWarning, match="interrupted after 2 of 50 epochs"):
        est.fit(X, y, X_val=X, y_val=y)
    assert est.n_iter_ == len(est.history_["loss"]) == 2
    assert_weights(est, Recorder.seen[-1][2])
    assert np.isfinite(est.predict(X)).all()
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 4
    # What Keras was in the middle of must not reach the next fit.
    after = vanilla(callbacks=[BatchLevel]).fit(X, y, X_val=X[:3], y_val=y[:3])
    clear_cache()
    again = vanilla(callbacks=[BatchLevel]).fit(X, y, X_val=X[:3], y_val=y[:3])
    assert after.history_ == again.history_


class Unchanged:
    changed = False


def test_a_fit_that_failed_leaves_the_cache_in_order(monkeypatch):
    clear_cache()
    monkeypatch.setattr(program_module, "CACHED_PROGRAMS", 1)
    with program_module.program_for("a", Unchanged):
        pass
    with pytest.raises(KeyboardInterrupt), program_module.program_for("a", Unchanged):
        raise KeyboardInterrupt
    for key in "bc":  # two are one too many: the oldest goes
        with program_module.program_for(key, Unchanged):
            pass
    assert [key[0] for key in program_module._idle] == ["c"]
    clear_cache()


def interrupted(what, X, y):
    """Do what fits more than once; Ctrl-C comes in the third epoch of each."""
    est = vanilla(epochs=50, callbacks=[Interrupting])
    if what == "backtest":
        backtest(est, X, y, cv=2)
    elif what == "members":
        MedianOfSeeds(est, n_members=2).fit(X, y)
    elif what == "timed search":
        TimedGridSearch(est, {"units": [2, 3]}, cv=2).fit(X, y)
    elif what == "interval":
        with pytest.warns(TrainingInterrupted):  # a single fit keeps what it learned
            model = LSTMForecaster(est, n_steps=3).fit(np.arange(60.0))
        model.predict_interval(0.5)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("error", TrainingInterrupted)
            GridSearchCV(est, {"epochs": [50, 60]}, cv=2).fit(X, y)


@pytest.mark.parametrize(
    "what", ["backtest", "members", "timed search", "interval", "filtered search"]
)
def test_interrupt_ends_what_fits_more_than_once(what, small):
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as a user has it
        with pytest.raises(KeyboardInterrupt):
            interrupted(what, *small)


def test_interrupt_of_a_single_member_keeps_it(small):
    est = MedianOfSeeds(vanilla(epochs=50, callbacks=[Interrupting]))
    with pytest.warns(TrainingInterrupted, match="after 2 of 50 epochs"):
        est.fit(*small)
    assert est.members_[0].n_iter_ == 2


def test_distribution_strategy_goes_to_model_fit(small, keras_fits):
    est = vanilla().fit(*small)
    with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
        there = vanilla().fit(*small)
        assert_allclose(there.predict(small[0]), est.predict(small[0]), rtol=1e-4)
    assert len(keras_fits) == 1
    assert_allclose(there.history_["loss"], est.history_["loss"], rtol=1e-4)


def test_verbose_shows_a_progress_bar(small, capfd):
    vanilla().fit(*small)
    assert capfd.readouterr().err == ""
    vanilla(verbose=1).fit(*small)
    assert "12/12" in capfd.readouterr().err


# ---- short fits
def loop_of(n_updates, **parameters):
    X, y = np.zeros((40, N_STEPS, 1), "float32"), np.zeros(40, "float32")
    parameters = {"units": UNITS, "epochs": 1, "batch_size": BATCH, **parameters}
    est = VanillaLSTMRegressor(**parameters)
    with est.fit(X, y)._program() as program:
        loops = {
            program.run_short(None): "operation",
            program.run_short(N_STEPS): "unrolled",
            program.run_compiled(N_STEPS): "compiled",
        }
        return loops[program.loop_for(n_updates)]


def test_long_fits_and_large_networks_are_compiled(monkeypatch):
    assert loop_of(1) == loop_of(1_000) == "operation"
    assert loop_of(1_001) == "compiled"
    one = BATCH * N_STEPS * 4 * UNITS * (1 + UNITS + 1)
    monkeypatch.setattr(program_module, "SHORT_MULTIPLICATIONS", 5 * one + 1)
    clear_cache()
    assert loop_of(5) == "operation"
    assert loop_of(6) == "compiled"
    clear_cache()


UNCOVERED = [{"activation": "relu"}, {"dtype": "float64"}]


@pytest.mark.parametrize("parameters", UNCOVERED)
def test_what_the_operation_does_not_cover_is_unrolled(parameters, monkeypatch):
    assert loop_of(1, **parameters) == loop_of(1_000, **parameters) == "unrolled"
    assert loop_of(1_001, **parameters) == "compiled"
    monkeypatch.setattr(unrolled_module, "MOST_STEPS", N_STEPS - 1)
    assert loop_of(1, **parameters) == "compiled"


def test_dropout_is_compiled():
    assert loop_of(1, dropout=0.1) == "compiled"


# ---- the cache
def test_no_new_trace_for_what_leaves_the_structure_alone(small):
    X, y = small
    clear_cache()
    for n_steps in (3, 4):
        vanilla().fit(X[:, -n_steps:], y).predict(X[:, -n_steps:])
    before = Program.n_traces
    est = vanilla()
    for n in (5, 8, 13, 21):
        est.fit(X[:n], y[:n]).predict(X[:n])
    for changes in (
        {"random_state": 7}, {"learning_rate": 0.1}, {"epochs": 9}, {"shuffle": False},
        {"normalization": "last"}, {"patience": 1}, {"warm_start": True},
    ):  # fmt: skip
        clone(est).set_params(**changes).fit(X, y).predict(X)
    vanilla().fit(X[:, -3:], y).predict(X[:, -3:])
    assert Program.n_traces == before
    vanilla(validation_split=0.3).fit(X, y)
    with_validation = Program.n_traces
    assert with_validation == before + 1
    vanilla(validation_split=0.5).fit(X, y)
    assert Program.n_traces == with_validation
    vanilla(units=UNITS + 1).fit(X, y)
    assert Program.n_traces > with_validation


def test_windows_cut_in_other_ways_have_programs_of_their_own(data):
    X, y = data
    parts = [Reshape4D(n).fit_transform(X) for n in (1, 2)]
    est = estimator("cnn", n_subsequences=None)
    clear_cache()
    alone = clone(est).fit(parts[1], y).predict(parts[1])
    clear_cache()
    clone(est).fit(parts[0], y)
    assert_array_equal(clone(est).fit(parts[1], y).predict(parts[1]), alone)


@pytest.mark.parametrize(
    "architecture", ["vanilla", "stacked", "bidirectional", "encoder-decoder vanilla"]
)
def test_short_fits_share_the_trace_of_windows_of_other_lengths(architecture, data):
    X, y = data

    def forecast(n_steps):
        est = estimator(architecture, validation_split=0.3)
        return est.fit(X[:, -n_steps:], y).predict(X[:, -n_steps:])

    clear_cache()
    alone = forecast(2)
    clear_cache()
    forecast(N_STEPS)
    before = Program.n_traces
    assert_array_equal(forecast(2), alone)
    forecast(3)
    assert Program.n_traces == before


def test_compiled_loops_are_kept_for_some_lengths(small):
    X, y = small
    est = vanilla(activation="relu", epochs=1)
    clear_cache()
    est.fit(X, y).predict(X)
    before = Program.n_traces
    est.fit(X[:, -2:], y).predict(X[:, -2:])
    assert Program.n_traces == before + 1
    est.fit(X, y).predict(X)
    assert Program.n_traces == before + 1
    with est._program() as program:
        assert program.run_compiled.cache_info().maxsize == 8


class Flat(VanillaLSTMRegressor):
    """An encoder that needs the number of steps, from one that does not."""

    def _encode(self, x):
        x = keras.layers.Reshape((x.shape[1] * x.shape[2],))(x)
        return keras.layers.Dense(3)(x)


def test_an_encoder_of_ones_own_is_given_the_number_of_steps(small):
    X, y = small
    for n_steps in (2, 3):
        est = Flat(epochs=1).fit(X[:, -n_steps:], y)
        assert est.model_.input_shape == (None, n_steps, 1)
        assert est.weights_[0].shape == (n_steps, 3)


def test_the_fitted_model_names_its_number_of_steps(small):
    est = vanilla(epochs=1).fit(*small)
    assert est.model_.input_shape == (None, N_STEPS, 1)


def test_folds_of_any_length_share_the_program_of_a_larger_batch(small):
    X, y = (np.concatenate([part] * 6) for part in small)
    est = vanilla(batch_size=128, epochs=1).fit(X, y)
    est.predict(X)
    before = Program.n_traces
    for n in (10, 40, 70, len(X)):
        clone(est).fit(X[:n], y[:n]).predict(X[:n])
    assert Program.n_traces == before


class Tilted(keras.losses.Loss):
    """A loss of one's own with private state and no name."""

    def __init__(self, slope):
        super().__init__()
        self._slope = slope

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        tilted = keras.ops.maximum(self._slope * error, (self._slope - 1) * error)
        return keras.ops.mean(tilted, axis=-1)


class Constant(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def __call__(self, step):
        return keras.ops.convert_to_tensor(self.learning_rate)

    def get_config(self):
        return {"learning_rate": self.learning_rate}


def sgd(learning_rate):
    return keras.optimizers.SGD(learning_rate)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"loss": Tilted(0.1)}, {"loss": Tilted(0.9)}),
        ({"loss": Tilted(np.array([0.1]))}, {"loss": Tilted(np.array([0.9]))}),
        ({"learning_rate": Constant(0.01)}, {"learning_rate": Constant(0.1)}),
        ({"optimizer": sgd(Constant(0.01))}, {"optimizer": sgd(Constant(0.1))}),
        (
            {"optimizer": sgd(Constant(0.1))},
            {"optimizer": sgd(Constant(0.1)), "learning_rate": 0.01},
        ),
    ],
    ids=["loss", "array", "schedule", "in optimizer", "schedule or number"],
)
def test_a_fit_does_not_depend_on_the_one_before(one, other, small):
    def weights(parameters):
        return vanilla(**parameters).fit(*small).weights_

    clear_cache()
    alone = weights(other)
    clear_cache()
    assert not np.allclose(weights(one)[0], alone[0])
    for array, expected in zip(weights(other), alone, strict=True):
        assert_array_equal(array, expected)


@pytest.mark.parametrize(
    "make",
    [
        lambda: {"loss": Tilted(0.3)},
        lambda: {"loss": Tilted({"slopes": [0.3, np.array([0.2, 0.1])]})},
        lambda: {"learning_rate": Constant(0.1)},
        lambda: {"optimizer": keras.optimizers.SGD(momentum=0.5)},
    ],
    ids=["loss", "nested", "schedule", "optimizer"],
)
def test_equal_instances_share_one_program(make):
    keys = [structure_of(vanilla(**make())) for _ in range(2)]
    assert keys[0] == keys[1] == structure_of(clone(vanilla(**make())))
    assert hash(keys[0]) == hash(keys[1])


@pytest.mark.parametrize("copied", [clone, lambda est: pickle.loads(pickle.dumps(est))])
def test_a_copy_has_the_same_loss(copied):
    losses = keras.losses.Huber(0.1), Tilted(0.3), keras.losses.MeanSquaredError("sum")
    y, y_pred = np.array([[1.0], [2.0]]), np.array([[1.5], [5.0]])
    for loss in losses:
        same = copied(vanilla(loss=loss)).loss
        assert same is not loss
        assert float(same(y, y_pred)) == float(loss(y, y_pred)) > 0


def structure_of(est):
    est.window_shape_, est.n_outputs_, est.n_targets_ = (4, 1), 1, 1
    est.dtype_, est._segment = "float32", 1
    return structure(est)


def test_what_can_not_be_compared_shares_no_program():
    for make in (tf.Variable, tf.constant, keras.Variable, keras.layers.Dense):
        slopes = [make(1), make(1)]
        keys = [structure_of(vanilla(loss=Tilted(slope))) for slope in slopes * 2]
        assert keys[0] == keys[2] != keys[1] == keys[3]
        assert hash(keys[0]) == hash(keys[2])


def test_a_loss_that_is_changed_later_leaves_the_program_alone(small):
    X, y = small
    loss = Tilted(0.1)
    clear_cache()
    vanilla(loss=loss).fit(X, y)
    loss._slope = 0.9
    est = vanilla(loss=Tilted(0.1), epochs=1).fit(X, y, X_val=X, y_val=y)
    clear_cache()
    again = vanilla(loss=Tilted(0.1), epochs=1).fit(X, y, X_val=X, y_val=y)
    assert est.history_ == again.history_


def test_cache_is_bounded_and_can_be_cleared(small, monkeypatch):
    def n_idle():
        return sum(map(len, program_module._idle.values()))

    clear_cache()
    assert n_idle() == 0
    monkeypatch.setattr(program_module, "CACHED_PROGRAMS", 2)
    for units in (1, 2, 3):
        vanilla(epochs=1, units=units).fit(*small)
    assert n_idle() == 2
    clear_cache()
    assert n_idle() == 0
    before = Program.n_traces
    vanilla(epochs=1).fit(*small)
    assert Program.n_traces == before + 1


def test_two_threads_borrow_two_programs(small):
    X, y = small

    def fit(seed):
        return vanilla(random_state=seed, epochs=20).fit(X, y).predict(X)

    alone = [fit(seed) for seed in range(6)]
    together = joblib.Parallel(n_jobs=2, backend="threading")(
        joblib.delayed(fit)(seed) for seed in range(6)
    )
    assert_array_equal(alone, together)
    assert not np.allclose(alone[0], alone[1])


def test_hundred_fits_of_different_length_need_no_more_memory():
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc/self/statm")
    script = """
        import numpy as np
        from skforecast_lstm import VanillaLSTMRegressor

        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * 4096 / 2**20

        rng = np.random.default_rng(0)
        X = rng.normal(size=(140, 4)).astype("float32")
        def fit(n):
            est = VanillaLSTMRegressor(units=3, epochs=2, validation_split=0.2)
            est.fit(X[:n], X[:n, 0]).predict(X[:n])
        for n in range(30, 40):
            fit(n)
        before = resident()
        for n in range(40, 140):
            fit(n)
        print(resident() - before)
    """
    out = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert float(out.stdout) < 20


def test_warnings_of_a_fit_are_none(small):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for k in range(5):  # from the fifth on, TensorFlow warns of a retrace
            vanilla(units=1, epochs=1, batch_size=2 + k).fit(*small)
    assert not caught


# ---- threads
@pytest.mark.parametrize(
    ("given", "before", "expected"),
    [
        ({"OMP_NUM_THREADS": "3"}, "", 3),
        ({}, "", 0),
        ({"OMP_NUM_THREADS": "2,1"}, "", 0),
        ({"OMP_NUM_THREADS": "3", "TF_NUM_INTRAOP_THREADS": "2"}, "", 0),
        ({"OMP_NUM_THREADS": "3"}, "set_intra_op_parallelism_threads(2)", 2),
        ({"OMP_NUM_THREADS": "3"}, "set_inter_op_parallelism_threads(2)", 3),
    ],
)
def test_omp_num_threads_is_followed_unless_the_user_set_tensorflow(
    given, before, expected
):
    code = f"""
import tensorflow as tf
threading = tf.config.threading
{before and "threading." + before}
from skforecast_lstm import VanillaLSTMRegressor
print(threading.get_intra_op_parallelism_threads())
"""
    names = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
    kept = {k: v for k, v in os.environ.items() if k not in names}
    done = subprocess.run(
        [sys.executable, "-c", code], env=kept | given, text=True, check=True,
        capture_output=True,
    )  # fmt: skip
    assert int(done.stdout) == expected


def test_a_tensorflow_that_has_started_keeps_its_threads():
    code = """
import tensorflow as tf
tf.constant(1) + 1
import skforecast_lstm.training
print(tf.config.threading.get_intra_op_parallelism_threads())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"OMP_NUM_THREADS": "3"},
        text=True, check=True, capture_output=True,
    )  # fmt: skip
    assert int(done.stdout) == 0


@pytest.mark.parametrize(
    ("short", "activation"), [(True, "tanh"), (True, "relu"), (False, "tanh")]
)
def test_the_number_of_threads_changes_no_bit_of_a_fit(short, activation):
    code = f"""
import numpy as np
from skforecast_lstm import VanillaLSTMRegressor
from skforecast_lstm.training import _program
if not {short}:
    _program.SHORT_UPDATES = 0
X = np.random.default_rng(0).normal(size=(64, 24, 1)).astype("float32")
net = VanillaLSTMRegressor(
    units=64, activation={activation!r}, epochs=1, random_state=0
).fit(X, X[:, 0, 0])
print(net.model_.get_weights()[1].tobytes().hex())
"""
    weights = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"OMP_NUM_THREADS": n},
            text=True, check=True, capture_output=True,
        ).stdout
        for n in "12"
    ]  # fmt: skip
    assert weights[0]
    assert weights[0] == weights[1]
