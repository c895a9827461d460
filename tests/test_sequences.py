"""One operation reads a whole sequence: outputs and gradients of Keras' loop."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from numpy.testing import assert_allclose

from skforecast_lstm import VanillaLSTMRegressor, clear_cache
from skforecast_lstm.training._sequences import KEPT_PER_STEP, whole_sequences


def traced(network, x, n_windows=None):
    """Return outputs and gradients as a graph, and the names of its operations."""

    def function(x):
        y = network(x, training=False)
        counts = tf.reshape(tf.range(1, tf.size(y) + 1), tf.shape(y))
        loss = tf.reduce_sum(tf.sin(y) * tf.cast(counts, y.dtype))
        variables = [v.value for v in network.trainable_variables]
        return y, *tf.gradients(loss, [x, *variables])

    spec = tf.TensorSpec((n_windows, *x.shape[1:]), x.dtype)
    concrete = tf.function(function).get_concrete_function(spec)
    graph = concrete.graph.as_graph_def()
    inner = [node for f in graph.library.function for node in f.node_def]
    return concrete, {node.op for node in [*graph.node, *inner]}


def assert_same(found, expected):
    """Compare tensors one by one; sums of large terms that cancel by the largest."""
    for a, b in zip(found, expected, strict=True):
        assert_allclose(a, b, rtol=1e-4, atol=1e-5 * max(1.0, np.abs(b).max()))


def with_state(x):
    _, *state = layers.LSTM(3, return_state=True)(x)
    return layers.LSTM(3, return_sequences=True)(x, initial_state=state)


@pytest.mark.parametrize(
    "encode",
    [
        layers.LSTM(3),
        layers.LSTM(3, return_sequences=True),
        layers.LSTM(3, go_backwards=True, return_sequences=True),
        layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
        layers.TimeDistributed(layers.LSTM(3)),
        with_state,
        lambda x: with_state(layers.LSTM(3, return_sequences=True, dropout=0.5)(x)),
    ],
)
def test_outputs_and_gradients_are_those_of_keras(encode):
    keras.utils.set_random_seed(0)
    shape = (2, 5, 4) if isinstance(encode, layers.TimeDistributed) else (5, 4)
    window = keras.Input(shape)
    network = keras.Model(window, encode(window))
    x = np.random.default_rng(0).normal(size=(6, *shape)).astype("float32")
    wanted, operations = traced(network, x)
    assert "BlockLSTM" not in operations
    with whole_sequences(network):
        own, operations = traced(network, x)
    assert {"BlockLSTM", "BlockLSTMGrad"} < operations
    assert not {"While", "StatelessWhile"} & operations
    assert_same(own(x), wanted(x))


@pytest.mark.parametrize(
    "layer",
    [
        layers.LSTM(3, activation="relu"),
        layers.LSTM(3, recurrent_activation="hard_sigmoid"),
        layers.LSTM(3, use_bias=False),
        layers.LSTM(3, dtype="float64"),
        layers.GRU(3),
    ],
)
def test_other_layers_stay_as_they_are(layer):
    window = keras.Input((5, 4), dtype=layer.dtype)
    network = keras.Model(window, layer(window))
    x = np.zeros((2, 5, 4), layer.dtype)
    with whole_sequences(network):
        assert "BlockLSTM" not in traced(network, x)[1]


def relu_with_state(x):
    _, *state = layers.LSTM(3, activation="relu", return_state=True)(x)
    return layers.LSTM(3, "elu", return_sequences=True)(x, initial_state=state)


@pytest.mark.parametrize(
    "encode",
    [
        layers.LSTM(3, activation="relu"),
        layers.LSTM(3, activation="softmax", recurrent_activation="hard_sigmoid"),
        layers.LSTM(3, "relu", go_backwards=True, return_sequences=True),
        layers.LSTM(3, use_bias=False),
        layers.LSTM(3, dtype="float64"),
        layers.Bidirectional(layers.LSTM(3, "relu", return_sequences=True)),
        relu_with_state,
    ],
)
def test_what_the_operation_does_not_know_is_unrolled(encode):
    keras.utils.set_random_seed(0)
    dtype = getattr(encode, "dtype", "float32")
    window = keras.Input((5, 4), dtype=dtype)
    network = keras.Model(window, encode(window))
    x = np.random.default_rng(0).normal(size=(6, 5, 4)).astype(dtype)
    wanted, operations = traced(network, x)
    assert "TensorListReserve" in operations
    with whole_sequences(network, unrolled=True):
        own, operations = traced(network, x, len(x))
    assert not {"TensorListReserve", "BlockLSTM"} & operations
    # AddN begins with whichever term is ready: the sum of three is chance.
    sums = [v for v in own.graph.get_operations() if v.type == "AddN"]
    assert all(len(v.inputs) <= 2 for v in sums)
    assert_same(own(x), wanted(x))


@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_the_operation_has_no_reason_to_warn(n_features):
    window = keras.Input((5, n_features))
    network = keras.Model(window, layers.LSTM(3)(window))
    x = np.random.default_rng(0).normal(size=(7, 5, n_features)).astype("float32")
    with whole_sequences(network):
        forward = traced(network, x)[0]
    assert_allclose(forward(x)[0], network(x, training=False), rtol=1e-5, atol=1e-6)
    every = forward.graph.get_operations()
    (block,) = [operation for operation in every if operation.type == "BlockLSTM"]
    assert block.inputs[1].shape[2] == n_features + n_features % 2


def test_masked_steps_are_skipped():
    window = keras.Input((5, 1))
    network = keras.Model(window, layers.LSTM(3)(layers.Masking()(window)))
    x = np.ones((2, 5, 1), "float32")
    x[0, 2:] = 0.0
    with whole_sequences(network):
        forward, operations = traced(network, x)
    assert "BlockLSTM" not in operations
    assert_allclose(forward(x)[0], network(x, training=False), rtol=1e-6)


@pytest.mark.parametrize("loops", [False, True])
@pytest.mark.parametrize(
    "inner",
    [
        layers.Conv1D(3, 2, activation="relu"),
        layers.MaxPooling1D(2),
        layers.Flatten(),
        layers.Dense(2),
    ],
)
def test_steps_by_themselves_are_taken_at_once(inner, loops):
    window = keras.Input((4, 6, 2))
    network = keras.Model(window, layers.TimeDistributed(inner)(window))
    x = np.random.default_rng(0).normal(size=(5, 4, 6, 2)).astype("float32")
    wanted, _ = traced(network, x)
    with whole_sequences(network, loops):
        own, _ = traced(network, x)
    at_once, by_step = (len(f.graph.get_operations()) for f in (own, wanted))
    assert at_once < by_step
    assert_same(own(x), wanted(x))


def test_what_a_forecast_keeps_is_bounded(monkeypatch):
    X = np.zeros((40, 6, 2), "float32")
    y = np.zeros((40, 1), "float32")
    monkeypatch.setattr("skforecast_lstm.training._program.BLOCK_BYTES", 2000)
    estimator = VanillaLSTMRegressor(units=2, epochs=1).fit(X, y)
    with estimator._program() as program:
        assert program.chunk == 2000 // (KEPT_PER_STEP * 6 * 2 * 4)
    clear_cache()
