"""LSTM layers in short fits that TensorFlow's operation does not know: unrolled.

One step after the other in a plain graph, which is ready in half of the time in which
XLA compiles a loop. TensorFlow differentiates a step, whatever its activations are. But
it would add up the gradient of the weights over the steps, in an order that is chance,
and with it the last bits of a fit; here one product takes it for all steps.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from skforecast_lstm.training._backward import (
    as_read,
    drops,
    over_rows,
    product,
    steps_first,
)

MOST_STEPS = 24  # of all layers: more take as long to trace as XLA to compile


def covers(layer: keras.layers.Layer) -> bool:
    """Return whether ``inner_loop`` does what the layer's own would do."""
    return type(layer) is keras.layers.LSTM and not drops(layer)


def inner_loop(
    layer: keras.layers.LSTM,
    sequences: Any,
    initial_state: list,
    mask: Any,
    training: bool = False,
) -> tuple:
    """Return the last output, all outputs and the states, as Keras' method does.

    For ``sequences`` of a known shape (n_windows, n_steps, n_features), in a graph that
    ``tf.gradients`` differentiates; others are left to Keras' method.
    """
    if mask is not None or None in sequences.shape:
        return type(layer).inner_loop(layer, sequences, initial_state, mask, training)
    x, cell = as_read(layer, sequences), layer.cell
    kernel, recurrent = map(tf.convert_to_tensor, (cell.kernel, cell.recurrent_kernel))
    bias = cell.bias if layer.use_bias else tf.zeros(kernel.shape[1], x.dtype)
    bias = tf.convert_to_tensor(bias)
    h, c = initial_state
    sums, outputs = [], [h]
    for from_x in tf.unstack(product(x, kernel) + bias):
        sums.append(from_x + h @ recurrent)
        i, f, new, o = tf.split(sums[-1], 4, axis=-1)
        i, f, o = (cell.recurrent_activation(gate) for gate in (i, f, o))
        c = f * c + i * cell.activation(new)
        h = o * cell.activation(c)
        outputs.append(h)
    read = tf.stack(outputs[:-1])
    found = tf.stack(outputs[1:] if layer.return_sequences else outputs[-1:])
    given = [x, *initial_state, kernel, recurrent, bias, read]
    with x.graph.gradient_override_map({"IdentityN": _GRADIENT}):
        found, h, c = tf.identity_n([found, h, c, *given, *sums])[:3]
    return h, steps_first(found), [h, c]


_GRADIENT = "SkforecastLSTMUnrolled"


@tf.RegisterGradient(_GRADIENT)
def _gradient(op: tf.Operation, *grads: Any) -> list:
    """Return the gradients of the loss by the inputs of ``op``; None where not needed.

    TensorFlow takes those of the sums that the gates are activations of.
    """
    found, sums = op.inputs[:3], op.inputs[10:]
    x, h, c, kernel, _, _, read = op.inputs[3:10]
    *dz, dh, dc = tf.gradients(found, [*sums, h, c], grads[:3])
    dz = tf.stack(dz)
    dx = product(dz, tf.transpose(kernel))
    rows = tf.reshape(dz, (-1, dz.shape[-1]))
    by_kernel, by_recurrent = (
        over_rows(tf.reshape(part, (-1, part.shape[-1])), rows) for part in (x, read)
    )
    by_weights = by_kernel, by_recurrent, tf.reduce_sum(rows, axis=0)
    return [None] * 3 + [dx, dh, dc, *by_weights] + [None] * (1 + len(sums))
