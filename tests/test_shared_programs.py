"""Programs are shared: no fit may see what another one, or its callbacks, has done."""

import pickle
from functools import partial

import keras
import numpy as np
import pytest
from keras import callbacks as kc
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skforecast_lstm import VanillaLSTMRegressor, clear_cache
from skforecast_lstm.regressors._samples import WindowSamples
from skforecast_lstm.training import Program, TrainingInterrupted

BATCH = 8
# Keras 3.15 saves variables in a way that numpy 2 deprecates.
SAVES = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def small():
    """Return 37 windows of 8 steps, one feature: the last batch is a short one."""
    series = np.sin(np.arange(45) / 3).astype("float32")
    return np.stack([series[i : i + 8] for i in range(37)]), series[8:]


def vanilla(**parameters):
    options = {"units": 4, "epochs": 3, "batch_size": BATCH, "random_state": 0}
    options |= {"normalization": None, "shuffle": False}
    options |= {"optimizer": keras.optimizers.SGD(0.1)}
    return VanillaLSTMRegressor(**{**options, **parameters})


def keras_fit(est, small, optimizer="adam", loss="mse", metrics=None, **options):
    """Fit a model with the initial weights of ``est`` in plain Keras."""
    X, y = small
    start = vanilla(**est.get_params()).set_params(callbacks=None, metrics=None)
    start.set_params(learning_rate=None, optimizer=keras.optimizers.SGD(1e-30))
    start.set_params(epochs=1).fit(X, y)
    model = keras.models.clone_model(start.model_)
    model.set_weights(start.model_.get_weights())
    model.compile(optimizer, loss, metrics=metrics, jit_compile=False)
    model.optimizer.build(model.trainable_variables)  # within a trace, copies get lost
    given = {"epochs": est.epochs, "shuffle": False, "verbose": 0, **options}
    return model.fit(X[..., None], y[:, None], BATCH, **given)


class Clip(kc.Callback):
    def on_train_begin(self, logs=None):
        self.model.optimizer.clipnorm = 1e-3


class Freeze(kc.Callback):
    def on_train_begin(self, logs=None):
        self.model.get_layer("lstm").trainable = False


class Schedule(kc.Callback):
    def on_train_begin(self, logs=None):
        schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
        self.model.optimizer.learning_rate = schedule


