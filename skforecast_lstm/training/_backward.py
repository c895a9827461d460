"""LSTM layers in training: the loop over the steps, and its gradient by hand.

Left to itself, TensorFlow differentiates Keras' layer step by step: it adds up the
gradient of the weights anew at each step, by products that are too small to be fast.
Here the loops do only what must be done in turn; the weights' gradient is taken for all
steps after them. The three sigmoids and the tanh of a step are one tanh, as
sigmoid(x) = (1 + tanh(x / 2)) / 2: a program with less code, which XLA compiles sooner.
A ConvLSTM is the same with columns that each read their neighbours too.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

ROWS_AT_ONCE = 256  # of the products that add up over windows and steps
HALVED = (0.5, 0.5, 1.0, 0.5)  # what tanh is taken of: input, forget, new, output


def covers(layer: keras.layers.Layer) -> bool:
    """Return whether ``inner_loop`` does what the layer's own would do."""
    return (
        (type(layer) is keras.layers.LSTM or _reads_columns(layer))
        and layer.compute_dtype in ("float32", "float64")
        and has_usual_gates(layer)
        and not drops(layer)
    )


def has_usual_gates(layer: keras.layers.Layer) -> bool:
    """Return whether the layer is that of the literature: tanh, sigmoid and a bias."""
    return (
        layer.activation is keras.activations.tanh
        and layer.recurrent_activation is keras.activations.sigmoid
        and layer.use_bias
    )


def drops(layer: keras.layers.Layer) -> bool:
    """Return whether the layer has dropout in training."""
    return bool(layer.dropout or layer.recurrent_dropout)


def _reads_columns(layer: keras.layers.Layer) -> bool:
    if type(layer) is not keras.layers.ConvLSTM2D:
        return False
    cell = layer.cell
    once = (*cell.strides, *cell.dilation_rate, cell.kernel_size[0]) == (1,) * 5
    return once and cell.padding == "same" and cell.data_format == "channels_last"


