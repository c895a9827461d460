"""Loss, optimizer, metrics and callbacks from what the user gave, made anew each fit."""

from __future__ import annotations

import copy
import json
from collections.abc import Hashable, Sequence
from typing import Any

import keras

from skforecast_lstm.regressors._losses import PinballLoss, TypedLoss


def make_loss(loss: Any, quantiles: Sequence[float] | None, dtype: str) -> Any:
    """Return the loss that a fit minimises, computed in ``dtype``."""
    if quantiles is not None:
        return PinballLoss(quantiles, dtype=dtype)
    loss = keras.losses.get(loss)
    if isinstance(loss, type):
        loss = loss()
    if isinstance(loss, keras.losses.Loss):
        return type(loss).from_config({**loss.get_config(), "dtype": dtype})
    return TypedLoss(loss, name=getattr(loss, "__name__", None), dtype=dtype)


def make_optimizer(optimizer: Any, learning_rate: Any) -> keras.optimizers.Optimizer:
    """Return a new optimizer; the user's own instance is only read."""
    given = keras.optimizers.get(optimizer)
    config = {**given.get_config(), "name": "optimizer"}
    if learning_rate is not None:
        config["learning_rate"] = learning_rate
    return type(given).from_config(config)


def make_metrics(metrics: Sequence | None, dtype: str) -> list[keras.metrics.Metric]:
    """Return new metrics, with the names that Keras gives them in ``fit``."""
    made = []
    for metric in metrics or ():
        found = keras.metrics.get(metric)
        if isinstance(found, keras.metrics.Metric):
            made.append(type(found).from_config({**found.get_config(), "dtype": dtype}))
            if isinstance(metric, str):
                made[-1].name = metric
        else:
            name = metric if isinstance(metric, str) else found.__name__
            made.append(keras.metrics.MeanMetricWrapper(found, name=name, dtype=dtype))
    return made


def make_callbacks(callbacks: Sequence | None) -> list[keras.callbacks.Callback]:
    """Return copies of callback instances, and what classes and factories make."""
    return [
        copy.deepcopy(given) if isinstance(given, keras.callbacks.Callback) else given()
        for given in callbacks or ()
    ]


def early_stopping(patience: int, validated: bool) -> keras.callbacks.Callback:
    """Return the callback that stops, and keeps the best weights."""
    return keras.callbacks.EarlyStopping(
        "val_loss" if validated else "loss",
        patience=patience,
        restore_best_weights=True,
    )


def identity(value: Any) -> Hashable:
    """Return what tells two parameter values apart, to find a compiled program."""
    if isinstance(value, (list, tuple)):
        return type(value).__name__, tuple(map(identity, value))
    if hasattr(value, "get_config") and not isinstance(value, type):
        config = {k: v for k, v in value.get_config().items() if k != "learning_rate"}
        rate = value.get_config().get("learning_rate")
        if isinstance(rate, dict):  # a schedule is part of the program, a rate is not
            config["schedule"] = rate
        return type(value), json.dumps(config, sort_keys=True, default=repr)
    return type(value).__name__, value if isinstance(value, Hashable) else repr(value)