class ClipLater(kc.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.optimizer.clipnorm = 1e-3


class OfBatches(kc.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class Harmless(kc.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.optimizer.learning_rate = 0.01


@pytest.mark.parametrize(
    ("callback", "beside"),
    [(Clip, []), (Freeze, []), (Schedule, []), (ClipLater, []), (Clip, [OfBatches])],
    ids=["number", "frozen", "schedule", "first epoch", "model.fit"],
)
def test_what_a_callback_changes_counts_for_its_fit_alone(callback, beside, small):
    clear_cache()
    plain = vanilla(callbacks=beside).fit(*small).history_["loss"]
    changed = vanilla(callbacks=[callback, *beside])
    warm = changed.fit(*small).history_["loss"]
    assert_array_equal(vanilla(callbacks=beside).fit(*small).history_["loss"], plain)
    clear_cache()
    assert_allclose(changed.fit(*small).history_["loss"], warm, rtol=1e-6)
    sgd = keras.optimizers.SGD(0.1)
    expected = keras_fit(changed, small, sgd, callbacks=[callback()]).history["loss"]
    assert_allclose(warm, expected, rtol=1e-4)
    assert not np.allclose(warm, plain, rtol=1e-3)


@pytest.mark.parametrize("callback", [Clip, Freeze, Schedule])
def test_an_estimator_is_whole_after_such_a_callback(callback, small):
    X, y = small
    est = vanilla(callbacks=[callback], warm_start=True).fit(X, y)
    assert_allclose(est.model_.predict(X, verbose=0)[:, 0], est.predict(X), rtol=1e-5)
    est.set_params(callbacks=None).fit(X, y)
    assert est.n_iter_ == 6


def test_other_callbacks_leave_the_program_to_the_next_fit(small):
    vanilla(callbacks=[Harmless], metrics=["mae"]).fit(*small)
    before = Program.n_traces
    vanilla(callbacks=[Harmless], metrics=["mae"], patience=2).fit(*small)
    assert Program.n_traces == before


def test_what_an_instance_became_after_the_fit_reaches_no_other(small):
    def losses(momentum):
        sgd = keras.optimizers.SGD(0.1, momentum=momentum)
        return vanilla(optimizer=sgd).fit(*small).history_["loss"]

    clear_cache()
    expected = losses(0.9)
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    est = vanilla(optimizer=optimizer).fit(*small)
    before = est.predict(small[0])
    clear_cache()
    optimizer.momentum = 0.0
    assert_array_equal(est.predict(small[0]), before)
    assert losses(0.9) == expected


class Crash(kc.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise RuntimeError


class Interrupt(kc.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


class InterruptAtOnce(kc.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        raise KeyboardInterrupt


@SAVES
@pytest.mark.parametrize("beside", [[], [OfBatches]], ids=["program", "model.fit"])
def test_a_fit_resumes_from_its_backup(beside, small, tmp_path):
    def backup():
        return kc.BackupAndRestore(str(tmp_path / "backup"))

    whole = vanilla(epochs=5).fit(*small)
    with pytest.raises(RuntimeError):
        vanilla(epochs=5, callbacks=[backup(), Crash, *beside]).fit(*small)
    resumed = vanilla(epochs=5, callbacks=[backup(), *beside]).fit(*small)
    assert_allclose(resumed.history_["loss"], whole.history_["loss"][2:], rtol=1e-4)
    after = vanilla(callbacks=beside, random_state=1).fit(*small)
    assert after.n_iter_ == 3
    with pytest.warns(TrainingInterrupted):
        vanilla(epochs=5, callbacks=[backup(), Interrupt, *beside]).fit(*small)
    resumed = vanilla(epochs=5, callbacks=[backup(), *beside]).fit(*small)
    assert_allclose(resumed.history_["loss"], whole.history_["loss"][2:], rtol=1e-4)
    assert not (tmp_path / "backup").exists()


@SAVES
def test_a_backup_of_all_epochs_leaves_none_to_train(small, tmp_path):
    backup = kc.BackupAndRestore(str(tmp_path), delete_checkpoint=False)
    first = vanilla(callbacks=[backup]).fit(*small)
    again = vanilla(callbacks=[backup], random_state=1).fit(*small)
    assert again.history_ == {}
    assert_array_equal(again.predict(small[0]), first.predict(small[0]))


def test_an_optimizer_that_copies_the_weights_copies_those_of_the_seed(small):
    est = vanilla(optimizer="schedulefreeadamw", learning_rate=0.05)
    vanilla(**{**est.get_params(), "random_state": 1}).fit(*small)
    losses = est.fit(*small).history_["loss"]
    expected = keras_fit(est, small, keras.optimizers.ScheduleFreeAdamW(0.05))
    assert_allclose(losses, expected.history["loss"], rtol=1e-4)
    assert est.fit(*small).history_["loss"] == losses


@pytest.mark.parametrize("beside", [[], [OfBatches]], ids=["program", "model.fit"])
def test_batches_of_validation_have_the_batch_size_of_the_estimator(beside, small):
    X, y = (np.concatenate([part] * 20) for part in small)
    loss = keras.losses.MeanSquaredError("sum")
    est = vanilla(loss=loss, batch_size=500, callbacks=beside, epochs=1)
    est.fit(*small, X_val=X, y_val=y)
    expected = est.model_.evaluate(X[..., None], y[:, None], 500, verbose=0)
    assert_allclose(est.history_["val_loss"], [expected], rtol=1e-4)


def test_weights_excluded_from_decay_are_those_of_the_instance(small):
    def adamw(excluded=()):
        made = keras.optimizers.AdamW(0.01, weight_decay=0.5)
        made.exclude_from_weight_decay(var_names=excluded)
        return made

    for excluded in ([], ["kernel"], ["kernel", "bias"]):
        est = vanilla(optimizer=adamw(excluded)).fit(*small)
        losses = est.history_["loss"]
        expected = keras_fit(est, small, adamw(excluded)).history["loss"]
        assert_allclose(losses, expected, rtol=1e-4)
        assert clone(est).fit(*small).history_["loss"] == losses


def test_weights_of_another_network_can_not_be_excluded_from_decay(small):
    est = vanilla(optimizer=keras.optimizers.AdamW(0.01))
    est.optimizer.exclude_from_weight_decay(var_list=[keras.Variable(1.0)])
    with pytest.raises(ValueError, match=r"another network .* use var_names"):
        est.fit(*small)


class Within(keras.metrics.Metric):
    def __init__(self, tolerance=0.1, name="within"):
        super().__init__(name=name)
        self.tolerance = tolerance

    def update_state(self, y_true, y_pred, sample_weight=None):
        pass

    def result(self):
        return self.tolerance


class WithinAnything(Within):
    def __init__(self, tolerance=0.1, name="within", **options):
        super().__init__(tolerance, name)


class Boosted(keras.optimizers.SGD):
    def __init__(self, learning_rate=0.1, boost=1.0, **options):
        super().__init__(learning_rate, **options)
        self._boost = boost

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient * self._boost, variable, learning_rate)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"metrics": [Within()]}, "Within can't be made anew .* take .*kwargs"),
        ({"metrics": [WithinAnything(0.5)]}, "tolerance is 0.5, but 0.1 .* get_config"),
        ({"optimizer": Boosted(boost=0.0)}, "_boost is 0.0, but 1.0 .* get_config"),
    ],
)
def test_state_that_is_in_no_configuration_is_refused(parameters, message, small):
    vanilla(optimizer=Boosted(), metrics=[WithinAnything()], epochs=1).fit(*small)
    with pytest.raises(ValueError, match=message):
        vanilla(**parameters).fit(*small)


class OwnSGD(keras.optimizers.SGD):
    pass


class Falling(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1 / (1.0 + keras.ops.cast(step, "float32"))

    def get_config(self):
        return {}


@pytest.mark.parametrize("copied", [clone, lambda est: pickle.loads(pickle.dumps(est))])
def test_a_copy_has_the_same_optimizer(copied, small):
    for optimizer in (OwnSGD(0.1, 0.5), keras.optimizers.Adam(0.1), OwnSGD(Falling())):
        est = vanilla(optimizer=optimizer, epochs=1).fit(*small)
        again = copied(est)
        assert type(again.optimizer) is type(optimizer) is not again.optimizer
        assert again.fit(*small).history_ == est.history_
    lost = copied(vanilla(optimizer=Boosted(boost=0.5)))
    with pytest.raises(ValueError, match=r"_boost is 0[.]5"):
        lost.fit(*small)


def test_going_on_keeps_the_history_there_was(small):
    X, y = small
    est = vanilla(warm_start=True).fit(X, y, X_val=X[:9], y_val=y[:9])
    losses = est.history_["val_loss"]
    est.partial_fit(X, y)
    assert_array_equal(est.history_["val_loss"], [*losses, np.nan])
    assert list(map(len, est.history_.values())) == [4, 4]
    est.set_params(metrics=None, callbacks=[InterruptAtOnce])
    with pytest.warns(TrainingInterrupted, match="after 0 of 3"):
        est.fit(X, y)
    assert est.n_iter_ == len(est.history_["loss"]) == 4


def test_a_list_that_begins_later_is_as_long_as_the_others(small):
    X, y = small
    est = vanilla(warm_start=True).fit(X, y).fit(X, y, X_val=X[:9], y_val=y[:9])
    assert_array_equal(np.isnan(est.history_["val_loss"]), [True] * 3 + [False] * 3)


def rates(est):
    return est.history_["learning_rate"][-3:]


@SAVES
def test_going_on_keeps_the_rate_that_was_reached(small):
    reduce = kc.ReduceLROnPlateau("loss", factor=0.1, patience=1, min_delta=9.0)
    est = vanilla(callbacks=[reduce], warm_start=True).fit(*small)
    assert_allclose(rates(est), [0.1, 0.1, 0.01], rtol=1e-5)
    est = pickle.loads(pickle.dumps(est.fit(*small)))
    assert_allclose(rates(est), [1e-3, 1e-3, 1e-4], rtol=1e-5)
    assert_allclose(rates(est.set_params(learning_rate=0.2).fit(*small))[:2], 0.2)
    assert_allclose(rates(est.set_params(decay="cosine").fit(*small))[0], 0.2)
    assert_allclose(rates(est.fit(*small))[0], 0.2)
    assert_allclose(rates(est.set_params(decay=None).fit(*small))[0], 0.2)
    assert_allclose(rates(est.set_params(warm_start=False).fit(*small))[0], 0.2)


def test_going_on_from_model_by_hand_goes_on_with_its_optimizer(small):
    X, y = small
    est = vanilla(optimizer="adam").fit(X, y)
    est.model_.fit(X[..., None], y[:, None], BATCH, epochs=2, verbose=0)
    est = pickle.loads(pickle.dumps(est)).partial_fit(X, y)
    assert int(est.model_.optimizer.iterations) == 6 * 5
    est.model_.compile("sgd", "mse")
    assert int(est.partial_fit(X, y).model_.optimizer.iterations) == 7 * 5


class Centred(keras.layers.Layer):
    def call(self, x, training=False):
        return x - keras.ops.mean(x, axis=0) if training else x


class AddingLoss(keras.layers.Layer):
    def call(self, x, training=False):
        if training:
            self.add_loss(keras.ops.mean(x**2))
        return x


class Halved(keras.layers.Layer):
    def call(self, x, training=False):
        return x / 2 if training else x


def of_batch(x):
    return x - keras.ops.mean(x, axis=0)


def of_step(x):
    return keras.ops.tanh(x)


class Extended(VanillaLSTMRegressor):
    layers = ()

    def _encode(self, x):
        x = super()._encode(x)
        for layer in self.layers:
            x = layer()(x)
        return x


@pytest.mark.parametrize(
    ("layers", "options", "padded"),
    [
        ([Centred], {}, False),
        ([AddingLoss], {}, False),
        ([lambda: keras.layers.Softmax(0)], {}, False),
        ([lambda: keras.layers.Softmax(-1)], {}, True),
        ([], {"activation": of_batch}, False),
        ([], {"activation": of_step}, True),
        ([Halved, lambda: keras.layers.Dropout(0.5)], {"dropout": 0.5}, True),
    ],
    ids="mean loss axis-0 axis-1 activation usual dropout".split(),
)
def test_what_sees_the_batch_in_training_sees_no_padding(
    layers, options, padded, small, monkeypatch
):
    calls, fit = [], keras.Model.fit
    counted = lambda *a, **k: (calls.append(1), fit(*a, **k))[1]  # noqa: E731
    monkeypatch.setattr(Extended, "layers", layers)
    clear_cache()
    given = {**vanilla(epochs=1).get_params(), **options}
    with monkeypatch.context() as m:
        m.setattr(keras.Model, "fit", counted)
        est = Extended(**given).fit(*small)
        assert len(calls) == (not padded)
    if not options.get("dropout"):
        losses = Extended(**{**given, "callbacks": [OfBatches]}).fit(*small).history_
        assert_allclose(est.history_["loss"], losses["loss"], rtol=1e-4)


def activation_of(function):
    def act(x):
        return function(x)

    return keras.layers.Activation(act, name="act")


def test_layers_of_one_name_have_functions_of_their_own(small):
    def losses(function):
        est = vanilla(activation=activation_of(function), epochs=1)
        return est.fit(*small).history_["loss"]

    clear_cache()
    expected = losses(keras.ops.zeros_like)
    clear_cache()
    assert losses(keras.ops.tanh) != expected
    assert losses(keras.ops.zeros_like) == expected


class Scaled:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, *arrays):
        if len(arrays) == 1:
            return self.scale * keras.ops.tanh(arrays[0])
        return self.scale * keras.ops.mean((arrays[0] - arrays[1]) ** 2, axis=-1)

    def method(self, *arrays):
        return self(*arrays)


@pytest.mark.parametrize("name", ["loss", "activation", "method"])
def test_an_attribute_of_a_function_object_counts(name, small):
    def parameters(function):
        if name == "method":
            return {"loss": function.method, "epochs": 1}
        return {name: function, "epochs": 1}

    clear_cache()
    expected = [vanilla(**parameters(Scaled(s))).fit(*small) for s in (1.0, 10.0)]
    losses = [est.history_["loss"] for est in expected]
    assert losses[0] != losses[1]
    clear_cache()
    function = Scaled(1.0)
    est = vanilla(**parameters(function)).fit(*small)
    assert est.history_["loss"] == losses[0]
    function.scale = 10.0
    assert_allclose(est.predict(small[0]), expected[0].predict(small[0]), rtol=1e-6)
    assert est.fit(*small).history_["loss"] == losses[1]


def test_equal_partial_functions_share_a_program(small):
    losses = [partial(keras.losses.huber, delta=0.5) for _ in range(2)]
    vanilla(loss=losses[0], epochs=1).fit(*small)
    before = Program.n_traces
    vanilla(loss=losses[1], epochs=1).fit(*small)
    assert Program.n_traces == before


def test_keras_is_given_validation_in_batches(small, monkeypatch):
    X, y = (np.concatenate([part] * 20) for part in small)
    sizes, gather = [], WindowSamples.gather
    monkeypatch.setattr(
        WindowSamples, "gather", lambda s, i: (sizes.append(len(i)), gather(s, i))[1]
    )
    est = vanilla(callbacks=[OfBatches], loss=keras.losses.MeanSquaredError("sum"))
    est.fit(*small, X_val=X, y_val=y)
    assert max(sizes) == BATCH


def absolute(y_true, y_pred, power=1):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** power, axis=-1)


