"""Networks whose LSTM layers are computed by this package, not by Keras' loop of steps.

In forecasts by a single operation, in training by the loops of ``_backward``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from skforecast_lstm.training import _backward

KEPT_PER_STEP = 7  # arrays (windows, units) that the operation keeps of each step


@contextmanager
def whole_sequences(model: keras.Model, training: bool = False) -> Iterator[None]:
    """Let layers read whole sequences in what is traced within, forward or to train.

    For a single window Keras' loop itself is most of the time; ``BlockLSTMV2`` does all
    steps at once, and the same arithmetic. Its gradient is slow: the loops of training
    have their own, and are made for XLA. Layers that are not covered, and those on a
    GPU, stay as they are.
    """
    covers, loop = _is_covered, _inner_loop
    if training:
        covers, loop = _backward.covers, _backward.inner_loop
    on_gpu = tf.config.list_logical_devices("GPU")
    layers = [] if on_gpu else list(filter(covers, model._flatten_layers()))
    for layer in layers:
        layer.inner_loop = partial(loop, layer)
    try:
        yield
    finally:
        for layer in layers:
            del layer.inner_loop


def bytes_of_forward(model: keras.Model) -> int:
    """Return how many bytes the largest LSTM layer keeps for one window, at most."""
    layers = [v for v in model._flatten_layers() if type(v) is keras.layers.LSTM]
    return max(map(_bytes_kept, layers), default=0)


def _bytes_kept(layer: keras.layers.LSTM) -> int:
    n_steps = layer.get_build_config()["input_shape"][1]
    item = np.dtype(layer.compute_dtype).itemsize
    return KEPT_PER_STEP * n_steps * layer.units * item


def _is_covered(layer: keras.layers.Layer) -> bool:
    return (
        type(layer) is keras.layers.LSTM
        and layer.compute_dtype in ("float16", "float32")
        and _backward.has_usual_gates(layer)
    )


def _inner_loop(
    layer: keras.layers.LSTM,
    sequences: Any,
    initial_state: list,
    mask: Any,
    training: bool = False,
) -> tuple:
    """Return the last output, all outputs and the states, as Keras' method does."""
    if mask is not None or training:
        return type(layer).inner_loop(layer, sequences, initial_state, mask, training)
    cell, x = layer.cell, tf.transpose(sequences, (1, 0, 2))
    if layer.go_backwards:
        x = tf.reverse(x, [0])
    # Each odd number of windows with an odd number of features makes the operation log
    # a warning; a feature of zeros, with weights of zeros, keeps it silent.
    zeros = tf.zeros((x.shape[2] % 2, 4 * layer.units), x.dtype)
    x = tf.pad(x, ((0, 0), (0, 0), (0, x.shape[2] % 2)))
    unused = tf.zeros(layer.units, x.dtype)  # weights of peepholes
    block = tf.raw_ops.BlockLSTMV2(
        seq_len_max=tf.shape(x, tf.int64)[0],
        x=x,
        h_prev=initial_state[0],
        cs_prev=initial_state[1],
        w=tf.concat([cell.kernel, zeros, cell.recurrent_kernel], axis=0),
        wci=unused,
        wcf=unused,
        wco=unused,
        b=tf.convert_to_tensor(cell.bias),
    )
    h, state = block.h, block.cs[-1]
    return h[-1], tf.transpose(h, (1, 0, 2)), [h[-1], state]
