"""What a program holds beside its compiled code: values, and what a trace has read."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

Arrays = list[np.ndarray]

PLAIN = bool, int, float, str, bytes, tuple, type(None)


def values(holder: Any) -> Arrays:
    """Return the values of a model's or optimizer's variables."""
    return [v.numpy() for v in holder.variables]


def values_like(known: Arrays, model: keras.Model) -> Arrays:
    """Return the state of the model's optimizer, or ``known`` if it is another one."""
    now = values(model.optimizer) if model.optimizer is not None else []
    return now if [a.shape for a in now] == [a.shape for a in known] else known


def assign(holder: Any, arrays: Arrays) -> None:
    """Put ``arrays`` into the variables of a model or optimizer."""
    for variable, array in zip(holder.variables, arrays, strict=True):
        variable.assign(array)


def build_optimizer(model: keras.Model) -> tuple[Arrays, dict[int, Any]]:
    """Build the optimizer; return its state, and the weights that parts of it copy.

    By the number of the variable, as in ScheduleFreeAdamW. They are found by
    weights that are like nothing else; each fit puts in its own.
    """
    weights, rng = model.trainable_variables, np.random.default_rng(0)
    odd = [rng.uniform(-0.5, 0.5, w.shape).astype(w.dtype) for w in weights]
    for weight, array in zip(weights, odd, strict=True):
        weight.assign(array)
    model.optimizer.build(weights)
    state = values(model.optimizer)
    copies = {
        i: weight
        for i, slot in enumerate(state)
        for weight, array in zip(weights, odd, strict=True)
        if np.array_equal(slot, array)
    }
    return state, copies


def read_by_traces(model: keras.Model) -> list[tuple[str, Any]]:
    """Return what traces of a training step read, but for the values of variables.

    What is trained at all, and numbers, words and functions of optimizer, loss and
    layers: a callback may change them, and a trace would go on as before.
    """
    holders = [model.optimizer, model.loss, *model._flatten_layers(include_self=False)]
    read = [("", v) for v in (*holders, *model.trainable_variables)]
    return read + [
        (name, value)
        for holder in holders
        for name, value in vars(holder).items()
        if (name[0] != "_" and (isinstance(value, PLAIN) or callable(value)))
        or name == "_learning_rate"  # a variable, or a schedule
    ]


def reads_the_same(one: list[tuple[str, Any]], other: list[tuple[str, Any]]) -> bool:
    """Return whether two results of ``read_by_traces`` are equal."""
    return len(one) == len(other) and all(
        name == same and (a is b or (_is_plain(a, b) and a == b))
        for (name, a), (same, b) in zip(one, other, strict=True)
    )


def _is_plain(one: Any, other: Any) -> bool:
    return type(one) is type(other) and isinstance(one, PLAIN)