def test_metrics_may_be_partial_functions_losses_and_objects(small):
    metrics = [partial(absolute, power=2), keras.losses.Huber(0.1), Scaled(2.0)]
    est = vanilla(metrics=metrics, epochs=1).fit(*small)
    expected = keras_fit(est, small, keras.optimizers.SGD(0.1), metrics=metrics).history
    assert set(est.history_) == set(expected)
    for name, values in expected.items():
        assert_allclose(est.history_[name], values, rtol=1e-4)


def test_several_optimizers_are_refused(small):
    several = keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.1))
    est = vanilla(optimizer=keras.optimizers.MultiOptimizer(several))
    with pytest.raises(ValueError, match=r"MultiOptimizer .* single optimizer"):
        est.fit(*small)


class Handed(VanillaLSTMRegressor):
    def _encode(self, x):
        lstm = keras.layers.LSTM(4, return_sequences=True, return_state=True)
        sequence, *state = lstm(x)
        return keras.layers.LSTM(4)(sequence, initial_state=state)


def test_an_encoder_may_hand_a_state_on(small):
    est = Handed(**vanilla().get_params())
    losses = est.fit(*small).history_["loss"]
    expected = est.set_params(callbacks=[OfBatches]).fit(*small).history_["loss"]
    assert_allclose(losses, expected, rtol=1e-4)
