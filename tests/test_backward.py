"""The LSTM layer's gradient by hand: that of Keras' loop of steps, for every use."""

from contextlib import nullcontext

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from numpy.testing import assert_allclose

from skforecast_lstm.training import _backward
from skforecast_lstm.training._sequences import whole_sequences


def with_state(x):
    _, *state = layers.LSTM(3, return_state=True)(x)
    return layers.LSTM(3, return_sequences=True)(x, initial_state=state)


def twice(x):
    shared = layers.LSTM(3)
    return layers.Concatenate()([shared(x), shared(x[:, ::-1])])


def in_rows(x):
    return layers.Reshape((5, 2, 2, 1))(x)


def conv(**options):
    options = {"kernel_size": (1, 3), "padding": "same", **options}
    return lambda x: layers.ConvLSTM2D(2, **options)(in_rows(x))


def returning_all(x):
    sequence, h, c = layers.LSTM(3, return_sequences=True, return_state=True)(x)
    return layers.Concatenate()([sequence, layers.RepeatVector(5)(h * c)])


def network_of(encode, shape=(5, 4), dtype="float64"):
    with keras.device("cpu"):
        keras.utils.set_random_seed(0)
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(dtype)
        try:
            window = keras.Input(shape, dtype=dtype)
            return keras.Model(window, encode(window))
        finally:
            keras.config.set_dtype_policy(before)


def traced(network, x, by_hand, xla=True):
    """Return a function that returns outputs and gradients, and its operations."""

    def function(x):
        context = whole_sequences(network, loops=True) if by_hand else nullcontext()
        with context:
            y = network(x, training=True)
        # Each output counts differently, so that none can stand in for another.
        counts = tf.reshape(tf.range(1, tf.size(y) + 1), tf.shape(y))
        loss = tf.reduce_sum(tf.sin(y) * tf.cast(counts, y.dtype))
        variables = [v.value for v in network.trainable_variables]
        return y, tf.gradients(loss, [x, *variables])

    concrete = tf.function(
        function, input_signature=[tf.TensorSpec(x.shape, x.dtype)], jit_compile=xla
    ).get_concrete_function()
    return concrete, concrete.graph.get_operations()


def is_by_hand(operations):
    names = [o.node_def.attr["_gradient_op_type"].s for o in operations]
    return any(name.startswith(b"SkforecastLSTM") for name in names)


ENCODERS = [
    lambda x: layers.LSTM(3)(x),
    lambda x: layers.LSTM(3, return_sequences=True)(x),
    lambda x: layers.LSTM(3, go_backwards=True, return_sequences=True)(x),
    lambda x: layers.LSTM(2)(layers.LSTM(3, return_sequences=True)(x)),
    lambda x: layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x),
    lambda x: layers.LSTM(3)(x[:, :1]),
    with_state,
    returning_all,
    twice,
    lambda x: layers.TimeDistributed(layers.LSTM(3))(layers.Reshape((2, 5, 2))(x)),
    conv(),
    conv(kernel_size=(1, 2)),
    conv(kernel_size=(1, 1)),
    conv(kernel_size=(1, 7), return_sequences=True, go_backwards=True),
]


@pytest.mark.parametrize(
    ("encode", "xla"),
    [*((encode, False) for encode in ENCODERS), (ENCODERS[1], True), (conv(), True)],
)
def test_outputs_and_gradients_are_those_of_keras(encode, xla):
    network = network_of(encode)
    x = np.random.default_rng(0).normal(size=(6, 5, 4))
    own, operations = traced(network, x, True, xla)
    assert is_by_hand(operations)
    keras_own, operations = traced(network, x, False, xla=False)
    assert not is_by_hand(operations)
    y, gradients = own(tf.constant(x))
    wanted, wanted_gradients = keras_own(tf.constant(x))
    assert_allclose(y, wanted, rtol=1e-12)
    assert np.abs(wanted_gradients[0]).max() > 0
    for found, expected in zip(gradients, wanted_gradients, strict=True):
        assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rows", [1, 7, 30])
def test_sums_over_windows_and_steps_are_whole(rows, monkeypatch):
    network = network_of(lambda x: layers.LSTM(3)(x))
    x = np.random.default_rng(0).normal(size=(6, 5, 4))
    wanted = traced(network, x, False, xla=False)[0](tf.constant(x))[1]
    monkeypatch.setattr(_backward, "ROWS_AT_ONCE", rows)
    gradients = traced(network, x, True)[0](tf.constant(x))[1]
    for found, expected in zip(gradients, wanted, strict=True):
        assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_large_values_saturate():
    network = network_of(lambda x: layers.LSTM(3)(x))
    x = np.random.default_rng(0).normal(size=(6, 5, 4)) * 1e6
    own = traced(network, x, True)[0](tf.constant(x))
    keras_own = traced(network, x, False, xla=False)[0](tf.constant(x))
    for found, expected in zip(own[1], keras_own[1], strict=True):
        assert np.isfinite(found).all()
        assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize(
    "encode",
    [
        lambda x: layers.LSTM(3, activation="relu")(x),
        lambda x: layers.LSTM(3, recurrent_activation="hard_sigmoid")(x),
        lambda x: layers.LSTM(3, use_bias=False)(x),
        lambda x: layers.LSTM(3, dropout=0.5)(x),
        lambda x: layers.LSTM(3, recurrent_dropout=0.5)(x),
        lambda x: layers.LSTM(3, dtype="mixed_bfloat16")(x),
        lambda x: layers.GRU(3)(x),
        lambda x: layers.LSTM(3)(layers.Masking()(x)),
        conv(kernel_size=(2, 2)),
        conv(padding="valid", kernel_size=(1, 2)),
        conv(strides=(1, 2)),
        conv(dilation_rate=(1, 2)),
        conv(activation="relu"),
    ],
)
def test_other_layers_stay_as_they_are(encode):
    network = network_of(encode, dtype="float32")
    x = np.ones((2, 5, 4), "float32")
    assert not is_by_hand(traced(network, x, True, xla=False)[1])
