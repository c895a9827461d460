"""Optimizers and metrics made anew for each program: an instance is only read."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

import keras

from skforecast_lstm.regressors._identity import not_decayed, own_state
from skforecast_lstm.regressors._parameters import starting_rate


def make_optimizer(optimizer: Any, learning_rate: Any) -> keras.optimizers.Optimizer:
    """Return a new optimizer; the user's own instance is only read."""
    given = optimizer() if isinstance(optimizer, type) else optimizer
    given = keras.optimizers.get(given)
    rate = starting_rate(optimizer, learning_rate)
    config = {**given.get_config(), "name": "optimizer", "learning_rate": rate}
    made = type(given).from_config(config)
    excluded = not_decayed(given)
    if excluded is not None:  # it stands in no configuration
        made.exclude_from_weight_decay(var_names=excluded)
    _check_rebuilt("optimizer", given, made)
    return made


def make_metrics(metrics: Sequence | None, dtype: str) -> list[keras.metrics.Metric]:
    """Return new metrics, with the names that Keras gives them in ``fit``."""
    made = []
    for metric in metrics or ():
        found = keras.metrics.get(metric)
        if isinstance(found, keras.metrics.Metric):
            made.append(_metric_like(found, dtype))
            if isinstance(metric, str):
                made[-1].name = metric
        else:
            name = metric if isinstance(metric, str) else _name_of(found)
            found = copy.copy(found)  # as the program outlives what it may become
            made.append(keras.metrics.MeanMetricWrapper(found, name=name, dtype=dtype))
    return made


def _name_of(function: Any) -> str:
    """Return the name that Keras gives a function, a loss or an object in its logs."""
    for name in ("name", "__name__"):
        if isinstance(getattr(function, name, None), str):
            return getattr(function, name)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(function).__name__).lower()


def _metric_like(given: keras.metrics.Metric, dtype: str) -> keras.metrics.Metric:
    config, who = {**given.get_config(), "dtype": dtype}, type(given).__name__
    try:
        made = type(given).from_config(config)
    except TypeError as error:
        raise ValueError(
            f"metrics: {who} can't be made anew from its configuration {config}: "
            f"{error}; let get_config return what __init__ takes, and __init__ take "
            "**kwargs and pass them on"
        ) from error
    _check_rebuilt("metrics", given, made)
    return made


def _check_rebuilt(parameter: str, given: Any, made: Any) -> None:
    """Refuse an instance whose state its configuration does not have."""
    state, who = own_state(made), type(given).__name__
    for name, value in own_state(given).items():
        other = state.get(name)
        if other is not value and (name not in state or other != value):
            raise ValueError(
                f"{parameter}: {who}.{name} is {value!r}, but {other!r} in "
                f"the {who} that is made from its configuration for each network; "
                "return it from get_config and take it in __init__"
            )
