"""The LSTM layer in training: its loop over the steps, and the gradient by hand.

Left to itself, TensorFlow differentiates Keras' layer step by step: it adds up the
gradient of the weights anew at each step, by products that are too small to be fast.
Here the loops do only what must be done in turn; the weights' gradient is one product
over all steps after them. The three sigmoids and the tanh of a step are one tanh, as
sigmoid(x) = (1 + tanh(x / 2)) / 2: a program with less code, which XLA compiles sooner.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

HALVED = (0.5, 0.5, 1.0, 0.5)  # what tanh is taken of: input, forget, new, output


def covers(layer: keras.layers.LSTM) -> bool:
    """Return whether ``inner_loop`` does what the layer's own would do."""
    return (
        layer.compute_dtype in ("float32", "float64")
        and layer.activation is keras.activations.tanh
        and layer.recurrent_activation is keras.activations.sigmoid
        and layer.use_bias
        and not layer.dropout
        and not layer.recurrent_dropout
    )


def inner_loop(
    layer: keras.layers.LSTM,
    sequences: Any,
    initial_state: list,
    mask: Any,
    training: bool = False,
) -> tuple:
    """Return the last output, all outputs and the states, as Keras' method does.

    For sequences of a known shape (n_windows, n_steps, n_features), in a graph that
    ``tf.gradients`` differentiates.
    """
    if mask is not None:
        return type(layer).inner_loop(layer, sequences, initial_state, mask, training)
    x = tf.transpose(sequences, (1, 0, 2))
    if layer.go_backwards:
        x = tf.reverse(x, [0])
    halved = np.repeat(HALVED, layer.units)
    weights = layer.cell.kernel, layer.cell.recurrent_kernel, layer.cell.bias
    h, c = initial_state
    kernel, recurrent, bias = (w * tf.constant(halved, x.dtype) for w in weights)
    outputs, h, c, *kept = _forward(x, h, c, kernel, recurrent, bias)
    gradient = _GRADIENTS[layer.return_sequences]
    given = [x, *initial_state, kernel, recurrent, bias]
    with tf.compat.v1.get_default_graph().gradient_override_map({"IdentityN": gradient}):
        outputs, h, c = tf.identity_n([outputs, h, c, *given, *kept])[:3]
    if not layer.return_sequences:
        outputs = h[tf.newaxis]
    return h, tf.transpose(outputs, (1, 0, 2)), [h, c]


def _forward(x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any) -> list:
    """Return all outputs, both last states and what the gradient needs of each step.

    Arrays (n_steps, n_windows, units) but for the states. Needed are the gates, the
    states before the step, and the tanh of the state after it.
    """
    n_steps = x.shape[0]

    def step(t: Any, h: Any, c: Any, *written: Any) -> list:
        z = tf.tanh(x[t] @ kernel + h @ recurrent + bias)
        i, f, new, o = tf.split(z, 4, axis=1)
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
    x, _, _, kernel, recurrent, _, *kept, h_before = op.inputs[3:]
    n_steps, n_windows, n_features = x.shape
    back = tf.transpose(recurrent)

    def step(t: Any, dh: Any, dc: Any, written: Any) -> tuple:
        i, f, new, o, c, squashed = (part[t] for part in kept)
        if d_outputs is not None:
            dh = dh + d_outputs[t]
        dc = dc + dh * o * (1 - squashed * squashed)
        # Half of a gate is tanh(z): the 2 below is that of its slope 2 i (1 - i).
        by_gate = [
            2 * dc * new * i * (1 - i),
            2 * dc * c * f * (1 - f),
            dc * i * (1 - new * new),
            2 * dh * squashed * o * (1 - o),
        ]
        dz = tf.concat(by_gate, axis=1)
        return t - 1, dz @ back, dc * f, written.write(t, dz)

    shape = n_windows, recurrent.shape[1]
    arrays = tf.TensorArray(x.dtype, n_steps, element_shape=shape)
    start = tf.constant(n_steps - 1), dh, dc, arrays
    _, dh, dc, written = tf.while_loop(lambda t, *_: t >= 0, step, start)
    dz = tf.reshape(written.stack(), (-1, shape[1]))
    # One product for both kernels: that of few features alone is slow under XLA.
    read = tf.reshape(tf.concat([x, h_before], axis=2), (n_steps * n_windows, -1))
    by_weights = tf.matmul(read, dz, transpose_a=True)
    dx = tf.reshape(tf.matmul(dz, kernel, transpose_b=True), x.shape)
    by_weights = by_weights[:n_features], by_weights[n_features:], tf.reduce_sum(dz, 0)
    return [None] * 3 + [dx, dh, dc, *by_weights] + [None] * 7


_GRADIENTS = {True: "SkforecastLSTMSequence", False: "SkforecastLSTMLast"}


@tf.RegisterGradient(_GRADIENTS[True])
def _gradient_of_sequence(op: tf.Operation, *grads: Any) -> list:
    return _gradient(op, *grads[:3])


@tf.RegisterGradient(_GRADIENTS[False])
def _gradient_of_last(op: tf.Operation, *grads: Any) -> list:
    return _gradient(op, None, *grads[1:3])
