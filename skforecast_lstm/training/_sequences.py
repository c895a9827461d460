"""Networks whose LSTM layers are computed by this package, not by Keras' loop of steps.

By a single operation of TensorFlow, which needs no compiling: forecasts and short
fits. By the loops of ``_backward``, under XLA, which compiles them first: other fits.
Short fits of layers that the operation does not know (relu, float64): ``_unrolled``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from skforecast_lstm.training import _backward, _unrolled

KEPT_PER_STEP = 7  # arrays (windows, units) that the operation keeps of each step


@contextmanager
def whole_sequences(
    model: keras.Model, loops: bool = False, unrolled: bool = False
) -> Iterator[None]:
    """Let layers read whole sequences in what is traced within.

    LSTM layers by the operation, or by ``loops``; where the operation can't, step by
    step in the graph, if ``unrolled``; those that do the same to each step, for all
    steps at once. Layers that are not covered, and those on a GPU, stay as they are.
    """
    changed = [] if _on_gpu() else list(_replacements(model, loops, unrolled))
    for layer, method, own in changed:
        setattr(layer, method, partial(own, layer))
    try:
        yield
    finally:
        for layer, method, _ in changed:
            delattr(layer, method)


def _replacements(model: keras.Model, loops: bool, unrolled: bool) -> Iterator[tuple]:
    """Return layers, and the method of each that this module has a function for."""
    covers, inner_loop = _is_covered, _inner_loop
    if loops:
        covers, inner_loop = _backward.covers, _backward.inner_loop
    for layer in model._flatten_layers():
        if unrolled and _needs_unrolling(layer):
            yield layer, "inner_loop", _unrolled.inner_loop
        elif covers(layer):
            yield layer, "inner_loop", inner_loop
        elif _is_by_step(layer):
            yield layer, "call", _all_steps


def trains_uncompiled(model: keras.Model, n_steps: int) -> bool:
    """Return whether all recurrent layers can be trained without XLA's compiling."""
    recurrent = [v for v in model._flatten_layers() if isinstance(v, keras.layers.RNN)]
    if not recurrent or not all(map(_unrolled.covers, recurrent)):
        return False
    return unrolled_steps(model, n_steps) <= _unrolled.MOST_STEPS and not _on_gpu()


def unrolled_steps(model: keras.Model, n_steps: int) -> int:
    """Return how many steps of its LSTM layers the operation can't train."""
    layers = _lstm_layers(model, n_steps)
    return sum(steps for layer, steps in layers if _needs_unrolling(layer))


def multiplications(model: keras.Model, n_steps: int) -> int:
    """Return how many multiplications the LSTM layers take for one window."""
    return sum(
        steps * sum(int(np.prod(w.shape)) for w in layer.weights)
        for layer, steps in _lstm_layers(model, n_steps)
    )


def bytes_of_forward(model: keras.Model, n_steps: int) -> int:
    """Return how many bytes the largest LSTM layer keeps for one window, at most."""
    kept = [
        KEPT_PER_STEP * steps * layer.units * np.dtype(layer.compute_dtype).itemsize
        for layer, steps in _lstm_layers(model, n_steps)
    ]
    return max(kept, default=0)


def _lstm_layers(model: keras.Model, n_steps: int) -> Iterator[tuple]:
    """Return the LSTM layers, and how many steps each takes for ``n_steps`` of X."""
    for layer in model._flatten_layers():
        if type(layer) is keras.layers.LSTM:
            shapes = layer.get_build_config()  # of several inputs, if given a state
            shape = (
                shapes.get("input_shape") or shapes["shapes_dict"]["sequences_shape"]
            )
            yield layer, shape[1] or n_steps


def _is_covered(layer: keras.layers.Layer) -> bool:
    return (
        type(layer) is keras.layers.LSTM
        and layer.compute_dtype in ("float16", "float32")
        and _backward.has_usual_gates(layer)
    )


def _needs_unrolling(layer: keras.layers.Layer) -> bool:
    return _unrolled.covers(layer) and not _is_covered(layer)


def _is_by_step(layer: keras.layers.Layer) -> bool:
    once = keras.layers.Conv1D, keras.layers.MaxPooling1D
    kinds = *once, keras.layers.Flatten, keras.layers.Dense
    return type(layer) is keras.layers.TimeDistributed and type(layer.layer) in kinds


def _all_steps(
    layer: keras.layers.TimeDistributed,
    inputs: Any,
    training: bool = False,
    mask: Any = None,
) -> Any:
    """Return what Keras' method does, which calls the inner layer step by step."""
    if mask is not None:
        return type(layer).call(layer, inputs, training=training, mask=mask)
    n_steps = inputs.shape[1]
    y = layer.layer.call(tf.reshape(inputs, (-1, *inputs.shape[2:])))
    return tf.reshape(y, (-1, n_steps, *y.shape[1:]))


def _on_gpu() -> bool:
    return bool(tf.config.list_logical_devices("GPU"))


def _inner_loop(
    layer: keras.layers.LSTM,
    sequences: Any,
    initial_state: list,
    mask: Any,
    training: bool = False,
) -> tuple:
    """Return the last output, all outputs and the states, as Keras' method does."""
    if mask is not None or (training and _backward.drops(layer)):
        return type(layer).inner_loop(layer, sequences, initial_state, mask, training)
    cell, x = layer.cell, _backward.as_read(layer, sequences)
    # Each odd number of windows with an odd number of features makes the operation log
    # a warning; a feature of zeros, with weights of zeros, keeps it silent.
    zeros = tf.zeros((x.shape[2] % 2, 4 * layer.units), x.dtype)
    x = tf.pad(x, ((0, 0), (0, 0), (0, x.shape[2] % 2)))
    unused = tf.zeros(layer.units, x.dtype)  # weights of peepholes
    # Not BlockLSTMV2, whose gates stand as in Keras: TensorFlow's gradient of it takes
    # them in the order of the first version, and is wrong.
    block = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.shape(x, tf.int64)[0],
        x=x,
        h_prev=initial_state[0],
        cs_prev=initial_state[1],
        w=_reordered(tf.concat([cell.kernel, zeros, cell.recurrent_kernel], axis=0)),
        wci=unused,
        wcf=unused,
        wco=unused,
        b=_reordered(tf.convert_to_tensor(cell.bias)),
        forget_bias=0.0,
        cell_clip=-1.0,
    )
    h, state = block.h, block.cs[-1]
    return h[-1], tf.transpose(h, (1, 0, 2)), [h[-1], state]


def _reordered(weights: Any) -> Any:
    """Put the gates of Keras (input, forget, new, output) in the operation's order."""
    i, f, new, o = tf.split(weights, 4, axis=-1)
    return tf.concat([i, new, f, o], axis=-1)
