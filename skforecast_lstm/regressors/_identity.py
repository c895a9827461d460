"""What tells parameter values apart, to find the compiled program of a network."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

import keras
import numpy as np
from keras.optimizers.schedules import LearningRateSchedule

PLAIN = bool, int, float, str, bytes, tuple, np.generic, type(None)
NO_STATE = {"name", "built", "_lock", "_dtype", "dtype"}


def identity(value: Any) -> Hashable:
    """Return what tells two parameter values apart, to find a compiled program."""
    name = type(value).__name__
    if isinstance(value, (list, tuple)):
        return name, tuple(map(identity, value))
    if isinstance(value, dict):
        return name, tuple((k, identity(v)) for k, v in value.items())
    if isinstance(value, np.ndarray):
        return name, value.dtype.str, identity(value.tolist())
    if isinstance(value, (keras.losses.Loss, LearningRateSchedule)):
        # An own class may have no configuration, and what it computes is in its state.
        return type(value), identity(_without(vars(value), "name", "_dtype_policy"))
    if isinstance(value, keras.optimizers.Optimizer):  # made from its configuration
        config = _without(value.get_config(), "name", "learning_rate")
        beside = identity([not_decayed(value), own_state(value)])
        return type(value), identity(config), beside
    learns = isinstance(value, keras.Layer) and value.variables
    if hasattr(value, "get_config") and not isinstance(value, type) and not learns:
        beside = identity([own_state(value), _functions_of(value)])
        return type(value), identity(value.get_config()), beside
    if isinstance(value, partial):
        return name, identity((value.func, value.args, value.keywords))
    compares = isinstance(value, Hashable) and not keras.ops.is_tensor(value)
    known = value if compares else Same(value)
    if callable(value) and not isinstance(value, type):
        state = own_state(getattr(value, "__self__", value))  # of a method's instance
        return name, known, identity(state)
    return name, known


def _functions_of(value: Any) -> dict[str, Any]:
    """Return the functions that a layer holds: its configuration has their names."""
    if not isinstance(value, keras.Layer):
        return {}
    return {
        name: function
        for name, function in vars(value).items()
        if callable(function)
        and not isinstance(function, keras.Layer)
        and not hasattr(type(value), name)  # Keras wraps a layer's own methods
    }


def own_state(value: Any) -> dict[str, Any]:
    """Return the plain attributes of an instance of a class that is not Keras' own.

    What get_config leaves out may be among them.
    """
    if type(value).__module__.startswith("keras.") or isinstance(value, keras.Layer):
        return {}
    return {
        name: attribute
        for name, attribute in getattr(value, "__dict__", {}).items()
        if isinstance(attribute, PLAIN) and name not in NO_STATE
    }


def not_decayed(optimizer: keras.optimizers.Optimizer) -> list[str] | None:
    """Return the names that were given to ``exclude_from_weight_decay``."""
    if getattr(optimizer, "_exclude_from_weight_decay", None):
        raise ValueError(
            "optimizer: exclude_from_weight_decay(var_list=...) names weights of "
            "another network than that which fit makes; use var_names=['bias'] or the "
            "like"
        )
    pattern = getattr(optimizer, "_exclude_from_weight_decay_pattern", None)
    return None if pattern is None else sorted(pattern.pattern.split("|"))


class Same:
    """A value that equals nothing but itself; for those that == can't compare."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def _without(config: dict, *names: str) -> dict:
    return {k: v for k, v in config.items() if k not in names}
