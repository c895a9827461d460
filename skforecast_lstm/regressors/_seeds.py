"""Initial weights from a seed, without a draw from any global generator."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from sklearn.utils import check_random_state

from skforecast_lstm.training import Arrays, values


@contextmanager
def global_random_kept() -> Iterator[None]:
    """Leave Python's generator as it was: Keras draws every unset seed from it.

    What another thread draws in the meantime, it may draw again afterwards.
    """
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


def draw_seed(random_state: Any) -> int:
    """Return the seed of one fit; for None a new one, not from a global generator."""
    if random_state is None:
        return int(np.random.default_rng().integers(2**31 - 1))
    return int(check_random_state(random_state).randint(2**31 - 1))


def epoch_order(n: int, seed: int, shuffle: bool, epoch: int) -> np.ndarray:
    """Return the order in which an epoch takes the windows, shape (n,)."""
    if not shuffle:
        return np.arange(n)
    return np.random.default_rng([seed, epoch]).permutation(n)


Recipe = list[tuple[Any, dict, dict]]


def recipe_of(model: keras.Model) -> Recipe:
    """Return class, configuration and input shape of each layer with variables."""
    return [
        (type(layer), layer.get_config(), layer.get_build_config())
        for layer in model.layers
        if layer.variables
    ]


def initial_values(recipe: Recipe, rng: np.random.Generator) -> Arrays:
    """Return fresh values for a model's variables, as its own initializers draw them.

    The layers are made anew from their configuration, which is several times cheaper
    than building the model again, with a seed of its own for each initializer and
    dropout.
    """
    arrays: Arrays = []
    with tf.variable_creator_scope(_without_name):
        for layer, config, shapes in recipe:
            fresh = layer.from_config(_seeded(config, rng))
            fresh.build_from_config(shapes)
            arrays += values(fresh)
    return arrays


def _without_name(create: Callable, **options: Any) -> Any:
    """Create a variable under a name that all share.

    TensorFlow keeps 35 kB for each name that any variable ever had, and Keras counts
    its generators of seeds through.
    """
    return create(**{**options, "name": "initial/"})


def _seeded(config: Any, rng: np.random.Generator) -> Any:
    if isinstance(config, (list, tuple)):
        return type(config)(_seeded(item, rng) for item in config)
    if config == "float64":
        return "float32"  # a seed starts networks of both types from the same weights
    if not isinstance(config, dict):
        return config
    return {
        name: int(rng.integers(1, 2**31 - 1))
        if name == "seed" and value is None
        else _seeded(value, rng)
        for name, value in config.items()
    }