def inner_loop(
    layer: keras.layers.Layer,
    sequences: Any,
    initial_state: list,
    mask: Any,
    training: bool = False,
) -> tuple:
    """Return the last output, all outputs and the states, as Keras' method does.

    For sequences of a known shape (n_windows, n_steps, n_features), or (n_windows,
    n_steps, rows, columns, channels), in a graph that ``tf.gradients`` differentiates.
    """
    if mask is not None:
        return type(layer).inner_loop(layer, sequences, initial_state, mask, training)
    x = as_read(layer, sequences)
    h, c = initial_state
    halved = tf.constant(np.repeat(HALVED, h.shape[-1]), x.dtype)
    kernel, recurrent = (
        tf.reshape(w, (-1, halved.shape[0])) * halved
        for w in (layer.cell.kernel, layer.cell.recurrent_kernel)
    )
    bias = layer.cell.bias * halved
    x = _neighbours(x, kernel.shape[0] // x.shape[-1])
    outputs, h, c, *kept = _forward(x, h, c, kernel, recurrent, bias)
    gradient = _GRADIENTS[layer.return_sequences]
    given = [x, *initial_state, kernel, recurrent, bias]
    with x.graph.gradient_override_map({"IdentityN": gradient}):
        outputs, h, c = tf.identity_n([outputs, h, c, *given, *kept])[:3]
    if not layer.return_sequences:
        outputs = h[tf.newaxis]
    return h, steps_first(outputs), [h, c]


def as_read(layer: keras.layers.Layer, sequences: Any) -> Any:
    """Return steps as the first axis, in the order in which the layer reads them."""
    x = steps_first(sequences)
    return tf.reverse(x, [0]) if layer.go_backwards else x


def steps_first(x: Any) -> Any:
    """Swap the first two axes."""
    return tf.transpose(x, (1, 0, *range(2, len(x.shape))))


def _neighbours(x: Any, width: int) -> Any:
    """Return ``width`` columns for each column of (..., columns, channels), in a row.

    Of shape (..., columns, width * channels); zeros where there is no column.
    """
    if width == 1:
        return x
    margins = [[0, 0]] * (len(x.shape) - 2) + [[(width - 1) // 2, width // 2], [0, 0]]
    padded, columns = tf.pad(x, margins), x.shape[-2]
    return tf.concat([padded[..., k : k + columns, :] for k in range(width)], axis=-1)


def _to_neighbours(dx: Any, width: int) -> Any:
    """Return the gradient by ``x`` from that by its ``_neighbours``."""
    if width == 1:
        return dx
    columns, parts = dx.shape[-2], tf.split(dx, width, axis=-1)
    margins = [[0, 0]] * (len(dx.shape) - 2)
    padded = [
        tf.pad(part, [*margins, [k, width - 1 - k], [0, 0]])
        for k, part in enumerate(parts)
    ]
    first = (width - 1) // 2
    return tf.add_n(padded)[..., first : first + columns, :]


def product(x: Any, weights: Any) -> Any:
    """Multiply the last axis of ``x``, as a single product of two matrices."""
    flat = tf.reshape(x, (-1, weights.shape[0])) @ weights
    return tf.reshape(flat, (*x.shape[:-1], weights.shape[1]))


def _forward(x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any) -> list:
    """Return all outputs, both last states and what the gradient needs of each step.

    Arrays (n_steps, n_windows, ..., units) but for the states. Needed are the gates,
    the states before the step, and the tanh of the state after it.
    """
    n_steps, width = x.shape[0], recurrent.shape[0] // h.shape[-1]

    def step(t: Any, h: Any, c: Any, *written: Any) -> list:
        known = product(_neighbours(h, width), recurrent)
        z = tf.tanh(product(x[t], kernel) + known + bias)
        i, f, new, o = tf.split(z, 4, axis=-1)
        i, f, o = (0.5 * gate + 0.5 for gate in (i, f, o))
        c_after = f * c + i * new
        squashed = tf.tanh(c_after)
        parts = i, f, new, o, c, squashed, h
        after = [a.write(t, part) for a, part in zip(written, parts, strict=True)]
        return [t + 1, o * squashed, c_after, *after]

    arrays = [tf.TensorArray(x.dtype, n_steps, element_shape=h.shape) for _ in range(7)]
    start = [tf.constant(0), h, c, *arrays]
    _, h, c, *written = tf.while_loop(lambda t, *_: t < n_steps, step, start)
    kept = [a.stack() for a in written]
    return [tf.concat([kept[-1][1:], h[tf.newaxis]], axis=0), h, c, *kept]


def _gradient(op: tf.Operation, d_outputs: Any, dh: Any, dc: Any) -> list:
    """Return the gradients of the loss by the inputs of ``op``; None where not needed.

    Those of z, before the tanh of a step, come from the last step to the first.
    """
    x, _, _, kernel, recurrent, bias, *kept, h_before = op.inputs[3:]
    n_steps, width = x.shape[0], recurrent.shape[0] // dh.shape[-1]
    back = tf.transpose(recurrent)

    def step(t: Any, dh: Any, dc: Any, written: Any) -> tuple:
        i, f, new, o, c, squashed = (part[t] for part in kept)
        if d_outputs is not None:
            dh = dh + d_outputs[t]
        dc = dc + dh * o * (1 - squashed * squashed)
        # A gate is (1 + tanh(z)) / 2, and so its slope 2 gate (1 - gate).
        by_gate = [
            2 * dc * new * i * (1 - i),
            2 * dc * c * f * (1 - f),
            dc * i * (1 - new * new),
            2 * dh * squashed * o * (1 - o),
        ]
        dz = tf.concat(by_gate, axis=-1)
        before = _to_neighbours(product(dz, back), width)
        return t - 1, before, dc * f, written.write(t, dz)

    shape = *dh.shape[:-1], bias.shape[0]
    arrays = tf.TensorArray(x.dtype, n_steps, element_shape=shape)
    start = tf.constant(n_steps - 1), dh, dc, arrays
    _, dh, dc, written = tf.while_loop(lambda t, *_: t >= 0, step, start)
    dz = written.stack()
    dx = product(dz, tf.transpose(kernel))
    # One product for both kernels: that of few features alone is slow under XLA.
    read = tf.concat([x, _neighbours(h_before, width)], axis=-1)
    read, dz = tf.reshape(read, (-1, read.shape[-1])), tf.reshape(dz, (-1, shape[-1]))
    by_both = over_rows(read, dz)
    by_weights = *tf.split(by_both, [x.shape[-1], -1]), tf.reduce_sum(dz, axis=0)
    return [None] * 3 + [dx, dh, dc, *by_weights] + [None] * 7


def over_rows(x: Any, dz: Any) -> Any:
    """Return ``x.T @ dz``, added up in parts of so many rows.

    The sum of a longer product would depend, in its last bits, on how many threads
    share it.
    """
    n_parts = -(-x.shape[0] // ROWS_AT_ONCE)
    if n_parts == 1:
        return tf.matmul(x, dz, transpose_a=True)
    more = [[0, n_parts * ROWS_AT_ONCE - x.shape[0]], [0, 0]]
    x = tf.reshape(tf.pad(x, more), (n_parts, ROWS_AT_ONCE, -1))
    dz = tf.reshape(tf.pad(dz, more), (n_parts, ROWS_AT_ONCE, -1))

    def add(k: Any, total: Any) -> tuple:
        return k + 1, total + tf.matmul(x[k], dz[k], transpose_a=True)

    start = tf.constant(0), tf.zeros((x.shape[2], dz.shape[2]), x.dtype)
    return tf.while_loop(lambda k, _: k < n_parts, add, start)[1]


_GRADIENTS = {True: "SkforecastLSTMSequence", False: "SkforecastLSTMLast"}


@tf.RegisterGradient(_GRADIENTS[True])
def _gradient_of_sequence(op: tf.Operation, *grads: Any) -> list:
    return _gradient(op, *grads[:3])


@tf.RegisterGradient(_GRADIENTS[False])
def _gradient_of_last(op: tf.Operation, *grads: Any) -> list:
    return _gradient(op, None, *grads[1:3])
