"""Whether the last batch of an epoch may be padded with windows of weight 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

N_WINDOWS, N_STEPS = 3, 2  # of the batch that is tried
DROPOUT = "rate", "stddev", "dropout", "recurrent_dropout"  # where layers keep it
FUNCTIONS = "activation", "recurrent_activation"


def may_pad(
    model: keras.Model, forward: Callable, n_outputs: int, metrics: Sequence
) -> bool:
    """Return whether nothing of a fit would see windows of weight 0.

    What takes the batch as a whole would: a loss or metric that returns one number for
    it, layers that normalise by it or add a loss of their own, also in training alone,
    and metrics that may ignore weights. ``forward`` is the model's compiled prediction.
    """
    rng, dtype = np.random.default_rng(0), model.inputs[0].dtype

    def batch(*shape: int) -> tf.Tensor:
        return tf.constant(rng.uniform(0.1, 1.0, (N_WINDOWS, *shape)), dtype)

    window = [n or N_STEPS for n in model.input_shape[1:]]
    y, y_pred = batch(n_outputs), batch(*model.output_shape[1:])
    return (
        not tf.distribute.has_strategy()  # which trains by Keras' own fit
        and model.loss.reduction not in (None, "none")
        and by_window(model.loss.call, y, y_pred)
        and all(_leaves_padding_out(metric, y, y_pred) for metric in metrics)
        and not model.non_trainable_weights  # as those of BatchNormalization
        and all(v.activity_regularizer is None for v in model._flatten_layers())
        and (
            _is_plain(model)
            or all(
                by_window(compute, batch(*window)) and _adds_none(model)
                for compute in (forward, _training(model))
            )
        )
    )


def by_window(function: Callable, *arrays: Any) -> bool:
    """Return whether a window's result is the same in a batch as it is alone."""
    whole = np.asarray(function(*arrays))
    alone = np.asarray(function(*(array[:1] for array in arrays)))
    if (whole.shape[:1], alone.shape[:1]) != ((N_WINDOWS,), (1,)):
        return False
    return np.allclose(whole[:1], alone, rtol=1e-4, atol=1e-6, equal_nan=True)


def _training(model: keras.Model) -> Callable:
    """Return what the model computes in training, but for the dropout of Keras."""

    def forward(x: tf.Tensor) -> Any:
        dropped = []
        for layer in filter(_is_of_keras, model._flatten_layers()):
            own = {n: vars(layer)[n] for n in DROPOUT if vars(layer).get(n)}
            dropped.append((layer, own))
            vars(layer).update(dict.fromkeys(own, 0.0))
        try:
            return model(x, training=True)
        finally:
            for layer, own in dropped:
                vars(layer).update(own)

    return tf.function(forward, autograph=False, reduce_retracing=True)


def _leaves_padding_out(metric: Any, y: Any, y_pred: Any) -> bool:
    if not _is_of_keras(metric):
        return False
    if isinstance(metric, keras.metrics.MeanMetricWrapper):
        return by_window(partial(metric._fn, **metric._fn_kwargs), y, y_pred)
    if isinstance(metric, keras.metrics.R2Score):
        return metric.num_regressors == 0  # else it counts the windows
    return isinstance(metric, keras.metrics.Mean)


def _is_plain(model: keras.Model) -> bool:
    """Return whether all layers are Keras' own, which take windows one by one.

    Not so along the first axis, nor with a function of one's own.
    """
    inner = model._flatten_layers(include_self=False)
    return all(
        isinstance(part, keras.Layer)
        and not isinstance(part, (keras.Model, keras.layers.Lambda))
        and _is_of_keras(part)
        and all(axis > 0 or axis == -1 for axis in _axes(part))
        and all(_is_function_of_keras(vars(part).get(name)) for name in FUNCTIONS)
        for part in [*model.operations, *inner]
    )


def _axes(layer: keras.Layer) -> list[int]:
    """Return along which axes a layer computes; 0 where it does not say."""
    given = [vars(layer).get(name, ()) for name in ("axis", "axes")]
    axes = [a for part in given for a in (part if np.iterable(part) else [part])]
    return [a if isinstance(a, int) else 0 for a in axes]


def _is_function_of_keras(function: Any) -> bool:
    if isinstance(function, keras.Layer):  # it is among the layers
        return True
    return function is None or getattr(function, "__module__", "").startswith("keras.")


def _adds_none(model: keras.Model) -> bool:
    """Return whether the last call added no losses, those of weights apart."""
    return not any(layer._losses for layer in model._flatten_layers())


def _is_of_keras(thing: Any) -> bool:
    return type(thing).__module__.startswith("keras.")
